//! Reading and listing ship calls, and the acts on them that carry no document.

mod kept;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::{Formality, Kind},
    ship_call::{Act, Entry, Record, ShipCall, Status},
};
use store::{Filter, Order, Stored};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Right,
    acting::{Baggage, Request},
    kept::{Kept, record},
};

/// A call with its identifier.
#[derive(Clone, Debug)]
pub struct Call {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub call: ShipCall,
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

/// Fields that say the same on every form that has them.
const ON_EVERY_FORM: [&str; 5] = ["voyage_number", "master", "agent_name", "agent_contact", "contact"];

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
    status.is_over()
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

impl Office {
    /// Reads the fold of a call within the actor's reach.
    pub(crate) async fn load(&self, actor: &Actor, id: Uuid) -> Result<ShipCall, Error> {
        self.read(actor.reach(), id).await
    }

    /// The whole journal of a call.
    pub(crate) async fn records(&self, id: Uuid) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(store::Reach::System("folding")).entries(id, 0, i64::MAX).await?;
        rows.iter().map(record::<ShipCall>).collect()
    }

    /// The call of a number, within the actor's reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn call(&self, actor: &Actor, number: &str) -> Result<Call, Error> {
        actor.require(Right::ReadCalls)?;
        let (id, call) = self.find(actor.reach(), number).await?;
        Ok(Call { id, call })
    }

    /// The journal of a call, oldest first, of at most `limit` entries, with the words that the actor may read.
    pub async fn journal(&self, actor: &Actor, id: Uuid, limit: i64) -> Result<Vec<Record>, Error> {
        actor.require(Right::ReadCalls)?;
        let rows = self.store.reach(actor.reach()).entries(id, 0, limit).await?;
        let mut records: Vec<Record> = rows.iter().map(record::<ShipCall>).collect::<Result<_, _>>()?;
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
        let mut lines: Vec<Record> = rows.iter().map(record::<ShipCall>).collect::<Result<_, _>>()?;
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
        let mut records: Vec<Record> = rows.iter().map(record::<ShipCall>).collect::<Result<_, _>>()?;
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
        let page = self.page_of(actor.reach(), ShipCall::KIND, &search(filter), filter.after.as_deref(), PAGE).await?;
        let PageOf { lines, next } = page;
        Ok(PageOf { lines: lines.into_iter().map(CallLine::from).collect(), next })
    }

    /// Calls that are under way with their folds, by arrival, at most a hundred: what an agent's day is made of. Two
    /// statements, however many there are.
    ///
    /// # Errors
    /// The store's own.
    pub async fn open_calls(&self, actor: &Actor) -> Result<Vec<Call>, Error> {
        actor.require(Right::ReadCalls)?;
        let reach = self.store.reach(actor.reach());
        let lines = reach.calls_in(&under_way(), 100).await?;
        let mut folds = self.folds_of::<ShipCall>(&reach, &lines).await?;
        let calls = lines
            .iter()
            .filter_map(|line| Some(Call { id: line.id, call: Arc::unwrap_or_clone(folds.remove(&line.id)?) }));
        Ok(calls.collect())
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

    /// What the call already says of a formality that was not filed yet: times and facts, and of what this agent filed what
    /// is the same on every form.
    ///
    /// # Errors
    /// The store's own.
    pub async fn prefilled(&self, actor: &Actor, call: &ShipCall, formality: Formality) -> Result<Value, Error> {
        let mut content = known(formality, &call.facts, |event: &str| call.expected(event));
        let has = |formality: Formality, name: &str| formality.spec().fields.iter().any(|field| field.name == name);
        let mut open: Vec<&str> =
            ON_EVERY_FORM.into_iter().filter(|name| has(formality, name) && content.get(name).is_empty()).collect();
        let mut filings: Vec<_> = call.filings.iter().collect();
        filings.sort_by_key(|(_, filing)| std::cmp::Reverse(filing.entry));
        for (of, filing) in filings {
            // Who took the call over has a person of its own to be asked.
            let standing = filing.standing().filter(|version| version.agent == call.agent);
            let Some(version) = standing.filter(|_| open.iter().any(|name| has(*of, name))) else { continue };
            let said = match self.content(actor, &version.document).await {
                Err(Error::Gone(_)) => continue,
                said => said?,
            };
            open.retain(|name| {
                let value = said.get(name);
                if !value.is_empty() {
                    content.set(&format!("/{name}"), value.clone());
                }
                value.is_empty()
            });
        }
        Ok(content)
    }

    /// How many calls a list has, within the actor's reach; [`MOST_COUNTED`] and one stand for more than that.
    pub async fn calls_found(&self, actor: &Actor, filter: &CallFilter) -> Result<i64, Error> {
        actor.require(Right::ReadCalls)?;
        Ok(self.store.reach(actor.reach()).count_up_to(ShipCall::KIND, &search(filter), MOST_COUNTED + 1).await?)
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
        let (sealed, documents) = self.seal_act(id, act)?;
        let acts = [(id, sealed)];
        let mut last = Error::Conflict;
        for _ in 0..3 {
            // What several calls share is looked through under a mark: of two at the same moment one looks again.
            let guard = match self.shared_by(actor, id, act).await? {
                None => None,
                Some(resource) => Some((self.store.guard(&resource).await?, resource)),
            };
            if let Err(refused) = self.require_free(actor, id, act).await {
                // A retry of what was done finds others beside it: its answer is the first one.
                return self.known_answer(actor, &request.about(id, "")).await?.ok_or(refused);
            }
            let side = guard.iter().map(|(read, resource)| self.store.guard_side(resource, *read)).collect();
            let baggage = Baggage { documents: documents.clone(), side, ..Baggage::default() };
            match self.act::<ShipCall>(actor, &acts, request, &baggage).await {
                Err(Error::Conflict) if guard.is_some() => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// What an act shares with acts on other calls: a berth that is planned, a ship that is let in.
    async fn shared_by(&self, actor: &Actor, id: Uuid, act: &Act) -> Result<Option<String>, Error> {
        Ok(match act {
            Act::PlanBerth { berth, .. } => Some(format!("berth {berth}")),
            Act::Decide { outcome, .. } if outcome.is_granted() => {
                Some(format!("ship {}", self.load(actor, id).await?.ship.imo))
            }
            _ => None,
        })
    }

    /// Refuses what another call stands against: a berth that is planned for another ship, a ship that is let in already.
    async fn require_free(&self, actor: &Actor, id: Uuid, act: &Act) -> Result<(), Error> {
        match act {
            Act::PlanBerth { .. } => self.require_known_neighbours(actor, id, act).await,
            Act::Decide { outcome, .. } if outcome.is_granted() => {
                self.require_only_entry(&self.load(actor, id).await?, act).await
            }
            _ => Ok(()),
        }
    }
}

/// What is known of a call by the names of a formality's fields: the expected times and the facts.
pub(crate) fn known(
    formality: Formality,
    facts: &BTreeMap<String, Value>,
    expected: impl Fn(&str) -> Option<Instant>,
) -> Value {
    let mut content = Value::default();
    // Those who leave were counted when the departure was filed; until then they are those who came.
    let persons = |exit: &str, entry: &str| {
        let at_exit = formality == Formality::ExitFormalities;
        facts.get(exit).filter(|_| at_exit).or_else(|| facts.get(entry)).cloned()
    };
    for field in formality.spec().fields {
        let value = match field.name {
            _ if matches!(field.kind, Kind::Rows(..)) => None,
            "left_last_port" => expected("left_last_port").map(|at| Value::Text(at.to_string())),
            "crew" => persons("exit_crew", "persons_crew"),
            "passengers" => persons("exit_passengers", "persons_passengers"),
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
