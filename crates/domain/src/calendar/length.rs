//! Lengths of legal terms, as tables write them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A length of time with its way of counting; a minus sign means before the start event.
///
/// Written like ISO 8601 durations, with one unit each: `PT30M`, `PT24H`, `P7D`, `P2W`, `P12M`, `P1Y`; and, beyond the
/// standard, `P5WD` for working days and `P15CD` for the days of a civil term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Length {
    /// How many units; negative before the start event.
    pub amount: i32,
    /// What is counted.
    pub unit: Unit,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Minutes on the calendar.
    Minutes,
    /// Days to the hour: the same clock time so many days away.
    Days,
    /// Months to the hour; the last day of a shorter month stands for a day that it lacks.
    Months,
    /// Working days of the calendar, to the close of the last.
    WorkingDays,
    /// Days of a civil term, to the end of the last.
    CivilDays,
}

/// A text that is no length; holds the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLength(pub String);

/// A hundred years: no term of any law is longer, and no text can make the reckoning slow.
const LONGEST_DAYS: i32 = 36_525;

impl Length {
    /// Clock or working hours, by the calendar.
    pub const fn hours(hours: i32) -> Self {
        Length { amount: hours * 60, unit: Unit::Minutes }
    }

    /// Working days.
    pub const fn working_days(days: i32) -> Self {
        Length { amount: days, unit: Unit::WorkingDays }
    }
}

impl std::ops::Neg for Length {
    type Output = Length;

    fn neg(self) -> Length {
        Length { amount: -self.amount, ..self }
    }
}

impl FromStr for Length {
    type Err = BadLength;

    fn from_str(text: &str) -> Result<Self, BadLength> {
        let bad = || BadLength(text.to_owned());
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let rest = rest.strip_prefix('P').ok_or_else(bad)?;
        let digits = rest.trim_start_matches('T').bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = rest.trim_start_matches('T').split_at(digits);
        let (unit, factor, longest) = match (rest.starts_with('T'), unit) {
            (true, "H") => (Unit::Minutes, 60, LONGEST_DAYS * 24),
            (true, "M") => (Unit::Minutes, 1, LONGEST_DAYS * 24 * 60),
            (false, "D") => (Unit::Days, 1, LONGEST_DAYS),
            (false, "W") => (Unit::Days, 7, LONGEST_DAYS / 7),
            (false, "M") => (Unit::Months, 1, 1200),
            (false, "Y") => (Unit::Months, 12, 100),
            (false, "WD") => (Unit::WorkingDays, 1, LONGEST_DAYS),
            (false, "CD") => (Unit::CivilDays, 1, LONGEST_DAYS),
            _ => return Err(bad()),
        };
        if rest.starts_with("TT") {
            return Err(bad());
        }
        let number: i32 = number.parse().ok().filter(|number| *number <= longest).ok_or_else(bad)?;
        Ok(Length { amount: sign * number * factor, unit })
    }
}

impl fmt::Display for Length {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let amount = self.amount.unsigned_abs();
        match self.unit {
            Unit::Minutes if amount.is_multiple_of(60) => write!(out, "{sign}PT{}H", amount / 60),
            Unit::Minutes => write!(out, "{sign}PT{amount}M"),
            Unit::Days => write!(out, "{sign}P{amount}D"),
            Unit::Months => write!(out, "{sign}P{amount}M"),
            Unit::WorkingDays => write!(out, "{sign}P{amount}WD"),
            Unit::CivilDays => write!(out, "{sign}P{amount}CD"),
        }
    }
}

impl fmt::Display for BadLength {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} is not a length such as PT24H, P7D, P5WD or P15CD", self.0)
    }
}

impl std::error::Error for BadLength {}

impl TryFrom<String> for Length {
    type Error = BadLength;

    fn try_from(text: String) -> Result<Self, BadLength> {
        text.parse()
    }
}

impl From<Length> for String {
    fn from(length: Length) -> String {
        length.to_string()
    }
}
