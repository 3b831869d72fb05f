//! What a gate asks and records: a verdict by a code or a number, who went in and out, who is still inside, and the signed
//! list by which it works without a connection.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    matter::Party,
    person_permit::{Act, Answer, Door, Passage, PersonPermit, Standing, subject_name},
    ship_call::ShipCall,
};
use ledger::{
    gate_list::{GateList, Row, State},
    person_permit as codes,
};
use serde::{Deserialize, Serialize};
use store::{Filter, Reach, logs::Access};

use super::{Permits, fault, kept, sealing};
use crate::{
    Actor, Error, Office, Right,
    acting::{Baggage, Request},
    consignments::gate::is_yard,
    kept::Kept as _,
    ship_calls::under_way,
};

/// A device's clock that is off by more is told, in seconds.
const CLOCK_OFF: i64 = 120;

/// Most passages that are taken at once.
pub const MOST_PASSAGES: usize = 500;

/// Most permits of a gate's list.
const MOST_LISTED: usize = 20_000;

/// Matters of a page.
const PAGE: i64 = 200;

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

/// Somebody who went in and not out; or ashore, and did not come back.
#[derive(Clone, Debug)]
pub struct Aboard {
    /// The permit's number.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// Who.
    pub holder: String,
    /// When and where she went.
    pub passage: Passage,
    /// True when she went ashore.
    pub ashore: bool,
    /// Until when the permit holds.
    pub until: Instant,
    /// True when it has run out or was taken back meanwhile.
    pub overdue: bool,
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

    /// Who is inside at a gate, the longest first.
    ///
    /// # Errors
    /// As [`Office::gate_check`].
    pub async fn gate_aboard(&self, actor: &Actor, gate: &str) -> Result<Vec<Aboard>, Error> {
        actor.require(Right::KeepGate)?;
        // Trucks are counted out, not in.
        if is_yard(gate) {
            return Ok(Vec::new());
        }
        let (serves, now) = (self.serves(gate).await?, self.now());
        let mut aboard = Vec::new();
        for found in self.permits_with(actor, kept::INSIDE, None).await? {
            let permit = &found.permit;
            let there: Vec<u32> = permit
                .holders
                .iter()
                .filter(|(_, holder)| holder.inside.as_ref().is_some_and(|passage| serves.contains(&passage.gate)))
                .map(|(serial, _)| *serial)
                .collect();
            for serial in there {
                let holder = &permit.holders[&serial];
                let (Some(passage), Some(ruling)) = (holder.inside.clone(), holder.ruling.as_ref()) else { continue };
                let content = self.look_at(actor, &found, serial).await?;
                aboard.push(Aboard {
                    number: permit.permit_number(serial),
                    kind: permit.kind.clone(),
                    holder: subject_name(&content),
                    passage,
                    ashore: permit.outward,
                    until: ruling.until,
                    overdue: ruling.until <= now || holder.standing(false) == Standing::Revoked,
                });
            }
        }
        aboard.sort_by_key(|of| of.passage.at);
        Ok(aboard)
    }

    /// Applications that have a word, or are about a place, and whose permits have not all run out a month ago.
    async fn permits_with(&self, actor: &Actor, token: &str, place: Option<&str>) -> Result<Vec<Permits>, Error> {
        let month_ago = self.now().0 - 30 * 24 * domain::instant::HOUR;
        let filter = Filter {
            ends_from: Some(if token.is_empty() { self.now().0 } else { month_ago }),
            tokens: if token.is_empty() { Vec::new() } else { vec![token.to_owned()] },
            subject_key: place.map(str::to_owned),
            ..Filter::default()
        };
        let reach = self.store.reach(Reach::System("gate"));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = reach.list(kept::PERSON_PERMIT, &filter, after, PAGE).await?;
            let full = i64::try_from(page.len()) == Ok(PAGE);
            after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
            for line in page {
                let Some(stored) = reach.matter(line.id).await? else { continue };
                let (id, permit) = (stored.id, self.unfold::<PersonPermit>(stored).await?);
                if keeps(actor, &permit) {
                    found.push(Permits { id, permit });
                }
            }
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// The permits that hold at a gate as a signed list, for when its connection fails.
    ///
    /// # Errors
    /// As [`Office::gate_check`]; [`Error::Refused`] when the organ's key is kept elsewhere.
    pub async fn gate_list(&self, actor: &Actor, gate: &str) -> Result<String, Error> {
        actor.require(Right::KeepGate)?;
        if is_yard(gate) {
            return self.yard_list(gate).await;
        }
        let now = self.now().0;
        let mut of_organs: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for place in self.serves(gate).await? {
            for found in self.permits_with(actor, "", Some(&place)).await? {
                let contents = self.holder_contents(&found).await?;
                let rows = contents.iter().filter_map(|(serial, content)| row(&found.permit, *serial, content, now));
                of_organs.entry(found.permit.organ.clone()).or_default().extend(rows);
            }
        }
        // Every kind of permit has the same issuer in a port; without any permit its list says so.
        let kinds = domain::person_permit::kinds(&self.profile, self.now());
        let issuer = kinds.first().map(|kind| kind.issuer.clone()).unwrap_or_default();
        let mut rows = of_organs.remove(&issuer).unwrap_or_default();
        rows.sort_by(|one, other| one.number.cmp(&other.number));
        rows.dedup_by(|one, other| one.number == other.number);
        rows.truncate(MOST_LISTED);
        let inputs = Value::from([("permit", "".into()), ("clock", "gate_list".into())]);
        let lasts = self.profile.hit("person-permit-clocks", self.now(), &inputs);
        let until = lasts.and_then(|row| self.profile.reckon(self.now(), row.text("length"), row.text("calendar")));
        let next_update = until.map_or(now + domain::instant::HOUR, |until| until.0);
        let list = GateList { gate: gate.to_owned(), issued_at: now, next_update, rows, issuer };
        list.sign(self.organ_key(&list.issuer)?).map_err(crate::permits::ours)
    }
}

/// A permit as a gate's list has it; none for one that has run out and whose holder is not inside.
fn row(permit: &PersonPermit, serial: u32, content: &Value, now: i64) -> Option<Row> {
    let holder = permit.holders.get(&serial)?;
    let ruling = holder.ruling.as_ref().filter(|ruling| ruling.granted)?;
    let inside = holder.inside.is_some();
    if ruling.until.0 <= now && !inside {
        return None;
    }
    let number = permit.permit_number(serial);
    Some(Row {
        kind: permit.kind.clone(),
        state: match holder.standing(permit.single_use) {
            Standing::Revoked => State::Revoked,
            Standing::Used => State::Used,
            _ => State::Granted,
        },
        inside,
        single_use: permit.single_use,
        holder_bound: permit.holder_bound,
        outward: permit.outward,
        not_before: ruling.from.0,
        expires_at: ruling.until.0,
        binding: codes::binding(&number, content.get("document_number").text().unwrap_or_default()),
        number,
    })
}

/// True for the organ that issued it and those who run the gates.
fn keeps(actor: &Actor, permit: &PersonPermit) -> bool {
    matches!(&actor.party, Party::Organ(organ) if permit.organ == *organ || permit.keepers.contains(organ))
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

/// A code begins with its mark; everything else is taken for a number.
fn is_code(given: &str) -> bool {
    given.contains(':') || given.len() > 60
}

fn is_id(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
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
