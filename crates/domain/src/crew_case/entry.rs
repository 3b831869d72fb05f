//! Entries of a crew case's journal. An entry carries everything that time and tables produced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Breach, NewCase, NewPerson, Part};
use crate::{
    Instant, Value,
    matter::{self, Organ},
};

/// What can stand in the journal of a crew case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// It was filed.
    #[serde(rename = "crew_case.filed")]
    Filed {
        /// What.
        new: Box<NewCase>,
        /// Units that are told, and decide nothing.
        informed: Vec<Organ>,
        /// Whom it is about, by their serials.
        persons: BTreeMap<u32, NewPerson>,
    },
    /// What each organ decides by the tables, and until when.
    #[serde(rename = "crew_case.assessed")]
    Assessed {
        /// The parts, without decisions.
        parts: Vec<Part>,
        /// The persons, counted.
        facts: BTreeMap<String, Value>,
        /// When the ship berths.
        berthing: Option<Instant>,
    },
    /// Persons were added.
    #[serde(rename = "crew_case.added")]
    Added {
        /// By their serials.
        persons: BTreeMap<u32, NewPerson>,
    },
    /// Persons were taken off the list.
    #[serde(rename = "crew_case.removed")]
    Removed {
        /// Their serials.
        persons: Vec<u32>,
    },
    /// A change opened again what was decided.
    #[serde(rename = "crew_case.reopened")]
    Reopened,
    /// An organ asked.
    #[serde(rename = "crew_case.asked")]
    Asked {
        /// Which.
        organ: Organ,
        /// In which words.
        words: String,
    },
    /// The firm answered.
    #[serde(rename = "crew_case.answered")]
    Answered {
        /// In which words.
        words: String,
    },
    /// An organ decided.
    #[serde(rename = "crew_case.ruled")]
    Ruled {
        /// Which part.
        part: String,
        /// The organ.
        organ: Organ,
        /// True for a grant.
        granted: bool,
        /// Conditions, or why not.
        words: Option<String>,
        /// Legal reference of a refusal.
        law: String,
    },
    /// Every organ has decided: the joint result.
    #[serde(rename = "crew_case.result")]
    Result {
        /// True when everything was granted.
        granted: bool,
    },
    /// It is over.
    #[serde(rename = "crew_case.ended")]
    Ended {
        /// How.
        how: String,
        /// True when it ends as one in which everything was granted.
        #[serde(default)]
        granted: bool,
        /// What there is to say of it.
        words: Option<String>,
    },
    /// A limit passed unmet.
    #[serde(rename = "crew_case.limit_passed")]
    Passed(Breach),
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Filed { .. } => "crew_case.filed",
            Entry::Assessed { .. } => "crew_case.assessed",
            Entry::Added { .. } => "crew_case.added",
            Entry::Removed { .. } => "crew_case.removed",
            Entry::Reopened => "crew_case.reopened",
            Entry::Asked { .. } => "crew_case.asked",
            Entry::Answered { .. } => "crew_case.answered",
            Entry::Ruled { .. } => "crew_case.ruled",
            Entry::Result { .. } => "crew_case.result",
            Entry::Ended { .. } => "crew_case.ended",
            Entry::Passed(_) => "crew_case.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(self, Entry::Passed(_) | Entry::Assessed { .. } | Entry::Reopened | Entry::Result { .. })
    }
}
