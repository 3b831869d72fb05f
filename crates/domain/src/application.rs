//! An application under a measure: one matter, one journal. A firm applies, the organ asks, grants or refuses within a limit, the
//! firm appeals. Relief that applies without a claim is recorded by the same kind of matter, so that its effect is counted alike.
//!
//! Sources: Administrative Licensing Law arts 32, 38, 42, 45 (what is missing is told once, a refusal says why, the limit of
//! the decision, what does not count towards it), and the measure's own law.

mod act;
mod apply;
mod asked;
mod decide;
mod entry;
mod plan;
mod refusal;
mod told;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use act::{Act, Decided, NewApplication};
pub use entry::Entry;
pub use plan::{Extended, Instalment, Paid, Plan};
pub use refusal::Refusal;

use crate::{
    Fault, Instant, Text, Value,
    matter::{self, Context, Matter, Organ, Rule},
    measure::{Fits, Moved},
    profile::Profile,
};

/// An entry of an application's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The fold of an application's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Number of entries folded.
    pub version: i64,
    /// Number for people, `2026-DAL-M000012`.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The measure, by its code.
    pub measure: String,
    /// The firm that has the relief.
    pub firm: String,
    /// The agent who applied for it by mandate.
    pub agent: Option<String>,
    /// The day of the event that decides.
    pub on: Date,
    /// What the firm said of itself and its matter; codes, days and numbers alone.
    pub facts: BTreeMap<String, Value>,
    /// What it is about: a ship's call or a declaration by its number, or a guarantee account.
    pub about: Option<String>,
    /// What the firm wrote: the document's identifier.
    pub words: Option<String>,
    /// Documents that came along.
    pub papers: Vec<Paper>,
    /// What the eligibility table said on the day of the event.
    pub assessed: Assessed,
    /// The organs that decide; the first one leads.
    pub organs: Vec<Organ>,
    /// The unit that hears an appeal.
    pub office: Organ,
    /// True for relief that applied by itself, and was only recorded.
    pub without_claim: bool,
    /// When it was filed.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// The limit that runs.
    pub limit: Option<Limit>,
    /// How long the decision's limit is, and how often it stood still.
    pub term: Term,
    /// What the organ asked.
    pub questions: Vec<Question>,
    /// What organs that decide together have decided so far, each for its part.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<Organ, PartDecided>,
    /// Decisions, the last one standing.
    pub decisions: Vec<Decision>,
    /// Appeals.
    pub appeals: Vec<Appeal>,
    /// Limits that passed unmet.
    pub breaches: Vec<Breach>,
    /// The measure as it last stood when it was looked at.
    pub mark: Mark,
    /// Since when the measure has ended, or is changed; nothing of what was granted is touched by it.
    pub measure_told: Vec<(Instant, String)>,
    /// Why nothing more comes of it.
    pub ended: Option<Ended>,
}

/// A document that came along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Which of the measure's documents it is.
    pub code: String,
    /// The document's identifier.
    pub document: String,
    /// Its file's name.
    pub name: String,
}

/// What an eligibility table said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    /// Whether it fits, by code.
    pub fits: String,
    /// Table, version and row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
    /// What the row answers besides.
    pub outputs: BTreeMap<String, Value>,
}

impl Default for Assessed {
    fn default() -> Self {
        let fits = Fits::Unknown.code().to_owned();
        Assessed { fits, rule: Rule::default(), law: String::new(), reason: Text::default(), outputs: BTreeMap::new() }
    }
}

/// A limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// `decision`, `answer` or `appeal`.
    pub name: String,
    /// Who must act: an organ, or `firm`.
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
    /// By which measures it was moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// The term of a decision, for reckoning it anew after a pause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// When it began.
    pub start: Instant,
    /// While the firm was asked it stood still.
    pub pauses: Vec<(Instant, Instant)>,
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

/// What one of several organs decided for its part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartDecided {
    /// When.
    pub at: Instant,
    /// What.
    pub decided: Decided,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Instant,
    /// By which organ.
    pub organ: Organ,
    /// What was decided, and on which ground.
    pub decided: Decided,
    /// What the table said when it was decided.
    pub assessed: Assessed,
    /// Until when the firm may appeal; none for a grant.
    pub appeal_until: Option<Instant>,
    /// Taken back later: when, with which words and law.
    pub revoked: Option<(Instant, String, String)>,
    /// What the firm then pays after all, in fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<i64>,
}

/// An appeal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// When.
    pub at: Instant,
    /// In which words.
    pub words: String,
    /// When it was decided, whether the decision stands, and with which words.
    pub decided: Option<(Instant, bool, String)>,
}

/// A limit that passed unmet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// The limit's name.
    pub name: String,
    /// Whose it was.
    pub holder: String,
    /// When it passed.
    pub due: Instant,
}

/// A measure's table and validity, so that a change is seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The eligibility table's hash; empty when the port no longer has the measure.
    pub hash: String,
    /// First day.
    pub from: Option<Date>,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
}

/// Why nothing more comes of an application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// `withdrawn` by the firm, or `lapsed` with the measure.
    pub how: String,
}

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The organ decides.
    Filed,
    /// The firm answers first.
    Asked,
    /// Granted.
    Granted,
    /// It applied by itself, and was recorded.
    Applied,
    /// Refused.
    Refused,
    /// The port office hears the appeal.
    Appealed,
    /// Taken back after it was granted.
    Revoked,
    /// The firm withdrew it.
    Withdrawn,
    /// The measure was withdrawn before anything was decided.
    Lapsed,
}

impl Status {
    /// Every status, in the order of an application's life.
    pub const ALL: [Status; 9] = [
        Status::Filed,
        Status::Asked,
        Status::Granted,
        Status::Applied,
        Status::Refused,
        Status::Appealed,
        Status::Revoked,
        Status::Withdrawn,
        Status::Lapsed,
    ];

    /// The code in lists, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Filed => "filed",
            Status::Asked => "asked",
            Status::Granted => "granted",
            Status::Applied => "applied",
            Status::Refused => "refused",
            Status::Appealed => "appealed",
            Status::Revoked => "revoked",
            Status::Withdrawn => "withdrawn",
            Status::Lapsed => "lapsed",
        }
    }

    /// True while somebody has something to decide or to answer.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Filed | Status::Asked | Status::Appealed)
    }
}

impl Application {
    /// Where it stands.
    pub fn status(&self) -> Status {
        if let Some(ended) = &self.ended {
            return if ended.how == "lapsed" { Status::Lapsed } else { Status::Withdrawn };
        }
        if self.appeals.last().is_some_and(|appeal| appeal.decided.is_none()) {
            return Status::Appealed;
        }
        match self.standing() {
            Some(decision) if decision.revoked.is_some() => Status::Revoked,
            Some(decision) if decision.decided.granted && self.without_claim => Status::Applied,
            Some(decision) if decision.decided.granted => Status::Granted,
            Some(_) => Status::Refused,
            None if self.questions.last().is_some_and(|question| question.answer.is_none()) => Status::Asked,
            None => Status::Filed,
        }
    }

    /// The decision that stands; none while an appeal has sent it back and nothing new was decided.
    pub fn standing(&self) -> Option<&Decision> {
        let decision = self.decisions.last()?;
        let sent_back = |appeal: &Appeal| matches!(appeal.decided, Some((at, false, _)) if at >= decision.at);
        (!self.appeals.last().is_some_and(sent_back)).then_some(decision)
    }

    /// The organ that leads.
    pub fn organ(&self) -> &str {
        self.organs.first().map_or("", String::as_str)
    }

    /// The organs that have not decided their part; the one that leads first.
    pub fn outstanding(&self) -> impl Iterator<Item = &str> {
        self.organs.iter().map(String::as_str).filter(|organ| !self.parts.contains_key(*organ))
    }

    /// Who must act next: an organ, the port office, `firm`, or nobody.
    pub fn holder(&self) -> &str {
        match self.status() {
            Status::Filed => self.outstanding().next().unwrap_or_else(|| self.organ()),
            Status::Asked => "firm",
            Status::Appealed => &self.office,
            _ => "",
        }
    }

    /// The clocks that run: name and instant.
    pub fn clocks(&self) -> Vec<(String, Instant)> {
        let limit = self.limit.iter().filter(|limit| !limit.passed && self.status().is_open());
        let limit = limit.map(|limit| (limit.name.clone(), limit.due));
        limit.chain(self.plan().into_iter().flat_map(Plan::clocks)).collect()
    }

    /// The schedule by which a tax is paid, while the grant stands.
    pub fn plan(&self) -> Option<&Plan> {
        self.standing().filter(|decision| decision.revoked.is_none())?.decided.plan.as_ref()
    }

    fn plan_mut(&mut self) -> Option<&mut Plan> {
        self.decisions.last_mut()?.decided.plan.as_mut()
    }
}

/// How a measure stands in a profile.
pub fn mark(profile: &Profile, measure: &str) -> Mark {
    match (profile.register.measure(measure), profile.eligibility(measure)) {
        (Some(measure), Some(table)) => {
            Mark { hash: table.hash.clone(), from: Some(measure.from), until: measure.until }
        }
        _ => Mark::default(),
    }
}

impl Matter for Application {
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
        matches!(act, Act::File(_) | Act::Record(..))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }
}
