//! All SQL of the house, for SQLite and PostgreSQL, and the migrations.
//!
//! - [`Store::commit`] writes an act: matters with their journal entries, documents, receipt, events, in one transaction.
//! - [`Store::reach`] is the only way to read matters: rows are found through the reach of who asks.
//! - [`log`] puts the leaves of committed batches in order and signs checkpoints; [`rebuild`] makes the projection anew.
//! - Beside the journal stand plain records with plain functions: [`people`], [`drafts`], [`mandates`], [`records`],
//!   [`queue`], [`clocks`], [`logs`], [`notices`], [`ways`], [`versions`] of decision tables. Who changes firms, people, mandates and keys does it by [`changes`].
//!
//! Invariant: one portable SQL text serves both engines; what differs is in `sqlite.rs` and `postgres.rs`.
//! Absent on purpose: the meaning of what is stored (entries are a kind, a version and bytes), HTTP, messages, clocks and
//! randomness, which come in through [`Options`].

pub mod appointments;
pub mod audit;
pub mod changes;
mod checkpoints;
pub mod clocks;
mod commit;
mod documents;
pub mod drafts;
mod engine;
pub mod erasure;
mod error;
mod fail;
pub mod figures;
#[doc(hidden)]
pub mod floor;
pub mod guarantees;
pub mod health;
pub mod helps;
mod job;
pub mod jumps;
pub mod licences;
pub mod log;
pub mod logs;
pub mod mandates;
pub mod measures;
mod migrate;
pub mod notices;
mod open;
mod packed;
mod param;
pub mod people;
mod postgres;
mod prepare;
pub mod presence;
pub mod problems;
pub mod queue;
pub mod ratings;
pub mod reach;
pub mod rebuild;
pub mod reckoned;
pub mod records;
mod rewrap;
mod rows;
mod select;
mod sqlite;
mod statistics;
mod stmt;
mod subjects;
mod tables;
pub mod tickets;
mod vault;
pub mod versions;
pub mod visits;
pub mod watch;
pub mod ways;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::{PublicKey, SigningKey};
use tokio::sync::oneshot;
use uuid::Uuid;

pub use bytes::Bytes;
pub use error::{CommitError, StoreError};
#[doc(hidden)]
pub use fail::Failure;
pub use job::{
    ClockWrite, Committed, EntryWrite, Event, IdempotencyKey, Job, MatterRow, MatterWrite, Side, Statement, TaskWrite,
};
pub use open::copy;
pub use reach::{Reach, Reader};
pub use rows::{Cursor, EntryRow, EventRow, Stored};
pub use select::{Filter, Order};
pub use vault::{Document, DocumentPlain, Sealed, salted_digest};
pub use versions::published;

use engine::{Work, Write};
use param::{Param, Row};
use stmt::Stmt;

/// Settings of a store.
#[derive(Clone)]
pub struct Options {
    /// Code of the port, which stands in every row.
    pub port: String,
    /// `sqlite:PATH` or `postgres://…`
    pub url: String,
    /// Folder for the checkpoint file, large documents and the reserve file.
    pub data_dir: PathBuf,
    /// Wraps the keys of documents.
    pub master_key: [u8; 32],
    /// Signs receipts and checkpoints (Ed25519).
    pub receipt_key: SigningKey,
    /// Keys that signed checkpoints before. A head that one of them signed is signed anew by the first sequencing, so that
    /// a revoked one may stand here: it opens the store, and is needed no more.
    pub former_keys: Vec<PublicKey>,
    /// Name of the log in its checkpoints, without spaces, for example `port.example/log`.
    pub origin: String,
    /// How much a commit waits for the disk.
    pub durability: Durability,
    /// Size of a file that an operator gives up when the disk is full, in bytes; 0 for none.
    pub reserve: u64,
    /// Instants and random bytes.
    pub chance: Chance,
}

/// How much a commit waits for the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Each commit is synced before it is acknowledged.
    #[default]
    Full,
    /// The last commits may be lost with the power, for demonstrations.
    Normal,
}

/// Where instants and random bytes come from.
#[derive(Clone)]
pub struct Chance {
    /// 32 random bytes.
    pub entropy: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
    /// Microseconds since 1970 UTC.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Chance {
    /// The instant now, microseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        (self.entropy)()
    }

    /// A fresh identifier, ordered in time to the microsecond (UUIDv7, RFC 9562 section 6.2 method 3).
    pub fn id(&self) -> Uuid {
        let now = self.now().max(0).unsigned_abs();
        let fraction = (now % 1000) << 2;
        let mut tail = [0; 10];
        tail.copy_from_slice(&self.bytes()[..10]);
        tail[0] = (fraction >> 8) as u8;
        tail[1] = (fraction as u8 & 0xfc) | (tail[1] & 0x03);
        uuid::Builder::from_unix_timestamp_millis(now / 1000, &tail).into_uuid()
    }
}

/// A store that is open. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

pub(crate) struct Shared {
    options: Options,
    engine: Engine,
    fail: fail::FailPoints,
    numbers: tokio::sync::Mutex<std::collections::HashMap<String, (i64, i64)>>,
    node: String,
    written: Arc<figures::Written>,
    /// The secret under which subjects of documents are digested, read when the store opens.
    subjects: std::sync::OnceLock<[u8; 32]>,
    statements: AtomicU64,
}

pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// The port of this store.
    pub fn port(&self) -> &str {
        &self.0.options.port
    }

    /// Instants and random bytes.
    pub fn chance(&self) -> &Chance {
        &self.0.options.chance
    }

    /// A fresh identifier, ordered in time.
    pub fn new_id(&self) -> Uuid {
        self.0.options.chance.id()
    }

    /// How many statements were sent so far for reading and for small writes; those of jobs are not among them.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Seals a document under a fresh key; its salted digest goes into the entry of the journal.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is larger than the cipher can take (256 GB).
    pub fn seal(&self, plain: DocumentPlain) -> Result<Sealed, StoreError> {
        vault::seal(&self.0.options.master_key, &self.0.options.chance, plain)
    }

    /// Lets the next write of a kind (`commit`, `sequence`, or the name of a small write) fail.
    #[doc(hidden)]
    pub fn fail_next(&self, name: &str, failure: Failure) {
        self.0.fail.arm(name, failure);
    }

    /// The bytes of documents that are too large for a row.
    pub(crate) fn files(&self) -> PathBuf {
        self.0.options.data_dir.join("documents")
    }

    pub(crate) fn port_param(&self) -> Param {
        Param::from(self.port())
    }

    /// Reads rows. No caller outside this crate sees it, so that matters are read through a reach only. No text that is stored
    /// has a NUL in it, so that nothing is found by one; PostgreSQL would take it for a fault.
    pub(crate) async fn query(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        if params.iter().any(has_nul) {
            return Ok(Vec::new());
        }
        self.0.statements.fetch_add(1, Ordering::Relaxed);
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.query(sql, params),
            Engine::Postgres(postgres) => postgres.query(sql, params).await,
        }
    }

    /// Writes statements in one transaction; gives the rows of each. Like a job, it is done even if the caller goes away.
    pub(crate) async fn write(&self, name: &'static str, stmts: Vec<Stmt>) -> Result<Vec<Vec<Row>>, StoreError> {
        if stmts.iter().flat_map(|stmt| &stmt.params).any(has_nul) {
            return Err(StoreError::Refused("a text holds a NUL character".into()));
        }
        self.0.statements.fetch_add(stmts.len() as u64, Ordering::Relaxed);
        let (reply, answer) = oneshot::channel();
        let work = Work::Write(Box::new(Write { name, stmts, reply }));
        self.writer().send(work).await.map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Writes one statement; gives its rows.
    pub(crate) async fn write_one(
        &self,
        name: &'static str,
        sql: &'static str,
        params: Vec<Param>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = self.write(name, vec![Stmt::new(sql, params)]).await?;
        Ok(rows.pop().unwrap_or_default())
    }

    pub(crate) fn writer(&self) -> &tokio::sync::mpsc::Sender<Work> {
        match &self.0.engine {
            Engine::Sqlite(sqlite) => &sqlite.work,
            Engine::Postgres(postgres) => &postgres.work,
        }
    }

    /// True when the disk failed and nothing is acknowledged any more.
    pub fn is_stopped(&self) -> bool {
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.stopped.load(Ordering::Acquire),
            Engine::Postgres(_) => false,
        }
    }

    /// Finishes what was accepted, then lets go of the store, so that another process can open it.
    pub async fn close(&self) {
        let _ = self.end_leases().await;
        if let Engine::Sqlite(sqlite) = &self.0.engine {
            sqlite.close_readers();
        }
        let (reply, done) = oneshot::channel();
        if self.writer().send(Work::Stop(reply)).await.is_ok() {
            let _ = done.await;
        }
    }
}

/// True for a text that PostgreSQL does not know.
fn has_nul(param: &Param) -> bool {
    matches!(param, Param::Text(Some(text)) if text.as_bytes().contains(&0))
}

pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}
