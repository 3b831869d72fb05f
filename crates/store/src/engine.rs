//! What the two engines have in common: statements, work for the writer, and how a batch is gathered.

use std::collections::{HashSet, VecDeque};

use bytes::Bytes;
use ledger::SigningKey;
use ledger::receipt::{self, Statement};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::fail::FailPoints;
use crate::job::Committed;
use crate::param::{Param, Row};
use crate::stmt::Stmt;
use crate::tables::Table;
use crate::{CommitError, StoreError};

/// The most jobs of a batch.
pub const LARGEST_BATCH: usize = 512;

/// The most work that waits for the writer; more is refused as busy.
pub const QUEUE: usize = 8192;

/// A job, ready for the writer: everything that can be computed outside it has been.
#[derive(Debug)]
pub struct Prepared {
    /// Digest of the idempotency key, and of the body that came with it.
    pub key: Option<(Vec<u8>, Vec<u8>)>,
    /// The guarded rows, in the order of the matters' ids.
    pub matters: Vec<Guarded>,
    /// What follows them.
    pub rows: Vec<(&'static Table, Vec<Param>)>,
    /// Events, without batch and leaf.
    pub events: Vec<Vec<Param>>,
    /// The receipt's row, without batch, leaf and bytes.
    pub receipt: Vec<Param>,
    /// The receipt's statement.
    pub statement: Statement,
    /// The receipt's identifier.
    pub receipt_id: Uuid,
    /// Small writes.
    pub side: Vec<Stmt>,
}

/// A matter's row with its guard.
#[derive(Debug)]
pub struct Guarded {
    /// The matter.
    pub id: Uuid,
    /// Its row.
    pub row: Vec<Param>,
    /// How SQLite writes it, by what changed of what it is looked up by.
    pub table: &'static Table,
}

/// What became of a job in a batch.
pub type Outcome = Result<Committed, CommitError>;

/// A job and who waits for its outcome.
#[derive(Debug)]
pub struct Waiting {
    /// The job.
    pub job: Prepared,
    /// Where the outcome goes; nobody may be there any more, and the write is done all the same.
    pub reply: oneshot::Sender<Outcome>,
}

/// A small write and who waits for its rows.
#[derive(Debug)]
pub struct Write {
    /// Its kind, for fail points.
    pub name: &'static str,
    /// What is written, whole or not at all.
    pub stmts: Vec<Stmt>,
    /// Where the rows of each statement go.
    pub reply: oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
}

/// Work for the writer.
#[derive(Debug)]
pub enum Work {
    /// A job.
    Job(Box<Waiting>),
    /// A small write.
    Write(Box<Write>),
    /// The end: everything before it is done, then the writer stops and its lock is free.
    Stop(oneshot::Sender<()>),
}

/// What a writer needs besides its connection.
pub struct Context {
    /// The port.
    pub port: String,
    /// Signs the batches.
    pub key: SigningKey,
    /// Identifiers and instants.
    pub chance: crate::Chance,
    /// Failures on demand.
    pub fail: FailPoints,
    /// What was written, for who watches.
    pub written: std::sync::Arc<crate::figures::Written>,
}

/// The work of one transaction.
#[derive(Default)]
pub struct Batch {
    /// Jobs, none of which shares a matter or a key with another.
    pub jobs: Vec<Waiting>,
    /// Small writes.
    pub writes: Vec<Write>,
    /// Who waits for the end.
    pub stop: Option<oneshot::Sender<()>>,
}

/// Gathers batches from the channel.
pub struct Intake {
    rx: mpsc::Receiver<Work>,
    deferred: VecDeque<Work>,
}

impl Intake {
    /// An intake from the writer's channel.
    pub fn new(rx: mpsc::Receiver<Work>) -> Self {
        Intake { rx, deferred: VecDeque::new() }
    }

    /// The first piece of the next batch, for a thread; `None` when nobody can send any more.
    pub fn first_blocking(&mut self) -> Option<Work> {
        self.deferred.pop_front().or_else(|| self.rx.blocking_recv())
    }

    /// How many pieces wait.
    pub fn waiting(&self) -> usize {
        self.deferred.len() + self.rx.len()
    }

    /// The first piece of the next batch, for a task.
    pub async fn first(&mut self) -> Option<Work> {
        match self.deferred.pop_front() {
            Some(work) => Some(work),
            None => self.rx.recv().await,
        }
    }

    /// Takes what waits, without waiting for more. Of two jobs on one matter or with one key the second waits for the
    /// next batch. `alone` says that a job must not share its transaction.
    pub fn gather(&mut self, first: Work, alone: fn(&Prepared) -> bool) -> Batch {
        let (mut batch, mut taken, mut later) = (Batch::default(), HashSet::new(), VecDeque::new());
        let mut next = Some(first);
        while let Some(work) = next {
            match work {
                Work::Job(waiting) => {
                    let full = batch.jobs.first().is_some_and(|other| alone(&other.job) || alone(&waiting.job));
                    if !full && claim(&waiting.job, &mut taken) {
                        batch.jobs.push(*waiting);
                    } else {
                        later.push_back(Work::Job(waiting));
                    }
                }
                Work::Write(write) => batch.writes.push(*write),
                Work::Stop(reply) => {
                    batch.stop = Some(reply);
                    break;
                }
            }
            if batch.jobs.len() + batch.writes.len() >= LARGEST_BATCH || later.len() >= LARGEST_BATCH {
                break;
            }
            next = self.deferred.pop_front().or_else(|| self.rx.try_recv().ok());
        }
        later.append(&mut self.deferred);
        self.deferred = later;
        if !self.deferred.is_empty() && batch.stop.is_some() {
            // The end waits until the deferred jobs are done.
            self.deferred.extend(batch.stop.take().map(Work::Stop));
        }
        batch
    }
}

/// Notes the job's key and matters; false when one of them is taken, and then nothing is noted that matters later.
fn claim(job: &Prepared, taken: &mut HashSet<Vec<u8>>) -> bool {
    let key = job.key.iter().map(|(hash, _)| hash.clone());
    let names: Vec<Vec<u8>> = job.matters.iter().map(|matter| matter.id.as_bytes().to_vec()).chain(key).collect();
    let free = !names.iter().any(|name| taken.contains(name));
    // A deferred job's names stay taken too, so that a third job on the same matter does not overtake the second.
    taken.extend(names);
    free
}

/// The receipts of the accepted jobs and the rows that record them.
pub struct Signed {
    /// The batch's row.
    pub batch: Vec<Param>,
    /// The receipts' rows, in order.
    pub receipts: Vec<Vec<Param>>,
    /// The answers, in order.
    pub answers: Vec<Committed>,
}

/// Signs the accepted jobs of a batch: one signature, a receipt for each.
pub fn sign(context: &Context, batch: Uuid, accepted: &mut [&mut Prepared]) -> Signed {
    let statements: Vec<Statement> = accepted.iter().map(|job| job.statement.clone()).collect();
    let files = receipt::issue(&statements, &context.key);
    let leaves: Vec<u8> = statements.iter().flat_map(|statement| statement.leaf).collect();
    let row =
        crate::param::params![context.port.as_str(), batch, context.chance.now(), statements.len() as i64, leaves,];
    let mut signed = Signed { batch: row, receipts: Vec::new(), answers: Vec::new() };
    for (leaf, (job, file)) in accepted.iter_mut().zip(files).enumerate() {
        let mut row = job.receipt.clone();
        set_place(&mut row, 2, batch, leaf);
        row.push(Param::from(file.clone().into_bytes()));
        signed.receipts.push(row);
        signed.answers.push(Committed { receipt: Bytes::from(file), receipt_id: job.receipt_id, replayed: false });
        job.events.iter_mut().for_each(|event| set_place(event, 1, batch, leaf));
    }
    context.written.note_bytes(accepted.iter().map(|job| size_of(job)).sum::<usize>() + size(&signed.batch));
    context.written.note_bytes(signed.receipts.iter().map(|receipt| size(receipt)).sum());
    signed
}

/// The bytes of a job's values, apart from its receipt.
fn size_of(job: &Prepared) -> usize {
    let matters = job.matters.iter().map(|matter| &matter.row);
    let rows = matters.chain(job.rows.iter().map(|(_, row)| row)).chain(&job.events);
    rows.chain(job.side.iter().map(|stmt| &stmt.params)).map(|row| size(row)).sum()
}

fn size(row: &[Param]) -> usize {
    row.iter().map(Param::size).sum()
}

/// Fills in the batch and the leaf, which stand side by side.
fn set_place(row: &mut [Param], at: usize, batch: Uuid, leaf: usize) {
    if let [in_batch, in_leaf, ..] = &mut row[at..] {
        *in_batch = Param::from(batch);
        *in_leaf = Param::from(leaf as i64);
    }
}

/// The answer to a job whose key is known: id, bytes and body digest of the first answer.
pub fn replay(mut first: Row, body_digest: &[u8]) -> Result<Outcome, StoreError> {
    if first.bytes(2)? != body_digest {
        return Ok(Err(CommitError::KeyReused));
    }
    Ok(Ok(Committed { receipt_id: first.uuid(0)?, receipt: first.bytes(1)?.into(), replayed: true }))
}

/// What a key was answered with.
pub const BY_KEY: &str = "select id, bytes, body_digest from receipts where port = $1 and key_hash = $2";

/// What a job's caller hears when its transaction failed as a whole.
pub fn failure_of(job: &Prepared, failed: &StoreError) -> CommitError {
    match failed {
        // The number is taken: with a fresh one it would be accepted.
        StoreError::Refused(why) if why.contains("UNIQUE") => {
            CommitError::Conflict(job.matters.iter().map(|matter| matter.id).collect())
        }
        StoreError::Broken(why) => CommitError::Refused(why.clone()),
        other => other.clone().into(),
    }
}
