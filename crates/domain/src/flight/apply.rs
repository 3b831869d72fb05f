//! Folding a flight's journal: total, and blind to profile and clock.

use super::{
    Ended, Entry, Flight, Hold, Limit, Record, Review, Ruling, Stand, Time, Version, act::Ruled, entry::Assessed,
};
use crate::{Instant, formality::Formality};

/// Folds one entry.
pub(super) fn apply(flight: &mut Flight, record: &Record) {
    flight.version += 1;
    flight.updated_at = record.at;
    let at = record.at;
    let ruling = |ruled: &Ruled| Ruling { at, ruled: ruled.clone() };
    match &record.entry {
        Entry::Announced { new, airport, concerned } => {
            flight.number.clone_from(&new.number);
            flight.airport.clone_from(airport);
            flight.concerned.clone_from(concerned);
            flight.told = (**new).clone();
            flight.opened_at = at;
            flight.state(new.direction.event(), "scheduled", new.scheduled, record);
        }
        Entry::Assessed { assessed, limits } => flight.take(assessed, limits),
        Entry::Filed { filed, limits, organs } => {
            flight.facts.extend(filed.facts.clone());
            let version = Version { at, channel: record.channel.clone(), filed: filed.clone() };
            flight.filings.entry(filed.formality).or_default().push(version);
            flight.limits.retain(|limit| !limit.is_about(filed.formality));
            flight.limits.extend(limits.iter().cloned());
            organs.iter().for_each(|organ| flight.give(filed.formality, organ, at));
        }
        Entry::TimeStated { event, kind, time } => flight.state(event, kind, *time, record),
        Entry::StandGiven { stand, used } => flight.stands.push(Stand { code: stand.clone(), at, used: *used }),
        Entry::Ruled { formality, organ, ruled } => {
            let of = |review: &&mut Review| review.formality == *formality && review.organ == *organ;
            if let Some(review) = flight.reviews.iter_mut().find(of) {
                review.ruling = Some(ruling(ruled));
                review.reopened = false;
            }
            let name = format!("decide:{}:{organ}", formality.code());
            flight.limits.retain(|limit| limit.name != name);
        }
        Entry::Boarded { .. } => {
            flight.quarantine.begun = Some(at);
            flight.quarantine.ended = None;
        }
        Entry::FreePratique { ruled } => flight.quarantine.ended = Some(ruling(ruled)),
        Entry::Held { organ, ruled } => {
            flight.holds.push(Hold { organ: organ.clone(), placed: ruling(ruled), lifted: None });
        }
        Entry::Lifted { organ } => {
            let theirs = |hold: &&mut Hold| hold.organ == *organ && hold.lifted.is_none();
            flight.holds.iter_mut().filter(theirs).for_each(|hold| hold.lifted = Some(at));
        }
        Entry::Opened { what } => {
            flight.opened.entry(what.clone()).or_insert(at);
        }
        Entry::LeftAirside => flight.told.flies_on = None,
        Entry::Diverted { to } => flight.end("diverted", to, at),
        Entry::Returned => {
            flight.returned.push(at);
            for review in &mut flight.reviews {
                review.reopened |= review.is_granted();
                review.ruling = None;
                review.since = at;
            }
        }
        Entry::Cancelled => flight.end("cancelled", "", at),
        Entry::DepartedUncleared => flight.uncleared.push(at),
        Entry::Passed(breach) => {
            flight.limits.retain(|limit| limit.name != breach.name);
            flight.breaches.push(breach.clone());
        }
    }
}

impl Flight {
    /// What the tables say now. A demand of quarantine that arose after free pratique stands anew; a limit of filing that passed
    /// does not come again.
    fn take(&mut self, assessed: &Assessed, limits: &[Limit]) {
        let risen = assessed.demanded.is_some() && self.quarantine.demanded.is_none();
        if risen {
            self.quarantine.ended = None;
        }
        if self.quarantine.begun.is_none() || assessed.demanded.is_some() {
            self.quarantine.demanded.clone_from(&assessed.demanded);
        }
        self.due.clone_from(&assessed.due);
        let due = |formality: Formality| assessed.due.iter().find(|due| due.formality == formality);
        self.reviews.retain(|review| due(review.formality).is_some_and(|due| due.organs.contains(&review.organ)));
        self.limits.retain(|limit| limit.name.starts_with("decide:"));
        self.limits.retain(|limit| assessed.due.iter().any(|due| limit.is_about(due.formality)));
        let passed = |limit: &&Limit| self.breaches.iter().any(|breach| breach.name == limit.name);
        let running: Vec<Limit> = limits.iter().filter(|limit| !passed(limit)).cloned().collect();
        self.limits.extend(running);
        // What was filed before an organ became concerned lies on its desk now.
        let given: Vec<_> = assessed.due.iter().filter(|due| self.filings.contains_key(&due.formality)).collect();
        for due in given {
            for organ in &due.organs {
                if self.review(due.formality, organ).is_none() {
                    self.give(due.formality, organ, self.updated_at);
                }
            }
        }
    }

    /// An organ has a version to decide on; what it granted before is open again.
    fn give(&mut self, formality: Formality, organ: &str, at: Instant) {
        let reopened = self.review(formality, organ).is_some_and(|review| review.is_granted() || review.reopened);
        self.reviews.retain(|review| !(review.formality == formality && review.organ == organ));
        self.reviews.push(Review { formality, organ: organ.to_owned(), since: at, ruling: None, reopened });
    }

    fn state(&mut self, event: &str, kind: &str, time: Instant, record: &Record) {
        self.times.push(Time {
            event: event.to_owned(),
            kind: kind.to_owned(),
            time,
            source: record.party.clone(),
            said_at: record.at,
        });
    }

    fn end(&mut self, how: &str, to: &str, at: Instant) {
        self.ended = Some(Ended { at, how: how.to_owned(), to: to.to_owned() });
        self.limits.clear();
    }
}

impl Limit {
    fn is_about(&self, formality: Formality) -> bool {
        self.name.split(':').nth(1) == Some(formality.code())
    }
}
