//! Who may act: the agent and her successor, each organ on its own part; decisions mirrored from elsewhere.

use domain::ship_call::{Act, Entry, Mirror, Record, Refusal, ReviewState, Status, apply};

use crate::port::dalian;
use crate::story::{AGENT, Story, ask, conclude, file, grant, of, opening, time, time_fact, words};

#[test]
fn a_changed_agent_leaves_the_old_one_without_a_say() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    let change = |to: &str| Act::ChangeAgent { agent: to.to_owned() };
    assert_eq!(story.refused("firm:next-agency", change("next-agency")), Refusal::NotYours);
    assert_eq!(story.refused("agent", change(AGENT)), Refusal::WrongMoment);
    story.must("agent", change("next-agency"));
    assert_eq!(story.call.former_agents, [AGENT]);
    for act in [file("entry_application", &[]), Act::Withdraw { formality: of("entry_application"), reason: words() }] {
        assert_eq!(story.refused("agent", act), Refusal::NotYours);
    }
    story.must("firm:next-agency", file("entry_application", &[]));
    story.must("msa", ask("entry_application", 1));
    let answer = Act::Answer { question: 1, item: 0, document: "answer".into() };
    assert_eq!(story.refused("agent", answer.clone()), Refusal::NotYours);
    story.must("firm:next-agency", answer);
}

#[test]
fn an_organ_decides_its_own_part_only() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    for other in ["customs", "border", "port_group", "port_office", "court", "agent", "clock"] {
        let refusal = story.refused(other, grant("entry_application"));
        assert_eq!(refusal, Refusal::NotYours, "{other}");
        assert_eq!(story.refused(other, ask("entry_application", 1)), Refusal::NotYours, "{other}");
    }
    story.must("msa", ask("entry_application", 1));
    assert_eq!(story.refused("customs", Act::CloseItem { question: 1, item: 0 }), Refusal::NotYours);
    assert_eq!(story.refused("msa", Act::CloseItem { question: 1, item: 7 }), Refusal::NotThere);
}

#[test]
fn nobody_opens_a_call_for_another_firm_or_twice() {
    let mut story = Story::opened("ordinary");
    let open = Act::Open(Box::new(opening("ordinary", "PA", &[])));
    assert_eq!(story.refused("agent", open.clone()), Refusal::WrongMoment);
    let mut empty = Story { call: Default::default(), journal: Vec::new(), now: story.now, profile: None };
    assert_eq!(empty.refused("firm:other-agency", open), Refusal::NotYours);
    assert_eq!(empty.refused("agent", file("crew_list", &[])), Refusal::WrongMoment);
    assert_eq!(empty.call.version, 0);
}

/// A decision made in an organ's national system is shown with its source, its number and who recorded it.
#[test]
fn a_mirrored_decision_carries_its_source() {
    let mirror = |source: &str, number: &str, decided: &str| Act::Decide {
        formality: of("entry_application"),
        outcome: ReviewState::Granted,
        reason: None,
        words: Vec::new(),
        law: String::new(),
        mirror: Some(Mirror {
            source: source.to_owned(),
            number: number.to_owned(),
            decided_at: time(decided),
            recorder: "officer-7".to_owned(),
        }),
    };
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    assert_eq!(story.refused("msa", mirror("", "17", "2026-09-24T04:00")), Refusal::NoSource);
    assert_eq!(story.refused("msa", mirror("CMSA", " ", "2026-09-24T04:00")), Refusal::NoSource);
    assert_eq!(story.refused("msa", mirror("CMSA", "17", "2026-09-24T06:00")), Refusal::Ahead("source_at"));
    let entries = story.must("msa", mirror("CMSA", "17", "2026-09-24T04:00"));
    assert!(entries.iter().any(|entry| matches!(entry, Entry::Decided { mirror: Some(_), .. })));
    let review = story.call.review(of("entry_application"), "msa").unwrap();
    let shown = review.mirror.as_ref().unwrap();
    assert_eq!((shown.source.as_str(), shown.number.as_str(), shown.recorder.as_str()), ("CMSA", "17", "officer-7"));
    assert_eq!((shown.decided_at, review.since), (time("2026-09-24T04:00"), story.now));
    // A later decision made here is not shown as that one.
    story.file("entry_application", &[]);
    story.grant("msa", "entry_application");
    assert_eq!(story.call.review(of("entry_application"), "msa").unwrap().mirror, None);
}

#[test]
fn a_call_is_cancelled_or_diverted_before_she_comes() {
    let end = |to: Option<&str>| Act::End { diverted_to: to.map(str::to_owned), reason: words() };
    for to in [None, Some("CNTXG")] {
        let mut story = Story::opened("ordinary");
        story.applies_for_entry("2026-09-27T12:00");
        assert_eq!(story.refused("msa", end(to)), Refusal::NotYours);
        story.must("agent", end(to));
        assert_eq!(story.call.status(), Status::Ended);
        assert_eq!(story.call.ended.as_ref().unwrap().diverted_to.as_deref(), to);
        assert!(story.call.clocks().is_empty() && story.call.tasks().is_empty());
        assert_eq!(story.refused("msa", grant("entry_application")), Refusal::Ended);
        assert_eq!(story.refused("agent", conclude("crew_list", ReviewState::Granted)), Refusal::Ended);
    }
    assert_eq!(Story::in_port().refused("agent", end(None)), Refusal::WrongMoment);
}

/// A row of the profile that changed brings another organ: what stands filed is laid on its desk.
#[test]
fn an_organ_that_is_asked_later_finds_what_stands_filed() {
    let mut story = Story::in_port();
    let mut requirements = story.call.requirements.clone();
    let security = requirements.iter_mut().find(|due| due.formality == of("security_report")).unwrap();
    security.organs.push("port_administration".to_owned());
    let record = Record {
        at: story.now,
        party: "port".to_owned(),
        person: "sample-person".to_owned(),
        on_behalf: None,
        channel: "page".to_owned(),
        entry: Entry::Assessed { requirements, acceptances: Vec::new() },
    };
    apply(&mut story.call, &record);
    assert_eq!(story.state("security_report", "port_administration"), ReviewState::Filed);
    assert_eq!(story.state("security_report", "msa"), ReviewState::Granted);
    assert!(story.call.tasks().iter().any(|task| task.organ == "port_administration"));
    assert_eq!(story.call.status(), Status::InPortNotCleared);
}

/// What an officer is shown as changed is changed since his organ decided, not since the version before.
#[test]
fn two_amendments_do_not_hide_the_first() {
    let seen = |story: &Story| story.call.review(of("crew_list"), "border").unwrap().compared_with();
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.file("crew_list", &[]);
    assert_eq!(seen(&story), None);
    story.file("crew_list", &[]);
    assert_eq!(seen(&story), None, "nobody looked at the first");
    story.must("border", Act::TakeInCharge { formality: of("crew_list") });
    story.file("crew_list", &[]);
    story.file("crew_list", &[]);
    assert_eq!(seen(&story), Some(2));
    story.grant("border", "crew_list");
    story.file("crew_list", &[]);
    story.must("border", Act::TakeInCharge { formality: of("crew_list") });
    story.file("crew_list", &[]);
    assert_eq!(seen(&story), Some(4), "what it decided counts before what it took in charge");
    story.grant("border", "crew_list");
    story.must("border", ask("crew_list", 1));
    assert_eq!(seen(&story), Some(6), "opened again, it knows this version");
}

/// The organ that a new assessment adds has as long to accept what stands filed as it would have had on the filing.
#[test]
fn an_organ_that_is_asked_later_has_a_limit_of_its_own() {
    let row = crate::port::text("tables/formalities-due.table.md");
    let line = row.lines().find(|line| line.starts_with("| entry-application-short-2021 ")).expect("a row");
    let more =
        line.replace("entry-application-short-2021", "entry-application-goods").replace(r#"["msa"]"#, r#"["customs"]"#);
    let mut cells: Vec<&str> = more.split(" | ").collect();
    cells[10] = "true";
    assert_eq!(
        row.lines().find(|line| line.starts_with("| row ")).unwrap().split(" | ").nth(10),
        Some("dangerous_goods")
    );
    let mut profile = dalian().clone();
    let widened = row.replace(line, &format!("{line}\n{}", cells.join(" | ")));
    profile.tables.insert("formalities-due".to_owned(), crate::port::parsed(&widened));
    let mut story = Story::opened("ordinary");
    story.at("2026-09-24T05:00");
    story.must_by(
        &profile,
        "agent",
        file(
            "entry_application",
            &[("left_last_port", time_fact("2026-09-24T06:00")), ("eta", time_fact("2026-09-25T12:00"))],
        ),
    );
    assert!(story.call.review(of("entry_application"), "customs").is_none());
    story.at("2026-09-24T10:00");
    story.must_by(&profile, "agent", file("dangerous_goods", &[("dangerous_goods", true.into())]));
    let due = |organ: &str| story.call.review(of("entry_application"), organ).unwrap().acceptance.clone().unwrap().due;
    // Five working days, of which the day of the event does not count, over the days off of the end of September.
    assert_eq!(due("customs"), dalian().reckon(story.now, "P5WD", "office-hours").unwrap());
    assert!(story.has_clock("acceptance:entry_application:customs"));
    assert_eq!(due("msa"), dalian().reckon(time("2026-09-24T05:00"), "P5WD", "office-hours").unwrap());
}
