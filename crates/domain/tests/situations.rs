//! The sample profile, tried on cases that a jurist can read: facts, and what must follow from them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use domain::calendar::{Calendar, due};
use jiff::{Timestamp, civil::Date};
use rules::{Assertions, Hit, Table, Value};
use serde::Deserialize;

/// One case: the facts of a call on a day, and what is due.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    zh: String,
    en: String,
    on: String,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    /// Instants of start events, ISO 8601 with offset.
    #[serde(default)]
    times: BTreeMap<String, Timestamp>,
    #[serde(default)]
    due: Vec<Due>,
    /// True when `due` names everything that is due.
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    not_due: Vec<String>,
    /// Questions to the other tables.
    #[serde(default)]
    ask: Vec<Ask>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    formality: String,
    phase: Option<String>,
    organs: Option<Vec<String>>,
    rule: Option<String>,
    by: Option<Timestamp>,
    not_before: Option<Timestamp>,
    accepted: Option<Timestamp>,
    decided_by: Option<Timestamp>,
    blocks: Option<String>,
    law: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    table: String,
    inputs: BTreeMap<String, Value>,
    /// Outputs of the row that hits; empty when none may.
    #[serde(default)]
    answer: BTreeMap<String, Value>,
    /// Outputs of several rows, in their order, for tables that collect.
    answers: Option<Vec<BTreeMap<String, Value>>>,
    law: Option<String>,
}

struct Profile {
    tables: BTreeMap<String, Table>,
    calendars: BTreeMap<String, Calendar>,
}

/// What is due for one formality, joined from all rows that hit for it.
struct Requirement {
    first: Arc<Hit>,
    organs: Vec<String>,
}

#[test]
fn situations_come_out_as_a_jurist_expects() {
    let profile = profile();
    let mut tried = 0;
    for (name, text) in files("situations", ".toml") {
        let situation: Situation = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!situation.zh.is_empty() && !situation.en.is_empty(), "{name} has no title in both languages");
        try_due(&name, &situation, &profile);
        for ask in &situation.ask {
            try_ask(&name, &situation, ask, &profile);
        }
        tried += 1;
    }
    assert!(tried > 0, "no situations were found");
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
    let organs: toml::Table = toml::from_str(&fs::read_to_string(folder().join("organs.toml")).unwrap()).unwrap();
    let known: Vec<&str> =
        organs["organ"].as_array().unwrap().iter().map(|organ| organ["code"].as_str().unwrap()).collect();
    for table in profile.tables.values() {
        for row in &table.rows {
            let outputs = table.outputs.iter().map(|output| output.name.as_str()).zip(&row.outputs);
            for (name, expression) in outputs {
                let rules::feel::Expr::Const(value) = expression else { continue };
                let place = format!("{} row {}, {name}", table.name, row.id);
                match (name, value) {
                    ("extension", Value::Text(length)) if length.is_empty() => {}
                    // A notice that asks for no answer has no limit.
                    ("length", Value::Text(length)) if length.is_empty() && table.name == "problem-notices" => {}
                    (
                        "due_offset" | "opens_offset" | "decision_length" | "length" | "offset" | "extension",
                        Value::Text(length),
                    ) => {
                        assert!(length.parse::<domain::calendar::Length>().is_ok(), "{place}: {length}");
                    }
                    ("calendar" | "decision_calendar", Value::Text(calendar)) => {
                        assert!(profile.calendars.contains_key(calendar), "{place}: {calendar}");
                    }
                    ("organs" | "authority" | "lifted_by" | "issuer" | "lead" | "co" | "informed", value) => {
                        for organ in texts(value) {
                            assert!(known.contains(&organ.as_str()), "{place}: {organ}");
                        }
                    }
                    _ => {}
                }
            }
        }
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

fn try_due(name: &str, situation: &Situation, profile: &Profile) {
    if situation.due.is_empty() && situation.not_due.is_empty() && !situation.complete {
        return;
    }
    let all = requirements(name, situation, profile);
    for due in &situation.due {
        let found = all.get(&due.formality).unwrap_or_else(|| panic!("{name}: {} is not due", due.formality));
        compare(&format!("{name}, {}", due.formality), situation, due, found, profile);
    }
    for formality in &situation.not_due {
        assert!(!all.contains_key(formality), "{name}: {formality} is due by row {}", all[formality].first.row);
    }
    if situation.complete {
        let mut expected: Vec<_> = situation.due.iter().map(|due| due.formality.clone()).collect();
        expected.sort();
        assert_eq!(all.keys().cloned().collect::<Vec<_>>(), expected, "{name}: everything that is due");
    }
}

fn compare(place: &str, situation: &Situation, expected: &Due, found: &Requirement, profile: &Profile) {
    let output = |name: &str| found.first.outputs[name].text().unwrap_or("").to_owned();
    let same = |what: &str, expected: &Option<String>, found: String| {
        if let Some(expected) = expected {
            assert_eq!(*expected, found, "{place}: {what}");
        }
    };
    same("phase", &expected.phase, output("phase"));
    same("rule", &expected.rule, format!("{} {}", output("due_event"), output("due_offset")));
    same("blocks", &expected.blocks, output("blocks"));
    if let Some(organs) = &expected.organs {
        assert_eq!(*organs, found.organs, "{place}: organs");
    }
    if let Some(law) = &expected.law {
        assert!(found.first.law.contains(law), "{place}: {law} is not in {}", found.first.law);
    }
    let reckon = |start: Timestamp, length: &str, calendar: &str| {
        due(start, output(length).parse().unwrap(), &profile.calendars[&output(calendar)])
    };
    let start = || situation.times[&output("due_event")];
    for (expected, length) in [(expected.by, "due_offset"), (expected.not_before, "opens_offset")] {
        if let Some(expected) = expected {
            assert_eq!(reckon(start(), length, "calendar"), expected, "{place}: {length}");
        }
    }
    if let (Some(accepted), Some(decided_by)) = (expected.accepted, expected.decided_by) {
        assert_eq!(reckon(accepted, "decision_length", "decision_calendar"), decided_by, "{place}: decision");
    }
}

fn requirements(name: &str, situation: &Situation, profile: &Profile) -> BTreeMap<String, Requirement> {
    let table = &profile.tables["formalities-due"];
    let facts = Value::Map(situation.facts.clone());
    let evaluation = table.evaluate(day(situation), &facts).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut all: BTreeMap<String, Requirement> = BTreeMap::new();
    for hit in evaluation.hits {
        let organs = texts(&hit.outputs["organs"]);
        let formality = hit.outputs["formality"].text().unwrap().to_owned();
        let requirement = all.entry(formality).or_insert_with(|| Requirement { first: hit, organs: Vec::new() });
        let more = organs.into_iter().filter(|organ| !requirement.organs.contains(organ)).collect::<Vec<_>>();
        requirement.organs.extend(more);
    }
    all
}

fn try_ask(name: &str, situation: &Situation, ask: &Ask, profile: &Profile) {
    let table = profile.tables.get(&ask.table).unwrap_or_else(|| panic!("{name}: no table is called {}", ask.table));
    let inputs = Value::Map(ask.inputs.clone());
    let evaluation = table.evaluate(day(situation), &inputs).unwrap_or_else(|error| panic!("{name}: {error}"));
    let place = format!("{name}, {} for {inputs}", ask.table);
    if let Some(answers) = &ask.answers {
        let said = |hit: &Arc<Hit>| {
            let said = hit.outputs.clone().into_iter().filter(|(_, value)| *value != Value::Null);
            said.collect::<BTreeMap<String, Value>>()
        };
        let found: Vec<_> = evaluation.hits.iter().map(said).collect();
        assert_eq!(found, *answers, "{place}");
        return;
    }
    let Some(hit) = evaluation.hits.first() else {
        assert!(ask.answer.is_empty(), "{place}: no row hits");
        return;
    };
    assert!(!ask.answer.is_empty(), "{place}: row {} hits", hit.row);
    for (output, expected) in &ask.answer {
        assert_eq!(&hit.outputs[output], expected, "{place}: {output}");
    }
    if let Some(law) = &ask.law {
        assert!(hit.law.contains(law), "{place}: {law} is not in {}", hit.law);
    }
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
    }
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

fn day(situation: &Situation) -> Date {
    situation.on.parse().unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        other => other.list().iter().filter_map(Value::text).map(str::to_owned).collect(),
    }
}
