//! `pratique bill`: bills reckoned from files of facts, without a server.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use domain::{
    Fault, Severity, Text,
    charge::{Bill, Facts, Tariff, Totals},
};
use serde_json::json;

use crate::setup::{self, Settings, say};

/// Exit code when facts have faults.
const FAULTY: u8 = 3;

/// Stands for standard input among the files.
const INPUT: &str = "-";

/// Reckons a bill for each file; 0 when all could be reckoned, 3 when the facts of one have faults. A file is JSON, or TOML
/// where its name ends so.
///
/// # Errors
/// The profile's findings, when it cannot be loaded.
pub fn bill(settings: &Settings, files: &[PathBuf], as_json: bool) -> Result<ExitCode, String> {
    let profile = setup::profile(settings)?;
    let mut tariff = Tariff::new(&profile);
    let mut worst = 0;
    for path in files {
        let name = path.display().to_string();
        let bill = facts(path).and_then(|facts| tariff.bill(&facts));
        match (&bill, as_json) {
            (Ok(bill), true) => say(&json!({"file": name, "bill": bill}).to_string()),
            (Ok(bill), false) => tell(&name, bill),
            (Err(faults), true) => say(&json!({"file": name, "faults": faults}).to_string()),
            (Err(faults), false) => tell_faults(&name, faults),
        }
        if bill.is_err() {
            worst = FAULTY;
        }
    }
    Ok(ExitCode::from(worst))
}

fn facts(path: &Path) -> Result<Facts, Vec<Fault>> {
    let text = text(path).map_err(|error| unreadable(&path.display().to_string(), &error.to_string()))?;
    let read = match path.extension().is_some_and(|extension| extension == "toml") {
        true => toml::from_str(&text).map_err(|error| error.to_string()),
        false => serde_json::from_str(&text).map_err(|error| error.to_string()),
    };
    read.map_err(|error| unreadable(&path.display().to_string(), &error))
}

fn text(path: &Path) -> io::Result<String> {
    if path.as_os_str() != INPUT {
        return fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

fn unreadable(name: &str, why: &str) -> Vec<Fault> {
    vec![Fault::new(
        Severity::Error,
        "PQ-CHARGE-010",
        "",
        Text::new(format!("无法读取 {name}:{why}"), format!("{name} cannot be read: {why}")),
        Text::new("请对照 docs/charges.md 中的格式修正。", "Mend it after the form in docs/charges.md."),
    )]
}

fn tell(name: &str, bill: &Bill) {
    say(format!("{name}: {} {}", bill.reference, bill.firm).trim_end());
    for line in &bill.lines {
        let sample = if line.sample { " (sample)" } else { "" };
        let days = if line.from == line.to { line.from.to_string() } else { format!("{} to {}", line.from, line.to) };
        say(&format!("  {:>14} {}  {} {}{sample}", line.amount, line.currency, line.name.zh, line.name.en));
        say(&format!("    {days}: {}", line.calculation()));
        let measure = line.measure.as_deref().unwrap_or_default();
        say(format!("    {} {}; {} {}", line.reason.zh, line.reason.en, line.law, measure).trim_end());
        say(&format!(
            "    {} row {}, {}",
            line.rule.table,
            line.rule.row,
            line.rule.hash.get(..12).unwrap_or_default()
        ));
    }
    for of in &bill.settlements {
        let kind = serde_json::to_value(of.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default().replace('_', " ");
        say(&format!("  {:>14} {}  {kind}: {} {}", of.amount, of.currency, of.name.zh, of.name.en));
    }
    for (currency, totals) in &bill.totals {
        let Totals { listed, relief, due, paid, balance, .. } = totals;
        say(&format!("  {currency}: listed {listed}, relief {relief}, due {due}, paid {paid}, balance {balance}"));
    }
    for item in &bill.unpriced {
        say(&format!("  item {item}: the price list asks nothing for it on that day"));
    }
}

fn tell_faults(name: &str, faults: &[Fault]) {
    say(&format!("{name}: {} fault{}", faults.len(), if faults.len() == 1 { "" } else { "s" }));
    for fault in faults {
        say(&format!("  error {} at {}", fault.code, fault.location));
        say(&format!("    {}\n    {}", fault.text.zh, fault.text.en));
        say(&format!("    {}\n    {}", fault.remedy.zh, fault.remedy.en));
    }
}
