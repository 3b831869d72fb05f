//! Days, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7 and table 65).

use std::borrow::Cow;

use jiff::{
    SignedDuration,
    civil::{Date, Time},
    tz::Offset,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Arguments, Function, function};
use crate::{Value, temporal};

pub(super) static FUNCTIONS: &[Function] = &[
    function("date", (1, 3), "from;year,month,day", date),
    function("date and time", (1, 2), "from;date,time", date_and_time),
    function("time", (1, 4), "from;hour,minute,second,offset", time),
    function("duration", (1, 1), "from", |a| match &a[0] {
        Value::Text(text) => temporal::duration(text),
        length @ (Value::Months(_) | Value::Duration(_)) => Some(length.clone()),
        _ => None,
    }),
    function("years and months duration", (2, 2), "from,to", months_between),
    function("day of week", (1, 1), "date", |a| {
        const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let nth = day(&a[0], a.strict())?.weekday().to_monday_zero_offset();
        DAYS.get(usize::try_from(nth).ok()?).map(|day| Value::from(*day))
    }),
    function("day of year", (1, 1), "date", |a| Some(Value::from(i64::from(day(&a[0], a.strict())?.day_of_year())))),
    function("week of year", (1, 1), "date", |a| {
        Some(Value::from(i64::from(day(&a[0], a.strict())?.iso_week_date().week())))
    }),
    function("month of year", (1, 1), "date", |a| {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let nth = usize::try_from(day(&a[0], a.strict())?.month()).ok()?;
        MONTHS.get(nth - 1).map(|month| Value::from(*month))
    }),
    // Not only the same instant, but the same spelling of it.
    function("is", (2, 2), "value1,value2", |a| Some(Value::Bool(a[0] == a[1]))),
];

/// A named part of a date, a time or a duration; `Null` for anything else.
pub(in crate::feel) fn part(value: &Value, name: &str) -> Value {
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
            Some(Value::Duration(SignedDuration::from_secs(offset.seconds().into())))
        }
        (Value::Months(months), "years") => whole(months / 12),
        (Value::Months(months), "months") => whole(months % 12),
        (Value::Duration(length), "days") => whole(length.as_secs() / 86400),
        (Value::Duration(length), "hours") => whole(length.as_secs() / 3600 % 24),
        (Value::Duration(length), "minutes") => whole(length.as_secs() / 60 % 60),
        (Value::Duration(length), "seconds") => whole(length.as_secs() % 60),
        (Value::Range(range), "start") => Some(range.low.clone()),
        (Value::Range(range), "end") => Some(range.high.clone()),
        (Value::Range(range), "start included") => Some(Value::Bool(range.low_in)),
        (Value::Range(range), "end included") => Some(Value::Bool(range.high_in)),
        _ => None,
    };
    found.unwrap_or_default()
}

fn date(a: &Arguments<'_>) -> Option<Value> {
    match a.len() {
        1 => match &a[0] {
            Value::Text(text) if text.len() == 10 => temporal::date(text),
            Value::Text(_) if a.strict() => None,
            other => day(other, false).map(Value::Date),
        },
        3 => {
            let (year, month, day) = (a[0].integer()?, a[1].integer()?, a[2].integer()?);
            let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
            date.ok().map(Value::Date)
        }
        _ => None,
    }
}

/// The day of a date or an instant, in the house's dialect also when it is text.
fn day(value: &Value, strict: bool) -> Option<Date> {
    let read = match value {
        Value::Text(_) if strict => return None,
        Value::Text(text) => Cow::Owned(temporal::parse(text)?),
        other => Cow::Borrowed(other),
    };
    match &*read {
        Value::Date(date) => Some(*date),
        Value::DateTime(at, _) => Some(at.date()),
        _ => None,
    }
}

fn time(a: &Arguments<'_>) -> Option<Value> {
    if a.len() > 1 {
        let part = |place: usize| i8::try_from(a[place].integer()?).ok();
        let seconds = a[2].number()?;
        let whole = i8::try_from(seconds.floor().to_i64()?).ok()?;
        let nanos = (seconds - seconds.floor()).checked_mul(Decimal::from(1_000_000_000))?.to_i32()?;
        let time = Time::new(part(0)?, part(1)?, whole, nanos).ok()?;
        let offset = match &a[3] {
            Value::Null => None,
            Value::Duration(length) => Some(Offset::from_seconds(i32::try_from(length.as_secs()).ok()?).ok()?),
            _ => return None,
        };
        return Some(Value::Time(time, offset));
    }
    match &a[0] {
        Value::Text(text) => temporal::time(text),
        Value::DateTime(at, offset) => Some(Value::Time(at.time(), *offset)),
        Value::Date(_) => Some(Value::Time(Time::midnight(), Some(Offset::UTC))),
        Value::Time(time, offset) => Some(Value::Time(*time, *offset)),
        _ => None,
    }
}

fn date_and_time(a: &Arguments<'_>) -> Option<Value> {
    if a.len() == 1 {
        return match &a[0] {
            Value::Text(text) => temporal::date_time(text),
            Value::DateTime(at, offset) => Some(Value::DateTime(*at, *offset)),
            Value::Date(date) => Some(Value::DateTime(date.to_datetime(Time::midnight()), None)),
            _ => None,
        };
    }
    match &a[1] {
        Value::Time(time, offset) => Some(Value::DateTime(day(&a[0], a.strict())?.to_datetime(*time), *offset)),
        _ => None,
    }
}

/// Whole months from the first day to the second.
fn months_between(a: &Arguments<'_>) -> Option<Value> {
    let (from, to) = (day(&a[0], a.strict())?, day(&a[1], a.strict())?);
    let span = from.until((jiff::Unit::Month, to)).ok()?;
    Some(Value::Months(span.get_months().into()))
}
