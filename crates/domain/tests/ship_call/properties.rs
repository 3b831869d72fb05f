//! Acts of anybody in any order, over calls of every kind: what must hold after each of them.

use domain::matter::Entry as _;
use domain::{
    formality::Formality,
    ship_call::{Act, Entry, Phase, Record, ReviewState, Status, TimeKind},
};
use proptest::{prelude::*, test_runner::Config};

use crate::{
    naive,
    story::{AGENT, Story, ask, conclude, file, grant, hold, lift, time_fact, words},
};

const KINDS: [&str; 11] = [
    "ordinary",
    "bunkers",
    "crew_change",
    "shelter",
    "repair",
    "waiting",
    "trade_conversion",
    "shuttle",
    "distress",
    "new_building",
    "sea_trial",
];
const PARTIES: [&str; 11] = [
    "agent",
    "firm:other-agency",
    "msa",
    "customs",
    "border",
    "port_group",
    "port_office",
    "port_administration",
    "court",
    "coast_guard",
    "clock",
];
const HOLDS: [(&str, &str); 6] = [
    ("psc_detention", "msa"),
    ("court_arrest", "court"),
    ("unpaid_taxes", "customs"),
    ("health_event", "customs"),
    ("customs_seizure", "customs"),
    ("border_stop", "border"),
];
const PORTS: [&str; 3] = ["KRPUS", "CNTXG", "AUPHE"];
/// Hours that pass before an act: mostly none or few.
const PASSES: [i64; 10] = [0, 0, 0, 0, 1, 1, 3, 5, 25, 150];

/// What is tried next: a move, two numbers that choose within it, and the hours that pass before.
type Step = (u8, u16, u16, i64);

proptest! {
    #![proptest_config(Config { cases: 160, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_clears_that_the_journal_does_not_prove(
        kind in prop::sample::select(KINDS.to_vec()),
        last_port in prop::sample::select(PORTS.to_vec()),
        flag in prop::sample::select(vec!["PA", "CN"]),
        helped in 0usize..90,
        steps in prop::collection::vec(
            (0u8..46, any::<u16>(), any::<u16>(), prop::sample::select(PASSES.to_vec())), 1..80),
    ) {
        let mut story = Story::opened_for(kind, flag, &[("last_port", last_port.into())]);
        check(&story, 0);
        for _ in 0..helped {
            if let Some((who, act)) = help(&story).filter(|_| story.call.status() < Status::PermitIssued) {
                story.must(&who, act);
            }
        }
        for step in steps {
            story.now = story.now.plus_hours(step.3);
            for (who, act) in acts(&story, step) {
                let before = story.call.clone();
                let known = story.journal.len();
                // The story itself compares the state with the fold, and the version with the number of entries.
                match story.tries(&who, act.clone()) {
                    Ok(_) => check(&story, known),
                    Err(_) => {
                        assert_eq!(story.call, before, "a refused act changes nothing");
                        assert_eq!(story.journal.len(), known);
                    }
                }
                if matches!(act, Act::Fire { .. }) {
                    for phase in [Phase::Entry, Phase::Exit] {
                        assert!(before.is_cleared(phase) || !story.call.is_cleared(phase), "silence clears {phase:?}");
                    }
                }
                assert!(story.call.breaches.starts_with(&before.breaches), "a breach vanished");
            }
        }
    }
}

fn check(story: &Story, known: usize) {
    let (call, journal) = (&story.call, story.journal.as_slice());
    let entry = naive::why_not_cleared(journal, Phase::Entry);
    let exit = naive::why_not_cleared(journal, Phase::Exit);
    assert_eq!(call.is_cleared(Phase::Entry), entry.is_empty(), "entry: {entry:?}");
    assert_eq!(call.is_cleared(Phase::Exit), exit.is_empty(), "exit: {exit:?}");
    assert_eq!(call.may_be_worked(), entry.is_empty());
    match call.status() {
        Status::EntryCleared | Status::InPort => assert!(entry.is_empty(), "{entry:?}"),
        Status::ExitCleared | Status::PermitIssued => {
            assert!(entry.is_empty() && exit.is_empty(), "{entry:?} {exit:?}")
        }
        _ => {}
    }
    check_reviews(story);
    check_clocks(story);
    for place in known..journal.len() {
        check_entry(journal, place);
    }
    // Both are read by pages after every act; neither may fail, whatever stands.
    let holding = call.holding();
    assert!(!holding.what.is_empty());
    let ended = matches!(call.status(), Status::Departed | Status::Ended);
    assert!(!ended || (call.tasks().is_empty() && call.clocks().is_empty()));
}

/// Every organ has a review of what stands filed for it, and what it decided is the version that stands.
fn check_reviews(story: &Story) {
    for due in &story.call.requirements {
        let Some((_, version)) = naive::standing(&story.journal, due.formality) else { continue };
        for organ in &due.organs {
            let review = story.call.review(due.formality, organ);
            let review = review.unwrap_or_else(|| panic!("{organ} has nothing of {:?}", due.formality));
            assert_eq!(review.version, version, "{organ} looks at an old {:?}", due.formality);
        }
    }
}

fn check_clocks(story: &Story) {
    let breaches = &story.call.breaches;
    for (nth, breach) in breaches.iter().enumerate() {
        let twice = breaches[..nth].iter().any(|old| old.clock == breach.clock && old.due == breach.due);
        assert!(!twice, "{} passed twice", breach.clock);
    }
    let runs_on = |name: &str| breaches.iter().filter(|breach| breach.clock == name).map(|breach| breach.due).collect();
    for clock in story.call.clocks() {
        let passed: Vec<_> = runs_on(&clock.name);
        assert!(!passed.contains(&clock.due), "{} runs after it passed", clock.name);
    }
}

/// What a new entry says must be proved by the entries before it.
fn check_entry(journal: &[Record], place: usize) {
    let before = &journal[..place];
    let cleared = || {
        let why = [naive::why_not_cleared(before, Phase::Entry), naive::why_not_cleared(before, Phase::Exit)].concat();
        assert!(why.is_empty(), "{why:?}");
    };
    match &journal[place].entry {
        Entry::PermitIssued(permit) if permit.kind == "departure" => {
            cleared();
            let stale = naive::stale_signatures(before);
            assert!(stale.is_empty(), "signed before the newest version: {stale:?}");
        }
        Entry::PermitConfirmed { .. } => cleared(),
        Entry::TimeStated(time) if time.event == "departure" && time.kind == TimeKind::Actual => {
            let taken_back = |record: &Record| matches!(&record.entry, Entry::DepartureNoted { in_error: true, .. });
            let since = before.iter().rposition(taken_back).map_or(0, |at| at + 1);
            let sailed = before[since..].iter().any(|record| {
                matches!(&record.entry, Entry::TimeStated(old)
                if old.event == "departure" && old.kind == TimeKind::Actual)
            });
            assert!(naive::arrived(before), "who has not come has not left");
            let flagged = journal.get(place + 1).is_some_and(|next| next.entry.kind() == "departure.uncleared");
            if !sailed && !flagged {
                cleared();
                assert!(naive::held_permit_at(before, time.at));
            }
        }
        Entry::Passed(breach) => {
            if let Some((formality, organ)) =
                breach.clock.strip_prefix("decision:").and_then(|name| name.split_once(':'))
            {
                let formality = Formality::from_code(formality).unwrap();
                assert!(!naive::decided_in_time(before, formality, organ, breach.due), "{breach:?}");
            }
        }
        _ => {}
    }
}

/// The acts of a step: half of them do what is needed next, the others anything by anybody.
fn acts(story: &Story, (kind, a, b, _): Step) -> Vec<(String, Act)> {
    let who = PARTIES[usize::from(b) % PARTIES.len()].to_owned();
    let formality = Formality::ALL[usize::from(a) % Formality::ALL.len()].code();
    let call = &story.call;
    let one = |who: &str, act: Act| vec![(who.to_owned(), act)];
    let nth = |len: usize| u32::try_from(usize::from(a) % (len + 1)).unwrap();
    match kind {
        0..=21 => help(story).into_iter().collect(),
        22 => one("agent", file(formality, &[])),
        23 => one("agent", file(formality, &facts(a, story))),
        24 => one(&who, file(formality, &[])),
        25 => one("agent", Act::Withdraw { formality: crate::story::of(formality), reason: words() }),
        26 => one(&who, Act::TakeInCharge { formality: crate::story::of(formality) }),
        27 => call
            .reviews
            .get(usize::from(a) % call.reviews.len().max(1))
            .map_or(Vec::new(), |review| one(&review.organ.clone(), Act::TakeInCharge { formality: review.formality })),
        28 => one(&who, conclude(formality, outcome(a))),
        29 => call
            .reviews
            .get(usize::from(a) % call.reviews.len().max(1))
            .map_or(Vec::new(), |review| one(&review.organ.clone(), conclude(review.formality.code(), outcome(b)))),
        30 => call.reviews.get(usize::from(a) % call.reviews.len().max(1)).map_or(Vec::new(), |review| {
            let act = if review.suspended.is_some() {
                Act::Resume { formality: review.formality }
            } else {
                Act::Suspend { formality: review.formality, cause: "test".to_owned() }
            };
            one(&review.organ.clone(), act)
        }),
        31 if a % 4 == 0 => one(&who, ask(formality, usize::from(b) % 3)),
        31 => call.reviews.get(usize::from(a) % call.reviews.len().max(1)).map_or(Vec::new(), |review| {
            one(&review.organ.clone(), ask(review.formality.code(), 1 + usize::from(b) % 2))
        }),
        32 => one(
            "agent",
            Act::Answer { question: nth(call.questions.len()), item: u32::from(b) % 2, document: "a".into() },
        ),
        33 => one(&who, Act::CloseItem { question: nth(call.questions.len()), item: u32::from(a) % 2 }),
        34 => {
            let (kind, issuer) = HOLDS[usize::from(a) % HOLDS.len()];
            one(if b % 3 == 0 { &who } else { issuer }, hold(kind))
        }
        35 => one(&who, lift(nth(call.holds.len()))),
        36 => {
            let phase = if a % 2 == 0 { Phase::Entry } else { Phase::Exit };
            let organ = ["msa", "customs", "border", &who][usize::from(a / 2) % 4];
            one(organ, Act::OrderBoarding { phase, ground: "special_circumstances".into(), words: words() })
        }
        37 => one(&who, Act::FinishBoarding { boarding: nth(call.boardings.len()), result: words() }),
        38 => permit_act(story, &who, a),
        39 => one(if b % 3 == 0 { "agent" } else { &who }, time_act(story, a)),
        40 => {
            let berths = ["DYW-12", "HZZ-02", "DYW-01", "NO-SUCH"];
            let berth = berths[usize::from(a) % berths.len()].to_owned();
            one(
                "port_group",
                Act::PlanBerth { berth, from: story.now, until: story.now.plus_hours(20), beside: Vec::new() },
            )
        }
        41 => {
            let next = if call.agent == AGENT { "other-agency" } else { AGENT };
            one(&format!("firm:{}", call.agent), Act::ChangeAgent { agent: next.to_owned() })
        }
        // Everybody is in a hurry to let her go, whatever stands.
        43 => {
            let signs = ["customs", "border", "msa"].map(|organ| (organ.to_owned(), grant("exit_formalities")));
            let permit = [
                (format!("firm:{}", call.agent), file("departure_permit", &[])),
                ("msa".to_owned(), grant("departure_permit")),
            ];
            signs.into_iter().chain(permit).collect()
        }
        42 if a % 8 == 0 => one(&who, Act::ReportDistress { report: words() }),
        42 if a % 8 == 2 => one(&who, Act::AcknowledgeDistress),
        42 if a % 8 == 4 => {
            let outcome = ["rescued", "entered", "stood_down", "sunk"][usize::from(b) % 4].to_owned();
            one(if a % 3 == 0 { &who } else { "msa" }, Act::EndDistress { outcome, words: words() })
        }
        42 if a % 8 == 6 => {
            one(if a % 3 == 0 { &who } else { "msa" }, Act::NoteDeparture { in_error: b % 2 == 0, words: words() })
        }
        42 if a % 31 == 1 => one("agent", Act::End { diverted_to: None, reason: words() }),
        _ => {
            let due = call.clocks().into_iter().filter(|clock| clock.due <= story.now || a % 4 == 0);
            due.map(|clock| ("clock".to_owned(), Act::Fire { clock: clock.name, due: clock.due })).collect()
        }
    }
}

/// What would bring the call forward.
fn help(story: &Story) -> Option<(String, Act)> {
    let call = &story.call;
    let agent = format!("firm:{}", call.agent);
    if let Some(question) = call.questions.iter().find(|question| question.is_open()) {
        let item = question.items.iter().position(|item| item.closed_at.is_none())?;
        return Some((
            question.organ.clone(),
            Act::CloseItem { question: question.id, item: u32::try_from(item).ok()? },
        ));
    }
    if let Some(hold) = call.holds.iter().find(|hold| hold.lifted_at.is_none()) {
        return Some((hold.lifted_by.clone(), lift(hold.id)));
    }
    if let Some(of) = call.boardings.iter().find(|of| of.finished_at.is_none()) {
        return Some((of.organ.clone(), Act::FinishBoarding { boarding: of.id, result: words() }));
    }
    let open = |due: &&domain::ship_call::Requirement| call.step_state(due) != domain::ship_call::StepState::Met;
    let mut due: Vec<_> = call.requirements.iter().filter(open).collect();
    due.sort_by_key(|due| {
        (due.phase, due.is_permit(), due.is_signature(), due.formality != Formality::EntryApplication)
    });
    let Some(next) = due.first() else {
        let at = story.now;
        let event = if call.is_in_port() { "departure" } else { "arrival" };
        return Some((agent, actual(event, at)));
    };
    if next.phase == Phase::Exit && !call.is_in_port() {
        return Some((agent, actual("arrival", story.now)));
    }
    if next.phase == Phase::Exit && next.opens.is_some_and(|opens| story.now < opens) {
        let etd = story.now.plus_hours(2).to_string();
        return Some((agent, file(next.formality.code(), &[("etd", etd.as_str().into())])));
    }
    let undecided = next
        .organs
        .iter()
        .find(|organ| call.review(next.formality, organ).is_none_or(|review| !review.state.is_decided()));
    match undecided {
        Some(organ) if call.review(next.formality, organ).is_some() => {
            Some((organ.clone(), grant(next.formality.code())))
        }
        _ => Some((agent, file(next.formality.code(), &[]))),
    }
}

fn actual(event: &str, at: domain::Instant) -> Act {
    Act::StateTime { event: event.to_owned(), kind: TimeKind::Actual, at, replies_to: None, delay_reason: None }
}

fn outcome(a: u16) -> ReviewState {
    let all = [
        ReviewState::Granted,
        ReviewState::GrantedWithConditions,
        ReviewState::Returned,
        ReviewState::Refused,
        ReviewState::InCharge,
    ];
    all[usize::from(a) % all.len()]
}

fn facts(a: u16, story: &Story) -> Vec<(&'static str, domain::Value)> {
    let later = |hours: i64| domain::Value::from(story.now.plus_hours(hours).to_string().as_str());
    match a % 9 {
        7 => vec![("exit_passengers", i64::from(a % 3).into()), ("crew_changed", a.is_multiple_of(2).into())],
        8 => vec![("sanitation_issued_on", "2025-09-22".into()), ("last_china_port", a.is_multiple_of(2).into())],
        0 => vec![("dangerous_goods", a.is_multiple_of(2).into())],
        1 => vec![("persons_passengers", i64::from(a % 3).into())],
        2 => vec![("eta", later(i64::from(a % 60))), ("etd", later(i64::from(a % 90)))],
        3 => vec![("berth", "HZZ-02".into())],
        4 => vec![("left_last_port", later(-5)), ("eta", later(20))],
        5 => vec![("tonnage_tax_expiry", "2026-09-22".into()), ("cargo_on_board", a.is_multiple_of(2).into())],
        _ => vec![("health_event", a.is_multiple_of(2).into()), ("etd", time_fact("2026-09-23T10:00"))],
    }
}

fn time_act(story: &Story, a: u16) -> Act {
    let events = ["arrival", "departure", "berth", "left_last_port", "departure", "lunch"];
    let kinds = [TimeKind::Actual, TimeKind::Estimated, TimeKind::Planned, TimeKind::Requested];
    Act::StateTime {
        event: events[usize::from(a) % events.len()].to_owned(),
        kind: kinds[usize::from(a / 7) % kinds.len()],
        at: story.now.plus_hours(i64::from(a % 40) - 20),
        replies_to: None,
        delay_reason: None,
    }
}

fn permit_act(story: &Story, who: &str, a: u16) -> Vec<(String, Act)> {
    let permits = &story.call.permits;
    let Some(permit) = permits.get(usize::from(a) % permits.len().max(1)) else { return Vec::new() };
    let number = permit.number.clone();
    let consulted = vec!["customs".to_owned(), "border".to_owned(), "msa".to_owned()];
    match a % 3 {
        0 => vec![(who.to_owned(), Act::RedoExit { number })],
        1 => vec![(permit.organ.clone(), Act::RedoExit { number })],
        _ => vec![(permit.organ.clone(), Act::ConfirmPermit { number, consulted })],
    }
}

/// The random walks are worth something only if they go far: most states of a call are reached by help alone.
#[test]
fn help_brings_every_kind_to_the_sea() {
    for kind in KINDS {
        let mut story = Story::opened_for(kind, "PA", &[("last_port", "KRPUS".into())]);
        for _ in 0..200 {
            if story.call.status() == Status::Departed {
                break;
            }
            let (who, act) = help(&story).unwrap();
            story.must(&who, act);
            check(&story, 0);
        }
        assert_eq!(story.call.status(), Status::Departed, "{kind}: {:?}", story.call.unmet_for_departure());
    }
}
