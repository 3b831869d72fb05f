//! Watch lists: one for each organ, sealed as a whole.

use crate::job::Side;
use crate::param::params;
use crate::stmt::Stmt;
use crate::vault;
use crate::{Store, StoreError};

/// A watch list as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its version, from 1.
    pub version: i64,
    /// Number of entries.
    pub entries: i64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Keeps an organ's list, in the transaction of the change that says so.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn watch_list_side(&self, organ: &str, version: i64, entries: i64, bytes: &[u8]) -> Result<Side, StoreError> {
        let options = &self.0.options;
        let sealed = vault::seal_small(&options.master_key, &options.chance, &context(organ), bytes)?;
        let sql = "insert into watch_lists (port, organ, version, entries, sealed, changed_at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (port, organ) do update set version = excluded.version, entries = excluded.entries, \
                   sealed = excluded.sealed, changed_at = excluded.changed_at";
        Ok(Side(Stmt::new(sql, params![self.port(), organ, version, entries, sealed, self.chance().now()].to_vec())))
    }

    /// The version and size of an organ's list; none without one.
    ///
    /// # Errors
    /// When the store cannot be read, as below.
    pub async fn watch_version(&self, organ: &str) -> Result<Option<(i64, i64)>, StoreError> {
        let sql = "select version, entries from watch_lists where port = $1 and organ = $2";
        let Some(row) = self.query(sql, &params![self.port(), organ]).await?.pop() else { return Ok(None) };
        Ok(Some((row.int(0)?, row.int(1)?)))
    }

    /// An organ's list.
    ///
    /// # Errors
    /// When its bytes do not open.
    pub async fn watch_list(&self, organ: &str) -> Result<Option<Kept>, StoreError> {
        let sql = "select version, entries, sealed from watch_lists where port = $1 and organ = $2";
        let Some(mut row) = self.query(sql, &params![self.port(), organ]).await?.pop() else { return Ok(None) };
        let bytes = vault::open_small(&self.0.options.master_key, &context(organ), &row.bytes(2)?)?;
        Ok(Some(Kept { version: row.int(0)?, entries: row.int(1)?, bytes }))
    }
}

fn context(organ: &str) -> Vec<u8> {
    [b"watch list ".as_slice(), organ.as_bytes()].concat()
}
