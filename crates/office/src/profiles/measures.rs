//! The register of measures as a profile's folder `measures/` holds it: what all share, and one folder each.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    law::Law,
    measure::{Fact, Measure, Named, Part, Register, TABLE_PREFIX, assemble},
};
use rules::Table;
use serde::Deserialize;

use super::{Files, toml_file};

/// What all measures share.
const SHARED: &str = "measures/register.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    headings: Vec<Named>,
    wants: Vec<Named>,
    events: Vec<Named>,
    facts: Vec<Fact>,
}

/// What a folder brings besides its measure: facts that only its table asks for, and laws that only it cites.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Own {
    facts: Vec<Fact>,
    laws: Vec<Law>,
}

/// Laws that the folders of measures bring.
pub(super) fn own_laws(files: &Files, findings: &mut Vec<String>) -> Vec<Law> {
    folders(files).iter().flat_map(|folder| own(files, folder, findings).laws).collect()
}

/// The register; empty for a profile without measures.
pub(super) fn register(
    files: &Files,
    tables: &BTreeMap<String, Table>,
    organs: &[&str],
    laws: &[Law],
    findings: &mut Vec<String>,
) -> Register {
    let folders = folders(files);
    if folders.is_empty() && !files.contains_key(SHARED) {
        return Register::default();
    }
    let Some(shared) = toml_file::<Shared>(files, SHARED, findings) else { return Register::default() };
    let Shared { headings, wants, events, mut facts } = shared;
    let mut parts = Vec::new();
    for folder in folders {
        // A fault of this file was told when its laws were read.
        facts.extend(own(files, &folder, &mut Vec::new()).facts);
        let measure = toml_file::<Measure>(files, &format!("measures/{folder}/measure.toml"), findings);
        let table = tables.get(&format!("{TABLE_PREFIX}{folder}")).cloned();
        if table.is_none() {
            findings.push(format!("measures/{folder}/eligibility.table.md: there is no table {TABLE_PREFIX}{folder}"));
        }
        if let (Some(measure), Some(table)) = (measure, table) {
            parts.push(Part { folder, measure, table });
        }
    }
    let register = Register { headings, wants, events, facts, measures: Vec::new() };
    assemble(register, parts, organs, laws).unwrap_or_else(|found| {
        findings.extend(found);
        Register::default()
    })
}

fn own(files: &Files, folder: &str, findings: &mut Vec<String>) -> Own {
    let name = format!("measures/{folder}/own.toml");
    if !files.contains_key(&name) {
        return Own::default();
    }
    toml_file(files, &name, findings).unwrap_or_default()
}

/// The folders beside `register.toml`.
fn folders(files: &Files) -> BTreeSet<String> {
    let within = files.keys().filter_map(|name| name.strip_prefix("measures/")?.split_once('/'));
    within.map(|(folder, _)| folder.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{embedded, read};

    /// The sample port with a file of a measure changed.
    fn changed(name: &str, from: &str, to: &str) -> Vec<String> {
        let mut files = embedded();
        let text = files.get_mut(name).expect("the file");
        assert!(text.contains(from), "{from} stands in {name}");
        *text = text.replacen(from, to, 1);
        read(&files).expect_err("a finding")
    }

    fn told(findings: &[String], parts: &[&str]) -> bool {
        findings.iter().any(|finding| parts.iter().all(|part| finding.contains(part)))
    }

    #[test]
    fn the_twenty_measures_stand_under_their_headings() {
        let profile = read(&embedded()).expect("the sample profile");
        assert_eq!(profile.register.measures.len(), 20);
        for heading in &profile.register.headings {
            assert!(profile.register.measures.iter().any(|measure| measure.heading == heading.code), "{heading:?}");
        }
    }

    #[test]
    fn a_faulty_table_is_refused_with_row_and_column() {
        let table = "measures/02-green-lane/eligibility.table.md";
        let text = embedded().remove(table).expect("the table");
        let other = text.lines().find(|line| line.starts_with("| other-goods |")).expect("the row").to_owned();
        let gap = changed(table, &format!("{other}\n"), "");
        assert!(told(&gap, &[table, "PQ-RULES-GAP", "column goods"]), "{gap:?}");
        let overlap = changed(table, "\"food\", \"raw\", \"other\" | \"no\"", "- | \"no\"");
        assert!(told(&overlap, &[table, "PQ-RULES-OVERLAP", "row other-goods", "column goods"]), "{overlap:?}");
        let undated = changed(table, &other, &other.replace("2020-01-28", ""));
        assert!(told(&undated, &[table, "row: Some(\"other-goods\")", "column: Some(\"from\")"]), "{undated:?}");
        let lawless = changed(
            table,
            &other,
            &other.replace("大连口岸办通报 Bulletin of the port office of Dalian (2020-03-25)", ""),
        );
        assert!(told(&lawless, &[table, "row: Some(\"other-goods\")", "column: Some(\"law\")"]), "{lawless:?}");
        let mute = changed(table, "not among the key goods", "");
        assert!(told(&mute, &[table, "row other-goods", "column reason en"]), "{mute:?}");
    }

    #[test]
    fn a_measure_that_names_what_is_not_listed_is_refused() {
        let file = "measures/02-green-lane/measure.toml";
        for (from, to, parts) in [
            ("heading = \"mechanism\"", "heading = \"none\"", ["heading none", "not listed"]),
            ("\"port_office\"", "\"nobody\"", ["organ nobody", "organs.toml"]),
            ("law = \"地方", "law = \"不知", ["cites 不知", "laws.toml"]),
            ("zh = \"货物清单\"", "zh = \"\"", ["document cargo_list", "one language"]),
        ] {
            let findings = changed(file, from, to);
            assert!(told(&findings, &[file, parts[0], parts[1]]), "{findings:?}");
        }
    }

    /// A new measure is one new folder: it brings the fact that its table asks for and the law that it cites.
    #[test]
    fn a_new_measure_is_one_new_folder() {
        let mut files = embedded();
        let measure = files["measures/14-cargo-flights/measure.toml"].replace("14-cargo-flights", "21-shore-power");
        let measure =
            measure.replace("国家移民管理局十项措施 NIA ten measures (2020-02-27)", "某办法 Some measures (2026)");
        let table = files["measures/14-cargo-flights/eligibility.table.md"]
            .replace("14-cargo-flights", "21-shore-power")
            .replace("cargo_flight", "shore_power")
            .replace("国家移民管理局十项措施 NIA ten measures (2020-02-27)", "某办法 Some measures (2026)");
        let own = "[[facts]]\ncode = \"shore_power\"\nname = { zh = \"使用岸电\", en = \"She takes shore power\" }\nkind = \"yes_no\"\n\
            [[laws]]\ncited = \"某办法 Some measures (2026)\"\ntitle = { zh = \"某办法\", en = \"Some measures\" }\n";
        files.insert("measures/21-shore-power/measure.toml".to_owned(), measure);
        files.insert("measures/21-shore-power/eligibility.table.md".to_owned(), table);
        files.insert("measures/21-shore-power/own.toml".to_owned(), own.to_owned());
        let profile = read(&files).expect("no finding");
        let measure = profile.register.measure("21-shore-power").expect("the measure");
        let facts = domain::Value::from([("shore_power", true.into())]);
        let answer = domain::measure::answer(&profile, measure, "2026-06-01".parse().expect("a day"), &facts);
        assert_eq!((answer.fits.code(), answer.law()), ("by_itself", "某办法 Some measures (2026)"));
    }
}
