//! What a gate asks: a verdict by a code or a number. Who went in and out is `passages.rs`; who is still inside, and the signed
//! list by which a gate works without a connection, `lists.rs`.

mod lists;
mod passages;

use domain::{
    Fault, Instant, Severity, Text, Value,
    matter::Party,
    person_permit::{Answer, Door, PersonPermit, subject_name},
    ship_call::ShipCall,
};
use ledger::person_permit as codes;
use serde::{Deserialize, Serialize};
use store::{Filter, Reach, logs::Access};

pub use lists::Aboard;
pub use passages::{GivenPassage, MOST_PASSAGES, Passed};

use super::{Permits, fault, sealing};
use crate::{Actor, Error, Office, Right, consignments::gate::is_yard, kept::Kept as _, ship_calls::under_way};

/// So many ships lie at a berth at most, and so many calls a ship has under way.
const FEW: i64 = 20;

/// Somebody stands at a gate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtGate {
    /// The gate: `berth:DYW-12` or `ship:9321483`.
    pub gate: String,
    /// The text of a code, or a permit's number.
    pub given: String,
    /// The last characters of the document that the person shows; empty while nobody compared it.
    #[serde(default)]
    pub document: String,
    /// `in` or `out`.
    #[serde(default)]
    pub direction: String,
}

/// What the gate is told.
#[derive(Clone, Debug, Serialize)]
pub struct GateAnswer {
    /// `pass`, `check` or `stop`.
    pub answer: String,
    /// Why not simply through, by code.
    pub reasons: Vec<String>,
    /// The permit's number; none for a code that is none.
    pub number: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// For what it holds, in words.
    pub place: Option<String>,
    /// Until when.
    pub until: Option<Instant>,
    /// Since when its holder is inside, or ashore upon it.
    pub inside: Option<Instant>,
    /// True when its holder goes ashore upon it, false when she goes on board.
    pub outward: bool,
    /// True when the gate is to compare the holder's document.
    pub holder_bound: bool,
    /// What is wrong with the code.
    pub fault: Option<Fault>,
    /// When it was asked.
    pub at: Instant,
}

impl Office {
    /// The places of this gate, its own first: a berth's region and the ship that lies there; a ship's berth and region.
    async fn serves(&self, gate: &str) -> Result<Vec<String>, Error> {
        let mut serves = vec![gate.to_owned()];
        let reach = self.store.reach(Reach::System("gate"));
        match gate.split_once(':') {
            Some(("berth", code)) => {
                let berth = self.profile.berth(code).ok_or_else(no_such_gate)?;
                serves.push(format!("region:{}", berth.area.en));
                let there = Filter { states: under_way(), place: Some(code.to_owned()), ..Filter::default() };
                let calls = reach.list(ShipCall::KIND, &there, None, FEW).await?;
                serves.extend(calls.into_iter().map(|line| format!("ship:{}", line.row.subject_key)));
            }
            Some(("ship", imo)) => {
                let calls = reach.about(ShipCall::KIND, &[imo.to_owned()], &under_way()).await?;
                for berth in calls.iter().filter_map(|line| self.profile.berth(&line.row.place)) {
                    serves.push(format!("berth:{}", berth.code));
                    serves.push(format!("region:{}", berth.area.en));
                }
            }
            _ => return Err(no_such_gate()),
        }
        Ok(serves)
    }

    /// What a gate is told of a code or number.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who keep no gate, [`Error::Invalid`] for a gate that is not there. A code that is
    /// forged, altered or unknown is an answer and no error.
    pub async fn gate_check(&self, actor: &Actor, at: &AtGate) -> Result<GateAnswer, Error> {
        actor.require(Right::KeepGate)?;
        let now = self.now();
        if is_yard(&at.gate) {
            let answer = self.yard_check(actor, at).await?;
            return Ok(answer.unwrap_or_else(|| stopped(now, unknown(at.given.trim()))));
        }
        let serves = self.serves(&at.gate).await?;
        let given = at.given.trim();
        let by_code = is_code(given);
        let claims = match by_code {
            true => match codes::verify(given, &self.keys.trust_list, &[], now.0) {
                Ok(genuine) => Some(genuine.claims),
                Err(refusal) => return Ok(stopped(now, refused(&refusal))),
            },
            false => None,
        };
        let number = claims.as_ref().map_or_else(|| given.to_uppercase(), |claims| claims.number.clone());
        let Some((found, serial)) = self.by_permit_number(&number).await? else {
            return Ok(stopped(now, unknown(&number)));
        };
        if !keeps(actor, &found.permit) {
            return Ok(stopped(now, unknown(&number)));
        }
        let permit = &found.permit;
        let holder = &permit.holders[&serial];
        let content = match &claims {
            // The code says who it is, and what binds it.
            Some(_) => None,
            None => Some(self.look_at(actor, &found, serial).await?),
        };
        let binding = match (&claims, &content) {
            (Some(claims), _) => claims.binding,
            (None, content) => {
                let document = content.as_ref().and_then(|of| of.get("document_number").text()).unwrap_or_default();
                codes::binding(&number, document)
            }
        };
        let same_holder = (!at.document.trim().is_empty()).then(|| codes::binding(&number, &at.document) == binding);
        let door = Door { serves, at: now, inward: at.direction != "out", same_holder };
        let seen = permit.seen_at(serial, &door).ok_or(Error::NotFound)?;
        let name = claims.as_ref().map(|claims| claims.holder.clone());
        Ok(GateAnswer {
            answer: seen.answer.code().to_owned(),
            reasons: seen.reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            kind: Some(permit.kind.clone()),
            holder: name.or_else(|| content.as_ref().map(subject_name)),
            place: Some(self.place_name(permit)),
            until: holder.ruling.as_ref().filter(|ruling| ruling.granted).map(|ruling| ruling.until),
            inside: holder.inside.as_ref().map(|passage| passage.at),
            holder_bound: permit.holder_bound,
            outward: permit.outward,
            number: Some(number),
            fault: None,
            at: now,
        })
    }

    /// The holder of a permit that a gate asked for by its number alone: the look is recorded, since a number can be guessed.
    async fn look_at(&self, actor: &Actor, found: &Permits, serial: u32) -> Result<Value, Error> {
        let access = Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: found.id,
            fields: sealing::HOLDER.to_owned(),
            purpose: "gate".to_owned(),
        };
        match self.store.log_access(&access).await.map_err(Error::from) {
            Err(Error::Full | Error::Unavailable) => return Err(Error::Unrecorded),
            other => other?,
        }
        self.holder(found, serial).await
    }

    async fn holder(&self, found: &Permits, serial: u32) -> Result<Value, Error> {
        let document = found.permit.holders.get(&serial).ok_or(Error::NotFound)?.document.parse();
        let id = document.map_err(|_| Error::NotFound)?;
        let stored = self.store.reach(Reach::System("holder at a gate")).document(id).await?;
        match stored.and_then(|document| document.bytes) {
            Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
            None => Ok(Value::Null),
        }
    }
}

/// True for the organ that issued it and those who run the gates.
fn keeps(actor: &Actor, permit: &PersonPermit) -> bool {
    matches!(&actor.party, Party::Organ(organ) if permit.organ == *organ || permit.keepers.contains(organ))
}

/// A code begins with its mark; everything else is taken for a number.
fn is_code(given: &str) -> bool {
    given.contains(':') || given.len() > 60
}

pub(crate) fn stopped(at: Instant, fault: Fault) -> GateAnswer {
    GateAnswer {
        answer: Answer::Stop.code().to_owned(),
        reasons: vec!["unknown".to_owned()],
        number: None,
        kind: None,
        holder: None,
        place: None,
        until: None,
        inside: None,
        outward: false,
        holder_bound: false,
        fault: Some(fault),
        at,
    }
}

fn refused(refusal: &ledger::Refusal) -> Fault {
    Fault::new(
        Severity::Error,
        refusal.code,
        "/given",
        Text::new(refusal.zh.clone(), refusal.en.clone()),
        Text::new("不予放行；请联系边检 12367。", "Let nobody through; ask border inspection, 12367."),
    )
}

fn unknown(number: &str) -> Fault {
    let number: String = number.chars().filter(|letter| !letter.is_control()).take(40).collect();
    Fault::new(
        Severity::Error,
        "PQ-GATE-010",
        "/given",
        Text::new(format!("没有编号为“{number}”的许可。"), format!("There is no permit {number}.")),
        Text::new(
            "请核对编号，或扫描二维码；仍无法确认的，联系边检 12367。",
            "Compare the number or scan the code; else ask border inspection, 12367.",
        ),
    )
}

fn no_such_gate() -> Error {
    Error::Invalid(vec![fault(
        "PQ-GATE-014",
        "/gate",
        "没有这个卡口。",
        "There is no such gate.",
        "请从列表选择泊位，或填写在港船舶的 IMO 编号。",
        "Choose a berth of the list, or give the IMO number of a ship in port.",
    )])
}
