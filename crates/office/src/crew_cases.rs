//! Crew cases: filed once by a ship's agent, decided in parallel by the organs, with one joint result.

mod acting;
mod kept;
mod list;

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    crew_case::{self, Act, CrewCase, NewCase, NewPerson, Record, fields_of},
    formality::{Field, persons_of},
    matter::Party,
    ship_call::{self, ShipCall},
};
use serde::Deserialize;
use store::{Filter, Order, Reach, Sealed, logs::Access, reach::organ_party};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Right, Role,
    acting::{Baggage, Request, Step},
    kept::Kept as _,
    numbers::Numbered,
};

/// What a document about a person serves.
const PERSON: &str = "crew_person";
/// The name by which the need-to-know table knows what is said of a person.
const LIST: &str = "crew_case";
/// So many characters are taken of what is written.
const MOST_WORDS: usize = 8000;
/// The State of the port, alpha-3.
const HOME: &str = "CHN";
/// Lines of a page.
const PAGE: i64 = 40;

/// A case that is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedCase {
    /// The kind.
    pub kind: String,
    /// The number of the ship's call.
    pub call: String,
    /// What happened, or what is planned.
    #[serde(default)]
    pub words: String,
    /// Whom it is about.
    pub persons: Vec<Value>,
}

/// What is done on a case, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum CrewCaseAct {
    /// The firm adds persons.
    Add {
        /// Who.
        persons: Vec<Value>,
    },
    /// The firm takes persons off the list.
    Remove {
        /// Their serials.
        persons: Vec<u32>,
    },
    /// An organ asks.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers.
    Answer {
        /// In which words.
        words: String,
    },
    /// An organ grants its part.
    Grant {
        /// Which.
        part: String,
        /// Conditions.
        #[serde(default)]
        words: String,
    },
    /// An organ refuses its part.
    Refuse {
        /// Which.
        part: String,
        /// Why.
        words: String,
        /// Legal reference.
        law: String,
    },
    /// It is over.
    Close {
        /// How.
        how: String,
        /// What there is to say of it.
        #[serde(default)]
        words: String,
    },
    /// The firm withdraws it.
    Withdraw,
}

/// A case with its identifier.
#[derive(Clone, Debug)]
pub struct FoundCase {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub case: CrewCase,
}

/// Which cases to list.
#[derive(Clone, Debug, Default)]
pub struct CrewCaseFilter {
    /// Only these states.
    pub states: Vec<String>,
    /// Only those of a ship's call, by its number.
    pub call: Option<String>,
    /// The cursor of the page before.
    pub after: Option<String>,
}

impl Actor {
    /// What the store lets this actor find among crew cases.
    fn crew_case_reach(&self) -> Reach {
        match &self.party {
            Party::Firm(firm) => Reach::Firm(firm.clone()),
            Party::Organ(_) if self.role == Role::Coordinator => Reach::Port,
            Party::Organ(organ) => Reach::Firm(organ_party(organ)),
            Party::Clock => Reach::System("clocks"),
        }
    }
}

impl Office {
    /// A ship's agent files a case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is wrong with the list or the call; [`Error::Refused`] by the procedure.
    pub async fn file_crew_case(&self, actor: &Actor, wanted: WantedCase, request: &Request) -> Result<Done, Error> {
        actor.require(Right::File)?;
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let call = match self.call(actor, wanted.call.trim()).await {
            Ok(found) if !found.call.status().is_over() => found,
            Ok(_) | Err(Error::NotFound) => return Err(no_call()),
            Err(other) => return Err(other),
        };
        let rows = self.crew_rows(&wanted.kind, wanted.persons)?;
        let id = self.new_id();
        let mut sealed = Vec::new();
        let persons = self.sealed_persons(id, &wanted.kind, &rows, &mut sealed)?;
        let words = self.sealed_crew_words(id, &wanted.words, &mut sealed)?;
        let new = NewCase {
            number: self.next_number(Numbered::CrewCase).await?,
            kind: wanted.kind.clone(),
            firm: call.call.agent.clone(),
            call: call.call.number.clone(),
            imo: call.call.ship.imo.clone(),
            ship: call.call.ship.name.clone(),
            words,
        };
        let number = new.number.clone();
        let what = format!("crew case {number}, {}, of {} persons", new.kind, persons.len());
        let facts = crew_case::facts_of(rows.iter(), HOME);
        let acts = [Act::File { new: Box::new(new), persons, facts, berthing: berthing(&call.call) }];
        let baggage = Baggage { documents: sealed, what, ..Baggage::default() };
        let kind = crew_case::kind(&self.profile, &wanted.kind, self.now());
        let holds = kind.is_some_and(|kind| !kind.hold.0.is_empty());
        let mut last = Error::Conflict;
        for _ in 0..3 {
            let steps = vec![Step { id, read: CrewCase::default(), acts: &acts }];
            let written = self.decided(actor, steps, request)?;
            // Who is missing keeps the ship here by the same transaction.
            let hold = ship_call::Act::ReportHold { case: wanted.kind.clone(), reference: number.clone() };
            let beside = holds.then_some((call.id, hold));
            match self.commit_beside(actor, written, (beside, Vec::new()), request, &baggage).await {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// The rows of a list in their canonical form.
    fn crew_rows(&self, kind: &str, rows: Vec<Value>) -> Result<Vec<Value>, Error> {
        let kind = crew_case::kind(&self.profile, kind, self.now());
        let subject = kind.as_ref().map_or("seafarer", |kind| kind.subject.as_str());
        let movements = kind.as_ref().map_or(&[][..], |kind| &kind.movements);
        let (rows, faults) = crew_case::read_persons(subject, movements, rows, &self.check_context());
        if faults.iter().any(Fault::is_error) { Err(Error::Invalid(faults)) } else { Ok(rows) }
    }

    fn crew_fields(&self, kind: &str) -> &'static [Field] {
        let kind = crew_case::kind(&self.profile, kind, self.now());
        fields_of(kind.as_ref().map_or("seafarer", |kind| kind.subject.as_str()))
    }

    /// A document for each, so that one can be erased without the others.
    fn sealed_persons(
        &self,
        id: Uuid,
        kind: &str,
        rows: &[Value],
        sealed: &mut Vec<Sealed>,
    ) -> Result<Vec<NewPerson>, Error> {
        let fields = self.crew_fields(kind);
        let person = |row: &Value| {
            let document = self.seal_bytes(id, PERSON, serde_json::to_vec(row)?)?.about(persons_of(fields, row));
            let movement = row.get("movement").text().unwrap_or_default().to_owned();
            let person = NewPerson { document: document.id.to_string(), movement };
            sealed.push(document);
            Ok(person)
        };
        rows.iter().map(person).collect()
    }

    fn sealed_crew_words(&self, id: Uuid, words: &str, sealed: &mut Vec<Sealed>) -> Result<Option<String>, Error> {
        self.seal_written(id, words, (MOST_WORDS, "PQ-CREW-021"), sealed)
    }

    /// A case by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn crew_case(&self, actor: &Actor, number: &str) -> Result<FoundCase, Error> {
        actor.require(Right::ReadCalls)?;
        let stored = self.store.reach(actor.crew_case_reach()).matter_by_number(number).await?;
        let stored = stored.filter(|stored| stored.kind == CrewCase::KIND).ok_or(Error::NotFound)?;
        let id = stored.id;
        Ok(FoundCase { id, case: self.unfold(stored).await? })
    }

    /// A page of cases within the actor's reach, the newest first, folded: who decides sees what waits for her own unit.
    ///
    /// # Errors
    /// The store's own.
    pub async fn crew_cases(&self, actor: &Actor, filter: &CrewCaseFilter) -> Result<PageOf<CrewCase>, Error> {
        actor.require(Right::ReadCalls)?;
        let wanted = Filter {
            states: filter.states.clone(),
            place: filter.call.clone(),
            order: Order::Newest,
            ..Filter::default()
        };
        let reach = actor.crew_case_reach();
        let page = self.page_of(reach.clone(), CrewCase::KIND, &wanted, filter.after.as_deref(), PAGE).await?;
        let ids: Vec<Uuid> = page.lines.iter().map(|line| line.id).collect();
        let mut folded = BTreeMap::new();
        for stored in self.store.reach(reach).matters(&ids).await? {
            let id = stored.id;
            folded.insert(id, self.unfold::<CrewCase>(stored).await?);
        }
        Ok(PageOf { lines: ids.iter().filter_map(|id| folded.remove(id)).collect(), next: page.next })
    }

    /// The journal, oldest first.
    ///
    /// # Errors
    /// The store's own; empty out of reach.
    pub async fn crew_case_journal(&self, actor: &Actor, found: &FoundCase) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(actor.crew_case_reach()).entries(found.id, 0, 1000).await?;
        rows.iter().map(crate::kept::record::<CrewCase>).collect()
    }

    /// Who the persons are, by serial, as far as the actor may know; none for who decides nothing. An organ's look is
    /// recorded first.
    ///
    /// # Errors
    /// [`Error::Unrecorded`] when the store takes no record now.
    pub async fn crew_persons(&self, actor: &Actor, found: &FoundCase) -> Result<Vec<(u32, Value)>, Error> {
        let organ = match &actor.party {
            Party::Firm(_) => return self.crew_contents(found).await,
            Party::Organ(organ) if actor.may(Right::Decide) && found.case.organs().contains(&organ.as_str()) => organ,
            _ => return Ok(Vec::new()),
        };
        let access = Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: found.id,
            fields: PERSON.to_owned(),
            purpose: "crew_case".to_owned(),
        };
        match self.store.log_access(&access).await.map_err(Error::from) {
            Err(Error::Full | Error::Unavailable) => return Err(Error::Unrecorded),
            other => other?,
        }
        let fields = self.crew_fields(&found.case.told.kind);
        let known = |field: &&Field| self.known_to(organ, field.personal.code(), LIST, field.name, "decides");
        let known: Vec<&str> = fields.iter().filter(known).map(|field| field.name).collect();
        let reduced = |(serial, content): (u32, Value)| match content {
            Value::Map(mut of) => {
                of.retain(|name, _| known.contains(&name.as_str()));
                (serial, Value::Map(of))
            }
            other => (serial, other),
        };
        Ok(self.crew_contents(found).await?.into_iter().map(reduced).collect())
    }

    /// What is known of each who is listed, by serial.
    pub(crate) async fn crew_contents(&self, found: &FoundCase) -> Result<Vec<(u32, Value)>, Error> {
        let documents = self.store.reach(Reach::System("crew cases")).documents_for(found.id, PERSON).await?;
        let mut contents = Vec::new();
        for (serial, person) in found.case.listed() {
            let document = documents.iter().find(|document| document.id.to_string() == person.document);
            if let Some(bytes) = document.and_then(|document| document.bytes.as_ref()) {
                contents.push((serial, serde_json::from_slice(bytes)?));
            }
        }
        Ok(contents)
    }

    /// What somebody wrote in a case, for the firm and the organs that decide.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a document that the case does not name, and for those who decide nothing.
    pub async fn crew_words(&self, actor: &Actor, found: &FoundCase, document: &str) -> Result<String, Error> {
        let reads = match &actor.party {
            Party::Organ(organ) => found.case.organs().contains(&organ.as_str()),
            _ => true,
        };
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        if !reads {
            return Err(Error::NotFound);
        }
        let reach = self.store.reach(Reach::System("words of a crew case"));
        let stored = reach.document(id).await?.filter(|stored| stored.matter == found.id).ok_or(Error::NotFound)?;
        let bytes = stored.bytes.ok_or(Error::NotFound)?;
        String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Nobody is added who stands on the list.
    fn require_unlisted(&self, listed: &[(u32, Value)], rows: &[Value]) -> Result<(), Error> {
        let number = |row: &Value| row.get("document_number").text().map(str::to_owned);
        let known: Vec<String> = listed.iter().filter_map(|(_, row)| number(row)).collect();
        let twice = |(nth, row): (usize, &Value)| {
            number(row).filter(|number| known.contains(number)).map(|_| {
                fault(
                    "PQ-CREW-022",
                    &format!("/persons/{nth}/document_number"),
                    ("该证件已在名单上。", "This document is on the list already."),
                    ("请删除此行，或更正号码。", "Leave this row out, or correct the number."),
                )
            })
        };
        let faults: Vec<Fault> = rows.iter().enumerate().filter_map(twice).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    fn needed_crew_words(&self, id: Uuid, words: &str, sealed: &mut Vec<Sealed>) -> Result<String, Error> {
        self.sealed_crew_words(id, words, sealed)?.ok_or_else(|| {
            Error::Invalid(vec![fault(
                "PQ-CREW-023",
                "/words",
                ("内容为空。", "There are no words."),
                ("请填写。", "Write them."),
            )])
        })
    }
}

/// When a ship berths: as it was planned last, else when she comes.
fn berthing(call: &ShipCall) -> Option<Instant> {
    call.berths.last().map(|plan| plan.from).or_else(|| call.expected("arrival"))
}

fn no_call() -> Error {
    Error::Invalid(vec![fault(
        "PQ-CREW-020",
        "/call",
        (
            "没有这个到港编号，或该航次已结束、不由您单位代理。",
            "There is no such call under way of which your firm is the agent.",
        ),
        (
            "请填写在办航次的到港编号，如 2026-DAL-000412。",
            "Give the number of a call under way, such as 2026-DAL-000412.",
        ),
    )])
}

fn fault(code: &str, place: &str, (zh, en): (&str, &str), (remedy_zh, remedy_en): (&str, &str)) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
