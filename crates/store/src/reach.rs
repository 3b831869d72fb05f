//! Reading matters through the reach of who asks. A row that is absent and one that is out of reach look the same.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::log::Proof;
use crate::param::params;
use crate::rows::{Cursor, EntryRow, EventRow, Stored, entry, stored};
pub use crate::select::CONFINED;
use crate::select::{CALL, Filter, Order, Sql, is_numbered, is_overdue, is_whole};
use crate::{Bytes, Store, StoreError};

/// Who asks, as far as rows are concerned. What may be seen *in* a row is decided above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A firm: its own matters and those that it takes part in.
    Firm(String),
    /// The port office: all matters of the port.
    Port,
    /// An organ, by its code: all matters but those of [`CONFINED`], [`APPLICATION`], [`PERSON_PERMIT`], [`FLIGHT`], [`DECLARATION`],
    /// [`CREW_CASE`], [`MANIFEST`] and [`CONSIGNMENT`] in which it takes no part.
    Organ(String),
    /// The program itself, for the reason given.
    System(&'static str),
}

/// The other kinds of such matters.
pub const APPLICATION: &str = "application";
/// Pre-checks of crews and passengers.
pub const PRECHECK: &str = "precheck";
/// Crew cases, which concern the organs that decide on them and those that are told.
pub const CREW_CASE: &str = "crew_case";
/// Permits of persons.
pub const PERSON_PERMIT: &str = "person_permit";
/// Manifests of ships and aircraft.
pub const MANIFEST: &str = "manifest";
/// Consignments, each goods of one bill.
pub const CONSIGNMENT: &str = "consignment";
/// Declarations of goods.
pub const DECLARATION: &str = "declaration";
/// Flights, which concern the organs at the airport alone.
pub const FLIGHT: &str = "flight";

/// The name under which an organ is a party to a matter: no firm has a colon in its code.
pub fn organ_party(organ: &str) -> String {
    format!("organ:{organ}")
}

/// A store as one asker sees it.
#[derive(Clone)]
pub struct Reader {
    pub(crate) store: Store,
    pub(crate) reach: Reach,
}

/// Columns of a matter in lists.
pub(crate) const COLUMNS: &str = "m.id, m.kind, m.version, m.number, m.firm, m.title, m.subject_key, m.state, m.holder, m.due_at, \
                       m.starts_at, m.ends_at, m.place, m.opened_at, m.updated_at, m.fold";

/// By which row of reach a firm sees a matter: as its own, valid while the matter names it, or as one that takes part.
const OWN_OR_PART: &str = "((r.party = 0 and m.firm = r.firm) or (r.party = 1 and m.firm <> r.firm))";

/// Events of a leaf take ten bits of a position.
const POSITION_BITS: u32 = 10;

impl Store {
    /// The store as one asker sees it.
    pub fn reach(&self, reach: Reach) -> Reader {
        Reader { store: self.clone(), reach }
    }
}

impl Reader {
    /// A matter with its snapshot.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn matter(&self, id: Uuid) -> Result<Option<Stored>, StoreError> {
        let mut sql = self.select_one(&format!("{COLUMNS}, m.snapshot"));
        sql.and("m.id =", id.into());
        sql.one(&self.store).await?.map(stored).transpose()
    }

    /// A matter by its number for people.
    pub async fn matter_by_number(&self, number: &str) -> Result<Option<Stored>, StoreError> {
        let mut sql = self.select_one(&format!("{COLUMNS}, m.snapshot"));
        sql.and("m.number =", number.into());
        sql.one(&self.store).await?.map(stored).transpose()
    }

    /// A matter without its snapshot, for who may have its fold.
    pub async fn head(&self, id: Uuid) -> Result<Option<Stored>, StoreError> {
        let mut sql = self.select_one(COLUMNS);
        sql.and("m.id =", id.into());
        sql.one(&self.store).await?.map(stored).transpose()
    }

    /// A matter by its number for people, without its snapshot.
    pub async fn head_by_number(&self, number: &str) -> Result<Option<Stored>, StoreError> {
        let mut sql = self.select_one(COLUMNS);
        sql.and("m.number =", number.into());
        sql.one(&self.store).await?.map(stored).transpose()
    }

    /// The matters of these identifiers, as far as they are within reach, with their snapshots and in no order.
    pub async fn matters(&self, ids: &[Uuid]) -> Result<Vec<Stored>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.select_one(&format!("{COLUMNS}, m.snapshot"));
        let places: Vec<_> = ids.iter().map(|id| sql.place((*id).into())).collect();
        sql.text.push_str(&format!(" and m.id in ({})", places.join(", ")));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// A page of the matters of a kind that changed since an instant, with their snapshots, the newest first, from before one.
    pub async fn changed_since(
        &self,
        kind: &str,
        since: i64,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut sql = self.select_one(&format!("{COLUMNS}, m.snapshot"));
        sql.and("m.kind =", kind.into());
        sql.and("m.updated_at >=", since.into());
        sql.and("m.id <", before.unwrap_or(Uuid::max()).into());
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by m.id desc limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// True when the matter is within reach.
    pub async fn sees(&self, id: Uuid) -> Result<bool, StoreError> {
        let mut sql = self.select_one("m.version");
        sql.and("m.id =", id.into());
        Ok(sql.one(&self.store).await?.is_some())
    }

    /// Those of these matters that are within reach.
    pub async fn seen_of(&self, ids: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut sql = self.select_one("m.id");
        let places: Vec<_> = ids.iter().map(|id| sql.place((*id).into())).collect();
        sql.text.push_str(&format!(" and m.id in ({})", places.join(", ")));
        sql.all(&self.store).await?.into_iter().map(|mut row| row.uuid(0)).collect()
    }

    /// The entries after a version, the oldest first; none when the matter is out of reach.
    pub async fn entries(&self, id: Uuid, after: i64, limit: i64) -> Result<Vec<EntryRow>, StoreError> {
        if !self.sees(id).await? {
            return Ok(Vec::new());
        }
        self.store.entries(id, after, limit).await
    }

    /// A page of a list, without snapshots. `kind` empty means every kind.
    pub async fn list(
        &self,
        kind: &str,
        filter: &Filter,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        let overdue = is_overdue(kind, filter);
        let found = overdue || is_numbered(filter);
        let mut sql = if found { self.select_one(COLUMNS) } else { self.select(COLUMNS) };
        sql.filter(kind, filter);
        if is_whole(kind, filter) && !matches!(self.reach, Reach::Firm(_)) {
            sql.text.push_str(" and length(m.kind) > 0");
        }
        let id = if found { "m.id" } else { self.id_column() };
        let due = if overdue { "m.due_at".to_owned() } else { format!("coalesce(m.due_at, {})", i64::MAX) };
        let (key, direction) = match filter.order {
            Order::Newest => ("", "desc"),
            Order::Due => (due.as_str(), "asc"),
            Order::Starts => ("m.starts_at", "asc"),
            Order::Ends => ("m.ends_at", "asc"),
        };
        if matches!(filter.order, Order::Starts | Order::Ends) {
            sql.text.push_str(&format!(" and {key} is not null"));
        }
        match (after, filter.order) {
            (None, _) => {}
            (Some(after), Order::Newest) => sql.and(&format!("{id} <"), after.id.into()),
            (Some(after), _) => {
                let (from, same) = (sql.place(after.key.into()), sql.place(after.id.into()));
                sql.text.push_str(&format!(" and {key} >= {from} and ({key} > {from} or {id} > {same})"));
            }
        }
        let key = if key.is_empty() { String::new() } else { format!("{key} {direction}, ") };
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by {key}{id} {direction} limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// A page of the matters of a kind that have a word, with their snapshots, the newest first, from before one. Found by the
    /// word and only then by who sees them: it costs by how many have it, however much a firm, a unit or the port ever had.
    pub async fn named(
        &self,
        kind: &str,
        word: &str,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut sql = self.select_found(&format!("{COLUMNS}, m.snapshot"), "tokens t cross join matters m");
        sql.text.push_str(" and t.port = m.port and t.matter = m.id");
        sql.and("t.token =", word.into());
        sql.and("t.matter <", before.unwrap_or(Uuid::max()).into());
        sql.and("m.kind =", kind.into());
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by t.matter desc limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// Calls in these states, what starts first at the head and without snapshots; a firm's own. So many are read of each state,
    /// so that it costs the same however much a firm ever had, and has under way.
    pub async fn calls_in(&self, states: &[String], limit: i64) -> Result<Vec<Stored>, StoreError> {
        if states.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.select_one(COLUMNS);
        // Said literally, so that the index that holds these alone is used.
        sql.text.push_str(&format!(" and m.kind = '{CALL}' and m.starts_at is not null"));
        if let Reach::Firm(firm) = &self.reach {
            sql.and("m.firm =", firm.as_str().into());
        }
        let (any, limit) = (std::mem::take(&mut sql.text), sql.place(limit.into()));
        let first = |state: &String| {
            let state = sql.place(state.as_str().into());
            format!("select * from ({any} and m.state = {state} order by m.starts_at, m.id limit {limit}) as of_state")
        };
        let each: Vec<String> = states.iter().map(first).collect();
        sql.text =
            format!("select * from ({}) as found order by starts_at, id limit {limit}", each.join(" union all "));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// Calls at a place in one of these states, without snapshots: found by both, however many lay there before.
    pub async fn calls_at(&self, place: &str, states: &[String], limit: i64) -> Result<Vec<Stored>, StoreError> {
        let mut sql = self.select_one(COLUMNS);
        // Said literally, so that the index that holds these alone is used.
        sql.text.push_str(&format!(" and m.kind = '{CALL}' and m.place <> ''"));
        sql.and("m.place =", place.into());
        sql.and_in("m.state", states);
        let limit = sql.place(limit.into());
        sql.text.push_str(&format!(" order by m.state, m.id limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// How many matters a list has, within reach; no more than `most` are counted, so that it costs the same whatever the
    /// port has.
    pub async fn count_up_to(&self, kind: &str, filter: &Filter, most: i64) -> Result<i64, StoreError> {
        let found = is_overdue(kind, filter) || is_numbered(filter);
        let mut sql = if found { self.select_one("1") } else { self.select("1") };
        sql.filter(kind, filter);
        let most = sql.place(most.into());
        sql.text = format!("select count(*) from ({} limit {most}) as counted", sql.text);
        sql.one(&self.store).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// The file of a receipt, if one of its matters is within reach. One without matters is the port's own.
    pub async fn receipt(&self, id: Uuid) -> Result<Option<Bytes>, StoreError> {
        Ok(self.receipt_row(id).await?.map(|(bytes, _, _)| bytes))
    }

    /// The matter that a receipt is about, the first of several; `None` out of reach.
    pub async fn matter_of_receipt(&self, id: Uuid) -> Result<Option<Uuid>, StoreError> {
        let sql = "select matters from receipts where port = $1 and id = $2";
        let Some(mut row) = self.store.query(sql, &params![self.store.port(), id]).await?.pop() else {
            return Ok(None);
        };
        let Some(matter) = row.bytes(0)?.first_chunk::<16>().copied().map(Uuid::from_bytes) else { return Ok(None) };
        Ok(self.sees(matter).await?.then_some(matter))
    }

    /// The proof that a receipt's leaf is in the log; `None` until it is sequenced, within a second.
    pub async fn proof(&self, id: Uuid) -> Result<Option<Proof>, StoreError> {
        match self.receipt_row(id).await? {
            None => Ok(None),
            Some((_, batch, leaf)) => self.store.prove(batch, leaf).await,
        }
    }

    /// Events after a position (begin with -1) that concern matters within reach, in the order of the log, and the position to go on
    /// from (which moves on also over what is out of reach).
    pub async fn events_after(&self, position: i64, limit: i64) -> Result<(Vec<EventRow>, i64), StoreError> {
        let index = position >> POSITION_BITS;
        let sql = "select e.batch, b.first_index, e.leaf, e.n, e.kind, e.matter, e.data, b.committed_at \
                   from batches b cross join events e \
                   where b.port = $1 and e.port = b.port and e.batch = b.id and b.first_index >= coalesce((select max(o.first_index) from batches o \
                   where o.port = $1 and o.first_index <= $2), 0) and b.first_index + e.leaf >= $2 \
                   and (b.first_index + e.leaf > $2 or e.n > $3) order by b.first_index, e.leaf, e.n limit $4";
        // SQLite reads a cross join from left to right: left to choose, it looks through all events that there ever were.
        let within = position & ((1 << POSITION_BITS) - 1);
        let rows = self.store.query(sql, &params![self.store.port(), index, within, limit]).await?;
        let (mut events, mut last) = (Vec::new(), position);
        for mut row in rows {
            last = (row.int(1)? + row.int(2)?) << POSITION_BITS | row.int(3)?;
            let matter = row.uuid(5)?;
            // Who sees all is asked for none.
            if matches!(self.reach, Reach::Port | Reach::System(_)) || self.sees(matter).await? {
                events.push(EventRow {
                    position: last,
                    kind: row.text(4)?,
                    matter,
                    data: row.text(6)?,
                    at: row.int(7)?,
                });
            }
        }
        Ok((events, last))
    }

    async fn receipt_row(&self, id: Uuid) -> Result<Option<(Bytes, Uuid, i64)>, StoreError> {
        let sql = "select bytes, batch, leaf, matters from receipts where port = $1 and id = $2";
        let Some(mut row) = self.store.query(sql, &params![self.store.port(), id]).await?.pop() else {
            return Ok(None);
        };
        let matters = row.bytes(3)?;
        let mut seen = match &self.reach {
            Reach::Firm(_) => false,
            Reach::Organ(_) => matters.is_empty(),
            Reach::Port | Reach::System(_) => true,
        };
        for matter in matters.as_chunks::<16>().0 {
            seen = seen || self.sees(Uuid::from_bytes(*matter)).await?;
        }
        if !seen {
            return Ok(None);
        }
        Ok(Some((row.bytes(0)?.into(), row.uuid(1)?, row.int(2)?)))
    }

    /// A selection of matters within reach. SQLite reads a cross join from left to right: what a firm sees costs by what it
    /// has, not by the port.
    pub(crate) fn select(&self, columns: &str) -> Sql {
        let Reach::Firm(firm) = &self.reach else { return self.select_one(columns) };
        let text = format!(
            "select {columns} from reach r cross join matters m where r.port = $1 and r.firm = $2 and r.firm <> '' \
             and m.port = r.port and m.id = r.matter and {OWN_OR_PART}"
        );
        Sql { text, params: vec![self.store.port_param(), firm.as_str().into()] }
    }

    /// A selection of a matter that is named: found first, and then whether it is within reach, so that it costs the same
    /// however much a firm has.
    fn select_one(&self, columns: &str) -> Sql {
        self.select_found(columns, "matters m")
    }

    /// The same, found by way of other tables. The offset keeps PostgreSQL from turning it around, as it does on a store that
    /// was filled a moment ago and has no statistics yet.
    fn select_found(&self, columns: &str, found: &str) -> Sql {
        let mut sql = Sql { text: String::new(), params: vec![self.store.port_param()] };
        let of_reach = match &self.reach {
            Reach::Firm(firm) => {
                sql.params.push(firm.as_str().into());
                format!(
                    " and exists (select 1 from reach r where r.port = m.port and r.firm = $2 and r.firm <> '' \
                     and r.matter = m.id and {OWN_OR_PART} limit 1 offset 0)"
                )
            }
            Reach::Organ(organ) => {
                sql.params.push(organ_party(organ).into());
                format!(
                    " and (m.kind not in ('{CONFINED}', '{APPLICATION}', '{PERSON_PERMIT}', '{FLIGHT}', '{DECLARATION}', \
                     '{PRECHECK}', '{CREW_CASE}', '{MANIFEST}', '{CONSIGNMENT}') or exists \
                     (select 1 from reach r where r.port = m.port and r.firm = $2 and r.matter = m.id and r.party = 1))"
                )
            }
            Reach::Port | Reach::System(_) => String::new(),
        };
        sql.text = format!("select {columns} from {found} where m.port = $1{of_reach}");
        sql
    }

    /// The identifier as the index that drives the selection has it.
    fn id_column(&self) -> &'static str {
        if matches!(self.reach, Reach::Firm(_)) { "r.matter" } else { "m.id" }
    }
}

impl Store {
    /// The entries of a matter, whoever asks.
    pub(crate) async fn entries(&self, id: Uuid, after: i64, limit: i64) -> Result<Vec<EntryRow>, StoreError> {
        let sql = "select seq, kind, v, at, actor, on_behalf, channel, receipt, bytes from entries \
                   where port = $1 and matter = $2 and seq > $3 order by seq limit $4";
        self.query(sql, &params![self.port(), id, after, limit]).await?.into_iter().map(entry).collect()
    }
}
