//! Entries of an application's journal. An entry carries everything that time and tables produced.

use serde::{Deserialize, Serialize};

use super::{Assessed, Breach, Decided, Limit, Mark, NewApplication, Paid, Paper};
use crate::{
    Instant,
    matter::{self, Organ},
    measure::Moved,
};

/// An application as it stands filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// What was filed.
    pub new: NewApplication,
    /// UN/LOCODE of the port.
    pub port: String,
    /// What the eligibility table said.
    pub assessed: Assessed,
    /// The organs that decide; the first one leads.
    pub organs: Vec<Organ>,
    /// The unit that hears an appeal.
    pub office: Organ,
    /// The limit of the decision.
    pub limit: Option<Limit>,
    /// How the measure stood.
    pub mark: Mark,
}

/// What can stand in the journal of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A firm applied.
    #[serde(rename = "application.filed")]
    Filed(Box<Filed>),
    /// Relief applied without a claim.
    #[serde(rename = "application.applied")]
    Applied(Box<Filed>, Box<Decided>),
    /// The organ asked; the decision's limit stands still.
    #[serde(rename = "application.asked")]
    Asked {
        /// In which words.
        words: String,
        /// The limit of the answer.
        limit: Option<Limit>,
    },
    /// The firm answered; the decision's limit runs on.
    #[serde(rename = "application.answered")]
    Answered {
        /// In which words.
        words: String,
        /// Documents that came along.
        papers: Vec<Paper>,
        /// The limit of the decision, moved by the pause.
        limit: Option<Limit>,
    },
    /// The organ decided.
    #[serde(rename = "application.decided")]
    Decided {
        /// By which organ.
        organ: Organ,
        /// What.
        decided: Box<Decided>,
        /// What the table said.
        assessed: Assessed,
        /// Until when the firm may appeal.
        appeal_until: Option<Instant>,
    },
    /// One of several organs granted its part; the others still decide.
    #[serde(rename = "application.part_granted")]
    PartGranted {
        /// Which organ.
        organ: Organ,
        /// What.
        decided: Box<Decided>,
    },
    /// The firm withdrew it.
    #[serde(rename = "application.withdrawn")]
    Withdrawn,
    /// The measure was withdrawn before anything was decided.
    #[serde(rename = "application.lapsed")]
    Lapsed {
        /// How the measure stands now.
        mark: Mark,
    },
    /// The firm appealed.
    #[serde(rename = "application.appealed")]
    Appealed {
        /// In which words.
        words: String,
        /// The limit of the port office.
        limit: Option<Limit>,
    },
    /// The appeal was decided.
    #[serde(rename = "application.appeal_decided")]
    AppealDecided {
        /// True when the decision stands.
        stands: bool,
        /// In which words.
        words: String,
        /// The limit of the new decision.
        limit: Option<Limit>,
    },
    /// What was granted is taken back.
    #[serde(rename = "application.revoked")]
    Revoked {
        /// In which words.
        words: String,
        /// Legal reference.
        law: String,
        /// Until when the firm may appeal.
        appeal_until: Option<Instant>,
        /// What the firm pays after all, in fen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back: Option<i64>,
    },
    /// An instalment was paid, with the interest of the days after it was due.
    #[serde(rename = "application.instalment_paid")]
    InstalmentPaid {
        /// Its number.
        nth: u32,
        /// How.
        paid: Paid,
    },
    /// An instalment was not paid in time: interest runs.
    #[serde(rename = "application.instalment_missed")]
    InstalmentMissed {
        /// Its number.
        nth: u32,
        /// When it was due.
        due: Instant,
    },
    /// The measure changed.
    #[serde(rename = "application.measure_changed")]
    MeasureChanged {
        /// How it stands now.
        mark: Mark,
    },
    /// The measure ended; what was granted stands.
    #[serde(rename = "application.measure_ended")]
    MeasureEnded {
        /// How it stands now.
        mark: Mark,
    },
    /// A measure moved the limit that runs.
    #[serde(rename = "application.limit_moved")]
    LimitMoved(Box<Moved>),
    /// A limit passed unmet.
    #[serde(rename = "application.limit_passed")]
    Passed(Breach),
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Filed(_) => "application.filed",
            Entry::Applied(..) => "application.applied",
            Entry::Asked { .. } => "application.asked",
            Entry::Answered { .. } => "application.answered",
            Entry::Decided { .. } => "application.decided",
            Entry::PartGranted { .. } => "application.part_granted",
            Entry::Withdrawn => "application.withdrawn",
            Entry::Lapsed { .. } => "application.lapsed",
            Entry::Appealed { .. } => "application.appealed",
            Entry::AppealDecided { .. } => "application.appeal_decided",
            Entry::Revoked { .. } => "application.revoked",
            Entry::InstalmentPaid { .. } => "application.instalment_paid",
            Entry::InstalmentMissed { .. } => "application.instalment_missed",
            Entry::MeasureChanged { .. } => "application.measure_changed",
            Entry::MeasureEnded { .. } => "application.measure_ended",
            Entry::LimitMoved(_) => "application.limit_moved",
            Entry::Passed(_) => "application.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(self, Entry::Passed(_) | Entry::LimitMoved(_) | Entry::InstalmentMissed { .. })
    }
}
