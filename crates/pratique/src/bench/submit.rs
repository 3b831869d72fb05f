//! Whole submissions against a server of its own, and beside them the floor.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use clap::Args;
use domain::ship_call::Party;
use serde::Serialize;

use super::{
    calls::{self, FIRM, Folder, WASTE},
    child::{self, Child},
    load::{self, Load, Measured},
    machine::Machine,
};
use crate::setup::{self, Settings};

/// How to measure submissions.
#[derive(Args)]
pub struct Submit {
    /// Seconds of each run, after one second of warming up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Submissions a second of the open loop.
    #[arg(long, default_value_t = 2000)]
    pace: u64,
    /// Calls over which the submissions are spread; few calls make conflicts.
    #[arg(long, default_value_t = 20_000)]
    calls: usize,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    durability: &'static str,
    request_bytes: usize,
    body_bytes: usize,
    connections: usize,
    calls: usize,
    rows: Vec<Row>,
    /// Processor time of a submission in multiples of the floor's; none where the system tells no processor time.
    times_the_floor: Option<f64>,
}

/// One run.
#[derive(Serialize)]
struct Row {
    what: String,
    #[serde(flatten)]
    measured: Measured,
    /// Processor time of the server for each good answer, user and system, microseconds.
    server_cpu_us: Option<f64>,
    /// The same of PostgreSQL.
    database_cpu_us: Option<f64>,
}

/// Seeds, serves, sends, and prints what came of it.
pub fn measure(settings: &Settings, submit: &Submit) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    setup::talk(&format!("pratique: making {} calls", submit.calls));
    let (key, numbers) = setup::run(prepare(&own, submit.calls))?;
    let on_server = !own.url().starts_with("sqlite:");
    let head = |number: &str, address: &str| {
        format!(
            "PUT /api/v1/calls/{number}/formalities/waste_notification HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n"
        )
    };
    let mut arguments = folder.arguments(settings);
    arguments.extend(["serve", "--listen", "127.0.0.1:0"].map(str::to_owned));
    let server = Child::start(&arguments)?;
    let address = server.address.to_string();
    let runs = std::process::id();
    let request = |nth: u64, out: &mut Vec<u8>| {
        // Neighbours in time lie far apart in the list, and a call comes again only after all others.
        let number = &numbers[(nth as usize).wrapping_mul(7919) % numbers.len()];
        finish(out, &head(number, &address), &format!("{runs}-{nth}"));
    };
    let mut rows = measure_server(&server, submit, &request, on_server)?;
    let mut sample = Vec::new();
    request(0, &mut sample);
    drop(server);
    let floor_store = if on_server { own.url() } else { format!("sqlite:{}", folder.0.join("floor.sqlite").display()) };
    let floor = Child::start(&["bench".to_owned(), "floor".to_owned(), floor_store])?;
    let address = floor.address.to_string();
    let request = |nth: u64, out: &mut Vec<u8>| {
        finish(out, &format!("PUT /floor HTTP/1.1\r\nhost: {address}\r\n"), &format!("{runs}-{nth}"));
    };
    rows.push(run("floor, closed loop", &floor, submit, &request, None, on_server));
    let cost = |row: &Row| Some(row.server_cpu_us? + row.database_cpu_us.unwrap_or(0.0));
    let times_the_floor = rows.first().and_then(cost).zip(rows.last().and_then(cost)).map(|(own, floor)| own / floor);
    print(
        submit.json,
        &Report {
            machine: Machine::this(&folder.0),
            store: if on_server { "PostgreSQL" } else { "SQLite" },
            durability: if on_server {
                "each commit synced by the server's own settings"
            } else {
                "WAL, synchronous=FULL, 4 KB pages"
            },
            request_bytes: sample.len(),
            body_bytes: WASTE.len(),
            connections: submit.connections,
            calls: submit.calls,
            rows,
            times_the_floor,
        },
    )
}

/// A store with calls and a key; nothing of it is measured.
async fn prepare(settings: &Settings, count: usize) -> Result<(String, Vec<String>), String> {
    let office = calls::open_empty(settings).await?;
    calls::seed(&office, (0, count), 0, &|| ()).await?;
    let party = Party::Firm(FIRM.to_owned());
    let key = office
        .admit_system(&office::Administrator::operator("bench"), "bench", &party, office::Scope::ALL)
        .await
        .map_err(|error| format!("{error:?}"))?;
    office.sequence().await.map_err(|error| format!("{error:?}"))?;
    let numbers = (0..count).map(|nth| calls::number(&office, nth)).collect();
    office.store.close().await;
    Ok((key, numbers))
}

fn finish(out: &mut Vec<u8>, head: &str, key: &str) {
    let length = WASTE.len();
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(
        format!("content-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n")
            .as_bytes(),
    );
    out.extend_from_slice(WASTE.as_bytes());
}

type Request<'a> = &'a (dyn Fn(u64, &mut Vec<u8>) + Sync);

fn measure_server(server: &Child, submit: &Submit, request: Request<'_>, on_server: bool) -> Result<Vec<Row>, String> {
    let (mut first, mut said) = (Vec::new(), Vec::new());
    request(0, &mut first);
    if load::exchange(&mut None, server.address, &first, &mut said) != Some(201) {
        return Err(format!("the first submission is not accepted: {}", String::from_utf8_lossy(&said)));
    }
    Ok(vec![
        run("submission, closed loop", server, submit, request, None, on_server),
        run(&format!("submission, {}/s", submit.pace), server, submit, request, Some(submit.pace), on_server),
    ])
}

/// One run after its warming up.
fn run(what: &str, server: &Child, submit: &Submit, request: Request<'_>, rate: Option<u64>, on_server: bool) -> Row {
    /// Requests so far, so that no key comes twice.
    static FIRST: AtomicU64 = AtomicU64::new(1);
    let load = Load { address: server.address, connections: submit.connections, request, good: 201 };
    let go = |seconds: u64| {
        let first = FIRST.fetch_add(1_000_000_000, Ordering::Relaxed);
        let duration = Duration::from_secs(seconds);
        match rate {
            None => load::closed(&load, first, duration),
            Some(rate) => load::open(&load, first, duration, rate),
        }
    };
    setup::talk(&format!("pratique: {what}"));
    go(1);
    let database = || on_server.then(child::cpu_of_postgres).flatten();
    let before = (server.cpu(), database());
    let measured = go(submit.seconds);
    let each = |before: Option<u64>, after: Option<u64>| {
        before.zip(after).map(|(before, after)| after.saturating_sub(before) as f64 / measured.good.max(1) as f64)
    };
    let (server_cpu_us, database_cpu_us) = (each(before.0, server.cpu()), each(before.1, database()));
    Row { what: what.to_owned(), measured, server_cpu_us, database_cpu_us }
}

fn print(json: bool, report: &Report) -> Result<(), String> {
    if json {
        setup::say(&serde_json::to_string(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let machine = &report.machine;
    setup::say(&format!("{}, {} cores, {}, {}", machine.processor, machine.cores, machine.kernel, machine.filesystem));
    setup::say(&format!(
        "{} ({}); {} connections; {} bytes a request, {} of them the filing; {} calls\n",
        report.store, report.durability, report.connections, report.request_bytes, report.body_bytes, report.calls
    ));
    setup::say(
        "| run | seconds | acknowledged/s | p50 ms | p99 ms | max ms | server CPU µs each | database CPU µs each | other answers |",
    );
    setup::say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for Row { what, measured, server_cpu_us, database_cpu_us } in &report.rows {
        let cpu = |micros: &Option<f64>| micros.map_or_else(|| "-".to_owned(), |micros| format!("{micros:.0}"));
        let ms = |micros: u64| micros as f64 / 1000.0;
        setup::say(&format!(
            "| {what} | {:.1} | {:.0} | {:.1} | {:.1} | {:.1} | {} | {} | {} |",
            measured.seconds,
            measured.per_second,
            ms(measured.p50_us),
            ms(measured.p99_us),
            ms(measured.max_us),
            cpu(server_cpu_us),
            cpu(database_cpu_us),
            measured.other.values().sum::<u64>(),
        ));
    }
    if let Some(times) = report.times_the_floor {
        setup::say(&format!("\nCPU of a submission in the closed loop: {times:.2} times the floor's."));
    }
    Ok(())
}
