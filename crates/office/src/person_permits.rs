//! Permits of persons: a firm applies for one, for a list or for a craft; border inspection decides; gates check.

mod codes;
mod gate;
mod import;
mod issuing;
mod kept;
mod sealing;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::CheckContext,
    matter::Party,
    person_permit::{self as permits, Act, NewHolder, NewPermits, PersonPermit, Place, Record},
};
use serde::Deserialize;
use store::{Filter, Order, Reach, Stored, logs::Access};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Right, Role, ShipRecord,
    acting::{Baggage, Request},
    numbers::Numbered,
    problems::Attachment,
};

pub use codes::{PersonPermitView, VerifiedPerson};
pub(crate) use gate::stopped as gate_stopped;
pub use gate::{Aboard, AtGate, GateAnswer, GivenPassage, MOST_PASSAGES, Passed};
pub use import::{Column, ImportedPermits, KeptRow};

/// What the code of a permit of a person begins with.
pub const CODE: &str = ledger::person_permit::PREFIX;
/// So many files come with an application, each of at most as many bytes.
pub const MOST_PAPERS: usize = 10;
/// So many bytes are taken of a file.
pub const MOST_PAPER: usize = 5 << 20;
/// So many characters are taken of what is written.
pub const MOST_WORDS: usize = 8000;
/// The State of the port, alpha-3.
const HOME: &str = "CHN";
/// Lines of a page.
const PAGE: i64 = 40;

/// For what is applied.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The kind of permit.
    pub kind: String,
    /// `ship`, `berth` or `region`.
    pub place: String,
    /// The number of the ship's call or her IMO number; the berth's code; the region's name.
    pub code: String,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Why.
    #[serde(default)]
    pub words: String,
    /// Files, each with the code of the listed paper that it is.
    #[serde(skip)]
    pub papers: Vec<(String, Attachment)>,
}

/// What is done on an application, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum PermitAct {
    /// The organ accepts.
    Accept,
    /// The organ asks for what is missing.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers.
    Answer {
        /// In which words.
        words: String,
        /// Files.
        #[serde(skip)]
        papers: Vec<(String, Attachment)>,
    },
    /// The organ grants.
    Grant {
        /// To whom; everybody on whom nothing is decided where it is empty.
        #[serde(default)]
        holders: Vec<u32>,
        /// Until when, where it is shorter.
        until: Option<Instant>,
        /// Conditions.
        #[serde(default)]
        words: String,
        /// Why in spite of a gate that refuses in principle.
        #[serde(default)]
        exception: String,
    },
    /// The organ refuses.
    Refuse {
        /// To whom.
        holders: Vec<u32>,
        /// The listed ground.
        ground: String,
        /// What is said besides.
        #[serde(default)]
        words: String,
    },
    /// The organ takes permits back.
    Revoke {
        /// Whose.
        holders: Vec<u32>,
        /// The listed ground.
        ground: String,
        /// What is said besides.
        #[serde(default)]
        words: String,
    },
    /// The firm withdraws what is not decided.
    Withdraw,
}

/// An application with its identifier.
#[derive(Clone, Debug)]
pub struct Permits {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub permit: PersonPermit,
}

/// Which applications to list.
#[derive(Clone, Debug, Default)]
pub struct PermitFilter {
    /// Only these states.
    pub states: Vec<String>,
    /// Only this place, `ship:9321483`.
    pub place: Option<String>,
    /// Only what waits for the reader's own unit or firm.
    pub mine: bool,
    /// The cursor of the page before.
    pub after: Option<String>,
}

impl Actor {
    /// True when this actor reads who the persons of an application are: who applied, and the organ that decides.
    pub fn reads_holders(&self, permit: &PersonPermit) -> bool {
        match &self.party {
            Party::Firm(firm) => permit.firm == *firm || permit.agent.as_ref() == Some(firm),
            Party::Organ(organ) => self.may(Right::Decide) && permit.organ == *organ,
            Party::Clock => false,
        }
    }
}

impl Office {
    /// A firm applies for permits, for these persons or craft.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is wrong with the list; [`Error::Refused`] by the procedure.
    pub async fn apply_for_permits(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        rows: Vec<Value>,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::File)?;
        let firm = acting_firm(actor)?;
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let place = self.place_of(actor, wanted).await;
        let (rows, mut faults) = permits::read_subjects(&self.subject_of(&wanted.kind), rows, &self.check_context());
        // What is wrong with the persons, the place, the term and the papers is told at once.
        let mut wrong = self.wanting(wanted);
        let alone = wrong.len() == 1 && place.is_ok() && !faults.iter().any(Fault::is_error);
        if let Some(only) = wrong.pop_if(|_| alone) {
            return Err(Error::Refused(only));
        }
        faults.append(&mut wrong);
        let place = match place {
            Err(Error::Invalid(unknown)) => {
                faults.extend(unknown);
                return Err(Error::Invalid(faults));
            }
            place => place?,
        };
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let id = self.new_id();
        let mut sealing = sealing::Sealing::of(self, id);
        let holders = sealing.holders(&self.subject_of(&wanted.kind), &rows)?;
        let words = sealing.optional(&wanted.words)?;
        let papers = sealing.papers(&wanted.papers)?;
        let number = self.next_number(Numbered::PersonPermit).await?;
        let new = NewPermits {
            number,
            kind: wanted.kind.clone(),
            firm,
            place,
            from: wanted.from,
            until: wanted.until,
            words,
            papers,
            case: None,
        };
        let what = format!("application {} for {} permits, {}", new.number, holders.len(), new.kind);
        let baggage = Baggage { documents: sealing.documents, what, ..Baggage::default() };
        let act = Act::File(Box::new((new, holders)));
        self.act::<PersonPermit>(actor, &[(id, act)], request, &baggage).await
    }

    fn wanting(&self, wanted: &Wanted) -> Vec<Fault> {
        let came = |need: &permits::Need| match need.paper {
            true => wanted.papers.iter().any(|(code, _)| *code == need.what),
            false => !wanted.words.trim().is_empty(),
        };
        let of = (wanted.kind.as_str(), wanted.place.as_str(), wanted.from, wanted.until);
        let refusals = permits::wanting(&self.profile, self.now(), of, came);
        refusals.iter().map(|refusal| refusal.fault(&self.profile)).collect()
    }

    /// The firm adds persons to an application on which not everything is decided.
    ///
    /// # Errors
    /// As [`Office::apply_for_permits`].
    pub async fn add_to_permits(
        &self,
        actor: &Actor,
        number: &str,
        rows: Vec<Value>,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::File)?;
        let found = self.permits_of(actor, number).await?;
        let subject = self.subject_of(&found.permit.kind);
        let (rows, faults) = permits::read_subjects(&subject, rows, &self.check_context());
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let known = self.known_documents(&found).await?;
        let twice = |nth: usize| {
            fault(
                "PQ-PERSON-020",
                &format!("/holders/{nth}/document_number"),
                "该证件已在本申请中。",
                "This document is in the application already.",
                "请删除此行，或更正号码。",
                "Leave this row out, or correct the number.",
            )
        };
        let wrong: Vec<Fault> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                row.get("document_number").text().is_some_and(|number| known.contains(&number.to_owned()))
            })
            .map(|(nth, _)| twice(nth))
            .collect();
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let mut sealing = sealing::Sealing::of(self, found.id);
        let holders: Vec<NewHolder> = sealing.holders(&subject, &rows)?;
        let baggage = Baggage { documents: sealing.documents, ..Baggage::default() };
        self.act::<PersonPermit>(actor, &[(found.id, Act::Add(holders))], request, &baggage).await
    }

    /// An application by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn permits_of(&self, actor: &Actor, number: &str) -> Result<Permits, Error> {
        actor.require(Right::ReadCalls)?;
        let found = self.store.reach(actor.party_reach()).matter_by_number(number).await?;
        let stored = found.ok_or(Error::NotFound)?;
        let id = stored.id;
        let permit: PersonPermit = self.unfold(stored).await?;
        // Who runs the gates is a party for their sake alone: the application is none of theirs.
        let own = actor.reads_holders(&permit) || actor.role == Role::Coordinator;
        if own { Ok(Permits { id, permit }) } else { Err(Error::NotFound) }
    }

    /// A page of applications within the actor's reach; what waits for her own unit by its limit, else the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn list_permits(&self, actor: &Actor, filter: &PermitFilter) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        let holder = match &actor.party {
            Party::Organ(organ) => organ.as_str(),
            _ => "firm",
        };
        if actor.role == Role::Operator {
            return Ok(PageOf { lines: Vec::new(), next: None });
        }
        let wanted = Filter {
            states: filter.states.clone(),
            subject_key: filter.place.clone(),
            holder: filter.mine.then(|| holder.to_owned()),
            order: if filter.mine { Order::Due } else { Order::Newest },
            ..Filter::default()
        };
        self.page_of(actor.party_reach(), kept::PERSON_PERMIT, &wanted, filter.after.as_deref(), PAGE).await
    }

    /// The journal, oldest first.
    ///
    /// # Errors
    /// The store's own; empty out of reach.
    pub async fn permits_journal(&self, actor: &Actor, found: &Permits) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(actor.party_reach()).entries(found.id, 0, 10_000).await?;
        rows.iter().map(crate::kept::record::<PersonPermit>).collect()
    }

    /// Who the persons are, by serial; none for those who do not read them, and of what was erased. An organ's look is
    /// recorded first.
    ///
    /// # Errors
    /// [`Error::Unrecorded`] when the store takes no record now.
    pub async fn holders_of(&self, actor: &Actor, found: &Permits) -> Result<Vec<(u32, Value)>, Error> {
        if !actor.reads_holders(&found.permit) {
            return Ok(Vec::new());
        }
        self.look_at_holders(actor, found.id).await?;
        self.holder_contents(found).await
    }

    async fn look_at_holders(&self, actor: &Actor, id: Uuid) -> Result<(), Error> {
        if matches!(actor.party, Party::Firm(_)) {
            return Ok(());
        }
        let access = Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: id,
            fields: sealing::HOLDER.to_owned(),
            purpose: "permit".to_owned(),
        };
        match self.store.log_access(&access).await.map_err(Error::from) {
            Err(Error::Full | Error::Unavailable) => Err(Error::Unrecorded),
            other => other,
        }
    }

    /// What is known of each, by serial.
    pub(crate) async fn holder_contents(&self, found: &Permits) -> Result<Vec<(u32, Value)>, Error> {
        let reach = self.store.reach(Reach::System("holders of permits"));
        let documents = reach.documents_for(found.id, sealing::HOLDER).await?;
        let mut contents = Vec::with_capacity(documents.len());
        for (serial, holder) in &found.permit.holders {
            let document = documents.iter().find(|document| document.id.to_string() == holder.document);
            if let Some(bytes) = document.and_then(|document| document.bytes.as_ref()) {
                contents.push((*serial, serde_json::from_slice(bytes)?));
            }
        }
        Ok(contents)
    }

    async fn known_documents(&self, found: &Permits) -> Result<Vec<String>, Error> {
        let contents = self.holder_contents(found).await?;
        let number = |(_, of): &(u32, Value)| of.get("document_number").text().map(str::to_owned);
        Ok(contents.iter().filter_map(number).collect())
    }

    /// What the health gates say of each person now, by serial: for the officer, before she decides.
    pub fn conditions_of(
        &self,
        permit: &PersonPermit,
        holders: &[(u32, Value)],
    ) -> Vec<(u32, Vec<permits::Condition>)> {
        let now = self.now();
        let unmet = |(serial, content): &(u32, Value)| {
            let facts = permits::facts_of(content, HOME, now, &self.profile.zone);
            (*serial, permits::conditions(&self.profile, &permit.kind, &facts, now))
        };
        holders.iter().map(unmet).filter(|(_, unmet)| !unmet.is_empty()).collect()
    }

    /// What somebody wrote in an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a document that the application does not name, and for those who do not read the persons.
    pub async fn permit_words(&self, actor: &Actor, found: &Permits, document: &str) -> Result<String, Error> {
        let bytes = self.permit_document(actor, found, document).await?;
        String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
    }

    /// A file that came with an application.
    ///
    /// # Errors
    /// As [`Office::permit_words`].
    pub async fn permit_paper(&self, actor: &Actor, found: &Permits, document: &str) -> Result<Attachment, Error> {
        let named = found.permit.papers.iter().find(|paper| paper.document == document).ok_or(Error::NotFound)?;
        let bytes = self.permit_document(actor, found, document).await?;
        Ok(Attachment { name: named.name.clone(), bytes })
    }

    async fn permit_document(&self, actor: &Actor, found: &Permits, document: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        if !actor.reads_holders(&found.permit) || !serde_json::to_string(&found.permit)?.contains(&id.to_string()) {
            return Err(Error::NotFound);
        }
        let reach = self.store.reach(Reach::System("words of permits"));
        let stored = reach.document(id).await?.filter(|stored| stored.matter == found.id);
        stored.and_then(|document| document.bytes).ok_or(Error::NotFound)
    }

    /// Does an act on an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] out of reach; [`Error::Refused`] by the procedure.
    pub async fn do_on_permits(
        &self,
        actor: &Actor,
        number: &str,
        act: &PermitAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let found = self.permits_of(actor, number).await?;
        let mut sealing = sealing::Sealing::of(self, found.id);
        let act = match act {
            PermitAct::Accept => Act::Accept,
            PermitAct::Ask { words } => Act::Ask { words: sealing.words(words)? },
            PermitAct::Answer { words, papers } => {
                Act::Answer { words: sealing.words(words)?, papers: sealing.papers(papers)? }
            }
            PermitAct::Grant { holders, until, words, exception } => Act::Grant {
                holders: self.with_facts(&found, holders).await?,
                until: *until,
                words: sealing.optional(words)?,
                exception: sealing.optional(exception)?,
            },
            PermitAct::Refuse { holders, ground, words } => {
                Act::Refuse { holders: holders.clone(), ground: ground.clone(), words: sealing.optional(words)? }
            }
            PermitAct::Revoke { holders, ground, words } => {
                Act::Revoke { holders: holders.clone(), ground: ground.clone(), words: sealing.optional(words)? }
            }
            PermitAct::Withdraw => Act::Withdraw,
        };
        let baggage = Baggage { documents: sealing.documents, ..Baggage::default() };
        self.act::<PersonPermit>(actor, &[(found.id, act)], request, &baggage).await
    }

    /// Those to whom is granted, with what the health gates ask of each.
    async fn with_facts(&self, found: &Permits, wanted: &[u32]) -> Result<Vec<(u32, Value)>, Error> {
        let now = self.now();
        let contents = self.holder_contents(found).await?;
        let facts = |serial: u32| {
            let content = contents.iter().find(|(of, _)| *of == serial).map_or(&Value::Null, |(_, content)| content);
            (serial, permits::facts_of(content, HOME, now, &self.profile.zone))
        };
        Ok(match wanted.is_empty() {
            true => found.permit.undecided().map(facts).collect(),
            false => wanted.iter().copied().map(facts).collect(),
        })
    }

    /// The place that is meant, with the ship's name.
    async fn place_of(&self, actor: &Actor, wanted: &Wanted) -> Result<Place, Error> {
        let code = wanted.code.trim();
        let place = |code: &str| Place { kind: wanted.place.clone(), code: code.to_owned(), ..Place::default() };
        match wanted.place.as_str() {
            "ship" if is_imo(code) => {
                let ship = self.recorded::<ShipRecord>("ship", code).await?.ok_or_else(no_such_place)?;
                Ok(Place { name: ship.record.ship.name, ..place(code) })
            }
            "ship" => match self.call(actor, code).await {
                Ok(found) => Ok(Place {
                    name: found.call.ship.name.clone(),
                    call: Some(found.call.number.clone()),
                    ..place(&found.call.ship.imo)
                }),
                Err(Error::NotFound) => Err(no_such_place()),
                Err(other) => Err(other),
            },
            "berth" if self.profile.berth(code).is_some() => Ok(place(code)),
            "region" if self.profile.berths.iter().any(|berth| berth.area.en == code) => Ok(place(code)),
            _ => Err(no_such_place()),
        }
    }

    /// The names of the ships among places as gates name them (`ship:9321483`); none for those that no record names.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ships_at(&self, places: impl IntoIterator<Item = &str>) -> Result<BTreeMap<String, Text>, Error> {
        let mut names = BTreeMap::new();
        let imos: BTreeSet<&str> = places.into_iter().filter_map(|place| place.strip_prefix("ship:")).collect();
        for imo in imos {
            if let Some(ship) = self.recorded::<ShipRecord>("ship", imo).await? {
                names.insert(format!("ship:{imo}"), ship.record.ship.name);
            }
        }
        Ok(names)
    }

    fn subject_of(&self, kind: &str) -> String {
        permits::kind(&self.profile, kind, self.now()).map_or_else(|| "person".to_owned(), |kind| kind.subject)
    }

    /// What is wrong with persons or craft of an application of a kind, before anything is applied for.
    pub fn faults_of_holders(&self, kind: &str, rows: Vec<Value>) -> Vec<Fault> {
        permits::read_subjects(&self.subject_of(kind), rows, &self.check_context()).1
    }

    pub(crate) fn check_context(&self) -> CheckContext {
        CheckContext { on: self.now().timestamp(), zone: self.profile.zone.clone() }
    }
}

fn acting_firm(actor: &Actor) -> Result<String, Error> {
    match (&actor.on_behalf, &actor.party) {
        (Some(principal), _) => Ok(principal.clone()),
        (None, Party::Firm(firm)) => Ok(firm.clone()),
        _ => Err(Error::Forbidden),
    }
}

fn is_imo(code: &str) -> bool {
    code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn no_such_place() -> Error {
    Error::Invalid(vec![fault(
        "PQ-PERSON-021",
        "/code",
        "没有这艘船、这个泊位或区域，或该航次不属于您的单位。",
        "There is no such ship, berth or region, or the call is not of your unit.",
        "船舶填到港编号或 IMO 编号；泊位、区域从列表选择。",
        "A ship by the number of her call or her IMO number; berths and regions from the list.",
    )])
}

fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
