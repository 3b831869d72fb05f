//! A bill as pages show it.

use domain::{
    charge::{Bill, Facts, Line, LineKind, SettlementKind},
    profile::Profile,
};
use serde_json::{Value, json};

use super::unit;
use crate::{page::Page, say};

/// A bill with its lines, each with its calculation, its row and its law; totals and what comes of what was paid.
pub fn bill_view(page: &Page, bill: &Bill, facts: &Facts) -> Value {
    let profile = &page.app.office.profile;
    let lines: Vec<Value> = bill
        .lines
        .iter()
        .map(|line| {
            let item = facts.items.get(line.item).map(|item| item.name.as_str()).unwrap_or_default();
            line_view(profile, line, item)
        })
        .collect();
    let settlements: Vec<Value> = bill
        .settlements
        .iter()
        .map(|of| {
            json!({
                "say": say::key(settlement(of.kind)), "name": say::text(&of.name), "amount": of.amount.to_string(),
                "currency": of.currency, "measure": of.measure, "measure_title": title(profile, of.measure.as_deref()),
                "law": say::law(profile, &of.law),
            })
        })
        .collect();
    let totals: Vec<Value> = bill
        .totals
        .iter()
        .map(|(currency, of)| {
            json!({
                "currency": currency, "listed": of.listed.to_string(), "relief": of.relief.to_string(),
                "due": of.due.to_string(), "paid": of.paid.to_string(), "balance": of.balance.to_string(),
                "has_paid": !of.paid.is_zero(),
            })
        })
        .collect();
    json!({
        "lines": lines, "settlements": settlements, "totals": totals, "sample": bill.sample,
        "unpriced": bill.unpriced.len(),
    })
}

/// A line with its calculation, its row and its law.
pub fn line_view(profile: &Profile, line: &Line, item: &str) -> Value {
    let kind = match line.kind {
        LineKind::Charge => "charge",
        LineKind::Relief => "relief",
        LineKind::Threshold => "threshold",
        LineKind::Cap => "cap",
    };
    json!({
        "kind": kind, "name": say::text(&line.name), "item": item, "reason": say::text(&line.reason),
        "from": line.from.to_string(), "to": line.to.to_string(), "calculation": line.calculation(),
        "unit": unit(&line.unit), "amount": line.amount.to_string(), "currency": line.currency,
        "measure": line.measure, "measure_title": title(profile, line.measure.as_deref()),
        "law": say::law(profile, &line.law), "sample": line.sample,
        "rule": {"table": line.rule.table, "row": line.rule.row, "version": line.rule.hash.get(..12)},
    })
}

/// The title of a line's measure; none where it has none.
fn title(profile: &Profile, measure: Option<&str>) -> Value {
    measure.map_or(Value::Null, |code| say::text(&profile.register.title(code)))
}

fn settlement(kind: SettlementKind) -> &'static str {
    match kind {
        SettlementKind::Refund => "charge-refund",
        SettlementKind::RefundOnApplication => "charge-refund-application",
        SettlementKind::NotRefunded => "charge-not-refunded",
        SettlementKind::Overpaid => "charge-overpaid",
        SettlementKind::Clawback => "charge-clawback",
        SettlementKind::Forgone => "charge-forgone",
    }
}
