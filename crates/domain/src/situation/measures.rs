//! Who is eligible for a measure on the day of its event.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Misses, Tried};
use crate::{
    Text, Value,
    measure::{Answer, answer, explain},
    profile::Profile,
};

/// One case: the facts of a firm and its matter, and what the measure's table must answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureSituation {
    zh: String,
    en: String,
    /// The day of the event.
    on: Date,
    facts: BTreeMap<String, Value>,
    /// What must come of it.
    fits: String,
    /// The row that must say so.
    row: Option<String>,
    law: Option<String>,
    #[serde(default)]
    outputs: BTreeMap<String, Value>,
    #[serde(default)]
    missing: Vec<String>,
}

impl MeasureSituation {
    pub(super) fn tried(&self, code: &str, nth: usize, profile: &Profile) -> Tried {
        let mut misses = Misses::default();
        match profile.register.measure(code) {
            Some(measure) => {
                let facts = Value::Map(self.facts.clone());
                self.compare(&answer(profile, measure, self.on, &facts), &mut misses);
                if !self.missing.is_empty() {
                    let missing = explain(profile, measure, self.on, &facts).map(|of| of.missing).unwrap_or_default();
                    misses.same("missing", &self.missing.join(", "), &missing.join(", "));
                }
            }
            None => misses.tell(code, "a measure", "no such measure"),
        }
        let title = Text::new(self.zh.as_str(), self.en.as_str());
        Tried { name: format!("measures/{code} {}", nth + 1), title, on: self.on, misses: misses.0 }
    }

    fn compare(&self, answer: &Answer<'_>, misses: &mut Misses) {
        if let Some(fault) = &answer.fault {
            misses.tell("fits", &self.fits, fault);
            return;
        }
        misses.same("fits", &self.fits, answer.fits.code());
        if let Some(row) = &self.row {
            misses.same("row", row, answer.row.as_ref().map_or("", |found| found.row.as_str()));
        }
        if let Some(law) = &self.law {
            misses.cites("fits", law, answer.law());
        }
        let said = answer.outputs();
        for (name, value) in &self.outputs {
            let found = said.get(name).map_or_else(String::new, Value::to_string);
            misses.same(name, &value.to_string(), &found);
        }
    }

    /// The row that this situation reaches with a profile.
    pub fn row_reached(&self, code: &str, profile: &Profile) -> Option<String> {
        let measure = profile.register.measure(code)?;
        answer(profile, measure, self.on, &Value::Map(self.facts.clone())).row.map(|row| row.row.clone())
    }
}
