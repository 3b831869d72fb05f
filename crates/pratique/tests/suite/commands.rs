//! A port without samples is set up by commands alone, and then used.

use std::{
    io::Write,
    path::Path,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, Port, fresh, numbered, on_postgres, pratique, program, waste};

/// Runs a command that must succeed, and gives what it printed.
fn done(folder: &Path, words: &[&str]) -> String {
    let ended = pratique(folder, words);
    assert!(ended.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8_lossy(&ended.stdout).trim().to_owned()
}

/// Runs a command that must be refused, and gives why.
fn refused(folder: &Path, words: &[&str]) -> String {
    let ended = pratique(folder, words);
    assert!(!ended.status.success(), "{words:?} is refused");
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

fn with_input(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut command = program(folder);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("it ends")
}

/// The objects that a command prints, one a line.
fn lines(folder: &Path, words: &[&str]) -> Vec<Value> {
    done(folder, words).lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

fn sign_in(port: &Port, name: &str, password: &str) -> u16 {
    port.anybody().post("/sign-in", &[("name", name), ("password", password)]).status
}

/// Who signs in with a password that somebody else made does nothing before she has chosen another; then her session is
/// a new one.
fn changes_her_password(port: &Port, name: &str, made: &str, chosen: &str) {
    let entered = port.anybody().post("/sign-in", &[("name", name), ("password", made)]);
    let cookie = |answer: &Answer| {
        let set = answer.header("set-cookie").expect("a cookie");
        set.split(';').next().expect("a pair").to_owned()
    };
    let mut person = port.anybody();
    person.session = Some((cookie(&entered), String::new()));
    for page in ["/queue", "/calls", "/account", "/"] {
        let sent = person.get(page);
        let to = sent.header("location").unwrap_or_default();
        assert!(sent.status == 303 && to.starts_with("/account/password?next="), "{page} as {name}: {to}");
    }
    let form = person.get("/account/password?next=/calls");
    let token = form.between("name=\"csrf\" value=\"", "\"").expect("the form's token");
    assert_eq!(form.text().matches("<nav").count(), 0, "there is nowhere to go yet");
    let unasked = port.anybody().post("/account/password", &[("present", made), ("new", chosen), ("again", chosen)]);
    assert!(unasked.is_to_sign_in(), "nobody changes a password without a session: {}", unasked.status);
    let forged = person.post("/account/password", &[("present", made), ("new", chosen), ("again", chosen)]);
    assert_eq!(forged.status, 403, "nor without the form's token");
    person.session = Some((cookie(&entered), token));
    let change = |present: &str, new: &str, again: &str| {
        let typed = [("present", present), ("new", new), ("again", again), ("next", "/calls")];
        person.post("/account/password", &typed)
    };
    for (present, new, again, code) in [
        ("not the one", chosen, chosen, "PQ-PEOPLE-007"),
        (made, "short", "short", "PQ-PEOPLE-006"),
        (made, made, made, "PQ-PEOPLE-008"),
        (made, chosen, "two ways of it", "PQ-PEOPLE-009"),
    ] {
        let refused = change(present, new, again);
        assert!(refused.status == 422 && refused.text().contains(code), "{code}: {}", refused.status);
    }
    let changed = change(made, chosen, chosen);
    assert_eq!((changed.status, changed.header("location")), (303, Some("/calls")), "{}", changed.text());
    assert!(person.get("/calls").is_to_sign_in(), "the session before has ended");
    person.session = Some((cookie(&changed), String::new()));
    assert_eq!(person.get("/calls").status, 200);
}

#[test]
fn a_port_without_samples_is_set_up_by_commands() {
    let folder = fresh("commands");
    for (code, zh, en) in [("blue-agency", "蓝海代理", "Blue Agency"), ("red-line", "红星航运", "Red Line")] {
        done(&folder, &["firm", "add", code, "--name-zh", zh, "--name-en", en]);
    }
    let password = done(&folder, &["user", "add", "li.na", "--party", "firm:blue-agency", "--lang", "en"]);
    assert!(password.len() >= 12 && !password.contains('\n'), "the password alone: {password}");
    let read = ["user", "add", "chen", "--party", "organ:msa", "--role", "officer", "--password-stdin"];
    let added = with_input(&folder, &read, "a password that is read\n");
    assert!(added.status.success() && added.stdout.is_empty(), "what was read is not shown");

    let why = refused(&folder, &["user", "add", "x", "--party", "firm:green"]);
    assert!(why.contains("PQ-PEOPLE-001") && why.contains("firm:blue-agency") && why.contains("organ:msa"), "{why}");
    let why = refused(&folder, &["user", "add", "x", "--party", "firm:blue-agency", "--role", "officer"]);
    assert!(why.contains("PQ-PEOPLE-002") && why.contains("agent"), "{why}");
    let why = refused(&folder, &["user", "add", "li.na", "--party", "firm:red-line"]);
    assert!(why.contains("PQ-PEOPLE-003"), "{why}");
    let why = refused(&folder, &["user", "reset", "nobody"]);
    assert!(why.contains("PQ-PEOPLE-004"), "{why}");
    let short = with_input(&folder, &["user", "reset", "chen", "--password-stdin"], "short\n");
    assert!(!short.status.success() && String::from_utf8_lossy(&short.stderr).contains("PQ-PEOPLE-006"));
    let backwards =
        ["mandate", "add", "--agent", "blue-agency", "--principal", "red-line", "--from", "2030-01-02", "--until"];
    let why = refused(&folder, &[&backwards[..], &["2029-01-01"]].concat());
    assert!(why.contains("PQ-PEOPLE-005"), "{why}");

    done(&folder, &["mandate", "add", "--agent", "blue-agency", "--principal", "red-line", "--until", "2099-12-31"]);
    let key = done(&folder, &["key", "add", "planner", "--party", "firm:blue-agency"]);
    assert!(key.starts_with("pq_"), "{key}");

    let users = lines(&folder, &["user", "list", "--json"]);
    let li_na = users.iter().find(|user| user["name"] == "li.na").expect("listed");
    assert_eq!((&li_na["party"], &li_na["role"]), (&json!("firm:blue-agency"), &json!("agent")));
    assert!(!done(&folder, &["user", "list", "--json"]).contains("argon2"), "no hash is shown");
    let firms = lines(&folder, &["firm", "list", "--json"]);
    assert_eq!(firms.iter().map(|firm| &firm["code"]).collect::<Vec<_>>(), ["blue-agency", "red-line"]);
    let mandates = lines(&folder, &["mandate", "list", "red-line", "--json"]);
    assert_eq!((mandates.len(), &mandates[0]["ended"]), (1, &Value::Null));
    assert_eq!(mandates[0]["until"], "2100-01-01T00:00:00+08:00", "in the port's zone, the last day included");

    let port = Port::serve(folder, &[]);
    assert_eq!(sign_in(&port, "li.na", &password), 303);
    changes_her_password(&port, "chen", "a password that is read", "one of her own choice");
    assert_eq!(sign_in(&port, "chen", "a password that is read"), 401, "the one that was made for her is gone");
    let calls = |key: &str, for_whom: &str| {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("on-behalf-of", for_whom)];
        port.anybody().send("GET", "/api/v1/calls", &headers, &[]).expect("an answer").status
    };
    assert_eq!(calls(&key, "red-line"), 200, "the system acts by the mandate");

    let folder = port.end();
    done(&folder, &["mandate", "end", "--agent", "blue-agency", "--principal", "red-line"]);
    let why = refused(&folder, &["mandate", "end", "--agent", "blue-agency", "--principal", "red-line"]);
    assert!(why.contains("PQ-PEOPLE-004"), "{why}");
    let second = done(&folder, &["user", "reset", "li.na"]);
    done(&folder, &["user", "disable", "chen"]);
    let port = Port::serve(folder, &[]);
    assert_eq!(sign_in(&port, "li.na", &password), 401, "the old password");
    changes_her_password(&port, "li.na", &second, "another of her own");
    assert_eq!(sign_in(&port, "chen", "one of her own choice"), 401, "disabled");
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("on-behalf-of", "red-line")];
    assert_eq!(port.anybody().send("GET", "/api/v1/calls", &headers, &[]).expect("an answer").status, 403);

    let folder = port.end();
    done(&folder, &["key", "end", "planner", "--party", "firm:blue-agency"]);
    let port = Port::serve(folder, &[]);
    assert_eq!(port.anybody().send("GET", "/api/v1/calls", &headers[..1], &[]).expect("an answer").status, 401);
}

#[test]
fn a_backup_that_was_made_while_it_served_stands_in_for_the_port() {
    if on_postgres() {
        // PostgreSQL is copied by its own tools.
        let port = Port::open();
        assert!(refused(&port.folder, &["backup", "/nowhere"]).contains("pg_dump"));
        return;
    }
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let filed = port.system("agent").file(&number, "waste_notification", "backup", &waste("kept"));
    let id = filed.receipt_id();
    let copy = fresh("backup");
    let words = copy.display().to_string();
    done(&port.folder, &["backup", &words]);
    assert!(refused(&port.folder, &["backup", &words]).contains("already"), "no copy is overwritten");
    let keys = copy.join("keys");
    std::fs::create_dir_all(&keys).expect("a folder");
    for key in std::fs::read_dir(port.folder.join("keys")).expect("keys") {
        let key = key.expect("a key");
        std::fs::copy(key.path(), keys.join(key.file_name())).expect("copied");
    }
    let doctor = done(&copy, &["doctor", "--full"]);
    assert!(doctor.contains("OK   audit") && doctor.contains("receipts recomputed"), "{doctor}");
    let restored = Port::serve(copy, &[]);
    assert_eq!(restored.anybody().get(&format!("/receipts/{id}")).status, 200);
}

#[test]
fn check_prints_an_object_a_line_whatever_the_file() {
    let folder = fresh("check");
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes).expect("written");
        folder.join(name).display().to_string()
    };
    let files = [
        file("odd.json", b"{\"crew_list\": 1}"),
        file("odd.txt", b"nothing that is known"),
        file("empty", b""),
        file("list.edi", b"UNA:+.? 'UNB+UNOA:4+A+B+261124:1200+1'UNH+1+PAXLST:D:05B:UN:IATA'UNT+2+1'UNZ+1+1'"),
        folder.join("not there").display().to_string(),
        folder.display().to_string(),
        "-".to_owned(),
    ];
    let words: Vec<&str> = ["check", "--json"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let ended = with_input(&folder, &words, "[1]");
    assert_eq!(ended.status.code(), Some(3));
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    let objects: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(objects.len(), files.len(), "one line for each: {text}");
    for (object, file) in objects.iter().zip(&files) {
        assert_eq!(object["file"], json!(file));
        assert!(object["type"].is_string(), "{object}");
        for fault in object["faults"].as_array().expect("a list") {
            for member in ["code", "severity", "location"] {
                assert!(fault[member].is_string(), "{member} of {fault}");
            }
            assert!(fault["text"]["zh"].is_string() && fault["text"]["en"].is_string(), "{fault}");
        }
    }
    assert_eq!(objects[4]["faults"][0]["code"], "PQ-FILE-001");
    let alone = pratique(&folder, &["check", "--json", &files[4]]);
    assert_eq!(alone.status.code(), Some(3), "a file that is not there is one with a fault");
}

#[test]
fn the_sample_port_is_made_in_an_empty_folder_alone() {
    let folder = Port::copy();
    done(&folder, &["demo", "--no-serve"]);
    let own = folder.join("own");
    done(&own, &["user", "add", "somebody", "--party", "organ:msa", "--role", "officer"]);
    let why = refused(&own, &["demo", "--no-serve"]);
    assert!(why.contains("--data"), "{why}");
}

/// What `check --json` says of a file, with its exit code.
fn checked(folder: &Path, name: &str, bytes: &[u8]) -> (Option<i32>, Value) {
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("written");
    let ended = pratique(folder, &["check", "--json", &file.display().to_string()]);
    (ended.status.code(), serde_json::from_slice(&ended.stdout).expect("an object"))
}

#[test]
fn check_says_what_it_read_and_judges_as_filing_does() {
    let port = Port::open();
    let folder = fresh("judged");
    let number = numbered(&port, ASKED);
    let mut crew =
        port.system("agent").get(&format!("/api/v1/calls/{number}/formalities/crew_list")).json()["content"].clone();
    let rows = crew["members"].as_array().expect("members").len();
    let (code, told) = checked(&folder, "crew.json", json!({"crew_list": crew}).to_string().as_bytes());
    assert_eq!((code, &told["read"]), (Some(0), &json!([{"formality": "crew_list", "rows": rows}])), "{told}");
    let codes = |told: &Value| {
        told["faults"].as_array().expect("faults").iter().map(|fault| fault["code"].clone()).collect::<Vec<_>>()
    };
    assert!(!codes(&told).contains(&json!("PQ-CREW-NO-MASTER")), "{told}");
    // Only an assertion of the profile knows that a list wants a master.
    for member in crew["members"].as_array_mut().expect("members") {
        member["rank"] = json!("AB");
    }
    let (_, told) = checked(&folder, "crew.json", json!({"crew_list": crew}).to_string().as_bytes());
    assert!(codes(&told).contains(&json!("PQ-CREW-NO-MASTER")), "{told}");

    let book =
        messages::fal_workbook::prefilled(&[("ships_stores".to_owned(), domain::Value::Null)]).expect("a workbook");
    let (code, told) = checked(&folder, "empty.xlsx", &book);
    assert_eq!((code, &told["read"], codes(&told)), (Some(0), &json!([]), vec![json!("PQ-SHEET-003")]), "{told}");
    let said = done(&folder, &["check", &folder.join("empty.xlsx").display().to_string()]);
    assert!(said.contains("fal-workbook, 1 fault\n") && said.contains("read nothing"), "{said}");
}

#[test]
fn submit_tells_by_its_exit_code_what_became_of_the_file() {
    let port = Port::open();
    let folder = fresh("submitted");
    let to = format!("{}/api/v1/calls/{}", port.base, numbered(&port, ASKED));
    let key = port.system("agent").key.expect("a key");
    let send = |name: &str, body: Value, to: &str, key: &str| {
        let file = folder.join(name);
        std::fs::write(&file, body.to_string()).expect("written");
        let ended = pratique(&folder, &["submit", &file.display().to_string(), "--to", to, "--key", key]);
        (ended.status.code(), String::from_utf8_lossy(&ended.stdout).into_owned())
    };
    let good = json!({"waste_notification": waste("by file")});
    let (code, said) = send("good.json", good.clone(), &to, &key);
    assert_eq!(code, Some(0), "{said}");
    let half = json!({"waste_notification": waste("half"), "crew_list": {"members": [{"family_name": "LI"}]}});
    let (code, said) = send("half.json", half, &to, &key);
    let answer: Value = serde_json::from_str(&said).expect("the server's answer");
    assert_eq!((answer["filed"].as_array().map(Vec::len), &answer["drafted"]), (Some(1), &json!(["crew_list"])));
    assert_eq!(code, Some(3), "a part became a draft");
    let (code, said) = send("bad.json", json!({"crew_list": {"members": [{"family_name": "LI"}]}}), &to, &key);
    assert_eq!(code, Some(3), "nothing was filed: {said}");
    let answer: Value = serde_json::from_str(&said).expect("the server's answer");
    assert_eq!((&answer["filed"], &answer["drafted"]), (&json!([]), &json!(["crew_list"])), "{said}");
    let places = answer["faults"].as_array().expect("faults").iter().map(|fault| fault["location"].as_str());
    assert!(
        places.flatten().any(|place| place.starts_with("/crew_list/members/0/")),
        "each fault at its place: {said}"
    );
    assert_eq!(send("good.json", good.clone(), &to, "pq_wrong").0, Some(1), "a key that is not known");
    assert_eq!(send("good.json", good.clone(), &format!("{to}9"), &key).0, Some(1), "a call that is not known");
    assert_eq!(send("good.json", good, "http://127.0.0.1:9/api/v1/calls/1", &key).0, Some(1), "no server");
}

/// Runs a command whose standard output nobody reads.
fn unread(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let mut command = program(folder);
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn nobody_at_the_other_end_of_the_pipe_is_no_panic() {
    let port = Port::open();
    let folder = fresh("unread");
    let file = folder.join("waste.json").display().to_string();
    std::fs::write(&file, json!({"waste_notification": waste("unread")}).to_string()).expect("written");
    let to = format!("{}/api/v1/calls/{}", port.base, numbered(&port, ASKED));
    let key = port.system("agent").key.expect("a key");
    let commands: [&[&str]; 4] = [
        &["submit", &file, "--to", &to, "--key", &key],
        &["completions", "bash"],
        &["doctor", "--json"],
        &["check", &file],
    ];
    for words in commands {
        let (code, said) = unread(&folder, words);
        assert_eq!((code, said.contains("panicked")), (Some(0), false), "{}: {said}", words[0]);
    }
}

#[test]
fn an_address_that_cannot_be_one_is_wrong_usage() {
    let folder = fresh("listen");
    for listen in ["nonsense", "127.0.0.1:99999", "127.0.0.1:", ":8080", "a b:80", "[::1:80"] {
        let ended = pratique(&folder, &["serve", "--listen", listen]);
        assert_eq!(ended.status.code(), Some(2), "{listen}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}
