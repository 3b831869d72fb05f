//! Sample flights of a day, each brought to a state of its own by those who would bring it there.

use domain::{
    Instant, Value,
    flight::{Direction, NewFlight},
    formality::Formality,
    ship_call::Party,
};
use office::{Actor, Error, FlightAct, Office, Request, Role};

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;
const CARRIER: &str = "sample-airline-f";

/// A sample flight: hours from now to its time, and how far it has come.
struct Scene {
    designator: &'static str,
    direction: Direction,
    in_hours: i64,
    service: &'static str,
    nature: &'static str,
    flies_on: Option<&'static str>,
    ill: bool,
    reach: Reach,
}

/// How far a flight has come.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Reach {
    Announced,
    Filed,
    Landed,
    Boarded,
    Cleared,
}

/// Makes the sample flights.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    for scene in scenes() {
        play(office, clock, &scene).await?;
    }
    clock.shift(0);
    Ok(())
}

fn scenes() -> Vec<Scene> {
    let scene = |designator, direction, in_hours, service, reach| Scene {
        designator,
        direction,
        in_hours,
        service,
        nature: "scheduled",
        flies_on: None,
        ill: false,
        reach,
    };
    use Direction::{Arrival, Departure};
    vec![
        scene("ZZ6101", Arrival, 3, "passenger", Reach::Announced),
        scene("ZZ6103", Arrival, 2, "passenger", Reach::Filed),
        scene("ZZ6105", Arrival, -2, "passenger", Reach::Cleared),
        Scene { ill: true, ..scene("ZZ6107", Arrival, -1, "passenger", Reach::Boarded) },
        Scene { flies_on: Some("ZZ7202"), ..scene("ZZ7201", Arrival, -1, "freighter", Reach::Cleared) },
        Scene { nature: "diversion", ..scene("ZZ6190", Arrival, -1, "passenger", Reach::Landed) },
        scene("ZZ6102", Departure, 4, "passenger", Reach::Filed),
        scene("ZZ7202", Departure, 5, "freighter", Reach::Announced),
    ]
}

async fn play(office: &Office, clock: &Clock, scene: &Scene) -> Result<(), Error> {
    clock.shift(-6 * HOUR);
    let scheduled = office.now().0 + (6 + scene.in_hours) * HOUR;
    let scheduled = Instant(scheduled - scheduled.rem_euclid(HOUR / 12));
    let carrier = person(Party::Firm(CARRIER.to_owned()), Role::Agent);
    let flight = NewFlight {
        firm: CARRIER.to_owned(),
        direction: scene.direction,
        designator: scene.designator.to_owned(),
        day: scheduled.date(&office.profile.zone),
        registration: "B-0000".to_owned(),
        other: "KRICN".to_owned(),
        service: scene.service.to_owned(),
        nature: scene.nature.to_owned(),
        flies_on: scene.flies_on.map(str::to_owned),
        scheduled,
        ..NewFlight::default()
    };
    let number = office.announce_flight(&carrier, flight, &request(scene, "announce")).await?.number;
    if scene.reach >= Reach::Filed && scene.reach != Reach::Landed {
        clock.shift(-5 * HOUR);
        for due in office.flight(&carrier, &number).await?.flight.due {
            let found = office.flight(&carrier, &number).await?;
            let content = content(scene, due.formality);
            let request = request(scene, due.formality.code());
            office.file_for_flight(&carrier, &found, (due.formality, content), &request).await?;
        }
    }
    let airport = person(Party::Organ("airport_group".to_owned()), Role::Operator);
    let stand = format!("{}", 10 + scene.designator.bytes().map(u32::from).sum::<u32>() % 20);
    office
        .do_on_flight(&airport, &number, &FlightAct::Stand { stand, from: None, until: None }, &request(scene, "stand"))
        .await?;
    if scene.reach >= Reach::Landed {
        clock.shift(scene.in_hours * HOUR);
        let landing = FlightAct::State { event: "landing".to_owned(), kind: "actual".to_owned(), time: office.now() };
        office.do_on_flight(&carrier, &number, &landing, &request(scene, "landing")).await?;
    }
    if scene.reach == Reach::Boarded {
        let board = FlightAct::Board { words: String::new(), law: String::new() };
        office.do_on_flight(&officer("customs"), &number, &board, &request(scene, "board")).await?;
    }
    if scene.reach == Reach::Cleared {
        let reviews = office.flight(&carrier, &number).await?.flight.reviews;
        for review in reviews {
            let request = request(scene, &format!("{}-{}", review.organ, review.formality.code()));
            let grant = FlightAct::Grant { formality: review.formality, words: String::new() };
            office.do_on_flight(&officer(&review.organ), &number, &grant, &request).await?;
        }
    }
    Ok(())
}

fn content(scene: &Scene, of: Formality) -> Value {
    let text = |text: &str| Value::from(text);
    let person = |nth: i64, rank: Option<&str>| {
        let mut person = Value::from([
            ("family_name", text("SAMPLE")),
            ("given_names", text(&format!("PERSON {}", ["ONE", "TWO", "THREE", "FOUR"][nth as usize % 4]))),
            ("nationality", text("CHN")),
            ("date_of_birth", text(&format!("198{}-04-03", nth % 10))),
            ("gender", text(if nth % 2 == 0 { "F" } else { "M" })),
            ("document_type", text("P")),
            ("document_number", text(&format!("E0000000{nth}"))),
            ("document_issuer", text("CHN")),
            ("document_expiry", text("2035-01-01")),
            ("place_of_birth", text("DALIAN")),
        ]);
        if let Some(rank) = rank {
            person.set("/rank", text(rank));
        }
        person
    };
    match of {
        Formality::CrewList => {
            let ranks = ["CAPTAIN", "FIRST OFFICER", "CABIN CREW"];
            let members = ranks.iter().enumerate().map(|(nth, rank)| person(nth as i64, Some(rank))).collect();
            Value::from([("members", Value::List(members))])
        }
        Formality::PassengerList => {
            let passenger = |nth: i64| {
                let mut passenger = person(nth + 3, None);
                passenger.set("/port_of_embarkation", text("KRICN"));
                passenger.set("/port_of_disembarkation", text("CNDLC"));
                passenger.set("/transit", Value::Bool(false));
                passenger
            };
            Value::from([("passengers", Value::List((0..4_i64).map(passenger).collect()))])
        }
        Formality::AirManifest => {
            let waybill = |number: &str, pieces: i64| {
                Value::from([
                    ("number", text(number)),
                    ("pieces", pieces.into()),
                    ("weight", 180.into()),
                    ("goods", text("SAMPLE GOODS")),
                ])
            };
            let list = vec![waybill("784-12345675", 12), waybill("784-12345686", 3)];
            Value::from([("waybills", Value::List(list))])
        }
        _ => {
            let place = |code: &str| Value::from([("place", text(code))]);
            let arrives = scene.direction == Direction::Arrival;
            let route = if arrives { ["KRICN", "CNDLC"] } else { ["CNDLC", "KRICN"] };
            let passengers = if scene.service == "passenger" { 4 } else { 0 };
            let mut content = Value::from([
                ("route", Value::List(route.into_iter().map(place).collect())),
                ("crew", 3.into()),
                ("passengers_disembarking", if arrives { passengers } else { 0 }.into()),
                ("passengers_embarking", if arrives { 0 } else { passengers }.into()),
                ("passengers_through", 0.into()),
                ("illness", scene.ill.into()),
                ("other_condition", false.into()),
                ("commander", text("SAMPLE PERSON ONE")),
            ]);
            if scene.ill {
                let case = Value::from([
                    ("seat", text("12A")),
                    ("symptoms", text("fever 38.6")),
                    ("name", text("SAMPLE PERSON")),
                ]);
                content.set("/cases", Value::List(vec![case]));
            }
            content
        }
    }
}

fn request(scene: &Scene, what: &str) -> Request {
    let key = format!("sample-{}-{what}", scene.designator);
    Request::new("sample flight", Some(key.clone()), key.as_bytes(), "page")
}

fn officer(organ: &str) -> Actor {
    person(Party::Organ(organ.to_owned()), Role::Officer)
}

fn person(party: Party, role: Role) -> Actor {
    let person = "sample".to_owned();
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}
