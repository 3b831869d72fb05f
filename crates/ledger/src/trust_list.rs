//! The trust list: whose key signs what, and when. Signed by the port, pinned by those who verify offline.
//!
//! A key that has been replaced stays in the list with its `not_after`, so that what it signed in its time still
//! verifies. A key that was lost or stolen gets `revoked_at`: what it signed earlier by its own account still counts
//! for receipts, and no longer for permits, because a thief can write an earlier time.

use serde::{Deserialize, Serialize};

use crate::keys::{Algorithm, Kid, PublicKey, SigningKey};
use crate::refusal::Refusal;
use crate::text::{base64url, from_base64url};

const FORMAT: &str = "pratique-trust-list-v1";
const DOMAIN: &[u8] = b"pratique trust list v1\n";

/// A list larger than this is refused unread, in bytes.
const LARGEST: usize = 4 << 20;

/// What a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Receipts of what was filed.
    Receipt,
    /// Checkpoints of the log.
    Checkpoint,
    /// Certificates, of the kinds that the key's entry names, and their status list.
    Permit,
    /// The next trust list.
    TrustList,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustList {
    /// The port whose list it is.
    pub port: String,
    /// When it was issued, microseconds UTC.
    pub issued_at: i64,
    /// The keys, old ones included.
    pub keys: Vec<TrustedKey>,
}

/// A key and its holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// Identifier, derived from the public key.
    pub kid: Kid,
    /// Code of the organ that holds it.
    pub holder: String,
    /// Name of the organ.
    pub name: Name,
    /// What it may sign.
    pub purposes: Vec<Purpose>,
    /// The kinds of permit that it may sign, for example `departure`; empty for other purposes.
    pub permit_kinds: Vec<String>,
    /// Algorithm of the key.
    pub algorithm: Algorithm,
    /// The key itself.
    pub public_key: PublicKey,
    /// First instant of its validity, microseconds UTC.
    pub not_before: i64,
    /// First instant after its validity.
    pub not_after: Option<i64>,
    /// When it was declared lost or stolen.
    pub revoked_at: Option<i64>,
}

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Why a key does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// No key of the list has this identifier.
    Unknown,
    /// The key may not sign such things.
    Purpose,
    /// The key was not valid at that instant.
    Time,
    /// The key had been revoked by that instant.
    Revoked,
}

impl TrustList {
    /// The list as a signed JSON file.
    ///
    /// # Errors
    /// `PQ-TRUST-003` when the list contradicts itself.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        self.check()?;
        let signature = base64url(&key.sign(&self.signed_bytes()?));
        Signed { format: FORMAT.to_owned(), list: self.clone(), kid: key.kid(), signature }.encode()
    }

    /// Reads a list that must be signed by the pinned key: what a verifier does with the list it was set up with.
    ///
    /// # Errors
    /// `PQ-TRUST-001` to `PQ-TRUST-003` for what is not a list in its one form, `PQ-TRUST-004` for another signer,
    /// `PQ-TRUST-005` for a signature that does not verify.
    pub fn verify(bytes: &[u8], pin: &PublicKey) -> Result<TrustList, Refusal> {
        let signed = Signed::parse(bytes)?;
        if signed.kid != pin.kid() {
            return Err(other_signer());
        }
        signed.verify(pin)
    }

    /// Reads a newer list, signed by a key to which this list gives that purpose: how a verifier follows the port's
    /// change of keys without being set up anew.
    ///
    /// # Errors
    /// As [`TrustList::verify`], and `PQ-TRUST-006` for a list of another port or older than this one.
    pub fn verify_next(&self, bytes: &[u8]) -> Result<TrustList, Refusal> {
        let signed = Signed::parse(bytes)?;
        let at = signed.list.issued_at;
        let key = self.key_for(signed.kid, Purpose::TrustList, at).map_err(|_| other_signer())?;
        if key.revoked_at.is_some() {
            return Err(other_signer());
        }
        let next = signed.verify(&key.public_key)?;
        if next.port != self.port || next.issued_at < self.issued_at {
            return Err(Refusal::new(
                "PQ-TRUST-006",
                "该信任名单属于其他口岸，或者比现有名单更旧",
                "this trust list is of another port, or older than the one at hand",
            ));
        }
        Ok(next)
    }

    /// Reads a list signed by one of its own keys, which proves that it is whole and not that it is the port's. Compare
    /// the signer's identifier with what the port has published, then pin that key.
    ///
    /// # Errors
    /// As [`TrustList::verify`].
    pub fn verify_unpinned(bytes: &[u8]) -> Result<(TrustList, PublicKey), Refusal> {
        let signed = Signed::parse(bytes)?;
        let at = signed.list.issued_at;
        let key = signed.list.key_for(signed.kid, Purpose::TrustList, at).map_err(|_| other_signer())?;
        let pin = key.public_key.clone();
        Ok((signed.verify(&pin)?, pin))
    }

    /// The key with this identifier, whatever it may sign.
    pub fn key(&self, kid: Kid) -> Option<&TrustedKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The key with this identifier that could sign for this purpose at this instant (microseconds UTC).
    ///
    /// # Errors
    /// What stands in the way.
    pub fn key_for(&self, kid: Kid, purpose: Purpose, at: i64) -> Result<&TrustedKey, KeyProblem> {
        let key = self.key(kid).ok_or(KeyProblem::Unknown)?;
        if !key.purposes.contains(&purpose) {
            return Err(KeyProblem::Purpose);
        }
        if key.revoked_at.is_some_and(|revoked| at >= revoked) {
            return Err(KeyProblem::Revoked);
        }
        if at < key.not_before || key.not_after.is_some_and(|end| at >= end) {
            return Err(KeyProblem::Time);
        }
        Ok(key)
    }

    /// The age of the list in microseconds; a list from the future has none.
    pub fn age(&self, now: i64) -> i64 {
        now.saturating_sub(self.issued_at).max(0)
    }

    /// What is signed: the list as JSON without spaces, after the words that say what it is.
    fn signed_bytes(&self) -> Result<Vec<u8>, Refusal> {
        let mut bytes = DOMAIN.to_vec();
        serde_json::to_writer(&mut bytes, self).map_err(|_| not_a_list())?;
        Ok(bytes)
    }

    /// Each key is named once, by its own identifier and algorithm.
    fn check(&self) -> Result<(), Refusal> {
        let contradicts = |(place, key): (usize, &TrustedKey)| {
            key.kid != key.public_key.kid()
                || key.algorithm != key.public_key.algorithm()
                || key.not_after.is_some_and(|end| end <= key.not_before)
                || self.keys[..place].iter().any(|other| other.kid == key.kid)
        };
        match self.keys.iter().enumerate().find(|entry| contradicts(*entry)) {
            None => Ok(()),
            Some((_, key)) => Err(Refusal::new(
                "PQ-TRUST-003",
                format!("信任名单自相矛盾：密钥 {} 的标识、算法、期限有误或者重复", key.kid),
                format!(
                    "the trust list contradicts itself: identifier, algorithm or term of key {} is wrong, or it is listed twice",
                    key.kid
                ),
            )),
        }
    }
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    format: String,
    list: TrustList,
    kid: Kid,
    signature: String,
}

impl Signed {
    fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > LARGEST {
            return Err(not_a_list());
        }
        let signed: Signed = serde_json::from_slice(bytes).map_err(|_| not_a_list())?;
        if signed.format != FORMAT {
            return Err(not_a_list());
        }
        if signed.encode()?.as_bytes() != bytes {
            return Err(Refusal::new(
                "PQ-TRUST-002",
                "信任名单的写法被改动过，请重新下载",
                "the trust list has been rewritten; download it again",
            ));
        }
        signed.list.check()?;
        Ok(signed)
    }

    fn encode(&self) -> Result<String, Refusal> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|_| not_a_list())
    }

    fn verify(self, key: &PublicKey) -> Result<TrustList, Refusal> {
        let signature = from_base64url(&self.signature).and_then(|bytes| bytes.try_into().ok());
        let message = self.list.signed_bytes()?;
        match signature {
            Some(signature) if key.verifies(&message, &signature) => Ok(self.list),
            _ => Err(Refusal::new(
                "PQ-TRUST-005",
                "信任名单的签名不成立：内容被改动过",
                "the signature of the trust list does not verify: its content has been changed",
            )),
        }
    }
}

fn not_a_list() -> Refusal {
    Refusal::new("PQ-TRUST-001", "不是信任名单文件", "not a trust list")
}

fn other_signer() -> Refusal {
    Refusal::new(
        "PQ-TRUST-004",
        "信任名单不是由已认定的密钥签发的",
        "the trust list is not signed by a key that is trusted for it",
    )
}
