//! Who is signed on two ships, and whose papers end before she leaves.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry as Unread};

use domain::{
    Value,
    formality::{Formality, person_key},
    measure,
    precheck::{Elsewhere, Precheck, Run},
    ship_call::{ShipCall, Status},
};
use jiff::civil::Date;
use store::{Reach, Sealed};
use uuid::Uuid;

use crate::{Call, Error, Office, ship_calls::is_over};

/// What a document about somebody who is signed on two ships serves.
const ELSEWHERE: &str = "elsewhere";
/// The kind under which measures know a seafarer's certificate.
const COMPETENCY: &str = "competency";
/// No call is under way for longer than this with the list that she brought: half a year, microseconds.
const UNDER_WAY: i64 = 183 * 24 * domain::instant::HOUR;

impl Office {
    /// Counts the documents that end before the ship leaves, and the certificates, which a measure may extend.
    pub(super) fn count_expiring(&self, call: &ShipCall, persons: &[Value], run: &mut Run) {
        let day = |event: &str| call.expected(event).map(|at| at.date(&self.profile.zone));
        let Some(leaves) = day("departure") else { return };
        let on = day("arrival").unwrap_or_else(|| self.today());
        let ends = |person: &Value, field: &str| {
            let printed = person.get(field).text().and_then(|text| text.parse::<Date>().ok());
            printed.filter(|printed| *printed < leaves)
        };
        for person in persons {
            run.expiring += u32::from(ends(person, "document_expiry").is_some());
            let Some(printed) = ends(person, "competency_expiry") else { continue };
            let extension = measure::extension(&self.profile, COMPETENCY, printed, on);
            match extension.is_some_and(|extension| extension.covers(leaves)) {
                true => run.extended += 1,
                false => run.lapsing += 1,
            }
        }
    }

    /// Finds those of a crew whose document stands on the crew list of another call that is under way.
    pub(super) async fn seek_elsewhere(
        &self,
        id: Uuid,
        found: &Call,
        persons: &[Value],
        (run, documents): (&mut Run, &mut Vec<Sealed>),
    ) -> Result<(), Error> {
        let number =
            |person: &Value| person.get("document_number").text().filter(|text| !text.is_empty()).map(person_key);
        let of: Vec<(&Value, String)> = persons.iter().filter_map(|person| Some((person, number(person)?))).collect();
        let keys: Vec<String> = of.iter().map(|(_, key)| key.clone()).collect();
        let states = Status::ALL.into_iter().filter(|status| !is_over(*status)).map(|status| status.code().to_owned());
        let states: Vec<String> = states.collect();
        let purpose = (Formality::CrewList.code(), self.now().0 - UNDER_WAY);
        let mut calls: BTreeMap<Uuid, Option<ShipCall>> = BTreeMap::new();
        // One other ship is told of each, however many there are.
        let mut told = BTreeSet::new();
        for (document, matter, tells_of) in self.store.documents_about(purpose, &states, &keys).await? {
            if matter == found.id {
                continue;
            }
            if let Unread::Vacant(place) = calls.entry(matter) {
                let stored = self.store.reach(Reach::System("pre-check")).matter(matter).await?;
                let call = match stored {
                    Some(stored) => Some(self.unfold::<ShipCall>(stored).await?),
                    None => None,
                };
                place.insert(call);
            }
            let Some(Some(other)) = calls.get(&matter) else { continue };
            let filing = other.filings.get(&Formality::CrewList).and_then(|filing| filing.standing());
            // The same ship with two calls has one crew; a list that another version followed tells nothing any more.
            let stands = filing.is_some_and(|standing| standing.document == document.to_string());
            if !stands || other.ship.imo == found.call.ship.imo {
                continue;
            }
            for nth in tells_of.into_iter().filter(|nth| told.insert(*nth)) {
                let person = of[nth].0;
                let sealed =
                    self.seal_bytes(id, ELSEWHERE, serde_json::to_vec(person)?)?.about(vec![of[nth].1.clone()]);
                run.elsewhere.push(Elsewhere {
                    document: sealed.id.to_string(),
                    call: other.number.clone(),
                    ship: other.ship.name.clone(),
                });
                documents.push(sealed);
            }
        }
        Ok(())
    }

    /// Who is signed on two ships, by the last run.
    pub(super) async fn elsewhere_contents(
        &self,
        id: Uuid,
        precheck: &Precheck,
    ) -> Result<Vec<(Value, Elsewhere)>, Error> {
        let documents = self.store.reach(Reach::System("pre-check")).documents_for(id, ELSEWHERE).await?;
        let mut contents = Vec::new();
        for of in &precheck.run.elsewhere {
            let document = documents.iter().find(|document| document.id.to_string() == of.document);
            let bytes = document.and_then(|document| document.bytes.as_ref());
            let person = bytes.map_or(Ok(Value::Null), |bytes| serde_json::from_slice(bytes))?;
            contents.push((person, of.clone()));
        }
        Ok(contents)
    }
}
