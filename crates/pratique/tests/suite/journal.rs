//! Every write leaves its entry, and what lists show is what the journals say.

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, LEAVING, PEOPLE, Port, numbered, pratique, waste};

/// The journal of a call: kind, party and person of each entry.
fn journal(port: &Port, number: &str) -> Vec<(String, String, String)> {
    let entries = port.system("agent").get(&format!("/api/v1/calls/{number}/journal")).json();
    let entries = entries["journal"].as_array().expect("entries").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind =
        |entry: &Value| entry.as_object().and_then(|entry| entry.keys().next().cloned()).unwrap_or_else(|| text(entry));
    entries.iter().map(|entry| (kind(&entry["entry"]), text(&entry["party"]), text(&entry["person"]))).collect()
}

#[test]
fn every_act_leaves_the_entry_of_its_kind_and_actor() {
    let port = Port::open();
    let [asked, leaving] = [ASKED, LEAVING].map(|sample| numbered(&port, sample));
    let (agent, border) = ("firm:sample-agency-a", "organ:border");
    let acts: [(&str, &str, &str, Value, &str, &str); 8] = [
        ("agent", &asked, "formalities/waste_notification", waste("j"), "formality.filed", agent),
        (
            "agent",
            &asked,
            "acts",
            json!({"act": "answer", "question": 1, "item": 0, "words": "sent"}),
            "question.answered",
            agent,
        ),
        ("border", &asked, "acts", json!({"act": "close_item", "question": 1, "item": 0}), "question.closed", border),
        (
            "border",
            &asked,
            "acts",
            json!({"act": "ask", "formality": "crew_list", "items": ["visa"]}),
            "question.asked",
            border,
        ),
        (
            "agent",
            &asked,
            "acts",
            json!({"act": "state_time", "event": "departure", "kind": "estimated", "at": "2031-01-01T00:00:00Z"}),
            "time.stated",
            agent,
        ),
        (
            "agent",
            &asked,
            "acts",
            json!({"act": "withdraw", "formality": "waste_notification", "reason": {"zh": "误报", "en": "by mistake"}}),
            "formality.withdrawn",
            agent,
        ),
        (
            "border",
            &leaving,
            "acts",
            json!({"act": "decide", "formality": "exit_formalities", "outcome": "granted"}),
            "review.decided",
            border,
        ),
        (
            "court",
            &leaving,
            "acts",
            json!({"act": "place_hold", "kind": "court_arrest", "ground": {"zh": "扣押", "en": "arrest"}}),
            "hold.placed",
            "organ:court",
        ),
    ];
    for (nth, (who, number, path, body, kind, party)) in acts.into_iter().enumerate() {
        let before = journal(&port, number);
        let method = if path == "acts" { "POST" } else { "PUT" };
        let key = format!("journal {nth}");
        let address = format!("/api/v1/calls/{number}/{path}");
        let answer = port.system(who).call(method, &address, &key, &body);
        assert_eq!(answer.status, 201, "{body}: {}", answer.text());
        let after = journal(&port, number);
        assert_eq!(after[..before.len()], before, "entries are appended, never changed");
        let new = &after[before.len()..];
        let found = new.iter().find(|(of, ..)| of == kind).unwrap_or_else(|| panic!("{body} left {new:?}, not {kind}"));
        assert_eq!(found.1, party, "{body}");
        assert!(!found.2.is_empty(), "{body} names who did it");
        let again = port.system(who).call(method, &address, &key, &body);
        assert_eq!(again.status, 201, "{}", again.text());
        assert_eq!(journal(&port, number), after, "a retry leaves no entry: {body}");
    }
}

#[test]
fn a_long_journal_is_read_to_its_end_by_pages() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    for nth in 0..130 {
        let at = format!("2031-01-01T{:02}:{:02}:00Z", nth / 60, nth % 60);
        let act = json!({"act": "state_time", "event": "departure", "kind": "estimated", "at": at});
        let stated = system.call("POST", &format!("/api/v1/calls/{number}/acts"), &format!("page {nth}"), &act);
        assert_eq!(stated.status, 201, "{}", stated.text());
    }
    let (mut after, mut pages, mut entries) = (String::new(), 0, Vec::new());
    loop {
        let page = system.get(&format!("/api/v1/calls/{number}/journal{after}")).json();
        entries.extend(page["journal"].as_array().expect("entries").clone());
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = format!("?after={next}"),
            None => break,
        }
    }
    assert!(pages >= 2 && entries.len() >= 130, "{pages} pages, {} entries", entries.len());
    let version = system.get(&format!("/api/v1/calls/{number}")).json()["call"]["version"].as_u64();
    assert_eq!(version, Some(entries.len() as u64), "each entry once");
}

/// The answer without what is new in each: times of signing, request ids, keys of forms.
fn content(answer: &Answer) -> (u16, String) {
    let text = answer.text();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("name=\"key\" value=\"") {
        let end = at + 18;
        kept.push_str(&rest[..end]);
        rest = &rest[end + rest[end..].find('"').unwrap_or(0)..];
    }
    kept.push_str(rest);
    (answer.status, kept)
}

#[test]
fn rebuilt_projections_give_the_same_pages_byte_for_byte() {
    let port = Port::open();
    let [asked, leaving] = [ASKED, LEAVING].map(|sample| numbered(&port, sample));
    port.system("agent").file(&asked, "waste_notification", "rebuild", &waste("rebuild"));
    let read = |port: &Port| {
        let mut answers = Vec::new();
        for who in PEOPLE {
            let person = port.person(who);
            for path in ["/calls", "/queue", "/board", "/calls?q=sample"] {
                // Words such as "in 3 h" are as of now; lists in JSON are compared whole.
                let numbers: Vec<_> = person
                    .get(path)
                    .text()
                    .split("href=\"/calls/")
                    .map(|part| part[..part.find('"').unwrap_or(0)].to_owned())
                    .collect();
                answers.push((format!("{path} as {who}"), (200, numbers[1..].join(" "))));
            }
        }
        for who in ["agent", "agent2", "msa", "border"] {
            let system = port.system(who);
            for path in [
                "/api/v1/calls".to_owned(),
                "/api/v1/calls?q=aurora".to_owned(),
                format!("/api/v1/calls/{asked}"),
                format!("/api/v1/calls/{leaving}"),
                format!("/api/v1/calls/{leaving}/journal"),
                format!("/api/v1/calls/{asked}/formalities/crew_list"),
            ] {
                answers.push((format!("{path} as {who}"), content(&system.get(&path))));
            }
        }
        answers
    };
    let before = read(&port);
    assert!(before.iter().filter(|(_, (status, text))| *status == 200 && !text.is_empty()).count() > 30);
    let folder = port.end();
    let rebuilt = pratique(&folder, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let port = Port::serve(folder, &[]);
    for (before, after) in before.into_iter().zip(read(&port)) {
        assert_eq!(before, after);
    }
}

#[test]
fn on_pages_an_agent_acts_for_a_firm_that_gave_it_a_mandate() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let agent = port.person("agent");
    let chosen = agent.post("/account", &[("principal", "sample-line-c")]);
    assert!(
        chosen.header("set-cookie").is_some_and(|set| set.starts_with("pq_for=sample-line-c;")),
        "{}",
        chosen.text()
    );
    assert_eq!(agent.post("/account", &[("principal", "sample-agency-b")]).status, 403, "no mandate of that firm");
    let (cookie, token) = agent.session.clone().expect("a session");
    // The second says what no mandate does: it counts for nothing.
    for (principal, recorded) in [("sample-line-c", json!("sample-line-c")), ("sample-agency-b", Value::Null)] {
        let mut acting = agent.clone();
        acting.session = Some((format!("{cookie}; pq_for={principal}"), token.clone()));
        assert_eq!(acting.get("/account?lang=en").text().contains("You act for"), !recorded.is_null(), "{principal}");
        let time = [
            ("act", "state_time"),
            ("event", "pilot"),
            ("kind", "requested"),
            ("at", "2031-03-01T08:00"),
            ("key", principal),
        ];
        assert_eq!(acting.post(&format!("/calls/{number}/acts"), &time).status, 303);
        let entries = port.system("agent").get(&format!("/api/v1/calls/{number}/journal")).json();
        let last = entries["journal"].as_array().and_then(|all| all.last()).expect("an entry").clone();
        assert_eq!((&last["on_behalf"], &last["person"]), (&recorded, &json!("agent")), "{principal}");
    }
    let page = port.person("border").get(&format!("/calls/{number}?lang=zh"));
    assert!(page.text().contains("受示例航运丙公司委托"), "the journal names the firm");
}
