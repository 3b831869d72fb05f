//! A declaration as the store keeps it.

use domain::{declaration::Declaration, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, jumps::Precedence, reach::organ_party};

use super::{CUSTOMS, TERMINAL};
use crate::{Actor, Error, kept::Kept, priorities};

/// The kind of the matter.
pub(crate) const DECLARATION: &str = store::reach::DECLARATION;

/// The step of customs' task: what stands before the colon says that it is a declaration's.
pub(crate) const STEP: &str = "declaration:decide";

impl Kept for Declaration {
    const KIND: &'static str = DECLARATION;
    const NOUN: &'static str = "declaration";
    const FOLD: &'static str = "declaration 7";
    const IS_RENAMED: bool = false;
    const NEWEST_FORM: i64 = 1;

    /// What it is about is the declarant's reference; its place is the mode.
    fn row(&self) -> MatterRow {
        MatterRow {
            number: self.number.clone(),
            firm: self.firm.clone(),
            title: self.items.len().to_string(),
            subject_key: self.reference.clone(),
            state: self.status().code().to_owned(),
            holder: self.holder().to_owned(),
            due_at: self.clocks().into_iter().map(|(_, due)| due.0).min(),
            starts_at: Some(self.opened_at.0),
            ends_at: self.cleared_at.or(self.released_at).map(|at| at.0),
            place: self.mode.code.clone(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// One for customs as long as it is its turn, by its priority, then by the first limit that runs.
    fn task_writes(&self) -> Vec<TaskWrite> {
        if self.holder() != CUSTOMS {
            return Vec::new();
        }
        let turn = TaskWrite {
            organ: CUSTOMS.to_owned(),
            step: STEP.to_owned(),
            state: self.status().code().to_owned(),
            open: true,
            since: self.updated_at.0,
            due_at: self.clocks().into_iter().map(|(_, due)| due.0).min(),
            rank: priorities::rank(self.preference()),
            ..TaskWrite::default()
        };
        vec![turn]
    }

    fn precedence(&self) -> Option<Precedence> {
        priorities::precedence(self.preference())
    }

    /// Their step says that they are a declaration's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write =
            |(clock, due): (String, domain::Instant)| ClockWrite { clock, step: DECLARATION.to_owned(), due_at: due.0 };
        self.clocks().into_iter().map(write).collect()
    }

    /// Its number, the declarant's reference, documents that came before it, containers, and the reference under which its tax is paid.
    fn tokens(&self) -> Vec<String> {
        let mut tokens = vec![self.number.to_lowercase(), self.reference.to_lowercase()];
        tokens.extend(self.number.rsplit_once('-').map(|(_, serial)| serial.to_lowercase()));
        tokens.extend(self.keys.iter().map(|key| key.to_lowercase()));
        tokens.push(self.payment_reference().to_lowercase());
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// Customs, who runs the gates, and the agent who declared by mandate.
    fn parties(&self) -> Vec<String> {
        let mut parties = vec![organ_party(CUSTOMS), organ_party(TERMINAL)];
        parties.extend(self.agent.iter().filter(|agent| **agent != self.firm).cloned());
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Declaration>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        matches!(entry, "declaration.lodged" | "declaration.parked")
    }
}
