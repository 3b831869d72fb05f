//! A crew case: a crew change, a sick seafarer who goes ashore, a stowaway, or persons who are missing when the ship is to
//! sail. A ship's agent files it once; each organ whose part it is decides in parallel, and the result is a joint one.
//!
//! Sources: Exit and Entry Administration Law (2012) arts 23, 50 to 53; Border Inspection Regulations (1995);
//! Frontier Health and Quarantine Law; Regulations on Seafarers; Maritime Labour Convention (2006) regs 2.5 and 4.1; FAL
//! Convention, section 4. The journal names no person: each stands in a sealed document.

mod act;
mod apply;
mod decide;
mod entry;
mod people;
mod refusal;
mod tables;
mod told;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use act::{Act, Deed, NewCase, NewPerson};
pub use entry::Entry;
pub use people::{MOVEMENTS, PERSONS, facts_of, fields_of, read_persons};
pub use refusal::Refusal;
pub use tables::{End, Kind, Permitted, ends, kind, kinds, permitted};

use crate::{
    Fault, Instant, Text, Value,
    matter::{self, Context, Matter, Organ, Rule},
};

/// An entry of a crew case's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The fold of the journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrewCase {
    /// Number of entries folded.
    pub version: i64,
    /// What was filed.
    pub told: NewCase,
    /// Units that are told, and decide nothing.
    pub informed: Vec<Organ>,
    /// What the persons are, counted; by the names of the tables.
    pub facts: BTreeMap<String, Value>,
    /// When the ship berths, as far as is known.
    pub berthing: Option<Instant>,
    /// Whom it is about, by their serials.
    pub persons: BTreeMap<u32, Person>,
    /// What each organ decides.
    pub parts: Vec<Part>,
    /// What organs asked.
    pub questions: Vec<Question>,
    /// The joint result that stands: when, and whether everything was granted.
    pub result: Option<(Instant, bool)>,
    /// How often a change opened it again after there was a result.
    pub reopened: u32,
    /// Limits that passed unmet.
    pub breaches: Vec<Breach>,
    /// When it was filed.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// Somebody it is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who it is: the document's identifier.
    pub document: String,
    /// `joins`, `leaves`, `sick`, `stowaway`, `missing`.
    pub movement: String,
    /// When it was added.
    pub at: Instant,
    /// When it was taken off the list.
    pub removed: Option<Instant>,
}

/// What an organ decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which part, by its code.
    pub code: String,
    /// The organ.
    pub organ: Organ,
    /// Until when; none while the time it is reckoned from is not known.
    pub due: Option<Instant>,
    /// True once that has passed.
    pub late: bool,
    /// Since when the organ has it.
    pub since: Instant,
    /// The decision that stands; none while the organ decides.
    pub ruling: Option<Ruling>,
    /// True when a change opened it again after it was decided.
    pub reopened: bool,
    /// The row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// What there is to decide, in words.
    pub reason: Text,
}

/// A decision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// When.
    pub at: Instant,
    /// True for a grant.
    pub granted: bool,
    /// Conditions, or why not: the document's identifier.
    pub words: Option<String>,
    /// Legal reference of a refusal.
    pub law: String,
}

/// What an organ asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub organ: Organ,
    /// When.
    pub at: Instant,
    /// In which words: the document's identifier.
    pub words: String,
    /// When it was answered, and with which words.
    pub answer: Option<(Instant, String)>,
}

/// A limit that passed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// The part.
    pub part: String,
    /// Whose it was.
    pub organ: Organ,
    /// When it was due.
    pub due: Instant,
}

/// How a case ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// `withdrawn`, or a row of the table `crew-case-ends`.
    pub how: String,
    /// True when it ended as one in which everything was granted, and was done.
    pub granted: bool,
    /// What there is to say of it: the document's identifier.
    pub words: Option<String>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Organs decide.
    InReview,
    /// The firm answers first.
    Asked,
    /// Every organ granted its part.
    Granted,
    /// Every organ decided, and at least one refused.
    Refused,
    /// The firm withdrew it.
    Withdrawn,
    /// It is over, and how is recorded.
    Closed,
}

impl Status {
    /// Every status, in the order of a case's life.
    pub const ALL: [Status; 6] =
        [Status::InReview, Status::Asked, Status::Granted, Status::Refused, Status::Withdrawn, Status::Closed];

    /// The code in lists, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::InReview => "in_review",
            Status::Asked => "asked",
            Status::Granted => "granted",
            Status::Refused => "refused",
            Status::Withdrawn => "withdrawn",
            Status::Closed => "closed",
        }
    }

    /// True when nothing more is decided.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Withdrawn | Status::Closed)
    }
}

impl CrewCase {
    /// Where it stands: granted only when every part is.
    pub fn status(&self) -> Status {
        match &self.ended {
            Some(ended) if ended.how == WITHDRAWN => return Status::Withdrawn,
            Some(_) => return Status::Closed,
            None => {}
        }
        match self.result {
            Some((_, true)) => Status::Granted,
            Some((_, false)) => Status::Refused,
            None if self.open_question().is_some() => Status::Asked,
            None => Status::InReview,
        }
    }

    /// The question that nobody answered yet.
    pub fn open_question(&self) -> Option<&Question> {
        self.questions.iter().rfind(|question| question.answer.is_none())
    }

    /// Who must act next, an organ or `firm`: the one whose limit comes first; nobody when it is decided or over.
    pub fn holder(&self) -> &str {
        match self.status() {
            Status::Asked => "firm",
            Status::InReview => self
                .undecided()
                .min_by_key(|part| part.due.unwrap_or(Instant(i64::MAX)))
                .map_or("", |part| part.organ.as_str()),
            _ => "",
        }
    }

    /// Parts on which nothing is decided.
    pub fn undecided(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.ruling.is_none())
    }

    /// By when the joint result is due: the last limit of its parts.
    pub fn due(&self) -> Option<Instant> {
        self.parts.iter().filter_map(|part| part.due).max()
    }

    /// Persons on the list, by serial.
    pub fn listed(&self) -> impl Iterator<Item = (u32, &Person)> {
        self.persons.iter().filter(|(_, person)| person.removed.is_none()).map(|(serial, person)| (*serial, person))
    }

    /// The organs that decide.
    pub fn organs(&self) -> Vec<&str> {
        let mut organs: Vec<&str> = self.parts.iter().map(|part| part.organ.as_str()).collect();
        organs.sort_unstable();
        organs.dedup();
        organs
    }

    /// True while permits follow of its joint result: everything is granted, and it did not end as one that came to nothing.
    pub fn permits(&self) -> bool {
        matches!(self.result, Some((_, true))) && self.ended.as_ref().is_none_or(|ended| ended.granted)
    }

    /// The clocks that run: the part, and the instant.
    pub fn clocks(&self) -> Vec<(String, Instant)> {
        if self.status().is_over() {
            return Vec::new();
        }
        let running = self.undecided().filter(|part| !part.late);
        running.filter_map(|part| Some((part.code.clone(), part.due?))).collect()
    }
}

/// How a case ends that the firm withdraws.
pub(crate) const WITHDRAWN: &str = "withdrawn";

impl Matter for CrewCase {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.told.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide::decide(self, act, context).map_err(|refusal| refusal.fault(context.profile))
    }

    fn apply(&mut self, record: &Record) {
        apply::apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::File { .. })
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }
}
