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
    time::Duration,
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
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_idle_connections_per_host(enter.connections)
        .build()
        .into();
    let bar = setup::bar("messages", files.len() as u64);
    thread::scope(|scope| {
        for _ in 0..enter.connections.max(1) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    send(&agent, enter, file, &faults);
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    setup::talk(&format!("pratique: {} of {} not taken", faults.len(), files.len()));
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

fn send(agent: &ureq::Agent, enter: &Enter, file: &Path, faults: &Mutex<Vec<String>>) {
    let refused = |why: &str| {
        let line = serde_json::json!({"file": file.display().to_string(), "answer": why}).to_string();
        faults.lock().unwrap_or_else(PoisonError::into_inner).push(line);
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
                    200..300 => return,
                    // Busy, too many requests, or a fault of the server: again, later.
                    429 | 500.. => last = body,
                    _ => return refused(&body),
                }
            }
            Err(error) => last = error.to_string(),
        }
        if nth + 1 < TRIES {
            thread::sleep(Duration::from_millis(100 << nth));
        }
    }
    refused(&last);
}
