//! An application for permits of persons: one matter, one journal. A firm applies for one person, a list or a craft; border
//! inspection accepts, asks, grants or refuses each on listed grounds, and revokes; gates record who went in and out.
//!
//! Sources: Border Inspection Regulations (1995) arts 10, 12, 20; Exit and Entry Administration Law (2012) arts 23, 25;
//! Administrative Licensing Law arts 32, 38, 69, 70. The journal names no person: each stands in a sealed document.

mod act;
mod apply;
mod asked;
mod decide;
mod entry;
mod gate;
mod people;
mod refusal;
mod tables;
mod told;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use act::{Act, NewHolder, NewPermits};
pub use decide::wanting;
pub use entry::Entry;
pub use gate::{Answer, Door, Seen};
pub use people::{
    CRAFT, HOLDERS, PERSON, facts_of, read_subjects, subject_fields, subject_name, without_expiry_of_cards,
};
pub use refusal::Refusal;
pub use tables::{Condition, Ground, Kind, Need, conditions, grounds, kind, kinds, needs};

use crate::{
    Fault, Instant, Text,
    matter::{self, Context, Matter, Organ, Rule},
};

/// The ground on which a permit is taken back whose crew case is not granted any more.
pub const CASE_CHANGED: &str = "case_changed";
/// The ground on which a permit is taken back in whose place another one is issued, for the ship comes at another time.
pub const SHIP_MOVED: &str = "ship_moved";
/// Grounds that follow of a crew case alone: nobody chooses them.
pub const FOLLOWING: [&str; 2] = [CASE_CHANGED, SHIP_MOVED];

/// An entry of the journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The fold of the journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonPermit {
    /// Number of entries folded.
    pub version: i64,
    /// Number for people, `2026-DAL-B000012`; a permit's number is this and its serial, `2026-DAL-B000012-03`.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The kind of permit, by its code.
    pub kind: String,
    /// The firm that applies.
    pub firm: String,
    /// The agent who applied for it by mandate.
    pub agent: Option<String>,
    /// For what it holds.
    pub place: Place,
    /// From when it is wanted.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Why: the document's identifier.
    pub words: Option<String>,
    /// Documents that came along.
    pub papers: Vec<Paper>,
    /// The organ that decides.
    pub organ: Organ,
    /// Who runs the gates.
    pub keepers: Vec<Organ>,
    /// True when it is entered upon once.
    pub single_use: bool,
    /// True when the gate compares the holder's document.
    pub holder_bound: bool,
    /// True when its holder goes ashore upon it, false when she goes on board.
    pub outward: bool,
    /// When it was filed.
    pub opened_at: Instant,
    /// When it was accepted (受理).
    pub accepted_at: Option<Instant>,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// The limit that runs.
    pub limit: Option<Limit>,
    /// While the firm was asked the decision's limit stood still.
    pub pauses: Vec<(Instant, Instant)>,
    /// What the organ asked.
    pub questions: Vec<Question>,
    /// For whom, by their serials.
    pub holders: BTreeMap<u32, Holder>,
    /// Limits that passed unmet: name, holder, when.
    pub breaches: Vec<(String, String, Instant)>,
    /// When the firm withdrew what was not decided.
    pub withdrawn: Option<Instant>,
    /// The crew case of whose joint result it follows; none for what a firm applied for.
    pub case: Option<String>,
}

/// For what a permit holds: exactly one of ship, berth and region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// `ship`, `berth` or `region`.
    pub kind: String,
    /// The IMO number, the berth's code, or the region's English name.
    pub code: String,
    /// The ship's name; empty for the others, whose names the profile knows.
    pub name: Text,
    /// The number of the ship's call.
    pub call: Option<String>,
}

impl Place {
    /// As gates name it: `ship:9321483`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind, self.code)
    }
}

/// A document that came along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Which of the listed papers it is; `more` for another.
    pub code: String,
    /// The document's identifier.
    pub document: String,
    /// Its file's name.
    pub name: String,
}

/// A limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// `acceptance`, `decision` or `answer`.
    pub name: String,
    /// Who must act: the organ, or `firm`.
    pub holder: String,
    /// Until when.
    pub due: Instant,
    /// True once it has passed.
    pub passed: bool,
    /// The calendar it was reckoned with, and its version.
    pub calendar: String,
    /// The row that says how long.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// What the organ asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// When.
    pub at: Instant,
    /// In which words: the document's identifier.
    pub words: String,
    /// Until when.
    pub due: Option<Instant>,
    /// When it was answered, and with which words.
    pub answer: Option<(Instant, String)>,
}

/// A person or craft for whom a permit is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    /// Who it is: the document's identifier.
    pub document: String,
    /// When it was added.
    pub at: Instant,
    /// What was decided; none while nothing is.
    pub ruling: Option<Ruling>,
    /// When it was taken back: when, ground, words' document.
    pub revoked: Option<(Instant, String, Option<String>)>,
    /// The last time the permit's own way, on board or ashore, while its holder did not come back since.
    pub inside: Option<Passage>,
    /// The last passage of all.
    pub last: Option<Passage>,
    /// How often somebody went its way upon it.
    pub times: u32,
    /// Identifiers of the last passages: a gate may send them again.
    pub known: Vec<String>,
}

/// What was decided on a holder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// When.
    pub at: Instant,
    /// True for a permit.
    pub granted: bool,
    /// From when it holds.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// The listed ground of a refusal.
    pub ground: String,
    /// Conditions, or what the officer says of a refusal: the document's identifier.
    pub words: Option<String>,
    /// Why it was granted though a health gate refuses in principle: the document's identifier.
    pub exception: Option<String>,
    /// Legal reference.
    pub law: String,
}

/// Somebody went through a gate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Made by the gate's device, so that it can be sent twice.
    pub id: String,
    /// True for inwards.
    pub inward: bool,
    /// The gate: `berth:DYW-12`, `ship:9321483`.
    pub gate: String,
    /// When, by the port's clock.
    pub at: Instant,
    /// By how many seconds the device's clock was ahead of the port's; zero for a gate that was connected.
    pub clock_ahead: i64,
    /// True when it was recorded without a connection and sent later.
    pub offline: bool,
    /// What does not fit, by code: `twice_in`, `not_in`, `twice_out`, `not_out`, `used`, `revoked`, `reissued`, `expired`, `early`, `elsewhere`, `clock`.
    pub doubts: Vec<String>,
}

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Filed, and not accepted yet.
    Filed,
    /// Accepted: the organ decides.
    Accepted,
    /// The firm answers first.
    Asked,
    /// At least one permit stands.
    Granted,
    /// Refused for everybody.
    Refused,
    /// Every permit was taken back.
    Revoked,
    /// The firm withdrew it.
    Withdrawn,
}

impl Status {
    /// Every status, in the order of an application's life.
    pub const ALL: [Status; 7] = [
        Status::Filed,
        Status::Accepted,
        Status::Asked,
        Status::Granted,
        Status::Refused,
        Status::Revoked,
        Status::Withdrawn,
    ];

    /// The code in lists, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Filed => "filed",
            Status::Accepted => "accepted",
            Status::Asked => "asked",
            Status::Granted => "granted",
            Status::Refused => "refused",
            Status::Revoked => "revoked",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// True while somebody has something to decide or to answer.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Filed | Status::Accepted | Status::Asked)
    }
}

/// Where one permit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing is decided.
    Open,
    /// It stands.
    Granted,
    /// It was refused.
    Refused,
    /// It was taken back.
    Revoked,
    /// It was for one use, and was used.
    Used,
}

impl Standing {
    /// The code in data and words.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Granted => "granted",
            Standing::Refused => "refused",
            Standing::Revoked => "revoked",
            Standing::Used => "used",
        }
    }
}

impl Holder {
    /// True while its permit stands, and nobody went its way upon it.
    pub fn is_unused(&self) -> bool {
        self.standing(false) == Standing::Granted && self.times == 0
    }

    /// Where its permit stands, apart from time.
    pub fn standing(&self, single_use: bool) -> Standing {
        match &self.ruling {
            None => Standing::Open,
            Some(ruling) if !ruling.granted => Standing::Refused,
            Some(_) if self.revoked.is_some() => Standing::Revoked,
            Some(_) if single_use && self.times > 0 => Standing::Used,
            Some(_) => Standing::Granted,
        }
    }
}

impl PersonPermit {
    /// Where it stands.
    pub fn status(&self) -> Status {
        let standings = || self.holders.values().map(|holder| holder.standing(false));
        if standings().any(|of| of == Standing::Open) {
            return match (self.withdrawn, self.is_asked(), self.accepted_at) {
                (Some(_), ..) => Status::Withdrawn,
                (None, true, _) => Status::Asked,
                (None, false, Some(_)) => Status::Accepted,
                (None, false, None) => Status::Filed,
            };
        }
        match (standings().any(|of| of == Standing::Granted), standings().any(|of| of == Standing::Revoked)) {
            (true, _) => Status::Granted,
            (false, true) => Status::Revoked,
            (false, false) => Status::Refused,
        }
    }

    fn is_asked(&self) -> bool {
        self.questions.last().is_some_and(|question| question.answer.is_none())
    }

    /// Who must act next: the organ, `firm`, or nobody.
    pub fn holder_of_matter(&self) -> &str {
        match self.status() {
            Status::Filed | Status::Accepted => &self.organ,
            Status::Asked => "firm",
            _ => "",
        }
    }

    /// The number of the permit of a serial.
    pub fn permit_number(&self, serial: u32) -> String {
        format!("{}-{serial:02}", self.number)
    }

    /// Serials on which nothing is decided.
    pub fn undecided(&self) -> impl Iterator<Item = u32> {
        let open = |(serial, holder): (&u32, &Holder)| holder.ruling.is_none().then_some(*serial);
        self.holders.iter().filter_map(open)
    }

    /// When the last permit of it runs out; none while nothing is granted.
    pub fn ends_at(&self) -> Option<Instant> {
        self.holders.values().filter_map(|of| of.ruling.as_ref()).filter(|of| of.granted).map(|of| of.until).max()
    }

    /// The clocks that run: name and instant.
    pub fn clocks(&self) -> Vec<(String, Instant)> {
        let limit = self.limit.iter().filter(|limit| !limit.passed && self.status().is_open());
        limit.map(|limit| (limit.name.clone(), limit.due)).collect()
    }
}

impl Matter for PersonPermit {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide::decide(self, act, context).map_err(|refusal| refusal.fault(context.profile))
    }

    fn apply(&mut self, record: &Record) {
        apply::apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::File(_) | Act::Issue(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }
}
