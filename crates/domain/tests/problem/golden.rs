//! Journals of whole problems as the release 0.1 wrote them: every later release folds them to the same result. They are
//! never written anew; a change of form gets an upcaster, and a release its own folder.

use std::collections::BTreeSet;

use domain::problem::{
    Act, Decision, Dispatched, HowEnded, Key, MessageKind, Outcome, Position, Problem, Received, Report,
};
use serde_json::{Value as Json, json};

use crate::{
    harness,
    story::{FIRM, Story, dispatch, give_back, note, point, report, rule, tell, time, triage, update},
};

const CASES: [&str; 2] = ["problem-eventful", "problem-hidden"];

/// Every kind of entry that the release could write.
const KINDS: [&str; 40] = [
    "answer.given",
    "arbitration.made",
    "assignment.accepted",
    "assignment.offered",
    "assignment.released",
    "assignment.returned",
    "assignment.ruled",
    "case.linked",
    "clock.moved",
    "clock.passed",
    "clock.paused",
    "clock.resumed",
    "clock.started",
    "clock.stopped",
    "emergency.passed",
    "extension.asked",
    "extension.decided",
    "handler.recused",
    "handler.took",
    "identity.disclosed",
    "incident.declared",
    "known.linked",
    "meeting.called",
    "meeting.held",
    "message.sent",
    "notice.answered",
    "notice.served",
    "plan.made",
    "problem.ended",
    "problem.escalated",
    "problem.received",
    "problem.reopened",
    "problem.triaged",
    "reply.signed",
    "report.joined",
    "report.withdrawn",
    "task.done",
    "task.given",
    "visit.told",
    "watch.set",
];

#[test]
fn journals_of_release_0_1_fold_to_what_they_were() {
    harness::folds_to_what_it_was::<Problem>(&CASES, summary);
}

#[test]
fn the_form_of_an_entry_is_that_of_release_0_1() {
    harness::is_written_as_it_was::<Problem>(&CASES);
}

#[test]
fn every_kind_of_entry_stands_in_them() {
    harness::has_the_kinds::<Problem>(&CASES, &KINDS);
}

/// Writes the journals of a release, once: `cargo test -p domain --test problem write_golden -- --ignored`.
#[test]
#[ignore = "writes the journals of a release, once"]
fn write_golden() {
    for (name, story) in CASES.into_iter().zip([eventful(), hidden()]) {
        harness::write(name, &story.journal, &summary(&story.problem));
    }
}

/// A dispute, a pause, more time, a plan, a meeting, arbitration, another firm's report, two refusals of the answer.
fn eventful() -> Story {
    let mut story = Story::received();
    story.must("port_office", triage("terminal-gate", "cross", "later", &["who pays for the delay"]));
    story.must("port_office", Act::PassEmergency { to: "120".into() });
    story.must(
        "port_office",
        Act::Dispatch(Dispatched {
            informed: vec!["pilot".into()],
            ..of(dispatch("port_group", &["customs", "border"]))
        }),
    );
    story.must("port_group", give_back());
    story.must("customs", give_back());
    story.must("port_office", rule(1, "port_group"));
    story.must("port_office", rule(2, "customs"));
    story.must("port_office", Act::Release { assignment: 3 });
    story.must("port_group/one", Act::Accept);
    story.must("customs", Act::Accept);
    story.must("port_group/one", Act::Take);
    story.must("port_group/one", Act::Recuse { words: "a relative".into() });
    story.must("port_group", update());
    story.must("firm", Act::Say { report: 1, words: "more".into() });
    let ask = Act::Send { kind: MessageKind::Ask, report: Some(1), words: "which box".into(), confidential: false };
    story.must("port_group", ask);
    story.must("port_group", Act::Pause { cause: "waiting_firm".into() });
    story.at("2026-09-28T10:00");
    story.must("port_group", Act::Resume);
    story.must("port_group", Act::AskExtension { until: time("2026-11-02T17:00"), words: "why".into() });
    story.must("port_office", Act::DecideExtension { id: 1, approved: true });
    story.must("customs", note(true));
    together(&mut story);
    story.must("customs", Act::Answer { points: vec![point(1, Outcome::Explained)] });
    let points = || vec![point(1, Outcome::NotNow), point(2, Outcome::NotOurs)];
    let plan = Some((time("2026-11-20T17:00"), "plan".to_owned()));
    story.must("port_group", Act::Sign { points: points(), plan });
    story.at("2026-11-21T09:00");
    story.fire();
    let done = || Act::Sign { points: vec![point(1, Outcome::Solved), point(2, Outcome::Explained)], plan: None };
    story.must("port_group", done());
    story.must("firm", tell(1, false, false));
    story.must("port_group", done());
    story.must(
        "firm",
        Act::Tell { report: 1, answered: true, solved: false, satisfied: false, words: Some("no".into()) },
    );
    story.must("port_group", Act::AnswerNotice { id: 1, words: "what we do".into() });
    story.must("port_group", done());
    story.must("port_office/caller", tell(1, true, true));
    story.must("firm:other-firm", Act::Withdraw { report: 2 });
    assert_eq!(story.problem.ended.as_ref().map(|ended| ended.how), Some(HowEnded::Solved));
    story
}

fn of(act: Act) -> Dispatched {
    let Act::Dispatch(given) = act else { unreachable!("a dispatch") };
    given
}

/// What units do together.
fn together(story: &mut Story) {
    story.must("port_office", Act::Watch { organ: "msa".into(), on: true });
    story.must("port_office", Act::Escalate { trigger: "rule_conflict".into() });
    story.must("port_office", Act::Serve { kind: "supervision".into(), organ: "port_group".into(), words: "w".into() });
    let due = time("2026-09-30T12:00");
    story.must("port_group", Act::GiveTask { organ: "customs".into(), due, words: "open a lane".into() });
    story.must("customs", Act::DoTask { id: 1, words: "done".into() });
    let participants = BTreeSet::from(["customs".to_owned(), "port_group".to_owned()]);
    story.must(
        "port_office",
        Act::CallMeeting {
            number: String::new(),
            cases: BTreeSet::new(),
            at: time("2026-09-29T14:00"),
            participants,
            agenda: "agenda".into(),
        },
    );
    let position = Position { organ: "customs".into(), words: "we agree".into() };
    let dissent = BTreeSet::from(["port_group".to_owned()]);
    let decision = Decision { organ: "customs".into(), words: "a second lane".into(), due, dissent, case: None };
    story.at("2026-09-29T15:00");
    let (positions, decisions) = (vec![position], vec![decision]);
    story.must("port_office", Act::HoldMeeting { id: 1, minutes: "minutes".into(), positions, decisions });
    let binds = BTreeSet::from(["customs".to_owned()]);
    let (about, law, words) = ("cooperation".to_owned(), "a rule".to_owned(), "decision".to_owned());
    story.must("port_office", Act::Arbitrate { about, law, words, binds });
    let from = "2026-DAL-P000002".to_owned();
    story.must("port_office", Act::Join { reports: vec![report(&from, "other-firm")], from });
    story.must("port_office", Act::DeclareIncident { cause: "the scanner is down".into() });
    story.must("port_office", Act::LinkKnown { code: "gate-3-scanner".into() });
    story.must("port_office", Act::Link { kind: "refers_to".into(), number: "2026-DAL-P000009".into() });
}

/// A complaint against the customs, disclosed, overdue, then handed over to its own track.
fn hidden() -> Story {
    let mut story = Story::default();
    story.at("2026-09-24T09:00");
    let report = Report {
        against: BTreeSet::from(["customs".to_owned()]),
        hidden: true,
        keys: BTreeSet::from([Key::new("container", "SMPU1234565")]),
        attachments: vec!["a file".into()],
        elsewhere: Some("H-7".into()),
        ..report("2026-DAL-P000003", FIRM)
    };
    story.must(
        "firm",
        Act::Receive(Box::new(Received {
            number: "2026-DAL-P000003".into(),
            port: "CNDAL".into(),
            topic: "customs".into(),
            impact: "ordinary".into(),
            urgency: "week".into(),
            report,
            ..Received::default()
        })),
    );
    story.must("port_office", triage("customs", "delayed", "now", &["is the window open at noon?"]));
    story.must("port_office", dispatch("customs", &[]));
    let disclose = Act::Disclose { report: 1, organ: "customs".into(), words: "the firm agrees".into() };
    story.must("port_office/chief", disclose);
    story.at("2026-10-20T09:00");
    story.fire();
    story.must("port_office", Act::Transfer { to: "reconsideration".into(), reference: "R-1".into(), handing: false });
    story
}

fn summary(problem: &Problem) -> Json {
    let assignments =
        problem.assignments.iter().map(|of| json!([of.organ, of.role.code(), serde_json::to_value(of.state).unwrap()]));
    let clocks = problem.clocks.values().map(|of| json!([of.name, of.due.to_string(), of.stopped_at.is_some()]));
    json!({
        "number": problem.number,
        "status": problem.status().code(),
        "entries": problem.version,
        "severity": problem.severity,
        "assignments": assignments.collect::<Vec<_>>(),
        "clocks": clocks.collect::<Vec<_>>(),
        "breaches": problem.breaches.iter().map(|of| of.clock.as_str()).collect::<Vec<_>>(),
        "ladder": problem.escalations.iter().map(|of| of.to.as_str()).collect::<Vec<_>>(),
        "notices": problem.notices.iter().map(|of| json!([of.kind, of.answer.is_some()])).collect::<Vec<_>>(),
        "messages": problem.messages.len(),
        "replies": problem.replies.len(),
        "words": problem.reports.iter().map(|of| of.told.len()).collect::<Vec<_>>(),
        "tasks": problem.tasks.iter().map(|of| json!([of.organ, of.meeting, of.done.is_some()])).collect::<Vec<_>>(),
        "meetings": problem.meetings.iter().map(|of| json!([of.participants, of.held_at.is_some(), of.decisions.len()])).collect::<Vec<_>>(),
        "arbitrations": problem.arbitrations.len(),
        "disclosed": problem.disclosures.iter().map(|of| of.organ.as_str()).collect::<Vec<_>>(),
        "recused": problem.recused,
        "links": problem.links,
        "known": problem.known,
        "incident": problem.incident,
        "merged": problem.merged,
        "watchers": problem.watchers,
        "reopened": problem.reopened,
        "ended": problem.ended.as_ref().map(|ended| json!([ended.how.code(), ended.reason, ended.reference])),
    })
}
