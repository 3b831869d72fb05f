//! Reading messages: other people's files, dirty workbooks made here, and chance.

use std::{fs, path::PathBuf};

mod json;
mod list_workbook;
mod mail;
mod paxlst;
mod properties;
mod template;
mod uploads;
mod wco;
mod workbook;

use messages::Reading;

/// A file of the corpora; `None`, said clearly, where they are missing outside CI.
fn corpus(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora").join(path);
    let bytes = fs::read(&file).ok();
    if bytes.is_none() {
        #[expect(clippy::disallowed_methods, reason = "a missing corpus fails only where everything must be there")]
        let must = std::env::var("CI").is_ok();
        assert!(!must, "the corpus file {} is missing", file.display());
        eprintln!("SKIPPED: the corpus file {} is missing", file.display());
    }
    bytes
}

/// Reads a message on a day of 2026.
fn read(name: &str, bytes: &[u8]) -> Reading {
    messages::read(name, bytes, jiff::civil::date(2026, 11, 24))
}

/// The document of a formality, `Null` when there is none.
fn document<'a>(reading: &'a Reading, code: &str) -> &'a domain::Value {
    static NOTHING: domain::Value = domain::Value::Null;
    reading.documents.iter().find(|(found, _)| found == code).map_or(&NOTHING, |(_, document)| document)
}

/// Code and place of each fault, after checking that each has its words.
fn faults(reading: &Reading) -> Vec<(String, String)> {
    for fault in &reading.faults {
        let words = [&fault.text, &fault.remedy, &fault.help];
        assert!(words.iter().all(|text| !text.zh.is_empty() && !text.en.is_empty()), "words of {fault:?}");
        assert!(words.iter().all(|text| !text.zh.contains("{0}") && !text.en.contains("{0}")), "words of {fault:?}");
        assert!(fault.code.starts_with("PQ-") || fault.code.bytes().all(|byte| byte.is_ascii_digit()), "{fault:?}");
    }
    reading.faults.iter().map(|fault| (fault.code.clone(), fault.location.clone())).collect()
}

/// True when there is a fault of this code at this place.
fn has(reading: &Reading, code: &str, place: &str) -> bool {
    faults(reading).iter().any(|(found, at)| found == code && at.starts_with(place))
}
