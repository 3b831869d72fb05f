//! What an entry of an application for permits of persons tells.

use super::{Entry, PersonPermit, Record};
use crate::notice::Told;

impl PersonPermit {
    /// What an entry tells; nothing for some. What follows of a crew case is told of as granted, not as filed.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        let organ = || vec![self.organ.clone()];
        let until = || self.limit.as_ref().map(|limit| limit.due);
        let by_organ = |event| Told { event, who: self.organ.clone(), ..none() };
        Some(match &record.entry {
            Entry::Filed(filed) if filed.new.case.is_none() => {
                Told { event: "person_permit.filed", units: organ(), until: until(), ..none() }
            }
            Entry::Asked { limit, .. } => {
                Told { until: limit.as_ref().map(|limit| limit.due), ..by_organ("person_permit.asked") }
            }
            Entry::Answered { .. } => {
                Told { event: "person_permit.answered", units: organ(), until: until(), ..none() }
            }
            Entry::Granted { .. } => by_organ("person_permit.granted"),
            Entry::Refused { .. } => by_organ("person_permit.refused"),
            Entry::Revoked { .. } => by_organ("person_permit.revoked"),
            Entry::Withdrawn => Told { event: "person_permit.withdrawn", units: organ(), ..none() },
            Entry::LimitPassed { holder, due, .. } => Told {
                event: "person_permit.breach",
                who: holder.clone(),
                units: vec![holder.clone()],
                until: Some(*due),
                ..none()
            },
            Entry::Filed(_) | Entry::Added { .. } | Entry::Accepted { .. } | Entry::Passed { .. } => return None,
        })
    }
}
