//! What a gate knows without a connection: the permits that hold at it, as they stood when the list was made, signed by the
//! organ that granted them. It names nobody: a permit is its number and what binds it to its holder's document.

use crate::cose::{AUDIENCE, ClaimReader, ClaimWriter, EXPIRES, ISSUED, ISSUER, Sign1, Unreadable};
use crate::cose::{is_plain, microseconds, plain, seconds, whole_seconds};
use crate::keys::SigningKey;
use crate::person_permit::{Binding, rules};
use crate::refusal::Refusal;
use crate::trust_list::{Purpose, TrustList};

/// What a gate list's text begins with.
pub const PREFIX: &str = "PQG1:";

const TYPE: &str = "application/vnd.pratique.gate-list+cwt";
const ROWS: i32 = -65_610;

/// A list larger than this is refused unread, in bytes of text.
const LARGEST: usize = 16 << 20;

/// How a permit stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds, within its time.
    Granted,
    /// It was taken back.
    Revoked,
    /// It was for one use, and was used.
    Used,
}

/// The list of one gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateList {
    /// The organ whose permits they are.
    pub issuer: String,
    /// The gate: `berth:DYW-12`.
    pub gate: String,
    /// When it was made, microseconds UTC (carried in whole seconds).
    pub issued_at: i64,
    /// When the next one is due at the latest.
    pub next_update: i64,
    /// The permits, in the order of their numbers, each once.
    pub rows: Vec<Row>,
}

/// A permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// How it stood.
    pub state: State,
    /// True while its holder was inside, or ashore upon it.
    pub inside: bool,
    /// Entered upon once.
    pub single_use: bool,
    /// The gate compares the holder's document.
    pub holder_bound: bool,
    /// Its holder goes ashore upon it, and not on board.
    pub outward: bool,
    /// First instant of validity.
    pub not_before: i64,
    /// First instant after it.
    pub expires_at: i64,
    /// What binds it to the holder's document.
    pub binding: Binding,
}

impl GateList {
    /// Signs the list and gives its text.
    ///
    /// # Errors
    /// `PQ-GATE-002` when a permit stands in it twice, a text is empty or too long, or it ends before it begins.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        let mut list = GateList {
            issued_at: whole_seconds(self.issued_at),
            next_update: whole_seconds(self.next_update),
            ..self.clone()
        };
        list.rows.sort_by(|one, other| one.number.cmp(&other.number));
        list.check()?;
        Ok(Sign1::sign(TYPE, list.to_bytes(), key).to_text(PREFIX))
    }

    /// Reads and verifies a list, offline.
    ///
    /// # Errors
    /// `PQ-GATE-001` for what is not a list in its one form, signed by a valid key of its organ.
    pub fn verify(text: &str, trust: &TrustList, now: i64) -> Result<GateList, Refusal> {
        let refused = || {
            Refusal::new(
                "PQ-GATE-001",
                "不是由该机关有效密钥签发的卡口名单",
                "not a gate list signed by a valid key of that organ",
            )
        };
        if text.len() > LARGEST {
            return Err(refused());
        }
        let message = Sign1::from_text(PREFIX, text).map_err(|_| refused())?;
        let list = GateList::from_bytes(&message.payload).map_err(|_| refused())?;
        let key = trust.key_for(message.kid, Purpose::Permit, list.issued_at).map_err(|_| refused())?;
        let counts = key.holder == list.issuer && key.revoked_at.is_none_or(|revoked| now < revoked);
        if !counts || message.typ != TYPE || !message.is_signed_by(&key.public_key) {
            return Err(refused());
        }
        list.check()?;
        Ok(list)
    }

    fn check(&self) -> Result<(), Refusal> {
        let ascending = self.rows.is_sorted_by(|one, next| one.number < next.number);
        let plain = is_plain(&self.issuer)
            && is_plain(&self.gate)
            && self.rows.iter().all(|row| is_plain(&row.number) && is_plain(&row.kind));
        if ascending && plain && self.issued_at < self.next_update {
            return Ok(());
        }
        Err(Refusal::new(
            "PQ-GATE-002",
            "卡口名单自相矛盾：期限颠倒、许可重复或编号无效",
            "the gate list contradicts itself: its term ends before it begins, a permit stands in it twice, or a number is invalid",
        ))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut claims = ClaimWriter::default();
        claims.text(ISSUER, &self.issuer);
        claims.text(AUDIENCE, &self.gate);
        claims.instant(EXPIRES, self.next_update);
        claims.instant(ISSUED, self.issued_at);
        claims.list(ROWS, &self.rows, |row, out| {
            let bits = rules(row.single_use, row.holder_bound, row.outward) + u64::from(row.inside) * 4;
            out.array(7)?.str(&row.number)?.str(&row.kind)?.u8(row.state as u8)?.u64(bits)?;
            out.u64(seconds(row.not_before))?.u64(seconds(row.expires_at))?.bytes(&row.binding)?;
            Ok(())
        });
        claims.finish()
    }

    fn from_bytes(payload: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = ClaimReader::new(payload)?;
        let (issuer, gate) = (reader.text(ISSUER)?, reader.text(AUDIENCE)?);
        let (next_update, issued_at) = (reader.instant(EXPIRES)?, reader.instant(ISSUED)?);
        let rows = reader.list(ROWS, |row| {
            if row.array()? != Some(7) {
                return Err(Unreadable::Form);
            }
            let (number, kind) = (plain(row.str()?)?, plain(row.str()?)?);
            let state = match row.u8()? {
                0 => State::Granted,
                1 => State::Revoked,
                2 => State::Used,
                _ => return Err(Unreadable::Form),
            };
            let bits = row.u64()?;
            Ok(Row {
                number,
                kind,
                state,
                inside: bits & 4 != 0,
                single_use: bits & 1 != 0,
                holder_bound: bits & 2 != 0,
                outward: bits & 8 != 0,
                not_before: microseconds(row.u64()?)?,
                expires_at: microseconds(row.u64()?)?,
                binding: row.bytes()?.try_into().map_err(|_| Unreadable::Form)?,
            })
        })?;
        reader.finish()?;
        let list = GateList { issuer, gate, issued_at, next_update, rows };
        if list.to_bytes() == payload { Ok(list) } else { Err(Unreadable::Form) }
    }
}
