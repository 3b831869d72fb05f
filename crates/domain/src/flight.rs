//! A flight: a conveyance like a ship's call. The carrier announces it and files without paper; customs and border inspection
//! decide side by side; where quarantine demands it customs boards first, and nobody leaves and nothing is unloaded until it has
//! ended. Freighter crews that stay airside and fly on have nothing to file.
//!
//! Sources: Frontier Health and Quarantine Law (2024) and its Rules, art. 39; Exit and Entry Administration Law (2012) arts 50
//! to 53; Customs Manifest Measures (Decree 172); the general declaration of ICAO Annex 9, Appendix 1.

mod act;
mod apply;
mod assess;
mod decide;
mod entry;
mod refusal;
mod stands;
mod told;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use act::{Act, Filed, NewFlight, Ruled};
pub use assess::{airport, is_concerned};
pub use entry::Entry;
pub use refusal::Refusal;

use crate::{
    Fault, Instant, Text, Value,
    formality::Formality,
    matter::{self, Context, Matter, Organ, Rule},
};

/// An entry of a flight's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The times of a flight, in the order in which they come.
pub const EVENTS: [&str; 4] = ["off_blocks", "take_off", "landing", "on_blocks"];

/// Whether it comes or goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It comes here.
    #[default]
    Arrival,
    /// It leaves from here.
    Departure,
}

impl Direction {
    /// The code in lists, tables and words.
    pub fn code(self) -> &'static str {
        match self {
            Direction::Arrival => "arrival",
            Direction::Departure => "departure",
        }
    }

    /// The direction of a code.
    pub fn from_code(code: &str) -> Option<Direction> {
        [Direction::Arrival, Direction::Departure].into_iter().find(|direction| direction.code() == code)
    }

    /// The event by which it is at this airport, or gone from it.
    pub fn event(self) -> &'static str {
        match self {
            Direction::Arrival => "landing",
            Direction::Departure => "take_off",
        }
    }
}

/// The fold of a flight's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// Number of entries folded.
    pub version: i64,
    /// Number for people, `2026-DAL-F000012`.
    pub number: String,
    /// UN/LOCODE of the airport.
    pub airport: String,
    /// Who is concerned besides those who decide: the unit that runs the airport, and the organ that quarantines.
    pub concerned: Vec<Organ>,
    /// What was announced.
    pub told: NewFlight,
    /// What its filings say, by the names of the tables; counts, days and codes, never a person.
    pub facts: BTreeMap<String, Value>,
    /// What is due, from whom and by when.
    pub due: Vec<Due>,
    /// What was filed, by formality.
    pub filings: BTreeMap<Formality, Vec<Version>>,
    /// What organs decide.
    pub reviews: Vec<Review>,
    /// The quarantine.
    pub quarantine: Quarantine,
    /// Times with their sources, none overwritten.
    pub times: Vec<Time>,
    /// Stands, the last one standing.
    pub stands: Vec<Stand>,
    /// What holds it from outside its formalities.
    pub holds: Vec<Hold>,
    /// When persons began to leave or to board, and goods to move.
    pub opened: BTreeMap<String, Instant>,
    /// Since when it is back after it had taken off.
    pub returned: Vec<Instant>,
    /// When it took off without clearance.
    pub uncleared: Vec<Instant>,
    /// Limits that run.
    pub limits: Vec<Limit>,
    /// Limits that passed unmet.
    pub breaches: Vec<Limit>,
    /// When it was announced.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// Why nothing more comes of it.
    pub ended: Option<Ended>,
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// What.
    pub formality: Formality,
    /// The organs that decide on it.
    pub organs: Vec<Organ>,
    /// By when; none while the time it is reckoned from is not known.
    pub by: Option<Instant>,
    /// How long an organ has, and by which calendar.
    pub decision: (String, String),
    /// The row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// A version of what was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// When.
    pub at: Instant,
    /// By which way in.
    pub channel: String,
    /// What.
    pub filed: Filed,
}

/// What an organ decides of a formality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What it is about.
    pub formality: Formality,
    /// The organ.
    pub organ: Organ,
    /// Since when it has it.
    pub since: Instant,
    /// The decision that stands; none while it decides.
    pub ruling: Option<Ruling>,
    /// True when a later version or event opened it again after it was granted.
    pub reopened: bool,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// When.
    pub at: Instant,
    /// What.
    pub ruled: Ruled,
}

/// Where the quarantine stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quarantine {
    /// By which row customs boards first; none where documents suffice.
    pub demanded: Option<Demand>,
    /// When customs went on board.
    pub begun: Option<Instant>,
    /// When it ended, and with which measures: free pratique.
    pub ended: Option<Ruling>,
}

impl Quarantine {
    /// True while nobody may leave and nothing may be unloaded.
    pub fn stands(&self) -> bool {
        (self.demanded.is_some() || self.begun.is_some()) && self.ended.is_none()
    }
}

/// Why customs boards first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// The organ that boards.
    pub organ: Organ,
    /// The row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// A time with its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Time {
    /// One of [`EVENTS`].
    pub event: String,
    /// `scheduled`, `estimated` or `actual`.
    pub kind: String,
    /// The time itself.
    pub time: Instant,
    /// Who said so.
    pub source: String,
    /// When it was said.
    pub said_at: Instant,
}

/// A stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    /// The code painted on it.
    pub code: String,
    /// When it was given.
    pub at: Instant,
    /// From when until when, where the airport states it.
    #[serde(default)]
    pub used: Option<(Instant, Instant)>,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// Who holds it.
    pub organ: Organ,
    /// Since when, why, and by which law.
    pub placed: Ruling,
    /// Since when no more.
    pub lifted: Option<Instant>,
}

/// A limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// `file:` or `decide:` and what it is about.
    pub name: String,
    /// Who must act: an organ, or `firm`.
    pub holder: String,
    /// Until when.
    pub due: Instant,
    /// The row that says so.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// Why nothing more comes of a flight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// `cancelled`, or `diverted`.
    pub how: String,
    /// Where it went instead, UN/LOCODE.
    pub to: String,
}

/// Where a flight stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something that is due was not filed yet.
    Announced,
    /// Organs decide.
    InReview,
    /// An organ refused something.
    Refused,
    /// Customs boards first, and has not ended.
    Quarantine,
    /// An organ holds it.
    Held,
    /// Every organ's part is done.
    Cleared,
    /// It took off.
    Departed,
    /// It was cancelled.
    Cancelled,
    /// It went elsewhere.
    Diverted,
}

impl Status {
    /// Every status, in the order of a flight's life.
    pub const ALL: [Status; 9] = [
        Status::Announced,
        Status::InReview,
        Status::Refused,
        Status::Quarantine,
        Status::Held,
        Status::Cleared,
        Status::Departed,
        Status::Cancelled,
        Status::Diverted,
    ];

    /// The code in lists, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Announced => "announced",
            Status::InReview => "in_review",
            Status::Refused => "refused",
            Status::Quarantine => "quarantine",
            Status::Held => "held",
            Status::Cleared => "cleared",
            Status::Departed => "departed",
            Status::Cancelled => "cancelled",
            Status::Diverted => "diverted",
        }
    }

    /// True when nothing more is decided.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Departed | Status::Cancelled | Status::Diverted)
    }
}

impl Flight {
    /// Where it stands: cleared only when nothing that is due is unfiled or undecided, no quarantine stands, and nobody holds it.
    pub fn status(&self) -> Status {
        if let Some(ended) = &self.ended {
            return if ended.how == "diverted" { Status::Diverted } else { Status::Cancelled };
        }
        if self.told.direction == Direction::Departure && self.actual("take_off").is_some() {
            return Status::Departed;
        }
        if self.standing_holds().next().is_some() {
            return Status::Held;
        }
        if self.quarantine.stands() {
            return Status::Quarantine;
        }
        if self.reviews.iter().any(Review::is_refused) {
            return Status::Refused;
        }
        if self.unfiled().next().is_some() {
            return Status::Announced;
        }
        if self.reviews.iter().all(Review::is_granted) { Status::Cleared } else { Status::InReview }
    }

    /// Who must act next, an organ or `firm`, the first of those whose turn it is; nobody when it is cleared or over.
    pub fn holder(&self) -> &str {
        let organ = |review: &Review| review.ruling.is_none();
        match self.status() {
            Status::Held => self.standing_holds().next().map_or("", |hold| &hold.organ),
            Status::Quarantine => self.quarantine.demanded.as_ref().map_or("", |demand| &demand.organ),
            Status::Announced | Status::Refused => "firm",
            Status::InReview => self.reviews.iter().find(|review| organ(review)).map_or("", |review| &review.organ),
            _ => "",
        }
    }

    /// Holds that nobody lifted.
    pub fn standing_holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.lifted.is_none())
    }

    /// What is due and was not filed.
    pub fn unfiled(&self) -> impl Iterator<Item = &Due> {
        self.due.iter().filter(|due| !self.filings.contains_key(&due.formality))
    }

    /// What an organ has still to decide.
    pub fn undecided<'a>(&'a self, organ: &'a str) -> impl Iterator<Item = &'a Review> {
        self.reviews.iter().filter(move |review| review.organ == organ && review.ruling.is_none())
    }

    /// The review of an organ.
    pub fn review(&self, formality: Formality, organ: &str) -> Option<&Review> {
        self.reviews.iter().find(|review| review.formality == formality && review.organ == organ)
    }

    /// An actual time; of a take-off or landing, the one since it came back last.
    pub fn actual(&self, event: &str) -> Option<Instant> {
        let since = self.returned.last().copied();
        let of = |time: &&Time| {
            time.event == event && time.kind == "actual" && since.is_none_or(|since| since <= time.said_at)
        };
        self.times.iter().rfind(of).map(|time| time.time)
    }

    /// The best known time of an event: actual, else estimated, else scheduled, the last one said of its kind.
    pub fn expected(&self, event: &str) -> Option<Instant> {
        let of = |kind: &str| self.times.iter().rfind(|time| time.event == event && time.kind == kind);
        self.actual(event).or_else(|| of("estimated").or_else(|| of("scheduled")).map(|time| time.time))
    }

    /// The stand that it has.
    pub fn stand(&self) -> Option<&str> {
        self.stands.last().map(|stand| stand.code.as_str())
    }

    /// The standing version of a formality.
    pub fn filed(&self, formality: Formality) -> Option<&Version> {
        self.filings.get(&formality).and_then(|versions| versions.last())
    }

    /// The clocks that run: name and instant.
    pub fn clocks(&self) -> Vec<(String, Instant)> {
        let open = !self.status().is_over();
        self.limits.iter().filter(|_| open).map(|limit| (limit.name.clone(), limit.due)).collect()
    }

    /// The organs that have a part in it.
    pub fn organs(&self) -> Vec<&str> {
        let due = self.due.iter().flat_map(|due| &due.organs);
        let reviews = self.reviews.iter().map(|review| &review.organ);
        let held = self.holds.iter().map(|hold| &hold.organ);
        let boards = self.quarantine.demanded.iter().map(|demand| &demand.organ);
        let mut organs: Vec<&str> = due.chain(reviews).chain(held).chain(boards).map(String::as_str).collect();
        organs.sort_unstable();
        organs.dedup();
        organs
    }

    /// The day on which it flies, by the clocks of the airport.
    pub fn day(&self) -> Date {
        self.told.day
    }
}

impl Review {
    /// True when the organ granted it, and nothing opened it again.
    pub fn is_granted(&self) -> bool {
        self.ruling.as_ref().is_some_and(|ruling| ruling.ruled.granted)
    }

    /// True when the organ refused it.
    pub fn is_refused(&self) -> bool {
        self.ruling.as_ref().is_some_and(|ruling| !ruling.ruled.granted)
    }
}

impl Matter for Flight {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide::decide(self, act, context).map_err(|refusal| refusal.fault(context.profile))
    }

    fn apply(&mut self, record: &Record) {
        apply::apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::Announce(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }

    fn part(act: &Act) -> &'static str {
        match act {
            Act::File(filed) => filed.formality.code(),
            _ => "",
        }
    }
}
