//! Crew cases over the real program: a crew change of twenty-two by one application to four organs, and a missing person who
//! keeps the ship here until border inspection knows where she is.

use serde_json::{Value, json};

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
    let grants = |round: &str| {
        for (organ, part) in [
            ("border", "sign_on"),
            ("border", "sign_off"),
            ("customs", "health"),
            ("msa", "manning"),
            ("portadmin", "onward"),
        ] {
            let grant = json!({"act": "grant", "part": part});
            let answer = act(&port.system(organ), &number, &format!("{round}-{part}"), &grant);
            assert_eq!(answer.status, 201, "{organ} {part}: {}", answer.text());
        }
    };
    grants("first");
    assert_eq!(seen(&agent, &number)["status"], "granted");
    // Another person opens all of it again.
    persons.push(seafarer(23, "joins"));
    let more = json!({"act": "add", "persons": [persons[22]]});
    assert_eq!(act(&agent, &number, "add", &more).status, 201);
    let reopened = seen(&agent, &number);
    assert_eq!((&reopened["status"], &reopened["case"]["reopened"]), (&json!("in_review"), &json!(1)));
    let refuse = json!({"act": "refuse", "part": "sign_on", "words": "no seaman's book", "law": "art. 51"});
    assert_eq!(act(&border, &number, "refuse", &refuse).status, 201);
    assert_eq!(act(&agent, &number, "remove", &json!({"act": "remove", "persons": [23]})).status, 201);
    grants("second");
    assert_eq!(act(&agent, &number, "done", &json!({"act": "close", "how": "changed"})).status, 201);
    assert_eq!(seen(&agent, &number)["status"], "closed");
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
