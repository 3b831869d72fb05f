//! Who works on a case: one lead, co-handlers, informed; offered, accepted or returned once; disputes and rulings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{Instant, matter::Organ};

/// The part of a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for the case and signs the joined reply.
    Lead,
    /// Answers its part to the lead.
    CoHandler,
    /// Is told; owes nothing.
    Informed,
}

impl Role {
    /// The word of pages and tables.
    pub fn code(self) -> &'static str {
        match self {
            Role::Lead => "lead",
            Role::CoHandler => "co",
            Role::Informed => "informed",
        }
    }
}

/// Where an assignment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// Waits for the department.
    Offered,
    /// In hand.
    Accepted,
    /// Sent back: the port office rules.
    Returned,
    /// Answered; by who is only informed: read.
    Done,
    /// Taken off by the port office, or overtaken by a ruling.
    Released,
}

/// A department's part in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// 1 for the case's first.
    pub id: u32,
    /// The department.
    pub organ: Organ,
    /// Its part.
    pub role: Role,
    /// Where it stands.
    pub state: AssignmentState,
    /// When it was offered.
    pub at: Instant,
    /// When it was accepted.
    pub accepted_at: Option<Instant>,
    /// True once the port office has ruled: it cannot be returned.
    pub ruled: bool,
    /// Why it was returned.
    pub returned: Option<Returned>,
    /// The person who handles it.
    pub handler: Option<String>,
    /// By which row or ruling it was proposed; empty for a choice of the port office.
    pub basis: String,
}

impl Assignment {
    /// True while the department has the assignment.
    pub fn stands(&self) -> bool {
        matches!(self.state, AssignmentState::Offered | AssignmentState::Accepted | AssignmentState::Done)
    }
}

/// A return: once, with a listed reason, in limited time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// When.
    pub at: Instant,
    /// The listed reason.
    pub reason: String,
    /// Its legal basis.
    pub law: String,
    /// The document with the department's words.
    pub words: String,
    /// The department that it thinks competent, if it names one.
    pub instead: Option<Organ>,
}

/// The port office's ruling in a dispute over who is competent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// The assignment that was returned.
    pub assignment: u32,
    /// Who has it now.
    pub organ: Organ,
    /// The document with its legal basis; in entries before words of acts were sealed, the basis itself.
    pub law: String,
    /// The document with its reasons.
    pub words: String,
    /// When.
    pub at: Instant,
    /// True when it extends the dispatch catalogue.
    pub precedent: bool,
    /// Inputs of the catalogue besides the topic for which alone it does.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub only: BTreeSet<String>,
}

impl Problem {
    /// The lead's assignment that stands, at most one.
    pub fn lead(&self) -> Option<&Assignment> {
        self.assignments.iter().find(|of| of.role == Role::Lead && of.stands())
    }

    /// The assignment of a department that stands.
    pub fn assignment_of(&self, organ: &str) -> Option<&Assignment> {
        self.assignments.iter().find(|of| of.organ == organ && of.stands())
    }

    /// The assignment of an identifier.
    pub fn assignment(&self, id: u32) -> Option<&Assignment> {
        self.assignments.iter().find(|of| of.id == id)
    }

    /// Assignments that were returned and not yet ruled on.
    pub fn disputes(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(|of| of.state == AssignmentState::Returned)
    }

    /// Departments that take part: those with an assignment that stands or stood, a sub-task, a seat in a meeting, a watch.
    pub fn units(&self) -> std::collections::BTreeSet<Organ> {
        let assigned = self.assignments.iter().map(|of| of.organ.clone());
        let tasked = self.tasks.iter().map(|task| task.organ.clone());
        let met = self.meetings.iter().flat_map(|meeting| meeting.participants.iter().cloned());
        assigned.chain(tasked).chain(met).chain(self.watchers.iter().cloned()).collect()
    }
}
