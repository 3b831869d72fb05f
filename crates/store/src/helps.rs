//! Remote help: somebody of a firm lets an operator of the port office look at the page that she has open.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// One help, from the code that is read aloud to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// Its identifier; the code is sealed under it, and looks are recorded under it.
    pub id: Uuid,
    /// The firm.
    pub firm: String,
    /// The firm for which she acts by mandate; empty for none.
    pub principal: String,
    /// Who asks for help.
    pub person: String,
    /// `offered`, `looking`, `ended`.
    pub state: String,
    /// Digest of the code that is out.
    pub code: Option<Vec<u8>>,
    /// Until when that code holds, microseconds UTC.
    pub code_until: i64,
    /// Who helps; empty before.
    pub operator: String,
    /// The page that she has open.
    pub place: String,
    /// Rises with each page that she opens and each thing that she saves.
    pub seq: i64,
    /// The field at which the operator points; empty for none.
    pub pointed: String,
    /// What that field is called.
    pub pointed_words: String,
    /// When.
    pub pointed_at: i64,
    /// The problem that was opened from there; empty for none.
    pub problem: String,
    /// When it was asked for.
    pub opened_at: i64,
    /// When it ends by itself.
    pub until: i64,
    /// When it was ended.
    pub ended_at: Option<i64>,
}

const HELP: &str = "id, firm, principal, person, state, code, code_until, operator, place, seq, pointed, pointed_words, pointed_at, \
                    problem, opened_at, until, ended_at";

impl Store {
    /// Adds a help.
    pub fn new_help_side(&self, of: &Help) -> Side {
        let sql = "insert into helps (port, id, firm, principal, person, state, code, code_until, operator, place, seq, pointed, \
                   pointed_words, pointed_at, problem, opened_at, until, ended_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
        let values = params![
            self.port(),
            of.id,
            of.firm.as_str(),
            of.principal.as_str(),
            of.person.as_str(),
            of.state.as_str(),
            of.code.clone(),
            of.code_until,
            of.operator.as_str(),
            of.place.as_str(),
            of.seq,
            of.pointed.as_str(),
            of.pointed_words.as_str(),
            of.pointed_at,
            of.problem.as_str(),
            of.opened_at,
            of.until,
            of.ended_at
        ];
        Side(Stmt::new(sql, values))
    }

    /// Takes codes out of use that hold no more, so that their digits are free again.
    pub fn old_help_codes_side(&self, now: i64) -> Side {
        let sql = "update helps set code = null where port = $1 and code is not null and code_until <= $2";
        Side(Stmt::new(sql, params![self.port(), now]))
    }

    /// Moves a help on from the state in which it was read; undone when somebody else did so before.
    pub fn change_help_side(&self, before: &Help, after: &Help) -> Side {
        let sql = "update helps set state = $4, code = $5, operator = $6, until = $7, ended_at = $8, problem = $9, seq = seq + 1 \
                   where port = $1 and id = $2 and state = $3 returning id";
        let values = params![
            self.port(),
            before.id,
            before.state.as_str(),
            after.state.as_str(),
            after.code.clone(),
            after.operator.as_str(),
            after.until,
            after.ended_at,
            after.problem.as_str()
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// Notes which page is open now; without one, that something on it changed. What was pointed at on another page counts no
    /// more.
    ///
    /// # Errors
    /// When the store cannot be written or read, as for all functions here.
    pub async fn note_help_place(&self, id: Uuid, place: Option<&str>, another: bool) -> Result<(), StoreError> {
        let sql = match another {
            true => {
                "update helps set place = coalesce($3, place), seq = seq + 1, pointed = '', pointed_words = '' where port = $1 and id = $2 and state <> 'ended'"
            }
            false => {
                "update helps set place = coalesce($3, place), seq = seq + 1 where port = $1 and id = $2 and state <> 'ended'"
            }
        };
        self.write_one("help", sql, params![self.port(), id, place.map(str::to_owned)]).await.map(drop)
    }

    /// Points at a field of the page that is open.
    pub async fn point_help(&self, id: Uuid, (field, words): (&str, &str), at: i64) -> Result<(), StoreError> {
        let sql = "update helps set pointed = $3, pointed_words = $4, pointed_at = $5 where port = $1 and id = $2 and state = 'looking'";
        self.write_one("help", sql, params![self.port(), id, field, words, at]).await.map(drop)
    }

    /// A help.
    pub async fn help(&self, id: Uuid) -> Result<Option<Help>, StoreError> {
        let sql = format!("select {HELP} from helps where port = $1 and id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(help).transpose()
    }

    /// The help whose code is out.
    pub async fn help_by_code(&self, code: &[u8]) -> Result<Option<Help>, StoreError> {
        let sql = format!("select {HELP} from helps where port = $1 and code = $2");
        self.query(&sql, &params![self.port(), code.to_vec()]).await?.pop().map(help).transpose()
    }

    /// Helps that somebody asked for since an instant, the latest first.
    pub async fn helps_of_person(&self, person: &str, since: i64) -> Result<Vec<Help>, StoreError> {
        let sql = format!(
            "select {HELP} from helps where port = $1 and person = $2 and opened_at >= $3 order by opened_at desc, id"
        );
        self.query(&sql, &params![self.port(), person, since]).await?.into_iter().map(help).collect()
    }

    /// Helps that somebody gave since an instant, the latest first.
    pub async fn helps_of_operator(&self, operator: &str, since: i64) -> Result<Vec<Help>, StoreError> {
        let sql = format!(
            "select {HELP} from helps where port = $1 and operator = $2 and opened_at >= $3 order by opened_at desc, id"
        );
        self.query(&sql, &params![self.port(), operator, since]).await?.into_iter().map(help).collect()
    }
}

fn help(mut row: Row) -> Result<Help, StoreError> {
    Ok(Help {
        id: row.uuid(0)?,
        firm: row.text(1)?,
        principal: row.text(2)?,
        person: row.text(3)?,
        state: row.text(4)?,
        code: row.opt_bytes(5)?,
        code_until: row.int(6)?,
        operator: row.text(7)?,
        place: row.text(8)?,
        seq: row.int(9)?,
        pointed: row.text(10)?,
        pointed_words: row.text(11)?,
        pointed_at: row.int(12)?,
        problem: row.text(13)?,
        opened_at: row.int(14)?,
        until: row.int(15)?,
        ended_at: row.opt_int(16)?,
    })
}
