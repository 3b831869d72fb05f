//! What an entry of a ship's call tells to those whom it concerns.

use super::{Entry, Record, ReviewState, ShipCall};
use crate::notice::{Told, clock_kind};

impl ShipCall {
    /// What an entry tells; nothing for most. `self` is the call as it stands now.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        Some(match &record.entry {
            Entry::Decided { formality, organ, outcome, .. } => {
                let word = match outcome {
                    ReviewState::Returned => "returned",
                    ReviewState::Refused => "refused",
                    ReviewState::GrantedWithConditions => "conditions",
                    _ => "granted",
                };
                let formality = formality.code().to_owned();
                Told { event: "call.decided", word: word.to_owned(), who: organ.clone(), formality, ..none() }
            }
            Entry::Asked { id, organ, formality, due, .. } => Told {
                event: "call.asked",
                who: organ.clone(),
                formality: formality.code().to_owned(),
                until: *due,
                id: Some(*id),
                ..none()
            },
            Entry::Answered { id, .. } => {
                let question = self.questions.iter().find(|of| of.id == *id)?;
                Told {
                    event: "call.answered",
                    units: vec![question.organ.clone()],
                    formality: question.formality.code().to_owned(),
                    id: Some(*id),
                    ..none()
                }
            }
            Entry::PermitIssued(permit) => {
                Told { event: "call.permit", who: permit.organ.clone(), until: Some(permit.until), ..none() }
            }
            Entry::ReexaminationDue { number, .. } => {
                let permit = self.permits.iter().find(|of| of.number == *number)?;
                Told { event: "call.reexamination", units: vec![permit.organ.clone()], ..none() }
            }
            Entry::HoldPlaced(hold) => Told { event: "call.hold", who: hold.issuer.clone(), ..none() },
            Entry::HoldLifted { .. } => Told { event: "call.hold_lifted", ..none() },
            Entry::BoardingOrdered(boarding) => Told { event: "call.boarding", who: boarding.organ.clone(), ..none() },
            Entry::BerthPlanned(_) => Told { event: "call.berth", ..none() },
            Entry::Passed(breach) => Told {
                event: "call.breach",
                word: clock_kind(&breach.clock).to_owned(),
                who: breach.holder.clone(),
                formality: breach.clock.split(':').nth(1).unwrap_or_default().to_owned(),
                units: vec![breach.holder.clone()],
                until: Some(breach.due),
                ..none()
            },
            Entry::AgentChanged { .. } => Told { event: "call.agent", ..none() },
            Entry::Distress(distress) => {
                Told { event: "call.distress", units: distress.told.clone(), until: Some(distress.at), ..none() }
            }
            // Whoever was told that she is in distress is told that it is over.
            Entry::DistressEnded(end) => Told {
                event: "call.distress_ended",
                word: end.outcome.clone(),
                who: end.organ.clone(),
                units: self.distress.as_ref().map(|of| of.told.clone()).unwrap_or_default(),
                ..none()
            },
            Entry::SailedUncleared { told, .. } => Told { event: "call.uncleared", units: told.clone(), ..none() },
            _ => return None,
        })
    }
}
