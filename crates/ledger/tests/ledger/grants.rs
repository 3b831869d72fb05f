//! Codes of what was granted under a measure: what verifies, and what must not.

use ledger::SigningKey;
use ledger::grant::{self, Claims, KIND};
use ledger::permit::Verdict;
use ledger::status_list::{Entry, Status, StatusList};
use ledger::trust_list::{Purpose, TrustList};

use crate::shared::{HOUR, NOW, entry, trust};

fn key() -> SigningKey {
    SigningKey::from_seed([43; 32])
}

fn trusting(kinds: &[&str]) -> TrustList {
    let mut list = trust();
    list.keys.push(entry(&key(), "msa", &[Purpose::Permit], kinds));
    list
}

fn claims(expires_at: Option<i64>) -> Claims {
    Claims {
        issuer: "msa".to_owned(),
        number: "2026-DAL-M000012".to_owned(),
        issued_at: NOW,
        not_before: NOW - HOUR,
        expires_at,
        port: "CNDAL".to_owned(),
        measure: "10-certificates".to_owned(),
        title: "证书延期 Certificates extended".to_owned(),
        firm: "示例 Sample".to_owned(),
        about: Some("2026-DAL-000001".to_owned()),
        row: "eligibility-10-certificates / case".to_owned(),
        law: "MSA Notice 15/2020".to_owned(),
    }
}

#[test]
fn a_grant_verifies_and_says_what_it_is_worth() {
    let end = NOW + 72 * HOUR;
    let text = grant::sign(&claims(Some(end)), &key()).unwrap();
    let at = |lists: &[StatusList], now| grant::verify(&text, &trusting(&[KIND]), lists, now).unwrap();
    assert_eq!((at(&[], NOW).claims, at(&[], NOW).verdict), (claims(Some(end)), Verdict::Valid));
    assert_eq!(at(&[], NOW - 2 * HOUR).verdict, Verdict::NotYetValid { from: NOW - HOUR });
    assert_eq!(at(&[], end).verdict, Verdict::Expired { since: end });
    let entries = vec![Entry { number: claims(None).number, status: Status::Revoked, since: NOW }];
    let list = StatusList { issuer: "msa".to_owned(), issued_at: NOW, next_update: NOW + HOUR, entries };
    assert_eq!(at(&[list], NOW + HOUR).verdict, Verdict::Revoked { since: NOW });
    // One without an end holds on, and one that is about nothing says so.
    let open = Claims { about: None, ..claims(None) };
    let text = grant::sign(&open, &key()).unwrap();
    let later = grant::verify(&text, &trusting(&[KIND]), &[], NOW + 100_000 * HOUR).unwrap();
    assert_eq!((later.verdict, later.claims), (Verdict::Valid, open));
}

#[test]
fn what_was_altered_or_signed_by_a_key_for_something_else_is_refused() {
    let text = grant::sign(&claims(None), &key()).unwrap();
    let code = |text: &str, trust: &TrustList| grant::verify(text, trust, &[], NOW).unwrap_err().code;
    let mut changed: Vec<char> = text.chars().collect();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == 'A' { 'B' } else { 'A' };
    let changed: String = changed.into_iter().collect();
    assert!(grant::verify(&changed, &trusting(&[KIND]), &[], NOW).is_err());
    assert_eq!(code(&text, &trusting(&["departure"])), "PQ-PERMIT-005", "no key for reliefs");
    assert_eq!(code(&text.replacen(grant::PREFIX, ledger::permit::PREFIX, 1), &trusting(&[KIND])), "PQ-PERMIT-001");
    let posing = Claims { issuer: "customs".to_owned(), ..claims(None) };
    assert_eq!(code(&grant::sign(&posing, &key()).unwrap(), &trusting(&[KIND])), "PQ-PERMIT-005");
    let backwards = claims(Some(NOW - 2 * HOUR));
    assert_eq!(grant::sign(&backwards, &key()).unwrap_err().code, "PQ-PERMIT-009");
}
