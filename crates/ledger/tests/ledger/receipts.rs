//! Receipts, batch by batch, and everything that must not pass for one.

use ledger::receipt::{self, Statement};
use ledger::tree::leaf_hash;

use crate::shared::{Chance, HOUR, NOW, customs_key, port_key, trust};

fn statement(number: u64) -> Statement {
    Statement {
        id: format!("01936b2e-0000-7000-8000-{number:012}"),
        port: "CNDLC".to_owned(),
        what: format!("crew_list v{number} of call 2026-DAL-000412"),
        leaf: leaf_hash(&number.to_be_bytes()),
        digest: leaf_hash(b"received"),
        received_at: NOW + i64::try_from(number).unwrap(),
    }
}

fn batch(size: u64) -> (Vec<Statement>, Vec<String>) {
    let statements: Vec<_> = (0..size).map(statement).collect();
    let receipts = receipt::issue(&statements, &port_key());
    (statements, receipts)
}

#[test]
fn receipts_of_batches_of_every_size_verify() {
    let trust = trust();
    assert!(receipt::issue(&[], &port_key()).is_empty());
    let mut chance = Chance(1);
    for size in 1..=600 {
        let (statements, receipts) = batch(size);
        assert_eq!(receipts.len() as u64, size);
        // The first, the last and one between them; the whole batch where the tree has its turns.
        let some = [0, size as usize - 1, chance.below(size as usize)];
        let indices = if size < 18 || size == 513 { (0..size as usize).collect() } else { some.to_vec() };
        for index in indices {
            let verified = receipt::verify(receipts[index].as_bytes(), &trust).unwrap();
            assert_eq!(verified.statement, statements[index]);
            assert_eq!(verified.key.holder, "port");
        }
    }
}

#[test]
fn texts_with_anything_in_them_survive() {
    let mut odd = statement(1);
    odd.what = "\"船员\\名单\"\u{1}\n\t\u{2028}<>&\u{7f}".to_owned();
    odd.received_at = NOW;
    let receipts = receipt::issue(std::slice::from_ref(&odd), &port_key());
    assert_eq!(receipt::verify(receipts[0].as_bytes(), &trust()).unwrap().statement, odd);
}

/// The file has one form, so that a changed byte is refused whatever it means: no mutation needs to be excused but the
/// one that leaves the bytes as they were.
#[test]
fn ten_thousand_mutations_are_refused() {
    let trust = trust();
    let (_, receipts) = batch(37);
    let alphabet: Vec<u8> = (0..=255).collect();
    let mut chance = Chance(2);
    let mut tried = 0;
    while tried < 10_000 {
        let original = receipts[chance.below(receipts.len())].as_bytes();
        let mutated = chance.mutate(original, &alphabet);
        if mutated != original {
            assert!(receipt::verify(&mutated, &trust).is_err(), "{}", String::from_utf8_lossy(&mutated));
            tried += 1;
        }
    }
}

/// Changed statements in the one form, each a whole receipt but for its signature, which is the unchanged one's.
#[test]
fn ten_thousand_mutations_of_fields_are_refused() {
    let trust = trust();
    let (statements, receipts) = batch(37);
    let mut chance = Chance(7);
    let mut tried = 0;
    while tried < 10_000 {
        let nth = chance.below(statements.len());
        let mut changed = statements.clone();
        let at = if chance.below(4) == 0 { chance.below(statements.len()) } else { nth };
        change(&mut changed[at], &mut chance);
        if changed == statements {
            continue;
        }
        let whole = &receipt::issue(&changed, &port_key())[nth];
        let (theirs, ours) = (member(whole, "signature"), member(&receipts[nth], "signature"));
        let grafted = whole.replacen(theirs, ours, 1);
        let refusal = receipt::verify(grafted.as_bytes(), &trust).unwrap_err();
        let expected = ["PQ-RECEIPT-001", "PQ-RECEIPT-005", "PQ-RECEIPT-007"];
        assert!(expected.contains(&refusal.code), "{:?}: {refusal}", changed[at]);
        tried += 1;
    }
}

fn change(statement: &mut Statement, chance: &mut Chance) {
    let word = format!("{:x}", chance.next());
    match chance.below(6) {
        0 => statement.id = word,
        1 => statement.port = word,
        2 => statement.what.push_str(&word),
        3 => statement.leaf[chance.below(32)] ^= 1 << chance.below(8),
        4 => statement.digest[chance.below(32)] ^= 1 << chance.below(8),
        _ => statement.received_at += chance.below(2_000_000) as i64 - 1_000_000,
    }
}

/// The value of a member, as it stands in the file.
fn member<'a>(receipt: &'a str, name: &str) -> &'a str {
    let start = receipt.find(&format!("\"{name}\":")).unwrap() + name.len() + 3;
    let end = receipt[start..].find(",\n").or_else(|| receipt[start..].find("}\n")).unwrap();
    &receipt[start..start + end]
}

#[test]
fn members_swapped_between_genuine_receipts_are_refused() {
    let trust = trust();
    let (_, receipts) = batch(40);
    let (_, others) = batch(41);
    let names = ["id", "what", "leaf", "received_at", "index", "size", "path", "signature"];
    for (one, other) in [(&receipts[3], &receipts[4]), (&receipts[3], &others[3]), (&receipts[0], &others[40])] {
        for name in names {
            let (value, foreign) = (member(one, name), member(other, name));
            if value != foreign {
                let swapped = one.replacen(&format!("\"{name}\":{value}"), &format!("\"{name}\":{foreign}"), 1);
                let refusal = receipt::verify(swapped.as_bytes(), &trust).unwrap_err();
                assert!(["PQ-RECEIPT-006", "PQ-RECEIPT-007"].contains(&refusal.code), "{name}: {refusal}");
            }
        }
    }
}

#[test]
fn each_refusal_has_its_code() {
    let (statements, receipts) = batch(2);
    let receipt = &receipts[0];
    let code = |text: &str| receipt::verify(text.as_bytes(), &trust()).unwrap_err().code;
    assert_eq!(code("{}"), "PQ-RECEIPT-001");
    assert_eq!(code(&receipt.replace("receipt-v1", "receipt-v2")), "PQ-RECEIPT-001");
    assert_eq!(code(&receipt.replace("\"size\":2", "\"size\": 2")), "PQ-RECEIPT-002");
    assert_eq!(code(&receipt.replace("CNDLC", "CNDL\\u0043")), "PQ-RECEIPT-002");
    assert_eq!(code(receipt.trim_end()), "PQ-RECEIPT-002");
    let stranger = ledger::SigningKey::from_seed([99; 32]);
    assert_eq!(code(&receipt::issue(&statements, &stranger)[0]), "PQ-RECEIPT-003");
    assert_eq!(code(&receipt::issue(&statements, &customs_key())[0]), "PQ-RECEIPT-004");
    let customs = customs_key().kid().to_string();
    assert_eq!(code(&receipt.replace(&port_key().kid().to_string(), &customs)), "PQ-RECEIPT-004");
    let mut early = statements.clone();
    early[0].received_at = 0;
    assert_eq!(code(&receipt::issue(&early, &port_key())[0]), "PQ-RECEIPT-005");
    assert_eq!(code(&receipt.replace("\"index\":0", "\"index\":2")), "PQ-RECEIPT-006");
    assert_eq!(code(&receipt.replace("crew_list v0", "crew_list v9")), "PQ-RECEIPT-007");
}

#[test]
fn old_receipts_outlive_their_key() {
    let (_, receipts) = batch(3);
    let mut trust = trust();
    trust.keys[0].not_after = Some(NOW + HOUR);
    assert!(receipt::verify(receipts[1].as_bytes(), &trust).is_ok());
    trust.keys[0].revoked_at = Some(NOW + HOUR);
    assert!(receipt::verify(receipts[1].as_bytes(), &trust).is_ok());
    trust.keys[0].revoked_at = Some(NOW);
    assert_eq!(receipt::verify(receipts[1].as_bytes(), &trust).unwrap_err().code, "PQ-RECEIPT-005");
}

#[test]
fn commitments_bind_salt_header_and_payload() {
    let commitment = receipt::leaf_commitment(&[7; 32], b"header", b"payload");
    assert_ne!(commitment, receipt::leaf_commitment(&[8; 32], b"header", b"payload"));
    assert_ne!(commitment, receipt::leaf_commitment(&[7; 32], b"Header", b"payload"));
    assert_ne!(commitment, receipt::leaf_commitment(&[7; 32], b"header", b"payloae"));
    assert_ne!(commitment, receipt::leaf_commitment(&[7; 32], b"headerp", b"ayload"));
}

/// Prints the cost of a receipt; run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn cost_of_a_receipt() {
    let statements: Vec<_> = (0..512).map(statement).collect();
    let key = port_key();
    let started = std::time::Instant::now();
    for _ in 0..200 {
        std::hint::black_box(receipt::issue(&statements, &key));
    }
    println!("{:?} a receipt", started.elapsed() / (200 * 512));
}
