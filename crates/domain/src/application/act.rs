//! What can be asked of an application. Words and files are documents by then, named by their identifiers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Extended, Paper, Plan};
use crate::{Instant, Value};

/// An application as it is filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewApplication {
    /// Its number.
    pub number: String,
    /// The measure, by its code.
    pub measure: String,
    /// The firm that has the relief.
    pub firm: String,
    /// The day of the event that decides.
    pub on: Date,
    /// What the firm says of itself and its matter.
    pub facts: BTreeMap<String, Value>,
    /// What it is about: a ship's call or a declaration by its number, or a guarantee account.
    pub about: Option<String>,
    /// What the firm writes.
    pub words: Option<String>,
    /// Documents that come along.
    pub papers: Vec<Paper>,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// True when it is granted.
    pub granted: bool,
    /// Conditions, or why it is refused: the document's identifier; none for a plain grant.
    pub words: Option<String>,
    /// Legal reference of the decision.
    pub law: String,
    /// What the firm pays less, in minor units of the port's currency (fen); none where nothing is paid.
    pub saved: Option<i64>,
    /// Hours that are saved, as the organ states them.
    pub hours: Option<i64>,
    /// The last day of what is granted, where it has one.
    pub until: Option<Date>,
    /// How much of a hundred a charge is less, where it is less than the measure allows.
    #[serde(default, with = "crate::decimal::optional", skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
    /// Who of the organ is named for the firm, by which name she signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// By which instalments a tax that is put off is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// The guarantee that runs longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended: Option<Extended>,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A firm applies.
    File(Box<NewApplication>),
    /// Relief that applied without a claim is recorded, with what was saved.
    Record(Box<NewApplication>, Decided),
    /// The organ asks for what is missing; the clock stands still.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers, perhaps with more documents.
    Answer {
        /// In which words.
        words: String,
        /// Documents.
        papers: Vec<Paper>,
    },
    /// An organ decides: alone, or where several do, its part. One refusal refuses; the last grant grants.
    Decide(Decided),
    /// The firm withdraws it.
    Withdraw,
    /// The firm appeals against a refusal, or against a grant that was taken back.
    Appeal {
        /// In which words.
        words: String,
    },
    /// The port office decides on the appeal: the decision stands, or the organ decides anew.
    DecideAppeal {
        /// True when the decision stands.
        stands: bool,
        /// In which words.
        words: String,
    },
    /// The organ takes back what it granted: the conditions were not met.
    Revoke {
        /// In which words.
        words: String,
        /// Legal reference.
        law: String,
        /// What the firm pays after all, in fen; what it had saved where it is left out.
        back: Option<i64>,
    },
    /// The organ that leads says that an instalment was paid.
    PayInstalment {
        /// Its number in the plan, from one.
        nth: u32,
        /// On which day.
        on: Date,
        /// The reference of the payment.
        reference: String,
        /// The interest that it bears in fen, where parts of it came on days of their own; else it is reckoned of the whole.
        borne: Option<i64>,
    },
    /// The measure is not what it was: it changed, ended, or is gone. The program itself says so.
    Look,
    /// A clock fires.
    Fire {
        /// Its name.
        clock: String,
        /// When it was due.
        due: Instant,
    },
}
