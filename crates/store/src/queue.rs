//! The queues of organs: open tasks joined with their matters, what is overdue first, and who works on which.

use uuid::Uuid;

use crate::job::{FIRST, rank_of};
use crate::param::{Row, params};
use crate::reach::Reader;
use crate::rows::{Stored, stored};
use crate::select::{Filter, Sql};
use crate::{Store, StoreError, TaskWrite};

/// A task in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedTask {
    /// The task.
    pub task: TaskWrite,
    /// Its matter, without snapshot.
    pub matter: Stored,
    /// Who claimed it and until when, as far as that was still so when asked.
    pub claim: Option<(String, i64)>,
}

/// Where a page of a queue ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueCursor {
    /// The last task's place: its due instant, or one before all of them for what goes first; none is the end of time.
    pub due_at: Option<i64>,
    /// Its matter.
    pub matter: Uuid,
    /// Its step.
    pub step: String,
}

impl QueuedTask {
    /// Where a page that ends here goes on.
    pub fn cursor(&self) -> QueueCursor {
        QueueCursor { due_at: Some(self.task.sort()), matter: self.matter.id, step: self.task.step.clone() }
    }
}

const TASK: &str = "t.organ, t.step, t.state, t.open, t.since, t.due_at, t.note, t.due_sort";

pub(crate) const MATTER: &str = "m.id, m.kind, m.version, m.number, m.firm, m.title, m.subject_key, m.state, m.holder, m.due_at, \
                      m.starts_at, m.ends_at, m.place, m.opened_at, m.updated_at, m.fold";

/// The desks of an organ besides the general one, by what the steps of their tasks begin with.
const DESKS: [&str; 4] = ["problem:", "flight:", "declaration:", "consignment:"];

/// The condition that a task `t` lies on the general desk, on which is what none of these has.
macro_rules! on_general_desk {
    () => {
        "(t.step < 'problem:' or t.step >= 'problem;') and (t.step < 'flight:' or t.step >= 'flight;') \
         and (t.step < 'declaration:' or t.step >= 'declaration;') and (t.step < 'consignment:' or t.step >= 'consignment;')"
    };
}
pub(crate) use on_general_desk;

/// The same behind other conditions.
const NO_OTHER_DESK: &str = concat!(" and ", on_general_desk!());

/// The first step of a desk that has its own, and the first behind it; both empty for a step of the general one.
pub(crate) fn desk(step: &str) -> (String, String) {
    let own = DESKS.iter().find(|desk| step.starts_with(**desk));
    // The sign after the colon closes the run of steps that begin with it.
    own.map_or_else(Default::default, |desk| ((*desk).to_owned(), desk.replace(':', ";")))
}

/// Number of columns of a task and a claim before those of the matter.
const BEFORE_MATTER: usize = 10;

impl Reader {
    /// A page of an organ's queue: open tasks, what stands before everything at the head, then what falls due first, and
    /// what never does at the end. `states` of
    /// the filter are those of the matter. Empty for firms, which have no queue.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tasks(
        &self,
        organ: &str,
        filter: &Filter,
        after: Option<&QueueCursor>,
        limit: i64,
    ) -> Result<Vec<QueuedTask>, StoreError> {
        if matches!(self.reach, crate::Reach::Firm(_)) {
            return Ok(Vec::new());
        }
        let mut sql = Sql { text: String::new(), params: vec![self.store.port_param()] };
        sql.text = format!(
            "select {TASK}, c.who, c.until, {MATTER} from tasks t join matters m on m.port = t.port and m.id = t.matter \
             left join claims c on c.port = t.port and c.matter = t.matter and c.organ = t.organ and c.step = t.step \
             where t.port = $1 and t.open = 1"
        );
        sql.and("t.organ =", organ.into());
        match filter.step.as_deref() {
            Some(step) if step.ends_with(':') => {
                // The sign after the colon closes the run of steps that begin with it.
                let end = format!("{};", step.trim_end_matches(':'));
                sql.and("t.step >=", step.into());
                sql.and("t.step <", end.as_str().into());
            }
            Some(step) => sql.and("t.step =", step.into()),
            None => sql.text.push_str(NO_OTHER_DESK),
        }
        sql.filter("", filter);
        if let Some(after) = after {
            let due = sql.place(after.due_at.unwrap_or(i64::MAX).into());
            let (matter, step) = (sql.place(after.matter.into()), sql.place(after.step.as_str().into()));
            sql.text.push_str(&format!(
                " and t.due_sort >= {due} and (t.due_sort > {due} or t.matter > {matter} \
                 or (t.matter = {matter} and t.step > {step}))"
            ));
        }
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by t.due_sort, t.matter, t.step limit {limit}"));
        let now = self.store.chance().now();
        sql.all(&self.store).await?.into_iter().map(|row| queued(row, now)).collect()
    }

    /// All tasks of a matter: who holds it, since when and until when. None when it is out of reach.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tasks_of(&self, matter: Uuid) -> Result<Vec<TaskWrite>, StoreError> {
        if !self.sees(matter).await? {
            return Ok(Vec::new());
        }
        let sql = format!("select {TASK} from tasks t where t.port = $1 and t.matter = $2 order by t.organ, t.step");
        let rows = self.store.query(&sql, &params![self.store.port(), matter]).await?;
        rows.into_iter().map(|mut row| task(&mut row)).collect()
    }

    /// All tasks of several matters, in one statement. Empty for firms.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tasks_of_each(&self, matters: &[Uuid]) -> Result<Vec<(Uuid, TaskWrite)>, StoreError> {
        if matters.is_empty() || matches!(self.reach, crate::Reach::Firm(_)) {
            return Ok(Vec::new());
        }
        let mut sql = self.select("");
        let places: Vec<_> = matters.iter().map(|matter| sql.place((*matter).into())).collect();
        sql.text = format!(
            "select {TASK}, t.matter from tasks t where t.port = $1 and t.matter in ({}) order by t.due_sort, t.step",
            places.join(", ")
        );
        let rows = sql.all(&self.store).await?.into_iter();
        rows.map(|mut row| Ok((row.uuid(8)?, task(&mut row)?))).collect()
    }

    /// How many open tasks these organs have, and how many of them are overdue; no more than `most` of either are counted, so
    /// that it costs the same however much waits. Those that have none are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn queue_counts(
        &self,
        organs: &[&str],
        now: i64,
        most: i64,
    ) -> Result<Vec<(String, i64, i64)>, StoreError> {
        if matches!(self.reach, crate::Reach::Firm(_)) || organs.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql { text: String::new(), params: params![self.store.port(), now, most] };
        for (nth, organ) in organs.iter().enumerate() {
            let organ = sql.place((*organ).into());
            // What has a rank says its limit in another column; of that there is little.
            let counted = |which: &str| {
                format!(
                    "(select count(*) from (select 1 from tasks t where t.port = $1 and t.organ = {organ} and t.open = 1\
                     {which}{NO_OTHER_DESK} limit $3) as counted)"
                )
            };
            let (open, late) = (counted(""), counted(" and t.due_sort >= 0 and t.due_sort < $2"));
            let ranked = counted(" and t.due_sort < 0 and t.due_at < $2");
            let union = if sql.text.is_empty() { "" } else { " union all " };
            sql.text.push_str(&format!("{union}select {nth}, {open}, {late}, {ranked}"));
        }
        let mut counts = Vec::new();
        for row in sql.all(&self.store).await? {
            let (nth, open, late) = (usize::try_from(row.int(0)?).ok(), row.int(1)?, row.int(2)? + row.int(3)?);
            let organ = nth.and_then(|nth| organs.get(nth)).filter(|_| open > 0);
            counts.extend(organ.map(|organ| ((*organ).to_owned(), open, late.min(most))));
        }
        Ok(counts)
    }
}

impl Store {
    /// Claims a task, or renews one's claim; false when another holds it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn claim(
        &self,
        organ: &str,
        matter: Uuid,
        step: &str,
        who: &str,
        until: i64,
    ) -> Result<bool, StoreError> {
        let sql = "insert into claims (port, matter, organ, step, who, until) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (port, matter, organ, step) do update set who = excluded.who, until = excluded.until \
                   where claims.who = excluded.who or claims.until < $7 returning who";
        let values = params![self.port(), matter, organ, step, who, until, self.chance().now()];
        Ok(!self.write_one("claim", sql, values).await?.is_empty())
    }

    /// Gives a claim up.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn release(&self, organ: &str, matter: Uuid, step: &str, who: &str) -> Result<(), StoreError> {
        let sql = "delete from claims where port = $1 and matter = $2 and organ = $3 and step = $4 and who = $5";
        self.write_one("release", sql, params![self.port(), matter, organ, step, who]).await.map(drop)
    }
}

fn queued(mut row: Row, now: i64) -> Result<QueuedTask, StoreError> {
    let task = task(&mut row)?;
    let claim = row.opt_text(8)?.zip(row.opt_int(9)?).filter(|(_, until)| *until >= now);
    let matter = stored(Row(row.0.split_off(BEFORE_MATTER)))?;
    Ok(QueuedTask { task, matter, claim })
}

fn task(row: &mut Row) -> Result<TaskWrite, StoreError> {
    Ok(TaskWrite {
        organ: row.text(0)?,
        step: row.text(1)?,
        state: row.text(2)?,
        open: row.int(3)? != 0,
        since: row.int(4)?,
        due_at: row.opt_int(5)?,
        note: row.text(6)?,
        first: row.int(7)? == FIRST,
        rank: rank_of(row.int(7)?),
    })
}
