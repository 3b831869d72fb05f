//! Reading matters through the reach of who asks. A row that is absent and one that is out of reach look the same.

use uuid::Uuid;

use crate::log::Proof;
use crate::packed;
use crate::param::{Param, Row, params};
use crate::{Bytes, MatterRow, Store, StoreError};

/// Who asks, as far as rows are concerned. What may be seen *in* a row is decided above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A firm: its own matters and those that it takes part in.
    Firm(String),
    /// The port office: all matters of the port.
    Port,
    /// An organ, by its code: all matters but those of [`CONFINED`] and [`APPLICATION`] in which it takes no part.
    Organ(String),
    /// The program itself, for the reason given.
    System(&'static str),
}

/// The kind of matters that an organ sees only when it is a party to them, under the name of [`organ_party`].
pub const CONFINED: &str = "problem";
/// The other kind of such matters.
pub const APPLICATION: &str = "application";

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

/// A matter as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its identifier.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Number of its entries.
    pub version: i64,
    /// What lists show.
    pub row: MatterRow,
    /// Hash of the code that folded the snapshot.
    pub fold: String,
    /// The fold of its journal; empty in lists.
    pub snapshot: Vec<u8>,
}

/// An entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Its number, from 1.
    pub seq: i64,
    /// Kind.
    pub kind: String,
    /// Version of the kind's form.
    pub v: i64,
    /// When it holds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// For whom.
    pub on_behalf: Option<String>,
    /// By which way.
    pub channel: String,
    /// The receipt that covers it.
    pub receipt: Uuid,
    /// The entry itself.
    pub bytes: Vec<u8>,
}

/// An event behind the sequenced position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place; ask for what comes after it.
    pub position: i64,
    /// Kind.
    pub kind: String,
    /// The matter.
    pub matter: Uuid,
    /// JSON.
    pub data: String,
    /// When its batch was committed.
    pub at: i64,
}

/// What a list shows. Conditions that are empty do not narrow it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// States, one of which it has.
    pub states: Vec<String>,
    /// The firm whose matter it is.
    pub firm: Option<String>,
    /// What it is about.
    pub subject_key: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Words that it has, all of them; the last may end with `*` and then is a beginning.
    pub tokens: Vec<String>,
    /// It falls due before this instant.
    pub due_before: Option<i64>,
    /// The step of a task, in queues alone; with a colon at its end every step that begins so (`answers:`).
    pub step: Option<String>,
    /// It starts between these instants, the second excluded.
    pub starts_between: Option<(i64, i64)>,
    /// It ends at this instant or later.
    pub ends_from: Option<i64>,
    /// The order.
    pub order: Order,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest matter first.
    #[default]
    Newest,
    /// What falls due first; what never does, last.
    Due,
    /// What starts first.
    Starts,
    /// What ends first.
    Ends,
}

/// Where a page of a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Value of the order's column; 0 for [`Order::Newest`].
    pub key: i64,
    /// Identifier of the last matter.
    pub id: Uuid,
}

impl Stored {
    /// Where a page in that order goes on that ends here.
    pub fn cursor(&self, order: Order) -> Cursor {
        let key = match order {
            Order::Newest => 0,
            Order::Due => self.row.due_at.unwrap_or(i64::MAX),
            Order::Starts => self.row.starts_at.unwrap_or(i64::MAX),
            Order::Ends => self.row.ends_at.unwrap_or(i64::MAX),
        };
        Cursor { key, id: self.id }
    }
}

/// Columns of a matter in lists.
pub(crate) const COLUMNS: &str = "m.id, m.kind, m.version, m.number, m.firm, m.title, m.subject_key, m.state, m.holder, m.due_at, \
                       m.starts_at, m.ends_at, m.place, m.opened_at, m.updated_at, m.fold";

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

    /// True when the matter is within reach.
    pub async fn sees(&self, id: Uuid) -> Result<bool, StoreError> {
        let mut sql = self.select_one("m.version");
        sql.and("m.id =", id.into());
        Ok(sql.one(&self.store).await?.is_some())
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
        let mut sql = if overdue { self.select_one(COLUMNS) } else { self.select(COLUMNS) };
        sql.filter(kind, filter);
        let id = if overdue { "m.id" } else { self.id_column() };
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

    /// Matters in these states, what starts first at the head and without snapshots. Found by their states and only then
    /// by who sees them: for states in which few matters are it costs by what is under way, however much a firm ever had.
    pub async fn in_states(&self, kind: &str, states: &[String], limit: i64) -> Result<Vec<Stored>, StoreError> {
        let mut sql = self.select_one(COLUMNS);
        sql.and("m.kind =", kind.into());
        sql.and_in("m.state", states);
        let limit = sql.place(limit.into());
        // The sign keeps SQLite from walking the index of starts, in which everything stands that ever was.
        sql.text.push_str(&format!(" and m.starts_at is not null order by +m.starts_at, m.id limit {limit}"));
        sql.all(&self.store).await?.into_iter().map(stored).collect()
    }

    /// How many matters a list has, within reach; no more than `most` are counted, so that it costs the same whatever the
    /// port has.
    pub async fn count_up_to(&self, kind: &str, filter: &Filter, most: i64) -> Result<i64, StoreError> {
        let mut sql = if is_overdue(kind, filter) { self.select_one("1") } else { self.select("1") };
        sql.filter(kind, filter);
        let most = sql.place(most.into());
        sql.text = format!("select count(*) from ({} limit {most}) as counted", sql.text);
        sql.one(&self.store).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// How many matters of a kind are in each state, within reach.
    pub async fn counts_by_state(&self, kind: &str, filter: &Filter) -> Result<Vec<(String, i64)>, StoreError> {
        let mut sql = self.select("m.state, count(*)");
        sql.filter(kind, filter);
        sql.text.push_str(" group by m.state order by m.state");
        let rows = sql.all(&self.store).await?;
        rows.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?))).collect()
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
                   from batches b join events e on e.port = b.port and e.batch = b.id \
                   where b.port = $1 and b.first_index > $2 and b.first_index + e.leaf >= $3 \
                   and (b.first_index + e.leaf > $3 or e.n > $4) order by b.first_index, e.leaf, e.n limit $5";
        let within = position & ((1 << POSITION_BITS) - 1);
        let from = index - crate::engine::LARGEST_BATCH as i64;
        let rows = self.store.query(sql, &params![self.store.port(), from, index, within, limit]).await?;
        let (mut events, mut last) = (Vec::new(), position);
        for mut row in rows {
            last = (row.int(1)? + row.int(2)?) << POSITION_BITS | row.int(3)?;
            let matter = row.uuid(5)?;
            if self.sees(matter).await? {
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

    /// A selection of matters within reach.
    pub(crate) fn select(&self, columns: &str) -> Sql {
        // SQLite reads a cross join from left to right: what a firm sees costs by what it has, not by the port.
        self.select_from(columns, "reach r cross join matters m")
    }

    /// A selection of a matter that is named: found first, and then whether it is within reach, so that it costs the same
    /// however much a firm has.
    fn select_one(&self, columns: &str) -> Sql {
        self.select_from(columns, "matters m cross join reach r")
    }

    fn select_from(&self, columns: &str, joined: &str) -> Sql {
        let mut sql = Sql { text: String::new(), params: vec![self.store.port_param()] };
        match &self.reach {
            Reach::Firm(firm) => {
                sql.text = format!(
                    "select {columns} from {joined} where r.port = $1 and r.firm = $2 and r.firm <> '' \
                     and m.port = r.port and m.id = r.matter \
                     and ((r.party = 0 and m.firm = r.firm) or (r.party = 1 and m.firm <> r.firm))"
                );
                sql.params.push(firm.as_str().into());
            }
            Reach::Organ(organ) => {
                sql.text = format!(
                    "select {columns} from matters m where m.port = $1 and (m.kind not in ('{CONFINED}', '{APPLICATION}') or exists \
                     (select 1 from reach r where r.port = m.port and r.firm = $2 and r.matter = m.id and r.party = 1))"
                );
                sql.params.push(organ_party(organ).into());
            }
            Reach::Port | Reach::System(_) => {
                sql.text = format!("select {columns} from matters m where m.port = $1");
            }
        }
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

/// SQL with its values, growing together.
pub(crate) struct Sql {
    pub text: String,
    pub params: Vec<Param>,
}

impl Sql {
    /// Binds a value; gives its place.
    pub fn place(&mut self, value: Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    /// A condition that ends with a value.
    pub fn and(&mut self, condition: &str, value: Param) {
        let place = self.place(value);
        self.text.push_str(&format!(" and {condition} {place}"));
    }

    /// A condition that a column has one of the values; none means no condition.
    pub fn and_in(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let places: Vec<_> = values.iter().map(|value| self.place(value.as_str().into())).collect();
            self.text.push_str(&format!(" and {column} in ({})", places.join(", ")));
        }
    }

    /// The conditions of a list of matters.
    pub fn filter(&mut self, kind: &str, filter: &Filter) {
        match kind {
            "" => {}
            // Said literally, so that the indexes that hold problems alone are used.
            CONFINED => self.text.push_str(&format!(" and m.kind = '{CONFINED}'")),
            _ => self.and("m.kind =", kind.into()),
        }
        if is_overdue(kind, filter) {
            self.text.push_str(" and m.ends_at is null and m.due_at is not null");
        }
        self.and_in("m.state", &filter.states);
        let texts = [
            ("m.firm =", &filter.firm),
            ("m.subject_key =", &filter.subject_key),
            ("m.holder =", &filter.holder),
            ("m.place =", &filter.place),
        ];
        for (condition, value) in texts {
            if let Some(value) = value {
                self.and(condition, value.as_str().into());
            }
        }
        if filter.subject_key.is_some() {
            // Said literally, so that the index that leaves empty ones out is used.
            self.text.push_str(" and m.subject_key <> ''");
        }
        let instants = [("m.due_at <", filter.due_before), ("m.ends_at >=", filter.ends_from)];
        for (condition, value) in instants.into_iter().filter_map(|(condition, value)| Some((condition, value?))) {
            self.and(condition, value.into());
        }
        if let Some((from, to)) = filter.starts_between {
            self.and("m.starts_at >=", from.into());
            self.and("m.starts_at <", to.into());
        }
        for token in &filter.tokens {
            self.token(token);
        }
    }

    fn token(&mut self, token: &str) {
        let found = "m.id in (select t.matter from tokens t where t.port = m.port and t.token";
        let place = match token.strip_suffix('*') {
            None => self.place(token.into()),
            Some(beginning) => {
                let from = self.place(beginning.into());
                // The last character there is: what lies between the two begins as asked.
                let to = self.place(format!("{beginning}\u{10ffff}").into());
                return self.text.push_str(&format!(" and {found} >= {from} and t.token < {to})"));
            }
        };
        self.text.push_str(&format!(" and {found} = {place})"));
    }

    pub async fn all(&self, store: &Store) -> Result<Vec<Row>, StoreError> {
        store.query(&self.text, &self.params).await
    }

    async fn one(&self, store: &Store) -> Result<Option<Row>, StoreError> {
        Ok(self.all(store).await?.into_iter().next())
    }
}

/// True for a list of overdue problems: of these there are few, however much a firm or unit ever had, and they are found by
/// their limit, and then by who sees them.
fn is_overdue(kind: &str, filter: &Filter) -> bool {
    kind == CONFINED && filter.due_before.is_some()
}

/// A matter from the columns of a list, with its snapshot if it follows them.
pub(crate) fn stored(mut row: Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: row.uuid(0)?,
        kind: row.text(1)?,
        version: row.int(2)?,
        row: MatterRow {
            number: row.text(3)?,
            firm: row.text(4)?,
            title: row.text(5)?,
            subject_key: row.text(6)?,
            state: row.text(7)?,
            holder: row.text(8)?,
            due_at: row.opt_int(9)?,
            starts_at: row.opt_int(10)?,
            ends_at: row.opt_int(11)?,
            place: row.text(12)?,
            opened_at: row.int(13)?,
            updated_at: row.int(14)?,
        },
        fold: row.text(15)?,
        snapshot: if row.0.len() > 16 { packed::unpack(row.bytes(16)?)? } else { Vec::new() },
    })
}

fn entry(mut row: Row) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        seq: row.int(0)?,
        kind: row.text(1)?,
        v: row.int(2)?,
        at: row.int(3)?,
        actor: row.text(4)?,
        on_behalf: row.opt_text(5)?,
        channel: row.text(6)?,
        receipt: row.uuid(7)?,
        bytes: row.bytes(8)?,
    })
}
