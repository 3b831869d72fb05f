//! Permits as documents: a signed code that verifies without a network, and the list of those that stand no longer.

use domain::{
    Fault, Severity, Text, Value,
    matter::Matter,
    ship_call::{Entry, Permit, PermitStanding, Record, ShipCall, Status as CallStatus, Words},
};
use ledger::{
    permit::{self, PermitClaims},
    status_list::{Entry as Listed, Status, StatusList},
};
use sha2::{Digest, Sha256};
use store::{Filter, Order, Reach, Stored};

use crate::{Actor, Call, Error, Office, kept::Kept, ship_calls::is_over};

/// A permit ready for paper.
#[derive(Clone, Debug)]
pub struct PermitView {
    /// The permit as the journal has it.
    pub permit: Permit,
    /// Whether it still stands.
    pub standing: PermitStanding,
    /// Its code; none for a permit that was issued in the organ's national system: that one is not ours to sign.
    pub signed: Option<SignedPermit>,
    /// Why there is no code though it is ours: the organ's key is kept elsewhere.
    pub unsigned: Option<Fault>,
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
    /// The signed form of a permit of a call: the same bytes each time, as long as the organ's key is the same. Whatever
    /// changed on the call since is told by the permit's standing, not by another code.
    /// Its conditions stand on it in the clear: whoever holds the permit reads them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the call has no such permit.
    pub async fn permit(&self, found: &Call, number: &str) -> Result<PermitView, Error> {
        let mut call = found.call.clone();
        self.open_call_words(&Actor::clock(), found.id, &mut call).await?;
        let call = &call;
        let permit = call.permits.iter().find(|permit| permit.number == number).ok_or(Error::NotFound)?;
        let (signed, unsigned) = match &permit.mirror {
            Some(_) => (None, None),
            None => {
                let mut issued = as_issued(&self.records(found.id).await?, number);
                self.open_call_words(&Actor::clock(), found.id, &mut issued).await?;
                let as_then = issued.permits.iter().find(|permit| permit.number == number).ok_or(Error::NotFound)?;
                match self.sign(&issued, as_then) {
                    Ok(signed) => (Some(signed), None),
                    Err(Error::Refused(fault)) => (None, Some(fault)),
                    Err(other) => return Err(other),
                }
            }
        };
        Ok(PermitView { permit: permit.clone(), standing: call.permit_standing(permit), signed, unsigned })
    }

    /// What anybody is told of a permit by its number, without its code: how it stands. Its claims are not for who only
    /// read a number somewhere; callers show the ship's name of them and nothing else.
    ///
    /// # Errors
    /// [`Error::Refused`] with `PQ-PERMIT-010` for a number of which no permit was issued here.
    pub async fn verify_number(&self, number: &str) -> Result<permit::Permit, Error> {
        let number = number.trim().to_uppercase();
        let unknown = || Error::Refused(unknown_number(&number));
        let (call_number, _) = number.rsplit_once('-').ok_or_else(unknown)?;
        let reach = self.store.reach(Reach::System("permit verified"));
        let stored = reach.matter_by_number(call_number).await?.ok_or_else(unknown)?;
        let found = Call { id: stored.id, call: self.unfold(stored).await? };
        let view = match self.permit(&found, &number).await {
            Err(Error::NotFound) => return Err(unknown()),
            other => other?,
        };
        if let Some(fault) = view.unsigned {
            return Err(Error::Refused(fault));
        }
        self.verify_permit(&view.signed.ok_or_else(unknown)?.code).await
    }

    fn sign(&self, call: &ShipCall, permit: &Permit) -> Result<SignedPermit, Error> {
        let key = self.organ_key(&permit.organ)?;
        let code = permit::sign(&self.claims(call, permit)?, key).map_err(ours)?;
        let svg = ledger::qr::qr_svg(&code, &permit.number).map_err(ours)?;
        Ok(SignedPermit { code, svg })
    }

    /// The key of an organ. One that the trust list names and that is not here is kept elsewhere: nothing is signed for her.
    pub(crate) fn organ_key(&self, organ: &str) -> Result<&ledger::SigningKey, Error> {
        if let Some(key) = self.keys.organs.get(organ) {
            return Ok(key);
        }
        match self.keys.trust_list.keys.iter().any(|key| key.holder == organ && key.not_after.is_none()) {
            true => Err(Error::Refused(key_elsewhere(&self.profile, organ))),
            false => Err(Error::Internal(format!("organ {organ} has no key"))),
        }
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
            // What was erased is told on no permit any more.
            conditions: permit
                .conditions
                .iter()
                .filter_map(Words::plain)
                .map(|text| format!("{} / {}", text.zh, text.en))
                .collect(),
            sail_before: permit.until.0,
            payload_digest: Sha256::digest(serde_json::to_vec(permit)?).into(),
            log_index: None,
        })
    }

    /// Permits of an organ that must be examined again, or that stand no longer, as long as their codes can be read;
    /// signed by the organ, for those who verify offline.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an organ without a key; [`Error::Refused`] when her key is kept elsewhere.
    pub async fn status_list(&self, organ: &str) -> Result<String, Error> {
        let key = self.organ_key(organ).map_err(|error| match error {
            Error::Internal(_) => Error::NotFound,
            refused => refused,
        })?;
        self.statuses(organ).await?.sign(key).map_err(ours)
    }

    async fn statuses(&self, organ: &str) -> Result<StatusList, Error> {
        let now = self.now().0;
        // Every call that is under way, and of those that ended the ones whose permits can still be read.
        let active = crate::ship_calls::under_way();
        let over = Filter { ends_from: Some(now - self.longest_readable()), order: Order::Ends, ..Filter::default() };
        let mut entries = Vec::new();
        for filter in [Filter { states: active, ..Filter::default() }, over] {
            let ended = filter.ends_from.is_some();
            let mut after = None;
            loop {
                let page = self.store.reach(Reach::System(LIST)).list(ShipCall::KIND, &filter, after, PAGE).await?;
                let full = i64::try_from(page.len()).is_ok_and(|lines| lines == PAGE);
                after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
                let of_kind = |line: &&Stored| {
                    !ended || CallStatus::ALL.iter().any(|of| is_over(*of) && of.code() == line.row.state)
                };
                for line in page.iter().filter(of_kind) {
                    let Some(stored) = self.store.reach(Reach::System(LIST)).matter(line.id).await? else { continue };
                    let call = self.unfold::<ShipCall>(stored).await?;
                    let of_organ = call.permits.iter().filter(|permit| permit.organ == organ);
                    entries.extend(of_organ.filter_map(|permit| status_of(&call, permit, now)));
                }
                if after.is_none() {
                    break;
                }
            }
        }
        entries.extend(self.listed_persons(organ).await?);
        entries.extend(self.listed_grants(organ).await?);
        entries.extend(self.listed_certificates(organ).await?);
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
                let text = Text::new(refusal.zh.clone(), refusal.en.clone());
                let remedy = Text::new("请向签发机关核实原件。", "Ask the organ that is named as issuer.");
                Error::Refused(Fault::new(Severity::Error, refusal.code, "", text, remedy))
            })
        };
        let claims = verify(&[])?.claims;
        let reach = self.store.reach(Reach::System("permit verified"));
        let Some(stored) = reach.matter_by_number(&claims.call_number).await? else { return verify(&[]) };
        let call = self.unfold::<ShipCall>(stored).await?;
        let of = call.permits.iter().filter(|permit| permit.number == claims.number && permit.organ == claims.issuer);
        let entries = of.filter_map(|permit| status_of(&call, permit, now)).collect();
        verify(&[StatusList { issuer: claims.issuer, issued_at: now, next_update: now + LIST_LASTS, entries }])
    }
}

/// Until when a permit's code can be read.
fn readable_until(permit: &Permit) -> i64 {
    permit.until.0.max(permit.at.0 + READABLE)
}

/// What is to be told of a permit whose code can still be read; nothing of one that stands, or that was never ours.
fn status_of(call: &ShipCall, permit: &Permit, now: i64) -> Option<Listed> {
    if permit.mirror.is_some() || readable_until(permit) <= now {
        return None;
    }
    let (status, since) = match call.permit_standing(permit) {
        PermitStanding::Stands => return None,
        PermitStanding::ReexaminationDue(since) => (Status::ReExaminationDue, since),
        PermitStanding::Superseded(since) => (Status::Revoked, since),
        PermitStanding::Used(sailed) => (Status::Used, sailed),
    };
    Some(Listed { number: permit.number.clone(), status, since: since.0 })
}

/// The call as it stood when a permit was issued, or confirmed last.
fn as_issued(records: &[Record], number: &str) -> ShipCall {
    let of_permit = |record: &Record| match &record.entry {
        Entry::PermitIssued(permit) => permit.number == number,
        Entry::PermitConfirmed { number: of, .. } => of == number,
        _ => false,
    };
    let last = records.iter().rposition(of_permit).map_or(0, |last| last + 1);
    ShipCall::fold(&records[..last])
}

fn key_elsewhere(profile: &domain::profile::Profile, organ: &str) -> Fault {
    let name = profile.organ(organ).map_or_else(|| Text::new(organ, organ), |organ| organ.name.clone());
    Fault::new(
        Severity::Error,
        "PQ-PERMIT-011",
        "",
        Text::new(
            format!("{}的签名密钥不在本服务器上，此处不能为其签名。", name.zh),
            format!("The key of {} is not on this server, so that nothing is signed for it here.", name.en),
        ),
        Text::new(
            "请从存放该密钥的服务器领取许可证，或请系统管理员接入密钥（keys attach）。",
            "Get the permit from the server that has the key, or ask the operator to attach it (`keys attach`).",
        ),
    )
}

fn unknown_number(number: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-PERMIT-010",
        "",
        Text::new(
            format!("本口岸没有签发过编号为 {number} 的许可证。"),
            format!("No permit with the number {number} was issued in this port."),
        ),
        Text::new(
            "请核对编号；在其他系统签发的许可证，请向其签发机关核实。",
            "Compare the number; a permit of another system is verified by the organ that issued it.",
        ),
    )
}

pub(crate) fn ours(refusal: ledger::Refusal) -> Error {
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
    fn a_code_says_what_the_call_said_when_the_permit_was_issued_or_confirmed() {
        let record = |at: i64, entry: Entry| Record {
            at: Instant(at * HOUR),
            party: "organ:msa".to_owned(),
            person: "somebody".to_owned(),
            on_behalf: None,
            channel: "page".to_owned(),
            entry,
        };
        let (number, cause) = ("D1".to_owned(), "not_sailed".to_owned());
        let confirmed =
            Entry::PermitConfirmed { number: number.clone(), until: Instant(60 * HOUR), consulted: Vec::new() };
        let mut records = vec![record(10, Entry::PermitIssued(Box::new(permit("departure", "D1", 10, 24))))];
        let until = |records: &[Record]| as_issued(records, "D1").permits[0].until.0 / HOUR;
        let first = as_issued(&records, "D1");
        records.push(record(34, Entry::ReexaminationDue { number: number.clone(), cause }));
        records.push(record(35, Entry::AgentChanged { agent: "other".to_owned() }));
        assert_eq!(as_issued(&records, "D1"), first, "what came later is no part of it");
        records.push(record(36, confirmed));
        assert_eq!((first.permits[0].until.0 / HOUR, until(&records)), (34, 60), "a confirmed permit holds anew");
    }

    #[test]
    fn a_permit_of_a_national_system_is_in_no_list_of_ours() {
        let (source, number, recorder) = (String::new(), String::new(), String::new());
        let mirror = Some(Mirror { source, number, recorder, decided_at: Instant(0) });
        let permits = vec![Permit { mirror, ..permit("departure", "M1", 0, 24) }];
        assert_eq!(told(&ShipCall { permits, ..ShipCall::default() }, 20), []);
    }
}
