//! `pratique verify`: evidence checked offline, against a trust list that was fetched before.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use domain::Instant;
use ledger::{
    TrustList, checkpoint, grant, permit, person_permit, receipt,
    status_list::StatusList,
    tiles::{self, Tile},
    tree,
};
use serde_json::{Value, json};

use crate::setup::{self, Clock};

/// Exit code for evidence that does not stand.
const REFUSED: u8 = 3;

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
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Two checkpoints: that the later log only adds to the earlier one. Needs the log's tiles.
    Log(Log),
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
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// What to compare.
#[derive(clap::Args)]
pub struct Log {
    /// A checkpoint that was kept (`/log/checkpoint`).
    old: PathBuf,
    /// A later one.
    new: PathBuf,
    /// Where the log's tiles are: `https://HOST/log`, or a folder with a copy of them.
    #[arg(long)]
    tiles: String,
    /// The port's trust list.
    #[arg(long, default_value = "pratique-data/trust-list.json")]
    trust: PathBuf,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What came of it: exit code, a line for people, and an object for programs.
struct Outcome {
    code: u8,
    line: String,
    object: Value,
}

/// Verifies; 0 when it stands, 3 when it does not, 1 when a file cannot be read.
pub fn verify(what: &Verify) -> ExitCode {
    let (outcome, as_json) = match what {
        Verify::Receipt { file, trust, json } => (verify_receipt(file, trust), *json),
        Verify::Log(log) => (verify_log(log), log.json),
        Verify::Release { file, trust, status, json } => (verify_release(file, trust, status), *json),
    };
    let Outcome { code, line, object } = outcome.unwrap_or_else(|failed| failed);
    if as_json {
        setup::say(&object.to_string());
    } else if code == 0 {
        setup::say(&line);
    } else {
        setup::talk(&format!("pratique: {line}"));
    }
    ExitCode::from(code)
}

fn verify_receipt(file: &Path, trust: &Path) -> Result<Outcome, Outcome> {
    let trust = trust_list(trust)?;
    let verified = receipt::verify(&read(file)?, &trust).map_err(|refusal| refused(&refusal))?;
    let statement = &verified.statement;
    let at = Instant(statement.received_at);
    let line = format!("OK {} {} received {at} by {}", statement.id, statement.what, statement.port);
    let object = json!({
        "ok": true, "verdict": "valid", "id": statement.id, "what": statement.what, "received": at.to_string(),
        "port": statement.port, "key": verified.key.kid.to_string(),
    });
    Ok(Outcome { code: 0, line, object })
}

fn verify_release(file: &Path, trust: &Path, status: &[PathBuf]) -> Result<Outcome, Outcome> {
    let trust = trust_list(trust)?;
    let now = Clock::default().now().0;
    let mut lists = Vec::new();
    for path in status {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        lists.push(StatusList::verify(text.trim(), &trust, now).map_err(|refusal| refused(&refusal))?);
    }
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    if text.trim().starts_with(person_permit::PREFIX) {
        return verify_person(text.trim(), &trust, &lists, now);
    }
    if text.trim().starts_with(grant::PREFIX) {
        return verify_grant(text.trim(), &trust, &lists, now);
    }
    let permit = permit::verify(text.trim(), &trust, &lists, now).map_err(|refusal| refused(&refusal))?;
    let (claims, verdict) = (&permit.claims, permit.verdict.code());
    let until = Instant(claims.sail_before);
    let imo = claims.imo_number.as_deref().unwrap_or("-");
    let line = format!("{verdict} {} {} IMO {imo} until {until}", claims.number, claims.ship_name);
    let ok = permit.verdict == permit::Verdict::Valid;
    let object = json!({
        "ok": ok, "verdict": verdict, "number": claims.number, "kind": claims.kind, "ship": claims.ship_name,
        "imo": claims.imo_number, "issuer": claims.issuer, "sail_before": until.to_string(),
        "key": permit.key.kid.to_string(), "status_age_seconds": permit.status_age.map(|age| age / 1_000_000),
    });
    Ok(Outcome { code: if ok { 0 } else { REFUSED }, line, object })
}

/// What was granted under a measure.
fn verify_grant(text: &str, trust: &TrustList, lists: &[StatusList], now: i64) -> Result<Outcome, Outcome> {
    let granted = grant::verify(text, trust, lists, now).map_err(|refusal| refused(&refusal))?;
    let (claims, verdict) = (&granted.claims, granted.verdict.code());
    let until = claims.expires_at.map(|end| Instant(end).to_string());
    let line = format!(
        "{verdict} {} {} {} until {}",
        claims.number,
        claims.measure,
        claims.firm,
        until.as_deref().unwrap_or("-")
    );
    let ok = granted.verdict == permit::Verdict::Valid;
    let object = json!({
        "ok": ok, "verdict": verdict, "number": claims.number, "kind": grant::KIND, "measure": claims.measure,
        "firm": claims.firm, "about": claims.about, "issuer": claims.issuer, "row": claims.row, "law": claims.law,
        "until": until, "key": granted.key.kid.to_string(),
        "status_age_seconds": granted.status_age.map(|age| age / 1_000_000),
    });
    Ok(Outcome { code: if ok { 0 } else { REFUSED }, line, object })
}

/// A permit of a person. Whose document it is, only who stands before her can say.
fn verify_person(text: &str, trust: &TrustList, lists: &[StatusList], now: i64) -> Result<Outcome, Outcome> {
    let permit = person_permit::verify(text, trust, lists, now).map_err(|refusal| refused(&refusal))?;
    let (claims, verdict) = (&permit.claims, permit.verdict.code());
    let until = Instant(claims.expires_at);
    let line =
        format!("{verdict} {} {} {} for {} until {until}", claims.number, claims.kind, claims.holder, claims.place);
    let ok = permit.verdict == permit::Verdict::Valid;
    let object = json!({
        "ok": ok, "verdict": verdict, "number": claims.number, "kind": claims.kind, "holder": claims.holder,
        "place": claims.place, "issuer": claims.issuer, "until": until.to_string(), "single_use": claims.single_use,
        "holder_bound": claims.holder_bound, "key": permit.key.kid.to_string(),
        "status_age_seconds": permit.status_age.map(|age| age / 1_000_000),
    });
    Ok(Outcome { code: if ok { 0 } else { REFUSED }, line, object })
}

fn verify_log(log: &Log) -> Result<Outcome, Outcome> {
    let trust = trust_list(&log.trust)?;
    let head = |path: &Path| {
        let note = String::from_utf8_lossy(&read(path)?).into_owned();
        checkpoint::verify(&note, &trust).map(|found| found.checkpoint).map_err(|refusal| refused(&refusal))
    };
    let (old, new) = (head(&log.old)?, head(&log.new)?);
    let mut missing = None;
    let mut tile = |level, number| {
        let path = Tile::in_tree(level, number, new.size)?.path();
        fetch(&log.tiles, &path).map_err(|why| missing.get_or_insert(why).clone()).ok()
    };
    let proof = tree::consistency_proof(old.size, new.size, &mut |level, index| tiles::node(level, index, &mut tile));
    if let Some(why) = missing {
        return Err(unread(&why));
    }
    // The empty tree is extended by any, and has no proof.
    checkpoint::extends(&old, &new, &proof.unwrap_or_default()).map_err(|refusal| refused(&refusal))?;
    let line = format!("OK {}: the log of {} leaves extends that of {}", new.origin, new.size, old.size);
    let object = json!({"ok": true, "verdict": "valid", "origin": new.origin, "old_size": old.size, "size": new.size});
    Ok(Outcome { code: 0, line, object })
}

/// A file of the log, by HTTP or from a folder.
fn fetch(from: &str, path: &str) -> Result<Vec<u8>, String> {
    let whole = format!("{}/{path}", from.trim_end_matches('/'));
    if !from.starts_with("http://") && !from.starts_with("https://") {
        return fs::read(&whole).map_err(|error| format!("{whole}: {error}"));
    }
    let answer = ureq::get(&whole).call().and_then(|mut answer| answer.body_mut().read_to_vec());
    answer.map_err(|error| format!("{whole}: {error}"))
}

fn trust_list(path: &Path) -> Result<TrustList, Outcome> {
    let (list, _) = TrustList::verify_unpinned(&read(path)?).map_err(|refusal| refused(&refusal))?;
    Ok(list)
}

fn read(path: &Path) -> Result<Vec<u8>, Outcome> {
    fs::read(path).map_err(|error| unread(&format!("{}: {error}", path.display())))
}

fn unread(why: &str) -> Outcome {
    let object = json!({"ok": false, "verdict": "unread", "text": {"zh": why, "en": why}});
    Outcome { code: 1, line: why.to_owned(), object }
}

fn refused(refusal: &ledger::Refusal) -> Outcome {
    let line = format!("{} {} / {}", refusal.code, refusal.zh, refusal.en);
    let text = json!({"zh": refusal.zh, "en": refusal.en});
    let object = json!({"ok": false, "verdict": "refused", "code": refusal.code, "text": text});
    Outcome { code: REFUSED, line, object }
}
