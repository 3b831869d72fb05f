//! Opening, reading and listing ship calls, and the acts on them that carry no document.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::Formality,
    ship_call::{Act, Copied, Entry, Opened, Record, ShipCall, Status, TimeKind, apply, fold},
};
use store::{Filter, Order, Stored, reach::Cursor};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request, SHIP_CALL},
    snapshot::{self, FOLD},
};

/// A call with its identifier.
#[derive(Clone, Debug)]
pub struct Call {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub call: ShipCall,
}

/// What is needed to open a call.
#[derive(Clone, Debug, Default)]
pub struct NewCall {
    /// IMO number of the ship.
    pub imo: String,
    /// Kind of call.
    pub kind: String,
    /// Estimated arrival, ISO 8601 with zone.
    pub eta: Option<Instant>,
    /// Estimated departure.
    pub etd: Option<Instant>,
    /// Last and next port, UN/LOCODE.
    pub last_port: String,
    /// Next port.
    pub next_port: String,
    /// What happened, when she comes in distress.
    pub report: Text,
    /// Number of the earlier call from which to copy.
    pub copy_from: Option<String>,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct CallLine {
    /// The matter's identifier.
    pub id: Uuid,
    /// The columns.
    pub row: store::MatterRow,
}

/// Which calls to list.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Only these states.
    pub states: Vec<String>,
    /// Words of a search.
    pub words: String,
    /// The cursor of the page before.
    pub after: Option<String>,
}

/// Lines of a page.
const PAGE: i64 = 25;

/// Entries of a page of a journal.
const JOURNAL_PAGE: i64 = 100;

impl From<Stored> for CallLine {
    fn from(stored: Stored) -> Self {
        CallLine { id: stored.id, row: stored.row }
    }
}

/// So many calls of a list are counted; nobody pages through more.
pub const MOST_COUNTED: i64 = 1000;

/// True when nothing is done on a call any more: she has sailed, or the call has ended.
pub(crate) fn is_over(status: Status) -> bool {
    matches!(status, Status::Departed | Status::Ended)
}

/// The states of calls that are under way.
pub(crate) fn under_way() -> Vec<String> {
    Status::ALL.into_iter().filter(|status| !is_over(*status)).map(|status| status.code().to_owned()).collect()
}

fn search(filter: &CallFilter) -> Filter {
    Filter {
        states: filter.states.clone(),
        tokens: crate::search::query_tokens(&filter.words),
        order: Order::Newest,
        ..Filter::default()
    }
}

fn cursor(after: &str) -> Option<Cursor> {
    Some(Cursor { key: 0, id: Uuid::parse_str(after).ok()? })
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct PageOf<T> {
    /// Lines.
    pub lines: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

impl Office {
    /// Reads the fold of a call within the actor's reach.
    pub(crate) async fn load(&self, actor: &Actor, id: Uuid) -> Result<ShipCall, Error> {
        let stored = self.store.reach(actor.reach()).matter(id).await?.ok_or(Error::NotFound)?;
        self.unfold(id, stored).await
    }

    /// The snapshot, or the fold of the whole journal when another program wrote the snapshot.
    pub(crate) async fn unfold(&self, id: Uuid, stored: Stored) -> Result<ShipCall, Error> {
        if stored.kind != SHIP_CALL {
            return Err(Error::NotFound);
        }
        if stored.fold == FOLD
            && let Some(call) = snapshot::unpack(&stored.snapshot, &self.profile)?
        {
            return Ok(call);
        }
        let records = self.records(id).await?;
        Ok(fold(&records))
    }

    /// The whole journal of a call.
    pub(crate) async fn records(&self, id: Uuid) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(store::Reach::System("folding")).entries(id, 0, i64::MAX).await?;
        rows.iter().map(record).collect()
    }

    /// The call of a number, within the actor's reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn call(&self, actor: &Actor, number: &str) -> Result<Call, Error> {
        actor.require(Right::ReadCalls)?;
        let stored = self.store.reach(actor.reach()).matter_by_number(number).await?.ok_or(Error::NotFound)?;
        let id = stored.id;
        Ok(Call { id, call: self.unfold(id, stored).await? })
    }

    /// The journal of a call, oldest first, of at most `limit` entries, with the words that the actor may read.
    pub async fn journal(&self, actor: &Actor, id: Uuid, limit: i64) -> Result<Vec<Record>, Error> {
        actor.require(Right::ReadCalls)?;
        let rows = self.store.reach(actor.reach()).entries(id, 0, limit).await?;
        let mut records: Vec<Record> = rows.iter().map(record).collect::<Result<_, _>>()?;
        self.open_records(actor, id, &mut records).await?;
        Ok(records)
    }

    /// A page of the journal of a call, oldest first, with the words that the actor may read; `after` is the `next` of the
    /// page before.
    pub async fn journal_page(&self, actor: &Actor, id: Uuid, after: Option<&str>) -> Result<PageOf<Record>, Error> {
        actor.require(Right::ReadCalls)?;
        let after = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let mut rows = self.store.reach(actor.reach()).entries(id, after, JOURNAL_PAGE + 1).await?;
        let more = rows.len() > JOURNAL_PAGE as usize;
        rows.truncate(JOURNAL_PAGE as usize);
        let next = rows.last().filter(|_| more).map(|last| last.seq.to_string());
        let mut lines: Vec<Record> = rows.iter().map(record).collect::<Result<_, _>>()?;
        self.open_records(actor, id, &mut lines).await?;
        Ok(PageOf { lines, next })
    }

    /// The journal as [`Office::journal`], each entry with the identifier of the receipt that covers it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn receipted_journal(&self, actor: &Actor, id: Uuid, limit: i64) -> Result<Vec<(Record, String)>, Error> {
        actor.require(Right::ReadCalls)?;
        let rows = self.store.reach(actor.reach()).entries(id, 0, limit).await?;
        let mut records: Vec<Record> = rows.iter().map(record).collect::<Result<_, _>>()?;
        self.open_records(actor, id, &mut records).await?;
        Ok(records.into_iter().zip(rows).map(|(record, row)| (record, row.receipt.to_string())).collect())
    }

    /// The receipts of the versions of a formality, by version.
    ///
    /// # Errors
    /// The store's own.
    pub async fn filing_receipts(
        &self,
        actor: &Actor,
        id: Uuid,
        formality: Formality,
    ) -> Result<BTreeMap<u32, String>, Error> {
        let journal = self.receipted_journal(actor, id, i64::MAX).await?;
        let of = journal.into_iter().filter_map(|(record, receipt)| match record.entry {
            Entry::Filed(filed) if filed.formality == formality => Some((filed.version, receipt)),
            _ => None,
        });
        Ok(of.collect())
    }

    /// Calls within the actor's reach, by arrival.
    pub async fn calls(&self, actor: &Actor, filter: &CallFilter) -> Result<PageOf<CallLine>, Error> {
        actor.require(Right::ReadCalls)?;
        let search = search(filter);
        let after = filter.after.as_deref().and_then(cursor);
        let mut found = self.store.reach(actor.reach()).list(SHIP_CALL, &search, after, PAGE + 1).await?;
        let more = found.len() > PAGE as usize;
        found.truncate(PAGE as usize);
        let next = found.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(PageOf { lines: found.into_iter().map(CallLine::from).collect(), next })
    }

    /// Calls that are under way with their folds, by arrival, at most a hundred: what an agent's day is made of. Two
    /// statements, however many there are.
    ///
    /// # Errors
    /// The store's own.
    pub async fn open_calls(&self, actor: &Actor) -> Result<Vec<Call>, Error> {
        actor.require(Right::ReadCalls)?;
        let reach = self.store.reach(actor.reach());
        let lines = reach.in_states(SHIP_CALL, &under_way(), 100).await?;
        let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
        let mut calls = Vec::new();
        for stored in reach.matters(&ids).await? {
            calls.push(Call { id: stored.id, call: self.unfold(stored.id, stored).await? });
        }
        calls.sort_by_key(|found| ids.iter().position(|id| *id == found.id));
        Ok(calls)
    }

    /// A call as an actor may see it, to be shown and never decided on: with the words that concern her in the clear, and
    /// without what other firms answered for it before, which is not another firm's business.
    ///
    /// # Errors
    /// The store's own.
    pub async fn call_for(&self, actor: &Actor, found: &Call) -> Result<ShipCall, Error> {
        let mut seen = found.call.clone();
        if matches!(actor.party, domain::ship_call::Party::Firm(_)) {
            seen.former_agents.clear();
        }
        self.open_call_words(actor, found.id, &mut seen).await?;
        Ok(seen)
    }

    /// What other filings and the ship's record already say, for a formality that is filed the first time.
    pub fn prefilled(&self, call: &ShipCall, formality: Formality) -> Value {
        let expected = |event: &str| call.expected(event);
        known(formality, &call.facts, expected)
    }

    /// How many calls a list has, within the actor's reach; [`MOST_COUNTED`] and one stand for more than that.
    pub async fn calls_found(&self, actor: &Actor, filter: &CallFilter) -> Result<i64, Error> {
        actor.require(Right::ReadCalls)?;
        Ok(self.store.reach(actor.reach()).count_up_to(SHIP_CALL, &search(filter), MOST_COUNTED + 1).await?)
    }

    /// Opens a call with its first times; with `copy_from`, what still holds of the earlier call becomes drafts of this one.
    /// All of it is one transaction. A retry gets the call that was opened first.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each fault of the request; [`Error::NotFound`] when the earlier call is not the firm's.
    pub async fn open_call(&self, actor: &Actor, new: &NewCall, request: &Request) -> Result<Done, Error> {
        actor.require(Right::File)?;
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let faults = self.check_new(new);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let ship = self.ship_of_record(&new.imo).await?.ok_or_else(|| Error::Invalid(vec![unknown_ship()]))?;
        let id = self.new_id();
        let year = self.now().date(&self.profile.zone).year();
        let serial = self.store.number(&format!("call-{year}")).await?;
        let number = format!("{year}-{}-{serial:06}", self.profile.port.letters);
        let copied = match &new.copy_from {
            Some(earlier) => Some((self.call(actor, earlier).await?, earlier.clone())),
            None => None,
        };
        let opened = Opened {
            number,
            port: self.profile.port.code.clone(),
            agent: actor.unit().to_owned(),
            ship,
            kind: new.kind.clone(),
            facts: self.opening_facts(actor, new).await?,
            report: (new.kind == "distress").then(|| new.report.clone().into()),
            copied_from: copied.as_ref().map(|(earlier, number)| Copied {
                number: number.clone(),
                formalities: earlier.call.filings.keys().copied().collect(),
            }),
        };
        let side = match &copied {
            Some((earlier, _)) => self.copied_drafts(actor, earlier, id, new, &opened.facts).await?,
            None => Vec::new(),
        };
        let (open, documents) = self.seal_act(id, &Act::Open(Box::new(opened)))?;
        let baggage = Baggage { what: "call opened".to_owned(), side, documents };
        let acts: Vec<Act> = [open].into_iter().chain(first_times(new)).collect();
        self.commit(actor, id, ShipCall::default(), &acts, request, &baggage).await
    }

    /// What is known of a call when it is opened: her ports, and the shuttle permit of an earlier call that still holds.
    async fn opening_facts(&self, actor: &Actor, new: &NewCall) -> Result<BTreeMap<String, Value>, Error> {
        let ports = [("last_port", new.last_port.as_str()), ("next_port", new.next_port.as_str())];
        let mut facts: BTreeMap<String, Value> = ports
            .into_iter()
            .filter(|(_, code)| !code.is_empty())
            .map(|(name, code)| (name.to_owned(), Value::from(code)))
            .collect();
        if new.kind == "shuttle"
            && let Some((from, until)) = self.shuttle_term(actor, &new.imo).await?
        {
            facts.insert("shuttle_permit_from".to_owned(), from.to_string().as_str().into());
            facts.insert("shuttle_permit_until".to_owned(), until.to_string().as_str().into());
        }
        Ok(facts)
    }

    /// The term of the shuttle permit that this agent has for a ship (Decree 175 art. 14). A call that was opened under
    /// a permit knows it, so the newest calls are enough.
    async fn shuttle_term(&self, actor: &Actor, imo: &str) -> Result<Option<(Instant, Instant)>, Error> {
        let wanted = Filter { subject_key: Some(imo.to_owned()), order: Order::Newest, ..Filter::default() };
        let now = self.now();
        let mut best: Option<(Instant, Instant)> = None;
        for line in self.store.reach(actor.reach()).list(SHIP_CALL, &wanted, None, 8).await? {
            let term = self.load(actor, line.id).await?.shuttle_term().filter(|(_, until)| now < *until);
            best = best.into_iter().chain(term).max_by_key(|(_, until)| *until);
        }
        Ok(best)
    }

    fn check_new(&self, new: &NewCall) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str| {
            faults.push(Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en)));
        };
        if !domain::reference::imo::imo_number_ok(&new.imo) {
            fault(
                "PQ-CALL-020",
                "/imo",
                "国际海事组织编号有误(校验位不符)。",
                "The IMO number is wrong (its check digit does not fit).",
                "请填写 7 位编号，如 9074729。",
                "Give the seven digits, for example 9074729.",
            );
        }
        if self.kinds().iter().all(|(code, _)| *code != new.kind) {
            fault(
                "PQ-CALL-021",
                "/kind",
                "未选择来港目的。",
                "The kind of call is missing.",
                "请从列表选择。",
                "Choose it from the list.",
            );
        }
        if new.kind == "distress" && new.report.zh.trim().is_empty() && new.report.en.trim().is_empty() {
            fault(
                "PQ-CALL-025",
                "/report",
                "遇险报告未写明情况。",
                "The report of distress says nothing of what happened.",
                "请写明发生了什么、在何处。",
                "Write what happened, and where.",
            );
        }
        if new.eta.zip(new.etd).is_some_and(|(eta, etd)| etd < eta) {
            fault(
                "PQ-CALL-030",
                "/etd",
                "预计离港时间早于预计抵港时间。",
                "The estimated departure is earlier than the estimated arrival.",
                "请更正其中一个时间。",
                "Correct one of the two times.",
            );
        }
        if new.eta.is_none() {
            fault(
                "PQ-CALL-022",
                "/eta",
                "缺少预计抵港时间。",
                "The estimated time of arrival is missing.",
                "请填写日期和时间。",
                "Give date and time.",
            );
        }
        for (place, code) in [("/last_port", &new.last_port), ("/next_port", &new.next_port)] {
            if !code.is_empty() && domain::reference::locode(code).is_none() {
                fault(
                    "PQ-CALL-023",
                    place,
                    "不是联合国口岸代码。",
                    "This is not a UN/LOCODE.",
                    "请填写 5 位代码，如 KRINC。",
                    "Give the five letters, for example KRINC.",
                );
            }
        }
        faults
    }

    /// What is flagged in a new call, and not refused. Calls are also opened afterwards (a ship came in distress, or the
    /// program was out of service), so an arrival that has passed may be meant; far more often it is a slip of the pen.
    pub fn flagged_in_new(&self, new: &NewCall) -> Vec<Fault> {
        let now = self.now();
        let gone = new.eta.filter(|eta| *eta < now && new.kind != "distress");
        gone.map(|_| {
            Fault::new(
                Severity::Warning,
                "PQ-CALL-029",
                "/eta",
                Text::new("预计抵港时间已经过去。", "The estimated time of arrival has passed already."),
                Text::new(
                    "请核对时间；如系船舶抵港后补建航次，可以继续，并请填报实际抵港时间。",
                    "Check it. If you open the call after the ship has come, go on, and state the actual arrival.",
                ),
            )
        })
        .into_iter()
        .collect()
    }

    /// The kinds of call that the port knows, with their words: the rows of the table `call-kinds`.
    pub fn kinds(&self) -> Vec<(String, Text)> {
        let now = self.now();
        let codes = self.profile.codes("call-kinds", "kind").into_iter();
        codes
            .filter_map(|kind| {
                let inputs = Value::from([("kind", kind.as_str().into())]);
                self.profile.hit("call-kinds", now, &inputs).map(|row| (kind, row.reason()))
            })
            .collect()
    }

    /// Does an act that carries no document but the words that were written in it, which are sealed here.
    ///
    /// # Errors
    /// As [`Office::act`]: not found, refused, conflict.
    pub async fn do_act(&self, actor: &Actor, id: Uuid, act: &Act, request: &Request) -> Result<Done, Error> {
        actor.require(right_for(act))?;
        if let Act::ChangeAgent { agent } = act
            && !self.is_agent(agent).await?
        {
            return Err(Error::Invalid(vec![unknown_agent(agent)]));
        }
        self.require_known_neighbours(actor, id, act).await?;
        let (act, documents) = self.seal_act(id, act)?;
        self.act(actor, id, &act, request, Baggage { documents, ..Baggage::default() }).await
    }
}

/// What is known of a call by the names of a formality's fields: the expected times and the facts.
pub(crate) fn known(
    formality: Formality,
    facts: &BTreeMap<String, Value>,
    expected: impl Fn(&str) -> Option<Instant>,
) -> Value {
    let mut content = Value::default();
    for field in formality.spec().fields {
        let value = match field.name {
            "eta" => expected("arrival").map(|at| Value::Text(at.to_string())),
            "etd" => expected("departure").map(|at| Value::Text(at.to_string())),
            name => facts.get(name).filter(|value| !matches!(value, Value::List(_) | Value::Map(_))).cloned(),
        };
        if let Some(value) = value {
            content.set(&format!("/{}", field.name), value);
        }
    }
    content
}

/// The estimated times with which a call is opened.
fn first_times(new: &NewCall) -> impl Iterator<Item = Act> {
    let stated = [("arrival", new.eta), ("departure", new.etd)].into_iter();
    stated.filter_map(|(event, at)| {
        Some(Act::StateTime {
            event: event.to_owned(),
            kind: TimeKind::Estimated,
            at: at?,
            replies_to: None,
            delay_reason: None,
        })
    })
}

fn right_for(act: &Act) -> Right {
    match act {
        Act::Open(_)
        | Act::File { .. }
        | Act::Withdraw { .. }
        | Act::Answer { .. }
        | Act::ChangeAgent { .. }
        | Act::End { .. } => Right::File,
        Act::ReportDistress { .. } => Right::ReadCalls,
        Act::StateTime { .. } => Right::StateTimes,
        Act::PlanBerth { .. } => Right::PlanBerths,
        _ => Right::Decide,
    }
}

fn unknown_agent(code: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CALL-026",
        "/agent",
        Text::new(
            format!("本口岸企业档案中没有代码为“{code}”的船舶代理。"),
            format!("No ship's agent of this port's records has the code “{code}”."),
        ),
        Text::new(
            "请从列表中选择；尚未建档的，请先由该企业登记。",
            "Choose one from the list; an agent without a record registers first.",
        ),
    )
}

fn unknown_ship() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CALL-024",
        "/imo",
        Text::new("本口岸尚无该船档案。", "This port has no record of the ship yet."),
        Text::new("请先在“船舶”页登记。", "Register her on the page “Ships” first."),
    )
}

/// Reads an entry as the store keeps it. The seam for changes of form: what cannot be read as today's form is brought there
/// by its version. Form 2 seals words that form 1 held in the clear, and reads both.
pub(crate) fn record(row: &store::EntryRow) -> Result<Record, Error> {
    let entry: Entry = match row.v {
        1 | 2 => serde_json::from_slice(&row.bytes)?,
        newer => return Err(Error::Internal(format!("entry {} has form {newer}, of a newer program", row.seq))),
    };
    let (party, person) = row.actor.split_once('/').unwrap_or((&row.actor, ""));
    Ok(Record {
        at: Instant(row.at),
        party: party.to_owned(),
        person: person.to_owned(),
        on_behalf: row.on_behalf.clone(),
        channel: row.channel.clone(),
        entry,
    })
}

/// Folds what the store keeps; used by rebuilding.
pub(crate) fn fold_rows(rows: &[store::EntryRow]) -> Result<ShipCall, Error> {
    let mut call = ShipCall::default();
    for row in rows {
        apply(&mut call, &record(row)?);
    }
    Ok(call)
}
