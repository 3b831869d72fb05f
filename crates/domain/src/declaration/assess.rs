//! Duties and taxes, line by line, from dated rows; money to the cent.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Item, Line};
use crate::{
    Instant, Value,
    profile::{Hit, Profile},
};

/// What is to be paid of lines.
pub fn total(lines: &[Line]) -> Decimal {
    lines.iter().filter_map(|line| line.payable).sum()
}

/// What lines come to, paid or not.
pub fn total_assessed(lines: &[Line]) -> Decimal {
    lines.iter().filter(|line| line.payable.is_some()).filter_map(|line| line.assessed).sum()
}

/// The lines of items by the table `duty-rates`: duty on the value, excise on the price that holds it, tax on all of it. Empty
/// where no row knows an item.
pub(super) fn lines(profile: &Profile, items: &[Item], at: Instant) -> Vec<Line> {
    // Items of one declaration are much alike: what was asked for one is known for the next.
    let mut known: BTreeMap<(i64, &str), Option<Hit<'_>>> = BTreeMap::new();
    let mut lines = Vec::new();
    for item in items {
        let chapter = item.code.get(..2).and_then(|chapter| chapter.parse::<i64>().ok()).unwrap_or_default();
        let rates = known.entry((chapter, &item.origin)).or_insert_with(|| {
            let inputs = Value::from([("chapter", chapter.into()), ("origin", item.origin.as_str().into())]);
            profile.hit("duty-rates", at, &inputs)
        });
        lines.extend(rates.iter().flat_map(|rates| item_lines(item, rates)));
    }
    lines
}

fn item_lines(item: &Item, hit: &Hit<'_>) -> Vec<Line> {
    let rate = |name: &str| hit.number(name).unwrap_or_default();
    let line = |kind: &str, base: Decimal, rate: Decimal| {
        let amount = cents(base * rate / Decimal::ONE_HUNDRED);
        Line {
            item: item.sequence,
            kind: kind.to_owned(),
            base: Some(base),
            rate: Some(rate),
            deducted: None,
            assessed: Some(amount),
            payable: Some(amount),
            row: hit.row().to_owned(),
            law: hit.law().to_owned(),
        }
    };
    let duty = line("duty", item.value, rate("duty"));
    let dutied = item.value + duty.assessed.unwrap_or_default();
    let mut lines = vec![duty];
    let mut price = dutied;
    if rate("excise") > Decimal::ZERO {
        // The price on which excise is taken holds the excise itself.
        price = cents(dutied * Decimal::ONE_HUNDRED / (Decimal::ONE_HUNDRED - rate("excise")));
        lines.push(line("excise", price, rate("excise")));
    }
    lines.push(line("vat", price, rate("vat")));
    lines
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
