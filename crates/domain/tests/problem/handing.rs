//! Cases at a hotline's: taken there, numbered, and back; never to and fro.

use domain::problem::{Act, AssignmentState, Entry, MessageKind, Refusal, Status};

use crate::story::{Story, dispatch, local};

fn transfer(to: &str) -> Act {
    Act::Transfer { to: to.into(), reference: String::new(), handing: true }
}

fn taken(reference: &str, token: &str) -> Act {
    Act::HandOver { to: "12345".into(), reference: reference.into(), token: token.into() }
}

fn back() -> Act {
    Act::HandBack { to: "12345".into(), words: "what the hotline said".into() }
}

#[test]
fn a_case_goes_to_the_hotline_and_comes_back_with_its_total_clock_running_on() {
    let mut story = Story::dispatched();
    let due = story.due("resolve");
    story.must("port_office", transfer("12345"));
    assert_eq!((story.problem.status(), story.problem.handing_to()), (Status::Transferred, Some("12345")));
    assert_eq!(story.problem.running().count(), 0, "no clock of ours runs while it is there");
    story.must("clock", taken("", "T-1"));
    assert_eq!(
        (story.problem.handing_to(), story.problem.handed_to().map(|of| of.token.as_str())),
        (None, Some("T-1"))
    );
    story.must("clock", taken("H-7", ""));
    assert_eq!(story.problem.handed_to().map(|of| of.reference.as_str()), Some("H-7"));
    assert_eq!(story.refused("clock", taken("H-8", "")), Refusal::WrongState, "it has its number");

    // What it says meanwhile is read by the firm, and changes nothing else.
    let hear = |to: &str| Act::Hear { to: to.into(), words: "a lorry is on its way".into() };
    assert_eq!(story.refused("clock", hear("12360")), Refusal::WrongState);
    assert_eq!(story.refused("port_office", hear("12345")), Refusal::NotYours);
    let entries = story.must("clock", hear("12345"));
    assert!(matches!(entries.as_slice(), [Entry::Sent(of)] if of.kind == MessageKind::Update && of.report.is_none()));
    assert_eq!((story.problem.status(), story.problem.running().count()), (Status::Transferred, 0));

    story.at("2026-10-20T09:00");
    let entries = story.must("clock", back());
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Triaged, Some("port_office")));
    assert_eq!(story.due("resolve"), due, "as if it had never ended: {}", local(story.now));
    assert_eq!(story.passed("resolve"), 1, "and what passed meanwhile is a fact");
    assert!(entries.iter().any(|entry| matches!(entry, Entry::Sent(of) if of.kind == MessageKind::Update)));
    assert!(story.problem.assignments.iter().all(|of| of.state == AssignmentState::Released));
    assert!(story.problem.handovers[0].back_at.is_some());
    // It goes on like any other.
    story.must("port_office", dispatch("port_group", &[]));
    story.must("port_group", Act::Accept);
    assert_eq!(story.problem.status(), Status::Handling);
}

#[test]
fn nothing_is_handed_to_and_fro() {
    let mut story = Story::received();
    story.must("port_office", transfer("12345"));
    story.must("clock", back());
    assert_eq!(story.problem.status(), Status::Triaged, "it was not taken there");
    assert_eq!(story.refused("port_office", transfer("12345")), Refusal::WasThere("12345".into()));
    story.must("port_office", transfer("12360"));

    let mut story = Story::received();
    story.problem.reports[0].came_from = Some("12345".into());
    for entry in &mut story.journal {
        if let Entry::Received(received) = &mut entry.entry {
            received.report.came_from = Some("12345".into());
        }
    }
    assert_eq!(story.refused("port_office", transfer("12345")), Refusal::WasThere("12345".into()));
}

#[test]
fn the_program_alone_says_what_the_hotline_did() {
    let mut story = Story::received();
    assert_eq!(story.refused("clock", taken("H-1", "")), Refusal::WrongState, "nobody handed it over");
    assert_eq!(story.refused("clock", back()), Refusal::WrongState);
    story.must("port_office", transfer("12345"));
    for who in ["port_office", "customs", "firm"] {
        assert_eq!(story.refused(who, taken("H-1", "")), Refusal::NotYours, "{who}");
        assert_eq!(story.refused(who, back()), Refusal::NotYours, "{who}");
    }
    assert_eq!(story.refused("clock", taken("", "")), Refusal::WrongState, "neither number nor token");
    let other = Act::HandOver { to: "12360".into(), reference: "X".into(), token: String::new() };
    assert_eq!(story.refused("clock", other), Refusal::WrongState, "another hotline");
    // By telephone: the number that was given, and nothing for the program to do.
    let mut story = Story::received();
    story.must("port_office", Act::Transfer { to: "12345".into(), reference: "H-1".into(), handing: false });
    assert_eq!((story.problem.handing_to(), story.problem.handed_to()), (None, None));
    assert_eq!(story.refused("clock", back()), Refusal::WrongState);
}
