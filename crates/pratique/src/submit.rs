//! `pratique submit`: a file to a call of a running server.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::Value;

use crate::setup;

/// What to send, and where.
#[derive(Args)]
pub struct Submit {
    /// Workbook, PAXLST interchange or JSON.
    file: PathBuf,
    /// The call's address, `https://…/api/v1/calls/NUMBER`.
    #[arg(long)]
    to: String,
    /// The API key.
    #[arg(long, env = "PRATIQUE_KEY")]
    key: String,
    /// Idempotency key; a retry with the same key is answered with the same receipt.
    #[arg(long)]
    idempotency_key: Option<String>,
}

/// Exit code when something of the file was not filed.
const NOT_FILED: u8 = 3;

/// Sends the file and prints the answer. 0 when everything in it was filed; 3 when the server found errors in it, so that some
/// or all of it is a draft or nothing at all; 1 when it could not be sent: no server, a key or call that is not known, too
/// many requests, a fault of the server.
pub fn submit(submit: &Submit) -> ExitCode {
    let bytes = match fs::read(&submit.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            setup::talk(&format!("pratique: {}: {error}", submit.file.display()));
            return ExitCode::FAILURE;
        }
    };
    let name = submit.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let key = submit.idempotency_key.clone().unwrap_or_else(|| digest(&bytes));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = agent
        .post(&format!("{}/upload", submit.to.trim_end_matches('/')))
        .header("Authorization", &format!("Bearer {}", submit.key))
        .header("Idempotency-Key", &key)
        .header("X-File-Name", &name)
        .send(&bytes[..]);
    match sent {
        Ok(mut response) => {
            let body = response.body_mut().read_to_string().unwrap_or_default();
            setup::say(&body);
            outcome(response.status().as_u16(), &body)
        }
        Err(error) => {
            setup::talk(&format!("pratique: {}: {error}; try again with --idempotency-key {key}", submit.to));
            ExitCode::FAILURE
        }
    }
}

/// The exit code of an answer.
fn outcome(status: u16, body: &str) -> ExitCode {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
    let drafted = list("drafted").len();
    let refused = list("faults").iter().filter(|fault| fault["severity"] == "error").count();
    match status {
        200..300 if drafted + refused == 0 => ExitCode::SUCCESS,
        // Too large, or nothing in it can be filed.
        200..300 | 413 | 422 => {
            let filed = list("filed").len();
            setup::talk(&format!("pratique: {filed} filed, {drafted} kept as drafts, {refused} errors"));
            ExitCode::from(NOT_FILED)
        }
        _ => ExitCode::FAILURE,
    }
}

/// The file itself is the key, unless another is given: sending the same file twice files it once.
pub fn digest(bytes: &[u8]) -> String {
    ledger::tree::leaf_hash(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
