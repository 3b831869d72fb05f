//! Clocks that fell due, taken in batches under a lease.

use uuid::Uuid;

use crate::param::params;
use crate::{Store, StoreError};

/// How long a taken clock is left to the one who took it, in microseconds.
const LEASE: i64 = 60_000_000;

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
    /// on or lists it among its `clocks_gone`. One that was taken and not fired comes again, with more tries.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn due_clocks(&self, now: i64, limit: i64) -> Result<Vec<DueClock>, StoreError> {
        let any = "select 1 from clocks where port = $1 and due_at <= $2 and leased_until < $2 limit 1";
        if self.query(any, &params![self.port(), now]).await?.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "update clocks set leased_until = $3, tries = tries + 1 where port = $1 and leased_until < $2 and \
                   (matter, clock, step) in (select matter, clock, step from clocks where port = $1 and due_at <= $2 \
                   and leased_until < $2 order by due_at limit $4) returning matter, clock, step, due_at, tries";
        let rows = self.write_one("clocks", sql, params![self.port(), now, now + LEASE, limit]).await?;
        let mut due = Vec::with_capacity(rows.len());
        for mut row in rows {
            due.push(DueClock {
                matter: row.uuid(0)?,
                clock: row.text(1)?,
                step: row.text(2)?,
                due_at: row.int(3)?,
                tries: row.int(4)?,
            });
        }
        due.sort_by(|a, b| (a.due_at, a.matter, &a.clock).cmp(&(b.due_at, b.matter, &b.clock)));
        Ok(due)
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
