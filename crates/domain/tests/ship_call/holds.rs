//! Detention, arrest, taxes, health events; and berths that are not open.

use domain::ship_call::{Act, Phase, Refusal, ReviewState, Status, Unsaid};

use crate::{
    port::dalian,
    story::{Story, file, grant, happened, hold, lift, of, opening, plan, time, time_fact, words},
};

/// Each hold has its issuer and its lifting authority, blocks its phases, and re-opens a cleared call.
#[test]
fn a_hold_reopens_a_cleared_call_and_only_its_authority_lifts_it() {
    for (kind, issuer) in [
        ("psc_detention", "msa"),
        ("court_arrest", "court"),
        ("unpaid_taxes", "customs"),
        ("health_event", "customs"),
        ("border_stop", "border"),
    ] {
        let mut story = Story::with_permit();
        for other in ["msa", "customs", "border", "court", "port_group", "agent"] {
            if other != issuer {
                story.refused(other, hold(kind));
            }
        }
        story.must(issuer, hold(kind));
        assert_eq!(story.call.status(), Status::ReexaminationDue, "{kind}");
        assert!(!story.call.is_cleared(Phase::Exit), "{kind}");
        assert_eq!(story.call.is_cleared(Phase::Entry), kind != "health_event", "{kind}");
        let line = story.call.holding();
        assert_eq!((line.what.as_str(), line.holder.code()), ("hold", issuer));
        story.at("2026-09-27T10:00");
        let mut gone = story.clone();
        gone.must("agent", happened("departure", "2026-09-27T10:00"));
        assert_eq!(gone.call.status(), Status::SailedUncleared);
        for other in ["msa", "customs", "border", "court", "port_office", "agent"] {
            // The port office records what a court has ordered.
            if other != issuer && (issuer, other) != ("court", "port_office") {
                assert_eq!(story.refused(other, lift(1)), Refusal::NotYours, "{kind} by {other}");
            }
        }
        story.must(issuer, lift(1));
        assert_eq!(story.refused(issuer, lift(1)), Refusal::WrongState);
        assert!(story.call.is_cleared(Phase::Exit), "{kind}");
        assert_eq!(story.call.status(), Status::ReexaminationDue, "the permit is looked at before she sails");
        let consulted = vec!["customs".to_owned(), "border".to_owned()];
        story.must("msa", Act::ConfirmPermit { number: "2026-DAL-000412-D1".into(), consulted });
        assert_eq!(story.call.status(), Status::PermitIssued);
    }
}

/// A court has no desk here: the port office records its order and its release, each by its number.
#[test]
fn the_port_office_records_the_holds_of_authorities_without_a_desk() {
    let mut story = Story::with_permit();
    let place = |kind: &str, reference: &str| Act::PlaceHold {
        kind: kind.into(),
        ground: words(),
        reference: reference.into(),
    };
    assert_eq!(story.refused("port_office", place("psc_detention", "1")), Refusal::NotListed("psc_detention".into()));
    assert_eq!(story.refused("port_group", place("court_arrest", "1")), Refusal::NotListed("court_arrest".into()));
    assert_eq!(story.refused("port_office", place("court_arrest", " ")), Refusal::NoReference);
    story.must("port_office", place("court_arrest", "(2026)辽72财保17号"));
    let hold = &story.call.holds[0];
    assert_eq!((hold.issuer.as_str(), hold.lifted_by.as_str()), ("court", "court"));
    assert_eq!(hold.recorder.as_deref(), Some("sample-person"));
    assert_eq!(story.call.holding().holder.code(), "court");
    let lifts = |reference: &str| Act::LiftHold { hold: 1, reference: reference.into() };
    assert_eq!(story.refused("port_office", lifts("")), Refusal::NoReference);
    let entries = story.must("port_office", lifts("(2026)辽72财保17号之一"));
    assert!(matches!(&entries[0], domain::ship_call::Entry::HoldLifted { recorder: Some(_), .. }));
    story.must("msa", crate::story::hold("psc_detention"));
    assert_eq!(story.refused("port_office", Act::LiftHold { hold: 2, reference: "1".into() }), Refusal::NotYours);
}

#[test]
fn a_hold_needs_its_ground() {
    let mut story = Story::in_port();
    let silent = Act::PlaceHold {
        kind: "psc_detention".into(),
        ground: domain::Text::new(" ", "").into(),
        reference: "1".into(),
    };
    assert_eq!(story.refused("msa", silent), Refusal::NotSaid(Unsaid::Hold));
    assert_eq!(story.refused("msa", hold("weather")), Refusal::NotListed("weather".into()));
    assert_eq!(story.refused("msa", lift(1)), Refusal::NotThere);
}

/// Nobody signs over a hold, and a health event closes the gangway again.
#[test]
fn a_health_event_closes_the_ship_to_all_but_officials() {
    let mut story = Story::in_port();
    story.must("customs", hold("health_event"));
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    assert!(!story.call.may_be_worked());
    story.at("2026-09-27T09:00");
    story.file("exit_formalities", &[]);
    let refusal = story.refused("border", grant("exit_formalities"));
    assert_eq!(refusal, Refusal::Unmet(vec!["hold:1:health_event".into()]));
    story.must("customs", lift(1));
    assert!(story.call.may_be_worked());
}

/// Maritime Traffic Safety Law 2021 art. 46.
#[test]
fn a_closed_berth_is_refused_to_a_foreign_ship_without_permission() {
    let mut story = Story::general_cargo("PA");
    story.applies_for_entry("2026-09-27T12:00");
    assert!(!story.is_due("open_waters_permit"));
    assert_eq!(story.refused("port_group", plan("HZZ-02")), Refusal::BerthClosed("HZZ-02".into()));
    assert_eq!(story.refused("port_group", plan("NO-SUCH")), Refusal::BerthPlan);
    let mut long = opening("ordinary", "PA", &[]);
    long.ship.length = 366;
    let mut of_366_metres = Story { call: Default::default(), journal: Vec::new(), now: story.now, profile: None };
    of_366_metres.must("agent", Act::Open(Box::new(long)));
    let short = Refusal::BerthTooShort { berth: "DYW-12".into(), metres: 350 };
    assert_eq!(of_366_metres.refused("port_group", plan("DYW-12")), short);
    of_366_metres.must("port_group", plan("DYW-14"));
    assert_eq!(story.refused("msa", plan("DLW-05")), Refusal::NotYours);
    story.must("port_group", plan("DLW-05"));
}

/// A berth that does not take her is neither planned nor granted as it is asked for.
#[test]
fn a_request_is_granted_only_for_a_berth_that_takes_the_ship() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    let asked = |berth: &str, draught: i64| {
        let times = [("berth_from", time_fact("2026-09-25T13:00")), ("berth_until", time_fact("2026-09-27T11:00"))];
        let facts = times.into_iter().chain([("berth", berth.into()), ("draught", draught.into())]);
        file("berth_plan", &facts.collect::<Vec<_>>())
    };
    let granted = |story: &mut Story| story.tries("port_group", grant("berth_plan")).map(drop);
    let refused = [
        ("HZZ-02", 6, Refusal::BerthOtherCargo { berth: "HZZ-02".into(), ship_type: "container".into() }),
        ("DYW-01", 15, Refusal::BerthTooShallow { berth: "DYW-01".into(), decimetres: 140 }),
        ("NO-SUCH", 6, Refusal::BerthPlan),
    ];
    for (berth, draught, refusal) in refused {
        story.must("agent", asked(berth, draught));
        assert_eq!(granted(&mut story), Err(refusal), "{berth}");
        assert_ne!(story.state("berth_plan", "port_group"), ReviewState::Granted);
    }
    let deep = Refusal::BerthTooShallow { berth: "DYW-01".into(), decimetres: 140 }.fault(dalian());
    assert!(deep.text.en.contains("14.0 m") && deep.location == "/berth", "{}", deep.text.en);
    story.must("agent", asked("DYW-01", 14));
    assert_eq!(granted(&mut story), Ok(()));

    let mut closed = Story::general_cargo("PA");
    closed.applies_for_entry("2026-09-27T12:00");
    closed.must("agent", asked("HZZ-02", 6));
    assert_eq!(granted(&mut closed), Err(Refusal::BerthClosed("HZZ-02".into())));
    // Who only takes bunkers lies where there is room for her.
    let mut bunkers = Story::opened("bunkers");
    bunkers.applies_for_entry("2026-09-27T12:00");
    bunkers.must("agent", asked("DLW-05", 6));
    assert_eq!(granted(&mut bunkers), Ok(()));
}

#[test]
fn a_closed_berth_asked_for_makes_a_permission_due_and_opens_with_it() {
    let mut story = Story::general_cargo("PA");
    story.applies_for_entry("2026-09-27T12:00");
    story.file("berth_plan", &[("berth", "HZZ-02".into())]);
    assert_eq!(story.call.requirement(of("open_waters_permit")).unwrap().organs, ["msa", "port_office"]);
    story.file("open_waters_permit", &permission("HZZ-02"));
    story.grant("port_office", "open_waters_permit");
    assert_eq!(story.refused("port_group", plan("HZZ-02")), Refusal::BerthClosed("HZZ-02".into()));
    story.grant("msa", "open_waters_permit");
    story.must("port_group", plan("HZZ-02"));
    assert!(story.call.berths[0].by_permission.as_ref().unwrap().contains("art. 46"));
    assert!(story.is_due("open_waters_permit"), "she lies there by that permission");
}

/// A permission opens the berth and the times that it names, and no other.
#[test]
fn a_permission_opens_no_other_closed_berth_and_no_other_time() {
    let mut story = Story::general_cargo("PA");
    story.applies_for_entry("2026-09-27T12:00");
    story.file("berth_plan", &[("berth", "HZZ-02".into())]);
    story.file("open_waters_permit", &permission("HZZ-02"));
    story.grant("port_office", "open_waters_permit");
    story.grant("msa", "open_waters_permit");
    story.must("port_group", plan("HZZ-02"));
    let mut closed: Vec<_> = dalian().berths.iter().filter(|berth| berth.open_to_foreign.is_none()).collect();
    closed.retain(|berth| berth.handles.iter().any(|of| of == "general_cargo"));
    let other = closed.iter().find(|berth| berth.code != "HZZ-02").unwrap().code.clone();
    assert_eq!(story.refused("port_group", plan(&other)), Refusal::BerthClosed(other.clone()));
    let longer = Act::PlanBerth {
        berth: "HZZ-02".into(),
        from: time("2026-09-25T13:00"),
        until: time("2026-09-28T11:00"),
        beside: Vec::new(),
    };
    assert_eq!(story.refused("port_group", longer), Refusal::BerthClosed("HZZ-02".into()));
    // The other berth is asked for and granted: now it opens, and the first one no more.
    story.file("open_waters_permit", &permission(&other));
    story.grant("port_office", "open_waters_permit");
    story.grant("msa", "open_waters_permit");
    story.must("port_group", plan(&other));
    assert_eq!(story.refused("port_group", plan("HZZ-02")), Refusal::BerthClosed("HZZ-02".into()));
}

fn permission(berth: &str) -> [(&'static str, domain::Value); 3] {
    [
        ("closed_waters_berth", berth.into()),
        ("closed_waters_from", time_fact("2026-09-25T12:00")),
        ("closed_waters_until", time_fact("2026-09-27T12:00")),
    ]
}

#[test]
fn a_chinese_ship_may_lie_at_a_closed_berth() {
    let mut story = Story::general_cargo("CN");
    story.must("port_group", plan("HZZ-02"));
    assert_eq!(story.call.berths[0].by_permission, None);
    assert!(!story.is_due("open_waters_permit"));
}

#[test]
fn a_shift_is_a_plan_after_berthing() {
    let mut story = Story::in_port();
    story.must("port_group", plan("DYW-12"));
    story.at("2026-09-25T13:10");
    story.must("port_group", happened("berth", "2026-09-25T13:05"));
    story.must("port_group", plan("DYW-14"));
    assert_eq!(story.call.berths.iter().map(|berth| berth.shift).collect::<Vec<_>>(), [false, true]);
}
