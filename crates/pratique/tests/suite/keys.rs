//! An organ's key can be kept apart from the port's: then nothing is signed for her here, and what she signed still verifies.

use std::fs;

use crate::harness::{Port, SAILED, fresh, numbered, pratique};

#[test]
fn without_an_organs_key_no_permit_is_signed_and_those_in_hand_still_verify() {
    let port = Port::open();
    let number = numbered(&port, SAILED);
    let page = format!("/calls/{number}/permits/{number}-D1");
    let code = |port: &Port| {
        let code = port.person("agent").get(&page).between("name=\"code\" value=\"", "\"")?;
        Some(code.replace("&#x2f;", "/").replace("&amp;", "&"))
    };
    let printed = code(&port).expect("a code");
    let key = fresh("key").join("msa.pem");
    let words = key.display().to_string();
    let while_it_runs = pratique(&port.folder, &["keys", "detach", "msa", "--to", &words]);
    assert!(!while_it_runs.status.success() && !key.exists(), "the server would go on signing");
    let folder = port.end();
    let told = |words: &[&str]| {
        let ended = pratique(&folder, words);
        (ended.status.success(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    let (well, why) = told(&["keys", "detach", "port", "--to", &words]);
    assert!(!well && why.contains("customs"), "the port's own key stays: {why}");
    let (well, why) = told(&["keys", "detach", "msa", "--to", &words]);
    assert!(well, "{why}");
    assert!(!folder.join("keys").join("msa.pem").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(key.metadata().expect("the key").permissions().mode() & 0o777, 0o600);
    }

    let port = Port::serve(folder.clone(), &[]);
    let shown = port.person("agent").get(&page);
    assert!(shown.status == 200 && shown.text().contains("PQ-PERMIT-011"), "{}", shown.status);
    assert_eq!(code(&port), None, "no new key is made in its place");
    let list = port.anybody().get("/status-list/msa");
    assert!(list.status == 409 && list.text().contains("PQ-PERMIT-011"), "{} {}", list.status, list.text());
    assert_eq!(port.anybody().get("/status-list/customs").status, 200);
    let held = port.anybody().post("/verify", &[("code", &printed)]);
    assert!(held.status == 200 && held.text().contains(&format!("{number}-D1")), "{}", held.status);
    drop(fs::write(folder.join("other.pem"), fs::read(folder.join("keys").join("port.pem")).expect("a key")));
    port.end();

    let other = folder.join("other.pem").display().to_string();
    let (well, why) = told(&["keys", "attach", "msa", "--from", &other]);
    assert!(!well && why.contains("another key"), "{why}");
    let (well, why) = told(&["keys", "attach", "msa", "--from", &words]);
    assert!(well, "{why}");
    let port = Port::serve(folder.clone(), &[]);
    assert_eq!(code(&port), Some(printed), "the same code as before");
}

#[test]
fn with_a_new_master_key_everything_is_read_and_copies_of_before_are_not() {
    let port = Port::open();
    let number = numbered(&port, SAILED);
    let path = format!("/api/v1/calls/{number}/formalities/crew_list");
    let filed = port.system("agent").get(&path).json()["content"].clone();
    let former = fs::read(port.folder.join("keys").join("master.key")).expect("a key");
    let served = pratique(&port.folder, &["keys", "rotate", "master"]);
    assert!(!served.status.success(), "not while it serves");
    let folder = port.end();
    let rotated = pratique(&folder, &["keys", "rotate", "master"]);
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let key = folder.join("keys").join("master.key");
    let heir = fs::read(&key).expect("a key");
    assert_ne!(former, heir);
    let port = Port::serve(folder, &[]);
    assert_eq!(port.system("agent").get(&path).json()["content"], filed);
    let folder = port.end();
    // A replacement that was interrupted is ended before anything is served.
    fs::rename(&key, folder.join("keys").join("master.next")).expect("renamed");
    fs::write(&key, &former).expect("written");
    assert!(!pratique(&folder, &["doctor"]).status.success());
    let again = pratique(&folder, &["keys", "rotate", "master"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(fs::read(&key).expect("a key"), heir);
    // With the former key, as who has a copy of it has, nothing is read.
    fs::write(&key, &former).expect("written");
    let refused = pratique(&folder, &["doctor"]);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(!refused.status.success() && said.contains("other master key"), "{said}");
}
