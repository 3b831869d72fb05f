//! Distress: everybody whom the law names has it on the desk until they say that they know.

use domain::matter::Entry as _;
use domain::ship_call::{Act, Entry, Phase, Refusal, ReviewState, Status};

use crate::port::dalian;
use crate::story::{Story, conclude, file, grant, named, of, opening, plan, words};

fn told(story: &Story) -> Vec<String> {
    let tasks = story.call.tasks().into_iter().filter(|task| task.step == "distress");
    tasks.map(|task| task.organ).collect()
}

#[test]
fn everybody_who_was_told_has_it_on_the_desk_until_they_say_that_they_know() {
    let mut story = Story::opened("ordinary");
    assert_eq!(story.refused("police", Act::AcknowledgeDistress), Refusal::WrongMoment);
    story.must("agent", Act::ReportDistress { report: words() });
    assert_eq!(told(&story), ["msa", "border", "customs", "coast_guard", "police"]);
    let first = story.call.tasks().into_iter().find(|task| task.step == "distress").unwrap();
    assert_eq!((first.since, first.due, first.first), (story.now, None, true), "at once is no limit that could pass");
    assert_eq!(story.refused("port_group", Act::AcknowledgeDistress), Refusal::NotYours);
    assert_eq!(story.refused("agent", Act::AcknowledgeDistress), Refusal::NotYours);
    story.at("2026-09-20T10:04");
    let entries = story.must("coast_guard", Act::AcknowledgeDistress);
    assert!(matches!(&entries[0], Entry::DistressAcknowledged { organ } if organ == "coast_guard"));
    assert_eq!(entries[0].kind(), "distress.acknowledged");
    assert_eq!(told(&story), ["msa", "border", "customs", "police"]);
    assert_eq!(story.call.acknowledged["coast_guard"], story.now);
    assert_eq!(story.refused("coast_guard", Act::AcknowledgeDistress), Refusal::WrongState);
}

/// A call that is opened for a ship in distress says what happened, and tells everybody with the same entry.
#[test]
fn a_call_in_distress_is_opened_with_its_report() {
    let mut story = Story::opened("ordinary");
    story.call = domain::ship_call::ShipCall::default();
    story.journal.clear();
    let mut silent = opening("distress", "PA", &[]);
    silent.report = None;
    assert_eq!(story.refused("agent", Act::Open(Box::new(silent.clone()))), Refusal::NoReport);
    silent.report = Some(domain::Text::new("  ", "").into());
    assert_eq!(story.refused("agent", Act::Open(Box::new(silent))), Refusal::NoReport);
    story.must("agent", Act::Open(Box::new(opening("distress", "PA", &[]))));
    assert_eq!(story.call.distress.as_ref().unwrap().report, words());
    assert_eq!(told(&story).len(), 5);
    let opened = story.journal.iter().find_map(|record| match &record.entry {
        Entry::Opened(opened) => Some(opened.report.clone()),
        _ => None,
    });
    assert_eq!(opened, Some(None), "the report stands once in the journal");
}

/// Dangerous goods are decided on, but do not keep a ship in distress out.
#[test]
fn nothing_keeps_a_ship_in_distress_out() {
    let mut story = Story::opened("ordinary");
    story.must("agent", file("dangerous_goods", &[("dangerous_goods", true.into())]));
    assert_eq!(story.call.status(), Status::Announced);
    story.must("agent", Act::ReportDistress { report: words() });
    assert!(story.is_due("dangerous_goods"));
    assert!(story.call.is_entry_approved(), "she may come in");
    assert_eq!(story.call.status(), Status::InDistress, "and nobody is said to have approved it");
    story.arrives("2026-09-20T20:00");
    assert_eq!(story.call.status(), Status::InPortNotCleared);
}

/// Who was told and has not said that she knows holds the call, before everything else.
#[test]
fn the_headline_of_a_call_in_distress_is_the_distress() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", conclude("entry_application", ReviewState::Refused));
    story.must("agent", Act::ReportDistress { report: words() });
    let reported = story.now;
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code(), line.count), ("distress", "msa", 5));
    assert_eq!(line.since, Some(reported));
    story.at("2026-09-24T05:10");
    for organ in ["border", "msa"] {
        story.must(organ, Act::AcknowledgeDistress);
    }
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code(), line.count), ("distress", "customs", 3));
    assert_eq!(story.call.unacknowledged().collect::<Vec<_>>(), ["customs", "coast_guard", "police"]);
    for organ in ["customs", "coast_guard", "police"] {
        story.must(organ, Act::AcknowledgeDistress);
    }
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code()), ("distress_open", "msa"), "all know of it, and it lasts");
}

fn over(outcome: &str) -> Act {
    Act::EndDistress { outcome: outcome.to_owned(), words: words() }
}

/// Maritime Traffic Safety Law 2021 art. 76: who leads the search and rescue says when it is over.
#[test]
fn maritime_safety_says_that_a_distress_is_over() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", conclude("entry_application", ReviewState::Refused));
    assert_eq!(story.refused("msa", over("rescued")), Refusal::WrongMoment);
    story.must("agent", Act::ReportDistress { report: words() });
    story.must("msa", Act::AcknowledgeDistress);
    let desk = |story: &Story| {
        story
            .call
            .tasks()
            .into_iter()
            .find(|task| task.organ == "msa" && task.step == "distress")
            .map(|task| task.state)
    };
    assert_eq!(desk(&story).as_deref(), Some("distress_open"), "it lasts until somebody says that it is over");
    assert_eq!(story.refused("customs", over("rescued")), Refusal::NotYours);
    assert_eq!(story.refused("agent", over("rescued")), Refusal::NotYours);
    assert_eq!(story.refused("msa", over("sunk")), Refusal::NotListed("sunk".into()));
    assert_eq!(story.refused("msa", over("entered")), Refusal::Unmet(vec!["arrival".into()]), "she has not come");
    let silent = Act::EndDistress { outcome: "rescued".into(), words: domain::ship_call::Words::default() };
    assert_eq!(story.refused("msa", silent), Refusal::NotSaid(domain::ship_call::Unsaid::End));
    let entries = story.must("msa", over("rescued"));
    assert_eq!(entries[0].kind(), "distress.ended");
    assert!(told(&story).is_empty() && desk(&story).is_none(), "nobody has it on the desk any more");
    // She does not come in by her distress: what is due is due as for any ship, and the agent says how it goes on.
    assert_eq!(story.call.status(), Status::DistressOver);
    assert!(story.is_due("entry_application") && !story.call.is_entry_approved());
    let line = story.call.holding();
    assert_eq!((line.what.as_str(), line.holder.code(), line.since), ("distress_over", "agent", Some(story.now)));
    assert_eq!(story.refused("msa", over("rescued")), Refusal::WrongState);
    story.must("agent", Act::End { diverted_to: None, reason: words() });
    assert_eq!(story.call.status(), Status::Ended);
}

#[test]
fn a_ship_that_came_in_by_her_distress_has_her_formalities_follow() {
    let mut story = Story::opened("distress");
    story.arrives("2026-09-20T20:00");
    story.must("msa", over("entered"));
    assert_eq!(story.call.status(), Status::InPortNotCleared);
    assert!(!story.is_due("entry_application") && story.is_due("entry_formalities"));
    assert_ne!(story.call.holding().what, "distress_over");
    // Stood down after she has come is the same for what is due.
    let mut story = Story::opened("distress");
    story.arrives("2026-09-20T20:00");
    story.must("msa", over("stood_down"));
    assert!(!story.is_due("entry_application"));
    // A false alarm at sea: she needs leave to enter as any other, and gets it.
    let mut story = Story::opened("ordinary");
    story.must("agent", Act::ReportDistress { report: words() });
    story.must("msa", over("stood_down"));
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    assert_eq!(story.call.status(), Status::EntryApproved);
}

/// A clock runs only where the row gives a limit; it passes as any other, and erases nothing.
#[test]
fn a_row_can_give_a_limit_for_the_answer() {
    let text = crate::port::text("tables/distress-recipients.table.md");
    let limited = text.replace(
        r#"| coast_guard-2021 | - | "coast_guard" | - | - |"#,
        r#"| coast_guard-2021 | - | "coast_guard" | "PT15M" | "round-the-clock" |"#,
    );
    assert_ne!(text, limited);
    let mut profile = dalian().clone();
    profile.tables.insert("distress-recipients".to_owned(), crate::port::parsed(&limited));
    let mut story = Story::opened("ordinary");
    story.must_by(&profile, "agent", Act::ReportDistress { report: words() });
    let due = domain::Instant(story.now.0 + domain::instant::HOUR / 4);
    let clocks: Vec<_> = story.call.clocks().into_iter().filter(|clock| clock.name.starts_with("distress:")).collect();
    assert_eq!(clocks.len(), 1);
    assert_eq!((clocks[0].holder.as_str(), clocks[0].due), ("coast_guard", due));
    let task = story.call.tasks().into_iter().find(|task| task.organ == "coast_guard").unwrap();
    assert_eq!(task.due, Some(due));
    story.now = due;
    story.must_by(&profile, "clock", Act::Fire { clock: "distress:coast_guard".into(), due });
    assert_eq!(story.call.breaches.last().unwrap().holder, "coast_guard");
    assert!(told(&story).contains(&"coast_guard".to_owned()), "it still has it on the desk");
    story.must_by(&profile, "coast_guard", Act::AcknowledgeDistress);
    assert!(!story.has_clock("distress:coast_guard"));
}

/// What the rows say blocks the entry: the application alone does not open the port.
#[test]
fn entry_waits_for_everything_that_blocks_it() {
    let mut story = Story::general_cargo("PA");
    story.applies_for_entry("2026-09-27T12:00");
    story.file("dangerous_goods", &[("dangerous_goods", true.into())]);
    story.file("berth_plan", &[("berth", "HZZ-02".into())]);
    story.grant("msa", "entry_application");
    assert_eq!(story.call.status(), Status::Announced);
    story.grant("msa", "dangerous_goods");
    story.grant("port_administration", "dangerous_goods");
    assert_eq!(story.call.status(), Status::Announced, "the berth that she asks for is closed");
    let named = named(&[
        ("closed_waters_berth", "HZZ-02".into()),
        ("closed_waters_from", crate::story::time_fact("2026-09-25T12:00")),
        ("closed_waters_until", crate::story::time_fact("2026-09-27T12:00")),
    ]);
    let facts: Vec<_> = named.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    story.file("open_waters_permit", &facts);
    story.grant("msa", "open_waters_permit");
    story.grant("port_office", "open_waters_permit");
    assert_eq!(story.call.status(), Status::EntryApproved);
    story.must("port_group", plan("HZZ-02"));
}

/// Decree 175 art. 9: before the formalities are done only officials and the pilot board, except from a Chinese port.
#[test]
fn who_may_board_follows_from_the_rows() {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.grant("msa", "entry_application");
    story.arrives("2026-09-25T12:00");
    assert!(!story.call.may_be_boarded());
    story.clear(Phase::Entry);
    assert!(story.call.may_be_boarded());
    story.must("customs", crate::story::hold("health_event"));
    assert!(!story.call.may_be_boarded());

    let mut coastal = Story::opened_for("ordinary", "PA", &[("last_port", "CNTXG".into())]);
    coastal.applies_for_entry("2026-09-27T12:00");
    coastal.must("msa", grant("entry_application"));
    coastal.arrives("2026-09-25T12:00");
    assert!(coastal.call.may_be_boarded() && !coastal.call.may_be_worked());
    // A health event on the coastal leg brings the rule back.
    coastal.file("health_declaration", &[("health_event", true.into())]);
    assert_eq!(coastal.call.requirement(of("health_declaration")).unwrap().basis.blocks.as_deref(), Some("boarding"));
    assert!(!coastal.call.may_be_boarded());
}
