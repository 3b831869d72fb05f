//! Notices: what happened, told to those whom it concerns, once each, through the same check as every page.
//!
//! `making.rs` reads the ordered log and writes who is told; `ways.rs` is how each wants to be told; `sending.rs` gives the
//! binary what leaves the house, `visitors.rs` what goes to who has no account; `reading.rs` is what pages and feeds show.

mod making;
mod named;
mod reading;
mod sending;
mod visitors;
mod ways;

use domain::{
    Instant, application::Application, consignment::Consignment, crew_case::CrewCase, declaration::Declaration,
    flight::Flight, notice::Told, person_permit::PersonPermit, problem::Problem,
};
use serde::{Deserialize, Serialize};
use store::Reach;
use uuid::Uuid;

use crate::{Actor, kept::Kept};

pub use named::{Absence, Level, LevelKept, Named};
pub use reading::{Calendar, CalendarEvent};
pub use sending::{Letter, Outgoing, Said, Sent};
pub use visitors::Message;
pub(crate) use ways::is_address;
pub use ways::{Feeds, GROUPS, NewEndpoint, Preferences};

/// A notice as its recipient reads it.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its identifier.
    pub id: Uuid,
    /// What happened: an event of the table `notice-recipients`, or `brief`.
    pub kind: String,
    /// Class of the problem; empty for others.
    pub class: String,
    /// The matter's number, as this recipient knows it; empty for none.
    pub number: String,
    /// What it says.
    pub data: Data,
    /// When it was made.
    pub at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// What a notice says, in codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    /// A role, the kind of a clock, an outcome, a level.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// The department; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub who: String,
    /// The formality.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub formality: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Number of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// When it is: an appointment's beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

impl From<&Told> for Data {
    fn from(told: &Told) -> Data {
        Data {
            word: told.word.clone(),
            who: told.who.clone(),
            formality: told.formality.clone(),
            until: told.until,
            id: told.id,
            at: None,
        }
    }
}

impl Notice {
    /// A notice as the store has it. One that a newer program wrote says what its kind says.
    fn of(stored: store::notices::Notice) -> Notice {
        Notice {
            id: stored.id,
            kind: stored.kind,
            class: stored.class,
            number: stored.number,
            data: serde_json::from_str(&stored.data).unwrap_or_default(),
            at: Instant(stored.made_at),
            read_at: stored.read_at.map(Instant),
        }
    }
}

/// What a notice is about: by it is looked at whether a reader may still see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Call,
    Problem,
    /// An application for a relief or for permits of persons, a crew case, a flight, a declaration, a consignment: whoever is a
    /// party to it.
    Party,
}

impl About {
    const ALL: [About; 3] = [About::Call, About::Problem, About::Party];

    /// By the kind of a notice, `problem.reply`.
    fn of(kind: &str) -> About {
        match kind.split_once('.').map(|(matter, _)| matter) {
            Some(Problem::KIND) => About::Problem,
            Some(
                Application::KIND
                | PersonPermit::KIND
                | CrewCase::KIND
                | Flight::KIND
                | Declaration::KIND
                | Consignment::KIND,
            ) => About::Party,
            _ => About::Call,
        }
    }

    fn reach(self, reader: &Actor) -> Reach {
        match self {
            About::Call => reader.reach(),
            About::Problem => reader.party_reach(),
            About::Party => reader.party_reach(),
        }
    }
}

/// The name under which a person is a recipient.
pub(crate) fn person(id: &str) -> String {
    format!("person:{id}")
}
