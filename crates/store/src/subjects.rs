//! Matters by what they are about.

use crate::StoreError;
use crate::reach::{COLUMNS, Reader};
use crate::rows::{Stored, stored};

impl Reader {
    /// Matters about one of these subjects in one of these states, without snapshots and in no order: one statement,
    /// however many subjects there are.
    pub async fn about(&self, kind: &str, subjects: &[String], states: &[String]) -> Result<Vec<Stored>, StoreError> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.select(COLUMNS);
        sql.and("m.kind =", kind.into());
        sql.and_in("m.subject_key", subjects);
        // Said literally, so that the index that leaves empty ones out is used.
        sql.text.push_str(" and m.subject_key <> ''");
        sql.and_in("m.state", states);
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }
}
