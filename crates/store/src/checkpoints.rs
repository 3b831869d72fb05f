//! Copies the write-ahead log into the database beside the writer, so that nobody waits while a full log is copied:
//! little and often is synced sooner.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::StoreError;
use crate::error::of_sqlite as error;

/// How often it is looked whether there is enough to copy.
const EVERY: Duration = Duration::from_millis(50);

/// So many jobs are enough; fewer wait until the writer itself copies a full log.
const ENOUGH: usize = 64;

/// The thread that copies; it ends when this is dropped, and closes its connection before.
pub struct Checkpoints {
    jobs: Arc<AtomicUsize>,
    end: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread. After an error of the disk it sets `stopped`, as the writer does.
    pub fn start(path: &Path, stopped: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let conn = Connection::open(path).map_err(error)?;
        conn.execute_batch("pragma synchronous = full;").map_err(error)?;
        let (jobs, (end, ended)) = (Arc::new(AtomicUsize::new(0)), mpsc::channel());
        let written = jobs.clone();
        let work = move || {
            while ended.recv_timeout(EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                if written.load(Ordering::Relaxed) >= ENOUGH {
                    written.store(0, Ordering::Relaxed);
                    copy(&conn, &stopped);
                }
            }
        };
        let thread = std::thread::Builder::new().name("store-checkpoint".into()).spawn(work);
        let thread = thread.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Checkpoints { jobs, end: Some(end), thread: Some(thread) })
    }

    /// Tells that so many jobs were committed.
    pub fn note(&self, jobs: usize) {
        self.jobs.fetch_add(jobs, Ordering::Relaxed);
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Copies what readers do not hold up. A full disk keeps the log as it is; whoever writes hears of it.
fn copy(conn: &Connection, stopped: &AtomicBool) {
    let copied = conn.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(())).map_err(error);
    if matches!(copied, Err(StoreError::Unavailable(_))) {
        stopped.store(true, Ordering::Release);
    }
}
