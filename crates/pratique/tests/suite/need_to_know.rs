//! Each organ sees what it needs: names and travel documents of a crew go to border inspection, not to everybody.

use crate::harness::{ASKED, Answer, Port, numbered};

const FORMALITY: &str = "crew_list";

/// Whether names and travel documents of the sample crew stand in an answer.
fn names_and_documents(answer: &Answer) -> (bool, bool) {
    let text = answer.text();
    (text.contains("SAMPLEAA"), text.contains("SAMPLE000"))
}

#[test]
fn travel_documents_reach_the_organs_that_need_them_and_no_other() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let pages = ["", "/decide"].map(|end| format!("/calls/{number}/{FORMALITY}{end}"));
    let api = format!("/api/v1/calls/{number}/formalities/{FORMALITY}");
    for (who, sees) in [("agent", (true, true)), ("border", (true, true)), ("msa", (true, false))] {
        let answer = port.person(who).get(&pages[0]);
        assert_eq!(answer.status, 200, "{who}");
        assert_eq!(names_and_documents(&answer), sees, "the page as {who}");
        let answer = port.system(who).get(&api);
        assert_eq!(answer.status, 200, "{who}");
        assert_eq!(names_and_documents(&answer), sees, "the API as {who}");
    }
    for who in ["portgroup", "portoffice", "agent2", "court"] {
        for page in pages.iter().chain([&format!("/calls/{number}"), &format!("/calls/{number}/workbook")]) {
            let answer = port.person(who).get(page);
            assert_eq!(names_and_documents(&answer), (false, false), "{page} as {who}");
        }
    }
    let decide = port.person("border").get(&pages[1]);
    assert_eq!(
        (decide.status, names_and_documents(&decide)),
        (200, (true, true)),
        "who decides sees what she decides on"
    );
}

#[test]
fn lists_calls_and_journals_name_no_person_of_a_crew() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    for who in ["agent", "msa", "border", "portgroup", "portoffice"] {
        let person = port.person(who);
        for page in ["/calls".to_owned(), "/queue".to_owned(), "/board".to_owned(), format!("/calls/{number}")] {
            assert_eq!(names_and_documents(&person.get(&page)), (false, false), "{page} as {who}");
        }
    }
    for who in ["agent", "msa", "border"] {
        for page in
            ["/api/v1/calls".to_owned(), format!("/api/v1/calls/{number}"), format!("/api/v1/calls/{number}/journal")]
        {
            let answer = port.system(who).get(&page);
            assert_eq!((answer.status, names_and_documents(&answer)), (200, (false, false)), "{page} as {who}");
        }
    }
    // The search knows ships and numbers, not people.
    let found = port.person("msa").get("/calls?q=SAMPLEAA");
    assert!(!found.text().contains(&number));
}
