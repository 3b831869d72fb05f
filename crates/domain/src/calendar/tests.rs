//! Hand-reckoned cases, and properties against a reference that walks minute by minute.

use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};
use proptest::prelude::*;

use super::*;

fn office(zone: &str) -> Calendar {
    let hours = || vec!["08:30-11:30".to_owned(), "13:00-17:00".to_owned()];
    let read = |texts: Vec<String>| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Interval>>();
    let week = || Week {
        monday: read(hours()),
        tuesday: read(hours()),
        wednesday: read(hours()),
        thursday: read(hours()),
        friday: read(hours()),
        ..Week::default()
    };
    let days = |days: &[&str]| days.iter().map(|day| ((*day).to_owned(), "off".to_owned())).collect();
    let make_up = |day: &str, of: &str| (day.to_owned(), MakeUp { hours_of: Some(of.to_owned()), intervals: vec![] });
    Calendar::try_from(Source {
        title: crate::Text::default(),
        name: "office".into(),
        version: "2026".into(),
        zone: zone.into(),
        round_the_clock: false,
        week: week(),
        holidays: days(&["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]),
        make_up: [make_up("2026-09-20", "friday"), make_up("2026-10-10", "wednesday")].into(),
        from: Some("2026-01-01".into()),
        until: Some("2027-01-01".into()),
        years: vec![2026],
        law: String::new(),
    })
    .unwrap()
}

fn at(calendar: &Calendar, clock: &str) -> Timestamp {
    calendar.zone.to_timestamp(clock.parse::<DateTime>().unwrap()).unwrap()
}

#[track_caller]
fn ends(start: &str, length: &str, expected: &str) {
    let calendar = office("Asia/Shanghai");
    let end = due(at(&calendar, start), length.parse().unwrap(), &calendar);
    assert_eq!(calendar.zone.to_datetime(end).to_string(), expected, "{length} from {start}");
}

#[test]
fn working_days_end_at_the_close_of_the_last() {
    // Friday 25 September; Thursday 1 to Wednesday 7 October are off, Saturday the 10th is worked.
    ends("2026-09-25T10:00:00", "P1WD", "2026-09-28T17:00:00");
    ends("2026-09-25T10:00:00", "P5WD", "2026-10-09T17:00:00");
    ends("2026-09-25T23:00:00", "P6WD", "2026-10-10T17:00:00");
    ends("2026-10-03T10:00:00", "P1WD", "2026-10-08T17:00:00");
    ends("2026-10-03T10:00:00", "P0WD", "2026-10-08T17:00:00");
    ends("2026-10-08T10:00:00", "-P1WD", "2026-09-30T08:30:00");
}

#[test]
fn hours_count_only_inside_the_intervals() {
    ends("2026-09-25T11:00:00", "PT30M", "2026-09-25T11:30:00");
    ends("2026-09-25T11:00:00", "PT1H", "2026-09-25T13:30:00");
    ends("2026-09-25T16:00:00", "PT8H", "2026-09-28T17:00:00");
    ends("2026-09-30T16:59:00", "PT2M", "2026-10-08T08:31:00");
    ends("2026-09-28T08:30:00", "-PT1H", "2026-09-25T16:00:00");
    ends("2026-09-25T12:00:00", "PT0H", "2026-09-25T12:00:00");
}

#[test]
fn days_to_the_hour_and_days_of_a_civil_term() {
    ends("2026-09-25T10:20:00", "-P7D", "2026-09-18T10:20:00");
    ends("2026-01-31T10:20:00", "P1M", "2026-02-28T10:20:00");
    ends("2026-09-16T10:00:00", "P15CD", "2026-10-09T00:00:00");
    ends("2026-09-16T10:00:00", "P5CD", "2026-09-22T00:00:00");
    ends("2026-09-22T10:00:00", "-P1CD", "2026-09-21T00:00:00");
}

#[test]
fn a_pause_moves_the_end_by_what_it_held_up() {
    let calendar = office("Asia/Shanghai");
    let on = |clock: &str| at(&calendar, clock);
    let end = |length: &str, pauses: &[(&str, &str)]| {
        let pauses: Vec<_> = pauses.iter().map(|(from, to)| (on(from), on(to))).collect();
        let end = due_with_pauses(on("2026-09-21T09:00:00"), length.parse().unwrap(), &pauses, &calendar);
        calendar.zone.to_datetime(end).to_string()
    };
    assert_eq!(end("P3WD", &[]), "2026-09-24T17:00:00");
    assert_eq!(end("P3WD", &[("2026-09-22T10:00:00", "2026-09-23T09:00:00")]), "2026-09-25T17:00:00");
    assert_eq!(end("P3WD", &[("2026-09-22T10:00:00", "2026-09-22T15:00:00")]), "2026-09-24T17:00:00");
    assert_eq!(end("PT2H", &[("2026-09-21T10:00:00", "2026-09-21T14:00:00")]), "2026-09-21T15:00:00");
    assert_eq!(end("PT2H", &[("2026-09-21T11:00:00", "2026-09-21T14:00:00")]), "2026-09-21T11:00:00");
}

#[test]
fn lengths_are_read_and_written_and_bad_ones_refused() {
    for text in ["PT24H", "PT90M", "P7D", "-P7D", "P5WD", "-P15CD", "P12M", "PT0H"] {
        assert_eq!(text.parse::<Length>().unwrap().to_string(), text);
    }
    assert_eq!("P2W".parse::<Length>().unwrap().to_string(), "P14D");
    assert_eq!("P1Y".parse::<Length>().unwrap().to_string(), "P12M");
    for text in [
        "",
        "P",
        "PT",
        "P5",
        "5WD",
        "P-5D",
        "PTT5H",
        "P5H",
        "PT5D",
        "P5WDX",
        "P99999999999D",
        "P36526D",
        "p7D",
        "--P7D",
    ] {
        assert!(text.parse::<Length>().is_err(), "{text}");
    }
}

#[test]
fn a_calendar_says_which_days_it_knows() {
    let calendar = office("Asia/Shanghai");
    let knows = |day: &str| calendar.knows(day.parse().unwrap());
    assert_eq!((knows("2025-12-31"), knows("2026-12-31"), knows("2027-01-01")), (false, true, false));
}

#[test]
fn bad_calendars_are_refused() {
    for text in ["8:30-11:30", "11:30-08:30", "08:30", "08:60-09:00", "23:00-24:01", "08:30-08:30", "é8:30-11:30"] {
        assert!(text.parse::<Interval>().is_err(), "{text}");
    }
    assert_eq!("13:00-24:00".parse::<Interval>().unwrap().to_string(), "13:00-24:00");
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let calendar = office("Asia/Shanghai");
    for start in [Timestamp::MIN, Timestamp::MAX] {
        for length in ["P36525D", "-P36525D", "PT1H", "-PT1H", "P5WD", "-P5WD", "P5CD", "-P5CD", "P100Y", "-P100Y"] {
            let _ = due(start, length.parse().unwrap(), &calendar);
        }
        let _ = calendar.works_at(start);
    }
}

/// Walks minute by minute. The clock on the wall never goes back: an hour that is repeated in autumn belongs to
/// whatever it belonged to when it came first to its end.
struct Walk<'a> {
    calendar: &'a Calendar,
    minutes: Vec<(Timestamp, bool)>,
}

impl<'a> Walk<'a> {
    fn new(calendar: &'a Calendar, from: Timestamp, minutes: usize) -> Self {
        let mut shown = DateTime::MIN;
        let mut walk = Walk { calendar, minutes: Vec::new() };
        // A day earlier, so that the clock on the wall is right when the walk begins.
        for nth in -1500..minutes as i64 {
            let here = from + jiff::SignedDuration::from_mins(nth);
            shown = shown.max(calendar.zone.to_datetime(here));
            if nth >= 0 {
                walk.minutes.push((here, walk.works(shown)));
            }
        }
        walk
    }

    fn works(&self, shown: DateTime) -> bool {
        let minute = i16::from(shown.hour()) * 60 + i16::from(shown.minute());
        self.calendar.intervals(shown.date()).iter().any(|open| open.opens() <= minute && minute < open.closes())
    }

    fn worked(&self) -> i64 {
        self.minutes.iter().filter(|(_, works)| *works).count() as i64
    }
}

/// Zones with daylight saving at two o'clock, at midnight, by half an hour, and without.
const ZONES: [&str; 7] = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kolkata",
];

fn calendars() -> impl Strategy<Value = Calendar> {
    let interval = prop_oneof![
        Just(vec!["08:30-11:30", "13:00-17:00"]),
        Just(vec!["00:00-02:30", "02:45-24:00"]),
        Just(vec!["00:00-24:00"]),
        Just(vec!["01:15-01:45", "02:00-02:20", "22:00-23:50"]),
        Just(vec![]),
    ];
    (0..ZONES.len(), prop::collection::vec(interval, 7), prop::collection::vec(any::<bool>(), 40)).prop_map(
        |(zone, week, off)| {
            let mut calendar = office(ZONES[zone]);
            for (day, intervals) in week.into_iter().enumerate() {
                calendar.week[day] = intervals.iter().map(|text| text.parse().unwrap()).collect();
            }
            calendar.week[2] = vec!["09:00-12:00".parse().unwrap()];
            // The weeks in which most of these zones turn their clocks.
            for start in ["2026-03-05", "2026-03-25", "2026-10-20", "2026-04-01", "2026-09-03"] {
                let start: Date = start.parse().unwrap();
                for (nth, off) in off.iter().enumerate().filter(|(nth, _)| nth % 5 == 0) {
                    let day = start + Span::new().days(nth as i64 / 3);
                    if *off {
                        calendar.holidays.insert(day, "off".into());
                    } else if nth % 2 == 0 {
                        calendar
                            .make_up
                            .insert(day, vec!["01:30-03:30".parse().unwrap(), "10:00-11:00".parse().unwrap()]);
                    }
                }
            }
            calendar
        },
    )
}

fn starts() -> impl Strategy<Value = Timestamp> {
    let near = prop_oneof![
        Just("2026-03-07T00:00:00Z"),
        Just("2026-03-28T00:00:00Z"),
        Just("2026-10-23T00:00:00Z"),
        Just("2026-10-31T00:00:00Z"),
        Just("2026-04-03T00:00:00Z"),
        Just("2026-04-23T00:00:00Z"),
        Just("2026-09-04T00:00:00Z"),
        Just("2026-10-03T00:00:00Z"),
    ];
    (near, 0..4000i64)
        .prop_map(|(near, minutes)| near.parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minutes))
}

/// Every turn of the clocks in 2026, with openings and closings before, inside, at and after the hour that is skipped or
/// repeated.
#[test]
fn turned_clocks_open_and_close_each_interval_once() {
    let mut turns = 0;
    for zone in ZONES.map(|zone| TimeZone::get(zone).unwrap()) {
        let year: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let turned: Vec<_> = zone
            .following(year)
            .map(|turn| turn.timestamp())
            .take_while(|at| *at < "2027-01-01T00:00:00Z".parse().unwrap())
            .collect();
        for turn in turned {
            turns += 1;
            for hours in [
                "00:00-24:00",
                "02:10-02:50",
                "01:30-02:00 02:00-03:00",
                "00:00-00:30 00:40-01:10 01:20-01:50 22:30-23:10 23:20-24:00",
            ] {
                let mut calendar = Calendar::round_the_clock("turned", zone.clone());
                calendar.round_the_clock = false;
                calendar.week = std::array::from_fn(|_| hours.split(' ').map(|text| text.parse().unwrap()).collect());
                let start = turn - jiff::SignedDuration::from_hours(26);
                let walk = Walk::new(&calendar, start, 52 * 60);
                let mut worked = 0;
                for (here, works) in &walk.minutes {
                    assert_eq!(calendar.works_at(*here), *works, "{hours} at {here} in {zone:?}");
                    assert_eq!(elapsed(start, *here, &calendar).as_mins(), worked, "{hours} until {here} in {zone:?}");
                    worked += i64::from(*works);
                }
            }
        }
    }
    assert!(turns >= 10, "only {turns} turns were tried");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn elapsed_time_is_what_a_walk_counts(calendar in calendars(), start in starts(), minutes in 0usize..6000) {
        let walk = Walk::new(&calendar, start, minutes);
        let end = start + jiff::SignedDuration::from_mins(minutes as i64);
        prop_assert_eq!(elapsed(start, end, &calendar).as_mins(), walk.worked());
        prop_assert_eq!(elapsed(end, start, &calendar).as_mins(), -walk.worked());
        for (here, works) in walk.minutes.iter().step_by(37) {
            prop_assert_eq!(calendar.works_at(*here), *works, "at {}", here);
        }
    }

    #[test]
    fn hours_end_after_the_last_minute_that_a_walk_needs(calendar in calendars(), start in starts(), minutes in 1i32..600) {
        let end = due(start, Length { amount: minutes, unit: Unit::Minutes }, &calendar);
        let walk = Walk::new(&calendar, start, 15 * 24 * 60);
        let last = walk.minutes.iter().filter(|(_, works)| *works).nth(minutes as usize - 1);
        if let Some((last, _)) = last {
            prop_assert_eq!(end, *last + jiff::SignedDuration::from_mins(1));
        }
        // Back again: as much working time lies before the end, and it begins where somebody works.
        let back = due(end, Length { amount: -minutes, unit: Unit::Minutes }, &calendar);
        prop_assert_eq!(elapsed(back, end, &calendar).as_mins(), i64::from(minutes));
        prop_assert!(back >= start && calendar.works_at(back));
    }

    #[test]
    fn working_days_end_with_the_last_day_that_a_walk_meets(calendar in calendars(), start in starts(), days in 1i32..8) {
        let end = due(start, Length::working_days(days), &calendar);
        let zone = &calendar.zone;
        let first = zone.to_datetime(start).date();
        let mut met = 0;
        let mut expected = None;
        // The walk shows the clock on the wall; a day counts once somebody has worked on it.
        let walk = Walk::new(&calendar, start, 40 * 24 * 60);
        let mut day = first;
        while met < days {
            day = day.tomorrow().unwrap();
            met += i32::from(!calendar.intervals(day).is_empty());
            expected = Some(day);
        }
        let closes = calendar.intervals(expected.unwrap()).last().unwrap().closes();
        let reached = |(here, _): &&(Timestamp, bool)| {
            let shown = zone.to_datetime(*here);
            let minutes = i32::from(shown.hour()) * 60 + i32::from(shown.minute());
            shown.date() > expected.unwrap() || shown.date() == expected.unwrap() && minutes >= i32::from(closes)
        };
        if let Some((reached, _)) = walk.minutes.iter().find(reached) {
            prop_assert_eq!(end, *reached);
        }
        prop_assert_eq!(working_days(start, end, &calendar) - i32::from(closes == 1440 && calendar.works_on(zone.to_datetime(end).date())), days);
    }

    #[test]
    fn a_round_the_clock_calendar_counts_every_hour(start in starts(), hours in -200i32..200, zone in 0..ZONES.len()) {
        let calendar = Calendar::round_the_clock("always", TimeZone::get(ZONES[zone]).unwrap());
        let end = due(start, Length::hours(hours), &calendar);
        prop_assert_eq!(end.duration_since(start).as_hours(), i64::from(hours));
        prop_assert_eq!(elapsed(start, end, &calendar).as_hours(), i64::from(hours));
        prop_assert_eq!(before(end, Length::hours(hours), &calendar), start);
    }
}
