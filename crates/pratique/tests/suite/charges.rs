//! Charges over the real program: the price list, estimates, bills of calls, comparisons, savings, and the command.

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, Client, Port, fresh, numbered, pratique};

/// Two 20-foot containers in, on the first day of the waivers of 2020.
fn facts() -> Value {
    json!({"days": {"arrival": "2020-03-01"}, "ship": {"type": "container"}, "items": [
        {"kind": "container", "quantity": 2, "particulars": {"size": 20, "direction": "import"}}]})
}

fn compare(client: &Client, fields: &[(&str, &str)], file: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"bill.csv\"\r\n\r\n";
    body += &format!("{file}\r\n--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    client.send("POST", "/charges/compare", &headers, body.as_bytes()).expect("an answer")
}

#[test]
fn anybody_sees_the_prices_and_reckons_what_a_call_will_cost() {
    let port = Port::open();
    let anybody = port.anybody();
    let list = anybody.get("/charges?on=2020-03-01&lang=en").text();
    assert!(list.contains("Port construction fee") && list.contains("sample price"), "{list}");
    assert!(!anybody.get("/charges?on=2026-11-27&lang=en").text().contains("id=\"construction_fee\""));
    let csv = anybody.get("/charges/list.csv?on=2020-03-01").text();
    assert!(csv.contains("construction_fee,港口建设费,Port construction fee,fee-20,"), "{csv}");

    let page = anybody.get("/charges/estimate?go=yes&arrival=2020-03-01&box.20.import.dry=2&lang=en").text();
    for said in ["2 × 34 = 68.00", "-20 % × 68 = -13.60", "-128.00", "19-port-charges", "tariff-cargo-dues"] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let wrong = anybody.get("/charges/estimate?go=yes&arrival=2020-03-01&box.20.import.dry=two&lang=en");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("href=\"#box.20.import.dry\"") && wrong.text().contains("value=\"two\""));

    let by_api = anybody.call("POST", "/api/v1/charges/estimate", "estimate", &facts());
    assert_eq!(by_api.status, 200, "{}", by_api.text());
    assert_eq!(by_api.json()["totals"]["CNY"]["due"], "1027.20", "68 - 13.60, 128 - 128, 16 - 3.20, 960");
    let faulty = anybody.call("POST", "/api/v1/charges/estimate", "faulty", &json!({"items": []})).json();
    assert_eq!(faulty["faults"][0]["code"], "PQ-CHARGE-001");
}

#[test]
fn a_bill_that_asks_too_much_becomes_a_report() {
    let port = Port::open();
    let anybody = port.anybody();
    let what = [("arrival", "2020-03-01"), ("box.20.import.dry", "2"), ("received", "construction_fee 128")];
    let answer = compare(&anybody, &what, "item,amount\nCargo port dues,68.00\ndocument fee,50\n");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let link = answer.between("class=\"btn\" href=\"/report?", "\"").expect("a link to report").replace("&amp;", "&");
    let report = anybody.get(&format!("/report?{link}"));
    assert_eq!(report.status, 200);
    let typed = report.between("name=\"words\"", "</textarea>").expect("the words");
    for said in ["128", "54.40", "13.60", "document fee"] {
        assert!(typed.contains(said), "{said} is not in {typed}");
    }
    let bad = compare(&anybody, &what[..2], "tea\n=cmd 1x\n");
    assert_eq!(bad.status, 422);
    assert!(bad.text().contains("PQ-CHARGE-012"), "{}", bad.text());
    assert_eq!(compare(&anybody, &what[..2], "\u{1}").status, 422);
}

#[test]
fn a_call_is_billed_by_the_port_group_and_the_savings_are_its_firms() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let at = format!("/calls/{number}/bill");
    let (group, agent) = (port.person("portgroup"), port.person("agent"));
    let form = [("arrival", "2020-03-01"), ("ship_type", "container"), ("box.20.import.dry", "2")];
    assert_eq!(group.post(&at, &form).status, 303);
    let seen = agent.get(&format!("{at}?lang=en")).text();
    assert!(seen.contains("version 1") && seen.contains("1027.20") && !seen.contains("State the bill"), "{seen}");
    // The same again is no new version; a correction is one, and the former stays.
    assert_eq!(group.post(&at, &form).status, 303);
    let corrected = [form[0], form[1], ("box.20.import.dry", "3")];
    assert_eq!(group.post(&at, &corrected).status, 303);
    let bill = port.system("agent").get(&format!("/api/v1{at}")).json();
    let versions: Vec<_> =
        bill["stated"].as_array().expect("versions").iter().map(|of| of["version"].clone()).collect();
    assert_eq!(versions, [2, 1]);
    assert_eq!(bill["stated"][0]["bill"]["totals"]["CNY"]["due"], "1540.80");
    assert_eq!(port.system("agent2").get(&format!("/api/v1{at}")).status, 404);
    assert_eq!(port.system("agent").call("PUT", &format!("/api/v1{at}"), "state", &facts()).status, 403);

    // Three containers: 20.40 dues, 192.00 construction fee, 4.80 security.
    let savings = port.system("agent").get("/api/v1/savings").json();
    assert_eq!(savings["savings"][0]["amount"], "217.20", "{savings}");
    assert_eq!(savings["savings"][0]["month"], "2020-03");
    let others = port.system("agent2").get("/api/v1/savings").json();
    assert_eq!(others["savings"], json!([]), "each firm sees its own");
    let csv = port.person("portoffice").get("/charges/savings.csv").text();
    assert!(csv.contains("2020-03,19-port-charges,") && csv.contains(",217.20,CNY,1"), "{csv}");
    assert_eq!(port.anybody().get("/api/v1/savings").status, 401);
    assert_eq!(port.anybody().get(&format!("/api/v1{at}")).status, 401);
}

#[test]
fn the_command_reckons_files_of_facts() {
    let folder = fresh("bills");
    std::fs::create_dir_all(&folder).expect("a folder");
    let (good, bad) = (folder.join("good.json"), folder.join("bad.toml"));
    std::fs::write(&good, facts().to_string()).expect("written");
    std::fs::write(&bad, "[[items]]\nkind = \"box\"\n").expect("written");
    let (good, bad) = (good.display().to_string(), bad.display().to_string());
    let told = pratique(&folder, &["bill", "--json", &good]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let bill: Value = serde_json::from_slice(&told.stdout).expect("an object");
    assert_eq!(bill["bill"]["totals"]["CNY"]["relief"], "144.80");
    let words = pratique(&folder, &["bill", &good]).stdout;
    assert!(String::from_utf8_lossy(&words).contains("2 × 34 = 68.00"), "{}", String::from_utf8_lossy(&words));
    let refused = pratique(&folder, &["bill", "--json", &bad]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("PQ-CHARGE-002"));
}
