//! Decision tables: what an answer costs by index and by scan, and how many rows are tested for it.

use std::{
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use clap::Args;
use domain::{
    measure::{self, Fact, FactKind},
    profile::Profile,
};
use jiff::civil::{Date, date};
use rules::{HitPolicy, InputSource, OutputSource, RowSource, Table, TableSource, Value, feel};
use serde::Serialize;

use super::machine::Machine;
use crate::setup::{self, Settings, say};

/// How to measure tables.
#[derive(Args)]
pub struct Tables {
    /// Rows of the large table.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// So long each way of asking is measured.
const WHILE: Duration = Duration::from_millis(500);

#[derive(Serialize)]
struct Report {
    machine: Machine,
    rows: Vec<Measured>,
}

#[derive(Serialize)]
struct Measured {
    table: String,
    rows: usize,
    /// Reading the cells and making the index; 0 where that was not measured.
    compiled_ms: f64,
    /// The most rows that were tested for one answer.
    rows_tested: usize,
    micros: f64,
}

/// Makes a large table, takes those of the profile, asks, and prints what came of it.
pub fn measure(settings: &Settings, what: &Tables) -> Result<(), String> {
    let source = tariff(what.rows);
    let began = Instant::now();
    let (table, findings) = Table::compile(&source);
    let compiled = began.elapsed().as_secs_f64() * 1000.0;
    let table = table.ok_or_else(|| findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let asked: Vec<_> = (0..what.rows).step_by((what.rows / 1000).max(1)).map(question).collect();
    let mut rows = vec![Measured { compiled_ms: compiled, ..ask("large, by index", &table, &asked) }];
    rows.push(ask("large, by scan", &table.without_index(), &asked));
    for (name, table) in &setup::profile(settings)?.tables {
        let asked: Vec<_> = table.source.rows.iter().map(|row| own_question(&table.source, row)).collect();
        if !asked.is_empty() {
            rows.push(ask(name, table, &asked));
        }
    }
    rows.extend(register(&setup::profile(settings)?));
    let report = Report { machine: Machine::this(Path::new(".")), rows };
    if what.json {
        say(&serde_json::to_string(&report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    say(&format!("{}, {} cores, {}\n", report.machine.processor, report.machine.cores, report.machine.kernel));
    say("| table | rows | compiled ms | rows tested at most | µs each answer |\n|---|---:|---:|---:|---:|");
    for row in &report.rows {
        let compiled = if row.compiled_ms > 0.0 { format!("{:.0}", row.compiled_ms) } else { String::new() };
        say(&format!("| {} | {} | {compiled} | {} | {:.2} |", row.table, row.rows, row.rows_tested, row.micros));
    }
    Ok(())
}

/// All measures of the register for one event, as a firm's event asks them; none when the port has no measures.
fn register(profile: &Profile) -> Option<Measured> {
    if profile.register.measures.is_empty() {
        return None;
    }
    let options = |fact: &Fact| fact.options.iter().map(|option| Value::from(option.code.as_str())).collect::<Vec<_>>();
    // As many firms as the longest choice has options, each with an answer to every fact.
    let firms = profile.register.facts.iter().map(|fact| fact.options.len()).max().unwrap_or(1);
    let events: Vec<(Date, Value)> = (0..firms)
        .map(|nth| {
            let facts = profile.register.facts.iter().map(|fact| {
                let value = match (fact.kind, options(fact)) {
                    (FactKind::Choice, options) => options[nth % options.len()].clone(),
                    (FactKind::YesNo, _) => Value::Bool(nth.is_multiple_of(2)),
                    (FactKind::Date, _) => Value::Date(date(2020, 6, 30)),
                    (FactKind::Number, _) => Value::from(1),
                };
                (fact.code.clone(), value)
            });
            (date(2020, 4, 15), Value::Map(facts.collect()))
        })
        .collect();
    let (began, mut asked) = (Instant::now(), 0_u32);
    'measured: loop {
        for (on, facts) in &events {
            black_box(measure::answers(profile, *on, facts));
            asked += 1;
            if began.elapsed() > WHILE {
                break 'measured;
            }
        }
    }
    let rows = profile.register.measures.iter().filter_map(|measure| profile.eligibility(&measure.code));
    let rows = rows.map(|table| table.rows.len()).sum();
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(asked);
    let name = format!("all {} measures for one event", profile.register.measures.len());
    Some(Measured { table: name, rows, compiled_ms: 0.0, rows_tested: rows, micros })
}

fn ask(name: &str, table: &Table, asked: &[(Date, Value)]) -> Measured {
    let tested = asked.iter().map(|(on, inputs)| table.rows_tested(*on, inputs)).max().unwrap_or(0);
    let (began, mut answers) = (Instant::now(), 0_u32);
    'measured: loop {
        for (on, inputs) in asked {
            let _ = black_box(table.evaluate(*on, inputs));
            answers += 1;
            if began.elapsed() > WHILE {
                break 'measured;
            }
        }
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(answers);
    Measured { table: name.to_owned(), rows: table.rows.len(), compiled_ms: 0.0, rows_tested: tested, micros }
}

/// A tariff: five thousand codes, each with four bands of weight, and a new rate each year.
fn tariff(rows: usize) -> TableSource {
    let column = |name: &str, kind: &str| InputSource { name: name.into(), kind: kind.into(), ..Default::default() };
    let row = |nth: usize| {
        let (code, band, year) = place(nth);
        let weight = match band {
            0 => "< 100".to_owned(),
            3 => ">= 300".to_owned(),
            band => format!("[{}..{})", band * 100, band * 100 + 100),
        };
        RowSource {
            id: nth.to_string(),
            tests: vec![format!("\"HS{code:06}\""), weight],
            outputs: vec![format!("{}", nth % 20)],
            from: format!("{year:04}-01-01"),
            until: format!("{:04}-01-01", year + 1),
            law: "tariff".into(),
            ..Default::default()
        }
    };
    TableSource {
        name: "tariff".into(),
        hit: HitPolicy::Unique,
        inputs: vec![column("code", "text"), column("weight", "number")],
        outputs: vec![OutputSource { name: "rate".into(), kind: "number".into(), ..Default::default() }],
        rows: (0..rows).map(row).collect(),
        ..Default::default()
    }
}

/// Code, band and year of a row.
fn place(nth: usize) -> (usize, usize, usize) {
    (nth % 5000, nth / 5000 % 4, 2000 + nth / 20_000)
}

/// What a row of the tariff answers.
fn question(nth: usize) -> (Date, Value) {
    let (code, band, year) = place(nth);
    let weight = i64::try_from(band * 100 + 50).unwrap_or_default();
    let inputs = Value::from([("code", format!("HS{code:06}").into()), ("weight", Value::from(weight))]);
    (date(i16::try_from(year).unwrap_or(2000), 7, 1), inputs)
}

/// What a row of a profile's table tells about its own inputs: the constants of its cells.
fn own_question(table: &TableSource, row: &RowSource) -> (Date, Value) {
    let mut inputs = Value::Null;
    for (input, cell) in table.inputs.iter().zip(&row.tests) {
        let first = cell.split(',').next().unwrap_or(cell);
        if let Ok(feel::Expr::Const(value)) = feel::parse_expression(first, &[]) {
            inputs.set(&format!("/{}", input.name.replace('.', "/")), value);
        }
    }
    (row.from.parse().unwrap_or(date(2026, 1, 1)), inputs)
}
