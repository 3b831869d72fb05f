//! `pratique check`: every fault of a file, without a server.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use domain::{
    Fault, Severity, Text,
    formality::{self, CheckContext, Formality},
};
use serde_json::json;

use crate::setup::{Clock, say};

/// Exit code when errors were found.
const ERRORS: u8 = 3;

/// Stands for standard input among the files.
const INPUT: &str = "-";

/// Checks files; 0 without errors, 3 with errors. A file that cannot be read is one with a fault: the line is there for each.
pub fn check(files: &[PathBuf], as_json: bool) -> ExitCode {
    let mut worst = 0;
    for path in files {
        let name = path.display().to_string();
        let (kind, faults) = match bytes(path) {
            Ok(bytes) => read(&name, &bytes),
            Err(error) => ("unknown".to_owned(), vec![unreadable(&name, &error)]),
        };
        if faults.iter().any(Fault::is_error) {
            worst = ERRORS;
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

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() != INPUT {
        return fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(name: &str, error: &io::Error) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-FILE-001",
        "",
        Text::new(format!("无法读取文件 {name}:{error}。"), format!("The file {name} cannot be read: {error}.")),
        Text::new("请核对文件名和读取权限。", "Check its name, and that you may read it."),
    )
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
