//! What operators and administrators change outside the journal: firms, people, mandates, systems' keys, what is erased and
//! kept. Each change is one transaction with what it changes, and one leaf of the log.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::param::{Param, Row, params};
use crate::stmt::Stmt;
use crate::{CommitError, Committed, IdempotencyKey, Job, Sealed, Side, Statement, Store, StoreError};

/// What the receipt of a change says. Who and about whom stands in the row alone, of which the receipt has the digest.
pub const ADMINISTRATION: &str = "administration";

/// A change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// When, microseconds UTC.
    pub at: i64,
    /// Who: `operator`, a rule of retention, or a person with her party (`firm:blue/li.na`).
    pub who: String,
    /// What was done, for example `user.disabled`.
    pub kind: String,
    /// The party that it concerns, `firm:CODE` or `organ:CODE`; empty for the port as a whole.
    pub unit: String,
    /// The name of what was changed.
    pub about: String,
    /// Particulars, JSON; never a secret.
    pub detail: String,
}

impl Change {
    /// SHA-256 of the change, each text after its length.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(self.at.to_be_bytes());
        for text in [&self.who, &self.kind, &self.unit, &self.about, &self.detail] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }
}

impl Store {
    /// Changes something: the small writes, the change's row and its receipt are one transaction.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when one of the small writes demands what does not stand; nothing is written then.
    pub async fn change(&self, change: &Change, side: Vec<Side>) -> Result<Committed, CommitError> {
        self.change_with_receipt(self.new_id(), change, side).await
    }

    /// The same with a receipt whose identifier one of the small writes names.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn change_with_receipt(
        &self,
        receipt_id: Uuid,
        change: &Change,
        side: Vec<Side>,
    ) -> Result<Committed, CommitError> {
        self.change_with_documents(receipt_id, change, side, Vec::new()).await
    }

    /// The same under a client's key: who asks again is answered with the receipt of the first time, and nothing is written.
    ///
    /// # Errors
    /// As [`Store::change`]; [`CommitError::KeyReused`] for a key that was used with another body.
    pub async fn change_by_key(
        &self,
        receipt_id: Uuid,
        key: Option<IdempotencyKey>,
        change: &Change,
        side: Vec<Side>,
    ) -> Result<Committed, CommitError> {
        self.commit(Job { key, ..self.job_of_change(receipt_id, change, side) }).await
    }

    /// The same with documents of what is changed.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn change_with_documents(
        &self,
        receipt_id: Uuid,
        change: &Change,
        side: Vec<Side>,
        documents: Vec<Sealed>,
    ) -> Result<Committed, CommitError> {
        self.commit(Job { documents, ..self.job_of_change(receipt_id, change, side) }).await
    }

    fn job_of_change(&self, receipt_id: Uuid, change: &Change, mut side: Vec<Side>) -> Job {
        let sql = "insert into changes (port, id, at, who, kind, unit, about, detail) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let Change { at, who, kind, unit, about, detail } = change;
        let [who, kind, unit, about, detail] = [who, kind, unit, about, detail].map(String::as_str);
        let values = params![self.port(), self.new_id(), *at, who, kind, unit, about, detail];
        side.push(Side(Stmt::new(sql, values)));
        let receipt = Statement { what: ADMINISTRATION.into(), received_at: *at, digest: change.digest() };
        Job { receipt, side, receipt_id: Some(receipt_id), ..Job::default() }
    }

    /// The changes that concern a party, or all of them; the newest first, from before one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn changes(
        &self,
        unit: Option<&str>,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<(Uuid, Change)>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let mut sql =
            String::from("select id, at, who, kind, unit, about, detail from changes where port = $1 and id < $2");
        let mut values: Vec<Param> = params![self.port(), before].to_vec();
        if let Some(unit) = unit {
            values.push(unit.into());
            sql.push_str(" and unit = $3");
        }
        values.push(limit.into());
        sql.push_str(&format!(" order by id desc limit ${}", values.len()));
        self.query(&sql, &values).await?.into_iter().map(change).collect()
    }
}

fn change(mut row: Row) -> Result<(Uuid, Change), StoreError> {
    let id = row.uuid(0)?;
    let at = row.int(1)?;
    let [who, kind, unit, about, detail] = [row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?, row.text(6)?];
    Ok((id, Change { at, who, kind, unit, about, detail }))
}
