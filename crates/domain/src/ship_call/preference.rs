//! Priorities of a call: granted by a measure, ended by who granted it or with its application.

use super::{Entry, Record, ShipCall, Words};
use crate::priority;

/// A priority of this call.
pub type Preference = priority::Preference<Words>;

impl ShipCall {
    /// The priority that counts.
    pub fn preference(&self) -> Option<&Preference> {
        priority::best(&self.preferences)
    }
}

pub(super) fn apply(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::PriorityGranted { id, priority, words } => {
            priority::apply_granted(&mut call.preferences, (*id, record.at), priority, words.clone());
        }
        Entry::PriorityEnded { id, organ, words } => {
            priority::apply_ended(&mut call.preferences, (*id, record.at), organ, words.clone());
        }
        _ => {}
    }
}
