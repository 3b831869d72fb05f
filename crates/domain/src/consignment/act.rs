//! What can be asked of a consignment. Words are documents by then, named by their identifiers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Passage, Room, Told};
use crate::{
    Instant, Value,
    manifest::{Mode, Units},
};

/// A consignment as the manifest brings it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewConsignment {
    /// Its number.
    pub number: String,
    /// The manifest's number.
    pub manifest: String,
    /// The firm that answers for the manifest.
    pub carrier: String,
    /// By ship or by aircraft.
    pub mode: Mode,
    /// `import` or `export`.
    pub direction: String,
    /// The number of the call or flight.
    pub conveyance: String,
    /// Who decides, and who delivers.
    pub units: Units,
    /// What the manifest tells.
    pub told: Told,
    /// The document with its lines.
    pub document: String,
}

/// What its declarations say, asked beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Customs {
    /// True when at least one names it, and all of them let the goods go; or when goods of its kind need none.
    pub may_go: bool,
    /// True while customs examines the goods of one.
    pub examines: bool,
    /// True when one of them says that the goods only pass through.
    pub onward: bool,
}

/// A truck that shall fetch it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// The container; empty for goods that are in none.
    pub container: String,
    /// How many packages; none for all that is left.
    pub packages: Option<i64>,
    /// The haulier.
    pub haulier: String,
    /// The plate.
    pub plate: String,
    /// From when.
    pub from: Instant,
    /// How many trucks have the same slot already.
    pub taken: i64,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A manifest brings it.
    Manifest(Box<NewConsignment>),
    /// The manifest says something else of it now.
    Change {
        /// What it tells.
        told: Box<Told>,
        /// The document with its lines.
        document: String,
    },
    /// The manifest does not have it any more.
    Drop,
    /// The terminal says that its goods are there.
    Arrive {
        /// At which yard.
        yard: String,
    },
    /// The terminal or the carrier names the firm that tallies it.
    Appoint {
        /// The firm, by its code.
        firm: String,
    },
    /// The terminal or the tally firm has counted.
    Tally {
        /// How many packages.
        packages: i64,
        /// How many of them are damaged.
        damaged: i64,
    },
    /// The carrier or the firm answers a question of the tally.
    Answer {
        /// Which.
        question: u32,
        /// The document with the answer.
        words: String,
    },
    /// Customs settles a question of the tally.
    Settle {
        /// Which.
        question: u32,
    },
    /// A declaration names it.
    Declare {
        /// The declaration's number.
        declaration: String,
        /// The firm that declared.
        firm: String,
    },
    /// The carrier orders delivery.
    Order {
        /// To which firm.
        to: String,
        /// Until when it holds.
        until: Instant,
    },
    /// The carrier takes its order back.
    Recall,
    /// The terminal releases it.
    Release,
    /// The terminal takes its release back.
    Withhold,
    /// Who has the order books a truck.
    Book(Wanted),
    /// Who has the order gives a slot back.
    Cancel {
        /// Which.
        slot: u32,
    },
    /// Who has the order wants the certificate for a slot.
    Certify {
        /// For which slot.
        slot: u32,
        /// What its declarations say.
        customs: Customs,
    },
    /// The carrier, the terminal or customs takes a certificate back.
    Revoke {
        /// Which.
        certificate: u32,
        /// Why: `order`, `customs`, `plate`, `lost` or `error`.
        ground: String,
    },
    /// A truck went through the gate with a certificate.
    Pass {
        /// Which.
        certificate: u32,
        /// When, where and how it was recorded.
        passage: Passage,
        /// What its declarations say.
        customs: Customs,
    },
    /// Customs has looked into the gate's alarms.
    CloseAlarm {
        /// The document with what came of it.
        words: String,
    },
    /// An organ wants to look into the goods.
    WantLook {
        /// On which ground.
        ground: String,
        /// Into which containers; all of the goods where none is named.
        containers: BTreeSet<String>,
        /// What its declarations say.
        customs: Customs,
        /// What leaves room for it.
        room: Room,
    },
    /// An organ or the terminal accepts the appointment.
    AcceptLook,
    /// An organ, the terminal or a firm has it moved, or an organ leaves it.
    MoveLook {
        /// The reason.
        reason: String,
        /// Not before.
        after: Option<Instant>,
        /// What leaves room for it.
        room: Room,
    },
    /// A time is looked for anew.
    ProposeLook {
        /// What leaves room for it.
        room: Room,
    },
    /// An organ has looked.
    Look {
        /// What it found.
        found: String,
        /// The document with what there is to say.
        words: Option<String>,
    },
    /// The inspection that customs ordered on a declaration is settled.
    EndLook {
        /// What it found; empty where nobody looked.
        found: String,
    },
    /// It goes first, by a measure.
    GrantPriority {
        /// The measure, by its code.
        measure: String,
        /// What the measure's table asks.
        facts: BTreeMap<String, Value>,
        /// The application that was granted, with the day of its event; none where an organ grants it of its own accord.
        application: Option<(String, Date)>,
        /// Why: a document.
        words: Option<String>,
    },
    /// A priority ends.
    EndPriority {
        /// Which.
        priority: u32,
        /// Why: a document.
        words: Option<String>,
        /// The application with which it ends.
        application: Option<String>,
    },
    /// A firm that it concerns gives its goods up.
    Abandon {
        /// Why: a document.
        words: String,
        /// What its declarations say.
        customs: Customs,
    },
    /// A firm that it concerns asks to send its goods back.
    AskReturn {
        /// On which ground: a row of `return-grounds`.
        ground: String,
        /// Why: a document.
        words: String,
        /// What its declarations say.
        customs: Customs,
    },
    /// Customs orders its goods to be sent back.
    OrderReturn {
        /// On which ground: a row of `return-grounds`.
        ground: String,
        /// Why: a document.
        words: String,
    },
    /// Customs decides whether its goods are sent back.
    DecideReturn {
        /// True when it is granted.
        granted: bool,
    },
    /// The terminal has sent its goods back.
    SendBack,
    /// Customs has sold its goods.
    Sell {
        /// On which ground: a row of `sale-grounds`.
        ground: String,
        /// The day of the sale.
        on: Date,
        /// What came of it.
        proceeds: Decimal,
        /// What carrying, discharging and storing them cost.
        costs: Decimal,
        /// Duties and taxes.
        taxes: Decimal,
        /// What its declarations say.
        customs: Customs,
    },
    /// A firm that it concerns claims what is left of the sale.
    Claim {
        /// By what right: a document.
        words: String,
    },
    /// Customs has paid out what was left.
    PayOut {
        /// The reference of the transfer.
        reference: String,
    },
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
    /// The terminal loads it, of an export.
    Load {
        /// What its declarations say.
        customs: Customs,
    },
}
