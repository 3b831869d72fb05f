//! What a change would do to matters as they really were: each is decided once as if the rows of a day had held then, and
//! once as if those of the draft had.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::{Table, Value};

use crate::{
    charge::{Bill, Facts, Tariff},
    profile::Profile,
};

pub use crate::matter::Asked;

/// So many days on which something changes are held against each other.
const MOST_DAYS: usize = 6;

/// An outcome that would be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The day from which it would.
    pub day: Date,
    /// What comes out by the rows as they stand, as far as it would be otherwise.
    pub before: Vec<String>,
    /// What would come out.
    pub after: Vec<String>,
}

/// A table as it stands and as a draft has it, each with the rows of one day alone, which then hold for every day.
pub struct Replay {
    days: Vec<(Date, Table, Table)>,
    /// The same as whole profiles, for what asks several tables at once.
    profiles: Vec<(Date, Profile, Profile)>,
}

impl Replay {
    /// What a draft changes on each of these days.
    pub fn new(profile: &Profile, draft: &Table, days: &[Date]) -> Replay {
        let Some(base) = profile.tables.get(&draft.name) else {
            return Replay { days: Vec::new(), profiles: Vec::new() };
        };
        let pair = |day: &Date| Some((*day, as_of(base, *day)?, as_of(draft, *day)?));
        let days: Vec<_> = days.iter().take(MOST_DAYS).filter_map(pair).collect();
        let with = |table: &Table| {
            let mut other = profile.clone();
            other.tables.insert(table.name.clone(), table.clone());
            other
        };
        let priced = is_of_the_price_list(profile, &draft.name);
        let profiles = days.iter().filter(|_| priced).map(|(day, one, other)| (*day, with(one), with(other))).collect();
        Replay { days, profiles }
    }

    /// True when bills are reckoned by the table.
    pub fn concerns_bills(&self) -> bool {
        !self.profiles.is_empty()
    }

    /// Asks again what was asked: none when nothing comes out otherwise.
    pub fn ask(&self, profile: &Profile, asked: &Asked) -> Option<Outcome> {
        let on = asked.at.date(&profile.zone);
        self.days.iter().find_map(|(day, before, after)| {
            let answers = [before, after].map(|table| answers(table, on, &asked.inputs));
            differing(*day, &answers[0], &answers[1])
        })
    }

    /// Reckons a bill again.
    pub fn bill(&self, facts: &Facts) -> Option<Outcome> {
        self.profiles.iter().find_map(|(day, before, after)| {
            let bills = [before, after].map(|profile| match Tariff::new(profile).bill(facts) {
                Ok(bill) => lines(&bill),
                Err(faults) => faults.iter().map(|fault| format!("{} {}", fault.code, fault.location)).collect(),
            });
            differing(*day, &bills[0], &bills[1])
        })
    }
}

fn is_of_the_price_list(profile: &Profile, table: &str) -> bool {
    let tariff = |of: &Table| of.answers().any(|row| row.outputs.get("table").and_then(Value::text) == Some(table));
    table == "charges" || table == "charge-reliefs" || profile.tables.get("charges").is_some_and(tariff)
}

/// A table whose rows of one day hold for ever.
fn as_of(table: &Table, day: Date) -> Option<Table> {
    let mut source = table.source.clone();
    let rows = table.rows.iter().zip(&table.source.rows).filter(|(row, _)| row.in_force(day));
    source.rows = rows
        .map(|(_, row)| rules::RowSource { from: "0001-01-01".to_owned(), until: String::new(), ..row.clone() })
        .collect();
    Table::compile(&source).0
}

/// What a table answers, row by row: the outputs that say something, and the law.
fn answers(table: &Table, on: Date, inputs: &Value) -> Vec<String> {
    match table.evaluate(on, inputs) {
        Ok(evaluation) => evaluation
            .hits
            .iter()
            .map(|hit| {
                let outputs: BTreeMap<String, Value> = hit
                    .outputs
                    .iter()
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(n, v)| (n.clone(), v.clone()))
                    .collect();
                format!("{}: {} ({})", hit.row, Value::Map(outputs), hit.law)
            })
            .collect(),
        Err(error) => vec![error.to_string()],
    }
}

/// Lines and totals of a bill.
fn lines(bill: &Bill) -> Vec<String> {
    let lines = bill.lines.iter().map(|line| format!("{}: {} {}", line.rule.row, line.charge, line.amount));
    let totals = bill.totals.iter().map(|(currency, of)| format!("total: {} {currency}", of.due));
    lines.chain(totals).collect()
}

/// What stands on one side alone; none when both say the same. Ids of rows alone make no difference.
fn differing(day: Date, before: &[String], after: &[String]) -> Option<Outcome> {
    let words = |line: &String| line.split_once(": ").map_or(line.clone(), |(_, words)| words.to_owned());
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.iter().any(|other| words(other) == words(line))).cloned().collect()
    };
    let (lost, gained) = (only(before, after), only(after, before));
    let moved = lost.is_empty() && gained.is_empty();
    if moved { None } else { Some(Outcome { day, before: lost, after: gained }) }
}
