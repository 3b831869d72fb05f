//! Limits that a measure stops or makes longer: the journal cites it, and nothing is breached while a clock stands still.

use domain::{
    Text,
    measure::{Change, ChangeKind, ClockChange, How, Measure},
    profile::Profile,
    ship_call::Entry,
};

use crate::{
    port::dalian,
    story::{Story, time},
};

/// The sample port with a measure that changes clocks of calls.
fn with(clock: ClockChange) -> Profile {
    let mut profile = dalian().clone();
    let words = Text::new("示例", "a sample");
    let change =
        Change { kind: ChangeKind::Clock, what: "sample".to_owned(), words, clock: Some(clock), opens: Vec::new() };
    profile.register.measures.push(Measure {
        code: "99-sample".to_owned(),
        from: "2026-09-01".parse().unwrap(),
        until: Some("2026-12-01".parse().unwrap()),
        changes: vec![change],
        ..Measure::default()
    });
    profile
}

fn stops(names: &[&str]) -> ClockChange {
    ClockChange {
        matter: "ship_call".to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        how: How::Suspend,
        from: Some("2026-09-25".parse().unwrap()),
        until: Some("2026-10-12".parse().unwrap()),
        law: "示例 Sample order".to_owned(),
        ..ClockChange::default()
    }
}

/// The entry application stands filed on Thursday 24 September at 05:00, and has its limit of acceptance.
fn filed(profile: &'static Profile) -> Story {
    let mut story = Story::opened("ordinary");
    story.profile = Some(profile);
    story.applies_for_entry("2026-09-27T12:00");
    story
}

fn due(story: &Story, name: &str) -> Option<domain::Instant> {
    story.call.clocks().into_iter().find(|clock| clock.name == name).map(|clock| clock.due)
}

const ACCEPTANCE: &str = "acceptance:entry_application:msa";

#[test]
fn a_limit_stands_still_on_the_days_of_the_measure_and_cites_it() {
    let plain = due(&filed(dalian()), ACCEPTANCE).unwrap();
    let profile = Box::leak(Box::new(with(stops(&["acceptance:"]))));
    let mut story = filed(profile);
    let moved = due(&story, ACCEPTANCE).unwrap();
    // Friday 25 September begins a holiday: all five working days are left, and follow from Monday 12 October.
    assert!(plain < time("2026-10-12T00:00"), "{plain}");
    assert_eq!(moved, time("2026-10-16T17:00"), "{plain} {moved}");
    let of = &story.call.moved[0];
    assert_eq!((of.measure.as_str(), of.law.as_str(), of.from), ("99-sample", "示例 Sample order", plain));
    assert!(story.journal.iter().any(|record| matches!(&record.entry, Entry::ClockMoved(_))));
    assert_eq!(story.call.review(crate::story::of("entry_application"), "msa").unwrap().next_due(), Some(moved));
    story.now = plain.plus_hours(1);
    assert_eq!(story.fire_clocks_named("acceptance:"), 0, "nothing passes while it stands still");
    assert!(story.call.breaches.is_empty());
    story.now = moved.plus_hours(1);
    assert_eq!(story.fire_clocks_named("acceptance:"), 1, "then it does");
    assert_eq!(story.call.moved.iter().filter(|of| of.clock == ACCEPTANCE).count(), 1, "moved once");
}

/// A measure that came into the register after the limit had begun to run is found when the clock would fire.
#[test]
fn a_measure_that_comes_later_stops_a_clock_that_runs() {
    let mut story = filed(dalian());
    let plain = due(&story, ACCEPTANCE).unwrap();
    story.profile = Some(Box::leak(Box::new(with(stops(&["acceptance:"])))));
    story.now = plain;
    let fired = story.must("clock", domain::ship_call::Act::Fire { clock: ACCEPTANCE.into(), due: plain });
    assert!(fired.iter().all(|entry| matches!(entry, Entry::ClockMoved(_))) && !fired.is_empty(), "{fired:?}");
    assert!(due(&story, ACCEPTANCE).unwrap() > plain && story.call.breaches.is_empty());
}

#[test]
fn what_must_be_filed_has_a_longer_limit_where_the_measure_says_so() {
    let clock =
        ClockChange { how: How::Extend, by: "P2D".to_owned(), from: None, until: None, ..stops(&["filing:crew_list"]) };
    let profile = Box::leak(Box::new(with(clock)));
    let (plain, longer) = (filed(dalian()), filed(profile));
    let name = "filing:crew_list";
    let (one, other) = (due(&plain, name).unwrap(), due(&longer, name).unwrap());
    assert_eq!(other, domain::Instant(one.0 + 48 * domain::instant::HOUR));
    let requirement = longer.call.requirement(crate::story::of("crew_list")).unwrap();
    assert_eq!((requirement.due, longer.call.filing_due(requirement)), (Some(one), Some(other)));
    assert_eq!(due(&plain, "filing:health_declaration"), due(&longer, "filing:health_declaration"), "no other");
}

#[test]
fn a_measure_of_another_kind_of_call_touches_nothing() {
    let clock = ClockChange { of: vec!["shuttle".to_owned()], ..stops(&["acceptance:"]) };
    let profile = Box::leak(Box::new(with(clock)));
    assert_eq!(due(&filed(profile), ACCEPTANCE), due(&filed(dalian()), ACCEPTANCE));
}
