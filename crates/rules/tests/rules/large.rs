//! Large tables are asked by index: what is tested is counted, not timed.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rules::{HitPolicy, InputSource, OutputSource, RowSource, Table, TableSource, Value};

fn column(name: &str, kind: &str) -> InputSource {
    InputSource { name: name.into(), kind: kind.into(), ..Default::default() }
}

fn table(hit: HitPolicy, inputs: Vec<InputSource>, rows: Vec<(Vec<String>, String, String)>) -> Table {
    let row = |(nth, (tests, from, until)): (usize, (Vec<String>, String, String))| RowSource {
        id: nth.to_string(),
        tests,
        outputs: vec![nth.to_string()],
        from,
        until,
        law: "L".into(),
        ..Default::default()
    };
    let source = TableSource {
        name: "large".into(),
        hit,
        inputs,
        outputs: vec![OutputSource { name: "o".into(), ..Default::default() }],
        rows: rows.into_iter().enumerate().map(row).collect(),
        ..Default::default()
    };
    let (table, findings) = Table::compile(&source);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

/// A tariff: five thousand codes, each with bands of weight, and a new rate each year.
fn tariff(rows: usize) -> Table {
    let row = |nth: usize| {
        let (code, band, year) = (nth % 5000, nth / 5000 % 4, 2000 + nth / 20_000);
        let weight = match band {
            0 => "< 100".to_owned(),
            3 => ">= 300".to_owned(),
            band => format!("[{}..{})", band * 100, band * 100 + 100),
        };
        (vec![format!("\"HS{code:06}\""), weight, "-".into()], format!("{year}-01-01"), format!("{}-01-01", year + 1))
    };
    let inputs = vec![column("code", "text"), column("weight", "number"), column("flag", "text")];
    table(HitPolicy::Unique, inputs, (0..rows).map(row).collect())
}

#[test]
fn a_hundred_thousand_rows_are_not_scanned() {
    let table = tariff(100_000);
    let scanned = table.without_index();
    let mut most = 0;
    for (code, weight, on) in [
        ("HS000000", 0, date(2000, 6, 1)),
        ("HS001234", 250, date(2003, 1, 1)),
        ("HS004999", 300, date(2004, 12, 31)),
        ("HS004999", 99, date(2005, 1, 1)),
        ("unknown", 10, date(2001, 1, 1)),
    ] {
        let inputs = Value::from([("code", code.into()), ("weight", Value::from(weight))]);
        assert_eq!(table.evaluate(on, &inputs), scanned.evaluate(on, &inputs), "{code}");
        most = most.max(table.rows_tested(on, &inputs));
    }
    assert!(most <= 20, "{most} rows were tested");
    assert_eq!(scanned.rows_tested(date(2000, 6, 1), &Value::Null), 100_000);
    // Each of a thousand questions finds the one row that the arithmetic of the table says.
    for nth in (0..100_000).step_by(97) {
        let (code, band, year) = (nth % 5000, nth / 5000 % 4, 2000 + nth / 20_000);
        let inputs =
            Value::from([("code", format!("HS{code:06}").into()), ("weight", Value::from(i64::from(band * 100 + 50)))]);
        let on = date(i16::try_from(year).expect("a year"), 7, 1);
        let answer = table.evaluate(on, &inputs).expect("an answer");
        assert_eq!(answer.hits.iter().map(|hit| hit.row.clone()).collect::<Vec<_>>(), [nth.to_string()]);
    }
}

#[test]
fn a_large_table_is_looked_through_before_it_is_published() {
    let table = tariff(60_000);
    let findings = table.findings();
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut source = table.source.clone();
    // One band begins too early: it meets the band before it, of the same code and year, and of no other.
    source.rows[50_123].tests[1] = "[199..300)".into();
    let (table, _) = Table::compile(&source);
    let findings = table.expect("a table").findings();
    let told: Vec<_> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
    let words = "overlaps row 45123: code \"HS000123\"; weight [199..200)";
    assert_eq!(told, [format!("PQ-RULES-OVERLAP, row 50123, column code: {words}")]);
    let gap = "no row covers code other from 2000-01-01";
    assert!(findings.iter().any(|finding| finding.code == "PQ-RULES-GAP" && finding.en == gap), "{findings:?}");
}

/// Cells of every sort, also those that no index knows.
fn cell() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "-",
        "1",
        "2",
        "1,2",
        "< 3",
        ">= 2",
        "[1..3)",
        "(1..3]",
        "]1..2]",
        "not(1)",
        "null",
        "!= 2",
        "= 2",
        "> 1, 0",
        "? > 1 and ? < 3",
        "[2, 3]",
        "not(null)",
        "(> 2)",
        "1.0",
        "[3..1]",
    ])
    .prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = String> {
    let words = ["-", "\"a\"", "\"b\",\"a\"", "not(\"a\")", "null", "\"2026-01-01\"", "> \"a\"", "= \"b\", null"];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

/// A column that declares no kind may hold anything, also a day that equals a text.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![cell(), word(), Just("date(\"2026-01-01\")".to_owned()), Just("true".to_owned())]
}

fn day() -> impl Strategy<Value = Date> {
    (0..4i8).prop_map(|month| date(2026, month + 1, 1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_index_changes_no_answer(
        cells in prop::collection::vec((cell(), word(), anything(), day(), prop::option::of(day())), 256..300),
        asked in prop::collection::vec((0..5i64, 0..6usize, 0..8i64, day()), 12),
        first in any::<bool>(),
    ) {
        let hit = if first { HitPolicy::First } else { HitPolicy::RuleOrder };
        let rows = cells.into_iter().map(|(n, text, any, from, until)| {
            let until = until.filter(|until| *until > from).map(|until| until.to_string());
            (vec![n, text, any], from.to_string(), until.unwrap_or_default())
        });
        let inputs = vec![column("n", "number"), column("t", "text"), column("x", "any")];
        let table = table(hit, inputs, rows.collect());
        let scanned = table.without_index();
        for (n, text, any, on) in asked {
            let text = [Value::Null, "a".into(), "b".into(), "c".into(), "2026-01-01".into(), "".into()][text].clone();
            let number = |n: i64| if n == 4 { Value::Null } else { Value::from(n) };
            let odd = match any {
                5 => "a".into(),
                6 => "2026-01-01".into(),
                7 => true.into(),
                any => number(any),
            };
            let inputs = Value::from([("n", number(n)), ("t", text), ("x", odd)]);
            prop_assert_eq!(table.evaluate(on, &inputs), scanned.evaluate(on, &inputs));
        }
    }
}
