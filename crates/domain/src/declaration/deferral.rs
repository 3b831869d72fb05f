//! A tax that is paid later: by a plan that customs granted on an application, the limit of the declaration's tax moves to the
//! last day of the plan, its instalments pay the declaration, and it moves back when the grant is taken back.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Declaration, Limit};
use crate::{Instant, matter::Rule};

/// The limit that a plan moves.
const PAYMENT: &str = "payment";

/// That a tax is paid later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Deferred {
    /// The application that was granted.
    pub application: String,
    /// Until when all of it is paid.
    pub until: Instant,
    /// What the plan's instalments come to.
    #[serde(with = "crate::decimal")]
    pub sum: Decimal,
    /// The instalments, in the order in which they are due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
    /// The limit as it was; none where nothing was assessed yet.
    pub before: Option<Limit>,
    /// The row of the measure's table.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// A part of a tax that is paid later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The last day on which it is in time.
    pub due: Date,
    /// How much.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
}

impl Deferred {
    /// The parts of a payment, each with the day until which it is in time: money goes on what is due first. `open` is the tax that
    /// is open before it; what lies beyond the plan has no day of its own.
    pub fn parts(&self, open: Decimal, paid: Decimal) -> Vec<(Decimal, Option<Date>)> {
        let (mut settled, mut left) = ((self.sum - open).max(Decimal::ZERO), paid);
        let mut parts = Vec::new();
        for term in &self.terms {
            let before = settled.min(term.amount);
            settled -= before;
            let part = (term.amount - before).min(left);
            left -= part;
            if part > Decimal::ZERO {
                parts.push((part, Some(term.due)));
            }
        }
        if left > Decimal::ZERO {
            parts.push((left, None));
        }
        parts
    }

    /// A limit of the tax, moved where the plan ends later.
    pub(super) fn moves(&self, limit: Limit) -> Limit {
        let (rule, law) = (self.rule.clone(), self.law.clone());
        if self.until > limit.due { Limit { due: self.until, rule, law, passed: false, ..limit } } else { limit }
    }
}

impl Declaration {
    /// The limit until which its tax is to be paid.
    pub fn payment_limit(&self) -> Option<&Limit> {
        self.limits.get(PAYMENT).or_else(|| self.owed.get(PAYMENT))
    }

    fn payment_limit_mut(&mut self) -> Option<&mut Limit> {
        match self.limits.get_mut(PAYMENT) {
            Some(limit) => Some(limit),
            None => self.owed.get_mut(PAYMENT),
        }
    }
}

pub(super) fn put_off(declaration: &mut Declaration, deferred: &Deferred) {
    if let Some(limit) = declaration.payment_limit_mut() {
        *limit = deferred.moves(limit.clone());
    }
    declaration.deferred = Some(deferred.clone());
}

pub(super) fn due_again(declaration: &mut Declaration, application: &str) {
    let Some(deferred) = declaration.deferred.take_if(|of| of.application == application) else { return };
    if let (Some(limit), Some(before)) = (declaration.payment_limit_mut(), deferred.before) {
        *limit = before;
    }
}
