//! What the port office's board, its brief and its report read of problems, and where known problems are entered.

use uuid::Uuid;

use crate::param::{Param, Row, params};
use crate::reach::Reader;
use crate::rows::{Cursor, Stored, stored};
use crate::select::{CONFINED, Filter, Order, Sql};
use crate::stmt::Stmt;
use crate::{Reach, Store, StoreError};

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
    /// How many of them were opened at the bounds of age that were asked for, or after.
    pub younger: [i64; AGES],
}

/// So many bounds of age are counted by.
pub const AGES: usize = 4;

/// What waits on a department's desk about a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskCell {
    /// The department.
    pub organ: String,
    /// The topic.
    pub topic: String,
    /// Problems in which it must act.
    pub count: i64,
    /// Those in which a limit of its own has passed.
    pub late: i64,
}

/// A task whose limit has passed, with its problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateTask {
    /// The department.
    pub organ: String,
    /// The step.
    pub step: String,
    /// When it was due, microseconds UTC.
    pub due_at: i64,
    /// The problem.
    pub problem: Stored,
}

/// An act on a problem, as its event tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of the entry.
    pub kind: String,
    /// When it was committed, microseconds UTC.
    pub at: i64,
    /// The problem as it stands now.
    pub problem: Stored,
}

impl Reader {
    /// Problems within reach by owner, topic, state and class. The row keeps the topic as what it is about, and the class
    /// as its place. `ages` are the bounds of age, microseconds UTC.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn problem_cells(
        &self,
        filter: &Filter,
        now: i64,
        ages: [i64; AGES],
    ) -> Result<Vec<ProblemCell>, StoreError> {
        let mut columns = "m.holder, m.subject_key, m.state, m.place, count(*), \
                           count(case when m.due_at < coalesce(m.ends_at, @now) then 1 end), min(m.opened_at)"
            .to_owned();
        (0..AGES).for_each(|nth| columns.push_str(&format!(", count(case when m.opened_at >= @age{nth} then 1 end)")));
        let mut sql = self.select(&columns);
        // The values of the reach come first; only then are the places of ours known.
        let names = std::iter::once("@now".to_owned()).chain((0..AGES).map(|nth| format!("@age{nth}")));
        for (name, value) in names.zip(std::iter::once(now).chain(ages)) {
            let place = sql.place(value.into());
            sql.text = sql.text.replacen(&name, &place, 1);
        }
        sql.filter(CONFINED, filter);
        sql.text.push_str(" group by m.holder, m.subject_key, m.state, m.place");
        sql.text.push_str(" order by m.holder, m.subject_key, m.state, m.place");
        sql.all(&self.store).await?.into_iter().map(cell).collect()
    }

    /// What waits on which desk about which topic. Empty for all but the port office.
    pub async fn problem_desks(&self, now: i64) -> Result<Vec<DeskCell>, StoreError> {
        if !self.is_whole_port() {
            return Ok(Vec::new());
        }
        let sql = "select t.organ, m.subject_key, count(distinct t.matter), \
                   count(distinct case when t.due_sort < $2 then t.matter end) \
                   from tasks t join matters m on m.port = t.port and m.id = t.matter \
                   where t.port = $1 and t.open = 1 and t.step >= 'problem:' and t.step < 'problem;' \
                   group by t.organ, m.subject_key order by t.organ, m.subject_key";
        let rows = self.store.query(sql, &params![self.store.port(), now]).await?;
        let desk = |mut row: Row| {
            Ok(DeskCell { organ: row.text(0)?, topic: row.text(1)?, count: row.int(2)?, late: row.int(3)? })
        };
        rows.into_iter().map(desk).collect()
    }

    /// Tasks of problems whose limit has passed, the longest first; of every department, or of one. Empty for firms; an
    /// organ has its own alone.
    pub async fn late_problem_tasks(
        &self,
        organ: Option<&str>,
        now: i64,
        limit: i64,
    ) -> Result<Vec<LateTask>, StoreError> {
        let mut sql = match self.is_whole_port() || (organ.is_some() && self.is_of(organ)) {
            false => return Ok(Vec::new()),
            true => Sql { text: String::new(), params: vec![self.store.port_param()] },
        };
        sql.text = format!(
            "select t.organ, t.step, t.due_sort, {} from tasks t join matters m on m.port = t.port and m.id = t.matter \
             where t.port = $1 and t.open = 1 and t.step >= 'problem:' and t.step < 'problem;'",
            crate::reach::COLUMNS
        );
        sql.and("t.due_sort <", now.into());
        if let Some(organ) = organ {
            sql.and("t.organ =", organ.into());
        }
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by t.due_sort, t.matter, t.step limit {limit}"));
        let late = |mut row: Row| {
            Ok(LateTask {
                organ: row.text(0)?,
                step: row.text(1)?,
                due_at: row.int(2)?,
                problem: stored(Row(row.0.split_off(3)))?,
            })
        };
        sql.all(&self.store).await?.into_iter().map(late).collect()
    }

    /// How many acts of each kind there were on problems since an instant. Empty for all but the port office.
    pub async fn problem_changes_by_kind(&self, since: i64) -> Result<Vec<(String, i64)>, StoreError> {
        if !self.is_whole_port() {
            return Ok(Vec::new());
        }
        let sql = "select e.kind, count(*) from batches b join events e on e.port = b.port and e.batch = b.id \
                   join matters m on m.port = e.port and m.id = e.matter \
                   where b.port = $1 and b.id >= $2 and m.kind = 'problem' group by e.kind order by e.kind";
        let rows = self.store.query(sql, &params![self.store.port(), first_id(since)]).await?;
        rows.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// Acts on problems since an instant, the newest first. Empty for all but the port office.
    pub async fn problem_changes(&self, since: i64, limit: i64) -> Result<Vec<Change>, StoreError> {
        if !self.is_whole_port() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select e.kind, b.committed_at, {} from batches b join events e on e.port = b.port and e.batch = b.id \
             join matters m on m.port = e.port and m.id = e.matter \
             where b.port = $1 and b.id >= $2 and m.kind = 'problem' order by b.id desc, e.leaf desc, e.n limit $3",
            crate::reach::COLUMNS
        );
        let rows = self.store.query(&sql, &params![self.store.port(), first_id(since), limit]).await?;
        let change = |mut row: Row| {
            Ok(Change { kind: row.text(0)?, at: row.int(1)?, problem: stored(Row(row.0.split_off(2)))? })
        };
        rows.into_iter().map(change).collect()
    }

    /// A page of matters with their snapshots, in the order of their identifiers.
    pub async fn snapshots(
        &self,
        kind: &str,
        filter: &Filter,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        let filter = Filter { order: Order::Newest, ..filter.clone() };
        let found = self.list(kind, &filter, after, limit).await?;
        let ids: Vec<Uuid> = found.iter().map(|stored| stored.id).collect();
        let mut whole = self.matters(&ids).await?;
        whole.sort_by_key(|stored| std::cmp::Reverse(stored.id));
        Ok(whole)
    }

    fn is_whole_port(&self) -> bool {
        matches!(self.reach, Reach::Port | Reach::System(_))
    }

    fn is_of(&self, organ: Option<&str>) -> bool {
        matches!(&self.reach, Reach::Firm(firm) if organ.is_some_and(|organ| *firm == crate::reach::organ_party(organ)))
    }
}

impl Store {
    /// Adds a version of a known problem, and enters it under these keys, each a kind and a value, and nowhere else.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn put_known_problem(
        &self,
        register: &str,
        code: &str,
        json: &str,
        source: &str,
        keys: &[(&str, String)],
    ) -> Result<(), StoreError> {
        let gone = "delete from known_problem_keys where port = $1 and code = $2";
        let put =
            "insert into known_problem_keys (port, kind, value, code) values ($1, $2, $3, $4) on conflict do nothing";
        let mut stmts =
            vec![self.put_record_side(register, code, json, source).0, Stmt::new(gone, params![self.port(), code])];
        let entered =
            keys.iter().map(|(kind, value)| Stmt::new(put, params![self.port(), *kind, value.as_str(), code]));
        stmts.extend(entered);
        self.write("record", stmts).await.map(drop)
    }

    /// A page of the codes that are entered under a key, in their order, from after one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_problem_page(
        &self,
        (kind, value): (&str, &str),
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "select code from known_problem_keys where port = $1 and kind = $2 and value = $3 and code > $4 \
                   order by code limit $5";
        let rows = self.query(sql, &params![self.port(), kind, value, after, limit]).await?;
        rows.into_iter().map(|mut row| row.text(0)).collect()
    }

    /// Codes of the known problems that are entered under one of these keys, each a kind and a value.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_problem_codes(&self, keys: &[(&str, String)]) -> Result<Vec<String>, StoreError> {
        let mut codes = std::collections::BTreeSet::new();
        for (kind, value) in keys {
            let sql = "select code from known_problem_keys where port = $1 and kind = $2 and value = $3 order by code";
            for mut row in self.query(sql, &params![self.port(), *kind, value.as_str()]).await? {
                codes.insert(row.text(0)?);
            }
        }
        Ok(codes.into_iter().collect())
    }
}

/// The first identifier of an instant: identifiers are ordered in time (UUIDv7, RFC 9562 section 5.7).
fn first_id(at: i64) -> Param {
    let millis = (at / 1000).max(0).unsigned_abs();
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().into()
}

fn cell(mut row: Row) -> Result<ProblemCell, StoreError> {
    let mut younger = [0; AGES];
    for (nth, count) in younger.iter_mut().enumerate() {
        *count = row.int(7 + nth)?;
    }
    Ok(ProblemCell {
        owner: row.text(0)?,
        topic: row.text(1)?,
        state: row.text(2)?,
        class: row.text(3)?,
        count: row.int(4)?,
        late: row.int(5)?,
        oldest: row.int(6)?,
        younger,
    })
}
