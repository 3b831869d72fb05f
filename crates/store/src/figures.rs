//! Figures for a monitoring system: what the writer did since the store was opened, and what waits in it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clocks::TRIES;
use crate::param::params;
use crate::{Engine, Store, StoreError};

/// The numbers of acts by which batches are counted.
const SIZES: [&str; 10] = ["1", "2-3", "4-7", "8-15", "16-31", "32-63", "64-127", "128-255", "256-511", "512"];

/// The size of the database, bytes.
const SQLITE_SIZE: &str = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
/// The size of the database, bytes.
const POSTGRES_SIZE: &str = "select pg_database_size(current_database())";
/// What the writer did.
#[derive(Debug, Default)]
pub(crate) struct Written {
    batches: [AtomicU64; SIZES.len()],
    jobs: AtomicU64,
    bytes: AtomicU64,
}

impl Written {
    /// Notes a batch of so many jobs.
    pub fn note(&self, jobs: usize) {
        if let Some(place) = jobs.checked_ilog2() {
            self.batches[(place as usize).min(SIZES.len() - 1)].fetch_add(1, Ordering::Relaxed);
            self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        }
    }
}

impl Written {
    /// Notes so many bytes of values that accepted jobs wrote.
    pub fn note_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Size of the database, bytes.
    pub bytes: i64,
    /// Clocks that have fallen due and did not fire yet.
    pub clocks_due: i64,
    /// Since when the oldest of them has been due, microseconds UTC.
    pub oldest_due: Option<i64>,
    /// Clocks that failed so often that they are tried once an hour.
    pub clocks_aside: i64,
    /// What was set aside and not settled.
    pub messages_aside: i64,
    /// Sessions that stand.
    pub sessions: i64,
    /// By organ: tasks that are open, and those of them that are overdue.
    pub tasks: Vec<(String, i64, i64)>,
}

impl Store {
    /// How many batches of each size were written since the store was opened.
    pub fn batches(&self) -> Vec<(&'static str, u64)> {
        SIZES
            .into_iter()
            .zip(&self.0.written.batches)
            .map(|(size, count)| (size, count.load(Ordering::Relaxed)))
            .collect()
    }

    /// How many jobs were in them.
    pub fn jobs(&self) -> u64 {
        self.0.written.jobs.load(Ordering::Relaxed)
    }

    /// How many bytes of values jobs wrote: every column of every row that they brought, and of no index.
    pub fn job_bytes(&self) -> u64 {
        self.0.written.bytes.load(Ordering::Relaxed)
    }

    /// What waits at an instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn figures(&self, now: i64) -> Result<Figures, StoreError> {
        let size = match &self.0.engine {
            Engine::Sqlite(_) => SQLITE_SIZE,
            Engine::Postgres(_) => POSTGRES_SIZE,
        };
        let mut figures = Figures { bytes: self.count(size, Vec::new()).await?, ..Figures::default() };
        let due = "select count(*), min(due_at) from clocks where port = $1 and due_at <= $2";
        if let Some(row) = self.query(due, &params![self.port(), now]).await?.first() {
            (figures.clocks_due, figures.oldest_due) = (row.int(0)?, row.opt_int(1)?);
        }
        let aside = "select count(*) from clocks where port = $1 and tries >= $2";
        figures.clocks_aside = self.count(aside, params![self.port(), TRIES]).await?;
        let poison = "select count(*) from poison where port = $1 and settled_at is null";
        figures.messages_aside = self.count(poison, params![self.port()]).await?;
        let sessions = "select count(*) from sessions where port = $1 and expires_at > $2 and idle_until > $2";
        figures.sessions = self.count(sessions, params![self.port(), now]).await?;
        let tasks = "select organ, count(*), cast(sum(case when due_at <= $2 or due_sort = $3 then 1 else 0 end) as bigint) from tasks \
                     where port = $1 and open = 1 group by organ order by organ";
        for mut row in self.query(tasks, &params![self.port(), now, crate::job::FIRST]).await? {
            figures.tasks.push((row.text(0)?, row.int(1)?, row.int(2)?));
        }
        Ok(figures)
    }

    async fn count(&self, sql: &str, values: Vec<crate::Param>) -> Result<i64, StoreError> {
        self.query(sql, &values).await?.first().map_or(Ok(0), |row| row.int(0))
    }
}
