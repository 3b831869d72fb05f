//! Declarations of goods over the real program: WCO XML in, who reads and acts, notices out, guarantees under two at once.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Port, now, pratique};

/// An import of one item, worth so much that its papers are looked at, whatever chance draws.
pub fn import(reference: &str) -> String {
    format!(
        r#"<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">
  <md:WCOTypeName>DEC</md:WCOTypeName>
  <Declaration>
    <FunctionCode>9</FunctionCode>
    <FunctionalReferenceID>{reference}</FunctionalReferenceID>
    <TypeCode>IMA</TypeCode>
    <GoodsItemQuantity>1</GoodsItemQuantity>
    <Exporter><Name>CANARYEXPORTER</Name></Exporter>
    <GoodsShipment>
      <GovernmentAgencyGoodsItem>
        <SequenceNumeric>1</SequenceNumeric>
        <Commodity>
          <Classification><ID>84713000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
          <InvoiceLine><ItemChargeAmount currencyID="CNY">6000000.00</ItemChargeAmount></InvoiceLine>
        </Commodity>
        <Origin><CountryCode>KR</CountryCode></Origin>
      </GovernmentAgencyGoodsItem>
    </GoodsShipment>
  </Declaration>
</md:MetaData>"#
    )
}

pub fn send(client: &Client, key: &str, query: &str, xml: &str) -> Answer {
    let headers = [("idempotency-key", key), ("content-type", "application/xml")];
    client.send("POST", &format!("/api/v1/declarations{query}"), &headers, xml.as_bytes()).expect("an answer")
}

pub fn number(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

pub fn act(client: &Client, number: &str, key: &str, body: &Value) -> Answer {
    client.call("POST", &format!("/api/v1/declarations/{number}/acts"), key, body)
}

#[test]
fn a_declaration_is_lodged_examined_paid_and_cleared() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let xml = import("REF-1");
    assert_eq!(send(&port.anybody(), "a", "", &xml).status, 401);
    assert_eq!(send(&customs, "a", "", &xml).status, 403, "customs does not declare");
    let done = send(&agent, "a", "", &xml);
    let number = number(&done);
    assert_eq!(send(&agent, "a", "", &xml).text(), done.text(), "a retry gets the same receipt");
    let twice = send(&agent, "b", "", &import("REF-1"));
    assert_eq!((twice.status, twice.text().contains("PQ-DECLARATION-030")), (409, true), "{}", twice.text());

    // The firm and customs read it; the terminal reads whether the goods may go; nobody else finds it.
    let at = format!("/api/v1/declarations/{number}");
    let seen = customs.get(&at).json();
    assert_eq!((&seen["status"], &seen["channel"]), (&json!("documents"), &json!("documents")), "{seen}");
    assert_eq!(seen["balance"], json!("1119000.00"), "5 % of it, and 13 % of all: {seen}");
    assert!(!agent.get(&at).text().contains("high-value"), "the channel, never its row");
    assert_eq!(agent.get(&at).json()["channel"], json!("documents"));
    let made = pratique(&port.folder, &["key", "add", "terminal", "--party", "organ:port_group"]);
    let key = String::from_utf8_lossy(&made.stdout).lines().next().expect("a key").to_owned();
    let bearer = format!("Bearer {key}");
    let terminal =
        |path: &str| port.anybody().send("GET", path, &[("authorization", &bearer)], &[]).expect("an answer");
    assert_eq!(terminal(&at).json(), json!({"number": number, "status": "documents", "may_go": false}));
    for other in ["agent2", "msa", "border"] {
        assert_eq!(port.system(other).get(&at).status, 404, "{other}");
        assert_eq!(port.system(other).get(&format!("{at}/notices")).status, 404, "{other}");
    }
    assert_eq!(terminal(&format!("{at}/notices")).status, 404);

    // Paid, and still held up by its papers; then both.
    assert_eq!(
        act(&agent, &number, "p0", &json!({"act": "pay"})).status,
        409,
        "the firm does not say that it has paid"
    );
    assert_eq!(act(&customs, &number, "p1", &json!({"act": "pay", "reference": "T-1"})).status, 201);
    assert_eq!(agent.get(&at).json()["may_go"], json!(false));
    let settle = act(&customs, &number, "p2", &json!({"act": "settle", "kind": "documents"}));
    assert_eq!(settle.status, 201, "{}", settle.text());
    assert_eq!(agent.get(&at).json()["status"], json!("cleared"));
    let notices = agent.get(&format!("{at}/notices")).text();
    let codes: Vec<&str> = notices.split("<FunctionCode>").skip(1).map(|part| &part[..2]).collect();
    assert_eq!(codes, ["01", "13", "06", "13", "09"], "{notices}");
    assert!(notices.contains("<FunctionalReferenceID>REF-1<") && notices.contains("urn:wco:datamodel:WCO:RES-DMS:2"));
    let listed = agent.get("/api/v1/declarations").json();
    assert_eq!(listed["declarations"][0]["number"], json!(number));
    assert_eq!(port.system("agent2").get("/api/v1/declarations").json()["declarations"], json!([]));
}

/// An import of so many items.
fn many_items(count: usize) -> String {
    let one = import("R");
    let (from, end) = ("<GovernmentAgencyGoodsItem>", "</GovernmentAgencyGoodsItem>");
    let (begin, rest) = one.split_once(from).expect("an item");
    let (item, tail) = rest.split_once(end).expect("its end");
    let number = |nth: usize| item.replace("<SequenceNumeric>1<", &format!("<SequenceNumeric>{nth}<"));
    let all: String = (1..=count).map(|nth| format!("{from}{}{end}", number(nth))).collect();
    format!("{begin}{all}{tail}").replace("<GoodsItemQuantity>1<", &format!("<GoodsItemQuantity>{count}<"))
}

/// A day on which it would have been accepted.
fn accepted(day: &str) -> String {
    let date = format!(
        "<p:DateTimeString xmlns:p=\"urn:wco:datamodel:WCO:Declaration_DS:DMS:2\" formatCode=\"102\">{day}</p:DateTimeString>"
    );
    format!("<AcceptanceDateTime>{date}</AcceptanceDateTime>")
}

#[test]
fn a_code_without_what_inspection_adds_and_one_that_nobody_knows_are_told_and_taken() {
    let port = Port::open();
    let agent = port.system("agent");
    let cases = [
        ("SUFFIX-1", "2204210000", "KR", Some("PQ-DECLARATION-016")),
        ("SUFFIX-2", "2204210000101", "KR", None),
        ("SUFFIX-3", "99887766", "KR", Some("PQ-DECLARATION-015")),
        ("SUFFIX-4", "84713000", "QX", Some("PQ-DECLARATION-014")),
    ];
    for (reference, code, origin, told) in cases {
        let xml = import(reference).replace("84713000", code).replace(">KR<", &format!(">{origin}<"));
        let answer = send(&agent, reference, "", &xml);
        assert_eq!(answer.status, 201, "{}", answer.text());
        let faults = answer.text().contains("PQ-DECLARATION");
        assert!(told.map_or(!faults, |code| answer.text().contains(code)), "{code}: {}", answer.text());
    }
    let form = port.person("agent").post("/declarations/new", &[("do", "find"), ("wanted", "220421")]);
    assert!(form.text().contains("2204210000101"), "the port's own codes are offered");
    assert_eq!(
        send(&agent, "999", "", &many_items(999).replace("6000000.00", "1.00")).status,
        201,
        "as many as the schema has"
    );
}

#[test]
fn what_is_wrong_with_a_message_is_told_and_nothing_is_kept() {
    let port = Port::open();
    let agent = port.system("agent");
    let kept = || agent.get("/api/v1/declarations").json()["declarations"].clone();
    let before = kept();
    let wrong = [
        ("<!DOCTYPE x [<!ENTITY a \"b\">]>".to_owned() + &import("R"), "PQ-XML-002"),
        (import("R").replace("CNY", "XAU"), "PQ-DECLARATION-024"),
        (import("R").replace("84713000", "8471"), "PQ-DECLARATION-023"),
        (import("R").replace("<GoodsItemQuantity>1", "<GoodsItemQuantity>2"), "PQ-DECLARATION-021"),
        (import("R").replace("IMA", "ZZZ"), "PQ-DECLARATION-033"),
        (import("R").replace("<TypeCode>", "<Colour/><TypeCode>"), "PQ-WCO-002"),
        ("{}".to_owned(), "PQ-XML-001"),
        (import("R").replace("6000000.00", "-6000000.00"), "PQ-DECLARATION-029"),
        (import("R").replace("84713000", "2204210000555"), "PQ-DECLARATION-017"),
        (many_items(1000), "PQ-WCO-004"),
        (import("R").replace("<FunctionCode>", &format!("{}<FunctionCode>", accepted("00010101"))), "PQ-WCO-015"),
    ];
    for (nth, (xml, code)) in wrong.iter().enumerate() {
        let answer = send(&agent, &format!("w{nth}"), "", xml);
        assert_eq!((answer.status, answer.text().contains(code)), (422, true), "{code}: {}", answer.text());
    }
    assert_eq!(send(&agent, "m", "?mode=tomorrow", &import("R")).status, 409);
    let nobody_s =
        about("R", "COR").replace("<FunctionalReferenceID>", "<ID>2026-DAL-D999999</ID><FunctionalReferenceID>");
    assert_eq!(send(&agent, "e", "", &nobody_s).status, 404, "an amendment of a number that nobody has");
    assert_eq!(kept(), before);
}

#[test]
fn a_guarantee_is_not_overdrawn_by_two_at_once() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let first = number(&send(&agent, "1", "?mode=guaranteed", &import("G-1")));
    let second = number(&send(&agent, "2", "?mode=guaranteed", &import("G-2")));
    let firm = agent.get("/api/v1/declarations").json()["declarations"][0]["firm"].clone();
    let account = json!({"firm": firm, "amount": "1500000.00", "expires": "2099-01-01T00:00:00+08:00"});
    assert_eq!(agent.call("PUT", "/api/v1/guarantees/G-A", "g", &account).status, 403);
    let set = customs.call("PUT", "/api/v1/guarantees/G-A", "g", &account);
    assert_eq!(set.status, 200, "{}", set.text());
    // Each needs 1,119,000: it covers one of them.
    let secure = json!({"act": "secure", "account": "G-A"});
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = [&first, &second].map(|number| {
            let (port, secure) = (&port, &secure);
            scope.spawn(move || act(&port.system("agent"), number, number, secure).status)
        });
        one.map(|thread| thread.join().expect("an answer")).into()
    });
    assert!(statuses.contains(&201) && statuses.contains(&409), "{statuses:?}");
    let free = || {
        let all = agent.get("/api/v1/guarantees").json()["guarantees"].clone();
        let of = all.as_array().and_then(|all| all.iter().find(|of| of["code"] == "G-A").cloned());
        of.expect("the account")["free"].clone()
    };
    assert_eq!(free(), json!("381000.00"));
    let less = json!({"firm": firm, "amount": "1000000.00", "expires": "2099-01-01T00:00:00+08:00"});
    assert_eq!(customs.call("PUT", "/api/v1/guarantees/G-A", "h", &less).status, 409, "more is reserved");
    // Paid, what was reserved is free again.
    let secured = if statuses[0] == 201 { &first } else { &second };
    assert_eq!(act(&customs, secured, "pay", &json!({"act": "pay", "reference": "T"})).status, 201);
    assert_eq!(free(), json!("1500000.00"));
    assert_eq!(port.system("agent2").get("/api/v1/guarantees").json()["guarantees"], json!([]));
}

/// Measure 18 of April 2020: the account runs up to three months longer once customs grants it, and as before once it is taken
/// back.
#[test]
fn a_guarantee_that_is_granted_to_run_longer_does() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    number(&send(&agent, "1", "?mode=guaranteed", &import("G-9")));
    let firm = agent.get("/api/v1/declarations").json()["declarations"][0]["firm"].clone();
    let account = json!({"firm": firm, "amount": "100.00", "expires": "2020-05-01T00:00:00+08:00"});
    let set = customs.call("PUT", "/api/v1/guarantees/G-B", "g", &account);
    assert_eq!(set.status, 200, "{}", set.text());
    let claim = |about: &str| {
        json!({
            "measure": "18-customs-charges", "on": "2020-04-20", "facts": {"relief": "guarantee", "cause": "epidemic"},
            "about": about, "papers": [{"code": "cause", "name": "cause.txt", "content": "eA=="}],
        })
    };
    let unknown = agent.call("POST", "/api/v1/applications", "a", &claim("G-X"));
    assert_eq!((unknown.status, &unknown.json()["code"]), (422, &json!("PQ-APPLICATION-021")), "{}", unknown.text());
    let number = number(&agent.call("POST", "/api/v1/applications", "b", &claim("G-B")));
    let act = |key: &str, body: &Value| customs.call("POST", &format!("/api/v1/applications/{number}/acts"), key, body);
    let expires =
        || agent.get("/api/v1/guarantees").json()["guarantees"][0]["expires"].as_str().unwrap_or("").to_owned();
    let before = expires();
    assert_eq!(act("1", &json!({"act": "grant"})).json()["code"], "PQ-APPLICATION-019", "until when");
    assert_eq!(act("2", &json!({"act": "grant", "until": "2020-07-31"})).json()["code"], "PQ-APPLICATION-020");
    assert_eq!(expires(), before);
    let granted = act("3", &json!({"act": "grant", "until": "2020-07-30"}));
    assert_eq!(granted.status, 201, "{}", granted.text());
    assert!(expires().starts_with("2020-07-31T00:00") || expires().starts_with("2020-07-30T16:00"), "{}", expires());
    let revoked = act("4", &json!({"act": "revoke", "words": "untrue", "law": "海关法 Customs Law"}));
    assert_eq!((revoked.status, expires()), (201, before), "{}", revoked.text());
}

/// A form of an act with files.
pub fn send_form(person: &Client, path: &str, pairs: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in pairs.iter().chain(&[("csrf", token)]) {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, file, bytes) in files {
        let head = format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    person.send("POST", path, &headers, &body).expect("an answer")
}

/// The form of an import of one item, worth so much that its papers are looked at.
fn typed(reference: &str) -> Vec<(&'static str, String)> {
    [
        ("mode", "on_arrival"),
        ("reference", reference),
        ("direction", "import"),
        ("partner", "CANARYEXPORTER"),
        ("currency", "CNY"),
        ("items.0.code", "8471300000"),
        ("items.0.description", "Computers"),
        ("items.0.origin", "KOR"),
        ("items.0.value", "6000000.00"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn with<'a>(pairs: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    all.extend(more);
    all
}

/// The address that a form led to.
fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location").expect("an address");
    to.split('?').next().unwrap_or_default().trim_start_matches("/declarations/").to_owned()
}

#[test]
fn goods_are_declared_by_a_form_asked_about_answered_and_amended() {
    let port = Port::open();
    let (agent, customs) = (port.person("agent"), port.person("customs"));
    let form = typed("FORM-1");
    // Codes are found, taken, and nothing that was typed is lost on the way.
    let bare = with(&form, &[("items.0.code", ""), ("wanted", "portable processing"), ("do", "find")]);
    let found = agent.post("/declarations/new?lang=en", &bare).text();
    assert!(found.contains("value=\"take:847130\"") && found.contains("CANARYEXPORTER"), "{found}");
    let taken = agent.post("/declarations/new?lang=en", &with(&form, &[("items.0.code", ""), ("do", "take:847130")]));
    assert!(taken.text().contains("value=\"847130\""));
    let wrong = agent.post("/declarations/new?lang=en", &with(&form, &[("items.0.code", "12"), ("currency", "USD")]));
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(wrong.text().contains("href=\"#items.0.code\"") && wrong.text().contains("href=\"#items.0.value\""));
    assert!(agent.get("/declarations/new?lang=en").text().contains("FORM-1"), "it is kept until it is sent");
    let number = led(&agent.post("/declarations/new", &with(&form, &[])));
    let at = format!("/declarations/{number}");

    // The declarant sees state and bill, customs the row besides; who has no part finds nothing.
    let seen = agent.get(&format!("{at}?lang=en")).text();
    assert!(seen.contains("1,119,000.00") && seen.contains("Customs waits for documents"), "{seen}");
    assert!(!seen.contains("high-value") && customs.get(&at).text().contains("high-value"));
    for other in ["agent2", "msa"] {
        assert_eq!(port.person(other).get(&at).status, 404, "{other}");
    }
    let terminal = port.person("portgroup").get(&at);
    assert!(terminal.status == 200 && !terminal.text().contains("FORM-1") && !terminal.text().contains("1,119,000"));
    assert_eq!(agent.get("/declarations/queue").status, 403);

    // Everything that is missing is named at once, answered with papers, and copies do for now.
    let acts = format!("{at}/acts");
    let asked = [("act", "ask"), ("papers", "invoice"), ("papers", "contract"), ("words", "CANARYWORDS")];
    assert_eq!(send_form(&customs, &acts, &asked, &[]).status, 303);
    assert!(agent.get(&format!("{at}?lang=en")).text().contains("CANARYWORDS"));
    let papers = [("paper.invoice", "wang invoice.pdf", &b"CANARYPAPER"[..])];
    let answer = send_form(&agent, &acts, &[("act", "answer"), ("words", "here it is")], &papers);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(customs.get("/declarations/queue").text().contains(&number), "answered, it waits for customs");
    let paper = customs.get(&at).between(&format!("{at}/papers/"), "\"").expect("a paper");
    assert_eq!(customs.get(&format!("{at}/papers/{paper}")).text(), "CANARYPAPER");
    assert_eq!(port.person("portgroup").get(&format!("{at}/papers/{paper}")).status, 404);
    let settle = [("act", "settle"), ("kind", "documents"), ("originals", "2031-01-01T09:00")];
    let late = send_form(&customs, &acts, &settle, &[]);
    assert!(late.text().contains("PQ-DECLARATION-008"), "originals are due in ninety days: {}", late.text());
    assert_eq!(send_form(&customs, &acts, &[("act", "settle"), ("kind", "documents")], &[]).status, 303);

    // Amended by the form; what is decided is reckoned anew, to the cent.
    let same = agent.post(&format!("{at}/amend"), &with(&form, &[]));
    assert_eq!((same.status, same.text().contains("PQ-DECLARATION-037")), (422, true), "{}", same.text());
    let amended = agent.post(&format!("{at}/amend"), &with(&form, &[("items.0.value", "1000.00")]));
    assert_eq!(amended.status, 303, "{}", amended.text());
    assert_eq!(send_form(&customs, &acts, &[("act", "grant")], &[]).status, 303);
    assert_eq!(port.system("agent").get(&format!("/api/v1{at}")).json()["balance"], json!("186.50"));
    assert_eq!(send_form(&customs, &acts, &[("act", "pay"), ("reference", "T-9")], &[]).status, 303);
    assert!(agent.get(&format!("{at}?lang=en")).text().contains("The goods may go."));
    let notices = agent.get(&format!("{at}/notices")).text();
    assert!(notices.contains("<FunctionCode>07<") && notices.contains("<FunctionCode>09<"), "{notices}");
}

#[test]
fn an_officer_who_has_claimed_decides_alone() {
    let port = Port::open();
    let number = number(&send(&port.system("agent"), "c", "", &import("CLAIM-1")));
    let customs = port.system("customs");
    let hold = json!({"act": "order", "kind": "hold", "words": "why"});
    assert_eq!(act(&customs, &number, "c1", &hold).status, 201);
    let person = port.person("customs");
    assert_eq!(person.post(&format!("/declarations/{number}/claim/claim"), &[]).status, 303);
    let queue = person.get("/declarations/queue?lang=en").text();
    assert!(queue.contains(&number) && !queue.contains(&format!("/declarations/{number}/claim/claim")), "{queue}");
    let held = port.system("agent").get(&format!("/api/v1/declarations/{number}")).json();
    assert_eq!((&held["status"], &held["may_go"]), (&json!("held"), &json!(false)));
    assert_eq!(port.person("agent").post(&format!("/declarations/{number}/claim/claim"), &[]).status, 403);
}

#[test]
fn licences_that_are_missing_are_named_at_once_and_goods_are_examined_as_the_firm_chose() {
    let port = Port::open();
    let (agent, customs) = (port.person("agent"), port.person("customs"));
    let system = port.system("agent");
    let maize = import("MAIZE-1").replace("84713000", "10059000");
    let lacks = send(&system, "l1", "", &maize);
    assert_eq!((lacks.status, lacks.text().contains("PQ-DECLARATION-025")), (422, true), "{}", lacks.text());
    let form = typed("MAIZE-2");
    let more = [("items.0.code", "1005900000"), ("items.0.licence_type", "Q"), ("items.0.licence", "")];
    let told = agent.post("/declarations/new?lang=en", &with(&form, &more));
    assert!(told.status == 422 && told.text().contains("href=\"#items.0.licence\""), "{}", told.text());
    let more = [
        ("items.0.code", "1005900000"),
        ("items.0.licence_type", "Q"),
        ("items.0.licence", "P-1"),
        ("items.0.net", "600"),
    ];
    let unknown = agent.post("/declarations/new?lang=en", &with(&form, &more));
    assert!(unknown.status == 422 && unknown.text().contains("PQ-DECLARATION-026"), "{}", unknown.text());
    permit(&port, "P-1", "1000");
    let number = led(&agent.post("/declarations/new", &with(&form, &more)));
    let acts = format!("/declarations/{number}/acts");
    assert_eq!(send_form(&customs, &acts, &[("act", "examine")], &[]).status, 303);
    let look = |method: &'static str| {
        let times = [("from", "2031-01-01T09:00"), ("until", "2031-01-01T10:00"), ("place", "YARD-7")];
        [&[("act", "plan"), ("method", method)][..], &times[..]].concat()
    };
    assert!(send_form(&customs, &acts, &look("scan"), &[]).text().contains("PQ-DECLARATION-012"));
    assert_eq!(send_form(&agent, &acts, &[("act", "attend"), ("how", "yard")], &[]).status, 303);
    assert!(send_form(&customs, &acts, &look("open"), &[]).text().contains("PQ-DECLARATION-010"));
    assert_eq!(send_form(&customs, &acts, &look("scan"), &[]).status, 303);
    assert!(agent.get(&format!("/declarations/{number}?lang=en")).text().contains("YARD-7"));
    let evidence = [("paper.statement", "s.pdf", &b"own"[..]), ("paper.report", "r.pdf", &b"third"[..])];
    assert_eq!(send_form(&agent, &acts, &[("act", "answer")], &evidence).status, 303);
    let page = customs.get(&format!("/declarations/{number}?lang=en")).text();
    let (report, statement) = (page.find(">Report of a third party<"), page.find(">Statement of the firm<"));
    assert!(report.is_some() && report < statement, "evidence stands in the order in which it counts");
    let found = [("act", "find"), ("found", "as_declared"), ("words", "SEALWORDS")];
    let picture = [("paper.picture", "p.png", &b"CANARYPICTURE"[..])];
    assert_eq!(send_form(&customs, &acts, &found, &picture).status, 303);
    let seen = agent.get(&format!("/declarations/{number}?lang=en")).text();
    assert!(seen.contains("SEALWORDS") && seen.contains("the public purse bears"), "{seen}");
}

/// Customs enters a quarantine permit for maize, for a year from now.
fn permit(port: &Port, number: &str, quantity: &str) {
    let day = |days: i64| (now() + jiff::SignedDuration::from_hours(24 * days)).to_string();
    let body = json!({
        "firm": "sample-agency-a", "goods": "1005", "quantity": quantity, "from": day(-1), "until": day(300),
    });
    let set = port.system("customs").call("PUT", &format!("/api/v1/licences/Q/{number}"), number, &body);
    assert_eq!(set.status, 200, "{}", set.text());
}

/// Maize of so many kilograms, under a permit.
fn maize(reference: &str, permit: &str, kilograms: &str) -> String {
    let document = format!(
        "<SequenceNumeric>1</SequenceNumeric><AdditionalDocument><ID>{permit}</ID><TypeCode>Q</TypeCode></AdditionalDocument>"
    );
    let mass =
        format!("<GoodsMeasure><NetNetWeightMeasure unitCode=\"KGM\">{kilograms}</NetNetWeightMeasure></GoodsMeasure>");
    import(reference)
        .replace("84713000", "10059000")
        .replace("<SequenceNumeric>1</SequenceNumeric>", &document)
        .replace("<InvoiceLine>", &format!("{mass}<InvoiceLine>"))
}

#[test]
fn a_permit_is_drawn_down_and_never_below_nothing() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    permit(&port, "P-2", "1000");
    let left = || {
        let all = agent.get("/api/v1/licences").json()["licences"].clone();
        let of = all.as_array().and_then(|all| all.iter().find(|of| of["number"] == "P-2").cloned());
        of.expect("the permit")["left"].clone()
    };
    let too_long = json!({
        "firm": "sample-agency-a", "goods": "1005", "quantity": "1", "from": "2026-01-01T00:00:00Z", "until": "2027-06-01T00:00:00Z",
    });
    let refused = customs.call("PUT", "/api/v1/licences/Q/P-3", "long", &too_long);
    assert_eq!((refused.status, refused.text().contains("PQ-DECLARATION-038")), (422, true), "{}", refused.text());
    assert_eq!(agent.call("PUT", "/api/v1/licences/Q/P-3", "own", &too_long).status, 403);
    // Of two at once that want six hundred of a thousand one goes, whatever the engine.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = ["M-1", "M-2"].map(|reference| {
            let port = &port;
            scope.spawn(move || send(&port.system("agent"), reference, "", &maize(reference, "P-2", "600")).status)
        });
        one.map(|thread| thread.join().expect("an answer")).into()
    });
    assert!(statuses.contains(&201) && statuses.contains(&422), "{statuses:?}");
    assert_eq!(left(), json!("400"));
    let short = send(&agent, "m3", "", &maize("M-3", "P-2", "400.001"));
    assert!(
        short.status == 422 && short.text().contains("PQ-DECLARATION-028") && short.text().contains("400"),
        "{}",
        short.text()
    );
    let rest = number(&send(&agent, "m4", "", &maize("M-4", "P-2", "400")));
    assert_eq!(left(), json!("0"));
    let less = json!({
        "firm": "sample-agency-a", "goods": "1005", "quantity": "900", "from": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z",
    });
    assert_eq!(customs.call("PUT", "/api/v1/licences/Q/P-2", "less", &less).status, 409, "more was drawn");
    // Taken back, what it drew is free again; another firm sees nothing of it.
    let reject = json!({"act": "reject", "errors": [{"code": "unclear"}]});
    assert_eq!(act(&customs, &rest, "back", &reject).status, 201);
    assert_eq!(left(), json!("400"));
    assert_eq!(port.system("agent2").get("/api/v1/licences").json()["licences"], json!([]));
    let mass = send(&agent, "m5", "", &maize("M-5", "P-2", "0"));
    assert!(mass.status == 422 && mass.text().contains("PQ-DECLARATION-027"), "{}", mass.text());
}

/// A message about an earlier declaration, by its reference.
fn about(reference: &str, kind: &str) -> String {
    import(reference)
        .replace("<FunctionCode>9<", "<FunctionCode>13<")
        .replace("<TypeCode>IMA<", &format!("<TypeCode>{kind}<"))
}

#[test]
fn an_amendment_before_its_declaration_waits_for_it_and_is_nobody_else_s() {
    let port = Port::open();
    let (agent, other, customs) = (port.system("agent"), port.system("agent2"), port.system("customs"));
    let early = about("EARLY-1", "COR").replace("6000000.00", "100.00");
    let kept = send(&agent, "e1", "", &early);
    assert_eq!((kept.status, kept.text().contains("PQ-DECLARATION-070")), (201, true), "{}", kept.text());
    let waiting = number(&kept);
    assert_eq!(number(&send(&agent, "e1", "", &early)), waiting, "a retry keeps it once");
    let at = format!("/api/v1/declarations/{waiting}");
    assert_eq!(agent.get(&at).json()["status"], json!("parked"));
    assert_eq!(other.get(&at).status, 404);
    for person in ["agent", "customs"] {
        let page = port.person(person).get(&format!("/declarations/{waiting}?lang=en"));
        assert_eq!((page.status, page.text().contains("Kept until its declaration comes")), (200, true), "{person}");
    }

    // The same reference of another firm is another declaration.
    let theirs = number(&send(&other, "e2", "", &import("EARLY-1")));
    assert_ne!(theirs, waiting);
    assert_eq!(agent.get(&at).json()["status"], json!("parked"));

    let done = send(&agent, "e3", "", &import("EARLY-1"));
    assert_eq!(number(&done), waiting, "the declaration has the number under which the message waited");
    assert_eq!(act(&customs, &waiting, "e4", &json!({"act": "decide", "granted": true})).status, 201);
    let seen = agent.get(&at).json();
    assert_eq!((&seen["edition"], &seen["balance"]), (&json!(2), &json!("18.65")), "{seen}");
    let gone = number(&send(&agent, "e5", "", &about("EARLY-2", "INV")));
    let back = json!({"act": "withdraw", "reference": "EARLY-2"});
    assert_eq!(act(&agent, &gone, "e6", &back).status, 201, "what waits can be let go");
    assert_ne!(number(&send(&agent, "e7", "", &import("EARLY-2"))), gone);
}

/// An amendment to a declaration of maize, under the declarant's reference.
fn maize_instead(reference: &str, permit: &str, kilograms: &str) -> String {
    maize(reference, permit, kilograms)
        .replace("<FunctionCode>9<", "<FunctionCode>13<")
        .replace("<TypeCode>IMA<", "<TypeCode>COR<")
}

#[test]
fn an_amendment_that_waited_draws_its_licences_once_it_is_granted_and_counts_for_nothing_without_them() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    permit(&port, "P-7", "1000");
    let left = || {
        let all = agent.get("/api/v1/licences").json()["licences"].clone();
        let of = all.as_array().and_then(|all| all.iter().find(|of| of["number"] == "P-7").cloned());
        of.expect("the permit")["left"].clone()
    };
    // More maize than will be declared: it waits, and draws nothing.
    number(&send(&agent, "w1", "", &maize_instead("WAITS-1", "P-7", "900")));
    assert_eq!(left(), json!("1000"));
    let declared = number(&send(&agent, "w2", "", &maize("WAITS-1", "P-7", "600")));
    assert_eq!(left(), json!("400"), "what is declared is drawn, what waits is not");
    let grant = json!({"act": "decide", "granted": true});
    assert_eq!(act(&customs, &declared, "w3", &grant).status, 201);
    assert_eq!(left(), json!("100"), "the difference is drawn");
    let reject = json!({"act": "reject", "errors": [{"code": "unclear"}]});
    assert_eq!(act(&customs, &declared, "w4", &reject).status, 201);
    assert_eq!(left(), json!("1000"), "all of it comes back");

    // One without its licence does not fit, which the declarant is told; what is declared stands.
    number(&send(&agent, "w5", "", &maize_instead("WAITS-2", "NOBODY-S", "900")));
    let answer = send(&agent, "w6", "", &maize("WAITS-2", "P-7", "600"));
    for code in ["PQ-DECLARATION-073", "PQ-DECLARATION-026"] {
        assert!(answer.text().contains(code), "{code}: {}", answer.text());
    }
    let seen = agent.get(&format!("/api/v1/declarations/{}", number(&answer))).json();
    assert_eq!((&seen["edition"], &seen["licences"][0]["quantity"]), (&json!(1), &json!("600")), "{seen}");
    assert_ne!(seen["status"], json!("requested"), "customs is asked nothing");
    assert_eq!(left(), json!("400"));
}

#[test]
fn a_terminal_s_system_tells_that_goods_are_there_and_that_they_have_left() {
    let port = Port::open();
    let agent = port.system("agent");
    let made = pratique(&port.folder, &["key", "add", "terminal", "--party", "organ:port_group"]);
    let key = String::from_utf8_lossy(&made.stdout).lines().next().expect("a key").to_owned();
    let bearer = format!("Bearer {key}");
    let tell = |key: &str, xml: &str| {
        let headers =
            [("authorization", bearer.as_str()), ("idempotency-key", key), ("content-type", "application/xml")];
        port.anybody().send("POST", "/api/v1/movements", &headers, xml.as_bytes()).expect("an answer")
    };
    let before = "<PreviousDocument><CategoryCode>Z</CategoryCode><ID>9CN26SAMPLE-UCR1</ID><TypeCode>DCR</TypeCode></PreviousDocument>";
    let export = import("MOVE-1")
        .replace("<TypeCode>IMA<", "<TypeCode>EXD<")
        .replace("</GoodsShipment>", &format!("{before}</GoodsShipment>"));
    let number = number(&send(&agent, "m1", "", &export));
    let at = format!("/api/v1/declarations/{number}");
    assert_eq!(agent.get(&at).json()["status"], json!("received"));
    let movement = |code: &str, ucr: &str| {
        format!(
            "<inv:inventoryLinkingMovementRequest xmlns:inv=\"http://gov.uk/customs/inventoryLinking/v1\"><inv:messageCode>{code}</inv:messageCode>\
             <inv:ucrBlock><inv:ucr>{ucr}</inv:ucr><inv:ucrType>D</inv:ucrType></inv:ucrBlock></inv:inventoryLinkingMovementRequest>"
        )
    };
    let unknown = tell("m2", &movement("EAL", "9CN26NOBODY"));
    assert_eq!((unknown.status, unknown.text().contains("PQ-DECLARATION-071")), (422, true), "{}", unknown.text());
    let odd = tell("m3", &movement("EAA", "9CN26SAMPLE-UCR1"));
    assert_eq!((odd.status, odd.text().contains("PQ-DECLARATION-072")), (422, true), "{}", odd.text());
    assert_eq!(
        agent
            .send(
                "POST",
                "/api/v1/movements",
                &[("idempotency-key", "m4")],
                movement("EAL", "9CN26SAMPLE-UCR1").as_bytes()
            )
            .expect("an answer")
            .status,
        403
    );
    let there = tell("m5", &movement("EAL", "9CN26SAMPLE-UCR1")).json();
    assert_eq!(
        (&there["declarations"][0]["declaration"], &there["declarations"][0]["recorded"]),
        (&json!(number), &json!(true)),
        "{there}"
    );
    let status = agent.get(&at).json()["status"].clone();
    assert!(
        status == "cleared" || status == "inspection",
        "accepted by its arrival, and examined at most by chance: {status}"
    );
    if status == "inspection" {
        let settle = json!({"act": "settle", "kind": "inspection"});
        assert_eq!(act(&port.system("customs"), &number, "m6", &settle).status, 201);
    }
    let left = tell("m7", &movement("EDL", "9CN26SAMPLE-UCR1")).json();
    assert_eq!(left["declarations"][0]["recorded"], json!(true), "{left}");
    assert_eq!(agent.get(&at).json()["status"], json!("exited"));
    let again = tell("m8", &movement("EDL", "9CN26SAMPLE-UCR1")).json();
    assert_eq!(again["declarations"][0]["errors"][0]["code"], json!("PQ-DECLARATION-002"), "{again}");
}

/// A workbook of items with the columns that are needed.
fn items(rows: &[[&str; 4]]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Items").expect("a name");
    for (row, values) in (0_u32..).zip([["code", "description", "origin", "value"]].iter().chain(rows)) {
        for (at, value) in (0_u16..).zip(values) {
            sheet.write(row, at, *value).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

#[test]
fn a_workbook_of_items_fills_the_form_and_its_faults_stand_at_their_cells() {
    let port = Port::open();
    let agent = port.person("agent");
    let template = agent.get("/declarations/template");
    assert_eq!((template.status, template.bytes.starts_with(b"PK")), (200, true));
    let typed = agent.post("/declarations/new?lang=en", &with(&typed("SHEET-1"), &[("do", "find")]));
    assert_eq!(typed.status, 200);
    let file = |bytes: &[u8]| {
        send_form(&agent, "/declarations/upload?lang=en", &[("key", "s")], &[("file", "items.xlsx", bytes)])
    };
    let wrong =
        file(&items(&[["8471300000", "Computers", "KOR", "10.00"], ["8471300000", "Screens", "Atlantis", "20.00"]]));
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(wrong.text().contains("C3"), "the cell of the country: {}", wrong.text());
    let good =
        file(&items(&[["8471300000", "Computers", "South Korea", "10.00"], ["8528520000", "Screens", "KOR", "20.00"]]));
    assert_eq!(good.status, 200, "{}", good.text());
    let page = good.text();
    assert!(
        page.contains("SHEET-1") && page.contains("8528520000") && page.contains("Screens"),
        "what was typed stays: {page}"
    );
    assert!(page.contains("list-country") && page.contains("value=\"KOR\""), "countries are offered");
    assert_eq!(port.person("customs").get("/declarations/template").status, 403);
    let sent =
        send_form(&port.person("customs"), "/declarations/upload", &[("key", "c")], &[("file", "i.xlsx", &items(&[]))]);
    assert_eq!(sent.status, 403);
}

#[test]
fn a_folder_is_entered_again_until_nothing_is_missing() {
    let port = Port::open();
    let (agent, folder) = (port.system("agent"), crate::harness::fresh("enter"));
    for nth in 1..=3 {
        std::fs::write(folder.join(format!("{nth}.xml")), import(&format!("ENTER-{nth}"))).expect("written");
    }
    std::fs::write(folder.join("4.xml"), "<no/>").expect("written");
    let (to, key) = (format!("{}/api/v1/declarations", port.base), agent.key.clone().expect("a key"));
    let enter = || {
        let words = ["enter", folder.to_str().expect("a path"), "--to", &to, "--key", &key];
        crate::harness::pratique(&port.folder, &words)
    };
    let first = enter();
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert_eq!((first.status.code(), said.lines().count(), said.contains("4.xml")), (Some(3), 1, true), "{said}");
    let kept = agent.get("/api/v1/declarations").json()["declarations"].clone();
    std::fs::remove_file(folder.join("4.xml")).expect("removed");
    assert_eq!(enter().status.code(), Some(0));
    assert_eq!(agent.get("/api/v1/declarations").json()["declarations"], kept, "nothing is declared twice");
}
