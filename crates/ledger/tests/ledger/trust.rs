//! The trust list and the keys' files.

use ledger::trust_list::{KeyProblem, Purpose, TrustList};
use ledger::{PublicKey, SigningKey};

use crate::shared::{Chance, HOUR, NOW, customs_key, entry, hardware_key, port_key, safety_key, trust};

#[test]
fn a_pinned_list_is_read_and_another_signer_is_not() {
    let list = trust();
    let file = list.sign(&port_key()).unwrap();
    assert_eq!(TrustList::verify(file.as_bytes(), &port_key().public()).unwrap(), list);
    let code = |bytes: &[u8], pin: &PublicKey| TrustList::verify(bytes, pin).unwrap_err().code;
    assert_eq!(code(file.as_bytes(), &safety_key().public()), "PQ-TRUST-004");
    let posing =
        list.sign(&safety_key()).unwrap().replace(&safety_key().kid().to_string(), &port_key().kid().to_string());
    assert!(TrustList::verify(posing.as_bytes(), &port_key().public()).is_err());
    assert_eq!(code(b"[]", &port_key().public()), "PQ-TRUST-001");
    assert_eq!(code(file.replace("\"port\": ", "\"port\":").as_bytes(), &port_key().public()), "PQ-TRUST-002");
    assert_eq!(code(file.replace("departure", "departurf").as_bytes(), &port_key().public()), "PQ-TRUST-005");
    let (unpinned, signer) = TrustList::verify_unpinned(file.as_bytes()).unwrap();
    assert_eq!((unpinned, signer.kid()), (list.clone(), port_key().kid()));
    assert!(TrustList::verify_unpinned(list.sign(&customs_key()).unwrap().as_bytes()).is_err());
}

#[test]
fn ten_thousand_mutations_of_a_list_are_refused() {
    let file = trust().sign(&port_key()).unwrap().into_bytes();
    let pin = port_key().public();
    let alphabet: Vec<u8> = (b' '..=b'~').chain([b'\n', 0, 0xff]).collect();
    let mut chance = Chance(3);
    let mut tried = 0;
    while tried < 10_000 {
        let mutated = chance.mutate(&file, &alphabet);
        if mutated != file {
            assert!(TrustList::verify(&mutated, &pin).is_err(), "{}", String::from_utf8_lossy(&mutated));
            tried += 1;
        }
    }
}

#[test]
fn the_next_list_may_bring_new_keys_and_never_goes_back() {
    let list = trust();
    let heir = SigningKey::from_seed([50; 32]);
    let mut next = list.clone();
    next.issued_at = NOW;
    next.keys.push(entry(&heir, "port", &[Purpose::TrustList, Purpose::Receipt], &[]));
    let next_file = next.sign(&port_key()).unwrap();
    assert_eq!(list.verify_next(next_file.as_bytes()).unwrap(), next);
    // The heir may sign the list after that, and not the one that first names it.
    let by_heir = next.sign(&heir).unwrap();
    assert_eq!(list.verify_next(by_heir.as_bytes()).unwrap_err().code, "PQ-TRUST-004");
    assert!(next.verify_next(by_heir.as_bytes()).is_ok());
    let old_file = list.sign(&port_key()).unwrap();
    assert_eq!(next.verify_next(old_file.as_bytes()).unwrap_err().code, "PQ-TRUST-006");
    let mut elsewhere = next.clone();
    elsewhere.port = "CNSHA".to_owned();
    let file = elsewhere.sign(&port_key()).unwrap();
    assert_eq!(list.verify_next(file.as_bytes()).unwrap_err().code, "PQ-TRUST-006");
}

#[test]
fn a_list_that_contradicts_itself_is_neither_signed_nor_read() {
    let mut twice = trust();
    twice.keys.push(twice.keys[1].clone());
    let mut other_kid = trust();
    other_kid.keys[1].kid = port_key().kid();
    let mut other_algorithm = trust();
    other_algorithm.keys[1].algorithm = ledger::Algorithm::ES256;
    let mut backwards = trust();
    backwards.keys[1].not_after = Some(backwards.keys[1].not_before);
    for list in [twice, other_kid, other_algorithm, backwards] {
        assert_eq!(list.sign(&port_key()).unwrap_err().code, "PQ-TRUST-003");
    }
}

#[test]
fn keys_are_found_by_identifier_purpose_and_time() {
    let mut list = trust();
    list.keys[1].revoked_at = Some(NOW);
    let find = |key: &SigningKey, purpose, at| list.key_for(key.kid(), purpose, at).map(|key| key.holder.as_str());
    assert_eq!(find(&port_key(), Purpose::Receipt, NOW), Ok("port"));
    assert_eq!(find(&port_key(), Purpose::Permit, NOW), Err(KeyProblem::Purpose));
    assert_eq!(find(&SigningKey::from_seed([77; 32]), Purpose::Receipt, NOW), Err(KeyProblem::Unknown));
    assert_eq!(find(&port_key(), Purpose::Receipt, list.keys[0].not_before - 1), Err(KeyProblem::Time));
    assert_eq!(find(&port_key(), Purpose::Receipt, list.keys[0].not_after.unwrap()), Err(KeyProblem::Time));
    assert_eq!(find(&safety_key(), Purpose::Permit, NOW), Err(KeyProblem::Revoked));
    assert_eq!(find(&safety_key(), Purpose::Permit, NOW - 1), Ok("msa"));
    assert_eq!(list.age(NOW), HOUR);
}

#[test]
fn keys_travel_as_pem_and_as_bytes() {
    for key in [port_key(), hardware_key()] {
        let pem = key.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        let again = SigningKey::from_pem(&pem).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(PublicKey::from_bytes(&key.public().to_bytes()).unwrap(), key.public());
        assert!(key.public().verifies(b"words", &again.sign(b"words")));
        assert!(!key.public().verifies(b"other words", &again.sign(b"words")));
        assert!(!format!("{key:?}").contains(&pem[30..60]));
    }
    // RFC 8410 section 10.3.
    let published = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let key = SigningKey::from_pem(published).unwrap();
    let public = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
    assert_eq!(key.public().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>(), public);
    assert_eq!(key.to_pem().unwrap(), published);
    assert_eq!(SigningKey::from_pem("nothing").unwrap_err().code, "PQ-KEY-001");
    // The neutral point, which would verify a signature for any message.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert_eq!(PublicKey::from_bytes(&weak), None);
    assert_eq!(PublicKey::from_bytes(&[4; 65]), None);
}

/// ECDSA lets anyone turn (r, s) into (r, n - s); only the smaller is taken.
#[test]
fn the_second_form_of_an_es256_signature_is_refused() {
    let key = hardware_key();
    let signature = key.sign(b"words");
    let twin = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    let (r, s) = twin.split_scalars();
    let negated = p256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
    assert!(key.public().verifies(b"words", &signature));
    assert!(!key.public().verifies(b"words", &negated.to_bytes().into()));
}
