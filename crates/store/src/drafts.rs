//! Drafts as they are typed: sealed, one for each owner, target and formality, kept for thirty days.

use crate::param::params;
use crate::stmt::Stmt;
use crate::vault;
use crate::{Side, Store, StoreError};

/// How long a draft is kept after its last change, in microseconds.
pub const KEPT: i64 = 30 * 24 * 3600 * 1_000_000;

/// A draft, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Identifier of the matter, or `new`.
    pub target: String,
    /// Code of the formality.
    pub formality: String,
    /// What was typed.
    pub bytes: Vec<u8>,
    /// When it was saved.
    pub saved_at: i64,
}

const DELETE: &str = "delete from drafts where port = $1 and owner = $2 and target = $3 and formality = $4";

impl Store {
    /// Saves a draft. `owner` is the user or firm, `target` the matter or `new`.
    ///
    /// # Errors
    /// When the store cannot be written, as for all functions here.
    pub async fn save_draft(&self, owner: &str, target: &str, formality: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write("draft", vec![self.save_draft_side(owner, target, formality, bytes)?.0]).await.map(drop)
    }

    /// Saves a draft in the place of the one that was read, by when that was saved; of none, where none stands. False when another
    /// one stands meanwhile: nothing is saved then.
    ///
    /// # Errors
    /// As [`Store::save_draft`].
    pub async fn save_draft_over(
        &self,
        (owner, target, formality): (&str, &str, &str),
        bytes: &[u8],
        read: Option<i64>,
    ) -> Result<bool, StoreError> {
        let options = &self.0.options;
        let sealed =
            vault::seal_small(&options.master_key, &options.chance, &context(owner, target, formality), bytes)?;
        let now = self.chance().now();
        let rows = match read {
            // What is saved over another is later, however coarse the clock.
            Some(read) => {
                let sql = "update drafts set sealed = $5, saved_at = $6 where port = $1 and owner = $2 and target = $3 \
                           and formality = $4 and saved_at = $7 returning saved_at";
                let values = params![self.port(), owner, target, formality, sealed, now.max(read + 1), read];
                self.write_one("draft", sql, values).await?
            }
            None => {
                let sql = "insert into drafts (port, owner, target, formality, sealed, saved_at) \
                           values ($1, $2, $3, $4, $5, $6) \
                           on conflict (port, owner, target, formality) do nothing returning saved_at";
                self.write_one("draft", sql, params![self.port(), owner, target, formality, sealed, now]).await?
            }
        };
        Ok(!rows.is_empty())
    }

    /// Saves a draft in the transaction of the job that made it.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn save_draft_side(
        &self,
        owner: &str,
        target: &str,
        formality: &str,
        bytes: &[u8],
    ) -> Result<Side, StoreError> {
        let options = &self.0.options;
        let sealed =
            vault::seal_small(&options.master_key, &options.chance, &context(owner, target, formality), bytes)?;
        let sql = "insert into drafts (port, owner, target, formality, sealed, saved_at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (port, owner, target, formality) do update set sealed = excluded.sealed, \
                   saved_at = excluded.saved_at";
        let values = params![self.port(), owner, target, formality, sealed, self.chance().now()];
        Ok(Side(Stmt::new(sql, values)))
    }

    /// A draft.
    pub async fn draft(&self, owner: &str, target: &str, formality: &str) -> Result<Option<Draft>, StoreError> {
        let sql = "select target, formality, sealed, saved_at from drafts \
                   where port = $1 and owner = $2 and target = $3 and formality = $4";
        let rows = self.query(sql, &params![self.port(), owner, target, formality]).await?;
        Ok(self.open_drafts(owner, rows)?.pop())
    }

    /// The drafts of an owner for matters, the last saved first; without forms that were begun, and their files.
    pub async fn drafts(&self, owner: &str) -> Result<Vec<Draft>, StoreError> {
        let sql = "select target, formality, sealed, saved_at from drafts \
                   where port = $1 and owner = $2 and target not like 'begun%' order by saved_at desc, target, formality";
        let rows = self.query(sql, &params![self.port(), owner]).await?;
        self.open_drafts(owner, rows)
    }

    /// The drafts of an owner for one target, the last saved first.
    pub async fn drafts_of(&self, owner: &str, target: &str) -> Result<Vec<Draft>, StoreError> {
        let sql = "select target, formality, sealed, saved_at from drafts \
                   where port = $1 and owner = $2 and target = $3 order by saved_at desc, formality";
        let rows = self.query(sql, &params![self.port(), owner, target]).await?;
        self.open_drafts(owner, rows)
    }

    /// Removes a draft.
    pub async fn delete_draft(&self, owner: &str, target: &str, formality: &str) -> Result<(), StoreError> {
        self.write("draft", vec![self.delete_draft_side(owner, target, formality).0]).await.map(drop)
    }

    /// Removes a draft in the transaction of the job that used it up.
    pub fn delete_draft_side(&self, owner: &str, target: &str, formality: &str) -> Side {
        Side(Stmt::new(DELETE, params![self.port(), owner, target, formality]))
    }

    /// Removes drafts that were last saved more than [`KEPT`] ago.
    pub async fn sweep_drafts(&self, now: i64) -> Result<(), StoreError> {
        let sql = "delete from drafts where port = $1 and saved_at < $2";
        self.write_one("draft", sql, params![self.port(), now - KEPT]).await.map(drop)
    }

    fn open_drafts(&self, owner: &str, rows: Vec<crate::Row>) -> Result<Vec<Draft>, StoreError> {
        let open = |mut row: crate::Row| {
            let (target, formality) = (row.text(0)?, row.text(1)?);
            let context = context(owner, &target, &formality);
            let bytes = vault::open_small(&self.0.options.master_key, &context, &row.bytes(2)?)?;
            Ok(Draft { target, formality, bytes, saved_at: row.int(3)? })
        };
        rows.into_iter().map(open).collect()
    }
}

/// Binds a ciphertext to its draft.
pub(crate) fn context(owner: &str, target: &str, formality: &str) -> Vec<u8> {
    ["draft", owner, target, formality].join("\0").into_bytes()
}
