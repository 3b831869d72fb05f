//! Problems: reports against a server of its own, lists over many cases, and clocks that fall due together.

use std::time::{Duration, Instant};

use clap::Args;
use domain::ship_call::Party;
use office::{Actor, Office, ProblemFilter, Role};
use serde::Serialize;

use super::{
    calls::{self, FIRM, Folder},
    child::Child,
    machine::Machine,
    problem_store,
    run::{self, Measuring, Row},
};
use crate::{
    serve,
    setup::{self, Settings},
};

/// How to measure problems.
#[derive(Args)]
pub struct Problems {
    /// Cases in the store.
    #[arg(long, default_value_t = 100_000)]
    cases: usize,
    /// Seconds of each run, after one second of warming up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Reports a second of the open loop.
    #[arg(long, default_value_t = 1000)]
    pace: u64,
    /// Clocks that fell due within one minute.
    #[arg(long, default_value_t = 10_000)]
    clocks: usize,
    /// Measures reports, and neither lists nor clocks.
    #[arg(long)]
    only_reports: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    cases: usize,
    connections: usize,
    body_bytes: usize,
    seeded_per_second: f64,
    reports: Vec<Row>,
    lists: Vec<Row>,
    clocks: Option<Clocks>,
}

/// Clocks that fell due within one minute.
#[derive(Serialize)]
struct Clocks {
    due: usize,
    /// From the first beat until none was due any more.
    seconds: f64,
}

/// Seeds, serves, sends, and prints what came of it.
pub fn measure(settings: &Settings, problems: &Problems) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    let on_server = !own.url().starts_with("sqlite:");
    let prepared = setup::run(prepare(&own, problems))?;
    let mut arguments = folder.arguments(settings);
    arguments.extend(["serve", "--listen", "127.0.0.1:0"].map(str::to_owned));
    let server = Child::start(&arguments)?;
    let Problems { connections, seconds, .. } = *problems;
    let measuring = Measuring { server: &server, connections, seconds, on_server };
    let lists = if problems.only_reports { Vec::new() } else { read(&measuring, &prepared)? };
    let reports = reports(&measuring, problems.pace, &prepared.key)?;
    drop(server);
    let clocks = if problems.only_reports { None } else { Some(setup::run(clocks(&own, problems.clocks))?) };
    print(
        problems.json,
        &Report {
            machine: Machine::this(&folder.0),
            store: if on_server { "PostgreSQL" } else { "SQLite" },
            cases: problems.cases,
            connections: problems.connections,
            body_bytes: problem_store::body(0).len(),
            seeded_per_second: prepared.seeded_per_second,
            reports,
            lists,
            clocks,
        },
    )
}

/// A store with problems, people and a key.
struct Prepared {
    key: String,
    /// What is asked: its name, path and header.
    lists: Vec<(&'static str, String, String)>,
    seeded_per_second: f64,
}

async fn prepare(settings: &Settings, problems: &Problems) -> Result<Prepared, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let office = calls::open_empty(settings).await?;
    let bar = setup::bar("problems", problems.cases as u64);
    let begin = Instant::now();
    problem_store::seed(&office, problems.cases, &|| bar.inc(1)).await?;
    let seeded_per_second = problems.cases as f64 / begin.elapsed().as_secs_f64();
    bar.finish_and_clear();
    calls::settle(&office).await?;
    let firm = Party::Firm(FIRM.to_owned());
    let key = office
        .admit_system(&office::Administrator::operator("bench"), "bench", &firm, office::Scope::ALL)
        .await
        .map_err(explain)?;
    let lists = lists(&office, &firm, &key).await?;
    office.store.close().await;
    Ok(Prepared { key, lists, seeded_per_second })
}

async fn lists(office: &Office, firm: &Party, key: &str) -> Result<Vec<(&'static str, String, String)>, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let organ = |code: &str| Party::Organ(code.to_owned());
    let mut cookies = Vec::new();
    let people = [
        ("bench-agent", firm.clone(), "agent"),
        ("bench-officer", organ("customs"), "officer"),
        ("bench-desk", organ("port_office"), "coordinator"),
    ];
    for (name, party, role) in people {
        office.add_user(name, "bench-password", &party, role, "en").await.map_err(explain)?;
        let token = office.sign_in(name, "bench-password").await.map_err(explain)?.token;
        cookies.push(format!("cookie: pq_session={token}"));
    }
    let list = |what, path: &str, header: &str| (what, path.to_owned(), header.to_owned());
    let deep = deep(office).await?;
    Ok(vec![
        list("list, port office", "/problems", &cookies[2]),
        list("a list's hundredth page", &format!("/problems?after={deep}"), &cookies[2]),
        list("by state", "/problems?state=handling", &cookies[2]),
        list("by topic", "/problems?topic=fee", &cookies[2]),
        list("by owner", "/problems?owner=customs", &cookies[2]),
        list("by class", "/problems?class=p0", &cookies[2]),
        list("overdue", "/problems?overdue=yes", &cookies[2]),
        list("by a container's number", "/problems?q=SEED0000017", &cookies[2]),
        list("desk, department", "/problems/desk", &cookies[1]),
        list("list, department", "/problems", &cookies[1]),
        list("overdue, department", "/problems?overdue=yes", &cookies[1]),
        list("list, firm", "/problems", &cookies[0]),
        list("list, API", "/api/v1/problems", &format!("authorization: Bearer {key}")),
        list("board, port office", "/problems/board", &cookies[2]),
    ])
}

/// The cursor of the hundredth page, or of the last one before it.
async fn deep(office: &Office) -> Result<String, String> {
    let (person, party) = ("bench".to_owned(), Party::Organ("port_office".to_owned()));
    let role = Role::Coordinator;
    let desk = Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None };
    let mut after = None;
    for _ in 1..100 {
        let filter = ProblemFilter { after: after.clone(), ..ProblemFilter::default() };
        match office.problems(&desk, &filter).await.map_err(|error| format!("{error:?}"))?.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(after.unwrap_or_default())
}

fn reports(measuring: &Measuring<'_>, pace: u64, key: &str) -> Result<Vec<Row>, String> {
    let (address, runs) = (measuring.server.address, std::process::id());
    let request = |nth: u64, out: &mut Vec<u8>| {
        let body = problem_store::body(nth);
        out.extend_from_slice(
            format!(
                "POST /api/v1/problems HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\ncontent-type: \
                 application/json\r\nidempotency-key: {runs}-{nth}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
    };
    measuring.must(&request, 201)?;
    Ok(vec![
        measuring.run("report, closed loop", &request, 201, None),
        measuring.run(&format!("report, {pace}/s"), &request, 201, Some(pace)),
    ])
}

fn read(measuring: &Measuring<'_>, prepared: &Prepared) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (what, path, header) in &prepared.lists {
        let request = |_: u64, out: &mut Vec<u8>| {
            out.extend_from_slice(format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{header}\r\n\r\n").as_bytes());
        };
        measuring.must(&request, 200)?;
        rows.push(measuring.run(what, &request, 200, None));
    }
    Ok(rows)
}

/// Clocks that fell due within one minute, handled by the beat that handles them in a server.
async fn clocks(settings: &Settings, count: usize) -> Result<Clocks, String> {
    let office = setup::open(settings, &setup::Clock::default()).await?;
    let bar = setup::bar("clocks", count as u64);
    problem_store::seed_due(&office, count, &|| bar.inc(1)).await?;
    bar.finish_and_clear();
    setup::talk("pratique: clocks");
    let begin = Instant::now();
    let beat = tokio::spawn(serve::background(office.clone()));
    let ended = loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let next = office.store.next_due().await.map_err(|error| error.to_string())?;
        if next.is_none_or(|next| next > office.now().0) {
            break begin.elapsed();
        }
    };
    beat.abort();
    office.store.close().await;
    Ok(Clocks { due: count, seconds: ended.as_secs_f64() })
}

fn print(json: bool, report: &Report) -> Result<(), String> {
    if json {
        setup::say(&serde_json::to_string(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let conditions = format!(
        "{}; {} cases, seeded at {:.0} a second; {} connections; a report of {} bytes",
        report.store, report.cases, report.seeded_per_second, report.connections, report.body_bytes
    );
    run::print(&report.machine, &conditions, report.reports.iter().chain(&report.lists));
    if let Some(Clocks { due, seconds }) = report.clocks {
        setup::say(&format!("\n{due} clocks that fell due within one minute: handled in {seconds:.1} s."));
    }
    Ok(())
}
