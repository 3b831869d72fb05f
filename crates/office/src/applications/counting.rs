//! What measures did is counted behind the log's sequenced position: applications as they stand, matters in which a measure was
//! used, how long the entry of calls took. What bills save is counted as they are stated (`charges.rs`). Done twice it gives the
//! same, and all of it can be counted anew.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    application::{Application, Status},
    consignment::Consignment,
    declaration::Declaration,
    flight::Flight,
    formality::Formality,
    measure::Use,
    priority::Preference,
    ship_call::ShipCall,
};
use store::{EventRow, Reach, Side, Stored, measures::effects::Counted};
use uuid::Uuid;

use super::kept::APPLICATION;
use crate::{Error, Office, kept::Kept};

/// The reader of the log, by name.
const COUNTING: &str = "effect";
/// Acts by which the entry of a call can be cleared, or be so no more.
const ENTRY: [&str; 3] = ["review.decided", "review.reopened", "formality.withdrawn"];

/// What a matter says of itself, by which a use is told from others: words by their name.
type Said = BTreeMap<&'static str, BTreeSet<String>>;

impl Office {
    /// Counts what the log holds beyond where this was done last, at most so many events; gives how many were read.
    ///
    /// # Errors
    /// The store's own. What cannot be read is set aside, and the rest goes on.
    pub async fn count_effects(&self, most: i64) -> Result<usize, Error> {
        let from = self.store.reader_position(COUNTING).await?;
        let (events, to) = self.store.reach(Reach::System("effect of the measures")).events_after(from, most).await?;
        if to == from {
            return Ok(0);
        }
        let side = self.counted(&events).await?;
        match self.store.tell_beside(COUNTING, (from, to), &[], &[], side).await {
            // Another node has counted it.
            Err(store::StoreError::Missed) => Ok(0),
            other => Ok(other.map(|()| events.len())?),
        }
    }

    /// Forgets what was counted, so that it is counted anew.
    pub(crate) async fn forget_counted(&self) -> Result<(), Error> {
        Ok(self.store.forget_effects(&[COUNTING, crate::charges::SAVINGS]).await?)
    }

    async fn counted(&self, events: &[EventRow]) -> Result<Vec<Side>, Error> {
        let uses: Vec<(&str, &Use)> = {
            let measures = self.profile.register.measures.iter();
            measures.flat_map(|measure| measure.uses.iter().map(|of| (measure.code.as_str(), of))).collect()
        };
        let of_application = |event: &EventRow| event.kind.starts_with("application.");
        let of_entry = |event: &EventRow| ENTRY.contains(&event.kind.as_str());
        let of_use = |event: &EventRow| uses.iter().any(|(_, of)| of.event == event.kind);
        let wanted: BTreeSet<Uuid> = events
            .iter()
            .filter(|event| of_application(event) || of_entry(event) || of_use(event))
            .map(|event| event.matter)
            .collect();
        let wanted: Vec<Uuid> = wanted.into_iter().collect();
        let (mut side, mut used) = (Vec::new(), BTreeMap::new());
        for stored in self.store.reach(Reach::System("effect of the measures")).matters(&wanted).await? {
            let own = || events.iter().filter(|event| event.matter == stored.id);
            let (id, firm) = (stored.id, stored.row.firm.clone());
            let asked: Vec<(&str, &Use, Instant)> = own()
                .flat_map(|event| uses.iter().map(move |(measure, of)| (*measure, *of, event)))
                .filter(|(_, of, event)| of.event == event.kind)
                .map(|(measure, of, event)| (measure, of, Instant(event.at)))
                .collect();
            let recount = own().any(|event| of_application(event) || of_entry(event));
            if !recount && asked.is_empty() {
                continue;
            }
            let said =
                match self.count_matter(stored, recount, asked.iter().any(|(_, of, _)| !of.with.is_empty())).await {
                    Ok((counted, said)) => {
                        side.extend(counted);
                        said
                    }
                    Err(Error::Internal(why)) => {
                        self.store.set_aside(COUNTING, 1, &why, id.as_bytes()).await?;
                        continue;
                    }
                    Err(other) => return Err(other),
                };
            let used_now = asked.into_iter().filter(|(_, of, _)| holds(of, &said));
            used.extend(used_now.map(|(measure, _, at)| ((measure.to_owned(), self.month_of(at), id), firm.clone())));
        }
        for (measure, month, id) in self.store.uses_uncounted(used.keys().cloned().collect()).await? {
            let firm = used.get(&(measure.clone(), month.clone(), id)).map(String::as_str).unwrap_or_default();
            side.extend(self.store.count_use_sides((&measure, &month, id), firm));
        }
        Ok(side)
    }

    /// What is counted of a matter, and what it says of itself where somebody asks.
    async fn count_matter(&self, stored: Stored, recount: bool, asked: bool) -> Result<(Option<Side>, Said), Error> {
        let id = stored.id;
        match stored.kind.as_str() {
            APPLICATION if recount => {
                let application: Application = self.unfold(stored).await?;
                let counted = counted(&application, self.month_of(application.opened_at));
                Ok((Some(self.store.count_application_side(id, &counted)), Said::new()))
            }
            ShipCall::KIND if recount || asked => {
                let call: ShipCall = self.unfold(stored).await?;
                let took = call.entry_took().map(|(since, took)| (self.month_of(since), took));
                let side = self
                    .store
                    .count_call_side(&call.number, took.as_ref().map(|(month, took)| (month.as_str(), *took)));
                Ok((Some(side), said_of_call(&call)))
            }
            Declaration::KIND if asked => Ok((None, said_of_declaration(&self.unfold(stored).await?))),
            Consignment::KIND if asked => {
                let of: Consignment = self.unfold(stored).await?;
                Ok((None, Said::from([("priority", prior(&of.preferences))])))
            }
            Flight::KIND if asked => {
                let flight: Flight = self.unfold(stored).await?;
                Ok((None, Said::from([("service", BTreeSet::from([flight.told.service]))])))
            }
            _ => Ok((None, Said::new())),
        }
    }
}

/// True where a matter says of itself what a use asks for.
fn holds(of: &Use, said: &Said) -> bool {
    of.with.iter().all(|(name, values)| {
        said.get(name.as_str()).is_some_and(|said| values.iter().any(|value| said.contains(value)))
    })
}

/// The measures by which it was given a priority, also one that has ended since: counted anew it is the same.
fn prior<W>(preferences: &[Preference<W>]) -> BTreeSet<String> {
    preferences.iter().map(|of| of.priority.measure.clone()).collect()
}

fn said_of_call(call: &ShipCall) -> Said {
    let filed = |formality| call.filings.get(&formality).and_then(|filing| filing.versions.first());
    let listed = filed(Formality::CrewList).is_some_and(|version| {
        // She has not come, or they were there before.
        call.actual("arrival").is_none_or(|arrival| version.at < arrival)
    });
    let lists = if listed { "before_arrival" } else { "later" };
    Said::from([("priority", prior(&call.preferences)), ("lists", BTreeSet::from([lists.to_owned()]))])
}

fn said_of_declaration(declaration: &Declaration) -> Said {
    let attended = declaration.measures.iter().filter_map(|of| of.inspection.attendance.as_ref());
    Said::from([
        ("priority", prior(&declaration.preferences)),
        ("mode", BTreeSet::from([declaration.mode.code.clone()])),
        ("attendance", attended.map(|of| of.how.clone()).collect()),
    ])
}

/// What an application adds to its measure and month.
fn counted(application: &Application, month: String) -> Counted {
    let status = application.status();
    let number = |is: bool| i64::from(is);
    let late = application.breaches.iter().filter(|breach| breach.holder != "firm").count();
    let mut counted = Counted { measure: application.measure.clone(), month, ..Counted::default() };
    let counts = &mut counted.counts;
    counts.told = i64::try_from(application.measure_told.len()).unwrap_or(i64::MAX);
    counts.applied = number(!application.without_claim);
    counts.by_itself = number(application.without_claim);
    counts.pending = number(status.is_open());
    counts.late = i64::try_from(late).unwrap_or(i64::MAX);
    match (status, application.standing()) {
        (Status::Granted | Status::Applied, Some(decision)) => {
            counts.granted = 1;
            counts.saved = decision.decided.saved.unwrap_or(0);
            counts.hours = decision.decided.hours.unwrap_or(0);
            counted.firm = application.firm.clone();
            counted.about = application.about.clone().unwrap_or_default();
        }
        (Status::Refused, Some(decision)) => {
            counts.refused = 1;
            counted.law = decision.decided.law.clone();
        }
        (Status::Withdrawn | Status::Lapsed | Status::Revoked, decision) => {
            counts.fell_away = 1;
            counts.back = decision.and_then(|decision| decision.back).unwrap_or(0);
        }
        _ => {}
    }
    counted
}
