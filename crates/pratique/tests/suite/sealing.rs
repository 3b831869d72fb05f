//! What people write is kept under encryption: in acts as in filings.

use std::{fs, path::Path};

use serde_json::json;

use crate::harness::{ASKED, LEAVING, Port, numbered};

/// Stands in for a person's name in what somebody writes.
const NAME: &str = "CANARYZHANGSAN";

/// The files below a folder in which these bytes stand.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(files_with(&entry, bytes));
        } else if fs::read(&entry).expect("a file").windows(bytes.len()).any(|window| window == bytes) {
            found.push(entry.display().to_string());
        }
    }
    found
}

#[test]
fn words_of_acts_are_read_by_those_concerned_and_stand_in_no_file() {
    let port = Port::open();
    let [asked, leaving] = [ASKED, LEAVING].map(|sample| numbered(&port, sample));
    let words = |what: &str| json!({"zh": format!("{NAME} {what}"), "en": format!("{NAME} {what}")});
    let acts = [
        ("agent", &asked, json!({"act": "withdraw", "formality": "waste_notification", "reason": words("withdrew")})),
        (
            "border",
            &asked,
            json!({"act": "decide", "formality": "crew_list", "outcome": "returned", "words": [words("returned")]}),
        ),
        ("agent", &asked, json!({"act": "report_distress", "report": words("distress")})),
        (
            "court",
            &leaving,
            json!({"act": "place_hold", "kind": "court_arrest", "ground": words("held"), "reference": "7"}),
        ),
        ("agent", &asked, json!({"act": "end", "reason": words("ended")})),
    ];
    for (nth, (who, number, act)) in acts.iter().enumerate() {
        let path = format!("/api/v1/calls/{number}/acts");
        let answer = port.system(who).call("POST", &path, &format!("words {nth}"), act);
        assert_eq!(answer.status, 201, "{act}: {}", answer.text());
    }
    let text = |who: &str, path: &str| {
        let answer = port.system(who).get(path);
        assert_eq!(answer.status, 200, "{path} as {who}");
        answer.text()
    };
    let has = |text: &str, what: &str| text.contains(&format!("{NAME} {what}"));
    let journal = format!("/api/v1/calls/{asked}/journal");
    for who in ["agent", "border", "msa"] {
        let said = text(who, &journal);
        for what in ["withdrew", "returned", "distress", "ended"] {
            assert!(has(&said, what), "{what} as {who}");
        }
        assert!(has(&text(who, &format!("/api/v1/calls/{asked}")), "distress"), "the call as {who}");
        assert!(has(&port.person(who).get(&format!("/calls/{asked}")).text(), "returned"), "the page as {who}");
    }
    let court = text("court", &journal);
    assert!(has(&court, "distress") && !has(&court, "returned") && court.contains("\"document\""), "{court}");
    let group = port.person("portgroup").get(&format!("/calls/{asked}")).text();
    assert!(!has(&group, "returned") && !has(&group, "withdrew") && has(&group, "distress"), "the port group's page");
    assert!(has(&port.person("court").get(&format!("/calls/{leaving}/do")).text(), "held"), "what it can lift");

    let folder = port.end();
    assert_eq!(files_with(&folder, NAME.as_bytes()), Vec::<String>::new());
    // The same search finds what is in the clear.
    assert!(!files_with(&folder, b"review.decided").is_empty());
    let port = Port::serve(folder, &[]);
    assert!(has(&port.system("agent").get(&journal).text(), "ended"), "after a restart");
}
