//! Arithmetic (DMN 1.5, table 45); what has no result, or none that a decimal holds, is `Null`.

use jiff::{SignedDuration, civil::DateTime, tz::Offset};
use rust_decimal::{Decimal, MathematicalOps, prelude::ToPrimitive};

use super::Operator;
use crate::{Value, temporal};

pub(super) fn calculate(operator: Operator, left: &Value, right: &Value, strict: bool) -> Value {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            number(operator, *left, *right).map_or(Value::Null, Value::Number)
        }
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Text(words), Value::Text(more)) if strict && operator == Operator::Add => {
            Value::Text(format!("{words}{more}"))
        }
        (Value::Text(_), _) | (_, Value::Text(_)) if strict => Value::Null,
        (Value::Text(words), Value::Text(more)) => match (operator, read(left), read(right)) {
            (_, Some(left), Some(right)) if !matches!(left, Value::Months(_) | Value::Duration(_)) => {
                dated(operator, &left, &right).unwrap_or_default()
            }
            (Operator::Add, ..) => Value::Text(format!("{words}{more}")),
            _ => Value::Null,
        },
        (Value::Text(_), right) => read(left).and_then(|left| dated(operator, &left, right)).unwrap_or_default(),
        (left, Value::Text(_)) => read(right).and_then(|right| dated(operator, left, &right)).unwrap_or_default(),
        _ => dated(operator, left, right).unwrap_or_default(),
    }
}

pub(super) fn minus(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(-number),
        Value::Months(months) => months.checked_neg().map_or(Value::Null, Value::Months),
        Value::Duration(length) => length.checked_neg().map_or(Value::Null, Value::Duration),
        _ => Value::Null,
    }
}

fn read(text: &Value) -> Option<Value> {
    text.text().and_then(|text| temporal::parse(text).or_else(|| temporal::duration(text)))
}

fn number(operator: Operator, left: Decimal, right: Decimal) -> Option<Decimal> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Power => match right.to_i64() {
            Some(whole) if right.is_integer() => power(left, whole),
            _ if left.is_sign_negative() => None,
            _ => left.checked_powd(right),
        },
    }
}

/// By squaring, so that whole exponents stay as exact as multiplication is.
fn power(base: Decimal, exponent: i64) -> Option<Decimal> {
    if exponent < 0 {
        return Decimal::ONE.checked_div(power(base, exponent.checked_neg()?)?);
    }
    let (mut result, mut square, mut rest) = (Decimal::ONE, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.checked_mul(square)?;
        }
        rest >>= 1;
        if rest > 0 {
            square = square.checked_mul(square)?;
        }
    }
    Some(result)
}

fn dated(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    match (operator, left, right) {
        (Operator::Add, _, Value::Months(months)) => add_months(left, *months),
        (Operator::Subtract, _, Value::Months(months)) => add_months(left, months.checked_neg()?),
        (Operator::Add, Value::Months(months), _) => add_months(right, *months),
        (Operator::Add, _, Value::Duration(length)) => add_length(left, *length),
        (Operator::Subtract, _, Value::Duration(length)) => add_length(left, length.checked_neg()?),
        (Operator::Add, Value::Duration(length), _) => add_length(right, *length),
        (Operator::Subtract, Value::Time(left, from), Value::Time(right, to)) => {
            let day = jiff::civil::Date::constant(2000, 1, 2);
            between((day.to_datetime(*right), *to), (day.to_datetime(*left), *from))
        }
        // A day stands for its midnight in UTC where the other side is an instant (DMN 1.5, 10.3.2.3.6).
        (Operator::Subtract, Value::Date(day), Value::DateTime(at, Some(offset))) => {
            between((*at, Some(*offset)), (day.to_datetime(jiff::civil::Time::midnight()), Some(Offset::UTC)))
        }
        (Operator::Subtract, Value::DateTime(at, Some(offset)), Value::Date(day)) => {
            between((day.to_datetime(jiff::civil::Time::midnight()), Some(Offset::UTC)), (*at, Some(*offset)))
        }
        (Operator::Subtract, left, right) => between(moment(right)?, moment(left)?),
        (Operator::Multiply, Value::Months(months), Value::Number(by))
        | (Operator::Multiply, Value::Number(by), Value::Months(months)) => {
            Decimal::from(*months).checked_mul(*by)?.trunc().to_i64().map(Value::Months)
        }
        (Operator::Divide, Value::Months(months), Value::Number(by)) => {
            Decimal::from(*months).checked_div(*by)?.trunc().to_i64().map(Value::Months)
        }
        (Operator::Divide, Value::Months(left), Value::Months(right)) => {
            Decimal::from(*left).checked_div((*right).into()).map(Value::Number)
        }
        (Operator::Multiply, Value::Duration(length), Value::Number(by))
        | (Operator::Multiply, Value::Number(by), Value::Duration(length)) => {
            from_nanos(nanos(*length)?.checked_mul(*by)?)
        }
        (Operator::Divide, Value::Duration(length), Value::Number(by)) => from_nanos(nanos(*length)?.checked_div(*by)?),
        (Operator::Divide, Value::Duration(left), Value::Duration(right)) => {
            nanos(*left)?.checked_div(nanos(*right)?).map(Value::Number)
        }
        _ => None,
    }
}

/// The day of the month stays, or becomes the month's last where the month is too short.
fn add_months(value: &Value, months: i64) -> Option<Value> {
    let span = jiff::Span::new().try_months(months).ok()?;
    match value {
        Value::Months(other) => other.checked_add(months).map(Value::Months),
        Value::Date(date) => date.checked_add(span).ok().map(Value::Date),
        Value::DateTime(at, offset) => at.checked_add(span).ok().map(|at| Value::DateTime(at, *offset)),
        _ => None,
    }
}

/// A day moves by the whole days that its midnight moves; a time of day goes round the clock.
fn add_length(value: &Value, length: SignedDuration) -> Option<Value> {
    match value {
        Value::Duration(other) => other.checked_add(length).map(Value::Duration),
        Value::Date(date) => {
            let midnight = date.to_datetime(jiff::civil::Time::midnight());
            midnight.checked_add(length).ok().map(|at| Value::Date(at.date()))
        }
        Value::DateTime(at, offset) => at.checked_add(length).ok().map(|at| Value::DateTime(at, *offset)),
        Value::Time(time, offset) => Some(Value::Time(time.wrapping_add(length), *offset)),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<(DateTime, Option<Offset>)> {
    match value {
        Value::Date(date) => Some((date.to_datetime(jiff::civil::Time::midnight()), None)),
        Value::DateTime(at, offset) => Some((*at, *offset)),
        _ => None,
    }
}

fn between(from: (DateTime, Option<Offset>), to: (DateTime, Option<Offset>)) -> Option<Value> {
    match (from, to) {
        ((from, None), (to, None)) => Some(Value::Duration(from.duration_until(to))),
        ((from, Some(here)), (to, Some(there))) => {
            let (from, to) = (here.to_timestamp(from).ok()?, there.to_timestamp(to).ok()?);
            Some(Value::Duration(from.duration_until(to)))
        }
        _ => None,
    }
}

fn nanos(length: SignedDuration) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(length.as_nanos(), 0).ok()
}

fn from_nanos(nanos: Decimal) -> Option<Value> {
    let (whole, rest) = {
        let nanos = nanos.trunc().to_i128()?;
        (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000))
    };
    let whole = SignedDuration::from_secs(whole.to_i64()?);
    whole.checked_add(SignedDuration::from_nanos(rest.to_i64()?)).map(Value::Duration)
}
