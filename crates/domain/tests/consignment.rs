//! Consignments, tried with acts in any order by anybody: nothing leaves that customs, the carrier and the terminal do not all
//! let go, or that an organ wants to look into; nothing leaves twice, and no truck fetches what another has. A time of a joint
//! inspection fits everybody whom it is proposed to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use domain::{
    Instant,
    calendar::elapsed,
    consignment::{
        Act, Appointment, Boxed, Consignment, Customs, Entry, NewConsignment, Passage, Record, Room, Told, Wanted,
    },
    manifest::{Mode, Units},
    matter::{Actor, Context, Matter, Party},
    profile::Profile,
};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use rules::Table;

fn profile() -> Profile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let tables = [
        "release-certificates",
        "inspection-results",
        "joint-inspection-grounds",
        "joint-inspection-reasons",
        "joint-inspection-rules",
    ];
    let table = |name: &str| {
        let table = Table::parse(&read(&format!("tables/{name}.table.md"))).0.expect("a table");
        (name.to_owned(), table)
    };
    let calendar =
        |name: &str| (name.to_owned(), toml::from_str(&read(&format!("calendars/{name}.toml"))).expect("a calendar"));
    Profile {
        tables: tables.map(table).into(),
        calendars: ["round-the-clock", "office-hours"].map(calendar).into(),
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        organs: Vec::new(),
        berths: Vec::new(),
        assertions: BTreeMap::new(),
        laws: Vec::new(),
        register: Default::default(),
        bases: Default::default(),
    }
}

/// 24 November 2026, ten in the morning of the port.
const NOW: i64 = 1_795_485_600_000_000;
const PARTIES: [&str; 8] = [
    "firm:carrier",
    "firm:buyer",
    "firm:other",
    "organ:customs",
    "organ:port_group",
    "organ:msa",
    "organ:border",
    "firm:tally",
];
const BOX: &str = "CSQU3054383";

fn actor(party: &str) -> Actor {
    let party = match party.split_once(':') {
        Some(("firm", firm)) => Party::Firm(firm.to_owned()),
        Some((_, organ)) => Party::Organ(organ.to_owned()),
        None => Party::Clock,
    };
    Actor { party, person: "p".to_owned(), on_behalf: None }
}

fn manifested() -> Act {
    let boxed = Boxed { number: BOX.to_owned(), seal: "S".to_owned(), packages: 6, weight: 600.into() };
    Act::Manifest(Box::new(NewConsignment {
        number: "2026-DAL-C000001-0001".to_owned(),
        manifest: "2026-DAL-C000001".to_owned(),
        carrier: "carrier".to_owned(),
        mode: Mode::Sea,
        direction: "import".to_owned(),
        conveyance: "2026-DAL-000001".to_owned(),
        units: Units { decides: "customs".into(), terminal: "port_group".into(), certificate: "release".into() },
        told: Told {
            master: "M1".to_owned(),
            packages: 10,
            boxes: vec![boxed],
            firms: ["buyer".to_owned()].into(),
            dangerous: ["1203".to_owned()].into(),
            ..Told::default()
        },
        document: "d".to_owned(),
    }))
}

/// What leaves room for a look: goods that are there soon, and a yard that others use.
fn room(now: Instant, choice: u32) -> Room {
    let there = (!choice.is_multiple_of(7)).then(|| now.plus_hours(i64::from(choice % 5)));
    let taken = vec![(now.plus_hours(4), now.plus_hours(9), i64::from(choice % 8))];
    Room { yard: "Dayaowan".to_owned(), there, leaves: Some(now.plus_hours(60)), taken }
}

fn act(kind: u8, choice: u32, now: Instant, customs: Customs) -> Act {
    let serial = choice % 3 + 1;
    match kind {
        0 => Act::Arrive { yard: "Dayaowan".to_owned() },
        1 => Act::Tally { packages: [10, 9, 11][choice as usize % 3], damaged: i64::from(choice % 2) },
        2 => Act::Answer { question: serial, words: "w".to_owned() },
        3 => Act::Settle { question: serial },
        4 => Act::Declare { declaration: format!("D{serial}"), firm: "buyer".to_owned() },
        5 => Act::Order { to: "buyer".to_owned(), until: now.plus_hours([1, 48, 200][choice as usize % 3]) },
        6 => Act::Recall,
        7 => Act::Release,
        8 => Act::Withhold,
        9 | 10 => Act::Book(Wanted {
            container: if choice.is_multiple_of(2) { BOX.to_owned() } else { String::new() },
            packages: [None, Some(2), Some(6)][choice as usize % 3],
            haulier: "H".to_owned(),
            plate: "辽B12345".to_owned(),
            from: now.plus_hours(i64::from(choice % 30)),
            taken: 0,
        }),
        11 => Act::Cancel { slot: serial },
        12 | 13 => Act::Certify { slot: serial, customs },
        14 => Act::Revoke { certificate: serial, ground: "lost".to_owned() },
        15 => Act::CloseAlarm { words: "w".to_owned() },
        19 => Act::WantLook {
            ground: ["dangerous", "stowaway", "order", "quarantine"][choice as usize % 4].to_owned(),
            containers: if choice.is_multiple_of(2) { [BOX.to_owned()].into() } else { BTreeSet::new() },
            customs,
            room: room(now, choice),
        },
        20 | 21 => Act::AcceptLook,
        22 => Act::MoveLook {
            reason: ["officers", "weather", "not_needed", "attendance"][choice as usize % 4].to_owned(),
            after: choice.is_multiple_of(3).then(|| now.plus_hours(5)),
            room: room(now, choice),
        },
        23 => Act::ProposeLook { room: room(now, choice) },
        24 => Act::Look { found: ["as_declared", "differs"][choice as usize % 2].to_owned(), words: None },
        25 => Act::EndLook { found: String::new() },
        26 => Act::Appoint { firm: "tally".to_owned() },
        _ => Act::Pass {
            certificate: serial,
            passage: Passage {
                id: format!("p{choice}"),
                at: now,
                gate: "yard:Dayaowan".to_owned(),
                ..Passage::default()
            },
            customs,
        },
    }
}

/// A time fits: it is to come, the goods are there, everybody works all the while, and the yard has moves left.
fn fits(
    profile: &Profile,
    of: &Consignment,
    proposed: &Appointment,
    room: &Room,
    now: Instant,
) -> Result<(), TestCaseError> {
    prop_assert!(proposed.from >= now.plus_hours(4), "without notice");
    prop_assert!(room.there.is_some_and(|there| proposed.from >= there.plus_hours(6)), "before the goods are there");
    for want in of.joint.wants.values() {
        let calendar = &profile.calendars[&want.calendar];
        let worked = elapsed(proposed.from.timestamp(), proposed.until.timestamp(), calendar);
        prop_assert_eq!(i128::from(proposed.until.0 - proposed.from.0), worked.as_micros(), "somebody does not work");
    }
    let beside: i64 = room
        .taken
        .iter()
        .filter(|(from, until, _)| *from < proposed.until && proposed.from < *until)
        .map(|of| of.2)
        .sum();
    prop_assert!(beside == 0 || beside + proposed.boxes <= 6, "more boxes out than the yard has");
    Ok(())
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_leaves_that_is_not_let_go(
        steps in vec((0u8..27, 0usize..8, any::<u32>(), 0i64..4, any::<bool>()), 1..80),
    ) {
        let profile = profile();
        let mut now = Instant(NOW);
        let mut of = Consignment::default();
        let mut journal: Vec<Record> = Vec::new();
        let carrier = actor("firm:carrier");
        journal.extend(of.act(&manifested(), &Context { now, profile: &profile, actor: &carrier }, "page").unwrap());
        for (kind, party, choice, hours, may_go) in steps {
            now = now.plus_hours(hours);
            // Mostly by the one whose it is, so that much of it comes about; and by anybody.
            let theirs = match kind {
                0 | 1 | 7 | 8 | 16..=18 => 4,
                2 | 4 | 9..=14 => 1,
                5 | 6 => 0,
                19..=24 => 3 + (choice as usize / 8) % 4,
                _ => 3,
            };
            let actor = actor(PARTIES[if choice.is_multiple_of(5) { party } else { theirs }]);
            let customs = Customs { may_go, examines: !may_go };
            let (before, wanted) = (of.clone(), act(kind, choice, now, customs));
            match of.act(&wanted, &Context { now, profile: &profile, actor: &actor }, "page") {
                Err(_) => prop_assert_eq!(&of, &before, "a refused act changes nothing"),
                Ok(records) => {
                    for record in &records {
                        match &record.entry {
                            Entry::Certified { slot, .. } => {
                                prop_assert!(before.may_leave(customs, now), "certified while something holds it");
                                let twice = before.certificates.values().any(|of| of.slot == *slot && of.revoked.is_none());
                                prop_assert!(!twice, "two certificates for one truck");
                            }
                            Entry::GateOut { certificate, .. } => {
                                prop_assert!(may_go, "left without customs");
                                prop_assert!(before.certificates[certificate].is_open(), "left twice");
                                prop_assert!(before.order(now).is_some(), "left without an order");
                                prop_assert!(before.release().is_some(), "left without the terminal");
                                prop_assert!(before.joint.wants.is_empty(), "left before an organ had looked");
                            }
                            Entry::Tallied { .. } => {
                                let named = before.tallies.as_deref() == Some("tally");
                                prop_assert!(actor.party != Party::Firm("tally".to_owned()) || named, "counted unasked");
                                prop_assert!(actor.party != Party::Firm("buyer".to_owned()), "counted by the buyer");
                            }
                            Entry::LookProposed(proposed) => {
                                let (Act::WantLook { room, .. } | Act::MoveLook { room, .. } | Act::ProposeLook { room }) =
                                    &wanted
                                else {
                                    return Err(TestCaseError::fail("proposed by another act"));
                                };
                                fits(&profile, &of, proposed, room, now)?;
                            }
                            _ => {}
                        }
                    }
                    journal.extend(records);
                }
            }
            for container in [BOX, ""] {
                let whole = of.packages_of(container).unwrap_or_default();
                prop_assert!(of.spoken_for(container) <= whole, "more is spoken for than there is");
            }
            if of.order(now).is_none() || of.release().is_none() {
                let standing = of.certificates.values().filter(|one| one.is_open() && one.until > now).count();
                let lapsed = of.orders.last().is_some_and(|order| order.revoked_at.is_none());
                prop_assert!(standing == 0 || lapsed, "a certificate outlived what it rests on");
            }
        }
        prop_assert_eq!(&Consignment::fold(&journal), &of, "folded alike");
    }
}

#[test]
fn one_time_is_proposed_that_fits_everybody_and_moved_for_a_listed_reason() {
    let profile = profile();
    let (mut of, now) = (Consignment::default(), Instant(NOW));
    let mut act = |party: &str, act: &Act, at: Instant| {
        let actor = actor(party);
        let done = of.act(act, &Context { now: at, profile: &profile, actor: &actor }, "page");
        done.map(|_| of.clone()).map_err(|fault| fault.code)
    };
    let room = || Room { yard: "Dayaowan".to_owned(), there: Some(now), ..Room::default() };
    let local = |at: Instant| profile.zone.to_datetime(at.timestamp()).strftime("%a %H:%M").to_string();
    let want = |ground: &str| {
        let customs = Customs { examines: true, ..Customs::default() };
        Act::WantLook { ground: ground.to_owned(), containers: BTreeSet::new(), customs, room: room() }
    };
    act("organ:customs", &manifested(), now).expect("manifested");
    let seen = act("organ:border", &want("stowaway"), now).expect("wanted");
    // Tuesday ten in the morning: with notice and the box out, at four.
    assert_eq!(local(seen.joint.appointment.expect("a time").from), "Tue 16:00");
    assert_eq!(seen.seen_by, ["border".to_owned(), "msa".to_owned()].into());
    // Customs needs two hours of office time, and the office closes at five.
    let seen = act("organ:customs", &want("order"), now).expect("wanted");
    let standing = seen.joint.appointment.expect("a time");
    assert_eq!((local(standing.from), local(standing.until)), ("Wed 08:30".to_owned(), "Wed 10:30".to_owned()));
    // An organ that fits into it moves nothing.
    act("organ:port_group", &Act::AcceptLook, now).expect("accepted");
    let seen = act("organ:msa", &want("dangerous"), now).expect("wanted");
    let standing = seen.joint.appointment.as_ref().expect("a time");
    assert_eq!((local(standing.from), standing.accepted.len()), ("Wed 08:30".to_owned(), 1));
    assert!(seen.joint.agreed("port_group").is_none());
    assert_eq!(seen.joint.unanswered("port_group"), ["border", "customs", "msa"]);
    // Moved for a reason that its side has, and no other; then everybody is asked anew.
    let moved = |reason: &str| Act::MoveLook { reason: reason.to_owned(), after: None, room: room() };
    assert_eq!(act("organ:msa", &moved("equipment"), now).unwrap_err(), "PQ-CARGO-043");
    assert_eq!(act("firm:other", &moved("attendance"), now).unwrap_err(), "PQ-CARGO-001");
    let seen = act("firm:buyer", &moved("attendance"), now).expect("moved");
    assert_eq!(local(seen.joint.appointment.as_ref().expect("a time").from), "Wed 13:00");
    assert!(seen.joint.appointment.expect("a time").accepted.is_empty());
    for party in ["organ:border", "organ:customs", "organ:msa", "organ:port_group"] {
        act(party, &Act::AcceptLook, now).expect(party);
    }
    let look = |found: &str| Act::Look { found: found.to_owned(), words: None };
    assert_eq!(act("organ:msa", &look("as_declared"), now).unwrap_err(), "PQ-CARGO-042", "before its time");
    let then = now.plus_hours(28);
    assert_eq!(
        act("organ:customs", &look("as_declared"), then).unwrap_err(),
        "PQ-CARGO-045",
        "said on its declaration"
    );
    let seen = act("organ:msa", &look("differs"), then).expect("looked");
    assert!(seen.joint.wants["msa"].looked_at.is_some(), "what is not settled stays");
    act("organ:msa", &look("as_declared"), then).expect("looked");
    act("organ:border", &moved("not_needed"), then).expect("left");
    let seen = act("clock", &Act::EndLook { found: "as_declared".to_owned() }, then).expect("ended");
    assert!(!seen.joint.is_open() && seen.joint.appointment.is_none());
}
