//! Charges: what the port's price list asks for a ship's call, a container or a consignment, and what measures take off.
//!
//! A [`Bill`] is reckoned from [`Facts`] by the dated tables of the profile and by nothing else:
//!
//! - `charges` says for what a charge is asked, by which table, which day decides, who collects, and how a line is rounded;
//! - the `tariff-*` table that it names has the rates;
//! - `charge-reliefs` says which measure takes off how much, on which days, in which order.
//!
//! Every amount is a decimal in the charge's currency. A relief is a line of its own beside the charge that it lowers, with
//! measure, row and law; nothing is left out in silence. What was paid already is set against what is due, and comes back
//! or is asked for again as the relief's row says.

mod bill;
mod compare;
mod facts;
mod reckon;
mod saving;
mod settle;
mod tariff;

pub use bill::{Bill, Factor, Line, LineKind, Settlement, SettlementKind, Totals};
pub use compare::{Difference, ReceivedLine, compare};
pub use facts::{Cause, Facts, Grant, ITEM_KINDS, Item, Paid, Relieved};
pub use saving::{Saving, savings};
pub use tariff::{Charge, PriceRow, Relief, Tariff, price_list};

use rust_decimal::{Decimal, RoundingStrategy};

/// An amount rounded to a number of decimals: commercially, or down as some fees are collected.
pub(crate) fn rounded(amount: Decimal, decimals: u32, down: bool) -> Decimal {
    let strategy = if down { RoundingStrategy::ToZero } else { RoundingStrategy::MidpointAwayFromZero };
    let mut amount = amount.round_dp_with_strategy(decimals, strategy);
    // Two places are written even where they are noughts: 64.00.
    amount.rescale(decimals.max(2));
    amount
}
