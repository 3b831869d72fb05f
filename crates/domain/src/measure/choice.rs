//! Choices that a measure opens: a firm to whom the measure's table says `no` does not have them, by the row that says so, and one to
//! whom it says `on_application` has them once the measure is granted.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Answer, Fits, Measure, Opens, answer};
use crate::{Value, profile::Profile};

/// How a choice stands to a firm.
#[derive(Clone, Debug)]
pub enum Choice<'p> {
    /// Nothing closes it.
    Open,
    /// A row closes it.
    Closed(Answer<'p>),
    /// It wants a grant of this measure.
    ByGrant(Answer<'p>),
    /// What the table asks of the firm is not known.
    Unknown,
}

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

/// How a choice stands to a firm of which these facts are known. What is not known closes nothing, and a measure that does not hold
/// on the day leaves the choice as the tables have it.
pub fn choice<'p>(
    profile: &'p Profile,
    (of, code): (&str, &str),
    on: Date,
    known: &BTreeMap<String, Value>,
) -> Choice<'p> {
    let answers = opening(profile, of, code).map(|(measure, opens)| {
        let mut facts = known.clone();
        facts.extend(opens.facts.clone());
        answer(profile, measure, on, &Value::Map(facts))
    });
    let mut stands = Choice::Open;
    for answer in answers {
        match answer.fits {
            Fits::No => return Choice::Closed(answer),
            Fits::OnApplication => stands = Choice::ByGrant(answer),
            Fits::Unknown if matches!(stands, Choice::Open) => stands = Choice::Unknown,
            _ => {}
        }
    }
    stands
}
