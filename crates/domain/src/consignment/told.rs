//! What an entry of a consignment tells: a joint inspection to whoever takes part in it and whose goods they are; what the tally
//! found, an order and an alarm to those who must act on them.

use super::{Consignment, Entry, Record};
use crate::notice::Told;

impl Consignment {
    /// What an entry tells; nothing for most.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let of = |event: &'static str, word: &str| Told { event, word: word.to_owned(), ..Told::default() };
        let decides = || vec![self.units.decides.clone()];
        match &record.entry {
            Entry::LookProposed(appointment) => Some(Told {
                until: Some(appointment.from),
                units: self.looking(),
                ..of("consignment.look", "proposed")
            }),
            Entry::LookWanted { .. } => match &self.joint.appointment {
                Some(standing) if standing.at == record.at => None,
                Some(standing) => Some(Told {
                    until: Some(standing.from),
                    units: self.looking(),
                    ..of("consignment.look", "proposed")
                }),
                None => Some(Told { units: self.looking(), ..of("consignment.look", "unfit") }),
            },
            // Told by the appointment that takes its place, where one does.
            Entry::LookMoved { .. } | Entry::LookUnfit if self.joint.appointment.is_none() => {
                Some(Told { units: self.looking(), ..of("consignment.look", "unfit") })
            }
            Entry::LookAccepted { .. } => {
                // By who accepted last.
                let agreed = self.joint.agreed(&self.units.terminal)?;
                agreed.accepted.values().max().filter(|at| **at == record.at)?;
                Some(Told { until: Some(agreed.from), units: self.looking(), ..of("consignment.look", "agreed") })
            }
            Entry::Looked { organ, .. } | Entry::LookLeft { organ, .. } => {
                let word = if self.joint.is_open() { "looked" } else { "over" };
                let units = self.looking().into_iter().chain(decides()).collect();
                Some(Told { who: organ.clone(), units, ..of("consignment.look", word) })
            }
            Entry::Questioned { kind, .. } => Some(Told { units: decides(), ..of("consignment.questioned", kind) }),
            Entry::Answered { .. } => Some(Told { units: decides(), ..of("consignment.answered", "") }),
            Entry::Ordered { until, .. } => Some(Told { until: Some(*until), ..of("consignment.ordered", "") }),
            Entry::Alarm { .. } => Some(Told { units: decides(), ..of("consignment.alarm", "") }),
            Entry::LimitPassed { clock, due } => {
                Some(Told { until: Some(*due), units: decides(), ..of("consignment.breach", clock) })
            }
            other => {
                let (word, units) = self.becomes(other)?;
                Some(Told { units, ..of("consignment.fate", word) })
            }
        }
    }

    /// What becomes of its goods, and which unit must act on it or know it.
    fn becomes(&self, entry: &Entry) -> Option<(&'static str, Vec<String>)> {
        let (decides, terminal) = (vec![self.units.decides.clone()], vec![self.units.terminal.clone()]);
        Some(match entry {
            Entry::Abandoned { .. } => ("abandoned", decides),
            Entry::ReturnAsked(_) => ("return_asked", decides),
            Entry::ReturnOrdered(_) => ("return_ordered", terminal),
            Entry::ReturnDecided { granted: true } => ("return_granted", terminal),
            Entry::ReturnDecided { granted: false } => ("return_refused", Vec::new()),
            Entry::SentBack => ("sent_back", Vec::new()),
            Entry::Sold(_) => ("sold", Vec::new()),
            Entry::Claimed { .. } => ("claimed", decides),
            Entry::PaidOut { .. } => ("paid_out", Vec::new()),
            _ => return None,
        })
    }

    /// The units that take part in a joint inspection.
    fn looking(&self) -> Vec<String> {
        self.joint.wants.keys().chain([&self.units.terminal]).cloned().collect()
    }
}
