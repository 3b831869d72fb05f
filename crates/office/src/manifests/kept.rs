//! A manifest as the store keeps it.

use domain::{manifest::Manifest, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use crate::{Actor, Error, kept::Kept};

/// The kind of the matter, and what the steps of its tasks begin with.
pub(crate) const MANIFEST: &str = store::reach::MANIFEST;

impl Kept for Manifest {
    const KIND: &'static str = MANIFEST;
    const NOUN: &'static str = "manifest";
    const FOLD: &'static str = "manifest 1";
    const IS_RENAMED: bool = false;
    const NEWEST_FORM: i64 = 1;

    /// Its title is its firm's reference, what it is about the conveyance, its place the direction.
    fn row(&self) -> MatterRow {
        let state = self.state();
        MatterRow {
            number: self.filed.number.clone(),
            firm: self.filed.firm.clone(),
            title: self.filed.reference.clone(),
            subject_key: self.filed.conveyance.clone(),
            state: state.to_owned(),
            holder: self.holder().to_owned(),
            due_at: None,
            starts_at: Some(self.opened_at.0),
            ends_at: matches!(state, "arrived" | "withdrawn").then_some(self.updated_at.0),
            place: self.filed.direction.clone(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// An amendment that waits for customs.
    fn task_writes(&self) -> Vec<TaskWrite> {
        let asked = self.asked.iter().filter(|_| self.withdrawn_at.is_none());
        let task = |(since, _): &(domain::Instant, _)| TaskWrite {
            organ: self.units.decides.clone(),
            step: format!("{MANIFEST}:amendment"),
            state: "open".to_owned(),
            open: true,
            since: since.0,
            ..TaskWrite::default()
        };
        asked.map(task).collect()
    }

    fn clock_writes(&self) -> Vec<ClockWrite> {
        Vec::new()
    }

    /// Its number, its firm's reference, and the conveyance.
    fn tokens(&self) -> Vec<String> {
        let filed = &self.filed;
        let mut tokens: Vec<String> =
            [&filed.number, &filed.reference, &filed.conveyance].map(|word| word.to_lowercase()).into();
        tokens.retain(|token| !token.is_empty());
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// Customs and the terminal; firms find their own consignments, not the manifest.
    fn parties(&self) -> Vec<String> {
        vec![organ_party(&self.units.decides), organ_party(&self.units.terminal)]
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Manifest>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("manifest.")
    }
}
