//! The register of measures: what the port grants, by whom, to whom and when. Each measure is a folder of the profile; who is
//! eligible is a decision table of dated rows, each with its law and its reason.

mod certificates;
mod check;
mod choice;
mod clocks;
mod eligibility;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Text, Value};

pub use certificates::{Extension, extension, kind_in_tables, named_in, naming};
pub use check::{Part, assemble};
pub use choice::{Choice, choice, is_opened};
pub use clocks::{ClockChange, How, Moved, Running, moved};
pub use eligibility::{
    Answer, Explained, Fits, RowSaid, TABLE_PREFIX, Verdict, answer, answers, answers_of, explain, rows,
};

/// The measures of a port, with the words by which they are found and asked about.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Register {
    /// The headings under which the measures stand, in their order.
    pub headings: Vec<Named>,
    /// What a firm may want to do.
    pub wants: Vec<Named>,
    /// Events that decide by which day a measure is asked.
    pub events: Vec<Named>,
    /// What the eligibility tables ask of a firm and its matter.
    pub facts: Vec<Fact>,
    /// The measures, by code.
    pub measures: Vec<Measure>,
}

/// A code with its words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code by which others name it.
    pub code: String,
    /// Its words.
    pub name: Text,
}

/// A fact that eligibility tables ask for: an input of theirs, in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The input's name.
    pub code: String,
    /// The question.
    pub name: Text,
    /// What helps to answer it.
    #[serde(default)]
    pub hint: Text,
    /// How it is answered.
    pub kind: FactKind,
    /// The answers of a choice.
    #[serde(default)]
    pub options: Vec<FactOption>,
    /// Where the program knows it from, so that it is not asked: `company.kind`, `company.guarantee`, `certificate.kind`, or
    /// `stated:ORGAN` for what an organ says of a firm.
    #[serde(default)]
    pub known_from: String,
}

/// How a fact is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// One of the options.
    #[default]
    Choice,
    /// Yes or no.
    YesNo,
    /// A day.
    Date,
    /// A decimal number.
    Number,
}

/// An answer of a choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactOption {
    /// The value in the tables.
    pub code: String,
    /// Its words.
    pub name: Text,
    /// Codes of the port's records that mean it.
    #[serde(default)]
    pub records: Vec<String>,
}

/// A measure as its folder says it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its code, the folder's name: `19-port-charges`.
    pub code: String,
    /// Its title.
    pub title: Text,
    /// What the firm gets, in plain words.
    pub words: Text,
    /// The heading under which it stands.
    pub heading: String,
    /// What it helps a firm to do.
    pub wants: Vec<String>,
    /// The body that issued it.
    pub issuer: String,
    /// By what competence the body issued it.
    pub competence: Provision,
    /// Legal basis.
    pub law: String,
    /// First day.
    pub from: Date,
    /// The first day on which it no longer holds; none is open.
    #[serde(default)]
    pub until: Option<Date>,
    /// The event whose day decides.
    pub event: String,
    /// The organs that decide, the one that leads first.
    pub decides: Vec<String>,
    /// What it changes.
    pub changes: Vec<Change>,
    /// How it goes together with others.
    pub stacking: Stacking,
    /// What becomes of what was already paid; none where nothing is paid.
    #[serde(default)]
    pub refund: Option<Provision>,
    /// What is taken back when the conditions were not met; none where nothing is granted that could be.
    #[serde(default)]
    pub clawback: Option<Provision>,
    /// Documents that go with an application.
    #[serde(default)]
    pub documents: Vec<Paper>,
    /// Where it is used when nothing is applied for: an address of this program.
    #[serde(default)]
    pub place: String,
    /// By what it is counted that it was used, besides applications and bills.
    #[serde(default)]
    pub uses: Vec<Use>,
}

/// What counts as a use of a measure: a matter counts once a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// News of the matter, by the entry that names the act: `problem.received`; `visit.opened` for a visit at the counter.
    pub event: String,
    /// What the matter has to say of itself: by one of [`SAID`], the words of which one must be said.
    #[serde(default)]
    pub with: BTreeMap<String, Vec<String>>,
}

/// What matters say of themselves where a use asks: the measures of its priorities, the mode of a declaration, who attends
/// its inspection, whether lists came before the ship, what a flight carries.
pub const SAID: [&str; 5] = ["priority", "mode", "attendance", "lists", "service"];

/// Words with their law.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// What holds.
    pub words: Text,
    /// Legal reference.
    pub law: String,
}

/// What a measure changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Of which sort.
    pub kind: ChangeKind,
    /// The charge, clock, mode, class, certificate or service, by its code: `port_construction_fee`.
    pub what: String,
    /// How, in words.
    pub words: Text,
    /// For a clock of this program: which, and how.
    #[serde(default)]
    pub clock: Option<ClockChange>,
    /// For a choice of this program: what of it the measure's table opens or closes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Opens>,
}

/// Choices that are closed to whom the measure's table says `no`, and wait for a grant where it says `on_application`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opens {
    /// Whose choices: [`MODE`], the modes of declarations.
    pub of: String,
    /// By their codes.
    pub codes: Vec<String>,
    /// What the choice says to the table, besides what is known of the firm.
    pub facts: BTreeMap<String, Value>,
}

/// The modes of declarations, as choices that a measure opens.
pub const MODE: &str = "declaration-modes";

/// The sorts of things that a measure changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A charge is less.
    Charge,
    /// A limit runs otherwise.
    Clock,
    /// A way of filing or attending may be chosen.
    Mode,
    /// Something goes first.
    Priority,
    /// A certificate holds longer than is printed on it.
    Certificate,
    /// A service is there.
    #[default]
    Service,
}

impl ChangeKind {
    /// The code in files and data.
    pub fn code(self) -> &'static str {
        match self {
            ChangeKind::Charge => "charge",
            ChangeKind::Clock => "clock",
            ChangeKind::Mode => "mode",
            ChangeKind::Priority => "priority",
            ChangeKind::Certificate => "certificate",
            ChangeKind::Service => "service",
        }
    }
}

/// How a measure goes together with others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stacking {
    /// Its place where several change the same thing: the lowest comes first.
    pub order: u32,
    /// Measures, by code, beside which it does not apply.
    #[serde(default)]
    pub not_with: Vec<String>,
    /// The rule in words.
    pub words: Text,
}

/// A document that goes with an application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// True when the application is not complete without it.
    #[serde(default)]
    pub required: bool,
}

/// Where a day lies with regard to a measure's validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It begins later.
    Coming,
    /// It holds.
    InForce,
    /// It has ended.
    Ended,
}

impl Measure {
    /// True when it stops a clock of this program, or makes one longer.
    pub fn moves_clocks(&self) -> bool {
        self.changes.iter().any(|change| change.clock.is_some())
    }

    /// True when a certificate holds longer by it.
    pub fn extends_certificates(&self) -> bool {
        self.changes.iter().any(|change| change.kind == ChangeKind::Certificate)
    }

    /// Whether it holds on a day.
    pub fn standing(&self, on: Date) -> Standing {
        match self.until {
            _ if on < self.from => Standing::Coming,
            Some(until) if until <= on => Standing::Ended,
            _ => Standing::InForce,
        }
    }
}

impl Standing {
    /// The code in data and words.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Coming => "coming",
            Standing::InForce => "in_force",
            Standing::Ended => "ended",
        }
    }
}

impl Fact {
    /// Whether a value is an answer of its kind.
    pub fn is_answered_by(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (FactKind::Choice, Value::Text(code)) => self.options.iter().any(|option| option.code == *code),
            (FactKind::YesNo, Value::Bool(_))
            | (FactKind::Date, Value::Date(_))
            | (FactKind::Number, Value::Number(_)) => true,
            _ => false,
        }
    }

    /// The organ that says this of a firm; none for what is known otherwise, or asked.
    pub fn stated_by(&self) -> Option<&str> {
        self.known_from.strip_prefix("stated:")
    }
}

impl Register {
    /// The measure of a code.
    pub fn measure(&self, code: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.code == code)
    }

    /// The title of a measure; its code where the register has none.
    pub fn title(&self, code: &str) -> Text {
        self.measure(code).map_or_else(|| Text::new(code, code), |measure| measure.title.clone())
    }

    /// The fact of a code.
    pub fn fact(&self, code: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.code == code)
    }
}

/// The words of a code among others; the code itself where it is not listed.
pub fn named(list: &[Named], code: &str) -> Text {
    list.iter().find(|of| of.code == code).map_or_else(|| Text::new(code, code), |of| of.name.clone())
}
