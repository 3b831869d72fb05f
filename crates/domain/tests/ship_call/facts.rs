//! What stands filed makes the facts of a call, and what stands no longer makes none.

use domain::{
    Value,
    ship_call::{Act, Refusal, TimeKind},
};

use crate::story::{Story, of, stated, time, time_fact, words};

fn withdraw(formality: &str) -> Act {
    Act::Withdraw { formality: of(formality), reason: words() }
}

/// A manifest of dangerous goods that was filed by mistake and withdrawn makes nothing due any more.
#[test]
fn a_withdrawn_filing_takes_its_facts_back() {
    let mut story = Story::opened("ordinary");
    story.file("dangerous_goods", &[("dangerous_goods", true.into())]);
    assert!(story.is_due("dangerous_goods"));
    story.must("agent", withdraw("dangerous_goods"));
    assert!(!story.is_due("dangerous_goods"));
    assert_eq!(story.call.facts, story.call.opening_facts);
}

/// What others still say comes to light again; what the call was opened with too.
#[test]
fn what_stands_below_a_withdrawn_filing_counts_again() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.file("dangerous_goods", &[("dangerous_goods", true.into()), ("last_port", "CNTXG".into())]);
    story.must("agent", withdraw("dangerous_goods"));
    assert_eq!(story.call.facts["dangerous_goods"], Value::Bool(false), "the entry application says so");
    assert_eq!(story.call.facts["last_port"].text(), Some("KRPUS"), "she was announced from there");
}

/// A new version takes the place of the one before: what it leaves out is said no longer.
#[test]
fn a_new_version_says_only_what_it_says() {
    let mut story = Story::opened("ordinary");
    story.file("entry_application", &[("dangerous_goods", true.into()), ("berth", "DYW-12".into())]);
    assert!(story.is_due("dangerous_goods"));
    story.file("entry_application", &[("berth", "DYW-14".into())]);
    assert!(!story.is_due("dangerous_goods"));
    assert_eq!(story.call.facts["berth"].text(), Some("DYW-14"));
    // Of two filings that differ, the one that was filed last counts, also when the other is older in the catalogue.
    story.file("general_declaration", &[("berth", "DYW-12".into())]);
    story.file("entry_application", &[("berth", "DYW-15".into()), ("stay_under_24h", true.into())]);
    story.file("entry_application", &[("berth", "DYW-16".into())]);
    assert_eq!(story.call.facts["berth"].text(), Some("DYW-16"));
    assert!(!story.call.facts.contains_key("stay_under_24h"));
}

/// The certificate must hold when she arrives, not today; and not be older than the profile allows.
#[test]
fn a_sanitary_certificate_is_judged_at_the_arrival() {
    let radio = |facts: &[(&str, Value)]| {
        let mut story = Story::opened("ordinary");
        story.applies_for_entry("2026-09-27T12:00");
        story.file("certificates", facts);
        let reason = story.call.requirement(of("health_declaration")).unwrap().basis.rule.row.clone();
        reason.contains("radio")
    };
    assert!(radio(&[("sanitation_expiry", "2026-09-25".into())]));
    assert!(!radio(&[("sanitation_expiry", "2026-09-24".into())]), "it ends the day before she comes");
    assert!(radio(&[("sanitation_issued_on", "2025-09-26".into())]));
    assert!(!radio(&[("sanitation_issued_on", "2025-09-20".into()), ("sanitation_expiry", "2026-12-01".into())]));
    assert!(!radio(&[]), "nothing is known of it");
}

#[test]
fn a_later_estimate_outranks_an_older_plan() {
    let mut story = Story::opened("ordinary");
    story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-25T12:00"));
    story.must("port_group", stated("arrival", TimeKind::Planned, "2026-09-25T14:00"));
    assert_eq!(story.call.expected("arrival"), Some(time("2026-09-25T14:00")));
    story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-26T02:00"));
    assert_eq!(story.call.expected("arrival"), Some(time("2026-09-26T02:00")));
    story.must("agent", stated("arrival", TimeKind::Requested, "2026-09-26T03:00"));
    assert_eq!(story.call.expected("arrival"), Some(time("2026-09-26T02:00")), "what is asked for is not expected");
    story.must("port_group", stated("arrival", TimeKind::Planned, "2026-09-26T04:00"));
    assert_eq!(story.call.expected("arrival"), Some(time("2026-09-26T04:00")));
    assert_eq!(story.call.times.len(), 5, "nothing is overwritten");
    let late: Vec<bool> = story.call.times.iter().map(|time| story.call.is_late_without_reason(time)).collect();
    assert_eq!(late, [false, false, true, false, true], "a delay wants its reason");
}

#[test]
fn a_stated_time_names_a_known_reason_and_answers_what_was_stated() {
    let mut story = Story::opened("ordinary");
    let say = |replies_to: Option<u32>, delay_reason: Option<&str>| Act::StateTime {
        event: "arrival".to_owned(),
        kind: TimeKind::Estimated,
        at: time("2026-09-25T12:00"),
        replies_to,
        delay_reason: delay_reason.map(str::to_owned),
    };
    assert_eq!(story.refused("agent", say(None, Some("fog"))), Refusal::NotListed("fog".into()));
    assert_eq!(story.refused("agent", say(Some(1), None)), Refusal::NotThere);
    let known = domain::reference::delay_reasons().next().unwrap().code;
    story.must("agent", say(None, Some(known)));
    story.must("agent", say(Some(1), None));
    story.must("agent", stated("departure", TimeKind::Estimated, "2026-09-27T12:00"));
    assert_eq!(story.refused("agent", say(Some(3), None)), Refusal::NotThere, "it is about another event");
}

/// A delay is told by who puts off her own time; another's time, an earlier one and what happened are none.
#[test]
fn who_puts_off_her_own_time_is_asked_why() {
    let mut story = Story::opened("ordinary");
    story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-25T12:00"));
    let asked = |kind: TimeKind, local: &str, source: &str| {
        story.call.put_off("arrival", kind, time(local), source).map(|before| before.at)
    };
    let agent = crate::story::AGENT;
    assert_eq!(asked(TimeKind::Estimated, "2026-09-25T12:01", agent), Some(time("2026-09-25T12:00")));
    assert_eq!(asked(TimeKind::Estimated, "2026-09-25T12:00", agent), None);
    assert_eq!(asked(TimeKind::Estimated, "2026-09-26T12:00", "msa"), None);
    assert_eq!(asked(TimeKind::Requested, "2026-09-26T12:00", agent), None);
    assert_eq!(asked(TimeKind::Actual, "2026-09-26T12:00", agent), None);
}

#[test]
fn she_is_diverted_to_a_port_that_exists() {
    let mut story = Story::opened("ordinary");
    let end = |port: &str| Act::End { diverted_to: Some(port.to_owned()), reason: words() };
    assert_eq!(story.refused("agent", end("Tianjin")), Refusal::UnknownPort("Tianjin".into()));
    let mut other = Story::opened_for("ordinary", "PA", &[("eta", time_fact("2026-09-25T12:00"))]);
    other.must("agent", end("CNTXG"));
    assert_eq!(other.call.ended.as_ref().unwrap().diverted_to.as_deref(), Some("CNTXG"));
}

/// A voyage with one Chinese port has its quarantine here, coming and going.
#[test]
fn the_only_chinese_port_is_the_first_and_the_last() {
    let told = |last_port: &str, several: bool| {
        let filed = Value::from([("last_port", last_port.into()), ("chinese_ports", several.into())]);
        let facts = domain::formality::facts(of("entry_application"), &filed);
        ["first_china_port", "last_china_port"].map(|fact| facts.get(fact).bool())
    };
    assert_eq!(told("KRPUS", false), [Some(true), Some(true)]);
    assert_eq!(told("CNTXG", false), [Some(false), Some(true)]);
    assert_eq!(told("KRPUS", true), [None, None]);
}
