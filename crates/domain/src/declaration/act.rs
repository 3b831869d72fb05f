//! What can be asked of a declaration. Words and files are documents by then, named by their identifiers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Item, Limit, Line, Term};
use crate::{Instant, Value, matter::Rule};

/// A declaration as it is lodged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewDeclaration {
    /// Its number.
    pub number: String,
    /// The declarant's own reference.
    pub reference: String,
    /// The firm whose goods they are.
    pub firm: String,
    /// `import`, `export` or `transit`.
    pub direction: String,
    /// The mode that the firm chose.
    pub mode: String,
    /// What is declared: the document's identifier.
    pub document: String,
    /// The items, as far as rules need them.
    pub items: Vec<Item>,
    /// What the tariff, asked elsewhere, gives; where it is empty the port's own rows are asked.
    pub lines: Vec<Line>,
    /// What rules find wrong with it: with any, it is refused at the door.
    pub errors: Vec<Remark>,
    /// What customs remarks on it, without refusing it.
    pub remarks: Vec<Remark>,
    /// What it draws of licences.
    pub licences: Vec<super::Drawn>,
    /// What each message that waits for it would draw of them, in the order in which these came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Draws>,
    /// The declaration that this one completes.
    pub completes: Option<String>,
    /// The day on which the conveyance's entry was declared, where it is known.
    pub entered: Option<Date>,
    /// Keys by which business knows it besides its numbers.
    pub keys: BTreeSet<String>,
    /// Chance, from outside, by which a random share is drawn.
    pub seed: u64,
}

/// A message about a declaration that is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parked {
    /// The number that the declaration will have.
    pub number: String,
    /// The declarant's reference by which it is known.
    pub reference: String,
    /// The firm.
    pub firm: String,
    /// `amend`, `withdraw` or `present`.
    pub wants: String,
    /// What it changes.
    pub changes: Vec<Vec<Step>>,
    /// The items as they would be, as far as it says.
    pub items: Option<Vec<Item>>,
    /// True when it says all of them.
    pub whole: bool,
    /// The document with the message.
    pub document: Option<String>,
    /// Until when the declaration should come.
    pub limit: Option<Limit>,
    /// What it would draw of licences, known once its declaration is there.
    pub draws: Draws,
}

impl Parked {
    /// The items with which it would take the place of so many; none where it amends no items, or not all of them.
    pub fn amended(&self, count: usize) -> Option<&Vec<Item>> {
        let whole = |items: &&Vec<Item>| self.wants == "amend" && (self.whole || items.len() >= count);
        self.items.as_ref().filter(whole)
    }
}

/// What a message that waited would draw of licences.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draws {
    /// What; none where it changes no items.
    pub drawn: Option<Vec<super::Drawn>>,
    /// True when one of those that its goods need is missing: it does not fit the declaration then.
    pub lacks: bool,
}

/// One step of the way to an element: section of the document, occurrence, data element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// The section, by its WCO class.
    pub section: String,
    /// Which occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// The data element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// Boxes that are brought to a look, by their length in feet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boxes {
    /// Of twenty feet.
    pub twenty: u32,
    /// Of forty feet and more.
    pub forty: u32,
}

/// What customs remarks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remark {
    /// Its code.
    pub code: String,
    /// In words.
    pub words: Option<String>,
    /// On what.
    pub at: Vec<Step>,
}

/// A paper that the declarant gave: its code, and the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What it is, by its code.
    pub code: String,
    /// The document.
    pub document: String,
    /// The ending of the file's name, such as `pdf`.
    #[serde(default)]
    pub ending: String,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A firm declares.
    Lodge(Box<NewDeclaration>),
    /// A message came before the declaration that it is about.
    Park(Box<Parked>),
    /// Customs refuses it at the door.
    Reject {
        /// Why.
        errors: Vec<Remark>,
    },
    /// The declarant says that the goods are there.
    Present {
        /// The reference of the message.
        reference: String,
        /// What the arrival changes in what was declared.
        #[serde(default)]
        changes: Vec<Vec<Step>>,
    },
    /// The terminal says that the goods are there.
    Arrive {
        /// What the arrival changes in what was declared.
        #[serde(default)]
        changes: Vec<Vec<Step>>,
    },
    /// Customs assesses.
    Assess {
        /// Line by line.
        lines: Vec<Line>,
    },
    /// The tax was paid: all that was open with what lateness costs, a part, or by a final assessment.
    Pay {
        /// The reference of the payment.
        #[serde(default)]
        reference: String,
        /// The final assessment, where it differs.
        #[serde(default)]
        lines: Option<Vec<Line>>,
        /// How much came; all that is open where nobody says.
        #[serde(default, with = "crate::decimal::optional")]
        amount: Option<Decimal>,
        /// The day on which it came; today where nobody says.
        #[serde(default)]
        on: Option<Date>,
    },
    /// What was paid too much is paid back, whole or in part.
    Refund {
        /// The reference of the transfer.
        reference: String,
        /// How much; all of it where nobody says.
        #[serde(default, with = "crate::decimal::optional")]
        amount: Option<Decimal>,
    },
    /// Customs says when the conveyance's entry was declared.
    StateEntry {
        /// The day.
        on: Date,
    },
    /// Customs grants a relief of what lateness costs.
    Relieve {
        /// The measure.
        measure: String,
        /// How much of a hundred, where it is less than the measure allows.
        #[serde(default, with = "crate::decimal::optional")]
        percent: Option<Decimal>,
        /// Why it was late, where the measure asks for a cause.
        #[serde(default)]
        cause: String,
        /// The decision.
        #[serde(default)]
        decision: String,
    },
    /// A relief that an application brought is taken back with it.
    EndRelief {
        /// The application, by its number.
        application: String,
    },
    /// A guarantee secures what is owed.
    Secure {
        /// The account.
        account: String,
        /// What is free of it.
        #[serde(with = "crate::decimal")]
        free: Decimal,
        /// The assessment by which it is secured, where it differs.
        #[serde(default)]
        lines: Option<Vec<Line>>,
    },
    /// An account does not hold what is due.
    FallShort,
    /// Customs reminds of it.
    Remind,
    /// Customs orders an inspection, wants documents or holds the goods.
    Order {
        /// `inspection`, `documents` or `hold`.
        kind: String,
        /// Until when documents are to come.
        #[serde(default)]
        limit: Option<Instant>,
        /// Every paper that is missing, by its code.
        #[serde(default)]
        papers: Vec<String>,
        /// Words of the officer: a document.
        #[serde(default)]
        words: Option<String>,
    },
    /// The declarant answers what documents are wanted for.
    Answer {
        /// Words: a document.
        words: Option<String>,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The declarant chooses who is there at the inspection.
    Attend {
        /// `self`, `yard`, `carrier`, `absent`: a row of the table.
        how: String,
    },
    /// Customs appoints a look at the goods.
    Plan {
        /// `scan`, `open` and so on: a row of the table.
        method: String,
        /// Where: the code of a place in the yard.
        place: String,
        /// From when.
        from: Instant,
        /// Until when.
        until: Instant,
        /// What the yard moves for it.
        #[serde(default)]
        boxes: Boxes,
    },
    /// Customs has looked.
    Find {
        /// `as_declared` and so on: a row of the table.
        found: String,
        /// Words: a document.
        #[serde(default)]
        words: Option<String>,
        /// Pictures and papers.
        #[serde(default)]
        papers: Vec<Paper>,
    },
    /// Customs has examined, has the documents, lifts the hold.
    Settle {
        /// `inspection`, `documents` or `hold`.
        kind: String,
        /// Copies will do for now: the originals come until this instant.
        #[serde(default)]
        originals: Option<Instant>,
    },
    /// The declarant asks for an amendment.
    Amend {
        /// The reference of the message.
        reference: String,
        /// What it changes.
        changes: Vec<Vec<Step>>,
        /// The items as they would be.
        #[serde(default)]
        items: Option<Vec<Item>>,
        /// What would be assessed, where the tariff is asked elsewhere.
        #[serde(default)]
        lines: Option<Vec<Line>>,
        /// What it would draw of licences.
        #[serde(default)]
        licences: Option<Vec<super::Drawn>>,
        /// The document with what is declared instead.
        #[serde(default)]
        document: Option<String>,
    },
    /// The declarant asks to have it taken back.
    Withdraw {
        /// The reference of the message.
        reference: String,
    },
    /// Customs decides on what was asked.
    Decide {
        /// True when it is granted.
        granted: bool,
    },
    /// What was owed after release is there.
    Complete {
        /// What: the name of what is owed.
        what: String,
    },
    /// Customs says what a survey of bulk goods came to: it takes the place of what was declared.
    Survey {
        /// Net mass of all items in kilograms.
        #[serde(with = "crate::decimal")]
        kilograms: Decimal,
        /// Words: a document.
        #[serde(default)]
        words: Option<String>,
        /// The surveyor's report.
        #[serde(default)]
        papers: Vec<Paper>,
    },
    /// Customs takes a release back, and holds the goods where they still are.
    Revoke,
    /// The goods left the country.
    Exit,
    /// Customs asks whether they did.
    AskExit {
        /// Until when it is to be answered.
        limit: Instant,
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
    /// Its tax is paid later, by a plan that was granted.
    PutOff {
        /// The application.
        application: String,
        /// Until when all of it is paid.
        until: Instant,
        /// What the plan's instalments come to.
        #[serde(with = "crate::decimal")]
        sum: Decimal,
        /// The instalments, in the order in which they are due.
        #[serde(default)]
        terms: Vec<Term>,
        /// The row of the measure's table.
        rule: Rule,
        /// Legal reference.
        law: String,
    },
    /// The plan was taken back: the tax is due as it was.
    DueAgain {
        /// The application.
        application: String,
    },
    /// An instalment of the plan was paid.
    PayInstalment {
        /// The application.
        application: String,
        /// How much.
        #[serde(with = "crate::decimal")]
        amount: Decimal,
        /// The reference of the payment.
        reference: String,
        /// The day on which it came.
        on: Date,
        /// The last day on which it is in time.
        due: Date,
    },
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
}
