//! Clocks that a measure stops for some days, or makes longer. What it does to a limit is written down where that limit is
//! kept, with measure and law; a limit that stands still is not breached.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Fits, Measure, Standing, answer};
use crate::{Instant, Text, Value, calendar, profile::Profile};

/// Which clocks a change touches, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockChange {
    /// Whose clocks: `ship_call`, `problem` or `application`.
    pub matter: String,
    /// Names of clocks or how they begin: `decision:`, `filing:crew_list`, `answer`.
    pub names: Vec<String>,
    /// Only matters of these kinds: kinds of call, topics of problems, measures of applications; empty is all.
    #[serde(default)]
    pub of: Vec<String>,
    /// How.
    pub how: How,
    /// By how much a limit is longer, `P10WD`; empty for a suspension.
    #[serde(default)]
    pub by: String,
    /// The calendar of that length; that of the limit itself where it is left out.
    #[serde(default)]
    pub calendar: String,
    /// The first day on which a clock stands still, or of limits that are extended; the measure's own where it is left out.
    #[serde(default)]
    pub from: Option<Date>,
    /// The first day on which it runs again, or of limits that are not extended.
    #[serde(default)]
    pub until: Option<Date>,
    /// Legal reference.
    pub law: String,
}

/// How a measure changes a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It stands still on some days.
    #[default]
    Suspend,
    /// It is longer.
    Extend,
}

impl How {
    /// The code in files and words.
    pub fn code(self) -> &'static str {
        match self {
            How::Suspend => "suspend",
            How::Extend => "extend",
        }
    }
}

/// A clock as a matter keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Running<'a> {
    /// Whose: `ship_call`, `problem` or `application`.
    pub matter: &'a str,
    /// Of which kind the matter is.
    pub of: &'a str,
    /// The clock's name.
    pub name: &'a str,
    /// Since when it runs.
    pub start: Instant,
    /// Until when.
    pub due: Instant,
    /// The calendar that it was reckoned with, perhaps with its version after it; empty for round the clock.
    pub calendar: &'a str,
}

/// A limit that a measure moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The clock's name.
    pub clock: String,
    /// The limit as it was.
    pub from: Instant,
    /// The limit now.
    pub due: Instant,
    /// The measure, by its code.
    pub measure: String,
    /// How.
    pub how: How,
    /// Legal reference.
    pub law: String,
    /// What the measure says of it.
    pub words: Text,
}

/// What the measures of a port make of a limit; none where none touches it. `moved` are those by which this matter was moved
/// before: a measure moves a limit once. The facts of the matter are asked for only where a measure would move it.
pub fn moved<'f>(
    profile: &Profile,
    clock: &Running<'_>,
    facts: impl Fn() -> &'f Value,
    moved: &[Moved],
) -> Option<Moved> {
    let measures = profile.register.measures.iter();
    let mut changes: Vec<_> = measures.flat_map(|measure| touching(measure, clock)).collect();
    changes.sort_by_key(|(measure, ..)| measure.stacking.order);
    let used = |measure: &Measure| chain(moved, clock).any(|of| of.measure == measure.code);
    changes.into_iter().filter(|(measure, ..)| !used(measure)).find_map(|(measure, change, words)| {
        let due = match change.how {
            How::Suspend => suspended(profile, measure, change, clock)?,
            How::Extend => extended(profile, measure, change, clock)?,
        };
        let refused = || {
            let on = clock.due.min(due).date(&profile.zone);
            matches!(answer(profile, measure, on, facts()).fits, Fits::No)
        };
        (due > clock.due && !refused()).then(|| Moved {
            clock: clock.name.to_owned(),
            from: clock.due,
            due,
            measure: measure.code.clone(),
            how: change.how,
            law: change.law.clone(),
            words: words.clone(),
        })
    })
}

/// The moves by which a limit has become what it is.
fn chain<'a>(moved: &'a [Moved], clock: &Running<'_>) -> impl Iterator<Item = &'a Moved> {
    let (name, mut due) = (clock.name.to_owned(), clock.due);
    moved.iter().rev().filter(move |of| {
        let is_of = of.clock == name && of.due == due;
        if is_of {
            due = of.from;
        }
        is_of
    })
}

fn touching<'a>(
    measure: &'a Measure,
    clock: &Running<'_>,
) -> impl Iterator<Item = (&'a Measure, &'a ClockChange, &'a Text)> {
    let changes =
        measure.changes.iter().filter_map(move |change| Some((measure, change.clock.as_ref()?, &change.words)));
    changes.filter(|(_, change, _)| {
        let named = change.names.iter().any(|name| match name.strip_suffix(':') {
            Some(_) => clock.name.starts_with(name.as_str()),
            None => clock.name == name,
        });
        named && change.matter == clock.matter && (change.of.is_empty() || change.of.iter().any(|of| of == clock.of))
    })
}

/// The days on which a clock stands still lie between its start and its limit: what was left of it then runs after them.
fn suspended(profile: &Profile, measure: &Measure, change: &ClockChange, clock: &Running<'_>) -> Option<Instant> {
    let start = |day: Date| Instant::start_of(day, &profile.zone);
    let from = start(change.from.unwrap_or(measure.from))?.max(clock.start);
    let until = start(change.until.or(measure.until)?)?;
    if from >= clock.due || until <= from {
        return None;
    }
    let name = clock.calendar.split(' ').next().unwrap_or_default();
    let Some(calendar) = profile.calendars.get(name).filter(|calendar| !calendar.round_the_clock) else {
        return Some(Instant(until.0 + (clock.due.0 - from.0)));
    };
    let left = calendar::elapsed(from.timestamp(), clock.due.timestamp(), calendar).as_mins();
    let length = calendar::Length { amount: i32::try_from(left).ok()?, unit: calendar::Unit::Minutes };
    let end: Instant = calendar::due(until.timestamp(), length, calendar).into();
    // A limit in days ends when its day does, whatever the hours of work.
    let time = profile.zone.to_datetime(clock.due.timestamp()).time();
    let day = end.date(&profile.zone);
    let same = profile.zone.to_timestamp(day.to_datetime(time)).ok().map(Instant::from);
    same.map(|same| same.max(end))
}

/// A limit that falls into the measure's days is longer.
fn extended(profile: &Profile, measure: &Measure, change: &ClockChange, clock: &Running<'_>) -> Option<Instant> {
    let on = clock.due.date(&profile.zone);
    let holds = measure.standing(on) == Standing::InForce
        && change.from.is_none_or(|from| from <= on)
        && change.until.is_none_or(|until| on < until);
    if !holds {
        return None;
    }
    let own = clock.calendar.split(' ').next().unwrap_or_default();
    let named = if change.calendar.is_empty() { own } else { &change.calendar };
    // A limit without a calendar counts every hour.
    let every = || profile.calendars.values().find(|of| of.round_the_clock).map(|of| of.name.as_str());
    let calendar = if named.is_empty() { every()? } else { named };
    // What ends with a day is counted on from that day, not from the next that begins at the same instant.
    let whole_days = change.by.ends_with("WD") || change.by.ends_with("CD");
    let base = Instant(clock.due.0 - 1);
    let ends_a_day = base.date(&profile.zone) < on;
    profile.reckon(if whole_days && ends_a_day { base } else { clock.due }, &change.by, calendar)
}
