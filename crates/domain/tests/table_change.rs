//! The change of a table: what a draft may not touch, what it is refused for, and what it would change.

use std::collections::BTreeMap;

use domain::{
    Instant, Text, Value,
    law::Law,
    matter::Asked,
    profile::{OrganRecord, Profile},
    table_change::{Replay, Reviewed, RowChange, competence, review},
};
use jiff::civil::{Date, date};
use rules::Table;

const TODAY: Date = date(2026, 11, 27);
const FROM: Date = date(2026, 12, 1);

/// A table that answers everything, with a row that has ended and one that is still to come.
const FEES: &str = "# fees\n> 费用 / Fees\n\nhit: unique\ninput: size integer in 20, 40\noutput: fee number\n\n\
    | row | size | -> fee | from | until | law | reason zh | reason en |\n|---|---|---|---|---|---|---|---|\n\
    | old | - | 5 | 2019-01-01 | 2020-01-01 | Port Law art. 1 | 旧 | old |\n\
    | small | 20 | 8 | 2020-01-01 | | Port Law art. 1 | 小箱 | small |\n\
    | large | 40 | 16 | 2020-01-01 | | Port Law art. 1 | 大箱 | large |\n";

/// A list: what it does not name is not granted.
const GROUNDS: &str = "# grounds\n> 理由 / Grounds\n\nhit: unique\ninput: ground text\noutput: length text\noutput: calendar text\n\
    output: organs list\n\n\
    | row | ground | -> length | -> calendar | -> organs | from | until | law | reason zh | reason en |\n|---|---|---|---|---|---|---|---|---|---|\n\
    | fire | \"fire\" | \"PT1H\" | \"always\" | [\"msa\"] | 2020-01-01 | | Port Law art. 2 | 火灾 | fire |\n\
    | rats | \"rats\" | \"PT1H\" | \"always\" | [\"msa\"] | 2020-01-01 | | Port Law art. 2 | 鼠 | rats |\n";

const CHANGES: &str = "# table-changes\n> 谁 / Who\n\nhit: first\ninput: table text\noutput: drafts list\noutput: approves list\n\n\
    | row | table | -> drafts | -> approves | from | until | law | reason zh | reason en |\n|---|---|---|---|---|---|---|---|---|\n\
    | fees | \"fees\" | [\"group\"] | [\"office\"] | 2026-01-01 | | Port Law art. 3 | 价 | prices |\n";

fn table(text: &str) -> Table {
    let (table, findings) = Table::parse(text);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

fn profile() -> Profile {
    let tables = [FEES, GROUNDS, CHANGES].map(table).map(|of| (of.name.clone(), of));
    let organ = |code: &str| OrganRecord { code: code.to_owned(), ..OrganRecord::default() };
    let calendar = "name = \"always\"\nversion = \"1\"\n";
    let calendar = toml::from_str(&format!("{calendar}{}", round_the_clock())).expect("a calendar");
    Profile {
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone"),
        organs: ["msa", "group", "office"].map(organ).to_vec(),
        calendars: BTreeMap::from([("always".to_owned(), calendar)]),
        berths: Vec::new(),
        tables: tables.into(),
        assertions: BTreeMap::new(),
        laws: vec![Law { cited: "Port Law".to_owned(), title: Text::new("港口法", "Port Law") }],
        register: Default::default(),
        bases: Default::default(),
    }
}

/// What the sample port's calendar says besides its name and version.
fn round_the_clock() -> String {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian/calendars/round-the-clock.toml");
    let text = std::fs::read_to_string(path).expect("a calendar");
    let own = |line: &&str| !line.starts_with("name") && !line.starts_with("version");
    text.lines().filter(own).collect::<Vec<_>>().join("\n")
}

fn reviewed(name: &str, text: &str) -> Reviewed {
    let profile = profile();
    review(&profile, &profile.tables[name], text, FROM, TODAY)
}

/// Codes with their places.
fn faults(of: &Reviewed) -> Vec<(String, String)> {
    of.faults.iter().map(|fault| (fault.code.clone(), fault.location.clone())).collect()
}

fn has(of: &Reviewed, code: &str, place: &str) -> bool {
    of.faults.iter().any(|fault| fault.code == code && fault.location.contains(place))
}

/// The small box costs more from December on.
fn dearer() -> String {
    let closed = FEES.replace("| small | 20 | 8 | 2020-01-01 | |", "| small | 20 | 8 | 2020-01-01 | 2026-12-01 |");
    closed + "| small-2026 | 20 | 9 | 2026-12-01 | | Port Law art. 1 | 小箱 | small |\n"
}

#[test]
fn a_row_is_closed_and_another_one_follows() {
    let of = reviewed("fees", &dearer());
    assert_eq!(faults(&of), [], "{:?}", of.faults);
    assert!(of.is_sound());
    let changed: Vec<_> = of.changed.iter().map(|of| (of.row.as_str(), of.change, of.on.as_str())).collect();
    assert_eq!(changed, [("small", RowChange::Closed, "2026-12-01"), ("small-2026", RowChange::Added, "2026-12-01")]);
    assert_eq!(of.days(), [FROM]);
}

#[test]
fn what_was_in_force_stays() {
    let dearer = dearer();
    for (from, to, code, place) in [
        ("| large | 40 | 16 |", "| large | 40 | 17 |", "PQ-TABLE-004", "row large, column -> fee"),
        (
            "| large | 40 | 16 | 2020-01-01 |",
            "| large | 40 | 16 | 2020-01-02 |",
            "PQ-TABLE-004",
            "row large, column from",
        ),
        ("大箱", "箱", "PQ-TABLE-004", "row large, column reason zh"),
        (
            "| old | - | 5 | 2019-01-01 | 2020-01-01 |",
            "| old | - | 5 | 2019-01-01 | 2019-12-01 |",
            "PQ-TABLE-006",
            "row old, column until",
        ),
        ("8 | 2020-01-01 | 2026-12-01 |", "8 | 2020-01-01 | 2026-11-30 |", "PQ-TABLE-006", "row small, column until"),
        (
            "| small-2026 | 20 | 9 | 2026-12-01 |",
            "| small-2026 | 20 | 9 | 2026-11-28 |",
            "PQ-TABLE-007",
            "row small-2026, column from",
        ),
        ("| large | 40 | 16 | 2020-01-01 | | Port Law art. 1 | 大箱 | large |\n", "", "PQ-TABLE-005", "row large"),
        ("hit: unique", "hit: first", "PQ-TABLE-003", ""),
        ("in 20, 40", "in 40, 20", "PQ-TABLE-003", "column size"),
        ("# fees", "# other", "PQ-TABLE-003", ""),
    ] {
        assert!(dearer.contains(from), "{from}");
        let of = reviewed("fees", &dearer.replace(from, to));
        assert!(has(&of, code, place), "{to}: {:?}", faults(&of));
        assert!(!of.is_sound());
    }
}

#[test]
fn a_new_value_and_a_new_column_may_come() {
    let wider = dearer().replace("in 20, 40", "in 20, 40, 45");
    let wider = wider
        .replace("input: size", "input: reefer boolean\ninput: size")
        .replace("| row | size |", "| row | reefer | size |");
    let wider = wider.replace("|---|---|---|---|---|---|---|---|", "|---|---|---|---|---|---|---|---|---|");
    let rows = |line: &str| {
        let (id, rest) = line.trim_start_matches("| ").split_once(" | ").expect("a row");
        format!("| {id} | - | {rest}")
    };
    let lines = wider.lines().map(|line| {
        let row = ["| old |", "| small |", "| large |", "| small-2026 |"].iter().any(|id| line.starts_with(id));
        if row { rows(line) } else { line.to_owned() }
    });
    let wider = lines.collect::<Vec<_>>().join("\n")
        + "\n| long | - | 45 | 20 | 2026-12-01 | | Port Law art. 1 | 长箱 | long |\n";
    let of = reviewed("fees", &wider);
    // That 45 feet were never answered before December is no gap.
    assert_eq!(faults(&of), [], "{:?}", of.faults);
    let without = wider.lines().filter(|line| !line.starts_with("| long")).collect::<Vec<_>>().join("\n");
    assert!(has(&reviewed("fees", &without), "PQ-RULES-GAP", "column size"));
}

#[test]
fn gaps_overlaps_and_rows_that_never_decide_are_refused_with_their_place() {
    let gap = FEES.replace("| small | 20 | 8 | 2020-01-01 | |", "| small | 20 | 8 | 2020-01-01 | 2026-12-01 |");
    assert!(has(&reviewed("fees", &gap), "PQ-RULES-GAP", "column size"), "{:?}", faults(&reviewed("fees", &gap)));
    let overlap = dearer().replace("| small-2026 | 20 |", "| small-2026 | - |");
    assert!(has(&reviewed("fees", &overlap), "PQ-RULES-OVERLAP", "row small-2026, column size"));
    let never = dearer() + "| none | > 50 | 1 | 2026-12-01 | | Port Law art. 1 | 无 | none |\n";
    let never = reviewed("fees", &never);
    assert!(
        never.faults.iter().any(|fault| fault.is_error() && fault.location.starts_with("row none, column size")),
        "{:?}",
        faults(&never)
    );
}

#[test]
fn a_row_without_law_date_or_reason_is_refused_with_its_place() {
    let new = "| small-2026 | 20 | 9 | 2026-12-01 | | Port Law art. 1 | 小箱 | small |";
    for (row, code, place) in [
        ("| small-2026 | 20 | 9 | 2026-12-01 | | | 小箱 | small |", "PQ-RULES-EMPTY", "row small-2026, column law"),
        (
            "| small-2026 | 20 | 9 | | | Port Law art. 1 | 小箱 | small |",
            "PQ-RULES-EMPTY",
            "row small-2026, column from",
        ),
        (
            "| small-2026 | 20 | 9 | tomorrow | | Port Law art. 1 | 小箱 | small |",
            "PQ-RULES-DATE",
            "row small-2026, column from",
        ),
        (
            "| small-2026 | 20 | 9 | 2026-12-01 | | Sea Law art. 1 | 小箱 | small |",
            "PQ-TABLE-011",
            "row small-2026, column law",
        ),
        (
            "| small-2026 | 20 | 9 | 2026-12-01 | | Port Law art. 1 | 小箱 | |",
            "PQ-TABLE-010",
            "row small-2026, column reason en",
        ),
        (
            "| small-2026 | twenty | 9 | 2026-12-01 | | Port Law art. 1 | 小箱 | small |",
            "PQ-RULES-CELL",
            "row small-2026, column size",
        ),
    ] {
        let of = reviewed("fees", &dearer().replace(new, row));
        assert!(has(&of, code, place), "{row}: {:?}", faults(&of));
        assert!(!of.is_sound());
    }
}

#[test]
fn what_a_list_no_longer_names_is_told_and_not_refused() {
    let closed = GROUNDS.replace(
        "[\"msa\"] | 2020-01-01 | | Port Law art. 2 | 鼠",
        "[\"msa\"] | 2020-01-01 | 2026-12-01 | Port Law art. 2 | 鼠",
    );
    let of = reviewed("grounds", &closed);
    assert!(of.is_sound(), "{:?}", of.faults);
    assert_eq!(faults(&of), [("PQ-TABLE-013".to_owned(), "row rats".to_owned())]);
    // A new ground takes nothing from anybody.
    let more = format!(
        "{GROUNDS}| leak | \"leak\" | \"PT2H\" | \"always\" | [\"msa\"] | 2026-12-01 | | Port Law art. 2 | 泄漏 | leak |\n"
    );
    assert_eq!(faults(&reviewed("grounds", &more)), []);
    for (from, to, column) in [("PT2H", "soon", "-> length"), ("[\"msa\"] | 2026", "[\"moon\"] | 2026", "-> organs")] {
        let of = reviewed("grounds", &more.replace(from, to));
        assert!(has(&of, "PQ-TABLE-012", &format!("row leak, column {column}")), "{:?}", faults(&of));
    }
}

#[test]
fn today_is_decided_by_todays_rules_and_nothing_is_no_change() {
    let profile = profile();
    let of = review(&profile, &profile.tables["fees"], &dearer(), TODAY, TODAY);
    assert!(has(&of, "PQ-TABLE-001", "column from"));
    assert!(has(&reviewed("fees", FEES), "PQ-TABLE-009", ""));
}

#[test]
fn who_drafts_and_who_approves_is_a_row() {
    let (profile, at) = (profile(), Instant::parse("2026-11-27T00:00:00Z").expect("an instant"));
    let fees = competence(&profile, "fees", at).expect("a row");
    assert!(fees.drafts("group") && !fees.drafts("office") && fees.approves("office") && !fees.approves("group"));
    assert_eq!(competence(&profile, "grounds", at), None, "nobody changes what no row names");
}

#[test]
fn matters_are_asked_again_as_if_the_new_rows_had_held() {
    let profile = profile();
    let of = reviewed("fees", &dearer());
    let replay = Replay::new(&profile, of.table.as_ref().expect("a table"), &of.days());
    let asked = |size: i64, at: &str| Asked {
        table: "fees".to_owned(),
        about: String::new(),
        at: Instant::parse(at).expect("an instant"),
        inputs: Value::from([("size", size.into())]),
    };
    let other = replay.ask(&profile, &asked(20, "2026-11-10T00:00:00Z")).expect("another outcome");
    assert_eq!(other.day, FROM);
    assert!(other.before[0].starts_with("small: ") && other.before[0].contains('8'), "{other:?}");
    assert!(other.after[0].starts_with("small-2026: ") && other.after[0].contains('9'), "{other:?}");
    assert_eq!(replay.ask(&profile, &asked(40, "2026-11-10T00:00:00Z")), None);
    assert!(!replay.concerns_bills());
}
