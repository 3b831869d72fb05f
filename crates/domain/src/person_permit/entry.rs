//! Entries of the journal. An entry carries everything that time and tables produced, and no person.

use serde::{Deserialize, Serialize};

use super::{Limit, NewPermits, Paper, Passage};
use crate::{
    Instant,
    matter::{self, Organ},
};

/// An application as it stands filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// What was filed.
    pub new: NewPermits,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The organ that decides.
    pub organ: Organ,
    /// Who runs the gates.
    pub keepers: Vec<Organ>,
    /// True when a permit is entered upon once.
    pub single_use: bool,
    /// True when the gate compares the holder's document.
    pub holder_bound: bool,
    /// True when its holder goes ashore upon it.
    #[serde(default)]
    pub outward: bool,
    /// Legal reference of the kind.
    pub law: String,
    /// The documents that say for whom, in the order of their serials from 1.
    pub holders: Vec<String>,
    /// The limit of acceptance.
    pub limit: Option<Limit>,
}

/// What can stand in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A firm applied.
    #[serde(rename = "person_permit.filed")]
    Filed(Box<Filed>),
    /// The firm added persons.
    #[serde(rename = "person_permit.added")]
    Added {
        /// The documents that say whom, in the order of the serials that follow.
        holders: Vec<String>,
    },
    /// The organ accepted, or its silence did.
    #[serde(rename = "person_permit.accepted")]
    Accepted {
        /// True when nobody did within the limit.
        by_silence: bool,
        /// The limit of the decision.
        limit: Option<Limit>,
    },
    /// The organ asked.
    #[serde(rename = "person_permit.asked")]
    Asked {
        /// In which words.
        words: String,
        /// The limit of the answer.
        limit: Option<Limit>,
    },
    /// The firm answered.
    #[serde(rename = "person_permit.answered")]
    Answered {
        /// In which words.
        words: String,
        /// Documents that came along.
        papers: Vec<Paper>,
        /// The limit of the decision, moved by the pause.
        limit: Option<Limit>,
    },
    /// The organ granted.
    #[serde(rename = "person_permit.granted")]
    Granted {
        /// To whom.
        holders: Vec<u32>,
        /// From when.
        from: Instant,
        /// Until when.
        until: Instant,
        /// Conditions.
        words: Option<String>,
        /// Why in spite of a gate that refuses in principle.
        exception: Option<String>,
        /// Legal reference.
        law: String,
    },
    /// The organ refused.
    #[serde(rename = "person_permit.refused")]
    Refused {
        /// To whom.
        holders: Vec<u32>,
        /// The ground.
        ground: String,
        /// What the officer says besides.
        words: Option<String>,
        /// Legal reference.
        law: String,
    },
    /// The organ took permits back.
    #[serde(rename = "person_permit.revoked")]
    Revoked {
        /// Whose.
        holders: Vec<u32>,
        /// The ground.
        ground: String,
        /// What the officer says besides.
        words: Option<String>,
        /// Legal reference.
        law: String,
    },
    /// The firm withdrew what was not decided.
    #[serde(rename = "person_permit.withdrawn")]
    Withdrawn,
    /// A gate recorded somebody.
    #[serde(rename = "person_permit.passed")]
    Passed {
        /// Whose permit.
        serial: u32,
        /// What was recorded.
        passage: Passage,
    },
    /// A limit passed unmet.
    #[serde(rename = "person_permit.limit_passed")]
    LimitPassed {
        /// The limit's name.
        name: String,
        /// Whose it was.
        holder: String,
        /// When.
        due: Instant,
    },
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Filed(_) => "person_permit.filed",
            Entry::Added { .. } => "person_permit.added",
            Entry::Accepted { .. } => "person_permit.accepted",
            Entry::Asked { .. } => "person_permit.asked",
            Entry::Answered { .. } => "person_permit.answered",
            Entry::Granted { .. } => "person_permit.granted",
            Entry::Refused { .. } => "person_permit.refused",
            Entry::Revoked { .. } => "person_permit.revoked",
            Entry::Withdrawn => "person_permit.withdrawn",
            Entry::Passed { .. } => "person_permit.passed",
            Entry::LimitPassed { .. } => "person_permit.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(self, Entry::LimitPassed { .. } | Entry::Accepted { by_silence: true, .. })
    }
}
