//! The floor of a measurement: as many bytes as an act writes, the request's own at their head, as one row in a group commit
//! by the engines' own settings, and nothing else. What the program costs above it is the price of what the program does.

use std::path::Path;

use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};

use crate::engine::{LARGEST_BATCH, QUEUE};
use crate::sqlite::Sqlite;
use crate::{Bytes, Durability, StoreError, closed};

const SQLITE: &str = "create table if not exists pratique_floor (id integer primary key, bytes blob not null)";
const POSTGRES: &str = "create table if not exists pratique_floor (id bigserial primary key, bytes bytea not null)";

/// A writer of bare rows.
pub struct Floor(mpsc::Sender<Waiting>);

struct Waiting {
    bytes: Bytes,
    reply: oneshot::Sender<()>,
}

impl Floor {
    /// Opens a table of bare rows in a store of its own: `sqlite:PATH` or `postgres://…`
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(url: &str) -> Result<Floor, StoreError> {
        let (work, rx) = mpsc::channel(QUEUE);
        match url.strip_prefix("sqlite:") {
            Some(path) => start_sqlite(Path::new(path), rx)?,
            None => start_postgres(url, rx).await?,
        }
        Ok(Floor(work))
    }

    /// Writes bytes as one row; they are durable when it returns.
    ///
    /// # Errors
    /// When the transaction failed.
    pub async fn write(&self, bytes: Bytes) -> Result<(), StoreError> {
        let (reply, done) = oneshot::channel();
        self.0.send(Waiting { bytes, reply }).await.map_err(|_| closed())?;
        done.await.map_err(|_| closed())
    }
}

/// What waits, after the first of it.
fn gather(first: Waiting, rx: &mut mpsc::Receiver<Waiting>) -> Vec<Waiting> {
    let mut batch = vec![first];
    while batch.len() < LARGEST_BATCH {
        let Ok(next) = rx.try_recv() else { break };
        batch.push(next);
    }
    batch
}

fn answer(batch: Vec<Waiting>) {
    for waiting in batch {
        // Nobody may be there any more.
        let _ = waiting.reply.send(());
    }
}

fn start_sqlite(path: &Path, mut rx: mpsc::Receiver<Waiting>) -> Result<(), StoreError> {
    let (mut conn, lock) = Sqlite::connect(path, Durability::Full)?;
    conn.execute_batch(SQLITE).map_err(crate::error::of_sqlite)?;
    let work = move || {
        // A failed transaction ends the writer: who waits hears of it, because the replies are dropped.
        while let Some(first) = rx.blocking_recv() {
            let batch = gather(first, &mut rx);
            if write_sqlite(&mut conn, &batch).is_err() {
                break;
            }
            answer(batch);
        }
        drop(lock);
    };
    let thread = std::thread::Builder::new().name("floor-writer".into()).spawn(work);
    thread.map(drop).map_err(|error| StoreError::Unavailable(error.to_string()))
}

fn write_sqlite(conn: &mut rusqlite::Connection, batch: &[Waiting]) -> rusqlite::Result<()> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut insert = transaction.prepare_cached("insert into pratique_floor (bytes) values (?1)")?;
    for waiting in batch {
        insert.execute([&waiting.bytes[..]])?;
    }
    drop(insert);
    transaction.commit()
}

async fn start_postgres(url: &str, mut rx: mpsc::Receiver<Waiting>) -> Result<(), StoreError> {
    let unavailable = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
    let pool = PgPool::connect(url).await.map_err(unavailable)?;
    sqlx::query(POSTGRES).execute(&pool).await.map_err(unavailable)?;
    tokio::spawn(async move {
        while let Some(first) = rx.recv().await {
            let batch = gather(first, &mut rx);
            let rows: Vec<&[u8]> = batch.iter().map(|waiting| &waiting.bytes[..]).collect();
            let insert = sqlx::query("insert into pratique_floor (bytes) select unnest($1::bytea[])").bind(rows);
            if insert.execute(&pool).await.is_err() {
                break;
            }
            answer(batch);
        }
    });
    Ok(())
}
