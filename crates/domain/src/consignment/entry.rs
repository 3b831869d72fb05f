//! Entries of a consignment's journal. An entry carries everything that time and tables produced, and no person.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Appointment, Slot, Told,
    fate::{Limit, Return, Sale},
};
use crate::{
    Instant,
    manifest::{Mode, Units},
    matter::{self, Organ},
    priority::Priority,
};

/// A truck at a gate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Made by the device: the same passage sent twice is recorded once.
    pub id: String,
    /// True for inwards.
    pub inward: bool,
    /// The gate.
    pub gate: String,
    /// When.
    pub at: Instant,
    /// True when it was recorded without a connection.
    pub offline: bool,
    /// What did not fit, by code.
    pub doubts: Vec<String>,
}

/// What can stand in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A manifest brought it.
    #[serde(rename = "consignment.manifested")]
    Manifested {
        /// Its number.
        number: String,
        /// The manifest's number.
        manifest: String,
        /// The firm that answers for the manifest.
        carrier: String,
        /// By ship or by aircraft.
        mode: Mode,
        /// `import` or `export`.
        direction: String,
        /// The number of the call or flight.
        conveyance: String,
        /// Who decides, and who delivers.
        units: Units,
        /// What the manifest tells.
        told: Box<Told>,
        /// The document with its lines.
        document: String,
        /// Organs besides its own that see it by what the manifest tells.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        seen_by: BTreeSet<Organ>,
    },
    /// The manifest was amended about it.
    #[serde(rename = "consignment.changed")]
    Changed {
        /// What it tells.
        told: Box<Told>,
        /// The document with its lines.
        document: String,
        /// Organs besides its own that see it by what the manifest tells now.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        seen_by: BTreeSet<Organ>,
    },
    /// The manifest does not have it any more.
    #[serde(rename = "consignment.dropped")]
    Dropped,
    /// Its goods are there.
    #[serde(rename = "consignment.arrived")]
    Arrived {
        /// At which yard.
        yard: String,
    },
    /// A firm was named that tallies it.
    #[serde(rename = "consignment.appointed")]
    Appointed {
        /// The firm, by its code.
        firm: String,
    },
    /// It was counted.
    #[serde(rename = "consignment.tallied")]
    Tallied {
        /// How many packages.
        packages: i64,
    },
    /// The tally found something otherwise.
    #[serde(rename = "consignment.questioned")]
    Questioned {
        /// `over`, `short` or `damaged`.
        kind: String,
        /// What was manifested.
        stated: i64,
        /// What was found.
        found: i64,
    },
    /// A question was answered.
    #[serde(rename = "consignment.answered")]
    Answered {
        /// Which.
        question: u32,
        /// The document with the answer.
        words: String,
    },
    /// A question was settled.
    #[serde(rename = "consignment.settled")]
    Settled {
        /// Which.
        question: u32,
    },
    /// A declaration names it.
    #[serde(rename = "consignment.declared")]
    Declared {
        /// The declaration's number.
        declaration: String,
        /// The firm that declared.
        firm: String,
    },
    /// The carrier ordered delivery.
    #[serde(rename = "consignment.ordered")]
    Ordered {
        /// To which firm.
        to: String,
        /// Until when it holds.
        until: Instant,
    },
    /// The order was taken back.
    #[serde(rename = "consignment.recalled")]
    Recalled,
    /// The terminal released it.
    #[serde(rename = "consignment.released")]
    Released {
        /// At which yard.
        yard: String,
    },
    /// The terminal's release was taken back.
    #[serde(rename = "consignment.withheld")]
    Withheld,
    /// A truck has a slot.
    #[serde(rename = "consignment.booked")]
    Booked(Box<Slot>),
    /// A slot was given back.
    #[serde(rename = "consignment.cancelled")]
    Cancelled {
        /// Which.
        slot: u32,
    },
    /// A certificate was issued.
    #[serde(rename = "consignment.certified")]
    Certified {
        /// For which slot.
        slot: u32,
        /// From when it opens a gate.
        from: Instant,
        /// Until when.
        until: Instant,
        /// Legal reference.
        law: String,
    },
    /// A certificate was taken back.
    #[serde(rename = "consignment.revoked")]
    Revoked {
        /// Which.
        certificate: u32,
        /// Why, by code.
        ground: String,
    },
    /// A truck came in.
    #[serde(rename = "consignment.gate_in")]
    GateIn {
        /// With which certificate.
        certificate: u32,
        /// When, where, how.
        passage: Passage,
    },
    /// A truck left with the goods.
    #[serde(rename = "consignment.gate_out")]
    GateOut {
        /// With which certificate.
        certificate: u32,
        /// When, where, how.
        passage: Passage,
    },
    /// A truck left, and the certificate did not allow it.
    #[serde(rename = "consignment.alarm")]
    Alarm {
        /// With which certificate.
        certificate: u32,
        /// When, where, how, and why not.
        passage: Passage,
    },
    /// Customs has looked into the alarms until now.
    #[serde(rename = "consignment.alarm_closed")]
    AlarmClosed {
        /// The document with what came of it.
        words: String,
    },
    /// An organ wants to look into the goods.
    #[serde(rename = "joint_inspection.wanted")]
    LookWanted {
        /// The organ.
        organ: Organ,
        /// The ground, by its code.
        ground: String,
        /// Into which containers; all of the goods where none is named.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        containers: BTreeSet<String>,
        /// How long it takes.
        length: String,
        /// The calendar by which the organ works.
        calendar: String,
        /// True where it is the inspection of a declaration.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ordered: bool,
        /// Legal reference.
        law: String,
    },
    /// An appointment is proposed.
    #[serde(rename = "joint_inspection.proposed")]
    LookProposed(Appointment),
    /// No time fits everybody: what was appointed falls.
    #[serde(rename = "joint_inspection.unfit")]
    LookUnfit,
    /// Who is asked accepts the appointment.
    #[serde(rename = "joint_inspection.accepted")]
    LookAccepted {
        /// The organ, or the terminal.
        unit: Organ,
    },
    /// The appointment falls, for a listed reason.
    #[serde(rename = "joint_inspection.moved")]
    LookMoved {
        /// By an `organ`, the `terminal` or a `firm`.
        by: String,
        /// The reason, by its code.
        reason: String,
        /// Legal reference.
        law: String,
    },
    /// An organ wants no look any more.
    #[serde(rename = "joint_inspection.left")]
    LookLeft {
        /// The organ.
        organ: Organ,
        /// The reason, by its code.
        reason: String,
        /// Legal reference.
        law: String,
    },
    /// An organ has looked.
    #[serde(rename = "joint_inspection.found")]
    Looked {
        /// The organ.
        organ: Organ,
        /// What it found, by its code; empty where nobody looked.
        found: String,
        /// True when it wants no other look.
        settles: bool,
        /// The document with what there is to say.
        words: Option<String>,
        /// Legal reference.
        law: String,
    },
    /// It goes first.
    #[serde(rename = "priority.granted")]
    PriorityGranted {
        /// 1 for the consignment's first.
        id: u32,
        /// What was granted, by which measure and row.
        priority: Box<Priority>,
        /// Why: a document.
        words: Option<String>,
    },
    /// A priority ended.
    #[serde(rename = "priority.ended")]
    PriorityEnded {
        /// Which.
        id: u32,
        /// Who ended it.
        organ: String,
        /// Why: a document.
        words: Option<String>,
    },
    /// It was loaded.
    #[serde(rename = "consignment.loaded")]
    Loaded,
    /// Until when its goods are declared.
    #[serde(rename = "consignment.awaited")]
    Awaited {
        /// The limit.
        limit: Limit,
    },
    /// Its firm gave the goods up.
    #[serde(rename = "consignment.abandoned")]
    Abandoned {
        /// Which firm.
        firm: String,
        /// The document with its words.
        words: String,
    },
    /// A firm asks to send the goods back.
    #[serde(rename = "consignment.return_asked")]
    ReturnAsked(Box<Return>),
    /// Customs orders the goods to be sent back.
    #[serde(rename = "consignment.return_ordered")]
    ReturnOrdered(Box<Return>),
    /// Customs decided whether the goods are sent back.
    #[serde(rename = "consignment.return_decided")]
    ReturnDecided {
        /// True when it is granted.
        granted: bool,
    },
    /// The goods were sent back.
    #[serde(rename = "consignment.sent_back")]
    SentBack,
    /// Customs sold the goods.
    #[serde(rename = "consignment.sold")]
    Sold(Box<Sale>),
    /// What is left of the sale was claimed.
    #[serde(rename = "consignment.claimed")]
    Claimed {
        /// By which firm.
        firm: String,
        /// The document with its words.
        words: String,
    },
    /// What was left was paid out.
    #[serde(rename = "consignment.paid_out")]
    PaidOut {
        /// The reference of the transfer.
        reference: String,
    },
    /// A limit passed.
    #[serde(rename = "consignment.limit_passed")]
    LimitPassed {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Manifested { .. } => "consignment.manifested",
            Entry::Changed { .. } => "consignment.changed",
            Entry::Dropped => "consignment.dropped",
            Entry::Arrived { .. } => "consignment.arrived",
            Entry::Appointed { .. } => "consignment.appointed",
            Entry::Tallied { .. } => "consignment.tallied",
            Entry::Questioned { .. } => "consignment.questioned",
            Entry::Answered { .. } => "consignment.answered",
            Entry::Settled { .. } => "consignment.settled",
            Entry::Declared { .. } => "consignment.declared",
            Entry::Ordered { .. } => "consignment.ordered",
            Entry::Recalled => "consignment.recalled",
            Entry::Released { .. } => "consignment.released",
            Entry::Withheld => "consignment.withheld",
            Entry::Booked(_) => "consignment.booked",
            Entry::Cancelled { .. } => "consignment.cancelled",
            Entry::Certified { .. } => "consignment.certified",
            Entry::Revoked { .. } => "consignment.revoked",
            Entry::GateIn { .. } => "consignment.gate_in",
            Entry::GateOut { .. } => "consignment.gate_out",
            Entry::Alarm { .. } => "consignment.alarm",
            Entry::AlarmClosed { .. } => "consignment.alarm_closed",
            Entry::LookWanted { .. } => "joint_inspection.wanted",
            Entry::LookProposed(_) => "joint_inspection.proposed",
            Entry::LookUnfit => "joint_inspection.unfit",
            Entry::LookAccepted { .. } => "joint_inspection.accepted",
            Entry::LookMoved { .. } => "joint_inspection.moved",
            Entry::LookLeft { .. } => "joint_inspection.left",
            Entry::Looked { .. } => "joint_inspection.found",
            Entry::PriorityGranted { .. } => "priority.granted",
            Entry::PriorityEnded { .. } => "priority.ended",
            Entry::Loaded => "consignment.loaded",
            Entry::Awaited { .. } => "consignment.awaited",
            Entry::Abandoned { .. } => "consignment.abandoned",
            Entry::ReturnAsked(_) => "consignment.return_asked",
            Entry::ReturnOrdered(_) => "consignment.return_ordered",
            Entry::ReturnDecided { .. } => "consignment.return_decided",
            Entry::SentBack => "consignment.sent_back",
            Entry::Sold(_) => "consignment.sold",
            Entry::Claimed { .. } => "consignment.claimed",
            Entry::PaidOut { .. } => "consignment.paid_out",
            Entry::LimitPassed { .. } => "consignment.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        match self {
            Entry::Questioned { .. } | Entry::Awaited { .. } | Entry::LimitPassed { .. } => true,
            Entry::Revoked { ground, .. } => ground == "order",
            _ => false,
        }
    }
}
