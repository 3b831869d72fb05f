//! What is counted of a case, and the measures of the monthly report: each a row of the table `problem-measures` that
//! names what it counts, among what, and which cases it leaves out.
//!
//! Sources: Beijing regulation on handling complaints 2021 (response, resolution and satisfaction are three numbers; solved
//! is what the firm says); Weifang regulation 2021 (monthly publication).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Delayed, Problem, Status};
use crate::{Instant, Text, Value, matter::Organ, profile::Profile};

/// What can be counted of a case. `told` and what follows it count firms' words, the rest cases; the last four count those
/// that stood still, and whole hours.
pub const COUNTED: [&str; 15] = [
    "received",
    "dispatched",
    "returned",
    "answered",
    "due",
    "on_time",
    "reopened",
    "told",
    "said_answered",
    "said_solved",
    "said_satisfied",
    "ships_delayed",
    "ship_hours",
    "cargo_delayed",
    "cargo_hours",
];

/// A case as the report counts it: no firm, no person, no word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Its topic.
    pub topic: String,
    /// The department that leads, or led last; the port office where nobody ever did.
    pub organ: Organ,
    /// Its state.
    pub state: String,
    /// Known problems of which it is an instance.
    pub known: Vec<String>,
    /// Cases joined to it, and itself.
    pub reports: u64,
    /// How much there is of each of [`COUNTED`].
    pub counts: BTreeMap<&'static str, u64>,
}

/// What a measure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureUnit {
    /// A number.
    Number,
    /// A part of a whole.
    Share,
    /// Hours, and how many they are spread over.
    Hours,
}

/// A measure of the report, as its row has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its code.
    pub code: String,
    /// What it counts, one of [`COUNTED`].
    pub of: String,
    /// Among what: the denominator; empty where the measure is a number.
    pub among: String,
    /// States whose cases it leaves out of both.
    pub without: Vec<String>,
    /// What it counts in.
    pub unit: MeasureUnit,
    /// Its name and formula in words.
    pub name: Text,
    /// Legal basis.
    pub law: String,
}

/// A measure's numerator and denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The numerator.
    pub of: u64,
    /// The denominator; the numerator again where there is none.
    pub among: u64,
}

impl Share {
    /// The sum.
    #[must_use]
    pub fn plus(self, other: Share) -> Share {
        Share { of: self.of.saturating_add(other.of), among: self.among.saturating_add(other.among) }
    }

    /// In thousandths, rounded half up; none without a denominator.
    pub fn per_mille(self) -> Option<u64> {
        let whole = u128::from(self.among).checked_mul(2).filter(|whole| *whole > 0)?;
        u64::try_from((u128::from(self.of) * 2000 + u128::from(self.among)) / whole).ok()
    }
}

/// The measures that hold at an instant, in the order of the rows.
pub fn measures(profile: &Profile, at: Instant) -> Vec<Measure> {
    let codes = profile.codes("problem-measures", "measure").into_iter();
    codes
        .filter_map(|code| {
            let hit = profile.hit("problem-measures", at, &Value::from([("measure", code.as_str().into())]))?;
            Some(Measure {
                code,
                of: hit.text("of").to_owned(),
                among: hit.text("among").to_owned(),
                without: hit.texts("without"),
                unit: match hit.text("unit") {
                    "share" => MeasureUnit::Share,
                    "hours" => MeasureUnit::Hours,
                    _ => MeasureUnit::Number,
                },
                name: hit.reason(),
                law: hit.law().to_owned(),
            })
        })
        .collect()
}

impl Measure {
    /// What a case adds to the measure.
    pub fn share(&self, of: &Measured) -> Share {
        if self.without.contains(&of.state) {
            return Share::default();
        }
        let count = |name: &str| of.counts.get(name).copied().unwrap_or(0);
        let numerator = count(&self.of);
        Share { of: numerator, among: if self.among.is_empty() { numerator } else { count(&self.among) } }
    }
}

/// What a case adds to the report, as it stands; `delayed` is what stood still behind it.
pub fn measured(problem: &Problem, delayed: &Delayed) -> Measured {
    let resolve_missed = problem.breaches.iter().any(|breach| breach.clock == "resolve");
    let answered = !problem.replies.is_empty();
    let last = |yes: fn(&super::Word) -> bool| {
        let words = problem.standing_reports().filter_map(|report| report.told.last());
        words.filter(|word| yes(word)).count() as u64
    };
    let (ship, cargo) = (delayed.ship_minutes(), delayed.cargo_minutes());
    let hours = |minutes: i64| u64::try_from((minutes + 30) / 60).unwrap_or(0);
    let flag = u64::from;
    let counts = BTreeMap::from([
        ("received", 1),
        ("dispatched", flag(!problem.assignments.is_empty())),
        ("returned", flag(problem.assignments.iter().any(|of| of.returned.is_some()))),
        ("answered", flag(answered)),
        ("due", flag(answered || resolve_missed)),
        ("on_time", flag(answered && !resolve_missed)),
        ("reopened", flag(problem.reopened > 0)),
        ("told", last(|_| true)),
        ("said_answered", last(|word| word.answered)),
        ("said_solved", last(|word| word.solved)),
        ("said_satisfied", last(|word| word.satisfied)),
        ("ships_delayed", flag(ship > 0)),
        ("ship_hours", hours(ship)),
        ("cargo_delayed", flag(cargo > 0)),
        ("cargo_hours", hours(cargo)),
    ]);
    Measured {
        topic: problem.topic.clone(),
        organ: problem.lead_or_last().to_owned(),
        state: problem.status().code().to_owned(),
        known: problem.known.iter().cloned().collect(),
        reports: match problem.status() {
            Status::Joined => 0,
            _ => problem.reports.len() as u64,
        },
        counts,
    }
}

impl Problem {
    /// The department that leads, or led last; the port office where nobody ever did.
    pub fn lead_or_last(&self) -> &str {
        let of_lead = |of: &&super::Assignment| of.role == super::Role::Lead;
        let lead = self.lead().or_else(|| self.assignments.iter().rev().find(of_lead));
        lead.map_or(self.office.as_str(), |lead| lead.organ.as_str())
    }
}
