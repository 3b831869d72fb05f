//! Priorities of a consignment.

use super::Here;
use crate::{
    consignment::{Act, Entry, Refusal},
    matter::Party,
    priority::{self, Wanted},
};

impl Here<'_> {
    pub(super) fn preferred(&self, act: &Act) -> Result<Vec<Entry>, Refusal> {
        let Party::Organ(organ) = &self.context.actor.party else { return Err(Refusal::NotYours) };
        let refused = |why: priority::Refused, measure: &str| Refusal::Priority(why, measure.to_owned());
        match act {
            Act::GrantPriority { measure, facts, application, words } => {
                let day = self.of.arrived.as_ref().map_or(self.context.now, |(at, _)| *at);
                let day = day.date(&self.context.profile.zone);
                let (application, on) = application.clone().map_or((None, day), |(of, on)| (Some(of), on));
                let wanted = Wanted { measure: measure.clone(), on, facts: facts.clone(), application };
                let of = (priority::of::CONSIGNMENT, self.of.preferences.as_slice());
                let granted = priority::granted(self.context.profile, of, &wanted, organ, words.is_some());
                let (id, priority) = granted.map_err(|why| refused(why, measure))?;
                Ok(vec![Entry::PriorityGranted { id, priority: Box::new(priority), words: words.clone() }])
            }
            Act::EndPriority { priority, words, application } => {
                let why = (application.as_deref(), words.is_some());
                let ends = priority::ends(&self.of.preferences, *priority, organ, why);
                ends.map_err(|why| refused(why, ""))?;
                Ok(vec![Entry::PriorityEnded { id: *priority, organ: organ.clone(), words: words.clone() }])
            }
            _ => Err(Refusal::WrongState),
        }
    }
}
