//! Acts of anybody in any order: what must hold after each of them.

use std::{collections::BTreeSet, sync::OnceLock};

use domain::{
    Instant,
    calendar::{Calendar, Unit},
    problem::{Act, AssignmentState, Dispatched, Entry, Outcome, PointAnswered, Problem, Role, Status},
    profile::Profile,
};
use jiff::{civil::Date, tz::TimeZone};
use proptest::{prelude::*, test_runner::Config};

use crate::{
    port::dalian,
    story::{Story, dispatch, give_back, note, receive, report, rule, tell, triage, update},
};

const UNITS: [&str; 6] = ["port_office", "customs", "msa", "border", "port_group", "port_administration"];
const PARTIES: [&str; 9] = [
    "port_office",
    "customs",
    "msa",
    "border",
    "port_group",
    "port_administration",
    "firm",
    "firm:other-firm",
    "clock",
];
const CLASSES: [(&str, &str); 7] = [
    ("danger", "now"),
    ("stopped", "now"),
    ("delayed", "today"),
    ("ordinary", "week"),
    ("cross", "later"),
    ("policy", "later"),
    ("advice", "week"),
];
const CAUSES: [&str; 4] = ["waiting_firm", "lab_result", "higher_authority", "force_majeure"];

/// What is tried next: a move, who does it, a number that chooses within it, and the minutes that pass before.
type Step = (u8, u8, u16, i64);

fn step() -> impl Strategy<Value = Step> {
    let minutes = prop::sample::select(vec![0i64, 0, 0, 1, 17, 90, 700, 1440, 6000, 20_000]);
    (0u8..33, any::<u8>(), any::<u16>(), minutes)
}

proptest! {
    #![proptest_config(Config { cases: 192, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_order_of_acts_leaves_a_case_without_owner_or_closed_without_the_firms_word(
        class in prop::sample::select(CLASSES.to_vec()),
        helped in 0usize..6,
        steps in prop::collection::vec(step(), 1..90),
    ) {
        let mut story = Story::reported("border-crew", class.0, class.1);
        check(&story, None);
        help(&mut story, helped);
        for step in steps {
            story.now = Instant(story.now.0 + step.3 * 60_000_000);
            if step.0 == 31 {
                story.fire();
            }
            let before = story.problem.clone();
            if let Some((who, act)) = act(&story.problem, step, story.now) {
                let _ = story.tries(&who, act);
            }
            check(&story, Some(&before));
        }
    }

    /// The same where clocks go forward and back, with a night desk that works through the hour which is missing or comes
    /// twice, and a make-up day on such a Sunday.
    #[test]
    fn limits_hold_where_clocks_go_forward_and_back(
        class in prop::sample::select(CLASSES.to_vec()),
        start in prop::sample::select(vec!["2026-03-24T22:10:00Z", "2026-03-28T20:30:00Z", "2026-10-21T06:00:00Z", "2026-10-24T21:00:00Z"]),
        after in 0i64..3000,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let start = Instant(Instant::parse(start).unwrap().0 + after * 60_000_000);
        let mut story = Story { profile: Some(shifting()), now: start, ..Story::default() };
        story.must("firm", receive("border-crew", class.0, class.1));
        check(&story, None);
        help(&mut story, 4);
        for step in steps {
            // Short steps and long ones: pauses begin and end around the night of the shift.
            story.now = Instant(story.now.0 + step.3.min(1440) * 60_000_000);
            let before = story.problem.clone();
            let step = (if step.0 < 12 { 11 + step.0 % 2 } else { step.0 }, step.1, step.2, step.3);
            if let Some((who, act)) = act(&story.problem, step, story.now) {
                let _ = story.tries(&who, act);
            }
            check(&story, Some(&before));
        }
    }
}

/// The sample port, moved to a zone with daylight saving: clocks go forward on 29 March and back on 25 October 2026.
fn shifting() -> &'static Profile {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    PROFILE.get_or_init(|| {
        let mut profile = dalian().clone();
        profile.zone = TimeZone::get("Europe/Berlin").unwrap();
        let night = r#""00:30-04:30", "08:30-11:30", "13:00-17:00""#;
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| format!("{day} = [{night}]\n"));
        let desk = format!(
            "name = 'office-hours'\nversion = 'shifting'\nzone = 'Europe/Berlin'\n[week]\n{}saturday = ['00:30-04:30']\n\
             [holidays]\n2026-10-26 = 'a feast'\n2026-03-30 = 'a feast'\n\
             [make_up]\n2026-10-25 = {{ hours_of = 'monday' }}\n2026-03-29 = {{ hours_of = 'monday' }}\n",
            days.concat()
        );
        for text in [desk, "name = 'round-the-clock'\nversion = '1'\nzone = 'Europe/Berlin'\nround_the_clock = true".to_owned()] {
            let calendar: Calendar = toml::from_str(&text).unwrap();
            profile.calendars.insert(calendar.name.clone(), calendar);
        }
        profile
    })
}

/// Brings a case some way along, so that later moves find something to do.
fn help(story: &mut Story, far: usize) {
    let moves: [(&str, Act); 5] = [
        (
            "port_office",
            triage("border-crew", &story.problem.impact.clone(), &story.problem.urgency.clone(), &["point"]),
        ),
        ("port_office", dispatch("border", &["customs"])),
        ("border", Act::Accept),
        ("customs", Act::Accept),
        ("customs", Act::Answer { points: vec![answered(1, Outcome::Solved)] }),
    ];
    for (who, act) in moves.into_iter().take(far) {
        story.must(who, act);
    }
}

fn answered(point: u32, outcome: Outcome) -> PointAnswered {
    PointAnswered { point, outcome, law: "a rule".into(), words: "answer".into() }
}

fn act(problem: &Problem, (kind, who, pick, _): Step, now: Instant) -> Option<(String, Act)> {
    let pick = usize::from(pick);
    let party = PARTIES[usize::from(who) % PARTIES.len()].to_owned();
    let unit = UNITS[pick % UNITS.len()];
    let office = || "port_office".to_owned();
    // The one who has it, so that moves succeed often enough.
    let holder = || problem.owner().unwrap_or("port_office").to_owned();
    let (impact, urgency) = CLASSES[pick % CLASSES.len()];
    let some = |count: usize| u32::try_from(pick % count.max(1)).unwrap() + 1;
    let later = Instant(now.0 + (pick as i64 % 9000) * 60_000_000);
    let points: Vec<PointAnswered> = problem
        .points
        .iter()
        .map(|point| answered(point.id, [Outcome::Solved, Outcome::Explained, Outcome::NotNow][pick % 3]))
        .collect();
    Some(match kind {
        0 => (office(), triage("border-crew", impact, urgency, if pick % 2 == 0 { &["point"] } else { &[] })),
        1 => (office(), dispatch(unit, &[UNITS[(pick / 7) % UNITS.len()]])),
        2 => (office(), Act::Dispatch(Dispatched { co: vec![unit.into()], ..Dispatched::default() })),
        3 | 4 => (unit.into(), Act::Accept),
        5 => (unit.into(), give_back()),
        6 | 7 => (office(), rule(some(problem.assignments.len()), unit)),
        8 => (office(), Act::Release { assignment: some(problem.assignments.len()) }),
        9 => (holder(), update()),
        10 => (unit.into(), note(pick % 2 == 0)),
        11 => (holder(), Act::Pause { cause: CAUSES[pick % CAUSES.len()].into() }),
        12 => (holder(), Act::Resume),
        13 => (holder(), Act::AskExtension { until: later, words: "why".into() }),
        14 => (office(), Act::DecideExtension { id: some(problem.extensions.len()), approved: pick % 3 > 0 }),
        15 | 16 => (unit.into(), Act::Answer { points }),
        17..=19 => (holder(), Act::Sign { points, plan: (pick % 2 == 0).then(|| (later, "plan".into())) }),
        20 | 21 => (party, tell(some(problem.reports.len()), pick % 2 == 0, pick % 3 == 0)),
        22 => ("firm".into(), tell(1, pick % 2 == 0, pick % 5 == 0)),
        23 => (party, Act::Withdraw { report: some(problem.reports.len()) }),
        24 if pick % 4 == 0 => (party, Act::Refuse { reason: "court".into() }),
        25 => {
            let from = format!("2026-DAL-P{:06}", 2 + problem.reports.len());
            (office(), Act::Join { reports: vec![report(&from, "other-firm")], from })
        }
        26 => (holder(), Act::GiveTask { organ: unit.into(), due: later, words: "task".into() }),
        27 => (unit.into(), Act::DoTask { id: some(problem.tasks.len()), words: "done".into() }),
        28 => (
            office(),
            Act::CallMeeting {
                number: String::new(),
                cases: BTreeSet::new(),
                at: later,
                participants: BTreeSet::from(["customs".to_owned(), unit.to_owned()]),
                agenda: "agenda".into(),
            },
        ),
        29 => (unit.into(), Act::AnswerNotice { id: some(problem.notices.len()), words: "answer".into() }),
        30 => (unit.into(), Act::Take),
        31 => {
            let to = (pick % 3 > 0).then_some(later);
            (office(), Act::MoveMeeting { id: some(problem.meetings.len()), to, words: "why".into() })
        }
        32 => {
            let from = problem.merged.get(pick % problem.merged.len().max(1)).cloned()?;
            (office(), Act::Separate { reports: BTreeSet::from([from.clone()]), from })
        }
        _ => return None,
    })
}

#[track_caller]
fn check(story: &Story, before: Option<&Problem>) {
    let problem = &story.problem;
    // An owner at every moment, one lead at most, and the owner is somebody who can act.
    assert_eq!(problem.owner().is_some(), problem.ended.is_none(), "{:?}", problem.status());
    let leads = problem.assignments.iter().filter(|of| of.role == Role::Lead && of.stands()).count();
    assert!(leads <= 1, "{leads} leads");
    let owner = problem.owner().unwrap_or("");
    assert!(owner.is_empty() || owner == "port_office" || problem.lead().is_some_and(|lead| lead.organ == owner));
    // Whoever owns it has something on the desk.
    if problem.ended.is_none() {
        let tasks = problem.tasks_open();
        assert!(tasks.iter().any(|task| task.organ == owner), "{:?} {owner}: {tasks:?}", problem.status());
    }
    // Closed by the firms' word about the reply that stands, and by nothing else: read from the journal alone.
    if problem.status() == Status::Closed {
        let reply = story.journal.iter().filter(|of| matches!(of.entry, Entry::Signed(_))).count();
        for report in problem.reports.iter().filter(|of| of.withdrawn_at.is_none()) {
            let word = story.journal.iter().rev().find_map(|of| match &of.entry {
                Entry::Told { report: id, word } if *id == report.id => Some(word),
                _ => None,
            });
            let word = word.expect("a firm that was never asked");
            assert!(word.solved && word.reply as usize == reply, "report {}: {word:?}", report.id);
        }
    }
    // The total clock has one start, and what passed stays passed.
    assert_eq!(problem.clocks["resolve"].started_at, problem.opened_at);
    if let Some(before) = before {
        assert_eq!(problem.breaches[..before.breaches.len()], before.breaches);
        assert!(problem.version >= before.version);
    }
    for clock in problem.running() {
        assert!(clock.due >= clock.started_at, "{clock:?}");
    }
    for of in problem.assignments.iter().filter(|of| of.returned.is_some()) {
        assert!(matches!(of.state, AssignmentState::Returned | AssignmentState::Released));
    }
    compare_with_reference(problem, story.profile());
}

/// Limits that no date was promised for, against a walk over the days and minutes of the calendar.
fn compare_with_reference(problem: &Problem, profile: &Profile) {
    let paused = problem.pause().is_some();
    for clock in problem.clocks.values() {
        let settled = clock.stopped_at.is_some() || problem.has_passed(clock) || (paused && clock.pausable);
        if settled || clock.extended_to.is_some() || clock.ladder.is_some() || clock.length.is_empty() {
            continue;
        }
        let pauses = if clock.pausable { problem.paused() } else { Vec::new() };
        let calendar = &profile.calendars[&clock.calendar];
        let expected = walked(clock.started_at, &clock.length, &pauses, calendar);
        assert_eq!(clock.due.0 / 60_000_000, expected.0 / 60_000_000, "{} of {:?}", clock.name, clock);
    }
}

/// The slow and obvious way: minute by minute, or day by day, nothing clever.
fn walked(start: Instant, length: &str, pauses: &[(Instant, Instant)], calendar: &Calendar) -> Instant {
    let length: domain::calendar::Length = length.parse().unwrap();
    let minute = 60_000_000;
    match length.unit {
        Unit::Minutes => {
            let (mut at, mut left) = (start, length.amount);
            while left > 0 {
                let stands = pauses.iter().any(|(from, to)| *from <= at && at < *to);
                if !stands && calendar.works_at(at.timestamp()) {
                    left -= 1;
                }
                at = Instant(at.0 + minute);
            }
            at
        }
        Unit::WorkingDays => {
            let end = walked_days(start, length.amount, pauses, calendar);
            if end > start { end } else { walked_days(start, 1, pauses, calendar) }
        }
        // The same time of day so many days on; a time that is missing that day is the first after the gap.
        Unit::Days => {
            let local = calendar.zone.to_datetime(start.timestamp());
            let mut day = local.date();
            for _ in 0..length.amount {
                day = day.tomorrow().unwrap();
            }
            Instant::from(calendar.zone.to_timestamp(day.to_datetime(local.time())).unwrap())
        }
        _ => panic!("no clock of the tables counts so: {length:?}"),
    }
}

/// A pause takes the days after the one on which it began, up to and with the one on which it ended.
fn walked_days(start: Instant, days: i32, pauses: &[(Instant, Instant)], calendar: &Calendar) -> Instant {
    let day_of = |at: Instant| calendar.zone.to_datetime(at.timestamp()).date();
    let (mut day, mut left) = (day_of(start), days);
    // "The same day" is the next one that is worked; what was paused before it never ran.
    while days == 0 && !calendar.works_on(day) {
        day = day.tomorrow().unwrap();
    }
    let began = Instant::from(calendar.zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap()).max(start);
    let pauses: Vec<_> = pauses.iter().map(|(from, to)| ((*from).max(began), *to)).filter(|(a, b)| a < b).collect();
    let stands = |day: Date| pauses.iter().any(|(from, to)| day_of(*from) < day && day <= day_of(*to));
    while left > 0 || !calendar.works_on(day) {
        day = day.tomorrow().unwrap();
        if left > 0 && calendar.works_on(day) && !stands(day) {
            left -= 1;
        }
    }
    // A pause that began on the last day, before its end, goes on to the last day that is worked in it.
    for (from, to) in pauses {
        if day_of(from) == day && from < closing(day, calendar) {
            let until = day_of(to);
            let mut at = day;
            while at < until {
                at = at.tomorrow().unwrap();
                if calendar.works_on(at) {
                    day = at;
                }
            }
        }
    }
    closing(day, calendar)
}

/// The end of a day's last working minute.
fn closing(day: Date, calendar: &Calendar) -> Instant {
    let minutes = (0i8..24).rev().flat_map(|hour| (0i8..60).rev().map(move |minute| (hour, minute)));
    let instants = minutes.map(|(hour, minute)| calendar.zone.to_timestamp(day.at(hour, minute, 0, 0)).unwrap());
    let last = instants.into_iter().find(|at| calendar.works_at(*at)).unwrap();
    Instant(Instant::from(last).0 + 60_000_000)
}
