//! Kinds of call: shuttle, distress, coastal leg, new building, bunkers, repair.

use domain::{
    Value,
    ship_call::{Act, Entry, Phase, Refusal, Status, TimeKind},
};

use crate::story::{Story, conclude, grant, happened, of, stated, time, words};

/// Decree 175 art. 14: fixed route and crew; asked for in writing, up to seven days, entry waived.
#[test]
fn a_shuttle_permit_waives_entry_for_seven_days() {
    let mut story = Story::opened("shuttle");
    assert!(story.is_due("shuttle_permit") && story.is_due("entry_application"));
    story.at("2026-09-21T09:00");
    story.file("shuttle_permit", &[]);
    story.grant("msa", "shuttle_permit");
    assert!(story.call.permits.is_empty(), "the others are consulted");
    story.grant("customs", "shuttle_permit");
    story.grant("border", "shuttle_permit");
    let permit = story.call.permits[0].clone();
    assert_eq!((permit.kind.as_str(), permit.until), ("shuttle", time("2026-09-28T09:00")));
    assert!(!story.is_due("entry_application") && !story.is_due("departure_permit"));
    assert_eq!(story.call.status(), Status::EntryCleared);
    story.arrives("2026-09-21T12:00");
    assert!(story.call.may_be_worked());
    // The tonnage-tax licence is still looked at.
    story.at("2026-09-21T18:00");
    let sail = happened("departure", "2026-09-21T18:00");
    let entries = story.must("agent", sail.clone());
    let Some(Entry::SailedUncleared { unmet, told }) = entries.get(1) else { panic!("{entries:?}") };
    assert_eq!(
        (unmet.as_slice(), told.as_slice()),
        (["tonnage_tax_exit".into()].as_slice(), ["msa".into(), "customs".into()].as_slice())
    );
    story.must("msa", Act::NoteDeparture { in_error: true, words: words() });
    story.clear(Phase::Exit);
    story.must("agent", sail);
    assert_eq!(story.call.status(), Status::Departed);
}

#[test]
fn when_the_shuttle_permit_ends_entry_is_due_again() {
    let mut story = Story::opened("shuttle");
    story.file("shuttle_permit", &[]);
    for organ in ["msa", "customs", "border"] {
        story.grant(organ, "shuttle_permit");
    }
    assert!(story.call.is_cleared(Phase::Entry));
    story.at("2026-09-27T10:00");
    assert!(story.fire_clocks() > 0);
    assert!(!story.call.is_cleared(Phase::Entry) && story.is_due("entry_application"));
    assert!(!story.has_clock("permit:shuttle"));
}

/// A permit issued on an earlier call counts on the next one until it ends.
#[test]
fn a_shuttle_permit_of_an_earlier_call_counts() {
    let facts = [("shuttle_permit_until", crate::story::time_fact("2026-09-22T10:00"))];
    let story = Story::opened_for("shuttle", "CN", &facts);
    assert_eq!(story.call.status(), Status::EntryCleared);
    let facts = [("shuttle_permit_until", crate::story::time_fact("2026-09-20T10:00"))];
    let story = Story::opened_for("shuttle", "CN", &facts);
    assert_eq!(story.call.status(), Status::Announced);
}

/// It ends with the last day that was asked for, never later than the row allows, and begins no sooner than asked.
#[test]
fn a_shuttle_permit_holds_as_long_as_was_asked_for() {
    let issued = |from: &str, until: &str| {
        let mut story = Story::opened("shuttle");
        story.file("shuttle_permit", &[("shuttle_from", from.into()), ("shuttle_until", until.into())]);
        for organ in ["msa", "customs", "border"] {
            story.grant(organ, "shuttle_permit");
        }
        story
    };
    let story = issued("2026-09-20", "2026-09-22");
    assert_eq!(story.call.shuttle_until(), Some(time("2026-09-23T00:00")));
    assert!(!story.is_due("entry_application"));
    let story = issued("2026-09-20", "2026-12-31");
    assert_eq!(story.call.shuttle_until(), Some(time("2026-09-27T10:00")));
    let mut story = issued("2026-09-22", "2026-12-31");
    assert_eq!(story.call.shuttle_term(), Some((time("2026-09-22T00:00"), time("2026-09-29T00:00"))));
    assert!(story.is_due("entry_application"), "it does not hold yet");
    story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-22T08:00"));
    assert!(!story.is_due("entry_application"), "it holds when she comes");
}

#[test]
fn a_shuttle_ship_without_a_permit_enters_like_any_other() {
    let mut story = Story::opened("shuttle");
    story.file("shuttle_permit", &[]);
    story.must("msa", conclude("shuttle_permit", domain::ship_call::ReviewState::Refused));
    story.applies_for_entry("2026-09-25T20:00");
    story.grant("msa", "entry_application");
    story.clear(Phase::Entry);
    assert_eq!(story.call.status(), Status::EntryCleared);
    assert!(!story.has_clock("filing:shuttle_permit"), "nobody must ask for it");
}

/// Maritime Traffic Safety Law 2021 art. 55: no prior permit, five authorities told at once, formalities follow.
#[test]
fn a_ship_in_distress_enters_first_and_files_after() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    story.at("2026-09-25T02:00");
    let distress = Act::ReportDistress { report: words() };
    assert_eq!(story.refused("firm:other-agency", distress.clone()), Refusal::NotYours);
    story.must("agent", distress.clone());
    let report = story.call.distress.clone().unwrap();
    assert_eq!(report.told, ["msa", "border", "customs", "coast_guard", "police"]);
    assert!(report.law.contains("art. 55"));
    assert!(!story.is_due("entry_application") && !story.is_due("arrival_report"));
    assert!(!story.has_clock("decision:entry_application:msa"), "nothing is decided that is not due");
    assert_eq!(story.call.status(), Status::InDistress, "no prior permit is needed");
    assert_eq!(story.refused("agent", distress), Refusal::WrongMoment);
    story.arrives("2026-09-25T05:00");
    assert!(!story.is_due("entry_application"), "the distress is remembered by later acts");
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    assert_eq!(story.call.requirement(of("entry_formalities")).unwrap().due, Some(time("2026-09-26T05:00")));
    story.clear(Phase::Entry);
    assert!(story.call.may_be_worked());
}

/// Decree 175 art. 9: from a Chinese port the formalities are done at once.
#[test]
fn a_coastal_leg_does_its_formalities_at_once() {
    let mut story =
        Story::opened_for("ordinary", "PA", &[("last_port", "CNTXG".into()), ("next_port", "KRPUS".into())]);
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    story.arrives("2026-09-25T12:00");
    assert_eq!(story.call.requirement(of("entry_formalities")).unwrap().due, Some(time("2026-09-25T12:00")));
    assert!(!story.is_due("health_declaration"), "quarantine was at the first Chinese port");
    story.clear(Phase::Entry);
    assert_eq!(story.call.status(), Status::InPort);
}

/// A new building starts here: nothing to enter, all to leave.
#[test]
fn a_new_building_leaves_without_having_entered() {
    let mut story = Story::opened_for("new_building", "LR", &[("next_port", "SGSIN".into())]);
    assert_eq!(story.call.status(), Status::InPort);
    assert_eq!(story.call.requirements_of(Phase::Entry).count(), 0);
    story.must("agent", stated("departure", TimeKind::Estimated, "2026-09-20T13:00"));
    story.clear(Phase::Exit);
    assert_eq!(story.call.status(), Status::ExitCleared);
    story.file("departure_permit", &[]);
    story.grant("msa", "departure_permit");
    story.at("2026-09-20T14:00");
    story.must("agent", happened("departure", "2026-09-20T13:30"));
    assert_eq!(story.call.status(), Status::Departed);
}

/// Who embarks is no matter of the entry: an entry that is cleared stays so, and the departure has lists of its own.
#[test]
fn passengers_who_embark_owe_nothing_for_the_entry() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    let filed = [("crew", 23.into()), ("passengers", 40.into()), ("crew_changed", true.into())];
    let facts = domain::formality::facts(of("exit_formalities"), &Value::from(filed));
    let Value::Map(facts) = facts else { panic!("facts are a map") };
    let facts: Vec<_> = facts.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    story.file("exit_formalities", &facts);
    assert!(!story.is_due("passenger_list") && story.call.is_cleared(Phase::Entry));
    assert!(story.call.breaches.is_empty());
    assert_eq!(story.call.requirement(of("exit_crew_list")).unwrap().organs, ["border", "msa", "customs"]);
    assert_eq!(story.call.requirement(of("exit_passenger_list")).unwrap().phase, Phase::Exit);
    assert!(matches!(story.refused("border", grant("exit_formalities")), Refusal::Unmet(_)), "its lists come first");
    story.clear(Phase::Exit);
    assert_eq!(story.call.facts["persons_passengers"], 0.into(), "who came is not rewritten");
}

#[test]
fn a_sea_trial_starts_here_and_an_unknown_kind_is_refused() {
    let story = Story::opened_for("sea_trial", "LR", &[("next_port", "CNDAL".into())]);
    assert_eq!((story.call.status(), story.call.requirements_of(Phase::Entry).count()), (Status::InPort, 0));
    assert!(!Story::opened("waiting").is_due("cargo_declaration"));
    assert!(Story::opened("trade_conversion").is_due("cargo_declaration"));
    let mut story = Story::opened("ordinary");
    story.call = domain::ship_call::ShipCall::default();
    story.journal.clear();
    let odd = Act::Open(Box::new(crate::story::opening("lunch", "PA", &[])));
    assert_eq!(story.refused("agent", odd), Refusal::NotListed("lunch".into()));
}

#[test]
fn each_kind_has_requirements_of_its_own() {
    let due = |kind: &str, formality: &str| Story::opened(kind).is_due(formality);
    assert!(due("ordinary", "cargo_declaration") && due("ordinary", "tonnage_tax_exit"));
    for kind in ["bunkers", "crew_change", "shelter", "repair"] {
        assert!(!due(kind, "cargo_declaration"), "{kind}");
        assert!(due(kind, "crew_list") && due(kind, "entry_formalities"), "{kind}");
    }
    assert!(
        due("bunkers", "tonnage_tax_exit") && !due("shelter", "tonnage_tax_exit") && !due("repair", "tonnage_tax_exit")
    );
    let mut bunkers = Story::opened("bunkers");
    assert_eq!(bunkers.refused("agent", crate::story::file("cargo_declaration", &[])), Refusal::NotDue);
    assert_eq!(bunkers.refused("customs", grant("cargo_declaration")), Refusal::NotDue);
}

/// Each kind of call goes from its announcement to the sea.
#[test]
fn every_kind_can_be_cleared_to_the_sea() {
    for kind in ["ordinary", "bunkers", "crew_change", "shelter", "repair", "shuttle", "distress"] {
        let mut story = Story::opened(kind);
        story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-21T08:00"));
        if story.is_due("entry_application") {
            story.file("entry_application", &[]);
            story.grant("msa", "entry_application");
        }
        story.clear(Phase::Entry);
        story.arrives("2026-09-21T08:00");
        story.must("agent", stated("departure", TimeKind::Estimated, "2026-09-21T20:00"));
        story.clear(Phase::Entry);
        assert_eq!(story.call.status(), Status::InPort, "{kind}");
        story.at("2026-09-21T18:00");
        story.clear(Phase::Exit);
        story.file("departure_permit", &[]);
        story.grant("msa", "departure_permit");
        story.at("2026-09-21T20:00");
        story.must("agent", happened("departure", "2026-09-21T20:00"));
        assert_eq!(story.call.status(), Status::Departed, "{kind}");
    }
}
