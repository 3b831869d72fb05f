//! The pre-check over the real program: seen by border inspection alone, decided by two officers, opened again by a later list.

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, Client, Port, numbered};

/// Sends a watch list.
fn put(person: &Client, csv: &str) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = format!("--part\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").into_bytes();
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"watch.csv\"\r\n\r\n");
    body.extend_from_slice(csv.as_bytes());
    body.extend(b"\r\n--part--\r\n");
    person
        .send("POST", "/watch-list?lang=en", &[("content-type", "multipart/form-data; boundary=part")], &body)
        .expect("an answer")
}

fn member(family: &str, given: &str, birth: &str, document: &str) -> Value {
    json!({
        "family_name": family, "given_names": given, "rank": "AB", "nationality": "PHL", "date_of_birth": birth,
        "place_of_birth": "MANILA", "gender": "M", "document_type": "P", "document_number": document,
        "document_issuer": "PHL", "document_expiry": "2035-01-01",
    })
}

fn crew(port: &Port, call: &str, key: &str, members: &[Value]) {
    let answer = port.system("agent").file(call, "crew_list", key, &json!({"members": members}));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn two_officers_decide_a_hit_that_nobody_else_sees() {
    let port = Port::open();
    let call = numbered(&port, ASKED);
    let (border, path) = (port.person("border"), format!("/calls/{call}/precheck"));
    let csv = "family_name,given_names,date_of_birth,document_number,note\n王,小明,1980-05-07,,CANARYNOTE\nDELA CRUZ,JUAN,1990-02-01,,\n";
    for stranger in ["agent", "agent2", "customs", "msa", "portgroup", "portoffice", "guard"] {
        let person = port.person(stranger);
        assert!(matches!(person.get(&path).status, 403 | 404), "{stranger}");
        assert_eq!(person.get("/watch-list").status, 403, "{stranger}");
        assert_eq!(put(&person, csv).status, 403, "{stranger}");
        assert!(matches!(person.post(&path, &[("act", "run")]).status, 403 | 404), "{stranger}");
    }
    let wrong = put(&border, "family_name,given_names,date_of_birth\nWANG,LI,7 May 1980\n");
    assert!(wrong.status == 422 && wrong.text().contains("PQ-PRECHECK-012") && wrong.text().contains("line 2"));
    assert_eq!(put(&border, "a,b\n1,2\n").status, 422);
    assert!(put(&border, csv).text().contains("Replaced: 2 persons"));

    let others =
        [member("SANTOS", "MARIA", "1985-03-04", "P1111111"), member("REYES", "JOSE", "1979-09-09", "P2222222")];
    let wanted = member("WANG", "XIAO MING", "1980-07-05", "P3333333");
    crew(&port, &call, "crew-1", &[others[0].clone(), wanted.clone()]);
    assert_eq!(border.post(&path, &[("act", "run"), ("key", "run-1")]).status, 303);
    let page = border.get(&format!("{path}?lang=en")).text();
    assert!(page.contains("Day and month of birth exchanged") && page.contains("CANARYNOTE"), "{page}");
    assert_eq!(page.matches("<article").count(), 1, "the other is left alone");
    // Not cleared over an open hit; one officer is not two.
    assert_eq!(border.post(&path, &[("act", "clear")]).status, 422);
    assert_eq!(border.post(&path, &[("act", "other"), ("hit", "1"), ("key", "l1")]).status, 303);
    let again = border.post(&path, &[("act", "other"), ("hit", "1"), ("key", "l2")]);
    assert!(again.status == 422 && again.text().contains("PQ-PRECHECK-003"), "{}", again.status);
    // A colleague of the same station.
    let admin = port.person("admin");
    let made =
        admin.post("/administration/organ/border", &[("act", "add"), ("name", "border-second"), ("role", "officer")]);
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(made.text().contains("布控名单"), "the change of the watch list is told among the others");
    assert!(border.get(&path).text().contains("id=\"hit-1\""));
    // What nobody else sees stands in no answer to others.
    for person in ["agent", "customs", "portoffice"] {
        let text = port.person(person).get(&format!("/calls/{call}")).text();
        assert!(!text.contains("CANARYNOTE") && !text.contains("-K\""), "{person}");
    }
    // A list without her: the hit is gone, the ship is cleared on arrival, and a later list opens it again.
    crew(&port, &call, "crew-2", &[others[0].clone()]);
    assert!(border.post(&path, &[("act", "clear")]).text().contains("PQ-PRECHECK-006"), "the newer list first");
    assert_eq!(border.post(&path, &[("act", "run"), ("key", "run-2")]).status, 303);
    assert_eq!(border.post(&path, &[("act", "clear"), ("key", "c")]).status, 303);
    assert!(border.get(&format!("{path}?lang=en")).text().contains("Cleared on arrival"));
    crew(&port, &call, "crew-3", &[others[0].clone(), others[1].clone()]);
    assert!(border.get(&format!("{path}?lang=en")).text().contains("A list is newer"));
    assert_eq!(border.post(&path, &[("act", "run"), ("key", "run-3")]).status, 303);
    let page = border.get(&format!("{path}?lang=en")).text();
    assert!(page.contains("opened again") && page.contains("Ready"), "{page}");
    let folder = port.end();
    assert_eq!(crate::sealing::stored_with(&folder, b"CANARYNOTE"), [""; 0]);
}
