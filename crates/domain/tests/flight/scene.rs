//! A flight with a clock and the profile of the sample port.

use std::{collections::BTreeMap, fs, path::Path, sync::OnceLock};

use domain::{
    Instant, Value,
    flight::{Act, Direction, Entry, Filed, Flight, NewFlight, Record, Ruled},
    formality::Formality,
    matter::{Actor, Context, Matter, Party},
    profile::{OrganRecord, Port, Profile},
};
use serde::Deserialize;

pub const CARRIER: &str = "firm:sample-air";

/// The flight, its journal, and what time it is.
pub struct Scene {
    pub flight: Flight,
    pub journal: Vec<Record>,
    pub now: Instant,
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

pub fn new(direction: Direction, service: &str, nature: &str) -> NewFlight {
    NewFlight {
        number: "2026-DAL-F000001".to_owned(),
        firm: "sample-air".to_owned(),
        direction,
        designator: "CZ6102".to_owned(),
        day: "2026-03-20".parse().expect("a day"),
        registration: "B-32A1".to_owned(),
        other: "KRICN".to_owned(),
        service: service.to_owned(),
        nature: nature.to_owned(),
        flies_on: None,
        scheduled: at("2026-03-20T14:00+08:00"),
    }
}

pub fn ruled(granted: bool) -> Ruled {
    Ruled { granted, words: Some("7".to_owned()), law: "Frontier Health and Quarantine Law".to_owned() }
}

pub fn filed(formality: Formality, facts: &[(&str, Value)]) -> Act {
    let facts: BTreeMap<String, Value> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Act::File(Filed { formality, document: "1".to_owned(), digest: "00".to_owned(), facts, warnings: 0 })
}

pub fn grant(formality: Formality) -> Act {
    Act::Rule { formality, ruled: Ruled { granted: true, ..Ruled::default() } }
}

pub fn state(event: &str, kind: &str, time: Instant) -> Act {
    Act::State { event: event.to_owned(), kind: kind.to_owned(), time }
}

impl Scene {
    pub fn announced(new: NewFlight) -> Scene {
        let mut scene = Scene { flight: Flight::default(), journal: Vec::new(), now: at("2026-03-20T06:00+08:00") };
        scene.must(CARRIER, &Act::Announce(Box::new(new)));
        scene
    }

    /// Does an act; the kinds of the entries, or the code of the refusal.
    pub fn tries(&mut self, party: &str, act: &Act) -> Result<Vec<&'static str>, String> {
        let party = match party.split_once(':') {
            Some(("firm", code)) => Party::Firm(code.to_owned()),
            Some(("organ", code)) => Party::Organ(code.to_owned()),
            _ => Party::Clock,
        };
        let actor = Actor { party, person: "somebody".to_owned(), on_behalf: None };
        let context = Context { now: self.now, profile: profile(), actor: &actor };
        let records = self.flight.act(act, &context, "page").map_err(|fault| fault.code)?;
        let kinds = records.iter().map(|record| domain::matter::Entry::kind(&record.entry)).collect();
        self.journal.extend(records);
        assert_eq!(self.flight, Flight::fold(&self.journal), "the state is the fold");
        Ok(kinds)
    }

    pub fn must(&mut self, party: &str, act: &Act) -> Vec<&'static str> {
        self.tries(party, act).unwrap_or_else(|code| panic!("{party} {act:?}: {code}"))
    }

    pub fn refused(&mut self, party: &str, act: &Act) -> String {
        self.tries(party, act).expect_err("it is refused")
    }

    pub fn lands(&mut self) {
        self.now = at("2026-03-20T14:05+08:00");
        self.must(CARRIER, &state("landing", "actual", at("2026-03-20T14:02+08:00")));
    }

    pub fn due(&self) -> Vec<&'static str> {
        self.flight.due.iter().map(|due| due.formality.code()).collect()
    }

    pub fn status(&self) -> &'static str {
        self.flight.status().code()
    }
}

/// How often an entry stands in a journal.
pub fn count(journal: &[Record], is: impl Fn(&Entry) -> bool) -> usize {
    journal.iter().filter(|record| is(&record.entry)).count()
}

pub fn profile() -> &'static Profile {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    PROFILE.get_or_init(|| {
        let table = |name: &str| {
            let (table, findings) = rules::Table::parse(&text(&format!("tables/{name}.table.md")));
            (name.to_owned(), table.unwrap_or_else(|| panic!("{name}: {findings:?}")))
        };
        let calendar = toml::from_str(&text("calendars/round-the-clock.toml")).expect("a calendar");
        Profile {
            port: toml::from_str::<Port>(&text("port.toml")).expect("a port"),
            zone: jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone"),
            organs: toml::from_str::<Organs>(&text("organs.toml")).expect("organs").organ,
            calendars: BTreeMap::from([("round-the-clock".to_owned(), calendar)]),
            berths: Vec::new(),
            tables: ["flight-kinds", "flight-formalities", "flight-quarantine", "flight-stands"].map(table).into(),
            assertions: BTreeMap::new(),
            laws: Vec::new(),
            register: Default::default(),
            bases: Default::default(),
        }
    })
}

#[derive(Deserialize)]
struct Organs {
    organ: Vec<OrganRecord>,
}

fn text(name: &str) -> String {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(option_env!("PRATIQUE_PORT").unwrap_or("../../ports/dalian"));
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
