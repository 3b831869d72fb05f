//! A problem as the store keeps it.

use domain::{
    problem::{Clock, Key, Problem, Task},
    profile::Profile,
};
use store::{
    ClockWrite, MatterRow, Reach, TaskWrite,
    reach::{CONFINED, organ_party},
};

use crate::{Actor, Error, kept::Kept};

/// The kind of a problem's matter.
pub(crate) const PROBLEM: &str = CONFINED;

/// The token of problems of which the public may know that there is one.
pub(super) const PUBLIC: &str = "is:public";

/// The token of cases that wait to be handed over, before the hotline's code.
pub(super) const HANDING: &str = "handing:";

/// The token of cases that are there.
pub(super) const HANDED: &str = "handed:";

/// Before the step of every task of a problem.
pub(crate) const STEP: &str = "problem:";

impl Kept for Problem {
    const KIND: &'static str = PROBLEM;
    const NOUN: &'static str = "problem";
    const FOLD: &'static str = "problem 2";
    const IS_RENAMED: bool = true;
    const NEWEST_FORM: i64 = 1;

    /// What it is about is its topic, its place is its class; no word of it names a firm or a person.
    fn row(&self) -> MatterRow {
        let first = self.reports.first();
        MatterRow {
            number: self.number.clone(),
            firm: first.map(|report| report.firm.clone()).unwrap_or_default(),
            title: String::new(),
            subject_key: self.topic.clone(),
            state: self.status().code().to_owned(),
            holder: self.owner().unwrap_or("").to_owned(),
            due_at: self.limit().map(|due| due.0),
            starts_at: Some(self.opened_at.0),
            ends_at: self.ended.as_ref().map(|ended| ended.at.0),
            place: self.severity.clone(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    fn task_writes(&self) -> Vec<TaskWrite> {
        let write = |task: Task| TaskWrite {
            organ: task.organ,
            step: format!("{STEP}{}", task.step),
            state: "filed".to_owned(),
            open: true,
            since: task.since.0,
            due_at: task.due.map(|due| due.0),
            note: String::new(),
            first: false,
            rank: None,
        };
        self.tasks_open().into_iter().map(write).collect()
    }

    /// Their step says that they are a problem's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write =
            |clock: &Clock| ClockWrite { clock: clock.name.clone(), step: PROBLEM.to_owned(), due_at: clock.due.0 };
        self.running().map(write).collect()
    }

    /// Its numbers, keys and known problems. Neither firms nor what was said: a unit from which the reporter is hidden
    /// searches as well. Keys of hidden reports are for the port office's own lists.
    fn tokens(&self) -> Vec<String> {
        let mut tokens = vec![self.number.to_lowercase()];
        if let Some((_, serial)) = self.number.rsplit_once('-') {
            tokens.push(serial.to_lowercase());
        }
        tokens.extend(self.reports.iter().filter_map(|report| Some(report.paper.as_ref()?.to_lowercase())));
        tokens.extend(self.merged.iter().map(|number| number.to_lowercase()));
        tokens.extend(self.known.iter().map(|code| format!("known:{}", code.to_lowercase())));
        let hidden = |key: &Key| {
            self.reports.iter().any(|report| (report.hidden || !report.against.is_empty()) && report.keys.contains(key))
        };
        if !self.reports.iter().any(|report| report.hidden || !report.against.is_empty()) {
            tokens.push(PUBLIC.to_owned());
        }
        tokens.extend(self.handing_to().map(|to| format!("{HANDING}{to}")));
        tokens.extend(self.handed_to().map(|of| format!("{HANDED}{}", of.to)));
        for key in &self.keys {
            tokens.push(format!("key:{}", key.code().to_lowercase()));
            if !hidden(key) {
                tokens.push(key.value.to_lowercase());
            }
        }
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// Firms that reported besides the first, and the units that take part.
    fn parties(&self) -> Vec<String> {
        let first = self.reports.first().map(|report| report.firm.as_str()).unwrap_or_default();
        let firms = self.reports.iter().map(|report| report.firm.as_str()).filter(|firm| !firm.is_empty());
        let mut parties: Vec<String> = firms.filter(|firm| *firm != first).map(str::to_owned).collect();
        parties.extend(self.units().iter().map(|organ| organ_party(organ)));
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Problem>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach, or by its secret.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("problem.")
    }
}
