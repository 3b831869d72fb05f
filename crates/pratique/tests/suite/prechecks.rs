//! The pre-check over the real program: seen by border inspection alone, decided by two officers, opened again by a later list.

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, Client, LEAVING, Port, numbered};

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

/// Waits until the lists that were filed last are compared, which they are of themselves.
fn compared(border: &Client, path: &str) {
    let since = std::time::Instant::now();
    loop {
        let page = border.get(&format!("{path}?lang=en")).text();
        if !page.contains("A list is newer") && !page.contains("Not run yet") {
            return;
        }
        assert!(since.elapsed().as_secs() < 60, "the lists are compared: {page}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
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
    compared(&border, &path);
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
    compared(&border, &path);
    assert_eq!(border.post(&path, &[("act", "clear"), ("key", "c")]).status, 303);
    assert!(border.get(&format!("{path}?lang=en")).text().contains("Cleared on arrival"));
    crew(&port, &call, "crew-3", &[others[0].clone(), others[1].clone()]);
    compared(&border, &path);
    let page = border.get(&format!("{path}?lang=en")).text();
    assert!(page.contains("opened again") && page.contains("Ready"), "{page}");
    let folder = port.end();
    assert_eq!(crate::sealing::stored_with(&folder, b"CANARYNOTE"), [""; 0]);
}

#[test]
fn who_is_signed_on_two_ships_is_told_by_page_and_api() {
    let port = Port::open();
    let (first, second) = (numbered(&port, ASKED), numbered(&port, LEAVING));
    let border = port.system("border");
    let twice = member("SANTOS", "MARIA", "1985-03-04", "P 111-1111");
    let mut lapsed = member("REYES", "JOSE", "1979-09-09", "P2222222");
    lapsed["certificate_of_competency"] = json!("COC-1");
    lapsed["competency_expiry"] = json!("2021-01-01");
    crew(&port, &first, "crew-a", &[twice.clone(), lapsed]);
    crew(&port, &second, "crew-b", &[member("SANTOS", "MARIA", "1985-03-04", "P1111111")]);
    let at = |call: &str| format!("/api/v1/calls/{call}/precheck");
    for stranger in ["agent", "customs", "msa"] {
        assert!(matches!(port.system(stranger).get(&at(&second)).status, 403 | 404), "{stranger}");
    }
    let told = |call: &str| {
        let answer = border.get(&at(call));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let since = std::time::Instant::now();
    // Lists of the sample port are still being compared: whose turn comes first is open.
    while told(&second)["elsewhere"] == json!([]) || told(&first)["status"] == "none" {
        assert!(since.elapsed().as_secs() < 60, "{} {}", told(&first), told(&second));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let of = told(&second);
    assert_eq!(
        (&of["elsewhere"][0]["call"], &of["elsewhere"][0]["person"]["family_name"]),
        (&json!(first), &json!("SANTOS"))
    );
    assert!(
        port.person("border")
            .get(&format!("/calls/{second}/precheck?lang=en"))
            .text()
            .contains("Signed on another ship")
    );
    assert_eq!(told(&first)["lapsing"], json!(1), "her certificate ends before she leaves: {}", told(&first));
    // The first list was compared before the second came, and is compared again of itself.
    let until = |what: &str, holds: &dyn Fn() -> bool| {
        let since = std::time::Instant::now();
        while !holds() {
            assert!(since.elapsed().as_secs() < 60, "{what}: {} {}", told(&first), told(&second));
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    };
    until("the first ship is told", &|| told(&first)["elsewhere"][0]["call"] == json!(second));
    assert_eq!(border.call("POST", &at(&first), "clear", &json!({"act": "clear"})).status, 201);
    assert_eq!(told(&first)["status"], "cleared");
    // She leaves the second ship: the first one is told that, too, and stays cleared. When another one of hers joins there, it is not.
    crew(&port, &second, "crew-c", &[member("CRUZ", "ANA", "1991-03-04", "P7777777")]);
    until("she is on one ship alone", &|| told(&first)["elsewhere"] == json!([]));
    assert_eq!(told(&first)["status"], "cleared");
    crew(&port, &second, "crew-d", &[member("REYES", "JOSE", "1979-09-09", "P2222222")]);
    until("another one is on both", &|| told(&first)["elsewhere"][0]["person"]["family_name"] == "REYES");
    assert_eq!((&told(&first)["status"], &told(&first)["reopened"]), (&json!("ready"), &json!(1)));
}

#[test]
fn who_comes_on_the_watch_list_later_is_found_and_listed() {
    let port = Port::open();
    let call = numbered(&port, ASKED);
    let (border, path) = (port.person("border"), format!("/calls/{call}/precheck"));
    assert_eq!(put(&border, "family_name,given_names,date_of_birth\nNOBODY,HERE,1950-01-01\n").status, 200);
    crew(&port, &call, "crew-1", &[member("SANTOS", "MARIA", "1985-03-04", "P1111111")]);
    compared(&border, &path);
    let listed = |state: &str| {
        let page = border.get("/prechecks?lang=en").text();
        let row = page.split("<tr>").find(|row| row.contains(&path)).map(str::to_owned);
        row.is_some_and(|row| row.contains(state))
    };
    assert!(listed("Ready"));
    assert_eq!(border.post(&path, &[("act", "clear"), ("key", "c")]).status, 303);
    assert!(listed("Cleared on arrival"));
    assert_eq!(put(&border, "family_name,given_names,date_of_birth\nSANTOS,MARIA,1985-03-04\n").status, 200);
    let since = std::time::Instant::now();
    while !listed("Hits to be decided") {
        assert!(since.elapsed().as_secs() < 60, "{}", border.get(&path).text());
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let page = border.get(&format!("{path}?lang=en")).text();
    assert!(page.contains("opened again") && page.contains("id=\"hit-1\""), "{page}");
    assert!(border.get("/queue?lang=en").text().contains("1 pre-check with hits to decide"));
    for stranger in ["agent", "customs", "msa", "portoffice", "guard"] {
        assert_eq!(port.person(stranger).get("/prechecks").status, 403, "{stranger}");
    }
}

#[test]
fn a_ferrys_thousand_passengers_come_at_once_and_are_compared_of_themselves() {
    let port = Port::open();
    let (agent, border) = (port.system("agent"), port.system("border"));
    let new = json!({"imo": "8003979", "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00", "etd": "2031-05-01T20:00:00+08:00"});
    let opened = agent.call("POST", "/api/v1/calls", "ferry", &new);
    assert_eq!(opened.status, 201, "{}", opened.text());
    let call = opened.json()["number"].as_str().expect("a number").to_owned();
    let passenger = |nth: usize| {
        json!({
            "family_name": format!("TRAVELLER{nth}"), "given_names": "SAMPLE", "nationality": "KOR", "date_of_birth": "1985-03-04",
            "place_of_birth": "SEOUL", "gender": "F", "document_type": "P", "document_number": format!("M{nth:07}"),
            "document_issuer": "KOR", "document_expiry": "2035-01-01", "port_of_embarkation": "KRICN", "port_of_disembarkation": "CNDAL",
            "transit": false,
        })
    };
    let mut passengers: Vec<Value> = (0..1000).map(passenger).collect();
    passengers[17]["date_of_birth"] = json!("1985-02-31");
    passengers[640]["nationality"] = json!("XYZ");
    let path = format!("/api/v1/calls/{call}/precheck");
    let wrong = agent.file(&call, "passenger_list", "ferry-1", &json!({"passengers": passengers}));
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    for place in ["/passengers/17/date_of_birth", "/passengers/640/nationality"] {
        assert!(wrong.text().contains(place), "{place}: each fault at its row");
    }
    passengers[17] = passenger(17);
    passengers[640] = passenger(640);
    passengers[998]["document_number"] = json!("M0000003");
    let since = std::time::Instant::now();
    let filed = agent.file(&call, "passenger_list", "ferry-2", &json!({"passengers": passengers}));
    assert_eq!(filed.status, 201, "{}", filed.text());
    assert!(filed.text().contains("/passengers/998/document_number"), "one passport twice is told: {}", filed.text());
    assert!(since.elapsed().as_secs() < 10, "answered in seconds");
    while border.get(&path).json()["lists"]["passenger_list"].is_null() {
        assert!(since.elapsed().as_secs() < 40, "{}", border.get(&path).text());
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert!(border.get(&path).json()["persons"].as_i64().is_some_and(|persons| persons >= 1000));
}
