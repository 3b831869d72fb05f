//! What an entry of an application tells.

use super::{Application, Entry, Record};
use crate::notice::Told;

impl Application {
    /// What an entry tells; nothing for some. Firms that have not applied are told of a measure where measures are.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        let lead = || vec![self.organ().to_owned()];
        let deciding = || self.outstanding().map(str::to_owned).collect();
        let until = || self.limit.as_ref().map(|limit| limit.due);
        Some(match &record.entry {
            Entry::Filed(_) => Told { event: "application.filed", units: deciding(), until: until(), ..none() },
            Entry::Applied(..) => Told { event: "application.applied", ..none() },
            Entry::Asked { limit, .. } => Told {
                event: "application.asked",
                who: self.organ().to_owned(),
                until: limit.as_ref().map(|limit| limit.due),
                ..none()
            },
            Entry::Answered { .. } => {
                Told { event: "application.answered", units: deciding(), until: until(), ..none() }
            }
            Entry::Decided { organ, decided, appeal_until, .. } => Told {
                event: "application.decided",
                word: if decided.granted { "granted" } else { "refused" }.to_owned(),
                who: organ.clone(),
                until: *appeal_until,
                ..none()
            },
            Entry::Withdrawn => Told { event: "application.withdrawn", units: lead(), ..none() },
            Entry::Appealed { .. } => {
                Told { event: "application.appealed", units: vec![self.office.clone()], until: until(), ..none() }
            }
            Entry::AppealDecided { stands, .. } => Told {
                event: "application.appeal_decided",
                word: if *stands { "stands" } else { "anew" }.to_owned(),
                who: self.office.clone(),
                units: lead(),
                until: until(),
                ..none()
            },
            Entry::Revoked { appeal_until, .. } => {
                Told { event: "application.revoked", who: self.organ().to_owned(), until: *appeal_until, ..none() }
            }
            Entry::Passed(breach) => Told {
                event: "application.breach",
                who: breach.holder.clone(),
                units: vec![breach.holder.clone()],
                until: Some(breach.due),
                ..none()
            },
            Entry::Lapsed { .. } => Told { event: "application.lapsed", ..none() },
            Entry::MeasureChanged { .. } => Told { event: "application.measure_changed", ..none() },
            Entry::MeasureEnded { .. } => Told { event: "application.measure_ended", ..none() },
            Entry::InstalmentMissed { nth, due } => Told {
                event: "application.instalment_missed",
                id: Some(*nth),
                units: lead(),
                until: Some(*due),
                ..none()
            },
            Entry::InstalmentPaid { nth, .. } => {
                Told { event: "application.instalment_paid", id: Some(*nth), who: self.organ().to_owned(), ..none() }
            }
            Entry::PartGranted { .. } | Entry::LimitMoved(_) => return None,
        })
    }
}
