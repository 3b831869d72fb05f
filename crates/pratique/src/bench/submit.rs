//! Whole submissions against a server of its own, and beside them the floor.

use clap::Args;
use domain::{formality::Formality, ship_call::Party};
use office::{Request, Submission};
use serde::Serialize;

use super::{
    calls::{self, FIRM, Folder, WASTE},
    child::Child,
    machine::Machine,
    run::{self, Measuring, Row},
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
    /// Bytes of all values that a submission writes; the floor's rows have as many.
    written_bytes: u64,
    connections: usize,
    calls: usize,
    rows: Vec<Row>,
    /// Processor time of a submission in multiples of the floor's; none where the system tells no processor time.
    times_the_floor: Option<f64>,
}

/// Seeds, serves, sends, and prints what came of it.
pub fn measure(settings: &Settings, submit: &Submit) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    let Prepared { key, numbers, written_bytes } = setup::run(prepare(&own, submit.calls))?;
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
        finish(out, &head(number, &address), &format!("{runs}-{nth}"), nth);
    };
    let Submit { connections, seconds, pace, .. } = *submit;
    let measuring = Measuring { server: &server, connections, seconds, on_server };
    measuring.must(&request, 201)?;
    let mut rows = vec![
        measuring.run("submission, closed loop", &request, 201, None),
        measuring.run(&format!("submission, {pace}/s"), &request, 201, Some(pace)),
    ];
    let mut sample = Vec::new();
    request(0, &mut sample);
    drop(server);
    let floor_store = if on_server { own.url() } else { format!("sqlite:{}", folder.0.join("floor.sqlite").display()) };
    let floor = Child::start(&["bench".to_owned(), "floor".to_owned(), floor_store, written_bytes.to_string()])?;
    let address = floor.address.to_string();
    let request = |nth: u64, out: &mut Vec<u8>| {
        finish(out, &format!("PUT /floor HTTP/1.1\r\nhost: {address}\r\n"), &format!("{runs}-{nth}"), nth);
    };
    let measuring = Measuring { server: &floor, connections, seconds, on_server };
    rows.push(measuring.run("floor, closed loop", &request, 201, None));
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
            body_bytes: filing(0).len(),
            written_bytes,
            connections: submit.connections,
            calls: submit.calls,
            rows,
            times_the_floor,
        },
    )
}

/// What stands before anything is measured.
struct Prepared {
    key: String,
    numbers: Vec<String>,
    /// The bytes of all values that a submission writes.
    written_bytes: u64,
}

/// So many versions of a filing are looked at for what they write.
const WEIGHED: u64 = 3;

/// A store with calls and a key.
async fn prepare(settings: &Settings, count: usize) -> Result<Prepared, String> {
    let office = calls::open_empty(settings).await?;
    // One more, which is only weighed.
    let bar = setup::bar("calls", count as u64 + 1);
    calls::seed(&office, (0, count + 1), 0, &|| bar.inc(1)).await?;
    bar.finish_and_clear();
    let written_bytes = weigh(&office, &calls::number(&office, count)).await?;
    let party = Party::Firm(FIRM.to_owned());
    let key = office
        .admit_system(&office::Administrator::operator("bench"), "bench", &party, office::Scope::ALL)
        .await
        .map_err(|error| format!("{error:?}"))?;
    calls::settle(&office).await?;
    let numbers = (0..count).map(|nth| calls::number(&office, nth)).collect();
    office.store.close().await;
    Ok(Prepared { key, numbers, written_bytes })
}

/// How many bytes of values a filing writes, by the store's own count.
async fn weigh(office: &office::Office, number: &str) -> Result<u64, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let (agent, before) = (calls::agent(), office.store.job_bytes());
    for nth in 0..WEIGHED {
        let found = office.call(&agent, number).await.map_err(explain)?;
        let body = filing(nth);
        let content = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        let submission = Submission { formality: Formality::WasteNotification, content, original: None };
        let request = Request::new("bench", Some(format!("weighed-{nth}")), body.as_bytes(), "api");
        office.file_on(&agent, found, &submission, &request).await.map_err(explain)?;
    }
    Ok((office.store.job_bytes() - before) / WEIGHED)
}

/// No two filings say the same: what says word for word what stands is answered with the receipt that stands, and files
/// nothing.
fn filing(nth: u64) -> String {
    WASTE.replace("all fast", &format!("all fast (filing {nth:012})"))
}

fn finish(out: &mut Vec<u8>, head: &str, key: &str, nth: u64) {
    let body = filing(nth);
    let length = body.len();
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(
        format!("content-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n")
            .as_bytes(),
    );
    out.extend_from_slice(body.as_bytes());
}

fn print(json: bool, report: &Report) -> Result<(), String> {
    if json {
        setup::say(&serde_json::to_string(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let conditions = format!(
        "{} ({}); {} connections; {} bytes a request, {} of them the filing, and {} bytes written; {} \
         calls",
        report.store,
        report.durability,
        report.connections,
        report.request_bytes,
        report.body_bytes,
        report.written_bytes,
        report.calls
    );
    run::print(&report.machine, &conditions, &report.rows);
    if let Some(times) = report.times_the_floor {
        setup::say(&format!("\nCPU of a submission in the closed loop: {times:.2} times the floor's."));
    }
    Ok(())
}
