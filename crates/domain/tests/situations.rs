//! The sample profile, tried on cases that a jurist can read: facts, and what must follow from them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use domain::{
    calendar::Calendar,
    profile::{OrganRecord, Profile},
    situation::{Situation, Situations},
};
use jiff::civil::Date;
use rules::{Assertions, Table, Value};
use serde::Deserialize;

#[test]
fn situations_come_out_as_a_jurist_expects() {
    let situations = situations();
    assert!(!situations.general.is_empty(), "no situations were found");
    for tried in situations.tried(&profile()) {
        assert!(!tried.title.zh.is_empty() && !tried.title.en.is_empty(), "{}: both languages", tried.name);
        assert!(tried.holds(), "{}: {:#?}", tried.name, tried.misses);
    }
}

/// What the situations prove is worth as much as what they would find.
#[test]
fn a_situation_tells_what_does_not_come_out() {
    let (situations, mut profile) = (situations(), profile());
    let table = &profile.tables["formalities-due"];
    let mut source = table.source.clone();
    let organs = source.outputs.iter().position(|output| output.name == "organs").unwrap();
    let crew = source.rows.iter_mut().find(|row| row.outputs[0].contains("crew_list")).unwrap();
    crew.outputs[organs] = "[\"port_office\"]".to_owned();
    let changed = Table::compile(&source).0.expect("a table");
    profile.tables.insert(changed.name.clone(), changed);
    let missed: Vec<_> = situations.tried(&profile).into_iter().filter(|tried| !tried.holds()).collect();
    let organs = missed.iter().flat_map(|tried| &tried.misses).filter(|miss| miss.place.ends_with(": organs"));
    assert!(organs.filter(|miss| miss.found.contains("port_office")).count() > 0, "{missed:#?}");
}

#[test]
fn every_row_cites_the_law_and_gives_its_reason_in_both_languages() {
    for table in profile().tables.values() {
        for row in &table.rows {
            for note in ["reason zh", "reason en"] {
                let words = row.notes.get(note).map_or("", String::as_str);
                assert!(!words.trim().is_empty(), "{} row {} has no {note}", table.name, row.id);
            }
            assert!(!row.law.is_empty());
        }
    }
}

#[test]
fn tables_have_no_errors_and_no_overlaps() {
    for table in profile().tables.values() {
        let errors: Vec<_> = table.findings().into_iter().filter(rules::Finding::is_error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", table.name);
    }
}

/// Every length can be reckoned and names a calendar of the profile; every organ is one of `organs.toml`.
#[test]
fn lengths_calendars_and_organs_exist() {
    let profile = profile();
    for table in profile.tables.values() {
        assert_eq!(domain::table_change::unknown_words(&profile, table), [], "{}", table.name);
    }
}

#[test]
fn berths_and_samples_hold_together() {
    let read = |name: &str| toml::from_str::<toml::Table>(&fs::read_to_string(folder().join(name)).unwrap()).unwrap();
    let (berths, samples) = (read("berths.toml"), read("samples.toml"));
    let berths = berths["berth"].as_array().unwrap();
    let mut codes = BTreeSet::new();
    let mut handled = BTreeSet::new();
    for berth in berths {
        assert!(codes.insert(berth["code"].as_str().unwrap()), "{berth:?} stands twice");
        assert!(berth["length"].as_integer().is_some_and(|metres| (50..600).contains(&metres)), "{berth:?}");
        assert!(berth["depth"].as_integer().is_some_and(|decimetres| (30..300).contains(&decimetres)), "{berth:?}");
        if let Some(open) = berth.get("open_to_foreign") {
            assert!(open.as_str().unwrap().parse::<Date>().is_ok(), "{berth:?}");
            handled.extend(berth["handles"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()));
        }
        assert!(!berth["law"].as_str().unwrap().is_empty());
    }
    assert!(berths.iter().filter(|berth| berth.get("open_to_foreign").is_none()).count() >= 2);
    let mut numbers = BTreeSet::new();
    for ship in samples["ship"].as_array().unwrap() {
        let (imo, flag) = (ship["imo"].as_str().unwrap(), ship["flag"].as_str().unwrap());
        assert!(domain::reference::imo::imo_number_ok(imo) && numbers.insert(imo), "{imo}");
        assert!(domain::reference::country(flag).is_some(), "{flag}");
        assert!(ship["name"]["en"].as_str().unwrap().starts_with("Sample"));
        assert!(ship["name"]["zh"].as_str().unwrap().starts_with("示例"));
        let kind = ship["ship_type"].as_str().unwrap();
        assert!(handled.contains(kind), "no open berth handles {kind}");
    }
}

/// A filing with the facts of its call, and the codes of the assertions that it breaks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    formality: String,
    #[serde(default)]
    context: BTreeMap<String, Value>,
    document: Value,
    broken: Vec<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[test]
fn assertions_break_where_they_should_and_nowhere_else() {
    let all = assertions();
    let cases: Cases = toml::from_str(&fs::read_to_string(folder().join("assertions/cases.toml")).unwrap()).unwrap();
    let (mut seen, mut sound) = (BTreeSet::new(), BTreeSet::new());
    for (nth, case) in cases.case.iter().enumerate() {
        let context = Value::Map(case.context.clone());
        let broken = all[&case.formality].check("2026-11-24".parse().unwrap(), &case.document, &context);
        let codes: BTreeSet<_> = broken.into_iter().map(|broken| broken.code).collect();
        let expected: BTreeSet<_> = case.broken.iter().cloned().collect();
        assert_eq!(codes, expected, "case {nth} of {}", case.formality);
        if codes.is_empty() {
            sound.insert(case.formality.clone());
        }
        seen.extend(codes);
    }
    for (formality, assertions) in &all {
        assert!(sound.contains(formality), "no sound case of {formality}");
        for row in &assertions.rows {
            assert!(seen.contains(&row.code), "no case breaks {}", row.code);
        }
    }
}

fn assertions() -> BTreeMap<String, Assertions> {
    let read = |(name, text): (String, String)| {
        let (assertions, findings) = Assertions::parse(&text);
        let assertions = assertions.unwrap_or_else(|| panic!("{name}: {findings:?}"));
        assert_eq!(format!("{}.assert.md", assertions.name), name);
        (assertions.name.clone(), assertions)
    };
    files("assertions", ".assert.md").into_iter().map(read).collect()
}

fn profile() -> Profile {
    let table = |(name, text): (String, String)| {
        let (table, findings) = Table::parse(&text);
        let table = table.unwrap_or_else(|| panic!("{name}: {findings:?}"));
        assert_eq!(format!("{}.table.md", table.name), name);
        (table.name.clone(), table)
    };
    let calendar = |(name, text): (String, String)| {
        let calendar: Calendar = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (calendar.name.clone(), calendar)
    };
    Profile {
        tables: files("tables", ".table.md").into_iter().map(table).collect(),
        calendars: files("calendars", ".toml").into_iter().map(calendar).collect(),
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        organs: organs(),
        berths: Vec::new(),
        assertions: BTreeMap::new(),
        laws: Vec::new(),
        register: Default::default(),
        bases: Default::default(),
    }
}

fn organs() -> Vec<OrganRecord> {
    #[derive(Deserialize)]
    struct Organs {
        organ: Vec<OrganRecord>,
    }
    toml::from_str::<Organs>(&fs::read_to_string(folder().join("organs.toml")).unwrap()).unwrap().organ
}

fn situations() -> Situations {
    let read = |(name, text): (String, String)| {
        let situation = toml::from_str::<Situation>(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, situation)
    };
    let general = files("situations", ".toml").into_iter().map(read).collect();
    Situations { general, ..Situations::default() }
}

fn files(of: &str, suffix: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder().join(of)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths
        .iter()
        .filter(|path| name(path).ends_with(suffix))
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The sample profile, or the folder that the environment names when the tests are built.
fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(option_env!("PRATIQUE_PORT").unwrap_or("../../ports/dalian"))
}
