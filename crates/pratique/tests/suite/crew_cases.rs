//! Crew cases over the real program: a crew change of twenty-two by one application to four organs, whose codes follow of the
//! joint result; a patient who is landed, a stowaway, and a missing person who keeps the ship here.

use serde_json::{Value, json};

use crate::delivery::wait;
use crate::harness::{ASKED, Answer, Client, LEAVING, Port, numbered};

fn seafarer(nth: usize, movement: &str) -> Value {
    json!({
        "movement": movement, "family_name": format!("CANARY{nth}"), "given_names": "SAMPLE", "rank": "AB", "nationality": "PHL",
        "date_of_birth": "1990-02-01", "document_type": "P", "document_number": format!("P77000{nth:02}"),
        "document_expiry": "2035-01-01", "healthy": "yes", "certificate_of_competency": format!("COC{nth:03}"),
        "onward": if movement == "leaves" { "ZZ611 DALIAN - MANILA" } else { "" },
    })
}

fn act(client: &Client, number: &str, key: &str, act: &Value) -> Answer {
    client.call("POST", &format!("/api/v1/crew-cases/{number}/acts"), key, act)
}

fn seen(client: &Client, number: &str) -> Value {
    let answer = client.get(&format!("/api/v1/crew-cases/{number}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Permits that followed of a case: number, kind, state, persons.
fn issued(case: &Value) -> Vec<(String, String, String, i64)> {
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let permits = case["permits"].as_array().expect("permits");
    let of =
        |of: &Value| (text(of, "number"), text(of, "kind"), text(of, "state"), of["persons"].as_i64().unwrap_or(0));
    permits.iter().map(of).collect()
}

/// Each organ grants its part of a crew change.
fn grant_all(port: &Port, number: &str, round: &str) {
    for (organ, part) in [
        ("border", "sign_on"),
        ("border", "sign_off"),
        ("customs", "health"),
        ("msa", "manning"),
        ("portadmin", "onward"),
    ] {
        let grant = json!({"act": "grant", "part": part});
        let answer = act(&port.system(organ), number, &format!("{round}-{part}"), &grant);
        assert_eq!(answer.status, 201, "{organ} {part}: {}", answer.text());
    }
}

#[test]
fn a_crew_of_twenty_two_is_changed_by_one_application_to_four_organs() {
    let port = Port::open();
    let (agent, call) = (port.system("agent"), numbered(&port, ASKED));
    let mut persons: Vec<Value> = (0..22).map(|nth| seafarer(nth, if nth < 11 { "joins" } else { "leaves" })).collect();
    let wanted = |persons: &[Value]| json!({"kind": "crew_change", "call": call, "persons": persons});
    let twice = agent.call("POST", "/api/v1/crew-cases", "twice", &wanted(&[persons[0].clone(), persons[0].clone()]));
    assert_eq!(twice.status, 422, "one document twice: {}", twice.text());
    assert_eq!(port.system("agent2").call("POST", "/api/v1/crew-cases", "k", &wanted(&persons)).status, 422);
    assert_eq!(port.system("border").call("POST", "/api/v1/crew-cases", "k", &wanted(&persons)).status, 403);
    let filed = agent.call("POST", "/api/v1/crew-cases", "change-1", &wanted(&persons));
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().expect("a number").to_owned();
    let again = agent.call("POST", "/api/v1/crew-cases", "change-1", &wanted(&persons)).json();
    assert_eq!(again["number"], json!(number), "a retry is the same case");

    // Five parts of four organs, each by itself; who decides nothing reads nobody's name.
    let case = seen(&agent, &number);
    assert_eq!(case["case"]["parts"].as_array().map(Vec::len), Some(5), "{case}");
    for (person, names, certificates) in [
        ("border", true, false),
        ("customs", true, false),
        ("msa", true, true),
        ("portadmin", true, false),
        ("portoffice", false, false),
    ] {
        let page = port.person(person).get(&format!("/crew-cases/{number}?lang=en"));
        assert_eq!(page.status, 200, "{person}");
        assert_eq!(page.text().contains("CANARY3"), names, "{person}");
        assert_eq!(page.text().contains("COC003"), certificates, "{person}");
        assert!(port.person(person).get("/crew-cases").text().contains(&number), "{person}");
    }
    for stranger in ["agent2", "portgroup", "court", "airline"] {
        assert!(matches!(port.person(stranger).get(&format!("/crew-cases/{number}")).status, 403 | 404), "{stranger}");
    }
    // What is asked is answered; nobody decides for another, and nothing ends before all have granted.
    let (border, customs) = (port.system("border"), port.system("customs"));
    assert_eq!(act(&customs, &number, "ask", &json!({"act": "ask", "words": "which hotel?"})).status, 201);
    assert_eq!(seen(&agent, &number)["status"], "asked");
    assert_eq!(act(&agent, &number, "answer", &json!({"act": "answer", "words": "Sample Hotel"})).status, 201);
    assert_eq!(act(&customs, &number, "other", &json!({"act": "grant", "part": "manning"})).status, 409);
    assert_eq!(act(&agent, &number, "early", &json!({"act": "close", "how": "changed"})).status, 409);
    let grants = |round: &str| grant_all(&port, &number, round);
    assert_eq!(seen(&agent, &number)["permits"], json!([]), "nothing is issued before all have granted");
    grants("first");
    let granted = seen(&agent, &number);
    assert_eq!(granted["status"], "granted");
    // Those who join may board, foreigners who leave may enter: each by a code, in the transaction of the joint result.
    let permits = issued(&granted);
    let kinds: Vec<(&str, &str, i64)> = permits.iter().map(|of| (of.1.as_str(), of.2.as_str(), of.3)).collect();
    assert_eq!(kinds, [("boarding", "granted", 11), ("temporary_entry", "granted", 11)]);
    assert_eq!(seen(&port.system("msa"), &number)["permits"], json!([]), "who decides no permits reads none");
    let print = port.person("agent").get(&format!("/person-permits/{}/print?lang=en", permits[0].0));
    assert!(
        print.status == 200 && print.text().matches("data-code>").count() == 11,
        "a code for each: {}",
        print.status
    );
    assert!(port.person("agent").get(&format!("/crew-cases/{number}?lang=en")).text().contains(&permits[1].0));
    assert_eq!(port.person("agent2").get(&format!("/person-permits/{}", permits[0].0)).status, 404);
    let imo = granted["case"]["told"]["imo"].as_str().expect("an IMO number").to_owned();
    let at_gangway = |number: &str| {
        let body = json!({"gate": format!("ship:{imo}"), "given": format!("{number}-01"), "document": "0000", "direction": "in"});
        let answer = port.system("border").call("POST", "/api/v1/gate/check", "gate", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let before = at_gangway(&permits[0].0);
    assert!(matches!(before["answer"].as_str(), Some("pass" | "stop")), "{before}");
    assert!(!before.to_string().contains("revoked"), "{before}");
    // Another person opens all of it again.
    persons.push(seafarer(23, "joins"));
    let more = json!({"act": "add", "persons": [persons[22]]});
    assert_eq!(act(&agent, &number, "add", &more).status, 201);
    let reopened = seen(&agent, &number);
    assert_eq!((&reopened["status"], &reopened["case"]["reopened"]), (&json!("in_review"), &json!(1)));
    // With it the codes are taken back, and a gate knows it at once.
    assert!(issued(&reopened).iter().all(|of| of.2 == "revoked"), "{reopened}");
    let after = at_gangway(&permits[0].0);
    assert!(after["answer"] == "stop" && after["reasons"].to_string().contains("revoked"), "{after}");
    let refuse = json!({"act": "refuse", "part": "sign_on", "words": "no seaman's book", "law": "art. 51"});
    assert_eq!(act(&border, &number, "refuse", &refuse).status, 201);
    assert_eq!(act(&agent, &number, "remove", &json!({"act": "remove", "persons": [23]})).status, 201);
    grants("second");
    let again = issued(&seen(&agent, &number));
    assert_eq!(
        again.iter().filter(|of| of.2 == "granted").map(|of| of.3).sum::<i64>(),
        22,
        "new codes for all: {again:?}"
    );
    assert_eq!(again.len(), 4);
    assert_eq!(act(&agent, &number, "done", &json!({"act": "close", "how": "changed"})).status, 201);
    let closed = seen(&agent, &number);
    assert_eq!(closed["status"], "closed");
    assert_eq!(issued(&closed), again, "what was changed stays permitted for its term");
    assert_eq!(act(&agent, &number, "late", &more).status, 409, "what is over is over");
}

#[test]
fn a_missing_person_keeps_the_ship_until_border_inspection_ends_it() {
    let port = Port::open();
    let (agent, call) = (port.system("agent"), numbered(&port, LEAVING));
    let body = json!({"kind": "missing", "call": call, "persons": [seafarer(5, "missing")]});
    let silent = agent.call("POST", "/api/v1/crew-cases", "missing-0", &body);
    assert!(silent.text().contains("PQ-CREW-005"), "what happened is said: {}", silent.text());
    let body = json!({"kind": "missing", "call": call, "words": "not back at 22:00", "persons": [seafarer(5, "")]});
    let filed = agent.call("POST", "/api/v1/crew-cases", "missing-1", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().expect("a number").to_owned();
    let standing = || {
        let text = agent.get(&format!("/api/v1/calls/{call}/journal")).text();
        (text.matches("persons_missing").count() > 0, text.contains("hold.lifted"))
    };
    assert_eq!(standing(), (true, false), "she is held by the same act");
    assert_eq!(act(&agent, &number, "withdraw", &json!({"act": "withdraw"})).status, 409);
    assert_eq!(
        act(&agent, &number, "found-0", &json!({"act": "close", "how": "found"})).status,
        409,
        "not the firm’s word"
    );
    let found = json!({"act": "close", "how": "found", "words": "back on board"});
    let answer = act(&port.system("border"), &number, "found-1", &found);
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(standing(), (true, true), "and let go by the same act");
}

#[test]
fn what_is_due_of_a_crew_change_moves_when_the_ship_does() {
    let port = Port::open();
    let agent = port.system("agent");
    let new = json!({"imo": "8003979", "kind": "ordinary", "eta": "2031-04-28T08:00:00+08:00", "etd": "2031-05-03T20:00:00+08:00"});
    let opened = agent.call("POST", "/api/v1/calls", "comes", &new);
    assert_eq!(opened.status, 201, "{}", opened.text());
    let call = opened.json()["number"].as_str().expect("a number").to_owned();
    let body = json!({"kind": "crew_change", "call": call, "persons": [seafarer(1, "joins")]});
    let number = agent.call("POST", "/api/v1/crew-cases", "moves", &body).json()["number"]
        .as_str()
        .expect("a number")
        .to_owned();
    let berthing = || seen(&agent, &number)["case"]["berthing"].clone();
    let before = berthing();
    let at = "2031-05-01T06:00:00+08:00";
    let later = json!({"act": "state_time", "event": "arrival", "kind": "estimated", "at": at});
    let stated = agent.call("POST", &format!("/api/v1/calls/{call}/acts"), "later", &later);
    assert_eq!(stated.status, 201, "{}", stated.text());
    // Nobody acts on the case: it follows of itself.
    wait("what follows the ship", || berthing() != before);
    let case = seen(&agent, &number);
    let instant = |of: &Value| {
        let read = of.as_i64().or_else(|| of.as_str().and_then(domain::Instant::parse).map(|at| at.0));
        read.unwrap_or_else(|| panic!("an instant: {of}"))
    };
    let (due, berths) = (instant(&case["case"]["parts"][0]["due"]), instant(&case["case"]["berthing"]));
    assert_eq!((due + 8 * domain::instant::HOUR, Some(berths)), (berths, domain::Instant::parse(at).map(|at| at.0)));
}

#[test]
fn permits_of_a_crew_change_are_issued_anew_when_the_ship_comes_at_another_time() {
    let port = Port::open();
    let agent = port.system("agent");
    let new = json!({"imo": "8003979", "kind": "ordinary", "eta": "2031-04-28T08:00:00+08:00", "etd": "2031-05-03T20:00:00+08:00"});
    let call = agent.call("POST", "/api/v1/calls", "comes", &new).json()["number"].as_str().expect("a call").to_owned();
    let persons = [seafarer(1, "joins"), seafarer(2, "joins"), seafarer(3, "leaves")];
    let filed = agent.call(
        "POST",
        "/api/v1/crew-cases",
        "moves",
        &json!({"kind": "crew_change", "call": call, "persons": persons}),
    );
    let number = filed.json()["number"].as_str().expect("a case").to_owned();
    grant_all(&port, &number, "moves");
    let first = issued(&seen(&agent, &number));
    assert_eq!(first.iter().map(|of| of.3).sum::<i64>(), 3, "{first:?}");
    let border = port.system("border");
    let refuse = json!({"act": "revoke", "holders": [2], "ground": "misuse", "words": "lent"});
    let path = format!("/api/v1/person-permits/{}/acts", first[0].0);
    let revoked = border.call("POST", &path, "misuse", &refuse);
    assert_eq!(revoked.status, 201, "{}", revoked.text());
    let comes = |key: &str, at: &str| {
        let body = json!({"act": "state_time", "event": "arrival", "kind": "estimated", "at": at});
        let stated = agent.call("POST", &format!("/api/v1/calls/{call}/acts"), key, &body);
        assert_eq!(stated.status, 201, "{}", stated.text());
        let berths = domain::Instant::parse(at).map(|at| at.0);
        wait("what follows the ship", || {
            let said = &seen(&agent, &number)["case"]["berthing"];
            said.as_i64().or_else(|| said.as_str().and_then(domain::Instant::parse).map(|at| at.0)) == berths
        });
        issued(&seen(&agent, &number))
    };
    assert_eq!(comes("an hour", "2031-04-28T09:00:00+08:00"), first, "by an hour nobody needs another code");
    let again = comes("three days", "2031-05-01T09:00:00+08:00");
    let standing: Vec<_> = again.iter().filter(|of| !first.iter().any(|old| old.0 == of.0)).collect();
    let kinds: Vec<_> = standing.iter().map(|of| (of.1.as_str(), of.2.as_str(), of.3)).collect();
    assert_eq!(
        kinds,
        [("boarding", "granted", 1), ("temporary_entry", "granted", 1)],
        "and not for whom border inspection took it back: {again:?}"
    );
    assert!(first.iter().all(|old| again.iter().any(|of| of.0 == old.0 && of.2 == "revoked")), "{again:?}");
    let permit = agent.get(&format!("/api/v1/person-permits/{}", standing[0].0)).text();
    assert!(permit.contains("2031-04-30T01:00:00Z") && permit.contains("2031-05-08T01:00:00Z"), "{permit}");
    // A gate says why the old code opens nothing.
    let at =
        json!({"gate": "ship:8003979", "given": format!("{}-01", first[0].0), "document": "7001", "direction": "in"});
    let told = border.call("POST", "/api/v1/gate/check", "old", &at).json();
    assert!(told["answer"] == "stop" && told["reasons"].to_string().contains("reissued"), "{told}");
    let old = format!("{}-01", first[0].0);
    let page =
        port.person("guard").post("/gate?lang=en", &[("gate", "ship:8003979"), ("given", &old), ("direction", "in")]);
    assert!(page.status == 200 && page.text().contains("issued anew"), "{}: {}", page.status, page.text());
}

#[test]
fn a_sick_seafarer_is_landed_by_the_joint_result_and_a_stowaway_is_not() {
    let port = Port::open();
    let (agent, call) = (port.system("agent"), numbered(&port, LEAVING));
    let mut patient = seafarer(7, "");
    patient["condition"] = json!("CANARYILLNESS appendicitis");
    patient["healthy"] = json!("yes");
    let body = json!({"kind": "sick", "call": call, "words": "needs surgery", "persons": [patient]});
    let filed = agent.call("POST", "/api/v1/crew-cases", "sick-1", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().expect("a number").to_owned();
    // Illness is read by those who treat it, and by nobody else.
    for (person, reads) in [("customs", true), ("border", false), ("portgroup", false), ("portoffice", false)] {
        let page = port.person(person).get(&format!("/crew-cases/{number}?lang=en"));
        assert!(page.status == 200 && page.text().contains("CANARYILLNESS") == reads, "{person}: {}", page.status);
    }
    for (organ, part) in [("msa", "rescue"), ("customs", "health"), ("portadmin", "transfer"), ("border", "landing")] {
        let grant = json!({"act": "grant", "part": part});
        let answer = act(&port.system(organ), &number, part, &grant);
        assert_eq!(answer.status, 201, "{organ}: {}", answer.text());
    }
    let landed = issued(&seen(&agent, &number));
    assert_eq!(landed.iter().map(|of| (of.1.as_str(), of.2.as_str())).collect::<Vec<_>>(), [("landing", "granted")]);
    // Treated on board after all: the landing is taken back by the same act.
    assert_eq!(act(&agent, &number, "stays", &json!({"act": "close", "how": "on_board"})).status, 201);
    assert_eq!(issued(&seen(&agent, &number))[0].2, "revoked");

    let nameless = json!({"found_on": "2026-11-20", "found_where": "hold 3", "healthy": "yes"});
    let body = json!({"kind": "stowaway", "call": call, "words": "found at sea", "persons": [nameless]});
    let filed = agent.call("POST", "/api/v1/crew-cases", "stow-1", &body);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().expect("a number").to_owned();
    for (organ, part) in [("msa", "safety"), ("customs", "health"), ("border", "custody")] {
        let answer = act(&port.system(organ), &number, part, &json!({"act": "grant", "part": part}));
        assert_eq!(answer.status, 201, "{organ}: {}", answer.text());
    }
    let case = seen(&agent, &number);
    assert_eq!((&case["status"], &case["permits"]), (&json!("granted"), &json!([])), "a stowaway gets no permit");
    assert_eq!(act(&agent, &number, "own", &json!({"act": "close", "how": "kept"})).status, 409, "not the firm’s word");
    assert_eq!(act(&port.system("border"), &number, "kept", &json!({"act": "close", "how": "kept"})).status, 201);
}
