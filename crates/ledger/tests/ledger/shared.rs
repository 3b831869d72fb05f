//! Keys, lists and chance for the tests, all from fixed seeds.

use ledger::SigningKey;
use ledger::trust_list::{Name, Purpose, TrustList, TrustedKey};

pub const SECOND: i64 = 1_000_000;
pub const HOUR: i64 = 3600 * SECOND;
/// 2026-11-24T08:00:00Z.
pub const NOW: i64 = 1_795_507_200 * SECOND;

pub fn port_key() -> SigningKey {
    SigningKey::from_seed([1; 32])
}

pub fn safety_key() -> SigningKey {
    SigningKey::from_seed([2; 32])
}

pub fn hardware_key() -> SigningKey {
    SigningKey::es256_from_scalar([3; 32]).unwrap()
}

pub fn customs_key() -> SigningKey {
    SigningKey::from_seed([4; 32])
}

/// A key entry that is valid a year around [`NOW`].
pub fn entry(key: &SigningKey, holder: &str, purposes: &[Purpose], kinds: &[&str]) -> TrustedKey {
    TrustedKey {
        kid: key.kid(),
        holder: holder.to_owned(),
        name: Name { zh: "机关".to_owned(), en: "Organ".to_owned() },
        purposes: purposes.to_vec(),
        permit_kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        algorithm: key.algorithm(),
        public_key: key.public(),
        not_before: NOW - 180 * 24 * HOUR,
        not_after: Some(NOW + 180 * 24 * HOUR),
        revoked_at: None,
    }
}

pub fn trust() -> TrustList {
    let port = [Purpose::Receipt, Purpose::Checkpoint, Purpose::TrustList];
    TrustList {
        port: "CNDLC".to_owned(),
        issued_at: NOW - HOUR,
        keys: vec![
            entry(&port_key(), "port", &port, &[]),
            entry(&safety_key(), "msa", &[Purpose::Permit], &["departure"]),
            entry(&hardware_key(), "msa", &[Purpose::Permit], &["departure"]),
            entry(&customs_key(), "customs", &[Purpose::Permit], &["release"]),
        ],
    }
}

/// A small generator (SplitMix64): the same seed gives the same trials.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// The same bytes with one to three of: a byte changed, inserted, removed, a piece cut off, doubled or swapped.
    pub fn mutate(&mut self, bytes: &[u8], alphabet: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(3) {
            if bytes.is_empty() {
                break;
            }
            let at = self.below(bytes.len());
            let letter = alphabet[self.below(alphabet.len())];
            match self.below(6) {
                0 => bytes[at] = letter,
                1 => bytes.insert(at, letter),
                2 => drop(bytes.remove(at)),
                3 => bytes.truncate(at),
                4 => bytes.extend_from_within(at..),
                _ => {
                    let other = self.below(bytes.len());
                    bytes.swap(at, other);
                }
            }
        }
        bytes
    }
}
