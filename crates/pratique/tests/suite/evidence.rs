//! Receipts and permits: the same answer for the same key, and proofs that stand without the server.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::harness::{ASKED, Port, SAILED, numbered, pratique, waste};

/// The versions of a formality of a call.
fn versions(port: &Port, number: &str, formality: &str) -> usize {
    let call = port.system("agent").get(&format!("/api/v1/calls/{number}")).json();
    call["call"]["filings"][formality]["versions"].as_array().map_or(0, Vec::len)
}

#[test]
fn one_key_has_one_effect_and_one_receipt() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let system = port.system("agent");
    let before = versions(&port, &number, "waste_notification");
    let answers: Vec<_> = thread::scope(|scope| {
        let sends: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| system.file(&number, "waste_notification", "twenty times", &waste("once"))))
            .collect();
        sends.into_iter().map(|send| send.join().expect("sent")).collect()
    });
    for answer in &answers {
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let bodies: BTreeSet<_> = answers.iter().map(|answer| receipt_part(&answer.bytes)).collect();
    assert_eq!(bodies.len(), 1, "each gets the same receipt, byte for byte");
    let first = answers.iter().filter(|answer| answer.header("idempotency-replayed") == Some("false")).count();
    assert_eq!(first, 1, "one was the first");
    assert_eq!(versions(&port, &number, "waste_notification"), before + 1, "one effect");

    let other = system.file(&number, "waste_notification", "twenty times", &waste("something else"));
    assert_eq!((other.status, other.json()["code"].as_str()), (422, Some("PQ-KEY-001")));
    assert_eq!(versions(&port, &number, "waste_notification"), before + 1);

    let stored = system.get(&format!("/receipts/{}", answers[0].receipt_id())).bytes;
    let port = port.kill_and_serve_again();
    let again = port.system("agent").file(&number, "waste_notification", "twenty times", &waste("once"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(receipt_part(&again.bytes), receipt_part(&answers[0].bytes), "the same after a restart");
    assert_eq!(port.anybody().get(&format!("/receipts/{}", again.receipt_id())).bytes, stored);
    assert_eq!(versions(&port, &number, "waste_notification"), before + 1);
    let other_form = port.system("agent").file(&number, "ships_stores", "twenty times", &waste("once"));
    assert_ne!(other_form.header("idempotency-replayed"), Some("true"), "a key is its form's own");
    let another_firm = port.system("agent2").file(&number, "waste_notification", "twenty times", &waste("once"));
    assert_eq!(another_firm.status, 404, "a key is its sender's own");
}

/// The receipt as it stands in the answer's bytes.
fn receipt_part(bytes: &[u8]) -> Vec<u8> {
    let mark = b"\"receipt\":";
    let at = bytes.windows(mark.len()).position(|window| window == mark).expect("a receipt in the answer");
    bytes[at + mark.len()..bytes.len() - 1].to_vec()
}

/// What `verify` says against the port's trust list.
fn verified(port: &Port, what: &str, file: &Path) -> String {
    let (file, trust) = (file.display().to_string(), port.folder.join("trust-list.json").display().to_string());
    let output = pratique(&port.folder, &["verify", what, &file, "--trust", &trust]);
    [output.stdout, output.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect()
}

/// Every mutation of single bytes, `step` apart, is refused with a code; the original is told with its number.
fn refuses_mutations(port: &Port, what: &str, number: &str, bytes: &[u8], step: usize) {
    let file = port.folder.join(format!("{what}.txt"));
    fs::write(&file, bytes).expect("written");
    let said = verified(port, what, &file);
    assert!(said.contains(number) && !said.contains("PQ-"), "{what} as it was issued: {said}");
    for at in (0..bytes.len()).step_by(step) {
        let mut mutated = bytes.to_vec();
        mutated[at] ^= 0x01;
        fs::write(&file, &mutated).expect("written");
        let said = verified(port, what, &file);
        assert!(said.contains("PQ-"), "{what} with byte {at} changed to {:?}: {said}", char::from(mutated[at]));
    }
}

#[test]
fn a_receipt_verifies_without_the_server_and_a_changed_one_does_not() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let id = port.system("agent").file(&number, "waste_notification", "receipt", &waste("r")).receipt_id();
    let answer = port.anybody().get(&format!("/receipts/{id}"));
    assert_eq!(answer.status, 200);
    refuses_mutations(&port, "receipt", &id, &answer.bytes, 7);
}

#[test]
fn a_permit_verifies_without_the_server_and_a_changed_one_does_not() {
    let port = Port::open();
    let number = numbered(&port, SAILED);
    let page = port.person("agent").get(&format!("/calls/{number}/permits/{number}-D1"));
    let code = page.between("name=\"code\" value=\"", "\"").expect("the code on the permit's page");
    let code = code.replace("&#x2f;", "/").replace("&amp;", "&");
    refuses_mutations(&port, "release", &format!("{number}-D1"), code.as_bytes(), 11);
    let asked = port.anybody().send("POST", "/api/v1/verify", &[("content-type", "text/plain")], code.as_bytes());
    let asked = asked.expect("an answer");
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert_eq!(asked.json()["number"].as_str(), Some(format!("{number}-D1").as_str()));
    let public = port.anybody().post("/verify", &[("code", &code)]);
    assert!(public.status == 200 && public.text().contains(&format!("{number}-D1")));
    for (language, tag) in [("en", "lang=\"en\""), ("zh", "lang=\"zh-CN\"")] {
        let switched = port.anybody().post("/verify", &[("code", &code), ("switch", language)]).text();
        assert!(
            switched.contains(tag) && switched.contains(&format!("{number}-D1")),
            "the verdict stays in {language}"
        );
    }
}

#[test]
fn a_permit_has_one_code_and_by_its_number_tells_little() {
    let port = Port::open();
    let sailed = numbered(&port, SAILED);
    let number = format!("{sailed}-D1");
    assert_eq!(permit_code(&port, &sailed), permit_code(&port, &sailed), "the same bytes each time");
    let call = port.system("agent").get(&format!("/api/v1/calls/{sailed}")).json();
    let ship = call["call"]["ship"]["name"]["en"].as_str().expect("her name").to_owned();
    let imo = call["call"]["ship"]["imo"].as_str().expect("her number").to_owned();
    let asked = port.anybody().post("/verify", &[("code", &number.to_lowercase())]);
    let told = asked.text();
    assert!(asked.status == 200 && told.contains(&number) && told.contains(&ship), "{told}");
    let by_code = port.anybody().post("/verify", &[("code", &permit_code(&port, &sailed))]).text();
    for secret in [imo.as_str(), "/calls/"] {
        assert!(!told.contains(secret), "{secret} is not for who only has the number");
    }
    assert!(by_code.contains(&imo), "the code says it");
    let verdict =
        |page: &str| page.split("class=\"verdict ").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    assert!(verdict(&told).is_some() && verdict(&told) == verdict(&by_code), "one verdict by both ways");
    for unknown in [format!("{sailed}-D9"), "2026-DAL-999999-D1".to_owned()] {
        let told = port.anybody().post("/verify", &[("code", &unknown)]).text();
        assert!(told.contains("PQ-PERMIT-010") && !told.contains(&ship), "{unknown}");
    }
}

/// The text of the departure permit's code, as the agent prints it.
fn permit_code(port: &Port, number: &str) -> String {
    let page = port.person("agent").get(&format!("/calls/{number}/permits/{number}-D1"));
    let code = page.between("name=\"code\" value=\"", "\"").expect("the code on the permit's page");
    code.replace("&#x2f;", "/").replace("&amp;", "&")
}

#[test]
fn what_a_replaced_key_signed_still_verifies_unless_it_was_revoked() {
    let port = Port::open();
    let (asked, sailed) = (numbered(&port, ASKED), numbered(&port, SAILED));
    let id = port.system("agent").file(&asked, "waste_notification", "before", &waste("before")).receipt_id();
    let (receipt, permit) = (port.folder.join("before.json"), port.folder.join("before.txt"));
    fs::write(&receipt, port.anybody().get(&format!("/receipts/{id}")).bytes).expect("written");
    fs::write(&permit, permit_code(&port, &sailed)).expect("written");
    let served = pratique(&port.folder, &["keys", "rotate", "port"]);
    assert!(!served.status.success(), "not while a server signs with the former key");

    let folder = port.end();
    let unknown = pratique(&folder, &["keys", "rotate", "nobody"]);
    let why = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(!unknown.status.success() && why.contains("port") && why.contains("msa"), "{why}");
    for name in ["port", "msa"] {
        let rotated = pratique(&folder, &["keys", "rotate", name]);
        assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    }
    let doctor = pratique(&folder, &["doctor", "--full"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    let port = Port::serve(folder, &[]);
    let list = port.anybody().get("/trust-list").json();
    let ended = list["list"]["keys"].as_array().expect("keys").iter().filter(|key| !key["not_after"].is_null());
    assert_eq!(ended.count(), 2, "the former keys stand in the list with their end");
    assert!(!verified(&port, "receipt", &receipt).contains("PQ-"), "a receipt from before");
    assert!(!verified(&port, "release", &permit).contains("PQ-"), "a permit from before");
    let again = port.system("agent").file(&asked, "waste_notification", "before", &waste("before"));
    assert_eq!(again.receipt_id(), id, "a retry from before still has its answer");
    let id = port.system("agent").file(&asked, "waste_notification", "after", &waste("after")).receipt_id();
    let after = port.folder.join("after.json");
    fs::write(&after, port.anybody().get(&format!("/receipts/{id}")).bytes).expect("written");
    assert!(!verified(&port, "receipt", &after).contains("PQ-"), "a receipt of the new key");
    let printed = port.folder.join("after.txt");
    fs::write(&printed, permit_code(&port, &sailed)).expect("written");

    let folder = port.end();
    let rotated = pratique(&folder, &["keys", "rotate", "msa", "--revoked"]);
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let port = Port::serve(folder, &[]);
    assert!(!verified(&port, "release", &permit).contains("PQ-"), "the key before that was not revoked");
    assert!(verified(&port, "release", &printed).contains("PQ-"), "a permit of the stolen key");
    fs::write(&printed, permit_code(&port, &sailed)).expect("written");
    assert!(!verified(&port, "release", &printed).contains("PQ-"), "printed again, it is of the new key");
}

/// The log's checkpoint once it has more leaves than `size`, kept in a file; with its number of leaves.
fn checkpoint(port: &Port, name: &str, size: u64) -> (PathBuf, u64) {
    for _ in 0..100 {
        let note = port.anybody().get("/log/checkpoint").text();
        let leaves = note.lines().nth(1).and_then(|leaves| leaves.parse().ok()).unwrap_or(0);
        if leaves > size {
            let file = port.folder.join(name);
            fs::write(&file, note).expect("written");
            return (file, leaves);
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("the log does not grow beyond {size}");
}

#[test]
fn a_log_that_only_grows_verifies_by_its_tiles_and_another_does_not() {
    let (port, other) = (Port::open(), Port::open());
    let number = numbered(&port, ASKED);
    let file = |port: &Port, nth: usize| {
        let filed =
            port.system("agent").file(&number, "waste_notification", &format!("log {nth}"), &waste(&nth.to_string()));
        assert_eq!(filed.status, 201, "{}", filed.text());
    };
    let (old, size) = checkpoint(&port, "old", 0);
    (0..3).for_each(|nth| file(&port, nth));
    let (new, grown) = checkpoint(&port, "new", size);
    // The same port's key has signed another history: a copy of the store went its own way.
    (0..2).for_each(|nth| file(&other, 7 + nth));
    let (forked, fork) = checkpoint(&other, "forked", size);
    let trust = port.folder.join("trust-list.json");
    let verify = |old: &Path, new: &Path, tiles: &str| {
        let words =
            [Path::new("verify"), Path::new("log"), old, new, Path::new("--trust"), &trust, Path::new("--tiles")];
        let mut words: Vec<String> = words.iter().map(|word| word.display().to_string()).collect();
        words.push(tiles.to_owned());
        let ended = pratique(&port.folder, &words.iter().map(String::as_str).collect::<Vec<_>>());
        let said: String = [ended.stdout, ended.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect();
        (ended.status.code(), said)
    };
    let tiles = format!("{}/log", port.base);
    let (code, said) = verify(&old, &new, &tiles);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("{grown} leaves extends that of {size}")), "{said}");
    assert_eq!(verify(&old, &old, &tiles).0, Some(0), "a log extends itself");
    let refused =
        |(code, said): (Option<i32>, String)| assert!(code == Some(3) && said.contains("PQ-CHECKPOINT-006"), "{said}");
    refused(verify(&new, &old, &tiles));
    let (earlier, later) = if fork <= grown { (&forked, &new) } else { (&new, &forked) };
    let at_later = format!("{}/log", if fork <= grown { &port.base } else { &other.base });
    refused(verify(earlier, later, &at_later));
    assert_eq!(verify(&old, &new, &format!("{}/nowhere", port.base)).0, Some(1), "no tiles");
    for wrong in ["0/000.p/256", "0/0", "9/000", "0/999", "entries/000"] {
        assert_eq!(port.anybody().get(&format!("/log/tile/{wrong}")).status, 404, "{wrong}");
    }
    let tile = port.anybody().get(&format!("/log/tile/0/000.p/{}", size.min(255)));
    assert_eq!((tile.status, tile.bytes.len() as u64), (200, size.min(255) * 32));
}
