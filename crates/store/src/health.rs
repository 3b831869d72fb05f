//! How the store fares, for operators and for `/ready`.

use crate::param::params;
use crate::{Store, StoreError};

/// The state of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// It can be read.
    pub readable: bool,
    /// It accepts writes: the disk did not fail.
    pub writable: bool,
    /// Jobs and small writes that wait for the writer.
    pub queued: usize,
    /// Leaves behind the last checkpoint.
    pub sequenced: u64,
    /// Leaves that wait for an index.
    pub unsequenced: i64,
    /// When the last checkpoint was signed.
    pub signed_at: Option<i64>,
}

impl Store {
    /// How the store fares. Never fails: what cannot be read is not readable.
    pub async fn health(&self) -> Health {
        let sql = "select size, signed_at from log_heads where port = $1";
        let port = [self.port_param()];
        let head = self.query(sql, &port).await;
        let waiting = self.query(
            "select cast(coalesce(sum(leaf_count), 0) as bigint) from batches where port = $1 and first_index is null",
            &port,
        );
        let waiting = waiting.await.ok().and_then(|rows| rows.first()?.int(0).ok());
        let row = head.as_ref().ok().and_then(|rows| rows.first());
        let writer = self.writer();
        Health {
            readable: head.is_ok(),
            writable: !self.is_stopped() && !writer.is_closed(),
            queued: writer.max_capacity() - writer.capacity(),
            sequenced: row.and_then(|row| row.int(0).ok()).unwrap_or(0).unsigned_abs(),
            unsequenced: waiting.unwrap_or(0),
            signed_at: row.and_then(|row| row.int(1).ok()),
        }
    }

    /// Rows of the largest tables, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn stats(&self) -> Result<Vec<(&'static str, i64)>, StoreError> {
        const COUNTS: [(&str, &str); 8] = [
            ("matters", "select count(*) from matters where port = $1"),
            ("entries", "select count(*) from entries where port = $1"),
            ("documents", "select count(*) from documents where port = $1"),
            ("receipts", "select count(*) from receipts where port = $1"),
            ("batches", "select count(*) from batches where port = $1"),
            ("tasks_open", "select count(*) from tasks where port = $1 and open = 1"),
            ("clocks", "select count(*) from clocks where port = $1"),
            ("poison", "select count(*) from poison where port = $1 and settled_at is null"),
        ];
        let mut stats = Vec::with_capacity(COUNTS.len());
        for (name, sql) in COUNTS {
            let rows = self.query(sql, &params![self.port()]).await?;
            stats.push((name, rows.first().map_or(Ok(0), |row| row.int(0))?));
        }
        Ok(stats)
    }
}
