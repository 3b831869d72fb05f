//! Numbers (DMN 1.5, 10.3.4.5).

use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

use super::{Arguments, Function, function};
use crate::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    function("number", (1, 3), "from,grouping separator,decimal separator", |a| match &a[0] {
        Value::Text(text) => read(text, a),
        other => other.number().filter(|_| a.len() == 1).map(Value::Number),
    }),
    function("abs", (1, 1), "n", |a| match &a[0] {
        Value::Number(number) => Some(Value::Number(number.abs())),
        Value::Months(months) => months.checked_abs().map(Value::Months),
        Value::Duration(length) => {
            if length.is_negative() { length.checked_neg() } else { Some(*length) }.map(Value::Duration)
        }
        _ => None,
    }),
    function("floor", (1, 2), "n,scale", |a| rounded(a, RoundingStrategy::ToNegativeInfinity)),
    function("ceiling", (1, 2), "n,scale", |a| rounded(a, RoundingStrategy::ToPositiveInfinity)),
    function("decimal", (2, 2), "n,scale", |a| rounded(a, RoundingStrategy::MidpointNearestEven)),
    function("round half up", (2, 2), "n,scale", |a| rounded(a, RoundingStrategy::MidpointAwayFromZero)),
    function("round half down", (2, 2), "n,scale", |a| rounded(a, RoundingStrategy::MidpointTowardZero)),
    function("round up", (2, 2), "n,scale", |a| rounded(a, RoundingStrategy::AwayFromZero)),
    function("round down", (2, 2), "n,scale", |a| rounded(a, RoundingStrategy::ToZero)),
    function("modulo", (2, 2), "dividend,divisor", |a| modulo(a[0].number()?, a[1].number()?).map(Value::Number)),
    function("odd", (1, 1), "number", |a| {
        modulo(a[0].number()?, Decimal::TWO).map(|rest| Value::Bool(rest == Decimal::ONE))
    }),
    function("even", (1, 1), "number", |a| {
        modulo(a[0].number()?, Decimal::TWO).map(|rest| Value::Bool(rest.is_zero()))
    }),
    function("sqrt", (1, 1), "number", |a| a[0].number()?.sqrt().map(Value::Number)),
    function("exp", (1, 1), "number", |a| a[0].number()?.checked_exp().map(Value::Number)),
    function("log", (1, 1), "number", |a| a[0].number()?.checked_ln().map(Value::Number)),
];

/// A number as it is written with those separators.
fn read(text: &str, a: &Arguments<'_>) -> Option<Value> {
    let separator = |place: usize| match &a[place] {
        Value::Null => Some(None),
        Value::Text(text) => Some(Some(text.as_str())),
        _ => None,
    };
    let (grouping, point) = (separator(1)?, separator(2)?);
    let allowed = grouping.is_none_or(|sign| [" ", ",", "."].contains(&sign))
        && point.is_none_or(|sign| [",", "."].contains(&sign))
        && (grouping.is_none() || grouping != point);
    if !allowed {
        return None;
    }
    let mut digits = grouping.map_or_else(|| text.to_owned(), |sign| text.replace(sign, ""));
    if let Some(sign) = point {
        digits = digits.replace(sign, ".");
    }
    // Only what a number of FEEL looks like: the decimal library reads more.
    let plain = |sign: char| sign.is_ascii_digit() || "+-.eE".contains(sign);
    if !digits.chars().all(plain) || digits.starts_with('+') {
        return None;
    }
    digits.parse().or_else(|_| Decimal::from_scientific(&digits)).ok().map(Value::Number)
}

fn rounded(a: &Arguments<'_>, how: RoundingStrategy) -> Option<Value> {
    let places = match a.given(1) {
        Some(places) => places.integer()?,
        None if a.len() > 1 => return None,
        None => 0,
    };
    let number = a[0].number()?;
    match u32::try_from(places) {
        Ok(places) => Some(Value::Number(number.round_dp_with_strategy(places, how))),
        Err(_) => {
            let unit = Decimal::TEN.checked_powi(places.checked_neg()?)?;
            number.checked_div(unit)?.round_dp_with_strategy(0, how).checked_mul(unit).map(Value::Number)
        }
    }
}

/// The remainder has the sign of the divisor.
fn modulo(number: Decimal, divisor: Decimal) -> Option<Decimal> {
    let quotient = number.checked_div(divisor)?.floor();
    number.checked_sub(divisor.checked_mul(quotient)?)
}
