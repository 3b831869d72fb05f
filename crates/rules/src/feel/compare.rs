//! Equality and order, with three values (DMN 1.5, tables 42 to 44).

use std::{borrow::Cow, cmp::Ordering};

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::Comparison;
use crate::{Value, temporal};

/// `None` where the two cannot be compared.
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value, strict: bool) -> Option<bool> {
    let order = || if strict { order_strictly(left, right) } else { order(left, right) };
    match comparison {
        Comparison::Equal => same(left, right, strict),
        Comparison::NotEqual => same(left, right, strict).map(|same| !same),
        Comparison::Less => order().map(Ordering::is_lt),
        Comparison::LessOrEqual => order().map(Ordering::is_le),
        Comparison::Greater => order().map(Ordering::is_gt),
        Comparison::GreaterOrEqual => order().map(Ordering::is_ge),
    }
}

/// Whether two values are the same; nothing equals nothing, and nothing else does.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    same(left, right, false)
}

/// The same where a text is only a text, and a day is no instant.
#[cfg(feature = "xml")]
pub(crate) fn equal_strictly(left: &Value, right: &Value) -> bool {
    same(left, right, true) == Some(true)
}

pub(super) fn same(left: &Value, right: &Value, strict: bool) -> Option<bool> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::List(left), Value::List(right)) => {
            let mut same = Some(left.len() == right.len());
            for (left, right) in left.iter().zip(right) {
                same = if self::same(left, right, strict)? { same } else { Some(false) };
            }
            same
        }
        (Value::Map(left), Value::Map(right)) => Some(
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| same(value, other, strict) == Some(true))),
        ),
        (Value::Range(left), Value::Range(right)) => {
            let closed = (left.low_in, left.high_in) == (right.low_in, right.high_in);
            Some(closed && same(&left.low, &right.low, strict)? && same(&left.high, &right.high, strict)?)
        }
        (Value::Function(left), Value::Function(right)) => Some(left == right),
        _ if strict => order_strictly(left, right).map(Ordering::is_eq),
        _ => order(left, right).map(Ordering::is_eq),
    }
}

/// The same order where a text is only a text, and a day is no instant.
pub(super) fn order_strictly(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Text(_), _) | (_, Value::Text(_)) => None,
        (Value::Date(_), Value::DateTime(..)) | (Value::DateTime(..), Value::Date(_)) => None,
        _ => order(left, right),
    }
}

/// Which comes first; `None` for different kinds, and for an instant against a time without its distance from UTC.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => {
            if temporal::looks_dated(left)
                && temporal::looks_dated(right)
                && let (Some(left), Some(right)) = (temporal::parse(left), temporal::parse(right))
            {
                return order(&left, &right);
            }
            Some(left.cmp(right))
        }
        (Value::Text(_), right) => order(&*read_like(left, right)?, right),
        (left, Value::Text(_)) => order(left, &*read_like(right, left)?),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::DateTime(right, _)) => Some(left.cmp(&right.date())),
        (Value::DateTime(left, _), Value::Date(right)) => Some(left.date().cmp(right)),
        (Value::DateTime(left, from), Value::DateTime(right, to)) => order_instants((*left, *from), (*right, *to)),
        (Value::Time(left, from), Value::Time(right, to)) => {
            let on_some_day = |time: Time| Date::constant(2000, 1, 2).to_datetime(time);
            order_instants((on_some_day(*left), *from), (on_some_day(*right), *to))
        }
        (Value::Months(left), Value::Months(right)) => Some(left.cmp(right)),
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn order_instants(left: (DateTime, Option<Offset>), right: (DateTime, Option<Offset>)) -> Option<Ordering> {
    match (left, right) {
        ((left, None), (right, None)) => Some(left.cmp(&right)),
        ((left, Some(from)), (right, Some(to))) => {
            Some(from.to_timestamp(left).ok()?.cmp(&to.to_timestamp(right).ok()?))
        }
        _ => None,
    }
}

/// A text as the kind of value that it meets, `None` where it is not written like one.
pub(super) fn read_like<'v>(text: &'v Value, other: &Value) -> Option<Cow<'v, Value>> {
    let Value::Text(words) = text else { return Some(Cow::Borrowed(text)) };
    let read = match other {
        Value::Date(_) | Value::DateTime(..) => temporal::parse(words).filter(|read| !matches!(read, Value::Time(..))),
        Value::Time(..) => temporal::time(words),
        Value::Months(_) | Value::Duration(_) => temporal::duration(words),
        _ => None,
    };
    read.map(Cow::Owned)
}
