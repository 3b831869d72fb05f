//! Every route is tried without rights and with another's, and each refusal is paired with the right person's success.

mod accounts;
mod cargo;
mod hall;
mod measures;
mod persons;
mod problems;
mod scene;
mod ship_calls;
mod tables;

use serde_json::json;

use self::scene::{BY_FILE, scene, upload};
use crate::{
    harness::{ASKED, Client, Port, numbered, waste},
    routes::{self, Route},
};

/// How one route is tried.
struct Try {
    method: &'static str,
    path: &'static str,
    /// Who may.
    right: &'static str,
    /// Signed in, and yet without this right.
    wrong: &'static [&'static str],
    /// The form that the right person sends.
    form: &'static [(&'static str, &'static str)],
}

const fn see(path: &'static str, right: &'static str, wrong: &'static [&'static str]) -> Try {
    Try { method: "GET", path, right, wrong, form: &[] }
}

const fn send(
    path: &'static str,
    right: &'static str,
    wrong: &'static [&'static str],
    form: &'static [(&'static str, &'static str)],
) -> Try {
    Try { method: "POST", path, right, wrong, form }
}

/// Officers, the port group and the port office: they read calls, and file nothing.
const NOT_AGENTS: &[&str] = &["agent2", "border", "portgroup", "portoffice"];
const AGENTS: &[&str] = &["agent", "agent2"];

/// Each page, in an order in which each finds what it needs. A route that is not here fails the test.
const PAGES: &[&[Try]] = &[
    ship_calls::PAGES,
    measures::PAGES,
    persons::PAGES,
    cargo::PAGES,
    tables::PAGES,
    hall::PAGES,
    problems::PAGES,
    accounts::PAGES,
];

/// What is tried in files of its own, which each list names.
const ELSEWHERE: &[&[(&str, &str)]] = &[
    ship_calls::ELSEWHERE,
    measures::ELSEWHERE,
    persons::ELSEWHERE,
    cargo::ELSEWHERE,
    tables::ELSEWHERE,
    hall::ELSEWHERE,
    problems::ELSEWHERE,
    accounts::ELSEWHERE,
];

#[test]
fn every_page_is_tried_without_rights_and_opened_with_them() {
    let scene = scene();
    let mut wrongs = Vec::new();
    for route in routes::all().iter().filter(|route| {
        let groups = [
            "agent",
            "organ",
            "problems",
            "applications",
            "declarations",
            "flights",
            "persons",
            "crew_cases",
            "cargo",
            "charges",
            "administration",
            "told",
            "hall",
            "tables",
        ];
        groups.contains(&route.group)
    }) {
        if ELSEWHERE.concat().contains(&(route.method, route.path)) {
            continue;
        }
        let known =
            PAGES.iter().copied().flatten().any(|page| {
                (page.method, page.path.split('?').next().unwrap_or_default()) == (route.method, route.path)
            });
        assert!(known, "say in `rights/` who may {} {}", route.method, route.path);
    }
    for page in PAGES.iter().copied().flatten() {
        let before = scene.entries();
        let name = format!("{} {}", page.method, scene.path(page));
        let answer = scene.attempt(&scene.port.anybody(), page);
        if !(answer.is_to_sign_in() || matches!(answer.status, 401 | 403)) {
            wrongs.push(format!("{name} without a session: {}", answer.status));
        }
        if answer.text().contains("Sample Aurora") {
            wrongs.push(format!("{name} without a session tells content"));
        }
        for person in page.wrong {
            let answer = scene.attempt(&scene.port.person(person), page);
            if !matches!(answer.status, 403 | 404) {
                wrongs.push(format!("{name} as {person}: {}", answer.status));
            }
            if *person == "agent2" && answer.text().contains("Sample Aurora") {
                wrongs.push(format!("{name} tells another firm content"));
            }
        }
        if scene.entries() != before {
            wrongs.push(format!("{name}: a refused request left an entry"));
        }
        let answer = scene.attempt(&scene.port.person(page.right), page);
        if !(200..400).contains(&answer.status) || answer.is_to_sign_in() {
            wrongs.push(format!(
                "{name} as {}: {} {}",
                page.right,
                answer.status,
                answer.between("<h1", "</h1>").unwrap_or_default()
            ));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn an_upload_needs_a_session_and_the_firm_whose_call_it_is() {
    let scene = scene();
    let file = b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+0+1'";
    let nobody = upload(&scene.port.anybody(), &scene.asked, "upload-none", file);
    assert!(nobody.is_to_sign_in() || matches!(nobody.status, 401 | 403), "{}", nobody.status);
    for wrong in ["agent2", "border", "portgroup", "portoffice"] {
        let answer = upload(&scene.port.person(wrong), &scene.asked, "upload-wrong", file);
        assert!(matches!(answer.status, 403 | 404), "{wrong}: {}", answer.status);
    }
    let answer = upload(&scene.port.person("agent"), &scene.asked, "upload-right", file);
    assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
}

#[test]
fn what_anybody_may_open_answers_anybody() {
    let scene = scene();
    let anybody = scene.port.anybody();
    for Route { method, path, .. } in
        routes::all().into_iter().filter(|route| matches!(route.group, "public" | "measures" | "services"))
    {
        let at = path
            .replace("{organ}", "msa")
            .replace("{id}", &scene.receipt)
            .replace("{name}", "app.js")
            .replace("{code}", if path.starts_with("/services") { "crew-list" } else { "19-port-charges" })
            .replace("{*path}", "0/000.p/1");
        let answer = match (method, path) {
            ("GET", _) => anybody.get(&at),
            (_, "/sign-in") => anybody.post(&at, &[("name", "agent"), ("password", "sample-port")]),
            (_, "/verify") => anybody.post(&at, &[("code", "HC1:NOTHING")]),
            _ => anybody.post(&at, &[]),
        };
        let expected: &[u16] = match path {
            "/sign-in" | "/sign-out" => &[200, 303],
            // A text that is no permit is refused with its reason; a name that is no file is not there.
            "/api/v1/verify" => &[409, 422],
            "/api/v1/where" => &[422],
            // A form is no JSON.
            "/api/v1/measures/check" => &[422],
            "/assets/{name}" => &[200, 404],
            // A link that the port did not sign leads nowhere.
            "/resumption/link/{link}" => &[404],
            // The log gives a leaf its place within a second.
            "/receipts/{id}/proof" => &[200, 404],
            _ => &[200],
        };
        assert!(expected.contains(&answer.status), "{method} {at}: {}", answer.status);
        assert!(!answer.text().contains("Sample Aurora"), "{method} {at} names a ship");
    }
}

#[test]
fn every_address_of_the_api_wants_a_key_and_the_firm_whose_call_it_is() {
    let scene = scene();
    let body = waste("rights");
    let act =
        json!({"act": "state_time", "event": "departure", "kind": "estimated", "at": "2031-03-02T08:00:00+08:00"});
    let new = json!({"imo": "8001012", "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00"});
    let ship =
        json!({"name": {"zh": "", "en": "Sample Aurora"}, "ship_type": "container", "flag": "PA", "mmsi": "000000001"});
    for Route { method, path, .. } in routes::all().into_iter().filter(|route| route.group == "systems") {
        let formality = if path.ends_with("/original") { BY_FILE } else { "waste_notification" };
        let at = path.replace("{number}", &scene.asked).replace("{code}", formality).replace("{imo}", "8001012");
        let body = if path.ends_with("/acts") {
            &act
        } else if path.contains("/ships/") {
            &ship
        } else if path == "/api/v1/calls" {
            &new
        } else {
            &body
        };
        let attempt = |client: &Client| match method {
            "GET" => client.get(&at),
            _ => client.call(method, &at, &format!("rights {path}"), body),
        };
        let name = format!("{method} {at}");
        assert_eq!(attempt(&scene.port.anybody()).status, 401, "{name} without a key");
        let mut false_key = scene.port.anybody();
        false_key.key = Some("pq_0000000000000000000000000000000000000000000000000000000000000000".to_owned());
        assert_eq!(attempt(&false_key).status, 401, "{name} with a key that nobody has");
        assert_eq!(attempt(&scene.port.person("agent")).status, 401, "{name} with a session in place of a key");
        if path.contains("{number}") {
            let before = scene.entries();
            let other = attempt(&scene.port.system("agent2"));
            assert_eq!(other.status, 404, "{name} as another firm");
            assert!(!other.text().contains("Sample Aurora"), "{name}");
            if method != "GET" {
                let organ = attempt(&scene.port.system("border"));
                assert!(
                    path.ends_with("/acts") || matches!(organ.status, 403 | 404),
                    "{name} as an organ: {}",
                    organ.status
                );
            }
            assert!(scene.entries() == before || path.ends_with("/acts"), "{name} left an entry");
        }
        let right = attempt(&scene.port.system("agent"));
        let expected: &[u16] = if path.ends_with("/upload") { &[201, 422] } else { &[200, 201, 202] };
        assert!(expected.contains(&right.status), "{name} as the agent: {} {}", right.status, right.text());
    }
    let list = scene.port.system("agent2").get("/api/v1/calls").text();
    assert!(!list.contains(&scene.asked) && list.contains("\"number\""), "each firm's list holds its own calls");
}

#[test]
fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let port = Port::open();
    let (number, agent) = (numbered(&port, ASKED), port.person("agent"));
    let made = agent.post("/account/keys", &[("name", "reader"), ("scope", "calls:read")]);
    let mut reader = port.anybody();
    reader.key = made.between("<p class=\"code\">", "<");
    assert_eq!(reader.get(&format!("/api/v1/calls/{number}")).status, 200);
    assert_eq!(reader.file(&number, "waste_notification", "scopes", &waste("scopes")).status, 403);
    let is_listed = || agent.get("/account").text().contains("name=\"revoke\" value=\"reader\"");
    assert!(is_listed(), "the page lists the key");
    assert_eq!(agent.post("/account/keys", &[("revoke", "reader")]).status, 303);
    assert_eq!(reader.get(&format!("/api/v1/calls/{number}")).status, 401);
    assert!(!is_listed(), "and no longer");
}

#[test]
fn a_receipt_is_shown_under_its_own_call_alone() {
    let scene = scene();
    let agent = scene.port.person("agent");
    let under = |number: &str| agent.get(&format!("/calls/{number}/receipts/{}", scene.receipt)).status;
    assert_eq!((under(&scene.asked), under(&scene.sailed)), (200, 404));
}
