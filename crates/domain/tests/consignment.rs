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
        is_exempt,
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
        "unclaimed-clocks",
        "return-grounds",
        "sale-grounds",
        "undeclared-goods",
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
        27 => Act::Abandon { words: "w".to_owned(), customs },
        28 => Act::AskReturn { ground: "contract".to_owned(), words: "w".to_owned(), customs },
        29 => Act::DecideReturn { granted: choice.is_multiple_of(2) },
        30 => Act::OrderReturn { ground: "prohibited".to_owned(), words: "w".to_owned() },
        31 => sell("spoiling", "100.00", customs),
        32 => Act::SendBack,
        33 => Act::Claim { words: "w".to_owned() },
        34 => Act::PayOut { reference: "T".to_owned() },
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

fn sell(ground: &str, proceeds: &str, customs: Customs) -> Act {
    let (proceeds, costs, taxes) = (proceeds.parse().unwrap(), "30.00".parse().unwrap(), "20.50".parse().unwrap());
    let on = jiff::civil::date(2026, 11, 24);
    Act::Sell { ground: ground.to_owned(), on, proceeds, costs, taxes, customs }
}

/// A consignment that is here, its journal, and what anybody does with it at an instant.
struct Here {
    of: Consignment,
    journal: Vec<Record>,
    profile: Profile,
    now: Instant,
}

impl Here {
    fn new() -> Here {
        let mut here = Here { of: Consignment::default(), journal: Vec::new(), profile: profile(), now: Instant(NOW) };
        assert!(here.by("firm:carrier", &manifested()));
        assert!(here.by("organ:port_group", &Act::Arrive { yard: "Dayaowan".to_owned() }));
        here
    }

    fn by(&mut self, party: &str, act: &Act) -> bool {
        let (actor, profile) = (actor(party), &self.profile);
        let done = self.of.act(act, &Context { now: self.now, profile, actor: &actor }, "page");
        let did = done.is_ok();
        self.journal.extend(done.unwrap_or_default());
        assert_eq!(Consignment::fold(&self.journal), self.of);
        did
    }

    fn held(&self) -> Vec<&'static str> {
        self.of.held(Customs::default(), self.now).iter().map(|held| held.what).collect()
    }
}

const NOT_LET_GO: Customs = Customs { may_go: false, examines: false, onward: false };

#[test]
fn goods_that_nobody_declares_for_three_months_are_sold_and_what_is_left_is_claimed_within_a_year() {
    let mut here = Here::new();
    let (clock, due) = here.of.clocks()[0];
    assert_eq!((clock, due.date(&here.profile.zone)), ("undeclared", jiff::civil::date(2027, 2, 24)));
    assert!(!here.by("organ:customs", &sell("undeclared", "100.00", NOT_LET_GO)), "not yet");
    let fire = |clock: &str, due| Act::Fire { clock: clock.to_owned(), due };
    assert!(!here.by("clock", &fire("undeclared", Instant(due.0 - 1))), "no other limit");
    here.now = due;
    assert!(here.by("clock", &fire("undeclared", due)) && here.held().contains(&"sale"));
    assert!(
        !here.by("organ:customs", &sell("undeclared", "100.00", Customs { may_go: true, ..Customs::default() })),
        "they are the firm's"
    );
    assert!(!here.by("organ:port_group", &sell("undeclared", "100.00", NOT_LET_GO)));
    assert!(!here.by("organ:customs", &sell("undeclared", "100.001", NOT_LET_GO)), "no money");
    assert!(here.by("organ:customs", &sell("undeclared", "100.00", NOT_LET_GO)));
    let sale = here.of.fate.sale.clone().unwrap();
    assert_eq!((here.of.state(), sale.left().to_string()), ("sold", "49.50".to_owned()));
    let claim = Act::Claim { words: "w".to_owned() };
    assert!(!here.by("firm:other", &claim) && !here.by("firm:carrier", &claim), "whose they were");
    let (_, until) = here.of.clocks()[0];
    here.now = Instant(until.0 - 1);
    assert!(here.by("firm:buyer", &claim) && !here.by("firm:buyer", &claim));
    assert!(here.by("organ:customs", &Act::PayOut { reference: "T-1".to_owned() }));
    assert_eq!((here.held(), here.of.holder()), (vec![], ""));

    // Too late nothing is claimed, and a loss leaves nothing.
    let mut here = Here::new();
    assert!(here.by("organ:customs", &sell("spoiling", "100.00", NOT_LET_GO)), "what does not keep is sold at once");
    let (clock, until) = here.of.clocks()[0];
    here.now = until;
    assert!(here.by("clock", &fire(clock, until)) && !here.by("firm:buyer", &claim));
    let mut here = Here::new();
    assert!(here.by("organ:customs", &sell("spoiling", "50.00", NOT_LET_GO)));
    assert_eq!(here.of.fate.sale.as_ref().map(|sale| sale.left().to_string()).as_deref(), Some("0"));
    assert!(!here.by("firm:buyer", &claim) && here.of.clocks().is_empty());
    // What is declared waits for nobody.
    let mut here = Here::new();
    assert!(here.by("firm:buyer", &Act::Declare { declaration: "D".to_owned(), firm: "buyer".to_owned() }));
    assert!(here.of.clocks().is_empty());
}

#[test]
fn goods_are_given_up_or_sent_back_and_no_truck_fetches_them_then() {
    let order = |now: Instant| Act::Order { to: "buyer".to_owned(), until: now.plus_hours(48) };
    let mut here = Here::new();
    let abandon = |may_go| Act::Abandon { words: "w".to_owned(), customs: Customs { may_go, ..Customs::default() } };
    assert!(!here.by("firm:other", &abandon(false)) && !here.by("firm:carrier", &abandon(false)));
    assert!(!here.by("firm:buyer", &abandon(true)), "what customs let go is not given up to it");
    let now = here.now;
    assert!(here.by("firm:carrier", &order(now)) && here.by("firm:buyer", &abandon(false)));
    assert!(here.of.order(now).is_some() && !here.of.may_leave(Customs { may_go: true, ..Customs::default() }, now));
    assert!(!here.by("firm:carrier", &order(now)) && !here.by("organ:port_group", &Act::Release));
    assert_eq!((here.held(), here.of.holder()), (vec!["sale"], "customs"));
    assert!(!here.by("organ:customs", &sell("spoiling", "100.00", NOT_LET_GO)), "what was given up is sold as such");
    assert!(here.by("organ:customs", &sell("abandoned", "100.00", NOT_LET_GO)));
    assert!(!here.by("firm:buyer", &Act::Claim { words: "w".to_owned() }), "it goes to the treasury");

    let mut here = Here::new();
    let ask = |ground: &str| Act::AskReturn { ground: ground.to_owned(), words: "w".to_owned(), customs: NOT_LET_GO };
    assert!(!here.by("firm:buyer", &ask("prohibited")) && !here.by("firm:other", &ask("contract")));
    assert!(here.by("firm:buyer", &ask("contract")) && !here.by("firm:buyer", &ask("contract")));
    assert!(here.held().contains(&"return"));
    assert!(here.by("organ:customs", &Act::DecideReturn { granted: false }) && !here.held().contains(&"return"));
    assert!(here.by("firm:carrier", &ask("misdelivered")), "the carrier asks as well");
    assert!(here.by("organ:customs", &Act::DecideReturn { granted: true }));
    assert_eq!((here.of.state(), here.held(), here.of.holder()), ("returning", vec!["sending"], "port_group"));
    assert!(
        !here.by("organ:customs", &sell("spoiling", "100.00", NOT_LET_GO))
            && here.by("organ:port_group", &Act::SendBack)
    );
    assert_eq!((here.of.state(), here.held()), ("returned", vec![]));

    let mut here = Here::new();
    let back = |ground: &str| Act::OrderReturn { ground: ground.to_owned(), words: "w".to_owned() };
    assert!(!here.by("organ:customs", &back("contract")) && !here.by("organ:port_group", &back("prohibited")));
    assert!(here.by("organ:customs", &back("prohibited")));
    assert_eq!(here.of.fate.sent_back().map(|of| &*of.law), Some("海关法 Customs Law arts 24, 40"));
}

#[test]
fn empty_boxes_come_without_a_declaration_and_each_leaves_once() {
    let mut here = Here { of: Consignment::default(), journal: Vec::new(), profile: profile(), now: Instant(NOW) };
    let Act::Manifest(mut new) = manifested() else { unreachable!() };
    new.told.packages = 0;
    new.told.boxes[0].packages = 0;
    assert!(!is_exempt(&here.profile, &new.told, here.now), "what is dangerous is no empty box");
    new.told.dangerous.clear();
    new.told.codes.clear();
    assert!(is_exempt(&here.profile, &new.told, here.now));
    assert!(here.by("firm:carrier", &Act::Manifest(new)));
    assert!(here.by("organ:port_group", &Act::Arrive { yard: "Dayaowan".to_owned() }));
    assert!(here.of.clocks().is_empty(), "nobody waits for a declaration");
    let (now, customs) = (here.now, Customs { may_go: true, ..Customs::default() });
    assert!(here.by("organ:port_group", &Act::Tally { packages: 1, damaged: 0 }), "boxes are counted");
    assert_eq!(here.of.open_questions().count(), 0);
    let order = Act::Order { to: "buyer".to_owned(), until: now.plus_hours(48) };
    assert!(here.by("firm:carrier", &order) && here.by("organ:port_group", &Act::Release));
    assert!(here.of.held(customs, now).iter().all(|held| held.what != "declaration"));
    let book = Act::Book(Wanted {
        container: BOX.to_owned(),
        packages: None,
        haulier: "H".to_owned(),
        plate: "辽B12345".to_owned(),
        from: now,
        taken: 0,
    });
    assert!(here.by("firm:buyer", &book) && !here.by("firm:buyer", &book), "one truck for one box");
    assert!(here.by("firm:buyer", &Act::Certify { slot: 1, customs }));
    let passage = Passage { id: "p".to_owned(), at: now, gate: "yard:Dayaowan".to_owned(), ..Passage::default() };
    assert!(here.by("organ:port_group", &Act::Pass { certificate: 1, passage, customs }));
    assert_eq!(here.of.state(), "gone");
}

#[test]
fn goods_that_pass_through_are_loaded_again() {
    let mut here = Here::new();
    let declare = Act::Declare { declaration: "D".to_owned(), firm: "buyer".to_owned() };
    assert!(here.by("firm:buyer", &declare));
    let load = |may_go, onward| Act::Load { customs: Customs { may_go, onward, ..Customs::default() } };
    assert!(!here.by("organ:port_group", &load(true, false)), "an import is fetched");
    assert!(!here.by("organ:port_group", &load(false, true)), "customs has not let it go");
    assert!(here.by("organ:port_group", &load(true, true)));
    assert_eq!((here.of.state(), here.of.holder()), ("loaded", ""));
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_leaves_that_is_not_let_go(
        steps in vec((0u8..35, 0usize..8, any::<u32>(), 0i64..4, any::<bool>()), 1..80),
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
                0 | 1 | 7 | 8 | 16..=18 | 24 => 4,
                2 | 4 | 9..=14 | 19 | 20 | 25 => 1,
                5 | 6 => 0,
                19..=24 => 3 + (choice as usize / 8) % 4,
                _ => 3,
            };
            let actor = actor(PARTIES[if choice.is_multiple_of(5) { party } else { theirs }]);
            let customs = Customs { may_go, examines: !may_go, onward: false };
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
                                prop_assert!(!before.fate.is_sealed(), "left though it was given up, sold or sent back");
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
