//! Cases that hang together, and what was put together taken apart again; meetings that are moved.

use std::collections::BTreeSet;

use domain::problem::{Act, Entry, HowEnded, Problem, Reader, Refusal, Report, Status, Word, dispatch_narrowings};

use crate::{
    port::dalian,
    story::{Story, dispatch, give_back, report, tell, time, update},
};

const OTHER: &str = "2026-DAL-P000002";

fn join(story: &mut Story, number: &str) {
    let from = number.to_owned();
    story.must("port_office", Act::Join { reports: vec![report(number, "other-firm")], from });
}

fn separate(number: &str) -> Act {
    Act::Separate { from: number.into(), reports: BTreeSet::from([number.to_owned()]) }
}

/// The other case: reported an hour later, in hand at the customs, joined to the first one.
fn joined() -> Story {
    let mut story = Story::default();
    story.at("2026-09-24T10:00");
    let Act::Receive(mut received) = crate::story::receive("terminal-gate", "ordinary", "week") else { unreachable!() };
    received.number = OTHER.into();
    received.report = report(OTHER, "other-firm");
    story.must("firm:other-firm", Act::Receive(received));
    story.triage();
    story.must("port_office", dispatch("customs", &[]));
    story.must("customs", Act::Accept);
    story.must("port_office", Act::JoinTo { number: "2026-DAL-P000001".into() });
    story
}

#[test]
fn a_link_is_taken_back_even_from_a_case_that_has_ended() {
    let mut story = Story::received();
    let link = Act::Link { kind: "depends_on".into(), number: OTHER.into() };
    let unlink = |kind: &str| Act::Unlink { kind: kind.into(), number: OTHER.into() };
    story.must("port_office", link.clone());
    assert_eq!(story.refused("customs", unlink("depends_on")), Refusal::NotYours);
    assert_eq!(story.refused("port_office", unlink("needed_by")), Refusal::NotThere);
    story.must("port_office", unlink("depends_on"));
    assert!(story.problem.links.is_empty());
    assert_eq!(story.refused("port_office", unlink("depends_on")), Refusal::NotThere);
    story.must("port_office", link);
    story.must("port_office", Act::LinkBack { kind: "depends_on".into(), number: OTHER.into() });
    story.must("port_office", Act::Refuse { reason: "court".into() });
    story.must("port_office", unlink("needed_by"));
    assert_eq!(story.problem.links.len(), 1);
}

#[test]
fn what_joined_is_separated_and_its_firm_sees_nothing_of_the_case_any_more() {
    let mut story = Story::handled();
    join(&mut story, OTHER);
    assert_eq!(story.problem.report(2).map(|of| of.firm.as_str()), Some("other-firm"));
    story.must("firm:other-firm", Act::Say { report: 2, words: "secret of the other".into() });
    story.must("port_office", separate(OTHER));
    assert!(story.problem.merged.is_empty() && story.problem.reports.len() == 1);
    assert!(!story.problem.keys.iter().any(|key| key.value.contains("P000002")), "{:?}", story.problem.keys);
    assert_eq!(story.refused("firm:other-firm", Act::Say { report: 2, words: "more".into() }), Refusal::NotThere);
    // What it said stays in the journal; the next one that joins gets another identifier, and reads none of it.
    join(&mut story, "2026-DAL-P000003");
    assert_eq!(story.problem.reports[1].id, 3);
    let seen = story.problem.seen_by(&Reader::Reporter(BTreeSet::from([3])));
    assert!(seen.messages.is_empty(), "{:?}", seen.messages);
    // What never joined, and the case's own report, cannot be separated.
    assert_eq!(story.refused("port_office", separate("2026-DAL-P000009")), Refusal::NotThere);
    let own = Act::Separate {
        from: "2026-DAL-P000003".into(),
        reports: BTreeSet::from(["2026-DAL-P000001".to_owned(), "2026-DAL-P000003".to_owned()]),
    };
    assert_eq!(story.refused("port_office", own), Refusal::NotThere);
}

#[test]
fn a_case_that_stands_alone_again_goes_on_as_if_it_had_never_ended() {
    let mut first = Story::handled();
    join(&mut first, OTHER);
    first.must("firm:other-firm", Act::Say { report: 2, words: "since then".into() });
    first.must("port_group", update());
    let mut other = joined();
    assert_eq!(other.problem.ended.as_ref().map(|of| of.how), Some(HowEnded::Joined));
    let due = other.problem.clocks["resolve"].due;
    let reports: Vec<Report> = first.problem.reports.iter().filter(|of| of.number == OTHER).cloned().collect();
    let messages = first.problem.messages.clone();
    let alone =
        |from: &str| Act::StandAlone { from: from.into(), reports: reports.clone(), messages: messages.clone() };
    other.at("2026-09-25T09:00");
    assert_eq!(other.refused("port_office", alone("2026-DAL-P000009")), Refusal::NotThere);
    other.must("port_office", alone("2026-DAL-P000001"));
    let problem = &other.problem;
    assert_eq!((problem.status(), problem.owner()), (Status::Triaged, Some("port_office")));
    assert_eq!((problem.clocks["resolve"].due, problem.clocks["resolve"].stopped_at), (due, None));
    assert!(problem.lead().is_none(), "units are asked anew");
    // The report has the identifier that it always had here; what its firm said came along, and what was said to all did not.
    assert_eq!((problem.reports.len(), problem.reports[0].id), (1, 1));
    let said: Vec<_> = problem.messages.iter().map(|of| (of.report, of.words.as_str())).collect();
    assert_eq!(said, [(Some(1), "since then")]);
    other.must("firm:other-firm", Act::Say { report: 1, words: "more".into() });
    other.at("2026-10-20T09:00");
    other.fire();
    assert_eq!(other.passed("resolve"), 1, "the total clock went on");
}

#[test]
fn a_firms_word_on_another_cases_reply_is_no_word_on_this_ones() {
    // The other case was answered too, and its firm content with that reply, number 1 there.
    let mut story = Story::answered();
    let word = |story: &Story| story.problem.reports[1].told.last().map(|of| of.reply);
    let mut content = report(OTHER, "other-firm");
    let at = story.now;
    content.told = vec![Word {
        answered: true,
        solved: true,
        satisfied: true,
        words: None,
        recorder: None,
        at,
        reply: 1,
        files: Vec::new(),
    }];
    story.must("port_office", Act::Join { from: OTHER.into(), reports: vec![content] });
    assert_eq!(word(&story), Some(0));
    assert_eq!(story.problem.unspoken(), [1, 2]);
    story.must("firm", tell(1, true, true));
    assert_eq!(story.problem.status(), Status::Answered, "the firm that joined has not been asked");
    // Once it is taken out again, everybody who is left has said so.
    story.must("port_office", separate(OTHER));
    assert_eq!(story.problem.status(), Status::Closed);
}

#[test]
fn a_meeting_is_moved_with_a_reason_and_called_off() {
    let mut story = Story::handled();
    let seats = BTreeSet::from(["customs".to_owned(), "port_group".to_owned()]);
    let (number, at) = ("2026-DAL-J000001".to_owned(), time("2026-09-25T14:00"));
    let call = Act::CallMeeting { number, cases: BTreeSet::new(), at, participants: seats, agenda: "agenda".into() };
    story.must("port_office", call);
    let moved = |to: Option<&str>| Act::MoveMeeting { id: 1, to: to.map(time), words: "the pilot is away".into() };
    assert_eq!(story.refused("customs", moved(Some("2026-09-28T10:00"))), Refusal::NotYours);
    assert_eq!(story.refused("port_office", moved(Some("2026-09-24T08:00"))), Refusal::NotAhead);
    assert_eq!(story.refused("port_office", moved(Some("2026-09-25T14:00"))), Refusal::Already);
    let entries = story.must("port_office", moved(Some("2026-09-28T10:00")));
    assert!(matches!(entries.as_slice(), [Entry::MeetingMoved { id: 1, .. }]));
    let meeting = |story: &Story| story.problem.meetings[0].clone();
    assert_eq!((meeting(&story).at, meeting(&story).moves[0].from), (time("2026-09-28T10:00"), at));
    let minutes = |problem: &Problem| problem.tasks_open().into_iter().find(|task| task.step == "minutes:1");
    assert_eq!(minutes(&story.problem).and_then(|task| task.due), Some(time("2026-09-28T10:00")));
    let told = story.problem.told(story.journal.last().unwrap()).unwrap();
    assert_eq!(
        (told.event, told.word.as_str(), told.until),
        ("problem.meeting_moved", "moved", Some(meeting(&story).at))
    );
    assert_eq!(told.units, ["customs", "port_group"]);
    // Who has no seat reads that it moved, and not why.
    story.must("port_office", Act::Watch { organ: "msa".into(), on: true });
    let seen = story.problem.seen_by(&Reader::Unit("msa".into()));
    assert!(seen.meetings[0].moves[0].words.is_empty());
    story.must("port_office", moved(None));
    assert!(meeting(&story).is_called_off() && minutes(&story.problem).is_none());
    assert_eq!(story.refused("port_office", moved(Some("2026-09-30T10:00"))), Refusal::NotThere);
    let hold = Act::HoldMeeting { id: 1, minutes: "m".into(), positions: Vec::new(), decisions: Vec::new() };
    assert_eq!(story.refused("port_office", hold), Refusal::NotThere);
}

#[test]
fn a_ruling_is_narrowed_by_inputs_of_the_catalogue_alone() {
    assert_eq!(dispatch_narrowings(dalian()), BTreeSet::from(["severity".to_owned()]));
    let mut story = Story::dispatched();
    story.must("port_group", give_back());
    let rule = |only: &str| {
        let (law, words) = ("a rule".into(), "why".into());
        Act::Rule {
            assignment: 1,
            organ: "msa".into(),
            law,
            words,
            precedent: true,
            only: BTreeSet::from([only.into()]),
        }
    };
    assert_eq!(story.refused("port_office", rule("weather")), Refusal::NotListed("weather".into()));
    story.must("port_office", rule("severity"));
    assert_eq!(story.problem.rulings[0].only, BTreeSet::from(["severity".to_owned()]));
}
