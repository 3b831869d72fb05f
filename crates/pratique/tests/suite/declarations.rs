//! Declarations of goods over the real program: WCO XML in, who reads and acts, notices out, guarantees under two at once.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Port, pratique};

/// An import of one item, worth so much that its papers are looked at, whatever chance draws.
fn import(reference: &str) -> String {
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

fn send(client: &Client, key: &str, query: &str, xml: &str) -> Answer {
    let headers = [("idempotency-key", key), ("content-type", "application/xml")];
    client.send("POST", &format!("/api/v1/declarations{query}"), &headers, xml.as_bytes()).expect("an answer")
}

fn number(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

fn act(client: &Client, number: &str, key: &str, body: &Value) -> Answer {
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

#[test]
fn what_is_wrong_with_a_message_is_told_and_nothing_is_kept() {
    let port = Port::open();
    let agent = port.system("agent");
    let wrong = [
        ("<!DOCTYPE x [<!ENTITY a \"b\">]>".to_owned() + &import("R"), "PQ-XML-002"),
        (import("R").replace("CNY", "XAU"), "PQ-DECLARATION-024"),
        (import("R").replace("84713000", "8471"), "PQ-DECLARATION-023"),
        (import("R").replace("<GoodsItemQuantity>1", "<GoodsItemQuantity>2"), "PQ-DECLARATION-021"),
        (import("R").replace("IMA", "ZZZ"), "PQ-DECLARATION-033"),
        (import("R").replace("<TypeCode>", "<Colour/><TypeCode>"), "PQ-WCO-002"),
        ("{}".to_owned(), "PQ-XML-001"),
    ];
    for (nth, (xml, code)) in wrong.iter().enumerate() {
        let answer = send(&agent, &format!("w{nth}"), "", xml);
        assert_eq!((answer.status, answer.text().contains(code)), (422, true), "{code}: {}", answer.text());
    }
    assert_eq!(send(&agent, "m", "?mode=tomorrow", &import("R")).status, 409);
    let early = import("R").replace("<FunctionCode>9", "<FunctionCode>13").replace("IMA", "COR");
    assert_eq!(send(&agent, "e", "", &early).status, 404, "an amendment before its original");
    assert_eq!(agent.get("/api/v1/declarations").json()["declarations"], json!([]));
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
    let free = || agent.get("/api/v1/guarantees").json()["guarantees"][0]["free"].clone();
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
