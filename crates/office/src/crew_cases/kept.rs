//! A crew case as the store keeps it.

use domain::{crew_case::CrewCase, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use crate::{Actor, Error, kept::Kept};

impl Kept for CrewCase {
    const KIND: &'static str = store::reach::CREW_CASE;
    const NOUN: &'static str = "crew case";
    const FOLD: &'static str = "crew_case 2";
    const IS_RENAMED: bool = false;
    const NEWEST_FORM: i64 = 1;

    /// Its title is the kind, its place the ship's call; it starts when she berths.
    fn row(&self) -> MatterRow {
        let status = self.status();
        MatterRow {
            number: self.told.number.clone(),
            firm: self.told.firm.clone(),
            title: self.told.kind.clone(),
            subject_key: self.told.imo.clone(),
            state: status.code().to_owned(),
            holder: self.holder().to_owned(),
            due_at: self.clocks().iter().map(|(_, due)| due.0).min(),
            starts_at: self.berthing.map(|at| at.0),
            ends_at: status.is_over().then_some(self.updated_at.0),
            place: self.told.call.clone(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// None: its list is the desk of everybody who decides on it.
    fn task_writes(&self) -> Vec<TaskWrite> {
        Vec::new()
    }

    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write =
            |(clock, due): (String, domain::Instant)| ClockWrite { clock, step: Self::KIND.to_owned(), due_at: due.0 };
        self.clocks().into_iter().map(write).collect()
    }

    /// Its number, the call's, and the ship's.
    fn tokens(&self) -> Vec<String> {
        let told = &self.told;
        let mut tokens: Vec<String> = [&told.number, &told.call, &told.imo].map(|token| token.to_lowercase()).into();
        tokens.extend(told.number.rsplit_once('-').map(|(_, serial)| serial.to_lowercase()));
        tokens.retain(|token| !token.is_empty());
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// The organs that decide, and the units that are told.
    fn parties(&self) -> Vec<String> {
        let told = self.informed.iter().map(String::as_str);
        let mut parties: Vec<String> = self.organs().into_iter().chain(told).map(organ_party).collect();
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<CrewCase>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("crew_case.")
    }
}
