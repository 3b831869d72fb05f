//! Who is told of what, beyond cases: applications, distress, limits that come near, the morning brief, systems that want no
//! more; and that a bell counts what its page shows.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::{
    applications, declarations,
    delivery::{Hook, Relay, decoded, dispatched, given_address, number, serve, serve_with, urgent, wait},
    harness::{ASKED, Port, numbered},
    problems::{by_api, must, report},
};

/// The new notices of a person, each as its row, and what her bell says.
pub fn new_notices(port: &Port, who: &str) -> (Vec<String>, usize) {
    let page = port.person(who).get("/notices?lang=en");
    let rows = page.text().split("<tr>").filter(|row| row.contains(">new</span>")).map(str::to_owned).collect();
    let bell = page.between("<b class=\"count\">", "</b>").map_or(0, |count| count.parse().expect("a number"));
    (rows, bell)
}

pub fn read_all(port: &Port, who: &str) {
    let person = port.person(who);
    if let Some(until) = person.get("/notices").between("name=\"until\" value=\"", "\"") {
        assert_eq!(person.post("/notices", &[("until", &until)]).status, 303);
    }
}

fn is_told(port: &Port, who: &str, words: &str, number: &str) -> bool {
    let page = port.person(who).get("/notices?lang=en").text();
    page.split("<tr>").any(|row| row.contains(words) && row.contains(number))
}

#[test]
fn a_bell_counts_what_its_reader_may_still_see() {
    let port = Port::open();
    let case = by_api(&port, "agent", "bell-1", &json!({}))["number"].as_str().expect("a number").to_owned();
    let watch = |on: &'static str| must(&port, "portoffice", &case, &[("act", "watch"), ("organ", "msa"), ("on", on)]);
    watch("yes");
    wait("the notice", || is_told(&port, "msa", "follows", &case));
    read_all(&port, "msa");
    must(&port, "portoffice", &case, &[("act", "note"), ("words", "among us"), ("confidential", "no")]);
    must(&port, "portoffice", &case, &[("act", "update"), ("words", "it goes on")]);
    wait("the second", || is_told(&port, "msa", "tells how it stands", &case));
    let (rows, bell) = new_notices(&port, "msa");
    assert!(bell == rows.len() && rows.iter().any(|row| row.contains(&case)), "{bell}: {rows:?}");
    watch("no");
    let (rows, bell) = new_notices(&port, "msa");
    assert!(bell == rows.len() && !rows.iter().any(|row| row.contains(&case)), "who follows no more: {bell}, {rows:?}");
}

#[test]
fn an_applications_firm_and_its_organ_are_told_of_each_step() {
    let port = Port::open();
    let application =
        applications::number(&applications::apply(&port.system("agent"), "told-1", &applications::claim()));
    let act = |who: &str, pairs: &[(&str, &str)]| {
        let answer = applications::act(&port.person(who), &application, pairs);
        assert_eq!(answer.status, 303, "{pairs:?}: {}", answer.text());
    };
    wait("the organ", || is_told(&port, "customs", "An application is to be decided", &application));
    act("customs", &[("act", "refuse"), ("words", "no cause"), ("law", "Customs Law"), ("key", "told-r")]);
    wait("the firm", || is_told(&port, "agent", "refused your application", &application));
    for who in ["agent2", "msa", "border"] {
        assert!(!is_told(&port, who, "application", &application), "{who}");
    }
    let link = port.person("agent").get("/notices?lang=en").text();
    assert!(link.contains(&format!("/applications/{application}")) || link.contains("/notices/"), "it leads there");
}

#[test]
fn whoever_was_told_of_a_distress_is_told_that_it_is_over() {
    let port = Port::open();
    let call = numbered(&port, ASKED);
    let act = |who: &str, key: &str, body: Value| {
        let answer = port.system(who).call("POST", &format!("/api/v1/calls/{call}/acts"), key, &body);
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    };
    let words = json!({"zh": "机舱进水", "en": "water in the engine room"});
    act("agent", "sos-1", json!({"act": "report_distress", "report": words}));
    wait("customs", || is_told(&port, "customs", "A ship is in distress", &call));
    act("msa", "sos-2", json!({"act": "acknowledge_distress"}));
    act("msa", "sos-3", json!({"act": "end_distress", "outcome": "stood_down", "words": words}));
    for who in ["customs", "agent"] {
        wait(who, || is_told(&port, who, "The distress is over", &call));
    }
    assert!(!is_told(&port, "agent2", "distress", &call));
}

/// A profile whose tables are changed: in the table of a name a text stands in the place of another.
fn changed(folder: &Path, changes: &[(&str, &str, &str)]) -> String {
    let profile = folder.join("profile");
    applications::copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ports/dalian")), &profile);
    for (table, from, to) in changes {
        let path = profile.join(format!("tables/{table}.table.md"));
        let text = std::fs::read_to_string(&path).expect("a table");
        assert!(text.contains(from), "{table} has {from}");
        std::fs::write(&path, text.replace(from, to)).expect("written");
    }
    format!("PRATIQUE_PORT={}", profile.display())
}

/// The row that says when the brief is sent, with a calendar.
fn brief_at(calendar: &str) -> String {
    format!("| - | \"brief\" | - | - | \"{calendar}\" |")
}

#[test]
fn the_holder_of_a_limit_that_comes_near_is_told_once() {
    let folder = Port::copy();
    // Told an hour before a limit of an hour: at once.
    let profile = changed(&folder, &[("notice-limits", "\"-PT10M\"", "\"-PT1H\"")]);
    let port = Port::serve(folder, &["env", &profile]);
    let delayed = json!({"impact": "delayed", "urgency": "today"});
    let case = by_api(&port, "agent", "near-1", &delayed)["number"].as_str().expect("a number").to_owned();
    let near = |who: &str| {
        let page = port.person(who).get("/notices?lang=en").text();
        page.split("<tr>").filter(|row| row.contains("Limit is near") && row.contains(&case)).count()
    };
    // Limits are looked at every twenty seconds.
    for _ in 0..60 {
        if near("portoffice") == 0 {
            std::thread::sleep(Duration::from_secs(2));
        }
    }
    assert_eq!(near("portoffice"), 1, "told that the limit to look at it is near");
    std::thread::sleep(Duration::from_secs(22));
    assert_eq!((near("portoffice"), near("customs"), near("agent")), (1, 0, 0), "once, and its holder alone");
}

#[test]
fn who_declared_is_told_that_documents_are_due_soon() {
    let folder = Port::copy();
    // Documents are due in an hour, and told of an hour before: at once.
    let due = "\"documents\" | \"now\" | \"P5WD\" | \"office-hours\"";
    let soon = "\"documents\" | \"now\" | \"PT1H\" | \"round-the-clock\"";
    let before = ("notice-limits", "\"-PT4H\" | \"office-hours\" | 2018", "\"-PT1H\" | \"round-the-clock\" | 2018");
    let profile = changed(&folder, &[("declaration-clocks", due, soon), before]);
    let port = Port::serve(folder, &["env", &profile]);
    let declared = declarations::send(&port.system("agent"), "soon-1", "", &declarations::import("SOON-1"));
    let number = declarations::number(&declared);
    // Limits are looked at every twenty seconds.
    let told = || is_told(&port, "agent", "A limit of your declaration is near", &number);
    for _ in 0..60 {
        if !told() {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    assert!(told());
    for who in ["agent2", "customs", "msa"] {
        assert!(!is_told(&port, who, "A limit of", &number), "{who}");
    }
    let seen = port.system("agent").get(&format!("/api/v1/declarations?q={number}")).json();
    assert!(seen["declarations"][0]["until"].is_string(), "a list says until when: {seen}");
}

#[test]
fn the_morning_brief_is_mailed_once_when_the_office_opens() {
    let relay = Relay::open(0);
    let folder = Port::copy();
    let hours = |folder: &Path, calendar: &str| {
        changed(folder, &[("notice-hours", brief_at("office-hours").as_str(), brief_at(calendar).as_str())])
    };
    // The office does not open today, whenever this runs.
    let closed = hours(&folder, "never");
    let port = serve_with(folder, &relay, &[&closed]);
    given_address(&port, &relay, "portoffice", "boss@port.example", &[("letters", "brief"), ("page", "limit")]);
    let stopped = json!({"impact": "stopped", "urgency": "now"});
    let case = by_api(&port, "agent", "brief-1", &stopped)["number"].as_str().expect("a number").to_owned();
    std::thread::sleep(Duration::from_secs(2));
    let letters = || relay.about("boss@port.example", "");
    assert!(letters().is_empty(), "{:?}", letters());
    let folder = port.end();
    let open = hours(&folder, "round-the-clock");
    let port = serve_with(folder, &relay, &[&open]);
    wait("the brief", || !letters().is_empty());
    let text = decoded(&letters()[0]);
    assert!(text.contains(&case) && text.contains("https://port.example/problems/brief"), "{text}");
    let port = serve_with(port.end(), &relay, &[&open]);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(letters().len(), 1, "once a day, and none of the groups that she did not choose");
    drop(port);
}

/// A firm is asked once a week by a letter; its link opens the firm's own form, filled from last time, without signing in, and
/// nothing else.
#[test]
fn a_firm_is_asked_by_a_letter_whose_link_opens_its_form_filled_from_last_time_and_nothing_else() {
    let relay = Relay::open(0);
    let folder = Port::copy();
    let row = |from: &str| format!("| resumption | \"resumption.ask\" | - | [\"firm\"] | \"follow\" | {from} |");
    // At any hour, whenever this runs; and from a day that is still to come, or not.
    let asking = |folder: &Path, from: &str| {
        let hours = ["waking-hours", "round-the-clock"].map(|calendar| format!("| \"firm\" | - | \"{calendar}\" |"));
        let told = [row("2020-02-10"), row(from)];
        changed(folder, &[("notice-hours", &hours[0], &hours[1]), ("notice-recipients", &told[0], &told[1])])
    };
    let quiet = asking(&folder, "2120-02-10");
    let port = serve_with(folder, &relay, &[&quiet]);
    given_address(&port, &relay, "agent", "agent@firm.example", &[("letters", "follow"), ("page", "follow")]);
    let folder = port.end();
    let asked = asking(&folder, "2020-02-10");
    let port = serve_with(folder, &relay, &[&asked]);
    let letters = || relay.about("agent@firm.example", "/resumption/link/");
    wait("the letter", || !letters().is_empty());
    let text = decoded(&letters()[0]);
    let (_, rest) = text.split_once("/resumption/link/").expect("a link");
    let link: String =
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter)).collect();
    let path = format!("/resumption/link/{link}");

    let anybody = port.anybody();
    let form = anybody.get(&format!("{path}?lang=en"));
    assert_eq!(form.status, 200, "{}", form.text());
    let capacity = form.between("name=\"capacity\"", ">").expect("the field");
    assert!(capacity.contains("value=\"65\""), "filled from last week: {capacity}");
    let signature = link.rsplit_once('.').expect("a signature").1;
    let turned: String = signature.chars().rev().collect();
    assert_eq!(anybody.get(&path.replace(signature, &turned)).status, 404, "a forged one");
    assert!(anybody.get("/calls").is_to_sign_in(), "nobody is signed in by it");

    let said = [("sector", "logistics"), ("capacity", "71"), ("needs", "")];
    let wrong = anybody.post(&path, &[said[0], ("capacity", "171")]);
    assert!(wrong.status == 422 && wrong.text().contains("value=\"171\""), "{}", wrong.status);
    let done = anybody.post(&path, &said);
    assert_eq!(done.status, 200, "{}", done.text());
    let kept = port.system("agent").get("/api/v1/resumption").json();
    assert_eq!(
        (&kept["answer"]["numbers"]["capacity"], &kept["answered"]["version"]),
        (&json!(71), &json!(1)),
        "{kept}"
    );
    assert_eq!(port.system("agent2").get("/api/v1/resumption").json()["answered"], Value::Null, "nobody else's");
    // Corrected by the same link; asked once.
    assert_eq!(anybody.post(&path, &[said[0], ("capacity", "72")]).status, 200);
    assert_eq!(port.system("agent").get("/api/v1/resumption").json()["answered"]["version"], 2);
    let port = serve_with(port.end(), &relay, &[&asked]);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(letters().len(), 1);
    drop(port);
}

#[test]
fn a_system_that_is_gone_is_called_no_more_and_who_entered_it_is_told() {
    let relay = Relay::open(0);
    let hook = Hook::answering(0, "410 Gone");
    let port = serve(Port::copy(), &relay);
    let agent = port.person("agent");
    let url = format!("http://{}/hook", hook.address);
    assert_eq!(agent.post("/notices/ways", &[("do", "endpoint"), ("url", &url)]).status, 200);
    let own = number(&report(&agent, &urgent("our own", "gone-1", ""), &[]));
    dispatched(&port, &own, "gone");
    wait("the call", || !hook.calls().is_empty());
    wait("out of use", || agent.get("/notices/ways?lang=en").text().contains("out of use"));
    assert!(agent.get("/notices?lang=en").text().contains("failed for long and is called no more"));
    wait("the log", || agent.get("/deliveries?lang=en").text().contains("410"));
    // What happens afterwards is told to her, and not to it.
    let before = hook.calls().len();
    let more = number(&report(&agent, &urgent("more", "gone-2", ""), &[]));
    dispatched(&port, &more, "more");
    wait("the page", || is_told(&port, "agent", "leads", &more));
    std::thread::sleep(Duration::from_secs(2));
    assert!(!hook.calls()[before..].iter().any(|(_, body)| body.contains(&more)));
    assert_eq!(hook.calls().len(), before, "one answer ended it");
}

/// An address that its reader has not confirmed gets no letter but the one that asks, and a few of those.
#[test]
fn a_letter_goes_to_a_confirmed_address_alone() {
    let relay = Relay::open(0);
    let port = serve(Port::copy(), &relay);
    let customs = port.person("customs");
    let give = |email: &str| customs.post("/notices/ways", &[("do", "ways"), ("email", email), ("letters", "act")]);
    assert_eq!(give("stranger@firm.example").status, 303);
    let own = number(&report(&port.person("agent"), &urgent("our own", "confirm-1", ""), &[]));
    dispatched(&port, &own, "confirm");
    wait("the page", || is_told(&port, "customs", "leads", &own));
    std::thread::sleep(Duration::from_secs(3));
    let to = |email: &str| relay.letters().iter().filter(|of| of.contains(&format!("To: {email}"))).count();
    assert_eq!((to("stranger@firm.example"), relay.about("stranger@firm.example", "").len()), (1, 0));
    for nth in 0..4 {
        assert_eq!(give(&format!("other{nth}@firm.example")).status, 303);
    }
    let many = give("one-more@firm.example");
    assert!(many.status == 422 && many.text().contains("PQ-NOTICE-007"), "{}", many.status);
    assert!(customs.get("/notices/ways?lang=en").text().contains("We wrote to other3@firm.example"));
}
