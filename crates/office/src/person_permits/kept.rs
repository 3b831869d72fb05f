//! An application for permits of persons as the store keeps it.

use domain::{
    person_permit::{Holder, PersonPermit, Standing},
    profile::Profile,
};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use crate::{Actor, Error, kept::Kept};

/// The kind of the matter.
pub(crate) const PERSON_PERMIT: &str = store::reach::PERSON_PERMIT;

/// A word by which those are found of which a status list tells.
pub(super) const LISTED: &str = "permit:listed";

/// A word by which those are found whose holders are inside.
pub(super) const INSIDE: &str = "permit:inside";

impl Kept for PersonPermit {
    const KIND: &'static str = PERSON_PERMIT;
    const NOUN: &'static str = "permits";
    const FOLD: &'static str = "person_permit 2";
    /// The words say what gates and status lists look for.
    const IS_RENAMED: bool = true;
    const NEWEST_FORM: i64 = 1;

    /// What it is about is its place; where it stands in a list says its kind; it ends when the last permit runs out.
    fn row(&self) -> MatterRow {
        MatterRow {
            number: self.number.clone(),
            firm: self.firm.clone(),
            title: self.holders.len().to_string(),
            subject_key: self.place.key(),
            state: self.status().code().to_owned(),
            holder: self.holder_of_matter().to_owned(),
            due_at: self.limit.as_ref().filter(|_| self.status().is_open()).map(|limit| limit.due.0),
            starts_at: Some(self.from.0),
            ends_at: self.ends_at().map(|at| at.0),
            place: self.kind.clone(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// None: a desk lists what its unit holds.
    fn task_writes(&self) -> Vec<TaskWrite> {
        Vec::new()
    }

    /// Their step says that they are a permit's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write = |(clock, due): (String, domain::Instant)| ClockWrite {
            clock,
            step: PERSON_PERMIT.to_owned(),
            due_at: due.0,
        };
        self.clocks().into_iter().map(write).collect()
    }

    /// Its number, the ship's, and that of the crew case of which it follows.
    fn tokens(&self) -> Vec<String> {
        let mut tokens = vec![self.number.to_lowercase(), self.place.code.to_lowercase()];
        tokens.extend(self.number.rsplit_once('-').map(|(_, serial)| serial.to_lowercase()));
        tokens.extend(self.place.call.iter().chain(&self.case).map(|number| number.to_lowercase()));
        let standing = |holder: &Holder| holder.standing(self.single_use);
        if self.holders.values().any(|holder| matches!(standing(holder), Standing::Revoked | Standing::Used)) {
            tokens.push(LISTED.to_owned());
        }
        if self.holders.values().any(|holder| holder.inside.is_some()) {
            tokens.push(INSIDE.to_owned());
        }
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// The organ that decides, those who run the gates, and the agent who applied by mandate.
    fn parties(&self) -> Vec<String> {
        let organs = std::iter::once(&self.organ).chain(&self.keepers);
        let mut parties: Vec<String> = organs.map(|organ| organ_party(organ)).collect();
        parties.extend(self.agent.iter().filter(|agent| **agent != self.firm).cloned());
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<PersonPermit>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("person_permit.")
    }
}
