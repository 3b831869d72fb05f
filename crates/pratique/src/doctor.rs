//! `pratique doctor`: is everything there that is needed?

use std::{net::TcpListener, process::ExitCode};

use office::Drift;
use serde_json::json;

use crate::setup::{self, Clock, Settings};

/// So many clocks that were set aside are named.
const NAMED: usize = 20;

struct Finding {
    what: &'static str,
    ok: bool,
    words: String,
}

/// Looks; 0 when all is well, 1 otherwise.
pub fn doctor(settings: &Settings, full: bool, as_json: bool) -> ExitCode {
    let mut findings = vec![profile(settings), port()];
    findings.extend(store(settings, full));
    let well = findings.iter().all(|finding| finding.ok);
    if as_json {
        let list: Vec<_> = findings
            .iter()
            .map(|finding| json!({"what": finding.what, "ok": finding.ok, "words": finding.words}))
            .collect();
        setup::say(&json!({"ok": well, "findings": list}).to_string());
    } else {
        for finding in &findings {
            setup::say(&format!("{} {}: {}", if finding.ok { "OK  " } else { "FAIL" }, finding.what, finding.words));
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn profile(settings: &Settings) -> Finding {
    match setup::profile(settings) {
        Ok(profile) => Finding {
            what: "profile",
            ok: true,
            words: format!(
                "{} with {} tables, {} berths",
                profile.port.name.en,
                profile.tables.len(),
                profile.berths.len()
            ),
        },
        Err(why) => Finding { what: "profile", ok: false, words: why },
    }
}

fn port() -> Finding {
    match TcpListener::bind("127.0.0.1:8080") {
        Ok(_) => Finding { what: "port", ok: true, words: "127.0.0.1:8080 is free".to_owned() },
        Err(error) => Finding { what: "port", ok: true, words: format!("127.0.0.1:8080: {error}; use --listen") },
    }
}

fn store(settings: &Settings, full: bool) -> Vec<Finding> {
    let opened = setup::run(async {
        let office = setup::open(settings, &Clock::default()).await?;
        let checkpoint = office.checkpoint().await.map_err(|error| format!("{error:?}"))?;
        let aside = aside(&office).await.map_err(|error| setup::words(&error))?;
        let failed = failed(&office).await.map_err(|error| setup::words(&error))?;
        let tables = tables(&office).await.map_err(|error| setup::words(&error))?;
        let audit = if full { Some(audit(&office).await.map_err(|error| setup::words(&error))?) } else { None };
        office.store.close().await;
        Ok((checkpoint, [aside, failed, tables], audit))
    });
    match opened {
        Ok((checkpoint, aside, audit)) => [Finding {
            what: "store",
            ok: true,
            words: match checkpoint {
                Some(note) => format!("{}, log of {} leaves", settings.place(), note.lines().nth(1).unwrap_or("?")),
                None => format!("{}, no checkpoint yet", settings.place()),
            },
        }]
        .into_iter()
        .chain(aside)
        .chain(audit)
        .collect(),
        Err(why) => vec![Finding { what: "store", ok: false, words: why }],
    }
}

/// Clocks that could not be fired, by name: a limit that passes unseen is what nobody may overlook.
async fn aside(office: &office::Office) -> Result<Finding, office::Error> {
    let clocks = office.clocks_aside().await?;
    let ok = clocks.is_empty();
    let named = clocks.iter().take(NAMED).map(|(number, clock, due)| {
        let due = due.in_zone(&office.profile.zone);
        format!("{number} {clock} due {due}")
    });
    let words = match clocks.len() {
        0 => "no clock is set aside".to_owned(),
        count => {
            let named = named.collect::<Vec<_>>().join("; ");
            format!("{count} clocks failed three times and are tried each hour: {named}")
        }
    };
    Ok(Finding { what: "set aside", ok, words })
}

/// Other work that failed three times, such as letters: what it was and why.
async fn failed(office: &office::Office) -> Result<Finding, office::Error> {
    let mut poison = office.store.poison(1000).await?;
    poison.retain(|of| !of.source.starts_with("clock "));
    let named = poison.iter().take(NAMED).map(|of| format!("{}: {}", of.source, of.reason));
    let words = match poison.len() {
        0 => "nothing else is set aside".to_owned(),
        count => format!("{count} failed three times: {}", named.collect::<Vec<_>>().join("; ")),
    };
    Ok(Finding { what: "failed", ok: poison.is_empty(), words })
}

/// Published versions of tables: whether they are what was approved, and rest on what the folder has.
async fn tables(office: &office::Office) -> Result<Finding, office::Error> {
    let drift = office.drift_of_tables().await?;
    let said = drift.iter().map(|of| match of {
        Drift::Folder(table) => {
            format!("{table}: the folder was changed after a version had been published; the published version counts")
        }
        Drift::Gone(table) => format!("{table}: published, and the folder has no such table any more"),
        Drift::Content(version) => format!("{version}: the content is not the one that was approved"),
    });
    let words = match drift.len() {
        0 => "what was published rests on the profile's folder".to_owned(),
        _ => said.collect::<Vec<_>>().join("; "),
    };
    Ok(Finding { what: "tables", ok: drift.is_empty(), words })
}

/// The whole log, recomputed from the entries and compared with its tiles and its checkpoint.
async fn audit(office: &office::Office) -> Result<Finding, office::Error> {
    // What waits for its place is no fault.
    office.sequence().await?;
    let leaves = office.store.head().await?.map_or(0, |head| head.size);
    // Each leaf is gone through in the tree, and once more with its receipt.
    let bar = setup::bar("log", leaves * 2);
    let audit = office.store.audit(&|further| bar.inc(further)).await;
    bar.finish_and_clear();
    let audit = audit?;
    let ok = audit.findings.is_empty();
    let words = match audit.findings.len() {
        0 => format!("{} leaves and {} receipts recomputed", audit.leaves, audit.receipts),
        count => {
            let named: Vec<_> = audit.findings.into_iter().take(NAMED).collect();
            format!("{count} findings: {}", named.join("; "))
        }
    };
    Ok(Finding { what: "audit", ok, words })
}
