//! Permits and status lists: what verifies, and everything that must not.

use ledger::permit::{self, PermitClaims, Verdict};
use ledger::status_list::{self, Entry, Status, StatusList};
use ledger::{SigningKey, qr};
use minicbor::Encoder;

use crate::shared::{Chance, HOUR, NOW, SECOND, customs_key, hardware_key, port_key, safety_key, trust};

const BASE45: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn claims() -> PermitClaims {
    PermitClaims {
        issuer: "msa".to_owned(),
        number: "DL-MSA-2026-001234".to_owned(),
        audience: None,
        issued_at: NOW,
        not_before: NOW,
        expires_at: NOW + 72 * HOUR,
        kind: "departure".to_owned(),
        port: "CNDLC".to_owned(),
        ship_name: "EVER GIVEN".to_owned(),
        imo_number: Some("9811000".to_owned()),
        flag: "PA".to_owned(),
        call_number: "2026-DAL-000412".to_owned(),
        next_port: Some("KRPUS".to_owned()),
        conditions: vec!["夜间不得离泊".to_owned(), "Pilot required".to_owned()],
        sail_before: NOW + 24 * HOUR,
        payload_digest: [9; 32],
        log_index: Some(70_000),
    }
}

fn code(text: &str) -> &'static str {
    permit::verify(text, &trust(), &[], NOW).unwrap_err().code
}

fn message(text: &str) -> Vec<u8> {
    base45::decode(text.strip_prefix(permit::PREFIX).unwrap()).unwrap()
}

fn text(message: &[u8]) -> String {
    format!("{}{}", permit::PREFIX, base45::encode(message))
}

#[test]
fn permits_of_both_algorithms_verify() {
    let mut bare = claims();
    (bare.imo_number, bare.next_port, bare.log_index, bare.conditions) = (None, None, None, Vec::new());
    bare.audience = Some("gate".to_owned());
    for claims in [claims(), bare] {
        for key in [safety_key(), hardware_key()] {
            let permit = permit::verify(&permit::sign(&claims, &key).unwrap(), &trust(), &[], NOW).unwrap();
            assert_eq!((permit.claims, permit.verdict), (claims.clone(), Verdict::Valid));
            assert_eq!((permit.key.kid, permit.status_age), (key.kid(), None));
        }
    }
    // Parts of a second are not carried.
    let mut fine = claims();
    fine.issued_at += 999_999;
    fine.sail_before += 1;
    let permit = permit::verify(&permit::sign(&fine, &safety_key()).unwrap(), &trust(), &[], NOW).unwrap();
    assert_eq!(permit.claims, claims());
}

#[test]
fn the_verdict_follows_the_clock_and_the_status_list() {
    let text = permit::sign(&claims(), &safety_key()).unwrap();
    let at = |now, lists: &[StatusList]| permit::verify(&text, &trust(), lists, now).unwrap().verdict;
    assert_eq!(at(NOW - 1, &[]), Verdict::NotYetValid { from: NOW });
    assert_eq!(at(NOW + 24 * HOUR - 1, &[]), Verdict::Valid);
    assert_eq!(at(NOW + 24 * HOUR, &[]), Verdict::ReExaminationDue { since: NOW + 24 * HOUR });
    assert_eq!(at(NOW + 72 * HOUR, &[]), Verdict::Expired { since: NOW + 72 * HOUR });

    let list = |issuer: &str, issued_at, status| StatusList {
        issuer: issuer.to_owned(),
        issued_at,
        next_update: issued_at + HOUR,
        entries: vec![Entry { number: claims().number, status, since: NOW + SECOND }],
    };
    let since = NOW + SECOND;
    let revoked = list("msa", NOW + HOUR, Status::Revoked);
    let re_examine = list("msa", NOW + 2 * HOUR, Status::ReExaminationDue);
    let foreign = list("customs", NOW + 3 * HOUR, Status::Revoked);
    assert_eq!(at(NOW + 4 * HOUR, std::slice::from_ref(&revoked)), Verdict::Revoked { since });
    assert_eq!(at(NOW + 99 * HOUR, std::slice::from_ref(&revoked)), Verdict::Revoked { since });
    // The newest list of the issuer decides, another organ's never.
    let lists = [revoked, re_examine, foreign];
    assert_eq!(at(NOW + 4 * HOUR, &lists), Verdict::ReExaminationDue { since });
    assert_eq!(at(NOW + 4 * HOUR, &lists[2..]), Verdict::Valid);
    let permit = permit::verify(&text, &trust(), &lists, NOW + 4 * HOUR).unwrap();
    assert_eq!(permit.status_age, Some(2 * HOUR));
    assert!(lists[1].is_overdue(NOW + 3 * HOUR) && !lists[1].is_overdue(NOW + 3 * HOUR - 1));
}

#[test]
fn only_the_right_key_of_the_right_organ_signs() {
    let signed = |claims: &PermitClaims, key: &SigningKey| permit::sign(claims, key).unwrap();
    assert_eq!(code(&signed(&claims(), &SigningKey::from_seed([99; 32]))), "PQ-PERMIT-004");
    assert_eq!(code(&signed(&claims(), &port_key())), "PQ-PERMIT-005");
    assert_eq!(code(&signed(&claims(), &customs_key())), "PQ-PERMIT-005");
    // Customs may sign releases in its own name, and neither departures nor releases in another's.
    let customs = PermitClaims { issuer: "customs".to_owned(), ..claims() };
    assert_eq!(code(&signed(&customs, &customs_key())), "PQ-PERMIT-005");
    let release = PermitClaims { kind: "release".to_owned(), ..customs };
    assert!(permit::verify(&signed(&release, &customs_key()), &trust(), &[], NOW).is_ok());
    let posing = PermitClaims { issuer: "msa".to_owned(), ..release };
    assert_eq!(code(&signed(&posing, &customs_key())), "PQ-PERMIT-005");
    assert_eq!(code(&signed(&posing, &safety_key())), "PQ-PERMIT-005");

    let early = PermitClaims { issued_at: SECOND, not_before: SECOND, ..claims() };
    assert_eq!(code(&signed(&early, &safety_key())), "PQ-PERMIT-006");
    let mut revoked = trust();
    revoked.keys[1].revoked_at = Some(NOW + HOUR);
    let text = signed(&claims(), &safety_key());
    assert!(permit::verify(&text, &revoked, &[], NOW).is_ok());
    // A thief writes any time of issue: from the revocation on nothing of that key counts.
    assert_eq!(permit::verify(&text, &revoked, &[], NOW + HOUR).unwrap_err().code, "PQ-PERMIT-007");
    let backwards = PermitClaims { expires_at: NOW, ..claims() };
    assert_eq!(permit::sign(&backwards, &safety_key()).unwrap_err().code, "PQ-PERMIT-009");
    let control = PermitClaims { ship_name: "A\u{0}B".to_owned(), ..claims() };
    assert_eq!(permit::sign(&control, &safety_key()).unwrap_err().code, "PQ-PERMIT-009");
}

/// Text and bytes have one form each, so only a mutation that gives back the very same text is no mutation.
#[test]
fn ten_thousand_mutations_of_texts_and_bytes_are_refused() {
    let trust = trust();
    let original = permit::sign(&claims(), &safety_key()).unwrap();
    let original_bytes = message(&original);
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut chance = Chance(4);
    let mut tried = 0;
    while tried < 10_000 {
        let mutated = if tried % 2 == 0 {
            String::from_utf8(chance.mutate(original.as_bytes(), BASE45)).unwrap()
        } else {
            text(&chance.mutate(&original_bytes, &every_byte))
        };
        if mutated != original {
            assert!(permit::verify(&mutated, &trust, &[], NOW).is_err(), "{mutated}");
            tried += 1;
        }
    }
    for end in 0..original.len() {
        assert!(permit::verify(&original[..end], &trust, &[], NOW).is_err());
    }
    for bit in 0..original_bytes.len() * 8 {
        let mut changed = original_bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(permit::verify(&text(&changed), &trust, &[], NOW).is_err(), "bit {bit}");
    }
}

/// Changed claims in the one form, under the signature of the unchanged ones.
#[test]
fn ten_thousand_mutations_of_claims_are_refused() {
    let trust = trust();
    let original = message(&permit::sign(&claims(), &safety_key()).unwrap());
    let signature = &original[original.len() - 64..];
    let mut chance = Chance(5);
    let mut tried = 0;
    while tried < 10_000 {
        let changed = change(claims(), &mut chance);
        // Times that run backwards cannot be written at all.
        let Ok(resigned) = permit::sign(&changed, &safety_key()) else { continue };
        let mut grafted = message(&resigned);
        let end = grafted.len();
        if grafted[..end - 64] == original[..original.len() - 64] {
            continue;
        }
        grafted[end - 64..].copy_from_slice(signature);
        let refusal = permit::verify(&text(&grafted), &trust, &[], NOW).unwrap_err();
        let expected = ["PQ-PERMIT-005", "PQ-PERMIT-006", "PQ-PERMIT-008"];
        assert!(expected.contains(&refusal.code), "{changed:?}: {refusal}");
        tried += 1;
    }
}

fn change(mut claims: PermitClaims, chance: &mut Chance) -> PermitClaims {
    let word = format!("{:x}", chance.next());
    let some = (chance.next() & 1 == 0).then(|| word.clone());
    let at = NOW + (chance.below(200) as i64 - 100) * HOUR;
    match chance.below(17) {
        0 => claims.issuer = word,
        1 => claims.number = word,
        2 => claims.audience = some,
        3 => claims.issued_at = at,
        4 => claims.not_before = at,
        5 => claims.expires_at = at,
        6 => claims.kind = word,
        7 => claims.port = word,
        8 => claims.ship_name.push_str(&word),
        9 => claims.imo_number = some,
        10 => claims.flag = word,
        11 => claims.call_number = word,
        12 => claims.next_port = some,
        13 => drop(claims.conditions.pop()),
        14 => claims.sail_before = at,
        15 => claims.payload_digest[chance.below(32)] ^= 1 << chance.below(8),
        _ => claims.log_index = (chance.next() & 1 == 0).then(|| chance.next()),
    }
    claims
}

#[test]
fn signatures_kids_and_prefixes_swapped_between_permits_are_refused() {
    let second = PermitClaims { number: "DL-MSA-2026-001235".to_owned(), ..claims() };
    let texts: Vec<_> = [safety_key(), hardware_key()]
        .iter()
        .flat_map(|key| [&claims(), &second].map(|claims| permit::sign(claims, key).unwrap()))
        .collect();
    let messages: Vec<_> = texts.iter().map(|text| message(text)).collect();
    for (one, other) in (0..4).flat_map(|one| (0..4).map(move |other| (one, other))).filter(|(one, other)| one != other)
    {
        let split = messages[one].len() - 64;
        let other_signature = &messages[other][messages[other].len() - 64..];
        assert_eq!(code(&text(&[&messages[one][..split], other_signature].concat())), "PQ-PERMIT-008");
    }
    for key in [hardware_key(), customs_key(), port_key(), SigningKey::from_seed([99; 32])] {
        let (from, to) = (safety_key().kid().0, key.kid().0);
        let at = messages[0].windows(8).position(|window| window == from).unwrap();
        let mut swapped = messages[0].clone();
        swapped[at..at + 8].copy_from_slice(&to);
        assert!(["PQ-PERMIT-004", "PQ-PERMIT-005", "PQ-PERMIT-008"].contains(&code(&text(&swapped))));
    }
    let encoded = texts[0].strip_prefix("PQ1:").unwrap();
    for prefix in ["", "PQ2:", "pq1:", "PQS1:", "HC1:", " PQ1:", "PQ1"] {
        assert_eq!(code(&format!("{prefix}{encoded}")), "PQ-PERMIT-001", "{prefix}");
    }
    assert_eq!(code(&format!("PQ1:{}", "0".repeat(5000))), "PQ-PERMIT-001");
    assert_eq!(code(&format!("PQ1:{}", encoded.to_lowercase())), "PQ-PERMIT-002");
    assert_eq!(code(&format!("PQ1:{encoded}\n")), "PQ-PERMIT-002");
}

/// A message made by hand, with a true signature over whatever it holds.
struct ByHand {
    tag: Vec<u8>,
    protected: Vec<u8>,
    unprotected: Vec<u8>,
    payload: Vec<u8>,
}

fn cbor(write: impl FnOnce(&mut Encoder<Vec<u8>>)) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder);
    encoder.into_writer()
}

/// A byte string with its length in the shortest form.
fn byte_string(bytes: &[u8]) -> Vec<u8> {
    cbor(|out| {
        out.bytes(bytes).unwrap();
    })
}

fn protected(algorithm: i8, kid: &[u8], typ: &str) -> Vec<u8> {
    cbor(|out| {
        out.map(3).unwrap().u8(1).unwrap().i8(algorithm).unwrap();
        out.u8(4).unwrap().bytes(kid).unwrap().u8(16).unwrap().str(typ).unwrap();
    })
}

const TYPE: &str = "application/vnd.pratique.permit+cwt";

impl ByHand {
    fn new() -> Self {
        let genuine = message(&permit::sign(&claims(), &safety_key()).unwrap());
        let mut decoder = minicbor::Decoder::new(&genuine);
        decoder.tag().unwrap();
        decoder.array().unwrap();
        let protected = decoder.bytes().unwrap().to_vec();
        decoder.map().unwrap();
        let payload = decoder.bytes().unwrap().to_vec();
        ByHand { tag: vec![0xd2], protected, unprotected: vec![0xa0], payload }
    }

    fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let signed = cbor(|out| {
            out.array(4).unwrap().str("Signature1").unwrap().bytes(&self.protected).unwrap();
            out.bytes(&[]).unwrap().bytes(&self.payload).unwrap();
        });
        let signature = byte_string(&key.sign(&signed));
        [
            &self.tag,
            &[0x84][..],
            &byte_string(&self.protected),
            &self.unprotected,
            &byte_string(&self.payload),
            &signature,
        ]
        .concat()
    }

    fn code(&self) -> &'static str {
        code(&text(&self.sign(&safety_key())))
    }
}

#[test]
fn a_message_made_by_hand_equals_ours() {
    let genuine = permit::sign(&claims(), &safety_key()).unwrap();
    assert_eq!(text(&ByHand::new().sign(&safety_key())), genuine);
    assert_eq!(ByHand::new().protected, protected(-8, &safety_key().kid().0, TYPE));
}

/// Headers that a lenient reader might take; the signatures are true.
#[test]
fn other_headers_are_refused_though_truly_signed() {
    let kid = safety_key().kid().0;
    let with = |protected: Vec<u8>| ByHand { protected, ..ByHand::new() }.code();
    assert_eq!(with(protected(-7, &kid, TYPE)), "PQ-PERMIT-008", "an algorithm that is not the key's");
    assert_eq!(with(protected(-19, &kid, TYPE)), "PQ-PERMIT-003", "an unknown algorithm");
    assert_eq!(with(protected(5, &kid, TYPE)), "PQ-PERMIT-003", "a symmetric algorithm");
    assert_eq!(with(protected(-8, &kid[..7], TYPE)), "PQ-PERMIT-003", "a short key identifier");
    assert_eq!(with(protected(-8, &kid, "application/cwt")), "PQ-PERMIT-003", "another type");
    assert_eq!(with(protected(-8, &kid, "application/vnd.pratique.status-list+cwt")), "PQ-PERMIT-003");
    let genuine = ByHand::new().protected;
    assert_eq!(with([&[0xb8, 3], &genuine[1..]].concat()), "PQ-PERMIT-003", "a long form of the count");
    assert_eq!(with([&[0xbf], &genuine[1..], &[0xff]].concat()), "PQ-PERMIT-003", "an indefinite map");
    assert_eq!(with([&[0xa4], &genuine[1..], &[0x18, 99, 0]].concat()), "PQ-PERMIT-003", "one header more");
    assert_eq!(with([&[0xa4], &genuine[1..3], &genuine[1..]].concat()), "PQ-PERMIT-003", "a header twice");
    assert_eq!(with([&genuine[..], &[0]].concat()), "PQ-PERMIT-003", "a byte after the header");
    assert_eq!(with(vec![0xa0]), "PQ-PERMIT-003");
    assert_eq!(with(Vec::new()), "PQ-PERMIT-003");

    let kid_beside = [&[0xa1, 4], byte_string(&kid).as_slice()].concat();
    let unprotected = |unprotected: Vec<u8>| ByHand { unprotected, ..ByHand::new() }.code();
    assert_eq!(unprotected(kid_beside), "PQ-PERMIT-003", "a key identifier that is not signed");
    assert_eq!(unprotected(vec![0xa1, 1, 0x26]), "PQ-PERMIT-003", "an algorithm that is not signed");
    assert_eq!(unprotected(vec![0xbf, 0xff]), "PQ-PERMIT-003");
    assert_eq!(unprotected(vec![0xb8, 0]), "PQ-PERMIT-003");
    for tag in [vec![], vec![0xd8, 98], vec![0xd8, 18], vec![0xd8, 61, 0xd2], vec![0xd1]] {
        assert_eq!(ByHand { tag, ..ByHand::new() }.code(), "PQ-PERMIT-003");
    }
    let message = ByHand::new().sign(&safety_key());
    assert_eq!(code(&text(&[message.as_slice(), &[0]].concat())), "PQ-PERMIT-003", "a byte after the message");
}

/// Claims that a lenient reader might take; the signatures are true.
#[test]
fn other_forms_of_claims_are_refused_though_truly_signed() {
    let genuine = ByHand::new().payload;
    let with = |payload: Vec<u8>| ByHand { payload, ..ByHand::new() }.code();
    let number = claims().number;
    // The map begins with its count, then 1: "msa" and 2: the number.
    let head = [&[0xb0, 1, 0x63], &b"msa"[..], &[2, 0x60 + number.len() as u8], number.as_bytes()].concat();
    let tail = genuine.strip_prefix(head.as_slice()).unwrap();
    let begin = |first: &[u8]| [first, &head[1..], tail].concat();
    assert_eq!(begin(&[0xb0]), genuine);
    assert_eq!(with(begin(&[0xb8, 16])), "PQ-PERMIT-003", "a long form of the count");
    assert_eq!(with([&begin(&[0xbf])[..], &[0xff]].concat()), "PQ-PERMIT-003", "an indefinite map");
    assert_eq!(with(begin(&[0xaf])), "PQ-PERMIT-003", "a count too small");
    assert_eq!(with(begin(&[0xb1])), "PQ-PERMIT-003", "a count too large");
    assert_eq!(with([&genuine[..], &[0]].concat()), "PQ-PERMIT-003", "a byte after the claims");

    // The same claims, the issuer in other forms.
    let issuer = |issuer: &[u8]| [&[0xb0], issuer, &head[6..], tail].concat();
    assert_eq!(issuer(b"\x01\x63msa"), genuine);
    assert_eq!(with(issuer(b"\x18\x01\x63msa")), "PQ-PERMIT-003", "a long form of the key");
    assert_eq!(with(issuer(b"\x01\x78\x03msa")), "PQ-PERMIT-003", "a long form of the length");
    assert_eq!(with(issuer(b"\x01\x7f\x63msa\xff")), "PQ-PERMIT-003", "a text in pieces");
    assert_eq!(with(issuer(b"\x01\x43msa")), "PQ-PERMIT-003", "bytes for text");
    assert_eq!(with(issuer(b"\x01\x60")), "PQ-PERMIT-003", "an empty text");
    assert_eq!(with(issuer(b"\x01\x63m\xffa")), "PQ-PERMIT-003", "not UTF-8");
    assert_eq!(with(issuer(b"\x01\xc2\x63msa")), "PQ-PERMIT-003", "a tagged text");
    assert_eq!(with(issuer(b"\xf9\x3c\x00\x63msa")), "PQ-PERMIT-003", "a key that is the float 1.0");

    // Repeated, unknown and misplaced claims.
    let twice = [&[0xb1], &head[1..6], &head[1..], tail].concat();
    assert_eq!(with(twice), "PQ-PERMIT-003", "the issuer twice");
    let unknown = [&[0xb1], &head[1..], tail, &[0x3a, 0, 1, 0xff, 0xff, 1]].concat();
    assert_eq!(with(unknown), "PQ-PERMIT-003", "an unknown claim");
    let swapped = [&[0xb0], &head[6..], &head[1..6], tail].concat();
    assert_eq!(with(swapped), "PQ-PERMIT-003", "another order");
    let without = [&[0xaf], &head[6..], tail].concat();
    assert_eq!(with(without), "PQ-PERMIT-003", "no issuer");

    // The instants: 4 (exp) is the next claim, five bytes of number.
    assert_eq!(tail[..2], [4, 0x1a]);
    let expires = |form: &[u8]| [head.as_slice(), &[4], form, &tail[6..]].concat();
    let seconds = tail[2..6].to_vec();
    assert_eq!(expires(&[&[0x1a], seconds.as_slice()].concat()), genuine);
    assert_eq!(with(expires(&[&[0x1b, 0, 0, 0, 0], seconds.as_slice()].concat())), "PQ-PERMIT-003", "eight bytes");
    assert_eq!(with(expires(&[&[0x3a], seconds.as_slice()].concat())), "PQ-PERMIT-003", "a negative instant");
    assert_eq!(with(expires(&[0xfb, 0x41, 0xda, 0, 0, 0, 0, 0, 0])), "PQ-PERMIT-003", "a float");
    assert_eq!(with(expires(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])), "PQ-PERMIT-003", "beyond time");
    assert_eq!(with(expires(&[1])), "PQ-PERMIT-009", "a term that ends before it begins");
    assert_eq!(with(vec![0xa0]), "PQ-PERMIT-003");
    assert_eq!(with(Vec::new()), "PQ-PERMIT-003");
    // Lengths that promise more than there is, and nesting without end, cost nothing.
    assert_eq!(with([&[0xbb], &[0xff; 8][..]].concat()), "PQ-PERMIT-003");
    assert_eq!(with(vec![0x81; 2000]), "PQ-PERMIT-003");
}

#[test]
fn status_lists_are_signed_sorted_and_strict() {
    let entry = |number: &str, status| Entry { number: number.to_owned(), status, since: NOW };
    let list = StatusList {
        issuer: "msa".to_owned(),
        issued_at: NOW,
        next_update: NOW + HOUR,
        entries: vec![entry("B", Status::Revoked), entry("A", Status::ReExaminationDue)],
    };
    let text = list.sign(&safety_key()).unwrap();
    let read = StatusList::verify(&text, &trust(), NOW).unwrap();
    assert_eq!(read.entries, [list.entries[1].clone(), list.entries[0].clone()]);
    assert_eq!(read.status_of("B"), Some((Status::Revoked, NOW)));
    assert_eq!(read.status_of("C"), None);
    let empty = StatusList { entries: Vec::new(), ..list.clone() };
    assert!(StatusList::verify(&empty.sign(&hardware_key()).unwrap(), &trust(), NOW).is_ok());

    let code = |text: &str| StatusList::verify(text, &trust(), NOW).unwrap_err().code;
    assert_eq!(code(&list.sign(&customs_key()).unwrap()), "PQ-STATUS-002");
    assert_eq!(code(&list.sign(&port_key()).unwrap()), "PQ-STATUS-002");
    assert_eq!(code(&permit::sign(&claims(), &safety_key()).unwrap()), "PQ-STATUS-001");
    // A permit under the prefix of a status list, and the other way round, are told apart by the signed type.
    let (permit, list_text) = (permit::sign(&claims(), &safety_key()).unwrap(), text.clone());
    assert_eq!(code(&permit.replacen(permit::PREFIX, status_list::PREFIX, 1)), "PQ-STATUS-001");
    let posing = list_text.replacen(status_list::PREFIX, permit::PREFIX, 1);
    assert_eq!(permit::verify(&posing, &trust(), &[], NOW).unwrap_err().code, "PQ-PERMIT-003");
    let twice = StatusList { entries: vec![entry("A", Status::Revoked), entry("A", Status::Revoked)], ..list.clone() };
    assert_eq!(twice.sign(&safety_key()).unwrap_err().code, "PQ-STATUS-005");

    let mut chance = Chance(6);
    let mut tried = 0;
    while tried < 10_000 {
        let mutated = String::from_utf8(chance.mutate(text.as_bytes(), BASE45)).unwrap();
        if mutated != text {
            assert!(StatusList::verify(&mutated, &trust(), NOW).is_err(), "{mutated}");
            tried += 1;
        }
    }
}

#[test]
fn the_symbol_is_plain_svg_of_moderate_size() {
    let text = permit::sign(&claims(), &safety_key()).unwrap();
    let svg = qr::qr_svg(&text, "离港许可 \"DL\" <1>").unwrap();
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
    assert!(svg.contains("role=\"img\" aria-label=\"离港许可 &quot;DL&quot; &lt;1&gt;\""));
    assert!(!svg.contains("style") && !svg.contains("script"));
    let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    println!("{} characters, {} modules", text.len(), side - 8);
    assert!(side - 8 <= 17 + 4 * 17, "version 17 at most: it must be read from a phone");
    assert_eq!(qr::qr_svg(&"A".repeat(5000), "").unwrap_err().code, "PQ-QR-001");
}
