//! Long work: hashing a password, reading a workbook of thousands of rows.

use std::future::Future;

use tokio::{runtime::Handle, sync::Semaphore, task::block_in_place};

/// So much long work is done at a time; more waits, and requests that are quick pass it.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Does work that keeps a processor for long beside the threads that serve requests. The server's runtime has several
/// threads; on one with a single thread this panics.
pub async fn aside<T>(work: impl Future<Output = T> + Send) -> T {
    // The semaphore is never closed; without a turn the work would still be done.
    let _turn = TURNS.acquire().await;
    block_in_place(|| Handle::current().block_on(work))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn others_go_on_while_long_work_is_done() {
        let (told, hears) = std::sync::mpsc::channel();
        let long = tokio::spawn(aside(async move { hears.recv_timeout(Duration::from_secs(20)) }));
        tokio::spawn(async move { told.send("passed by") });
        assert_eq!(long.await.expect("done"), Ok("passed by"));
    }
}
