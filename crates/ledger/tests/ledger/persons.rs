//! Permits of persons and gate lists: what verifies, and what must not.

use ledger::gate_list::{GateList, Row, State};
use ledger::permit::Verdict;
use ledger::person_permit::{self, Claims, binding};
use ledger::status_list::{Entry, Status, StatusList};
use ledger::trust_list::{Purpose, TrustList};
use ledger::{SigningKey, permit};

use crate::shared::{Chance, HOUR, NOW, customs_key, entry, trust};

const BASE45: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn border_key() -> SigningKey {
    SigningKey::from_seed([41; 32])
}

fn with_border() -> TrustList {
    let mut list = trust();
    list.keys.push(entry(&border_key(), "border", &[Purpose::Permit], &["boarding"]));
    list
}

fn claims() -> Claims {
    let number = "2026-DAL-B000012-03".to_owned();
    Claims {
        issuer: "border".to_owned(),
        issued_at: NOW,
        not_before: NOW - HOUR,
        expires_at: NOW + 72 * HOUR,
        kind: "boarding".to_owned(),
        port: "CNDAL".to_owned(),
        place: "ship:9811000".to_owned(),
        place_name: "EVER GIVEN".to_owned(),
        holder: "王立 WANG LI".to_owned(),
        binding: binding(&number, "E 1234-5678"),
        single_use: false,
        holder_bound: true,
        outward: true,
        number,
    }
}

#[test]
fn a_permit_of_a_person_verifies_and_says_what_it_is_worth() {
    let text = person_permit::sign(&claims(), &border_key()).unwrap();
    let at = |lists: &[StatusList], now| person_permit::verify(&text, &with_border(), lists, now).unwrap();
    let genuine = at(&[], NOW);
    assert_eq!((&genuine.claims, genuine.verdict, genuine.status_age), (&claims(), Verdict::Valid, None));
    assert_eq!(at(&[], NOW - 2 * HOUR).verdict, Verdict::NotYetValid { from: NOW - HOUR });
    assert_eq!(at(&[], NOW + 72 * HOUR).verdict, Verdict::Expired { since: NOW + 72 * HOUR });
    let entries = vec![Entry { number: claims().number, status: Status::Revoked, since: NOW }];
    let list = StatusList { issuer: "border".to_owned(), issued_at: NOW, next_update: NOW + HOUR, entries };
    assert_eq!(at(&[list], NOW + HOUR).verdict, Verdict::Revoked { since: NOW });
}

#[test]
fn the_document_is_bound_by_its_last_four_characters_however_they_are_typed() {
    let number = "2026-DAL-B000012-03";
    let bound = binding(number, "E12345678");
    assert_eq!((binding(number, "5678"), binding(number, " e 1234-5678 ")), (bound, bound));
    assert_ne!(binding(number, "5679"), bound);
    assert_ne!(binding("2026-DAL-B000012-04", "5678"), bound, "another permit has another digest");
}

#[test]
fn what_was_altered_forged_or_is_of_another_kind_is_refused() {
    let text = person_permit::sign(&claims(), &border_key()).unwrap();
    let code = |text: &str, trust: &TrustList| person_permit::verify(text, trust, &[], NOW).unwrap_err().code;
    let mut chance = Chance(7);
    for _ in 0..2_000 {
        let changed = chance.mutate(text.as_bytes(), BASE45);
        if changed != text.as_bytes() {
            let changed = String::from_utf8_lossy(&changed).into_owned();
            assert!(person_permit::verify(&changed, &with_border(), &[], NOW).is_err(), "{changed}");
        }
    }
    assert_eq!(code(&text, &trust()), "PQ-PERMIT-004", "an organ that the list does not name");
    // Signed by another organ in border inspection's name, and of a kind that border inspection does not grant.
    assert_eq!(code(&person_permit::sign(&claims(), &customs_key()).unwrap(), &with_border()), "PQ-PERMIT-005");
    let other = Claims { kind: "departure".to_owned(), ..claims() };
    assert_eq!(code(&person_permit::sign(&other, &border_key()).unwrap(), &with_border()), "PQ-PERMIT-005");
    assert_eq!(permit::verify(&text, &with_border(), &[], NOW).unwrap_err().code, "PQ-PERMIT-001", "no ship's permit");
    let backwards = Claims { expires_at: NOW - 2 * HOUR, ..claims() };
    assert_eq!(person_permit::sign(&backwards, &border_key()).unwrap_err().code, "PQ-PERMIT-009");
}

#[test]
fn a_gate_list_is_what_its_organ_signed() {
    let row = |number: &str, state| Row {
        number: number.to_owned(),
        kind: "boarding".to_owned(),
        state,
        inside: state == State::Granted,
        single_use: false,
        holder_bound: true,
        outward: false,
        not_before: NOW,
        expires_at: NOW + HOUR,
        binding: binding(number, "5678"),
    };
    let rows = vec![row("2026-DAL-B000012-02", State::Revoked), row("2026-DAL-B000012-01", State::Granted)];
    let gate = "berth:DYW-12".to_owned();
    let list = GateList { issuer: "border".to_owned(), gate, issued_at: NOW, next_update: NOW + HOUR, rows };
    let text = list.sign(&border_key()).unwrap();
    let read = GateList::verify(&text, &with_border(), NOW).unwrap();
    assert_eq!(read.rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Granted, State::Revoked]);
    let forged = list.sign(&customs_key()).unwrap();
    assert_eq!(GateList::verify(&forged, &with_border(), NOW).unwrap_err().code, "PQ-GATE-001");
    let mut chance = Chance(11);
    for _ in 0..1_000 {
        let changed = chance.mutate(text.as_bytes(), BASE45);
        let changed = String::from_utf8_lossy(&changed).into_owned();
        assert!(changed == text || GateList::verify(&changed, &with_border(), NOW).is_err());
    }
    let twice = GateList { rows: vec![read.rows[0].clone(), read.rows[0].clone()], ..list };
    assert_eq!(twice.sign(&border_key()).unwrap_err().code, "PQ-GATE-002");
}
