//! What is stated about a call besides filings and decisions: times, berths, distress, and its end without a ship.

use std::collections::BTreeMap;

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
    /// True once an organ found that it did not happen; it stays, and counts no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_error: bool,
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
    /// Until when an authority must say that it knows, where its row gives it a limit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, Instant>,
    /// Who says that it is over, by the table of that day; empty in journals of the first release, which had no end of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_by: Vec<String>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DistressEnd>,
}

/// The end of a distress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistressEnd {
    /// When.
    pub at: Instant,
    /// The organ that says so.
    pub organ: String,
    /// How, a row of the table `distress-ends`: `rescued`, `entered`, `stood_down`.
    pub outcome: String,
    /// True when she came in by her distress, so that formalities follow; otherwise she needs leave to enter as any other.
    pub enters: bool,
    /// What there is to say of it.
    pub words: Words,
    /// Legal basis.
    pub law: String,
}

/// A departure while something stood against it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uncleared {
    /// When it was recorded.
    pub at: Instant,
    /// Codes of what stood against it.
    pub unmet: Vec<String>,
    /// The organs that were told.
    pub told: Vec<String>,
    /// What each of them said about it so far.
    pub noted: BTreeMap<String, Words>,
}

/// Another call of the same ship in this port, as far as it concerns this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameShip {
    /// The call's number.
    pub number: String,
    /// The firm that answers for it.
    pub agent: String,
    /// Where it stands.
    pub status: super::Status,
    /// From when she is expected there; none while nobody has said.
    pub from: Option<Instant>,
    /// Until when; none while nobody has said.
    pub until: Option<Instant>,
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
