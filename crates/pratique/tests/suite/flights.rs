//! Flights over the real program: who sees them, lists as airlines send them, quarantine first, and a freighter's crew that
//! stays airside.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::{
    applications::send,
    harness::{Answer, Client, Port},
};

fn flight(designator: &str) -> Value {
    json!({
        "direction": "arrival", "designator": designator, "scheduled": "2031-03-20T14:00:00+08:00", "other": "KRICN",
        "service": "passenger", "nature": "scheduled",
    })
}

fn announced(client: &Client, key: &str, body: &Value) -> String {
    let answer = client.call("POST", "/api/v1/flights", key, body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

fn declaration(ill: bool) -> Value {
    json!({
        "route": [{"place": "KRICN"}, {"place": "CNDLC"}], "crew": 2, "passengers_disembarking": 2, "illness": ill,
        "cases": if ill { json!([{"seat": "12A", "name": "SECRET PATIENT", "symptoms": "fever"}]) } else { json!([]) },
        "other_condition": false, "commander": "SECRET COMMANDER",
    })
}

fn put(client: &Client, number: &str, code: &str, content: &Value) -> Answer {
    client.call("PUT", &format!("/api/v1/flights/{number}/formalities/{code}"), &key(), content)
}

fn act(client: &Client, number: &str, act: &Value) -> Answer {
    client.call("POST", &format!("/api/v1/flights/{number}/acts"), &key(), act)
}

/// A key that no request had before.
fn key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("flights-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn seen(client: &Client, number: &str) -> Value {
    let answer = client.get(&format!("/api/v1/flights/{number}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// A passenger list as an airline sends it.
fn paxlst(person: &str) -> String {
    let segments = [
        "UNH+1+PAXLST:D:05B:UN:IATA",
        "BGM+745",
        "NAD+MS+++SAMPLE AIR",
        "TDT+20+ZZ0611+++ZZ",
        "LOC+125+KRICN",
        "DTM+189:3103201100:201",
        "LOC+87+CNDLC",
        "DTM+232:3103201400:201",
        &format!("NAD+FL+++{person}:ONE"),
        "ATT+2++M",
        "DTM+329:800403",
        "LOC+178+KRICN",
        "LOC+179+CNDLC",
        "NAT+2+KOR",
        "DOC+P:110:111+M1234567",
        "DTM+36:350101",
        "LOC+91+KOR",
        "CNT+42:1",
    ];
    let body: String = segments.iter().map(|segment| format!("{segment}'")).collect();
    format!("UNB+UNOA:4+SAMPLE+PORT+310320:0600+1'{body}UNT+{}+1'UNZ+1+1'", segments.len() + 1)
}

#[test]
fn a_flight_is_seen_by_those_whom_it_concerns_and_each_reads_its_part() {
    let port = Port::open();
    let carrier = port.system("airline");
    assert_eq!(port.anybody().call("POST", "/api/v1/flights", "k", &flight("ZZ611")).status, 401);
    assert_eq!(port.system("border").call("POST", "/api/v1/flights", "k", &flight("ZZ611")).status, 403);
    let number = announced(&carrier, "k", &flight("ZZ611"));
    assert_eq!(announced(&carrier, "k", &flight("ZZ611")), number, "a retry is the same flight");
    assert_eq!(put(&carrier, &number, "flight_declaration", &declaration(false)).status, 201);
    for (person, status) in [("airline", 200), ("customs", 200), ("border", 200), ("airport", 200), ("portoffice", 200)]
    {
        let page = port.person(person).get(&format!("/flights/{number}"));
        assert_eq!(page.status, status, "{person}");
        let names = matches!(person, "airline" | "customs" | "border");
        assert_eq!(page.text().contains("SECRET COMMANDER"), names, "{person}");
        assert!(port.person(person).get("/flights?all=yes").text().contains(&number), "{person}");
    }
    for stranger in ["msa", "agent2", "portgroup", "court"] {
        let person = port.person(stranger);
        for page in ["", "/crew_list/edit"] {
            let status = person.get(&format!("/flights/{number}{page}")).status;
            assert!(matches!(status, 403 | 404), "{stranger} {page}: {status}");
        }
        assert!(!person.get("/flights?all=yes").text().contains(&number), "{stranger}");
        assert_eq!(person.post(&format!("/flights/{number}/acts"), &[("act", "cancel")]).status, 404, "{stranger}");
    }
    let gate =
        send(&port.person("border"), &format!("/flights/{number}/upload"), &[("csrf", "forged")], Some(("file", b"x")));
    assert_eq!(gate.status, 403, "a form needs its token");
    assert_eq!(port.person("msa").get("/queue").text().matches(&number).count(), 0);
    assert_eq!(
        port.person("customs").get("/queue").text().matches(&number).count(),
        0,
        "flights have a desk of their own"
    );
    assert!(port.person("airport").get("/flights/board?day=2031-03-20").text().contains("ZZ611"));
    assert!(matches!(port.person("agent").get("/flights/board").status, 403));
}

/// The same list again is answered with the receipt that stands, and so is its retry when something else stands by then.
#[test]
fn what_stands_filed_for_a_flight_is_answered_under_its_key() {
    let port = Port::open();
    let carrier = port.system("airline");
    let number = announced(&carrier, "standing", &flight("ZZ615"));
    let file = |key: &str, ill: bool| {
        let at = format!("/api/v1/flights/{number}/formalities/flight_declaration");
        carrier.call("PUT", &at, key, &declaration(ill))
    };
    let first = file("standing-1", false);
    let again = file("standing-2", false);
    assert_eq!((first.status, again.status), (201, 200), "{}", again.text());
    assert_eq!(again.receipt_id(), first.receipt_id());
    let changed = file("standing-3", true);
    assert_eq!(changed.status, 201);
    let retried = file("standing-2", false);
    assert_eq!((retried.status, retried.receipt_id()), (200, first.receipt_id()));
    assert_eq!(seen(&carrier, &number)["flight"]["filings"]["flight_declaration"].as_array().map(Vec::len), Some(2));
    assert_eq!(file("standing-2", true).status, 422, "a key holds for one content");
}

#[test]
fn with_somebody_ill_nobody_leaves_until_customs_has_ended_the_quarantine() {
    let port = Port::open();
    let (carrier, customs, border) = (port.system("airline"), port.system("customs"), port.system("border"));
    let mut body = flight("ZZ613");
    body["scheduled"] = json!("2020-06-01T14:00:00+08:00");
    let number = announced(&carrier, "ill", &body);
    assert_eq!(put(&carrier, &number, "flight_declaration", &declaration(true)).status, 201);
    assert_eq!(seen(&customs, &number)["status"], "quarantine");
    let landing = json!({"act": "state", "event": "landing", "kind": "actual", "time": "2020-06-01T14:02:00+08:00"});
    assert_eq!(act(&carrier, &number, &landing).status, 201);
    let leave = json!({"act": "open", "what": "persons"});
    let refused = act(&carrier, &number, &leave).json();
    assert_eq!(refused["code"], "PQ-FLIGHT-008", "{refused}");
    assert_eq!(
        act(&border, &number, &json!({"act": "board", "words": "x", "law": "y"})).json()["code"],
        "PQ-FLIGHT-001"
    );
    assert_eq!(act(&customs, &number, &json!({"act": "board"})).status, 201);
    assert_eq!(act(&carrier, &number, &leave).json()["code"], "PQ-FLIGHT-008");
    assert_eq!(act(&customs, &number, &json!({"act": "free_pratique", "words": "SECRET FINDING"})).status, 201);
    assert_eq!(act(&carrier, &number, &leave).status, 201);
    let case = port.person("border").get(&format!("/flights/{number}")).text();
    assert!(!case.contains("SECRET PATIENT"), "health is customs' alone");
    assert!(port.person("customs").get(&format!("/flights/{number}")).text().contains("SECRET PATIENT"));
}

#[test]
fn a_list_as_airlines_send_it_announces_a_flight_and_files_its_persons() {
    let port = Port::open();
    let airline = port.person("airline");
    let token = airline.session.as_ref().map(|(_, token)| token.clone()).unwrap_or_default();
    let pairs = [("csrf", token.as_str()), ("key", "read-the-list-1")];
    let read = send(&airline, "/flights/read", &pairs, Some(("file", paxlst("SECRETFAMILY").as_bytes())));
    assert_eq!(read.status, 200, "{}", read.text());
    for known in ["value=\"ZZ611\"", "value=\"KRICN\"", "value=\"2031-03-20T14:00\""] {
        assert!(read.text().contains(known), "{known} in {}", read.text());
    }
    let number = announced(&port.system("airline"), "list", &flight("ZZ611"));
    let sent = send(
        &airline,
        &format!("/flights/{number}/upload"),
        &[("csrf", token.as_str()), ("key", "file-the-list-1")],
        Some(("file", paxlst("SECRETFAMILY").as_bytes())),
    );
    assert_eq!(sent.status, 200);
    let now = seen(&port.system("border"), &number);
    assert_eq!(now["flight"]["facts"]["persons_passengers"], 1, "{now}");
    assert!(port.person("border").get(&format!("/flights/{number}")).text().contains("SECRETFAMILY"));
    assert!(!port.person("airport").get(&format!("/flights/{number}")).text().contains("SECRETFAMILY"));
    assert!(!now.to_string().contains("SECRETFAMILY"), "no person in the fold");
    // The same list again files nothing and reopens nothing.
    let at = format!("/api/v1/flights/{number}/upload");
    let again =
        port.system("airline").send("POST", &at, &[("idempotency-key", "again")], paxlst("SECRETFAMILY").as_bytes());
    assert_eq!(again.expect("an answer").json()["unchanged"], json!(["passenger_list"]));
    let broken = port.system("airline").send(
        "POST",
        &at,
        &[("idempotency-key", "broken")],
        b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+9+2'",
    );
    assert!(!broken.expect("an answer").json()["faults"].as_array().expect("faults").is_empty());
}

#[test]
fn a_freighters_crew_that_stays_airside_has_nothing_to_file() {
    let port = Port::open();
    let carrier = port.system("airline");
    let mut body = flight("ZZ901");
    body["service"] = json!("freighter");
    body["flies_on"] = json!("ZZ902");
    let number = announced(&carrier, "freighter", &body);
    assert_eq!(put(&carrier, &number, "crew_list", &json!({"members": []})).status, 422);
    let mut declared = declaration(false);
    declared["passengers_disembarking"] = json!(0);
    assert_eq!(put(&carrier, &number, "flight_declaration", &declared).status, 201);
    let wrong = json!({"waybills": [{"number": "784-12345674", "pieces": 1, "weight": 10, "goods": "x"}]});
    let filed = put(&carrier, &number, "air_manifest", &wrong);
    assert_eq!(
        (filed.status, filed.json()["faults"][0]["code"].clone()),
        (201, json!("PQ-FORM-005")),
        "{}",
        filed.text()
    );
    for organ in ["customs", "border"] {
        let grant = json!({"act": "grant", "formality": "flight_declaration"});
        assert_eq!(act(&port.system(organ), &number, &grant).status, 201);
    }
    assert_eq!(
        act(&port.system("customs"), &number, &json!({"act": "grant", "formality": "air_manifest"})).status,
        201
    );
    assert_eq!(seen(&carrier, &number)["status"], "cleared");
    assert_eq!(act(&carrier, &number, &json!({"act": "leave_airside"})).status, 201);
    let now = seen(&carrier, &number);
    assert_eq!((&now["status"], &now["holder"]), (&json!("announced"), &json!("firm")), "the crew list is due now");
}

/// The lists of airlines that nobody here wrote: each becomes a flight with its persons, and each fault is named.
#[test]
fn lists_of_the_corpus_become_flights_with_persons() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/edifact");
    if !corpus.is_dir() {
        eprintln!("{} is missing: the corpus is not tried", corpus.display());
        return;
    }
    let port = Port::open();
    let (carrier, airline) = (port.system("airline"), port.person("airline"));
    let token = airline.session.as_ref().map(|(_, token)| token.clone()).unwrap_or_default();
    let lists = [
        ("PAXLST_D02B_1.edi", "UA989", "crew_list", 8, true),
        ("PAXLST_D02B_3.edi", "TN506", "passenger_list", 10, true),
        // Persons without a document, and countries that are none, are for the airline to mend.
        ("PAXLST_D02B_5.edi", "AA123", "passenger_list", 2, false),
        ("PAXLST_D05B_wrapped_badcounts.edi", "A92707", "passenger_list", 1, false),
    ];
    for (nth, (name, designator, list, persons, whole)) in lists.into_iter().enumerate() {
        let bytes = std::fs::read(corpus.join(name)).expect(name);
        let pairs = [("csrf", token.as_str()), ("key", "read-the-corpus")];
        let read = send(&airline, "/flights/read", &pairs, Some(("file", &bytes)));
        assert_eq!(read.status, 200, "{name}");
        assert!(read.text().contains(&format!("value=\"{designator}")), "{name}: {}", read.text());
        let number = announced(&carrier, &key(), &flight(&format!("ZZ{}", 700 + nth)));
        let at = format!("/api/v1/flights/{number}/upload");
        let upload = carrier.send("POST", &at, &[("idempotency-key", &key())], &bytes).expect("an answer").json();
        assert!(!upload["faults"].as_array().expect("faults").is_empty(), "{name}");
        // What the message's own counts put in doubt waits in the form, with every row that was read.
        let form = airline.get(&format!("/flights/{number}/{list}/edit"));
        assert_eq!(form.status, 200, "{name}");
        let rows = (0..).take_while(|row| form.text().contains(&format!(".{row}.family_name\""))).count();
        assert_eq!(rows, persons, "{name}: {upload}");
        let typed = fields(&form.text(), "file");
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let filed = airline.post(&format!("/flights/{number}/{list}/edit"), &typed);
        assert_eq!(filed.status == 303, whole, "{name}: {}", filed.status);
        if whole {
            assert!(seen(&port.system("border"), &number)["flight"]["filings"][list].is_array(), "{name}");
        }
    }
}

/// The fields of a page's form for filing, as a browser would send them, with the button pressed.
fn fields(page: &str, button: &str) -> Vec<(String, String)> {
    let form = page.split("id=\"filing\"").nth(1).and_then(|rest| rest.split("</form>").next()).expect("a form");
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
    };
    let mut pairs = vec![("do".to_owned(), button.to_owned())];
    for tag in form.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let pressed = attribute(tag, "type").as_deref() != Some("radio") || tag.contains(" checked");
        if let Some(name) = attribute(tag, "name").filter(|_| pressed) {
            pairs.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select").skip(1).filter_map(|rest| rest.split("</select>").next()) {
        let chosen = select.split("<option").find(|option| option.contains(" selected"));
        if let (Some(name), Some(option)) = (attribute(select, "name"), chosen) {
            pairs.push((name, attribute(option, "value").unwrap_or_default()));
        }
    }
    pairs
}
