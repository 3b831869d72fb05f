//! Instants as the journal keeps them.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// An instant: whole microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Microseconds in an hour.
pub const HOUR: i64 = 3_600_000_000;

impl Instant {
    /// The same instant for jiff; instants outside its years are drawn to its nearest end.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The day on which this instant falls in a zone.
    pub fn date(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.timestamp()).date()
    }

    /// The first instant of a day in a zone; none for a day outside the zone's years.
    pub fn start_of(day: Date, zone: &TimeZone) -> Option<Instant> {
        zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(Instant::from)
    }

    /// As people of a zone write it, with its offset: `2026-11-24T06:30:00+08:00`.
    pub fn in_zone(self, zone: &TimeZone) -> String {
        self.timestamp().display_with_offset(zone.to_offset(self.timestamp())).to_string()
    }

    /// As a sentence tells it in a zone, to the minute: `2026-11-24 06:30 (UTC+08:00)`.
    pub fn said(self, zone: &TimeZone) -> String {
        self.timestamp().to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M (UTC%:z)").to_string()
    }

    /// Reads ISO 8601 with a zone or an offset, `2026-11-24T06:30:00+08:00`.
    pub fn parse(text: &str) -> Option<Instant> {
        text.parse::<Timestamp>().ok().map(Instant::from)
    }

    /// This instant and `hours` more (or less, when negative).
    pub fn plus_hours(self, hours: i64) -> Instant {
        Instant(self.0.saturating_add(hours.saturating_mul(HOUR)))
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Instant(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.timestamp())
    }
}
