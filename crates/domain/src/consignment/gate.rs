//! What a gate is told of a certificate: one verdict, and what stands behind it.

use super::{Consignment, Customs};
use crate::{
    Instant,
    person_permit::{Answer, Door},
};

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The verdict.
    pub answer: Answer,
    /// Why not simply through: `revoked`, `used`, `early`, `expired`, `elsewhere`, `customs`, `inspection`, `order`, `release`,
    /// `holder_unseen`, `holder_differs`.
    pub reasons: Vec<&'static str>,
}

impl Consignment {
    /// What a gate is told; none for a serial that is not there. The same both ways: goods are not let out by mistake.
    pub fn seen_at(&self, serial: u32, customs: Customs, door: &Door) -> Option<Seen> {
        let certificate = self.certificates.get(&serial)?;
        let slot = self.slots.get(&certificate.slot)?;
        let mut found: Vec<(&'static str, Answer)> = Vec::new();
        let mut stop = |stops: bool, reason: &'static str| {
            if stops {
                found.push((reason, Answer::Stop));
            }
        };
        stop(certificate.revoked.is_some(), "revoked");
        stop(certificate.used.is_some(), "used");
        stop(door.at < certificate.from, "early");
        stop(door.at >= certificate.until, "expired");
        stop(!door.serves.contains(&yard_gate(&slot.yard)), "elsewhere");
        stop(!customs.may_go, "customs");
        stop(self.joint.is_open(), "inspection");
        stop(self.order(door.at).is_none(), "order");
        stop(
            self.release().is_none() || self.open_questions().next().is_some() || self.dropped_at.is_some(),
            "release",
        );
        stop(door.same_holder == Some(false), "holder_differs");
        if door.same_holder.is_none() {
            found.push(("holder_unseen", Answer::Check));
        }
        let answer = found.iter().map(|(_, answer)| *answer).max().unwrap_or(Answer::Pass);
        Some(Seen { answer, reasons: found.into_iter().map(|(reason, _)| reason).collect() })
    }

    /// Why a certificate does not allow a passage that has happened, by code; empty when it does.
    pub(super) fn forbids(&self, serial: u32, customs: Customs, at: Instant) -> Vec<&'static str> {
        let Some(certificate) = self.certificates.get(&serial) else { return vec!["unknown"] };
        let mut doubts = Vec::new();
        let revoked = certificate.revoked.as_ref().is_some_and(|(since, _)| *since <= at);
        for (stops, reason) in [
            (revoked, "revoked"),
            (certificate.used.is_some(), "used"),
            (at < certificate.from, "early"),
            (at >= certificate.until, "expired"),
            (!customs.may_go, "customs"),
            (self.joint.is_open(), "inspection"),
            (self.order(at).is_none(), "order"),
            (self.release().is_none() || self.open_questions().next().is_some(), "release"),
        ] {
            if stops {
                doubts.push(reason);
            }
        }
        doubts
    }
}

/// The gate of a yard.
pub fn yard_gate(yard: &str) -> String {
    format!("yard:{yard}")
}
