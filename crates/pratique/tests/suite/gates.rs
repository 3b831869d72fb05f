//! The gate over the real program: what a guard is told of codes that are genuine, forged, taken back, photographed or of
//! another place; who went through, once each; and the signed list for when the connection fails.

use ledger::{TrustList, gate_list::GateList, gate_list::State};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, LEAVING, Port, numbered, pratique},
    persons::{act, gang},
};

/// The codes of a gang that was granted, in the order of their serials, and the application's number.
fn granted(port: &Port, workers: usize) -> (String, Vec<String>) {
    let number = gang(port, workers, "gang");
    assert_eq!(act(port, &number, &[("act", "grant"), ("key", "grant")]).status, 303);
    let page = port.person("agent").get(&format!("/person-permits/{number}/print")).text();
    let codes = page.split("data-code>").skip(1).filter_map(|rest| rest.split('<').next());
    let codes: Vec<String> = codes.map(|code| code.replace("&#x2f;", "/").replace("&#47;", "/")).collect();
    assert_eq!(codes.len(), workers);
    (number, codes)
}

/// The gangway of the ship.
fn gangway(port: &Port) -> String {
    let number = numbered(port, LEAVING);
    let page = port.person("agent").get(&format!("/calls/{number}")).text();
    let call = port.system("agent").get(&format!("/api/v1/calls/{number}")).json();
    let imo = call["call"]["ship"]["imo"].as_str().map(str::to_owned);
    format!("ship:{}", imo.unwrap_or_else(|| panic!("no IMO number in {page}")))
}

fn ask(guard: &Client, gate: &str, given: &str, document: &str, direction: &str) -> Value {
    let form = [("gate", gate), ("given", given), ("document", document), ("direction", direction)];
    let answer = guard.post("/gate/answer", &form);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn pass(guard: &Client, gate: &str, now: i64, passages: &Value) -> Answer {
    let token = guard.session.as_ref().map_or("", |(_, token)| token.as_str());
    let body = json!({"csrf": token, "gate": gate, "now": now, "passages": passages});
    let kind = [("content-type", "application/json")];
    guard.send("POST", "/gate/passages", &kind, body.to_string().as_bytes()).expect("an answer")
}

/// The instant now, microseconds.
#[expect(clippy::disallowed_methods, reason = "a gate reads a clock of its own")]
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_micros()).expect("an instant")
}

#[test]
fn a_guard_is_told_pass_check_or_stop_and_why() {
    let port = Port::open();
    let (number, codes) = granted(&port, 3);
    let (guard, gate) = (port.person("guard"), gangway(&port));
    let verdict = |given: &str, document: &str| {
        let said = ask(&guard, &gate, given, document, "in");
        (said["answer"].as_str().unwrap_or_default().to_owned(), said["reasons"].clone())
    };
    // The last four of the document decide: a photographed code is not enough.
    assert_eq!(verdict(&codes[0], ""), ("check".into(), json!(["holder_unseen"])));
    assert_eq!(verdict(&codes[0], "0001"), ("pass".into(), json!([])));
    assert_eq!(verdict(&codes[0], "210202199000000001"), ("pass".into(), json!([])), "or all of it");
    assert_eq!(verdict(&codes[0], "0002"), ("stop".into(), json!(["holder_differs"])));
    assert_eq!(verdict(&format!("{number}-01"), "0001").0, "pass", "by its number alone");
    // Forged, altered, of nobody.
    let mut altered = codes[0].clone();
    let end = altered.len() - 9;
    altered.replace_range(end..=end, if &altered[end..=end] == "A" { "B" } else { "A" });
    for stranger in [altered.as_str(), "PQP1:6BF", "HC1:NOTHING", &format!("{number}-77"), "2026-DAL-B999999-01"] {
        let said = ask(&guard, &gate, stranger, "", "in");
        assert_eq!(said["answer"], "stop", "{stranger}: {said}");
        assert!(said["fault"]["code"].as_str().is_some_and(|code| code.starts_with("PQ-")), "{said}");
    }
    // Another place; a gate that is not there.
    assert_eq!(ask(&guard, "berth:CXI-09", &codes[0], "0001", "in")["reasons"], json!(["elsewhere"]));
    assert_eq!(guard.post("/gate/answer", &[("gate", "berth:XXX"), ("given", "x")]).status, 422);
    // Taken back: the next look knows.
    let revoke = [("act", "revoke"), ("holder", "2"), ("ground", "work_ended"), ("key", "r")];
    assert_eq!(act(&port, &number, &revoke).status, 303);
    assert_eq!(verdict(&codes[1], "0002"), ("stop".into(), json!(["revoked"])));
    // The page without script says the same in one word.
    let page = guard
        .post("/gate?lang=en", &[("gate", &gate), ("given", &codes[0]), ("document", "0001"), ("direction", "in")]);
    assert!(page.status == 200 && page.text().contains("<strong>PASS</strong>"), "{}", page.text());
    let page =
        guard.post("/gate?lang=en", &[("gate", &gate), ("given", &codes[1]), ("document", ""), ("direction", "in")]);
    assert!(page.text().contains("<strong>STOP</strong>") && page.text().contains("It was taken back"));
    // A guard sees gates and nothing else.
    for path in ["/calls", "/person-permits", &format!("/person-permits/{number}"), "/queue", "/problems", "/board"] {
        assert!(matches!(guard.get(path).status, 403 | 404), "{path}");
    }
    for stranger in ["agent", "agent2", "portoffice"] {
        let form = [("gate", gate.as_str()), ("given", codes[0].as_str())];
        assert_eq!(port.person(stranger).post("/gate/answer", &form).status, 403, "{stranger}");
        assert_eq!(port.person(stranger).post("/gate", &form).status, 403, "{stranger}");
        assert_eq!(port.person(stranger).post("/gate/pass", &form).status, 403, "{stranger}");
        assert_eq!(pass(&port.person(stranger), &gate, now(), &json!([])).status, 403, "{stranger}");
    }
    assert!(port.anybody().post("/gate", &[("gate", &gate)]).is_to_sign_in());
}

#[test]
fn who_goes_through_is_recorded_once_and_who_is_inside_is_known() {
    let port = Port::open();
    let (number, codes) = granted(&port, 3);
    let (guard, gate) = (port.person("guard"), gangway(&port));
    let passage = |id: &str, given: &str, direction: &str, at: i64, offline: bool| json!({"id": id, "given": given, "direction": direction, "at": at, "offline": offline, "same_holder": true});
    let states = |answer: &Answer| -> Vec<String> {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let passed = answer.json()["passages"].as_array().cloned().unwrap_or_default();
        passed.iter().map(|of| of["state"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = passage("passage-01", &codes[0], "in", now(), false);
    assert_eq!(states(&pass(&guard, &gate, now(), &json!([first]))), ["recorded"]);
    assert_eq!(states(&pass(&guard, &gate, now(), &json!([first]))), ["known"], "sent again");
    assert_eq!(states(&pass(&port.person("border"), &gate, now(), &json!([first]))), ["known"], "by whomever");
    // The code is shown a second time while its holder is inside.
    let again = ask(&guard, &gate, &codes[0], "0001", "in");
    assert_eq!((&again["answer"], &again["reasons"]), (&json!("check"), &json!(["twice_in"])));
    // What came by telephones without a connection arrives in any order; the later one by time says where she is.
    let late = json!([
        passage("passage-03", &codes[1], "out", now() - 60_000_000, true),
        passage("passage-02", &codes[1], "in", now() - 120_000_000, true),
    ]);
    assert_eq!(states(&pass(&guard, &gate, now(), &late)), ["recorded", "recorded"]);
    // A phone whose clock is an hour ahead: what it says is set right, and told.
    let wrong = json!([passage("passage-04", &codes[2], "in", now() + 3_600_000_000, true)]);
    let answer = pass(&guard, &gate, now() + 3_600_000_000, &wrong);
    assert_eq!(answer.json()["passages"][0]["doubts"], json!(["clock"]), "{}", answer.text());
    let aboard = guard.get(&format!("/gate/aboard?gate={gate}&lang=en")).text();
    let inside = |nth: usize| aboard.contains(&format!("{number}-{nth:02}"));
    assert_eq!([inside(1), inside(2), inside(3)], [true, false, true], "{aboard}");
    assert!(aboard.contains("The phone’s clock was wrong"));
    // Not through a gate: what is no identifier, no direction, a forged code.
    let bad = json!([
        passage("x", &codes[0], "out", now(), false),
        passage("passage-05", &codes[0], "up", now(), false),
        passage("passage-06", "PQP1:6BF", "out", now(), false),
        passage("passage-01", &codes[2], "out", now(), false),
    ]);
    assert_eq!(states(&pass(&guard, &gate, now(), &bad)), ["refused", "refused", "refused", "refused"]);
    // The firm reads in its journal who went through; the journal stays whole after a rebuild.
    let journal = port.person("agent").get(&format!("/person-permits/{number}?lang=en")).text();
    assert_eq!(journal.matches("Recorded at a gate by").count(), 4, "{journal}");
    // Without script.
    let out = [
        ("gate", gate.as_str()),
        ("given", &codes[0]),
        ("direction", "out"),
        ("key", "form-key-1"),
        ("same_holder", "yes"),
    ];
    assert_eq!(guard.post("/gate/pass", &out).status, 303);
    assert!(!guard.get(&format!("/gate/aboard?gate={gate}")).text().contains(&format!("{number}-01")));
}

#[test]
fn a_gate_works_without_a_connection_by_what_border_inspection_signed() {
    let port = Port::open();
    let (number, codes) = granted(&port, 3);
    let (guard, gate) = (port.person("guard"), gangway(&port));
    let revoke = [("act", "revoke"), ("holder", "3"), ("ground", "misuse"), ("words", "lent"), ("key", "r")];
    assert_eq!(act(&port, &number, &revoke).status, 303);
    let (trust, _) = TrustList::verify_unpinned(&port.anybody().get("/trust-list").bytes).expect("a trust list");
    let text = guard.get(&format!("/gate/list?gate={gate}")).text();
    let list = GateList::verify(&text, &trust, now()).expect("a gate list");
    // The sample port's own permits for that ship stand there too.
    let own = list.rows.iter().filter(|row| row.number.starts_with(&number));
    let states: Vec<_> = own.map(|row| (row.number.as_str(), row.state)).collect();
    let permit = |nth: usize| format!("{number}-{nth:02}");
    let expected = [permit(1), permit(2), permit(3)];
    assert_eq!(
        states,
        [(expected[0].as_str(), State::Granted), (&expected[1], State::Granted), (&expected[2], State::Revoked)]
    );
    assert!(!text.contains("CANARY"), "it names nobody");
    // A ship elsewhere has an empty list; firms and other organs none.
    let other = guard.get("/gate/list?gate=berth:CXI-09").text();
    assert_eq!(GateList::verify(&other, &trust, now()).expect("a list").rows.len(), 0);
    // The command line says the same, with the status list of border inspection.
    let folder = port.folder.clone();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let (good, bad) = (file("one.txt", &codes[0]), file("three.txt", &codes[2]));
    let status = file("status.txt", &port.anybody().get("/status-list/border").text());
    let list = file("trust.json", &port.anybody().get("/trust-list").text());
    let verify = |code: &str| {
        let words = ["verify", "release", code, "--trust", &list, "--status", &status, "--json"];
        let output = pratique(&folder, &words);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = verify(&good);
    assert!(code == Some(0) && said.contains("\"verdict\":\"valid\""), "{said}");
    let (code, said) = verify(&bad);
    assert!(code == Some(3) && said.contains("\"verdict\":\"revoked\""), "{said}");
    // Anybody who holds a code may ask what it is worth.
    let page = port.anybody().post("/verify?lang=en", &[("code", &codes[0])]).text();
    assert!(page.contains("compare the holder’s document"), "{page}");
    assert!(port.anybody().post("/verify?lang=en", &[("code", &codes[2])]).text().contains("it was withdrawn"));
}

#[test]
fn turnstiles_ask_by_api() {
    let port = Port::open();
    let (number, codes) = granted(&port, 1);
    let gate = gangway(&port);
    let system = port.system("border");
    let body = json!({"gate": gate, "given": codes[0], "document": "0001", "direction": "in"});
    assert_eq!(system.call("POST", "/api/v1/gate/check", "c", &body).json()["answer"], "pass");
    let passages = json!({"gate": gate, "passages": [{"id": "turnstile-1", "given": codes[0], "direction": "in"}]});
    let passed = system.call("POST", "/api/v1/gate/passages", "p", &passages).json();
    assert_eq!(passed["passages"][0]["state"], "recorded");
    assert!(system.get(&format!("/api/v1/gate/list?gate={gate}")).text().starts_with("PQG1:"));
    let shown = port.system("agent").get(&format!("/api/v1/person-permits/{number}")).json();
    assert_eq!((&shown["status"], &shown["holders"][0]["code"]), (&json!("granted"), &json!(codes[0])));
    for stranger in ["agent", "agent2"] {
        assert_eq!(port.system(stranger).call("POST", "/api/v1/gate/check", "c", &body).status, 403);
    }
    assert_eq!(port.anybody().call("POST", "/api/v1/gate/check", "c", &body).status, 401);
    assert_eq!(port.system("agent2").get(&format!("/api/v1/person-permits/{number}")).status, 404);
    // By API a firm applies too; a faulty row is told at its place.
    let apply = json!({
        "kind": "landing", "place": "ship", "code": numbered(&port, LEAVING), "from": "2031-01-01T00:00:00Z", "until": "2031-01-10T00:00:00Z",
        "holders": [{"family_name": "DELA CRUZ", "given_names": "JUAN", "nationality": "PHL", "date_of_birth": "1990-02-30",
                     "document_type": "P", "document_number": "P1234567", "capacity": "crew"}],
    });
    let refused = port.system("agent").call("POST", "/api/v1/person-permits", "a", &apply);
    assert!(refused.status == 422 && refused.text().contains("/holders/0/date_of_birth"), "{}", refused.text());
    // The person, the ship, the term and the papers are told at once.
    let mut worse = apply;
    worse["kind"] = json!("repatriation");
    worse["code"] = json!("1234567");
    worse["until"] = json!("2033-01-10T00:00:00Z");
    let refused = port.system("agent").call("POST", "/api/v1/person-permits", "b", &worse);
    for place in ["/holders/0/date_of_birth", "/code", "/until", "/papers"] {
        assert!(refused.status == 422 && refused.text().contains(place), "{place}: {}", refused.text());
    }
}

#[test]
fn codes_that_are_early_expired_or_used_up_and_who_lands_and_comes_back() {
    let port = Port::open();
    let (agent, border, guard, gate) =
        (port.system("agent"), port.system("border"), port.person("guard"), gangway(&port));
    let call = numbered(&port, LEAVING);
    let minutes = |n: i64| domain::Instant(now() + n * 60_000_000).timestamp().to_string();
    let code = |kind: &str, (from, until): (&str, &str)| {
        let key = format!("{kind}-{from}");
        let holder = json!({
            "family_name": "SANTOS", "given_names": "MARIA", "nationality": "PHL", "date_of_birth": "1990-02-01",
            "document_type": "P", "document_number": "P1234567", "capacity": "crew",
        });
        let body = json!({
            "kind": kind, "place": "ship", "code": call, "from": from, "until": until, "words": "crew", "holders": [holder],
        });
        let applied = agent.call("POST", "/api/v1/person-permits", &key, &body);
        assert_eq!(applied.status, 201, "{}", applied.text());
        let number = applied.json()["number"].as_str().expect("a number").to_owned();
        let path = format!("/api/v1/person-permits/{number}");
        let granted = border.call("POST", &format!("{path}/acts"), &key, &json!({"act": "grant"}));
        assert_eq!(granted.status, 201, "{}", granted.text());
        agent.get(&path).json()["holders"][0]["code"].as_str().expect("a code").to_owned()
    };
    let verdict = |code: &str, direction: &str| {
        let said = ask(&guard, &gate, code, "4567", direction);
        (said["answer"].as_str().unwrap_or_default().to_owned(), said["reasons"].clone())
    };
    let goes = |id: &str, code: &str, direction: &str| {
        let passage = json!([{"id": id, "given": code, "direction": direction, "at": now(), "same_holder": true}]);
        assert_eq!(pass(&guard, &gate, now(), &passage).json()["passages"][0]["state"], "recorded", "{id}");
    };
    // Shore leave begins by going out; a second time out while she is ashore is somebody else with her code.
    let leave = code("landing", (&minutes(-5), &minutes(60)));
    assert_eq!(verdict(&leave, "out"), ("pass".into(), json!([])), "ashore");
    assert_eq!(verdict(&leave, "in"), ("check".into(), json!(["not_out"])));
    goes("landing-out", &leave, "out");
    assert_eq!(verdict(&leave, "out"), ("check".into(), json!(["twice_out"])));
    let away = guard.get(&format!("/gate/aboard?gate={gate}&lang=en")).text();
    assert!(away.contains("Ashore") && away.contains("SANTOS MARIA"), "{away}");
    assert_eq!(verdict(&leave, "in"), ("pass".into(), json!([])), "and back");
    goes("landing-in", &leave, "in");
    assert_eq!(verdict(&leave, "out"), ("pass".into(), json!([])), "as often as its term allows");
    // For one use: replayed it opens nothing.
    let entry = code("temporary_entry", (&minutes(-5), &minutes(60)));
    assert_eq!(verdict(&entry, "out"), ("pass".into(), json!([])));
    goes("entry-out", &entry, "out");
    assert_eq!(verdict(&entry, "out").0, "stop", "{:?}", verdict(&entry, "out"));
    assert!(verdict(&entry, "out").1.to_string().contains("used"));
    // Too early; and over: nobody goes ashore upon it any more.
    let early = code("landing", (&minutes(30), &minutes(90)));
    assert_eq!(verdict(&early, "out"), ("stop".into(), json!(["early"])));
    let soon = domain::Instant(now() + 15_000_000).timestamp().to_string();
    let short = code("overnight", (&minutes(-5), &soon));
    std::thread::sleep(std::time::Duration::from_secs(16));
    assert_eq!(verdict(&short, "out"), ("stop".into(), json!(["expired"])));
    // What the phone without a connection goes by says the same of which way they go.
    let (trust, _) = TrustList::verify_unpinned(&port.anybody().get("/trust-list").bytes).expect("a trust list");
    let list = GateList::verify(&guard.get(&format!("/gate/list?gate={gate}")).text(), &trust, now()).expect("a list");
    let of = |kind: &str| list.rows.iter().filter(|row| row.kind == kind).map(|row| row.outward).collect::<Vec<_>>();
    assert!(of("landing").contains(&true) && !of("landing").contains(&false) && !of("boarding").contains(&true));
}
