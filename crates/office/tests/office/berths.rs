//! Berths: two ships at one berth at one time, and what the board counts.

use domain::{
    Text,
    formality::Formality,
    ship_call::{Act, Ship},
};
use office::{Actor, BoardWindow, Error, NewCall, Role, ShipRecord};

use crate::harness::{NOON, Place, agent, officer, request};

const HOUR: i64 = domain::instant::HOUR;

/// A planner of the port group.
fn planner() -> Actor {
    Actor { role: Role::Operator, ..officer("port_group") }
}

#[tokio::test]
async fn a_berth_is_given_twice_only_to_a_planner_who_says_so() {
    let place = Place::open().await;
    let (office, firm, planner) = (&place.office, agent("blue"), planner());
    let other = Ship {
        imo: "9319466".to_owned(),
        name: Text::new("另一轮", "OTHER"),
        flag: "PA".to_owned(),
        ship_type: "container".to_owned(),
        ..Ship::default()
    };
    office.record_ship(&firm, &ShipRecord { ship: other, ..ShipRecord::default() }).await.expect("recorded");
    let first = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let new = NewCall { imo: "9319466".to_owned(), ..place.new_call() };
    let second = office.open_call(&firm, &new, &request("open call", "b")).await.expect("opened");
    let plan = |from: i64, until: i64, beside: &[String]| Act::PlanBerth {
        berth: "DYW-12".to_owned(),
        from: domain::Instant(NOON).plus_hours(from),
        until: domain::Instant(NOON).plus_hours(until),
        beside: beside.to_vec(),
    };
    office.do_act(&planner, first.id, &plan(240, 260, &[]), &request("act", "c")).await.expect("free");
    office.do_act(&planner, second.id, &plan(260, 270, &[]), &request("act", "d")).await.expect("after the other");
    let overlapping = plan(250, 262, &[]);
    let refused = office.do_act(&planner, second.id, &overlapping, &request("act", "e")).await;
    let Err(Error::Refused(fault)) = refused else { panic!("{refused:?}") };
    assert_eq!((fault.code.as_str(), fault.location.as_str()), ("PQ-BERTH-001", "/beside"));
    assert!(fault.text.en.contains("TRIAL") && fault.text.zh.contains(&first.number), "{}", fault.text.en);
    let call = office.call(&planner, &second.number).await.expect("read").call;
    assert_eq!(call.berths.len(), 1, "nothing was planned");

    let named = [first.number.clone()];
    office.do_act(&planner, second.id, &plan(250, 262, &named), &request("act", "f")).await.expect("meant");
    let call = office.call(&planner, &second.number).await.expect("read").call;
    assert_eq!(call.berths.last().expect("planned").beside, named, "the journal says that the planner knew");
    // The board shows what was planned, not when the ships arrive.
    let from = NOON + 200 * HOUR;
    let window = BoardWindow { came: NOON, from, until: NOON + 300 * HOUR };
    let board = office.board(&planner, window).await.expect("seen");
    let berth = board.berths.iter().find(|berth| berth.code == "DYW-12").expect("a berth");
    let hours = |at: i64| (at - NOON) / HOUR;
    let mut stays: Vec<_> = berth.stays.iter().map(|stay| (hours(stay.from), hours(stay.until))).collect();
    stays.sort();
    assert_eq!(stays, [(240, 260), (250, 262)]);
    // Her own former plan stands in nobody's way.
    office.do_act(&planner, first.id, &plan(240, 249, &[]), &request("act", "g")).await.expect("moved");
}

/// Two planners who look at the same moment: one of them is told of the other's ship.
#[tokio::test]
async fn a_berth_is_given_to_one_of_two_planners_at_the_same_moment() {
    let place = Place::open().await;
    let (office, planner) = (&place.office, planner());
    let (blue, red) = (agent("blue"), agent("red"));
    let first = office.open_call(&blue, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let second = office.open_call(&red, &place.new_call(), &request("open call", "b")).await.expect("opened");
    let plan = Act::PlanBerth {
        berth: "DYW-12".to_owned(),
        from: domain::Instant(NOON).plus_hours(240),
        until: domain::Instant(NOON).plus_hours(260),
        beside: Vec::new(),
    };
    let (one, other) = (request("act", "c"), request("act", "d"));
    let (by_one, by_other) =
        tokio::join!(office.do_act(&planner, first.id, &plan, &one), office.do_act(&planner, second.id, &plan, &other));
    let outcomes = [by_one, by_other];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let Some(Err(Error::Refused(fault))) = outcomes.iter().find(|outcome| outcome.is_err()) else {
        panic!("{outcomes:?}")
    };
    assert_eq!(fault.code, "PQ-BERTH-001");
    // A retry of what was done gets its first answer, whoever lies there now.
    let (done, again) = if outcomes[0].is_ok() { (first.id, one) } else { (second.id, other) };
    let knowing = Act::PlanBerth {
        berth: "DYW-12".to_owned(),
        from: domain::Instant(NOON).plus_hours(240),
        until: domain::Instant(NOON).plus_hours(260),
        beside: [&first.number, &second.number].map(String::clone).to_vec(),
    };
    let late = if outcomes[0].is_ok() { second.id } else { first.id };
    office.do_act(&planner, late, &knowing, &request("act", "e")).await.expect("meant");
    assert!(office.do_act(&planner, done, &plan, &again).await.expect("answered").replayed);
}

#[tokio::test]
async fn what_the_board_lists_as_overdue_is_what_its_load_counts() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let new = place.new_call();
    let done = office.open_call(&firm, &new, &request("open call", "a")).await.expect("opened");
    let application = office::Submission {
        original: None,
        formality: Formality::EntryApplication,
        content: domain::Value::from([
            ("last_port", "KRINC".into()),
            ("purpose", "cargo".into()),
            ("eta", new.eta.expect("given").to_string().as_str().into()),
        ]),
    };
    // Whether it is filed or still owed, somebody is late a month on.
    let _ = office.file(&firm, done.id, &application, &request("file", "b")).await;
    place.clock.fetch_add(30 * 24 * HOUR, std::sync::atomic::Ordering::Relaxed);
    let now = office.now().0;
    let window = BoardWindow { came: now - 60 * 24 * HOUR, from: now - 24 * HOUR, until: now + 72 * HOUR };
    let board = office.board(&officer("port_office"), window).await.expect("seen");
    let counted: i64 = board.load.iter().map(|load| load.late).sum();
    assert!(counted > 0 && usize::try_from(counted) == Ok(board.overdue.len()), "{:?}", board.load);
    for load in &board.load {
        let listed = board.overdue.iter().filter(|late| late.unit == load.unit).count();
        assert_eq!(usize::try_from(load.late), Ok(listed), "{}", load.unit);
    }
    assert!(board.overdue.iter().all(|late| late.due < now));
    assert_eq!(board.counts.iter().map(|(_, count)| count).sum::<i64>(), 1);
}
