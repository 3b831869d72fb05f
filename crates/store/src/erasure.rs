//! Erasing documents: key, salt and bytes go, and with them what a copy of the sealed bytes could tell. The journal and the log
//! say of it what they said before. Which documents tell of whom is found here, too.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::changes::Change;
use crate::param::{Param, Row, params};
use crate::stmt::Stmt;
use crate::{CommitError, Side, Store, StoreError, vault};

/// Bytes of a subject's digest.
const DIGEST: usize = 16;

/// The name of the secret under which subjects are digested.
const SUBJECTS: &str = "subjects";

/// So many rows are looked through at once.
const PAGE: i64 = 500;

/// A document that is not erased, as far as it is to be known for erasing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The document.
    pub id: Uuid,
    /// What it serves.
    pub purpose: String,
    /// When it was written, microseconds UTC.
    pub created_at: i64,
    /// Its matter.
    pub matter: Uuid,
    /// The matter's kind; [`RECORD`] for a document of a record.
    pub kind: String,
    /// The matter's number.
    pub number: String,
    /// The matter's state.
    pub state: String,
    /// The later of the matter's end and its last change, microseconds UTC; of a record's, when it was written.
    pub last_at: i64,
    /// Why nothing of the matter is erased by a rule, when that is so.
    pub keep: Option<String>,
}

/// What stands where the kind of a matter does for a document of a record, which belongs to none.
pub const RECORD: &str = "record";

const COLUMNS: &str = "d.id, d.purpose, d.created_at, d.matter, coalesce(m.kind, 'record'), coalesce(m.number, ''), \
                       coalesce(m.state, ''), case when coalesce(m.ends_at, 0) > m.updated_at then m.ends_at \
                       else coalesce(m.updated_at, d.created_at) end, k.ground";

const FROM: &str = "from documents d left join matters m on m.port = d.port and m.id = d.matter \
                    left join keeps k on k.port = d.port and k.matter = d.matter \
                    where d.port = $1 and d.wrapped_key is not null";

impl Store {
    /// A document that is not erased.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn kept_document(&self, id: Uuid) -> Result<Option<Kept>, StoreError> {
        Ok(self.kept("d.id =", id.into()).await?.pop())
    }

    /// The documents of a firm's matters that are not erased, the oldest first.
    pub async fn kept_of_firm(&self, firm: &str) -> Result<Vec<Kept>, StoreError> {
        self.kept("m.firm =", firm.into()).await
    }

    /// The documents that are not erased and tell of a person, by one of her keys, the oldest first.
    pub async fn kept_of_person(&self, key: &str) -> Result<Vec<Kept>, StoreError> {
        let (digest, mut after) = (self.subject_digest(key), Uuid::nil());
        let mut found = Vec::new();
        loop {
            let sql =
                "select document, digests from subjects where port = $1 and document > $2 order by document limit $3";
            let page = self.query(sql, &params![self.port(), after, PAGE]).await?;
            if page.is_empty() {
                return Ok(found);
            }
            for mut row in page {
                after = row.uuid(0)?;
                if row.bytes(1)?.as_chunks::<DIGEST>().0.contains(&digest) {
                    found.extend(self.kept_document(after).await?);
                }
            }
        }
    }

    /// Documents of a purpose, written since an instant, that tell of one of these persons, of matters in one of these states:
    /// the document, its matter, and which of the keys it tells of.
    pub async fn documents_about(
        &self,
        (purpose, since): (&str, i64),
        states: &[String],
        keys: &[String],
    ) -> Result<Vec<(Uuid, Uuid, Vec<usize>)>, StoreError> {
        if states.is_empty() || keys.is_empty() {
            return Ok(Vec::new());
        }
        let digests: Vec<[u8; DIGEST]> = keys.iter().map(|key| self.subject_digest(key)).collect();
        let mut values = params![self.port(), purpose, since];
        let mut places = Vec::with_capacity(states.len());
        for state in states {
            values.push(state.as_str().into());
            places.push(format!("${}", values.len()));
        }
        let sql = format!(
            "select d.id, d.matter, s.digests from documents d join matters m on m.port = d.port and m.id = d.matter \
             join subjects s on s.port = d.port and s.document = d.id \
             where d.port = $1 and d.purpose = $2 and d.created_at >= $3 and d.wrapped_key is not null \
             and m.state in ({})",
            places.join(", ")
        );
        let mut found = Vec::new();
        for mut row in self.query(&sql, &values).await? {
            let (document, matter, known) = (row.uuid(0)?, row.uuid(1)?, row.bytes(2)?);
            let known = known.as_chunks::<DIGEST>().0;
            let of: Vec<usize> = (0..digests.len()).filter(|nth| known.contains(&digests[*nth])).collect();
            if !of.is_empty() {
                found.push((document, matter, of));
            }
        }
        Ok(found)
    }

    /// Documents that serve a purpose, were written before an instant and are not erased; the oldest first, from after
    /// one.
    pub async fn kept_before(
        &self,
        purpose: &str,
        before: i64,
        after: Option<(i64, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Kept>, StoreError> {
        let (from, same) = after.unwrap_or((i64::MIN, Uuid::nil()));
        let sql = format!(
            "select {COLUMNS} {FROM} and d.purpose = $2 and d.created_at < $3 and d.created_at >= $4 \
             and (d.created_at > $4 or d.id > $5) order by d.created_at, d.id limit $6"
        );
        let values = params![self.port(), purpose, before, from, same, limit];
        self.query(&sql, &values).await?.into_iter().map(kept).collect()
    }

    async fn kept(&self, condition: &str, value: Param) -> Result<Vec<Kept>, StoreError> {
        let sql = format!("select {COLUMNS} {FROM} and {condition} $2 order by d.created_at, d.id");
        self.query(&sql, &[self.port_param(), value]).await?.into_iter().map(kept).collect()
    }

    /// Erases documents: keys, salts and bytes, in one transaction with the change that says so. `why` stands in their
    /// rows, for those who look for them.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when one of them is erased already; nothing is erased then.
    pub async fn erase(&self, ids: &[Uuid], why: &str, change: &Change) -> Result<(), CommitError> {
        let mut files = Vec::new();
        for id in ids {
            let sql = "select file from documents where port = $1 and id = $2 and file is not null";
            for mut row in self.query(sql, &params![self.port(), *id]).await? {
                files.push(row.text(0)?);
            }
        }
        let erase = |id: &Uuid| {
            let sql = "update documents set wrapped_key = null, salt = null, sealed = null, file = null, \
                       erased_at = $3, erased_why = $4 where port = $1 and id = $2 and erased_at is null returning id";
            Side(Stmt::must(sql, params![self.port(), *id, change.at, why], 1))
        };
        let forget = |id: &Uuid| {
            let sql = "delete from subjects where port = $1 and document = $2";
            Side(Stmt::new(sql, params![self.port(), *id]))
        };
        let side = ids.iter().map(erase).chain(ids.iter().map(forget)).collect();
        self.change(change, side).await?;
        // Their keys are gone: a file that a fault leaves here tells nothing any more.
        for name in files {
            let removed = vault::file_path(&self.files(), &name).map(std::fs::remove_file);
            if let Some(Err(error)) = removed
                && error.kind() != std::io::ErrorKind::NotFound
            {
                return Err(crate::open::io(error).into());
            }
        }
        Ok(())
    }

    /// Lets nothing of a matter be erased by a rule.
    pub fn keep_side(&self, matter: Uuid, ground: &str, who: &str) -> Side {
        let sql = "insert into keeps (port, matter, ground, who, since) values ($1, $2, $3, $4, $5) \
                   on conflict (port, matter) do update set ground = excluded.ground, who = excluded.who";
        Side(Stmt::new(sql, params![self.port(), matter, ground, who, self.chance().now()]))
    }

    /// Lets the rules erase what belongs to a matter again; refused when they may already.
    pub fn release_side(&self, matter: Uuid) -> Side {
        let sql = "delete from keeps where port = $1 and matter = $2 returning matter";
        Side(Stmt::must(sql, params![self.port(), matter], 1))
    }

    /// The digest of a subject's key, under a secret of this store: names and numbers are tried against it in vain by who
    /// has the rows alone.
    pub(crate) fn subject_digest(&self, key: &str) -> [u8; DIGEST] {
        let secret = self.0.subjects.get().copied().unwrap_or_default();
        let digest: [u8; 32] = Sha256::new_with_prefix(secret).chain_update(key).finalize().into();
        let mut short = [0; DIGEST];
        short.copy_from_slice(&digest[..DIGEST]);
        short
    }

    /// Reads the secret of subjects, made when it is missing. Of two nodes that make one at once the first counts.
    pub(crate) async fn open_subjects(&self) -> Result<(), StoreError> {
        let read = "select sealed from secrets where port = $1 and name = $2";
        let known = params![self.port(), SUBJECTS];
        let (options, context) = (&self.0.options, SUBJECTS.as_bytes());
        if self.query(read, &known).await?.is_empty() {
            let sealed = vault::seal_small(&options.master_key, &options.chance, context, &options.chance.bytes())?;
            let sql =
                "insert into secrets (port, name, sealed) values ($1, $2, $3) on conflict (port, name) do nothing";
            self.write_one("secret", sql, params![self.port(), SUBJECTS, sealed]).await?;
        }
        let mut rows = self.query(read, &known).await?;
        let sealed = rows.pop().ok_or_else(crate::closed)?.bytes(0)?;
        let secret = vault::open_small(&options.master_key, context, &sealed)?;
        let secret = secret.try_into().map_err(|_| StoreError::Broken("the secret of subjects is none".into()))?;
        let _ = self.0.subjects.set(secret);
        Ok(())
    }
}

fn kept(mut row: Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.uuid(0)?,
        purpose: row.text(1)?,
        created_at: row.int(2)?,
        matter: row.uuid(3)?,
        kind: row.text(4)?,
        number: row.text(5)?,
        state: row.text(6)?,
        last_at: row.int(7)?,
        keep: row.opt_text(8)?,
    })
}
