//! A survey of bulk goods: by the draught of the ship, a scale or a tank the weight is found, and takes the place of what was
//! declared where the two differ by more than the table lets stand.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Drawn, Item, Paper, licences::ENTRY};
use crate::matter::Rule;

/// Digits behind the point: of money, of kilograms.
const CENTS: u32 = 2;
/// Thousandths of a kilogram.
pub(super) const GRAMS: u32 = 3;

/// What a survey found, and how the declaration stands by it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Survey {
    /// What was declared, in kilograms.
    #[serde(with = "crate::decimal")]
    pub declared: Decimal,
    /// What was found.
    #[serde(with = "crate::decimal")]
    pub found: Decimal,
    /// True when the two differ so little that what was declared stands.
    pub stands: bool,
    /// The items as they are from then on; empty where they stay what they were.
    pub items: Vec<Item>,
    /// What is drawn of licences from then on; none where it stays what it was.
    pub licences: Option<Vec<Drawn>>,
    /// The items as they were declared, against which a later survey is held too.
    pub before: Vec<Item>,
    /// What was drawn of licences by what was declared.
    pub drew: Vec<Drawn>,
    /// Words: a document.
    pub words: Option<String>,
    /// The surveyor's report.
    pub papers: Vec<Paper>,
    /// The row that says how much may differ.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// A part of what was declared as it is by what was found; none beyond all numbers.
fn share(of: Decimal, (declared, found): (Decimal, Decimal), digits: u32) -> Option<Decimal> {
    let whole = of.checked_mul(found)?.checked_div(declared)?;
    Some(whole.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))
}

/// By how many hundredths of what was declared another weight was found.
pub(super) fn difference(declared: Decimal, found: Decimal) -> Option<Decimal> {
    (found - declared).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(declared)
}

/// The items by what was found: mass and value of each in proportion, and the last one has what rounding leaves of the mass.
pub(super) fn surveyed(items: &[Item], (declared, found): (Decimal, Decimal)) -> Option<Vec<Item>> {
    let mut anew = items.to_vec();
    let mut left = found;
    for item in &mut anew {
        let Some(mass) = item.mass else { continue };
        let weighed = share(mass, (declared, found), GRAMS)?.min(left);
        left -= weighed;
        item.mass = Some(weighed);
        item.value = share(item.value, (declared, found), CENTS)?;
    }
    let last = anew.iter_mut().rev().find_map(|item| item.mass.as_mut())?;
    *last += left;
    Some(anew)
}

/// What is drawn by what was found: of a licence that counts kilograms less, where less came. What came above it is let in by the
/// table, or customs asks for another licence; it draws nothing that is not there.
pub(super) fn drawn(before: &[Drawn], (declared, found): (Decimal, Decimal)) -> Option<Vec<Drawn>> {
    let mut anew = before.to_vec();
    for of in anew.iter_mut().filter(|of| of.unit != ENTRY) {
        of.quantity = share(of.quantity, (declared, found), GRAMS)?.min(of.quantity);
    }
    Some(anew)
}
