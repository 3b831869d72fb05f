//! Matters by what they are about.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::reach::{COLUMNS, Reader};
use crate::rows::{Stored, stored};
use crate::select::Sql;
use crate::{Reach, StoreError};

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

    /// Those of these matters of a kind, in these states, whose subject has another one in them at overlapping times; what
    /// nobody has said yet may be at any time. Looked for as far as the first that overlaps, however many there are. None for
    /// firms and organs, which are not told of others' matters.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn overlapping(
        &self,
        kind: &str,
        matters: &[Uuid],
        states: &[String],
    ) -> Result<BTreeSet<Uuid>, StoreError> {
        if matters.is_empty() || matches!(self.reach, Reach::Firm(_) | Reach::Organ(_)) {
            return Ok(BTreeSet::new());
        }
        let mut sql = Sql { text: String::new(), params: vec![self.store.port_param(), kind.into()] };
        let ids: Vec<_> = matters.iter().map(|id| sql.place((*id).into())).collect();
        let states: Vec<_> = states.iter().map(|state| sql.place(state.as_str().into())).collect();
        let (ids, states) = (ids.join(", "), states.join(", "));
        // Kind and state are joined to nothing, so that matters are found by what they are and by what they are about.
        let open = |of: &str| {
            format!(
                "{of}.port = $1 and {of}.kind || '' = $2 and {of}.state || '' in ({states}) and {of}.subject_key <> ''"
            )
        };
        let (one, other) = (open("m"), open("o"));
        sql.text = format!(
            "select m.id from matters m where {one} and m.id in ({ids}) and exists (select 1 from matters o where {other} \
             and o.subject_key = m.subject_key and o.id <> m.id and not coalesce(o.ends_at <= m.starts_at, false) \
             and not coalesce(m.ends_at <= o.starts_at, false) limit 1 offset 0)"
        );
        sql.all(&self.store).await?.into_iter().map(|mut row| row.uuid(0)).collect()
    }
}
