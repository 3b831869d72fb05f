//! Reckoning on calendars: when a term ends, and how much working time has passed. The conventions stand in the parent.

use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};

use super::{Calendar, Length, Unit, intervals::reached};

/// The instant at which a term ends that began at `start`; before it when the length is negative.
///
/// Terms that leave the years that clocks can show end at the first or the last of them.
pub fn due(start: Timestamp, length: Length, calendar: &Calendar) -> Timestamp {
    let count = length.amount;
    let end = match length.unit {
        Unit::Minutes => return spend(start, SignedDuration::from_mins(count.into()), calendar),
        Unit::Days => same_clock(start, Span::new().try_days(count).ok(), &calendar.zone),
        Unit::Months => same_clock(start, Span::new().try_months(count).ok(), &calendar.zone),
        Unit::WorkingDays => working_day(day_of(start, calendar), count, calendar),
        Unit::CivilDays => civil_day(day_of(start, calendar), count, calendar),
    };
    end.unwrap_or(if count < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The instant so much before an event: `before(eta, P7D)` is `due(eta, -P7D)`.
pub fn before(event: Timestamp, length: Length, calendar: &Calendar) -> Timestamp {
    due(event, -length, calendar)
}

/// The end of a term that was suspended; pauses are in order of time and do not overlap.
///
/// A term in minutes is longer by the working time of each pause; a term in days by the days after that on which the
/// pause began, up to that on which it ended. Pauses that begin after the term has ended change nothing.
pub fn due_with_pauses(
    start: Timestamp,
    length: Length,
    pauses: &[(Timestamp, Timestamp)],
    calendar: &Calendar,
) -> Timestamp {
    let mut length = length;
    let start = if length.unit == Unit::WorkingDays && length.amount == 0 { begins(start, calendar) } else { start };
    let mut end = due(start, length, calendar);
    for (from, to) in pauses.iter().copied().filter(|(from, to)| from < to) {
        // What lies before the start never ran.
        let from = from.max(start);
        if from >= end || to <= from {
            continue;
        }
        match length.unit {
            Unit::Minutes => end = spend(end, elapsed(from, to, calendar), calendar),
            Unit::WorkingDays => length.amount = length.amount.saturating_add(working_days(from, to, calendar)),
            Unit::Days | Unit::CivilDays => length.amount = length.amount.saturating_add(days(from, to, calendar)),
            // A month has no fixed number of days: its end moves by the days of the pause.
            Unit::Months => {
                let moved = Length { amount: days(from, to, calendar), unit: Unit::Days };
                end = due(end, moved, calendar);
            }
        }
        if !matches!(length.unit, Unit::Minutes | Unit::Months) {
            end = due(start, length, calendar);
        }
    }
    end
}

/// When "the same day" begins to run: on a day off, with the next day that is worked.
fn begins(start: Timestamp, calendar: &Calendar) -> Timestamp {
    let mut day = day_of(start, calendar);
    if calendar.works_on(day) {
        return start;
    }
    while !calendar.works_on(day) {
        let Ok(tomorrow) = day.tomorrow() else { return start };
        day = tomorrow;
    }
    reached(day.at(0, 0, 0, 0), &calendar.zone).unwrap_or(start)
}

/// Working time between two instants; negative when the second comes first.
pub fn elapsed(from: Timestamp, to: Timestamp, calendar: &Calendar) -> SignedDuration {
    if to < from {
        return -elapsed(to, from, calendar);
    }
    if calendar.round_the_clock {
        return to.duration_since(from);
    }
    let mut sum = SignedDuration::ZERO;
    // Where clocks went back over midnight, the next day's first interval may have begun already.
    let last = day_of(to, calendar);
    let last = last.tomorrow().unwrap_or(last);
    for day in eve(day_of(from, calendar)).series(Span::new().days(1)).take_while(|day| *day <= last) {
        for (opens, closes) in pieces(day, calendar) {
            let (opens, closes) = (opens.max(from), closes.min(to));
            if opens < closes {
                sum += closes.duration_since(opens);
            }
        }
    }
    sum
}

/// Working days after the day of `from`, up to and with the day of `to`.
pub fn working_days(from: Timestamp, to: Timestamp, calendar: &Calendar) -> i32 {
    let (from, to) = (day_of(from, calendar), day_of(to, calendar));
    from.series(Span::new().days(1))
        .skip(1)
        .take_while(|day| *day <= to)
        .map(|day| i32::from(calendar.works_on(day)))
        .sum()
}

pub(super) fn works_at(calendar: &Calendar, at: Timestamp) -> bool {
    let today = day_of(at, calendar);
    [Some(today), today.tomorrow().ok()]
        .into_iter()
        .flatten()
        .any(|day| pieces(day, calendar).any(|(opens, closes)| opens <= at && at < closes))
}

/// Walks along the calendar from an instant until so much working time is used up, forwards or backwards.
fn spend(start: Timestamp, time: SignedDuration, calendar: &Calendar) -> Timestamp {
    if calendar.round_the_clock || time.is_zero() {
        return start.checked_add(time).unwrap_or(if time.is_negative() { Timestamp::MIN } else { Timestamp::MAX });
    }
    let mut left = time.abs();
    let mut day = day_of(start, calendar);
    if time.is_negative() {
        // Where clocks went back over midnight, the next day's first interval may have begun already.
        day = day.tomorrow().unwrap_or(day);
        loop {
            let mut today: Vec<_> = pieces(day, calendar).collect();
            today.reverse();
            for (opens, closes) in today {
                let closes = closes.min(start);
                let length = closes.duration_since(opens);
                if left <= length {
                    return closes.checked_sub(left).unwrap_or(Timestamp::MIN);
                }
                left -= length.max(SignedDuration::ZERO);
            }
            let Ok(yesterday) = day.yesterday() else { return Timestamp::MIN };
            day = yesterday;
        }
    }
    day = eve(day);
    loop {
        for (opens, closes) in pieces(day, calendar) {
            let opens = opens.max(start);
            let length = closes.duration_since(opens);
            if left <= length {
                return opens.checked_add(left).unwrap_or(Timestamp::MAX);
            }
            left -= length.max(SignedDuration::ZERO);
        }
        let Ok(tomorrow) = day.tomorrow() else { return Timestamp::MAX };
        day = tomorrow;
    }
}

/// Close of the n-th working day after a day, or opening of the n-th before it; the day itself, or the next, for none.
fn working_day(day: Date, count: i32, calendar: &Calendar) -> Option<Timestamp> {
    let mut day = day;
    let mut left = count.abs();
    while left > 0 || !calendar.works_on(day) {
        day = if count < 0 { day.yesterday() } else { day.tomorrow() }.ok()?;
        if left > 0 && calendar.works_on(day) {
            left -= 1;
        }
    }
    let intervals = calendar.intervals(day);
    if count < 0 {
        Some(intervals.first()?.on(day, &calendar.zone)?.0)
    } else {
        Some(intervals.last()?.on(day, &calendar.zone)?.1)
    }
}

/// End of the n-th day after a day, moved to the end of the next working day; beginning and earlier for days before.
fn civil_day(day: Date, count: i32, calendar: &Calendar) -> Option<Timestamp> {
    let mut day = day.checked_add(Span::new().try_days(count).ok()?).ok()?;
    while !calendar.works_on(day) {
        day = if count < 0 { day.yesterday() } else { day.tomorrow() }.ok()?;
    }
    let midnight = if count < 0 { day } else { day.tomorrow().ok()? };
    reached(midnight.at(0, 0, 0, 0), &calendar.zone)
}

fn same_clock(start: Timestamp, span: Option<Span>, zone: &TimeZone) -> Option<Timestamp> {
    Some(ZonedDateTime::new(start, zone.clone()).checked_add(span?).ok()?.timestamp())
}

fn days(from: Timestamp, to: Timestamp, calendar: &Calendar) -> i32 {
    day_of(from, calendar).until(day_of(to, calendar)).map_or(0, |span| span.get_days())
}

fn day_of(at: Timestamp, calendar: &Calendar) -> Date {
    calendar.zone.to_datetime(at).date()
}

/// The day before, whose last interval may reach into the next where clocks are turned at midnight.
fn eve(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// The instants between which a day's intervals run.
fn pieces(day: Date, calendar: &Calendar) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    calendar.intervals(day).iter().filter_map(move |interval| interval.on(day, &calendar.zone))
}
