//! Versions of decision tables: what an officer drafts, who approves it, what is published. Every step is a change with its
//! receipt ([`crate::changes`]); here are the small writes of its transaction, and the reading.

use uuid::Uuid;

use crate::open::Place;
use crate::param::{Row, params};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// Being written.
pub const DRAFT: &str = "draft";
/// Waits for who approves.
pub const PROPOSED: &str = "proposed";
/// Published: its rows count from their days on.
pub const PUBLISHED: &str = "published";
/// Given up before it was published.
pub const DROPPED: &str = "dropped";
/// Taken back after it was published, before its day.
pub const WITHDRAWN: &str = "withdrawn";

/// A version of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Its identifier.
    pub id: Uuid,
    /// The table.
    pub name: String,
    /// [`DRAFT`], [`PROPOSED`], [`PUBLISHED`], [`DROPPED`] or [`WITHDRAWN`].
    pub state: String,
    /// How often it was changed; who changes it names the one that was read.
    pub edit: i64,
    /// The day from which it may change something, ISO 8601.
    pub valid_from: String,
    /// Hash of the version on which it rests.
    pub base: String,
    /// Hash of its content.
    pub hash: String,
    /// The table's text.
    pub text: String,
    /// The organ that drafted it.
    pub organ: String,
    /// The person who did.
    pub person: String,
    /// When it was last changed.
    pub changed_at: i64,
    /// When it was published; 0 before.
    pub published_at: i64,
}

/// What was done to a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: i64,
    /// By whom, `organ:CODE/PERSON`.
    pub who: String,
    /// `drafted`, `edited`, `proposed`, `returned`, `published`, `dropped`, `withdrawn`.
    pub kind: String,
    /// Hash of the content at that moment.
    pub hash: String,
    /// What was said.
    pub words: String,
    /// The receipt of the change.
    pub receipt: Uuid,
}

/// A published version, as far as it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The table.
    pub name: String,
    /// The version.
    pub id: Uuid,
    /// Hash of the version on which it rests.
    pub base: String,
    /// Hash of its content.
    pub hash: String,
}

const COLUMNS: &str = "id, name, state, edit, valid_from, base, hash, text, organ, person, changed_at, published_at";

/// The newest published version of each table.
const STANDING: &str = "select name, id, base, hash from table_versions a where port = $1 and state = 'published' and \
                        published_at = (select max(b.published_at) from table_versions b where b.port = a.port and \
                        b.name = a.name and b.state = 'published') order by name";

const TEXTS: &str = "select name, text from table_versions a where port = $1 and state = 'published' and \
                     published_at = (select max(b.published_at) from table_versions b where b.port = a.port and \
                     b.name = a.name and b.state = 'published') order by name";

impl Store {
    /// Adds a version in the transaction of a change.
    pub fn new_version_side(&self, of: &Version) -> Side {
        let sql = "insert into table_versions (port, id, name, state, edit, valid_from, base, hash, text, organ, person, \
                   changed_at, published_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let values = params![
            self.port(),
            of.id,
            of.name.as_str(),
            of.state.as_str(),
            of.edit,
            of.valid_from.as_str(),
            of.base.as_str(),
            of.hash.as_str(),
            of.text.as_str(),
            of.organ.as_str(),
            of.person.as_str(),
            of.changed_at,
            of.published_at,
        ];
        Side(Stmt::new(sql, values))
    }

    /// Changes a version in the transaction of a change, which conflicts when another edit was made since this one was read.
    pub fn changed_version_side(&self, of: &Version, read: i64) -> Side {
        let sql = "update table_versions set state = $4, edit = $3 + 1, valid_from = $5, base = $6, hash = $7, text = $8, \
                   changed_at = $9, published_at = $10 where port = $1 and id = $2 and edit = $3 returning id";
        let values = params![
            self.port(),
            of.id,
            read,
            of.state.as_str(),
            of.valid_from.as_str(),
            of.base.as_str(),
            of.hash.as_str(),
            of.text.as_str(),
            of.changed_at,
            of.published_at,
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// Writes down a step in the transaction of its change.
    pub fn step_side(&self, version: Uuid, step: &Step) -> Side {
        let sql = "insert into table_steps (port, version, n, at, who, kind, hash, words, receipt) \
                   select $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6, $7, $8 from table_steps \
                   where port = $1 and version = $2";
        let Step { at, who, kind, hash, words, receipt } = step;
        let values =
            params![self.port(), version, *at, who.as_str(), kind.as_str(), hash.as_str(), words.as_str(), *receipt,];
        Side(Stmt::new(sql, values))
    }

    /// A version.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn version(&self, id: Uuid) -> Result<Option<Version>, StoreError> {
        let sql = format!("select {COLUMNS} from table_versions where port = $1 and id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(version).transpose()
    }

    /// The version of a table with a content, if it was ever written down.
    pub async fn version_by_hash(&self, name: &str, hash: &str) -> Result<Option<Version>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from table_versions where port = $1 and name = $2 and hash = $3 order by published_at, id"
        );
        self.query(&sql, &params![self.port(), name, hash]).await?.pop().map(version).transpose()
    }

    /// The versions of a table, the newest first.
    pub async fn versions_of(&self, name: &str) -> Result<Vec<Version>, StoreError> {
        let sql = format!("select {COLUMNS} from table_versions where port = $1 and name = $2 order by id desc");
        self.query(&sql, &params![self.port(), name]).await?.into_iter().map(version).collect()
    }

    /// The versions in these states, the newest first.
    pub async fn versions_in(&self, states: [&str; 2]) -> Result<Vec<Version>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from table_versions where port = $1 and state in ($2, $3) order by id desc limit 500"
        );
        let [one, other] = states;
        self.query(&sql, &params![self.port(), one, other]).await?.into_iter().map(version).collect()
    }

    /// The version to which a receipt belongs.
    pub async fn version_of_receipt(&self, receipt: Uuid) -> Result<Option<Uuid>, StoreError> {
        let sql = "select version from table_steps where port = $1 and receipt = $2";
        self.query(sql, &params![self.port(), receipt]).await?.first_mut().map(|row| row.uuid(0)).transpose()
    }

    /// What was done to a version, in order.
    pub async fn steps(&self, id: Uuid) -> Result<Vec<Step>, StoreError> {
        let sql =
            "select at, who, kind, hash, words, receipt from table_steps where port = $1 and version = $2 order by n";
        let step = |mut row: Row| {
            Ok(Step {
                at: row.int(0)?,
                who: row.text(1)?,
                kind: row.text(2)?,
                hash: row.text(3)?,
                words: row.text(4)?,
                receipt: row.uuid(5)?,
            })
        };
        self.query(sql, &params![self.port(), id]).await?.into_iter().map(step).collect()
    }

    /// The newest published version of each table.
    pub async fn standing_versions(&self) -> Result<Vec<Standing>, StoreError> {
        let standing = |mut row: Row| {
            Ok(Standing { name: row.text(0)?, id: row.uuid(1)?, base: row.text(2)?, hash: row.text(3)? })
        };
        self.query(STANDING, &params![self.port()]).await?.into_iter().map(standing).collect()
    }
}

/// Names and texts of the newest published versions in the store at an address, which is opened for reading alone: nothing
/// is migrated, and a server may be running. None where there is no store yet.
///
/// # Errors
/// [`StoreError::Unavailable`] when it does not answer.
pub async fn published(url: &str, port: &str) -> Result<Vec<(String, String)>, StoreError> {
    let values = params![port];
    let rows = match Place::of(url)? {
        Place::File(path) if !path.exists() => Vec::new(),
        Place::File(path) => Sqlite::read_once(&path, "table_versions", TEXTS, &values)?,
        Place::Server => Postgres::read_once(url, "table_versions", TEXTS, &values).await?,
    };
    rows.into_iter().map(|mut row| Ok((row.text(0)?, row.text(1)?))).collect()
}

fn version(mut row: Row) -> Result<Version, StoreError> {
    Ok(Version {
        id: row.uuid(0)?,
        name: row.text(1)?,
        state: row.text(2)?,
        edit: row.int(3)?,
        valid_from: row.text(4)?,
        base: row.text(5)?,
        hash: row.text(6)?,
        text: row.text(7)?,
        organ: row.text(8)?,
        person: row.text(9)?,
        changed_at: row.int(10)?,
        published_at: row.int(11)?,
    })
}
