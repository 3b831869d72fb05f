//! One ship, several calls: she can be brought in once. A second call may be a correction, a change of agent or the next
//! trip of a shuttle ship, so that it is opened and everybody is told; leave to enter is given to one of them alone, as
//! long as their times overlap (Decree 175 arts 5, 6: entry is approved for a ship's coming, not for a firm's paper).

use super::{Act, Refusal, SameShip, ShipCall, Status};
use crate::Instant;

/// Refuses to let her in by a call while another of her calls, at overlapping times, lets her in already.
///
/// # Errors
/// [`Refusal::LetInElsewhere`] with the numbers of those calls.
pub fn require_only_entry(call: &ShipCall, act: &Act, others: &[SameShip]) -> Result<(), Refusal> {
    let Act::Decide { formality, outcome, .. } = act else { return Ok(()) };
    let lets_in = outcome.is_granted() && call.requirement(*formality).is_some_and(|due| due.blocks("entry"));
    if !lets_in {
        return Ok(());
    }
    let elsewhere = others.iter().filter(|other| call.overlaps(other) && other.is_let_in());
    let numbers: Vec<String> = elsewhere.map(|other| other.number.clone()).collect();
    if numbers.is_empty() { Ok(()) } else { Err(Refusal::LetInElsewhere(numbers)) }
}

impl SameShip {
    /// True when she may come in by that call, or came in by it, and has not left.
    pub fn is_let_in(&self) -> bool {
        !matches!(self.status, Status::Announced | Status::DistressOver) && !self.status.is_over()
    }

    /// True when that call is under way and its times overlap with others. What nobody has said yet may be at any time.
    pub fn overlaps(&self, from: Option<Instant>, until: Option<Instant>) -> bool {
        let before =
            |end: Option<Instant>, start: Option<Instant>| end.zip(start).is_some_and(|(end, start)| end <= start);
        !self.status.is_over() && !before(self.until, from) && !before(until, self.from)
    }
}

impl ShipCall {
    /// True when another call of the ship is under way at overlapping times.
    pub fn overlaps(&self, other: &SameShip) -> bool {
        other.number != self.number && other.overlaps(self.expected("arrival"), self.expected("departure"))
    }
}
