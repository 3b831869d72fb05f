//! Guarantee accounts and quotas: what is reserved never exceeds what there is.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// There is less than what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// What is free.
    pub free: Decimal,
}

/// A guarantee account: what a bank or insurer stands for, and what declarations have reserved of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// What it is good for.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// After this instant nothing new is secured by it.
    pub expires_at: Option<Instant>,
    /// What declarations have reserved, by their numbers.
    pub reserved: BTreeMap<String, Reserved>,
}

/// A reservation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reserved(#[serde(with = "crate::decimal")] pub Decimal);

impl Account {
    /// What is not reserved; nothing of an account that has expired.
    pub fn free(&self, now: Instant) -> Decimal {
        if self.expires_at.is_some_and(|end| end <= now) {
            return Decimal::ZERO;
        }
        self.amount - self.reserved.values().map(|of| of.0).sum::<Decimal>()
    }

    /// Reserves for a declaration, in place of what it had reserved before.
    ///
    /// # Errors
    /// [`Short`] with what is free; nothing changes then.
    pub fn reserve(&mut self, declaration: &str, amount: Decimal, now: Instant) -> Result<(), Short> {
        let own = self.reserved.get(declaration).map_or(Decimal::ZERO, |of| of.0);
        let free = self.free(now) + own;
        if amount < Decimal::ZERO || amount > free {
            return Err(Short { free });
        }
        self.reserved.insert(declaration.to_owned(), Reserved(amount));
        Ok(())
    }

    /// What a declaration had reserved is free again.
    pub fn release(&mut self, declaration: &str) {
        self.reserved.remove(declaration);
    }
}

/// A quota or a permit for a quantity: several declarations draw on one approval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quota {
    /// What was approved.
    #[serde(with = "crate::decimal")]
    pub quantity: Decimal,
    /// What was drawn, by declaration.
    pub drawn: BTreeMap<String, Reserved>,
}

impl Quota {
    /// What is left.
    pub fn left(&self) -> Decimal {
        self.quantity - self.drawn.values().map(|of| of.0).sum::<Decimal>()
    }

    /// Draws for a declaration, in place of what it had drawn before.
    ///
    /// # Errors
    /// [`Short`] with what is left; nothing changes then.
    pub fn draw(&mut self, declaration: &str, quantity: Decimal) -> Result<(), Short> {
        let own = self.drawn.get(declaration).map_or(Decimal::ZERO, |of| of.0);
        let free = self.left() + own;
        if quantity < Decimal::ZERO || quantity > free {
            return Err(Short { free });
        }
        self.drawn.insert(declaration.to_owned(), Reserved(quantity));
        Ok(())
    }

    /// What a declaration had drawn comes back.
    pub fn give_back(&mut self, declaration: &str) {
        self.drawn.remove(declaration);
    }
}
