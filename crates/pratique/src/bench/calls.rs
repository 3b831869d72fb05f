//! The calls over which is measured: of one firm, of five hundred ships, each with a journal that its own procedure made.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use domain::{
    Instant, Text, Value,
    formality::Formality,
    ship_call::{Act, Entry, Opened, Party, Record, ReviewState, Ship, TimeKind},
};
use office::{Actor, CallFilter, CompanyRecord, Office, Role, SeedCall};

use crate::setup::{self, Clock, Settings};

/// The firm that files.
pub const FIRM: &str = "bench-agency";

/// What is filed, as a ship's agent would send it.
pub const WASTE: &str = include_str!("waste_notification.json");

const SHIPS: usize = 500;

/// So many journals are decided on; the calls take turns with them.
const JOURNALS: usize = 64;

/// So many clocks fire at once, and so much news is told.
const CLOCKS: i64 = 1000;

const HOUR: i64 = domain::instant::HOUR;

/// A folder that goes when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A fresh folder in the data folder of the settings, or else where the system keeps what is temporary.
    pub fn fresh(settings: &Settings) -> Result<Folder, String> {
        let above = settings.data.clone().unwrap_or_else(std::env::temp_dir);
        let folder = above.join(format!("pratique-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Folder(folder))
    }

    /// The settings of a store in this folder, or on the server that was named.
    pub fn settings(&self, settings: &Settings) -> Settings {
        Settings { data: Some(self.0.clone()), config: None, ..settings.clone() }
    }

    /// The arguments that open the same store in another process.
    pub fn arguments(&self, settings: &Settings) -> Vec<String> {
        let path = |path: &Path| path.display().to_string();
        let mut arguments =
            vec!["--data".to_owned(), path(&self.0), "--database".to_owned(), self.settings(settings).url()];
        if let Some(port) = &settings.port {
            arguments.extend(["--port".to_owned(), path(port)]);
        }
        arguments
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens the office on a store that must be empty, since what is measured is also written.
pub async fn open_empty(settings: &Settings) -> Result<Office, String> {
    let office = setup::open(settings, &Clock::default()).await?;
    let organ = actor(Party::Organ("port_office".to_owned()), Role::Coordinator);
    let known = office.calls_found(&organ, &CallFilter::default()).await.map_err(|error| format!("{error:?}"))?;
    if known > 0 {
        return Err("this store holds calls already; name an empty one".to_owned());
    }
    let firm = CompanyRecord {
        code: FIRM.to_owned(),
        name: Text::new("测试代理", "Bench Agency"),
        ..CompanyRecord::default()
    };
    office.put_record("company", FIRM, &firm, "bench").await.map_err(|error| format!("{error:?}"))?;
    Ok(office)
}

/// The agent who files.
pub fn agent() -> Actor {
    actor(Party::Firm(FIRM.to_owned()), Role::Agent)
}

pub fn actor(party: Party, role: Role) -> Actor {
    let person = "bench".to_owned();
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}

/// The number of the nth call.
pub fn number(office: &Office, nth: usize) -> String {
    let year = office.now().date(&office.profile.zone).year();
    format!("{year}-{}-{:06}", office.profile.port.letters, nth + 1)
}

/// Seeds the calls from `from` up to `until`, each with so many entries at least.
pub async fn seed(
    office: &Office,
    (from, until): (usize, usize),
    entries: usize,
    progress: &(dyn Fn() + Sync),
) -> Result<(), String> {
    let explain = |error: office::Error| format!("{error:?}");
    let waste: Value = serde_json::from_str(WASTE).map_err(|error| error.to_string())?;
    let contents =
        BTreeMap::from([(Formality::EntryApplication, application()), (Formality::WasteNotification, waste)]);
    let journals: Vec<Vec<Record>> =
        (0..JOURNALS).map(|nth| journal(office, nth, entries, &contents)).collect::<Result<_, _>>().map_err(explain)?;
    let calls = (from..until).map(|nth| {
        let mut records = journals[nth % JOURNALS].clone();
        if let Some(Record { entry: Entry::Opened(opened), .. }) = records.first_mut() {
            opened.number = number(office, nth);
            opened.ship = ship(nth % SHIPS);
        }
        SeedCall { records, contents: &contents }
    });
    office.seed(calls, progress).await.map(drop).map_err(explain)
}

/// Lets everything be done that follows of what was seeded: limits that had passed, what is told of it, the log. What is
/// measured afterwards is not held up by it.
pub async fn settle(office: &Office) -> Result<(), String> {
    let explain = |error: office::Error| format!("{error:?}");
    while office.fire_clocks(CLOCKS).await.map_err(explain)? > 0 {}
    office.sequence().await.map_err(explain)?;
    while office.tell_news(CLOCKS).await.map_err(explain)? > 0 {}
    Ok(())
}

/// A journal as the procedure makes it: opened, announced, entry applied for and approved, berth planned, waste notified,
/// and then the arrival stated again and again until it has so many entries.
fn journal(
    office: &Office,
    nth: usize,
    entries: usize,
    contents: &BTreeMap<Formality, Value>,
) -> Result<Vec<Record>, office::Error> {
    let msa = actor(Party::Organ("msa".to_owned()), Role::Officer);
    let port = actor(Party::Organ("port_group".to_owned()), Role::Operator);
    let now = office.now();
    let (begin, arrival) = (now.plus_hours(-96), now.plus_hours(48 + nth as i64));
    let at = |minutes: i64| Instant(begin.0 + minutes * (HOUR / 60));
    let departure = arrival.plus_hours(30);
    let berth = office.profile.berths.iter().find(|berth| berth.open_to_foreign.is_some());
    let berth = berth.map_or_else(String::new, |berth| berth.code.clone());
    let formality = Formality::EntryApplication;
    let mut acts = vec![
        (agent(), at(0), Act::Open(Box::new(opened(office)))),
        (agent(), at(0), state("arrival", arrival)),
        (agent(), at(0), state("departure", departure)),
    ];
    if entries > 0 {
        let outcome = ReviewState::Granted;
        let decided =
            Act::Decide { formality, outcome, reason: None, words: Vec::new(), law: String::new(), mirror: None };
        acts.extend([
            (agent(), at(60), file(formality, contents)),
            (msa.clone(), at(90), Act::TakeInCharge { formality }),
            (msa, at(120), decided),
            (
                port,
                at(150),
                Act::PlanBerth {
                    berth,
                    from: arrival.plus_hours(1),
                    until: departure.plus_hours(-1),
                    beside: Vec::new(),
                },
            ),
            (agent(), at(180), file(Formality::WasteNotification, contents)),
        ]);
    }
    let stated = |n: i64| (agent(), at(240 + n), state("arrival", Instant(arrival.0 + n * (HOUR / 60))));
    acts.extend((0..i64::try_from(entries).unwrap_or(0)).map(stated));
    let mut records = office.rehearse(&acts)?;
    records.truncate(if entries > 0 { entries } else { usize::MAX });
    Ok(records)
}

fn opened(office: &Office) -> Opened {
    Opened {
        number: String::new(),
        port: office.profile.port.code.clone(),
        agent: FIRM.to_owned(),
        ship: ship(0),
        kind: "ordinary".to_owned(),
        facts: BTreeMap::from([("last_port".to_owned(), "KRINC".into()), ("next_port".to_owned(), "JPYOK".into())]),
        copied_from: None,
        report: None,
        ship_record: 0,
        beside: 0,
    }
}

fn state(event: &str, at: Instant) -> Act {
    Act::StateTime { event: event.to_owned(), kind: TimeKind::Estimated, at, replies_to: None, delay_reason: None }
}

fn file(formality: Formality, contents: &BTreeMap<Formality, Value>) -> Act {
    let facts = contents.get(&formality).map(|content| (formality.spec().facts)(content));
    let facts = if let Some(Value::Map(facts)) = facts { facts } else { BTreeMap::new() };
    Act::File { formality, document: String::new(), digest: String::new(), original: None, facts, warnings: 0 }
}

fn application() -> Value {
    Value::from([("last_port", "KRINC".into()), ("next_port", "JPYOK".into()), ("persons_crew", 22.into())])
}

/// One of the ships; her IMO number has its check digit (IMO Resolution A.1117(30)).
fn ship(nth: usize) -> Ship {
    let digits = format!("{}", 950_000 + nth);
    let sum: u32 =
        digits.chars().zip([7, 6, 5, 4, 3, 2]).filter_map(|(digit, by)| Some(digit.to_digit(10)? * by)).sum();
    Ship {
        imo: format!("{digits}{}", sum % 10),
        name: Text::new(format!("测试{nth}号"), format!("Bench Vessel {nth}")),
        ship_type: "container".to_owned(),
        flag: "PA".to_owned(),
        call_sign: format!("BNCH{nth}"),
        gross_tonnage: 54_000,
        length: 294,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ships_have_numbers_that_hold() {
        for nth in 0..SHIPS {
            assert!(domain::reference::imo::imo_number_ok(&ship(nth).imo), "{}", ship(nth).imo);
        }
    }
}
