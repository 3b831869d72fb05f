//! Receipts and permits: the same answer for the same key, and proofs that stand without the server.

use std::{collections::BTreeSet, fs, path::Path, thread};

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
}
