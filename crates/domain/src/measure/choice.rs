//! Choices that a measure opens: a firm to whom the measure's table says `no` does not have them, by the row that says so.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Answer, Fits, Measure, Opens, answer};
use crate::{Value, profile::Profile};

/// The measures that open a choice, each with what the choice says to its table.
fn opening<'p>(profile: &'p Profile, of: &str, code: &str) -> impl Iterator<Item = (&'p Measure, &'p Opens)> {
    let measures = profile.register.measures.iter();
    let all = measures
        .flat_map(|measure| measure.changes.iter().flat_map(|change| &change.opens).map(move |opens| (measure, opens)));
    all.filter(move |(_, opens)| opens.of == of && opens.codes.iter().any(|known| known == code))
}

/// Whether any measure speaks of a choice.
pub fn is_opened(profile: &Profile, of: &str, code: &str) -> bool {
    opening(profile, of, code).next().is_some()
}

/// The answer that closes a choice to a firm of which these facts are known; none where it stands open. What is not known closes
/// nothing, and a measure that does not hold on the day leaves the choice as the tables have it.
pub fn closed<'p>(
    profile: &'p Profile,
    (of, code): (&str, &str),
    on: Date,
    known: &BTreeMap<String, Value>,
) -> Option<Answer<'p>> {
    let mut answers = opening(profile, of, code).map(|(measure, opens)| {
        let mut facts = known.clone();
        facts.extend(opens.facts.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))));
        answer(profile, measure, on, &Value::Map(facts))
    });
    answers.find(|answer| answer.fits == Fits::No)
}
