//! `pratique doctor`: is everything there that is needed?

use std::{net::TcpListener, process::ExitCode};

use serde_json::json;

use crate::setup::{self, Clock, Settings};

struct Finding {
    what: &'static str,
    ok: bool,
    words: String,
}

/// Looks; 0 when all is well, 1 otherwise.
pub fn doctor(settings: &Settings, as_json: bool) -> ExitCode {
    let mut findings = vec![profile(settings), port()];
    findings.extend(store(settings));
    let well = findings.iter().all(|finding| finding.ok);
    if as_json {
        let list: Vec<_> = findings
            .iter()
            .map(|finding| json!({"what": finding.what, "ok": finding.ok, "words": finding.words}))
            .collect();
        println!("{}", json!({"ok": well, "findings": list}));
    } else {
        for finding in &findings {
            println!("{} {}: {}", if finding.ok { "OK  " } else { "FAIL" }, finding.what, finding.words);
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

/// The store's address without the password in it.
fn place(settings: &Settings) -> String {
    let url = settings.url();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url,
    }
}

fn store(settings: &Settings) -> Vec<Finding> {
    let opened = setup::run(async {
        let office = setup::open(settings, &Clock::default()).await?;
        let checkpoint = office.checkpoint().await.map_err(|error| format!("{error:?}"))?;
        let stats = office.store.stats().await.map_err(|error| error.to_string())?;
        let aside = stats.iter().find(|(name, _)| *name == "poison").map_or(0, |(_, count)| *count);
        office.store.close().await;
        Ok((checkpoint, aside))
    });
    match opened {
        Ok((checkpoint, aside)) => vec![
            Finding {
                what: "store",
                ok: true,
                words: match checkpoint {
                    Some(note) => format!("{}, log of {} leaves", place(settings), note.lines().nth(1).unwrap_or("?")),
                    None => format!("{}, no checkpoint yet", place(settings)),
                },
            },
            Finding { what: "set aside", ok: aside == 0, words: format!("{aside} messages that failed three times") },
        ],
        Err(why) => vec![Finding { what: "store", ok: false, words: why }],
    }
}
