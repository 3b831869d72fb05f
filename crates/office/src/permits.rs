//! Permits as documents: a signed code that verifies without a network, and the list of those that stand no longer.

use domain::{
    Value,
    ship_call::{Permit, PermitStanding, ShipCall, Status as CallStatus},
};
use ledger::{
    permit::{self, PermitClaims},
    status_list::{Entry, Status, StatusList},
};
use sha2::{Digest, Sha256};
use store::{Filter, Order, Reach, reach::Stored};

use crate::{Error, Office, acting::SHIP_CALL};

/// A permit ready for paper.
#[derive(Clone, Debug)]
pub struct PermitView {
    /// The permit as the journal has it.
    pub permit: Permit,
    /// Whether it still stands.
    pub standing: PermitStanding,
    /// Its code; none for a permit that was issued in the organ's national system: that one is not ours to sign.
    pub signed: Option<SignedPermit>,
}

/// A permit signed by its organ.
#[derive(Clone, Debug)]
pub struct SignedPermit {
    /// The text in the code.
    pub code: String,
    /// The code as SVG.
    pub svg: String,
}

/// A permit's code stays readable for three days after it was issued; by then she has sailed or it was examined again.
const READABLE: i64 = 72 * domain::instant::HOUR;

/// Why calls are read for a status list, and so many at a time.
const LIST: &str = "status list";
const PAGE: i64 = 200;

/// A status list is made anew within the hour.
const LIST_LASTS: i64 = domain::instant::HOUR;

impl Office {
    /// The signed form of a permit of a call.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the call has no such permit.
    pub fn permit(&self, call: &ShipCall, number: &str) -> Result<PermitView, Error> {
        let permit = call.permits.iter().find(|permit| permit.number == number).ok_or(Error::NotFound)?;
        let signed = permit.mirror.is_none().then(|| self.sign(call, permit)).transpose()?;
        Ok(PermitView { permit: permit.clone(), standing: call.permit_standing(permit), signed })
    }

    fn sign(&self, call: &ShipCall, permit: &Permit) -> Result<SignedPermit, Error> {
        let key = self.organ_key(&permit.organ)?;
        let code = permit::sign(&self.claims(call, permit)?, key).map_err(ours)?;
        let svg = ledger::qr::qr_svg(&code, &permit.number).map_err(ours)?;
        Ok(SignedPermit { code, svg })
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
            expires_at: readable_until(permit),
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

    /// Permits of an organ that must be examined again, or that stand no longer, as long as their codes can be read;
    /// signed by the organ, for those who verify offline.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an organ without a key.
    pub async fn status_list(&self, organ: &str) -> Result<String, Error> {
        let key = self.organ_key(organ).map_err(|_| Error::NotFound)?;
        self.statuses(organ).await?.sign(key).map_err(ours)
    }

    async fn statuses(&self, organ: &str) -> Result<StatusList, Error> {
        let now = self.now().0;
        // Every call that is under way, and of those that ended the ones whose permits can still be read.
        let active: Vec<String> =
            CallStatus::ALL.into_iter().filter(|status| !is_over(*status)).map(|status| status.code().into()).collect();
        let over = Filter { ends_from: Some(now - self.longest_readable()), order: Order::Ends, ..Filter::default() };
        let mut entries = Vec::new();
        for filter in [Filter { states: active, ..Filter::default() }, over] {
            let ended = filter.ends_from.is_some();
            let mut after = None;
            loop {
                let page = self.store.reach(Reach::System(LIST)).list(SHIP_CALL, &filter, after, PAGE).await?;
                let full = i64::try_from(page.len()).is_ok_and(|lines| lines == PAGE);
                after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
                let of_kind = |line: &&Stored| {
                    !ended || CallStatus::ALL.iter().any(|of| is_over(*of) && of.code() == line.row.state)
                };
                for line in page.iter().filter(of_kind) {
                    let Some(stored) = self.store.reach(Reach::System(LIST)).matter(line.id).await? else { continue };
                    let call = self.unfold(line.id, stored).await?;
                    let of_organ = call.permits.iter().filter(|permit| permit.organ == organ);
                    entries.extend(of_organ.filter_map(|permit| status_of(&call, permit, now)));
                }
                if after.is_none() {
                    break;
                }
            }
        }
        entries.sort_by(|one, other| one.number.cmp(&other.number));
        // A call that moved on while the list was read stands once.
        entries.dedup_by(|one, other| one.number == other.number);
        Ok(StatusList { issuer: organ.to_owned(), issued_at: now, next_update: now + LIST_LASTS, entries })
    }

    /// How far back a permit can have been issued whose code is still read.
    fn longest_readable(&self) -> i64 {
        let now = self.now();
        let lasts = |kind: &String| {
            let row = self.profile.hit("permits", now, &Value::from([("permit", kind.as_str().into())]))?;
            Some(self.profile.reckon(now, row.text("length"), row.text("calendar"))?.0 - now.0)
        };
        self.profile.codes("permits", "permit").iter().filter_map(lasts).fold(READABLE, i64::max)
    }

    /// Verifies the text of a permit's code as anybody may: the signature, the time, and what the port knows now.
    ///
    /// # Errors
    /// The ledger's refusal as a fault, with its stable code.
    pub async fn verify_permit(&self, text: &str) -> Result<permit::Permit, Error> {
        let now = self.now().0;
        let verify = |lists: &[StatusList]| {
            permit::verify(text.trim(), &self.keys.trust_list, lists, now).map_err(|refusal| {
                let text = domain::Text::new(refusal.zh.clone(), refusal.en.clone());
                let remedy = domain::Text::new("请向签发机关核实原件。", "Ask the organ that is named as issuer.");
                Error::Refused(domain::Fault::new(domain::Severity::Error, refusal.code, "", text, remedy))
            })
        };
        let claims = verify(&[])?.claims;
        let reach = self.store.reach(Reach::System("permit verified"));
        let Some(stored) = reach.matter_by_number(&claims.call_number).await? else { return verify(&[]) };
        let call = self.unfold(stored.id, stored).await?;
        let of = call.permits.iter().filter(|permit| permit.number == claims.number && permit.organ == claims.issuer);
        let entries = of.filter_map(|permit| status_of(&call, permit, now)).collect();
        verify(&[StatusList { issuer: claims.issuer, issued_at: now, next_update: now + LIST_LASTS, entries }])
    }
}

/// True for calls whose permits change no more.
fn is_over(status: CallStatus) -> bool {
    matches!(status, CallStatus::Departed | CallStatus::Ended)
}

/// Until when a permit's code can be read.
fn readable_until(permit: &Permit) -> i64 {
    permit.until.0.max(permit.at.0 + READABLE)
}

/// What is to be told of a permit whose code can still be read; nothing of one that stands, or that was never ours.
fn status_of(call: &ShipCall, permit: &Permit, now: i64) -> Option<Entry> {
    if permit.mirror.is_some() || readable_until(permit) <= now {
        return None;
    }
    let (status, since) = match call.permit_standing(permit) {
        PermitStanding::Stands => return None,
        PermitStanding::ReexaminationDue(since) => (Status::ReExaminationDue, since),
        PermitStanding::Superseded(since) => (Status::Revoked, since),
    };
    Some(Entry { number: permit.number.clone(), status, since: since.0 })
}

fn ours(refusal: ledger::Refusal) -> Error {
    Error::Internal(format!("{} {}", refusal.code, refusal.en))
}

#[cfg(test)]
mod tests {
    use domain::Instant;
    use domain::ship_call::Mirror;

    use super::*;

    const HOUR: i64 = domain::instant::HOUR;

    fn permit(kind: &str, number: &str, at: i64, lasts: i64) -> Permit {
        Permit {
            kind: kind.to_owned(),
            number: number.to_owned(),
            organ: "msa".to_owned(),
            at: Instant(at * HOUR),
            from: None,
            until: Instant((at + lasts) * HOUR),
            conditions: Vec::new(),
            reexamination: None,
            law: String::new(),
            mirror: None,
        }
    }

    fn told(call: &ShipCall, at: i64) -> Vec<(&str, Status, i64)> {
        let of = call.permits.iter().filter_map(|permit| Some((permit, status_of(call, permit, at * HOUR)?)));
        of.map(|(permit, entry)| (permit.number.as_str(), entry.status, entry.since / HOUR)).collect()
    }

    #[test]
    fn permits_that_another_one_followed_are_revoked_as_long_as_their_codes_are_read() {
        let permits = vec![
            permit("shuttle", "S1", 0, 168),
            permit("departure", "D2", 10, 24),
            permit("departure", "D3", 40, 24),
            permit("shuttle", "S4", 50, 168),
        ];
        let mut call = ShipCall { permits, ..ShipCall::default() };
        call.permits[2].reexamination = Some((Instant(64 * HOUR), "not_sailed".to_owned()));
        // The exit formalities are done again: there is no granted application any more.
        let all = [("S1", Status::Revoked, 50), ("D2", Status::Revoked, 40), ("D3", Status::Revoked, 64)];
        assert_eq!(told(&call, 70), all);
        assert_eq!(told(&call, 10 + 72), [all[0], all[2]], "three days after its issue a code is read no more");
        assert_eq!(told(&call, 168), []);
    }

    #[test]
    fn a_permit_of_a_national_system_is_in_no_list_of_ours() {
        let (source, number, recorder) = (String::new(), String::new(), String::new());
        let mirror = Some(Mirror { source, number, recorder, decided_at: Instant(0) });
        let permits = vec![Permit { mirror, ..permit("departure", "M1", 0, 24) }];
        assert_eq!(told(&ShipCall { permits, ..ShipCall::default() }, 20), []);
    }
}
