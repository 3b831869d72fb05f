//! A bill that a firm received, beside what the price list asks.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::bill::Bill;
use crate::Text;

/// A line of a bill that a firm received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivedLine {
    /// The charge by its code; where the list knows none, the bill's own words.
    pub charge: String,
    /// The amount, above nought.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
}

/// One charge as billed and as listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The charge.
    pub charge: String,
    /// Its name.
    pub name: Text,
    /// Currency; empty for what is not on the list.
    pub currency: String,
    /// As billed.
    #[serde(with = "crate::decimal")]
    pub received: Decimal,
    /// By the price list.
    #[serde(with = "crate::decimal")]
    pub listed: Decimal,
    /// Taken off by measures.
    #[serde(with = "crate::decimal")]
    pub relief: Decimal,
    /// What is due.
    #[serde(with = "crate::decimal")]
    pub due: Decimal,
    /// Billed beyond what is due; below nought where less was billed.
    #[serde(with = "crate::decimal")]
    pub difference: Decimal,
    /// True when the price list asks this charge for these facts.
    pub on_list: bool,
}

/// Every charge that was billed or is due, with the difference.
pub fn compare(bill: &Bill, received: &[ReceivedLine]) -> Vec<Difference> {
    let billed = |charge: &str| -> Decimal {
        received.iter().filter(|line| line.charge == charge).map(|line| line.amount).sum()
    };
    let charges = bill.charges();
    let listed = charges.iter().map(|(charge, name, currency)| {
        let (listed, relief) = bill.of_charge(charge);
        difference(charge, (*name).clone(), currency, billed(charge), (listed, relief), true)
    });
    let mut differences: Vec<Difference> = listed.collect();
    for line in received {
        if !differences.iter().any(|of| of.charge == line.charge) {
            let name = Text::new(line.charge.as_str(), line.charge.as_str());
            differences.push(difference(&line.charge, name, "", billed(&line.charge), Default::default(), false));
        }
    }
    differences
}

fn difference(
    charge: &str,
    name: Text,
    currency: &str,
    received: Decimal,
    (listed, relief): (Decimal, Decimal),
    on_list: bool,
) -> Difference {
    let due = listed - relief;
    let mut more = received - due;
    more.rescale(more.scale().max(2));
    Difference {
        charge: charge.to_owned(),
        name,
        currency: currency.to_owned(),
        received,
        listed,
        relief,
        due,
        difference: more,
        on_list,
    }
}
