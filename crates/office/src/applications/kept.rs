//! An application as the store keeps it.

use domain::{
    application::{Application, Mark},
    profile::Profile,
};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, reach::organ_party};

use super::codes::{LISTED, listed};
use crate::{Actor, Error, kept::Kept};

/// The kind of an application's matter.
pub(crate) const APPLICATION: &str = store::reach::APPLICATION;

/// How the measure last stood when it was looked at, so that a list tells for which it is another now.
pub(super) fn mark_code(mark: &Mark, ended: bool) -> String {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let hash = mark.hash.get(..16).unwrap_or(&mark.hash);
    format!("{hash}/{}/{}{}", day(mark.from), day(mark.until), if ended { "/ended" } else { "" })
}

impl Kept for Application {
    const KIND: &'static str = APPLICATION;
    const NOUN: &'static str = "application";
    const FOLD: &'static str = "application 1";
    const IS_RENAMED: bool = true;
    const NEWEST_FORM: i64 = 1;

    /// What it is about is its measure; its place is how the measure stood, and it ends when it was decided.
    fn row(&self) -> MatterRow {
        let ended = self.measure_told.iter().any(|(_, kind)| kind == "application.measure_ended");
        MatterRow {
            number: self.number.clone(),
            firm: self.firm.clone(),
            title: self.about.clone().unwrap_or_default(),
            subject_key: self.measure.clone(),
            state: self.status().code().to_owned(),
            holder: self.holder().to_owned(),
            due_at: self.limit.as_ref().filter(|_| self.status().is_open()).map(|limit| limit.due.0),
            starts_at: Some(self.opened_at.0),
            ends_at: self.decisions.last().map(|decision| decision.at.0),
            place: mark_code(&self.mark, ended),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// None: a desk lists what its unit holds.
    fn task_writes(&self) -> Vec<TaskWrite> {
        Vec::new()
    }

    /// Their step says that they are an application's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write =
            |(clock, due): (String, domain::Instant)| ClockWrite { clock, step: APPLICATION.to_owned(), due_at: due.0 };
        self.clocks().into_iter().map(write).collect()
    }

    /// Its number, its measure and what it is about; and that its grant was taken back.
    fn tokens(&self) -> Vec<String> {
        let mut tokens = vec![self.number.to_lowercase(), self.measure.to_lowercase()];
        tokens.extend(self.number.rsplit_once('-').map(|(_, serial)| serial.to_lowercase()));
        tokens.extend(self.about.iter().map(|number| number.to_lowercase()));
        tokens.extend(listed(self).map(|_| LISTED.to_owned()));
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// The organs that decide, and the agent who applied by mandate.
    fn parties(&self) -> Vec<String> {
        let mut parties: Vec<String> = self.organs.iter().map(|organ| organ_party(organ)).collect();
        parties.extend(self.agent.iter().filter(|agent| **agent != self.firm).cloned());
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Application>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("application.")
    }
}
