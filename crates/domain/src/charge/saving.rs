//! What measures saved: by firm, measure and month.

use std::collections::BTreeMap;

use jiff::{Unit, civil::Date};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    bill::{Bill, Line, LineKind},
    rounded,
};

/// What one measure saved one firm in one month.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Saving {
    /// The firm.
    pub firm: String,
    /// The measure.
    pub measure: String,
    /// The month of the days that decided, `2020-03`.
    pub month: String,
    /// Currency.
    pub currency: String,
    /// How much.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// In how many bills.
    pub bills: usize,
}

impl Saving {
    /// Whether it is what this measure saved this firm in this month, in this money.
    pub fn is_of(&self, month: &str, measure: &str, firm: &str, currency: &str) -> bool {
        (self.month.as_str(), self.measure.as_str(), self.firm.as_str(), self.currency.as_str())
            == (month, measure, firm, currency)
    }
}

/// What the reliefs of bills come to, in the order of month, measure and firm.
pub fn savings<'b>(bills: impl IntoIterator<Item = &'b Bill>) -> Vec<Saving> {
    let mut all: BTreeMap<(String, String, String, String), Saving> = BTreeMap::new();
    for bill in bills {
        let mut counted = Vec::new();
        for line in bill.lines.iter().filter(|line| line.kind == LineKind::Relief) {
            let measure = line.measure.clone().unwrap_or_default();
            for (month, amount) in by_month(line) {
                let key = (month.clone(), measure.clone(), bill.firm.clone(), line.currency.clone());
                let saving = all.entry(key.clone()).or_insert_with(|| Saving {
                    firm: bill.firm.clone(),
                    measure: measure.clone(),
                    month,
                    currency: line.currency.clone(),
                    ..Saving::default()
                });
                saving.amount += amount;
                if !counted.contains(&key) {
                    saving.bills += 1;
                    counted.push(key);
                }
            }
        }
    }
    all.into_values().collect()
}

/// What a relief took off in each month of its days, by their number; the last month has what rounding leaves.
fn by_month(line: &Line) -> Vec<(String, Decimal)> {
    let whole = days(line.from, line.to);
    let (mut shares, mut left, mut from) = (Vec::new(), -line.amount, line.from);
    loop {
        let end = from.last_of_month().min(line.to);
        let share = match end == line.to {
            true => left,
            false => rounded(-line.amount * days(from, end) / whole, 2, false),
        };
        left -= share;
        shares.push((from.strftime("%Y-%m").to_string(), share));
        match end.tomorrow() {
            Ok(next) if end < line.to => from = next,
            _ => return shares,
        }
    }
}

fn days(from: Date, to: Date) -> Decimal {
    Decimal::from(from.until((Unit::Day, to)).map_or(0, |span| span.get_days()) + 1)
}
