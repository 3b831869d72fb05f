//! Priorities of a call: granted by a measure, ended by who granted it or with its application.

use serde::{Deserialize, Serialize};

use super::{Entry, Organ, Record, ShipCall, Words};
use crate::{Instant, priority::Priority};

/// A priority of this call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preference {
    /// 1 for the call's first.
    pub id: u32,
    /// When it was granted.
    pub at: Instant,
    /// What was granted.
    pub priority: Priority,
    /// Why, in the approver's words.
    pub words: Words,
    /// When it ended, who ended it, and why.
    pub ended: Option<(Instant, Organ, Words)>,
}

impl ShipCall {
    /// The priority that counts: of those that stand, the one of the best rank.
    pub fn preference(&self) -> Option<&Preference> {
        self.preferences.iter().filter(|of| of.ended.is_none()).min_by_key(|of| (of.priority.rank, of.id))
    }
}

pub(super) fn apply(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::PriorityGranted { id, priority, words } => call.preferences.push(Preference {
            id: *id,
            at: record.at,
            priority: (**priority).clone(),
            words: words.clone(),
            ended: None,
        }),
        Entry::PriorityEnded { id, organ, words } => {
            if let Some(preference) = call.preferences.iter_mut().find(|of| of.id == *id) {
                preference.ended.get_or_insert_with(|| (record.at, organ.clone(), words.clone()));
            }
        }
        _ => {}
    }
}
