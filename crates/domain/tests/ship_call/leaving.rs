//! Going out: exit formalities, departure permit, re-examination.

use domain::matter::Entry as _;
use domain::ship_call::{Act, Entry, Mirror, PermitStanding, Phase, Refusal, ReviewState, Status, TimeKind};

use crate::port::dalian;
use crate::story::{Story, ask, file, grant, happened, hold, of, stated, time, time_fact, words};

/// Decree 175 arts 12 and 13, from the first signature to the pilot's departure.
#[test]
fn when_all_have_signed_maritime_safety_issues_the_permit_and_she_sails() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.clear(Phase::Exit);
    assert_eq!(story.call.status(), Status::ExitCleared);
    assert_eq!(story.call.holding().formality, Some(of("departure_permit")));
    story.file("departure_permit", &[]);
    story.grant("msa", "departure_permit");
    let permit = story.call.departure_permit().unwrap();
    assert_eq!((permit.number.as_str(), permit.until), ("2026-DAL-000412-D1", time("2026-09-28T09:00")));
    assert_eq!(story.call.holding().what, "sail");
    story.at("2026-09-27T12:30");
    story.must("agent", happened("departure", "2026-09-27T12:10"));
    assert_eq!(story.call.status(), Status::Departed);
    assert!(story.call.clocks().is_empty() && story.call.tasks().is_empty());
    assert_eq!(story.refused("agent", file("crew_list", &[])), Refusal::Ended);
}

/// People read what stands against an act, never the codes by which the fold names it.
#[test]
fn what_is_unmet_is_said_in_words() {
    let codes = [
        "formalities:customs",
        "consult:border",
        "question:2:msa",
        "hold:1:psc_detention",
        "boarding:3:border",
        "entry",
        "exit_formalities",
    ];
    let fault = Refusal::Unmet(codes.map(str::to_owned).to_vec()).fault(dalian());
    let zh = "以下事项未办结：海关经办的其他事项；尚未征求边检意见；海事的第 2 号询问；第 1 号限制措施（港口国监督滞留）；\
              边检的第 3 次登轮；进口岸手续；出口岸手续。";
    assert_eq!((fault.code.as_str(), fault.text.zh.as_str()), ("PQ-CALL-008", zh));
    let en = &fault.text.en;
    assert!(
        en.contains("Border inspection was not consulted") && en.contains("hold 1 (detained by port State control)")
    );
    assert!(!en.contains(':') || en.matches(':').count() == 1, "no code is left: {en}");
    assert_eq!(Refusal::Unmet(vec!["consult:border".to_owned()]).fault(dalian()).location, "/consulted");
    let berth = Refusal::BerthClosed("LSH-01".to_owned()).fault(dalian());
    assert!(berth.text.zh.contains("旅顺新港1号") && berth.text.en.contains("(LSH-01)"));
}

#[test]
fn no_permit_while_a_signature_is_missing() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.file("departure_permit", &[]);
    for formality in ["tonnage_tax_exit", "exit_formalities"] {
        let refusal = story.refused("msa", grant("departure_permit"));
        assert!(
            matches!(&refusal, Refusal::Unmet(list) if list.contains(&"exit_formalities".to_owned())),
            "{refusal:?}"
        );
        story.file(formality, &[]);
    }
    story.grant("customs", "tonnage_tax_exit");
    story.grant("msa", "exit_formalities");
    story.grant("customs", "exit_formalities");
    assert_eq!(story.refused("msa", grant("departure_permit")), Refusal::Unmet(vec!["exit_formalities".into()]));
    story.grant("border", "exit_formalities");
    assert_eq!(story.refused("customs", grant("departure_permit")), Refusal::NotYours);
    story.grant("msa", "departure_permit");
}

#[test]
fn exit_formalities_open_four_hours_before_sailing() {
    let mut story = Story::in_port();
    story.at("2026-09-27T07:59");
    assert_eq!(story.refused("agent", file("exit_formalities", &[])), Refusal::TooEarly(time("2026-09-27T08:00")));
    story.at("2026-09-27T08:00");
    story.file("exit_formalities", &[]);
}

/// A filing that itself moves the sailing is judged by the time that it states.
#[test]
fn a_later_sailing_stated_with_the_exit_formalities_moves_their_opening() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    let later = file("exit_formalities", &[("etd", time_fact("2026-09-27T20:00"))]);
    assert_eq!(story.refused("agent", later), Refusal::TooEarly(time("2026-09-27T16:00")));
    assert_eq!(story.call.expected("departure"), Some(time("2026-09-27T12:00")), "a refused filing states nothing");
}

/// Decree 175 art. 12: signed within the last four hours. When the sailing is put off, what was signed earlier is not.
#[test]
fn when_the_sailing_is_put_off_exit_formalities_are_filed_and_signed_again() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.clear(Phase::Exit);
    let planned = |local: &str| stated("departure", TimeKind::Planned, local);
    let entries = story.must("port_group", planned("2026-09-27T13:00"));
    assert!(!entries.iter().any(|entry| matches!(entry, Entry::Reopened { .. })), "still within four hours");
    let entries = story.must("port_group", planned("2026-09-27T20:00"));
    let reopened = |entry: &&Entry| matches!(entry, Entry::Reopened { cause, .. } if cause == "changed:departure");
    assert_eq!(entries.iter().filter(reopened).count(), 3);
    assert_eq!(story.call.status(), Status::InPort);
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.formality), ("file", Some(of("exit_formalities"))));
    assert!(story.has_clock("filing:exit_formalities"));
    assert!(!story.call.tasks().iter().any(|task| task.step == "exit_formalities"));
    assert_eq!(story.refused("border", grant("exit_formalities")), Refusal::NotFiled);
    story.at("2026-09-27T16:00");
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    story.grant("msa", "departure_permit");
    // After the permit the 24 hours of art. 13 rule.
    story.must("port_group", planned("2026-09-28T08:00"));
    assert_eq!(story.state("exit_formalities", "border"), ReviewState::Granted);
    assert_eq!(story.call.status(), Status::PermitIssued);
}

/// Decree 175 art. 12: under four hours on arrival; under 24 hours, with consent, together with entry (art. 8).
#[test]
fn short_stays_sign_out_on_arrival() {
    for (etd, rule) in [("2026-09-25T15:00", "ata PT0H"), ("2026-09-26T08:00", "etd PT0H")] {
        let mut story = Story::opened("ordinary");
        story.applies_for_entry(etd);
        story.grant("msa", "entry_application");
        story.clear(Phase::Entry);
        story.arrives("2026-09-25T12:00");
        let due = story.call.requirement(of("exit_formalities")).unwrap();
        assert_eq!((due.basis.due_rule.as_str(), due.opens), (rule, None));
        story.clear(Phase::Exit);
        assert_eq!(story.call.status(), Status::ExitCleared);
    }
}

/// Decree 175 art. 13: not sailed in 24 hours; maritime safety confirms only with the others consulted.
#[test]
fn not_sailed_in_24_hours_she_is_examined_again_and_confirmed_with_the_others() {
    let mut story = Story::with_permit();
    story.at("2026-09-28T09:00");
    story.fire_clocks();
    assert_eq!(story.call.status(), Status::ReexaminationDue);
    assert_eq!(story.call.departure_permit().unwrap().reexamination, Some((story.now, "not_sailed".into())));
    // Nothing else is open, but she may not sail: maritime safety holds the call, at once.
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code(), line.since), ("reexamine", "msa", Some(story.now)));
    let task = story.call.tasks().into_iter().find(|task| task.step == "permit").unwrap();
    assert_eq!((task.organ.as_str(), task.due, task.note.as_str()), ("msa", Some(story.now), "not_sailed"));
    let confirm = |consulted: &[&str]| Act::ConfirmPermit {
        number: "2026-DAL-000412-D1".to_owned(),
        consulted: consulted.iter().map(|organ| (*organ).to_owned()).collect(),
    };
    let missing = Refusal::Unmet(vec!["consult:border".into()]);
    assert_eq!(story.refused("msa", confirm(&["customs"])), missing);
    assert_eq!(story.refused("customs", confirm(&["customs", "border"])), Refusal::NotYours);
    story.at("2026-09-28T10:00");
    story.must("msa", confirm(&["customs", "border"]));
    assert_eq!(story.call.status(), Status::PermitIssued);
    assert_eq!(story.call.holding().what, "sail");
    assert_eq!(story.call.departure_permit().unwrap().until, time("2026-09-29T10:00"));
    assert_eq!(story.refused("msa", confirm(&["customs", "border"])), Refusal::WrongState);
}

#[test]
fn formalities_done_again_need_every_signature_again() {
    let mut story = Story::with_permit();
    story.at("2026-09-28T09:00");
    story.fire_clocks();
    story.must("msa", Act::RedoExit { number: "2026-DAL-000412-D1".into() });
    for organ in ["msa", "customs", "border"] {
        assert_eq!(story.state("exit_formalities", organ), ReviewState::Filed);
    }
    assert!(matches!(story.refused("msa", grant("departure_permit")), Refusal::Unmet(_)));
    story.clear(Phase::Exit);
    story.grant("msa", "departure_permit");
    assert_eq!(story.call.status(), Status::PermitIssued);
    assert_eq!(story.call.departure_permit().unwrap().number, "2026-DAL-000412-D2");
    let old =
        Act::ConfirmPermit { number: "2026-DAL-000412-D1".into(), consulted: vec!["customs".into(), "border".into()] };
    assert_eq!(story.refused("msa", old), Refusal::WrongState);
}

#[test]
fn changed_facts_make_the_permit_due_for_examination() {
    let mut story = Story::with_permit();
    story.file("crew_list", &[]);
    assert_eq!(story.call.status(), Status::ReexaminationDue);
    assert_eq!(story.call.departure_permit().unwrap().reexamination.as_ref().unwrap().1, "changed:crew_list");
    for organ in ["msa", "customs", "border"] {
        assert_eq!(story.state("exit_formalities", organ), ReviewState::Filed, "{organ} signs again");
    }
    story.must("agent", happened("departure", "2026-09-27T09:00"));
    assert_eq!(story.call.status(), Status::SailedUncleared, "she sailed before it was examined");

    let mut story = Story::with_permit();
    story.must("border", ask("crew_list", 1));
    assert_eq!(story.call.status(), Status::ReexaminationDue);
    let mut story = Story::with_permit();
    story.must("customs", hold("unpaid_taxes"));
    assert_eq!(story.call.status(), Status::ReexaminationDue);
}

/// Something that becomes due only after the permit was issued stands against it, whatever act brought it up.
#[test]
fn a_requirement_that_appears_after_the_permit_stands_against_it() {
    let mut story = Story::with_permit();
    story.file("dangerous_goods", &[("dangerous_goods", true.into())]);
    assert_eq!(story.call.status(), Status::ReexaminationDue);
    assert!(!story.call.is_cleared(Phase::Entry));
    story.clear(Phase::Entry);
    assert_eq!(story.state("exit_formalities", "msa"), ReviewState::Filed);
    assert_eq!(story.state("exit_formalities", "border"), ReviewState::Granted);
}

/// A departure is a fact; that something stood against it is another one, and both are told.
#[test]
fn who_sails_without_clearance_has_sailed_and_everybody_is_told() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    let entries = story.must("agent", happened("departure", "2026-09-27T08:30"));
    let Some(Entry::SailedUncleared { unmet, told }) = entries.iter().find(|of| of.kind() == "departure.uncleared")
    else {
        panic!("{entries:?}")
    };
    assert!(unmet.contains(&"exit_formalities".to_owned()) && unmet.contains(&"departure_permit".to_owned()));
    assert_eq!(*told, ["msa", "customs", "border"]);
    assert_eq!(story.call.status(), Status::SailedUncleared);
    assert!(story.call.clocks().is_empty());
    let desks: Vec<_> = story.call.tasks().into_iter().map(|task| (task.organ, task.step)).collect();
    assert_eq!(desks, ["msa", "customs", "border"].map(|organ| (organ.to_owned(), "departure".to_owned())));
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code(), line.count), ("sailed_uncleared", "msa", 3));
    assert_eq!(story.refused("agent", file("crew_list", &[])), Refusal::Ended);

    let note = |in_error: bool| Act::NoteDeparture { in_error, words: words() };
    assert_eq!(story.refused("agent", note(false)), Refusal::NotYours);
    assert_eq!(story.refused("port_group", note(false)), Refusal::NotYours);
    assert_eq!(
        story.refused("customs", note(true)),
        Refusal::NotYours,
        "maritime safety alone says that she lies here"
    );
    for organ in ["msa", "customs", "border"] {
        story.must(organ, note(false));
        assert_eq!(story.refused(organ, note(false)), Refusal::WrongState);
    }
    assert!(story.call.tasks().is_empty());
    assert_eq!((story.call.holding().what.as_str(), story.call.status()), ("done", Status::SailedUncleared));
}

/// A slip of the pen does not end a call: maritime safety finds her in the port, and everything stands as before.
#[test]
fn a_departure_that_did_not_happen_is_taken_back_and_stays_in_the_journal() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    let (tasks, clocks) = (story.call.tasks(), story.call.clocks());
    story.must("agent", happened("departure", "2026-09-27T08:30"));
    story.must("msa", Act::NoteDeparture { in_error: true, words: words() });
    assert_eq!(story.call.status(), Status::InPort);
    assert_eq!((story.call.tasks(), story.call.clocks()), (tasks, clocks));
    assert!(story.call.times.iter().any(|time| time.event == "departure" && time.in_error));
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    story.grant("msa", "departure_permit");
    story.at("2026-09-27T12:30");
    story.must("agent", happened("departure", "2026-09-27T12:10"));
    assert_eq!(story.call.status(), Status::Departed);
}

#[test]
fn she_is_cleared_only_with_a_permit_that_held_at_the_time() {
    let mut story = Story::opened("ordinary");
    let not_here = Refusal::Unmet(vec!["arrival".into()]);
    assert_eq!(story.refused("agent", happened("departure", "2026-09-20T09:30")), not_here, "who has not come");
    let status = |said_at: &str, sailed_at: &str| {
        let mut story = Story::with_permit();
        story.at(said_at);
        story.fire_clocks();
        story.must("agent", happened("departure", sailed_at));
        story.call.status()
    };
    let mut story = Story::with_permit();
    story.at("2026-09-27T09:30");
    assert_eq!(story.refused("agent", happened("departure", "2026-09-27T10:00")), Refusal::Ahead("at"));
    assert_eq!(status("2026-09-27T09:30", "2026-09-27T08:30"), Status::SailedUncleared, "before it was issued");
    assert_eq!(status("2026-09-28T11:00", "2026-09-28T10:00"), Status::SailedUncleared, "after its 24 hours");
    assert_eq!(status("2026-09-28T11:00", "2026-09-28T08:50"), Status::Departed, "in time, but told after the clock");
}

/// She comes before she leaves, and a ship that has sailed is not expected.
#[test]
fn times_that_run_backwards_are_refused() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    let late = stated("arrival", TimeKind::Estimated, "2026-09-28T08:00");
    assert!(matches!(story.refused("agent", late.clone()), Refusal::Backwards { .. }));
    let early = stated("departure", TimeKind::Planned, "2026-09-25T08:00");
    assert!(matches!(story.refused("port_group", early), Refusal::Backwards { .. }));
    let filed = file("entry_application", &[("eta", time_fact("2026-09-29T08:00"))]);
    assert!(matches!(story.refused("agent", filed), Refusal::Backwards { .. }));
    story.must(
        "agent",
        file("entry_application", &[("eta", time_fact("2026-09-28T08:00")), ("etd", time_fact("2026-09-30T12:00"))]),
    );
    assert_eq!(story.call.expected("arrival"), Some(time("2026-09-28T08:00")));
    let mut story = Story::with_permit();
    story.at("2026-09-27T12:30");
    story.must("agent", happened("departure", "2026-09-27T12:10"));
    let refusal = story.refused("agent", stated("arrival", TimeKind::Estimated, "2026-09-28T08:00"));
    assert!(matches!(refusal, Refusal::Backwards { .. }), "{refusal:?}");
    assert_eq!(refusal.fault(dalian()).code, "PQ-CALL-030");
}

/// Word for word the same changes nothing, but what was sent back is filed again as it is.
#[test]
fn what_stands_is_told_from_what_asks_for_something_again() {
    let mut story = Story::opened("ordinary");
    let stands = |story: &Story, formality: &str| story.call.stands_as_filed(of(formality));
    assert!(!stands(&story, "entry_application"));
    story.applies_for_entry("2026-09-27T12:00");
    assert!(stands(&story, "entry_application"));
    for outcome in [ReviewState::Returned, ReviewState::Refused] {
        story.must("msa", crate::story::conclude("entry_application", outcome));
        assert!(!stands(&story, "entry_application"), "{outcome:?}");
        story.file("entry_application", &[]);
    }
    story.grant("msa", "entry_application");
    assert!(stands(&story, "entry_application"));
    let mut story = Story::with_permit();
    assert!(stands(&story, "departure_permit"));
    story.at("2026-09-28T09:00");
    story.fire_clocks();
    assert!(!stands(&story, "departure_permit"), "she asks for a new one");
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.clear(Phase::Exit);
    story.must("port_group", stated("departure", TimeKind::Planned, "2026-09-27T20:00"));
    assert!(!stands(&story, "exit_formalities"), "filed too early by now");
}

/// Whoever grants has read the answers: they are closed by the same act. What waits for the agent stands against it.
#[test]
fn a_grant_closes_what_was_answered_and_waits_for_what_was_not() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", ask("entry_application", 2));
    story.must("agent", Act::Answer { question: 1, item: 0, document: "a".into() });
    let refusal = story.refused("msa", grant("entry_application"));
    assert_eq!(refusal, Refusal::Unmet(vec!["question:1".into()]));
    assert!(refusal.fault(dalian()).remedy.en.contains("what was answered is closed with the grant"));
    assert!(story.call.questions[0].items.iter().all(|item| item.closed_at.is_none()), "a refused act closes nothing");
    story.must("agent", Act::Answer { question: 1, item: 1, document: "b".into() });
    let entries = story.must("msa", grant("entry_application"));
    assert_eq!(entries.iter().filter(|entry| entry.kind() == "question.closed").count(), 2);
    assert!(!story.call.questions[0].is_open());
}

/// Tonnage Tax Law arts 7 and 8: verified at exit, renewed when it ends in port; without it no departure.
#[test]
fn without_a_tonnage_tax_licence_that_lasts_she_does_not_sail() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.file("exit_formalities", &[]);
    assert_eq!(story.refused("customs", grant("exit_formalities")), Refusal::Unmet(vec!["formalities:customs".into()]));
    story.file("tonnage_tax_exit", &[("tonnage_tax_expiry", "2026-09-26".into())]);
    let ends = Refusal::Unmet(vec!["tonnage_tax_licence".into()]);
    assert_eq!(story.refused("customs", grant("tonnage_tax_exit")), ends);
    story.file("tonnage_tax_exit", &[("tonnage_tax_expiry", "2026-09-27".into())]);
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    // The last day counts; but now she is to sail on the day after.
    story.must("agent", stated("departure", TimeKind::Planned, "2026-09-28T01:00"));
    let put_off = vec!["exit_formalities".to_owned(), "tonnage_tax_licence".to_owned()];
    assert_eq!(story.refused("msa", grant("departure_permit")), Refusal::Unmet(put_off));
    story.at("2026-09-27T21:30");
    story.file("tonnage_tax_exit", &[("tonnage_tax_expiry", "2026-12-26".into())]);
    story.clear(Phase::Exit);
    story.grant("msa", "departure_permit");
}

#[test]
fn a_permit_carries_the_conditions_of_its_grant() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    let entries = story.must("msa", crate::story::conclude("departure_permit", ReviewState::GrantedWithConditions));
    assert!(entries.iter().any(|entry| matches!(entry, Entry::PermitIssued(permit) if permit.conditions == [words()])));
}

/// A permit that maritime safety issued in its national system is that one: recorded, and never made here.
#[test]
fn a_permit_issued_elsewhere_is_recorded_with_its_source_and_holds_from_its_issue_there() {
    let mut story = Story::in_port();
    story.at("2026-09-27T09:00");
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    let mirror = Mirror {
        source: "sample-national-system".to_owned(),
        number: "MSA/2026/0017".to_owned(),
        decided_at: time("2026-09-27T09:10"),
        recorder: "sample-officer".to_owned(),
    };
    story.at("2026-09-27T10:00");
    let (formality, outcome) = (of("departure_permit"), ReviewState::Granted);
    let (words, law) = (Vec::new(), String::new());
    story.must("msa", Act::Decide { formality, outcome, reason: None, words, law, mirror: Some(mirror.clone()) });
    let permit = story.call.departure_permit().unwrap();
    assert_eq!((permit.number.as_str(), permit.mirror.as_ref()), ("2026-DAL-000412-M1", Some(&mirror)));
    assert_eq!((permit.at, permit.until), (time("2026-09-27T09:10"), time("2026-09-28T09:10")));
    // She may have sailed on it before it was recorded here.
    story.must("agent", happened("departure", "2026-09-27T09:40"));
    assert_eq!(story.call.status(), Status::Departed);
}

/// Whoever holds an old permit in his hands must learn that it stands no longer.
#[test]
fn a_permit_stands_until_it_is_examined_done_again_or_followed_by_another() {
    let mut story = Story::with_permit();
    let standing = |story: &Story, nth: usize| story.call.permit_standing(&story.call.permits[nth]);
    assert_eq!(standing(&story, 0), PermitStanding::Stands);
    story.at("2026-09-28T09:00");
    story.fire_clocks();
    assert_eq!(standing(&story, 0), PermitStanding::ReexaminationDue(story.now));
    story.must("msa", Act::RedoExit { number: "2026-DAL-000412-D1".into() });
    assert_eq!(standing(&story, 0), PermitStanding::Superseded(story.now));
    story.at("2026-09-28T10:00");
    story.clear(Phase::Exit);
    assert_eq!((story.call.holding().what, story.call.tasks().len()), ("review".to_owned(), 1));
    story.grant("msa", "departure_permit");
    assert_eq!(standing(&story, 0), PermitStanding::Superseded(story.now));
    assert_eq!(standing(&story, 1), PermitStanding::Stands);
    story.must("agent", happened("departure", "2026-09-28T10:00"));
    assert_eq!(standing(&story, 0), PermitStanding::Superseded(story.now), "also after she sailed");
    assert_eq!(standing(&story, 1), PermitStanding::Used(story.now), "she sailed on it, once");
}
