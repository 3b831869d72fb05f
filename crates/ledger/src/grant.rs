//! What was granted under a measure, as a code that anybody verifies offline: as [`crate::permit`], with the measure, the firm
//! and the row by which it was decided.

use crate::cose::{ClaimReader, ClaimWriter, Sign1, Unreadable, is_plain, whole_seconds};
use crate::cose::{EXPIRES, ISSUED, ISSUER, NOT_BEFORE, SUBJECT};
use crate::keys::{Kid, SigningKey};
use crate::permit::{Verdict, contradicts, signer, status_of, unreadable};
use crate::refusal::Refusal;
use crate::status_list::{Status, StatusList};
use crate::trust_list::{TrustList, TrustedKey};

/// What such a code's text begins with.
pub const PREFIX: &str = "PQG1:";

/// The kind of permit that a key must be one for.
pub const KIND: &str = "relief";

const TYPE: &str = "application/vnd.pratique.grant+cwt";

/// A text longer than this is refused unread.
const LONGEST: usize = 2048;

/// Claims of private use (RFC 8392 section 9.1), as permits of ships number them.
const PORT: i32 = -65_538;
const MEASURE: i32 = -65_560;
const TITLE: i32 = -65_561;
const FIRM: i32 = -65_562;
const ABOUT: i32 = -65_563;
const ROW: i32 = -65_564;
const LAW: i32 = -65_565;

/// What a code says. Texts are not empty, have no control characters and at most 256 bytes; instants are microseconds UTC,
/// carried in whole seconds (rounded down).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Code of the organ that granted (`iss`); it must be the holder of the key.
    pub issuer: String,
    /// Number of the application (`sub`).
    pub number: String,
    /// Granted (`iat`).
    pub issued_at: i64,
    /// First instant for which it is granted (`nbf`).
    pub not_before: i64,
    /// First instant after it (`exp`); none where the grant has no end.
    pub expires_at: Option<i64>,
    /// Port, UN/LOCODE.
    pub port: String,
    /// The measure, by its code.
    pub measure: String,
    /// Its title.
    pub title: String,
    /// The firm's name.
    pub firm: String,
    /// What it is about: the number of a call or declaration.
    pub about: Option<String>,
    /// Table and row by which it was decided.
    pub row: String,
    /// Legal reference.
    pub law: String,
}

/// A genuine grant and what it is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What it says.
    pub claims: Claims,
    /// Its worth at the instant asked about.
    pub verdict: Verdict,
    /// The key that signed.
    pub key: TrustedKey,
    /// Age of the issuer's newest status list in microseconds; `None` when none was at hand.
    pub status_age: Option<i64>,
}

/// Signs a grant and gives its text, `PQG1:` and Base45.
///
/// # Errors
/// `PQ-PERMIT-009` when the claims break their own rules.
pub fn sign(claims: &Claims, key: &SigningKey) -> Result<String, Refusal> {
    let claims = Claims {
        issued_at: whole_seconds(claims.issued_at),
        not_before: whole_seconds(claims.not_before),
        expires_at: claims.expires_at.map(whole_seconds),
        ..claims.clone()
    };
    claims.check()?;
    Ok(Sign1::sign(TYPE, claims.to_bytes(), key).to_text(PREFIX))
}

/// Reads and verifies a grant, offline, at the instant `now` (microseconds UTC).
///
/// # Errors
/// As [`crate::permit::verify`].
pub fn verify(text: &str, trust: &TrustList, lists: &[StatusList], now: i64) -> Result<Grant, Refusal> {
    let (claims, kid, message) = read(text).map_err(unreadable)?;
    let key = signer(trust, &message, kid, (&claims.issuer, KIND, claims.issued_at), now)?;
    claims.check()?;
    let (status, status_age) = status_of(lists, &claims.issuer, &claims.number, now);
    Ok(Grant { verdict: claims.verdict(status, now), key: key.clone(), status_age, claims })
}

impl Claims {
    fn verdict(&self, status: Option<(Status, i64)>, now: i64) -> Verdict {
        match (status, self.expires_at) {
            (Some((Status::Revoked, since)), _) => Verdict::Revoked { since },
            (Some((Status::Used, since)), _) => Verdict::Used { since },
            (Some((Status::ReExaminationDue, since)), _) => Verdict::ReExaminationDue { since },
            (None, _) if now < self.not_before => Verdict::NotYetValid { from: self.not_before },
            (None, Some(end)) if now >= end => Verdict::Expired { since: end },
            (None, _) => Verdict::Valid,
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let texts =
            [&self.issuer, &self.number, &self.port, &self.measure, &self.title, &self.firm, &self.row, &self.law];
        let in_order = self.expires_at.is_none_or(|end| self.not_before < end);
        let plain = texts.into_iter().chain(&self.about).all(|text| is_plain(text));
        if plain && in_order { Ok(()) } else { Err(contradicts()) }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut claims = ClaimWriter::default();
        claims.text(ISSUER, &self.issuer);
        claims.text(SUBJECT, &self.number);
        self.expires_at.iter().for_each(|end| claims.instant(EXPIRES, *end));
        claims.instant(NOT_BEFORE, self.not_before);
        claims.instant(ISSUED, self.issued_at);
        claims.text(PORT, &self.port);
        claims.text(MEASURE, &self.measure);
        claims.text(TITLE, &self.title);
        claims.text(FIRM, &self.firm);
        self.about.iter().for_each(|about| claims.text(ABOUT, about));
        claims.text(ROW, &self.row);
        claims.text(LAW, &self.law);
        claims.finish()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = ClaimReader::new(payload)?;
        let claims = Claims {
            issuer: reader.text(ISSUER)?,
            number: reader.text(SUBJECT)?,
            expires_at: reader.optional_instant(EXPIRES)?,
            not_before: reader.instant(NOT_BEFORE)?,
            issued_at: reader.instant(ISSUED)?,
            port: reader.text(PORT)?,
            measure: reader.text(MEASURE)?,
            title: reader.text(TITLE)?,
            firm: reader.text(FIRM)?,
            about: reader.optional_text(ABOUT)?,
            row: reader.text(ROW)?,
            law: reader.text(LAW)?,
        };
        reader.finish()?;
        if claims.to_bytes() == payload { Ok(claims) } else { Err(Unreadable::Form) }
    }
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
