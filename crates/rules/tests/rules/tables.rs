//! Tables: reading, evaluating, explaining.

use jiff::civil::date;
use rules::{EvaluationError, HitPolicy, Table, Value};

const DUE: &str = r#"
# formalities-due
> 本次口岸申报事项 / Formalities due for a call
> second line
<!-- a note to the editor -->

hit: collect
input: ship_type text in "tanker", "bulk", "passenger"
input: passengers integer
input: call.last_port text
output: formality text
output: organs list
output: due_offset

| row | ship_type | passengers | call.last_port | -> formality | -> organs | -> due_offset | from | until | law | reason zh | reason en |
|---|---|---|---|---|---|---|---|---|---|---|---|
| 10 | - | > 0 | - | "passenger_list" | ["msa","border"] | "-PT24H" | 2019-03-02 | | Decree 175 art. 6 | 船上有旅客 | passengers on board |
| 20 | `"tanker","bulk"` | - | not("CN") | "cargo" | ["customs"] | if passengers > 0 then "PT1H" else "PT2H" | 2020-01-01 | 2021-01-01 | Law \| A | | |
"#;

fn inputs(ship: &str, passengers: i64, port: &str) -> Value {
    Value::from([
        ("ship_type", ship.into()),
        ("passengers", passengers.into()),
        ("call", Value::from([("last_port", port.into())])),
    ])
}

fn table(text: &str) -> Table {
    let (table, findings) = Table::parse(text);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

fn rows(table: &Table, day: jiff::civil::Date, inputs: &Value) -> Vec<String> {
    table.evaluate(day, inputs).expect("an answer").hits.iter().map(|hit| hit.row.clone()).collect()
}

#[test]
fn a_table_answers_for_a_day() {
    let table = table(DUE);
    assert_eq!(table.title, "本次口岸申报事项 / Formalities due for a call\nsecond line");
    assert_eq!(rows(&table, date(2020, 5, 1), &inputs("tanker", 3, "JP")), ["10", "20"]);
    assert_eq!(rows(&table, date(2020, 5, 1), &inputs("tanker", 0, "CN")), [""; 0]);
    // Valid from its first day, and no longer on its last.
    assert_eq!(rows(&table, date(2020, 12, 31), &inputs("bulk", 0, "JP")), ["20"]);
    assert_eq!(rows(&table, date(2021, 1, 1), &inputs("bulk", 0, "JP")), [""; 0]);
    assert_eq!(rows(&table, date(2019, 3, 1), &inputs("bulk", 9, "JP")), [""; 0]);
    let evaluation = table.evaluate(date(2020, 5, 1), &inputs("tanker", 3, "JP")).expect("an answer");
    assert_eq!(evaluation.hash, table.hash);
    let (first, second) = (&evaluation.hits[0], &evaluation.hits[1]);
    assert_eq!(first.law, "Decree 175 art. 6");
    assert_eq!(first.outputs["organs"], Value::from(vec!["msa", "border"]));
    assert_eq!(first.notes["reason zh"], "船上有旅客");
    assert_eq!(second.outputs["due_offset"], Value::from("PT1H"));
    assert_eq!(second.law, "Law | A");
    assert!(second.notes.is_empty());
}

#[test]
fn inputs_are_checked() {
    let table = table(DUE);
    let on = date(2020, 5, 1);
    let wrong = Value::from([("passengers", Value::from("three"))]);
    assert_eq!(table.evaluate(on, &wrong), Err(EvaluationError::WrongKind("passengers".into())));
    assert_eq!(table.evaluate(on, &inputs("yacht", 0, "JP")), Err(EvaluationError::NotAllowed("ship_type".into())));
    // What is missing is null: it passes what is irrelevant only.
    assert_eq!(rows(&table, on, &Value::from([("passengers", Value::from(1))])), ["10"]);
    assert_eq!(rows(&table, on, &Value::Null), [""; 0]);
}

#[test]
fn the_trace_tells_every_cell() {
    let trace = table(DUE).explain(date(2022, 5, 1), &inputs("tanker", 0, "JP"));
    let verdicts: Vec<_> =
        trace.rows.iter().map(|row| row.cells.iter().map(|cell| cell.verdict).collect::<Vec<_>>()).collect();
    assert_eq!(verdicts, [[Some(true), Some(false), Some(true)], [Some(true), Some(true), Some(true)]]);
    assert!(!trace.rows[1].in_force && !trace.rows[1].matched);
    assert_eq!(trace.rows[0].cells[1].tests, "> 0");
    assert_eq!(trace.inputs[2], ("call.last_port".into(), "JP".into()));
    let unknown = table(DUE).explain(date(2020, 5, 1), &Value::Null);
    assert_eq!(unknown.rows[0].cells[1].verdict, None);
}

fn small(hit: &str, rows: &str) -> String {
    let head = "input: n number\noutput: say text in \"high\", \"low\"\noutput: pay number\n";
    let mut text =
        format!("# small\nhit: {hit}\n{head}\n| row | n | -> say | -> pay | from | until | law |\n|-|-|-|-|-|-|-|\n");
    for (nth, row) in rows.lines().enumerate() {
        text += &format!("| {} | {row} | 2020-01-01 | | L |\n", nth + 1);
    }
    text
}

#[test]
fn hit_policies_decide_among_rows() {
    let rows = "> 1 | \"low\" | 5\n> 2 | \"high\" | 7\n> 3 | \"low\" | 7";
    let hit = |policy: &str, n: i64| {
        let evaluation = table(&small(policy, rows)).evaluate(date(2020, 1, 1), &Value::from([("n", n.into())]));
        evaluation.map(|evaluation| evaluation.hits.iter().map(|hit| hit.row.clone()).collect::<Vec<_>>().join(" "))
    };
    let ids = |ids: &[&str]| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
    assert_eq!(hit("U", 2), Ok("1".into()));
    assert_eq!(hit("U", 3), Err(EvaluationError::NotUnique(ids(&["1", "2"]))));
    assert_eq!(hit("any", 3), Err(EvaluationError::NotTheSame(ids(&["1", "2"]))));
    assert_eq!(hit("priority", 4), Ok("2".into()));
    assert_eq!(hit("first", 4), Ok("1".into()));
    assert_eq!(hit("collect", 4), Ok("1 2 3".into()));
    assert_eq!(hit("rule order", 4), Ok("1 2 3".into()));
    assert_eq!(hit("output order", 4), Ok("2 1 3".into()));
    assert_eq!(hit("collect", 1), Ok(String::new()));
}

#[test]
fn collected_numbers_are_aggregated() {
    let text = |hit: &str| {
        format!(
            "# fees\nhit: {hit}\ninput: n number\noutput: pay number\n| row | n | -> pay | from | until | law |\n|-|-|-|-|-|-|\n\
             | a | > 1 | 5.5 | 2020-01-01 | | L |\n| b | > 2 | n * 2 | 2020-01-01 | | L |\n| c | > 2 | 5.5 | 2020-01-01 | | L |\n"
        )
    };
    let value = |hit: &str, n: i64| {
        table(&text(hit))
            .evaluate(date(2020, 1, 1), &Value::from([("n", n.into())]))
            .expect("an answer")
            .value()
            .to_string()
    };
    assert_eq!(value("C+", 3), "17");
    assert_eq!(value("C<", 3), "5.5");
    assert_eq!(value("C>", 3), "6");
    // Each output counts, also one that another row gives as well (DMN 1.5, 8.2.10).
    assert_eq!(value("C#", 3), "3");
    assert_eq!(value("C#", 0), "0");
    assert_eq!(value("C", 3), "5.5, 6, 5.5");
}

#[test]
fn defaults_answer_when_no_row_hits() {
    let text = small("U", "> 1 | \"low\" | 5").replace("\n\n|", "\ndefault: say \"high\"\ndefault: pay n + 1\n\n|");
    let evaluation = table(&text).evaluate(date(2020, 1, 1), &Value::from([("n", Value::from(1))])).expect("an answer");
    assert_eq!(evaluation.hits[0].row, "");
    assert_eq!(evaluation.hits[0].outputs["say"], Value::from("high"));
    assert_eq!(evaluation.hits[0].outputs["pay"], Value::from(2));
}

#[test]
fn inputs_may_be_expressions() {
    let text = small("U", "> 1 | \"low\" | n").replace("n number\n", "n number = (eta - announced).days\n");
    let at = |eta: &str| {
        let inputs = Value::from([("eta", eta.into()), ("announced", "2026-01-01".into())]);
        table(&text).evaluate(date(2026, 1, 1), &inputs).expect("an answer").hits.len()
    };
    assert_eq!((at("2026-01-02"), at("2026-01-03")), (0, 1));
}

#[test]
fn what_is_wrong_is_told_with_row_and_column() {
    let faults = |text: &str| {
        let (table, findings) = Table::parse(text);
        assert!(table.is_none(), "{text}");
        let place = |text: &Option<String>| text.clone().unwrap_or_default();
        findings
            .iter()
            .map(|f| format!("{} {} {} {}", f.line, f.code, place(&f.row), place(&f.column)))
            .collect::<Vec<_>>()
    };
    let row = |row: &str| small("U", "").replace("|-|-|-|-|-|-|-|\n", &format!("|-|-|-|-|-|-|-|\n{row}\n"));
    assert_eq!(faults(&row("| | - | - | - | 2020-01-01 | | |")), ["9 PQ-RULES-EMPTY  row", "9 PQ-RULES-EMPTY  law"]);
    assert_eq!(faults(&row("| 1 | - | - | - | | | L |")), ["9 PQ-RULES-EMPTY 1 from"]);
    assert_eq!(faults(&row("| 1 | - | - | - | 2020-02-30 | | L |")), ["9 PQ-RULES-DATE 1 from"]);
    assert_eq!(faults(&row("| 1 | - | - | - | 2020-02-20 | 2020-02-20 | L |")), ["9 PQ-RULES-WINDOW 1 until"]);
    assert_eq!(faults(&row("| 1 | > | - | - | 2020-02-20 | | L |")), ["9 PQ-RULES-CELL 1 n"]);
    assert_eq!(faults(&row("| 1 | - | low | - | 2020-02-20 | | L |")), ["9 PQ-RULES-CELL 1 -> say"]);
    assert_eq!(faults(&row("| 1 | - | \"huge\" | - | 2020-02-20 | | L |")), ["9 PQ-RULES-CELL 1 -> say"]);
    assert_eq!(faults(&row("| 1 | - | - | \"5\" | 2020-02-20 | | L |")), ["9 PQ-RULES-CELL 1 -> pay"]);
    assert_eq!(faults(&row("| 1 | - | - | 2020-02-20 | | L |")), ["9 PQ-RULES-CELLS  "]);
    assert_eq!(faults(&row("| 1 | \"5\" | - | - | 2020-02-20 | | L |")), ["9 PQ-RULES-CELL 1 n"]);
    assert_eq!(faults(&DUE.replace("`\"tanker\",\"bulk\"`", "\"tankr\"")), ["18 PQ-RULES-CELL 20 ship_type"]);
    assert_eq!(faults(&small("U", "- | - | -").replace("| n |", "| m |")), ["7 PQ-RULES-COLUMN  n"]);
    assert_eq!(faults(&small("sometimes", "- | - | -")), ["2 PQ-RULES-HIT  "]);
    assert_eq!(faults(&small("U", "- | - | -").replace("input: n number", "input: n numbre")), ["3 PQ-RULES-CELL  n"]);
    assert_eq!(faults(&small("U", "- | - | -").replace("input:", "inputs:"))[0], "3 PQ-RULES-LINE  ");
    assert_eq!(faults(&small("U", "- | - | -\n- | - | -").replace("| 2 |", "| 1 |")), ["10 PQ-RULES-ROW 1 "]);
}

#[test]
fn the_canonical_text_reads_as_the_same_table() {
    let table = table(DUE);
    assert_eq!(table.hit, HitPolicy::Collect);
    let text = table.source.to_text();
    let again = self::table(&text);
    assert_eq!(again.hash, table.hash);
    assert_eq!(again.source.to_text(), text);
    assert_ne!(self::table(&text.replace("> 0", "> 1")).hash, table.hash);
    // Room between words is not content.
    assert_eq!(self::table(&DUE.replace("| > 0 |", "|  > 0  |")).hash, table.hash);
}

#[test]
#[ignore = "measures: cargo test -p rules --release -- --ignored"]
fn sixty_rows_of_eight_inputs_take_microseconds() {
    let columns: Vec<String> = (0..8).map(|nth| format!("c{nth}")).collect();
    let mut text = String::from("# large\nhit: collect\noutput: o\n");
    for (nth, column) in columns.iter().enumerate() {
        text += &format!("input: {column} {}\n", ["text", "number", "date", "boolean"][nth % 4]);
    }
    text += &format!("| row | {} | -> o | from | until | law |\n|{}\n", columns.join(" | "), "-|".repeat(13));
    for row in 0..60 {
        // The first columns accept everything, so that every cell is looked at.
        let cells =
            ["not(\"x\")", "[0..100]", "> date(\"2020-01-01\")", "-", "\"a\", \"b\", \"c\"", "> 1", "-", "true"];
        text += &format!("| {row} | {} | {row} | 2020-01-01 | | L |\n", cells.join(" | "));
    }
    let table = table(&text);
    let inputs = Value::from([
        ("c0", "y".into()),
        ("c1", 50.into()),
        ("c2", "2026-01-01".into()),
        ("c3", true.into()),
        ("c4", "c".into()),
        ("c5", 2.into()),
        ("c6", "2026-01-01".into()),
        ("c7", false.into()),
    ]);
    let start = std::time::Instant::now();
    for _ in 0..10_000 {
        assert!(table.evaluate(date(2026, 1, 1), &inputs).expect("an answer").hits.is_empty());
    }
    let each = start.elapsed() / 10_000;
    println!("{each:?} an evaluation");
    assert!(each.as_micros() < 20, "{each:?}");
}
