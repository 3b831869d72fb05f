//! What a gate is told of somebody who stands there: one verdict, and what stands behind it, by code.

use super::{PersonPermit, Standing};
use crate::Instant;

/// What a gate knows when somebody stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Door {
    /// The places that it serves: its own, the region in which it lies, the ship that lies there.
    pub serves: Vec<String>,
    /// The instant.
    pub at: Instant,
    /// True for inwards.
    pub inward: bool,
    /// Whether the document that the person shows is the holder's; none while nobody compared it.
    pub same_holder: Option<bool>,
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// She may go through.
    Pass,
    /// Look first.
    Check,
    /// She may not.
    Stop,
}

impl Answer {
    /// The word by which pages and data name it.
    pub fn code(self) -> &'static str {
        match self {
            Answer::Pass => "pass",
            Answer::Check => "check",
            Answer::Stop => "stop",
        }
    }
}

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The verdict.
    pub answer: Answer,
    /// Why not simply through: `open`, `refused`, `revoked`, `used`, `early`, `expired`, `elsewhere`, `twice_in`, `not_in`,
    /// `holder_unseen`, `holder_differs`.
    pub reasons: Vec<&'static str>,
}

impl PersonPermit {
    /// What a gate is told; none for a serial that is not there. Who goes out is let out and told of, unless she is not the
    /// holder: nobody is kept on board by a term that ran out.
    pub fn seen_at(&self, serial: u32, door: &Door) -> Option<Seen> {
        let holder = self.holders.get(&serial)?;
        let mut found: Vec<(&'static str, Answer)> = Vec::new();
        let gone = |inward: bool| if inward { Answer::Stop } else { Answer::Check };
        match holder.standing(self.single_use) {
            Standing::Open => found.push(("open", Answer::Stop)),
            Standing::Refused => found.push(("refused", Answer::Stop)),
            Standing::Revoked => found.push(("revoked", gone(door.inward))),
            Standing::Used if door.inward => found.push(("used", Answer::Stop)),
            Standing::Used | Standing::Granted => {}
        }
        if let Some(ruling) = holder.ruling.as_ref().filter(|ruling| ruling.granted) {
            if door.at < ruling.from {
                found.push(("early", gone(door.inward)));
            }
            if door.at >= ruling.until {
                found.push(("expired", gone(door.inward)));
            }
        }
        if !door.serves.contains(&self.place.key()) {
            found.push(("elsewhere", gone(door.inward)));
        }
        match (door.inward, holder.inside.is_some()) {
            (true, true) if !self.single_use => found.push(("twice_in", Answer::Check)),
            (false, false) => found.push(("not_in", Answer::Check)),
            _ => {}
        }
        match door.same_holder {
            Some(false) => found.push(("holder_differs", Answer::Stop)),
            None if self.holder_bound => found.push(("holder_unseen", Answer::Check)),
            _ => {}
        }
        let answer = found.iter().map(|(_, answer)| *answer).max().unwrap_or(Answer::Pass);
        Some(Seen { answer, reasons: found.into_iter().map(|(reason, _)| reason).collect() })
    }
}
