//! Who went in and out: recorded once, however often it is sent, and with what does not fit.

use domain::{
    Fault, Instant,
    person_permit::{Act, Door, Passage, PersonPermit},
};
use ledger::person_permit as codes;
use serde::{Deserialize, Serialize};

use super::{fault, is_code, keeps, refused, unknown};
use crate::{
    Actor, Error, Office, Right,
    acting::{Baggage, Request},
    consignments::gate::is_yard,
};

/// A device's clock that is off by more is told, in seconds.
const CLOCK_OFF: i64 = 120;

/// Most passages that are taken at once.
pub const MOST_PASSAGES: usize = 500;

/// A passage as a gate sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenPassage {
    /// Made by the device: the same passage sent twice is recorded once.
    pub id: String,
    /// The text of a code, or a permit's number.
    pub given: String,
    /// `in` or `out`.
    pub direction: String,
    /// When, by the device's clock.
    pub at: Option<Instant>,
    /// True when it was recorded without a connection.
    #[serde(default)]
    pub offline: bool,
    /// True when the person's document was compared and is the holder's.
    pub same_holder: Option<bool>,
}

/// What became of a passage.
#[derive(Clone, Debug, Serialize)]
pub struct Passed {
    /// The passage.
    pub id: String,
    /// `recorded`, `known` or `refused`.
    pub state: &'static str,
    /// What does not fit, by code.
    pub doubts: Vec<String>,
    /// Why it was refused.
    pub fault: Option<Fault>,
}

impl Office {
    /// Records passages, each once, however often it is sent. `ahead` is by how many seconds the device's clock is ahead of
    /// the port's. What does not fit is recorded all the same, with what does not: it has happened.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who keep no gate, [`Error::Invalid`] for a gate that is not there or too many.
    pub async fn gate_passages(
        &self,
        actor: &Actor,
        gate: &str,
        ahead: i64,
        given: &[GivenPassage],
    ) -> Result<Vec<Passed>, Error> {
        actor.require(Right::KeepGate)?;
        if given.len() > MOST_PASSAGES {
            return Err(Error::Invalid(vec![fault(
                "PQ-GATE-011",
                "/passages",
                "一次发送过多。",
                "Too many are sent at once.",
                "请分批发送，每批最多 500 条。",
                "Send at most 500 at once.",
            )]));
        }
        let serves = if is_yard(gate) { vec![gate.to_owned()] } else { self.serves(gate).await? };
        let mut done = Vec::with_capacity(given.len());
        for passage in given {
            done.push(self.gate_passage(actor, gate, &serves, ahead, passage).await?);
        }
        Ok(done)
    }

    async fn gate_passage(
        &self,
        actor: &Actor,
        gate: &str,
        serves: &[String],
        ahead: i64,
        given: &GivenPassage,
    ) -> Result<Passed, Error> {
        let now = self.now();
        let refuse =
            |fault: Fault| Passed { id: given.id.clone(), state: "refused", doubts: Vec::new(), fault: Some(fault) };
        if !is_id(&given.id) || !matches!(given.direction.as_str(), "in" | "out") {
            return Ok(refuse(fault(
                "PQ-GATE-012",
                "/id",
                "记录没有编号，或方向不是 in、out。",
                "A passage has no identifier, or its direction is neither in nor out.",
                "请更新卡口页面后重试。",
                "Load the gate's page again and retry.",
            )));
        }
        let text = given.given.trim();
        if is_yard(gate) {
            let passed = self.yard_passage(actor, gate, dated(given, ahead, now), given).await?;
            return Ok(passed.unwrap_or_else(|| refuse(unknown(text))));
        }
        let number = match is_code(text) {
            true => match codes::verify(text, &self.keys.trust_list, &[], now.0) {
                Ok(genuine) => genuine.claims.number,
                Err(refusal) => return Ok(refuse(refused(&refusal))),
            },
            false => text.to_uppercase(),
        };
        let Some((found, serial)) = self.by_permit_number(&number).await? else { return Ok(refuse(unknown(&number))) };
        if !keeps(actor, &found.permit) {
            return Ok(refuse(unknown(&number)));
        }
        let (at, mut doubts) = dated(given, ahead, now);
        let inward = given.direction == "in";
        let door = Door { serves: serves.to_vec(), at, inward, same_holder: given.same_holder };
        let seen = found.permit.seen_at(serial, &door).ok_or(Error::NotFound)?;
        doubts.extend(seen.reasons.iter().map(|reason| (*reason).to_owned()));
        let passage = Passage {
            id: given.id.clone(),
            inward,
            gate: gate.to_owned(),
            at,
            clock_ahead: if ahead.abs() > CLOCK_OFF { ahead } else { 0 },
            offline: given.offline,
            doubts: doubts.clone(),
        };
        let digest = serde_json::to_vec(&(&given.id, &number, &given.direction))?;
        let request = Request::new("gate passage", Some(given.id.clone()), &digest, "gate");
        let act = Act::Pass { serial, passage };
        match self.act::<PersonPermit>(actor, &[(found.id, act)], &request, &Baggage::default()).await {
            Ok(done) => {
                let state = if done.replayed { "known" } else { "recorded" };
                Ok(Passed { id: given.id.clone(), state, doubts, fault: None })
            }
            Err(Error::Refused(fault)) if fault.code == "PQ-PERSON-015" => {
                Ok(Passed { id: given.id.clone(), state: "known", doubts: Vec::new(), fault: None })
            }
            Err(Error::Refused(fault)) => Ok(refuse(fault)),
            Err(Error::KeyReused) => Ok(refuse(fault(
                "PQ-GATE-013",
                "/id",
                "同一记录编号用于了另一次进出。",
                "The identifier was used for another passage.",
                "请更新卡口页面后重试。",
                "Load the gate's page again and retry.",
            ))),
            Err(other) => Err(other),
        }
    }
}

/// When a passage was, by the port's clock, and whether the device's is to be doubted.
fn dated(given: &GivenPassage, ahead: i64, now: Instant) -> (Instant, Vec<String>) {
    let at = given.at.map_or(now, |at| Instant(at.0.saturating_sub(ahead.saturating_mul(1_000_000))));
    let long_ago = Instant(now.0 - 30 * 24 * domain::instant::HOUR);
    if ahead.abs() > CLOCK_OFF || at > now.plus_hours(1) || at < long_ago {
        return (at.min(now), vec!["clock".to_owned()]);
    }
    (at, Vec::new())
}
fn is_id(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
