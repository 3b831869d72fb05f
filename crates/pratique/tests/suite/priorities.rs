//! A call that goes first: by the port office under a measure, or by an application that is granted; who was overtaken is
//! kept, with reason and approver, and the queue is put in order again.

use serde_json::{Value, json};

use crate::{
    applications::send,
    harness::{ASKED, LEAVING, Port, numbered},
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
