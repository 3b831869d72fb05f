//! Committing a job.

use std::collections::BTreeMap;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::engine::{Outcome, Waiting, Work};
use crate::job::{Committed, Job, Side};
use crate::open::io;
use crate::param::params;
use crate::prepare::{self, prepare};
use crate::stmt::Stmt;
use crate::vault::{self, LARGEST_INLINE};
use crate::{CommitError, Engine, IdempotencyKey, Store, StoreError, closed};

/// How many jobs of a seed wait at once.
const SEED_WINDOW: usize = 1024;

/// How often a number is taken from the store; the numbers between are given from memory, and lost at a restart.
const NUMBER_BLOCK: i64 = 20;

impl Store {
    /// Writes an act in one transaction and answers with its receipt, once it is durable. A caller that goes away does
    /// not undo what was accepted.
    ///
    /// # Errors
    /// See [`CommitError`]; in every case but `Unavailable` nothing was written.
    pub async fn commit(&self, job: Job) -> Result<Committed, CommitError> {
        let answer = self.accept(job, false).await?;
        answer.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Commits many jobs by the same way, a window at a time; they must not depend on each other within 1,000 jobs.
    ///
    /// # Errors
    /// The first job that fails ends it; those before it are written.
    pub async fn seed_bulk(&self, jobs: impl IntoIterator<Item = Job>) -> Result<usize, CommitError> {
        let (mut answers, mut count) = (Vec::with_capacity(SEED_WINDOW), 0);
        let mut jobs = jobs.into_iter();
        loop {
            for job in jobs.by_ref().take(SEED_WINDOW) {
                answers.push(self.accept(job, true).await?);
            }
            if answers.is_empty() {
                return Ok(count);
            }
            for answer in answers.drain(..) {
                answer.await.unwrap_or_else(|_| Err(closed().into()))?;
                count += 1;
            }
        }
    }

    /// The first answer to a key, if it was used: receipt and digest of the body.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn receipt_by_key(&self, key: &IdempotencyKey) -> Result<Option<Committed>, StoreError> {
        let rows = self.query(crate::engine::BY_KEY, &params![self.port(), prepare::hash_of(key)]).await?;
        let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(Committed { receipt_id: row.uuid(0)?, receipt: row.bytes(1)?.into(), replayed: true }))
    }

    /// The receipt by which a key was answered that wrote nothing, and the digest of the body that came with it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answered_key(&self, key: &IdempotencyKey) -> Result<Option<(Uuid, Vec<u8>)>, StoreError> {
        let sql = "select receipt, body_digest from answered_keys where port = $1 and key_hash = $2";
        let row = self.query(sql, &params![self.port(), prepare::hash_of(key)]).await?.pop();
        row.map(|mut row| Ok((row.uuid(0)?, row.bytes(1)?))).transpose()
    }

    /// Keeps that a key was answered with a receipt that stood already; of two at once the first counts.
    pub fn answered_key_side(&self, key: &IdempotencyKey, receipt: Uuid) -> Side {
        let sql = "insert into answered_keys (port, key_hash, body_digest, receipt, at) values ($1, $2, $3, $4, $5) \
                   on conflict (port, key_hash) do nothing";
        let digest = key.body_digest.to_vec();
        Side(Stmt::new(sql, params![self.port(), prepare::hash_of(key), digest, receipt, self.chance().now()]))
    }

    /// Writes small things that no receipt covers, in one transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn write_sides(&self, name: &'static str, sides: Vec<Side>) -> Result<(), StoreError> {
        self.write(name, sides.into_iter().map(|side| side.0).collect()).await.map(drop)
    }

    /// The next number of a series. Numbers are unique and rise; some are left out.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn number(&self, series: &str) -> Result<i64, StoreError> {
        let mut numbers = self.0.numbers.lock().await;
        if let Some((next, end)) = numbers.get_mut(series).filter(|(next, end)| next < end) {
            *next += 1;
            debug_assert!(*next <= *end);
            return Ok(*next - 1);
        }
        let sql = "insert into counters (port, name, value) values ($1, $2, $3) \
                   on conflict (port, name) do update set value = counters.value + excluded.value returning value";
        let rows = self.write_one("number", sql, params![self.port(), series, NUMBER_BLOCK]).await?;
        let end = rows.first().map_or(Err(closed()), |row| row.int(0))? + 1;
        let first = end - NUMBER_BLOCK;
        numbers.insert(series.to_owned(), (first + 1, end));
        Ok(first)
    }

    /// The mark of a resource that several matters share (a berth, a ship): read before looking through them, and given
    /// to [`Store::guard_side`] with what was decided. 0 for one that nobody has marked yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn guard(&self, resource: &str) -> Result<i64, StoreError> {
        let sql = "select value from counters where port = $1 and name = $2";
        let rows = self.query(sql, &params![self.port(), guard_name(resource)]).await?;
        rows.into_iter().next().map_or(Ok(0), |row| row.int(0))
    }

    /// Moves the mark on in the transaction of a job; the job conflicts when somebody else has moved it since it was read,
    /// so that of two who looked at the same moment one looks again.
    pub fn guard_side(&self, resource: &str, read: i64) -> Side {
        let sql = "insert into counters (port, name, value) values ($1, $2, 1) on conflict (port, name) \
                   do update set value = counters.value + 1 where counters.value = $3 returning value";
        Side(Stmt::must(sql, params![self.port(), guard_name(resource), read], 1))
    }

    async fn accept(&self, job: Job, patient: bool) -> Result<oneshot::Receiver<Outcome>, CommitError> {
        if self.is_stopped() {
            return Err(CommitError::Unavailable(crate::fail::STOPPED.into()));
        }
        let tokens = self.known_tokens(&job).await?;
        let files = self.write_files(&job).await?;
        let job = prepare(self.port(), self.chance(), job, &tokens, &files, &|key| self.subject_digest(key))?;
        let (reply, answer) = oneshot::channel();
        let work = Work::Job(Box::new(Waiting { job, reply }));
        if patient {
            self.writer().send(work).await.map_err(|_| closed())?;
            return Ok(answer);
        }
        match self.writer().try_send(work) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(CommitError::Busy),
            Err(TrySendError::Closed(_)) => Err(closed().into()),
        }
    }

    /// The tokens of the matters that bring new ones, so that only the difference is written. They belong to the version
    /// that was read: if the matter moved on, the job conflicts anyway.
    async fn known_tokens(&self, job: &Job) -> Result<BTreeMap<Uuid, String>, StoreError> {
        let mut known = BTreeMap::new();
        for matter in job.matters.iter().filter(|matter| matter.tokens.is_some() && matter.read_version > 0) {
            let sql = "select tokens from matters where port = $1 and id = $2";
            if let Some(mut row) = self.query(sql, &params![self.port(), matter.id]).await?.pop() {
                known.insert(matter.id, row.text(0)?);
            }
        }
        Ok(known)
    }

    /// Writes the large documents of a job to files, synced before the commit that names them. On PostgreSQL they stay
    /// in their rows, because its nodes keep no state of their own.
    async fn write_files(&self, job: &Job) -> Result<BTreeMap<Uuid, String>, StoreError> {
        let mut names = BTreeMap::new();
        if !matches!(self.0.engine, Engine::Sqlite(_)) {
            return Ok(names);
        }
        for sealed in job.documents.iter().filter(|sealed| sealed.bytes.len() > LARGEST_INLINE) {
            let (folder, bytes) = (self.files(), sealed.bytes.clone());
            let written = tokio::task::spawn_blocking(move || vault::write_file(&folder, &bytes)).await;
            let name = written.map_err(|_| closed())?.map_err(io)?;
            names.insert(sealed.id, name);
        }
        Ok(names)
    }
}

/// Marks have names of their own beside the series of numbers.
fn guard_name(resource: &str) -> String {
    format!("guard {resource}")
}
