//! The hall: its lines and desks, the slots that can be booked, and how long somebody will wait.
//!
//! All of it are rows of the tables `hall-lines`, `hall-desks`, `hall-rules` and `hall-goods`.

use jiff::civil::{Date, Time};

use crate::{Instant, Text, Value, profile::Profile};

const DESKS: &str = "hall-desks";
const LINES: &str = "hall-lines";
const RULES: &str = "hall-rules";
const GOODS: &str = "hall-goods";
const MINUTE: i64 = 60_000_000;

/// A desk of the hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Its code, which visitors read: `1`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The lines that it serves.
    pub lines: Vec<String>,
    /// When it is open.
    pub calendar: String,
    /// How long a slot is, minutes.
    pub minutes: i64,
    /// How many appointments a slot takes.
    pub capacity: i64,
}

/// What a rule of the hall says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A number.
    pub n: Option<i64>,
    /// A length.
    pub length: String,
    /// On which calendar.
    pub calendar: String,
}

/// A line: its letter and its name.
pub type Line = (String, Text);

/// The lines of the hall on the day of an instant.
pub fn lines(profile: &Profile, at: Instant) -> Vec<Line> {
    named(profile, LINES, "line", at)
}

/// The key goods for which the hall opens outside its hours: code and name.
pub fn goods(profile: &Profile, at: Instant) -> Vec<(String, Text)> {
    named(profile, GOODS, "goods", at)
}

fn named(profile: &Profile, table: &str, input: &str, at: Instant) -> Vec<(String, Text)> {
    let name = |code: String| {
        let hit = profile.hit(table, at, &Value::from([(input, code.as_str().into())]))?;
        Some((code, hit.reason()))
    };
    profile.codes(table, input).into_iter().filter_map(name).collect()
}

/// The earliest instant for which off-hours can be asked for such goods; none for goods that are not listed.
pub fn earliest_off_hours(profile: &Profile, goods: &str, now: Instant) -> Option<Instant> {
    let hit = profile.hit(GOODS, now, &Value::from([("goods", goods.into())]))?;
    profile.reckon(now, hit.text("length"), hit.text("calendar"))
}

/// The desks of the hall on the day of an instant.
pub fn desks(profile: &Profile, at: Instant) -> Vec<Desk> {
    let desk = |code: String| {
        let hit = profile.hit(DESKS, at, &Value::from([("desk", code.as_str().into())]))?;
        Some(Desk {
            name: hit.reason(),
            lines: hit.texts("lines"),
            calendar: hit.text("calendar").to_owned(),
            minutes: hit.integer("minutes").unwrap_or(30).clamp(1, 24 * 60),
            capacity: hit.integer("capacity").unwrap_or(0).max(0),
            code,
        })
    };
    profile.codes(DESKS, "desk").into_iter().filter_map(desk).collect()
}

/// The desk of a code on the day of an instant.
pub fn desk(profile: &Profile, code: &str, at: Instant) -> Option<Desk> {
    desks(profile, at).into_iter().find(|desk| desk.code == code)
}

/// A rule of the hall; what no row says is empty.
pub fn rule(profile: &Profile, rule: &str, at: Instant) -> Rule {
    let hit = profile.hit(RULES, at, &Value::from([("rule", rule.into())]));
    hit.map_or_else(Rule::default, |hit| Rule {
        n: hit.integer("n"),
        length: hit.text("length").to_owned(),
        calendar: hit.text("calendar").to_owned(),
    })
}

/// The instant at which the term of a rule ends, from a start; the start itself where no row gives a term.
pub fn after(profile: &Profile, name: &str, start: Instant) -> Instant {
    let of = rule(profile, name, start);
    profile.reckon(start, &of.length, &of.calendar).unwrap_or(start)
}

/// The beginnings of a desk's slots on a day: whole ones within its hours; none on a day off. A desk that works round the
/// clock has slots all day.
pub fn slots(profile: &Profile, desk: &Desk, day: Date) -> Vec<Instant> {
    let Some(calendar) = profile.calendars.get(&desk.calendar) else { return Vec::new() };
    let length = i16::try_from(desk.minutes).unwrap_or(i16::MAX);
    let mut slots = Vec::new();
    for interval in calendar.intervals(day) {
        let mut minute = interval.opens();
        while minute.saturating_add(length) <= interval.closes() {
            slots.extend(instant(profile, day, minute));
            minute = minute.saturating_add(length);
        }
    }
    slots
}

/// How far ahead the next opening is looked for, days.
const LOOKED: i64 = 30;

/// When a desk that serves a line opens next; none while one is open, and where none ever is.
pub fn opens(profile: &Profile, line: &str, now: Instant) -> Option<Instant> {
    let today = now.date(&profile.zone);
    let desks = desks(profile, now);
    let serving: Vec<&Desk> = desks.iter().filter(|desk| desk.lines.iter().any(|of| of == line)).collect();
    let days = (0..LOOKED).map_while(|days| today.checked_add(jiff::Span::new().days(days)).ok());
    let mut first = None;
    for day in days {
        for desk in &serving {
            for begins in slots(profile, desk, day) {
                if begins <= now && now.0 < begins.0 + desk.minutes * MINUTE {
                    return None;
                }
                if begins > now && first.is_none_or(|first| begins < first) {
                    first = Some(begins);
                }
            }
        }
        if first.is_some() {
            break;
        }
    }
    first
}

fn instant(profile: &Profile, day: Date, minute: i16) -> Option<Instant> {
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    profile.zone.to_timestamp(day.to_datetime(time)).ok().map(Instant::from)
}

/// How long whoever is behind so many others waits, when so many desks are at work and one visit takes so long
/// (microseconds). With no desk at work nobody can tell.
pub fn wait(ahead: usize, desks: usize, visit: i64) -> Option<i64> {
    // Each desk takes the next of the line when it is free: whoever stands behind n others is called with the n/desks-th.
    let rounds = i64::try_from((ahead + 1).div_ceil(desks.max(1)) - 1).ok()?;
    (desks > 0).then(|| rounds.saturating_mul(visit).saturating_add(if ahead >= desks { visit / 2 } else { 0 }))
}

/// How long a visit of a line takes before real ones are known: the longest slot of the desks that serve it, microseconds.
pub fn usual_visit(desks: &[Desk], line: &str) -> i64 {
    let serving = desks.iter().filter(|desk| desk.lines.iter().any(|of| of == line));
    serving.map(|desk| desk.minutes).max().unwrap_or(15) * MINUTE
}

/// What is wrong with the hall's tables on a day.
pub fn findings(profile: &Profile, at: Instant) -> Vec<String> {
    let mut found = Vec::new();
    let (lines, desks) = (lines(profile, at), desks(profile, at));
    for desk in &desks {
        if !profile.calendars.contains_key(&desk.calendar) {
            found.push(format!("hall-desks: {}: there is no calendar {}", desk.code, desk.calendar));
        }
        for line in desk.lines.iter().filter(|line| !lines.iter().any(|(known, _)| known == *line)) {
            found.push(format!("hall-desks: {}: there is no line {line}", desk.code));
        }
    }
    for service in crate::service::services(profile, at) {
        if !desks.iter().any(|desk| desk.lines.contains(&service.line)) {
            found.push(format!("services: {}: no desk serves the line {}", service.code, service.line));
        }
    }
    for code in profile.codes(RULES, "rule") {
        let of = rule(profile, &code, at);
        if !of.length.is_empty() && profile.reckon(at, &of.length, &of.calendar).is_none() {
            found.push(format!("hall-rules: {code}: {} on {} is no term", of.length, of.calendar));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn the_wait_grows_with_the_line_and_falls_with_the_desks() {
        assert_eq!(wait(0, 0, 10), None);
        assert_eq!(wait(0, 1, 10), Some(0));
        assert_eq!(wait(1, 1, 10), Some(15));
        assert_eq!(wait(4, 1, 10), Some(45));
        assert_eq!(wait(1, 2, 10), Some(0));
        assert_eq!(wait(4, 2, 10), Some(25));
        for desks in 1..5_usize {
            for ahead in 0..50_usize {
                let (here, next) = (wait(ahead, desks, 10), wait(ahead + 1, desks, 10));
                assert!(here <= next && wait(ahead, desks + 1, 10) <= here, "{ahead} {desks}");
            }
        }
    }
}
