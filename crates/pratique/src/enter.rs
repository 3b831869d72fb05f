//! `pratique enter`: many declarations at once, as after an outage in which they were written down elsewhere. What was taken before
//! is answered with its first receipt, so that the same folder can be sent again until nothing is missing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{setup, submit::digest};

/// What to send, and where.
#[derive(Args)]
pub struct Enter {
    /// A folder of WCO XML messages, a file each; sent by their names.
    folder: PathBuf,
    /// The address, `https://…/api/v1/declarations`.
    #[arg(long)]
    to: String,
    /// The API key.
    #[arg(long, env = "PRATIQUE_KEY")]
    key: String,
    /// How many are under way at once.
    #[arg(long, default_value_t = 32)]
    connections: usize,
}

/// Exit code when something was not taken.
const NOT_TAKEN: u8 = 3;
/// So often a message is sent when the server is busy or cannot be reached.
const TRIES: u32 = 6;
/// Width of the bar.
const BAR: usize = 40;

/// What becomes of the messages.
#[derive(Default)]
struct Tally {
    taken: AtomicUsize,
    refused: AtomicUsize,
    /// Which were not taken, and why, as they are printed at the end.
    faults: Mutex<Vec<String>>,
}

/// Sends every message of the folder. 0 when all were taken; 3 when some were refused, each printed with the server's answer; 1
/// when the folder cannot be read.
pub fn enter(enter: &Enter) -> ExitCode {
    let files = match messages(&enter.folder) {
        Ok(files) => files,
        Err(error) => {
            setup::talk(&format!("pratique: {}: {error}", enter.folder.display()));
            return ExitCode::FAILURE;
        }
    };
    let (next, tally, begun) = (AtomicUsize::new(0), Tally::default(), Instant::now());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_idle_connections_per_host(enter.connections)
        .build()
        .into();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..enter.connections.max(1))
            .map(|_| {
                scope.spawn(|| {
                    while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        send(&agent, enter, file, &tally);
                    }
                })
            })
            .collect();
        while senders.iter().any(|sender| !sender.is_finished()) {
            thread::sleep(Duration::from_millis(200));
            bar(&tally, files.len(), begun);
        }
    });
    bar(&tally, files.len(), begun);
    setup::talk("");
    let faults = tally.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    faults.iter().for_each(|fault| setup::say(fault));
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_TAKEN) }
}

fn messages(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn send(agent: &ureq::Agent, enter: &Enter, file: &Path, tally: &Tally) {
    let refused = |why: &str| {
        tally.refused.fetch_add(1, Ordering::Relaxed);
        let line = serde_json::json!({"file": file.display().to_string(), "answer": why}).to_string();
        tally.faults.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    };
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return refused(&error.to_string()),
    };
    let mut last = String::new();
    for nth in 0..TRIES {
        let sent = agent
            .post(enter.to.trim_end_matches('/'))
            .header("Authorization", &format!("Bearer {}", enter.key))
            .header("Idempotency-Key", &digest(&bytes))
            .header("Content-Type", "application/xml")
            .send(&bytes[..]);
        match sent {
            Ok(mut response) => {
                let (status, body) =
                    (response.status().as_u16(), response.body_mut().read_to_string().unwrap_or_default());
                match status {
                    200..300 => {
                        tally.taken.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    // Busy, too many requests, or a fault of the server: again, later.
                    429 | 500.. => last = body,
                    _ => return refused(&body),
                }
            }
            Err(error) => last = error.to_string(),
        }
        thread::sleep(Duration::from_millis(100 << nth));
    }
    refused(&last);
}

/// The bar, written over itself.
fn bar(tally: &Tally, all: usize, begun: Instant) {
    let (taken, refused) = (tally.taken.load(Ordering::Relaxed), tally.refused.load(Ordering::Relaxed));
    let done = taken + refused;
    let share = (done * BAR).checked_div(all).unwrap_or(BAR);
    let rate = done as f64 / begun.elapsed().as_secs_f64().max(0.001);
    setup::talk_over(&format!(
        "[{}{}] {done} of {all}, {refused} not taken, {rate:.0}/s",
        "#".repeat(share),
        ".".repeat(BAR - share)
    ));
}
