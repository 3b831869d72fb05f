//! The embedded engine: one writer thread, pooled readers, a file that keeps a second writing process out.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};
use tokio::sync::{mpsc, oneshot};

use crate::checkpoints::Checkpoints;
use crate::engine::{self, BY_KEY, Batch, Context, Guarded, Intake, Outcome, Prepared, QUEUE, Work, Write};
use crate::error::of_sqlite as error;
use crate::fail::{Failure, STOPPED};
use crate::param::{Param, Row, params};
use crate::stmt::Stmt;
use crate::tables::{self, Table};
use crate::{CommitError, Durability, StoreError};

/// Readers that are kept open when nobody reads.
const IDLE_READERS: usize = 16;

/// The write-ahead log is copied into the database when it has so many pages (64 MB): rarely enough that a page which is
/// written again and again is copied once.
const CHECKPOINT_PAGES: i64 = 16_000;

/// Pages that the writer keeps in memory, in KB. More would cost more: where a page was split, SQLite looks through all of
/// them as the transaction ends (`pcache1TruncateUnsafe`), and most pages that an act changes are not among the last ones.
const CACHE: i64 = 16_384;

/// So far apart begin transactions while jobs share them, in microseconds.
const APART: i64 = 8000;
/// So often one looks who has come meanwhile.
const LOOK: i64 = 400;

/// Readers, and the way to the writer.
pub struct Sqlite {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    pub(crate) work: mpsc::Sender<Work>,
    pub(crate) stopped: Arc<AtomicBool>,
}

impl Sqlite {
    /// Opens the writer's connection on the file, with the lock that keeps others out. Migrations run on it.
    pub fn connect(path: &Path, durability: Durability) -> Result<(Connection, File), StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(unavailable)?;
        }
        let mut lock_name = path.as_os_str().to_owned();
        lock_name.push(".lock");
        let lock = File::options().create(true).truncate(false).write(true).open(lock_name).map_err(unavailable)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::Locked,
            TryLockError::Error(error) => unavailable(error),
        })?;
        let conn = Connection::open(path).map_err(error)?;
        let synchronous = match durability {
            Durability::Full => "full",
            Durability::Normal => "normal",
        };
        conn.execute_batch(&format!(
            "pragma page_size = 4096; pragma journal_mode = wal; pragma synchronous = {synchronous};
             pragma wal_autocheckpoint = {CHECKPOINT_PAGES}; pragma journal_size_limit = 67108864;
             pragma cache_size = -{CACHE}; pragma mmap_size = 1073741824; pragma temp_store = memory; pragma secure_delete = fast;
             pragma foreign_keys = off;"
        ))
        .map_err(error)?;
        settle_plans(&conn)?;
        conn.set_prepared_statement_cache_capacity(256);
        Ok((conn, lock))
    }

    /// Starts the writer on its connection.
    pub fn start(path: PathBuf, conn: Connection, lock: File, context: Context) -> Result<Self, StoreError> {
        let (work, rx) = mpsc::channel(QUEUE);
        let stopped = Arc::new(AtomicBool::new(false));
        let checkpoints = Checkpoints::start(&path, stopped.clone())?;
        let writer = Writer { checkpoints, conn, context, stopped: stopped.clone() };
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                let stop = writer.run(Intake::new(rx));
                drop(lock);
                stop.map(|reply| reply.send(()))
            })
            .map_err(unavailable)?;
        Ok(Sqlite { path, idle: Mutex::default(), work, stopped })
    }

    /// Reads rows, on the caller's thread: a read takes microseconds.
    pub fn query(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => reader(&self.path)?,
        };
        let rows = rows(&conn, &native(sql), params);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(conn);
        }
        rows
    }

    /// Rows of a store that is not opened; none when it does not have the table yet.
    pub fn read_once(path: &Path, table: &str, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        let conn = reader(path)?;
        let known = rows(&conn, &native("select 1 from sqlite_master where name = $1"), &params![table])?;
        if known.is_empty() { Ok(known) } else { rows(&conn, &native(sql), params) }
    }

    /// Closes the readers that nobody uses, so that the writer, which ends last, can clear the write-ahead log away.
    pub fn close_readers(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Copies the whole store, as it stands, into another file while writing goes on.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        copy(&self.path, to)
    }
}

/// Copies a database as it stands at one instant, also while another process writes to it.
pub fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let from = reader(from)?;
    let mut to = Connection::open(to).map_err(error)?;
    let backup = rusqlite::backup::Backup::new(&from, &mut to).map_err(error)?;
    // In one step: between steps a busy writer would make it begin anew, again and again.
    backup.run_to_completion(i32::MAX, std::time::Duration::ZERO, None).map_err(error)
}

/// A read-only connection. It maps no file into memory: SQLite lets go of the whole map whenever somebody has written since the
/// last read, and each page would be a fault of memory again.
fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(error)?;
    conn.execute_batch("pragma query_only = on; pragma cache_size = -8192; pragma mmap_size = 0;").map_err(error)?;
    settle_plans(&conn)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Lets no plan depend on the values bound: SQLite else compiles a prepared statement anew whenever a value changes that a
/// partial index or a statistic might look at, which costs more than the statement.
fn settle_plans(conn: &Connection) -> Result<(), StoreError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop).map_err(error)
}

/// Rows of a statement on a connection, prepared once.
pub fn rows(conn: &Connection, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
    let mut statement = conn.prepare_cached(sql).map_err(error)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(error)? {
        let cells = (0..columns).map(|at| row.get_ref(at).map_err(error).and_then(param));
        rows.push(Row(cells.collect::<Result<_, _>>()?));
    }
    Ok(rows)
}

fn param(value: ValueRef<'_>) -> Result<Param, StoreError> {
    Ok(match value {
        ValueRef::Null => Param::Int(None),
        ValueRef::Integer(value) => Param::Int(Some(value)),
        ValueRef::Text(value) => Param::Text(Some(String::from_utf8_lossy(value).into_owned())),
        ValueRef::Blob(value) => Param::Bytes(Some(value.to_vec())),
        ValueRef::Real(_) => return Err(StoreError::Broken("a column holds a floating number".into())),
    })
}

/// Binds all values; SQLite itself says nothing about too few or too many.
fn bind(statement: &mut CachedStatement<'_>, params: &[Param]) -> Result<(), StoreError> {
    if statement.parameter_count() != params.len() {
        return Err(StoreError::Broken(format!("{} values for {} places", params.len(), statement.parameter_count())));
    }
    for (n, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(n + 1, param).map_err(error)?;
    }
    Ok(())
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Param::Int(Some(value)) => ToSqlOutput::Owned(Value::Integer(*value)),
            Param::Text(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Param::Bytes(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Param::Int(None) | Param::Text(None) | Param::Bytes(None) => ToSqlOutput::Owned(Value::Null),
        })
    }
}

/// SQLite counts `$1` by its first appearance and `?1` by its number.
pub fn native(sql: &str) -> String {
    sql.replace('$', "?")
}

fn unavailable(error: std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// With how many a job shares its transaction. After one that several shared the next one begins no sooner than [`APART`]
/// after it, or as soon as that many are there again: what comes in meanwhile shares it, since syncing its pages costs nearly
/// the same for one job as for several. Who comes alone waits for nobody.
#[derive(Default)]
struct Company {
    began: i64,
    /// About how many share one; what was once is forgotten by and by.
    expected: usize,
}

impl Company {
    fn meet(&mut self, jobs: usize, now: i64) {
        self.began = now;
        self.expected = if jobs > 1 { jobs.max(self.expected - self.expected / 8) } else { jobs };
    }

    /// Waits; one job is there.
    fn wait(&self, intake: &Intake, now: impl Fn() -> i64) {
        while self.expected > 1 && intake.waiting() + 1 < self.expected {
            let left = APART - (now() - self.began);
            if !(1..=APART).contains(&left) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_micros(left.min(LOOK).unsigned_abs()));
        }
    }
}

struct Writer {
    /// Before the connection, so that this is dropped last and clears the log away.
    checkpoints: Checkpoints,
    conn: Connection,
    context: Context,
    stopped: Arc<AtomicBool>,
}

impl Writer {
    /// Serves until the end; gives back who waits for it. Dropping the connection copies the log into the database.
    fn run(mut self, mut intake: Intake) -> Option<oneshot::Sender<()>> {
        let mut company = Company::default();
        while let Some(first) = intake.first_blocking() {
            company.wait(&intake, || self.context.chance.now());
            let batch = intake.gather(first, |_| false);
            company.meet(batch.jobs.len(), self.context.chance.now());
            if let Some(reply) = self.serve(batch) {
                return Some(reply);
            }
        }
        None
    }

    /// Writes a batch and answers; gives back who waits for the end.
    fn serve(&mut self, batch: Batch) -> Option<oneshot::Sender<()>> {
        let Batch { jobs, writes, stop } = batch;
        let (mut jobs, replies): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|waiting| (waiting.job, waiting.reply)).unzip();
        if !jobs.is_empty() {
            let outcomes = self.commit(&mut jobs);
            self.checkpoints.note(outcomes.len());
            self.context.written.note(outcomes.len());
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                let _ = reply.send(outcome);
            }
        }
        self.small_writes(writes);
        stop
    }

    /// Does small writes in one transaction, or each in its own when one of them fails.
    fn small_writes(&mut self, writes: Vec<Write>) {
        if writes.len() > 1 && !self.context.fail.is_armed() {
            let together = self.transaction("writes", |writer| {
                writes.iter().map(|write| writer.stmts(&write.stmts)).collect::<Result<Vec<_>, _>>()
            });
            if let Ok(rows) = together {
                for (write, rows) in writes.into_iter().zip(rows) {
                    let _ = write.reply.send(Ok(rows));
                }
                return;
            }
        }
        for write in writes {
            let _ = write.reply.send(self.transaction(write.name, |writer| writer.stmts(&write.stmts)));
        }
    }

    /// Commits jobs in one transaction. If one of them breaks it, each is tried alone, so that the others do not suffer.
    fn commit(&mut self, jobs: &mut [Prepared]) -> Vec<Outcome> {
        let failed = match self.transaction("commit", |writer| writer.jobs(jobs)) {
            Ok(outcomes) => return outcomes,
            Err(failed) => failed,
        };
        let culprit = matches!(failed, StoreError::Refused(_) | StoreError::Broken(_));
        if culprit && jobs.len() > 1 {
            return jobs.chunks_mut(1).flat_map(|job| self.commit(job)).collect();
        }
        jobs.iter().map(|job| Err(engine::failure_of(job, &failed))).collect()
    }

    /// Runs in a transaction; on an error everything is undone. After an error of the disk nothing is acknowledged any
    /// more, because nobody can say what it holds (a second sync may report success for pages that were lost).
    fn transaction<T>(
        &mut self,
        name: &str,
        body: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(StoreError::Unavailable(STOPPED.into()));
        }
        let failure = self.context.fail.take(name);
        let done = self.exec("begin immediate").and_then(|()| body(self)).and_then(|value| match failure {
            None => self.exec("commit").map(|()| value),
            Some(Failure::ReportedLost) => self.exec("commit").and(Err(Failure::ReportedLost.error())),
            Some(failure) => Err(failure.error()),
        });
        if let Err(error) = &done {
            let of_disk = matches!(error, StoreError::Unavailable(_)) && failure.is_none();
            if of_disk || failure == Some(Failure::Disk) {
                self.stopped.store(true, Ordering::Release);
            }
            // A full disk has undone the transaction by itself already.
            if !self.conn.is_autocommit() {
                let _ = self.exec("rollback");
            }
        }
        done
    }

    fn jobs(&mut self, jobs: &mut [Prepared]) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs.iter() {
            outcomes.push(self.job(job)?);
        }
        let is_open = |outcome: &Option<Outcome>| outcome.is_none();
        let mut accepted: Vec<&mut Prepared> =
            jobs.iter_mut().zip(&outcomes).filter(|(_, outcome)| is_open(outcome)).map(|(job, _)| job).collect();
        let mut answers = Vec::new();
        if !accepted.is_empty() {
            let signed = engine::sign(&self.context, self.context.chance.id(), &mut accepted);
            self.row(&tables::BATCHES, &signed.batch)?;
            for (job, receipt) in accepted.iter().zip(&signed.receipts) {
                self.row(&tables::RECEIPTS, receipt)?;
                job.events.iter().try_for_each(|event| self.row(&tables::EVENTS, event).map(drop))?;
            }
            answers = signed.answers;
        }
        let mut answers = answers.into_iter();
        let lost = || Err(CommitError::Unavailable("no receipt".into()));
        Ok(outcomes.into_iter().map(|known| known.unwrap_or_else(|| answers.next().map_or_else(lost, Ok))).collect())
    }

    /// Applies a job; `None` when it stands and waits for its receipt.
    fn job(&mut self, job: &Prepared) -> Result<Option<Outcome>, StoreError> {
        if let Some((key, body_digest)) = &job.key {
            let known = rows(&self.conn, &native(BY_KEY), &params![self.context.port.as_str(), key.clone()])?;
            if let Some(first) = known.into_iter().next() {
                return engine::replay(first, body_digest).map(Some);
            }
        }
        // The first guard leaves nothing to undo; only what can fail later needs a savepoint.
        let guarded = job.matters.len() + job.side.iter().filter(|stmt| stmt.must.is_some()).count();
        if guarded > 1 {
            self.exec("savepoint job")?;
        }
        let conflict = self.guards_and_rows(job)?;
        if guarded > 1 {
            self.exec(if conflict.is_some() { "rollback to job" } else { "release job" })?;
        }
        Ok(conflict.map(Err))
    }

    fn guards_and_rows(&mut self, job: &Prepared) -> Result<Option<CommitError>, StoreError> {
        let mut moved_on = Vec::new();
        for Guarded { id, row, table } in &job.matters {
            if self.row(table, row)? == 0 {
                moved_on.push(*id);
            }
        }
        if !moved_on.is_empty() {
            return Ok(Some(CommitError::Conflict(moved_on)));
        }
        for stmt in &job.side {
            match self.stmt(stmt) {
                Err(StoreError::Missed) => return Ok(Some(CommitError::Conflict(Vec::new()))),
                other => drop(other?),
            }
        }
        job.rows.iter().try_for_each(|(table, row)| self.row(table, row).map(drop))?;
        Ok(None)
    }

    /// Writes one row; tells how many came back.
    fn row(&mut self, table: &'static Table, row: &[Param]) -> Result<usize, StoreError> {
        let mut statement = self.conn.prepare_cached(table.row_text()).map_err(error)?;
        bind(&mut statement, row)?;
        let mut back = statement.raw_query();
        let mut count = 0;
        while back.next().map_err(error)?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Result<Vec<Vec<Row>>, StoreError> {
        stmts.iter().map(|stmt| self.stmt(stmt)).collect()
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<Vec<Row>, StoreError> {
        let back = rows(&self.conn, &native(stmt.sql), &stmt.params)?;
        if stmt.is_met(back.len()) { Ok(back) } else { Err(StoreError::Missed) }
    }

    fn exec(&self, sql: &str) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(sql).map_err(error)?;
        statement.raw_execute().map(drop).map_err(error)
    }
}
