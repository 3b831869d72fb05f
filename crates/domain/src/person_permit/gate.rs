//! What a gate is told of somebody who stands there: one verdict, and what stands behind it, by code.

use super::{PersonPermit, SHIP_MOVED, Standing};
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
    /// Why not simply through: `open`, `refused`, `revoked`, `reissued`, `used`, `early`, `expired`, `elsewhere`, `twice_in`,
    /// `not_in`, `twice_out`, `not_out`, `holder_unseen`, `holder_differs`.
    pub reasons: Vec<&'static str>,
}

impl PersonPermit {
    /// True when nobody who went its way is waited for at a gate: who joins a crew by a crew case stays on board, and who leaves it
    /// by one, upon a permit for one use, goes home.
    pub fn is_for_good(&self) -> bool {
        self.case.is_some() && (!self.outward || self.single_use)
    }

    /// What a gate is told; none for a serial that is not there. Who comes back is let through and told of, unless she is not the
    /// holder: nobody is kept on board, or ashore, by a term that ran out.
    pub fn seen_at(&self, serial: u32, door: &Door) -> Option<Seen> {
        let holder = self.holders.get(&serial)?;
        let mut found: Vec<(&'static str, Answer)> = Vec::new();
        // On board by a permit to board, ashore by one to land.
        let enters = door.inward != self.outward;
        let gone = if enters { Answer::Stop } else { Answer::Check };
        match holder.standing(self.single_use) {
            Standing::Open => found.push(("open", Answer::Stop)),
            Standing::Refused => found.push(("refused", Answer::Stop)),
            Standing::Revoked => {
                let anew = holder.revoked.as_ref().is_some_and(|(_, ground, _)| ground == SHIP_MOVED);
                found.push((if anew { "reissued" } else { "revoked" }, gone));
            }
            Standing::Used if enters => found.push(("used", Answer::Stop)),
            Standing::Used | Standing::Granted => {}
        }
        if let Some(ruling) = holder.ruling.as_ref().filter(|ruling| ruling.granted) {
            if door.at < ruling.from {
                found.push(("early", gone));
            }
            if door.at >= ruling.until {
                found.push(("expired", gone));
            }
        }
        if !door.serves.contains(&self.place.key()) {
            found.push(("elsewhere", gone));
        }
        let (twice, not) = if self.outward { ("twice_out", "not_out") } else { ("twice_in", "not_in") };
        match (enters, holder.inside.is_some()) {
            (true, true) if !self.single_use => found.push((twice, Answer::Check)),
            (false, false) => found.push((not, Answer::Check)),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::person_permit::{Holder, Passage, Place, Ruling};

    fn seen(outward: bool, away: bool, at: i64, inward: bool) -> (Answer, Vec<&'static str>) {
        let ruling = Ruling { granted: true, from: Instant(10), until: Instant(20), ..Ruling::default() };
        let passage = Passage { inward: !outward, ..Passage::default() };
        let holder = Holder { ruling: Some(ruling), inside: away.then_some(passage), ..Holder::default() };
        let place = Place { kind: "ship".to_owned(), code: "9321483".to_owned(), ..Place::default() };
        let permit = PersonPermit { outward, place, holders: BTreeMap::from([(1, holder)]), ..PersonPermit::default() };
        let door = Door { serves: vec!["ship:9321483".to_owned()], at: Instant(at), inward, same_holder: Some(true) };
        let seen = permit.seen_at(1, &door).expect("a holder");
        (seen.answer, seen.reasons)
    }

    #[test]
    fn who_lands_goes_out_first_and_who_boards_goes_in_first() {
        let pass = (Answer::Pass, vec![]);
        assert_eq!([seen(true, false, 15, false), seen(true, true, 15, true)], [pass.clone(), pass.clone()], "lands");
        assert_eq!([seen(false, false, 15, true), seen(false, true, 15, false)], [pass.clone(), pass], "boards");
        assert_eq!(
            seen(true, true, 15, false),
            (Answer::Check, vec!["twice_out"]),
            "the code was lent, or photographed"
        );
        assert_eq!(seen(true, false, 15, true), (Answer::Check, vec!["not_out"]));
        assert_eq!(seen(false, false, 15, false), (Answer::Check, vec!["not_in"]));
    }

    #[test]
    fn who_joins_or_leaves_a_crew_is_not_waited_for() {
        let of = |case: bool, outward: bool, single_use: bool| {
            let case = case.then(|| "2026-DAL-W000001".to_owned());
            PersonPermit { case, outward, single_use, ..PersonPermit::default() }.is_for_good()
        };
        assert!(of(true, false, false) && of(true, true, true), "joins, leaves");
        assert!(!of(true, true, false), "a patient who is landed comes back, or is let go by somebody");
        assert!(!of(false, false, false) && !of(false, true, true), "a worker, a visitor");
    }

    #[test]
    fn nobody_is_kept_from_coming_back_by_a_term_that_ran_out() {
        assert_eq!(seen(true, false, 25, false), (Answer::Stop, vec!["expired"]), "not ashore any more");
        assert_eq!(seen(true, true, 25, true), (Answer::Check, vec!["expired"]), "back on board, and told");
        assert_eq!(seen(false, false, 25, true), (Answer::Stop, vec!["expired"]));
        assert_eq!(seen(false, true, 25, false), (Answer::Check, vec!["expired"]));
    }
}
