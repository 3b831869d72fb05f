//! What a measure brings to a declaration: a priority, and a tax that is paid later.

use rust_decimal::Decimal;

use super::Here;
use crate::{
    declaration::{Act, Deferred, Entry, Refusal, Relieved},
    matter::Party,
    priority::{self, Wanted},
};

impl Here<'_> {
    /// What a measure brings, or takes back.
    pub(super) fn by_measure(&mut self, act: &Act) -> Result<(), Refusal> {
        self.require_open()?;
        let Party::Organ(organ) = self.context.actor.party.clone() else { return Err(Refusal::NotYours) };
        match act {
            Act::GrantPriority { measure, facts, application, words } => {
                let today = self.declaration.opened_at.date(&self.context.profile.zone);
                let (application, on) = application.clone().map_or((None, today), |(of, on)| (Some(of), on));
                let wanted = Wanted { measure: measure.clone(), on, facts: facts.clone(), application };
                let of = (priority::of::DECLARATION, self.declaration.preferences.as_slice());
                let granted = priority::granted(self.context.profile, of, &wanted, &organ, words.is_some());
                let (id, priority) = granted.map_err(|why| Refusal::Priority(why, measure.clone()))?;
                self.add(Entry::PriorityGranted { id, priority: Box::new(priority), words: words.clone() });
            }
            Act::EndPriority { priority, words, application } => {
                let why = (application.as_deref(), words.is_some());
                let ends = priority::ends(&self.declaration.preferences, *priority, &organ, why);
                ends.map_err(|why| Refusal::Priority(why, String::new()))?;
                self.add(Entry::PriorityEnded { id: *priority, organ, words: words.clone() });
            }
            Act::PutOff { application, until, sum, terms, rule, law } => {
                self.require_customs()?;
                let open = self.declaration.open_tax();
                if open <= Decimal::ZERO || self.declaration.deferred.is_some() {
                    return Err(Refusal::NothingDue);
                }
                if open != *sum {
                    return Err(Refusal::PlanDiffers { plan: *sum, due: open });
                }
                self.add(Entry::PutOff(Box::new(Deferred {
                    application: application.clone(),
                    until: *until,
                    sum: *sum,
                    terms: terms.clone(),
                    before: self.declaration.payment_limit().cloned(),
                    rule: rule.clone(),
                    law: law.clone(),
                })));
            }
            Act::DueAgain { application } => {
                self.require_customs()?;
                self.require_plan(application)?;
                self.add(Entry::DueAgain { application: application.clone() });
            }
            Act::EndRelief { application } => {
                self.require_customs()?;
                let own = |of: &Relieved| of.grant.decision == *application;
                Self::require(self.declaration.reliefs.iter().any(own))?;
                self.add(Entry::ReliefEnded { decision: application.clone() });
                self.recharge_all();
            }
            Act::PayInstalment { application, amount, reference, on, due } => {
                self.require_plan(application)?;
                self.pay_instalment(reference, *amount, (*on, *due))?;
            }
            _ => return Err(Refusal::WrongState),
        }
        Ok(())
    }

    fn require_plan(&self, application: &str) -> Result<(), Refusal> {
        Self::require(self.declaration.deferred.as_ref().is_some_and(|of| of.application == application))
    }
}
