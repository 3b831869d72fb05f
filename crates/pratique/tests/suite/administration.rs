//! Firms, people and mandates are changed while the port is served: on pages and by commands. Each change is recorded.

use std::path::Path;

use crate::harness::{Answer, Client, Port, pratique};

const OWN: &str = "/administration/firm/sample-agency-a";

/// Signs in; the person with her session, and her status.
fn sign_in(port: &Port, name: &str, password: &str) -> (Client, u16) {
    let mut person = port.anybody();
    let answer = person.post("/sign-in", &[("name", name), ("password", password)]);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap_or("").to_owned();
    person.session = Some((cookie, String::new()));
    (person, answer.status)
}

/// The password that a page shows once.
fn shown(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.between("<h1", "</h1>").unwrap_or_default());
    answer.between("<p class=\"code\">", "<").filter(|words| words.len() == 20).expect("a password is shown")
}

/// What a command says on both of its outputs; it must succeed.
fn done(folder: &Path, words: &[&str]) -> String {
    let ended = pratique(folder, words);
    let said = [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(ended.status.success(), "{words:?}: {said}");
    said
}

#[test]
fn a_firms_manager_looks_after_her_people_and_mandates_and_nobody_elses() {
    let port = Port::open();
    let (manager, admin) = (port.person("agent"), port.person("admin"));
    assert!(manager.get("/account").text().contains("/administration"), "she finds the page");
    assert_eq!(manager.get("/administration").header("location"), Some(OWN));
    let password =
        shown(&manager.post(OWN, &[("act", "add"), ("name", "li.na"), ("role", "agent"), ("language", "en")]));
    let (new, status) = sign_in(&port, "li.na", &password);
    assert_eq!(status, 303);
    let first = new.get("/calls");
    assert!(
        first.header("location").is_some_and(|to| to.starts_with("/account/password")),
        "she chooses her own first"
    );
    let again = manager.post(OWN, &[("act", "add"), ("name", "li.na"), ("role", "agent")]);
    assert!(again.status == 422 && again.text().contains("PQ-PEOPLE-003"), "{}", again.status);
    let role = manager.post(OWN, &[("act", "add"), ("name", "boss"), ("role", "administrator")]);
    assert!(matches!(role.status, 403 | 422), "nobody makes an administrator of the port in a firm: {}", role.status);

    // What is not hers looks as if it were not there.
    for other in ["/administration/firm/sample-agency-b", "/administration/organ/msa", "/administration/firm/nobody"] {
        assert_eq!(manager.get(other).status, 404, "{other}");
        assert_eq!(manager.post(other, &[("act", "disable"), ("name", "agent2")]).status, 404, "{other}");
    }
    for act in ["disable", "reset", "appoint"] {
        let refused = manager.post(OWN, &[("act", act), ("name", "agent2")]);
        assert!(refused.status == 422 && refused.text().contains("PQ-PEOPLE-004"), "{act}: {}", refused.status);
    }
    let herself = manager.post(OWN, &[("act", "disable"), ("name", "agent")]);
    assert!(herself.status == 422 && herself.text().contains("PQ-PEOPLE-010"), "{}", herself.status);
    assert_eq!(port.person("agent2").get("/calls").status, 200, "the other firm's people are untouched");

    assert_eq!(manager.post(OWN, &[("act", "disable"), ("name", "li.na")]).status, 303);
    assert!(new.get("/account/password").is_to_sign_in(), "her session has ended");
    assert_eq!(sign_in(&port, "li.na", &password).1, 401);
    let second = shown(&manager.post(OWN, &[("act", "reset"), ("name", "li.na")]));
    assert_eq!((sign_in(&port, "li.na", &password).1, sign_in(&port, "li.na", &second).1), (401, 303));

    // The principal gives a mandate; the agent can only end one.
    let days = [("from", "2026-01-01"), ("until", "2090-12-31")];
    let given = manager.post(OWN, &[&[("act", "mandate"), ("agent", "sample-agency-b")][..], &days].concat());
    assert_eq!(given.status, 303, "{}", given.text());
    let acts_for = |person: &Client| person.post("/account", &[("principal", "sample-agency-a")]).status;
    assert_eq!(acts_for(&port.person("agent2")), 303, "the mandate holds at once");
    let end = [("act", "end_mandate"), ("agent", "sample-agency-b"), ("principal", "sample-agency-a")];
    assert_eq!(manager.post(OWN, &end).status, 303);
    assert_eq!(acts_for(&port.person("agent2")), 403, "and ends at once");
    let foreign = [("act", "end_mandate"), ("agent", "sample-agency-b"), ("principal", "sample-line-c")];
    assert!(matches!(manager.post(OWN, &foreign).status, 403 | 404));
    let backwards = [("act", "mandate"), ("agent", "sample-agency-b"), ("from", "2027-01-01"), ("until", "2026-01-01")];
    assert_eq!(manager.post(OWN, &backwards).status, 422);

    // Everything that was done is recorded, with who did it; no secret is.
    let log = admin.get("/administration/changes?lang=en").text();
    for said in
        ["li.na added", "New password for li.na", "li.na disabled", "Mandate given to sample-agency-b", "Mandate of"]
    {
        assert!(log.contains(said), "{said}");
    }
    assert!(log.contains("firm:sample-agency-a/agent") && !log.contains(&second) && !log.contains(&password));
    assert_eq!(manager.get("/administration/changes").status, 403, "the port's changes are not a firm's");
    let folder = port.end();
    let doctor = done(&folder, &["doctor", "--full"]);
    assert!(doctor.contains("OK   audit"), "each change stands in the log: {doctor}");
}

#[test]
fn the_administrator_records_firms_and_admits_their_people() {
    let port = Port::open();
    let admin = port.person("admin");
    let firm = [("code", "green"), ("name_zh", "绿海"), ("name_en", "Green Sea"), ("kind", "agent")];
    assert_eq!(admin.post("/administration", &firm).header("location"), Some("/administration/firm/green"));
    let nameless = admin.post("/administration", &[("code", "blue"), ("name_zh", "蓝海")]);
    assert!(nameless.status == 422 && nameless.text().contains("蓝海"), "what was typed stands: {}", nameless.status);
    let green = "/administration/firm/green";
    let add = [("act", "add"), ("name", "zhao"), ("role", "agent"), ("manager", "yes")];
    let password = shown(&admin.post(green, &add));
    assert_eq!(sign_in(&port, "zhao", &password).1, 303);
    assert!(admin.get(green).text().contains("zhao"));
    assert_eq!(admin.get("/calls").status, 403, "she sees no content");
    let officer = [("act", "add"), ("name", "qian"), ("role", "officer")];
    let password = shown(&admin.post("/administration/organ/msa", &officer));
    assert_eq!(sign_in(&port, "qian", &password).1, 303);
    // A stranger's form is refused before anything is looked at.
    let mut forged = port.person("admin");
    forged.session.as_mut().expect("a session").1 = "0".repeat(32);
    assert_eq!(forged.post(green, &[("act", "disable"), ("name", "zhao")]).status, 403);
}

#[test]
fn commands_are_done_by_the_server_that_runs() {
    let port = Port::open();
    let password = done(&port.folder, &["user", "add", "wu", "--party", "firm:sample-agency-a"]);
    let password = password.lines().next().expect("a password").to_owned();
    assert_eq!(sign_in(&port, "wu", &password).1, 303);
    done(&port.folder, &["user", "disable", "wu"]);
    assert_eq!(sign_in(&port, "wu", &password).1, 401, "at once");
    let firm = ["firm", "add", "red", "--name-zh", "红海", "--name-en", "Red Sea"];
    done(&port.folder, &firm);
    done(
        &port.folder,
        &["mandate", "add", "--agent", "sample-agency-a", "--principal", "red", "--until", "2090-12-31"],
    );
    let key = done(&port.folder, &["key", "add", "planner", "--party", "firm:sample-agency-a"]);
    let listed = done(&port.folder, &["key", "list", "--party", "firm:sample-agency-a", "--json"]);
    assert!(
        listed.contains("\"name\":\"planner\"") && !listed.contains(key.lines().next().expect("a key")),
        "{listed}"
    );
    let bearer = format!("Bearer {}", key.lines().next().expect("a key"));
    let headers = [("authorization", bearer.as_str()), ("on-behalf-of", "red")];
    let list = || port.anybody().send("GET", "/api/v1/calls", &headers, &[]).expect("an answer").status;
    assert_eq!(list(), 200);
    done(&port.folder, &["mandate", "end", "--agent", "sample-agency-a", "--principal", "red"]);
    assert_eq!(list(), 403);
    let wrong = pratique(&port.folder, &["user", "reset", "nobody"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(!wrong.status.success() && said.contains("PQ-PEOPLE-004"), "{said}");
    assert!(port.person("admin").get("/administration/changes").text().contains("operator/uid"), "with who did it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        let folder = port.folder.join("control");
        assert_eq!((mode(&folder), mode(&folder.join("socket"))), (0o700, 0o600), "for its own user alone");
    }
    // After kill -9 the next server takes commands again; without one the command does it itself.
    let port = port.kill_and_serve_again();
    done(&port.folder, &["user", "reset", "wu"]);
    let folder = port.end();
    assert!(!folder.join("control").join("socket").exists());
    assert!(done(&folder, &["user", "list"]).contains("wu"));
}
