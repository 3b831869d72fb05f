//! Bills: what it costs to reckon those of a year again after the tariff has changed, and what then differs.

use std::{
    collections::BTreeMap,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use domain::{
    charge::{Bill, Facts, Item, LineKind, Tariff},
    profile::Profile,
};
use indicatif::ProgressBar;
use jiff::{ToSpan, civil::Date};
use rules::{Table, Value};
use rust_decimal::Decimal;
use serde::Serialize;

use super::machine::Machine;
use crate::setup::{self, Settings, say};

/// How to measure bills.
#[derive(Args)]
pub struct Bills {
    /// Number of bills, spread over the days of a year.
    #[arg(long, default_value_t = 1_000_000)]
    bills: usize,
    /// The year.
    #[arg(long, default_value_t = 2020)]
    year: i16,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was reckoned by one tariff.
#[derive(Default)]
struct Sums {
    /// What is due, by charge and month.
    due: BTreeMap<(String, i8), Decimal>,
    /// What each bill comes to, in their order.
    bills: Vec<Decimal>,
    lines: usize,
}

#[derive(Serialize)]
struct Report {
    machine: Machine,
    threads: usize,
    bills: usize,
    lines: usize,
    /// By the tariff as it was.
    before_seconds: f64,
    /// Again, by the changed one.
    again_seconds: f64,
    micros_each: f64,
    changed: usize,
    differences: Vec<Difference>,
}

#[derive(Serialize)]
struct Difference {
    charge: String,
    month: i8,
    before: String,
    after: String,
    difference: String,
}

/// Reckons the bills of a year, changes two tariffs, reckons them again, and lists the difference.
pub fn measure(settings: &Settings, what: &Bills) -> Result<(), String> {
    let profile = setup::profile(settings)?;
    let changed = changed(&profile)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (before, before_for) = reckon(&profile, what, threads, "as the tariff was")?;
    let (after, again_for) = reckon(&changed, what, threads, "again, by the new one")?;
    let months = before.due.keys().chain(after.due.keys()).collect::<std::collections::BTreeSet<_>>();
    let sum = |sums: &Sums, key: &(String, i8)| sums.due.get(key).copied().unwrap_or_default();
    let differences = months.into_iter().filter_map(|key| {
        let (before, after) = (sum(&before, key), sum(&after, key));
        let more = after - before;
        let [before, after, difference] = [before, after, more].map(|amount| amount.to_string());
        (!more.is_zero()).then(|| Difference { charge: key.0.clone(), month: key.1, before, after, difference })
    });
    let report = Report {
        machine: Machine::this(Path::new(".")),
        threads,
        bills: what.bills,
        lines: after.lines,
        before_seconds: before_for.as_secs_f64(),
        again_seconds: again_for.as_secs_f64(),
        micros_each: again_for.as_secs_f64() * 1e6 * threads as f64 / what.bills.max(1) as f64,
        changed: before.bills.iter().zip(&after.bills).filter(|(before, after)| before != after).count(),
        differences: differences.collect(),
    };
    if what.json {
        say(&serde_json::to_string(&report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    tell(&report);
    Ok(())
}

fn tell(report: &Report) {
    say(&format!("{}, {} cores, {}\n", report.machine.processor, report.machine.cores, report.machine.kernel));
    say("| bills | lines | threads | as they were, s | again, s | µs of a core each | bills that differ |");
    say("|---:|---:|---:|---:|---:|---:|---:|");
    say(&format!(
        "| {} | {} | {} | {:.1} | {:.1} | {:.1} | {} |\n",
        report.bills,
        report.lines,
        report.threads,
        report.before_seconds,
        report.again_seconds,
        report.micros_each,
        report.changed
    ));
    say("| charge | month | before | after | difference |\n|---|---:|---:|---:|---:|");
    for of in &report.differences {
        say(&format!("| {} | {} | {} | {} | {} |", of.charge, of.month, of.before, of.after, of.difference));
    }
}

/// The profile with two tariffs changed: port dues on import containers and storage, each a tenth dearer.
fn changed(profile: &Profile) -> Result<Profile, String> {
    let mut profile = profile.clone();
    for (name, rows) in [("tariff-cargo-dues", "dues-import"), ("tariff-storage", "dry")] {
        let table = profile.tables.get(name).ok_or_else(|| format!("the profile has no table {name}"))?;
        let mut source = table.source.clone();
        let place = source.outputs.iter().position(|output| output.name == "rate");
        let place = place.ok_or_else(|| format!("{name} has no rate"))?;
        for row in source.rows.iter_mut().filter(|row| row.id.starts_with(rows)) {
            row.outputs[place] = format!("{} * 1.1", row.outputs[place]);
        }
        let (table, findings) = Table::compile(&source);
        let told = || findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        profile.tables.insert(name.to_owned(), table.ok_or_else(told)?);
    }
    Ok(profile)
}

/// Every bill by one profile, on all threads, with a bar on a terminal.
fn reckon(profile: &Profile, what: &Bills, threads: usize, words: &'static str) -> Result<(Sums, Duration), String> {
    let bar = setup::bar(words, what.bills as u64);
    let began = Instant::now();
    let share = what.bills.div_ceil(threads.max(1));
    let parts: Vec<Result<Sums, String>> = thread::scope(|scope| {
        let worker = |nth: usize| {
            let (from, to) = ((nth * share).min(what.bills), ((nth + 1) * share).min(what.bills));
            let bar = bar.clone();
            scope.spawn(move || part(profile, what.year, from..to, &bar))
        };
        let workers: Vec<_> = (0..threads.max(1)).map(worker).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err("a worker ended".to_owned()))).collect()
    });
    let took = began.elapsed();
    bar.finish_and_clear();
    let mut whole = Sums::default();
    for part in parts {
        let part = part?;
        for (key, amount) in part.due {
            *whole.due.entry(key).or_default() += amount;
        }
        whole.bills.extend(part.bills);
        whole.lines += part.lines;
    }
    Ok((whole, took))
}

fn part(profile: &Profile, year: i16, bills: std::ops::Range<usize>, bar: &ProgressBar) -> Result<Sums, String> {
    let mut tariff = Tariff::new(profile);
    let mut sums = Sums::default();
    for nth in bills {
        let facts = facts(nth, year)?;
        let bill = tariff.bill(&facts).map_err(|faults| format!("bill {nth}: {faults:?}"))?;
        add(&mut sums, &bill);
        if nth % 1000 == 999 {
            bar.inc(1000);
        }
    }
    Ok(sums)
}

fn add(sums: &mut Sums, bill: &Bill) {
    sums.lines += bill.lines.len();
    let mut due = Decimal::ZERO;
    for line in &bill.lines {
        due += line.amount;
        let month = line.from.month();
        match sums.due.iter_mut().find(|((charge, of), _)| *of == month && *charge == line.charge) {
            Some((_, sum)) => *sum += line.amount,
            None => drop(sums.due.insert((line.charge.clone(), month), line.amount)),
        }
    }
    debug_assert!(bill.lines.iter().all(|line| line.kind != LineKind::Relief || line.amount < Decimal::ZERO));
    sums.bills.push(due);
}

/// The facts of a bill: two kinds of containers of a ship, and one of them some days in the yard.
fn facts(nth: usize, year: i16) -> Result<Facts, String> {
    let first = Date::new(year, 1, 1).map_err(|error| error.to_string())?;
    let days = i64::from(first.days_in_year());
    let place = i64::try_from(nth).unwrap_or_default();
    let arrival = first.saturating_add((place % days).days());
    let pick = |of: i64, step: i64| (place / step) % of;
    let item = |kind: &str, quantity: i64, particulars: &[(&str, Value)]| Item {
        kind: kind.to_owned(),
        quantity: quantity.into(),
        particulars: particulars.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        ..Item::default()
    };
    let size = |nth: i64| Value::from(if nth == 0 { 20_i64 } else { 40 });
    let direction = |nth: i64| Value::from(if nth == 0 { "import" } else { "export" });
    let reefer = |nth: i64| Value::from(nth == 0);
    let stored = [("size", size(pick(2, 7))), ("reefer", reefer(pick(5, 11)))];
    let mut storage = item("storage", 1 + pick(3, 13), &stored);
    storage.from = Some(arrival);
    storage.to = Some(arrival.saturating_add((2 + pick(12, 17)).days()));
    let one = [("size", size(pick(2, 7))), ("direction", direction(0)), ("reefer", reefer(pick(5, 11)))];
    let other = [("size", size(pick(2, 19))), ("direction", direction(pick(2, 23)))];
    Ok(Facts {
        reference: format!("bill {nth}"),
        firm: format!("sample-{}", pick(500, 29)),
        days: BTreeMap::from([("arrival".to_owned(), arrival)]),
        items: vec![item("container", 1 + pick(4, 3), &one), item("container", 1 + pick(9, 5), &other), storage],
        ..Facts::default()
    })
}
