//! Functions (DMN 1.5, 10.3.4): those that tables and assertions of a port need, and `present`, which is our own.

use std::{borrow::Cow, cmp::Ordering};

use regex_lite::Regex;
use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy, prelude::ToPrimitive};

use super::{Expr, Operator, arithmetic, compare};
use crate::{Value, temporal};

type Arguments<'v> = [Cow<'v, Value>];

/// A function: its name and how many arguments it takes, at least and at most.
#[derive(Debug)]
pub struct Function {
    /// The name, which may hold spaces.
    pub name: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments.
    pub most: usize,
    apply: fn(&Arguments<'_>) -> Option<Value>,
}

const MANY: usize = usize::MAX;

const fn function(
    name: &'static str,
    least: usize,
    most: usize,
    apply: fn(&Arguments<'_>) -> Option<Value>,
) -> Function {
    Function { name, least, most, apply }
}

/// All functions that expressions may call.
pub static FUNCTIONS: &[Function] = &[
    function("not", 1, 1, |a| a[0].bool().map(|yes| Value::Bool(!yes))),
    // Our own: neither null nor empty.
    function("present", 1, 1, |a| Some(Value::Bool(!a[0].is_empty()))),
    function("is defined", 1, 1, |a| Some(Value::Bool(*a[0] != Value::Null))),
    function("string length", 1, 1, |a| a[0].text().map(|text| count(text.chars().count()))),
    function("upper case", 1, 1, |a| a[0].text().map(|text| text.to_uppercase().into())),
    function("lower case", 1, 1, |a| a[0].text().map(|text| text.to_lowercase().into())),
    function("substring", 2, 3, substring),
    function("substring before", 2, 2, |a| split(a).map(|(before, _)| before)),
    function("substring after", 2, 2, |a| split(a).map(|(_, after)| after)),
    function("contains", 2, 2, |a| match &*a[0] {
        Value::List(_) => holds(a),
        text => Some(Value::Bool(text.text()?.contains(a[1].text()?))),
    }),
    function("starts with", 2, 2, |a| Some(Value::Bool(a[0].text()?.starts_with(a[1].text()?)))),
    function("ends with", 2, 2, |a| Some(Value::Bool(a[0].text()?.ends_with(a[1].text()?)))),
    function("matches", 2, 2, |a| Some(Value::Bool(Regex::new(a[1].text()?).ok()?.is_match(a[0].text()?)))),
    function("string", 1, 1, |a| (*a[0] != Value::Null).then(|| a[0].to_string().into())),
    function("number", 1, 1, |a| match &*a[0] {
        Value::Text(text) => text.parse().ok().map(Value::Number),
        other => other.number().map(Value::Number),
    }),
    function("list contains", 2, 2, holds),
    function("count", 1, 1, |a| match &*a[0] {
        Value::Null => None,
        Value::List(items) => Some(count(items.len())),
        _ => Some(count(1)),
    }),
    function("min", 1, MANY, |a| extreme(items(a), Ordering::Less)),
    function("max", 1, MANY, |a| extreme(items(a), Ordering::Greater)),
    function("sum", 1, MANY, |a| total(&items(a))),
    function("mean", 1, MANY, |a| {
        let total = total(&items(a))?;
        Some(arithmetic::calculate(Operator::Divide, &total, &count(items(a).len())))
    }),
    function("all", 1, MANY, |a| decide(items(a), false)),
    function("any", 1, MANY, |a| decide(items(a), true)),
    function("distinct values", 1, 1, |a| {
        let mut kept: Vec<Value> = Vec::new();
        for item in items(a) {
            if !kept.iter().any(|other| compare::equal(other, item) == Some(true)) {
                kept.push(item.clone());
            }
        }
        Some(Value::List(kept))
    }),
    function("concatenate", 1, MANY, |a| {
        Some(Value::List(a.iter().flat_map(|list| items(std::slice::from_ref(list))).cloned().collect()))
    }),
    function("abs", 1, 1, |a| match &*a[0] {
        Value::Number(number) => Some(Value::Number(number.abs())),
        Value::Months(months) => months.checked_abs().map(Value::Months),
        Value::Duration(length) => Some(Value::Duration(length.abs())),
        _ => None,
    }),
    function("floor", 1, 2, |a| rounded(a, RoundingStrategy::ToNegativeInfinity)),
    function("ceiling", 1, 2, |a| rounded(a, RoundingStrategy::ToPositiveInfinity)),
    function("decimal", 2, 2, |a| rounded(a, RoundingStrategy::MidpointNearestEven)),
    function("round half up", 2, 2, |a| rounded(a, RoundingStrategy::MidpointAwayFromZero)),
    function("round half down", 2, 2, |a| rounded(a, RoundingStrategy::MidpointTowardZero)),
    function("round up", 2, 2, |a| rounded(a, RoundingStrategy::AwayFromZero)),
    function("round down", 2, 2, |a| rounded(a, RoundingStrategy::ToZero)),
    function("modulo", 2, 2, |a| modulo(a[0].number()?, a[1].number()?).map(Value::Number)),
    function("odd", 1, 1, |a| modulo(a[0].number()?, Decimal::TWO).map(|rest| Value::Bool(rest == Decimal::ONE))),
    function("even", 1, 1, |a| modulo(a[0].number()?, Decimal::TWO).map(|rest| Value::Bool(rest.is_zero()))),
    function("sqrt", 1, 1, |a| a[0].number()?.sqrt().map(Value::Number)),
    function("date", 1, 3, date),
    function("date and time", 1, 2, date_and_time),
    function("time", 1, 1, |a| match &*a[0] {
        Value::Text(text) => temporal::time(text),
        Value::DateTime(at, offset) => Some(Value::Time(at.time(), *offset)),
        Value::Time(time, offset) => Some(Value::Time(*time, *offset)),
        _ => None,
    }),
    function("duration", 1, 1, |a| match &*a[0] {
        Value::Text(text) => temporal::duration(text),
        length @ (Value::Months(_) | Value::Duration(_)) => Some(length.clone()),
        _ => None,
    }),
    function("years and months duration", 2, 2, months_between),
    function("day of week", 1, 1, |a| {
        const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let nth = part(&*day(&a[0])?, "weekday").integer()?;
        DAYS.get(usize::try_from(nth - 1).ok()?).map(|day| Value::from(*day))
    }),
];

pub(super) fn spaced_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name).filter(|name| name.contains(' '))
}

/// A call, checked; the fault in Chinese and English.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Result<Expr, (String, String)> {
    let Some((place, function)) = FUNCTIONS.iter().enumerate().find(|(_, function)| function.name == name) else {
        return Err((format!("没有函数“{name}”"), format!("there is no function “{name}”")));
    };
    if !(function.least..=function.most).contains(&arguments.len()) {
        return Err((format!("函数“{name}”的参数个数不对"), format!("“{name}” takes another number of arguments")));
    }
    if name == "matches"
        && let [text, Expr::Const(Value::Text(pattern))] = arguments.as_slice()
    {
        let pattern = Regex::new(pattern)
            .map_err(|error| (format!("正则表达式有误：{error}"), format!("the pattern is wrong: {error}")))?;
        return Ok(Expr::Matches(text.clone().into(), pattern));
    }
    // Every function is pure: what has constant arguments is a constant, and cells with dates can be analysed.
    let constants = arguments.iter().map(|argument| match argument {
        Expr::Const(value) => Some(Cow::Borrowed(value)),
        _ => None,
    });
    match constants.collect::<Option<Vec<_>>>() {
        Some(values) => Ok(Expr::Const(apply(place, &values))),
        None => Ok(Expr::Call(place, arguments)),
    }
}

pub(super) fn apply(function: usize, arguments: &Arguments<'_>) -> Value {
    FUNCTIONS.get(function).and_then(|function| (function.apply)(arguments)).unwrap_or_default()
}

/// A named part of a date, a time or a duration (DMN 1.5, table 65); `Null` for anything else.
pub(super) fn part(value: &Value, name: &str) -> Value {
    let whole = |number: i64| Some(Value::from(number));
    let found = match (value, name) {
        (Value::Text(text), _) if temporal::looks_dated(text) => temporal::parse(text).map(|read| part(&read, name)),
        (Value::Date(date), "year") => whole(date.year().into()),
        (Value::Date(date), "month") => whole(date.month().into()),
        (Value::Date(date), "day") => whole(date.day().into()),
        (Value::Date(date), "weekday") => whole(date.weekday().to_monday_one_offset().into()),
        (Value::DateTime(at, _), "year" | "month" | "day" | "weekday") => Some(part(&Value::Date(at.date()), name)),
        (Value::DateTime(at, offset), _) => Some(part(&Value::Time(at.time(), *offset), name)),
        (Value::Time(time, _), "hour") => whole(time.hour().into()),
        (Value::Time(time, _), "minute") => whole(time.minute().into()),
        (Value::Time(time, _), "second") => whole(time.second().into()),
        (Value::Time(_, Some(offset)), "time offset") => {
            Some(Value::Duration(jiff::SignedDuration::from_secs(offset.seconds().into())))
        }
        (Value::Months(months), "years") => whole(months / 12),
        (Value::Months(months), "months") => whole(months % 12),
        (Value::Duration(length), "days") => whole(length.as_secs() / 86400),
        (Value::Duration(length), "hours") => whole(length.as_secs() / 3600 % 24),
        (Value::Duration(length), "minutes") => whole(length.as_secs() / 60 % 60),
        (Value::Duration(length), "seconds") => whole(length.as_secs() % 60),
        _ => None,
    };
    found.unwrap_or_default()
}

fn count(number: usize) -> Value {
    Value::Number(number.into())
}

/// The items of a single list, or the arguments themselves.
fn items<'a>(arguments: &'a Arguments<'_>) -> Vec<&'a Value> {
    match arguments {
        [single] => match &**single {
            Value::List(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            other => vec![other],
        },
        many => many.iter().map(|item| &**item).collect(),
    }
}

fn holds(arguments: &Arguments<'_>) -> Option<Value> {
    let Value::List(items) = &*arguments[0] else { return None };
    Some(Value::Bool(items.iter().any(|item| compare::equal(item, &arguments[1]) == Some(true))))
}

fn extreme(items: Vec<&Value>, wanted: Ordering) -> Option<Value> {
    let mut best = *items.first()?;
    for item in &items[1..] {
        if compare::order(item, best)? == wanted {
            best = item;
        }
    }
    Some(best.clone())
}

/// The sum of numbers or of durations.
pub(crate) fn total(items: &[&Value]) -> Option<Value> {
    let (first, rest) = items.split_first()?;
    let first = matches!(first, Value::Number(_) | Value::Months(_) | Value::Duration(_)).then(|| (*first).clone())?;
    Some(rest.iter().fold(first, |total, item| arithmetic::calculate(Operator::Add, &total, item)))
}

/// One `deciding` item settles it; else anything that is not a boolean makes it unknown.
fn decide(items: Vec<&Value>, deciding: bool) -> Option<Value> {
    if items.iter().any(|item| item.bool() == Some(deciding)) {
        return Some(Value::Bool(deciding));
    }
    items.iter().all(|item| item.bool().is_some()).then_some(Value::Bool(!deciding))
}

/// Positions count signs from 1, or from the end when negative.
fn substring(arguments: &Arguments<'_>) -> Option<Value> {
    let signs: Vec<char> = arguments[0].text()?.chars().collect();
    let start = match arguments[1].integer()? {
        start if start > 0 => usize::try_from(start - 1).ok()?,
        start if start < 0 => signs.len().checked_sub(usize::try_from(start.unsigned_abs()).ok()?)?,
        _ => return None,
    };
    let length = match arguments.get(2) {
        Some(length) => length.number()?.to_usize()?,
        None => signs.len(),
    };
    Some(signs.iter().skip(start).take(length).collect::<String>().into())
}

fn split(arguments: &Arguments<'_>) -> Option<(Value, Value)> {
    let (text, mark) = (arguments[0].text()?, arguments[1].text()?);
    let (before, after) = text.split_once(mark).unwrap_or(("", ""));
    Some((before.into(), after.into()))
}

fn rounded(arguments: &Arguments<'_>, how: RoundingStrategy) -> Option<Value> {
    let places = match arguments.get(1) {
        Some(places) => places.integer()?,
        None => 0,
    };
    let number = arguments[0].number()?;
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

fn date(arguments: &Arguments<'_>) -> Option<Value> {
    match arguments {
        [single] => match &**single {
            Value::Text(text) if text.len() == 10 => temporal::date(text),
            other => day(other).map(Cow::into_owned),
        },
        [year, month, day] => {
            let (year, month, day) = (year.integer()?, month.integer()?, day.integer()?);
            let date = jiff::civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
            date.ok().map(Value::Date)
        }
        _ => None,
    }
}

/// The day of a date or an instant, also when it is text.
fn day(value: &Value) -> Option<Cow<'_, Value>> {
    match value {
        Value::Date(_) => Some(Cow::Borrowed(value)),
        Value::DateTime(at, _) => Some(Cow::Owned(Value::Date(at.date()))),
        Value::Text(text) => match temporal::parse(text)? {
            Value::DateTime(at, _) => Some(Cow::Owned(Value::Date(at.date()))),
            read @ Value::Date(_) => Some(Cow::Owned(read)),
            _ => None,
        },
        _ => None,
    }
}

fn date_and_time(arguments: &Arguments<'_>) -> Option<Value> {
    match arguments {
        [single] => match &**single {
            Value::Text(text) => temporal::date_time(text),
            Value::DateTime(at, offset) => Some(Value::DateTime(*at, *offset)),
            Value::Date(date) => Some(Value::DateTime(date.to_datetime(jiff::civil::Time::midnight()), None)),
            _ => None,
        },
        [on, time] => match (&*day(on)?, &**time) {
            (Value::Date(date), Value::Time(time, offset)) => Some(Value::DateTime(date.to_datetime(*time), *offset)),
            _ => None,
        },
        _ => None,
    }
}

/// Whole months from the first day to the second.
fn months_between(arguments: &Arguments<'_>) -> Option<Value> {
    let (Value::Date(from), Value::Date(to)) = (&*day(&arguments[0])?, &*day(&arguments[1])?) else { return None };
    let span = from.until((jiff::Unit::Month, *to)).ok()?;
    Some(Value::Months(span.get_months().into()))
}
