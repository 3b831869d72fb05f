//! Days, times, instants and durations as ISO 8601 writes them and as FEEL means them (DMN 1.5, 10.3.2.3).

use std::fmt;

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use crate::Value;

/// The day, instant or time that a text writes, `None` when it writes none.
pub(crate) fn parse(text: &str) -> Option<Value> {
    looks_dated(text)
        .then(|| date(text).or_else(|| date_time(text)))
        .flatten()
        .or_else(|| (text.as_bytes().get(2) == Some(&b':')).then(|| time(text)).flatten())
}

/// True when a text begins like `2026-01-31`; cheap, so that ordinary words are never parsed.
pub(crate) fn looks_dated(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[0].is_ascii_digit()
}

/// `2026-01-31`.
pub(crate) fn date(text: &str) -> Option<Value> {
    (text.len() == 10).then(|| civil_date(text).map(Value::Date)).flatten()
}

fn civil_date(text: &str) -> Option<Date> {
    looks_dated(text).then(|| text.parse().ok()).flatten()
}

/// `2026-01-31T08:00:00`, with a fraction, `Z` or an offset such as `+08:00` where given; a day alone is its midnight.
pub(crate) fn date_time(text: &str) -> Option<Value> {
    let day = civil_date(text.get(..10)?)?;
    let Some(rest) = text.get(10..).filter(|rest| !rest.is_empty()) else {
        return Some(Value::DateTime(day.to_datetime(Time::midnight()), None));
    };
    let (clock, offset) = clock(rest.strip_prefix('T')?)?;
    Some(Value::DateTime(DateTime::from_parts(day, clock), offset))
}

/// `08:00:00`, with a fraction, `Z` or an offset where given.
pub(crate) fn time(text: &str) -> Option<Value> {
    clock(text).map(|(time, offset)| Value::Time(time, offset))
}

fn clock(text: &str) -> Option<(Time, Option<Offset>)> {
    let (clock, offset) = match text.strip_suffix('Z') {
        Some(clock) => (clock, Some(Offset::UTC)),
        None => match text.rfind(['+', '-']) {
            Some(at) => (&text[..at], Some(self::offset(&text[at..])?)),
            None => (text, None),
        },
    };
    let shaped =
        clock.len() >= 5 && clock.as_bytes()[2] == b':' && clock.bytes().all(|byte| b"0123456789:.".contains(&byte));
    Some((shaped.then(|| clock.parse().ok()).flatten()?, offset))
}

fn offset(text: &str) -> Option<Offset> {
    let digits: String = text[1..].split(':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = digits[..2].parse::<i32>().ok()? * 3600 + digits[2..].parse::<i32>().ok()? * 60;
    Offset::from_seconds(if text.starts_with('-') { -seconds } else { seconds }).ok()
}

/// `P1Y6M` (years and months) or `P2DT12H30M1.5S` (days and time). FEEL has no duration that mixes the two.
pub(crate) fn duration(text: &str) -> Option<Value> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (days, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None => (text.strip_prefix('P')?, ""),
    };
    let [years, months, day] = amounts(days, [b'Y', b'M', b'D'])?;
    let [hours, minutes, seconds] = amounts(clock, [b'H', b'M', b'S'])?;
    let calendar = years.is_some() || months.is_some();
    let exact = day.is_some() || !clock.is_empty();
    if calendar == exact {
        return None;
    }
    let whole = |part: Option<&str>| part.map_or(Some(0), |digits| digits.parse::<i64>().ok());
    if calendar {
        let months = whole(years)?.checked_mul(12)?.checked_add(whole(months)?)?;
        return Some(Value::Months(if negative { -months } else { months }));
    }
    let minutes =
        (whole(day)?.checked_mul(1440)?).checked_add(whole(hours)?.checked_mul(60)?)?.checked_add(whole(minutes)?)?;
    let length = SignedDuration::from_secs(minutes.checked_mul(60)?).checked_add(fraction(seconds.unwrap_or("0"))?)?;
    Some(Value::Duration(if negative { length.checked_neg()? } else { length }))
}

fn fraction(seconds: &str) -> Option<SignedDuration> {
    let (whole, rest) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let nanos: String = rest.chars().chain("000000000".chars()).take(9).collect();
    Some(SignedDuration::new(whole.parse().ok()?, nanos.parse().ok()?))
}

/// Digits before each unit, in the order of the units; `None` when the text is anything else.
fn amounts(mut text: &str, units: [u8; 3]) -> Option<[Option<&str>; 3]> {
    let mut found = [None; 3];
    for (unit, slot) in units.into_iter().zip(&mut found) {
        let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(text.len());
        if end > 0 && text.as_bytes().get(end) == Some(&unit) {
            *slot = Some(&text[..end]);
            text = &text[end + 1..];
        }
    }
    text.is_empty().then_some(found)
}

pub(crate) fn write_offset(out: &mut fmt::Formatter<'_>, offset: Option<Offset>) -> fmt::Result {
    match offset.map(Offset::seconds) {
        None => Ok(()),
        Some(0) => out.write_str("Z"),
        Some(seconds) => {
            let sign = if seconds < 0 { '-' } else { '+' };
            write!(out, "{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
        }
    }
}

pub(crate) fn write_months(out: &mut fmt::Formatter<'_>, months: i64) -> fmt::Result {
    let (years, rest) = (months.unsigned_abs() / 12, months.unsigned_abs() % 12);
    out.write_str(if months < 0 { "-P" } else { "P" })?;
    match (years, rest) {
        (0, rest) => write!(out, "{rest}M"),
        (years, 0) => write!(out, "{years}Y"),
        (years, rest) => write!(out, "{years}Y{rest}M"),
    }
}

pub(crate) fn write_duration(out: &mut fmt::Formatter<'_>, length: SignedDuration) -> fmt::Result {
    let (total, nanos) = (length.as_secs().unsigned_abs(), length.subsec_nanos().unsigned_abs());
    if total == 0 && nanos == 0 {
        return out.write_str("PT0S");
    }
    out.write_str(if length.is_negative() { "-P" } else { "P" })?;
    let parts = [(total / 86400, "D"), (total / 3600 % 24, "H"), (total / 60 % 60, "M")];
    for (nth, (amount, unit)) in parts.into_iter().enumerate() {
        if nth == 1 && (total % 86400 != 0 || nanos != 0) {
            out.write_str("T")?;
        }
        if amount != 0 {
            write!(out, "{amount}{unit}")?;
        }
    }
    match (total % 60, nanos) {
        (0, 0) => Ok(()),
        (seconds, 0) => write!(out, "{seconds}S"),
        (seconds, nanos) => write!(out, "{seconds}.{}S", format!("{nanos:09}").trim_end_matches('0')),
    }
}
