//! Entries of a declaration's journal. An entry carries everything that time and tables produced.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Cost, Deferred, Item, Limit, Line, Mode, NewDeclaration, Paper, Parked, Relieved, Remark, Selected, Step,
    Surcharge, Survey,
};
use crate::{Instant, matter, priority::Priority};

/// A declaration as it stands lodged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lodged {
    /// What was lodged.
    pub new: NewDeclaration,
    /// The mode's row.
    pub mode: Mode,
}

/// What can stand in the journal of a declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A firm declared.
    #[serde(rename = "declaration.lodged")]
    Lodged(Box<Lodged>),
    /// A message came before the declaration that it is about, and waits for it.
    #[serde(rename = "declaration.parked")]
    Parked(Box<Parked>),
    /// What waited counts, or does not fit the declaration.
    #[serde(rename = "declaration.unparked")]
    Unparked {
        /// The reference of the message.
        reference: String,
        /// Whether it fits.
        fits: bool,
    },
    /// Customs has it, and waits for the goods; or has a message about it.
    #[serde(rename = "declaration.received")]
    Received {
        /// The reference of the message.
        reference: String,
        /// True for the declaration itself.
        itself: bool,
    },
    /// Customs refused it at the door.
    #[serde(rename = "declaration.rejected")]
    Rejected {
        /// Why.
        errors: Vec<Remark>,
    },
    /// The goods are there.
    #[serde(rename = "goods.arrived")]
    Arrived {
        /// What that changes in what was declared.
        changes: Vec<Vec<Step>>,
    },
    /// Customs accepted.
    #[serde(rename = "declaration.accepted")]
    Accepted {
        /// What customs remarks.
        remarks: Vec<Remark>,
    },
    /// Risk chose a channel.
    #[serde(rename = "declaration.selected")]
    Selected(Selected),
    /// Customs orders an inspection, wants documents or holds the goods.
    #[serde(rename = "declaration.ordered")]
    Ordered {
        /// `inspection`, `documents` or `hold`.
        kind: String,
        /// Until when documents are to come.
        limit: Option<Instant>,
        /// Every paper that is missing, by its code.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<String>,
        /// Words of the officer: a document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// The declarant answered.
    #[serde(rename = "declaration.answered")]
    Answered {
        /// Words: a document.
        words: Option<String>,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The declarant chose who is there; by the platform that is notice to customs.
    #[serde(rename = "inspection.attended")]
    Attended {
        /// How.
        how: String,
        /// Legal reference.
        law: String,
    },
    /// A look is appointed.
    #[serde(rename = "inspection.planned")]
    Planned {
        /// How the goods are examined.
        method: String,
        /// Where.
        place: String,
        /// From when.
        from: Instant,
        /// Until when.
        until: Instant,
        /// Legal reference.
        law: String,
        /// What the yard's work comes to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<Cost>,
    },
    /// The goods are looked at where they go: the port lets them, and the look is owed.
    #[serde(rename = "inspection.moved")]
    Moved {
        /// Until when it is owed.
        limit: Limit,
    },
    /// What was found.
    #[serde(rename = "inspection.found")]
    Found {
        /// What.
        found: String,
        /// Who bears the yard's work.
        bears: String,
        /// Words: a document.
        words: Option<String>,
        /// Pictures and papers.
        papers: Vec<Paper>,
        /// Legal reference.
        law: String,
    },
    /// What was ordered is settled.
    #[serde(rename = "declaration.settled")]
    Settled {
        /// `inspection`, `documents` or `hold`.
        kind: String,
        /// Until when originals are owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        originals: Option<Limit>,
    },
    /// Duties and taxes were assessed.
    #[serde(rename = "tax.assessed")]
    Assessed {
        /// Of which edition.
        edition: u32,
        /// Line by line.
        lines: Vec<Line>,
        /// Until when they are to be paid.
        limit: Option<Limit>,
    },
    /// A guarantee secures them.
    #[serde(rename = "tax.secured")]
    Secured {
        /// The account.
        account: String,
        /// How much of it.
        #[serde(with = "crate::decimal")]
        amount: Decimal,
        /// What it secures.
        lines: Vec<Line>,
    },
    /// They were paid, or what was paid too much was paid back.
    #[serde(rename = "tax.paid")]
    Paid {
        /// Of which edition.
        edition: u32,
        /// What was paid now; negative where it was paid back.
        #[serde(with = "crate::decimal")]
        amount: Decimal,
        /// The reference of the payment.
        reference: String,
        /// What it pays.
        lines: Vec<Line>,
        /// The day on which the money came, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Date>,
    },
    /// Lateness costs something.
    #[serde(rename = "tax.surcharged")]
    Surcharged {
        /// In place of which earlier one, by its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<usize>,
        /// How much, with its calculation.
        surcharge: Surcharge,
    },
    /// Customs granted a relief of it.
    #[serde(rename = "tax.relieved")]
    Relieved(Relieved),
    /// A relief is taken back.
    #[serde(rename = "tax.relief_ended")]
    ReliefEnded {
        /// The decision that gave it.
        decision: String,
    },
    /// The day on which the conveyance's entry was declared.
    #[serde(rename = "conveyance.entered")]
    Entered {
        /// The day.
        on: Date,
    },
    /// An account does not hold what is due.
    #[serde(rename = "tax.short")]
    Short {
        /// How much is due.
        #[serde(with = "crate::decimal")]
        amount: Decimal,
    },
    /// Customs reminded of it.
    #[serde(rename = "tax.reminded")]
    Reminded {
        /// How much is due.
        #[serde(with = "crate::decimal")]
        amount: Decimal,
    },
    /// Somebody asks for an amendment, or to take it back.
    #[serde(rename = "declaration.asked")]
    Asked {
        /// The reference of the message.
        reference: String,
        /// True for an invalidation.
        invalidation: bool,
        /// What it changes.
        changes: Vec<Vec<Step>>,
        /// The items as they would be.
        items: Option<Vec<Item>>,
        /// What it would draw of licences.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        licences: Option<Vec<super::Drawn>>,
        /// The document with what is declared instead.
        document: Option<String>,
    },
    /// What was asked is refused; what was assessed for it does not stand.
    #[serde(rename = "declaration.refused")]
    Refused,
    /// What was declared is changed.
    #[serde(rename = "declaration.amended")]
    Amended {
        /// What.
        changes: Vec<Vec<Step>>,
        /// True when the arrival changed it, and nobody asked.
        by_arrival: bool,
    },
    /// Released while formalities are owed.
    #[serde(rename = "declaration.released")]
    Released {
        /// What is owed, each with its limit.
        owed: Vec<(String, Limit)>,
    },
    /// Nothing is owed.
    #[serde(rename = "declaration.cleared")]
    Cleared,
    /// Something of what was owed is there.
    #[serde(rename = "declaration.completed")]
    Completed {
        /// What.
        what: String,
    },
    /// Bulk goods were surveyed.
    #[serde(rename = "goods.surveyed")]
    Surveyed(Box<Survey>),
    /// The release was taken back.
    #[serde(rename = "declaration.revoked")]
    Revoked,
    /// It was taken back.
    #[serde(rename = "declaration.invalidated")]
    Invalidated,
    /// The goods left the country.
    #[serde(rename = "goods.exited")]
    Exited,
    /// Customs asks whether they did.
    #[serde(rename = "goods.exit_asked")]
    ExitAsked {
        /// Until when it is to be answered.
        limit: Instant,
    },
    /// It goes first.
    #[serde(rename = "priority.granted")]
    PriorityGranted {
        /// 1 for the declaration's first.
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
    /// The tax is paid later, by a plan that was granted.
    #[serde(rename = "tax.put_off")]
    PutOff(Box<Deferred>),
    /// The plan was taken back: the tax is due as it was.
    #[serde(rename = "tax.due_again")]
    DueAgain {
        /// The application.
        application: String,
    },
    /// A limit passed unmet.
    #[serde(rename = "declaration.limit_passed")]
    Passed {
        /// Its name.
        name: String,
        /// When it was due.
        due: Instant,
    },
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Lodged(_) => "declaration.lodged",
            Entry::Parked(_) => "declaration.parked",
            Entry::Unparked { .. } => "declaration.unparked",
            Entry::Received { .. } => "declaration.received",
            Entry::Rejected { .. } => "declaration.rejected",
            Entry::Arrived { .. } => "goods.arrived",
            Entry::Accepted { .. } => "declaration.accepted",
            Entry::Selected(_) => "declaration.selected",
            Entry::Ordered { .. } => "declaration.ordered",
            Entry::Answered { .. } => "declaration.answered",
            Entry::Attended { .. } => "inspection.attended",
            Entry::Planned { .. } => "inspection.planned",
            Entry::Moved { .. } => "inspection.moved",
            Entry::Found { .. } => "inspection.found",
            Entry::Settled { .. } => "declaration.settled",
            Entry::Assessed { .. } => "tax.assessed",
            Entry::Secured { .. } => "tax.secured",
            Entry::Paid { .. } => "tax.paid",
            Entry::Surcharged { .. } => "tax.surcharged",
            Entry::Relieved(_) => "tax.relieved",
            Entry::ReliefEnded { .. } => "tax.relief_ended",
            Entry::Entered { .. } => "conveyance.entered",
            Entry::Short { .. } => "tax.short",
            Entry::Reminded { .. } => "tax.reminded",
            Entry::Asked { .. } => "declaration.asked",
            Entry::Refused => "declaration.refused",
            Entry::Amended { .. } => "declaration.amended",
            Entry::Released { .. } => "declaration.released",
            Entry::Cleared => "declaration.cleared",
            Entry::Completed { .. } => "declaration.completed",
            Entry::Surveyed(_) => "goods.surveyed",
            Entry::Revoked => "declaration.revoked",
            Entry::Invalidated => "declaration.invalidated",
            Entry::Exited => "goods.exited",
            Entry::ExitAsked { .. } => "goods.exit_asked",
            Entry::PriorityGranted { .. } => "priority.granted",
            Entry::PriorityEnded { .. } => "priority.ended",
            Entry::PutOff(_) => "tax.put_off",
            Entry::DueAgain { .. } => "tax.due_again",
            Entry::Passed { .. } => "declaration.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(self, Entry::Passed { .. })
    }
}
