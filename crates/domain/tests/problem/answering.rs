//! Answering and closing: point by point, one joined reply, the firm's word, plans and other ends.

use std::collections::BTreeSet;

use domain::{
    Text,
    problem::{Act, AssignmentState, BY_HAND, Decision, Dispatched, HowEnded, Outcome, Position, Refusal, Status},
};

use crate::story::{Story, dispatch, point, report, sign, tell, time, triage, update};

#[test]
fn a_reply_answers_every_point_and_hears_every_co_handler() {
    let mut story = Story::received();
    story.must("port_office", triage("terminal-gate", "ordinary", "week", &["who pays for the delay"]));
    story.must("port_office", dispatch("port_group", &["customs"]));
    story.must("port_group", Act::Accept);
    assert_eq!(story.refused("customs", Act::Answer { points: vec![point(1, Outcome::Solved)] }), Refusal::WrongState);
    story.must("customs", Act::Accept);
    let both = || vec![point(1, Outcome::Solved), point(2, Outcome::Explained)];
    let unmet = story.refused("port_group", sign(Outcome::Solved));
    assert_eq!(unmet, Refusal::Unmet(vec![Text::new("第 2 点", "point 2"), Text::new("海关", "Customs")]));
    assert_eq!(story.refused("customs", Act::Answer { points: Vec::new() }), Refusal::NoAnswer);
    assert_eq!(story.refused("customs", Act::Sign { points: both(), plan: None }), Refusal::NotYours);
    story.must("customs", Act::Answer { points: vec![point(2, Outcome::Explained)] });
    let mut lawless = both();
    lawless[1].law.clear();
    assert_eq!(story.refused("port_group", Act::Sign { points: lawless, plan: None }), Refusal::NoRule);
    let mut twice = both();
    twice.push(point(2, Outcome::Solved));
    assert_eq!(story.refused("port_group", Act::Sign { points: twice, plan: None }), Refusal::NotThere);
    story.must("port_group", Act::Sign { points: both(), plan: None });
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Answered, Some("port_office")));
}

#[test]
fn only_the_firms_word_closes() {
    let mut story = Story::answered();
    for other in ["port_group", "customs", "firm:other-firm", "clock"] {
        assert_eq!(story.refused(other, tell(1, true, true)), Refusal::NotYours, "{other}");
    }
    // A month of silence closes nothing: the port office owes the call, and that is a breach.
    story.at("2026-10-24T09:00");
    story.fire();
    assert_eq!(story.problem.status(), Status::Answered);
    assert_eq!((story.passed("visit"), story.problem.owner()), (1, Some("port_office")));
    story.must("firm", tell(1, true, false));
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Closed, None));
    assert_eq!(story.refused("port_group", update()), Refusal::Ended);
    assert!(story.problem.running().next().is_none() && story.problem.tasks_open().is_empty());
}

#[test]
fn not_solved_opens_it_again_and_the_total_clock_goes_on() {
    let mut story = Story::answered();
    let due = story.due("resolve");
    story.at("2026-09-25T10:00");
    story.must("firm", tell(1, false, true));
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Handling, Some("port_group")));
    assert_eq!((story.problem.reopened, story.due("resolve")), (1, due));
    assert_eq!(story.problem.clocks["resolve"].started_at, time("2026-09-24T09:00"));
    story.must("port_group", sign(Outcome::Solved));
    story.must("port_office/caller", tell(1, true, true));
    let word = story.problem.reports[0].told.last().unwrap();
    assert_eq!(word.recorder.as_deref(), Some("caller"));
    assert_eq!(story.problem.ended.as_ref().unwrap().how, HowEnded::Solved);
}

#[test]
fn what_was_answered_too_late_to_be_solved_is_a_breach_when_it_opens_again() {
    let mut story = Story::answered();
    story.at("2026-10-20T10:00");
    story.must("firm", tell(1, false, false));
    assert_eq!(story.passed("resolve"), 1);
}

#[test]
fn dissatisfied_twice_goes_up_the_ladder_with_a_written_notice() {
    let mut story = Story::answered();
    story.must("firm", tell(1, false, false));
    assert!(story.problem.escalations.is_empty());
    story.must("port_group", sign(Outcome::Solved));
    story.must("firm", tell(1, false, false));
    assert_eq!(story.problem.escalations[0].trigger, "dissatisfied_twice");
    let notice = &story.problem.notices[0];
    assert_eq!((notice.kind.as_str(), notice.organ.as_str()), ("supervision", "port_office"));
    let answer = Act::AnswerNotice { id: 1, words: "what we do".into() };
    assert_eq!(story.refused("customs", answer.clone()), Refusal::NotThere);
    story.must("port_office", answer.clone());
    assert_eq!(story.refused("port_office", answer), Refusal::NotThere);
}

#[test]
fn what_cannot_be_solved_now_has_a_plan_with_a_date() {
    let mut story = Story::handled();
    story.must("customs", Act::Answer { points: vec![point(1, Outcome::NotNow)] });
    let planned = |until| Act::Sign { points: vec![point(1, Outcome::NotNow)], plan: until };
    assert_eq!(story.refused("port_group", planned(None)), Refusal::NoPlan);
    let past = Some((time("2026-09-01T09:00"), "plan".to_owned()));
    assert_eq!(story.refused("port_group", planned(past)), Refusal::NotAhead);
    story.must("port_group", planned(Some((time("2026-11-01T09:00"), "plan".into()))));
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Planned, Some("port_group")));
    // A firm that is content with the plan waits; it stays unsolved all the same.
    story.must("firm", tell(1, false, true));
    assert_eq!((story.problem.status(), story.problem.reopened), (Status::Planned, 0));
    story.at("2026-11-02T09:00");
    story.fire();
    assert_eq!(story.passed("plan"), 1);
    // Its date has passed, and it is not solved: there is no plan any more.
    story.must("firm", tell(1, false, true));
    assert_eq!((story.problem.status(), story.problem.reopened), (Status::Handling, 1));
    story.must("port_group", sign(Outcome::Solved));
    assert_eq!(story.problem.status(), Status::Answered);
    story.must("firm", tell(1, true, true));
    assert_eq!(story.problem.status(), Status::Closed);
}

#[test]
fn joined_reports_are_each_asked() {
    let mut story = Story::handled();
    let join = |from: &str, firm: &str| Act::Join { from: from.into(), reports: vec![report(from, firm)] };
    assert_eq!(story.refused("customs", join("2026-DAL-P000002", "other-firm")), Refusal::NotYours);
    story.must("port_office", join("2026-DAL-P000002", "other-firm"));
    story.must("port_office", join("2026-DAL-P000003", ""));
    story.must("customs", Act::Answer { points: vec![point(1, Outcome::Solved)] });
    story.must("port_group", sign(Outcome::Solved));
    assert_eq!(story.problem.unspoken(), [1, 2, 3]);
    story.must("firm", tell(1, true, true));
    assert_eq!(story.refused("firm", tell(2, true, true)), Refusal::NotYours);
    story.must("firm:other-firm", tell(2, true, true));
    assert_eq!(story.problem.status(), Status::Answered);
    // The last one, who has no account, takes its report back.
    story.must("firm:", Act::Withdraw { report: 3 });
    assert_eq!(story.problem.status(), Status::Closed);

    let mut other = Story::received();
    other.must("port_office", Act::JoinTo { number: "2026-DAL-P000009".into() });
    assert_eq!(
        (other.problem.status(), other.problem.ended.unwrap().reason.as_str()),
        (Status::Joined, "2026-DAL-P000009")
    );
}

#[test]
fn what_belongs_elsewhere_is_told_so_at_once() {
    let mut story = Story::received();
    assert_eq!(story.refused("port_office", Act::Refuse { reason: "no".into() }), Refusal::NotListed("no".into()));
    story.must("port_office", Act::PassEmergency { to: "120".into() });
    assert_eq!(story.problem.status(), Status::Received, "the case goes on");
    let hotline = Act::PassEmergency { to: "12345".into() };
    assert_eq!(story.refused("port_office", hotline), Refusal::NotListed("12345".into()));
    story.must("port_office", Act::Transfer { to: "12345".into(), reference: "H-1".into(), handing: false });
    assert_eq!(story.problem.status(), Status::Transferred);

    let mut story = Story::handled();
    assert_eq!(story.refused("port_office", Act::Refuse { reason: "court".into() }), Refusal::WrongState);
    let mut story = Story::received();
    story.must("port_office", Act::Refuse { reason: "court".into() });
    let ended = story.problem.ended.unwrap();
    assert!(!ended.instead.is_blank() && !ended.law.is_empty());
}

#[test]
fn a_meetings_decisions_become_tasks_with_dates() {
    let mut story = Story::handled();
    let seats = BTreeSet::from(["customs".to_owned(), "port_group".to_owned()]);
    let meet = |at: &str, participants| Act::CallMeeting {
        number: "2026-DAL-J000001".into(),
        cases: BTreeSet::from(["2026-DAL-P000001".to_owned(), "2026-DAL-P000007".to_owned()]),
        at: time(at),
        participants,
        agenda: "agenda".into(),
    };
    let call = meet("2026-09-25T14:00", seats.clone());
    assert_eq!(story.refused("port_group", call.clone()), Refusal::NotYours);
    assert_eq!(story.refused("port_office", meet("2026-09-24T08:00", seats.clone())), Refusal::NotAhead);
    let alone = BTreeSet::from(["customs".to_owned()]);
    assert_eq!(story.refused("port_office", meet("2026-09-25T14:00", alone)), Refusal::FewSeats);
    story.must("port_office", call);
    let decision = |dissent: &str, case: Option<&str>| Decision {
        organ: "customs".into(),
        words: "opens a second lane".into(),
        due: time("2026-09-28T12:00"),
        dissent: BTreeSet::from([dissent.to_owned()]),
        case: case.map(str::to_owned),
    };
    let held = |decisions| Act::HoldMeeting {
        id: 1,
        minutes: "minutes".into(),
        positions: vec![Position { organ: "customs".into(), words: "we agree".into() }],
        decisions,
    };
    story.at("2026-09-25T13:59");
    assert_eq!(story.refused("port_office", held(Vec::new())), Refusal::NotBegun);
    story.at("2026-09-25T15:00");
    let absent = Refusal::NotSeated(vec![Text::new("海事", "Maritime safety")]);
    assert_eq!(story.refused("port_office", held(vec![decision("msa", None)])), absent);
    let elsewhere = held(vec![decision("port_group", Some("2026-DAL-P000009"))]);
    assert_eq!(story.refused("port_office", elsewhere), Refusal::NotOnAgenda("2026-DAL-P000009".into()));
    // What is decided about another case of the agenda becomes a task there, not here.
    let (here, there) = (decision("port_group", None), decision("port_group", Some("2026-DAL-P000007")));
    story.must("port_office", held(vec![there, here]));
    assert_eq!((story.problem.tasks.len(), story.problem.meetings[0].decisions.len()), (1, 2));
    let task = &story.problem.tasks[0];
    assert_eq!((task.organ.as_str(), task.meeting), ("customs", Some(1)));
    story.at("2026-09-29T12:00");
    story.fire();
    assert_eq!(story.passed("action:1"), 1);
    story.must("customs", Act::DoTask { id: 1, words: "done".into() });
    assert_eq!(story.passed("action:1"), 1);
}

#[test]
fn arbitration_binds_cooperation_only() {
    let mut story = Story::handled();
    let arbitrate = |about: &str, binds: &str| Act::Arbitrate {
        about: about.into(),
        law: "a rule".into(),
        words: "decision".into(),
        binds: BTreeSet::from([binds.to_owned()]),
    };
    assert!(matches!(story.refused("port_office", arbitrate("merits", "customs")), Refusal::Merits(_)));
    let foreign = Refusal::NotParty(vec![Text::new("海事", "Maritime safety")]);
    assert_eq!(story.refused("port_office", arbitrate("cooperation", "msa")), foreign);
    assert!(matches!(story.refused("port_office", arbitrate("foreign", "customs")), Refusal::Merits(_)));
    assert_eq!(story.refused("customs", arbitrate("cooperation", "customs")), Refusal::NotYours);
    story.must("port_office", arbitrate("cooperation", "customs"));
    assert_eq!(story.problem.arbitrations.len(), 1);
}

#[test]
fn a_conflict_of_rules_goes_to_the_ministry() {
    let mut story = Story::handled();
    story.must("port_office", Act::Escalate { trigger: "rule_conflict".into() });
    let levels: Vec<_> = story.problem.escalations.iter().map(|of| of.to.as_str()).collect();
    assert_eq!(levels, ["deputy_mayor_office", "ministry"]);
    let escalate = |trigger: &str| Act::Escalate { trigger: trigger.into() };
    assert_eq!(story.refused("port_office", escalate("rule_conflict")), Refusal::Already);
    // What a clock or a count brings nobody brings by hand.
    for trigger in ["boredom", "overdue", "dissatisfied_twice"] {
        assert_eq!(story.refused("port_office", escalate(trigger)), Refusal::NotListed(trigger.into()));
    }
    // At night the step waits for the office to open.
    story.at("2026-09-24T23:30");
    story.must("port_office", escalate("foreign"));
    assert_eq!(story.refused("port_office", escalate("foreign")), Refusal::Already);
    assert_eq!(story.problem.escalations.len(), 2);
    story.at("2026-09-28T08:31");
    story.fire();
    let levels: Vec<_> = story.problem.escalations.iter().skip(2).map(|of| of.to.as_str()).collect();
    assert!(levels.contains(&"province") && levels.contains(&"ministry"), "{levels:?}");
    story.must("port_office", escalate("merits"));
    assert_eq!(story.problem.escalations.last().unwrap().to, "superior_organ");
    assert_eq!(
        BY_HAND.map(|trigger| story.tries("port_office", escalate(trigger))),
        [const { Err(Refusal::Already) }; 3]
    );
    assert_eq!(story.refused("firm", Act::Withdraw { report: 7 }), Refusal::NotThere);
}

#[test]
fn a_firm_that_is_not_content_with_the_plan_opens_it_again() {
    let mut story = Story::handled();
    story.must("customs", Act::Answer { points: vec![point(1, Outcome::NotNow)] });
    let plan = Some((time("2026-11-01T09:00"), "plan".to_owned()));
    story.must("port_group", Act::Sign { points: vec![point(1, Outcome::NotNow)], plan });
    story.must("firm", tell(1, false, false));
    assert_eq!((story.problem.status(), story.problem.reopened), (Status::Handling, 1));
    assert!(story.problem.clocks["plan"].stopped_at.is_some() && story.problem.clocks["resolve"].stopped_at.is_none());
}

#[test]
fn who_is_informed_reads_it_and_owes_nothing() {
    let mut story = Story::received();
    story.triage();
    let informed = vec!["pilot".to_owned()];
    let lead = Some("port_group".to_owned());
    story.must("port_office", Act::Dispatch(Dispatched { lead, informed, ..Dispatched::default() }));
    let desk = |story: &Story| story.problem.tasks_open().into_iter().filter(|task| task.organ == "pilot").count();
    assert_eq!((desk(&story), story.problem.clocks.contains_key("accept:2")), (1, false));
    story.must("pilot", Act::Accept);
    assert_eq!((desk(&story), story.problem.assignments[1].state), (0, AssignmentState::Done));
    assert_eq!(story.refused("pilot", Act::Accept), Refusal::WrongState);
    story.must("port_group", Act::Accept);
    story.must("port_group", sign(Outcome::Solved));
}

#[test]
fn a_link_stands_in_both_cases_and_once() {
    let mut story = Story::answered();
    let number = || "2026-DAL-P000009".to_owned();
    let link = |kind: &str, number: String| Act::Link { kind: kind.into(), number };
    assert_eq!(story.refused("customs", link("refers_to", number())), Refusal::NotYours);
    assert_eq!(story.refused("port_office", link("likes", number())), Refusal::NotListed("likes".into()));
    assert_eq!(story.refused("port_office", link("refers_to", story.problem.number.clone())), Refusal::NotThere);
    story.must("port_office", link("refers_to", number()));
    assert_eq!(story.refused("port_office", link("refers_to", number())), Refusal::Already);
    story.must("firm", tell(1, true, true));
    // A case that has ended is referred to like any other.
    story.must("port_office", Act::LinkBack { kind: "duplicate_of".into(), number: number() });
    let kinds: Vec<_> = story.problem.links.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["duplicated_by", "refers_to"]);
    assert_eq!(story.refused("port_office", link("depends_on", number())), Refusal::Ended);
}

#[test]
fn a_unit_follows_until_it_stops() {
    let mut story = Story::received();
    let watch = |organ: &str, on| Act::Watch { organ: organ.into(), on };
    assert_eq!(story.refused("msa", watch("msa", true)), Refusal::NotYours);
    story.must("port_office", watch("msa", true));
    assert_eq!(story.refused("port_office", watch("msa", true)), Refusal::Already);
    assert_eq!(story.refused("customs", watch("msa", false)), Refusal::NotYours);
    story.must("msa", watch("msa", false));
    assert!(story.problem.watchers.is_empty());
}
