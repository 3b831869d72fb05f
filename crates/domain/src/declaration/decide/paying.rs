//! Paying, paying back, and what lateness costs.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Here;
use crate::{
    charge::Grant,
    declaration::{Entry, Line, Refusal, Relieved, total},
};

/// Money has so many digits behind its point.
const CENTS: u32 = 2;

impl Here<'_> {
    /// Money came: on the tax first, with the interest that the part bears if it came late; then on what lateness costs.
    pub(super) fn pay(
        &mut self,
        reference: &str,
        lines: Option<&[Line]>,
        amount: Option<Decimal>,
        on: Option<Date>,
    ) -> Result<(), Refusal> {
        self.take(reference, lines, (amount, on), None)
    }

    /// An instalment came, which is in time until a day of its own.
    pub(super) fn pay_instalment(
        &mut self,
        reference: &str,
        amount: Decimal,
        (on, due): (Date, Date),
    ) -> Result<(), Refusal> {
        self.take(reference, None, (Some(amount), Some(on)), Some(due))
    }

    fn take(
        &mut self,
        reference: &str,
        lines: Option<&[Line]>,
        (amount, on): (Option<Decimal>, Option<Date>),
        term: Option<Date>,
    ) -> Result<(), Refusal> {
        self.require_customs()?;
        let standing = self.declaration.assessment().ok_or(Refusal::NothingDue)?;
        let (edition, lines) = match lines {
            // A final assessment that differs is of an edition of its own.
            Some(lines) if lines != standing.lines => (self.declaration.edition + 1, lines.to_vec()),
            _ => (standing.edition, standing.lines.clone()),
        };
        let today = self.context.now.date(&self.context.profile.zone);
        let day = on.unwrap_or(today);
        if day > today || day < self.declaration.opened_at.date(&self.context.profile.zone) {
            return Err(Refusal::PaidWhen);
        }
        if amount.is_some_and(|amount| amount <= Decimal::ZERO || amount.normalize().scale() > CENTS) {
            return Err(Refusal::NoMoney);
        }
        let again = |of: &crate::declaration::Payment| of.reference == reference && !reference.is_empty();
        if amount.is_some() && self.declaration.payments.iter().any(again) {
            return Err(Refusal::PaidAlready(reference.to_owned()));
        }
        let open = (total(&lines) - self.declaration.paid()).max(Decimal::ZERO);
        let part = amount.map_or(open, |amount| amount.min(open));
        let pay_by = self.declaration.pay_by(self.context.profile);
        let parts = match (&self.declaration.deferred, term) {
            // Money that comes without a word goes on the instalment that is due first.
            (Some(deferred), None) => deferred.parts(open, part),
            _ => vec![(part, term)],
        };
        for (part, term) in parts.into_iter().filter(|(part, _)| *part > Decimal::ZERO) {
            let interest = term
                .or(pay_by)
                .and_then(|term| self.declaration.interest(self.context.profile, part, (day, term), self.context.now));
            if let Some(surcharge) = interest {
                self.add(Entry::Surcharged { instead: None, surcharge });
            }
        }
        let amount = amount.unwrap_or_else(|| total(&lines) + self.declaration.surcharged() - self.declaration.paid());
        Self::require(amount >= Decimal::ZERO || self.declaration.pending().is_none())?;
        if amount == Decimal::ZERO && !self.declaration.payments.is_empty() {
            return Err(Refusal::NothingDue);
        }
        self.add(Entry::Paid { edition, amount, reference: reference.to_owned(), lines, on });
        Ok(())
    }

    /// What was paid too much goes back: also of a declaration that was taken back, or not accepted.
    pub(super) fn refund(&mut self, reference: &str, amount: Option<Decimal>) -> Result<(), Refusal> {
        self.require_organ_of_customs()?;
        // What an amendment would come to is owed by nobody before customs has decided on it.
        Self::require(self.declaration.pending().is_none())?;
        let standing = self.declaration.assessment().ok_or(Refusal::NothingDue)?;
        let (edition, lines) = (standing.edition, standing.lines.clone());
        let most = -self.declaration.balance();
        if most <= Decimal::ZERO {
            return Err(Refusal::NothingDue);
        }
        let amount = amount.unwrap_or(most);
        if amount <= Decimal::ZERO || amount.normalize().scale() > CENTS || amount > most {
            return Err(Refusal::NoMoney);
        }
        self.add(Entry::Paid { edition, amount: -amount, reference: reference.to_owned(), lines, on: None });
        Ok(())
    }

    pub(super) fn relieve(
        &mut self,
        measure: &str,
        percent: Option<Decimal>,
        cause: &str,
        decision: &str,
    ) -> Result<(), Refusal> {
        let before = self.declaration.surcharged();
        let within = percent.is_none_or(|of| of > Decimal::ZERO && of <= Decimal::ONE_HUNDRED);
        if !within || before.is_zero() {
            return Err(Refusal::NothingDue);
        }
        let grant = Grant { measure: measure.to_owned(), percent, decision: decision.to_owned() };
        self.add(Entry::Relieved(Relieved { grant, cause: cause.to_owned() }));
        self.recharge();
        // A measure that takes nothing off here is not granted.
        if self.declaration.surcharged() == before { Err(Refusal::NoRelief(measure.to_owned())) } else { Ok(()) }
    }

    /// Surcharges as they are by what stands now: goods, day of entry and reliefs may have changed. What was reckoned on an earlier
    /// payment keeps its part and its days.
    pub(super) fn recharge(&mut self) {
        self.recharge_fee();
        if !self.declaration.reliefs.is_empty() {
            self.recharge_interest();
        }
    }

    /// The same once a relief has ended, perhaps the last one.
    pub(super) fn recharge_all(&mut self) {
        self.recharge_fee();
        self.recharge_interest();
    }

    fn recharge_fee(&mut self) {
        let (profile, now) = (self.context.profile, self.context.now);
        let known = self.declaration.surcharges.clone();
        let fee = known.iter().position(|of| of.charge == super::super::money::LATE_DECLARATION);
        if self.declaration.entered.is_some() {
            let wanted = self.declaration.late_declaration(profile, now);
            match (fee, wanted) {
                (Some(nth), Some(of)) if of.amount() != known[nth].amount() => {
                    self.add(Entry::Surcharged { instead: Some(nth), surcharge: of });
                }
                // Declared in time, as it turns out: a bill over nothing stands in its place.
                (Some(nth), None) if !known[nth].amount().is_zero() => {
                    let nothing = crate::declaration::Surcharge { lines: Vec::new(), at: now, ..known[nth].clone() };
                    self.add(Entry::Surcharged { instead: Some(nth), surcharge: nothing });
                }
                (None, Some(surcharge)) => self.add(Entry::Surcharged { instead: None, surcharge }),
                _ => {}
            }
        }
    }

    fn recharge_interest(&mut self) {
        let (profile, now) = (self.context.profile, self.context.now);
        let known = self.declaration.surcharges.clone();
        let interest = |of: &crate::declaration::Surcharge| of.charge != super::super::money::LATE_DECLARATION;
        for (nth, of) in known.iter().enumerate().filter(|(_, of)| interest(of)) {
            let anew = self.declaration.surcharge(profile, &of.charge, of.item.clone(), now);
            if let Some(surcharge) = anew.filter(|anew| anew.amount() != of.amount()) {
                self.add(Entry::Surcharged { instead: Some(nth), surcharge });
            }
        }
    }
}
