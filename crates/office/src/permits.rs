//! Permits as documents: a signed code that verifies without a network, and the list of those to be examined again.

use domain::ship_call::{Permit, ShipCall};
use ledger::{
    permit::{self, PermitClaims},
    status_list::{Entry, Status, StatusList},
};
use sha2::{Digest, Sha256};
use store::{Filter, Reach, reach::Cursor};

use crate::{Error, Office, acting::SHIP_CALL};

/// A permit ready for paper.
#[derive(Clone, Debug)]
pub struct PermitView {
    /// The permit as the journal has it.
    pub permit: Permit,
    /// The text in the code.
    pub code: String,
    /// The code as SVG.
    pub svg: String,
}

/// A permit's code stays readable for three days after it was issued; by then she has sailed or it was examined again.
const READABLE: i64 = 72 * domain::instant::HOUR;

/// A status list is made anew within the hour.
const LIST_LASTS: i64 = domain::instant::HOUR;

impl Office {
    /// The signed form of a permit of a call.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the call has no such permit.
    pub fn permit(&self, call: &ShipCall, number: &str) -> Result<PermitView, Error> {
        let permit = call.permits.iter().find(|permit| permit.number == number).ok_or(Error::NotFound)?;
        let key = self.organ_key(&permit.organ)?;
        let code = permit::sign(&self.claims(call, permit)?, key).map_err(ours)?;
        let svg = ledger::qr::qr_svg(&code, &permit.number).map_err(ours)?;
        Ok(PermitView { permit: permit.clone(), code, svg })
    }

    fn organ_key(&self, organ: &str) -> Result<&ledger::SigningKey, Error> {
        self.keys.organs.get(organ).ok_or_else(|| Error::Internal(format!("organ {organ} has no key")))
    }

    fn claims(&self, call: &ShipCall, permit: &Permit) -> Result<PermitClaims, Error> {
        let next = call.facts.get("next_port").and_then(domain::Value::text).filter(|code| !code.is_empty());
        Ok(PermitClaims {
            issuer: permit.organ.clone(),
            number: permit.number.clone(),
            audience: None,
            issued_at: permit.at.0,
            not_before: permit.at.0,
            expires_at: permit.until.0.max(permit.at.0 + READABLE),
            kind: permit.kind.clone(),
            port: call.port.clone(),
            ship_name: call.ship.name.en.clone(),
            imo_number: Some(call.ship.imo.clone()),
            flag: call.ship.flag.clone(),
            call_number: call.number.clone(),
            next_port: next.map(str::to_owned),
            conditions: permit.conditions.iter().map(|text| format!("{} / {}", text.zh, text.en)).collect(),
            sail_before: permit.until.0,
            payload_digest: Sha256::digest(serde_json::to_vec(permit)?).into(),
            log_index: None,
        })
    }

    /// Permits of an organ that must be examined again, signed by the organ, for those who verify offline.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an organ without a key.
    pub async fn status_list(&self, organ: &str) -> Result<String, Error> {
        let key = self.organ_key(organ).map_err(|_| Error::NotFound)?;
        self.statuses(organ).await?.sign(key).map_err(ours)
    }

    async fn statuses(&self, organ: &str) -> Result<StatusList, Error> {
        let now = self.now().0;
        let due = Filter { states: vec!["reexamination_due".to_owned()], ..Filter::default() };
        let reach = self.store.reach(Reach::System("status list"));
        let mut entries = Vec::new();
        let mut after = None;
        loop {
            let page = reach.list(SHIP_CALL, &due, after, 200).await?;
            after = page.last().map(|last| Cursor { key: 0, id: last.id }).filter(|_| page.len() == 200);
            for line in page {
                let Some(stored) = reach.matter(line.id).await? else { continue };
                let call: ShipCall = serde_json::from_slice(&stored.snapshot)?;
                let Some(permit) = call.departure_permit().filter(|permit| permit.organ == organ) else { continue };
                let since = permit.reexamination.as_ref().map_or(now, |(since, _)| since.0);
                entries.push(Entry { number: permit.number.clone(), status: Status::ReExaminationDue, since });
            }
            if after.is_none() {
                break;
            }
        }
        entries.sort_by(|one, other| one.number.cmp(&other.number));
        Ok(StatusList { issuer: organ.to_owned(), issued_at: now, next_update: now + LIST_LASTS, entries })
    }

    /// Verifies the text of a permit's code as anybody may: the signature, the time, and what the port knows now.
    ///
    /// # Errors
    /// The ledger's refusal as a fault, with its stable code.
    pub async fn verify_permit(&self, text: &str) -> Result<permit::Permit, Error> {
        let mut lists = Vec::new();
        for organ in self.keys.organs.keys() {
            lists.push(self.statuses(organ).await?);
        }
        permit::verify(text.trim(), &self.keys.trust_list, &lists, self.now().0).map_err(|refusal| {
            let text = domain::Text::new(refusal.zh.clone(), refusal.en.clone());
            let remedy = domain::Text::new("请向签发机关核实原件。", "Ask the organ that is named as issuer.");
            Error::Refused(domain::Fault::new(domain::Severity::Error, refusal.code, "", text, remedy))
        })
    }
}

fn ours(refusal: ledger::Refusal) -> Error {
    Error::Internal(format!("{} {}", refusal.code, refusal.en))
}
