//! What is erased cannot be read again by anybody; that it was filed still stands.

use serde_json::json;

use crate::harness::{ASKED, Port, numbered, pratique};

/// What a command says on both of its outputs, and whether it succeeded.
fn told(port: &Port, words: &[&str]) -> (bool, String) {
    let ended = pratique(&port.folder, words);
    (
        ended.status.success(),
        [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat(),
    )
}

#[test]
fn what_tells_of_a_person_is_erased_with_its_ground_and_the_log_stays_whole() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let path = format!("/api/v1/calls/{number}/formalities/crew_list");
    let mut crew = system.get(&path).json()["content"].clone();
    crew["members"][0]["document_number"] = json!("E1234567X");
    let filed = system.file(&number, "crew_list", "erasure", &crew);
    assert_eq!(filed.status, 201, "{}", filed.text());

    let (well, said) = told(&port, &["erase", "subject", "person:e123-4567x"]);
    assert!(!well && said.contains("crew_list") && said.contains("--yes"), "shown first, and asked: {said}");
    assert_eq!(system.get(&path).status, 200, "nothing was erased");
    let (well, said) = told(&port, &["erase", "subject", "person:E1234567X", "--yes"]);
    assert!(well && said.contains("0 documents are erased, 1 are kept"), "its term has not passed: {said}");
    let (well, said) = told(&port, &["retention", "keep", &number, "--ground", "lawsuit 7"]);
    assert!(well, "{said}");
    let with_ground = ["erase", "subject", "person:E1234567X", "--ground", "court order 12", "--yes"];
    let (_, said) = told(&port, &with_ground);
    assert!(said.contains("kept: lawsuit 7") && said.contains("0 documents are erased"), "{said}");
    assert!(told(&port, &["retention", "release", &number]).0);
    let (well, said) = told(&port, &with_ground);
    assert!(well && said.contains("1 documents are erased, 0 are kept"), "{said}");

    let gone = system.get(&path);
    assert_eq!((gone.status, gone.json()["code"].as_str()), (410, Some("PQ-ERASE-410")));
    for person in ["agent", "border"] {
        let page = port.person(person).get(&format!("/calls/{number}/crew_list?lang=en"));
        assert_eq!(page.status, 410, "{person}");
        assert!(page.text().contains("court order 12") && !page.text().contains("E1234567X"), "{person}");
    }
    let first = port.person("border").get(&format!("/calls/{number}/crew_list?version=1"));
    assert_eq!(first.status, 200, "the version before tells of others");
    assert_eq!(port.person("agent").get(&format!("/calls/{number}")).status, 200);
    assert_eq!(
        port.person("agent").get(&format!("/calls/{number}/crew_list/edit")).status,
        200,
        "it can be filed anew"
    );
    let workbook = port.person("agent").get(&format!("/calls/{number}/workbook"));
    assert_eq!(workbook.status, 200);
    let receipt = filed.receipt_id();
    assert_eq!(port.anybody().get(&format!("/receipts/{receipt}")).status, 200, "its receipt stands");
    assert!(port.person("admin").get("/administration/changes?lang=en").text().contains("court order 12"));
    let folder = port.end();
    let doctor = pratique(&folder, &["doctor", "--full"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    let rebuilt = pratique(&folder, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
}
