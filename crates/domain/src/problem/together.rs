//! Working together: messages, sub-tasks, joint meetings, arbitration, disclosure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Instant, matter::Organ};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A department tells the firm how it stands.
    Update,
    /// A department asks the firm.
    Ask,
    /// The firm says something more.
    Said,
    /// A note among departments.
    Note,
}

impl MessageKind {
    /// The word of pages.
    pub fn code(self) -> &'static str {
        match self {
            MessageKind::Update => "update",
            MessageKind::Ask => "ask",
            MessageKind::Said => "said",
            MessageKind::Note => "note",
        }
    }

    /// True for what firms see.
    pub fn is_public(self) -> bool {
        self != MessageKind::Note
    }
}

/// A message; its words are a sealed document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// 1 for the case's first.
    pub id: u32,
    /// What it is.
    pub kind: MessageKind,
    /// The department that wrote; empty for the firm.
    pub organ: Organ,
    /// The report whose firm wrote or is addressed; none for every firm of the case.
    pub report: Option<u32>,
    /// The document with its words.
    pub words: String,
    /// When.
    pub at: Instant,
    /// The department that alone sees it, for a part of the case that is confidential to it.
    pub compartment: Option<Organ>,
}

/// Something that a department does by a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubTask {
    /// 1 for the case's first.
    pub id: u32,
    /// Who does it.
    pub organ: Organ,
    /// The document that says what.
    pub words: String,
    /// When it was given.
    pub at: Instant,
    /// By when.
    pub due: Instant,
    /// The joint meeting that decided it.
    pub meeting: Option<u32>,
    /// When it was done, and the document that says how.
    pub done: Option<(Instant, String)>,
}

/// A joint meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// 1 for the case's first.
    pub id: u32,
    /// When it meets.
    pub at: Instant,
    /// Who takes part.
    pub participants: BTreeSet<Organ>,
    /// The document with the agenda.
    pub agenda: String,
    /// When it was called.
    pub called_at: Instant,
    /// When its minutes were entered.
    pub held_at: Option<Instant>,
    /// The document with the minutes.
    pub minutes: Option<String>,
    /// What each department held.
    pub positions: Vec<Position>,
    /// What was decided.
    pub decisions: Vec<Decision>,
}

/// The position of a department in a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The department.
    pub organ: Organ,
    /// The document with its words.
    pub words: String,
}

/// A decision of a meeting: it becomes a sub-task with a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who carries it out.
    pub organ: Organ,
    /// The document with its words.
    pub words: String,
    /// By when.
    pub due: Instant,
    /// Departments that dissented.
    pub dissent: BTreeSet<Organ>,
}

/// A decision of the port office in a dispute over cooperation; never on the merits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arbitration {
    /// 1 for the case's first.
    pub id: u32,
    /// The document with question and decision.
    pub words: String,
    /// Its legal basis.
    pub law: String,
    /// Whom it binds.
    pub binds: BTreeSet<Organ>,
    /// When.
    pub at: Instant,
}

/// A disclosure of a hidden reporter to a unit: reasoned and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Whose identity.
    pub report: u32,
    /// To whom.
    pub organ: Organ,
    /// The document with the reason.
    pub words: String,
    /// When.
    pub at: Instant,
    /// Who disclosed it.
    pub by: String,
}
