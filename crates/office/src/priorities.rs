//! Priorities: who went before whom in the queues.

use domain::priority::{Preference, Priority};
use jiff::civil::Date;
use store::jumps::{Jump, Precedence};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right, Role};

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
}

/// Why what has a priority goes first in queues; none where its class puts it first nowhere.
pub(crate) fn precedence<W>(preference: Option<&Preference<W>>) -> Option<Precedence> {
    let priority = &preference.filter(|of| of.priority.queues)?.priority;
    Some(Precedence {
        class: priority.class.clone(),
        measure: priority.measure.clone(),
        application: priority.application.clone().unwrap_or_default(),
        approver: priority.approver.clone(),
    })
}

/// Its place before what has none; the lowest goes first.
pub(crate) fn rank<W>(preference: Option<&Preference<W>>) -> Option<u32> {
    let queued = |priority: &Priority| priority.queues.then_some(priority.rank);
    preference.and_then(|of| queued(&of.priority))
}
