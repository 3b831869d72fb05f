//! What an entry of a flight tells.

use super::{Entry, Flight, Limit, Record, Status};
use crate::{matter::Organ, notice::Told};

impl Flight {
    /// What an entry tells; nothing for some. What is filed, the queues tell.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        let all = || {
            let organs = self.organs().into_iter().map(str::to_owned);
            let mut all: Vec<Organ> = organs.chain(self.concerned.iter().cloned()).collect();
            all.sort();
            all.dedup();
            all
        };
        let by = |event, organ: &Organ| Told { event, who: organ.clone(), ..none() };
        Some(match &record.entry {
            Entry::Announced { concerned, .. } => {
                Told { event: "flight.announced", units: concerned.clone(), ..none() }
            }
            Entry::Ruled { ruled, formality, organ } if !ruled.granted => {
                Told { formality: formality.code().to_owned(), ..by("flight.refused", organ) }
            }
            // The decision that cleared it, and no other one.
            Entry::Ruled { .. } if self.status() == Status::Cleared && self.last_ruled() == Some(record.at) => {
                Told { event: "flight.cleared", units: self.concerned.clone(), ..none() }
            }
            Entry::Boarded { organ, .. } => Told { units: self.concerned.clone(), ..by("flight.boarded", organ) },
            Entry::FreePratique { .. } => Told { event: "flight.free_pratique", units: all(), ..none() },
            Entry::Held { organ, .. } => Told { units: self.concerned.clone(), ..by("flight.held", organ) },
            Entry::Lifted { organ } => Told { units: self.concerned.clone(), ..by("flight.lifted", organ) },
            Entry::Diverted { .. } => Told { event: "flight.diverted", units: all(), ..none() },
            Entry::Returned => Told { event: "flight.returned", units: all(), ..none() },
            Entry::Cancelled => Told { event: "flight.cancelled", units: all(), ..none() },
            Entry::DepartedUncleared => Told { event: "flight.uncleared", units: all(), ..none() },
            Entry::Passed(limit) => Told { event: "flight.breach", ..limit.told() },
            _ => return None,
        })
    }

    fn last_ruled(&self) -> Option<crate::Instant> {
        self.reviews.iter().filter_map(|review| review.ruling.as_ref()).map(|ruling| ruling.at).max()
    }
}

impl Limit {
    /// What is told of it: whose it is, and what it is about.
    pub fn told(&self) -> Told {
        Told {
            who: self.holder.clone(),
            formality: self.name.split(':').nth(1).unwrap_or_default().to_owned(),
            units: vec![self.holder.clone()],
            until: Some(self.due),
            ..Told::default()
        }
    }
}
