//! What the port office's board counts over problems.

use crate::StoreError;
use crate::param::Row;
use crate::reach::{Filter, Reader};

/// A cell of the board: how many open problems an owner has of a topic, in a state and a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemCell {
    /// Who owns them.
    pub owner: String,
    /// Their topic.
    pub topic: String,
    /// Their state.
    pub state: String,
    /// Their class.
    pub class: String,
    /// How many.
    pub count: i64,
    /// How many of them are past their limit.
    pub late: i64,
    /// When the oldest of them was opened, microseconds UTC.
    pub oldest: i64,
}

impl Reader {
    /// Problems within reach by owner, topic, state and class. The row keeps the topic as what it is about, and the class
    /// as its place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn problem_cells(&self, kind: &str, filter: &Filter, now: i64) -> Result<Vec<ProblemCell>, StoreError> {
        let columns = "m.holder, m.subject_key, m.state, m.place, count(*), \
                       count(case when m.due_at < coalesce(m.ends_at, @now) then 1 end), min(m.opened_at)";
        let mut sql = self.select(columns);
        // The values of the reach come first; only then is the place of ours known.
        let now = sql.place(now.into());
        sql.text = sql.text.replacen("@now", &now, 1);
        sql.filter(kind, filter);
        sql.text.push_str(" group by m.holder, m.subject_key, m.state, m.place");
        sql.text.push_str(" order by m.holder, m.subject_key, m.state, m.place");
        sql.all(&self.store).await?.into_iter().map(cell).collect()
    }
}

fn cell(mut row: Row) -> Result<ProblemCell, StoreError> {
    Ok(ProblemCell {
        owner: row.text(0)?,
        topic: row.text(1)?,
        state: row.text(2)?,
        class: row.text(3)?,
        count: row.int(4)?,
        late: row.int(5)?,
        oldest: row.int(6)?,
    })
}
