//! The catalogue of services, and how long each really took in the last days, read from the journals.

use std::collections::{BTreeMap, btree_map::Entry as Place};

use domain::{
    Instant,
    service::{Service, Times, Took, services, times},
};
use serde::{Deserialize, Serialize};
use store::reckoned::Dated;
use uuid::Uuid;

use crate::{Error, Office};

/// The figures are those of cases that were decided in so many days until now.
pub const DAYS: i64 = 30;
/// What was filed so many days before is still found.
const BACK: i64 = 120;
/// Figures are reckoned anew after an hour: the catalogue is open to anybody, and reading the journal is not cheap.
const FRESH: i64 = domain::instant::HOUR;
const DAY: i64 = 24 * domain::instant::HOUR;
/// Under this name the figures are kept.
const KEPT: &str = "service-times";

/// The catalogue with its figures.
#[derive(Clone, Debug, Serialize)]
pub struct Catalogue {
    /// The services.
    pub services: Vec<Service>,
    /// How long they took, by their codes.
    pub times: BTreeMap<String, Times>,
    /// When the figures were reckoned.
    pub at: Instant,
    /// Over how many days.
    pub days: i64,
}

#[derive(Deserialize)]
struct OfFormality {
    formality: String,
}

/// Entries between which a formality of a call waits for its organs.
const OF_FORMALITY: [&str; 3] = ["formality.filed", "review.reopened", "review.decided"];
/// Entries between which a whole matter waits: the entry, what it is about, and whether the wait begins with it.
const WHOLE: [(&str, &str, bool); 11] = [
    ("application.filed", "application", true),
    ("application.decided", "application", false),
    ("problem.received", "problem", true),
    ("answer.given", "problem", false),
    ("person_permit.filed", "person_permit", true),
    ("person_permit.granted", "person_permit", false),
    ("person_permit.refused", "person_permit", false),
    ("crew_case.filed", "crew_case", true),
    ("crew_case.result", "crew_case", false),
    ("flight.filed", "flight", true),
    ("flight.ruled", "flight", false),
];

impl Office {
    /// The services that are offered today, and how long each took.
    ///
    /// # Errors
    /// The store's own.
    pub async fn service_catalogue(&self) -> Result<Catalogue, Error> {
        let now = self.now();
        let services = services(&self.profile, now);
        if let Some((at, json)) = self.store.reckoned(KEPT).await?
            && (at..at + FRESH).contains(&now.0)
        {
            return Ok(Catalogue { times: serde_json::from_str(&json)?, services, at: Instant(at), days: DAYS });
        }
        let times = self.service_times(&services, now).await?;
        // A full disk is no reason to show nothing.
        let _ = self.store.keep_reckoned(KEPT, &serde_json::to_string(&times)?).await;
        Ok(Catalogue { services, times, at: now, days: DAYS })
    }

    async fn service_times(&self, services: &[Service], now: Instant) -> Result<BTreeMap<String, Times>, Error> {
        let kinds = OF_FORMALITY.into_iter().chain(WHOLE.map(|(kind, ..)| kind)).map(str::to_owned);
        let kinds: Vec<String> = kinds.collect();
        let entries = self.store.dated_entries(&kinds, now.0 - BACK * DAY, now.0 + 1).await?;
        let took = took(&entries, Instant(now.0 - DAYS * DAY))?;
        let of = |service: &Service| {
            let cases = took.get(&service.about).map_or(&[][..], Vec::as_slice);
            (service.code.clone(), times(&self.profile, service.promised.as_ref(), cases))
        };
        Ok(services.iter().filter(|service| service.about != "advice").map(of).collect())
    }
}

/// The cases that were decided since an instant, by what they are about; entries come by matter and in their order.
fn took(entries: &[Dated], since: Instant) -> Result<BTreeMap<String, Vec<Took>>, Error> {
    let mut took: BTreeMap<String, Vec<Took>> = BTreeMap::new();
    // Since when each organ has had a formality before it; and whole matters under an empty name.
    let mut open: BTreeMap<(Uuid, String), Instant> = BTreeMap::new();
    for entry in entries {
        let at = Instant(entry.at);
        let (about, starts) = match WHOLE.iter().find(|(kind, ..)| *kind == entry.kind) {
            Some((_, about, starts)) => ((*about).to_owned(), *starts),
            // A decision that an organ took back for a cause of its own is waited for anew.
            None => (format!("formality:{}", formality(&entry.bytes)?.formality), entry.kind != "review.decided"),
        };
        match (open.entry((entry.matter, about.clone())), starts) {
            (Place::Vacant(place), true) => drop(place.insert(at)),
            (Place::Occupied(mut place), true) => drop(place.insert(at)),
            (Place::Occupied(place), false) => {
                if at >= since {
                    took.entry(about).or_default().push(Took { from: *place.get(), until: at });
                }
                // Of a whole matter the first answer counts; of a formality every organ decides.
                if !place.key().1.starts_with("formality:") {
                    place.remove();
                }
            }
            (Place::Vacant(_), false) => {}
        }
    }
    Ok(took)
}

/// The formality of an entry, whose content stands under the entry's kind.
fn formality(bytes: &[u8]) -> Result<OfFormality, Error> {
    let entry: BTreeMap<String, OfFormality> = serde_json::from_slice(bytes)?;
    entry.into_values().next().ok_or_else(|| Error::Internal("an entry without a kind".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(matter: u128, kind: &str, at: i64, formality: &str) -> Dated {
        let bytes =
            format!("{{\"{kind}\":{{\"formality\":\"{formality}\",\"organ\":\"msa\",\"outcome\":\"Granted\"}}}}");
        Dated { matter: Uuid::from_u128(matter), kind: kind.to_owned(), at, bytes: bytes.into_bytes() }
    }

    #[test]
    fn what_is_decided_is_reckoned_from_the_last_filing() {
        let entries = [
            entry(1, "formality.filed", 10, "crew_list"),
            entry(1, "review.decided", 25, "crew_list"),
            entry(1, "formality.filed", 100, "crew_list"),
            entry(1, "review.decided", 103, "crew_list"),
            entry(1, "review.decided", 107, "crew_list"),
            // Decided without anything that was found filed; and a problem whose second answer counts no more.
            entry(2, "review.decided", 110, "tonnage_tax"),
            entry(3, "problem.received", 90, ""),
            entry(3, "answer.given", 120, ""),
            entry(3, "answer.given", 300, ""),
            entry(4, "person_permit.filed", 60, ""),
            entry(4, "person_permit.refused", 65, ""),
            entry(4, "person_permit.granted", 90, ""),
        ];
        let found = took(&entries, Instant(50)).expect("read");
        let spans = |about: &str| -> Vec<i64> {
            found.get(about).into_iter().flatten().map(|of| of.until.0 - of.from.0).collect()
        };
        assert_eq!(spans("formality:crew_list"), [3, 7]);
        assert_eq!(spans("problem"), [30]);
        assert_eq!(spans("person_permit"), [5]);
        assert_eq!(found.len(), 3);
    }
}
