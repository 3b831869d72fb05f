//! Joint inspections over the real program: several organs want the same box, one appointment is proposed to all of them and the
//! terminal, each accepts it or has it moved for a listed reason, the firm sees it, and the goods leave when all have looked.

use serde_json::{Value, json};

use crate::{
    cargo::{BOX, Terminal, YARD, act, filed, held, line, manifest, refused},
    declarations::{import, send},
    delivery::wait,
    harness::{ASKED, Client, LEAVING, Port, numbered},
};

fn joint(client: &Client, number: &str) -> Value {
    client.get(&format!("/api/v1/consignments/{number}")).json()["joint_inspection"].clone()
}

fn done(client: &Client, number: &str, key: &str, body: &Value) {
    let answer = act(client, number, key, body);
    assert_eq!(answer.status, 201, "{body} {}", answer.text());
}

#[test]
fn several_organs_look_into_a_box_together() {
    let port = Port::open();
    let (agent, other, customs) = (port.system("agent"), port.system("agent2"), port.system("customs"));
    let (msa, border) = (port.system("msa"), port.system("border"));
    let terminal = Terminal::of(&port);
    let call = numbered(&port, LEAVING);
    let mut dangerous = line("MBL1", BOX, 10, "sample-agency-b");
    dangerous["un_number"] = json!("1203");
    let lines = json!([dangerous, line("MBL2", "TEXU3070079", 7, "")]);
    let manifest_number = filed(&agent.call("POST", "/api/v1/manifests", "a", &manifest(&call, &lines)));
    let (first, second) = (format!("{manifest_number}-0001"), format!("{manifest_number}-0002"));

    // Maritime safety sees dangerous goods, and of no party; border inspection sees nothing before it names a ground.
    let seen = msa.get(&format!("/api/v1/consignments/{first}"));
    assert!(seen.status == 200 && !seen.text().contains("CANARY"), "{}", seen.text());
    assert!(!port.person("msa").get(&format!("/consignments/{first}")).text().contains("CANARY"));
    assert_eq!(msa.get(&format!("/api/v1/consignments/{second}")).status, 404);
    assert_eq!(border.get(&format!("/api/v1/consignments/{first}")).status, 404);

    let named = "<PreviousDocument><ID>MBL1</ID></PreviousDocument></GoodsShipment>";
    let xml = import("REF-L1").replace("</GoodsShipment>", named);
    let declaration = filed(&send(&other, "d", "?mode=on_arrival", &xml));
    done(&other, &first, "l", &json!({"act": "declare", "declaration": declaration}));
    let order = json!({"act": "want_look", "ground": "order"});
    refused(&act(&customs, &first, "w0", &order), "PQ-CARGO-041");
    let on_declaration = |client: &Client, key: &str, body: &Value| {
        let answer = client.call("POST", &format!("/api/v1/declarations/{declaration}/acts"), key, body);
        assert_eq!(answer.status, 201, "{body} {}", answer.text());
    };
    on_declaration(&customs, "e1", &json!({"act": "order", "kind": "inspection"}));
    on_declaration(&other, "e2", &json!({"act": "attend", "how": "yard"}));

    // Nothing is there yet, so no time fits, or the ship is expected and one does; it follows when the goods are there.
    done(&msa, &first, "w1", &json!({"act": "want_look", "ground": "dangerous", "containers": [BOX]}));
    let arrive = json!({"act": "arrive", "bills": ["MBL1"], "yard": YARD});
    assert_eq!(terminal.post(&format!("/api/v1/manifests/{manifest_number}/acts"), "ar", &arrive).status, 201);
    let appointed = |of: &Value| of["appointment"]["from"].as_str().unwrap_or_default().to_owned();
    wait("a time", || {
        let of = joint(&msa, &first);
        of["appointment"]["yard"] == YARD && !appointed(&of).is_empty()
    });

    // By page: border inspection names the container and its ground, and sees the goods from then on.
    let page = port.person("border");
    assert!(page.get("/consignments?lang=en").text().contains("Persons suspected in hiding"));
    let at = "/consignments/look";
    let missing = page.post(at, &[("number", "NOSUCHBOX"), ("ground", "stowaway"), ("key", "n1")]);
    assert!(missing.status == 409 && missing.text().contains("PQ-CARGO-048"), "{}", missing.text());
    let strange = page.post(at, &[("number", BOX), ("ground", "dangerous"), ("key", "n2")]);
    assert!(strange.status == 409 && strange.text().contains("PQ-CARGO-040"), "{}", strange.text());
    assert_eq!(page.post(at, &[("number", BOX), ("ground", "stowaway"), ("key", "n3")]).status, 303);
    let shown = border.get(&format!("/api/v1/consignments/{first}"));
    assert!(shown.status == 200 && !shown.text().contains("CANARY"), "{}", shown.text());
    for stranger in ["agent", "portgroup", "guard"] {
        let given = [("number", "MBL2"), ("ground", "stowaway"), ("key", stranger)];
        assert!(port.person(stranger).post(at, &given).status >= 400, "{stranger} looks into nothing");
    }
    done(&customs, &first, "w2", &order);
    assert_eq!(held(&other, &first), ["inspection", "inspection", "inspection", "customs", "order", "release"]);

    // One has it moved for a reason that it has; everybody is asked anew.
    let before = appointed(&joint(&other, &first));
    done(&msa, &first, "a1", &json!({"act": "accept_look"}));
    refused(&act(&msa, &first, "m0", &json!({"act": "move_look", "reason": "equipment"})), "PQ-CARGO-043");
    refused(&act(&agent, &first, "m1", &json!({"act": "accept_look"})), "PQ-CARGO-001");
    done(&border, &first, "m2", &json!({"act": "move_look", "reason": "officers"}));
    let moved = joint(&other, &first);
    assert!(appointed(&moved) > before && moved["appointment"]["accepted"] == json!([]), "{before}: {moved}");

    // Customs accepts with the method, and the look stands on the declaration with the same time.
    let accept = json!({"act": "accept_look", "method": "scan", "boxes": {"forty": 1}});
    refused(&act(&customs, &first, "a2", &json!({"act": "accept_look", "method": "open"})), "PQ-DECLARATION-010");
    done(&customs, &first, "a3", &accept);
    assert_eq!(act(&customs, &first, "a3", &accept).status, 201, "a retry gets its answer");
    let declared = other.get(&format!("/api/v1/declarations/{declaration}")).text();
    assert!(declared.contains("\"scan\"") && declared.contains(YARD), "{declared}");
    done(&msa, &first, "a4", &json!({"act": "accept_look"}));
    done(&border, &first, "a5", &json!({"act": "accept_look"}));
    let accepts = json!({"act": "accept_look"});
    assert_eq!(terminal.post(&format!("/api/v1/consignments/{first}/acts"), "a6", &accepts).status, 201);
    assert_eq!(joint(&other, &first)["appointment"]["agreed"], true);

    // The firm sees it on its declaration and is told; the terminal sees when the box is wanted.
    let firm = port.person("agent2");
    let page = firm.get(&format!("/declarations/{declaration}?lang=en")).text();
    assert!(page.contains("Joint inspection") && page.contains("Agreed"), "{page}");
    let yard = port.person("portgroup").get(&format!("/declarations/{declaration}?lang=en")).text();
    assert!(yard.contains("To be inspected") && yard.contains("Scan"), "{yard}");
    wait("the notice", || firm.get("/notices?lang=en").text().contains("The time of a joint inspection is agreed"));
    wait("the yard's", || {
        port.person("portgroup").get("/notices?lang=en").text().contains("An inspection of goods is appointed")
    });

    // What customs finds on its declaration counts here by itself; nobody looks before the time; a ground may fall away.
    refused(&act(&msa, &first, "f0", &json!({"act": "look", "found": "as_declared"})), "PQ-CARGO-042");
    on_declaration(&customs, "f1", &json!({"act": "find", "found": "as_declared"}));
    wait("customs' part", || {
        !held(&other, &first).is_empty() && joint(&msa, &first)["wants"].to_string().matches("organ").count() == 2
    });
    done(&msa, &first, "f2", &json!({"act": "move_look", "reason": "not_needed"}));
    assert!(held(&other, &first).contains(&"inspection".to_owned()));
    done(&border, &first, "f3", &json!({"act": "move_look", "reason": "not_needed"}));
    assert_eq!(joint(&msa, &first), Value::Null);
    assert!(!held(&other, &first).contains(&"inspection".to_owned()));
}

#[test]
fn who_holds_a_number_learns_where_goods_are_and_no_name() {
    let port = Port::open();
    let (agent, other) = (port.system("agent"), port.system("agent2"));
    let terminal = Terminal::of(&port);
    let call = numbered(&port, LEAVING);
    let lines = json!([line("MBL1", BOX, 10, "sample-agency-b"), line("MBL2", "", 7, "")]);
    let number = filed(&agent.call("POST", "/api/v1/manifests", "a", &manifest(&call, &lines)));
    let second = format!("{number}-0002");
    let arrive = json!({"act": "arrive", "yard": YARD});
    assert_eq!(terminal.post(&format!("/api/v1/manifests/{number}/acts"), "ar", &arrive).status, 201);

    // A firm that the carrier names tallies: it sees boxes and counts, and no party.
    assert_eq!(act(&other, &second, "t0", &json!({"act": "tally", "packages": 7})).status, 404);
    refused(&act(&agent, &second, "t1", &json!({"act": "appoint", "firm": "nobody"})), "PQ-CARGO-032");
    done(&agent, &second, "t2", &json!({"act": "appoint", "firm": "sample-agency-b"}));
    let seen = other.get(&format!("/api/v1/consignments/{second}"));
    assert!(seen.status == 200 && !seen.text().contains("CANARY"), "{}", seen.text());
    refused(&act(&agent, &second, "t3", &json!({"act": "tally", "packages": 6})), "PQ-CARGO-001");
    done(&other, &second, "t4", &json!({"act": "tally", "packages": 6}));
    assert!(held(&agent, &second).contains(&"tally".to_owned()));

    // Without signing in: what holds it, whose it is and when what happened; no name, and no manifest of a whole ship.
    let anybody = port.anybody();
    for (given, there) in [
        (BOX, true),
        ("mbl2", true),
        (second.as_str(), true),
        (call.as_str(), false),
        (number.as_str(), false),
        ("NOSUCH", false),
    ] {
        let told = anybody.send(
            "POST",
            "/api/v1/where",
            &[("content-type", "application/json")],
            json!({"number": given}).to_string().as_bytes(),
        );
        let told = told.expect("an answer");
        assert_eq!(
            (told.status, told.json()["goods"].as_array().map(Vec::len)),
            (200, Some(usize::from(there))),
            "{given}: {}",
            told.text()
        );
        let page = anybody.post("/where?lang=en", &[("number", given)]);
        assert_eq!((page.status, page.text().contains("Arrived")), (200, there), "{given}: {}", page.text());
        for secret in ["CANARY", "sample-agency", "Sample Agency", "TEXU3070079", "Parts"] {
            assert!(!told.text().contains(secret) && !page.text().contains(secret), "{given} tells {secret}");
        }
    }
    let told = anybody.send(
        "POST",
        "/api/v1/where",
        &[("content-type", "application/json")],
        json!({"number": BOX}).to_string().as_bytes(),
    );
    let told = told.expect("an answer").json();
    let held = told["goods"][0]["held"].as_array().cloned().unwrap_or_default();
    let said: Vec<_> = held.iter().map(|of| (of["what"].as_str(), of["by"].as_str())).collect();
    assert_eq!(
        said,
        [(Some("declaration"), Some("firm")), (Some("order"), Some("carrier")), (Some("release"), Some("port_group"))]
    );
}

#[test]
fn limits_of_a_manifest_move_with_the_ship() {
    let port = Port::open();
    let agent = port.system("agent");
    let call = numbered(&port, ASKED);
    let lines = json!([line("MBL9", BOX, 10, "")]);
    let number = filed(&agent.call("POST", "/api/v1/manifests", "a", &manifest(&call, &lines)));
    let amend = || {
        let limits = agent.get(&format!("/api/v1/manifests/{number}")).json()["limits"].clone();
        let limit = limits.as_array().into_iter().flatten().find(|of| of["limit"] == "amend").cloned();
        limit.map(|of| of["until"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
    };
    let before = amend();
    let later = domain::Instant::parse(&before).expect("a time").plus_hours(7).to_string();
    let act = json!({"act": "state_time", "event": "arrival", "kind": "estimated", "at": later, "delay_reason": "WEA"});
    let stated = agent.call("POST", &format!("/api/v1/calls/{call}/acts"), "s", &act);
    assert_eq!(stated.status, 201, "{}", stated.text());
    wait("the limit", || domain::Instant::parse(&amend()) == domain::Instant::parse(&later));
    let page = port.person("agent").get(&format!("/manifests/{number}?lang=en")).text();
    assert!(page.contains("reckoned the limits anew"), "{page}");
}
