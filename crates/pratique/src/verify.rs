//! `pratique verify`: evidence checked offline, against a trust list that was fetched before.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use ledger::{TrustList, permit, receipt, status_list::StatusList};

use crate::setup::Clock;

/// What to verify.
#[derive(Subcommand)]
pub enum Verify {
    /// A receipt's file.
    Receipt {
        /// The receipt.
        file: PathBuf,
        /// The port's trust list (`/trust-list`), by default the one in the data folder.
        #[arg(long, default_value = "pratique-data/trust-list.json")]
        trust: PathBuf,
    },
    /// The text of a permit's code, in a file.
    Release {
        /// The code's text.
        file: PathBuf,
        /// The port's trust list.
        #[arg(long, default_value = "pratique-data/trust-list.json")]
        trust: PathBuf,
        /// A signed status list (`/status-list/ORGAN`), if there is one at hand.
        #[arg(long)]
        status: Vec<PathBuf>,
    },
}

/// Verifies; 0 when it stands, 3 when it does not, 1 when a file cannot be read.
pub fn verify(what: &Verify) -> ExitCode {
    let outcome = match what {
        Verify::Receipt { file, trust } => verify_receipt(file, trust),
        Verify::Release { file, trust, status } => verify_release(file, trust, status),
    };
    match outcome {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err((code, why)) => {
            eprintln!("pratique: {why}");
            ExitCode::from(code)
        }
    }
}

fn verify_receipt(file: &Path, trust: &Path) -> Result<String, (u8, String)> {
    let trust = trust_list(trust)?;
    let verified = receipt::verify(&read(file)?, &trust).map_err(|refusal| refused(&refusal))?;
    let statement = &verified.statement;
    let at = domain::Instant(statement.received_at);
    Ok(format!("OK {} {} received {at} by {}", statement.id, statement.what, statement.port))
}

fn verify_release(file: &Path, trust: &Path, status: &[PathBuf]) -> Result<String, (u8, String)> {
    let trust = trust_list(trust)?;
    let now = Clock::default().now().0;
    let mut lists = Vec::new();
    for path in status {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        lists.push(StatusList::verify(text.trim(), &trust, now).map_err(|refusal| refused(&refusal))?);
    }
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    let permit = permit::verify(text.trim(), &trust, &lists, now).map_err(|refusal| refused(&refusal))?;
    let line = format!(
        "{} {} {} IMO {} until {}",
        permit.verdict.code(),
        permit.claims.number,
        permit.claims.ship_name,
        permit.claims.imo_number.as_deref().unwrap_or("-"),
        domain::Instant(permit.claims.sail_before)
    );
    if permit.verdict == permit::Verdict::Valid { Ok(line) } else { Err((3, line)) }
}

fn trust_list(path: &Path) -> Result<TrustList, (u8, String)> {
    let (list, _) = TrustList::verify_unpinned(&read(path)?).map_err(|refusal| refused(&refusal))?;
    Ok(list)
}

fn read(path: &Path) -> Result<Vec<u8>, (u8, String)> {
    fs::read(path).map_err(|error| (1, format!("{}: {error}", path.display())))
}

fn refused(refusal: &ledger::Refusal) -> (u8, String) {
    (3, format!("{} {} / {}", refusal.code, refusal.zh, refusal.en))
}
