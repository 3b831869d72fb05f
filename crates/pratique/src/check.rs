//! `pratique check`: every fault of a file, without a server.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use domain::{
    Fault, Severity,
    formality::{self, CheckContext, Formality},
};
use serde_json::json;

use crate::setup::Clock;

/// Exit code when errors were found.
const ERRORS: u8 = 3;

/// Checks files; 0 without errors, 3 with errors, 1 when a file cannot be read.
pub fn check(files: &[PathBuf], as_json: bool) -> ExitCode {
    let mut worst = 0;
    for path in files {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("pratique: {}: {error}", path.display());
                worst = worst.max(1);
                continue;
            }
        };
        let name = path.display().to_string();
        let (kind, faults) = read(&name, &bytes);
        if faults.iter().any(Fault::is_error) {
            worst = worst.max(ERRORS);
        }
        if as_json {
            let faults: Vec<_> = faults
                .iter()
                .map(|fault| {
                    json!({
                        "code": fault.code, "severity": fault.severity, "location": fault.location, "text": fault.text,
                        "remedy": fault.remedy, "help": fault.help,
                    })
                })
                .collect();
            say(&json!({"file": name, "type": kind, "faults": faults}).to_string());
        } else {
            tell(&name, &kind, &faults);
        }
    }
    ExitCode::from(worst)
}

fn read(name: &str, bytes: &[u8]) -> (String, Vec<Fault>) {
    let mut reading = messages::read(name, bytes);
    let mut faults = std::mem::take(&mut reading.faults);
    let context = CheckContext { on: Clock::default().now().timestamp() };
    for (code, content) in std::mem::take(&mut reading.documents) {
        if let Some(formality) = Formality::from_code(&code) {
            let found = formality::read(formality, content, &context).1;
            faults.extend(office::placed(found, &code, &reading));
        }
    }
    (reading.kind.as_str().to_owned(), faults)
}

/// A line for standard output. Who reads only the first lines of it (`head`) is not a fault.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn tell(name: &str, kind: &str, faults: &[Fault]) {
    say(&format!("{name}: {kind}, {} faults", faults.len()));
    for fault in faults {
        let severity = match fault.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        say(&format!("  {severity} {} at {}", fault.code, fault.location));
        say(&format!("    {}\n    {}", fault.text.zh, fault.text.en));
        say(&format!("    {}\n    {}", fault.remedy.zh, fault.remedy.en));
    }
}
