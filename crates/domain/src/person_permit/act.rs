//! What can be asked of an application. Persons, words and files are documents by then, named by their identifiers.

use serde::{Deserialize, Serialize};

use super::{Paper, Passage, Place};
use crate::{Instant, Value};

/// An application as it is filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewPermits {
    /// Its number.
    pub number: String,
    /// The kind of permit.
    pub kind: String,
    /// The firm.
    pub firm: String,
    /// For what.
    pub place: Place,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Why.
    pub words: Option<String>,
    /// Documents that came along.
    pub papers: Vec<Paper>,
    /// The crew case of whose joint result it follows; none for what a firm applied for.
    #[serde(default)]
    pub case: Option<String>,
}

/// A person or craft for whom is applied. What is known of them decides, and is not kept in the journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewHolder {
    /// Who it is: the document's identifier.
    pub document: String,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A firm applies.
    File(Box<(NewPermits, Vec<NewHolder>)>),
    /// The joint result of a crew case grants it, to each with what is known of her, by which the health gates are asked.
    Issue(Box<(NewPermits, Vec<(NewHolder, Value)>)>),
    /// The crew case is not granted any more, or the ship comes at another time: what was not used is taken back.
    Recall {
        /// [`super::CASE_CHANGED`] or [`super::SHIP_MOVED`].
        ground: &'static str,
    },
    /// The firm adds persons while the organ decides.
    Add(Vec<NewHolder>),
    /// The organ accepts: the limit of its decision begins.
    Accept,
    /// The organ asks for what is missing.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers.
    Answer {
        /// In which words.
        words: String,
        /// Documents.
        papers: Vec<Paper>,
    },
    /// The organ grants.
    Grant {
        /// To whom, with what is known of each now, by which the health gates are asked.
        holders: Vec<(u32, Value)>,
        /// Until when, where it is shorter than was asked for.
        until: Option<Instant>,
        /// Conditions.
        words: Option<String>,
        /// Why in spite of a gate that refuses in principle.
        exception: Option<String>,
    },
    /// The organ refuses on a listed ground.
    Refuse {
        /// To whom.
        holders: Vec<u32>,
        /// The ground.
        ground: String,
        /// What the officer says besides.
        words: Option<String>,
    },
    /// The organ takes permits back.
    Revoke {
        /// Whose.
        holders: Vec<u32>,
        /// The ground.
        ground: String,
        /// What the officer says besides.
        words: Option<String>,
    },
    /// The firm withdraws what is not decided.
    Withdraw,
    /// A gate records that somebody went through; what fits is judged before by [`super::Door`].
    Pass {
        /// Whose permit.
        serial: u32,
        /// What was recorded.
        passage: Passage,
    },
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
}
