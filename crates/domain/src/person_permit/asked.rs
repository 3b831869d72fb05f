//! The questions that an application for permits put to the tables of the profile, as far as its fold tells. The health gates
//! are asked with what sealed documents say, and are not among them.

use super::PersonPermit;
use crate::matter::Asked;

impl PersonPermit {
    /// What was asked of the tables: the kind of permit, what it must bring, and the limits of organ and firm.
    pub fn asked(&self) -> Vec<Asked> {
        let (at, kind) = (self.opened_at, self.kind.as_str());
        let clock = |name: &str, at| Asked::by("person-permit-clocks", at, &[("permit", kind), ("clock", name)]);
        let mut asked = vec![
            Asked::by("person-permits", at, &[("permit", kind)]),
            Asked::by("person-permit-needs", at, &[("permit", kind)]),
            clock("acceptance", at),
        ];
        asked.extend(self.accepted_at.map(|at| clock("decision", at)));
        asked.extend(self.limit.iter().filter(|limit| limit.name == "answer").map(|limit| clock("answer", limit.due)));
        asked
    }
}
