//! Permits that are verified offline: CWT claims (RFC 8392) in COSE_Sign1 (RFC 9052), as Base45 (RFC 9285) in a QR code.
//!
//! A permit proves that it was granted. Whether it was withdrawn since is known only to the [`StatusList`] of its
//! issuer, whose age is reported with the verdict.

use crate::cose::{AUDIENCE, EXPIRES, ISSUED, ISSUER, NOT_BEFORE, SUBJECT};
use crate::cose::{ClaimReader, ClaimWriter, Sign1, Unreadable, is_plain, whole_seconds};
use crate::keys::{Kid, SigningKey};
use crate::refusal::Refusal;
use crate::status_list::{Status, StatusList};
use crate::tree::Hash;
use crate::trust_list::{KeyProblem, Purpose, TrustList, TrustedKey};

/// What a permit's text begins with.
pub const PREFIX: &str = "PQ1:";

const TYPE: &str = "application/vnd.pratique.permit+cwt";

/// A text longer than this is refused unread; no QR code of level M holds more.
const LONGEST: usize = 4096;

/// Most conditions on one permit.
const MOST_CONDITIONS: usize = 32;

/// Claims of private use (RFC 8392 section 9.1: below -65536).
const KIND: i32 = -65_537;
const PORT: i32 = -65_538;
const SHIP_NAME: i32 = -65_539;
const IMO_NUMBER: i32 = -65_540;
const FLAG: i32 = -65_541;
const CALL_NUMBER: i32 = -65_542;
const NEXT_PORT: i32 = -65_543;
const CONDITIONS: i32 = -65_544;
const SAIL_BEFORE: i32 = -65_545;
const PAYLOAD_DIGEST: i32 = -65_546;
const LOG_INDEX: i32 = -65_547;

/// What a permit says. Texts are not empty, have no control characters and at most 256 bytes; instants are microseconds
/// UTC, carried in whole seconds (rounded down).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermitClaims {
    /// Code of the organ that grants (`iss`); it must be the holder of the key.
    pub issuer: String,
    /// Number of the permit (`sub`).
    pub number: String,
    /// For whom it is meant (`aud`).
    pub audience: Option<String>,
    /// Granted (`iat`).
    pub issued_at: i64,
    /// First instant of validity (`nbf`).
    pub not_before: i64,
    /// First instant after validity (`exp`).
    pub expires_at: i64,
    /// Kind of permit, for example `departure`; the key must be one for this kind.
    pub kind: String,
    /// Port, UN/LOCODE.
    pub port: String,
    /// Name of the ship.
    pub ship_name: String,
    /// IMO number, if the ship has one.
    pub imo_number: Option<String>,
    /// Flag state, ISO 3166 alpha-2.
    pub flag: String,
    /// Number of the call.
    pub call_number: String,
    /// Next port, UN/LOCODE, if known.
    pub next_port: Option<String>,
    /// Conditions, at most 32.
    pub conditions: Vec<String>,
    /// The ship must have sailed before this instant; otherwise the permit is to be examined anew.
    pub sail_before: i64,
    /// SHA-256 of the record that was decided on.
    pub payload_digest: Hash,
    /// Index of the decision in the log, once sequenced.
    pub log_index: Option<u64>,
}

/// A genuine permit and what it is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// What it says.
    pub claims: PermitClaims,
    /// Its worth at the instant asked about.
    pub verdict: Verdict,
    /// The key that signed.
    pub key: TrustedKey,
    /// Age of the issuer's newest status list in microseconds; `None` when none was at hand, so that a withdrawal would
    /// not be known.
    pub status_age: Option<i64>,
}

/// The worth of a genuine permit. Instants are microseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Valid,
    /// It counts from then on.
    NotYetValid {
        /// First instant of validity.
        from: i64,
    },
    /// It has run out.
    Expired {
        /// First instant after validity.
        since: i64,
    },
    /// The ship did not sail in time, or the issuer asks for a new examination.
    ReExaminationDue {
        /// Since when.
        since: i64,
    },
    /// The issuer has withdrawn it.
    Revoked {
        /// Since when.
        since: i64,
    },
    /// The ship sailed on it; it was genuine, and counts for no second departure.
    Used {
        /// When she sailed.
        since: i64,
    },
}

impl Verdict {
    /// Stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::NotYetValid { .. } => "not_yet_valid",
            Verdict::Expired { .. } => "expired",
            Verdict::ReExaminationDue { .. } => "re_examination_due",
            Verdict::Revoked { .. } => "revoked",
            Verdict::Used { .. } => "used",
        }
    }
}

/// Signs a permit and gives its text, `PQ1:` and Base45.
///
/// # Errors
/// `PQ-PERMIT-009` when the claims break their own rules.
pub fn sign(claims: &PermitClaims, key: &SigningKey) -> Result<String, Refusal> {
    let claims = claims.rounded();
    claims.check()?;
    Ok(Sign1::sign(TYPE, claims.to_bytes(), key).to_text(PREFIX))
}

/// Reads and verifies a permit, offline, at the instant `now` (microseconds UTC). Of the status lists, each verified
/// before, the newest of the permit's issuer decides.
///
/// # Errors
/// `PQ-PERMIT-001` not a permit, `-002` altered text, `-003` not in its one form, `-004` signer unknown, `-005` the key
/// signs no permits of this kind or for this organ, `-006` the key was not valid at the time of issue, `-007` the key is
/// revoked, `-008` the signature does not verify, `-009` the claims contradict each other.
pub fn verify(text: &str, trust: &TrustList, lists: &[StatusList], now: i64) -> Result<Permit, Refusal> {
    let (claims, kid, message) = read(text).map_err(unreadable)?;
    let key = signer(trust, &message, kid, (&claims.issuer, &claims.kind, claims.issued_at), now)?;
    claims.check()?;
    let (status, status_age) = status_of(lists, &claims.issuer, &claims.number, now);
    Ok(Permit { verdict: claims.verdict(status, now), key: key.clone(), status_age, claims })
}

/// The key that signed what claims to be of this issuer and kind and signed at this instant: trusted for it then, not revoked
/// now. All kinds of codes are believed by this alone.
pub(crate) fn signer<'a>(
    trust: &'a TrustList,
    message: &Sign1,
    kid: Kid,
    (issuer, kind, issued_at): (&str, &str, i64),
    now: i64,
) -> Result<&'a TrustedKey, Refusal> {
    let key = trust.key_for(kid, Purpose::Permit, issued_at).map_err(|why| key_refusal(why, kid))?;
    if key.revoked_at.is_some_and(|revoked| now >= revoked) {
        return Err(key_refusal(KeyProblem::Revoked, kid));
    }
    if key.holder != issuer || !key.permit_kinds.iter().any(|of| of == kind) {
        return Err(key_refusal(KeyProblem::Purpose, kid));
    }
    if !message.is_signed_by(&key.public_key) {
        return Err(not_signed());
    }
    Ok(key)
}

/// What the issuer's newest status list says of a number, and the list's age.
pub(crate) fn status_of(
    lists: &[StatusList],
    issuer: &str,
    number: &str,
    now: i64,
) -> (Option<(Status, i64)>, Option<i64>) {
    let newest = lists.iter().filter(|list| list.issuer == issuer).max_by_key(|list| list.issued_at);
    (newest.and_then(|list| list.status_of(number)), newest.map(|list| list.age(now)))
}

impl PermitClaims {
    /// The worth of these claims, genuine ones assumed.
    fn verdict(&self, status: Option<(Status, i64)>, now: i64) -> Verdict {
        let from = self.not_before.max(self.issued_at);
        match status {
            Some((Status::Revoked, since)) => Verdict::Revoked { since },
            Some((Status::Used, since)) => Verdict::Used { since },
            _ if now < from => Verdict::NotYetValid { from },
            Some((Status::ReExaminationDue, since)) => Verdict::ReExaminationDue { since },
            None if now >= self.expires_at => Verdict::Expired { since: self.expires_at },
            None if now >= self.sail_before => Verdict::ReExaminationDue { since: self.sail_before },
            None => Verdict::Valid,
        }
    }

    /// The claims as they are carried.
    fn rounded(&self) -> Self {
        PermitClaims {
            issued_at: whole_seconds(self.issued_at),
            not_before: whole_seconds(self.not_before),
            expires_at: whole_seconds(self.expires_at),
            sail_before: whole_seconds(self.sail_before),
            ..self.clone()
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let texts =
            [&self.issuer, &self.number, &self.kind, &self.port, &self.ship_name, &self.flag, &self.call_number];
        let optional = [&self.audience, &self.imo_number, &self.next_port].into_iter().flatten();
        let plain = texts.into_iter().chain(optional).chain(&self.conditions).all(|text| is_plain(text));
        let in_order = self.issued_at < self.expires_at && self.not_before < self.expires_at;
        if plain && in_order && self.conditions.len() <= MOST_CONDITIONS { Ok(()) } else { Err(contradicts()) }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut claims = ClaimWriter::default();
        claims.text(ISSUER, &self.issuer);
        claims.text(SUBJECT, &self.number);
        self.audience.iter().for_each(|text| claims.text(AUDIENCE, text));
        claims.instant(EXPIRES, self.expires_at);
        claims.instant(NOT_BEFORE, self.not_before);
        claims.instant(ISSUED, self.issued_at);
        claims.text(KIND, &self.kind);
        claims.text(PORT, &self.port);
        claims.text(SHIP_NAME, &self.ship_name);
        self.imo_number.iter().for_each(|text| claims.text(IMO_NUMBER, text));
        claims.text(FLAG, &self.flag);
        claims.text(CALL_NUMBER, &self.call_number);
        self.next_port.iter().for_each(|text| claims.text(NEXT_PORT, text));
        claims.texts(CONDITIONS, &self.conditions);
        claims.instant(SAIL_BEFORE, self.sail_before);
        claims.bytes(PAYLOAD_DIGEST, &self.payload_digest);
        self.log_index.iter().for_each(|index| claims.number(LOG_INDEX, *index));
        claims.finish()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = ClaimReader::new(payload)?;
        let (issuer, number) = (reader.text(ISSUER)?, reader.text(SUBJECT)?);
        let audience = reader.optional_text(AUDIENCE)?;
        let (expires_at, not_before) = (reader.instant(EXPIRES)?, reader.instant(NOT_BEFORE)?);
        let claims = PermitClaims {
            issuer,
            number,
            audience,
            issued_at: reader.instant(ISSUED)?,
            not_before,
            expires_at,
            kind: reader.text(KIND)?,
            port: reader.text(PORT)?,
            ship_name: reader.text(SHIP_NAME)?,
            imo_number: reader.optional_text(IMO_NUMBER)?,
            flag: reader.text(FLAG)?,
            call_number: reader.text(CALL_NUMBER)?,
            next_port: reader.optional_text(NEXT_PORT)?,
            conditions: reader.texts(CONDITIONS)?,
            sail_before: reader.instant(SAIL_BEFORE)?,
            payload_digest: reader.bytes(PAYLOAD_DIGEST)?,
            log_index: reader.optional_number(LOG_INDEX)?,
        };
        reader.finish()?;
        if claims.to_bytes() == payload { Ok(claims) } else { Err(Unreadable::Form) }
    }
}

/// Takes the text apart, without believing it.
fn read(text: &str) -> Result<(PermitClaims, Kid, Sign1), Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable::Prefix);
    }
    let message = Sign1::from_text(PREFIX, text)?;
    if message.typ != TYPE {
        return Err(Unreadable::Form);
    }
    Ok((PermitClaims::from_bytes(&message.payload)?, message.kid, message))
}

fn not_signed() -> Refusal {
    Refusal::new(
        "PQ-PERMIT-008",
        "许可的签名不成立：内容被改动过，或不是由该机关签发",
        "the signature of the permit does not verify: it has been changed, or that organ never signed it",
    )
}

pub(crate) fn contradicts() -> Refusal {
    Refusal::new(
        "PQ-PERMIT-009",
        "许可内容自相矛盾：期限颠倒，或文字为空、过长、含控制字符",
        "the permit contradicts itself: its term ends before it begins, or a text is empty, too long or has control characters",
    )
}

pub(crate) fn unreadable(why: Unreadable) -> Refusal {
    match why {
        Unreadable::Prefix => Refusal::new("PQ-PERMIT-001", "不是许可的二维码", "not the code of a permit"),
        Unreadable::Base45 => Refusal::new(
            "PQ-PERMIT-002",
            "二维码内容残缺或被改动；请重新扫描原件",
            "the code is incomplete or altered; scan the original again",
        ),
        Unreadable::Form => Refusal::new(
            "PQ-PERMIT-003",
            "二维码内容不是规定格式的许可",
            "the content of the code is not a permit in the prescribed form",
        ),
    }
}

fn key_refusal(problem: KeyProblem, kid: Kid) -> Refusal {
    match problem {
        KeyProblem::Unknown => Refusal::new(
            "PQ-PERMIT-004",
            format!("信任名单中没有签发密钥 {kid}；请更新信任名单"),
            format!("the trust list has no key {kid}; update the trust list"),
        ),
        KeyProblem::Purpose => Refusal::new(
            "PQ-PERMIT-005",
            format!("密钥 {kid} 无权以该机关名义签发此类许可"),
            format!("key {kid} may not sign permits of this kind for this organ"),
        ),
        KeyProblem::Time => Refusal::new(
            "PQ-PERMIT-006",
            format!("密钥 {kid} 在签发时间无效"),
            format!("key {kid} was not valid at the time of issue"),
        ),
        KeyProblem::Revoked => Refusal::new(
            "PQ-PERMIT-007",
            format!("密钥 {kid} 已吊销；请向签发机关换发许可"),
            format!("key {kid} is revoked; ask the issuing organ for a new permit"),
        ),
    }
}
