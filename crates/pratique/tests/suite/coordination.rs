//! What the port office put together, and takes apart again: links, joined cases, meetings that are moved.

use serde_json::json;

use crate::{
    cases::{meet, ruled_for},
    delivery::wait,
    harness::{Client, Port},
    problems::{LOOKED_AT, TO_THE_PORT_GROUP, act, by_api, must, state},
};

fn new(port: &Port, who: &str, key: &str) -> String {
    by_api(port, who, key, &json!({}))["number"].as_str().expect("a number").to_owned()
}

fn page(port: &Port, who: &str, number: &str) -> String {
    port.person(who).get(&format!("/problems/{number}?lang=en")).text()
}

/// How often a person is told something about one of these cases, once she is.
fn told(port: &Port, who: &str, words: &str, numbers: &[&String]) -> usize {
    let of = |row: &&str| row.contains(words) && numbers.iter().any(|number| row.contains(number.as_str()));
    let count = || port.person(who).get("/notices?lang=en").text().split("<tr").filter(of).count();
    wait(words, || count() > 0);
    // What would be told a second time is so within two beats.
    std::thread::sleep(std::time::Duration::from_secs(2));
    count()
}

/// The events of a person's calendar that are meetings, each with its lines.
fn meetings(feed: &str, anybody: &Client) -> Vec<String> {
    let calendar = anybody.get(feed).text().replace("\r\n ", "");
    let events = calendar.split("BEGIN:VEVENT").skip(1).map(str::to_owned);
    events.filter(|event| event.contains("UID:meeting/")).collect()
}

#[test]
fn a_meeting_over_several_cases_is_moved_in_all_of_them_and_each_seat_is_told_once() {
    let port = Port::open();
    let [one, two] = ["moved-1", "moved-2"].map(|key| new(&port, "agent", key));
    meet(&port, &one, &["msa", "customs"], &two);
    let opened = port.person("msa").post("/notices/ways", &[("do", "feeds")]);
    let feed = opened.between("/feeds/", "/notices.atom").expect("an address");
    let feed = format!("/feeds/{feed}/calendar.ics");
    let before = meetings(&feed, &port.anybody());
    assert_eq!(before.len(), 1, "one meeting, whatever its agenda: {before:?}");
    assert!(before[0].contains("SEQUENCE:0") && before[0].contains("DTSTART:20310301T060000Z"), "{}", before[0]);
    let moved = |more: &[(&'static str, &'static str)]| {
        let pairs: Vec<_> = [("act", "move_meeting"), ("id", "1")].into_iter().chain(more.iter().copied()).collect();
        act(&port, "portoffice", &two, &pairs)
    };
    assert_eq!(moved(&[("to", ""), ("words", "x")]).status, 422, "an empty time calls nothing off");
    assert_eq!(moved(&[("to", "2031-03-04T09:00"), ("words", "")]).status, 422, "a reason is given");
    assert_eq!(moved(&[("to", "2031-03-04T09:00"), ("words", "the pilot is away")]).status, 303);
    for number in [&one, &two] {
        let shown = port.person("customs").get(&format!("/problems/{number}/meetings/1?lang=en")).text();
        assert!(shown.contains("the pilot is away") && shown.contains("2031-03-04T09:00"), "{shown}");
    }
    let after = meetings(&feed, &port.anybody());
    assert_eq!(after.len(), 1);
    assert!(after[0].contains("SEQUENCE:1") && after[0].contains("DTSTART:20310304T010000Z"), "{}", after[0]);
    let uid = |event: &str| event.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
    assert_eq!(uid(&before[0]), uid(&after[0]), "the same event, so that calendars move it");
    let told = |words: &str| told(&port, "msa", words, &[&one, &two]);
    assert_eq!(told("The joint meeting was moved"), 1, "told once of what stands in two cases");
    assert_eq!(told("A joint meeting is called"), 1);
    assert_eq!(moved(&[("words", "solved meanwhile")]).status, 303);
    assert_eq!(told("The joint meeting was called off"), 1);
    let off = meetings(&feed, &port.anybody());
    assert!(off[0].contains("STATUS:CANCELLED") && off[0].contains("SEQUENCE:2"), "{}", off[0]);
    assert!(!page(&port, "portoffice", &one).contains("value=\"hold_meeting\""), "no minutes are owed");
}

#[test]
fn links_and_joinings_are_taken_back() {
    let port = Port::open();
    let [one, two] = ["apart-1", "apart-2"].map(|key| new(&port, "agent", key));
    let three = new(&port, "agent2", "apart-3");
    must(&port, "portoffice", &one, &[("act", "link"), ("kind", "depends_on"), ("number", &two)]);
    assert!(page(&port, "portoffice", &one).contains("value=\"unlink\""), "offered where it stands");
    must(&port, "portoffice", &two, &[("act", "unlink"), ("kind", "needed_by"), ("number", &one)]);
    for number in [&one, &two] {
        assert!(!page(&port, "portoffice", number).contains("id=\"beside\""));
    }
    assert_eq!(
        act(&port, "portoffice", &two, &[("act", "unlink"), ("kind", "needed_by"), ("number", &one)]).status,
        422
    );

    must(&port, "portoffice", &one, &LOOKED_AT);
    must(&port, "portoffice", &one, &TO_THE_PORT_GROUP);
    must(&port, "portoffice", &three, &[("act", "join_to"), ("number", &one)]);
    assert_eq!(state(&port, "agent2", &three), "joined");
    let said = json!({"act": "say", "report": 2, "words": "OURWORDS"});
    assert_eq!(
        port.system("agent2").call("POST", &format!("/api/v1/problems/{one}/acts"), "said-3", &said).status,
        201
    );
    assert!(page(&port, "portgroup", &one).contains("OURWORDS"));
    assert_eq!(act(&port, "portgroup", &one, &[("act", "separate"), ("number", &three)]).status, 403);
    must(&port, "portoffice", &one, &[("act", "separate"), ("number", &three)]);
    assert_eq!(state(&port, "agent2", &three), "triaged");
    let own = page(&port, "agent2", &three);
    assert!(own.contains("OURWORDS"), "its firm finds what it said where its report is now");
    assert_eq!(port.person("agent2").get(&format!("/problems/{one}")).status, 404, "and the other case no more");
    assert_eq!(port.person("portgroup").get(&format!("/problems/{three}")).status, 404);
    assert!(!page(&port, "agent", &one).contains("OURWORDS"));
    assert_eq!(told(&port, "agent2", "It is dealt with on its own again", &[&three]), 1);
}

#[test]
fn a_ruling_holds_for_the_class_that_it_names() {
    let port = Port::open();
    let lead = |key: &str, impact: &'static str| {
        let number =
            by_api(&port, "agent", key, &json!({"topic": "trucking"}))["number"].as_str().expect("one").to_owned();
        let looked = [("act", "triage"), ("topic", "trucking"), ("impact", impact), ("urgency", "week")];
        must(&port, "portoffice", &number, &looked);
        let text = page(&port, "portoffice", &number);
        let form = text.split("name=\"act\" value=\"dispatch\"").nth(1).and_then(|rest| rest.split("</form>").next());
        let chosen = form.and_then(|form| form.split("<option value=\"").find(|option| option.contains("selected")));
        chosen.and_then(|option| option.split('"').next()).unwrap_or_default().to_owned()
    };
    ruled_for(&port, "trucking", "narrow-1", &["severity"]);
    assert_eq!(lead("narrow-2", "ordinary"), "port_group", "the class that was ruled on");
    assert_eq!(lead("narrow-3", "cross"), "port_administration", "another class is as the table says");
    let catalogue = port.person("customs").get("/problems/catalogue?lang=en").text();
    assert!(catalogue.contains("P2, ordinary"), "the catalogue says for which class");
    let open = |key: &str| port.person("portoffice").post("/problems/catalogue", &[("ruling", key)]).status;
    assert_eq!((open("trucking"), open("trucking?severity=p2")), (404, 303));
    assert_eq!(lead("narrow-4", "ordinary"), "port_administration");
}
