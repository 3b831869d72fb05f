//! A permit of a person as a code that a gate verifies without a connection, and what anybody is told of one.

use domain::{
    Fault, Severity, Text, Value,
    person_permit::{Holder, PersonPermit, Ruling, Standing, subject_name},
};
use ledger::{
    permit::Verdict,
    person_permit::{self as codes, Claims},
    status_list::{Entry as Listed, Status, StatusList},
};
use store::{Filter, Order, Reach};

use super::{Permits, kept};
use crate::{Actor, Error, Office, SignedPermit, kept::Kept as _};

/// Why matters are read for a status list, and so many at a time.
const LIST: &str = "status list";
const PAGE: i64 = 200;

/// A permit ready for paper.
#[derive(Clone, Debug)]
pub struct PersonPermitView {
    /// Its serial.
    pub serial: u32,
    /// Its number.
    pub number: String,
    /// Who holds it; empty once it was erased.
    pub holder: Value,
    /// What was decided.
    pub ruling: Ruling,
    /// Where it stands.
    pub standing: Standing,
    /// Its code; none when the organ's key is kept elsewhere, or the holder was erased.
    pub signed: Option<SignedPermit>,
    /// Why there is no code.
    pub unsigned: Option<Fault>,
}

/// What a code or number says, and what it is worth.
#[derive(Clone, Debug)]
pub struct VerifiedPerson {
    /// What it says.
    pub claims: Claims,
    /// Its worth.
    pub verdict: Verdict,
}

impl Office {
    /// The permits of an application that were granted, each with its code; or the one of a serial.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who do not read the holders, and when there is none.
    pub async fn person_codes(
        &self,
        actor: &Actor,
        found: &Permits,
        serial: Option<u32>,
    ) -> Result<Vec<PersonPermitView>, Error> {
        let holders = self.holders_of(actor, found).await?;
        let mut views = Vec::new();
        for (of, holder) in &found.permit.holders {
            let Some(ruling) = holder.ruling.clone().filter(|ruling| ruling.granted) else { continue };
            if serial.is_some_and(|wanted| wanted != *of) || !actor.reads_holders(&found.permit) {
                continue;
            }
            let content = holders.iter().find(|(serial, _)| serial == of).map(|(_, content)| content.clone());
            let signed = content.as_ref().map(|content| self.sign_person(&found.permit, *of, &ruling, content));
            let (signed, unsigned) = match signed {
                Some(Ok(signed)) => (Some(signed), None),
                Some(Err(Error::Refused(fault))) => (None, Some(fault)),
                Some(Err(other)) => return Err(other),
                None => (None, None),
            };
            views.push(PersonPermitView {
                serial: *of,
                number: found.permit.permit_number(*of),
                holder: content.unwrap_or_default(),
                standing: holder.standing(found.permit.single_use),
                ruling,
                signed,
                unsigned,
            });
        }
        if views.is_empty() { Err(Error::NotFound) } else { Ok(views) }
    }

    fn sign_person(
        &self,
        permit: &PersonPermit,
        serial: u32,
        ruling: &Ruling,
        content: &Value,
    ) -> Result<SignedPermit, Error> {
        let key = self.organ_key(&permit.organ)?;
        let claims = self.person_claims(permit, serial, ruling, content);
        let code = codes::sign(&claims, key).map_err(crate::permits::ours)?;
        let svg = ledger::qr::qr_svg(&code, &claims.number).map_err(crate::permits::ours)?;
        Ok(SignedPermit { code, svg })
    }

    fn person_claims(&self, permit: &PersonPermit, serial: u32, ruling: &Ruling, content: &Value) -> Claims {
        let number = permit.permit_number(serial);
        let name: String = subject_name(content).chars().take(60).collect();
        Claims {
            issuer: permit.organ.clone(),
            issued_at: ruling.at.0,
            not_before: ruling.from.0,
            expires_at: ruling.until.0,
            kind: permit.kind.clone(),
            port: permit.port.clone(),
            place: permit.place.key(),
            place_name: self.place_name(permit),
            holder: name,
            binding: codes::binding(&number, content.get("document_number").text().unwrap_or_default()),
            single_use: permit.single_use,
            holder_bound: permit.holder_bound,
            outward: permit.outward,
            number,
        }
    }

    /// The place in words that a gate reads, in both languages.
    pub(super) fn place_name(&self, permit: &PersonPermit) -> String {
        let both = |text: &Text| if text.zh == text.en { text.en.clone() } else { format!("{} {}", text.zh, text.en) };
        let place = &permit.place;
        let named = match place.kind.as_str() {
            "berth" => self.profile.berth(&place.code).map(|berth| both(&berth.name)),
            "region" => {
                let mut areas = self.profile.berths.iter().map(|berth| &berth.area);
                areas.find(|area| area.en == place.code).map(both)
            }
            _ => Some(both(&place.name)),
        };
        let name = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| place.code.clone()).chars().take(80).collect()
    }

    /// An application, its serial and holder, by a permit's number; none where there is no such permit.
    pub(super) async fn by_permit_number(&self, number: &str) -> Result<Option<(Permits, u32)>, Error> {
        let Some((matter, serial)) = number.rsplit_once('-') else { return Ok(None) };
        let Ok(serial) = serial.parse::<u32>() else { return Ok(None) };
        let reach = self.store.reach(Reach::System("permit of a person verified"));
        let Some(stored) = reach.matter_by_number(matter).await? else { return Ok(None) };
        if stored.kind != PersonPermit::KIND {
            return Ok(None);
        }
        let (id, permit) = (stored.id, self.unfold::<PersonPermit>(stored).await?);
        let written_so = permit.permit_number(serial) == number;
        Ok((written_so && permit.holders.contains_key(&serial)).then_some((Permits { id, permit }, serial)))
    }

    /// Verifies the text of a code as anybody may: the signature, the time, and what the port knows now.
    ///
    /// # Errors
    /// The ledger's refusal as a fault, with its stable code.
    pub async fn verify_person(&self, text: &str) -> Result<VerifiedPerson, Error> {
        let now = self.now().0;
        let verify = |lists: &[StatusList]| {
            codes::verify(text.trim(), &self.keys.trust_list, lists, now).map_err(|refusal| {
                let text = Text::new(refusal.zh.clone(), refusal.en.clone());
                let remedy = Text::new("请向签发机关核实原件。", "Ask the organ that is named as issuer.");
                Error::Refused(Fault::new(Severity::Error, refusal.code, "", text, remedy))
            })
        };
        let claims = verify(&[])?.claims;
        let mut entries = Vec::new();
        if let Some((found, serial)) = self.by_permit_number(&claims.number).await? {
            entries.extend(listed(&found.permit, serial, now));
        } else if let Some((_, of, serial)) = self.by_certificate(&claims.number).await? {
            entries.extend(crate::consignments::certificates::listed(&of, serial, now));
            // A certificate rests on what others let go: what does not stand any more opens no gate.
            let (customs, _) = self.customs_of(&of).await?;
            if entries.is_empty() && !of.may_leave(customs, self.now()) {
                entries.push(Listed { number: claims.number.clone(), status: Status::Revoked, since: now });
            }
        }
        let list = StatusList { issuer: claims.issuer, issued_at: now, next_update: now + 1, entries };
        let verified = verify(&[list])?;
        Ok(VerifiedPerson { claims: verified.claims, verdict: verified.verdict })
    }

    /// Permits of persons of an organ that were taken back or used up and have not run out, for its status list.
    pub(crate) async fn listed_persons(&self, organ: &str) -> Result<Vec<Listed>, Error> {
        let now = self.now().0;
        let filter = Filter {
            ends_from: Some(now),
            order: Order::Ends,
            tokens: vec![kept::LISTED.to_owned()],
            ..Filter::default()
        };
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let reach = self.store.reach(Reach::System(LIST));
            let page = reach.list(kept::PERSON_PERMIT, &filter, after, PAGE).await?;
            let full = i64::try_from(page.len()) == Ok(PAGE);
            after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
            for line in page {
                let Some(stored) = reach.matter(line.id).await? else { continue };
                let permit = self.unfold::<PersonPermit>(stored).await?;
                if permit.organ == organ {
                    entries.extend(permit.holders.keys().filter_map(|serial| listed(&permit, *serial, now)));
                }
            }
            if after.is_none() {
                return Ok(entries);
            }
        }
    }
}

/// What is to be told of a permit that does not simply hold and whose term has not run out.
fn listed(permit: &PersonPermit, serial: u32, now: i64) -> Option<Listed> {
    let holder: &Holder = permit.holders.get(&serial)?;
    let ruling = holder.ruling.as_ref().filter(|ruling| ruling.granted && ruling.until.0 > now)?;
    let (status, since) = match holder.standing(permit.single_use) {
        Standing::Revoked => (Status::Revoked, holder.revoked.as_ref().map_or(ruling.at, |(at, ..)| *at)),
        Standing::Used => (Status::Used, holder.last.as_ref().map_or(ruling.at, |last| last.at)),
        _ => return None,
    };
    Some(Listed { number: permit.permit_number(serial), status, since: since.0 })
}
