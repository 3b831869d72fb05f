//! What an organ does with a formality: where it stands with it, what it asks, and what it mirrors.

use serde::{Deserialize, Serialize};

use super::{Organ, Rule, Words};
use crate::{Instant, formality::Formality};

/// Where an organ stands with a formality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Filed; the organ has not yet taken it in charge.
    Filed,
    /// Accepted for processing (受理): the legal clock runs.
    InCharge,
    /// Returned with everything that is missing named at once.
    Returned,
    /// Decided in favour.
    Granted,
    /// Decided in favour with conditions.
    GrantedWithConditions,
    /// Refused with reason and legal basis.
    Refused,
}

/// What one organ does with one formality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Which formality.
    pub formality: Formality,
    /// Which organ.
    pub organ: Organ,
    /// The filing's version on which it works.
    pub version: u32,
    /// Where it stands.
    pub state: ReviewState,
    /// Since when it stands there.
    pub since: Instant,
    /// When it was accepted for processing.
    pub in_charge_at: Option<Instant>,
    /// Until when the organ must decide; fixed at acceptance, moved only by suspensions that the law lists.
    pub decision_due: Option<Instant>,
    /// The suspension that stands: cause and since when.
    pub suspended: Option<(String, Instant)>,
    /// The suspensions that ended: from when until when the clock stood still.
    pub pauses: Vec<(Instant, Instant)>,
    /// Conditions, missing items or the reason of a refusal.
    pub words: Vec<Words>,
    /// Legal basis of the decision.
    pub law: String,
    /// Set when the decision was taken in the organ's national system and is only mirrored here.
    pub mirror: Option<Mirror>,
    /// Why it was opened again after a decision.
    pub reopened_by: Option<String>,
    /// Until when it must be accepted or returned, while it waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
    /// The version on which this organ decided last, before it got the one on which it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_decided_version: Option<u32>,
    /// The same for the version that it took in charge last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_in_charge_version: Option<u32>,
}

/// Until when an organ must tell what is missing. Who is silent until then has accepted the filing, and granted nothing
/// (Administrative Licensing Law art. 32).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The limit.
    pub due: Instant,
    /// Calendar and its version by which it was reckoned.
    pub calendar: String,
    /// Legal basis.
    pub law: String,
    /// The row that gives it.
    pub rule: Rule,
}

/// A decision that an organ took in its national system: shown with its source, never as made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    /// The national system.
    pub source: String,
    /// Its receipt number there.
    pub number: String,
    /// When it was decided there.
    pub decided_at: Instant,
    /// Who recorded it here.
    pub recorder: String,
}

/// A question of an organ: all missing items at once, answered item by item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// 1 for the call's first.
    pub id: u32,
    /// Who asks.
    pub organ: Organ,
    /// About which formality.
    pub formality: Formality,
    /// When it was asked.
    pub at: Instant,
    /// Until when an answer is wanted.
    pub due: Option<Instant>,
    /// The items.
    pub items: Vec<QuestionItem>,
}

impl Question {
    /// True while an item waits for the agent's answer or for the organ's word that it suffices.
    pub fn is_open(&self) -> bool {
        self.items.iter().any(|item| item.closed_at.is_none())
    }

    /// Number of items that wait for the agent.
    pub fn unanswered(&self) -> usize {
        self.items.iter().filter(|item| item.closed_at.is_none() && item.answered_at.is_none()).count()
    }
}

/// One item of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionItem {
    /// The document that holds its words (they may name persons).
    pub document: String,
    /// When the agent answered.
    pub answered_at: Option<Instant>,
    /// The document that holds the answer.
    pub answer: Option<String>,
    /// When the organ closed it.
    pub closed_at: Option<Instant>,
}
