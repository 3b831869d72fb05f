//! Priorities: who went before whom in the queues, and a priority that comes and goes with its application.

use domain::{
    application::{self, Application, Status},
    priority,
    ship_call::{self, ShipCall},
};
use jiff::civil::Date;
use store::{Reach, Side, jumps::Jump};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, Right, Role,
    acting::{Baggage, Request, Step},
    kept::Kept,
};

/// So many lines of the list are given.
const MOST: i64 = 1000;

impl Office {
    /// Who went before whom between two days, the newest first: an organ sees its own queue, the port office all of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn jumps(&self, actor: &Actor, (from, until): (Date, Date)) -> Result<Vec<Jump>, Error> {
        actor.require(Right::SeeQueue)?;
        let start = |day: Date| domain::Instant::start_of(day, &self.profile.zone).unwrap_or_default().0;
        let end = until.tomorrow().map_or(i64::MAX, start);
        let own = (actor.role != Role::Coordinator).then(|| actor.unit());
        Ok(self.store.reach(actor.reach()).jumps(own, (start(from), end), MOST).await?)
    }

    /// How many calls went before one by a priority, for whoever may see it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn overtaken(&self, actor: &Actor, id: Uuid) -> Result<i64, Error> {
        Ok(self.store.reach(actor.reach()).overtaken_by(id).await?)
    }

    /// Does an act on an application, and what follows of it for the call that it is about, in one transaction.
    ///
    /// # Errors
    /// As [`Office::act`].
    pub(crate) async fn act_on_application(
        &self,
        actor: &Actor,
        (id, act): (Uuid, application::Act),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let (mut last, acts) = (Error::Conflict, [act]);
        for _ in 0..3 {
            let read: Application = self.read(Reach::System("deciding"), id).await?;
            let before = read.clone();
            let steps = vec![Step { id, read, acts: &acts }];
            let done = match self.decided(actor, steps, request) {
                Ok(written) => {
                    let after = written.first().map(|of| of.after.clone()).unwrap_or_default();
                    let beside = self.call_follows(&before, &after).await?;
                    let baggage = baggage.with(self.guarantee_follows(&before, &after));
                    self.commit_beside(actor, written, (beside, Vec::new()), request, &baggage).await
                }
                // A retry of what was done finds the matter moved on.
                Err(Error::Refused(fault)) => {
                    let known = self.known_answer(actor, &request.about(id, "")).await?;
                    known.ok_or(Error::Refused(fault))
                }
                Err(other) => Err(other),
            };
            match done {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// What an application does to a guarantee account: granted it makes it run longer, taken back it ends that.
    fn guarantee_follows(&self, before: &Application, after: &Application) -> Vec<Side> {
        let granted = |of: &Application| of.status() == Status::Granted;
        let extended = after.decisions.last().and_then(|decision| decision.decided.extended.as_ref());
        let Some(of) = extended.filter(|_| granted(before) != granted(after)) else { return Vec::new() };
        let (account, firm, from, until) = (of.account.as_str(), after.firm.as_str(), of.from.0, of.until.0);
        match granted(after) {
            true => vec![self.store.extend_guarantee_side(account, firm, (from, until))],
            false => vec![self.store.shorten_guarantee_side(account, firm, (until, from))],
        }
    }

    /// What an application does to the call that it is about: granted it brings the measure's priority, taken back it ends it.
    async fn call_follows(
        &self,
        before: &Application,
        after: &Application,
    ) -> Result<Option<(Uuid, ship_call::Act)>, Error> {
        let granted = |of: &Application| of.status() == Status::Granted;
        let measure = self.profile.register.measure(&after.measure);
        let gives = measure.is_some_and(|measure| priority::classes(measure).next().is_some());
        let Some(number) = after.about.as_ref().filter(|_| granted(before) != granted(after)) else { return Ok(None) };
        let reach = self.store.reach(Reach::System("priority of a call"));
        // It may be about a declaration instead, or a guarantee account.
        let found = reach.matter_by_number(number).await?.filter(|stored| stored.kind == ShipCall::KIND);
        let Some(stored) = found else { return Ok(None) };
        let id = stored.id;
        let call: ShipCall = self.unfold(stored).await?;
        if call.status().is_over() {
            return Ok(None);
        }
        if granted(after) {
            let act = ship_call::Act::GrantPriority {
                measure: after.measure.clone(),
                facts: after.facts.clone(),
                application: Some((after.number.clone(), after.on)),
                words: ship_call::Words::default(),
            };
            return Ok(gives.then_some((id, act)));
        }
        let of_it = |of: &&ship_call::Preference| {
            of.ended.is_none() && of.priority.application.as_deref() == Some(after.number.as_str())
        };
        let ends = call.preferences.iter().find(of_it).map(|of| ship_call::Act::EndPriority {
            priority: of.id,
            words: ship_call::Words::default(),
            application: Some(after.number.clone()),
        });
        Ok(ends.map(|act| (id, act)))
    }
}
