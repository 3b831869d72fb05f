//! Declarations as a firm's system sends them, on a server of its own: read, checked, selected, taxed, stored and released; the same at
//! a fixed pace; many entered again after an outage; and one found again by each of its keys among ever more.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use clap::Args;
use domain::ship_call::Party;
use office::{ApplicationAct, DeclarationFilter, NewClaim, Office, Request, Role, problems::Attachment};
use serde::Serialize;

use super::{
    calls::{self, FIRM, Folder},
    child::Child,
    machine::Machine,
    run::{self, Measuring, Row},
};
use crate::setup::{self, Settings};

/// The mode by which goods are taxed and released in the answer to the message itself.
const MODE: &str = "register_first";
/// The measure by which that mode is granted.
const MEASURE: &str = "04-release-first";
/// So many searches by each key.
const SEARCHES: usize = 200;
/// A declaration's journal has so many events: lodged, accepted, assessed, selected, released.
const EVENTS: usize = 5;

/// How to measure declarations.
#[derive(Args)]
pub struct Declarations {
    /// Seconds of each run, after one second of warming up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Declarations a second of the open loop.
    #[arg(long, default_value_t = 500)]
    pace: u64,
    /// Items of a declaration.
    #[arg(long, default_value_t = 10)]
    items: usize,
    /// Declarations that are entered again after an outage, each line of theirs an item; 0 leaves it out.
    #[arg(long, default_value_t = 0)]
    again: u64,
    /// Declarations among which is searched, of five events each; 0 leaves it out.
    #[arg(long, default_value_t = 20_000)]
    among: usize,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// A search by a key.
#[derive(Serialize)]
struct Search {
    /// Declarations that stood in the store.
    among: usize,
    /// The key.
    by: &'static str,
    p50_us: u64,
    p99_us: u64,
}

/// What was measured.
#[derive(Serialize)]
struct Report {
    machine: Machine,
    store: &'static str,
    request_bytes: usize,
    items: usize,
    rows: Vec<Row>,
    /// Lines a second while many are entered again.
    again_lines_per_second: Option<f64>,
    searches: Vec<Search>,
}

/// Seeds, serves, sends, searches, and prints what came of it.
pub fn measure(settings: &Settings, of: &Declarations) -> Result<(), String> {
    let folder = Folder::fresh(settings)?;
    let own = folder.settings(settings);
    let on_server = !own.url().starts_with("sqlite:");
    let key = setup::run(prepare(&own))?;
    let mut arguments = folder.arguments(settings);
    arguments.extend(["serve", "--listen", "127.0.0.1:0"].map(str::to_owned));
    let server = Child::start(&arguments)?;
    let address = server.address.to_string();
    let runs = std::process::id();
    let request = |nth: u64, out: &mut Vec<u8>| {
        let body = message(&format!("B{runs}-{nth}"), of.items);
        let head = format!(
            "POST /api/v1/declarations?mode={MODE} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/xml\r\nidempotency-key: {runs}-{nth}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(body.as_bytes());
    };
    let Declarations { connections, seconds, pace, again, .. } = *of;
    let measuring = Measuring { server: &server, connections, seconds, on_server };
    measuring.must(&request, 201)?;
    let rows = vec![
        measuring.run("declaration, closed loop", &request, 201, None),
        measuring.run(&format!("declaration, {pace}/s"), &request, 201, Some(pace)),
    ];
    let again_lines_per_second = match again {
        0 => None,
        count => Some(enter_again(&measuring, &request, count, of.items)?),
    };
    let mut sample = Vec::new();
    request(0, &mut sample);
    drop(server);
    let searches = if of.among > 0 { setup::run(search(&own, of.among, of.items))? } else { Vec::new() };
    let store = if on_server { "PostgreSQL" } else { "SQLite" };
    let machine = Machine::this(&folder.0);
    print(
        of.json,
        &Report {
            machine,
            store,
            request_bytes: sample.len(),
            items: of.items,
            rows,
            again_lines_per_second,
            searches,
        },
    )
}

/// Sends so many as fast as they are answered, and tells how far it is.
fn enter_again(measuring: &Measuring<'_>, request: run::Request<'_>, count: u64, items: usize) -> Result<f64, String> {
    /// No key that a run before has used.
    const FIRST: u64 = 1 << 62;
    let begun = Instant::now();
    let bar = setup::bar("entered again", count);
    while bar.position() < count {
        let part = (count - bar.position()).min((count / 50).max(1));
        let good = measuring.count(request, 201, FIRST + bar.position(), part);
        if good < part {
            return Err(format!("{} of {part} were not taken", part - good));
        }
        bar.inc(part);
    }
    bar.finish_and_clear();
    Ok(count as f64 * items as f64 / begun.elapsed().as_secs_f64())
}

/// An empty store with a firm and its key.
async fn prepare(settings: &Settings) -> Result<String, String> {
    let office = calls::open_empty(settings).await?;
    let party = Party::Firm(FIRM.to_owned());
    let admitted =
        office.admit_system(&office::Administrator::operator("bench"), "bench", &party, office::Scope::ALL).await;
    let key = admitted.map_err(|error| format!("{error:?}"))?;
    grant(&office).await.map_err(|error| format!("{error:?}"))?;
    office.store.close().await;
    Ok(key)
}

/// The mode wants a grant of its measure.
async fn grant(office: &Office) -> Result<(), office::Error> {
    let paper = |code: &str| (code.to_owned(), Attachment { name: format!("{code}.txt"), bytes: b"bench".to_vec() });
    let claim = NewClaim {
        measure: MEASURE.to_owned(),
        facts: office.read_facts([("papers_missing", "yes")].into_iter())?,
        papers: vec![paper("registration"), paper("undertaking")],
        ..NewClaim::default()
    };
    let request = |what: &str| Request::new("bench", Some(what.to_owned()), what.as_bytes(), "bench");
    let done = office.apply_for(&calls::agent(), &claim, &request("apply")).await?;
    let customs = calls::actor(Party::Organ("customs".to_owned()), Role::Officer);
    let act = ApplicationAct::Grant {
        words: String::new(),
        law: String::new(),
        saved: None,
        hours: None,
        until: None,
        percent: None,
        person: None,
        plan: None,
    };
    office.do_on_application(&customs, &done.number, &act, &request("grant")).await.map(drop)
}

/// Seeds in three steps, and after each looks for one by each of its keys.
async fn search(settings: &Settings, among: usize, items: usize) -> Result<Vec<Search>, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let office: Office = setup::open(settings, &setup::Clock::default()).await?;
    let (agent, mut searches, mut seeded) = (calls::agent(), Vec::new(), 0);
    for step in [among / 100, among / 10, among].into_iter().filter(|step| *step > 0) {
        let told = AtomicUsize::new(seeded);
        let progress = || {
            let nth = told.fetch_add(1, Ordering::Relaxed) + 1;
            if nth.is_multiple_of(50_000) {
                setup::talk(&format!("pratique: {nth} of {among} declarations, {} events", nth * EVENTS));
            }
        };
        let message = message("REFERENCE", items);
        office.seed_declarations(&agent, message.as_bytes(), MODE, seeded..step, &progress).await.map_err(explain)?;
        seeded = step;
        calls::settle(&office).await?;
        for by in ["reference", "number", "payment reference", "transport document"] {
            let mut times = Vec::with_capacity(SEARCHES);
            for nth in 0..SEARCHES {
                let words = office.seeded_declaration_key(by, nth.wrapping_mul(7919) % step);
                let filter = DeclarationFilter { words, ..DeclarationFilter::default() };
                let begun = Instant::now();
                let found = office.declarations(&agent, &filter).await.map_err(explain)?;
                times.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
                if found.lines.is_empty() {
                    return Err(format!("by {by} {} finds nothing", filter.words));
                }
            }
            times.sort_unstable();
            searches.push(Search { among: step, by, p50_us: times[SEARCHES / 2], p99_us: times[SEARCHES * 99 / 100] });
        }
    }
    office.store.close().await;
    Ok(searches)
}

/// An import of so many items, as a firm's system writes it.
fn message(reference: &str, items: usize) -> String {
    let mut goods = String::new();
    for nth in 1..=items {
        let _ = write!(
            goods,
            "<GovernmentAgencyGoodsItem><SequenceNumeric>{nth}</SequenceNumeric><Commodity><Description>Sample parts {nth}</Description>\
             <Classification><ID>84713000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification><GoodsMeasure>\
             <GrossMassMeasure unitCode=\"KGM\">120.5</GrossMassMeasure></GoodsMeasure><InvoiceLine>\
             <ItemChargeAmount currencyID=\"CNY\">{}.50</ItemChargeAmount></InvoiceLine></Commodity><Origin><CountryCode>KR</CountryCode></Origin>\
             <Packaging><SequenceNumeric>1</SequenceNumeric><QuantityQuantity>4</QuantityQuantity><TypeCode>CT</TypeCode></Packaging>\
             </GovernmentAgencyGoodsItem>",
            1000 + nth
        );
    }
    format!(
        "<md:MetaData xmlns:md=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\" xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\">\
         <md:WCOTypeName>DEC</md:WCOTypeName><Declaration><FunctionCode>9</FunctionCode>\
         <FunctionalReferenceID>{reference}</FunctionalReferenceID><TypeCode>IMA</TypeCode><GoodsItemQuantity>{items}</GoodsItemQuantity>\
         <GoodsShipment>{goods}</GoodsShipment></Declaration></md:MetaData>"
    )
}

fn print(json: bool, report: &Report) -> Result<(), String> {
    if json {
        setup::say(&serde_json::to_string(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let conditions = format!("{}; {} bytes a request of {} items", report.store, report.request_bytes, report.items);
    run::print(&report.machine, &conditions, &report.rows);
    if let Some(rate) = report.again_lines_per_second {
        setup::say(&format!("\nentered again: {rate:.0} lines/s"));
    }
    if !report.searches.is_empty() {
        setup::say("\n| declarations | events | search by | p50 ms | p99 ms |\n| ---: | ---: | --- | ---: | ---: |");
        for of in &report.searches {
            let ms = |micros: u64| micros as f64 / 1000.0;
            setup::say(&format!(
                "| {} | {} | {} | {:.2} | {:.2} |",
                of.among,
                of.among * EVENTS,
                of.by,
                ms(of.p50_us),
                ms(of.p99_us)
            ));
        }
    }
    Ok(())
}
