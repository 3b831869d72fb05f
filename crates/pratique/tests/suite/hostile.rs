//! What a hostile or careless sender tries: forged forms, bodies without end, bombs, scripts in names, a full disk.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::{
    harness::{ASKED, Answer, Client, Port, form, numbered, waste},
    routes,
};

#[test]
fn a_form_without_its_token_or_from_another_site_changes_nothing() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let agent = port.person("agent");
    let path = format!("/calls/{number}/waste_notification/draft");
    assert_eq!(agent.post(&path, &[("delivering", "all")]).status, 200, "the form as the page sends it");
    let other_session = port.person("border").session.expect("a session").1;
    for token in ["", "0123456789abcdef0123456789abcdef", other_session.as_str()] {
        let answer = agent.post(&path, &[("delivering", "none"), ("csrf", token)]);
        assert_eq!(answer.status, 403, "with the token {token:?}");
    }
    let own = agent.session.clone().expect("a session").1;
    let body = form(&[("delivering", "none"), ("csrf", &own)]);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for header in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let answer = agent.send("POST", &path, &[kind, header], body.as_bytes()).expect("an answer");
        assert_eq!(answer.status, 403, "with {header:?}");
        let sign_in = form(&[("name", "agent"), ("password", "sample-port")]);
        let answer = port.anybody().send("POST", "/sign-in", &[kind, header], sign_in.as_bytes()).expect("an answer");
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "a sign-in with {header:?}");
    }
    let kept = agent.get(&format!("/calls/{number}/waste_notification/edit"));
    let all = kept
        .text()
        .split("value=\"all\"")
        .nth(1)
        .is_some_and(|rest| rest.starts_with(" checked") || rest.starts_with(" selected"));
    assert!(all, "the draft is as the agent left it");
    // The session's own site is not foreign.
    let own_site = ("origin", port.base.as_str());
    assert_eq!(agent.send("POST", &path, &[kind, own_site], body.as_bytes()).expect("an answer").status, 200);
}

#[test]
fn every_answer_carries_the_headers_that_keep_scripts_out() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let fill = |path: &str| {
        path.replace("{number}", &number)
            .replace("{formality}", "crew_list")
            .replace("{code}", "crew_list")
            .replace("{imo}", "8001012")
    };
    let mut paths: Vec<String> =
        routes::all().iter().filter(|route| route.method == "GET").map(|route| fill(route.path)).collect();
    paths.extend(["/no-such-page", "/api/v1/no-such", "/calls/%00", "/assets/..%2f..%2fCargo.toml"].map(str::to_owned));
    for client in [port.anybody(), port.person("agent"), port.person("border"), port.system("agent")] {
        for path in &paths {
            let answer = client.get(path);
            let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path} has no policy"));
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-"), "{path}: {policy}");
            assert!(
                policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
                "{path}: {policy}"
            );
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert!(answer.header("referrer-policy").is_some() && answer.header("x-request-id").is_some(), "{path}");
            assert!(answer.status < 500, "{path}: {}", answer.status);
            let text = answer.text();
            assert!(
                !text.contains(" style=\"") && !text.contains(" onclick=") && !text.contains("<script>"),
                "{path} needs what the policy forbids"
            );
        }
    }
}

/// An answer's code, after checking that it is a problem document with words in both languages.
fn problem(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{} {}", answer.status, answer.text());
    let problem = answer.json();
    assert_eq!(problem["status"].as_u64(), Some(answer.status.into()), "{problem}");
    let fault = &problem["faults"][0];
    for words in ["text", "remedy"] {
        assert!(
            ["zh", "en"].iter().all(|lang| fault[words][lang].as_str().is_some_and(|said| !said.is_empty())),
            "{problem}"
        );
    }
    assert_eq!(fault["code"], problem["code"]);
    problem["code"].as_str().expect("a code").to_owned()
}

#[test]
fn whatever_the_api_refuses_is_a_problem_with_its_code() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let call = format!("/api/v1/calls/{number}");
    let system = port.system("agent");
    let upload = format!("{call}/upload");
    let send = |client: &Client, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]| {
        let answer = client.send(method, path, headers, body).expect("an answer");
        (answer.status, problem(&answer), answer)
    };
    let expected = [
        (port.anybody(), "GET", call.as_str(), 401, "PQ-HTTP-401"),
        (system.clone(), "GET", "/api/v1/nowhere", 404, "PQ-HTTP-404"),
        (system.clone(), "GET", "/api/v1/calls/2026-XXX-1", 404, "PQ-HTTP-404"),
        (system.clone(), "DELETE", call.as_str(), 405, "PQ-HTTP-405"),
        (system.clone(), "GET", upload.as_str(), 405, "PQ-HTTP-405"),
        (system.clone(), "GET", "/api/v1/calls/%FF", 400, "PQ-HTTP-400"),
    ];
    for (client, method, path, status, code) in expected {
        let (found, said, answer) = send(&client, method, path, &[], &[]);
        assert_eq!((found, said.as_str()), (status, code), "{method} {path}");
        assert!(status != 405 || answer.header("allow").is_some(), "{path} tells its methods");
    }
    let evil = [("origin", "https://evil.example")];
    let (status, code, _) = send(&port.anybody(), "POST", "/api/v1/verify", &evil, b"PQ1:");
    assert_eq!((status, code.as_str()), (403, "PQ-HTTP-403"));
    let large = json!({"remarks": "x".repeat(3 << 20)}).to_string();
    if let Some(answer) = system.send("POST", &format!("{call}/acts"), &[], large.as_bytes()) {
        assert_eq!((answer.status, problem(&answer).as_str()), (413, "PQ-HTTP-413"));
    }
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let port = Port::serve(Port::copy(), &["env", "PRATIQUE_RATE=5"]);
    let flood = |client: &Client| (0..200).map(|_| client.get("/api/v1/calls")).find(|answer| answer.status != 200);
    let refused = flood(&port.system("agent")).expect("a flood is stopped");
    assert_eq!((refused.status, problem(&refused).as_str()), (429, "PQ-HTTP-429"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(port.system("agent2").get("/api/v1/calls").status, 200, "a key of the same name is another firm's");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(port.system("agent").get("/api/v1/calls").status, 200, "after the wait");
}

#[test]
fn an_account_is_not_tried_for_ever() {
    let port = Port::open();
    let try_it =
        |name: &str, password: &str| port.anybody().post("/sign-in", &[("name", name), ("password", password)]);
    assert_eq!(try_it("court", "sample-port").status, 303);
    let refused = (0..40).map(|_| try_it("court", "guessed")).find(|answer| answer.status != 401).expect("it ends");
    assert_eq!(refused.status, 429);
    let wait: u32 = refused.header("retry-after").and_then(|wait| wait.parse().ok()).expect("how long to wait");
    assert!((2..=10).contains(&wait), "the account waits longer than its address would: {wait} s");
    assert_eq!(try_it("court", "sample-port").status, 429, "the right password waits as well");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(try_it("msa", "sample-port").status, 303, "another account does not");
}

#[test]
fn bodies_without_end_are_refused_and_the_server_goes_on() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let api = format!("/api/v1/calls/{number}");
    let json = json!({"delivering": "none", "remarks": "x".repeat(3 << 20)}).to_string();
    let kind = ("content-type", "application/json");
    let sends = [
        ("PUT", format!("{api}/formalities/waste_notification"), json.clone()),
        ("POST", format!("{api}/acts"), json.clone()),
        ("POST", "/api/v1/calls".to_owned(), json),
        ("POST", format!("{api}/upload"), "x".repeat(17 << 20)),
    ];
    for (method, path, body) in sends {
        // A server may also hang up on a body that it will not read.
        let status = system.send(method, &path, &[kind], body.as_bytes()).map_or(413, |answer| answer.status);
        assert_eq!(status, 413, "{method} {path}");
    }
    let agent = port.person("agent");
    let long = "x".repeat(3 << 20);
    let (draft, long) = (format!("/calls/{number}/waste_notification/draft"), form(&[("remarks", &long)]));
    let kind_of_form = ("content-type", "application/x-www-form-urlencoded");
    let kind_of_upload = ("content-type", "multipart/form-data; boundary=part");
    let file = vec![b'x'; 17 << 20];
    let (draft, upload) =
        ((draft, kind_of_form, long.as_bytes()), (format!("/calls/{number}/upload"), kind_of_upload, &file[..]));
    for (path, kind, body) in [draft, upload] {
        let status = agent.send("POST", &path, &[kind], body).map_or(413, |answer| answer.status);
        assert_eq!(status, 413, "POST {path}");
    }
    let deep = "[".repeat(100_000);
    let answer = system
        .send("PUT", &format!("{api}/formalities/waste_notification"), &[kind], deep.as_bytes())
        .expect("an answer");
    assert!(matches!(answer.status, 400 | 422), "{}", answer.status);
    assert_eq!(port.anybody().get("/health").text(), "ok");
    assert_eq!(system.file(&number, "waste_notification", "after", &waste("after")).status, 201);
}

#[test]
fn broken_and_bombing_uploads_are_faults_with_codes() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let doctype = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>".to_vec();
    let template = port.person("agent").get(&format!("/calls/{number}/workbook")).bytes;
    let mut torn = template.clone();
    torn.truncate(template.len() / 2);
    let cases: [(&str, Vec<u8>); 7] = [
        ("empty.xlsx", Vec::new()),
        ("bomb.xlsx", bomb(2 << 30)),
        ("torn.xlsx", torn),
        ("noise.edi", (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("entities.xml", doctype),
        ("only-envelope.edi", b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+9+2'".to_vec()),
        ("nothing.json", b"{\"crew_list\": {\"members\": [[[[]]]]}}".to_vec()),
    ];
    for (name, bytes) in cases {
        let path = format!("/api/v1/calls/{number}/upload");
        let answer = system.send("POST", &path, &[("x-file-name", name)], &bytes).expect("an answer");
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        let said = answer.json();
        let faults = said["faults"].as_array().expect("faults");
        assert!(!faults.is_empty(), "{name} has no fault");
        for fault in faults {
            let words = ["code", "severity"].iter().all(|key| fault[key].as_str().is_some_and(|text| !text.is_empty()));
            let texts = ["zh", "en"].iter().all(|key| fault["text"][key].as_str().is_some_and(|text| !text.is_empty()));
            assert!(words && texts, "{name}: {fault}");
        }
        assert_eq!(port.anybody().get("/health").text(), "ok", "after {name}");
    }
}

/// A workbook whose one sheet says that it unpacks to so many bytes, with the stream cut short: what believes the size
/// reserves it, and what does not still finds the stream broken.
fn bomb(size: u32) -> Vec<u8> {
    // One block of fixed codes that repeats a byte, as RFC 1951 packs it, a thousand to one.
    let stream: Vec<u8> = [0xED, 0xC1].into_iter().chain([0x31; 4096]).collect();
    let name = b"xl/workbook.xml";
    let (packed, length) = (u32::try_from(stream.len()).expect("small"), u16::try_from(name.len()).expect("short"));
    let sizes: Vec<u8> = [0_u32.to_le_bytes(), packed.to_le_bytes(), size.to_le_bytes()].concat();
    let mut zip = [
        b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".to_vec(),
        sizes.clone(),
        length.to_le_bytes().to_vec(),
        vec![0; 2],
        name.to_vec(),
        stream,
    ]
    .concat();
    let directory = u32::try_from(zip.len()).expect("small");
    let entry = [
        b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0".to_vec(),
        sizes,
        length.to_le_bytes().to_vec(),
        vec![0; 16],
        name.to_vec(),
    ]
    .concat();
    let entry_size = u32::try_from(entry.len()).expect("small");
    zip.extend(entry);
    zip.extend(
        [
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec(),
            entry_size.to_le_bytes().to_vec(),
            directory.to_le_bytes().to_vec(),
            vec![0; 2],
        ]
        .concat(),
    );
    zip
}

#[test]
fn scripts_in_names_come_back_as_words() {
    const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let (agent, system) = (port.person("agent"), port.system("agent"));
    assert_eq!(system.file(&number, "waste_notification", "xss", &waste(SCRIPT)).status, 201);
    let mut crew = system.get(&format!("/api/v1/calls/{number}/formalities/crew_list")).json()["content"].clone();
    crew["members"][0]["rank"] = json!("<b onmouseover=alert(1)>");
    crew["members"][0]["place_of_birth"] = json!("<svg onload=alert(1)>");
    let filed = system.file(&number, "crew_list", "xss", &crew);
    assert!(matches!(filed.status, 201 | 422), "{}", filed.text());
    agent.post(&format!("/calls/{number}/crew_list/draft"), &[("members.0.family_name", SCRIPT)]);
    agent.post(
        "/ships",
        &[
            ("imo", "9074729"),
            ("name_en", SCRIPT),
            ("name_zh", SCRIPT),
            ("flag", "PA"),
            ("ship_type", "container"),
            ("gross_tonnage", "9"),
            ("call_sign", "X"),
            ("length", "9"),
        ],
    );
    agent.post(&format!("/calls/{number}/questions/1"), &[("answer.0", SCRIPT)]);
    let mut seen = 0;
    let pages = [
        "/ships",
        "/ships/9074729",
        "/calls",
        "/?q=%3Cscript%3E",
        "/calls?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/sign-in?next=%22%3E%3Cscript%3Ealert(1)",
    ];
    let of_call = [
        "",
        "/waste_notification",
        "/waste_notification/edit",
        "/crew_list",
        "/crew_list/edit",
        "/crew_list/check",
        "/questions/1",
        "/do",
    ];
    let pages =
        pages.iter().map(|page| (*page).to_owned()).chain(of_call.iter().map(|page| format!("/calls/{number}{page}")));
    for page in pages {
        for person in [&agent, &port.person("border"), &port.person("msa")] {
            let text = person.get(&page).text();
            for evil in ["<script>alert", "<img src=x", "<svg onload", "<b onmouseover"] {
                assert!(!text.contains(evil), "{page} shows {evil} as it came");
            }
            seen += text.matches("alert(1)").count();
        }
    }
    assert!(seen > 5, "the words are shown somewhere, escaped ({seen})");
}

/// Runs where `PRATIQUE_TEST_SMALL` names a folder on a small disk, as `./ci` makes one.
#[test]
#[expect(clippy::disallowed_methods, reason = "the small disk is named by the environment")]
fn a_full_disk_answers_507_and_reading_goes_on() {
    let Ok(small) = std::env::var("PRATIQUE_TEST_SMALL") else { return };
    if crate::harness::on_postgres() {
        // The disk that fills is the server's there.
        return;
    }
    let folder = PathBuf::from(small).join("suite");
    Port::copy_into(&folder);
    fs::write(folder.join("ballast"), vec![1; 4 << 20]).expect("something that can be deleted later");
    let port = Port::serve(folder.clone(), &[]);
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let mut acknowledged = Vec::new();
    let full = (0..5000).find_map(|nth| {
        let key = format!("full {nth}");
        let answer =
            system.file(&number, "waste_notification", &key, &waste(&format!("{nth} {}", "waste ".repeat(300))));
        if answer.status == 201 {
            acknowledged.push(answer.receipt_id());
            return None;
        }
        Some(answer)
    });
    let full = full.expect("the disk is full at some time");
    let code = full.json()["code"].clone();
    assert_eq!((full.status, code.as_str()), (507, Some("PQ-HTTP-507")), "after {} filings", acknowledged.len());
    assert!(acknowledged.len() > 10, "{} filings were acknowledged before", acknowledged.len());
    assert_eq!(system.get(&format!("/api/v1/calls/{number}")).status, 200, "reading goes on");
    assert_eq!(port.person("border").get("/queue").status, 200, "reading goes on");
    let all_there = |port: &Port| {
        for receipt in &acknowledged {
            assert_eq!(port.anybody().get(&format!("/receipts/{receipt}")).status, 200, "lost: {receipt}");
        }
    };
    all_there(&port);
    fs::remove_file(folder.join("ballast")).expect("deleted");
    let again = system.file(&number, "waste_notification", "room again", &waste("room"));
    assert_eq!(again.status, 201, "without a restart: {}", again.text());
    let port = port.kill_and_serve_again();
    all_there(&port);
}
