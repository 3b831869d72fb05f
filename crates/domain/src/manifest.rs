//! A manifest: what a ship or an aircraft carries, filed by who answers for the conveyance. Its consignments are matters of
//! their own ([`crate::consignment`]), so that a firm sees those that concern it and no other; the manifest holds them
//! together, with what is due by when, its editions, and the arrival that the terminal reports.
//!
//! Sources: Customs Manifest Measures (Decree 172); ISO 6346; IATA Resolution 600a.

mod apply;
pub mod content;
pub mod dangerous;
mod decide;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use decide::units;
pub use refusal::Refusal;

use crate::{
    Fault, Instant,
    matter::{self, Context, Matter, Organ, Rule},
};

/// An entry of a manifest's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// How it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By ship.
    #[default]
    Sea,
    /// By aircraft.
    Air,
}

impl Mode {
    /// The code in tables, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Mode::Sea => "sea",
            Mode::Air => "air",
        }
    }
}

/// A manifest as it is filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewManifest {
    /// Its number.
    pub number: String,
    /// The firm that answers for it.
    pub firm: String,
    /// Its own reference.
    pub reference: String,
    /// By ship or by aircraft.
    pub mode: Mode,
    /// `import` or `export`.
    pub direction: String,
    /// The number of the call or flight.
    pub conveyance: String,
    /// What is known of times: `loading`, `arrival`, `departure`.
    pub times: BTreeMap<String, Instant>,
    /// What was filed.
    pub content: Content,
}

/// What was filed, as far as the journal may say it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The document with the lines.
    pub document: String,
    /// Its consignments: the number of each by its bill.
    pub bills: BTreeMap<String, String>,
    /// How many containers.
    pub containers: usize,
    /// UN numbers of its dangerous goods.
    pub dangerous: BTreeSet<String>,
}

/// A limit that was reckoned when it was filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// `file` or `amend`.
    pub name: String,
    /// Until when.
    pub due: Instant,
    /// The row that says so.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// Who decides on it, and who says that it is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// The organ that decides.
    pub decides: Organ,
    /// The unit that unloads it and delivers it.
    pub terminal: Organ,
    /// The kind of certificate by which it leaves.
    pub certificate: String,
}

/// What can be asked of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// It is filed.
    File(Box<NewManifest>),
    /// Its firm files it again: at once before the cut-off, and else with customs' leave.
    Amend(Content),
    /// Customs decides on the edition that waits.
    Decide {
        /// True for its leave.
        granted: bool,
        /// The document with why.
        words: Option<String>,
    },
    /// The terminal reports which consignments are there.
    Arrive {
        /// Their bills.
        bills: BTreeSet<String>,
    },
    /// Its firm takes it back, before anything of it is there.
    Withdraw,
    /// The conveyance is expected at another time: limits that run from it are reckoned anew.
    Retime {
        /// What is known of times now.
        times: BTreeMap<String, Instant>,
    },
}

/// What can stand in the journal of a manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// It was filed.
    #[serde(rename = "manifest.filed")]
    Filed {
        /// What was filed.
        new: Box<NewManifest>,
        /// Who decides, and who delivers.
        units: Units,
        /// By when it was to be filed, and until when it is amended without leave.
        limits: Vec<Limit>,
    },
    /// Another edition stands.
    #[serde(rename = "manifest.amended")]
    Amended {
        /// What was filed.
        content: Content,
    },
    /// Another edition was filed after the cut-off, and waits for customs.
    #[serde(rename = "manifest.amendment_asked")]
    AmendmentAsked {
        /// What was filed.
        content: Content,
    },
    /// Customs decided on the edition that waited.
    #[serde(rename = "manifest.amendment_decided")]
    AmendmentDecided {
        /// True when it stands now.
        granted: bool,
        /// The document with why.
        words: Option<String>,
    },
    /// The terminal reported what is there.
    #[serde(rename = "manifest.arrived")]
    Arrived {
        /// The bills.
        bills: BTreeSet<String>,
    },
    /// The conveyance is expected at another time.
    #[serde(rename = "manifest.retimed")]
    Retimed {
        /// What is known of times now.
        times: BTreeMap<String, Instant>,
        /// The limits as they are now.
        limits: Vec<Limit>,
    },
    /// It was taken back.
    #[serde(rename = "manifest.withdrawn")]
    Withdrawn,
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Filed { .. } => "manifest.filed",
            Entry::Amended { .. } => "manifest.amended",
            Entry::AmendmentAsked { .. } => "manifest.amendment_asked",
            Entry::AmendmentDecided { .. } => "manifest.amendment_decided",
            Entry::Arrived { .. } => "manifest.arrived",
            Entry::Retimed { .. } => "manifest.retimed",
            Entry::Withdrawn => "manifest.withdrawn",
        }
    }

    fn is_by_the_way(&self) -> bool {
        false
    }
}

/// The fold of a manifest's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of entries folded.
    pub version: i64,
    /// What was filed first.
    pub filed: NewManifest,
    /// Who decides, and who delivers.
    pub units: Units,
    /// By when it was to be filed, and until when it is amended without leave.
    pub limits: Vec<Limit>,
    /// True when it was filed after its limit.
    pub late: bool,
    /// The edition that stands, counted from one.
    pub edition: u32,
    /// What stands.
    pub content: Content,
    /// What waits for customs, and since when.
    pub asked: Option<(Instant, Content)>,
    /// The last decision on an amendment: granted or not, and why.
    pub ruled: Option<(bool, Option<String>)>,
    /// The bills whose goods are there.
    pub arrived: BTreeSet<String>,
    /// The highest serial that a consignment of it ever had.
    pub last_serial: u32,
    /// When it was filed.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// Since when it is taken back.
    pub withdrawn_at: Option<Instant>,
}

impl Manifest {
    /// Where it stands: `filed`, `asked`, `arriving`, `arrived` or `withdrawn`.
    pub fn state(&self) -> &'static str {
        match () {
            () if self.withdrawn_at.is_some() => "withdrawn",
            () if self.asked.is_some() => "asked",
            () if self.arrived.is_empty() => "filed",
            () if self.content.bills.keys().all(|bill| self.arrived.contains(bill)) => "arrived",
            () => "arriving",
        }
    }

    /// Who must act next: the organ that decides, the terminal, or nobody.
    pub fn holder(&self) -> &str {
        match self.state() {
            "asked" => &self.units.decides,
            "filed" | "arriving" => &self.units.terminal,
            _ => "",
        }
    }

    /// A limit by its name.
    pub fn limit(&self, name: &str) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.name == name)
    }

    /// True when an amendment at this instant waits for customs: after the cut-off, or once something of it is there.
    pub fn needs_leave(&self, now: Instant) -> bool {
        !self.arrived.is_empty() || self.limit("amend").is_some_and(|limit| limit.due <= now)
    }
}

impl Matter for Manifest {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.filed.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide::decide(self, act, context).map_err(|refusal| refusal.fault())
    }

    fn apply(&mut self, record: &Record) {
        apply::apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::File(_))
    }

    fn fires_at(_act: &Act) -> Option<Instant> {
        None
    }
}
