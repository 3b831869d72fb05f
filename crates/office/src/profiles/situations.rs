//! The situations of a profile's folder: `situations/*.toml`, `situations/charges/*.toml`, `measures/*/situations.toml`.

use std::collections::BTreeMap;

use domain::situation::{MeasureSituation, Situations};
use serde::Deserialize;

use super::{Files, toml_file};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMeasure {
    situation: Vec<MeasureSituation>,
}

/// All of them.
///
/// # Errors
/// Every finding, each with its file.
pub(super) fn read(files: &Files) -> Result<Situations, Vec<String>> {
    let mut findings = Vec::new();
    let situations = Situations {
        general: all(files, "situations/", &mut findings),
        bills: all(files, "situations/charges/", &mut findings),
        measures: of_measures(files, &mut findings),
    };
    if findings.is_empty() { Ok(situations) } else { Err(findings) }
}

/// The files of a folder, those within its folders left out.
fn all<T: for<'de> Deserialize<'de>>(files: &Files, folder: &str, findings: &mut Vec<String>) -> BTreeMap<String, T> {
    let mut read = BTreeMap::new();
    for file in files.keys() {
        let Some(name) = file.strip_prefix(folder).and_then(|name| name.strip_suffix(".toml")) else { continue };
        if name.contains('/') {
            continue;
        }
        if let Some(situation) = toml_file::<T>(files, file, findings) {
            read.insert(name.to_owned(), situation);
        }
    }
    read
}

fn of_measures(files: &Files, findings: &mut Vec<String>) -> BTreeMap<String, Vec<MeasureSituation>> {
    let mut read = BTreeMap::new();
    for file in files.keys() {
        let code = file.strip_prefix("measures/").and_then(|name| name.strip_suffix("/situations.toml"));
        if let Some(code) = code
            && let Some(of) = toml_file::<OfMeasure>(files, file, findings)
        {
            read.insert(code.to_owned(), of.situation);
        }
    }
    read
}
