//! Ranges: how points and ranges lie to each other (DMN 1.5, 10.3.4.13), and what lies within.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use jiff::ToSpan;
use rust_decimal::Decimal;

use super::{Arguments, Function, function};
use crate::{
    Value,
    feel::{self, Scope, Vocabulary, compare},
    value::Range,
};

pub(super) static FUNCTIONS: &[Function] = &[
    function("before", (2, 2), "point1,point2;point,range;range,point;range1,range2", |a| {
        before(&ends(a, 0)?, &ends(a, 1)?)
    }),
    function("after", (2, 2), "point1,point2;point,range;range,point;range1,range2", |a| {
        before(&ends(a, 1)?, &ends(a, 0)?)
    }),
    function("meets", (2, 2), "range1,range2", |a| meets(&range(a, 0)?, &range(a, 1)?)),
    function("met by", (2, 2), "range1,range2", |a| meets(&range(a, 1)?, &range(a, 0)?)),
    function("overlaps", (2, 2), "range1,range2", |a| {
        let (left, right) = (range(a, 0)?, range(a, 1)?);
        let apart = before(&left, &right)?.bool()? || before(&right, &left)?.bool()?;
        Some(Value::Bool(!apart))
    }),
    function("overlaps before", (2, 2), "range1,range2", |a| overlaps_before(&range(a, 0)?, &range(a, 1)?)),
    function("overlaps after", (2, 2), "range1,range2", |a| overlaps_after(&range(a, 0)?, &range(a, 1)?)),
    function("finishes", (2, 2), "point,range;range1,range2", |a| finishes(&ends(a, 0)?, &range(a, 1)?)),
    function("finished by", (2, 2), "range,point;range1,range2", |a| finishes(&ends(a, 1)?, &range(a, 0)?)),
    function("includes", (2, 2), "range,point;range1,range2", |a| includes(&range(a, 0)?, &ends(a, 1)?)),
    function("during", (2, 2), "point,range;range1,range2", |a| includes(&range(a, 1)?, &ends(a, 0)?)),
    function("starts", (2, 2), "point,range;range1,range2", |a| starts(&ends(a, 0)?, &range(a, 1)?)),
    function("started by", (2, 2), "range,point;range1,range2", |a| starts(&ends(a, 1)?, &range(a, 0)?)),
    function("coincides", (2, 2), "point1,point2;range1,range2", |a| {
        let (left, right) = (ends(a, 0)?, ends(a, 1)?);
        let same = low(&left, &right)? == Equal && high(&left, &right)? == Equal;
        Some(Value::Bool(same))
    }),
    function("range", (1, 1), "from", |a| {
        let expr = Vocabulary { strict: true, ..Default::default() }.expression(a[0].text()?).ok()?;
        let read = feel::evaluate(&expr, &Scope::strict(&Value::Null)).into_owned();
        matches!(read, Value::Range(_)).then_some(read)
    }),
];

/// A range, or a point as the range that holds it alone.
fn ends(a: &Arguments<'_>, place: usize) -> Option<Range> {
    match a.given(place)? {
        Value::Range(range) => Some((**range).clone()),
        point => Some(Range { low: point.clone(), low_in: true, high: point.clone(), high_in: true }),
    }
}

fn range(a: &Arguments<'_>, place: usize) -> Option<Range> {
    match &a[place] {
        Value::Range(range) => Some((**range).clone()),
        _ => None,
    }
}

/// How the lower ends lie: an end that does not belong is a little later; none is before all.
fn low(left: &Range, right: &Range) -> Option<Ordering> {
    match (&left.low, &right.low) {
        (Value::Null, Value::Null) => Some(Equal),
        (Value::Null, _) => Some(Less),
        (_, Value::Null) => Some(Greater),
        (one, other) => Some(compare::order_strictly(one, other)?.then(right.low_in.cmp(&left.low_in))),
    }
}

/// How the upper ends lie: an end that does not belong is a little earlier; none is after all.
fn high(left: &Range, right: &Range) -> Option<Ordering> {
    match (&left.high, &right.high) {
        (Value::Null, Value::Null) => Some(Equal),
        (Value::Null, _) => Some(Greater),
        (_, Value::Null) => Some(Less),
        (one, other) => Some(compare::order_strictly(one, other)?.then(left.high_in.cmp(&right.high_in))),
    }
}

/// How the upper end of one lies to the lower end of another: equal only when both belong.
fn touch(left: &Range, right: &Range) -> Option<Ordering> {
    match (&left.high, &right.low) {
        (Value::Null, _) | (_, Value::Null) => Some(Greater),
        (one, other) => Some(match compare::order_strictly(one, other)? {
            Equal if !(left.high_in && right.low_in) => Less,
            order => order,
        }),
    }
}

fn before(left: &Range, right: &Range) -> Option<Value> {
    Some(Value::Bool(touch(left, right)? == Less))
}

fn meets(left: &Range, right: &Range) -> Option<Value> {
    Some(Value::Bool(touch(left, right)? == Equal))
}

fn overlaps_before(left: &Range, right: &Range) -> Option<Value> {
    let joined = touch(left, right)? != Less;
    Some(Value::Bool(joined && low(left, right)? == Less && high(left, right)? != Greater))
}

fn overlaps_after(left: &Range, right: &Range) -> Option<Value> {
    let joined = touch(right, left)? != Less;
    Some(Value::Bool(joined && high(left, right)? == Greater && low(left, right)? != Less))
}

fn finishes(part: &Range, whole: &Range) -> Option<Value> {
    Some(Value::Bool(high(part, whole)? == Equal && low(part, whole)? != Less))
}

fn starts(part: &Range, whole: &Range) -> Option<Value> {
    Some(Value::Bool(low(part, whole)? == Equal && high(part, whole)? != Greater))
}

fn includes(whole: &Range, part: &Range) -> Option<Value> {
    Some(Value::Bool(low(whole, part)? != Greater && high(whole, part)? != Less))
}

/// The whole steps of a range that has ends.
pub(in crate::feel) fn steps(range: &Range, scope: &Scope<'_>) -> Option<Vec<Value>> {
    let mut items = between(&range.low, &range.high, scope)?;
    if !range.low_in && items.first() == Some(&range.low) {
        items.remove(0);
    }
    if !range.high_in && items.last() == Some(&range.high) {
        items.pop();
    }
    Some(items)
}

/// Numbers in steps of one or days in steps of a day, from one end to the other, up or down; `None` for other kinds
/// and where there are more than may be computed.
pub(in crate::feel) fn between(from: &Value, to: &Value, scope: &Scope<'_>) -> Option<Vec<Value>> {
    let down = compare::order_strictly(from, to)? == Greater;
    let steps = match (from, to) {
        (Value::Number(from), Value::Number(to)) => to.checked_sub(*from)?.abs().floor().try_into().ok()?,
        (Value::Date(from), Value::Date(to)) => from.until(*to).ok()?.get_days().unsigned_abs() as usize,
        _ => return None,
    };
    if !scope.budget().is_none_or(|budget| budget.spend(steps)) || steps > 200_000 {
        return None;
    }
    let step = if down { -1 } else { 1 };
    let item = |nth: usize| match from {
        Value::Number(from) => from.checked_add(Decimal::from(step) * Decimal::from(nth)).map(Value::Number),
        Value::Date(from) => {
            let days = i64::try_from(nth).ok()? * step;
            from.checked_add(days.days()).ok().map(Value::Date)
        }
        _ => None,
    };
    (0..=steps).map(item).collect()
}
