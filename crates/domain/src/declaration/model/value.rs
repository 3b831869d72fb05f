//! Values of the model: money, quantities, numbers, days and points of time.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::{
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// A value as documents write it: its text, and what qualifies it (currency, unit, code of a date's format).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Currency, unit or code of the format.
    pub qualifier: Option<Cow<'a, str>>,
}

/// Why a value cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no number.
    Number,
    /// It is no day and no point of time.
    Moment,
    /// There is one already.
    Occupied,
}

/// Money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// How much; a decimal, with as many digits behind the point as were written.
    #[serde(with = "crate::decimal")]
    pub value: Decimal,
    /// In which currency (ISO 4217), where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A quantity or measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// How much.
    #[serde(with = "crate::decimal")]
    pub value: Decimal,
    /// In which unit, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A number: of a place in a list, a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Numeric(#[serde(with = "crate::decimal")] pub Decimal);

/// A day, or a point of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The day.
    pub day: Date,
    /// The clock, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// The code of the format: 102 for a day, 304 for a second with its zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// A time of the day, with its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Hours, minutes and seconds.
    pub time: Time,
    /// The distance from UTC, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

/// How the distance from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Zone {
    /// `Z`.
    Utc,
    /// Whole hours, such as `+01`.
    Hours(i8),
}

impl Amount {
    /// Money in a currency.
    pub fn new(value: Decimal, currency: impl Into<String>) -> Amount {
        Amount { value, currency: Some(currency.into()) }
    }
}

impl Moment {
    /// A point of time in UTC, by the second.
    pub fn second(at: Instant) -> Moment {
        let at = TimeZone::UTC.to_datetime(at.timestamp());
        let clock =
            Clock { time: at.time().with().subsec_nanosecond(0).build().unwrap_or(at.time()), zone: Some(Zone::Utc) };
        Moment { day: at.date(), clock: Some(clock), format: Some("304".to_owned()) }
    }

    /// A day.
    pub fn day(day: Date) -> Moment {
        Moment { day, clock: None, format: Some("102".to_owned()) }
    }

    /// The instant; a day without a clock is its first one, and a clock without a zone shows `local`.
    pub fn instant(&self, local: &TimeZone) -> Option<Instant> {
        let time = self.clock.map_or(Time::midnight(), |clock| clock.time);
        let zone = match self.clock.and_then(|clock| clock.zone) {
            Some(Zone::Utc) => TimeZone::UTC,
            Some(Zone::Hours(hours)) => TimeZone::fixed(Offset::constant(hours)),
            None => local.clone(),
        };
        zone.to_timestamp(DateTime::from_parts(self.day, time)).ok().map(Instant::from)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}{:02}{:02}", self.day.year(), self.day.month(), self.day.day())?;
        let Some(Clock { time, zone }) = self.clock else { return Ok(()) };
        write!(out, "{:02}{:02}{:02}", time.hour(), time.minute(), time.second())?;
        match zone {
            Some(Zone::Utc) => out.write_str("Z"),
            Some(Zone::Hours(hours)) => write!(out, "{hours:+03}"),
            None => Ok(()),
        }
    }
}

/// A value: written as documents do, and read back.
pub trait Leaf: Sized {
    /// As documents write it.
    fn written(&self) -> Written<'_>;

    /// # Errors
    /// Why it cannot be read.
    fn read(written: &Written<'_>) -> Result<Self, Unreadable>;
}

impl Leaf for String {
    fn written(&self) -> Written<'_> {
        Written { text: Cow::Borrowed(self), qualifier: None }
    }

    fn read(written: &Written<'_>) -> Result<Self, Unreadable> {
        Ok(written.text.trim().to_owned())
    }
}

impl Leaf for Amount {
    fn written(&self) -> Written<'_> {
        qualified(self.value, self.currency.as_deref())
    }

    fn read(written: &Written<'_>) -> Result<Self, Unreadable> {
        Ok(Amount { value: number(&written.text)?, currency: qualifier(written) })
    }
}

impl Leaf for Quantity {
    fn written(&self) -> Written<'_> {
        qualified(self.value, self.unit.as_deref())
    }

    fn read(written: &Written<'_>) -> Result<Self, Unreadable> {
        Ok(Quantity { value: number(&written.text)?, unit: qualifier(written) })
    }
}

impl Leaf for Numeric {
    fn written(&self) -> Written<'_> {
        qualified(self.0, None)
    }

    fn read(written: &Written<'_>) -> Result<Self, Unreadable> {
        number(&written.text).map(Numeric)
    }
}

impl Leaf for Moment {
    fn written(&self) -> Written<'_> {
        Written { text: Cow::Owned(self.to_string()), qualifier: self.format.as_deref().map(Cow::Borrowed) }
    }

    fn read(written: &Written<'_>) -> Result<Self, Unreadable> {
        moment(written.text.trim(), qualifier(written)).ok_or(Unreadable::Moment)
    }
}

fn qualified(value: Decimal, qualifier: Option<&str>) -> Written<'_> {
    Written { text: Cow::Owned(value.to_string()), qualifier: qualifier.map(Cow::Borrowed) }
}

fn qualifier(written: &Written<'_>) -> Option<String> {
    written.qualifier.as_deref().map(str::to_owned)
}

/// A decimal as schemas write it: neither powers of ten nor separators.
fn number(text: &str) -> Result<Decimal, Unreadable> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-'));
    // More digits than are kept would be rounded.
    if !plain || text.len() > 29 {
        return Err(Unreadable::Number);
    }
    Decimal::from_str(text).map_err(|_| Unreadable::Number)
}

fn moment(text: &str, format: Option<String>) -> Option<Moment> {
    if !text.is_ascii() {
        return None;
    }
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<i16>().ok()
    };
    let small = |from: usize| digits(from..from + 2).and_then(|number| i8::try_from(number).ok());
    let day = Date::new(digits(0..4)?, small(4)?, small(6)?).ok()?;
    if text.len() == 8 {
        return Some(Moment { day, clock: None, format });
    }
    let time = Time::new(small(8)?, small(10)?, small(12)?, 0).ok()?;
    let zone = match text.get(14..)? {
        "" => None,
        "Z" => Some(Zone::Utc),
        hours if hours.len() == 3 && hours.starts_with(['+', '-']) => {
            let distance = small(15).filter(|hours| *hours <= 14)?;
            Some(Zone::Hours(if hours.starts_with('-') { -distance } else { distance }))
        }
        _ => return None,
    };
    Some(Moment { day, clock: Some(Clock { time, zone }), format })
}
