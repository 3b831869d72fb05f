//! Who has a case: one lead, co-handlers, one return each, rulings, and never a moment without an owner.

use std::collections::BTreeSet;

use domain::problem::{Act, AssignmentState, Entry, Outcome, Refusal, Role, Status};

use crate::story::{Story, dispatch, give_back, note, receive, rule, sign, triage, update};

#[test]
fn the_port_office_owns_what_nobody_has() {
    let mut story = Story::received();
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Received, Some("port_office")));
    assert_eq!(story.refused("firm", receive("other", "ordinary", "week")), Refusal::WrongMoment);
    assert_eq!(story.refused("port_office", dispatch("port_group", &[])), Refusal::WrongState);
    assert_eq!(story.refused("customs", triage("customs", "ordinary", "week", &[])), Refusal::NotYours);
    story.triage();
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Triaged, Some("port_office")));
    assert_eq!(story.refused("port_office", dispatch("nobody", &[])), Refusal::NotListed("nobody".into()));
    story.must("port_office", dispatch("port_group", &["customs"]));
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Dispatched, Some("port_group")));
    assert_eq!(story.refused("port_office", dispatch("msa", &[])), Refusal::WrongState);
    story.must("port_group", Act::Accept);
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Handling, Some("port_group")));
    assert_eq!(story.refused("port_group", give_back()), Refusal::WrongState);
}

#[test]
fn a_return_is_made_once_with_a_listed_reason_in_time() {
    let mut story = Story::dispatched();
    let unlisted = Act::Return { reason: "too much work".into(), words: "why".into(), instead: None };
    assert_eq!(story.refused("port_group", unlisted), Refusal::NotListed("too much work".into()));
    assert_eq!(story.refused("msa", give_back()), Refusal::NotYours);
    story.must("port_group", give_back());
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Disputed, Some("port_office")));
    assert_eq!(story.refused("port_office", dispatch("msa", &[])), Refusal::WrongState, "a dispute is ruled on");
    let lawless = Act::Rule {
        assignment: 1,
        organ: "msa".into(),
        law: " ".into(),
        words: "w".into(),
        precedent: false,
        only: BTreeSet::new(),
    };
    assert_eq!(story.refused("port_office", lawless), Refusal::NoRule);
    assert_eq!(story.refused("port_group", rule(1, "msa")), Refusal::NotYours);
    // The ruling can hold the same department to it, which then cannot return it again.
    story.must("port_office", rule(1, "port_group"));
    assert_eq!(story.problem.owner(), Some("port_group"));
    assert_eq!(story.refused("port_group", give_back()), Refusal::Fixed);
    story.must("port_group", Act::Accept);
    assert_eq!(story.problem.assignments.iter().filter(|of| of.role == Role::Lead && of.stands()).count(), 1);
}

#[test]
fn too_late_a_return_is_refused_and_the_breach_stays() {
    let mut story = Story::dispatched();
    // Four working hours from Thursday 9:00: 14:30, after the pause at noon.
    assert_eq!(story.due("accept:1"), "2026-09-24T14:30");
    story.at("2026-09-24T14:31");
    assert_eq!(story.refused("port_group", give_back()), Refusal::TooLate);
    story.must("port_group", Act::Accept);
    assert_eq!(story.passed("accept:1"), 1);
    assert_eq!(story.problem.breaches[0].holder, "port_group");
}

#[test]
fn two_returns_go_up_the_ladder() {
    let mut story = Story::dispatched();
    story.must("port_group", give_back());
    assert!(story.problem.escalations.is_empty());
    let entries = story.must("customs", give_back());
    assert!(entries.iter().any(|entry| matches!(entry, Entry::Escalated(of) if of.trigger == "disputed_twice")));
    // The co-handler that was ruled to lead gives nothing up that it does not have.
    story.must("port_office", rule(1, "customs"));
    assert_eq!(story.problem.owner(), Some("customs"));
    story.must("port_office", Act::Release { assignment: 2 });
    story.must("customs", Act::Accept);
    story.must("customs", sign(Outcome::Solved));
}

#[test]
fn a_co_handler_that_is_ruled_to_lead_gives_its_smaller_part_up() {
    let mut story = Story::dispatched();
    story.must("customs", Act::Accept);
    story.must("port_group", give_back());
    story.must("port_office", rule(1, "customs"));
    let of_customs: Vec<_> = story.problem.assignments.iter().filter(|of| of.organ == "customs").collect();
    assert_eq!(of_customs[0].state, AssignmentState::Released);
    assert_eq!((of_customs[1].role, of_customs[1].state), (Role::Lead, AssignmentState::Offered));
}

#[test]
fn a_lead_that_has_not_accepted_can_be_taken_off_and_the_office_owns_it_again() {
    let mut story = Story::dispatched();
    story.must("port_office", Act::Release { assignment: 1 });
    assert_eq!((story.problem.status(), story.problem.owner()), (Status::Triaged, Some("port_office")));
    story.must("port_office", dispatch("msa", &[]));
    story.must("msa", Act::Accept);
    assert_eq!(story.refused("port_office", Act::Release { assignment: 3 }), Refusal::WrongState);
}

#[test]
fn a_person_who_recused_herself_acts_no_more() {
    let mut story = Story::dispatched();
    story.must("port_group/one", Act::Accept);
    story.must("port_group/one", Act::Take);
    assert_eq!(story.refused("port_group/one", Act::Take), Refusal::WrongState);
    story.must("port_group/one", Act::Recuse { words: "my brother's firm".into() });
    assert_eq!(story.problem.assignments[0].handler, None);
    assert_eq!(story.refused("port_group/one", update()), Refusal::Recused);
    story.must("port_group/two", update());
}

#[test]
fn the_firm_hears_from_the_lead_and_the_office_alone() {
    let mut story = Story::handled();
    assert_eq!(story.refused("customs", update()), Refusal::NotYours);
    assert_eq!(story.refused("msa", note(false)), Refusal::NotYours);
    story.must("customs", note(false));
    story.must("port_office", update());
    assert!(story.problem.clocks["contact"].stopped_at.is_none(), "the lead itself makes the first contact");
    story.must("port_group", update());
    assert!(story.problem.clocks["contact"].stopped_at.is_some());
    assert_eq!(story.due("update"), "2026-09-29T17:00");
}
