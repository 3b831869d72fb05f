//! Situations: cases that a jurist can read, facts on a day and what must follow from them. A profile brings them as files
//! beside its tables; tests try them, and so does everybody who is about to change a table.

mod bills;
mod general;
mod measures;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Text, profile::Profile};

pub use bills::BillCases;
pub use general::Situation;
pub use measures::MeasureSituation;

/// The situations of a profile.
#[derive(Clone, Debug, Default)]
pub struct Situations {
    /// What is due for a call, and questions to any table; by the file's name.
    pub general: BTreeMap<String, Situation>,
    /// Who is eligible for a measure; by the measure's code.
    pub measures: BTreeMap<String, Vec<MeasureSituation>>,
    /// Bills that were written out by hand; by the file's name.
    pub bills: BTreeMap<String, BillCases>,
}

/// A situation that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its file, and its place there.
    pub name: String,
    /// What it is about.
    pub title: Text,
    /// The day of its event, the last one where it has several.
    pub on: Date,
    /// What does not come out as it must; empty when all does.
    pub misses: Vec<Miss>,
}

/// Something that does not come out as it must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// What was asked.
    pub place: String,
    /// What must come out.
    pub expected: String,
    /// What does.
    pub found: String,
}

impl Situations {
    /// Tries every situation with a profile.
    pub fn tried(&self, profile: &Profile) -> Vec<Tried> {
        let general = self.general.iter().map(|(name, of)| of.tried(name, profile));
        let measures = self.measures.iter().flat_map(|(code, all)| {
            all.iter().enumerate().map(|(nth, of)| of.tried(code, nth, profile)).collect::<Vec<_>>()
        });
        let bills = self.bills.iter().flat_map(|(name, of)| of.tried(name, profile));
        general.chain(measures).chain(bills).collect()
    }
}

impl Tried {
    /// True when all comes out as it must.
    pub fn holds(&self) -> bool {
        self.misses.is_empty()
    }
}

/// Gathers what does not come out.
#[derive(Default)]
struct Misses(Vec<Miss>);

impl Misses {
    fn tell(&mut self, place: &str, expected: impl ToString, found: impl ToString) {
        self.0.push(Miss { place: place.to_owned(), expected: expected.to_string(), found: found.to_string() });
    }

    /// Compares what must come out with what does.
    fn same(&mut self, place: &str, expected: &str, found: &str) {
        if expected != found {
            self.tell(place, expected, found);
        }
    }

    /// A law that must be among those that are cited.
    fn cites(&mut self, place: &str, law: &str, cited: &str) {
        if !cited.contains(law) {
            self.tell(&format!("{place}: law"), law, cited);
        }
    }
}
