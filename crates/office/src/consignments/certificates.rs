//! A release certificate as a code that a gate verifies without a connection: the codes of permits of persons, whose holder
//! here is a truck and whose document is its plate.

use domain::{
    Text,
    consignment::{Certificate, Consignment, Slot, rules, yard_gate},
};
use ledger::{
    person_permit::{self as codes, Claims},
    status_list::{Entry as Listed, Status},
};
use store::{Filter, Order, Reach};
use uuid::Uuid;

use super::{FoundConsignment, kept};
use crate::{Actor, Error, Office, SignedPermit, kept::Kept as _};

/// Consignments that are read at a time.
const PAGE: i64 = 200;

/// A certificate ready for paper or a phone.
#[derive(Clone, Debug)]
pub struct CertificateView {
    /// Its serial.
    pub serial: u32,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub certificate: Certificate,
    /// For which truck.
    pub slot: Slot,
    /// Its code; none when it opens no gate any more.
    pub signed: Option<SignedPermit>,
}

impl Office {
    /// The certificates of a consignment with their codes, for who has the delivery order and for the terminal.
    ///
    /// # Errors
    /// [`Error::NotFound`] for others; [`Error::Refused`] when the issuer's key is kept elsewhere.
    pub fn certificates(&self, actor: &Actor, found: &FoundConsignment) -> Result<Vec<CertificateView>, Error> {
        let of = &found.consignment;
        let ordered = of.orders.last().is_some_and(|order| order.to == actor.unit());
        if !ordered && actor.unit() != of.units.terminal {
            return Err(Error::NotFound);
        }
        let mut views = Vec::new();
        for (serial, certificate) in &of.certificates {
            let Some(slot) = of.slots.get(&certificate.slot) else { continue };
            let signed = match certificate.is_open() {
                true => Some(self.sign_certificate(of, *serial, certificate, slot)?),
                false => None,
            };
            views.push(CertificateView {
                serial: *serial,
                number: of.certificate_number(*serial),
                certificate: certificate.clone(),
                slot: slot.clone(),
                signed,
            });
        }
        Ok(views)
    }

    fn sign_certificate(
        &self,
        of: &Consignment,
        serial: u32,
        certificate: &Certificate,
        slot: &Slot,
    ) -> Result<SignedPermit, Error> {
        let rules = rules(&self.profile, &of.units.certificate, certificate.at);
        let issuer = rules.map_or_else(|| of.units.terminal.clone(), |rules| rules.issuer);
        let number = of.certificate_number(serial);
        let what = if slot.container.is_empty() { of.told.bill() } else { slot.container.clone() };
        let claims = Claims {
            issued_at: certificate.at.0,
            not_before: certificate.from.0,
            expires_at: certificate.until.0,
            kind: of.units.certificate.clone(),
            port: self.profile.port.code.clone(),
            place: yard_gate(&slot.yard),
            place_name: format!("{} {what} ({})", self.yard_name(of, &slot.yard), slot.packages),
            holder: truck(slot),
            binding: codes::binding(&number, &slot.plate),
            single_use: true,
            holder_bound: true,
            outward: false,
            number,
            issuer,
        };
        let code = codes::sign(&claims, self.organ_key(&claims.issuer)?).map_err(crate::permits::ours)?;
        let svg = ledger::qr::qr_svg(&code, &claims.number).map_err(crate::permits::ours)?;
        Ok(SignedPermit { code, svg })
    }

    /// A yard in both languages.
    pub(super) fn yard_name(&self, of: &Consignment, yard: &str) -> String {
        let both = |text: &Text| if text.zh == text.en { text.en.clone() } else { format!("{} {}", text.zh, text.en) };
        let named = self.yards(of.mode).into_iter().find(|(code, _)| code == yard);
        named.map_or_else(|| yard.to_owned(), |(_, name)| both(&name))
    }

    /// A consignment and the serial of a certificate, by the certificate's number; none where there is no such certificate.
    pub(crate) async fn by_certificate(&self, number: &str) -> Result<Option<(Uuid, Consignment, u32)>, Error> {
        let Some((matter, serial)) = number.rsplit_once("-R") else { return Ok(None) };
        let Ok(serial) = serial.parse::<u32>() else { return Ok(None) };
        let reach = self.store.reach(Reach::System("certificate verified"));
        let Some(stored) = reach.matter_by_number(matter).await? else { return Ok(None) };
        if stored.kind != Consignment::KIND {
            return Ok(None);
        }
        let (id, consignment) = (stored.id, self.unfold::<Consignment>(stored).await?);
        let written_so = consignment.certificate_number(serial) == number;
        Ok((written_so && consignment.certificates.contains_key(&serial)).then_some((id, consignment, serial)))
    }

    /// Consignments whose certificates have not all run out, at one yard or everywhere.
    pub(super) async fn certified(&self, yard: Option<&str>) -> Result<Vec<Consignment>, Error> {
        let place = yard.map(str::to_owned);
        let filter = Filter { ends_from: Some(self.now().0), order: Order::Ends, place, ..Filter::default() };
        let reach = self.store.reach(Reach::System("certificates of release"));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = reach.list(kept::CONSIGNMENT, &filter, after, PAGE).await?;
            let full = i64::try_from(page.len()) == Ok(PAGE);
            after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
            let ids: Vec<Uuid> = page.iter().map(|line| line.id).collect();
            for stored in reach.matters(&ids).await? {
                found.push(self.unfold::<Consignment>(stored).await?);
            }
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// Certificates of an issuer that were taken back or used and have not run out, for its status list.
    pub(crate) async fn listed_certificates(&self, issuer: &str) -> Result<Vec<Listed>, Error> {
        let now = self.now().0;
        let mut entries = Vec::new();
        for of in self.certified(None).await? {
            let rules = rules(&self.profile, &of.units.certificate, self.now());
            if rules.is_none_or(|rules| rules.issuer != issuer) {
                continue;
            }
            entries.extend(of.certificates.keys().filter_map(|serial| listed(&of, *serial, now)));
        }
        Ok(entries)
    }
}

/// The truck as a gate reads it.
pub(super) fn truck(slot: &Slot) -> String {
    format!("{} · {}", slot.plate, slot.haulier).chars().take(60).collect()
}

/// What is to be told of a certificate that does not simply hold and has not run out.
pub(crate) fn listed(of: &Consignment, serial: u32, now: i64) -> Option<Listed> {
    let certificate = of.certificates.get(&serial).filter(|certificate| certificate.until.0 > now)?;
    let (status, since) = match (&certificate.used, &certificate.revoked) {
        (Some(passage), _) => (Status::Used, passage.at),
        (None, Some((since, _))) => (Status::Revoked, *since),
        (None, None) => return None,
    };
    Some(Listed { number: of.certificate_number(serial), status, since: since.0 })
}
