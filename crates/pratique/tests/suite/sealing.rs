//! What people write is kept under encryption: in acts as in filings.

use std::{fs, path::Path};

use serde_json::json;

use crate::harness::{ASKED, LEAVING, Port, database, numbered};

/// Stands in for a person's name in what somebody writes.
const NAME: &str = "CANARYZHANGSAN";

/// The files below a folder in which these bytes stand.
pub fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
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

/// What the store's files and, on PostgreSQL, its tables hold of these bytes.
pub fn stored_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    if let Some(url) = database(folder) {
        let dump = folder.join("dump.sql");
        let told = std::process::Command::new("pg_dump").arg(&url).arg("-f").arg(&dump).status();
        assert!(told.expect("pg_dump is there").success());
        // Bytes stand in hexadecimal digits there.
        let text = fs::read(&dump).expect("dumped");
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if text.windows(digits.len()).any(|window| window == digits.as_bytes()) {
            return vec![format!("{} in hexadecimal", dump.display())];
        }
    }
    files_with(folder, bytes)
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
    assert_eq!(stored_with(&folder, NAME.as_bytes()), Vec::<String>::new());
    // The same search finds what is in the clear.
    assert!(!stored_with(&folder, b"review.decided").is_empty());
    let port = Port::serve(folder, &[]);
    assert!(has(&port.system("agent").get(&journal).text(), "ended"), "after a restart");
}

#[test]
fn an_uploaded_file_is_kept_as_it_came_for_those_who_may_read_all_of_it() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let mut crew = system.get(&format!("/api/v1/calls/{number}/formalities/crew_list")).json()["content"].clone();
    // What stands filed word for word is not filed again.
    crew["members"].as_array_mut().expect("members").pop();
    // Blanks and an order that no program would write: kept to the byte.
    let stores =
        format!("{{ \"articles\":[ {{\"name\":\"{NAME}\",\"unit\":\"KGM\",\"quantity\":50,\"location\":\"x\"}}] }}");
    let file = format!("{{\"ships_stores\": {stores},\n \"crew_list\": {crew} }}  ");
    let send = |key: &str| {
        let headers = [("x-file-name", "names.json"), ("idempotency-key", key)];
        system.send("POST", &format!("/api/v1/calls/{number}/upload"), &headers, file.as_bytes()).expect("an answer")
    };
    let sent = send("original");
    assert_eq!((sent.status, sent.json()["filed"].as_array().map(Vec::len)), (201, Some(2)), "{}", sent.text());
    let original = |who: &str, formality: &str| {
        port.system(who).get(&format!("/api/v1/calls/{number}/formalities/{formality}/original"))
    };
    for formality in ["crew_list", "ships_stores"] {
        let got = original("agent", formality);
        assert_eq!((got.status, got.text().as_str()), (200, file.as_str()), "{formality}");
        assert!(got.header("content-disposition").is_some_and(|name| name.contains("names.json")));
        assert_eq!(original("agent2", formality).status, 404, "another firm");
    }
    assert_eq!(original("border", "crew_list").status, 200, "who may read every field of every list");
    assert_eq!(original("msa", "ships_stores").status, 404, "the file also holds travel documents");
    let page = port.person("agent").get(&format!("/calls/{number}/ships_stores"));
    assert!(page.text().contains(&format!("/calls/{number}/ships_stores/original?version=")), "the page leads there");
    assert_eq!(send("original").status, 201, "sent twice");
    // What is filed in a form has no file.
    assert_eq!(system.file(&number, "ships_stores", "form", &json!({"articles": []})).status, 201);
    assert_eq!(original("agent", "ships_stores").status, 404);

    let folder = port.end();
    assert_eq!(stored_with(&folder, NAME.as_bytes()), Vec::<String>::new());
}
