//! The engine of a port that outgrows one machine: one writer task a node, statements over many rows, no locks but rows.

use std::collections::HashSet;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Column as _, Connection as _, PgConnection, Row as _, TypeInfo as _};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::engine::{self, BY_KEY, Batch, Context, Intake, Outcome, Prepared, QUEUE, Work, Write};
use crate::fail::Failure;
use crate::migrate;
use crate::param::{Param, Row, params};
use crate::stmt::Stmt;
use crate::tables::{self, Act, Kind, Table};
use crate::{CommitError, StoreError};

/// Connections of a node, for reads and small writes.
const CONNECTIONS: u32 = 12;

/// How often a transaction is tried again that another node's came in the way of.
const TRIES: usize = 5;

/// Begins the words of errors that trying again may cure.
const SERIALIZATION: &str = "serialization failure";

/// The pool, and the way to the writer.
pub struct Postgres {
    pool: PgPool,
    pub(crate) work: mpsc::Sender<Work>,
}

impl Postgres {
    /// Connects, brings the schema up to date and starts the writer.
    pub async fn open(url: &str, context: Context) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(error)?;
        let options = options.application_name("pratique").statement_cache_capacity(256);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.map_err(error)?;
        migrate(&pool, context.chance.now()).await?;
        count(&pool).await?;
        let (work, rx) = mpsc::channel(QUEUE);
        tokio::spawn(Writer { pool: pool.clone(), context }.run(Intake::new(rx)));
        Ok(Postgres { pool, work })
    }

    /// Rows of a store that is not opened; none when it does not have the table yet.
    pub async fn read_once(url: &str, table: &str, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        let mut conn = PgConnection::connect(url).await.map_err(error)?;
        let asked = "select 1 from pg_catalog.pg_tables where schemaname = current_schema() and tablename = $1";
        let known = rows(&mut conn, asked, &params![table]).await?;
        let found = if known.is_empty() { known } else { rows(&mut conn, sql, params).await? };
        conn.close().await.map_err(error)?;
        Ok(found)
    }

    /// Reads rows.
    pub async fn query(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        let mut conn = self.pool.acquire().await.map_err(error)?;
        rows(&mut conn, sql, params).await
    }
}

/// Applies what is missing, one node at a time.
async fn migrate(pool: &PgPool, now: i64) -> Result<(), StoreError> {
    let mut conn = pool.acquire().await.map_err(error)?;
    // Two nodes that create the table at once meet in the catalogue; the second then finds it there.
    if rows(&mut conn, migrate::CREATE, &[]).await.is_err() {
        rows(&mut conn, migrate::CREATE, &[]).await?;
    }
    let mut transaction = conn.begin().await.map_err(error)?;
    rows(&mut transaction, "lock table migrations in exclusive mode", &[]).await?;
    let newest = rows(&mut transaction, migrate::NEWEST, &[]).await?;
    let newest = newest.first().map_or(Ok(0), |row| row.int(0))?;
    for (number, text) in migrate::pending(migrate::POSTGRES, newest)? {
        sqlx::raw_sql(AssertSqlSafe(*text)).execute(&mut *transaction).await.map_err(error)?;
        rows(&mut transaction, migrate::RECORD, &params![*number, now]).await?;
    }
    transaction.commit().await.map_err(error)
}

/// Lets the planner count what lies in a store that was restored or seeded and never counted: until the server does so by itself,
/// it plans as if nothing were there, and looks through whole tables.
async fn count(pool: &PgPool) -> Result<(), StoreError> {
    let mut conn = pool.acquire().await.map_err(error)?;
    let uncounted = "select 1 from pg_catalog.pg_class where oid = 'matters'::regclass and reltuples <= 0 \
                     and exists (select 1 from matters)";
    if !rows(&mut conn, uncounted, &[]).await?.is_empty() {
        rows(&mut conn, "analyze", &[]).await?;
    }
    Ok(())
}

/// Rows of a statement on a connection.
async fn rows(conn: &mut PgConnection, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for param in params {
        query = match param {
            Param::Int(value) => query.bind(*value),
            Param::Text(value) => query.bind(value.clone()),
            Param::Bytes(value) => query.bind(value.clone()),
        };
    }
    let found = query.fetch_all(conn).await.map_err(error)?;
    found.iter().map(row).collect()
}

fn row(row: &PgRow) -> Result<Row, StoreError> {
    let cell = |(at, column): (usize, &sqlx::postgres::PgColumn)| {
        Ok(match column.type_info().name() {
            "INT8" => Param::Int(row.try_get(at).map_err(error)?),
            "INT4" => Param::Int(row.try_get::<Option<i32>, _>(at).map_err(error)?.map(i64::from)),
            "BYTEA" => Param::Bytes(row.try_get(at).map_err(error)?),
            _ => Param::Text(row.try_get(at).map_err(error)?),
        })
    };
    Ok(Row(row.columns().iter().enumerate().map(cell).collect::<Result<_, StoreError>>()?))
}

/// Writes many rows with one statement; gives what comes back.
async fn write_rows(conn: &mut PgConnection, table: &'static Table, rows: &[&[Param]]) -> Result<Vec<Row>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = sqlx::query(AssertSqlSafe(table.rows_text()));
    for (at, (_, kind)) in table.columns.iter().enumerate() {
        query = bind_column(query, *kind, rows, at);
    }
    let found = query.fetch_all(conn).await.map_err(error)?;
    found.iter().map(row).collect()
}

fn bind_column<'q>(
    query: Query<'q, sqlx::Postgres, PgArguments>,
    kind: Kind,
    rows: &[&[Param]],
    at: usize,
) -> Query<'q, sqlx::Postgres, PgArguments> {
    let cells = rows.iter().map(|row| row.get(at));
    match kind {
        Kind::Int => query.bind(
            cells
                .map(|cell| if let Some(Param::Int(value)) = cell { *value } else { None })
                .collect::<Vec<Option<i64>>>(),
        ),
        Kind::Text => query.bind(
            cells
                .map(|cell| if let Some(Param::Text(value)) = cell { value.clone() } else { None })
                .collect::<Vec<Option<String>>>(),
        ),
        Kind::Bytes => query.bind(
            cells
                .map(|cell| if let Some(Param::Bytes(value)) = cell { value.clone() } else { None })
                .collect::<Vec<Option<Vec<u8>>>>(),
        ),
    }
}

/// What an error of the server means.
fn error(error: sqlx::Error) -> StoreError {
    let words = error.to_string();
    let sqlx::Error::Database(database) = &error else { return StoreError::Unavailable(words) };
    let code = database.code().unwrap_or_default();
    match code.get(..2).unwrap_or_default() {
        _ if code == "53100" => StoreError::Full,
        "40" => StoreError::Unavailable(format!("{SERIALIZATION}: {words}")),
        "23" if code == "23505" => StoreError::Refused(format!("UNIQUE: {words}")),
        "22" | "23" | "54" => StoreError::Refused(words),
        "42" => StoreError::Broken(words),
        _ => StoreError::Unavailable(words),
    }
}

/// True when trying again may help: another node's transaction came in the way.
fn is_passing(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(why) => why.starts_with(SERIALIZATION),
        StoreError::Refused(why) => why.contains("receipts_key"),
        _ => false,
    }
}

struct Writer {
    pool: PgPool,
    context: Context,
}

/// A job that must not share its transaction: it may have to be undone after its first write.
fn alone(job: &Prepared) -> bool {
    job.matters.len() > 1 || job.side.iter().any(|stmt| stmt.must.is_some())
}

impl Writer {
    async fn run(self, mut intake: Intake) {
        while let Some(first) = intake.first().await {
            let Batch { jobs, writes, stop } = intake.gather(first, alone);
            let tasks: Vec<_> = writes.into_iter().map(|write| tokio::spawn(self.write(write))).collect();
            let (mut jobs, replies): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|waiting| (waiting.job, waiting.reply)).unzip();
            if !jobs.is_empty() {
                self.context.written.note(jobs.len());
                for (reply, outcome) in replies.into_iter().zip(self.commit(&mut jobs).await) {
                    let _ = reply.send(outcome);
                }
            }
            if let Some(reply) = stop {
                for task in tasks {
                    let _ = task.await;
                }
                self.pool.close().await;
                let _ = reply.send(());
                return;
            }
        }
    }

    /// A small write, on a connection and in a transaction of its own.
    fn write(&self, write: Write) -> impl Future<Output = ()> + Send + 'static {
        let (pool, failure) = (self.pool.clone(), self.context.fail.take(write.name));
        async move {
            let mut done = write_stmts(&pool, &write.stmts, failure).await;
            for _ in 1..TRIES {
                if !done.as_ref().is_err_and(is_passing) {
                    break;
                }
                done = write_stmts(&pool, &write.stmts, failure).await;
            }
            let _ = write.reply.send(done);
        }
    }

    /// Commits jobs in one transaction. If one of them breaks it, each is tried alone, so that the others do not suffer.
    async fn commit(&self, jobs: &mut [Prepared]) -> Vec<Outcome> {
        let mut failed = match self.try_commit(jobs).await {
            Ok(outcomes) => return outcomes,
            Err(failed) => failed,
        };
        if jobs.len() > 1 && matches!(failed, StoreError::Refused(_) | StoreError::Broken(_)) {
            let mut outcomes = Vec::with_capacity(jobs.len());
            for job in jobs.chunks_mut(1) {
                outcomes.extend(Box::pin(self.commit(job)).await);
            }
            return outcomes;
        }
        for _ in 1..TRIES {
            if !is_passing(&failed) {
                break;
            }
            failed = match self.try_commit(jobs).await {
                Ok(outcomes) => return outcomes,
                Err(failed) => failed,
            };
        }
        jobs.iter().map(|job| Err(engine::failure_of(job, &failed))).collect()
    }

    async fn try_commit(&self, jobs: &mut [Prepared]) -> Result<Vec<Outcome>, StoreError> {
        let failure = self.context.fail.take("commit");
        let mut conn = self.pool.acquire().await.map_err(error)?;
        let mut outcomes: Vec<Option<Outcome>> = jobs.iter().map(|_| None).collect();
        self.known_keys(&mut conn, jobs, &mut outcomes).await?;
        let mut transaction = conn.begin().await.map_err(error)?;
        self.guards(&mut transaction, jobs, &mut outcomes).await?;
        let conflicted_alone = jobs.len() == 1 && outcomes.iter().all(Option::is_some);
        if conflicted_alone {
            // What of several matters was written is undone.
            transaction.rollback().await.map_err(error)?;
            return Ok(outcomes.into_iter().flatten().collect());
        }
        let mut accepted: Vec<&mut Prepared> =
            jobs.iter_mut().zip(&outcomes).filter(|(_, known)| known.is_none()).map(|(job, _)| job).collect();
        let answers = self.accepted(&mut transaction, &mut accepted).await?;
        match failure {
            None => transaction.commit().await.map_err(error)?,
            Some(Failure::ReportedLost) => {
                transaction.commit().await.map_err(error)?;
                return Err(Failure::ReportedLost.error());
            }
            Some(failure) => return Err(failure.error()),
        }
        let (mut answers, lost) = (answers.into_iter(), || Err(CommitError::Unavailable("no receipt".into())));
        Ok(outcomes.into_iter().map(|known| known.unwrap_or_else(|| answers.next().map_or_else(lost, Ok))).collect())
    }

    /// Answers the jobs whose keys are known.
    async fn known_keys(
        &self,
        conn: &mut PgConnection,
        jobs: &[Prepared],
        outcomes: &mut [Option<Outcome>],
    ) -> Result<(), StoreError> {
        let hashes: Vec<Vec<u8>> = jobs.iter().filter_map(|job| Some(job.key.as_ref()?.0.clone())).collect();
        if hashes.is_empty() {
            return Ok(());
        }
        let sql = "select key_hash from receipts where port = $1 and key_hash = any($2)";
        let query = sqlx::query(sql).bind(&self.context.port).bind(&hashes);
        let found = query.fetch_all(&mut *conn).await.map_err(error)?;
        let known: HashSet<Vec<u8>> =
            found.iter().map(|row| row.try_get(0).map_err(error)).collect::<Result<_, _>>()?;
        for (job, outcome) in jobs.iter().zip(outcomes) {
            let Some((hash, body)) = job.key.as_ref().filter(|(hash, _)| known.contains(hash)) else { continue };
            let first = rows(conn, BY_KEY, &params![self.context.port.as_str(), hash.clone()]).await?;
            if let Some(first) = first.into_iter().next() {
                *outcome = Some(engine::replay(first, body)?);
            }
        }
        Ok(())
    }

    /// Writes the guarded rows of all jobs, and notes which matters moved on. The rows stand in the order of their ids, so
    /// that two nodes do not wait for each other.
    async fn guards(
        &self,
        conn: &mut PgConnection,
        jobs: &[Prepared],
        outcomes: &mut [Option<Outcome>],
    ) -> Result<(), StoreError> {
        let open = jobs.iter().zip(&*outcomes).filter(|(_, known)| known.is_none());
        let mut guarded: Vec<_> = open.flat_map(|(job, _)| &job.matters).collect();
        guarded.sort_by_key(|matter| matter.id);
        let guarded: Vec<&[Param]> = guarded.into_iter().map(|matter| matter.row.as_slice()).collect();
        let mut written = HashSet::new();
        for mut row in write_rows(conn, &tables::MATTERS, &guarded).await? {
            written.insert(row.uuid(0)?);
        }
        for (job, outcome) in jobs.iter().zip(outcomes).filter(|(_, known)| known.is_none()) {
            let moved_on: Vec<Uuid> =
                job.matters.iter().map(|matter| matter.id).filter(|id| !written.contains(id)).collect();
            if !moved_on.is_empty() {
                *outcome = Some(Err(CommitError::Conflict(moved_on)));
                continue;
            }
            for stmt in &job.side {
                match stmt_rows(conn, stmt).await {
                    Err(StoreError::Missed) => *outcome = Some(Err(CommitError::Conflict(Vec::new()))),
                    other => drop(other?),
                }
            }
        }
        Ok(())
    }

    /// Writes the rest of the accepted jobs, table by table, deletions before insertions.
    async fn accepted(
        &self,
        conn: &mut PgConnection,
        accepted: &mut [&mut Prepared],
    ) -> Result<Vec<crate::Committed>, StoreError> {
        if accepted.is_empty() {
            return Ok(Vec::new());
        }
        let signed = engine::sign(&self.context, self.context.chance.id(), accepted);
        let mut writes: Vec<(&'static Table, Vec<&[Param]>)> = Vec::new();
        for (table, row) in accepted.iter().flat_map(|job| &job.rows) {
            match writes.iter_mut().find(|(known, _)| std::ptr::eq(*known, *table)) {
                Some((_, rows)) => rows.push(row),
                None => writes.push((table, vec![row])),
            }
        }
        writes.sort_by_key(|(table, _)| (table.act != Act::Delete, table.name));
        let events = accepted.iter().flat_map(|job| &job.events).map(Vec::as_slice).collect();
        let receipts = signed.receipts.iter().map(Vec::as_slice).collect();
        writes.push((&tables::EVENTS, events));
        writes.push((&tables::BATCHES, vec![signed.batch.as_slice()]));
        writes.push((&tables::RECEIPTS, receipts));
        for (table, rows) in &writes {
            write_rows(conn, table, rows).await?;
        }
        Ok(signed.answers)
    }
}

async fn write_stmts(pool: &PgPool, stmts: &[Stmt], failure: Option<Failure>) -> Result<Vec<Vec<Row>>, StoreError> {
    let mut transaction = pool.begin().await.map_err(error)?;
    let mut back = Vec::with_capacity(stmts.len());
    for stmt in stmts {
        back.push(stmt_rows(&mut transaction, stmt).await?);
    }
    match failure {
        None => transaction.commit().await.map_err(error)?,
        Some(Failure::ReportedLost) => {
            transaction.commit().await.map_err(error)?;
            return Err(Failure::ReportedLost.error());
        }
        Some(failure) => return Err(failure.error()),
    }
    Ok(back)
}

async fn stmt_rows(conn: &mut PgConnection, stmt: &Stmt) -> Result<Vec<Row>, StoreError> {
    let back = rows(conn, stmt.sql, &stmt.params).await?;
    if stmt.is_met(back.len()) { Ok(back) } else { Err(StoreError::Missed) }
}
