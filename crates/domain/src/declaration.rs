//! A declaration of goods: one matter, one journal. A firm declares by the mode that it chooses; customs accepts, selects by
//! risk, assesses, is paid or secured, and releases. One procedure serves all modes: a mode is a row that says when a declaration
//! is accepted, how its tax is settled, and what may be owed after release. [`model`] is the WCO data model.
//!
//! Sources: Customs Law arts 24, 29, 30; Tariff Regulations arts 37, 39; Tariff Law (2024) art. 43; the notices and their codes are
//! those of the WCO data model (RES).

mod act;
mod apply;
mod assess;
mod decide;
mod deferral;
mod entry;
pub mod form;
mod inspection;
pub mod licences;
pub mod model;
mod money;
mod notice;
mod refusal;
pub mod summary;
mod survey;
mod tables;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use act::{Act, Boxes, Draws, NewDeclaration, Paper, Parked, Remark, Step};
pub use assess::{total, total_assessed};
pub use deferral::{Deferred, Term};
pub use entry::{Entry, Lodged};
pub use inspection::{AWAY, Attendance, Cost, Findings, Inspection, Look, evidence_rank};
pub use licences::{Drawn, Licence};
pub use money::{LATE_PAYMENT, Relieved, Surcharge, payment_reference, read_payment_reference, relieving};
pub use notice::{Notice, NoticeKind, notices};
pub use refusal::Refusal;
pub use survey::Survey;
pub use tables::{By, Mode, Settled, is_surveyed, owed_by};

use crate::{
    Fault, Instant,
    matter::{self, Context, Matter, Rule},
    priority::{self, Preference},
};

/// An entry of a declaration's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The fold of a declaration's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// Number of entries folded.
    pub version: i64,
    /// Number for people and notices.
    pub number: String,
    /// The declarant's own reference.
    pub reference: String,
    /// The firm whose goods they are.
    pub firm: String,
    /// The agent who declared by mandate.
    pub agent: Option<String>,
    /// `import`, `export` or `transit`.
    pub direction: String,
    /// The mode, as its row stood when it was lodged.
    pub mode: Mode,
    /// The edition of what is declared: one more by each amendment that stands.
    pub edition: u32,
    /// What is declared: the document's identifier.
    pub document: String,
    /// The items, as far as rules need them.
    pub items: Vec<Item>,
    /// What it draws of licences, as long as it stands.
    pub licences: Vec<Drawn>,
    /// The declaration that this one completes.
    pub completes: Option<String>,
    /// Keys by which business knows it besides its numbers: documents that came before it, containers.
    #[serde(default)]
    pub keys: BTreeSet<String>,
    /// Messages about it that came before it, and wait for it.
    #[serde(default)]
    pub parked: Vec<Parked>,
    /// When it was lodged.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// When customs said that it has it, and waits.
    pub received_at: Option<Instant>,
    /// When the goods were there.
    pub arrived_at: Option<Instant>,
    /// When it was accepted.
    pub accepted_at: Option<Instant>,
    /// Which channel risk gave it.
    pub selected: Option<Selected>,
    /// Holds, checks and documents wanted, by their kind; open until they are settled.
    pub measures: Vec<Measure>,
    /// Amendments and requests for invalidation.
    pub requests: Vec<Asked>,
    /// What was assessed, edition by edition.
    pub assessments: Vec<Assessment>,
    /// What was paid, and paid back: positive and negative.
    pub payments: Vec<Payment>,
    /// The day on which the conveyance's entry was declared, where it is known.
    #[serde(default)]
    pub entered: Option<Date>,
    /// What lateness costs.
    #[serde(default)]
    pub surcharges: Vec<Surcharge>,
    /// Reliefs that customs granted.
    #[serde(default)]
    pub reliefs: Vec<Relieved>,
    /// What a guarantee secures.
    pub secured: Option<Security>,
    /// Released while formalities are owed.
    pub released_at: Option<Instant>,
    /// What is owed after release, each with its limit.
    pub owed: BTreeMap<String, Limit>,
    /// Cleared: nothing is owed.
    pub cleared_at: Option<Instant>,
    /// What the last survey of bulk goods found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<Survey>,
    /// A release that was taken back.
    pub revoked_at: Option<Instant>,
    /// The goods left the country.
    pub exited_at: Option<Instant>,
    /// Limits that run before release.
    pub limits: BTreeMap<String, Limit>,
    /// Limits that passed unmet.
    pub breaches: Vec<(String, Instant)>,
    /// Why nothing more comes of it: `rejected` or `invalidated`.
    pub ended: Option<(String, Instant)>,
    /// That its tax is paid later, by a grant that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred: Option<Deferred>,
    /// Its priorities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference<Option<String>>>,
}

/// An item, as far as rules need it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its number in the declaration.
    pub sequence: u32,
    /// Commodity code.
    pub code: String,
    /// Country of origin.
    #[serde(default)]
    pub origin: String,
    /// Customs value in the port's currency.
    #[serde(with = "crate::decimal")]
    pub value: Decimal,
    /// Net mass in kilograms, where it is declared.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub mass: Option<Decimal>,
    /// Kinds of its packages, by the codes of Recommendation 21.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub packages: BTreeSet<String>,
}

/// A line of an assessment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The item.
    pub item: u32,
    /// Which duty or tax.
    pub kind: String,
    /// On what it is taken.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub base: Option<Decimal>,
    /// The rate in hundredths.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What is taken off.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub deducted: Option<Decimal>,
    /// How much it comes to.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub assessed: Option<Decimal>,
    /// How much of it is to be paid; none where it is told for information.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub payable: Option<Decimal>,
    /// The row that gave the rate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub row: String,
    /// Legal reference.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law: String,
}

/// What was assessed of an edition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Of which edition.
    pub edition: u32,
    /// When.
    pub at: Instant,
    /// Line by line.
    pub lines: Vec<Line>,
}

/// What was paid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// When.
    pub at: Instant,
    /// How much; negative where it is paid back.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// The reference of the payment.
    pub reference: String,
    /// The day on which the money came, where it is another than that of the entry.
    #[serde(default)]
    pub on: Option<Date>,
}

/// What a guarantee secures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Security {
    /// The account.
    pub account: String,
    /// How much of it is reserved.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// Since when.
    pub at: Instant,
    /// When the reservation ended: paid, or not needed any more.
    pub freed_at: Option<Instant>,
}

/// The channel that risk gave a declaration. The declarant sees the channel, never the row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Selected {
    /// `release`, `documents`, `inspection` or `hold`.
    pub channel: String,
    /// The number by which a random share was drawn.
    pub seed: u64,
    /// Table, version and row; empty when an officer chose.
    pub rule: Rule,
}

/// Something that stands before a release: a hold, a check, documents that are wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// `documents`, `inspection` or `hold`.
    pub kind: String,
    /// Since when.
    pub at: Instant,
    /// Until when the declarant answers.
    pub limit: Option<Instant>,
    /// When it was settled.
    pub settled_at: Option<Instant>,
    /// Every paper that is missing, by its code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// Words of the officer: a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Who is there, and what was looked at, where goods are examined.
    #[serde(default, skip_serializing_if = "is_begun_not")]
    pub inspection: Inspection,
    /// What the declarant answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

impl Measure {
    /// Until when the declarant answers, or chooses who is there: it runs until that is done.
    fn clock(&self) -> Option<(&'static str, Instant)> {
        match self.kind.as_str() {
            "documents" if self.answers.is_empty() => Some(("documents", self.limit?)),
            "inspection" if self.inspection.attendance.is_none() => Some(("attendance", self.limit?)),
            _ => None,
        }
    }
}

/// True as long as nothing was chosen and nothing appointed.
fn is_begun_not(of: &Inspection) -> bool {
    *of == Inspection::default()
}

/// An answer of the declarant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// When.
    pub at: Instant,
    /// Words: a document.
    pub words: Option<String>,
    /// Papers.
    pub papers: Vec<Paper>,
}

/// An amendment or invalidation that somebody asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The reference of the message.
    pub reference: String,
    /// When.
    pub at: Instant,
    /// True for an invalidation.
    pub invalidation: bool,
    /// What it changes.
    pub changes: Vec<Vec<Step>>,
    /// The items as they would be.
    pub items: Option<Vec<Item>>,
    /// What it would draw of licences.
    #[serde(default)]
    pub licences: Option<Vec<Drawn>>,
    /// The document with what is declared instead.
    pub document: Option<String>,
    /// When it was decided, and whether it was granted.
    pub decided: Option<(Instant, bool)>,
}

/// A limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Until when.
    pub due: Instant,
    /// The calendar it was reckoned with, and its version.
    pub calendar: String,
    /// The row that says how long.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// True once it has passed.
    #[serde(default)]
    pub passed: bool,
}

/// Where a declaration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Only a message about it is there; it waits for the declaration itself.
    Parked,
    /// Received; it is accepted when the goods are there.
    Received,
    /// Accepted; tax or checks are open.
    Accepted,
    /// Customs waits for documents.
    Documents,
    /// Customs examines the goods.
    Inspection,
    /// Held.
    Held,
    /// Customs looks at an amendment or invalidation.
    Requested,
    /// Released while formalities are owed.
    Released,
    /// Nothing is owed.
    Cleared,
    /// The release was taken back.
    Revoked,
    /// The goods left the country.
    Exited,
    /// Refused at the door.
    Rejected,
    /// Taken back.
    Invalidated,
}

impl Status {
    /// Every status, in the order of a declaration's life.
    pub const ALL: [Status; 13] = [
        Status::Parked,
        Status::Received,
        Status::Accepted,
        Status::Documents,
        Status::Inspection,
        Status::Held,
        Status::Requested,
        Status::Released,
        Status::Cleared,
        Status::Revoked,
        Status::Exited,
        Status::Rejected,
        Status::Invalidated,
    ];

    /// The code in lists, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Parked => "parked",
            Status::Received => "received",
            Status::Accepted => "accepted",
            Status::Documents => "documents",
            Status::Inspection => "inspection",
            Status::Held => "held",
            Status::Requested => "requested",
            Status::Released => "released",
            Status::Cleared => "cleared",
            Status::Revoked => "revoked",
            Status::Exited => "exited",
            Status::Rejected => "rejected",
            Status::Invalidated => "invalidated",
        }
    }
}

impl Declaration {
    /// Where it stands.
    pub fn status(&self) -> Status {
        if let Some((how, _)) = &self.ended {
            return if how == "rejected" { Status::Rejected } else { Status::Invalidated };
        }
        if !self.is_lodged() {
            return Status::Parked;
        }
        if self.exited_at.is_some() {
            return Status::Exited;
        }
        let open = |kind: &str| self.open_measures().any(|measure| measure.kind == kind);
        if open("hold") {
            return Status::Held;
        }
        if open("inspection") {
            return Status::Inspection;
        }
        if open("documents") {
            return Status::Documents;
        }
        if self.pending().is_some() {
            return Status::Requested;
        }
        if self.revoked_at.is_some() {
            return Status::Revoked;
        }
        match (self.cleared_at, self.released_at, self.accepted_at) {
            (Some(_), _, _) => Status::Cleared,
            (_, Some(_), _) => Status::Released,
            (_, _, Some(_)) => Status::Accepted,
            _ => Status::Received,
        }
    }

    /// True when the declaration itself is there, and not only a message about it.
    pub fn is_lodged(&self) -> bool {
        self.edition > 0
    }

    /// What stands before a release.
    pub fn open_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(|measure| measure.settled_at.is_none())
    }

    /// True when the declarant has answered what was asked for last.
    fn is_answered(&self) -> bool {
        let last = self.open_measures().filter(|measure| measure.kind == "documents").last();
        last.is_some_and(|measure| !measure.answers.is_empty())
    }

    /// Every paper that came with an answer or with what was found.
    pub fn papers(&self) -> impl Iterator<Item = &Paper> {
        let looks = self.measures.iter().flat_map(|measure| &measure.inspection.looks);
        let found = looks.filter_map(|look| look.result.as_ref()).flat_map(|result| &result.papers);
        let surveyed = self.survey.iter().flat_map(|of| &of.papers);
        let answered = self.measures.iter().flat_map(|measure| &measure.answers).flat_map(|answer| &answer.papers);
        answered.chain(found).chain(surveyed)
    }

    /// What is drawn of licences now: nothing by a declaration that has ended.
    pub fn drawn(&self) -> &[Drawn] {
        if self.ended.is_some() { &[] } else { &self.licences }
    }

    /// The amendment or invalidation that customs looks at.
    pub fn pending(&self) -> Option<&Asked> {
        self.requests.last().filter(|asked| asked.decided.is_none())
    }

    /// The assessment that stands.
    pub fn assessment(&self) -> Option<&Assessment> {
        self.assessments.last()
    }

    /// What was paid until now.
    pub fn paid(&self) -> Decimal {
        self.payments.iter().map(|payment| payment.amount).sum()
    }

    /// What is still to be paid, or negative, to be paid back.
    pub fn balance(&self) -> Decimal {
        self.due() - self.paid()
    }

    /// True when the goods may go: released or cleared, and nothing since that stands against it.
    pub fn may_go(&self) -> bool {
        matches!(self.status(), Status::Released | Status::Cleared)
    }

    /// The priority that counts.
    pub fn preference(&self) -> Option<&Preference<Option<String>>> {
        priority::best(&self.preferences)
    }

    /// Who must act next: `customs`, `firm`, or nobody.
    pub fn holder(&self) -> &'static str {
        match self.status() {
            // An answer is to all that was asked until then.
            Status::Documents if self.is_answered() => "customs",
            Status::Inspection | Status::Held | Status::Requested | Status::Revoked => "customs",
            Status::Accepted if self.balance() <= Decimal::ZERO => "customs",
            Status::Parked | Status::Received | Status::Accepted | Status::Documents | Status::Released => "firm",
            Status::Cleared | Status::Exited | Status::Rejected | Status::Invalidated => "",
        }
    }

    /// True while an inspection stands before its release; one at destination keeps no goods here.
    pub fn is_examined_here(&self) -> bool {
        self.ended.is_none() && self.open_measures().any(|of| of.kind == "inspection")
    }

    /// The clocks that run: name and instant.
    pub fn clocks(&self) -> Vec<(String, Instant)> {
        if self.ended.is_some() {
            return Vec::new();
        }
        // What no row gives a limit is owed without one.
        let runs = |of: &(&String, &Limit)| !of.1.passed && of.1.due != Instant::default();
        let running = self.limits.iter().chain(&self.owed).filter(runs);
        let running = running.map(|(name, limit)| (name.clone(), limit.due));
        let mut clocks: Vec<(String, Instant)> = running.collect();
        // An answer is to all that was asked until then.
        let answered = self.is_answered();
        let measures = self.open_measures().filter_map(Measure::clock);
        for (name, due) in measures.filter(|(name, _)| *name != "documents" || !answered) {
            let known = |of: &(String, Instant)| of.0 == name;
            if !self.breaches.iter().any(|of| *of == (name.to_owned(), due)) && !clocks.iter().any(known) {
                clocks.push((name.to_owned(), due));
            }
        }
        clocks
    }
}

impl Matter for Declaration {
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
        matches!(act, Act::Lodge(_) | Act::Park(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }
}
