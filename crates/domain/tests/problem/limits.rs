//! Clocks: by class, pauses with an end, extensions in time, the ladder, and breaches that stay.

use domain::{
    Text,
    problem::{Act, Entry, Refusal, Status},
};

use crate::story::{Story, give_back, local, time, triage, update};

#[test]
fn the_class_sets_the_limits_and_the_start_never_moves() {
    let mut story = Story::received();
    // Thursday 24 September: 25 to 27 and 1 to 7 October are off, so the fifth working day is Friday 9 October.
    assert_eq!(story.due("resolve"), "2026-10-09T17:00");
    assert_eq!(story.due("acknowledge"), "2026-09-24T10:00");
    story.at("2026-09-24T11:00");
    story.must("port_office", triage("terminal-gate", "delayed", "now", &[]));
    assert_eq!(story.problem.severity, "p1");
    assert_eq!(story.due("resolve"), "2026-09-25T09:00");
    assert_eq!(story.problem.clocks["resolve"].started_at, time("2026-09-24T09:00"));
    assert_eq!(story.passed("acknowledge"), 1, "looked at too late, and that stays");
    let clock = &story.problem.clocks["resolve"];
    assert!(!clock.law.is_empty() && clock.rule.row == "resolve-p1" && !clock.calendar_version.is_empty());
}

#[test]
fn a_pause_ends_by_itself_and_is_used_as_often_as_the_row_says() {
    let mut story = Story::handled();
    let pause = |cause: &str| Act::Pause { cause: cause.into() };
    assert_eq!(story.refused("customs", pause("lab_result")), Refusal::NotYours);
    assert_eq!(story.refused("port_group", pause("coffee")), Refusal::NotListed("coffee".into()));
    story.at("2026-09-25T09:00");
    story.must("port_group", pause("lab_result"));
    assert_eq!(story.problem.status(), Status::Paused);
    assert_eq!(story.refused("port_group", pause("waiting_firm")), Refusal::WrongState);
    story.at("2026-11-20T09:00");
    // Fifteen working days from 25 September, the holidays of October in between.
    let most = story.problem.pause().unwrap().most;
    story.fire();
    assert!(story.problem.pause().is_none());
    assert_eq!(story.problem.pauses[0].until, Some(most));
    assert!(story.passed("resolve") == 1 && story.problem.breaches.iter().any(|of| of.due > most));
    assert_eq!(
        story.refused("port_group", pause("lab_result")),
        Refusal::UsedUp(Text::new("等待检验检测结果", "waiting for a laboratory"))
    );
}

#[test]
fn a_limit_moves_by_the_working_days_of_the_pause() {
    let mut story = Story::handled();
    story.must("port_group", Act::Pause { cause: "waiting_firm".into() });
    story.at("2026-09-28T09:00");
    story.must("port_group", Act::Resume);
    // Of the days of the pause only Monday 28 September is worked: one day later, a Saturday that is worked instead.
    assert_eq!(story.problem.clocks["resolve"].started_at, time("2026-09-24T09:00"));
    assert_eq!(story.due("resolve"), "2026-10-10T17:00");
}

/// A firm that answers at once is not waited for until the most of the pause.
#[test]
fn waiting_for_the_firm_ends_with_its_word_and_waiting_for_another_does_not() {
    let mut story = Story::handled();
    let pause = |cause: &str| Act::Pause { cause: cause.into() };
    let say = || Act::Say { report: 1, words: "the papers".into() };
    story.must("port_group", pause("waiting_firm"));
    story.must("firm", say());
    assert!(story.problem.pause().is_none() && story.problem.status() == Status::Handling);
    assert_eq!(story.problem.clocks["pause"].stopped_at, Some(story.now));
    story.must("port_group", pause("lab_result"));
    story.must("firm", say());
    assert_eq!(story.problem.status(), Status::Paused);
}

#[test]
fn more_time_is_asked_and_approved_before_the_limit() {
    let mut story = Story::handled();
    let ask = |until: &str| Act::AskExtension { until: time(until), words: "why".into() };
    assert_eq!(story.refused("customs", ask("2026-10-14T17:00")), Refusal::NotYours);
    assert_eq!(story.refused("port_group", ask("2026-10-08T17:00")), Refusal::BadLimit);
    assert_eq!(story.refused("port_group", ask("2026-12-01T17:00")), Refusal::BadLimit);
    story.must("port_group", ask("2026-10-14T17:00"));
    let decide = |approved| Act::DecideExtension { id: 1, approved };
    assert_eq!(story.refused("port_group", decide(true)), Refusal::NotYours);
    story.must("port_office", decide(true));
    assert_eq!(story.due("resolve"), "2026-10-14T17:00");
    assert!(matches!(story.refused("port_group", ask("2026-10-15T17:00")), Refusal::UsedUp(_)));

    let mut story = Story::handled();
    story.must("port_group", ask("2026-10-14T17:00"));
    story.at("2026-10-10T09:00");
    assert_eq!(story.refused("port_office", decide(true)), Refusal::TooLate);
    story.must("port_office", decide(false));
    assert_eq!(story.passed("resolve"), 1);
    assert_eq!(story.refused("port_group", ask("2026-10-15T17:00")), Refusal::TooLate);
}

#[test]
fn the_ladder_is_climbed_step_by_step_in_office_hours() {
    let mut story = Story::handled();
    story.at("2026-11-20T09:00");
    story.fire();
    let steps: Vec<(&str, String)> =
        story.problem.escalations.iter().map(|of| (of.to.as_str(), local(of.at))).collect();
    let names: Vec<_> = steps.iter().map(|(to, _)| *to).collect();
    assert_eq!(
        names,
        ["handler", "liaison_chief", "port_office", "joint_meeting", "deputy_mayor_office", "executive_meeting"]
    );
    assert_eq!(steps[1].1, "2026-10-10T08:31", "the limit was at the close of Friday: told when the office opens");
    assert_eq!(steps[2].1, "2026-10-10T17:00");
    let notices: Vec<_> = story.problem.notices.iter().map(|of| of.kind.as_str()).collect();
    assert_eq!(notices, ["reminder", "supervision"]);
    // Each clock named the calendar's version with which it was reckoned.
    assert!(story.problem.clocks.values().filter(|of| of.ladder.is_some()).all(|of| !of.calendar_version.is_empty()));
}

#[test]
fn only_the_gravest_class_wakes_anybody_at_night() {
    let mut story = Story::reported("terminal-yard", "stopped", "now");
    story.at("2026-09-26T09:00");
    story.fire();
    assert_eq!(story.problem.escalations[0].to, "handler");
    assert_eq!(local(story.problem.escalations[0].at), "2026-09-24T21:00");
}

#[test]
fn a_breach_stays_whatever_follows() {
    let mut story = Story::handled();
    story.at("2026-10-12T09:00");
    story.fire();
    let breaches = story.problem.breaches.clone();
    assert!(breaches.iter().any(|of| of.clock == "resolve") && breaches.iter().any(|of| of.clock == "contact"));
    story.must("port_group", update());
    story.must("port_office", triage("policy", "policy", "later", &[]));
    story.must("port_group", Act::Pause { cause: "higher_authority".into() });
    assert_eq!(story.problem.breaches[..breaches.len()], breaches);
}

#[test]
fn a_clock_fires_once_and_only_while_it_runs() {
    let mut story = Story::dispatched();
    let fire = |due: &str| Act::Fire { clock: "accept:1".into(), due: time(due) };
    assert_eq!(story.refused("clock", fire("2026-09-24T14:30")), Refusal::NotYours, "not yet");
    story.at("2026-09-24T15:00");
    assert_eq!(story.refused("port_group", fire("2026-09-24T14:30")), Refusal::NotYours);
    assert_eq!(story.refused("clock", fire("2026-09-24T14:00")), Refusal::ClockStopped);
    let entries = story.must("clock", fire("2026-09-24T14:30"));
    assert!(matches!(&entries[0], Entry::Passed(of) if of.holder == "port_group"));
    assert_eq!(story.refused("clock", fire("2026-09-24T14:30")), Refusal::ClockStopped);
    assert_eq!(story.refused("port_group", give_back()), Refusal::TooLate);
}

/// A measure stops the limit to solve for some days; the ladder follows, and nothing is breached meanwhile.
#[test]
fn a_measure_stops_the_limit_to_solve_and_the_clock_cites_it() {
    use domain::measure::{Change, ChangeKind, ClockChange, How, Measure};
    let clock = ClockChange {
        matter: "problem".to_owned(),
        names: vec!["resolve".to_owned()],
        how: How::Suspend,
        from: Some("2026-10-08".parse().unwrap()),
        until: Some("2026-10-19".parse().unwrap()),
        law: "示例 Sample order".to_owned(),
        ..ClockChange::default()
    };
    let change = Change { kind: ChangeKind::Clock, clock: Some(clock), ..Change::default() };
    let mut profile = crate::port::dalian().clone();
    profile.register.measures.push(Measure {
        code: "99-sample".to_owned(),
        from: "2026-09-01".parse().unwrap(),
        changes: vec![change],
        ..Measure::default()
    });
    let mut story = Story { profile: Some(Box::leak(Box::new(profile))), ..Story::default() };
    story.at("2026-09-24T09:00");
    story.must("firm", crate::story::receive("terminal-gate", "ordinary", "week"));
    // It would be due on Friday 9 October: Thursday and Friday are left, and follow from Monday 19 October.
    assert_eq!(story.due("resolve"), "2026-10-20T17:00");
    let clock = &story.problem.clocks["resolve"];
    assert_eq!((clock.moved.len(), clock.moved[0].law.as_str()), (1, "示例 Sample order"));
    story.at("2026-10-12T09:00");
    story.must("port_office", triage("terminal-gate", "ordinary", "week", &[]));
    assert_eq!(story.passed("resolve"), 0);
    assert_eq!(story.due("resolve"), "2026-10-20T17:00");
}
