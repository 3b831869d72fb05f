//! List pages and call pages over many calls: latency, and the number of statements, which must not grow with the calls.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use clap::Args;
use domain::ship_call::Party;
use office::Office;
use serde::Serialize;

use super::{
    calls::{self, FIRM, Folder},
    load::{self, Load, Measured},
    machine::Machine,
};
use crate::{
    serve,
    setup::{self, Settings},
};

/// How to measure pages.
#[derive(Args)]
pub struct Pages {
    /// Calls in the store.
    #[arg(long, default_value_t = 20_000)]
    calls: usize,
    /// Journal entries of each call.
    #[arg(long, default_value_t = 30)]
    entries: usize,
    /// Seconds for each page.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Calls with which statements are counted the first time.
const FEW: usize = 100;

/// Requests of which each is counted.
const COUNTED: usize = 20;

#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    calls: usize,
    entries: usize,
    /// Calls seeded a second, each with its entries.
    seeded_per_second: f64,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    what: &'static str,
    answer_bytes: usize,
    /// The least and the most statements of a request with few calls in the store, and with all.
    statements_few: (u64, u64),
    statements_all: (u64, u64),
    #[serde(flatten)]
    measured: Measured,
}

/// A page that is measured.
struct Target {
    what: &'static str,
    /// `{}` stands for a call's number.
    path: &'static str,
    /// The header that signs the reader in.
    header: String,
}

/// Seeds, serves in this process, asks, and prints what came of it.
pub fn measure(settings: &Settings, pages: &Pages) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    let report = setup::run(async {
        let office = calls::open_empty(&own).await?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let router = web::routes::router(serve::app(&own, office.clone(), Vec::new())?);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await });
        let report = report(&office, address, pages, &folder, own.url().starts_with("sqlite:")).await;
        server.abort();
        office.store.close().await;
        report
    })?;
    print(pages.json, &report)
}

async fn report(
    office: &Office,
    address: SocketAddr,
    pages: &Pages,
    folder: &Folder,
    sqlite: bool,
) -> Result<Report, String> {
    let targets = targets(office).await?;
    let few = FEW.min(pages.calls);
    calls::seed(office, (0, few), pages.entries, &|| ()).await?;
    let counted_few = count_all(office, address, &targets, few)?;
    let bar = setup::bar("calls", (pages.calls - few) as u64);
    let begin = Instant::now();
    calls::seed(office, (few, pages.calls), pages.entries, &|| bar.inc(1)).await?;
    let seeded_per_second = (pages.calls - few) as f64 / begin.elapsed().as_secs_f64();
    bar.finish_and_clear();
    office.sequence().await.map_err(|error| format!("{error:?}"))?;
    let counted_all = count_all(office, address, &targets, pages.calls)?;
    let mut rows = Vec::new();
    for ((target, (few, _)), (all, answer_bytes)) in targets.iter().zip(counted_few).zip(counted_all) {
        let request = |nth: u64, out: &mut Vec<u8>| ask(office, target, nth, pages.calls, out);
        let load = Load { address, connections: pages.connections, request: &request, good: 200 };
        let time = |seconds| tokio::task::block_in_place(|| load::closed(&load, 0, Duration::from_secs(seconds)));
        setup::talk(&format!("pratique: {}", target.what));
        time(1);
        let measured = time(pages.seconds);
        rows.push(Row { what: target.what, answer_bytes, statements_few: few, statements_all: all, measured });
    }
    Ok(Report {
        machine: Machine::this(&folder.0),
        store: if sqlite { "SQLite" } else { "PostgreSQL" },
        calls: pages.calls,
        entries: pages.entries,
        seeded_per_second,
        rows,
    })
}

async fn targets(office: &Office) -> Result<Vec<Target>, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let organ = |code: &str| Party::Organ(code.to_owned());
    let firm = Party::Firm(FIRM.to_owned());
    let key = office
        .admit_system(&office::Administrator::operator("bench"), "bench", &firm, office::Scope::ALL)
        .await
        .map_err(explain)?;
    let mut cookies = Vec::new();
    let people = [
        ("bench-agent", firm, "agent"),
        ("bench-officer", organ("msa"), "officer"),
        ("bench-desk", organ("port_office"), "coordinator"),
    ];
    for (name, party, role) in people {
        office.add_user(name, "bench-password", &party, role, "en").await.map_err(explain)?;
        let token = office.sign_in(name, "bench-password").await.map_err(explain)?.token;
        cookies.push(format!("cookie: pq_session={token}"));
    }
    let bearer = format!("authorization: Bearer {key}");
    let target = |what, path, header: &str| Target { what, path, header: header.to_owned() };
    Ok(vec![
        target("home, agent", "/", &cookies[0]),
        target("list of calls, agent", "/calls", &cookies[0]),
        target("call, agent", "/calls/{}", &cookies[0]),
        target("list of calls, officer", "/calls", &cookies[1]),
        target("queue, officer", "/queue", &cookies[1]),
        target("call, officer", "/calls/{}", &cookies[1]),
        target("board, port office", "/board", &cookies[2]),
        target("list of calls, API", "/api/v1/calls", &bearer),
        target("call, API", "/api/v1/calls/{}", &bearer),
    ])
}

fn ask(office: &Office, target: &Target, nth: u64, calls: usize, out: &mut Vec<u8>) {
    let number = calls::number(office, (nth as usize).wrapping_mul(7919) % calls.max(1));
    let path = target.path.replace("{}", &number);
    out.extend_from_slice(format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{}\r\n\r\n", target.header).as_bytes());
}

type Counted = ((u64, u64), usize);

/// The least and the most statements of requests that come one after another, and the size of the answer.
fn count_all(office: &Office, address: SocketAddr, targets: &[Target], calls: usize) -> Result<Vec<Counted>, String> {
    tokio::task::block_in_place(|| targets.iter().map(|target| count(office, address, target, calls)).collect())
}

fn count(office: &Office, address: SocketAddr, target: &Target, calls: usize) -> Result<Counted, String> {
    let (mut stream, mut request, mut answer) = (None, Vec::new(), Vec::new());
    let (mut least, mut most) = (u64::MAX, 0);
    for nth in 0..COUNTED {
        request.clear();
        ask(office, target, nth as u64, calls, &mut request);
        let before = office.store.statements();
        let status = load::exchange(&mut stream, address, &request, &mut answer);
        if status != Some(200) {
            return Err(format!("{}: {}", target.what, String::from_utf8_lossy(&answer)));
        }
        let count = office.store.statements() - before;
        (least, most) = (least.min(count), most.max(count));
    }
    Ok(((least, most), answer.len()))
}

fn print(json: bool, report: &Report) -> Result<(), String> {
    if json {
        setup::say(&serde_json::to_string(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let machine = &report.machine;
    setup::say(&format!("{}, {} cores, {}, {}", machine.processor, machine.cores, machine.kernel, machine.filesystem));
    setup::say(&format!(
        "{}; {} calls with {} entries each, seeded at {:.0} calls a second\n",
        report.store, report.calls, report.entries, report.seeded_per_second
    ));
    setup::say(&format!(
        "| page | KB | statements, {FEW} calls | statements, all | answers/s | p50 ms | p99 ms | other answers |"
    ));
    setup::say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let range =
        |(least, most): (u64, u64)| if least == most { least.to_string() } else { format!("{least} to {most}") };
    for row in &report.rows {
        setup::say(&format!(
            "| {} | {:.0} | {} | {} | {:.0} | {:.1} | {:.1} | {} |",
            row.what,
            row.answer_bytes as f64 / 1024.0,
            range(row.statements_few),
            range(row.statements_all),
            row.measured.per_second,
            row.measured.p50_us as f64 / 1000.0,
            row.measured.p99_us as f64 / 1000.0,
            row.measured.other.values().sum::<u64>(),
        ));
    }
    Ok(())
}
