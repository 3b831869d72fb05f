//! What was paid and relieved before, set against what is due now.

use jiff::{Unit, civil::Date};
use rust_decimal::Decimal;

use super::{
    bill::{Bill, LineKind, Settlement, SettlementKind},
    facts::{Facts, fault},
    tariff::{Charge, Tariff},
};
use crate::{Fault, ship_call::Rule};

/// Says for each charge what comes of the difference between what was paid and what is due.
pub(super) fn settle(
    tariff: &Tariff<'_>,
    facts: &Facts,
    charges: &[Charge],
    bill: &mut Bill,
) -> Result<(), Vec<Fault>> {
    let unknown = facts.paid.iter().enumerate().filter(|(_, paid)| !charges.iter().any(|of| of.code == paid.charge));
    let faults: Vec<_> = unknown.map(|(nth, _)| no_charge(&format!("/paid/{nth}/charge"))).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    for charge in charges {
        let paid: Decimal = facts.paid.iter().filter(|of| of.charge == charge.code).map(|of| of.amount).sum();
        if !paid.is_zero() {
            bill.totals.entry(charge.currency.clone()).or_default().paid += paid;
        }
        let (listed, relief) = bill.of_charge(&charge.code);
        let due = listed - relief;
        if paid > due {
            give_back(tariff, charge, paid - due, bill);
        } else if paid < due && !paid.is_zero() {
            ask_again(tariff, facts, charge, due - paid, bill);
        }
    }
    Ok(())
}

/// More was paid than is due: on account of the reliefs, as their rows say, and beyond that by mistake.
fn give_back(tariff: &Tariff<'_>, charge: &Charge, mut excess: Decimal, bill: &mut Bill) {
    let mut settlements: Vec<Settlement> = Vec::new();
    let reliefs = bill.lines.iter().filter(|line| line.kind == LineKind::Relief && line.charge == charge.code);
    for line in reliefs {
        let amount = excess.min(-line.amount);
        if amount <= Decimal::ZERO {
            break;
        }
        excess -= amount;
        let kind = match tariff.relief_of_row(&line.rule.row).map(|relief| relief.refund).as_deref() {
            Some("automatic") => SettlementKind::Refund,
            Some("application") => SettlementKind::RefundOnApplication,
            _ => SettlementKind::NotRefunded,
        };
        let same = |of: &&mut Settlement| of.kind == kind && of.rule.as_ref() == Some(&line.rule);
        match settlements.iter_mut().find(same) {
            Some(of) => of.amount += amount,
            None => settlements.push(Settlement {
                kind,
                amount,
                measure: line.measure.clone(),
                rule: Some(line.rule.clone()),
                law: line.law.clone(),
                ..blank(charge)
            }),
        }
    }
    if excess > Decimal::ZERO {
        settlements.push(Settlement { kind: SettlementKind::Overpaid, amount: excess, ..blank(charge) });
    }
    bill.settlements.extend(settlements);
}

/// Less was paid than is due: where an earlier relief has fallen away, it is asked for again in the time that its row gives.
fn ask_again(tariff: &Tariff<'_>, facts: &Facts, charge: &Charge, mut missing: Decimal, bill: &mut Bill) {
    for earlier in facts.relieved.iter().filter(|earlier| earlier.charge == charge.code) {
        let now = bill.lines.iter().filter(|line| line.charge == charge.code && line.rule.row == earlier.row);
        let now: Decimal = now.filter(|line| line.kind == LineKind::Relief).map(|line| -line.amount).sum();
        let amount = (earlier.amount - now).min(missing);
        if amount <= Decimal::ZERO {
            continue;
        }
        missing -= amount;
        let relief = tariff.relief_of_row(&earlier.row);
        let days = relief.as_ref().map_or(0, |relief| relief.clawback_days);
        let in_time = facts.on.is_some_and(|on| days_between(earlier.on, on) <= days);
        bill.settlements.push(Settlement {
            kind: if in_time { SettlementKind::Clawback } else { SettlementKind::Forgone },
            amount,
            measure: Some(earlier.measure.clone()),
            rule: relief.as_ref().map(|relief| Rule::clone(&relief.rule)),
            law: relief.map(|relief| relief.law).unwrap_or_default(),
            ..blank(charge)
        });
    }
}

fn blank(charge: &Charge) -> Settlement {
    Settlement {
        kind: SettlementKind::Overpaid,
        charge: charge.code.clone(),
        name: charge.name.clone(),
        amount: Decimal::ZERO,
        currency: charge.currency.clone(),
        measure: None,
        rule: None,
        law: String::new(),
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(i64::MAX, |span| span.get_days().into())
}

fn no_charge(place: &str) -> Fault {
    fault(
        "PQ-CHARGE-009",
        place,
        ("价目表中没有此收费项目。", "The price list knows no such charge."),
        ("请使用价目表中的代码，例如 cargo_dues。", "Use a code of the price list, for example cargo_dues."),
    )
}
