//! The status list of an organ: which of its permits are withdrawn or must be examined anew. Signed as permits are, and
//! carried by gates that work offline; its age is shown with each verdict.

use crate::cose::{ClaimReader, ClaimWriter, EXPIRES, ISSUED, ISSUER, Sign1, Unreadable, is_plain, whole_seconds};
use crate::keys::SigningKey;
use crate::refusal::Refusal;
use crate::trust_list::{Purpose, TrustList};

/// What a status list's text begins with.
pub const PREFIX: &str = "PQS1:";

const TYPE: &str = "application/vnd.pratique.status-list+cwt";
const ENTRIES: i32 = -65_600;

/// A list larger than this is refused unread, in bytes of text.
const LARGEST: usize = 8 << 20;

/// What became of a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Withdrawn.
    Revoked,
    /// To be examined anew before use.
    ReExaminationDue,
    /// The ship sailed on it: it lets nobody sail a second time.
    Used,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    /// Code of the organ whose permits it is about.
    pub issuer: String,
    /// When it was issued, microseconds UTC (carried in whole seconds).
    pub issued_at: i64,
    /// When the next one is due at the latest.
    pub next_update: i64,
    /// The permits that are no longer simply valid, in the order of their numbers, each once.
    pub entries: Vec<Entry>,
}

/// A permit that is no longer simply valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the permit.
    pub number: String,
    /// What became of it.
    pub status: Status,
    /// Since when, microseconds UTC (carried in whole seconds).
    pub since: i64,
}

impl StatusList {
    /// Signs the list and gives its text, `PQS1:` and Base45. The order of the entries does not matter.
    ///
    /// # Errors
    /// `PQ-STATUS-005` when a permit stands in it twice, a text is empty, too long or has control characters, or the
    /// list ends before it begins.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        let mut list = StatusList {
            issued_at: whole_seconds(self.issued_at),
            next_update: whole_seconds(self.next_update),
            ..self.clone()
        };
        list.entries.sort_by(|one, other| one.number.cmp(&other.number));
        list.check()?;
        Ok(Sign1::sign(TYPE, list.to_bytes(), key).to_text(PREFIX))
    }

    /// Reads and verifies a list, offline, at the instant `now` (microseconds UTC).
    ///
    /// # Errors
    /// `PQ-STATUS-001` not a status list in its one form, `-002` no valid key of that organ, `-003` the signature does
    /// not verify, `-005` the list contradicts itself.
    pub fn verify(text: &str, trust: &TrustList, now: i64) -> Result<StatusList, Refusal> {
        let (list, message) = read(text).map_err(|_| {
            Refusal::new(
                "PQ-STATUS-001",
                "不是规定格式的许可状态名单",
                "not a status list of permits in its prescribed form",
            )
        })?;
        let key = trust
            .key_for(message.kid, Purpose::Permit, list.issued_at)
            .ok()
            .filter(|key| key.holder == list.issuer && key.revoked_at.is_none_or(|revoked| now < revoked));
        let Some(key) = key else {
            return Err(Refusal::new(
                "PQ-STATUS-002",
                "状态名单不是由该机关的有效密钥签发的",
                "the status list is not signed by a valid key of that organ",
            ));
        };
        if !message.is_signed_by(&key.public_key) {
            return Err(Refusal::new(
                "PQ-STATUS-003",
                "状态名单的签名不成立：内容被改动过",
                "the signature of the status list does not verify: its content has been changed",
            ));
        }
        list.check()?;
        Ok(list)
    }

    /// What became of a permit and since when; `None` when nothing did.
    pub fn status_of(&self, number: &str) -> Option<(Status, i64)> {
        self.entries.iter().find(|entry| entry.number == number).map(|entry| (entry.status, entry.since))
    }

    /// Age of the list in microseconds.
    pub fn age(&self, now: i64) -> i64 {
        now.saturating_sub(self.issued_at).max(0)
    }

    /// True when a newer list should have come: ask the issuer before relying on silence.
    pub fn is_overdue(&self, now: i64) -> bool {
        now >= self.next_update
    }

    fn check(&self) -> Result<(), Refusal> {
        let ascending = self.entries.is_sorted_by(|one, next| one.number < next.number);
        let plain = is_plain(&self.issuer) && self.entries.iter().all(|entry| is_plain(&entry.number));
        if ascending && plain && self.issued_at < self.next_update {
            return Ok(());
        }
        Err(Refusal::new(
            "PQ-STATUS-005",
            "状态名单自相矛盾：期限颠倒、许可重复或编号无效",
            "the status list contradicts itself: its term ends before it begins, a permit stands in it twice, or a number is invalid",
        ))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut claims = ClaimWriter::default();
        claims.text(ISSUER, &self.issuer);
        claims.instant(EXPIRES, self.next_update);
        claims.instant(ISSUED, self.issued_at);
        claims.rows(
            ENTRIES,
            self.entries.iter().map(|entry| (entry.number.as_str(), entry.status as u8 + 1, entry.since)),
        );
        claims.finish()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = ClaimReader::new(payload)?;
        let issuer = reader.text(ISSUER)?;
        let next_update = reader.instant(EXPIRES)?;
        let issued_at = reader.instant(ISSUED)?;
        let entry = |(number, status, since)| {
            let status = match status {
                1 => Status::Revoked,
                2 => Status::ReExaminationDue,
                3 => Status::Used,
                _ => return Err(Unreadable::Form),
            };
            Ok(Entry { number, status, since })
        };
        let entries = reader.rows(ENTRIES)?.into_iter().map(entry).collect::<Result<_, _>>()?;
        reader.finish()?;
        let list = StatusList { issuer, issued_at, next_update, entries };
        if list.to_bytes() == payload { Ok(list) } else { Err(Unreadable::Form) }
    }
}

/// Takes the text apart, without believing it.
fn read(text: &str) -> Result<(StatusList, Sign1), Unreadable> {
    if text.len() > LARGEST {
        return Err(Unreadable::Prefix);
    }
    let message = Sign1::from_text(PREFIX, text)?;
    if message.typ != TYPE {
        return Err(Unreadable::Form);
    }
    Ok((StatusList::from_bytes(&message.payload)?, message))
}
