//! The gate of a yard: the gate of permits of persons, where the holder is a truck. A certificate opens it once, while customs,
//! the carrier and the terminal all let the goods go; what leaves without is an alarm.

use domain::{
    Fault, Instant, Severity, Text, Value,
    consignment::{Act, Consignment, Customs, Passage, rules, yard_gate},
    matter::Party,
    person_permit::Door,
};
use ledger::{
    gate_list::{GateList, Row, State},
    person_permit as codes,
};
use uuid::Uuid;

use super::certificates::truck;
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Request},
    person_permits::{AtGate, GateAnswer, GivenPassage, Passed},
};

/// What the key of a yard's gate begins with.
const YARD: &str = "yard:";

/// True for the gate of a yard.
pub(crate) fn is_yard(gate: &str) -> bool {
    gate.starts_with(YARD)
}

impl Office {
    /// The kind of certificate that opens a yard's gate, and who issues it; none where there is no such yard.
    fn yard_kind(&self, gate: &str) -> Option<(String, String)> {
        let code = gate.strip_prefix(YARD)?;
        let modes = [domain::manifest::Mode::Sea, domain::manifest::Mode::Air];
        let mode = modes.into_iter().find(|mode| self.yards(*mode).iter().any(|(yard, _)| yard == code))?;
        let units = domain::manifest::units(&self.profile, mode, self.now())?;
        let issuer = rules(&self.profile, &units.certificate, self.now())?.issuer;
        Some((units.certificate, issuer))
    }

    /// What a yard's gate is told of a code or number that the actor may know of.
    pub(crate) async fn yard_check(&self, actor: &Actor, at: &AtGate) -> Result<Option<GateAnswer>, Error> {
        self.yard_kind(&at.gate).ok_or_else(no_such_yard)?;
        let now = self.now();
        let number = match self.certificate_given(&at.given, now) {
            Ok(number) => number,
            Err(fault) => return Ok(Some(crate::person_permits::gate_stopped(now, *fault))),
        };
        let Some((_, of, serial)) = self.by_certificate(&number).await? else { return Ok(None) };
        if !keeps(actor, &of) {
            return Ok(None);
        }
        let (customs, _) = self.customs_of(&of).await?;
        let certificate = &of.certificates[&serial];
        let Some(slot) = of.slots.get(&certificate.slot) else { return Ok(None) };
        let shown = at.document.trim();
        let same = |document: &str| codes::binding(&number, document) == codes::binding(&number, &slot.plate);
        let door = Door {
            serves: vec![at.gate.clone()],
            at: now,
            inward: at.direction != "out",
            same_holder: (!shown.is_empty()).then(|| same(shown)),
        };
        let seen = of.seen_at(serial, customs, &door).ok_or(Error::NotFound)?;
        let what = if slot.container.is_empty() { of.told.bill() } else { slot.container.clone() };
        Ok(Some(GateAnswer {
            answer: seen.answer.code().to_owned(),
            reasons: seen.reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            kind: Some(of.units.certificate.clone()),
            holder: Some(truck(slot)),
            place: Some(format!("{} {what}", self.yard_name(&of, &slot.yard))),
            until: Some(certificate.until),
            inside: None,
            outward: false,
            holder_bound: true,
            number: Some(number),
            fault: None,
            at: now,
        }))
    }

    /// The number that a code or a typed number names.
    fn certificate_given(&self, given: &str, now: Instant) -> Result<String, Box<Fault>> {
        let given = given.trim();
        if !given.contains(':') {
            return Ok(given.to_uppercase());
        }
        match codes::verify(given, &self.keys.trust_list, &[], now.0) {
            Ok(genuine) => Ok(genuine.claims.number),
            Err(refusal) => Err(Box::new(Fault::new(
                Severity::Error,
                refusal.code,
                "/given",
                Text::new(refusal.zh.clone(), refusal.en.clone()),
                Text::new("不予放行；请联系码头值班台。", "Let nothing out; ask the terminal's desk."),
            ))),
        }
    }

    /// Records what went through a yard's gate: it has happened, and what was not allowed is an alarm. None for a code or number
    /// that the actor may not know of.
    pub(crate) async fn yard_passage(
        &self,
        actor: &Actor,
        gate: &str,
        (at, mut doubts): (Instant, Vec<String>),
        given: &GivenPassage,
    ) -> Result<Option<Passed>, Error> {
        self.yard_kind(gate).ok_or_else(no_such_yard)?;
        let refuse =
            |fault: Fault| Passed { id: given.id.clone(), state: "refused", doubts: Vec::new(), fault: Some(fault) };
        let number = match self.certificate_given(&given.given, self.now()) {
            Ok(number) => number,
            Err(fault) => return Ok(Some(refuse(*fault))),
        };
        let digest = serde_json::to_vec(&(&given.id, &number, &given.direction))?;
        let request = Request::new("gate passage", Some(given.id.clone()), &digest, "gate");
        for _ in 0..3 {
            let Some((id, of, serial)) = self.by_certificate(&number).await? else { return Ok(None) };
            if !keeps(actor, &of) {
                return Ok(None);
            }
            let (customs, _) = self.customs_of(&of).await?;
            // A certificate is bound to the truck's plate: nobody compared it, or it is another's.
            let doubt = match given.same_holder {
                Some(true) => None,
                Some(false) => Some("holder_differs"),
                None => Some("holder_unseen"),
            };
            if let Some(doubt) = doubt.filter(|doubt| !doubts.iter().any(|known| known == doubt)) {
                doubts.push(doubt.to_owned());
            }
            let passage = Passage {
                id: given.id.clone(),
                inward: given.direction == "in",
                gate: gate.to_owned(),
                at,
                offline: given.offline,
                doubts: doubts.clone(),
            };
            match self.pass_yard(actor, (id, serial), passage, customs, &request).await {
                Err(Error::Conflict) => {}
                Ok(replayed) => {
                    let alarms = match self.by_certificate(&number).await? {
                        Some((_, of, _)) => of.alarms,
                        None => Vec::new(),
                    };
                    let alarm = alarms.into_iter().find(|(_, passage)| passage.id == given.id);
                    let doubts = alarm.map_or(doubts, |(_, passage)| passage.doubts);
                    let state = if replayed { "known" } else { "recorded" };
                    return Ok(Some(Passed { id: given.id.clone(), state, doubts, fault: None }));
                }
                Err(Error::Refused(fault)) if fault.code == "PQ-CARGO-020" => {
                    return Ok(Some(Passed { id: given.id.clone(), state: "known", doubts: Vec::new(), fault: None }));
                }
                Err(Error::Refused(fault)) => return Ok(Some(refuse(fault))),
                Err(Error::KeyReused) => {
                    return Ok(Some(refuse(Fault::new(
                        Severity::Error,
                        "PQ-GATE-013",
                        "/id",
                        Text::new("同一记录编号用于了另一次进出。", "The identifier was used for another passage."),
                        Text::new("请更新卡口页面后重试。", "Load the gate's page again and retry."),
                    ))));
                }
                Err(other) => return Err(other),
            }
        }
        Err(Error::Conflict)
    }

    async fn pass_yard(
        &self,
        actor: &Actor,
        (id, certificate): (Uuid, u32),
        passage: Passage,
        customs: Customs,
        request: &Request,
    ) -> Result<bool, Error> {
        let act = Act::Pass { certificate, passage, customs };
        let done = self.act::<Consignment>(actor, &[(id, act)], request, &Baggage::default()).await?;
        Ok(done.replayed)
    }

    /// The certificates that count at a yard's gate as a signed list, for when its connection fails.
    pub(crate) async fn yard_list(&self, gate: &str) -> Result<String, Error> {
        let (kind, issuer) = self.yard_kind(gate).ok_or_else(no_such_yard)?;
        let yard = gate.strip_prefix(YARD).unwrap_or_default();
        let now = self.now();
        let mut rows = Vec::new();
        for of in self.certified(Some(yard)).await? {
            let (customs, _) = self.customs_of(&of).await?;
            let lets_go = of.may_leave(customs, now);
            for (serial, certificate) in &of.certificates {
                let Some(slot) = of.slots.get(&certificate.slot).filter(|_| certificate.until > now) else { continue };
                let number = of.certificate_number(*serial);
                let state = match () {
                    () if certificate.used.is_some() => State::Used,
                    // What does not stand any more, whoever took it back, opens no gate.
                    () if certificate.revoked.is_some() || !lets_go => State::Revoked,
                    () => State::Granted,
                };
                rows.push(Row {
                    kind: kind.clone(),
                    state,
                    inside: false,
                    single_use: true,
                    holder_bound: true,
                    outward: false,
                    not_before: certificate.from.0,
                    expires_at: certificate.until.0,
                    binding: codes::binding(&number, &slot.plate),
                    number,
                });
            }
        }
        let inputs = Value::from([("permit", kind.as_str().into()), ("clock", "gate_list".into())]);
        let lasts = self.profile.hit("person-permit-clocks", now, &inputs);
        let until = lasts.and_then(|row| self.profile.reckon(now, row.text("length"), row.text("calendar")));
        let next_update = until.map_or(now.0 + domain::instant::HOUR, |until| until.0);
        let list = GateList { gate: yard_gate(yard), issued_at: now.0, next_update, rows, issuer };
        list.sign(self.organ_key(&list.issuer)?).map_err(crate::permits::ours)
    }
}

/// True for the terminal and customs.
fn keeps(actor: &Actor, of: &Consignment) -> bool {
    matches!(&actor.party, Party::Organ(organ) if of.units.terminal == *organ || of.units.decides == *organ)
}

fn no_such_yard() -> Error {
    Error::Invalid(vec![Fault::new(
        Severity::Error,
        "PQ-GATE-014",
        "/gate",
        Text::new("没有这个卡口。", "There is no such gate."),
        Text::new("请从列表选择。", "Choose one of the list."),
    )])
}
