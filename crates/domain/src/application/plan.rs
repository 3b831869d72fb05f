//! What is granted for a time: a tax that is paid in instalments, and a guarantee that runs longer. Whether a grant brings
//! one, and for how long at most, the row of the measure's table says.

use std::collections::BTreeMap;

use jiff::{Span, ToSpan, civil::Date};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::{Assessed, Refusal};
use crate::{
    Instant, Value,
    charge::{Facts, Grant, Item, Tariff},
    matter::Rule,
    measure::{self, Measure},
    profile::Profile,
};

/// Before an instalment's number, the name of its clock.
const CLOCK: &str = "instalment:";
/// So many instalments at most: more are a mistake of typing.
const MOST: usize = 60;

/// The schedule by which a tax that is put off is paid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The day of the tax bill, from which the term for paying runs.
    pub billed: Date,
    /// The charge that runs where an instalment is late: `late_payment_interest`.
    #[serde(default)]
    pub charge: String,
    /// In the order in which they are due.
    pub instalments: Vec<Instalment>,
}

/// One instalment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Instalment {
    /// How much, in fen.
    pub amount: i64,
    /// The last day on which it is paid in time.
    pub due: Date,
    /// The end of that day.
    #[serde(default)]
    pub due_at: Instant,
    /// When it was paid, and what was asked besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Paid>,
    /// True once it was not paid in time.
    #[serde(default)]
    pub missed: bool,
}

/// An instalment that was paid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paid {
    /// On which day.
    pub on: Date,
    /// The reference of the payment.
    #[serde(default)]
    pub reference: String,
    /// The interest of the days after it was due, in fen.
    #[serde(default)]
    pub interest: i64,
    /// The row that gives the interest; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Legal reference of the interest.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law: String,
}

/// A guarantee that runs longer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extended {
    /// The guarantee account.
    pub account: String,
    /// Until when it ran.
    pub from: Instant,
    /// Until when it runs.
    pub until: Instant,
}

impl Plan {
    /// The instalment of a number, counted from one.
    pub fn instalment(&self, nth: u32) -> Option<&Instalment> {
        self.instalments.get(usize::try_from(nth).ok()?.checked_sub(1)?)
    }

    pub(super) fn instalment_mut(&mut self, nth: u32) -> Option<&mut Instalment> {
        self.instalments.get_mut(usize::try_from(nth).ok()?.checked_sub(1)?)
    }

    /// The clocks of instalments that are neither paid nor missed.
    pub(super) fn clocks(&self) -> impl Iterator<Item = (String, Instant)> {
        let open = (1_u32..).zip(&self.instalments).filter(|(_, of)| of.paid.is_none() && !of.missed);
        open.map(|(nth, of)| (format!("{CLOCK}{nth}"), of.due_at))
    }

    /// The interest that an instalment bears when it is paid on a day: the price list's own charge, put off until it was due.
    /// None where nothing is asked.
    ///
    /// # Errors
    /// [`Refusal::Payment`] for a day that lies before the bill, or too far behind it.
    pub fn interest(
        &self,
        profile: &Profile,
        measure: &str,
        of: &Instalment,
        on: Date,
    ) -> Result<Option<(i64, Rule, String)>, Refusal> {
        let grant = Grant { measure: measure.to_owned(), percent: None, decision: String::new() };
        let item = Item {
            kind: "tax".to_owned(),
            quantity: Decimal::ONE,
            from: Some(self.billed),
            to: Some(on),
            deferred_to: Some(of.due),
            particulars: [("value".to_owned(), Value::Number(Decimal::new(of.amount, 2)))].into(),
            ..Item::default()
        };
        let facts = Facts { on: Some(on), items: vec![item], grants: vec![grant], ..Facts::default() };
        let bill = Tariff::new(profile).bill(&facts).map_err(|_| Refusal::Payment)?;
        let mut asked = bill.lines.iter().filter(|line| line.charge == self.charge);
        // A charge that the price list does not know bears no interest by mistake.
        if asked.clone().next().is_none() {
            return Err(Refusal::Payment);
        }
        let sum: Decimal = asked.clone().map(|line| line.amount).sum();
        let last = asked.rfind(|line| line.measure.is_none() && !line.amount.is_zero());
        let fen = (sum * Decimal::ONE_HUNDRED).round().to_i64().unwrap_or(i64::MAX);
        Ok(last.filter(|_| fen > 0).map(|line| (fen, line.rule.clone(), line.law.clone())))
    }
}

/// The number of the instalment whose clock has this name.
pub(super) fn instalment_of(clock: &str) -> Option<u32> {
    clock.strip_prefix(CLOCK)?.parse().ok()
}

/// The plan of a grant as its row lets it be, in order and with the end of each day; none where the row asks for none.
pub(super) fn checked(
    profile: &Profile,
    measure: &str,
    assessed: &Assessed,
    plan: Option<&Plan>,
) -> Result<Option<Plan>, Refusal> {
    let charge = assessed.outputs.get("plan").and_then(Value::text);
    let (charge, mut plan) = match (charge, plan) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(Refusal::NothingToPlan),
        (Some(_), None) => return Err(Refusal::NoPlan),
        (Some(charge), Some(plan)) => (charge, plan.clone()),
    };
    let sound = |of: &Instalment| of.amount > 0 && of.due >= plan.billed;
    if plan.instalments.is_empty() || plan.instalments.len() > MOST || !plan.instalments.iter().all(sound) {
        return Err(Refusal::NoPlan);
    }
    plan.charge = charge.to_owned();
    plan.instalments.sort_by_key(|of| of.due);
    for of in &mut plan.instalments {
        let ends = Instant::start_of(of.due.saturating_add(1.day()), &profile.zone).unwrap_or_default();
        *of = Instalment { amount: of.amount, due: of.due, due_at: ends, ..Instalment::default() };
    }
    // What is paid on the last day of its instalment bears no interest: else the plan runs longer than the measure lets it.
    for of in &plan.instalments {
        if plan.interest(profile, measure, of, of.due)?.is_some() {
            return Err(Refusal::PlanTooLong(of.due));
        }
    }
    Ok(Some(plan))
}

/// That a guarantee runs longer, as the row lets it: it has to, where the row says so, and at most so long.
pub(super) fn extended(profile: &Profile, assessed: &Assessed, of: Option<&Extended>) -> Result<(), Refusal> {
    let wanted = assessed.outputs.get("extends").and_then(Value::text) == Some("guarantee");
    let (true, Some(of)) = (wanted, of) else {
        return if wanted == of.is_some() { Ok(()) } else { Err(Refusal::NoGuarantee) };
    };
    let most = assessed.outputs.get("most").and_then(Value::text).and_then(|most| most.parse::<Span>().ok());
    // Both are ends: the last day is the one before midnight.
    let last_day = |end: Instant| Instant(end.0 - 1).date(&profile.zone);
    let last = most.and_then(|most| last_day(of.from).checked_add(most).ok());
    if of.until <= of.from || last.is_some_and(|last| last_day(of.until) > last) {
        return Err(Refusal::GuaranteeTooLong(last_day(of.from), last));
    }
    Ok(())
}

/// That a certificate holds longer, as the row lets it: until a day behind the printed one, and at most so long.
pub(super) fn certificate(
    profile: &Profile,
    (measure, facts): (&str, &BTreeMap<String, Value>),
    assessed: &Assessed,
    until: Option<Date>,
) -> Result<(), Refusal> {
    let register = &profile.register;
    if !register.measure(measure).is_some_and(Measure::extends_certificates) {
        return Ok(());
    }
    let (_, printed) = measure::named_in(register, facts);
    let printed = printed.ok_or_else(|| Refusal::Missing(measure::naming(register).map(str::to_owned).collect()))?;
    let most = assessed.outputs.get("most").and_then(Value::text).and_then(|most| most.parse::<Span>().ok());
    let last = most.and_then(|most| printed.checked_add(most).ok());
    match until {
        Some(until) if until > printed && last.is_none_or(|last| until <= last) => Ok(()),
        _ => Err(Refusal::CertificateUntil(printed, last)),
    }
}
