//! `pratique submit`: a file to a call of a running server.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;

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

/// Sends; 0 when something was filed, 3 when the server found errors, 1 when it could not be reached.
pub fn submit(submit: &Submit) -> ExitCode {
    let bytes = match fs::read(&submit.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("pratique: {}: {error}", submit.file.display());
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
            let status = response.status().as_u16();
            println!("{}", response.body_mut().read_to_string().unwrap_or_default());
            match status {
                200..300 => ExitCode::SUCCESS,
                400..500 => ExitCode::from(3),
                _ => ExitCode::FAILURE,
            }
        }
        Err(error) => {
            eprintln!("pratique: {}: {error}; try again with --idempotency-key {key}", submit.to);
            ExitCode::FAILURE
        }
    }
}

/// The file itself is the key, unless another is given: sending the same file twice files it once.
fn digest(bytes: &[u8]) -> String {
    ledger::tree::leaf_hash(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
