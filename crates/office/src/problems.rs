//! Problems: what firms report, what the port makes of it, who sees what.
//!
//! A problem is a matter of its own kind in the same store, by the same write path, with a fold of its own. Its words are
//! sealed documents; a reader may read those that the fold *as that reader sees it* names.

mod acts;
pub(crate) mod address;
mod board;
mod calling;
mod catalogue;
mod counted;
mod gateway;
mod handover;
mod import;
mod intake;
mod kept;
mod known;
mod mail;
pub mod open_data;
mod paper;
mod presence;
mod public;
mod reading;
mod report;
mod sealing;
mod seed;
mod standstill;
mod together;

use std::collections::BTreeSet;

use domain::problem::{Key, Problem, Reader};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use acts::{DecisionWords, PointWords, PositionWords, ProblemAct, Words};
pub use board::{Board, Brief, DAYS, Department, Happened, HeatCell, OverdueTask};
pub use calling::{CALL_RESULTS, ToCall};
pub use catalogue::{CatalogueLine, Precedent};
pub(crate) use counted::Counted;
pub use gateway::{Message, MessageTaken, language};
pub use handover::{Outgoing, Outside, Sent, Try};
pub use import::{Column, Import, ImportedRow, MAX_ROWS as MOST_ROWS, RowOutcome};
pub use intake::{DRAFT, MOST_ATTACHMENT, MOST_ATTACHMENTS, MOST_WORDS};
pub use known::KnownProblem;
pub(crate) use mail::mark;
pub use mail::{MailAnswer, MailTaken};
pub use paper::NoticePaper;
pub use presence::Present;
pub use public::PublicProblem;
pub use reading::{ProblemFilter, ProblemLine};
pub use report::{Cause, MonthReport, Published};
pub use seed::SeedProblem;
pub use standstill::Standstill;

/// The channel of what a threshold reported: nobody typed it.
pub(crate) const BY_THRESHOLD: &str = "threshold";

/// What a firm reports.
#[derive(Clone, Debug, Default)]
pub struct NewReport {
    /// The topic.
    pub topic: String,
    /// What it does to the firm.
    pub impact: String,
    /// How soon it hurts.
    pub urgency: String,
    /// What happened, in the firm's words.
    pub words: String,
    /// Answers to the topic's questions, by the question's code; several for a list of several values.
    pub answers: Vec<(String, String)>,
    /// What it is about, as the page from which it comes knows it.
    pub keys: BTreeSet<Key>,
    /// Who can be reached, and how.
    pub contact: Contact,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Language of the answer, `zh` or `en`.
    pub language: String,
    /// Units complained of.
    pub against: BTreeSet<String>,
    /// True when nobody but the port office may know who reports.
    pub hidden: bool,
    /// The firm for which a clerk of the port office takes it down.
    pub firm: String,
    /// The number by which another hotline knows it.
    pub elsewhere: Option<String>,
    /// The hotline from which it comes, by the key that it used.
    pub came_from: Option<String>,
    /// Jurisdictions through whose hands it went before.
    pub hops: BTreeSet<String>,
    /// The number of the paper form from which the port office keys it in; empty for none.
    pub paper: String,
    /// When it came, as that form says.
    pub came_at: Option<domain::Instant>,
}

/// Who reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Firm, for who has no account.
    pub firm: String,
    /// E-mail address.
    pub email: String,
    /// Telephone.
    pub phone: String,
}

impl Contact {
    /// True when nothing is given.
    pub fn is_empty(&self) -> bool {
        *self == Contact::default()
    }
}

/// A file that came with a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a firm said, as it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Its words, unaltered.
    pub words: String,
    /// Its answers to the topic's questions.
    pub answers: Vec<(String, String)>,
}

/// The answer to a report.
#[derive(Clone, Debug)]
pub struct Reported {
    /// Number of the report and of its case.
    pub number: String,
    /// Opens the status page together with the number.
    pub secret: String,
    /// The receipt's bytes, signed by the port.
    pub receipt: Vec<u8>,
    /// The receipt's identifier.
    pub receipt_id: Uuid,
    /// True when a retry was answered with the first answer.
    pub replayed: bool,
}

/// True for what names a document; entries that were written before words of acts were sealed hold the words themselves.
pub fn is_document(text: &str) -> bool {
    Uuid::parse_str(text).is_ok()
}

/// A problem as a reader sees it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold, as this reader may see it.
    pub problem: Problem,
    /// Who reads.
    pub reader: Reader,
    /// The report by whose number it was asked for.
    pub report: Option<u32>,
}
