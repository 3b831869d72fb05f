//! The call of a ship: one matter, one journal. Its state is the fold of its journal; it is cleared when that journal
//! proves that every organ's requirement is met.
//!
//! Sources: Decree 175 (Measures for the inspection of international ships entering and leaving ports, as revised in
//! 2019), Maritime Traffic Safety Law 2021, Frontier Health and Quarantine Law 2024, Tonnage Tax Law.

mod act;
mod apply;
mod asked;
mod assess;
mod clearance;
mod clocks;
mod decide;
mod entry;
mod holding;
mod licence;
mod preference;
mod refusal;
mod review;
mod same_ship;
mod stated;
mod told;
mod unmet;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

pub use act::Act;
pub use apply::apply;
pub use assess::{facts, is_open};
pub use clearance::{PermitStanding, Status, StepState};
pub use clocks::{Clock, Task};
pub use decide::decide;
pub use entry::{Copied, Entry, Filed, NewDesk, Opened};
pub use holding::{Holder, Holding};
pub use licence::{ExtensionGround, LicenceExtension};
pub use preference::Preference;
pub use refusal::{Refusal, Unsaid};
pub use review::{Acceptance, Mirror, Question, QuestionItem, Review, ReviewState};
pub use same_ship::require_only_entry;
pub use stated::{BerthPlan, Distress, DistressEnd, Ended, SameShip, TimeKind, TimeStatement, Uncleared};
pub use unmet::said as said_unmet;
pub use words::{Words, Written};

use crate::{
    Fault, Instant, Text, Value,
    formality::Formality,
    matter::{self, Matter},
    measure::Moved,
    profile::Profile,
};
pub use crate::{
    basis::{Basis, Rule},
    matter::{Actor, Context, Organ, Party},
};

/// An entry of a ship call's journal.
pub type Record = matter::Record<Entry>;

/// The fold of a ship call's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShipCall {
    /// Number of entries folded; the version that the next act must have read.
    pub version: i64,
    /// The call's number for people, `2026-DAL-000412`.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The firm that answers for the call: the ship's agent.
    pub agent: String,
    /// Firms that answered for it before.
    pub former_agents: Vec<String>,
    /// The ship, as her record stood when the call was opened.
    pub ship: Ship,
    /// The version of that record; 0 where it was not written down.
    #[serde(default, skip_serializing_if = "entry::is_nought")]
    pub ship_record: i64,
    /// Kind of call: `ordinary`, `bunkers`, `repair`, `crew_change`, `shelter`, `shuttle`, `new_building`, `distress`…
    pub kind: String,
    /// When the call was opened.
    pub opened_at: Instant,
    /// Facts of the call that hold no personal data; the inputs of the decision tables. Those of the opening, and over
    /// them what stands filed says, the newest last.
    pub facts: BTreeMap<String, Value>,
    /// The facts with which the call was opened.
    #[serde(default)]
    pub opening_facts: BTreeMap<String, Value>,
    /// What is due, as last assessed. A snapshot keeps it apart, by the rows that say so.
    #[serde(skip)]
    pub requirements: Vec<Requirement>,
    /// What was filed, by formality.
    pub filings: BTreeMap<Formality, Filing>,
    /// What each organ does with what was filed.
    pub reviews: Vec<Review>,
    /// Questions of organs to the agent.
    pub questions: Vec<Question>,
    /// Holds, standing and lifted.
    pub holds: Vec<Hold>,
    /// Boardings ordered and finished.
    pub boardings: Vec<Boarding>,
    /// Permits issued.
    pub permits: Vec<Permit>,
    /// Times stated, never overwritten.
    pub times: Vec<TimeStatement>,
    /// Berth plans, the last one standing.
    pub berths: Vec<BerthPlan>,
    /// Limits that passed unmet: facts that no later entry erases.
    pub breaches: Vec<Breach>,
    /// Limits that measures moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// The distress report, when the ship entered in distress.
    pub distress: Option<Distress>,
    /// Which of the authorities that were told said that they know, and when: a task stands on each other desk.
    #[serde(default)]
    pub acknowledged: BTreeMap<Organ, Instant>,
    /// Priorities that were granted, standing and ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference>,
    /// That she sailed while something stood against it, and what the organs that were told said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncleared: Option<Uncleared>,
    /// Why the call ended without a ship: cancelled or diverted.
    pub ended: Option<Ended>,
    /// The call from which this one was copied.
    pub copied_from: Option<String>,
    /// When the last entry was made.
    pub updated_at: Instant,
}

impl Matter for ShipCall {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide(self, act, context).map_err(|refusal| refusal.fault(context.profile))
    }

    fn apply(&mut self, record: &Record) {
        apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::Open(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        if let Act::Fire { due, .. } = act { Some(*due) } else { None }
    }

    fn part(act: &Act) -> &'static str {
        if let Act::File { formality, .. } = act { formality.code() } else { "" }
    }
}

/// The ship of a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ship {
    /// IMO number, seven digits.
    pub imo: String,
    /// Name, and name in Chinese where she has one.
    pub name: Text,
    /// Type of ship, a word of the decision tables (`container`, `bulk`, `tanker`…).
    pub ship_type: String,
    /// Flag, ISO 3166-1 alpha-2.
    pub flag: String,
    /// Call sign.
    pub call_sign: String,
    /// Gross tonnage.
    pub gross_tonnage: i64,
    /// Length overall, metres.
    pub length: i64,
}

/// Entry to the port or exit from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Coming in.
    Entry,
    /// Going out.
    Exit,
}

impl Phase {
    /// The word of the tables: `entry` or `exit`.
    pub fn code(self) -> &'static str {
        match self {
            Phase::Entry => "entry",
            Phase::Exit => "exit",
        }
    }

    /// Reads the word of the tables.
    pub fn from_code(code: &str) -> Option<Phase> {
        match code {
            "entry" => Some(Phase::Entry),
            "exit" => Some(Phase::Exit),
            _ => None,
        }
    }
}

/// A formality that is due for this call, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct Requirement {
    /// Which formality.
    pub formality: Formality,
    /// For entry or for exit.
    pub phase: Phase,
    /// The organs that each decide on it.
    pub organs: Vec<Organ>,
    /// Until when it must be filed; none while its start event is not known.
    pub due: Option<Instant>,
    /// The first instant at which it may be filed; none when it may be filed at once.
    pub opens: Option<Instant>,
    /// What the row says, whichever call it is due for.
    #[serde(flatten)]
    pub basis: Arc<Basis>,
}

/// A requirement as journals write it, without the seam: what is flattened is read only by way of a copy of its own, and a
/// journal holds hundreds of them.
#[derive(Deserialize)]
struct Flat {
    formality: Formality,
    phase: Phase,
    organs: Vec<Organ>,
    due: Option<Instant>,
    opens: Option<Instant>,
    #[serde(default)]
    blocks: Option<String>,
    due_rule: String,
    decision_length: String,
    decision_calendar: String,
    law: String,
    reason: Text,
    rule: Rule,
}

impl From<Flat> for Requirement {
    fn from(flat: Flat) -> Self {
        let Flat { formality, phase, organs, due, opens, blocks, due_rule, decision_length, .. } = flat;
        let Flat { decision_calendar, law, reason, rule, .. } = flat;
        let basis = Basis { blocks, due_rule, decision_length, decision_calendar, law, reason, rule };
        Requirement { formality, phase, organs, due, opens, basis: Arc::new(basis) }
    }
}

/// What was filed for a formality.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Filing {
    /// Versions, the first one 1; each with its document.
    pub versions: Vec<FilingVersion>,
    /// When the agent withdrew it; a later version brings it back.
    pub withdrawn_at: Option<Instant>,
    /// What the last version tells the call; it counts only while the filing stands.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    /// The number of the entry by which the last version was filed: of two filings that say different things, the newer
    /// one counts.
    #[serde(default)]
    pub entry: i64,
}

impl Filing {
    /// The version that stands, none after a withdrawal.
    pub fn standing(&self) -> Option<&FilingVersion> {
        self.versions.last().filter(|_| self.withdrawn_at.is_none())
    }
}

/// One version of a filing. Its content is a sealed document outside the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilingVersion {
    /// 1 for the first.
    pub version: u32,
    /// The sealed document's identifier.
    pub document: String,
    /// That of the file from which it was read, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// When it was filed.
    pub at: Instant,
    /// By which way in: `page`, `api`, `workbook`, `paxlst`…
    pub channel: String,
    /// The firm that was her agent then, and filed it.
    #[serde(default)]
    pub agent: String,
    /// Number of warnings with which it was accepted.
    pub warnings: u32,
}

/// A hold: detention, arrest by a court, unpaid taxes, a health event…
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// 1 for the call's first.
    pub id: u32,
    /// Kind, a row of the profile's table of holds.
    pub kind: String,
    /// Who placed it.
    pub issuer: String,
    /// The authority that may lift it.
    pub lifted_by: String,
    /// The phases that it blocks.
    pub blocks: Vec<Phase>,
    /// Its ground.
    pub ground: Words,
    /// The issuer's reference, for instance a court's order.
    pub reference: String,
    /// Legal basis.
    pub law: String,
    /// When it was placed.
    pub at: Instant,
    /// When it was lifted.
    pub lifted_at: Option<Instant>,
    /// Who recorded it here, when its authority has no desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorder: Option<String>,
}

impl Hold {
    /// True when an organ may lift it; what an authority without a desk here ordered, the port office records.
    pub fn may_be_lifted_by(&self, organ: &str, profile: &Profile) -> bool {
        self.lifted_at.is_none() && (self.lifted_by == organ || records_for(profile, organ, &self.lifted_by))
    }
}

/// True when an organ records what an authority without a desk here orders: the port office does.
fn records_for(profile: &Profile, organ: &str, authority: &str) -> bool {
    let is = |code: &str, kind: &str| profile.organ(code).is_some_and(|of| of.kind == kind);
    is(organ, "office") && is(authority, "authority")
}

/// A boarding: the exception, with its listed ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boarding {
    /// 1 for the call's first.
    pub id: u32,
    /// Who boards.
    pub organ: Organ,
    /// For entry or for exit.
    pub phase: Phase,
    /// The listed ground.
    pub ground: String,
    /// The reason in words, where the ground asks for one.
    #[serde(default, skip_serializing_if = "Words::is_blank")]
    pub words: Words,
    /// Legal basis.
    pub law: String,
    /// When it was ordered.
    pub at: Instant,
    /// When it was finished.
    pub finished_at: Option<Instant>,
    /// Its result, in words.
    pub result: Option<Words>,
}

/// A permit that was issued on this call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Permit {
    /// `departure` or `shuttle`.
    pub kind: String,
    /// Number of the permit.
    pub number: String,
    /// The organ whose key signs it.
    pub organ: Organ,
    /// When it was issued.
    pub at: Instant,
    /// From when it holds, when that is later than its issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Until when it holds without re-examination.
    pub until: Instant,
    /// Conditions under which it was issued.
    pub conditions: Vec<Words>,
    /// Set when it must be examined again (not sailed in time, or facts changed): since when and why.
    pub reexamination: Option<(Instant, String)>,
    /// Legal basis.
    pub law: String,
    /// Set when the organ issued it in its national system: the permit is that one, with its number there. Only recorded
    /// here, under a number of this call, and never signed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror: Option<Mirror>,
}

/// A limit that passed unmet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// The clock's name, `decision:entry_application:msa`.
    pub clock: String,
    /// The limit that passed.
    pub due: Instant,
    /// Who had to act: an organ's code, or `agent`.
    pub holder: String,
}
