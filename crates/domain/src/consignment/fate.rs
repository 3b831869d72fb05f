//! What becomes of goods that nobody fetches: they are given up, sent back, or sold by customs once a limit has passed in which
//! nobody declared them. What is left of a sale is claimed within a limit of its own.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Consignment;
use crate::{Instant, matter::Rule};

/// The clock until which goods are declared.
pub const UNDECLARED: &str = "undeclared";
/// The clock until which what is left of a sale is claimed.
pub const CLAIM: &str = "claim";

/// A limit of `unclaimed-clocks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limit {
    /// Until when.
    pub due: Instant,
    /// The row that says how long.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// True once it has passed.
    pub passed: bool,
}

/// Goods whose firm gives them up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Abandoned {
    /// When.
    pub at: Instant,
    /// Whose they were.
    pub firm: String,
    /// Why: a document.
    pub words: String,
}

/// Goods that are to be sent back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Return {
    /// On which ground: a row of `return-grounds`.
    pub ground: String,
    /// When it was asked, or ordered.
    pub at: Instant,
    /// The firm that asked; none where customs orders it.
    pub firm: Option<String>,
    /// Why: a document.
    pub words: String,
    /// When customs decided, and whether it grants it.
    pub decided: Option<(Instant, bool)>,
    /// When the terminal sent them back.
    pub sent_at: Option<Instant>,
    /// Legal reference.
    pub law: String,
}

/// Goods that customs sold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sale {
    /// On which ground: a row of `sale-grounds`.
    pub ground: String,
    /// When it was entered.
    pub at: Instant,
    /// The day of the sale.
    pub on: Date,
    /// What came of it.
    #[serde(with = "crate::decimal")]
    pub proceeds: Decimal,
    /// What carrying, discharging and storing them cost.
    #[serde(with = "crate::decimal")]
    pub costs: Decimal,
    /// Duties and taxes.
    #[serde(with = "crate::decimal")]
    pub taxes: Decimal,
    /// Until when what is left is claimed; none where it goes to the treasury.
    pub limit: Option<Limit>,
    /// When a firm claimed it, which, and with which words.
    pub claimed: Option<(Instant, String, String)>,
    /// When it was paid out, with the reference of the transfer.
    pub paid: Option<(Instant, String)>,
    /// Legal reference.
    pub law: String,
}

impl Sale {
    /// What is left for the consignee, once costs and taxes are taken: never less than nothing.
    pub fn left(&self) -> Decimal {
        self.proceeds.saturating_sub(self.costs).saturating_sub(self.taxes).max(Decimal::ZERO)
    }
}

/// What becomes of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fate {
    /// Until when they are declared.
    pub limit: Option<Limit>,
    /// That their firm gave them up.
    pub abandoned: Option<Abandoned>,
    /// Whether they are sent back, the last one at the end.
    pub returns: Vec<Return>,
    /// That they were sold.
    pub sale: Option<Sale>,
}

impl Fate {
    /// True for goods of which nothing of this is known.
    pub(super) fn is_plain(&self) -> bool {
        *self == Fate::default()
    }

    /// The return on which customs decides.
    pub fn asked(&self) -> Option<&Return> {
        self.returns.last().filter(|of| of.decided.is_none())
    }

    /// The return that is granted, or ordered.
    pub fn sent_back(&self) -> Option<&Return> {
        self.returns.last().filter(|of| of.decided.is_some_and(|(_, granted)| granted))
    }

    /// True once their firm disposes of them no more: given up, to be sent back, or sold.
    pub fn is_sealed(&self) -> bool {
        self.abandoned.is_some() || self.sent_back().is_some() || self.sale.is_some()
    }

    /// Whether customs may sell them on a ground that wants this: what was given up goes to nobody but the treasury.
    pub fn allows(&self, when: &str) -> bool {
        match when {
            "abandoned" => self.abandoned.is_some(),
            _ if self.abandoned.is_some() => false,
            "undeclared" => self.limit.as_ref().is_some_and(|limit| limit.passed),
            _ => true,
        }
    }

    /// Where they stand, if this says it.
    pub(super) fn state(&self) -> Option<&'static str> {
        match (&self.sale, self.sent_back(), &self.abandoned) {
            (Some(_), _, _) => Some("sold"),
            (_, Some(of), _) if of.sent_at.is_some() => Some("returned"),
            (_, Some(_), _) => Some("returning"),
            (_, _, Some(_)) => Some("abandoned"),
            _ => None,
        }
    }

    /// What waits for customs or the terminal: `return`, `sale` or `payout`; `sending`.
    pub fn waits(&self) -> Option<(&'static str, Instant)> {
        if let Some(sale) = &self.sale {
            let open = sale.claimed.as_ref().filter(|_| sale.paid.is_none());
            return open.map(|(at, ..)| ("payout", *at));
        }
        if let Some(of) = self.asked() {
            return Some(("return", of.at));
        }
        if let Some(of) = self.sent_back() {
            return of.sent_at.is_none().then_some(("sending", of.decided.map_or(of.at, |(at, _)| at)));
        }
        let passed = self.limit.as_ref().filter(|limit| limit.passed).map(|limit| limit.due);
        self.abandoned.as_ref().map(|of| of.at).or(passed).map(|since| ("sale", since))
    }
}

impl Consignment {
    /// The clocks that run: name and instant.
    pub fn clocks(&self) -> Vec<(&'static str, Instant)> {
        let runs = |limit: &&Limit| !limit.passed;
        if let Some(sale) = &self.fate.sale {
            let open = sale.limit.iter().filter(|limit| runs(limit) && sale.claimed.is_none());
            return open.map(|limit| (CLAIM, limit.due)).collect();
        }
        let here = self.dropped_at.is_none() && !self.is_gone() && !self.fate.is_sealed();
        let open = self.fate.limit.iter().filter(|limit| runs(limit) && here);
        open.map(|limit| (UNDECLARED, limit.due)).collect()
    }
}
