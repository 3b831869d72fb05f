//! Permits of persons and craft that a gate verifies offline: as [`crate::permit`], with the holder, the place and the rules
//! of their use.
//!
//! A code can be photographed. It therefore names its holder, and binds the last characters of the holder's document by a
//! digest: whoever shows the code shows the document too, and the gate types what stands there.

use sha2::{Digest as _, Sha256};

use crate::cose::{ClaimReader, ClaimWriter, Sign1, Unreadable, is_plain, whole_seconds};
use crate::cose::{EXPIRES, ISSUED, ISSUER, NOT_BEFORE, SUBJECT};
use crate::keys::{Kid, SigningKey};
use crate::permit::{Verdict, contradicts, signer, status_of, unreadable};
use crate::refusal::Refusal;
use crate::status_list::{Status, StatusList};
use crate::trust_list::{TrustList, TrustedKey};

/// What such a permit's text begins with.
pub const PREFIX: &str = "PQP1:";

const TYPE: &str = "application/vnd.pratique.person-permit+cwt";

/// A text longer than this is refused unread.
const LONGEST: usize = 2048;

/// Claims of private use (RFC 8392 section 9.1), as permits of ships number them.
const KIND: i32 = -65_537;
const PORT: i32 = -65_538;
const PLACE: i32 = -65_550;
const PLACE_NAME: i32 = -65_551;
const HOLDER: i32 = -65_552;
const BINDING: i32 = -65_553;
const RULES: i32 = -65_554;

/// The bits of the rules.
const SINGLE_USE: u64 = 1;
const HOLDER_BOUND: u64 = 2;
/// Four says in a gate's list that the holder was inside.
const OUTWARD: u64 = 8;

/// So many characters at a document's end are bound.
pub const TAIL: usize = 4;

/// What binds a permit to its holder's document: eight bytes.
pub type Binding = [u8; 8];

/// What a permit says. Texts are not empty, have no control characters and at most 256 bytes; instants are microseconds
/// UTC, carried in whole seconds (rounded down).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Code of the organ that grants (`iss`); it must be the holder of the key.
    pub issuer: String,
    /// Number of the permit (`sub`).
    pub number: String,
    /// Granted (`iat`).
    pub issued_at: i64,
    /// First instant of validity (`nbf`).
    pub not_before: i64,
    /// First instant after validity (`exp`).
    pub expires_at: i64,
    /// Kind of permit, for example `boarding`; the key must be one for this kind.
    pub kind: String,
    /// Port, UN/LOCODE.
    pub port: String,
    /// For what: `ship:9321483`, `berth:DYW-12`, `region:Dayaowan`.
    pub place: String,
    /// The same in words.
    pub place_name: String,
    /// Name of the person or craft.
    pub holder: String,
    /// What binds it to the holder's document.
    pub binding: Binding,
    /// Entered upon once.
    pub single_use: bool,
    /// The gate compares the holder's document.
    pub holder_bound: bool,
    /// Its holder goes ashore upon it, and not on board.
    pub outward: bool,
}

/// A genuine permit and what it is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPermit {
    /// What it says.
    pub claims: Claims,
    /// Its worth at the instant asked about.
    pub verdict: Verdict,
    /// The key that signed.
    pub key: TrustedKey,
    /// Age of the issuer's newest status list in microseconds; `None` when none was at hand.
    pub status_age: Option<i64>,
}

/// What binds a permit of this number to a document: its last characters, without signs between them.
pub fn binding(number: &str, document: &str) -> Binding {
    let plain: Vec<char> =
        document.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let tail: String = plain[plain.len().saturating_sub(TAIL)..].iter().collect();
    let hash = Sha256::new_with_prefix(number).chain_update(b"|").chain_update(tail).finalize();
    let mut bound = Binding::default();
    bound.copy_from_slice(&hash[..8]);
    bound
}

/// Signs a permit and gives its text, `PQP1:` and Base45.
///
/// # Errors
/// `PQ-PERMIT-009` when the claims break their own rules.
pub fn sign(claims: &Claims, key: &SigningKey) -> Result<String, Refusal> {
    let claims = Claims {
        issued_at: whole_seconds(claims.issued_at),
        not_before: whole_seconds(claims.not_before),
        expires_at: whole_seconds(claims.expires_at),
        ..claims.clone()
    };
    claims.check()?;
    Ok(Sign1::sign(TYPE, claims.to_bytes(), key).to_text(PREFIX))
}

/// Reads and verifies a permit, offline, at the instant `now` (microseconds UTC).
///
/// # Errors
/// As [`crate::permit::verify`].
pub fn verify(text: &str, trust: &TrustList, lists: &[StatusList], now: i64) -> Result<PersonPermit, Refusal> {
    let (claims, kid, message) = read(text).map_err(unreadable)?;
    let key = signer(trust, &message, kid, (&claims.issuer, &claims.kind, claims.issued_at), now)?;
    claims.check()?;
    let (status, status_age) = status_of(lists, &claims.issuer, &claims.number, now);
    Ok(PersonPermit { verdict: claims.verdict(status, now), key: key.clone(), status_age, claims })
}

impl Claims {
    fn verdict(&self, status: Option<(Status, i64)>, now: i64) -> Verdict {
        match status {
            Some((Status::Revoked, since)) => Verdict::Revoked { since },
            Some((Status::Used, since)) => Verdict::Used { since },
            Some((Status::ReExaminationDue, since)) => Verdict::ReExaminationDue { since },
            // Granted is granted: it may hold from before the decision.
            None if now < self.not_before => Verdict::NotYetValid { from: self.not_before },
            None if now >= self.expires_at => Verdict::Expired { since: self.expires_at },
            None => Verdict::Valid,
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let texts = [&self.issuer, &self.number, &self.kind, &self.port, &self.place, &self.place_name, &self.holder];
        let in_order = self.issued_at < self.expires_at && self.not_before < self.expires_at;
        if texts.into_iter().all(|text| is_plain(text)) && in_order { Ok(()) } else { Err(contradicts()) }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut claims = ClaimWriter::default();
        claims.text(ISSUER, &self.issuer);
        claims.text(SUBJECT, &self.number);
        claims.instant(EXPIRES, self.expires_at);
        claims.instant(NOT_BEFORE, self.not_before);
        claims.instant(ISSUED, self.issued_at);
        claims.text(KIND, &self.kind);
        claims.text(PORT, &self.port);
        claims.text(PLACE, &self.place);
        claims.text(PLACE_NAME, &self.place_name);
        claims.text(HOLDER, &self.holder);
        claims.bytes(BINDING, &self.binding);
        claims.number(RULES, rules(self.single_use, self.holder_bound, self.outward));
        claims.finish()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = ClaimReader::new(payload)?;
        let (issuer, number) = (reader.text(ISSUER)?, reader.text(SUBJECT)?);
        let (expires_at, not_before) = (reader.instant(EXPIRES)?, reader.instant(NOT_BEFORE)?);
        let issued_at = reader.instant(ISSUED)?;
        let (kind, port) = (reader.text(KIND)?, reader.text(PORT)?);
        let (place, place_name) = (reader.text(PLACE)?, reader.text(PLACE_NAME)?);
        let (holder, binding, rules) = (reader.text(HOLDER)?, reader.bytes(BINDING)?, reader.number(RULES)?);
        reader.finish()?;
        let (single_use, holder_bound) = (rules & SINGLE_USE != 0, rules & HOLDER_BOUND != 0);
        let outward = rules & OUTWARD != 0;
        let claims = Claims {
            issuer,
            number,
            issued_at,
            not_before,
            expires_at,
            kind,
            port,
            place,
            place_name,
            holder,
            binding,
            single_use,
            holder_bound,
            outward,
        };
        if claims.to_bytes() == payload { Ok(claims) } else { Err(Unreadable::Form) }
    }
}

/// The rules of use as bits.
pub(crate) fn rules(single_use: bool, holder_bound: bool, outward: bool) -> u64 {
    u64::from(single_use) * SINGLE_USE + u64::from(holder_bound) * HOLDER_BOUND + u64::from(outward) * OUTWARD
}

/// Takes the text apart, without believing it.
fn read(text: &str) -> Result<(Claims, Kid, Sign1), Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable::Prefix);
    }
    let message = Sign1::from_text(PREFIX, text)?;
    if message.typ != TYPE {
        return Err(Unreadable::Form);
    }
    Ok((Claims::from_bytes(&message.payload)?, message.kid, message))
}
