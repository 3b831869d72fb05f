//! A call that goes first: by the port office under a measure, or by an application that is granted; who was overtaken is
//! kept, with reason and approver, and the queue is put in order again.

use serde_json::{Value, json};

use crate::{
    applications::{act, apply, number, send},
    cargo::{Terminal, lines, manifest},
    declarations,
    harness::{ASKED, Client, LEAVING, Port, numbered},
    persons::days_from_now,
};

/// The calls of a queue, in its order.
fn queue(port: &Port, who: &str) -> Vec<String> {
    let page = port.person(who).get("/queue?lang=en").text();
    let lines = page.split("<tr").skip(2);
    let number = |line: &str| {
        let at = line.find("-DAL-").filter(|at| *at >= 4)?;
        line.get(at - 4..at + 11).map(str::to_owned)
    };
    lines.filter_map(number).collect()
}

fn jumps(port: &Port, who: &str) -> Vec<Value> {
    let answer = port.system(who).get("/api/v1/priorities").json();
    answer["priorities"].as_array().expect("a list").clone()
}

#[test]
fn the_port_office_puts_a_call_first_and_everybody_overtaken_is_on_the_list() {
    let port = Port::open();
    let before = queue(&port, "border");
    let last = before.last().expect("a queue").clone();
    assert!(before.len() > 2 && before[0] != last, "{before:?}");
    let office = port.person("portoffice");
    let acts = format!("/calls/{last}/acts");
    let ask = |goods: &'static str, words: &'static str, key: &'static str| {
        [("act", "grant_priority"), ("measure", "02-green-lane"), ("fact.goods", goods), ("words", words), ("key", key)]
    };
    let form = office.get(&format!("/calls/{last}/do?lang=en")).text();
    assert!(form.contains("Put the call first") && form.contains("fact.goods"), "{form}");
    // Who may not, what the table refuses, what is not said.
    assert_eq!(port.person("agent2").post(&acts, &ask("medical", "masks", "p0")).status, 404);
    let border = port.person("border").post(&acts, &ask("medical", "masks", "p0"));
    assert_eq!(border.status, 409, "not border inspection's to give");
    assert!(office.post(&acts, &ask("raw", "ore", "p1")).text().contains("PQ-PRIORITY-002"));
    assert_eq!(office.post(&acts, &ask("medical", "", "p2")).status, 422);
    assert_eq!(queue(&port, "border"), before, "nothing moved");

    let done = office.post(&acts, &ask("medical", "masks for the hospital", "p3"));
    assert_eq!(done.status, 303, "{}", done.text());
    let after = queue(&port, "border");
    assert_eq!(after[0], last, "{after:?}");
    let list = jumps(&port, "border");
    let first = list.iter().find(|line| line["call"] == last.as_str()).expect("a jump");
    assert_eq!(
        [&first["class"], &first["measure"], &first["approved_by"], &first["organ"]],
        ["green_lane", "02-green-lane", "port_office", "border"]
    );
    assert!(list.iter().any(|line| line["went_before_call"] == before[0].as_str()), "{list:?}");
    assert!(jumps(&port, "customs").iter().all(|line| line["organ"] == "customs"), "an organ sees its own queue");
    let csv = office.get("/queue/priorities.csv").text();
    assert!(csv.contains("green_lane") && csv.contains(&last) && csv.contains("port_office"), "{csv}");
    let page = office.get("/queue/priorities?lang=en").text();
    assert!(page.contains("Green lane") && page.contains(&before[0]), "{page}");
    assert_eq!(port.system("agent").get("/api/v1/priorities").status, 403);
    // The call says it; so does the one that was overtaken, without saying by whom.
    assert!(port.person("border").get(&format!("/calls/{last}?lang=en")).text().contains("She goes first"));
    let overtaken = port.person("border").get(&format!("/calls/{}?lang=en", before[0])).text();
    assert!(overtaken.contains("went before this one") && !overtaken.contains(&last));

    let again = office.post(&acts, &ask("medical", "masks once more", "p4"));
    assert_eq!(again.status, 409, "it has this class");
    let ended = office.post(&acts, &[("act", "end_priority"), ("priority", "1"), ("words", "no masks"), ("key", "p5")]);
    assert_eq!(ended.status, 303, "{}", ended.text());
    assert_eq!(queue(&port, "border"), before, "in order again");
    assert_eq!(jumps(&port, "border").len(), list.len(), "what happened stays on the list");
}

#[test]
fn a_granted_application_puts_its_call_first_until_it_is_taken_back() {
    let port = Port::open();
    let number = numbered(&port, LEAVING);
    let body = json!({
        "measure": "11-priority-ships", "facts": {"goods": "production"}, "about": number, "words": "parts",
        "papers": [{"code": "cargo_list", "name": "list.txt", "content": "bGlzdA=="}],
    });
    let applied = port.system("agent").call("POST", "/api/v1/applications", "a", &body);
    let application = applied.json()["number"].as_str().expect("a number").to_owned();
    let call = || port.system("agent").get(&format!("/api/v1/calls/{number}")).json();
    let stands = |call: &Value| {
        let list = call["call"]["preferences"].as_array().cloned().unwrap_or_default();
        list.into_iter().find(|of| of["ended"].is_null())
    };
    assert!(stands(&call()).is_none());
    let act = |who: &str, pairs: &[(&str, &str)]| {
        let person = port.person(who);
        let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
        send(&person, &format!("/applications/{application}/acts"), &[&[("csrf", token)], pairs].concat(), None)
    };
    assert_eq!(act("msa", &[("act", "grant"), ("key", "g")]).status, 303, "its part");
    assert!(stands(&call()).is_none(), "the port group has not decided its part");
    let granted = act("portgroup", &[("act", "grant"), ("key", "g")]);
    assert_eq!(granted.status, 303, "{}", granted.text());
    let preference = stands(&call()).expect("a priority");
    assert_eq!(preference["priority"]["class"], "key_ship");
    assert_eq!(preference["priority"]["application"], application.as_str());
    let journal = port.system("agent").get(&format!("/api/v1/calls/{number}/journal")).text();
    assert!(journal.contains("priority.granted"), "{journal}");
    let revoked = act(
        "msa",
        &[("act", "revoke"), ("key", "r"), ("words", "other goods"), ("law", "本口岸选择 choice of the port")],
    );
    assert_eq!(revoked.status, 303, "{}", revoked.text());
    assert!(stands(&call()).is_none(), "{}", call());
    assert_eq!(port.person("agent2").get(&format!("/calls/{number}")).status, 404);
    assert_ne!(number, numbered(&port, ASKED));
}

/// A declaration of the agent that customs holds, so that it lies on customs' desk.
fn held(port: &Port, reference: &str) -> String {
    let declared = declarations::send(&port.system("agent"), reference, "", &declarations::import(reference));
    let number = number(&declared);
    let hold = json!({"act": "order", "kind": "hold", "words": "weighed"});
    let customs = port.system("customs");
    let done = customs.call("POST", &format!("/api/v1/declarations/{number}/acts"), &format!("h{reference}"), &hold);
    assert_eq!(done.status, 201, "{}", done.text());
    number
}

/// The declarations of customs' queue, in its order.
fn declared(port: &Port) -> Vec<String> {
    let page = port.person("customs").get("/declarations/queue?lang=en").text();
    let lines = page.split("<th scope=\"row\"><a href=\"/declarations/").skip(1);
    lines.filter_map(|line| Some(line.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn goods_go_first_in_customs_queue_and_on_the_terminals_desk_with_everybody_overtaken_on_the_list() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let (first, second) = (held(&port, "FIRST"), held(&port, "SECOND"));
    let order = |of: &[String]| of.iter().filter(|of| [&first, &second].contains(of)).cloned().collect::<Vec<_>>();
    assert_eq!(order(&declared(&port)), [first.clone(), second.clone()]);
    let at = format!("/api/v1/declarations/{second}");
    let acts = |who: &Client, key: &str, body: &Value| who.call("POST", &format!("{at}/acts"), key, body);
    let grant = |goods: &str, words: &str| json!({"act": "grant_priority", "measure": "02-green-lane", "facts": {"goods": goods}, "words": words});
    // Who may not, what the table refuses, what is not said, and what follows of an application alone.
    assert!(acts(&agent, "a", &grant("medical", "masks")).status >= 400);
    for (key, body, code) in [
        ("b", grant("raw", "ore"), "PQ-PRIORITY-002"),
        ("c", grant("medical", ""), "PQ-PRIORITY-005"),
        ("d", json!({"act": "grant_priority", "measure": "18-customs-charges", "words": "x"}), "PQ-PRIORITY-001"),
        ("e", json!({"act": "grant_priority", "measure": "02-green-lane", "words": "x"}), "PQ-PRIORITY-003"),
        ("f", json!({"act": "end_priority", "priority": 1, "words": "x"}), "PQ-PRIORITY-007"),
        ("g", json!({"act": "due_again", "application": "x"}), "PQ-DECLARATION-034"),
    ] {
        let answer = acts(&customs, key, &body);
        assert!(answer.status >= 400 && answer.text().contains(code), "{code}: {}", answer.text());
    }
    let done = acts(&customs, "p", &grant("medical", "masks for the hospital"));
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!(order(&declared(&port)), [second.clone(), first.clone()]);
    let jumped = jumps(&port, "customs");
    let own = |line: &&Value| line["call"] == second.as_str() && line["went_before_call"] == first.as_str();
    let line = jumped.iter().find(own).expect("a jump");
    assert_eq!(
        [&line["class"], &line["approved_by"], &line["kind"], &line["ship"]],
        ["green_lane", "customs", "declaration", ""]
    );
    assert!(jumped.iter().all(|line| line["kind"] == "declaration"), "no ship was overtaken by goods: {jumped:?}");
    assert!(port.person("customs").get(&format!("/declarations/{second}?lang=en")).text().contains("Goes first"));
    let overtaken = port.person("agent").get(&format!("/declarations/{first}?lang=en")).text();
    assert!(overtaken.contains("went before this one") && !overtaken.contains(&second));
    assert!(acts(&customs, "q", &grant("medical", "again")).text().contains("PQ-PRIORITY-006"));
    let form = [("act", "end_priority.1"), ("words", "no masks"), ("key", "r")];
    let customs_person = port.person("customs");
    let token = customs_person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let pairs = [&[("csrf", token)], &form[..]].concat();
    let ended = send(&customs_person, &format!("/declarations/{second}/acts"), &pairs, None);
    assert_eq!(ended.status, 303, "{}", ended.text());
    assert_eq!(order(&declared(&port)), [first.clone(), second.clone()], "in order again");

    // By an application, until it is taken back.
    let body = json!({
        "measure": "07-quarantine-permits", "facts": {"goods": "food"}, "about": second, "words": "fruit",
        "papers": [{"code": "contract", "name": "c.txt", "content": "bGlzdA=="}],
    });
    let application = number(&apply(&agent, "s", &body));
    let granted = act(&customs_person, &application, &[("act", "grant"), ("key", "t")]);
    assert_eq!(granted.status, 303, "{}", granted.text());
    let seen = agent.get(&at).json();
    assert_eq!(seen["priority"]["class"], "inspection", "{seen}");
    assert_eq!(seen["priority"]["application"], application.as_str());
    let law = "本口岸选择 choice of the port";
    let revoked =
        act(&customs_person, &application, &[("act", "revoke"), ("key", "u"), ("words", "ore"), ("law", law)]);
    assert_eq!(revoked.status, 303, "{}", revoked.text());
    assert_eq!(agent.get(&at).json()["priority"], Value::Null);
    let rebuilt = crate::harness::pratique(&port.end(), &["rebuild", "--json"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
}

#[test]
fn a_consignment_with_a_priority_stands_first_on_the_terminals_desk() {
    let port = Port::open();
    let agent = port.system("agent");
    let terminal = Terminal::of(&port);
    let call = numbered(&port, LEAVING);
    let manifested = number(&agent.call("POST", "/api/v1/manifests", "m", &manifest(&call, &lines())));
    let arrive = json!({"act": "arrive", "yard": "Dayaowan"});
    let there = terminal.post(&format!("/api/v1/manifests/{manifested}/acts"), "n", &arrive);
    assert_eq!(there.status, 201, "{}", there.text());
    let until = format!("{}:00+08:00", days_from_now(5));
    let mut bills = Vec::new();
    for nth in 1..=2 {
        let bill = format!("{manifested}-000{nth}");
        let declared = declarations::send(
            &agent,
            &bill,
            "",
            &declarations::import(&format!("R{nth}")).replace(
                "<GovernmentAgencyGoodsItem>",
                &format!("<GovernmentAgencyGoodsItem><PreviousDocument><ID>{bill}</ID></PreviousDocument>"),
            ),
        );
        let declaration = number(&declared);
        let acts = format!("/api/v1/consignments/{bill}/acts");
        for (key, body) in [
            ("d", json!({"act": "declare", "declaration": declaration})),
            ("o", json!({"act": "order", "to": "sample-agency-a", "until": until})),
        ] {
            let done = agent.call("POST", &acts, &format!("{key}{nth}"), &body);
            assert_eq!(done.status, 201, "{}", done.text());
        }
        bills.push(bill);
    }
    let desk = || {
        let page = port.person("portgroup").get("/consignments?lang=en").text();
        let lines = page.split("<th scope=\"row\"><a href=\"/consignments/").skip(1);
        lines.filter_map(|line| Some(line.split_once('"')?.0.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(desk(), bills, "what waits longest first");
    let acts = format!("/api/v1/consignments/{}/acts", bills[1]);
    let grant =
        json!({"act": "grant_priority", "measure": "02-green-lane", "facts": {"goods": "daily"}, "words": "rice"});
    assert!(port.system("border").call("POST", &acts, "x", &grant).status >= 400);
    assert!(port.system("customs").call("POST", &acts, "x", &grant).text().contains("PQ-PRIORITY-004"));
    let done = terminal.post(&acts, "g", &grant);
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!(desk(), [bills[1].clone(), bills[0].clone()]);
    let list = terminal.get("/api/v1/priorities").json();
    let line = list["priorities"].as_array().and_then(|list| list.iter().find(|of| of["call"] == bills[1].as_str()));
    assert_eq!(line.expect("a jump")["went_before_call"], bills[0].as_str(), "{list}");
    assert!(port.person("agent").get(&format!("/consignments/{}?lang=en", bills[1])).text().contains("Goes first"));
}
