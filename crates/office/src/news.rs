//! What happened, for those who wait for it: events behind the sequenced position, within the reach of who asks.

use store::EventRow;

use crate::{Actor, Error, Office, Right};

/// Events of a leaf of the log take ten bits of a position; its index takes the others.
const POSITION_BITS: u32 = 10;

impl Office {
    /// The position after everything that has happened so far.
    pub async fn news_position(&self) -> Result<i64, Error> {
        let size = self.store.head().await?.map_or(0, |head| head.size);
        Ok(i64::try_from(size).unwrap_or(0).saturating_mul(1 << POSITION_BITS).saturating_sub(1))
    }

    /// Events after a position that concern matters within the actor's reach, at most `limit`, and the position to go on
    /// from.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who see no calls.
    pub async fn news_after(&self, actor: &Actor, position: i64, limit: i64) -> Result<(Vec<EventRow>, i64), Error> {
        actor.require(Right::ReadCalls)?;
        Ok(self.store.reach(actor.reach()).events_after(position, limit).await?)
    }

    /// True while the session of a cookie's value stands. Looking does not keep it open: a page that is only left open
    /// ends its session like any other.
    pub async fn session_stands(&self, token: &str) -> Result<bool, Error> {
        Ok(self.store.session(store::people::secret_hash(token), self.now().0).await?.is_some())
    }
}
