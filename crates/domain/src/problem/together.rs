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
    /// Documents with the files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
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
    /// Documents with the files that came with it, when it was given and when it was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
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
    /// What was decided, in every case of its agenda.
    pub decisions: Vec<Decision>,
    /// Its number, the same in every case of its agenda; empty for one that was called for a single case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Numbers of the cases on its agenda; empty for one that was called for a single case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cases: BTreeSet<String>,
    /// How often it was moved, and from when each time; the last one may have called it off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<MeetingMove>,
    /// Documents with the files that came with the minutes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// A meeting gets another time, or does not take place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingMove {
    /// When it was to meet until then.
    pub from: Instant,
    /// When it meets instead; none when it was called off.
    pub to: Option<Instant>,
    /// The document with the reason.
    pub words: String,
    /// When that was decided.
    pub at: Instant,
}

impl Meeting {
    /// True when it does not take place.
    pub fn is_called_off(&self) -> bool {
        self.moves.last().is_some_and(|of| of.to.is_none())
    }

    /// True while it is still to meet, or its minutes are owed.
    pub fn stands(&self) -> bool {
        self.held_at.is_none() && !self.is_called_off()
    }

    /// Leaves what a unit without a seat sees of it: when it meets, and what it decided in this case.
    pub(super) fn close(&mut self, case: &str) {
        self.agenda.clear();
        self.minutes = None;
        self.files.clear();
        self.positions.clear();
        self.cases.clear();
        self.moves.iter_mut().for_each(|of| of.words.clear());
        self.decisions.retain(|of| of.case.as_deref().is_none_or(|of| of == case));
    }
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
    /// Number of the case that it is about; none for the case in whose journal it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
}

/// A decision of the port office in a dispute over cooperation; never on the merits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arbitration {
    /// 1 for the case's first.
    pub id: u32,
    /// The document with question and decision.
    pub words: String,
    /// The document with its legal basis; in entries before words of acts were sealed, the basis itself.
    pub law: String,
    /// Whom it binds.
    pub binds: BTreeSet<Organ>,
    /// When.
    pub at: Instant,
}

/// Danger to life that was passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// The track, a row of the table of transfers.
    pub to: String,
    /// The number that was called.
    pub phone: String,
    /// The unit that passed it on.
    pub organ: Organ,
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
