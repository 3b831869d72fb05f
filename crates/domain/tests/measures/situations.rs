//! The measures of the sample profile, tried on situations that a jurist can read: facts on a day, and what must follow.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Value,
    measure::{Answer, answer, explain},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::port::{folder, profile, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situations {
    situation: Vec<Situation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    zh: String,
    en: String,
    /// The day of the event.
    on: Date,
    facts: BTreeMap<String, Value>,
    /// What must come of it.
    fits: String,
    row: Option<String>,
    law: Option<String>,
    #[serde(default)]
    outputs: BTreeMap<String, Value>,
    #[serde(default)]
    missing: Vec<String>,
}

#[test]
fn situations_of_each_measure_come_out_as_a_jurist_expects() {
    let profile = profile();
    for measure in &profile.register.measures {
        let file = folder().join("measures").join(&measure.code).join("situations.toml");
        let situations: Situations = read(&file);
        let mut hit = BTreeSet::new();
        for situation in &situations.situation {
            let place = format!("{}, {}", measure.code, situation.en);
            assert!(!situation.zh.is_empty() && !situation.en.is_empty(), "{place}: words in both languages");
            let facts = Value::Map(situation.facts.clone());
            let answer = answer(&profile, measure, situation.on, &facts);
            compare(&place, situation, &answer);
            if !situation.missing.is_empty() {
                let missing = explain(&profile, measure, situation.on, &facts).expect("a table").missing;
                assert_eq!(missing, situation.missing, "{place}: what is missing");
            }
            hit.extend(answer.row.iter().map(|row| row.row.clone()));
        }
        let table = profile.eligibility(&measure.code).expect("a table");
        for row in &table.rows {
            assert!(hit.contains(&row.id), "{}: no situation hits row {}", measure.code, row.id);
        }
    }
}

fn compare(place: &str, situation: &Situation, answer: &Answer<'_>) {
    assert!(answer.fault.is_none(), "{place}: {:?}", answer.fault);
    assert_eq!(answer.fits.code(), situation.fits, "{place}");
    if let Some(row) = &situation.row {
        assert_eq!(answer.rule().map(|rule| rule.row).as_ref(), Some(row), "{place}: the row");
    }
    if let Some(law) = &situation.law {
        assert!(answer.law().contains(law), "{place}: {law} is not in {}", answer.law());
    }
    let said: BTreeMap<_, _> = answer.outputs().into_iter().map(|(name, value)| (name, value.to_string())).collect();
    for (name, value) in &situation.outputs {
        assert_eq!(said.get(name), Some(&value.to_string()), "{place}: {name}");
    }
}

/// What nobody has answered yet excludes nothing, and is asked for only where it could still decide.
#[test]
fn what_is_not_known_is_asked_for_and_what_is_excluded_is_not() {
    let profile = profile();
    let measure = profile.register.measure("18-customs-charges").expect("the measure");
    let on = "2020-04-15".parse().unwrap();
    let ask = |facts: &Value| explain(&profile, measure, on, facts).expect("a table").missing;
    assert_eq!(ask(&Value::Null), ["relief", "cause"]);
    assert_eq!(ask(&Value::from([("cause", "other".into())])), ["relief"]);
    assert!(ask(&Value::from([("relief", "late_fee".into()), ("cause", "other".into())])).is_empty());
    // A value that is not listed is no answer, and is told as such.
    let wrong = answer(&profile, measure, on, &Value::from([("relief", "gift".into())]));
    assert_eq!((wrong.fits.code(), wrong.fault.map(|fault| fault.code())), ("unknown", Some("PQ-RULES-NOT-ALLOWED")));
}
