//! The form of a report: the operator's screen, what is kept when the form comes back, and what bad input does to it.

use std::process::Command;

use serde_json::json;

use crate::{
    harness::{Answer, Client, Port},
    problems::{number_and_secret, report},
};

/// What every field holds in the tests of bad input: markup, a formula, and letters that break other formats.
const BAD: &str = "=cmd|' /C calc'!A0<script>alert(1)</script><img src=x onerror=alert(1)>\"'--&\u{202e}";

fn value(answer: &Answer, name: &str) -> Option<String> {
    answer.between(&format!("name=\"{name}\" type=\"text\" value=\""), "\"").or_else(|| {
        let text = answer.text();
        let at = text.find(&format!("name=\"{name}\""))?;
        let tag = &text[at..at + text[at..].find('>')?];
        Some(tag.split("value=\"").nth(1)?.split('"').next()?.to_owned())
    })
}

#[test]
fn another_topic_keeps_what_was_typed_and_what_it_is_about() {
    let port = Port::open();
    let form = [
        ("topic", "it"),
        ("words", "typed so far"),
        ("impact", "delayed"),
        ("answer.call", "2026-DAL-000001"),
        ("answer.goods", "perishable"),
        ("answer.since", "2026-11-20T08:00"),
        ("phone", "0411-1"),
        ("do", "topic"),
    ];
    let there = report(&port.anybody(), &form, &[]);
    assert_eq!(there.status, 200);
    assert!(there.text().contains(">typed so far</textarea>") && there.text().contains("value=\"delayed\" checked"));
    assert_eq!(value(&there, "key.call").as_deref(), Some("2026-DAL-000001"), "it is still about that call");
    assert_eq!(value(&there, "answer.goods").as_deref(), Some("perishable"), "an answer waits for its question");
    assert_eq!(value(&there, "phone").as_deref(), Some("0411-1"));
    assert_eq!(value(&there, "answer.since").as_deref(), Some("2026-11-20T08:00"), "a question that both topics ask");
    // And back again: the question is filled in.
    let back =
        [("topic", "quarantine"), ("key.call", "2026-DAL-000001"), ("answer.goods", "perishable"), ("do", "topic")];
    let back = report(&port.anybody(), &back, &[]);
    assert_eq!(value(&back, "answer.call").as_deref(), Some("2026-DAL-000001"));
    assert!(back.text().contains("<option value=\"perishable\" selected>"));
    // A page of the address carries its context through the choice of the topic.
    let first = port.anybody().get("/report?call=2026-DAL-000001&error_code=PQ-HTTP-500");
    assert_eq!(value(&first, "error_code").as_deref(), Some("PQ-HTTP-500"));
    assert_eq!(value(&first, "call").as_deref(), Some("2026-DAL-000001"));
    // What another topic asked is not sent along as an answer of this one.
    let sent =
        [("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", "sent"), ("answer.goods", "nonsense")];
    assert_eq!(report(&port.person("agent"), &sent, &[]).status, 201);
}

#[test]
fn an_operator_finds_the_caller_and_goes_on_to_the_case() {
    let port = Port::open();
    let operator = port.person("portoffice");
    let find = |caller: &str| {
        let form = [
            ("topic", "terminal-gate"),
            ("words", "she says"),
            ("channel", "counter"),
            ("caller", caller),
            ("do", "find"),
        ];
        report(&operator, &form, &[])
    };
    let firms = find("sample");
    assert!(firms.text().contains("value=\"sample-agency-a\"") && firms.text().contains("value=\"sample-agency-b\""));
    assert!(firms.text().contains(">she says</textarea>") && firms.text().contains("value=\"counter\" checked"));
    // One that fits is chosen, with her cases.
    let one = find("sample-agency-a").text();
    assert!(one.contains("value=\"sample-agency-a\" checked") && one.contains("<li><a href=\"/problems/2"), "{one}");
    assert!(find("no such firm").text().contains("role=\"status\""));
    for key in ["c", "f", "t", "q", "w", "i", "u", "s"] {
        assert_eq!(one.matches(&format!("accesskey=\"{key}\"")).count(), 1, "one field for the key {key}");
    }
    let form = [
        ("topic", "terminal-gate"),
        ("words", "she says"),
        ("impact", "ordinary"),
        ("urgency", "week"),
        ("channel", "counter"),
        ("firm", "sample-agency-a"),
        ("name", "Wang"),
        ("key", "operator-1"),
    ];
    let done = report(&operator, &form, &[]);
    assert_eq!(done.status, 201, "{}", done.text());
    let number = done.between("<dd class=\"code\">", "<").expect("a number");
    assert!(done.text().contains(&format!("href=\"/problems/{number}\"")) && done.text().contains("href=\"/report\""));
    assert!(done.text().contains("data-print"), "it prints for who stands there");
    let case = operator.get(&format!("/problems/{number}?lang=en")).text();
    assert!(case.contains("at the counter") && case.contains("Wang"));
    assert_eq!(port.person("agent").get(&format!("/problems/{number}")).status, 200, "the firm sees it");
    // A clerk who may not open the case gets no link that leads nowhere; nobody else sees who calls.
    let other = report(
        &port.person("border"),
        &[("topic", "it"), ("words", "x"), ("impact", "ordinary"), ("urgency", "week")],
        &[],
    );
    assert!(other.status == 201 && !other.text().contains("href=\"/problems/2"));
    for person in [port.anybody(), port.person("agent")] {
        assert!(
            !report(&person, &[("topic", "it"), ("caller", "sample"), ("do", "find")], &[])
                .text()
                .contains("sample-agency")
        );
    }
    let unknown = report(
        &operator,
        &[("topic", "it"), ("words", "x"), ("impact", "ordinary"), ("urgency", "week"), ("firm", "nobody")],
        &[],
    );
    assert!(
        unknown.status == 422 && unknown.text().contains("href=\"#caller\""),
        "the fault leads to a field that is there"
    );
}

/// No page, list or answer lets a word of a report become markup.
fn is_harmless(answer: &Answer, what: &str) {
    let text = answer.text();
    assert!(answer.status < 500, "{what}: {}", answer.status);
    assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{what}: {text}");
}

#[test]
fn markup_and_formulas_in_every_field_stay_words() {
    let port = Port::open();
    let agent = port.person("agent");
    let good = [("topic", "customs-declaration"), ("impact", "ordinary"), ("urgency", "week")];
    let fields = [
        "words",
        "name",
        "firm_name",
        "phone",
        "firm",
        "caller",
        "channel",
        "answer.declaration",
        "answer.error_code",
        "answer.tried",
        "key.container",
        "key.plate",
        BAD,
    ];
    let form: Vec<_> = good.into_iter().chain(fields.map(|name| (name, BAD))).collect();
    let done = report(&agent, &form, &[(&BAD.replace('"', ""), BAD.as_bytes())]);
    is_harmless(&done, "what is answered");
    assert_eq!(done.status, 201, "{}", done.text());
    let number = done.between("<dd class=\"code\">", "<").expect("a number");
    let readers: [Client; 3] = [port.person("agent"), port.person("portoffice"), port.anybody()];
    for reader in &readers {
        for path in [
            &format!("/problems/{number}"),
            "/problems",
            &format!("/open311/v2/requests/{number}.xml"),
            "/problems/board",
            "/problems/brief",
        ] {
            is_harmless(&reader.get(path), path);
        }
    }
    assert!(agent.get(&format!("/problems/{number}")).text().contains("=cmd|"), "and are kept as they were");
    // In each field of a form that is refused, and of every other way in.
    for name in fields
        .into_iter()
        .chain(["topic", "impact", "urgency", "email", "against", "hidden", "do", "switch", "key", "csrf"])
    {
        is_harmless(&report(&port.anybody(), &[("topic", "it"), (name, BAD)], &[]), name);
        is_harmless(
            &port.person("portoffice").get(&format!("/report?topic=it&{}", crate::harness::form(&[(name, BAD)]))),
            name,
        );
        is_harmless(&port.anybody().post("/report/status", &[(name, BAD)]), name);
    }
    let key = port.system("agent").key.expect("a key");
    for name in [
        "service_code",
        "description",
        "lat",
        "address_string",
        "address_id",
        "email",
        "first_name",
        "media_url",
        "account_id",
        "jurisdiction_id",
        "locale",
        "attribute[declaration]",
        "attribute[since]",
        BAD,
    ] {
        let pairs = [("api_key", key.as_str()), (name, BAD), ("service_code", "it"), ("description", "x")];
        is_harmless(&port.anybody().post("/open311/v2/requests.xml", &pairs), name);
        is_harmless(
            &port.anybody().get(&format!("/open311/v2/requests.xml?{}", crate::harness::form(&[(name, BAD)]))),
            name,
        );
    }
    for member in ["topic", "impact", "urgency", "words", "language"] {
        let mut body = json!({"topic": "it", "impact": "ordinary", "urgency": "week", "words": "x"});
        body[member] = json!(BAD);
        is_harmless(&port.system("agent").call("POST", "/api/v1/problems", member, &body), member);
    }
    is_harmless(&port.person("portoffice").get("/problems"), "the list after all that");
}

#[test]
fn malformed_forms_are_refused_and_leave_nothing() {
    let port = Port::open();
    let count = || port.person("portoffice").get("/problems?topic=it").text().matches("<a href=\"/problems/2").count();
    let before = count();
    let send = |kind: &str, body: &[u8]| {
        port.anybody().send("POST", "/report", &[("content-type", kind)], body).expect("an answer")
    };
    let multipart = "multipart/form-data; boundary=part";
    let head = "--part\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\n";
    let bodies: [(&str, Vec<u8>); 10] = [
        (multipart, Vec::new()),
        (multipart, b"no part at all".to_vec()),
        (multipart, format!("{head}never ended").into_bytes()),
        (multipart, b"--part\r\n\r\nno name\r\n--part--\r\n".to_vec()),
        (
            multipart,
            b"--part\r\ncontent-disposition: form-data; name=\"topic\"\r\n\r\n\xff\xfe\x00\r\n--part--\r\n".to_vec(),
        ),
        (multipart, format!("{head}x\r\n").repeat(3000).into_bytes()),
        ("multipart/form-data", b"--part--".to_vec()),
        ("multipart/form-data; boundary=", b"--part--".to_vec()),
        ("application/x-www-form-urlencoded", b"topic=it&words=x".to_vec()),
        ("application/json", b"{".to_vec()),
    ];
    for (kind, body) in &bodies {
        let answer = send(kind, body);
        assert!(
            (200..500).contains(&answer.status) && answer.status != 201,
            "{kind} {:?}: {}",
            &body[..body.len().min(60)],
            answer.status
        );
    }
    // Who reads pages is told by a page, whoever refused: with code, remedy and who helps.
    let by_browser = [("content-type", "multipart/form-data"), ("accept", "text/html,*/*;q=0.8")];
    let told = port.anybody().send("POST", "/report?lang=en", &by_browser, b"--part--").expect("an answer");
    assert!(told.text().contains("PQ-HTTP-400") && told.text().contains("send it anew"), "{}", told.text());
    let broken = send(
        multipart,
        format!("--part\r\ncontent-disposition: form-data; name=\"topic\"\r\n\r\nit\r\n{head}half of it").as_bytes(),
    );
    assert!((400..500).contains(&broken.status), "{}", broken.status);
    let nul =
        [("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", "a\0b"), ("key.container", "AB\0CD")];
    let nul = report(&port.person("agent"), &nul, &[]);
    assert_eq!(nul.status, 201, "a sign that is none is left out of a number: {}", nul.text());
    assert_eq!(port.person("portoffice").get("/problems?q=ABCD").status, 200);
    for body in [&b"number=%"[..], b"number=%zz&secret=%00", b"&&&=&=", b"number=2026-DAL-P000001&secret=%ff"] {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let answer = port.anybody().send("POST", "/report/status", &kind, body).expect("an answer");
        assert!((200..500).contains(&answer.status), "{}", answer.status);
    }
    let long = "x".repeat(300_000);
    let answer =
        report(&port.anybody(), &[("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", &long)], &[]);
    assert!(answer.status == 422 && answer.text().contains("PQ-REPORT-004"), "too long, and never cut");
    let answer = report(
        &port.anybody(),
        &[("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", "x"), ("name", &long)],
        &[],
    );
    assert!(answer.status == 422 && answer.text().contains("PQ-REPORT-011"), "{}", answer.status);
    assert_eq!(count(), before + 1, "the one report that was in order");
}

/// A flood from one address costs that address its quota, and no other one.
#[test]
fn a_flood_from_one_address_is_its_own() {
    let port = Port::open();
    let from = |address: &str| {
        let asked =
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", address, "-F", "topic=it", "-F", "do=topic"];
        let told =
            Command::new("curl").args(asked).arg(format!("{}/report", port.base)).output().expect("curl is there");
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    assert_eq!(from("127.0.0.1"), "200");
    let flood: Vec<u16> =
        (0..40).map(|_| report(&port.anybody(), &[("topic", "it"), ("do", "topic")], &[]).status).collect();
    assert!(flood.contains(&429), "{flood:?}");
    assert_eq!(from("127.0.0.2"), "200", "another address reports as before");
    assert_eq!(
        report(&port.person("agent"), &[("topic", "it"), ("do", "topic")], &[]).status,
        200,
        "and so does who has signed in"
    );
}

/// What was taken down by hand while nobody could reach the program is keyed in once, and its limits run from when it came.
#[test]
fn a_paper_form_is_keyed_in_once_and_its_clocks_run_from_when_it_came() {
    let port = Port::open();
    let office = port.person("portoffice");
    let forms = office.get("/report/paper?lang=en");
    let paper = forms.between("<span class=\"code\">", "</span>").expect("a number");
    assert!(paper.contains("-DAL-Z") && forms.text().matches(&paper).count() == 1, "{paper}");
    assert!(!office.get("/report/paper").text().contains(&paper), "no two forms have one number");
    assert_eq!(port.person("agent").get("/report/paper").status, 403);
    let ago = |hours: i64| {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
        let now = forms.between("data-now=\"", "\"").expect("the port's time");
        let at = now.parse::<jiff::Timestamp>().expect("an instant") - jiff::SignedDuration::from_hours(hours);
        zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
    };
    let keyed = |who: &str, key: &str, at: &str| {
        let pairs = [
            ("topic", "terminal-gate"),
            ("impact", "delayed"),
            ("urgency", "today"),
            ("words", "the gate was shut at night"),
            ("channel", "counter"),
            ("paper", paper.as_str()),
            ("came_at", at),
            ("key", key),
        ];
        report(&port.person(who), &pairs, &[])
    };
    for at in [ago(-2), ago(24 * 40), "yesterday".to_owned()] {
        let refused = keyed("portoffice", "paper-0", &at);
        assert!(refused.status == 422 && refused.text().contains("PQ-REPORT-012"), "{at}: {}", refused.status);
        assert!(refused.text().contains(&paper), "what was typed stays");
    }
    let came = ago(5);
    let (number, secret) = number_and_secret(&keyed("portoffice", "paper-1", &came));
    let again = number_and_secret(&keyed("portoffice", "paper-2", &ago(4)));
    assert_eq!(again, (number.clone(), secret), "one form, one report");
    let page = office.get(&format!("/problems/{number}?lang=en")).text();
    assert!(page.contains(&paper), "the case names its form");
    let case = port.system("agent").get("/api/v1/problems").text();
    assert!(!case.contains(&number), "nobody's but the port office's so far");
    // It came five hours ago: an hour to look at it has passed, and is a breach from the first.
    assert!(page.contains("missed") || page.contains("overdue"), "{page}");
    assert!(office.get(&format!("/problems?q={paper}")).text().contains(&number), "found by the form's number");
    // For whoever else sends such fields they are none.
    let own = number_and_secret(&keyed("agent", "paper-3", &came)).0;
    assert_ne!(own, number);
    let own = office.get(&format!("/problems/{own}?lang=en")).text();
    assert!(!own.contains(&paper) && !own.contains("missed"), "a firm's report comes when it comes");
}
