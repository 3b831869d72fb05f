//! `pratique check`: every fault of a file, without a server.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use domain::{Fault, Severity, Text, Value, declaration::model::Document, formality::Formality, profile::Profile};
use office::Submission;
use serde_json::json;

use crate::setup::{self, Clock, Settings, say};

/// Exit code when errors were found.
const ERRORS: u8 = 3;

/// Stands for standard input among the files.
const INPUT: &str = "-";

/// What is told of one file.
#[derive(Default)]
struct Told {
    kind: String,
    /// Each document that was read, with the number of its rows; none for a form without lists.
    read: Vec<(Formality, Option<usize>)>,
    /// What there is of customs: a declaration with its items, notices, a movement.
    goods: Option<Goods>,
    /// Sheets of which nothing was read.
    unread: Vec<String>,
    faults: Vec<Fault>,
}

/// What a document of customs holds.
struct Goods {
    root: &'static str,
    /// The items of its declaration.
    items: Option<usize>,
    notices: usize,
}

impl Goods {
    fn of(document: &Document) -> Goods {
        let items = document.declaration().map(|declaration| {
            let shipment = declaration.goods_shipment.as_ref();
            shipment.map_or(0, |shipment| shipment.government_agency_goods_items.len())
        });
        Goods { root: document.root(), items, notices: document.responses().len() }
    }
}

/// Checks files by the rules by which they are filed; 0 without errors, 3 with errors. A file that cannot be read is one with
/// a fault: the line is there for each.
///
/// # Errors
/// The profile's findings, when it cannot be loaded.
pub fn check(settings: &Settings, files: &[PathBuf], as_json: bool) -> Result<ExitCode, String> {
    let profile = setup::profile(settings)?;
    let mut worst = 0;
    for path in files {
        let name = path.display().to_string();
        let told = match bytes(path) {
            Ok(bytes) => read(&profile, &name, &bytes),
            Err(error) => {
                Told { kind: "unknown".to_owned(), faults: vec![unreadable(&name, &error)], ..Told::default() }
            }
        };
        if told.faults.iter().any(Fault::is_error) {
            worst = ERRORS;
        }
        if as_json { tell_programs(&name, &told) } else { tell(&name, &told) }
    }
    Ok(ExitCode::from(worst))
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
    let zh = match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是文件夹".to_owned(),
        _ => error.to_string(),
    };
    Fault::new(
        Severity::Error,
        "PQ-FILE-001",
        "",
        Text::new(format!("无法读取文件 {name}：{zh}。"), format!("The file {name} cannot be read: {error}.")),
        Text::new("请核对文件名和读取权限。", "Check its name, and that you may read it."),
    )
}

fn read(profile: &Profile, name: &str, bytes: &[u8]) -> Told {
    let now = Clock::default().now();
    let mut reading = messages::read(name, bytes, now.date(&profile.zone));
    let mut told = Told {
        kind: reading.kind.as_str().to_owned(),
        unread: std::mem::take(&mut reading.unread),
        faults: std::mem::take(&mut reading.faults),
        goods: reading.wco.as_ref().and_then(|message| message.content.as_ref()).map(Goods::of),
        ..Told::default()
    };
    // What one document of the file says of the call is known to the next one, as when they are filed in this order.
    let mut known = BTreeMap::new();
    for (code, content) in std::mem::take(&mut reading.documents) {
        let Some(formality) = Formality::from_code(&code) else { continue };
        told.read.push((formality, rows(&content)));
        let checked = office::check(profile, now, &Submission { formality, content, original: None }, known.clone());
        told.faults.extend(office::placed(checked.faults, &code, &reading));
        if let Value::Map(facts) = (formality.spec().facts)(&checked.content) {
            known.extend(facts);
        }
    }
    told
}

/// Number of rows of a document's longest list.
fn rows(content: &Value) -> Option<usize> {
    let Value::Map(members) = content else { return None };
    let lists = members.values().filter(|member| matches!(member, Value::List(_)));
    lists.map(|list| list.list().len()).max()
}

fn tell_programs(name: &str, told: &Told) {
    let faults: Vec<_> = told
        .faults
        .iter()
        .map(|fault| {
            json!({
                "code": fault.code, "severity": fault.severity, "location": fault.location, "text": fault.text,
                "remedy": fault.remedy, "help": fault.help,
            })
        })
        .collect();
    let read: Vec<_> =
        told.read.iter().map(|(formality, rows)| json!({"formality": formality.code(), "rows": rows})).collect();
    let goods =
        told.goods.as_ref().map(|goods| json!({"root": goods.root, "items": goods.items, "notices": goods.notices}));
    let object =
        json!({"file": name, "type": told.kind, "read": read, "goods": goods, "unread": told.unread, "faults": faults});
    say(&object.to_string());
}

fn tell(name: &str, told: &Told) {
    let count = told.faults.len();
    say(&format!("{name}: {}, {count} fault{}", told.kind, if count == 1 { "" } else { "s" }));
    for (formality, rows) in &told.read {
        match rows {
            Some(rows) => say(&format!("  read {}, {rows} row{}", formality.code(), if *rows == 1 { "" } else { "s" })),
            None => say(&format!("  read {}", formality.code())),
        }
    }
    match &told.goods {
        Some(Goods { root, items: Some(items), .. }) => {
            say(&format!("  read {root}: a declaration, {items} item{}", if *items == 1 { "" } else { "s" }));
        }
        Some(Goods { root, notices, .. }) if *notices > 0 => say(&format!("  read {root}: notices: {notices}")),
        Some(Goods { root, .. }) => say(&format!("  read {root}")),
        None => {}
    }
    if told.read.is_empty() && told.goods.is_none() {
        say("  read nothing that can be filed");
    }
    for sheet in &told.unread {
        say(&format!("  not read: sheet \"{sheet}\", which has no headings of a list"));
    }
    for fault in &told.faults {
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
