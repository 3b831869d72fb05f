//! Working calendars, and the instants at which legal terms end.
//!
//! Conventions, each with its source:
//! - **Hours and minutes** (`PT24H`) count on the calendar: only inside its intervals on a working calendar, each hour
//!   on one that is round the clock. A term that is used up at closing time ends then, not at the next opening
//!   (Civil Code of China, art. 203 para. 2). Which calendar a limit uses is a choice of the profile's row.
//! - **Working days** (`P5WD`): the day of the start event does not count, the term ends at the close of the last
//!   working day; holidays do not count, make-up working days do (Administrative Licensing Law art. 82; Civil Code
//!   arts 201 and 203 para. 2).
//! - **Days of a civil term** (`P15CD`): every day after that of the start event counts; the term ends with the last
//!   day, or with the next working day when that is a day off (Civil Code arts 201, 203).
//! - **Days and months to the hour** (`P7D`, `P12M`): the same clock time so many days or months away; the choice of the
//!   profile for "seven days before the arrival" (Decree 175 counts from an hour of arrival, not from a day).
//! - **Before** (`-P7D`) is the mirror image: terms in working days end at the opening of the last day counted back, civil
//!   terms with its beginning or that of an earlier working day.
//! - **Daylight saving**: an interval runs once, from the first instant at which its opening time is reached or passed
//!   until the first at which its closing time is.

mod intervals;
mod length;
mod reckon;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::Deserialize;

pub use intervals::Interval;
pub use length::{BadLength, Length, Unit};
pub use reckon::{before, due, due_with_pauses, elapsed, working_days};

/// When a desk works.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Source")]
pub struct Calendar {
    /// Its name in the profile, `office-hours`.
    pub name: String,
    /// What people call it; blank where the file gives none.
    pub title: crate::Text,
    /// Its version; a due instant in the journal names it.
    pub version: String,
    /// The zone of its clock times.
    pub zone: TimeZone,
    /// True when every instant counts; the rest is then unused.
    pub round_the_clock: bool,
    /// Intervals of each weekday, Monday first.
    pub week: [Vec<Interval>; 7],
    /// Days off, with their names.
    pub holidays: BTreeMap<Date, String>,
    /// Days worked instead of a day off; they win over holidays and weekdays.
    pub make_up: BTreeMap<Date, Vec<Interval>>,
    /// The first day on which the calendar holds.
    pub from: Option<Date>,
    /// The first day on which it no longer does.
    pub until: Option<Date>,
    /// The years whose holidays have been entered; empty when none need be.
    pub years: Vec<i16>,
    /// Who announced the holidays, and where.
    pub law: String,
}

impl Calendar {
    /// A calendar on which every instant counts.
    pub fn round_the_clock(name: &str, zone: TimeZone) -> Self {
        Calendar {
            name: name.to_owned(),
            title: crate::Text::default(),
            version: "1".to_owned(),
            zone,
            round_the_clock: true,
            week: Default::default(),
            holidays: BTreeMap::new(),
            make_up: BTreeMap::new(),
            from: None,
            until: None,
            years: Vec::new(),
            law: String::new(),
        }
    }

    /// The intervals worked on a day; empty on a day off.
    pub fn intervals(&self, day: Date) -> &[Interval] {
        if self.round_the_clock {
            return const { &[Interval::WHOLE_DAY] };
        }
        match self.make_up.get(&day) {
            Some(intervals) => intervals,
            None if self.holidays.contains_key(&day) => &[],
            None => &self.week[day.weekday().to_monday_zero_offset() as usize],
        }
    }

    /// True when somebody works on this day.
    pub fn works_on(&self, day: Date) -> bool {
        !self.intervals(day).is_empty()
    }

    /// True when somebody works at this instant.
    pub fn works_at(&self, at: Timestamp) -> bool {
        self.round_the_clock || reckon::works_at(self, at)
    }

    /// False when the holidays of this day have not been entered yet: a term that ends there is provisional.
    pub fn knows(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day < until)
            && (self.years.is_empty() || self.years.contains(&day.year()))
    }
}

/// A calendar as a file gives it; days are ISO 8601, intervals `08:30-11:30`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    #[serde(default)]
    title: crate::Text,
    version: String,
    zone: String,
    #[serde(default)]
    round_the_clock: bool,
    #[serde(default)]
    week: Week,
    #[serde(default)]
    holidays: BTreeMap<String, String>,
    #[serde(default)]
    make_up: BTreeMap<String, MakeUp>,
    from: Option<String>,
    until: Option<String>,
    #[serde(default)]
    years: Vec<i16>,
    #[serde(default)]
    law: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Week {
    monday: Vec<Interval>,
    tuesday: Vec<Interval>,
    wednesday: Vec<Interval>,
    thursday: Vec<Interval>,
    friday: Vec<Interval>,
    saturday: Vec<Interval>,
    sunday: Vec<Interval>,
}

/// A make-up working day: the hours of a weekday, or intervals of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakeUp {
    hours_of: Option<String>,
    #[serde(default)]
    intervals: Vec<Interval>,
}

impl TryFrom<Source> for Calendar {
    type Error = String;

    fn try_from(source: Source) -> Result<Self, String> {
        let w = source.week;
        let week = [w.monday, w.tuesday, w.wednesday, w.thursday, w.friday, w.saturday, w.sunday];
        week.iter().try_for_each(|intervals| in_order(intervals))?;
        if !source.round_the_clock && week.iter().all(Vec::is_empty) {
            return Err(format!("calendar {} has no working hours", source.name));
        }
        let mut make_up = BTreeMap::new();
        for (day, made_up) in source.make_up {
            make_up.insert(date(&day)?, made_up.hours(&week)?);
        }
        Ok(Calendar {
            zone: TimeZone::get(&source.zone).map_err(|_| format!("no zone is called {}", source.zone))?,
            name: source.name,
            title: source.title,
            version: source.version,
            round_the_clock: source.round_the_clock,
            week,
            holidays: source
                .holidays
                .into_iter()
                .map(|(day, name)| Ok((date(&day)?, name)))
                .collect::<Result<_, String>>()?,
            make_up,
            from: source.from.as_deref().map(date).transpose()?,
            until: source.until.as_deref().map(date).transpose()?,
            years: source.years,
            law: source.law,
        })
    }
}

impl MakeUp {
    fn hours(self, week: &[Vec<Interval>; 7]) -> Result<Vec<Interval>, String> {
        let Some(day) = self.hours_of else {
            in_order(&self.intervals)?;
            return if self.intervals.is_empty() {
                Err("a make-up day has no hours".into())
            } else {
                Ok(self.intervals)
            };
        };
        let weekday = Weekday::Monday
            .cycle_forward()
            .take(7)
            .find(|weekday| format!("{weekday:?}").eq_ignore_ascii_case(&day))
            .ok_or_else(|| format!("no weekday is called {day}"))?;
        let hours = week[weekday.to_monday_zero_offset() as usize].clone();
        if hours.is_empty() { Err(format!("nobody works on a {day}")) } else { Ok(hours) }
    }
}

fn in_order(intervals: &[Interval]) -> Result<(), String> {
    match intervals.windows(2).find(|pair| pair[0].closes() > pair[1].opens()) {
        Some(pair) => Err(format!("the interval {} must come before {} and not overlap it", pair[0], pair[1])),
        None => Ok(()),
    }
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("{text} is not a day such as 2026-01-31"))
}
