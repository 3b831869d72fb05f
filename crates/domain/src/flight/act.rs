//! What can be asked of a flight. Lists and words are documents by then, named by their identifiers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Direction;
use crate::{Instant, Value, formality::Formality};

/// A flight as it is announced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewFlight {
    /// Its number for people.
    pub number: String,
    /// The firm that answers for it: the carrier, or who handles it here.
    pub firm: String,
    /// Whether it comes or goes.
    pub direction: Direction,
    /// Airline and number as on tickets, `CZ6101`.
    pub designator: String,
    /// The day by the clocks of the airport.
    pub day: Date,
    /// Nationality and registration marks of the aircraft, `B-32A1`.
    pub registration: String,
    /// Where it comes from or goes to, UN/LOCODE.
    pub other: String,
    /// `passenger` or `freighter`.
    pub service: String,
    /// `scheduled`, `charter`, or `diversion` for one that comes because it cannot land elsewhere.
    pub nature: String,
    /// The crew stays airside and flies on, by the flight named.
    pub flies_on: Option<String>,
    /// When it is scheduled to land here or to take off.
    pub scheduled: Instant,
}

/// What was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// Which formality.
    pub formality: Formality,
    /// Its document.
    pub document: String,
    /// Digest of the document's content, hexadecimal.
    pub digest: String,
    /// What it tells the flight.
    pub facts: BTreeMap<String, Value>,
    /// So many warnings it has.
    pub warnings: u32,
}

/// What an organ rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ruled {
    /// True for a grant.
    pub granted: bool,
    /// Conditions, measures, or why not: the document's identifier.
    pub words: Option<String>,
    /// Legal reference.
    pub law: String,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The carrier announces it.
    Announce(Box<NewFlight>),
    /// The carrier files.
    File(Filed),
    /// A time is stated.
    State {
        /// Of which event.
        event: String,
        /// `scheduled`, `estimated` or `actual`.
        kind: String,
        /// The time.
        time: Instant,
    },
    /// The airport gives it a stand.
    Stand {
        /// Which.
        stand: String,
        /// From when until when, where the airport states it; none for what the table reckons.
        used: Option<(Instant, Instant)>,
    },
    /// An organ decides on what was filed.
    Rule {
        /// On which formality.
        formality: Formality,
        /// What.
        ruled: Ruled,
    },
    /// Customs goes on board for quarantine.
    Board(Ruled),
    /// The quarantine has ended: free pratique.
    FreePratique(Ruled),
    /// An organ holds it.
    Hold(Ruled),
    /// The organ lifts its hold.
    Lift,
    /// Persons begin to leave or to board (`persons`), or goods to be moved (`goods`).
    Open(String),
    /// The crew leaves the airside after all.
    LeaveAirside,
    /// It lands elsewhere.
    Divert(String),
    /// It came back after it had taken off.
    Return,
    /// It does not fly.
    Cancel,
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
}
