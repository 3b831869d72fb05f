//! A pre-check as the store keeps it.

use domain::{precheck::Precheck, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use crate::{Actor, Error, kept::Kept};

impl Kept for Precheck {
    const KIND: &'static str = store::reach::PRECHECK;
    const NOUN: &'static str = "pre-check";
    const FOLD: &'static str = "precheck 2";
    const IS_RENAMED: bool = false;
    const NEWEST_FORM: i64 = 1;

    fn row(&self) -> MatterRow {
        MatterRow {
            number: self.number.clone(),
            title: self.call.clone(),
            state: self.status().code().to_owned(),
            holder: self.organ.clone(),
            starts_at: Some(self.opened_at.0),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
            ..MatterRow::default()
        }
    }

    fn task_writes(&self) -> Vec<TaskWrite> {
        Vec::new()
    }

    fn clock_writes(&self) -> Vec<ClockWrite> {
        Vec::new()
    }

    fn tokens(&self) -> Vec<String> {
        vec![self.number.to_lowercase()]
    }

    /// The organ whose it is, and nobody else.
    fn parties(&self) -> Vec<String> {
        vec![organ_party(&self.organ)]
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Precheck>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("precheck.")
    }
}
