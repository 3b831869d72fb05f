//! What can be asked of a crew case. Persons and words are documents by then, named by their identifiers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Instant, Text, Value};

/// A case as it is filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewCase {
    /// Its number.
    pub number: String,
    /// The kind, a row of the table `crew-case-kinds`.
    pub kind: String,
    /// The firm that answers for the ship's call.
    pub firm: String,
    /// The number of the ship's call.
    pub call: String,
    /// The ship's IMO number.
    pub imo: String,
    /// Her name.
    pub ship: Text,
    /// What happened, or what is planned: the document's identifier.
    pub words: Option<String>,
}

/// A person on the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewPerson {
    /// Who it is: the document's identifier.
    pub document: String,
    /// What the person does.
    pub movement: String,
}

/// What can be asked. Whatever is done looks at the persons as they are then, counted, and at the ship's time.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The firm files it.
    File {
        /// What.
        new: Box<NewCase>,
        /// Whom it is about.
        persons: Vec<NewPerson>,
        /// They, counted.
        facts: BTreeMap<String, Value>,
        /// When the ship berths.
        berthing: Option<Instant>,
    },
    /// Somebody does something.
    Do {
        /// What.
        deed: Deed,
        /// The persons who are listed afterwards, counted.
        facts: BTreeMap<String, Value>,
        /// When the ship berths.
        berthing: Option<Instant>,
    },
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
        /// When the ship berths: a limit that moved with her has not passed.
        berthing: Option<Instant>,
    },
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// The firm adds persons.
    Add(Vec<NewPerson>),
    /// The firm takes persons off the list.
    Remove(Vec<u32>),
    /// An organ asks for what is missing.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers.
    Answer {
        /// In which words.
        words: String,
    },
    /// An organ decides its part.
    Rule {
        /// Which.
        part: String,
        /// True for a grant.
        granted: bool,
        /// Conditions, or why not.
        words: Option<String>,
        /// Legal reference of a refusal.
        law: String,
    },
    /// It is over.
    Close {
        /// How, a row of the table `crew-case-ends`.
        how: String,
        /// What there is to say of it.
        words: Option<String>,
    },
    /// The firm withdraws it.
    Withdraw,
    /// The ship's time moved, and nothing else is done.
    Follow,
}
