//! Days and instants as people write them.

use jiff::{Timestamp, civil::Date};

const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// A day, from upper-case text: `2026-03-20`, `2026/3/20`, `20260320`, `2026年3月20日`, `20.03.2026`, `20/03/2026` where
/// only one reading is a date, `20 MAR 2026`, `MAR 20, 2026`, or the date of an instant. Years have four digits.
pub fn day(given: &str) -> Option<Date> {
    let date_part = given.split_once('T').map_or(given, |(date, rest)| if rest.contains(':') { date } else { given });
    let date_part =
        date_part.split_once(' ').filter(|(_, rest)| rest.contains(':')).map_or(date_part, |(date, _)| date);
    if date_part.len() == 8 && date_part.bytes().all(|byte| byte.is_ascii_digit()) {
        return date(&date_part[..4], &date_part[4..6], &date_part[6..]);
    }
    let parts: Vec<&str> =
        date_part.split(['-', '/', '.', ' ', ',', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    if first.len() == 4 {
        return date(first, second, third).or_else(|| date(first, &month(second)?, third));
    }
    if third.len() != 4 {
        return None;
    }
    if let Some(named) = month(second) {
        return date(third, &named, first);
    }
    if let Some(named) = month(first) {
        return date(third, &named, second);
    }
    match (date(third, second, first), date(third, first, second)) {
        (Some(european), Some(american)) if european != american && !date_part.contains('.') => None,
        (european, american) => european.or(american),
    }
}

/// True for a date with slashes or dashes whose day and month cannot be told apart.
pub fn ambiguous(given: &str) -> bool {
    let parts: Vec<&str> = given.split(['-', '/']).collect();
    matches!(parts.as_slice(), &[first, second, third]
        if day(given).is_none() && date(third, second, first).is_some() && date(third, first, second).is_some())
}

/// An instant, from upper-case text of ISO 8601 with `Z` or an offset.
pub fn instant(given: &str) -> Option<Timestamp> {
    given.parse().ok()
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |text: &str, max: usize| {
        let digits = (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse::<i16>().ok() } else { None }
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn month(word: &str) -> Option<String> {
    let word = if word == "SEPT" { "SEP" } else { word };
    let nth = MONTHS.iter().position(|name| word.len() >= 3 && (*name == word || &name[..3] == word))?;
    Some((nth + 1).to_string())
}
