//! The goods' way over the real program: a manifest becomes consignments that only those see whom they concern; a declaration
//! waits for their arrival; the gate opens once, when customs, the carrier and the terminal all let them go.

use ledger::{TrustList, gate_list::GateList, gate_list::State, person_permit};
use serde_json::{Value, json};

use crate::{
    declarations::{import, send},
    gates::now,
    harness::{Answer, Client, LEAVING, Port, numbered, pratique},
};

pub const YARD: &str = "Dayaowan";
const GATE: &str = "yard:Dayaowan";
pub const BOX: &str = "CSQU3054383";

pub fn line(bill: &str, boxed: &str, packages: i64, firm: &str) -> Value {
    json!({
        "master_bill": bill, "container": boxed, "seal": "S1", "packages": packages, "package_kind": "CT",
        "gross_weight": 1200, "description": "Parts", "hs_code": "847130", "port_of_loading": "KRPUS",
        "port_of_discharge": "CNDAL", "consignor": "CANARYSHIPPER", "consignee": "CANARYBUYER", "consignee_firm": firm,
    })
}

pub fn lines() -> Value {
    json!([line("MBL1", BOX, 10, "sample-agency-b"), line("MBL2", "TEXU3070079", 7, ""), line("MBL3", "", 4, "")])
}

pub fn manifest(call: &str, lines: &Value) -> Value {
    json!({"mode": "sea", "direction": "import", "conveyance": call, "reference": "MAN-1", "lines": lines})
}

/// The terminal, as its system signs in.
pub struct Terminal {
    client: Client,
    bearer: String,
}

impl Terminal {
    pub fn of(port: &Port) -> Terminal {
        let made = pratique(&port.folder, &["key", "add", "terminal", "--party", "organ:port_group"]);
        let key = String::from_utf8_lossy(&made.stdout).lines().next().expect("a key").to_owned();
        Terminal { client: port.anybody(), bearer: format!("Bearer {key}") }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.client.send("GET", path, &[("authorization", &self.bearer)], &[]).expect("an answer")
    }

    pub fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers =
            [("authorization", self.bearer.as_str()), ("idempotency-key", key), ("content-type", "application/json")];
        self.client.send("POST", path, &headers, body.to_string().as_bytes()).expect("an answer")
    }
}

pub fn filed(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

pub fn refused(answer: &Answer, code: &str) {
    assert!((400..500).contains(&answer.status) && answer.text().contains(code), "{code}: {}", answer.text());
}

pub fn act(client: &Client, number: &str, key: &str, body: &Value) -> Answer {
    client.call("POST", &format!("/api/v1/consignments/{number}/acts"), key, body)
}

pub fn held(client: &Client, number: &str) -> Vec<String> {
    let seen = client.get(&format!("/api/v1/consignments/{number}")).json();
    let all = seen["held"].as_array().cloned().unwrap_or_default();
    all.iter().map(|of| of["what"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The hour that begins next, RFC 3339.
fn next_hour() -> String {
    let (hour, now) = (3_600_000_000, now());
    domain::Instant(now - now.rem_euclid(hour) + hour).to_string()
}

fn ask(guard: &Client, given: &str, plate: &str) -> Value {
    let form = [("gate", GATE), ("given", given), ("document", plate), ("direction", "out")];
    let answer = guard.post("/gate/answer", &form);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn out(guard: &Client, id: &str, given: &str) -> Value {
    let token = guard.session.as_ref().map_or("", |(_, token)| token.as_str());
    let passage =
        json!({"id": id, "given": given, "direction": "out", "at": now(), "offline": false, "same_holder": true});
    let body = json!({"csrf": token, "gate": GATE, "now": now(), "passages": [passage]});
    let kind = [("content-type", "application/json")];
    let answer = guard.send("POST", "/gate/passages", &kind, body.to_string().as_bytes()).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["passages"][0].clone()
}

#[test]
fn a_manifest_is_filed_amended_with_leave_and_seen_by_whom_it_concerns() {
    let port = Port::open();
    let (agent, other, customs) = (port.system("agent"), port.system("agent2"), port.system("customs"));
    let call = numbered(&port, LEAVING);
    let body = manifest(&call, &lines());
    assert_eq!(customs.call("POST", "/api/v1/manifests", "a", &body).status, 403, "customs files none");
    let strange = other.call("POST", "/api/v1/manifests", "a", &body);
    refused(&strange, "PQ-MANIFEST-033");
    let wrong = manifest(&call, &json!([line("M", "CSQU3054380", 1, "")]));
    refused(&agent.call("POST", "/api/v1/manifests", "w", &wrong), "PQ-MANIFEST-020");
    let done = agent.call("POST", "/api/v1/manifests", "a", &body);
    let number = filed(&done);
    assert_eq!(
        agent.call("POST", "/api/v1/manifests", "a", &body).text(),
        done.text(),
        "a retry gets the same receipt"
    );
    refused(&agent.call("POST", "/api/v1/manifests", "b", &body), "PQ-MANIFEST-034");

    // Its firm, customs and the terminal read it, the terminal without parties; the consignee sees its own bill alone.
    let at = format!("/api/v1/manifests/{number}");
    assert_eq!(agent.get(&at).json()["lines"].as_array().map(Vec::len), Some(3));
    assert!(customs.get(&at).text().contains("CANARYSHIPPER"));
    let terminal = Terminal::of(&port);
    assert!(terminal.get(&at).status == 200 && !terminal.get(&at).text().contains("CANARY"));
    for stranger in ["agent2", "msa", "border", "portoffice"] {
        let client = if stranger == "portoffice" { port.person(stranger) } else { port.system(stranger) };
        assert!(client.get(&at).status >= 400, "{stranger}");
    }
    let (first, second) = (format!("{number}-0001"), format!("{number}-0002"));
    assert_eq!(other.get(&format!("/api/v1/consignments/{first}")).json()["bill"], "MBL1");
    assert_eq!(other.get(&format!("/api/v1/consignments/{second}")).status, 404);
    // What the goods are: for whom they concern, by page and API; the terminal reads no party.
    let at_first = [format!("/api/v1/consignments/{first}"), format!("/consignments/{first}")];
    let concerned = port.person("agent2");
    assert!(other.get(&at_first[0]).json()["lines"].to_string().contains("CANARYSHIPPER"));
    assert!(concerned.get(&at_first[1]).text().contains("CANARYSHIPPER"));
    for path in &at_first {
        let seen = if path.starts_with("/api") { terminal.get(path) } else { port.person("portgroup").get(path) };
        assert!(seen.status == 200 && !seen.text().contains("CANARY"), "{path}");
    }
    for (asked, seen) in [(BOX, 1), ("MBL1", 1), (number.as_str(), 1), ("MBL2", 0), ("TEXU3070079", 0)] {
        let found = other.get(&format!("/api/v1/consignments?number={asked}")).json();
        assert_eq!(found["consignments"].as_array().map(Vec::len), Some(seen), "{asked}: {found}");
    }
    let all = customs.get(&format!("/api/v1/consignments?number={call}")).json();
    assert_eq!(all["consignments"].as_array().map(Vec::len), Some(3), "{all}");

    // After the cut-off an edition waits for customs; then one bill is changed, one dropped, one new.
    let edition = json!({"lines": [line("MBL1", BOX, 12, "sample-agency-b"), line("MBL2", "TEXU3070079", 7, ""),
        line("MBL4", "", 9, "")]});
    let asked = agent.call("PUT", &at, "c", &edition);
    assert_eq!(asked.status, 201, "{}", asked.text());
    assert_eq!(agent.get(&at).json()["state"], "asked");
    refused(&agent.call("PUT", &at, "d", &edition), "PQ-MANIFEST-004");
    let decide = |client: &Client, key: &str, granted: bool| {
        client.call("POST", &format!("{at}/acts"), key, &json!({"act": "decide", "granted": granted}))
    };
    refused(&decide(&agent, "e", true), "PQ-MANIFEST-001");
    refused(&decide(&customs, "f", false), "PQ-MANIFEST-006");
    assert_eq!(decide(&customs, "g", true).status, 201);
    let seen = agent.get(&at).json();
    assert_eq!((&seen["state"], &seen["edition"]), (&json!("filed"), &json!(2)), "{seen}");
    let state = |of: &str| agent.get(&format!("/api/v1/consignments/{number}-{of}")).json();
    assert_eq!(state("0001")["told"]["packages"], 12);
    assert_eq!(state("0003")["state"], "dropped");
    assert_eq!(state("0004")["bill"], "MBL4");
}

#[test]
fn the_gate_opens_once_when_customs_carrier_and_terminal_all_let_go() {
    let port = Port::open();
    let (agent, other, customs) = (port.system("agent"), port.system("agent2"), port.system("customs"));
    let terminal = Terminal::of(&port);
    let call = numbered(&port, LEAVING);
    let number = filed(&agent.call("POST", "/api/v1/manifests", "a", &manifest(&call, &lines())));
    let first = format!("{number}-0001");

    // Declared in advance: the declaration names the bill, and waits for the goods.
    let named = "<PreviousDocument><ID>MBL1</ID></PreviousDocument></GoodsShipment>";
    let xml = import("REF-M1").replace("</GoodsShipment>", named);
    let declaration = filed(&send(&other, "d", "?mode=advance", &xml));
    let unnamed = filed(&send(&other, "d2", "?mode=advance", &import("REF-M2")));
    refused(&act(&other, &first, "l0", &json!({"act": "declare", "declaration": unnamed})), "PQ-CARGO-033");
    refused(&act(&agent, &first, "l1", &json!({"act": "declare", "declaration": declaration})), "PQ-CARGO-033");
    assert_eq!(act(&other, &first, "l2", &json!({"act": "declare", "declaration": declaration})).status, 201);
    assert_eq!(held(&other, &first), ["arrival", "customs", "order", "release"]);
    let stands = || other.get(&format!("/api/v1/declarations/{declaration}")).json()["status"].clone();
    assert_eq!(stands(), "received");
    let arrive = json!({"act": "arrive", "bills": ["MBL1"], "yard": YARD});
    refused(&agent.call("POST", &format!("/api/v1/manifests/{number}/acts"), "x", &arrive), "PQ-MANIFEST-001");
    let arrived = terminal.post(&format!("/api/v1/manifests/{number}/acts"), "ar", &arrive);
    assert_eq!(arrived.status, 201, "{}", arrived.text());
    assert_eq!(stands(), "documents", "the arrival accepts what was declared in advance");

    // The tally finds it otherwise: an open question that the carrier answers and customs settles.
    let tally = |key: &str, packages: i64| {
        terminal.post(
            &format!("/api/v1/consignments/{first}/acts"),
            key,
            &json!({"act": "tally", "packages": packages, "damaged": 1}),
        )
    };
    assert_eq!(tally("t", 9).status, 201);
    assert!(held(&other, &first).contains(&"tally".to_owned()));
    for question in [1, 2] {
        let answer = json!({"act": "answer", "question": question, "words": "One carton fell at sea."});
        assert_eq!(act(&agent, &first, &format!("q{question}"), &answer).status, 201);
        refused(
            &act(&agent, &first, &format!("r{question}"), &json!({"act": "settle", "question": question})),
            "PQ-CARGO-001",
        );
        assert_eq!(
            act(&customs, &first, &format!("s{question}"), &json!({"act": "settle", "question": question})).status,
            201
        );
    }

    // Customs, the carrier, the terminal: one after the other, and no certificate before all three.
    let order = json!({"act": "order", "to": "sample-agency-b", "until": "2031-01-01T00:00:00+08:00"});
    refused(&act(&other, &first, "o0", &order), "PQ-CARGO-001");
    assert_eq!(act(&agent, &first, "o1", &order).status, 201);
    let book = json!({"act": "book", "container": BOX, "haulier": "Sample Haulage", "plate": "辽B·12345", "from": next_hour()});
    refused(&act(&agent, &first, "b0", &book), "PQ-CARGO-001");
    let booked = act(&other, &first, "b1", &book);
    assert_eq!(booked.status, 201, "{book} {}", booked.text());
    refused(&act(&other, &first, "b2", &book), "PQ-CARGO-013");
    let certify = json!({"act": "certify", "slot": 1});
    refused(&act(&other, &first, "c0", &certify), "PQ-CARGO-017");
    let release =
        |act: &str, key: &str| terminal.post(&format!("/api/v1/consignments/{first}/acts"), key, &json!({"act": act}));
    assert_eq!(release("release", "rel").status, 201);
    refused(&act(&other, &first, "c1", &certify), "PQ-CARGO-017");
    let on_declaration = |key: &str, body: &Value| {
        let done = customs.call("POST", &format!("/api/v1/declarations/{declaration}/acts"), key, body);
        assert_eq!(done.status, 201, "{}", done.text());
    };
    on_declaration("p1", &json!({"act": "pay", "reference": "T-1"}));
    on_declaration("p2", &json!({"act": "settle", "kind": "documents"}));
    assert_eq!(held(&other, &first), ["certificate"]);
    let issued = act(&other, &first, "c2", &certify);
    assert_eq!(issued.status, 201, "{}", issued.text());
    let code = other.get(&format!("/api/v1/consignments/{first}")).json()["certificates"][0]["code"].clone();
    let code = code.as_str().expect("a code").to_owned();
    assert!(
        agent.get(&format!("/api/v1/consignments/{first}")).json()["certificates"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );

    // Ten thousand mutations, and not one of them verifies.
    let (trust, _) = TrustList::verify_unpinned(&port.anybody().get("/trust-list").bytes).expect("a trust list");
    assert!(person_permit::verify(&code, &trust, &[], now()).is_ok());
    let signs: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".chars().collect();
    let plain: Vec<char> = code.chars().collect();
    let mut tried = 0;
    'all: for sign in &signs {
        for place in 0..plain.len() {
            if plain[place] == *sign {
                continue;
            }
            let mut mutated = plain.clone();
            mutated[place] = *sign;
            let mutated: String = mutated.into_iter().collect();
            assert!(person_permit::verify(&mutated, &trust, &[], now()).is_err(), "{mutated}");
            tried += 1;
            if tried == 10_000 {
                break 'all;
            }
        }
    }
    assert_eq!(tried, 10_000);
    let file = port.folder.join("certificate.txt");
    std::fs::write(&file, &code).expect("a file");
    let trusted = port.folder.join("trust-list.json");
    let verified =
        pratique(&port.folder, &["verify", "release", &file.to_string_lossy(), "--trust", &trusted.to_string_lossy()]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.starts_with(&format!("valid {first}-R01 release")), "{said}");

    // The gate: the plate decides; a hold of customs closes it at once; it opens once, and a second time is an alarm.
    let guard = port.person("guard");
    assert_eq!(ask(&guard, &code, "")["answer"], "check");
    assert_eq!(ask(&guard, &code, "2345")["answer"], "pass");
    assert_eq!(ask(&guard, &code, "辽B99999")["reasons"], json!(["holder_differs"]));
    on_declaration("h1", &json!({"act": "order", "kind": "hold"}));
    assert_eq!(ask(&guard, &code, "2345")["reasons"], json!(["customs"]));
    let list =
        || GateList::verify(&guard.get(&format!("/gate/list?gate={GATE}")).text(), &trust, now()).expect("a list");
    // Of the port's sample goods there are some on it, too.
    let state = |list: &GateList| list.rows.iter().find(|row| row.number.starts_with(&first)).map(|row| row.state);
    assert_eq!(state(&list()), Some(State::Revoked));
    on_declaration("h2", &json!({"act": "settle", "kind": "hold"}));
    let listed = list();
    assert_eq!((state(&listed), listed.issuer.as_str()), (Some(State::Granted), "port_group"));
    assert_eq!((listed.next_update - listed.issued_at) / 3_600_000_000, 72, "the list is relied on for 72 hours");
    let gone = out(&guard, "truck-0001", &code);
    assert_eq!((&gone["state"], &gone["doubts"]), (&json!("recorded"), &json!([])), "{gone}");
    assert_eq!(out(&guard, "truck-0001", &code)["state"], "known");
    assert_eq!(ask(&guard, &code, "2345")["reasons"], json!(["used"]));
    assert_eq!(state(&list()), Some(State::Used));
    let seen = customs.get(&format!("/api/v1/consignments/{first}")).json();
    assert_eq!(seen["state"], "gone", "{seen}");
    let again = out(&guard, "truck-0002", &code);
    assert_eq!(again["doubts"], json!(["used"]), "{again}");
    let seen = customs.get(&format!("/api/v1/consignments/{first}")).json();
    assert_eq!(seen["state"], "alarm", "{seen}");

    refused(&act(&agent, &first, "z0", &json!({"act": "close_alarm", "words": "x"})), "PQ-CARGO-001");
    let close = json!({"act": "close_alarm", "words": "The guard pressed twice."});
    assert_eq!(act(&customs, &first, "z1", &close).status, 201);
    assert_eq!(customs.get(&format!("/api/v1/consignments/{first}")).json()["state"], "gone");

    // On the pages: who is concerned finds it by its box, and nobody else; an act that is not the reader's says so.
    let page = |name: &str, path: &str| port.person(name).get(&format!("{path}lang=en"));
    assert!(page("agent2", &format!("/consignments?q={BOX}&")).text().contains(&first));
    assert!(!page("border", &format!("/consignments?q={BOX}&")).text().contains(&first));
    let shown = page("agent2", &format!("/consignments/{first}?"));
    assert!(shown.status == 200 && shown.text().contains("Left by the gate"), "{}", shown.text());
    assert_eq!(page("border", &format!("/consignments/{first}?")).status, 404);
    let second = format!("{number}-0002");
    let at = format!("/consignments/{second}/acts");
    assert_eq!(port.person("agent2").post(&at, &[("act", "release"), ("key", "w1")]).status, 404);
    assert_eq!(port.person("agent").post(&at, &[("act", "release"), ("key", "w2")]).status, 409);
    let arrive = [("act", "arrive"), ("yard", YARD), ("key", "w3")];
    assert_eq!(port.person("portgroup").post(&at, &arrive).status, 303);
    assert_eq!(port.person("portgroup").post(&at, &[("act", "release"), ("key", "w4")]).status, 303);
    assert_eq!(held(&agent, &second), ["declaration", "order"]);

    // Its way: every event with its source, the declaration's among them.
    let events: Vec<(String, String)> = seen["events"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|of| {
            (of["event"].as_str().unwrap_or_default().to_owned(), of["source"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for (event, source) in [
        ("consignment.manifested", "firm:sample-agency-a"),
        ("declaration.lodged", "firm:sample-agency-b"),
        ("consignment.arrived", "organ:port_group"),
        ("consignment.ordered", "firm:sample-agency-a"),
        ("declaration.cleared", "organ:customs"),
        ("consignment.gate_out", "organ:port_group"),
        ("consignment.alarm", "organ:port_group"),
    ] {
        assert!(events.contains(&(event.to_owned(), source.to_owned())), "{event} {source}: {events:?}");
    }
}

/// A workbook with the columns that this manifest needs.
fn workbook(rows: &[[&str; 9]]) -> Vec<u8> {
    const HEADINGS: [&str; 9] = [
        "master_bill",
        "container",
        "packages",
        "gross_weight",
        "description",
        "port_of_loading",
        "port_of_discharge",
        "consignor",
        "consignee",
    ];
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Manifest").expect("a name");
    for (row, values) in (0_u32..).zip([HEADINGS].iter().chain(rows)) {
        for (at, value) in (0_u16..).zip(values) {
            sheet.write(row, at, *value).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

fn upload(person: &Client, path: &str, fields: &[(&str, &str)], bytes: &[u8]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in fields.iter().chain(&[("csrf", token)]) {
        let part = format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"m.xlsx\"\r\n\r\n");
    body.extend_from_slice(bytes);
    body.extend(b"\r\n--part--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=part");
    person.send("POST", path, &[kind], &body).expect("an answer")
}

#[test]
fn a_workbook_is_a_manifest_and_its_faults_stand_at_their_cells() {
    let port = Port::open();
    let agent = port.person("agent");
    let call = numbered(&port, LEAVING);
    let fields = [
        ("mode", "sea"),
        ("direction", "import"),
        ("conveyance", call.as_str()),
        ("reference", "MAN-W"),
        ("loading", "2020-01-01T08:00"),
        ("key", "workbook-1"),
    ];
    let row = |boxed: &'static str| ["MBL9", boxed, "3", "120.5", "Parts", "KRPUS", "CNDAL", "A Ltd", "B Ltd"];
    let wrong = upload(&agent, "/manifests/new?lang=en", &fields, &workbook(&[row(BOX), row("TEXU3070070")]));
    assert!(wrong.status == 422 && wrong.text().contains("Manifest!B3"), "{}", wrong.text());
    let border = port.person("border");
    assert_eq!(upload(&border, "/manifests/new", &fields, &workbook(&[row(BOX)])).status, 403);
    let done = upload(&agent, "/manifests/new?lang=en", &fields, &workbook(&[row(BOX), row("TEXU3070079")]));
    assert_eq!(done.status, 303, "{}", done.text());
    let listed = agent.get("/manifests?lang=en").text();
    let number =
        listed.split("<a href=\"/manifests/2").nth(1).and_then(|rest| rest.split('"').next()).expect("a manifest");
    let at = format!("/manifests/2{number}");
    let shown = agent.get(&format!("{at}?lang=en")).text();
    assert!(shown.contains("MBL9") && shown.contains("Filed after its limit"), "{shown}");
    assert_eq!(port.person("agent2").get(&at).status, 404);
    let edition = [("key", "workbook-2")];
    let amended = upload(&agent, &format!("{at}/amend"), &edition, &workbook(&[row(BOX)]));
    assert_eq!(amended.status, 303, "{}", amended.text());
    let grant = [("act", "grant"), ("words", ""), ("key", "w-grant")];
    assert_eq!(agent.post(&format!("{at}/acts"), &grant).status, 409, "customs decides");
    assert_eq!(port.person("customs").post(&format!("{at}/acts"), &grant).status, 303);
    let arrive = [("act", "arrive"), ("yard", YARD), ("key", "w-arrive")];
    assert_eq!(port.person("portgroup").post(&format!("{at}/acts"), &arrive).status, 303);
    assert!(agent.get(&format!("{at}?lang=en")).text().contains("All there"));
}

#[test]
fn goods_that_nobody_wants_are_given_up_sold_or_sent_back_by_page_and_api() {
    let port = Port::open();
    let (agent, other, customs) = (port.system("agent"), port.system("agent2"), port.system("customs"));
    let call = numbered(&port, LEAVING);
    let number = filed(&agent.call("POST", "/api/v1/manifests", "m", &manifest(&call, &lines())));
    let terminal = Terminal::of(&port);
    let arrive = json!({"act": "arrive", "yard": YARD});
    assert_eq!(terminal.post(&format!("/api/v1/manifests/{number}/acts"), "a", &arrive).status, 201);
    let (first, second) = (format!("{number}-0001"), format!("{number}-0002"));
    let at = |of: &str| format!("/api/v1/consignments/{of}");
    let by = other.get(&at(&first)).json()["fate"]["declare_by"].clone();
    assert!(by.is_string(), "until when it is declared: {by}");

    // The consignee gives its goods up, in words that only those read whom they concern; customs sells them.
    let page = port.person("agent2");
    let pairs = [("act", "abandon"), ("words", "CANARYREASON")];
    assert_eq!(page.post(&format!("/consignments/{first}/acts"), &pairs).status, 303);
    assert_eq!(other.get(&at(&first)).json()["state"], "abandoned");
    refused(
        &act(&agent, &first, "o", &json!({"act": "order", "to": "sample-agency-b", "until": "2099-01-01T00:00:00Z"})),
        "PQ-CARGO-002",
    );
    let sell = json!({"act": "sell", "ground": "undeclared", "on": "2026-01-05", "proceeds": "900.00", "costs": "100", "taxes": 50});
    refused(&act(&customs, &first, "s0", &sell), "PQ-CARGO-023");
    let officer = port.person("customs");
    let shown = officer.get(&format!("/consignments/{first}?lang=en")).text();
    assert!(shown.contains("Given up") && shown.contains("Enter their sale"), "{shown}");
    let fields = [
        ("act", "sell"),
        ("ground", "abandoned"),
        ("on", "2026-01-05"),
        ("proceeds", "900.00"),
        ("costs", "100"),
        ("taxes", ""),
    ];
    assert_eq!(officer.post(&format!("/consignments/{first}/acts"), &fields).status, 303);
    let sold = other.get(&at(&first)).json();
    assert_eq!((&sold["state"], &sold["fate"]["sale"]["left"]), (&json!("sold"), &json!("800.00")), "{sold}");
    refused(&act(&other, &first, "c", &json!({"act": "claim", "words": "mine"})), "PQ-CARGO-024");
    let told = port.person("agent2").get(&format!("/consignments/{first}?lang=en")).text();
    assert!(told.contains("goes to the treasury") && told.contains("800.00"), "{told}");

    // The carrier asks to send the others back; customs grants it, and the terminal says that they are gone.
    let ask = json!({"act": "ask_return", "ground": "misdelivered", "words": "for another port"});
    refused(&act(&customs, &second, "r0", &ask), "PQ-CARGO-001");
    assert_eq!(act(&agent, &second, "r1", &ask).status, 201);
    assert!(held(&agent, &second).contains(&"return".to_owned()));
    let queue = officer.get("/consignments?lang=en").text();
    assert!(queue.contains("Sending goods back"), "{queue}");
    assert_eq!(act(&customs, &second, "r2", &json!({"act": "decide_return", "granted": true})).status, 201);
    assert_eq!(
        terminal.post(&format!("/api/v1/consignments/{second}/acts"), "r3", &json!({"act": "send_back"})).status,
        201
    );
    assert_eq!(
        (agent.get(&at(&second)).json()["state"].clone(), held(&agent, &second)),
        (json!("returned"), Vec::new())
    );
}
