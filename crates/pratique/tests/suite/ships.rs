//! Records of ships by API: a system announces a ship that the port does not know, and opens her call.

use serde_json::{Value, json};

use crate::harness::{Client, Port};

fn record(owner: &str) -> Value {
    json!({"name": {"zh": "", "en": "Sample Newcomer"}, "ship_type": "bulk", "flag": "pa", "gross_tonnage": 30000, "owner": owner})
}

fn state(client: &Client, imo: &str, record: &Value) -> (u16, Value) {
    let answer = client.call("PUT", &format!("/api/v1/ships/{imo}"), "ships", record);
    (answer.status, answer.json())
}

#[test]
fn a_system_enters_a_ship_and_opens_her_call() {
    let port = Port::open();
    let (agent, other) = (port.system("agent"), port.system("agent2"));
    let imo = "9074729";
    let new = json!({"imo": imo, "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00"});
    assert_eq!(agent.call("POST", "/api/v1/calls", "ships-1", &new).json()["code"], "PQ-CALL-024");
    assert_eq!(agent.get(&format!("/api/v1/ships/{imo}")).status, 404);
    let (status, first) = state(&agent, imo, &record(""));
    assert_eq!((status, first["state"].as_str()), (201, Some("recorded")), "{first}");
    assert_eq!(state(&agent, imo, &record("")), (200, first.clone()), "the same again is stated once");
    let receipt = first["receipt_id"].as_str().expect("a receipt");
    assert_eq!(port.anybody().get(&format!("/receipts/{receipt}")).status, 200);
    assert_eq!(agent.call("POST", "/api/v1/calls", "ships-2", &new).status, 201);
    let read = other.get(&format!("/api/v1/ships/{imo}")).json();
    assert_eq!(
        (&read["record"]["flag"], &read["version"], &read["confirmed_by"]),
        (&json!("PA"), &json!(1), &json!(null))
    );

    // A change is the call's agent's to propose, waits, and is proposed once.
    assert_eq!(state(&other, imo, &record("Sample Owner")).1["code"], "PQ-SHIP-010");
    let (status, change) = state(&agent, imo, &record("Sample Owner"));
    assert_eq!((status, change["state"].as_str()), (202, Some("proposed")), "{change}");
    assert_eq!(state(&agent, imo, &record("Sample Owner")), (200, change));
    assert_eq!(agent.get(&format!("/api/v1/ships/{imo}")).json()["version"], 1);

    assert_eq!(state(&agent, "9074728", &record("")).1["code"], "PQ-SHIP-001");
    let mut odd = record("");
    odd["ship_type"] = json!("rowing boat");
    assert_eq!(state(&agent, "8001397", &odd).1["code"], "PQ-SHIP-004");
    assert_eq!(state(&port.system("border"), imo, &record("x")).0, 403);
}
