//! What people at an airport would tell.

use domain::{
    flight::{Act, Direction, Entry, NewFlight},
    formality::Formality::{AirManifest, CrewList, FlightDeclaration, PassengerList},
};

use super::scene::{CARRIER, Scene, at, count, filed, grant, new, profile, ruled, state};

const CUSTOMS: &str = "organ:customs";
const BORDER: &str = "organ:border";
const AIRPORT: &str = "organ:airport_group";

fn healthy() -> Act {
    filed(
        FlightDeclaration,
        &[("illness", false.into()), ("other_condition", false.into()), ("persons_crew", 6.into())],
    )
}

fn all_filed(scene: &mut Scene) {
    scene.must(CARRIER, &healthy());
    scene.must(CARRIER, &filed(CrewList, &[]));
    scene.must(CARRIER, &filed(PassengerList, &[]));
}

fn all_granted(scene: &mut Scene) {
    for (organ, formality) in [
        (CUSTOMS, FlightDeclaration),
        (BORDER, FlightDeclaration),
        (BORDER, CrewList),
        (BORDER, PassengerList),
        (CUSTOMS, PassengerList),
    ] {
        if scene.flight.review(formality, &organ[6..]).is_some() {
            scene.must(organ, &grant(formality));
        }
    }
}

#[test]
fn a_passenger_flight_is_cleared_on_documents_before_it_lands() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    assert_eq!(scene.due(), ["flight_declaration", "crew_list", "passenger_list"]);
    assert_eq!((scene.status(), scene.flight.holder()), ("announced", "firm"));
    let by = scene.flight.due[0].by.expect("a limit");
    assert_eq!(by, at("2026-03-20T13:30+08:00"));
    all_filed(&mut scene);
    assert_eq!((scene.status(), scene.flight.holder()), ("in_review", "customs"));
    all_granted(&mut scene);
    assert_eq!((scene.status(), scene.flight.holder()), ("cleared", ""));
    scene.must(AIRPORT, &Act::Stand { stand: "21".to_owned(), used: None });
    assert_eq!(scene.flight.stand(), Some("21"));
    assert_eq!(scene.refused(CARRIER, &Act::Open("persons".to_owned())), "PQ-FLIGHT-007");
    scene.lands();
    scene.must(AIRPORT, &Act::Open("persons".to_owned()));
    assert!(scene.flight.clocks().is_empty());
}

#[test]
fn with_somebody_ill_customs_boards_first_and_nobody_leaves_before() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    all_filed(&mut scene);
    all_granted(&mut scene);
    let ill = filed(FlightDeclaration, &[("illness", true.into()), ("cases", 1.into())]);
    assert_eq!(scene.must(CARRIER, &ill), ["flight.filed", "flight.assessed"]);
    assert_eq!((scene.status(), scene.flight.holder()), ("quarantine", "customs"));
    assert!(scene.flight.review(FlightDeclaration, "border").is_some_and(|review| review.reopened));
    assert_eq!(scene.refused(CUSTOMS, &Act::Board(ruled(true))), "PQ-FLIGHT-007", "not landed");
    scene.lands();
    for what in ["persons", "goods"] {
        assert_eq!(scene.refused(AIRPORT, &Act::Open(what.to_owned())), "PQ-FLIGHT-008");
    }
    assert_eq!(scene.refused(CUSTOMS, &Act::FreePratique(ruled(true))), "PQ-FLIGHT-009");
    assert_eq!(scene.refused(BORDER, &Act::Board(ruled(true))), "PQ-FLIGHT-001");
    scene.must(CUSTOMS, &Act::Board(ruled(true)));
    assert_eq!(scene.refused(AIRPORT, &Act::Open("persons".to_owned())), "PQ-FLIGHT-008");
    scene.must(CUSTOMS, &Act::FreePratique(ruled(true)));
    scene.must(AIRPORT, &Act::Open("persons".to_owned()));
    assert_eq!(scene.status(), "in_review", "the declaration is looked at again");
    scene.must(CUSTOMS, &grant(FlightDeclaration));
    scene.must(BORDER, &grant(FlightDeclaration));
    assert_eq!(scene.status(), "cleared");
}

#[test]
fn documents_may_suffice_and_customs_board_on_a_ground_all_the_same() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    all_filed(&mut scene);
    scene.lands();
    let groundless = domain::flight::Ruled { words: None, ..ruled(true) };
    assert_eq!(scene.refused(CUSTOMS, &Act::Board(groundless)), "PQ-FLIGHT-011");
    scene.must(CUSTOMS, &Act::Board(ruled(true)));
    assert_eq!(scene.status(), "quarantine");
    assert_eq!(scene.refused(AIRPORT, &Act::Open("goods".to_owned())), "PQ-FLIGHT-008");
}

#[test]
fn in_the_epidemic_every_flight_from_abroad_was_boarded() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    assert!(scene.flight.quarantine.demanded.is_none());
    scene = Scene { now: at("2020-03-28T06:00+08:00"), flight: Default::default(), journal: Vec::new() };
    let flight = domain::flight::NewFlight {
        day: "2020-03-28".parse().expect("a day"),
        scheduled: at("2020-03-28T14:00+08:00"),
        ..new(Direction::Arrival, "passenger", "scheduled")
    };
    scene.must(CARRIER, &Act::Announce(Box::new(flight)));
    assert_eq!(scene.flight.quarantine.demanded.as_ref().map(|demand| demand.rule.row.as_str()), Some("epidemic-2020"));
}

#[test]
fn a_freighters_crew_that_stays_airside_files_nothing_until_it_leaves() {
    let flight = domain::flight::NewFlight {
        flies_on: Some("CZ6103".to_owned()),
        ..new(Direction::Arrival, "freighter", "scheduled")
    };
    let mut scene = Scene::announced(flight);
    assert_eq!(scene.due(), ["flight_declaration", "air_manifest"]);
    assert_eq!(scene.refused(CARRIER, &filed(CrewList, &[])), "PQ-FLIGHT-005");
    scene.must(CARRIER, &healthy());
    scene.must(CARRIER, &filed(AirManifest, &[("air_waybills", 3.into())]));
    for organ in [CUSTOMS, BORDER] {
        scene.must(organ, &grant(FlightDeclaration));
    }
    scene.must(CUSTOMS, &grant(AirManifest));
    assert_eq!(scene.status(), "cleared");
    scene.lands();
    assert_eq!(scene.must(CARRIER, &Act::LeaveAirside), ["flight.left_airside", "flight.assessed"]);
    assert_eq!(scene.due(), ["flight_declaration", "crew_list", "air_manifest"]);
    assert_eq!((scene.status(), scene.flight.holder()), ("announced", "firm"));
}

#[test]
fn a_diverted_flight_has_two_hours_from_its_landing() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "diversion"));
    scene.lands();
    let by = scene.flight.due[0].by.expect("a limit");
    assert_eq!(by, at("2026-03-20T16:02+08:00"));
    scene.now = at("2026-03-20T17:00+08:00");
    let told = scene.must(CARRIER, &healthy());
    assert_eq!(told.iter().filter(|kind| **kind == "flight.limit_passed").count(), 3, "{told:?}");
    assert_eq!(scene.flight.breaches.len(), 3, "a breach stays");
    assert_eq!(scene.refused(CARRIER, &Act::Divert("KRICN".to_owned())), "PQ-FLIGHT-002");
}

#[test]
fn a_flight_that_goes_elsewhere_is_over_and_leaves_no_clock() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    assert_eq!(scene.refused(CARRIER, &Act::Divert("CNDLC".to_owned())), "PQ-FLIGHT-004");
    scene.must(AIRPORT, &Act::Divert("CNSHE".to_owned()));
    assert_eq!((scene.status(), scene.flight.clocks().len()), ("diverted", 0));
    assert_eq!(scene.refused(CARRIER, &healthy()), "PQ-FLIGHT-003");
}

#[test]
fn who_turns_back_is_decided_on_again() {
    let mut scene = Scene::announced(new(Direction::Departure, "passenger", "scheduled"));
    all_filed(&mut scene);
    all_granted(&mut scene);
    scene.now = at("2026-03-20T14:30+08:00");
    scene.must(CARRIER, &state("take_off", "actual", at("2026-03-20T14:20+08:00")));
    assert_eq!(scene.status(), "departed");
    assert!(scene.flight.uncleared.is_empty());
    scene.now = at("2026-03-20T15:30+08:00");
    scene.must(AIRPORT, &Act::Return);
    assert_eq!(scene.status(), "in_review");
    assert!(scene.flight.reviews.iter().all(|review| review.reopened));
    all_granted(&mut scene);
    assert_eq!(scene.status(), "cleared");
    scene.now = at("2026-03-20T17:00+08:00");
    scene.must(CARRIER, &state("take_off", "actual", at("2026-03-20T16:50+08:00")));
    assert_eq!(scene.status(), "departed");
}

#[test]
fn who_takes_off_uncleared_is_recorded_as_such() {
    let mut scene = Scene::announced(new(Direction::Departure, "passenger", "scheduled"));
    scene.now = at("2026-03-20T14:30+08:00");
    let kinds = scene.must(CARRIER, &state("take_off", "actual", at("2026-03-20T14:20+08:00")));
    assert!(kinds.contains(&"flight.departed_uncleared"), "{kinds:?}");
    assert_eq!(count(&scene.journal, |entry| matches!(entry, Entry::DepartedUncleared)), 1);
}

#[test]
fn a_hold_says_why_and_is_lifted_by_who_placed_it() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    all_filed(&mut scene);
    all_granted(&mut scene);
    assert_eq!(scene.refused(BORDER, &Act::Hold(domain::flight::Ruled::default())), "PQ-FLIGHT-011");
    assert_eq!(scene.refused(AIRPORT, &Act::Hold(ruled(false))), "PQ-FLIGHT-001");
    scene.must(BORDER, &Act::Hold(ruled(false)));
    assert_eq!((scene.status(), scene.flight.holder()), ("held", "border"));
    assert_eq!(scene.refused(CUSTOMS, &Act::Lift), "PQ-FLIGHT-001");
    scene.lands();
    assert_eq!(scene.refused(AIRPORT, &Act::Open("persons".to_owned())), "PQ-FLIGHT-010");
    scene.must(BORDER, &Act::Lift);
    assert_eq!(scene.status(), "cleared");
}

#[test]
fn what_is_no_flight_is_refused_where_it_is_wrong() {
    let try_it = |change: &dyn Fn(&mut domain::flight::NewFlight)| {
        let mut flight = new(Direction::Arrival, "passenger", "scheduled");
        change(&mut flight);
        let mut scene = Scene { flight: Default::default(), journal: Vec::new(), now: at("2026-03-20T06:00+08:00") };
        scene.tries(CARRIER, &Act::Announce(Box::new(flight)))
    };
    assert!(try_it(&|_| {}).is_ok());
    for designator in ["", "CZ", "6102", "C", "CZ61025", "cz6102", "CZ6102AB", "南航610"] {
        assert_eq!(
            try_it(&|flight| flight.designator = designator.to_owned()),
            Err("PQ-FLIGHT-004".to_owned()),
            "{designator}"
        );
    }
    for designator in ["CZ6102", "3U8888", "CSN6102", "CA1", "NH905A"] {
        assert!(try_it(&|flight| flight.designator = designator.to_owned()).is_ok(), "{designator}");
    }
    assert_eq!(try_it(&|flight| flight.service = "ferry".to_owned()), Err("PQ-FLIGHT-004".to_owned()));
    assert_eq!(try_it(&|flight| flight.other = "CNDLC".to_owned()), Err("PQ-FLIGHT-004".to_owned()));
    assert_eq!(try_it(&|flight| flight.firm = "other".to_owned()), Err("PQ-FLIGHT-001".to_owned()));
}

#[test]
fn air_waybills_have_a_check_digit() {
    use domain::reference::air_waybill::air_waybill;
    assert_eq!(air_waybill(" 784 1234 5675 ").as_deref(), Some("784-12345675"));
    assert_eq!(air_waybill("784-12345675").as_deref(), Some("784-12345675"));
    for wrong in ["784-12345674", "784-1234567", "78A-12345675", "", "784-123456755"] {
        assert_eq!(air_waybill(wrong), None, "{wrong}");
    }
}

#[test]
fn two_aircraft_that_need_one_stand_at_once_are_in_each_others_way() {
    let stand = |direction, number: &str, registration: &str, scheduled: &str| {
        let of = new(direction, "passenger", "scheduled");
        let (number, registration) = (number.to_owned(), registration.to_owned());
        let mut scene = Scene::announced(NewFlight { number, registration, scheduled: at(scheduled), ..of });
        scene.must(AIRPORT, &Act::Stand { stand: "21".to_owned(), used: None });
        scene.flight
    };
    let first = stand(Direction::Arrival, "2026-DAL-F000001", "B-32A1", "2026-03-20T14:00+08:00");
    let soon = stand(Direction::Departure, "2026-DAL-F000002", "B-9999", "2026-03-20T15:30+08:00");
    let later = stand(Direction::Departure, "2026-DAL-F000003", "B-9999", "2026-03-20T17:00+08:00");
    let same = stand(Direction::Departure, "2026-DAL-F000004", "B-32A1", "2026-03-20T15:30+08:00");
    let way = |other| (first.is_in_the_way_of(other, profile()), other.is_in_the_way_of(&first, profile()));
    assert_eq!(first.stand_use(profile()), Some((at("2026-03-20T13:50+08:00"), at("2026-03-20T15:15+08:00"))));
    assert_eq!([way(&soon), way(&later), way(&same)], [(true, true), (false, false), (false, false)]);
    let without = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    assert_eq!(without.flight.stand_use(profile()), None, "without a stand it needs none");
}

#[test]
fn a_stand_is_used_as_the_airport_states_it() {
    let mut scene = Scene::announced(new(Direction::Arrival, "passenger", "scheduled"));
    let (from, until) = (at("2026-03-20T13:00+08:00"), at("2026-03-20T18:00+08:00"));
    let given = |used| Act::Stand { stand: "21".to_owned(), used };
    assert_eq!(scene.refused(AIRPORT, &given(Some((until, from)))), "PQ-FLIGHT-025");
    scene.must(AIRPORT, &given(None));
    let reckoned = scene.flight.stand_use(profile()).expect("reckoned by the table");
    assert!(!scene.flight.misses_its_stand());
    scene.must(AIRPORT, &given(Some((from, until))));
    assert_eq!(scene.flight.stand_use(profile()), Some((from, until)));
    // It comes later than the airport reckoned with: the stand is no longer kept for it.
    let late = at("2026-03-20T19:00+08:00");
    scene.must(CARRIER, &Act::State { event: "landing".to_owned(), kind: "estimated".to_owned(), time: late });
    assert!(scene.flight.misses_its_stand());
    assert_eq!(scene.flight.stand_use(profile()), Some((from, until)), "what is stated stands until it is stated anew");
    scene.must(AIRPORT, &given(None));
    assert!(scene.flight.stand_use(profile()).is_some_and(|of| of != reckoned) && !scene.flight.misses_its_stand());
}
