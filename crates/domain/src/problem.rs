//! A problem: what firms could not solve with one department alone. One matter, one journal.
//!
//! A **report** is what one firm said, by one channel: kept unaltered, sealed. A **case** is what the port works on; its
//! state is the fold of its journal. A report opens a case of its own; the port office joins cases that are about the same.
//! A case is closed when each firm that reported said that it is solved, and by nothing else.
//!
//! Sources: State Council on hotlines 2020-53; Beijing regulation on handling complaints 2021; Decree 722 (2019) arts
//! 36-49; Weifang 2021 and Jinan 2018 regulations. Every limit, level and reason is a row of the profile's `problem-…` tables.

mod act;
mod apply;
mod asked;
mod assigned;
mod closing;
mod decide;
mod delay;
mod entry;
mod handover;
mod limits;
mod measured;
mod open_data;
mod refusal;
mod seen;
mod standing;
mod tables;
mod together;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use act::{Act, Dispatched, PointAnswered};
pub use apply::apply;
pub use assigned::{Assignment, AssignmentState, Returned, Role, Ruling};
pub use closing::{Answer, AnswerPoint, Ended, HowEnded, Outcome, Plan, Reply, Word};
pub use decide::{BY_HAND, LINKS, decide};
pub use delay::{Delayed, Stretch, delayed};
pub use entry::{Entry, Received, Triaged};
pub use handover::Handover;
pub use limits::{Breach, Clock, Escalation, Extension, Notice, Pause};
pub use measured::{COUNTED, Measure, MeasureUnit, Measured, Share, measured, measures};
pub use open_data::{OpenRow, Withholding, open_data, totals, withheld};
pub use refusal::Refusal;
pub use seen::Reader;
pub use standing::{Status, Task};
pub use tables::{
    DispatchRow, Question, Topic, Transfer, dispatch, dispatch_inputs, dispatch_narrowings, questions, refusals,
    severity, topic, topics, transfers,
};
pub use together::{
    Arbitration, Decision, Disclosure, Emergency, Meeting, MeetingMove, Message, MessageKind, Position, SubTask,
};

use crate::{
    Fault, Instant,
    matter::{self, Context, Matter, Organ},
};

/// An entry of a problem's journal.
pub type Record = matter::Record<Entry>;

/// The fold of a problem's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Number of entries folded; the version that the next act must have read.
    pub version: i64,
    /// Number for people, `2026-DAL-P000017`.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The unit that owns what nobody else does: the port office.
    pub office: Organ,
    /// When the first report came.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// The topic, a row of the tree.
    pub topic: String,
    /// What it does to the firm: a word of the table of severities.
    pub impact: String,
    /// How soon it hurts.
    pub urgency: String,
    /// The class that follows: `p0` to `p3`, `advice`.
    pub severity: String,
    /// When a person first looked at it.
    pub triaged_at: Option<Instant>,
    /// What it is about: ship calls, bills of lading, containers…
    pub keys: BTreeSet<Key>,
    /// What firms said.
    pub reports: Vec<Report>,
    /// What has to be answered, point by point.
    pub points: Vec<Point>,
    /// Who works on it.
    pub assignments: Vec<Assignment>,
    /// Every clock that was ever started, by name.
    pub clocks: BTreeMap<String, Clock>,
    /// The pause that stands, and those that ended.
    pub pauses: Vec<Pause>,
    /// Extensions asked for.
    pub extensions: Vec<Extension>,
    /// Limits that passed unmet: facts that no later entry erases.
    pub breaches: Vec<Breach>,
    /// Steps of the ladder that were taken.
    pub escalations: Vec<Escalation>,
    /// Written notices to departments.
    pub notices: Vec<Notice>,
    /// What was said to the firm, by it, and among departments.
    pub messages: Vec<Message>,
    /// Partial answers of departments.
    pub answers: Vec<Answer>,
    /// Joined replies that the lead signed.
    pub replies: Vec<Reply>,
    /// The plan that stands when it cannot be solved now.
    pub plan: Option<Plan>,
    /// Sub-tasks.
    pub tasks: Vec<SubTask>,
    /// Units that follow it.
    pub watchers: BTreeSet<Organ>,
    /// Joint meetings.
    pub meetings: Vec<Meeting>,
    /// Arbitrations.
    pub arbitrations: Vec<Arbitration>,
    /// Persons who may not act on it.
    pub recused: BTreeSet<String>,
    /// Rulings on who is competent.
    #[serde(default)]
    pub rulings: Vec<Ruling>,
    /// Disclosures of a hidden reporter.
    pub disclosures: Vec<Disclosure>,
    /// Numbers of cases that were joined to this one.
    pub merged: Vec<String>,
    /// Identifiers of reports that joined and are dealt with on their own again: they are given to no other report.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub separated: BTreeSet<u32>,
    /// Other cases: kind of link and number.
    pub links: BTreeSet<(String, String)>,
    /// Known problems that it is an instance of.
    pub known: BTreeSet<String>,
    /// The document with the cause, when it was declared to be an incident of many firms.
    pub incident: Option<String>,
    /// Danger to life that was passed on.
    #[serde(default)]
    pub emergencies: Vec<Emergency>,
    /// How often it was opened again.
    pub reopened: u32,
    /// When the answer that stands was given; none while it is worked on.
    pub answered_at: Option<Instant>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Hotlines to which the program handed it over, the last one standing.
    #[serde(default)]
    pub handovers: Vec<Handover>,
}

impl Matter for Problem {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide(self, act, context).map_err(|refusal| refusal.fault())
    }

    fn apply(&mut self, record: &Record) {
        apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::Receive(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        if let Act::Fire { due, .. } = act { Some(*due) } else { None }
    }
}

/// A business key: what a problem is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// `call`, `formality`, `receipt`, `bill_of_lading`, `container`, `declaration`, `waybill`, `plate`, `berth`.
    pub kind: String,
    /// The number, upper case without blanks.
    pub value: String,
}

/// The kinds of business keys.
pub const KEY_KINDS: [&str; 10] = [
    "call",
    "flight",
    "formality",
    "receipt",
    "bill_of_lading",
    "container",
    "declaration",
    "waybill",
    "plate",
    "berth",
];

impl Key {
    /// A key in its canonical writing.
    pub fn new(kind: &str, value: &str) -> Key {
        let counts = |letter: &char| !letter.is_whitespace() && !letter.is_control();
        let value = value.chars().filter(counts).collect::<String>().to_uppercase();
        Key { kind: kind.to_owned(), value }
    }

    /// `kind:value`, as lists and duplicates are searched by.
    pub fn code(&self) -> String {
        format!("{}:{}", self.kind, self.value)
    }
}

/// What one firm said. Its words, answers, contact and attachments are sealed documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// 1 for the case's first.
    pub id: u32,
    /// Its own number: that of the case which it opened.
    pub number: String,
    /// The firm; empty for a reporter without an account.
    pub firm: String,
    /// The document with its words and answers.
    pub words: String,
    /// Salted digest of that document.
    pub digest: String,
    /// The document with name and contact; none for somebody who gave none.
    pub contact: Option<String>,
    /// Documents with attachments.
    pub attachments: Vec<String>,
    /// Language in which the firm is answered.
    pub language: String,
    /// By which channel it came.
    pub channel: String,
    /// When it came.
    pub at: Instant,
    /// SHA-256 of the secret that opens its status page, hexadecimal.
    pub secret: String,
    /// What it is about, as the firm said.
    pub keys: BTreeSet<Key>,
    /// The units complained of; who reported, and its words, are hidden from them.
    pub against: BTreeSet<Organ>,
    /// True when reporter and words are hidden from every unit but the port office.
    pub hidden: bool,
    /// What the firm said at the return visits, the last one standing.
    pub told: Vec<Word>,
    /// When the firm took it back.
    pub withdrawn_at: Option<Instant>,
    /// The number by which another hotline knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
    /// The number of the paper form on which it was taken down while the program could not be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// Since when it stands still, as the firm stated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// The hotline from which it came: a row of the table of other tracks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_from: Option<String>,
    /// Jurisdictions through whose hands it went before it came here.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub hops: BTreeSet<String>,
    /// True once whoever reported showed that she reads the address that came with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub address_confirmed: bool,
}

impl Report {
    /// True when what the case says may be written to the address of the report: it was confirmed, or the report came from it.
    pub fn is_address_read(&self) -> bool {
        self.address_confirmed || self.channel == "email"
    }
}

/// Something that has to be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// 1 for the first, which is the report as a whole.
    pub id: u32,
    /// The document with its words; none for the first.
    pub words: Option<String>,
}

impl Problem {
    /// The report of an identifier.
    pub fn report(&self, id: u32) -> Option<&Report> {
        self.reports.iter().find(|report| report.id == id)
    }

    /// The report of a number.
    pub fn report_numbered(&self, number: &str) -> Option<&Report> {
        self.reports.iter().find(|report| report.number == number)
    }

    /// Reports that their firms have not taken back.
    pub fn standing_reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| report.withdrawn_at.is_none())
    }

    /// Documents with files: those of reports, of what was written and answered, and of what units do together.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let reported = self.reports.iter().map(|of| &of.attachments);
        let written = self.messages.iter().map(|of| &of.files);
        let answered = self.answers.iter().map(|of| &of.files).chain(self.replies.iter().map(|of| &of.files));
        let visited = self.reports.iter().flat_map(|of| &of.told).map(|of| &of.files);
        let served = self.notices.iter().map(|of| &of.files).chain(self.tasks.iter().map(|of| &of.files));
        let met = self.meetings.iter().map(|of| &of.files);
        let together = visited.chain(served).chain(met);
        reported.chain(written).chain(answered).chain(together).flatten().map(String::as_str)
    }

    /// Everything that a document with words is named by, but for what firms reported: a document each, or, in entries before
    /// words of acts were sealed, some words themselves.
    pub fn words(&self) -> BTreeSet<&str> {
        let answers =
            self.answers.iter().flat_map(|of| &of.points).chain(self.replies.iter().flat_map(|of| &of.points));
        let mut all: BTreeSet<&str> = answers.flat_map(|point| [point.words.as_str(), point.law.as_str()]).collect();
        all.extend(self.points.iter().filter_map(|of| of.words.as_deref()));
        all.extend(self.messages.iter().map(|of| of.words.as_str()));
        all.extend(self.plan.iter().map(|of| of.words.as_str()));
        all.extend(self.incident.as_deref());
        all.extend(self.ended.iter().map(|of| of.reference.as_str()));
        all.extend(self.extensions.iter().map(|of| of.words.as_str()));
        all.extend(self.disclosures.iter().map(|of| of.words.as_str()));
        all.extend(self.arbitrations.iter().flat_map(|of| [of.words.as_str(), of.law.as_str()]));
        all.extend(self.rulings.iter().flat_map(|of| [of.words.as_str(), of.law.as_str()]));
        all.extend(self.assignments.iter().filter_map(|of| Some(of.returned.as_ref()?.words.as_str())));
        all.extend(self.reports.iter().flat_map(|of| &of.told).filter_map(|word| word.words.as_deref()));
        for task in &self.tasks {
            all.insert(&task.words);
            all.extend(task.done.iter().map(|(_, how)| how.as_str()));
        }
        for notice in &self.notices {
            all.extend(notice.words.as_deref());
            all.extend(notice.answer.iter().map(|(words, _)| words.as_str()));
        }
        for meeting in &self.meetings {
            all.insert(&meeting.agenda);
            all.extend(meeting.minutes.as_deref());
            all.extend(meeting.moves.iter().map(|of| of.words.as_str()));
            all.extend(meeting.positions.iter().map(|of| of.words.as_str()));
            all.extend(meeting.decisions.iter().map(|of| of.words.as_str()));
        }
        all.remove("");
        all
    }
}
