//! Problems from the first word to the firm's: reported by every channel, dispatched, answered, closed; and who sees what.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    delivery::wait,
    harness::{Answer, Client, Port, pratique},
    telling::{new_notices, read_all},
};

/// Sends the form of a report: pairs and files.
pub fn report(person: &Client, pairs: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in pairs.iter().chain(&[("csrf", token)]) {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        let head = format!("--part\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    person.send("POST", "/report", &[("content-type", "multipart/form-data; boundary=part")], &body).expect("an answer")
}

fn gate(words: &'static str, key: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![("topic", "terminal-gate"), ("impact", "ordinary"), ("urgency", "week"), ("words", words), ("key", key)]
}

/// Number and secret of the page that answers a report.
pub fn number_and_secret(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 201, "{}", answer.text());
    let text = answer.text();
    let mut codes =
        text.split("<dd class=\"code\">").skip(1).map(|rest| rest.split('<').next().unwrap_or("").to_owned());
    (codes.next().expect("a number"), codes.next().expect("a secret"))
}

pub fn by_api(port: &Port, who: &str, key: &str, more: &Value) -> Value {
    let mut body =
        json!({"topic": "terminal-gate", "impact": "ordinary", "urgency": "week", "words": "the box is stuck"});
    body.as_object_mut().expect("a map").extend(more.as_object().expect("a map").clone());
    let answer = port.system(who).call("POST", "/api/v1/problems", key, &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// An act from the page, as the forms send it.
pub fn act(port: &Port, who: &str, number: &str, pairs: &[(&str, &str)]) -> Answer {
    port.person(who).post(&format!("/problems/{number}/acts"), pairs)
}

#[track_caller]
pub fn must(port: &Port, who: &str, number: &str, pairs: &[(&str, &str)]) {
    let answer = act(port, who, number, pairs);
    assert_eq!(
        answer.status,
        303,
        "{who} {pairs:?}: {}",
        answer.between("error-summary__list\">", "</ul>").unwrap_or_default()
    );
}

pub fn state(port: &Port, who: &str, number: &str) -> String {
    let answer = port.system(who).get(&format!("/api/v1/problems/{number}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["status"].as_str().expect("a state").to_owned()
}

pub const LOOKED_AT: [(&str, &str); 4] =
    [("act", "triage"), ("topic", "terminal-gate"), ("impact", "ordinary"), ("urgency", "week")];
pub const TO_THE_PORT_GROUP: [(&str, &str); 3] = [("act", "dispatch"), ("lead", "port_group"), ("co", "customs")];

#[test]
fn a_report_without_an_account_is_followed_by_number_and_secret() {
    let port = Port::open();
    let anybody = port.anybody();
    let photo: &[u8] = b"<html><script>alert(1)</script>";
    let answer =
        report(&anybody, &gate("<script>alert(2)</script> 箱子提不出来", "anybody-1"), &[("照片\".html", photo)]);
    let (number, secret) = number_and_secret(&answer);
    let again = number_and_secret(&report(&anybody, &gate("<script>alert(2)</script> 箱子提不出来", "anybody-1"), &[]));
    assert_eq!(again, (number.clone(), secret.clone()), "the same form sent twice is one report");

    assert!(answer.text().contains("<svg class=\"qr\""), "a code that a telephone reads");
    let by_code = format!("/report/status?number={number}");
    assert!(anybody.get(&by_code).text().contains(&number), "the number is filled in");
    let opened = port.person("portoffice").get(&by_code);
    assert_eq!(opened.header("location"), Some(format!("/problems/{number}").as_str()), "the port office opens it");

    let status = |secret: &str, more: &[(&str, &str)]| {
        let pairs: Vec<_> =
            [("number", number.as_str()), ("secret", secret)].into_iter().chain(more.iter().copied()).collect();
        anybody.post("/report/status", &pairs)
    };
    let shown = status(&secret, &[]);
    assert_eq!(shown.status, 200);
    assert!(shown.text().contains("箱子提不出来") && !shown.text().contains("<script>alert"), "its words, as words");
    assert_eq!(status("wrong", &[]).status, 404);
    assert_eq!(anybody.post("/report/status", &[("number", "2026-DAL-P999999"), ("secret", &secret)]).status, 404);

    let said = status(&secret, &[("act", "say"), ("report", "7"), ("words", "=1+1 还有一件"), ("key", "say-1")]);
    assert!(said.text().contains("=1+1 还有一件"), "{}", said.text());
    let foreign = status(&secret, &[("act", "accept")]);
    assert_eq!(foreign.status, 403, "the secret speaks for the report, not for a department");
    // Files come back as they were, always as a download.
    let document = shown.between("name=\"file\" value=\"", "\"").expect("the file");
    let file = status(&secret, &[("file", &document)]);
    assert_eq!((file.status, file.bytes.as_slice()), (200, photo));
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert!(
        file.header("content-disposition")
            .is_some_and(|value| value.starts_with("attachment;") && !value.contains('"'))
    );
    assert!(port.person("agent").get(&format!("/problems/{number}")).status == 404, "not a firm's");
    assert!(port.person("customs").get(&format!("/problems/{number}")).status == 404, "nor a department's, so far");
}

#[test]
fn a_problem_goes_from_the_firm_through_two_departments_back_to_the_firm() {
    let port = Port::open();
    let number = by_api(&port, "agent", "way-1", &json!({}))["number"].as_str().expect("a number").to_owned();
    let desk = |who: &str| port.person(who).get("/problems/desk").text().contains(&number);
    assert!(desk("portoffice") && !desk("customs"));
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &TO_THE_PORT_GROUP);
    assert!(desk("customs") && desk("portgroup") && !desk("portoffice"));
    assert_eq!(act(&port, "customs", &number, &[("act", "sign")]).status, 422);
    must(&port, "portgroup", &number, &[("act", "accept")]);
    must(&port, "customs", &number, &[("act", "accept")]);
    let answer = |act: &'static str, words: &'static str| {
        [
            ("act", act),
            ("outcome.1", "solved"),
            ("words.1", words),
            ("words_en.1", "the lane is open"),
            ("law.1", "Decree 722"),
        ]
    };
    let early = act(&port, "portgroup", &number, &answer("sign", "好了"));
    assert_eq!(early.status, 422);
    assert!(early.text().contains("PQ-PROBLEM-012"), "the co-handler is heard first");
    must(&port, "customs", &number, &answer("answer", "海关已放行"));
    must(&port, "portgroup", &number, &answer("sign", "通道已开"));
    let page = port.person("agent").get(&format!("/problems/{number}")).text();
    assert!(page.contains("通道已开") && !page.contains("海关已放行"), "the firm gets the joined reply alone");
    assert_eq!(state(&port, "agent", &number), "answered");
    let tell = |solved: &str, key: &str| {
        let body = json!({"act": "tell", "report": 1, "answered": true, "solved": solved == "yes", "satisfied": false});
        port.system("agent").call("POST", &format!("/api/v1/problems/{number}/acts"), key, &body)
    };
    assert_eq!(tell("no", "tell-1").status, 201);
    assert_eq!(state(&port, "agent", &number), "handling");
    must(&port, "portgroup", &number, &answer("sign", "真的开了"));
    let closed = tell("yes", "tell-2");
    assert_eq!((closed.status, state(&port, "agent", &number).as_str()), (201, "closed"));
    assert_eq!(tell("yes", "tell-2").receipt_id(), closed.receipt_id(), "a retry gets the first receipt");
    assert_eq!(tell("yes", "tell-3").status, 409);
    // What lists show is what the journal says.
    let before = port.person("portoffice").get("/problems?q=").text().matches("/problems/2").count();
    let folder = port.end();
    let rebuilt = pratique(&folder, &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let port = Port::serve(folder, &[]);
    assert_eq!(state(&port, "agent", &number), "closed");
    assert_eq!(port.person("portoffice").get("/problems?q=").text().matches("/problems/2").count(), before);
}

#[test]
fn a_key_gives_the_first_answer_and_takes_no_other_content() {
    let port = Port::open();
    let first = by_api(&port, "agent", "key-1", &json!({}));
    let again = by_api(&port, "agent", "key-1", &json!({}));
    assert_eq!(
        (&first["number"], &first["secret"], &first["receipt"]),
        (&again["number"], &again["secret"], &again["receipt"])
    );
    let other = json!({"topic": "it", "impact": "ordinary", "urgency": "week", "words": "another"});
    assert_eq!(port.system("agent").call("POST", "/api/v1/problems", "key-1", &other).status, 422);
    let faulty = json!({"topic": "weather", "impact": "none", "urgency": "week", "words": " "});
    let answer = port.system("agent").call("POST", "/api/v1/problems", "key-2", &faulty);
    let codes: Vec<String> =
        answer.json()["faults"].as_array().expect("faults").iter().map(|fault| fault["code"].to_string()).collect();
    assert_eq!(codes, ["\"PQ-REPORT-001\"", "\"PQ-REPORT-002\"", "\"PQ-REPORT-003\""]);
    assert_eq!(port.anybody().call("POST", "/api/v1/problems", "key-3", &other).status, 401);
}

/// Everything of problems that a reader can be shown, byte for byte, but for keys and the time of drawing.
fn everything(port: &Port, who: &str) -> BTreeMap<&'static str, String> {
    let pages = ["/problems", "/problems?q=SMPU1234565", "/problems?overdue=yes", "/problems/desk", "/queue", "/calls"];
    let clean = |text: &str| {
        let lines =
            text.split_inclusive('>').filter(|part| !part.contains("name=\"key\"") && !part.contains("name=\"csrf\""));
        let text: String = lines.collect();
        // How long something waits, and when the page was drawn.
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
            out.push_str(&rest[..at]);
            let end = rest[at..]
                .find(|letter: char| !letter.is_ascii_digit() && letter != ':')
                .map_or(rest.len(), |end| at + end);
            if end - at > 4 && !rest[at..end].contains(':') {
                out.push_str(&rest[at..end]);
            } else {
                out.push('#');
            }
            rest = &rest[end..];
        }
        out + rest
    };
    // A page that refuses names the request.
    // The bell is looked at beside its page: the sample port itself tells something meanwhile.
    let without_bell = |text: String| match text.split_once(" <b class=\"count\">") {
        Some((before, after)) => before.to_owned() + after.split_once("</b>").map_or("", |(_, after)| after),
        None => text,
    };
    let shown = |answer: Answer| match answer.status {
        200 => clean(&without_bell(answer.text())),
        other => other.to_string(),
    };
    let mut all: BTreeMap<&str, String> = pages.iter().map(|page| (*page, shown(port.person(who).get(page)))).collect();
    if who != "portgroup" && who != "portoffice" {
        all.insert("api", port.system(who).get("/api/v1/problems").text());
        all.insert("api search", port.system(who).get("/api/v1/problems?q=HIDD1234567").text());
    }
    all
}

#[test]
fn foreign_and_hidden_cases_change_no_byte_of_anybody_elses_answers() {
    let port = Port::open();
    let others = ["agent2", "border", "msa", "customs"];
    let before: Vec<_> = others.iter().map(|who| everything(&port, who)).collect();
    others.iter().for_each(|who| read_all(&port, who));
    let public = port.anybody().get("/open311/v2/requests.json").text();
    let hidden = json!({"words": "the officer wanted money", "hidden": true, "against": ["customs"], "keys": [{"kind": "container", "value": "HIDD1234567"}]});
    let made = by_api(&port, "agent", "hidden-1", &hidden);
    let number = made["number"].as_str().expect("a number").to_owned();
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &[("act", "note"), ("words", "between us"), ("confidential", "no")]);
    for (who, before) in others.iter().zip(&before) {
        let after = everything(&port, who);
        for (page, text) in before {
            assert_eq!(text, &after[page], "{page} as {who}");
        }
        for page in ["", "/acts"] {
            let answer = port.person(who).get(&format!("/problems/{number}{page}"));
            assert_eq!(answer.status, 404, "{who} {page}");
        }
        assert_eq!(port.person(who).post(&format!("/problems/{number}/acts"), &[("act", "take")]).status, 404, "{who}");
    }
    // Whoever runs it is told, so that the others would have been by now; their bells count no more than their pages show.
    wait("the port office", || port.person("portoffice").get("/notices").text().contains(&number));
    for who in others {
        let (rows, bell) = new_notices(&port, who);
        assert_eq!(rows.len(), bell, "{who}'s bell: {rows:?}");
        assert!(!rows.iter().any(|row| row.contains(&number)), "{who}: {rows:?}");
    }
    assert_eq!(port.anybody().get("/open311/v2/requests.json").text(), public, "nor of the public's");
    assert_eq!(port.anybody().get(&format!("/open311/v2/requests/{number}.json")).status, 404);
    assert!(port.person("portoffice").get("/problems").text().contains(&number));
    assert!(port.person("agent").get(&format!("/problems/{number}")).text().contains("the officer wanted money"));
}

#[test]
fn the_unit_complained_of_answers_points_and_learns_neither_who_nor_which_words() {
    let port = Port::open();
    let complaint = json!({"topic": "customs", "words": "SECRETWORDS", "against": ["customs"], "contact": {"name": "SECRETNAME", "phone": "12345678"}});
    let made = by_api(&port, "agent", "against-1", &complaint);
    let number = made["number"].as_str().expect("a number").to_owned();
    let looked = |points: &'static str| {
        [("act", "triage"), ("topic", "customs"), ("impact", "ordinary"), ("urgency", "week"), ("points", points)]
    };
    must(&port, "portoffice", &number, &looked(""));
    let given = [("act", "dispatch"), ("lead", "customs")];
    assert!(act(&port, "portoffice", &number, &given).text().contains("PQ-PROBLEM-015"));
    must(&port, "portoffice", &number, &looked("Is the window open at noon?"));
    must(&port, "portoffice", &number, &given);
    let seen = || {
        let page = port.person("customs").get(&format!("/problems/{number}"));
        let api = port.system("customs").get(&format!("/api/v1/problems/{number}"));
        assert_eq!((page.status, api.status), (200, 200));
        page.text() + &api.text() + &port.person("customs").get("/problems").text()
    };
    for secret in ["SECRETWORDS", "SECRETNAME", "sample-agency-a"] {
        assert!(!seen().contains(secret), "{secret}");
    }
    assert!(seen().contains("Is the window open at noon?"));
    let office = port.person("portoffice").get(&format!("/problems/{number}")).text();
    assert!(office.contains("SECRETWORDS") && office.contains("SECRETNAME"));
    must(
        &port,
        "portoffice",
        &number,
        &[("act", "disclose"), ("report", "1"), ("organ", "customs"), ("words", "the firm agrees")],
    );
    assert!(seen().contains("SECRETWORDS"));
}

#[test]
fn two_who_edit_at_once_are_told() {
    let port = Port::open();
    let number = by_api(&port, "agent", "twice-1", &json!({}))["number"].as_str().expect("a number").to_owned();
    let page = port.person("portoffice").get(&format!("/problems/{number}"));
    let version = page.between("name=\"version\" value=\"", "\"").expect("a version");
    let with = |key: &'static str| -> Vec<(&str, &str)> {
        LOOKED_AT.into_iter().chain([("version", version.as_str()), ("key", key)]).collect()
    };
    must(&port, "portoffice", &number, &with("edit-1"));
    let second = act(&port, "portoffice", &number, &with("edit-2"));
    assert!(second.status == 422 && second.text().contains("PQ-PROBLEM-022"), "{}", second.status);
    must(&port, "portoffice", &number, &with("edit-1"));
}

#[test]
fn floods_and_large_files_stop_their_sender_alone() {
    let port = Port::open();
    let large = vec![b'x'; 50 << 20];
    let answer = report(&port.anybody(), &gate("large words", "large-1"), &[("large.bin", &large)]);
    assert!(answer.status == 422 && answer.text().contains("PQ-REPORT-006"), "{}", answer.text());
    assert!(answer.text().contains(">large words</textarea>"), "what was typed is still there");
    let larger = vec![b'x'; 160 << 20];
    let answer = report(&port.anybody(), &gate("larger words", "large-2"), &[("larger.bin", &larger)]);
    assert!(answer.status == 413 && answer.text().contains(">larger words</textarea>"), "{}", answer.text());
    let six: Vec<(&str, &[u8])> = vec![("a", b"1"); 6];
    let answer = report(&port.anybody(), &gate("six", "six-1"), &six);
    assert!(answer.status == 422 && answer.text().contains("PQ-REPORT-006"));
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(port.anybody().post("/report/status", &[("number", "x"), ("secret", "y")]).status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    by_api(&port, "agent", "flood-1", &json!({}));
    assert_eq!(port.person("portoffice").get("/problems").status, 200);
}

#[test]
fn sample_problems_stand_in_every_state() {
    let port = Port::open();
    let list = port.person("portoffice").get("/problems").text();
    for state in [
        "received",
        "triaged",
        "dispatched",
        "disputed",
        "handling",
        "paused",
        "planned",
        "answered",
        "closed",
        "withdrawn",
        "refused",
        "transferred",
        "joined",
    ] {
        let found = port.person("portoffice").get(&format!("/problems?state={state}")).text();
        assert!(found.contains("/problems/2"), "none is {state}: {list}");
    }
    for page in ["/problems/board", "/problems/brief", "/problems/desk", "/known", "/report", "/report?topic=fee"] {
        assert_eq!(port.person("portoffice").get(page).status, 200, "{page}");
    }
    for page in ["/problems/board", "/problems/brief"] {
        assert_eq!(port.person("customs").get(page).status, 403, "{page}");
        assert!(port.anybody().get(page).is_to_sign_in(), "{page}");
    }
    assert!(port.anybody().get("/known?code=gate-3-scan").text().contains("3 号闸口扫描仪故障"));
}

/// Sends the form of an act with a file, as the page does.
fn act_with_file(person: &Client, path: &str, pairs: &[(&str, &str)], (name, bytes): (&str, &[u8])) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (field, value) in pairs.iter().chain(&[("csrf", token)]) {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("--part\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    person.send("POST", path, &[("content-type", "multipart/form-data; boundary=part")], &body).expect("an answer")
}

#[test]
fn an_answer_carries_files_for_those_who_may_read_the_answer() {
    let port = Port::open();
    let (number, secret) = number_and_secret(&report(&port.anybody(), &gate("a box", "files-1"), &[]));
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &TO_THE_PORT_GROUP);
    must(&port, "portgroup", &number, &[("act", "accept")]);
    must(&port, "customs", &number, &[("act", "accept")]);
    let path = format!("/problems/{number}/acts");
    let sent = |who: &str, pairs: &[(&str, &str)], name: &str, bytes: &[u8]| {
        let answer = act_with_file(&port.person(who), &path, pairs, (name, bytes));
        assert_eq!(answer.status, 303, "{who}: {}", answer.text());
    };
    let note = [("act", "note"), ("words", "only we"), ("confidential", "yes"), ("key", "files-2")];
    sent("customs", &note, "risk.txt", b"RISK");
    sent("portgroup", &[("act", "update"), ("words", "see the plan"), ("key", "files-3")], "plan.pdf", b"PLAN");
    // The firm's own, without an account; the same form twice is one.
    let say = [
        ("number", number.as_str()),
        ("secret", &secret),
        ("act", "say"),
        ("report", "1"),
        ("words", "here"),
        ("key", "files-4"),
    ];
    for _ in 0..2 {
        let said = act_with_file(&port.anybody(), "/report/status", &say, ("photo.jpg", b"PHOTO"));
        assert_eq!((said.status, said.text().matches("photo.jpg").count()), (200, 1), "{}", said.text());
    }
    let point = [("outcome.1", "solved"), ("words.1", "done"), ("law.1", "Decree 722 art. 37")];
    let answer = |act: &'static str, key: &'static str| [&[("act", act), ("key", key)], &point[..]].concat();
    sent("customs", &answer("answer", "files-5"), "part.txt", b"PART");
    let task = [("act", "give_task"), ("organ", "customs"), ("due", "2099-01-01T08:00"), ("words", "a lane")];
    sent("portgroup", &[&task[..], &[("key", "files-9")]].concat(), "task.txt", b"TASK");
    let done = [("act", "do_task"), ("id", "1"), ("words", "open"), ("key", "files-10")];
    sent("customs", &done, "lane.txt", b"LANE");
    let served = [("act", "serve"), ("kind", "reminder"), ("organ", "customs"), ("words", "please")];
    sent("portoffice", &[&served[..], &[("key", "files-11")]].concat(), "served.txt", b"SERVED");
    sent("portgroup", &answer("sign", "files-6"), "reply.txt", b"REPLY");
    let word = [("answered", "yes"), ("solved", "no"), ("satisfied", "no"), ("key", "files-12")];
    let word = [&say[..3], &[("act", "tell")], &word[..]].concat();
    let word: Vec<_> = word.into_iter().filter(|pair| *pair != ("act", "say")).chain([("report", "1")]).collect();
    let told = act_with_file(&port.anybody(), "/report/status", &word, ("still.jpg", b"STILL"));
    assert_eq!((told.status, told.text().matches("still.jpg").count()), (200, 1), "{}", told.text());

    let read = |who: &str| -> Vec<Vec<u8>> {
        let page = port.person(who).get(&format!("/problems/{number}?lang=en")).text();
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let files = links.filter(|link| link.contains("/files/")).map(|link| port.person(who).get(link));
        files.map(|file| file.bytes).collect()
    };
    let has = |who: &str, bytes: &[u8]| read(who).iter().any(|file| file == bytes);
    for (bytes, readers) in [
        (&b"RISK"[..], &["customs"][..]),
        (b"PLAN", &["customs", "portgroup", "portoffice"]),
        (b"PHOTO", &["customs", "portgroup", "portoffice"]),
        (b"PART", &["customs", "portgroup", "portoffice"]),
        (b"REPLY", &["customs", "portgroup", "portoffice"]),
        (b"TASK", &["customs", "portgroup", "portoffice"]),
        (b"LANE", &["customs", "portgroup", "portoffice"]),
        (b"SERVED", &["customs", "portgroup", "portoffice"]),
        (b"STILL", &["customs", "portgroup", "portoffice"]),
    ] {
        for who in ["customs", "portgroup", "portoffice"] {
            assert_eq!(has(who, bytes), readers.contains(&who), "{who}: {}", String::from_utf8_lossy(bytes));
        }
    }
    let shown = port.anybody().post("/report/status", &[("number", &number), ("secret", &secret)]).text();
    for (name, seen) in [
        ("plan.pdf", true),
        ("photo.jpg", true),
        ("reply.txt", true),
        ("still.jpg", true),
        ("risk.txt", false),
        ("part.txt", false),
        ("task.txt", false),
        ("lane.txt", false),
        ("served.txt", false),
    ] {
        assert_eq!(shown.contains(name), seen, "{name} on the page of the secret");
    }
    // By the API: with an act that writes, and with no other; read under the same rights.
    let acts = format!("/api/v1/problems/{number}/acts");
    let files = json!([{"name": "log.txt", "content": "TE9H"}]);
    let noted = json!({"act": "send", "kind": "note", "report": null, "words": "by API", "files": files});
    assert_eq!(port.system("customs").call("POST", &acts, "files-7", &noted).status, 201);
    let taken = json!({"act": "take", "files": files});
    let refused = port.system("customs").call("POST", &acts, "files-8", &taken);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("PQ-PROBLEM-024")));
    let problem = port.system("customs").get(&format!("/api/v1/problems/{number}")).json();
    let messages = problem["problem"]["messages"].as_array().expect("messages");
    let document = messages.last().and_then(|of| of["files"][0].as_str()).expect("the file");
    let file = |who: &str| port.system(who).get(&format!("/api/v1/problems/{number}/files/{document}"));
    assert_eq!((file("customs").bytes.as_slice(), file("msa").status), (&b"LOG"[..], 404));
    let large = vec![b'x'; (5 << 20) + 1];
    let refused =
        act_with_file(&port.person("customs"), &path, &[("act", "note"), ("words", "KEPTWORDS")], ("big", &large));
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("PQ-REPORT-006") && refused.text().contains("KEPTWORDS"), "what was typed stays");
}
