//! An organ's work queue: overdue first.

use domain::ship_call::Party;
use store::{
    Filter,
    queue::{QueueCursor, QueuedTask},
};
use uuid::Uuid;

use crate::{Actor, Error, Office, PageOf, Right};

/// Which tasks to show.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Only calls in this state.
    pub state: Option<String>,
    /// Words of a search.
    pub words: String,
    /// Cursor.
    pub after: Option<String>,
}

/// A claim holds for an hour unless it is renewed or given back.
const CLAIM: i64 = domain::instant::HOUR;

/// Lines of a page.
const PAGE: i64 = 40;

impl Office {
    /// The queue of the actor's organ.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn queue(&self, actor: &Actor, filter: &QueueFilter) -> Result<PageOf<QueuedTask>, Error> {
        actor.require(Right::SeeQueue)?;
        let Party::Organ(organ) = &actor.party else { return Err(Error::Forbidden) };
        let wanted = Filter {
            states: filter.state.iter().cloned().collect(),
            tokens: crate::search::query_tokens(&filter.words),
            ..Filter::default()
        };
        let after = filter.after.as_deref().and_then(cursor);
        let mut lines = self.store.reach(actor.reach()).tasks(organ, &wanted, after.as_ref(), PAGE + 1).await?;
        let more = lines.len() > PAGE as usize;
        lines.truncate(PAGE as usize);
        let next = lines.last().filter(|_| more).map(|last| {
            let cursor = last.cursor();
            format!("{}~{}~{}", cursor.due_at.map_or(String::new(), |at| at.to_string()), cursor.matter, cursor.step)
        });
        Ok(PageOf { lines, next })
    }

    /// Open and overdue tasks of each organ.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has neither queue nor board.
    pub async fn queue_counts(&self, actor: &Actor) -> Result<Vec<(String, i64, i64)>, Error> {
        actor.require(Right::SeeBoard)?;
        Ok(self.store.reach(actor.reach()).queue_counts(self.now().0).await?)
    }

    /// Claims a task, so that two officers do not decide the same thing.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another holds it, [`Error::NotFound`] outside the actor's reach.
    pub async fn claim(&self, actor: &Actor, number: &str, step: &str) -> Result<(), Error> {
        actor.require(Right::SeeQueue)?;
        let id = self.call(actor, number).await?.id;
        let taken = self.store.claim(actor.unit(), id, step, &actor.person, self.now().0 + CLAIM).await?;
        if taken { Ok(()) } else { Err(Error::Conflict) }
    }

    /// Gives a claimed task back.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the actor's reach.
    pub async fn release_claim(&self, actor: &Actor, number: &str, step: &str) -> Result<(), Error> {
        actor.require(Right::SeeQueue)?;
        let id = self.call(actor, number).await?.id;
        Ok(self.store.release(actor.unit(), id, step, &actor.person).await?)
    }
}

fn cursor(text: &str) -> Option<QueueCursor> {
    let mut parts = text.splitn(3, '~');
    let due_at = parts.next()?.parse().ok();
    let matter = Uuid::parse_str(parts.next()?).ok()?;
    Some(QueueCursor { due_at, matter, step: parts.next()?.to_owned() })
}
