//! Acts of anybody in any order: nothing clears that the journal does not prove, read from the journal alone.

use domain::{
    flight::{Act, Direction, Entry, Record},
    formality::Formality,
};
use proptest::{prelude::*, test_runner::Config};

use super::scene::{CARRIER, Scene, filed, grant, new, ruled, state};

const PARTIES: [&str; 5] = [CARRIER, "organ:customs", "organ:border", "organ:airport_group", "firm:other"];
const FORMALITIES: [Formality; 4] =
    [Formality::FlightDeclaration, Formality::CrewList, Formality::PassengerList, Formality::AirManifest];

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_clears_or_opens_that_the_journal_does_not_prove(
        departs in any::<bool>(),
        freighter in any::<bool>(),
        airside in any::<bool>(),
        steps in prop::collection::vec((0u8..16, 0usize..5, any::<u16>(), 0i64..3), 1..60),
    ) {
        let direction = if departs { Direction::Departure } else { Direction::Arrival };
        let mut flight = new(direction, if freighter { "freighter" } else { "passenger" }, "scheduled");
        flight.flies_on = (freighter && airside).then(|| "CZ6103".to_owned());
        let mut scene = Scene::announced(flight);
        for (kind, party, choice, hours) in steps {
            scene.now = scene.now.plus_hours(hours);
            let act = act(&scene, kind, choice);
            let (before, breaches) = (scene.flight.clone(), scene.flight.breaches.len());
            match scene.tries(PARTIES[party], &act) {
                Ok(kinds) => {
                    prop_assert!(!kinds.is_empty());
                    if matches!(act, Act::Open(_)) {
                        prop_assert!(quarantine_is_over(&scene.journal), "opened under quarantine");
                    }
                }
                Err(_) => prop_assert_eq!(&scene.flight, &before, "a refused act changes nothing"),
            }
            prop_assert!(scene.flight.breaches.len() >= breaches, "a breach vanished");
            prop_assert_eq!(scene.status() == "cleared", proven(&scene), "{:#?}", scene.journal);
        }
    }
}

fn act(scene: &Scene, kind: u8, choice: u16) -> Act {
    let formality = FORMALITIES[usize::from(choice) % 4];
    let yes = choice.is_multiple_of(3);
    match kind {
        0..=3 if formality == Formality::FlightDeclaration => filed(formality, &[("illness", yes.into())]),
        0..=3 => filed(formality, &[]),
        4..=8 => grant(formality),
        9 => Act::Rule { formality, ruled: ruled(false) },
        10 if yes => Act::Board(ruled(true)),
        10 => Act::FreePratique(ruled(true)),
        11 if yes => Act::Hold(ruled(false)),
        11 => Act::Lift,
        12 => Act::Open(if yes { "persons" } else { "goods" }.to_owned()),
        13 => state(["landing", "take_off"][usize::from(choice) % 2], "actual", scene.now),
        14 if yes => Act::Return,
        14 => Act::LeaveAirside,
        _ => match scene.flight.clocks().first() {
            Some((clock, due)) => Act::Fire { clock: clock.clone(), due: *due },
            None => Act::Stand { stand: "21".to_owned(), used: None },
        },
    }
}

/// Whether it is cleared, from the journal alone: each organ's last word on what the tables last said is due is a grant that
/// came after the last version and the last return, no quarantine stands, and every hold was lifted.
fn proven(scene: &Scene) -> bool {
    let journal = &scene.journal;
    let due = journal.iter().rev().find_map(|record| match &record.entry {
        Entry::Assessed { assessed, .. } => Some(&assessed.due),
        _ => None,
    });
    let Some(due) = due else { return false };
    let decided = due.iter().all(|due| {
        let last_version =
            position(journal, |entry| matches!(entry, Entry::Filed { filed, .. } if filed.formality == due.formality));
        let returned = position(journal, |entry| matches!(entry, Entry::Returned));
        last_version.is_some()
            && due.organs.iter().all(|organ| {
                let word = journal.iter().enumerate().rev().find_map(|(nth, record)| match &record.entry {
                    Entry::Ruled { formality, organ: by, ruled } if *formality == due.formality && by == organ => {
                        Some((nth, ruled.granted))
                    }
                    _ => None,
                });
                word.is_some_and(|(nth, granted)| granted && Some(nth) > last_version && Some(nth) > returned)
            })
    });
    let held = ["customs", "border"].iter().any(|by| {
        let placed = position(journal, |entry| matches!(entry, Entry::Held { organ, .. } if organ == by));
        let lifted = position(journal, |entry| matches!(entry, Entry::Lifted { organ } if organ == by));
        placed.is_some() && placed > lifted
    });
    let gone = scene.flight.told.direction == Direction::Departure
        && position(
            journal,
            |entry| matches!(entry, Entry::TimeStated { event, kind, .. } if event == "take_off" && kind == "actual"),
        ) > position(journal, |entry| matches!(entry, Entry::Returned));
    decided && quarantine_is_over(journal) && !held && !gone
}

fn quarantine_is_over(journal: &[Record]) -> bool {
    let begun = position(journal, |entry| matches!(entry, Entry::Boarded { .. }));
    let ended = position(journal, |entry| matches!(entry, Entry::FreePratique { .. }));
    // The last time at which the tables began to demand what they had not demanded before.
    let mut demanded = None;
    let mut before = false;
    for (nth, record) in journal.iter().enumerate() {
        if let Entry::Assessed { assessed, .. } = &record.entry {
            if assessed.demanded.is_some() && !before {
                demanded = Some(nth);
            }
            before = assessed.demanded.is_some();
        }
    }
    let still = before && demanded > ended;
    let aboard = begun.is_some() && begun > ended;
    !still && !aboard
}

fn position(journal: &[Record], is: impl Fn(&Entry) -> bool) -> Option<usize> {
    journal.iter().rposition(|record| is(&record.entry))
}
