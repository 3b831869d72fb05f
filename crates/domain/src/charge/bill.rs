//! A bill: its lines, what comes of what was paid, and its totals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Text, ship_call::Rule};

/// A bill.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// What it is for.
    pub reference: String,
    /// The firm that pays.
    pub firm: String,
    /// The lines, in the order of the price list; each relief follows the charge that it lowers.
    pub lines: Vec<Line>,
    /// What comes of what was paid and relieved before.
    pub settlements: Vec<Settlement>,
    /// Totals, by currency.
    pub totals: BTreeMap<String, Totals>,
    /// Places among the items for which the list asks nothing on that day.
    pub unpriced: Vec<usize>,
    /// True when a sample price is part of it.
    pub sample: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Asked by the price list.
    Charge,
    /// Taken off by a measure.
    Relief,
    /// Not collected, since the sum is below what is.
    Threshold,
    /// Not collected, since the sum is more than the list lets it become.
    Cap,
}

impl LineKind {
    /// The code in data.
    pub fn code(self) -> &'static str {
        match self {
            LineKind::Charge => "charge",
            LineKind::Relief => "relief",
            LineKind::Threshold => "threshold",
            LineKind::Cap => "cap",
        }
    }
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// The charge.
    pub charge: String,
    /// The charge's name.
    pub name: Text,
    /// Place of the item among the facts' items.
    pub item: usize,
    /// The day that decides; of days that are reckoned alike, the first.
    pub from: Date,
    /// The last of the days that the line covers.
    pub to: Date,
    /// What is multiplied with each other: quantity, base, days, rate or percent.
    pub factors: Vec<Factor>,
    /// Unit of the rate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Above nought for a charge, below for what is taken off.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// Currency, ISO 4217.
    pub currency: String,
    /// The measure that gives a relief.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// The row that says so.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why, in both languages.
    pub reason: Text,
    /// The rate is a sample.
    #[serde(default)]
    pub sample: bool,
}

/// A number that an amount is the product of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// `quantity`, `days`, `rate`, `percent`, or the name of the base.
    pub name: String,
    /// The number.
    #[serde(with = "crate::decimal")]
    pub value: Decimal,
}

/// What comes of what was paid or relieved before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementKind {
    /// Paid more than is due, and comes back by itself.
    Refund,
    /// Paid more than is due, and comes back on application.
    RefundOnApplication,
    /// Paid more than is due, and the measure does not give it back.
    NotRefunded,
    /// Paid more than the price list asks.
    Overpaid,
    /// A relief of an earlier bill whose condition has fallen away: asked for again.
    Clawback,
    /// The same, too late to be asked for.
    Forgone,
}

impl SettlementKind {
    /// The code in data.
    pub fn code(self) -> &'static str {
        match self {
            SettlementKind::Refund => "refund",
            SettlementKind::RefundOnApplication => "refund_on_application",
            SettlementKind::NotRefunded => "not_refunded",
            SettlementKind::Overpaid => "overpaid",
            SettlementKind::Clawback => "clawback",
            SettlementKind::Forgone => "forgone",
        }
    }
}

/// A settlement of what was paid or relieved before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settlement {
    /// What it is.
    pub kind: SettlementKind,
    /// The charge.
    pub charge: String,
    /// The charge's name.
    pub name: Text,
    /// Always above nought; the kind says in whose favour.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// Currency.
    pub currency: String,
    /// The measure on whose account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// The row that says what comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Legal reference.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law: String,
}

/// Sums of a bill in one currency. `due` = `listed` - `relief`; `balance` is what is still to pay, or comes back where it is
/// below nought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// By the price list.
    #[serde(with = "crate::decimal")]
    pub listed: Decimal,
    /// Taken off, above nought.
    #[serde(with = "crate::decimal")]
    pub relief: Decimal,
    /// What is due.
    #[serde(with = "crate::decimal")]
    pub due: Decimal,
    /// What was paid.
    #[serde(with = "crate::decimal")]
    pub paid: Decimal,
    /// Comes back on application only, or not at all, or is no longer asked for.
    #[serde(with = "crate::decimal")]
    pub standing: Decimal,
    /// What is to pay, or comes back by itself.
    #[serde(with = "crate::decimal")]
    pub balance: Decimal,
}

impl Line {
    /// The calculation: `2 × 34.00 = 68.00`, `-20 % × 68.00 = -13.60`.
    pub fn calculation(&self) -> String {
        let written = |factor: &Factor| match factor.name.as_str() {
            "percent" => format!("{} %", factor.value.normalize()),
            "rate" => factor.value.to_string(),
            _ => factor.value.normalize().to_string(),
        };
        let factors: Vec<_> = self.factors.iter().map(written).collect();
        if factors.is_empty() { self.amount.to_string() } else { format!("{} = {}", factors.join(" × "), self.amount) }
    }
}

impl Bill {
    /// What is due for a charge: listed and relief, both above nought.
    pub fn of_charge(&self, charge: &str) -> (Decimal, Decimal) {
        self.lines.iter().filter(|line| line.charge == charge).fold(
            (Decimal::ZERO, Decimal::ZERO),
            |(listed, relief), line| match line.kind {
                LineKind::Charge => (listed + line.amount, relief),
                LineKind::Relief | LineKind::Threshold | LineKind::Cap => (listed, relief - line.amount),
            },
        )
    }

    /// The bill's charges in their order, each once, with name and currency.
    pub fn charges(&self) -> Vec<(&str, &Text, &str)> {
        let mut charges: Vec<(&str, &Text, &str)> = Vec::new();
        for line in &self.lines {
            if !charges.iter().any(|(code, ..)| *code == line.charge) {
                charges.push((&line.charge, &line.name, &line.currency));
            }
        }
        charges
    }

    pub(super) fn add_up(&mut self) {
        self.sample = self.lines.iter().any(|line| line.sample);
        for line in &self.lines {
            let totals = self.totals.entry(line.currency.clone()).or_default();
            match line.kind {
                LineKind::Charge => totals.listed += line.amount,
                LineKind::Relief | LineKind::Threshold | LineKind::Cap => totals.relief -= line.amount,
            }
        }
        for settlement in &self.settlements {
            let totals = self.totals.entry(settlement.currency.clone()).or_default();
            match settlement.kind {
                SettlementKind::RefundOnApplication | SettlementKind::NotRefunded => {
                    totals.standing += settlement.amount;
                }
                SettlementKind::Forgone => totals.standing -= settlement.amount,
                SettlementKind::Refund | SettlementKind::Overpaid | SettlementKind::Clawback => {}
            }
        }
        for totals in self.totals.values_mut() {
            totals.due = totals.listed - totals.relief;
            totals.balance = totals.due - totals.paid + totals.standing;
        }
    }
}
