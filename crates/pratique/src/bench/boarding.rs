//! Checks at a gate: a code is verified, its permit looked up among many, and the verdict told; and the same code verified
//! as a gate without a connection does.

use std::time::Instant as Clock;

use clap::Args;
use domain::{Value, ship_call::Party};
use office::{
    Office, Request, Role,
    person_permits::{PermitAct, Wanted},
};
use serde::Serialize;

use super::{
    calls::{self, Folder},
    child::Child,
    machine::Machine,
    run::{self, Measuring, Row},
};
use crate::setup::{self, Settings};

/// How to measure checks at a gate.
#[derive(Args)]
pub struct Boarding {
    /// Valid permits in the store: as many as the national boarding code had in 2021.
    #[arg(long, default_value_t = 85_000)]
    permits: usize,
    /// Seconds of each run, after one second of warming up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Checks a second of the open loop.
    #[arg(long, default_value_t = 2000)]
    pace: u64,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Persons of one application.
const GANG: usize = 40;

/// So many codes are shown in turn, spread over all permits.
const SHOWN: usize = 4_000;

/// So many codes are verified without a connection.
const OFFLINE: usize = 2_000;

/// The gate.
const GATE: &str = "berth:DYW-12";

/// What was measured.
#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    connections: usize,
    permits: usize,
    rows: Vec<Row>,
    /// A code verified without a connection, microseconds of one core: the middle one, and the slowest of a hundred.
    offline_us: (f64, f64),
}

/// Seeds, serves, asks, and prints what came of it.
pub fn measure(settings: &Settings, boarding: &Boarding) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    setup::talk(&format!("pratique: making {} permits", boarding.permits));
    let (key, shown, offline_us) = setup::run(prepare(&own, boarding.permits))?;
    let on_server = !own.url().starts_with("sqlite:");
    let mut arguments = folder.arguments(settings);
    arguments.extend(["serve", "--listen", "127.0.0.1:0"].map(str::to_owned));
    let server = Child::start(&arguments)?;
    let address = server.address.to_string();
    let request = |nth: u64, out: &mut Vec<u8>| {
        let code = &shown[(nth as usize).wrapping_mul(7919) % shown.len()];
        let body = serde_json::json!({"gate": GATE, "given": code, "document": "", "direction": "in"}).to_string();
        let head = format!(
            "POST /api/v1/gate/check HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(body.as_bytes());
    };
    let Boarding { connections, seconds, pace, permits, .. } = *boarding;
    let measuring = Measuring { server: &server, connections, seconds, on_server };
    measuring.must(&request, 200)?;
    let rows = vec![
        measuring.run("check, closed loop", &request, 200, None),
        measuring.run(&format!("check, {pace}/s"), &request, 200, Some(pace)),
    ];
    let store = if on_server { "PostgreSQL" } else { "SQLite" };
    let report = Report { machine: Machine::this(&folder.0), store, connections, permits, rows, offline_us };
    if boarding.json {
        setup::say(&serde_json::to_string(&report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    run::print(&report.machine, &format!("{store}; {connections} connections; {permits} valid permits"), &report.rows);
    setup::say(&format!(
        "\nA code verified without a connection: {:.0} µs of one core, the slowest of a hundred {:.0} µs.",
        offline_us.0, offline_us.1
    ));
    Ok(())
}

/// A store with granted permits: a key of border inspection's, codes to show, and what verifying them costs.
async fn prepare(settings: &Settings, count: usize) -> Result<(String, Vec<String>, (f64, f64)), String> {
    let explain = |error: office::Error| format!("{error:?}");
    let office = calls::open_empty(settings).await?;
    let border = calls::actor(Party::Organ("border".to_owned()), Role::Officer);
    let agent = calls::agent();
    let gangs = count.div_ceil(GANG);
    let every = (gangs * GANG).div_ceil(SHOWN).max(1);
    let bar = setup::bar("gangs", gangs as u64);
    let mut shown = Vec::new();
    for gang in 0..gangs {
        let request = |what: &str| Request::new("bench", Some(format!("{what}-{gang}")), what.as_bytes(), "api");
        let people = (0..GANG).map(|nth| worker(gang * GANG + nth)).collect();
        let done = office.apply_for_permits(&agent, &wanted(&office), people, &request("apply")).await;
        let done = done.map_err(explain)?;
        let grant =
            PermitAct::Grant { holders: Vec::new(), until: None, words: String::new(), exception: String::new() };
        office.do_on_permits(&border, &done.number, &grant, &request("grant")).await.map_err(explain)?;
        let found = office.permits_of(&agent, &done.number).await.map_err(explain)?;
        for serial in (1..=GANG).filter(|serial| (gang * GANG + serial).is_multiple_of(every)) {
            let codes = office.person_codes(&agent, &found, u32::try_from(serial).ok()).await.map_err(explain)?;
            shown.extend(codes.into_iter().filter_map(|of| of.signed).map(|signed| signed.code));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let offline = verified(&office, &shown)?;
    let by = office::Administrator::operator("bench");
    let key = office.admit_system(&by, "bench", &border.party, office::Scope::ALL).await.map_err(explain)?;
    office.sequence().await.map_err(explain)?;
    office.store.close().await;
    Ok((key, shown, offline))
}

/// What verifying a code costs: the middle one and the ninety-ninth of a hundred, in microseconds.
fn verified(office: &Office, shown: &[String]) -> Result<(f64, f64), String> {
    let now = office.now().0;
    let mut times = Vec::with_capacity(OFFLINE);
    for code in shown.iter().cycle().take(OFFLINE) {
        let began = Clock::now();
        ledger::person_permit::verify(code, &office.keys.trust_list, &[], now)
            .map_err(|refusal| format!("{}: {}", refusal.code, refusal.en))?;
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    Ok((at(50), at(99)))
}

fn wanted(office: &Office) -> Wanted {
    let now = office.now();
    Wanted {
        kind: "boarding".to_owned(),
        place: "region".to_owned(),
        code: "Dayaowan".to_owned(),
        from: now,
        until: now.plus_hours(24 * 300),
        words: "bench".to_owned(),
        papers: Vec::new(),
    }
}

fn worker(nth: usize) -> Value {
    Value::from([
        ("family_name", format!("WORKER{nth}").into()),
        ("given_names", "LI".into()),
        ("nationality", "CHN".into()),
        ("date_of_birth", "1990-01-01".into()),
        ("document_type", "I".into()),
        ("document_number", format!("2102021990{nth:08}").into()),
        ("capacity", "repair".into()),
    ])
}
