//! What is stated about a call besides filings and decisions: times, berths, distress, and its end without a ship.

use serde::{Deserialize, Serialize};

use super::Words;
use crate::Instant;

/// How sure a stated time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeKind {
    /// The ship's or agent's estimate.
    Estimated,
    /// What was asked for.
    Requested,
    /// What was planned in answer.
    Planned,
    /// What happened.
    Actual,
}

impl TimeKind {
    /// The word of forms and pages.
    pub fn code(self) -> &'static str {
        match self {
            TimeKind::Estimated => "estimated",
            TimeKind::Requested => "requested",
            TimeKind::Planned => "planned",
            TimeKind::Actual => "actual",
        }
    }
}

/// A time as somebody stated it. A later statement stands beside it, never over it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeStatement {
    /// 1 for the call's first.
    pub id: u32,
    /// Event: `arrival`, `pilot`, `berth`, `unberth`, `departure`, `left_last_port`.
    pub event: String,
    /// Estimated, requested, planned or actual.
    pub kind: TimeKind,
    /// The time stated.
    pub at: Instant,
    /// Who stated it: an organ's or firm's code.
    pub source: String,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The statement to which it replies.
    pub replies_to: Option<u32>,
    /// SMDG delay reason code, when it is later than what stood.
    pub delay_reason: Option<String>,
}

/// A berth planned by the port group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BerthPlan {
    /// The berth's code.
    pub berth: String,
    /// Planned to berth.
    pub from: Instant,
    /// Planned to leave the berth.
    pub until: Instant,
    /// When it was planned.
    pub at: Instant,
    /// True for a shift from another berth of this call.
    pub shift: bool,
    /// By which permission, when the berth is not open to foreign ships.
    pub by_permission: Option<String>,
    /// Calls, by number, beside which it was planned knowingly. The first release did not ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
}

/// A ship in distress enters without prior permit; who was told at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distress {
    /// When it was reported.
    pub at: Instant,
    /// What happened, in words.
    pub report: Words,
    /// Authorities told at once.
    pub told: Vec<String>,
    /// Legal basis.
    pub law: String,
}

/// A call that ended without clearance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// The port to which she was diverted; none when the call was cancelled.
    pub diverted_to: Option<String>,
    /// Why.
    pub reason: Words,
}
