//! Cases at a hotline's: handed over by the program, followed there, and taken back.

use serde::{Deserialize, Serialize};

use super::{HowEnded, Problem};
use crate::Instant;

/// A case that the program handed over to a hotline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The hotline: a row of the table of other tracks.
    pub to: String,
    /// Number there; empty as long as only a token stands for it, or when it was never taken there.
    pub reference: String,
    /// What stands for the number until there is one.
    pub token: String,
    /// When the hotline took it.
    pub at: Instant,
    /// When it came back; none while it is there.
    pub back_at: Option<Instant>,
}

impl Problem {
    /// The hotline to which the program is to hand the case over, and has not yet.
    pub fn handing_to(&self) -> Option<&str> {
        let ended = self.ended.as_ref().filter(|ended| ended.how == HowEnded::Transferred && ended.handing)?;
        let there = self.handovers.last().is_some_and(|of| of.to == ended.reason && of.back_at.is_none());
        (!there).then_some(&ended.reason)
    }

    /// The hotline's where the case is.
    pub fn handed_to(&self) -> Option<&Handover> {
        let ended = self.ended.as_ref().filter(|ended| ended.how == HowEnded::Transferred)?;
        self.handovers.last().filter(|of| of.to == ended.reason && of.back_at.is_none())
    }

    /// True when the case must not go to a hotline: a report came from there, or it was there before.
    pub fn was_at(&self, to: &str) -> bool {
        self.reports.iter().any(|report| report.came_from.as_deref() == Some(to))
            || self.handovers.iter().any(|of| of.to == to)
    }
}
