//! Bills that were written out by hand, beside those that the price list comes to.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Misses, Tried};
use crate::{
    Text,
    charge::{Bill, Facts, Paid, Tariff},
    profile::Profile,
};

/// Bills of one subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillCases {
    zh: String,
    en: String,
    /// Facts of every case; a case may bring its own.
    facts: Option<Facts>,
    case: Vec<Case>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    note: String,
    facts: Option<Facts>,
    #[serde(default)]
    days: BTreeMap<String, Date>,
    #[serde(default)]
    paid: Vec<Paid>,
    totals: Expected,
    /// All lines in their order.
    lines: Option<Vec<ExpectedLine>>,
    /// All settlements in their order.
    #[serde(default)]
    settlements: Vec<ExpectedSettlement>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(with = "crate::decimal")]
    listed: Decimal,
    #[serde(with = "crate::decimal")]
    relief: Decimal,
    #[serde(with = "crate::decimal")]
    due: Decimal,
    #[serde(default, with = "crate::decimal")]
    paid: Decimal,
    #[serde(with = "crate::decimal")]
    balance: Decimal,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedLine {
    charge: String,
    item: usize,
    kind: Option<String>,
    row: Option<String>,
    measure: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
    #[serde(with = "crate::decimal")]
    amount: Decimal,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSettlement {
    kind: String,
    charge: String,
    #[serde(with = "crate::decimal")]
    amount: Decimal,
    row: Option<String>,
}

impl BillCases {
    /// The facts of each case, with its note.
    pub fn facts(&self) -> Vec<(&str, Facts)> {
        self.case.iter().map(|case| (case.note.as_str(), self.facts_of(case))).collect()
    }

    fn facts_of(&self, case: &Case) -> Facts {
        let mut facts = case.facts.clone().or_else(|| self.facts.clone()).unwrap_or_default();
        facts.days.extend(case.days.clone());
        facts.paid.extend(case.paid.clone());
        facts
    }

    pub(super) fn tried(&self, name: &str, profile: &Profile) -> Vec<Tried> {
        let mut tariff = Tariff::new(profile);
        let tried = self.case.iter().map(|case| {
            let facts = self.facts_of(case);
            let mut misses = Misses::default();
            match tariff.bill(&facts) {
                Ok(bill) => case.compare(&bill, &mut misses),
                Err(faults) => {
                    let told: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.code, fault.text.en)).collect();
                    misses.tell("bill", "a bill", told.join("; "));
                }
            }
            Tried {
                name: format!("{name}, {}", case.note),
                title: Text::new(self.zh.as_str(), self.en.as_str()),
                on: last_day(&facts),
                misses: misses.0,
            }
        });
        tried.collect()
    }
}

/// The last day that could decide.
fn last_day(facts: &Facts) -> Date {
    let items = facts.items.iter().flat_map(|item| [item.from, item.to]).flatten();
    facts.days.values().copied().chain(items).max().unwrap_or(Date::MIN)
}

impl Case {
    fn compare(&self, bill: &Bill, misses: &mut Misses) {
        let totals = bill.totals.get("CNY").map(|of| [of.listed, of.relief, of.due, of.paid, of.balance]);
        let hand = &self.totals;
        let hand = [hand.listed, hand.relief, hand.due, hand.paid, hand.balance];
        if totals != Some(hand) {
            let found = totals.map_or_else(String::new, |found| sums(&found));
            misses.tell("listed, relief, due, paid, balance", sums(&hand), found);
        }
        if let Some(lines) = &self.lines {
            compare_lines(lines, bill, misses);
        }
        let found: Vec<_> = bill.settlements.iter().map(|of| (of.kind.code(), of.charge.as_str(), of.amount)).collect();
        let hand: Vec<_> =
            self.settlements.iter().map(|of| (of.kind.as_str(), of.charge.as_str(), of.amount)).collect();
        if found != hand {
            misses.tell("settlements", format!("{hand:?}"), format!("{found:?}"));
        }
        for (found, hand) in bill.settlements.iter().zip(&self.settlements) {
            if let Some(row) = &hand.row {
                misses.same(&hand.charge, row, found.rule.as_ref().map_or("", |rule| rule.row.as_str()));
            }
        }
    }
}

fn compare_lines(lines: &[ExpectedLine], bill: &Bill, misses: &mut Misses) {
    let found: Vec<_> = bill.lines.iter().map(|line| (line.charge.as_str(), line.item, line.amount)).collect();
    let hand: Vec<_> = lines.iter().map(|line| (line.charge.as_str(), line.item, line.amount)).collect();
    if found != hand {
        misses.tell("every line", format!("{hand:?}"), format!("{found:?}"));
    }
    for (found, hand) in bill.lines.iter().zip(lines) {
        let place = format!("{} {}", hand.charge, hand.amount);
        if let Some(kind) = &hand.kind {
            misses.same(&place, kind, found.kind.code());
        }
        if let Some(row) = &hand.row {
            misses.same(&place, row, &found.rule.row);
        }
        if let Some(measure) = &hand.measure {
            let given = found.measure.as_deref().unwrap_or_default();
            if !given.starts_with(measure.as_str()) {
                misses.tell(&place, measure, given);
            }
        }
        for (expected, found) in [(hand.from, found.from), (hand.to, found.to)] {
            if expected.is_some_and(|expected| expected != found) {
                misses.tell(&place, expected.unwrap_or(found), found);
            }
        }
        if found.law.is_empty() || found.rule.hash.is_empty() || found.reason.is_blank() {
            misses.tell(&place, "law, table and reason", "");
        }
    }
}

fn sums(of: &[Decimal; 5]) -> String {
    of.map(|amount| amount.to_string()).join(", ")
}
