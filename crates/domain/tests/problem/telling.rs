//! Who is told of what: nothing that a reader may not see, the ladder's levels, and nobody at midnight but for class p0.

use std::collections::BTreeSet;

use domain::{
    notice::{earliest, near, opening, recipients},
    problem::{Act, Entry, Reader, Record, Report},
    ship_call::Party,
};

use crate::{
    port::dalian,
    story::{FIRM, Story, dispatch, note, receive, report, time, triage, update},
};

/// The entries that a reader is told of, by event, for whoever the tables name.
fn told(story: &Story, reader: &Reader) -> BTreeSet<&'static str> {
    let tells = |record: &&Record| story.problem.tells(reader, &record.entry);
    story.journal.iter().filter(tells).filter_map(|record| story.problem.told(record)).map(|told| told.event).collect()
}

#[test]
fn no_notice_tells_what_its_reader_may_not_see() {
    let mut story = Story::handled();
    story.must("port_group", update());
    story.must("customs", note(true));
    let confidential = |record: &&Record| matches!(&record.entry, Entry::Sent(of) if of.compartment.is_some());
    let entry = story.journal.iter().find(confidential).expect("a note of its own").entry.clone();
    let unit = |organ: &str| Reader::Unit(organ.to_owned());
    assert!(story.problem.tells(&unit("customs"), &entry));
    for other in [unit("port_group"), Reader::Office, Reader::Reporter(BTreeSet::from([1])), Reader::Public] {
        assert!(!story.problem.tells(&other, &entry), "{other:?}");
    }
    let firm = told(&story, &Reader::Reporter(BTreeSet::from([1])));
    assert!(firm.contains("problem.update") && !firm.contains("problem.note") && !firm.contains("problem.returned"));
    // Who takes no part, and who reported nothing, hears of nothing at all.
    assert!(told(&story, &unit("border")).is_empty());
    assert!(told(&story, &Reader::Reporter(BTreeSet::new())).is_empty());
    assert!(told(&story, &Reader::Public).is_empty());
}

#[test]
fn what_is_told_holds_no_firm_and_no_words() {
    let mut story = Story::default();
    story.at("2026-09-24T09:00");
    let against = Report { against: BTreeSet::from(["customs".to_owned()]), ..report("2026-DAL-P000001", FIRM) };
    let Act::Receive(mut received) = receive("customs", "ordinary", "week") else { panic!("a report") };
    received.report = against;
    story.must("firm", Act::Receive(received));
    story.must("port_office", triage("customs", "ordinary", "week", &["a point"]));
    story.must("port_office", dispatch("customs", &["msa"]));
    story.must("firm", Act::Say { report: 1, words: "words of the firm".into() });
    for record in &story.journal {
        let Some(told) = story.problem.told(record) else { continue };
        let said = format!("{told:?}");
        assert!(!said.contains(FIRM) && !said.contains("words of") && !said.contains("contact"), "{said}");
    }
}

#[test]
fn every_event_that_the_program_tells_of_has_its_row() {
    let mut story = Story::answered();
    story.must("firm", Act::Tell { report: 1, answered: true, solved: false, satisfied: false, words: None });
    let profile = dalian();
    let mut events = BTreeSet::new();
    for told in story.journal.iter().filter_map(|record| story.problem.told(record)) {
        assert!(recipients(profile, told.event, &told.word, story.now).is_some(), "{} {}", told.event, told.word);
        events.insert(told.event);
    }
    for event in
        ["problem.received", "problem.offered", "problem.reply", "problem.visit", "problem.told", "problem.reopened"]
    {
        assert!(events.contains(event), "{event} of {events:?}");
    }
    for level in profile.codes("problem-ladder", "to").iter().chain(&profile.codes("notice-levels", "level")) {
        let inputs = domain::Value::from([("level", level.as_str().into())]);
        assert!(profile.hit("notice-levels", story.now, &inputs).is_some(), "{level}");
    }
}

#[test]
fn nobody_is_woken_at_midnight_but_for_class_p0() {
    let profile = dalian();
    let (night, morning) = (time("2026-09-24T00:30"), time("2026-09-24T08:30"));
    let customs = Party::Organ("customs".into());
    let at = |party: &Party, desk: &str, class: &str| earliest(profile, party, desk, ("problem.task", class), night);
    assert_eq!(at(&customs, "", "p2"), morning, "when the office opens");
    assert_eq!(at(&customs, "customs-tonnage", "p1"), morning);
    assert_eq!(at(&customs, "customs-quarantine", "p2"), night, "a desk that is manned at night");
    assert_eq!(at(&customs, "", "p0"), night);
    assert_eq!(at(&Party::Firm("f".into()), "", "p1"), time("2026-09-24T07:00"));
    assert_eq!(at(&Party::Firm("f".into()), "duty", "p1"), night);
    // Over a holiday: 1 to 7 October 2026.
    assert_eq!(opening(profile, "office-hours", time("2026-10-01T10:00")), time("2026-10-08T08:30"));
    assert_eq!(opening(profile, "office-hours", time("2026-09-24T12:00")), time("2026-09-24T13:00"), "over noon");
    assert_eq!(opening(profile, "office-hours", time("2026-09-24T10:00")), time("2026-09-24T10:00"));
}

#[test]
fn a_limit_is_told_of_before_it_passes() {
    let profile = dalian();
    let due = time("2026-09-24T15:00");
    assert_eq!(near(profile, "problem", "accept", due), Some(time("2026-09-24T14:50")));
    assert_eq!(near(profile, "problem", "visit", time("2026-09-24T09:30")), Some(time("2026-09-23T16:00")));
    assert_eq!(near(profile, "problem", "resolve", due), None, "the ladder has its own reminder");
    assert_eq!(near(profile, "ship_call", "filing", due), Some(time("2026-09-24T12:00")));
}

#[test]
fn a_supervision_notice_has_a_limit_to_answer_that_passes_or_is_met() {
    let serve = || Act::Serve { kind: "supervision".into(), organ: "port_group".into(), words: "words".into() };
    let mut story = Story::handled();
    story.must("port_office", serve());
    let notice = story.problem.notices[0].clone();
    assert_eq!(notice.due, Some(time("2026-09-30T17:00")), "three working days over the holiday of 25 September");
    assert!(story.problem.tasks_open().iter().any(|task| task.step == "notice:1" && task.due == notice.due));
    story.must("port_group", Act::AnswerNotice { id: 1, words: "done".into() });
    assert!(story.problem.clocks["notice:1"].stopped_at.is_some());
    let mut late = Story::handled();
    late.must("port_office", serve());
    late.at("2026-10-09T09:00");
    late.must("port_office", note(false));
    assert!(late.problem.breaches.iter().any(|breach| breach.clock == "notice:1" && breach.holder == "port_group"));
    let mut reminded = Story::handled();
    reminded.must("port_office", Act::Serve { kind: "reminder".into(), organ: "port_group".into(), words: "w".into() });
    assert_eq!(reminded.problem.notices[0].due, None);
}
