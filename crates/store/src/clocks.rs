//! Clocks that fell due, taken in batches under a lease.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::{Store, StoreError};

/// How long a taken clock is left to the one who took it, in microseconds.
const LEASE: i64 = 60_000_000;

/// So often a clock is tried each minute. One that failed as often is set aside: it is tried once an hour, and the operator
/// is told.
pub const TRIES: i64 = 3;

/// An hour less that minute, in microseconds.
const PATIENCE: i64 = 3_540_000_000;

/// A clock that fell due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueClock {
    /// The matter.
    pub matter: Uuid,
    /// Which clock.
    pub clock: String,
    /// Which of its steps.
    pub step: String,
    /// When it fell due: the firing is effective at this instant.
    pub due_at: i64,
    /// How often it was taken, this time included.
    pub tries: i64,
}

impl Store {
    /// Takes clocks that are due; nobody else gets them for a minute. Firing one is an ordinary job, which moves the clock
    /// on or lists it among its `clocks_gone`. One that was taken and not fired comes again, with more tries: after a minute,
    /// and after [`TRIES`] of them after an hour.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn due_clocks(&self, now: i64, limit: i64) -> Result<Vec<DueClock>, StoreError> {
        let any = "select 1 from clocks where port = $1 and due_at <= $2 and leased_until < $2 limit 1";
        if self.query(any, &params![self.port(), now]).await?.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "update clocks set leased_until = $3 + case when tries + 1 < $5 then 0 else $6 end, tries = tries + 1 \
                   where port = $1 and leased_until < $2 and \
                   (due_at, matter, clock, step) in (select due_at, matter, clock, step from clocks where port = $1 \
                   and due_at <= $2 and leased_until < $2 order by due_at limit $4) returning matter, clock, step, due_at, tries";
        let values = params![self.port(), now, now + LEASE, limit, TRIES, PATIENCE];
        let rows = self.write_one("clocks", sql, values).await?;
        let mut due = Vec::with_capacity(rows.len());
        for mut row in rows {
            due.push(due_clock(&mut row)?);
        }
        due.sort_by(|a, b| (a.due_at, a.matter, &a.clock).cmp(&(b.due_at, b.matter, &b.clock)));
        Ok(due)
    }

    /// Puts away a clock that runs no more, unless it was set anew since it was taken.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn put_away(&self, clock: &DueClock) -> Result<(), StoreError> {
        let sql = "delete from clocks where port = $1 and matter = $2 and clock = $3 and step = $4 and due_at = $5 \
                   and tries = $6";
        let DueClock { matter, clock, step, due_at, tries } = clock;
        let values = params![self.port(), *matter, clock.as_str(), step.as_str(), *due_at, *tries];
        self.write_one("clocks", sql, values).await.map(drop)
    }

    /// The clocks that failed so often that they are set aside, with the number of their matter; the longest due first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn clocks_aside(&self, limit: i64) -> Result<Vec<(String, DueClock)>, StoreError> {
        let sql = "select c.matter, c.clock, c.step, c.due_at, c.tries, m.number from clocks c \
                   join matters m on m.port = c.port and m.id = c.matter \
                   where c.port = $1 and c.tries >= $2 order by c.due_at, c.matter, c.clock limit $3";
        let rows = self.query(sql, &params![self.port(), TRIES, limit]).await?;
        rows.into_iter().map(|mut row| Ok((row.text(5)?, due_clock(&mut row)?))).collect()
    }

    /// When the next clock falls due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let sql = "select due_at from clocks where port = $1 order by due_at limit 1";
        let rows = self.query(sql, &[self.port_param()]).await?;
        rows.first().map(|row| row.int(0)).transpose()
    }
}

pub(crate) fn due_clock(row: &mut Row) -> Result<DueClock, StoreError> {
    Ok(DueClock {
        matter: row.uuid(0)?,
        clock: row.text(1)?,
        step: row.text(2)?,
        due_at: row.int(3)?,
        tries: row.int(4)?,
    })
}
