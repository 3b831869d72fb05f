//! A ferry's list: five thousand passengers read, checked, stored, and compared with a watch list of a million names.

use std::time::Instant as Clock;

use clap::Args;
use domain::{screening::Named, ship_call::Party};
use office::{Request, Role};
use serde::Serialize;
use serde_json::json;

use super::{
    calls::{self, Folder},
    machine::Machine,
};
use crate::setup::{self, Settings};

/// How to measure a list of passengers.
#[derive(Args)]
pub struct Passengers {
    /// Passengers of the list.
    #[arg(long, default_value_t = 5_000)]
    passengers: usize,
    /// Names of the watch list.
    #[arg(long, default_value_t = 1_000_000)]
    watched: usize,
    /// How often it is done; each time with another list.
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was measured, in milliseconds.
#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    passengers: usize,
    watched: usize,
    /// Reading, checking and storing the list; comparing it and storing what was found; both. The middle one of the runs,
    /// and the slowest.
    filed_ms: (f64, f64),
    compared_ms: (f64, f64),
    whole_ms: (f64, f64),
    hits: usize,
    /// Reading the watch list, which is done once for each version of it.
    watch_ms: f64,
}

const FAMILIES: [&str; 12] =
    ["WANG", "LI", "ZHANG", "LIU", "CHEN", "YANG", "KIM", "PARK", "LEE", "IVANOV", "SANTOS", "MUELLER"];
const GIVEN: [&str; 12] = ["XIAO", "MIN", "WEI", "JUN", "HYUN", "SEO", "PETR", "OLGA", "JUAN", "MARIA", "HANS", "YU"];

/// A person of a number: the same each time, and not like her neighbours.
fn person(nth: usize) -> Named {
    let mixed = (nth as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let part = |shift: u32, below: u64| ((mixed >> shift) % below) as usize;
    let birth = jiff::civil::Date::new(1940 + part(8, 65) as i16, 1 + part(16, 12) as i8, 1 + part(24, 28) as i8).ok();
    let given = format!("{} {}", GIVEN[part(32, 12)], spelled(nth));
    Named { family: FAMILIES[part(40, 12)].to_owned(), given, birth, document: format!("E{nth:08}") }
}

/// Letters that tell one from another.
fn spelled(nth: usize) -> String {
    let letter = |place: u32| char::from(b'A' + (nth / 26_usize.pow(place) % 26) as u8);
    (0..4).map(letter).collect()
}

/// Makes both lists, measures, and prints what came of it.
pub fn measure(settings: &Settings, of: &Passengers) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    let report = setup::run(run(&own, of, &folder))?;
    if of.json {
        setup::say(&serde_json::to_string(&report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    setup::say(&format!("{}; {} passengers, {} names watched", report.store, report.passengers, report.watched));
    for (what, (middle, slowest)) in [
        ("read, checked and stored", report.filed_ms),
        ("compared, and what was found stored", report.compared_ms),
        ("both", report.whole_ms),
    ] {
        setup::say(&format!("{what:<40} {middle:>8.0} ms  slowest {slowest:>8.0} ms"));
    }
    setup::say(&format!("{} hits; the watch list is read once in {:.0} ms.", report.hits, report.watch_ms));
    Ok(())
}

async fn run(settings: &Settings, of: &Passengers, folder: &Folder) -> Result<Report, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let office = calls::open_empty(settings).await?;
    calls::seed(&office, (0, of.times), 0, &|| ()).await?;
    let (agent, border) = (calls::agent(), calls::actor(Party::Organ("border".to_owned()), Role::Officer));
    let mut csv = String::from("family_name,given_names,date_of_birth,document_number,note\n");
    // Every thousandth passenger is on it, under a name written otherwise.
    for nth in 0..of.watched {
        let Named { family, given, birth, document } = person(10_000_000 + nth);
        let birth = birth.map(|birth| birth.to_string()).unwrap_or_default();
        csv.push_str(&format!("{family},{given},{birth},{document},\n"));
    }
    for nth in (0..of.passengers).step_by(1_000) {
        let Named { family, given, birth, .. } = person(nth);
        csv.push_str(&format!("{given},{family},{},,\n", birth.map(|birth| birth.to_string()).unwrap_or_default()));
    }
    setup::talk("pratique: reading the watch list");
    let began = Clock::now();
    office.put_watch_list(&border, csv.as_bytes()).await.map_err(explain)?;
    let watch_ms = began.elapsed().as_secs_f64() * 1e3;
    drop(csv);
    let (mut filed, mut compared, mut whole, mut hits) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for time in 0..of.times {
        let number = calls::number(&office, time);
        let found = office.call(&agent, &number).await.map_err(explain)?;
        let passengers: Vec<_> = (0..of.passengers).map(|nth| passenger(nth, time)).collect();
        let bytes = json!({"passenger_list": {"passengers": passengers}}).to_string();
        let began = Clock::now();
        let upload = office
            .upload(&agent, found.id, ("ferry.json", bytes.as_bytes()), &format!("ferry-{time}-bench"), "api")
            .await;
        let upload = upload.map_err(explain)?;
        if upload.filed.is_empty() {
            return Err(format!("the list was not filed: {:?}", upload.faults.first()));
        }
        let between = began.elapsed().as_secs_f64() * 1e3;
        let request = Request::new("bench", Some(format!("precheck-{time}")), b"", "api");
        office.run_precheck(&border, &number, &request).await.map_err(explain)?;
        let all = began.elapsed().as_secs_f64() * 1e3;
        hits = office.precheck(&border, &number).await.map_err(explain)?.precheck.hits.len();
        filed.push(between);
        compared.push(all - between);
        whole.push(all);
    }
    let sqlite = settings.url().starts_with("sqlite:");
    office.store.close().await;
    Ok(Report {
        machine: Machine::this(&folder.0),
        store: if sqlite { "SQLite" } else { "PostgreSQL" },
        passengers: of.passengers,
        watched: of.watched,
        filed_ms: middle_and_slowest(filed),
        compared_ms: middle_and_slowest(compared),
        whole_ms: middle_and_slowest(whole),
        hits,
        watch_ms,
    })
}

fn passenger(nth: usize, time: usize) -> serde_json::Value {
    let Named { family, given, birth, .. } = person(nth);
    json!({
        "family_name": family, "given_names": given, "nationality": "KOR", "date_of_birth": birth.map(|birth| birth.to_string()),
        "place_of_birth": "INCHEON", "gender": "F", "document_type": "P", "document_number": format!("M{time:02}{nth:06}"),
        "document_issuer": "KOR", "document_expiry": "2035-01-01", "port_of_embarkation": "KRINC",
        "port_of_disembarkation": "CNDAL", "transit": "no",
    })
}

fn middle_and_slowest(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times.get(times.len() / 2).copied().unwrap_or_default(), times.last().copied().unwrap_or_default())
}
