//! A flight as the store keeps it.

use domain::{flight::Flight, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use crate::{Actor, Error, kept::Kept};

/// The kind of a flight's matter, and what the steps of its tasks begin with.
pub(crate) const FLIGHT: &str = store::reach::FLIGHT;

impl Kept for Flight {
    const KIND: &'static str = FLIGHT;
    const NOUN: &'static str = "flight";
    const FOLD: &'static str = "flight 1";
    const IS_RENAMED: bool = false;
    const NEWEST_FORM: i64 = 1;

    /// Its title is its designator, its place the direction; it starts when it lands or takes off, as best known.
    fn row(&self) -> MatterRow {
        let status = self.status();
        MatterRow {
            number: self.number.clone(),
            firm: self.told.firm.clone(),
            title: self.told.designator.clone(),
            subject_key: self.told.designator.clone(),
            state: status.code().to_owned(),
            holder: self.holder().to_owned(),
            due_at: self.clocks().iter().map(|(_, due)| due.0).min(),
            starts_at: self.expected(self.told.direction.event()).map(|at| at.0),
            ends_at: status.is_over().then_some(self.updated_at.0),
            place: self.told.direction.code().to_owned(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// What organs decide, and the quarantine.
    fn task_writes(&self) -> Vec<TaskWrite> {
        if self.status().is_over() {
            return Vec::new();
        }
        let task = |organ: &str, what: &str, since: i64, due: Option<i64>| TaskWrite {
            organ: organ.to_owned(),
            step: format!("{FLIGHT}:{what}"),
            state: "open".to_owned(),
            open: true,
            since,
            due_at: due,
            ..TaskWrite::default()
        };
        let limit = |name: &str| self.limits.iter().find(|limit| limit.name == name).map(|limit| limit.due.0);
        let undecided = self.reviews.iter().filter(|review| review.ruling.is_none());
        let mut tasks: Vec<TaskWrite> = undecided
            .map(|review| {
                let what = review.formality.code();
                task(&review.organ, what, review.since.0, limit(&format!("decide:{what}:{}", review.organ)))
            })
            .collect();
        let boards = self.quarantine.demanded.iter().filter(|_| self.quarantine.stands());
        tasks.extend(boards.map(|demand| task(&demand.organ, "quarantine", self.opened_at.0, None)));
        tasks
    }

    /// Their step says that they are a flight's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write =
            |(clock, due): (String, domain::Instant)| ClockWrite { clock, step: FLIGHT.to_owned(), due_at: due.0 };
        self.clocks().into_iter().map(write).collect()
    }

    /// Its number, designator, registration, and the airport at the other end.
    fn tokens(&self) -> Vec<String> {
        let told = &self.told;
        let mut tokens: Vec<String> =
            [&self.number, &told.designator, &told.registration, &told.other].map(|token| token.to_lowercase()).into();
        tokens.extend(self.number.rsplit_once('-').map(|(_, serial)| serial.to_lowercase()));
        tokens.retain(|token| !token.is_empty());
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// The organs that have a part in it, the one that quarantines, and the airport.
    fn parties(&self) -> Vec<String> {
        let mut parties: Vec<String> = self.concerned.iter().map(|organ| organ_party(organ)).collect();
        parties.extend(self.organs().into_iter().map(organ_party));
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Flight>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("flight.")
    }
}
