//! Money of a declaration besides its duties and taxes: what lateness costs, under which reference it is paid, and what is open.
//! Each surcharge is a bill of the price list ([`crate::charge`]), so that start, days off, rate, threshold, rounding, reliefs and
//! terms that were put off are the rows that the port publishes.
//!
//! Sources: Customs Law arts 24, 60; Tariff Regulations (2017) art. 37; Tariff Law (2024) art. 43; ISO 11649 (payment reference).

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Declaration, total};
use crate::{
    Instant, Value,
    charge::{self, Cause, Facts, Grant, Tariff},
    profile::Profile,
};

/// The fee for declaring late.
pub const LATE_DECLARATION: &str = "late_declaration_fee";
/// Interest on tax that is paid late.
pub const LATE_PAYMENT: &str = "late_payment_interest";

/// The measures by which a row of `charge-reliefs` takes something off what lateness costs.
pub fn relieving(profile: &Profile) -> Vec<String> {
    profile.outputs_for("charge-reliefs", ("charge", &[LATE_DECLARATION, LATE_PAYMENT]), "measure")
}

/// What lateness costs, with the calculation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surcharge {
    /// The charge of the price list.
    pub charge: String,
    /// When it was reckoned.
    pub at: Instant,
    /// What it was reckoned from; reckoned anew when a relief is granted.
    pub item: charge::Item,
    /// The lines; a relief is a line of its own.
    pub lines: Vec<charge::Line>,
}

impl Surcharge {
    /// What it comes to.
    pub fn amount(&self) -> Decimal {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// A relief that customs granted: the measure, and what caused the lateness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relieved {
    /// The measure, with the decision.
    pub grant: Grant,
    /// The cause; empty where the measure asks for none.
    #[serde(default)]
    pub cause: String,
}

impl Declaration {
    /// What lateness costs in all.
    pub fn surcharged(&self) -> Decimal {
        self.surcharges.iter().map(Surcharge::amount).sum()
    }

    /// What is due in all: tax as assessed, and surcharges; nothing of a declaration that was taken back or not accepted.
    pub fn due(&self) -> Decimal {
        if self.ended.is_some() {
            return Decimal::ZERO;
        }
        self.assessment().map_or(Decimal::ZERO, |assessment| total(&assessment.lines)) + self.surcharged()
    }

    /// Tax that is still to be paid. What is paid goes on the tax first, so that interest stops.
    pub fn open_tax(&self) -> Decimal {
        let tax = self.assessment().map_or(Decimal::ZERO, |assessment| total(&assessment.lines));
        (tax - self.paid()).max(Decimal::ZERO)
    }

    /// The reference that a payer writes on a transfer: a structured creditor reference (ISO 11649), made of the number, whose
    /// check digits show a slip of the pen.
    pub fn payment_reference(&self) -> String {
        payment_reference(&self.number)
    }

    /// The last day for paying, by the limit that runs; none where nothing is to be paid by a day.
    pub fn pay_by(&self, profile: &Profile) -> Option<Date> {
        let limits = [self.limits.get("payment"), self.owed.get("payment"), self.owed.get("security")];
        // A limit ends with the last instant of its day.
        limits.into_iter().flatten().next().map(|limit| Instant(limit.due.0 - 1).date(&profile.zone))
    }

    /// Interest on a part of the tax that is paid on a day, behind the last day on which it is in time; none when it is.
    pub(super) fn interest(
        &self,
        profile: &Profile,
        part: Decimal,
        (on, term): (Date, Date),
        now: Instant,
    ) -> Option<Surcharge> {
        if on <= term {
            return None;
        }
        let assessed = self.assessment()?.at.date(&profile.zone);
        let item = charge::Item {
            from: Some(assessed.min(term)),
            to: Some(on),
            term: Some(term),
            ..item("tax", &self.number, part)
        };
        self.surcharge(profile, LATE_PAYMENT, item, now)
    }

    /// The fee for declaring late, as it is by what is declared now; none when it was in time, or nobody knows when the conveyance
    /// entered.
    pub(super) fn late_declaration(&self, profile: &Profile, now: Instant) -> Option<Surcharge> {
        let (entered, accepted) = (self.entered?, self.accepted_at?.date(&profile.zone));
        if self.direction != "import" || accepted <= entered {
            return None;
        }
        let value: Decimal = self.items.iter().map(|item| item.value).sum();
        let item = charge::Item { from: Some(entered), to: Some(accepted), ..item("goods", &self.number, value) };
        self.surcharge(profile, LATE_DECLARATION, item, now)
    }

    /// A surcharge reckoned by the price list and the reliefs that were granted; none where nothing comes of it.
    pub(super) fn surcharge(
        &self,
        profile: &Profile,
        charge: &str,
        mut item: charge::Item,
        now: Instant,
    ) -> Option<Surcharge> {
        let cause = |of: &Relieved| Cause { cause: of.cause.clone(), from: None, to: None, evidence: String::new() };
        item.causes = self.reliefs.iter().filter(|of| !of.cause.is_empty()).map(cause).collect();
        let facts = Facts {
            reference: self.number.clone(),
            on: Some(now.date(&profile.zone)),
            items: vec![item.clone()],
            grants: self.reliefs.iter().map(|of| of.grant.clone()).collect(),
            ..Facts::default()
        };
        let bill = Tariff::new(profile).bill(&facts).ok()?;
        let lines: Vec<_> = bill.lines.into_iter().filter(|line| line.charge == charge).collect();
        let any = lines.iter().any(|line| !line.amount.is_zero());
        any.then(|| Surcharge { charge: charge.to_owned(), at: now, item, lines })
    }
}

fn item(kind: &str, name: &str, value: Decimal) -> charge::Item {
    charge::Item {
        kind: kind.to_owned(),
        name: name.to_owned(),
        quantity: Decimal::ONE,
        particulars: BTreeMap::from([("value".to_owned(), Value::Number(value))]),
        ..charge::Item::default()
    }
}

/// The payment reference of a declaration's number.
pub fn payment_reference(number: &str) -> String {
    let body: String = number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    format!("RF{:02}{body}", 98 - remainder(&format!("{body}RF00")))
}

/// What a payer wrote as a payment reference, in its one spelling; none where its check digits do not hold.
pub fn read_payment_reference(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|char| !char.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let plain = text.len() > 4 && text.len() <= 25 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let body = text.strip_prefix("RF").filter(|_| plain)?;
    let turned = format!("{}RF{}", &body[2..], &body[..2]);
    (remainder(&turned) == 1).then_some(text)
}

/// The remainder by 97 of digits and letters, a letter being two digits from 10 on (ISO 7064).
fn remainder(text: &str) -> u32 {
    let digits = text.chars().filter_map(|char| char.to_digit(36));
    digits.fold(0, |rest, value| if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_reference_holds_its_check_digits() {
        // The example of ISO 11649: RF18 539007547034.
        assert_eq!(payment_reference("539007547034"), "RF18539007547034");
        assert_eq!(read_payment_reference("rf18 5390 0754 7034").as_deref(), Some("RF18539007547034"));
        assert_eq!(read_payment_reference("RF18539007547043"), None, "two digits change places");
        assert_eq!(read_payment_reference("RF"), None);
    }
}
