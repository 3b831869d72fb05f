//! The measures of the sample profile, tried on situations that a jurist can read: facts on a day, and what must follow.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Value,
    measure::{answer, explain},
    situation::{MeasureSituation, Situations},
};
use serde::Deserialize;

use super::port::{folder, profile, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    situation: Vec<MeasureSituation>,
}

#[test]
fn situations_of_each_measure_come_out_as_a_jurist_expects() {
    let profile = profile();
    let mut measures = BTreeMap::new();
    for measure in &profile.register.measures {
        let file = folder().join("measures").join(&measure.code).join("situations.toml");
        let all = read::<File>(&file).situation;
        let reached: BTreeSet<_> = all.iter().filter_map(|of| of.row_reached(&measure.code, &profile)).collect();
        for row in &profile.eligibility(&measure.code).expect("a table").rows {
            assert!(reached.contains(&row.id), "{}: no situation hits row {}", measure.code, row.id);
        }
        measures.insert(measure.code.clone(), all);
    }
    for tried in (Situations { measures, ..Situations::default() }).tried(&profile) {
        assert!(!tried.title.zh.is_empty() && !tried.title.en.is_empty(), "{}: both languages", tried.name);
        assert!(tried.holds(), "{}, {}: {:#?}", tried.name, tried.title.en, tried.misses);
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
