//! Consignments, tried with acts in any order by anybody: nothing leaves that customs, the carrier and the terminal do not all
//! let go, nothing leaves twice, and no truck fetches what another has.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    Instant,
    consignment::{Act, Boxed, Consignment, Customs, Entry, NewConsignment, Passage, Record, Told, Wanted},
    manifest::{Mode, Units},
    matter::{Actor, Context, Matter, Party},
    profile::Profile,
};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use rules::Table;

fn profile() -> Profile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let table = Table::parse(&read("tables/release-certificates.table.md")).0.expect("a table");
    Profile {
        tables: BTreeMap::from([("release-certificates".to_owned(), table)]),
        calendars: BTreeMap::from([(
            "round-the-clock".to_owned(),
            toml::from_str(&read("calendars/round-the-clock.toml")).unwrap(),
        )]),
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
const PARTIES: [&str; 5] = ["firm:carrier", "firm:buyer", "firm:other", "organ:customs", "organ:port_group"];
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
            ..Told::default()
        },
        document: "d".to_owned(),
    }))
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

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_leaves_that_is_not_let_go(
        steps in vec((0u8..19, 0usize..5, any::<u32>(), 0i64..4, any::<bool>()), 1..80),
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
                _ => 3,
            };
            let actor = actor(PARTIES[if choice.is_multiple_of(5) { party } else { theirs }]);
            let customs = Customs { may_go };
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
