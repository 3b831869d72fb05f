//! A port without samples is set up by commands alone, and then used.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::harness::{ASKED, Port, fresh, numbered, pratique, waste};

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
    let mut command = Command::new(env!("CARGO_BIN_EXE_pratique"));
    command.arg("--data").arg(folder).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
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

    let port = Port::serve(folder, &[]);
    assert_eq!(sign_in(&port, "li.na", &password), 303);
    assert_eq!(sign_in(&port, "chen", "a password that is read"), 303);
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
    assert_eq!(sign_in(&port, "li.na", &second), 303);
    assert_eq!(sign_in(&port, "chen", "a password that is read"), 401, "disabled");
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
