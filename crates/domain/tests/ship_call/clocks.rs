//! Limits: when they start, what stops them, what is left when they pass.

use domain::ship_call::{Act, Entry, Mirror, Refusal, ReviewState, Unsaid};

use crate::story::{Story, conclude, file, grant, of, time};

const DECISION: &str = "decision:entry_application:msa";

/// Applied for on Thursday 24 September 2026 at 05:00, the day before the Mid-Autumn holiday.
fn applied() -> Story {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story
}

fn decision_due(story: &Story) -> Option<domain::Instant> {
    story.call.review(of("entry_application"), "msa").unwrap().decision_due
}

/// Administrative Licensing Law art. 42: filing starts no clock of the organ, acceptance does.
#[test]
fn the_organs_clock_starts_at_acceptance() {
    let mut story = applied();
    assert_eq!(story.state("entry_application", "msa"), ReviewState::Filed);
    assert!(!story.has_clock(DECISION));
    story.at("2026-09-24T10:00");
    let entries = story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    assert!(matches!(&entries[0], Entry::InCharge { calendar, .. } if calendar == "office-hours 2026.1"));
    // Five working days: 28, 29 and 30 September, 8 and 9 October.
    let clock = story.call.clocks().into_iter().find(|clock| clock.name == DECISION).unwrap();
    assert_eq!((clock.holder.as_str(), clock.due), ("msa", time("2026-10-09T17:00")));
    assert_eq!(story.refused("msa", Act::TakeInCharge { formality: of("entry_application") }), Refusal::WrongState);
}

const ACCEPTANCE: &str = "acceptance:entry_application:msa";

/// Administrative Licensing Law art. 32: who does not tell in five days what is missing has accepted. That starts the
/// organ's time to decide, and grants nothing.
#[test]
fn silence_accepts_a_filing_and_grants_nothing() {
    let mut story = applied();
    let clock = story.call.clocks().into_iter().find(|clock| clock.name == ACCEPTANCE).unwrap();
    assert_eq!((clock.holder.as_str(), clock.due), ("msa", time("2026-10-09T17:00")));
    let filed = story.journal.iter().find_map(|record| match &record.entry {
        Entry::Filed(filed) => filed.acceptance.clone(),
        _ => None,
    });
    let filed = filed.unwrap();
    assert_eq!((filed.calendar.as_str(), filed.rule.row.as_str()), ("office-hours 2026.1", "acceptance"));
    assert_eq!(story.call.tasks()[0].due, Some(clock.due), "the desk sees it");
    story.now = clock.due.plus_hours(30);
    story.must("clock", Act::Fire { clock: ACCEPTANCE.into(), due: clock.due });
    assert!(breached(&story, ACCEPTANCE));
    let review = story.call.review(of("entry_application"), "msa").unwrap();
    assert_eq!((review.state, review.in_charge_at), (ReviewState::InCharge, Some(clock.due)));
    // Five working days from the limit: 10 October is made up for the holiday.
    assert_eq!(review.decision_due, Some(time("2026-10-15T17:00")));
    assert!(!story.call.is_entry_approved(), "silence never grants");
    assert!(story.has_clock(DECISION) && !story.has_clock(ACCEPTANCE));
    // Nor does it when that limit passes as well.
    story.at("2026-10-20T09:00");
    story.must("clock", Act::Fire { clock: DECISION.into(), due: time("2026-10-15T17:00") });
    assert_eq!(story.state("entry_application", "msa"), ReviewState::InCharge);
    assert!(!story.call.is_entry_approved());
}

#[test]
fn who_acts_after_the_limit_finds_it_accepted_since_then() {
    for act in [Act::TakeInCharge { formality: of("entry_application") }, grant("entry_application")] {
        let mut story = applied();
        story.at("2026-10-12T09:00");
        let entries = story.must("msa", act);
        assert!(breached(&story, ACCEPTANCE));
        let accepted = |entry: &&Entry| matches!(entry, Entry::InCharge { .. });
        assert_eq!(entries.iter().filter(accepted).count(), 1);
        let review = story.call.review(of("entry_application"), "msa").unwrap();
        assert_eq!(review.in_charge_at, Some(time("2026-10-09T17:00")));
        assert_eq!(decision_due(&story), Some(time("2026-10-15T17:00")));
    }
}

#[test]
fn who_tells_in_time_what_is_missing_is_not_silent() {
    let mut story = applied();
    story.must("msa", crate::story::ask("entry_application", 1));
    assert!(!story.has_clock(ACCEPTANCE));
    let mut story = applied();
    story.must("msa", conclude("entry_application", ReviewState::Returned));
    assert!(!story.has_clock(ACCEPTANCE));
    story.file("crew_list", &[]);
    assert!(
        !story.call.clocks().iter().any(|clock| clock.name.starts_with("acceptance:crew_list")),
        "no limit, no clock"
    );
}

#[test]
fn a_return_before_acceptance_starts_no_clock_and_names_what_is_missing() {
    let mut story = applied();
    let silent = Act::Decide {
        formality: of("entry_application"),
        outcome: ReviewState::Returned,
        reason: None,
        words: Vec::new(),
        law: String::new(),
        mirror: None,
    };
    let refusal = story.refused("msa", silent);
    assert_eq!(refusal, Refusal::NotSaid(Unsaid::Missing), "a return needs no legal basis, but what is missing");
    let fault = refusal.fault(crate::port::dalian());
    assert_eq!((fault.code.as_str(), fault.location.as_str()), ("PQ-CALL-011", "/words"));
    let entries = story.must("msa", conclude("entry_application", ReviewState::Returned));
    assert!(!entries.iter().any(|entry| matches!(entry, Entry::InCharge { .. })));
    assert_eq!(decision_due(&story), None);
    story.file("entry_application", &[]);
    assert_eq!(story.state("entry_application", "msa"), ReviewState::Filed);
    assert_eq!(story.call.review(of("entry_application"), "msa").unwrap().reopened_by.as_deref(), Some("filed_again"));
}

/// Administrative Licensing Law art. 45: only what it lists stops the clock, and the limit moves by that time.
#[test]
fn only_listed_causes_stop_the_clock_and_the_calendar_moves_the_limit() {
    let mut story = applied();
    story.at("2026-09-24T10:00");
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    let suspend = |cause: &str| Act::Suspend { formality: of("entry_application"), cause: cause.to_owned() };
    assert_eq!(story.refused("msa", suspend("lunch")), Refusal::NotListed("lunch".into()));
    story.at("2026-09-28T09:00");
    let entries = story.must("msa", suspend("expert_review"));
    assert!(matches!(&entries[0], Entry::Suspended { law, .. } if law.contains("art. 45")));
    assert!(!story.has_clock(DECISION));
    assert_eq!(story.refused("msa", suspend("hearing")), Refusal::WrongState);
    story.at("2026-09-30T17:00");
    story.must("msa", Act::Resume { formality: of("entry_application") });
    // Two more working days: 10 October is made up for the holiday, then Monday the 12th.
    assert_eq!(decision_due(&story), Some(time("2026-10-12T17:00")));
    assert!(story.has_clock(DECISION));
    assert_eq!(story.refused("msa", Act::Resume { formality: of("entry_application") }), Refusal::WrongState);
}

/// Silence never clears: the limit passes, the breach stands, the matter is where it was.
#[test]
fn silence_never_clears_and_a_breach_never_vanishes() {
    let mut story = applied();
    story.at("2026-09-24T10:00");
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    let due = decision_due(&story).unwrap();
    story.now = due.plus_hours(30);
    let fire = Act::Fire { clock: DECISION.to_owned(), due };
    assert_eq!(story.refused("msa", fire.clone()), Refusal::NotYours);
    story.must("clock", fire.clone());
    assert_eq!(story.state("entry_application", "msa"), ReviewState::InCharge);
    assert_eq!(story.refused("clock", fire), Refusal::ClockStopped);
    story.grant("msa", "entry_application");
    assert!(story.call.breaches.iter().any(|breach| breach.clock == DECISION && breach.due == due));
}

#[test]
fn a_decision_before_the_limit_stops_its_clock() {
    let mut story = applied();
    story.at("2026-09-24T10:00");
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    let due = decision_due(&story).unwrap();
    story.grant("msa", "entry_application");
    story.now = due.plus_hours(1);
    assert_eq!(story.refused("clock", Act::Fire { clock: DECISION.into(), due }), Refusal::ClockStopped);
    assert!(!story.call.breaches.iter().any(|breach| breach.clock == DECISION));
}

/// A late tick takes nothing from the facts: who acts after the limit, and before the clock fires, was late all the same.
#[test]
fn what_comes_after_the_limit_is_late_also_when_the_clock_has_not_fired() {
    let mut story = applied();
    story.grant("msa", "entry_application");
    story.at("2026-09-24T12:30");
    story.file("arrival_report", &[]);
    let late = story.call.breaches.iter().find(|breach| breach.clock == "filing:arrival_report").unwrap();
    assert_eq!((late.due, late.holder.as_str()), (time("2026-09-24T12:00"), "agent"));

    let mut story = applied();
    story.at("2026-09-24T10:00");
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    story.now = decision_due(&story).unwrap().plus_hours(1);
    story.grant("msa", "entry_application");
    assert!(story.call.breaches.iter().any(|breach| breach.clock == DECISION && breach.holder == "msa"));
}

/// What counts is when the organ decided, not when somebody recorded it here.
#[test]
fn a_decision_taken_elsewhere_in_time_is_no_breach_when_recorded_late() {
    for (elsewhere, late) in [(-1, false), (1, true)] {
        let mut story = applied();
        story.at("2026-09-24T10:00");
        story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
        let due = decision_due(&story).unwrap();
        story.now = due.plus_hours(3);
        let mirror = Mirror {
            source: "sample-national-system".to_owned(),
            number: "17".to_owned(),
            decided_at: due.plus_hours(elsewhere),
            recorder: "sample-officer".to_owned(),
        };
        let Act::Decide { formality, outcome, words, law, .. } = grant("entry_application") else { unreachable!() };
        story.must("msa", Act::Decide { formality, outcome, reason: None, words, law, mirror: Some(mirror) });
        assert_eq!(breached(&story, DECISION), late);
    }
}

#[test]
fn what_was_filed_in_time_and_returned_later_was_in_time() {
    let mut story = applied();
    story.grant("msa", "entry_application");
    story.at("2026-09-24T11:00");
    story.file("crew_list", &[]);
    story.file("security_report", &[]);
    story.must("msa", conclude("security_report", ReviewState::Returned));
    story.at("2026-09-24T13:00");
    story.must("border", conclude("crew_list", ReviewState::Returned));
    assert!(!story.has_clock("filing:crew_list"), "it was there at noon");
    assert!(story.has_clock("filing:security_report") || breached(&story, "filing:security_report"));
    story.fire_clocks();
    assert!(breached(&story, "filing:security_report") && !breached(&story, "filing:crew_list"));
    assert_eq!(story.fire_clocks(), 0, "no clock fires twice for one limit");
}

#[test]
fn a_refusal_needs_its_reason_and_its_law() {
    let mut story = applied();
    let refuse = |words: Vec<domain::ship_call::Words>, law: &str| Act::Decide {
        formality: of("entry_application"),
        outcome: ReviewState::Refused,
        reason: None,
        words,
        law: law.to_owned(),
        mirror: None,
    };
    assert_eq!(story.refused("msa", refuse(Vec::new(), "art. 46")), Refusal::NoReason);
    assert_eq!(story.refused("msa", refuse(vec![crate::story::words()], " ")), Refusal::NoReason);
    story.must("msa", refuse(vec![crate::story::words()], "art. 46"));
    assert_eq!(story.refused("msa", grant("entry_application")), Refusal::WrongState);
    story.must("agent", file("entry_application", &[]));
    story.grant("msa", "entry_application");
}

/// The table's reasons bring their words and their law; some want something named besides.
#[test]
fn a_listed_reason_brings_its_words_and_its_law() {
    let decide = |reason: &str, outcome: ReviewState, named: bool| Act::Decide {
        formality: of("entry_application"),
        outcome,
        reason: Some(reason.to_owned()),
        words: named.then(crate::story::words).into_iter().collect(),
        law: String::new(),
        mirror: None,
    };
    let (refuse, give_back) = (ReviewState::Refused, ReviewState::Returned);
    let mut story = applied();
    for (reason, outcome) in
        [("weather", refuse), ("tonnage_tax", refuse), ("incomplete", refuse), ("berth_not_open", give_back)]
    {
        let not_listed = Refusal::NotListed(reason.to_owned());
        assert_eq!(story.refused("msa", decide(reason, outcome, true)), not_listed, "{reason} by maritime safety");
    }
    assert_eq!(story.refused("msa", decide("incomplete", give_back, false)), Refusal::NotSaid(Unsaid::Missing));
    story.must("msa", decide("berth_not_open", refuse, false));
    let review = story.call.review(of("entry_application"), "msa").unwrap();
    assert!(review.law.contains("art. 46"), "{}", review.law);
    assert_eq!(review.words[0].plain().unwrap().zh, "泊位未对外开放且未获临时开放许可");
    story.file("entry_application", &[]);
    let entries = story.must("msa", decide("incomplete", give_back, true));
    let told = |entry: &Entry| matches!(entry, Entry::Decided { reason: Some(reason), words, .. } if reason == "incomplete" && words.len() == 2);
    assert!(entries.iter().any(told));
}

fn breached(story: &Story, clock: &str) -> bool {
    story.call.breaches.iter().any(|breach| breach.clock == clock)
}
