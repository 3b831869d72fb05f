//! Who went before whom by a priority: written in the transaction in which a task takes its place or leaves the desk, from
//! the queue as it stands at that moment.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::queue::{MATTER, on_general_desk};
use crate::reach::Reader;
use crate::rows::{Stored, stored};
use crate::select::Sql;
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError, TaskWrite};

/// Why something goes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precedence {
    /// Class of the priority.
    pub class: String,
    /// The measure, by its code.
    pub measure: String,
    /// The application, by its number; empty for none.
    pub application: String,
    /// The organ that approved it.
    pub approver: String,
}

/// Something that went before something else.
#[derive(Clone, Debug)]
pub struct Jump {
    /// In whose queue.
    pub organ: String,
    /// The step that went first.
    pub step: String,
    /// The matter that went first, without snapshot.
    pub first: Stored,
    /// The step that it went before.
    pub over_step: String,
    /// The matter that it went before.
    pub over: Stored,
    /// When it first did.
    pub at: i64,
    /// Why.
    pub why: Precedence,
}

/// Number of columns before those of the two matters.
const OWN: usize = 8;
/// Number of columns of a matter.
const OF_MATTER: usize = 16;

impl Store {
    /// Writes down whom a task goes before: what is open on the same desk of the organ, comes behind it, and would come before
    /// it by its limit. Each pair is written once.
    pub fn jump_side(&self, matter: Uuid, task: &TaskWrite, why: &Precedence, at: i64) -> Side {
        let due = task.due_at.unwrap_or(i64::MAX);
        let sql = concat!(
            "insert into jumps (port, organ, matter, step, over, over_step, at, class, measure, application, approver) \
             select t.port, t.organ, $3, $4, t.matter, t.step, $5, $6, $7, $8, $9 from tasks t \
             where t.port = $1 and t.organ = $2 and t.open = 1 and t.due_sort > $10 and t.matter <> $3 \
             and (coalesce(t.due_at, $12) < $11 or (coalesce(t.due_at, $12) = $11 and t.matter < $3)) \
             and ((t.step >= $13 and t.step < $14) or ($14 = '' and ",
            on_general_desk!(),
            ")) on conflict (port, organ, matter, step, over, over_step) do nothing"
        );
        let (start, end) = crate::queue::desk(&task.step);
        let (organ, step) = (task.organ.as_str(), task.step.as_str());
        let Precedence { class, measure, application, approver } = why;
        let [class, measure, application, approver] = [class, measure, application, approver].map(String::as_str);
        let place = task.sort();
        let (start, end) = (start.as_str(), end.as_str());
        let values = params![
            self.port(),
            organ,
            matter,
            step,
            at,
            class,
            measure,
            application,
            approver,
            place,
            due,
            i64::MAX,
            start,
            end
        ];
        Side(Stmt::new(sql, values))
    }
}

impl Reader {
    /// Who went before whom from an instant up to another, the newest first; in one organ's queue or in all. Empty for
    /// firms.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn jumps(
        &self,
        organ: Option<&str>,
        (from, until): (i64, i64),
        limit: i64,
    ) -> Result<Vec<Jump>, StoreError> {
        if matches!(self.reach, crate::Reach::Firm(_)) {
            return Ok(Vec::new());
        }
        let mut sql = Sql { text: String::new(), params: vec![self.store.port_param()] };
        let other = MATTER.replace("m.", "o.");
        sql.text = format!(
            "select j.organ, j.step, j.over_step, j.at, j.class, j.measure, j.application, j.approver, {MATTER}, {other} \
             from jumps j join matters m on m.port = j.port and m.id = j.matter \
             join matters o on o.port = j.port and o.id = j.over where j.port = $1"
        );
        sql.and("j.at >=", from.into());
        sql.and("j.at <", until.into());
        if let Some(organ) = organ {
            // By the time, and not by all that went before others at this organ since the beginning.
            sql.and("coalesce(j.organ, '') =", organ.into());
        }
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by j.at desc, j.organ, j.matter, j.step, j.over limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(jump).collect()
    }

    /// How many matters went before one by a priority.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn overtaken_by(&self, matter: Uuid) -> Result<i64, StoreError> {
        if !self.sees(matter).await? {
            return Ok(0);
        }
        let sql = "select count(distinct matter) from jumps where port = $1 and over = $2";
        let rows = self.store.query(sql, &params![self.store.port(), matter]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }
}

fn jump(mut row: Row) -> Result<Jump, StoreError> {
    let [organ, step, over_step] = [row.text(0)?, row.text(1)?, row.text(2)?];
    let at = row.int(3)?;
    let [class, measure, application, approver] = [row.text(4)?, row.text(5)?, row.text(6)?, row.text(7)?];
    let over = stored(Row(row.0.split_off(OWN + OF_MATTER)))?;
    let first = stored(Row(row.0.split_off(OWN)))?;
    Ok(Jump { organ, step, first, over_step, over, at, why: Precedence { class, measure, application, approver } })
}
