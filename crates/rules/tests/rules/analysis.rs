//! Gaps, overlaps and unreachable rows against the brute force over a small domain.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rules::{Finding, Table, Value};

const NUMBERS: [&str; 12] =
    ["-", "> 2", "< 2", "[1..3]", "(1..3)", "1, 3", "not(2)", "not([0..2])", ">= 1", "<= 2", "null", "not(null, 1)"];
const TEXTS: [&str; 6] = ["-", "\"a\"", "\"b\"", "\"a\", \"b\"", "not(\"a\")", "not(\"a\", \"b\")"];
const TIMES: [(&str, &str); 4] =
    [("2020-01-01", ""), ("2020-01-01", "2021-01-01"), ("2021-01-01", ""), ("2020-06-01", "2021-06-01")];

#[derive(Clone, Debug)]
struct Rule(usize, usize, usize, bool);

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (0..NUMBERS.len(), 0..TEXTS.len(), 0..TIMES.len(), any::<bool>());
    prop::collection::vec(rule.prop_map(|(n, t, time, high)| Rule(n, t, time, high)), 1..6)
}

fn table(hit: &str, kind: &str, rules: &[Rule]) -> Table {
    let mut text = format!(
        "# t\nhit: {hit}\ninput: n {kind}\ninput: t text\noutput: o text in \"high\", \"low\"\n\n\
         | row | n | t | -> o | from | until | law |\n|-|-|-|-|-|-|-|\n"
    );
    for (nth, Rule(n, t, time, high)) in rules.iter().enumerate() {
        let (from, until) = TIMES[*time];
        let say = if *high { "high" } else { "low" };
        text += &format!("| {nth} | {} | {} | \"{say}\" | {from} | {until} | L |\n", NUMBERS[*n], TEXTS[*t]);
    }
    let (table, findings) = Table::parse(&text);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

/// Every day on which something changes, with every point and every half between.
fn situations(kind: &str, null: bool) -> Vec<(Date, Value)> {
    let days = [date(2020, 1, 1), date(2020, 6, 1), date(2021, 1, 1), date(2021, 6, 1)];
    let halves = (-2..9).filter(|half| kind == "number" || half % 2 == 0);
    let mut numbers: Vec<Value> = halves.map(|half| format!("{}", f64::from(half) / 2.0)).map(number).collect();
    numbers.extend(null.then_some(Value::Null));
    let mut all = Vec::new();
    for day in days {
        for n in &numbers {
            for t in ["a", "b", "c"] {
                all.push((day, Value::from([("n", n.clone()), ("t", t.into())])));
            }
        }
    }
    all
}

fn number(digits: String) -> Value {
    let expr = rules::feel::parse_expression(&digits, &[]).expect("a number");
    rules::feel::evaluate(&expr, &rules::feel::Scope::new(&Value::Null)).into_owned()
}

fn matched(table: &Table, on: Date, inputs: &Value) -> Vec<String> {
    table.explain(on, inputs).rows.into_iter().filter(|row| row.matched).map(|row| row.row).collect()
}

fn rows_with(findings: &[Finding], code: &str) -> BTreeSet<String> {
    findings.iter().filter(|finding| finding.code == code).filter_map(|finding| finding.row.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn findings_agree_with_brute_force(
        rules in rules(),
        hit in prop::sample::select(vec!["unique", "first", "priority", "any"]),
        kind in prop::sample::select(vec!["number", "integer"]),
    ) {
        let table = table(hit, kind, &rules);
        let findings = table.findings();
        let (mut gap, mut overlapping, mut disagreeing) = (false, BTreeSet::new(), BTreeSet::new());
        let (mut takes_part, mut decides) = (BTreeSet::new(), BTreeSet::new());
        for (on, inputs) in situations(kind, rules.iter().any(|rule| NUMBERS[rule.0].contains("null"))) {
            let matched = matched(&table, on, &inputs);
            gap |= matched.is_empty() && table.rows.iter().any(|row| row.from <= on);
            for (nth, row) in matched.iter().enumerate() {
                takes_part.insert((row.clone(), on));
                if nth > 0 {
                    overlapping.insert(row.clone());
                }
                let say = |row: &str| rules[row.parse::<usize>().expect("a row")].3;
                if matched[..nth].iter().any(|other| say(other) != say(row)) {
                    disagreeing.insert(row.clone());
                }
            }
            if let Ok(answer) = table.evaluate(on, &inputs) {
                decides.extend(answer.hits.iter().map(|hit| (hit.row.clone(), on)));
            }
        }
        prop_assert_eq!(findings.iter().any(|finding| finding.code == "PQ-RULES-GAP"), gap);
        let expected = match hit {
            "unique" => overlapping,
            "any" => disagreeing,
            _ => BTreeSet::new(),
        };
        prop_assert_eq!(rows_with(&findings, "PQ-RULES-OVERLAP"), expected);
        if hit == "first" || hit == "priority" {
            let hidden = takes_part.difference(&decides).map(|(row, _)| row.clone());
            // Hidden on a day means that it never decides on that day, whatever the inputs.
            let expected: BTreeSet<String> = hidden.collect();
            prop_assert_eq!(rows_with(&findings, "PQ-RULES-UNREACHABLE"), expected);
        }
    }
}

#[test]
fn findings_say_where() {
    let text = "# fees\nhit: U\ninput: tons number in >= 0\ninput: on date\ninput: flag text in \"CN\", \"PA\"\noutput: o\n\n\
        | row | tons | on | flag | -> o | from | until | law |\n|-|-|-|-|-|-|-|-|\n\
        | a | <= 500 | - | - | 1 | 2020-01-01 | | L |\n\
        | b | [500..1000] | < date(\"2026-01-01\") | \"CN\" | 2 | 2020-01-01 | | L |\n\
        | c | > 500 | >= date(\"2026-01-02\") | - | 3 | 2020-01-01 | | L |\n\
        | d | < 0 | - | - | 4 | 2020-01-01 | | L |\n";
    let (table, _) = Table::parse(text);
    let findings: Vec<String> = table.expect("a table").findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "PQ-RULES-NEVER, line 13, row d, column tons: no value satisfies this cell",
            "PQ-RULES-OVERLAP, line 11, row b, column tons: overlaps row a: tons 500; on < 2026-01-01; flag \"CN\"",
            "PQ-RULES-GAP, column tons: no row covers tons (500..1000]; on 2026-01-01 from 2020-01-01",
            "PQ-RULES-GAP, column tons: no row covers tons (500..1000]; on < 2026-01-01; flag \"PA\" from 2020-01-01",
            "PQ-RULES-GAP, column tons: no row covers tons > 1000; on <= 2026-01-01 from 2020-01-01",
        ]
    );
}

#[test]
fn cells_that_look_elsewhere_are_not_guessed_at() {
    let text = "# t\nhit: U\ninput: n number\ninput: m number\noutput: o\n\n\
        | row | n | m | -> o | from | until | law |\n|-|-|-|-|-|-|-|\n\
        | a | > m | - | 1 | 2020-01-01 | | L |\n| b | <= m | - | 2 | 2020-01-01 | | L |\n\
        | c | > m | > 5 | 3 | 2020-01-01 | | L |\n| d | - | < 3 | 3 | 2020-01-01 | | L |\n";
    let (table, _) = Table::parse(text);
    let findings = table.expect("a table").findings();
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.code, finding.row.as_deref().unwrap_or("").to_owned())).collect();
    let overlap = |row: &str| ("PQ-RULES-OVERLAP", row.to_owned());
    assert_eq!(told, [("PQ-RULES-OPAQUE", String::new()), overlap("c"), overlap("d"), overlap("d")]);
}
