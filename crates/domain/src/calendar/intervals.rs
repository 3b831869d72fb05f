//! Intervals of clock time within a day.

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::Deserialize;

/// Clock time from opening to closing on one day, to the minute; written `08:30-11:30`, at the latest until `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Interval {
    opens: i16,
    closes: i16,
}

impl Interval {
    /// From midnight to midnight.
    pub const WHOLE_DAY: Interval = Interval { opens: 0, closes: 24 * 60 };

    /// Minutes after midnight at which it opens.
    pub fn opens(self) -> i16 {
        self.opens
    }

    /// Minutes after midnight at which it closes.
    pub fn closes(self) -> i16 {
        self.closes
    }

    /// The instants between which it runs on a day; the second is not part of it. `None` at the ends of time.
    pub(super) fn on(self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        Some((reached(clock(day, self.opens)?, zone)?, reached(clock(day, self.closes)?, zone)?))
    }
}

/// The first instant at which a zone's clocks show this time or a later one.
pub(super) fn reached(clock: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(clock).ok()
        }
        AmbiguousOffset::Gap { before, .. } => {
            // The clocks jump over this time: it is reached by the jump itself.
            let after = before.to_timestamp(clock).ok()?;
            let jump = zone.preceding(Timestamp::from_second(after.as_second() + 1).ok()?).next()?;
            Some(jump.timestamp())
        }
    }
}

/// A day's clock time so many minutes after midnight; 24:00 is the next midnight.
fn clock(day: Date, minutes: i16) -> Option<DateTime> {
    let (day, minutes) = if minutes == 24 * 60 { (day.tomorrow().ok()?, 0) } else { (day, minutes) };
    DateTime::new(
        day.year(),
        day.month(),
        day.day(),
        i8::try_from(minutes / 60).ok()?,
        i8::try_from(minutes % 60).ok()?,
        0,
        0,
    )
    .ok()
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text} is not an interval such as 08:30-11:30");
        let (opens, closes) = text.split_once('-').ok_or_else(bad)?;
        let (opens, closes) = (minutes(opens).ok_or_else(bad)?, minutes(closes).ok_or_else(bad)?);
        if opens < closes { Ok(Interval { opens, closes }) } else { Err(bad()) }
    }
}

fn minutes(text: &str) -> Option<i16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let read = |text: &str| -> Option<i16> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (hours, minutes) = (read(hours)?, read(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Interval { opens, closes } = self;
        write!(out, "{:02}:{:02}-{:02}:{:02}", opens / 60, opens % 60, closes / 60, closes % 60)
    }
}
