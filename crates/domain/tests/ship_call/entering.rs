//! Coming in: entry application, arrival report, health, entry formalities, boarding.

use domain::ship_call::{Act, Entry, Phase, Refusal, ReviewState, Status, StepState, Unsaid};

use crate::story::{Story, ask, conclude, file, grant, of, time, words};

/// Decree 175 arts 5 to 9: applied for, approved, reported, cleared before she comes; she is worked on berthing.
#[test]
fn a_ship_cleared_before_arrival_is_worked_on_berthing() {
    let mut story = Story::opened("ordinary");
    assert_eq!(story.call.status(), Status::Announced);
    story.applies_for_entry("2026-09-27T12:00");
    assert_eq!(story.call.status(), Status::Announced);
    story.grant("msa", "entry_application");
    assert_eq!(story.call.status(), Status::EntryApproved);
    story.at("2026-09-24T08:00");
    story.clear(Phase::Entry);
    assert_eq!(story.call.status(), Status::EntryCleared);
    story.arrives("2026-09-25T12:00");
    assert_eq!(story.call.status(), Status::InPort);
    assert!(story.call.may_be_worked());
}

#[test]
fn the_entry_application_is_due_seven_days_before_or_on_leaving_the_last_port() {
    let mut story = Story::opened("ordinary");
    story.must("agent", crate::story::stated("arrival", domain::ship_call::TimeKind::Estimated, "2026-10-05T12:00"));
    let due = story.call.requirement(of("entry_application")).unwrap();
    assert_eq!(due.due, Some(time("2026-09-28T12:00")), "{}", due.basis.due_rule);
    story.applies_for_entry("2026-09-27T12:00");
    let due = story.call.requirement(of("entry_application")).unwrap();
    assert_eq!(due.due, Some(time("2026-09-24T06:00")), "{}", due.basis.due_rule);
}

#[test]
fn the_arrival_report_goes_to_three_organs_a_day_before_and_waits_for_the_approval() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    assert_eq!(story.refused("agent", file("arrival_report", &[])), Refusal::EntryApprovalFirst);
    story.must("msa", conclude("entry_application", ReviewState::Returned));
    assert_eq!(story.refused("agent", file("arrival_report", &[])), Refusal::EntryApprovalFirst);
    story.file("entry_application", &[]);
    story.grant("msa", "entry_application");
    story.file("arrival_report", &[]);
    let due = story.call.requirement(of("arrival_report")).unwrap();
    assert_eq!(due.organs, ["msa", "customs", "border"]);
    assert_eq!(due.due, Some(time("2026-09-24T12:00")));
}

/// A changed crew list after the arrival report re-opens health and border checks, and what was signed over them.
#[test]
fn a_changed_crew_list_opens_health_border_and_the_signatures_again() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    story.clear(Phase::Entry);
    story.file("crew_list", &[]);
    for (formality, organ) in [
        ("health_declaration", "customs"),
        ("arrival_report", "border"),
        ("crew_list", "border"),
        ("entry_formalities", "msa"),
        ("entry_formalities", "customs"),
        ("entry_formalities", "border"),
    ] {
        assert_eq!(story.state(formality, organ), ReviewState::Filed, "{formality} of {organ}");
    }
    assert_eq!(story.state("security_report", "msa"), ReviewState::Granted, "what does not rest on the crew stands");
    assert!(!story.call.is_cleared(Phase::Entry));
    let customs: Vec<_> = story.call.tasks().into_iter().filter(|task| task.organ == "customs").collect();
    assert!(customs.iter().any(|task| task.step == "health_declaration" && task.note == "changed:crew_list"));
    story.clear(Phase::Entry);
    assert_eq!(story.call.status(), Status::EntryCleared);
}

#[test]
fn a_crew_list_before_the_arrival_report_opens_nothing() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    story.file("health_declaration", &[]);
    story.grant("customs", "health_declaration");
    story.file("crew_list", &[]);
    story.file("crew_list", &[]);
    assert_eq!(story.state("health_declaration", "customs"), ReviewState::Granted);
}

/// Decree 175 art. 9: not done on arrival, only officials and the pilot may board; 24 hours remain.
#[test]
fn not_cleared_on_arrival_she_may_not_be_worked() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    story.arrives("2026-09-25T12:00");
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    assert!(!story.call.may_be_worked());
    let due = story.call.requirement(of("entry_formalities")).unwrap();
    assert_eq!(due.due, Some(time("2026-09-26T12:00")));
    story.clear(Phase::Entry);
    assert!(story.call.may_be_worked());
}

/// An organ signs only when all that it decides is granted, whoever else is still at work.
#[test]
fn an_organ_signs_after_its_own_work_and_beside_the_others() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    for due in story.call.requirements_of(Phase::Entry).cloned().collect::<Vec<_>>() {
        if !due.is_signature() && due.formality != of("entry_application") {
            story.file(due.formality.code(), &[]);
            if due.organs.iter().any(|organ| organ == "border") {
                story.grant("border", due.formality.code());
            }
        }
    }
    story.file("entry_formalities", &[]);
    assert_eq!(
        story.refused("customs", grant("entry_formalities")),
        Refusal::Unmet(vec!["formalities:customs".into()])
    );
    story.grant("border", "entry_formalities");
    assert!(!story.call.is_cleared(Phase::Entry));
}

/// Boarding is the exception: only on a ground that the law lists for this organ; it blocks until its result is there.
#[test]
fn boarding_needs_a_listed_ground_and_blocks_until_it_is_finished() {
    let mut story = Story::in_port();
    let board = |ground: &str| Act::OrderBoarding {
        phase: Phase::Entry,
        ground: ground.to_owned(),
        words: domain::ship_call::Words::default(),
    };
    assert_eq!(story.refused("customs", board("curiosity")), Refusal::NotListed("curiosity".into()));
    assert_eq!(story.refused("border", board("rodent_deaths")), Refusal::NotListed("rodent_deaths".into()));
    let entries = story.must("customs", board("rodent_deaths"));
    assert!(matches!(&entries[0], Entry::BoardingOrdered(boarding) if boarding.law.contains("art. 10")));
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    let finish = Act::FinishBoarding { boarding: 1, result: words() };
    assert_eq!(story.refused("msa", finish.clone()), Refusal::NotYours);
    story.must("customs", finish.clone());
    assert_eq!(story.call.status(), Status::InPort);
    assert_eq!(story.refused("customs", finish), Refusal::WrongState);
    // What is not named by the table is named in words.
    assert_eq!(story.refused("msa", board("special_circumstances")), Refusal::NotSaid(Unsaid::Boarding));
    let ground = "special_circumstances".to_owned();
    story.must("msa", Act::OrderBoarding { phase: Phase::Entry, ground, words: words() });
    assert_eq!(story.call.boardings[1].words, words());
}

/// A refusal stands whatever is still being asked; the answer is waited for behind it.
#[test]
fn what_was_refused_is_told_before_what_is_asked() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", ask("entry_application", 1));
    story.must("msa", conclude("entry_application", ReviewState::Refused));
    let told: Vec<_> =
        story.call.holdings().into_iter().map(|line| (line.what, line.holder.code().to_owned())).collect();
    assert_eq!(told[..2], [("refused".to_owned(), "agent".to_owned()), ("answer".to_owned(), "agent".to_owned())]);
}

#[test]
fn an_answer_is_wanted_by_an_instant_to_come() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    let by = |due: Option<domain::Instant>| Act::Ask {
        formality: of("entry_application"),
        items: vec!["item".to_owned()],
        due,
    };
    let now = story.now;
    assert_eq!(story.refused("msa", by(Some(now))), Refusal::DuePassed);
    assert_eq!(Refusal::DuePassed.fault(crate::port::dalian()).location, "/due");
    let due = now.plus_hours(2);
    story.must("msa", by(Some(due)));
    assert_eq!(story.call.holding().until, Some(due));
    story.must("agent", Act::Answer { question: 1, item: 0, document: "answer".to_owned() });
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.until), ("close_question", None), "the limit was the agent's");
    let empty = Act::Ask { formality: of("entry_application"), items: Vec::new(), due: None };
    assert_eq!(story.refused("msa", empty), Refusal::NotSaid(Unsaid::Question));
}

#[test]
fn an_open_question_keeps_an_organ_from_deciding_until_every_item_is_closed() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", ask("entry_application", 2));
    assert_eq!(story.refused("msa", grant("entry_application")), Refusal::Unmet(vec!["question:1".into()]));
    assert_eq!(story.call.holding().what, "answer");
    for item in 0..2 {
        story.must("agent", Act::Answer { question: 1, item, document: format!("answer-{item}") });
    }
    assert_eq!(story.call.holding().what, "close_question");
    story.must("msa", Act::CloseItem { question: 1, item: 0 });
    story.must("msa", ask("entry_application", 1));
    assert_eq!(story.refused("msa", grant("entry_application")), Refusal::Unmet(vec!["question:2".into()]));
    story.must("msa", Act::CloseItem { question: 2, item: 0 });
    story.grant("msa", "entry_application");
    assert_eq!(story.call.status(), Status::EntryApproved);
}

#[test]
fn what_is_withdrawn_is_due_again_and_may_be_filed_anew() {
    let mut story = Story::in_port();
    story.must("agent", Act::Withdraw { formality: of("security_report"), reason: words() });
    let due = story.call.requirement(of("security_report")).unwrap().clone();
    assert_eq!(story.call.step_state(&due), StepState::NotFiled);
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    assert_eq!(story.state("entry_formalities", "msa"), ReviewState::Filed);
    assert_eq!(story.state("entry_formalities", "border"), ReviewState::Granted);
    assert_eq!(story.refused("msa", grant("security_report")), Refusal::NotFiled);
    story.file("security_report", &[]);
    assert_eq!(story.call.review(of("security_report"), "msa").unwrap().version, 2);
    story.clear(Phase::Entry);
    assert_eq!(story.call.status(), Status::InPort);
}

/// A question about something that was withdrawn still lies on its organ's desk.
#[test]
fn a_question_about_a_withdrawn_formality_stays_with_its_organ() {
    let mut story = Story::in_port();
    story.must("msa", ask("security_report", 1));
    story.must("agent", Act::Withdraw { formality: of("security_report"), reason: words() });
    let on_desk = |story: &Story| story.call.tasks().iter().any(|task| task.organ == "msa" && task.step == "answers:1");
    assert!(on_desk(&story));
    story.must("msa", Act::CloseItem { question: 1, item: 0 });
    assert!(!on_desk(&story));
}
