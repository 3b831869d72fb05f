//! Equality and order, with three values (DMN 1.5, tables 42 to 44).

use std::{borrow::Cow, cmp::Ordering};

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::Comparison;
use crate::{Value, temporal};

/// `None` where the two cannot be compared.
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    match comparison {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|same| !same),
        Comparison::Less => order(left, right).map(Ordering::is_lt),
        Comparison::LessOrEqual => order(left, right).map(Ordering::is_le),
        Comparison::Greater => order(left, right).map(Ordering::is_gt),
        Comparison::GreaterOrEqual => order(left, right).map(Ordering::is_ge),
    }
}

/// Whether two values are the same; nothing equals nothing, and nothing else does.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::List(left), Value::List(right)) => {
            let mut same = Some(left.len() == right.len());
            for (left, right) in left.iter().zip(right) {
                same = if equal(left, right)? { same } else { Some(false) };
            }
            same
        }
        (Value::Map(left), Value::Map(right)) => Some(
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| equal(value, other) == Some(true))),
        ),
        _ => order(left, right).map(Ordering::is_eq),
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
