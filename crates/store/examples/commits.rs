//! Measures commits: `cargo run --release -p store --example commits -- sqlite:/path/to/port.db [seconds]`.
//!
//! A job is one matter with a snapshot of 4 KB, two entries of 300 bytes, a document of 2 KB, two tasks and an event.
//! Half of the jobs open a matter, half amend one. 64 committers wait for each answer. Printed are jobs per second and
//! the processor time of the whole process (and, where the system tells it, nothing of the server's) for each job.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use store::{
    Chance, DocumentPlain, Durability, EntryWrite, Event, IdempotencyKey, Job, MatterRow, MatterWrite, Options,
    Statement, Store, TaskWrite,
};

const COMMITTERS: usize = 64;

static SEED: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:bench.db".into());
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    let path = url.strip_prefix("sqlite:").map(Path::new);
    let data_dir = path.and_then(Path::parent).map_or_else(std::env::temp_dir, Path::to_owned);
    let began = Instant::now();
    let options = Options {
        port: format!("bench{}", std::process::id()),
        url,
        data_dir: data_dir.join(format!("bench-data-{}", std::process::id())),
        master_key: [1; 32],
        receipt_key: ledger::SigningKey::from_seed([2; 32]),
        former_keys: Vec::new(),
        origin: "port.example/bench".into(),
        durability: Durability::Full,
        reserve: 0,
        chance: Chance {
            entropy: Arc::new(entropy),
            clock: Arc::new(move || 1_795_521_600_000_000 + began.elapsed().as_micros() as i64),
        },
    };
    let store = Store::open(options).await.expect("the store opens");
    let sequencer = store.clone();
    tokio::spawn(async move {
        // Ends with the store.
        while sequencer.sequence().await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let (cpu, start) = (cpu(), Instant::now());
    let end = start + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..COMMITTERS).map(|_| tokio::spawn(commit_until(store.clone(), end))).collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.expect("no panic"));
    }
    report(waits, start.elapsed(), cpu_since(cpu));
    store.close().await;
}

fn report(mut waits: Vec<Duration>, took: Duration, cpu: Duration) {
    waits.sort_unstable();
    let jobs = waits.len().max(1);
    let at = |part: f64| waits.get((jobs as f64 * part) as usize).copied().unwrap_or_default();
    println!("jobs          {jobs} in {:.2} s, {:.0} a second", took.as_secs_f64(), jobs as f64 / took.as_secs_f64());
    println!("processor     {:.1} us a job", cpu.as_secs_f64() * 1e6 / jobs as f64);
    println!("answer after  {:?} (half), {:?} (99 of 100)", at(0.5), at(0.99));
}

async fn commit_until(store: Store, end: Instant) -> Vec<Duration> {
    let (mut waits, mut last) = (Vec::new(), None);
    while Instant::now() < end {
        let start = Instant::now();
        let matter = match last.take() {
            None => matter(&store, store.new_id(), 0),
            Some(id) => matter(&store, id, 2),
        };
        if matter.read_version == 0 {
            last = Some(matter.id);
        }
        store.commit(job(&store, matter)).await.expect("committed");
        waits.push(start.elapsed());
    }
    waits
}

fn matter(store: &Store, id: uuid::Uuid, read_version: i64) -> MatterWrite {
    let now = store.chance().now();
    let entry = || EntryWrite {
        kind: "filed",
        v: 1,
        at: now,
        actor: "agent-1".into(),
        on_behalf: Some("line-1".into()),
        channel: "web".into(),
        bytes: vec![b'e'; 300],
    };
    let task = |organ: &str| TaskWrite {
        organ: organ.into(),
        step: "decide".into(),
        state: "waiting".into(),
        open: true,
        since: now,
        due_at: Some(now + 1_000_000),
        note: String::new(),
        first: false,
        rank: None,
    };
    MatterWrite {
        id,
        kind: "ship_call",
        read_version,
        row: MatterRow {
            number: format!("2026-{id}"),
            firm: "firm-1".into(),
            title: "MV Example, 9074729".into(),
            subject_key: "9074729".into(),
            state: if read_version == 0 { "filed".into() } else { "amended".into() },
            holder: "msa".into(),
            due_at: Some(now),
            opened_at: now,
            updated_at: now,
            ..MatterRow::default()
        },
        fold: "0123456789abcdef".into(),
        snapshot: vec![b's'; 4096],
        entries: vec![entry(), entry()],
        tasks: vec![task("msa"), task("customs")],
        ..MatterWrite::default()
    }
}

fn job(store: &Store, matter: MatterWrite) -> Job {
    let plain = DocumentPlain {
        id: store.new_id(),
        matter: matter.id,
        purpose: "crew_list".into(),
        subject: String::new(),
        bytes: vec![b'd'; 2048],
    };
    let key = store.new_id().to_string();
    Job {
        key: Some(IdempotencyKey { principal: "agent-1".into(), route: "calls".into(), key, body_digest: [4; 32] }),
        events: vec![Event { kind: "call.filed".into(), matter: matter.id, data: "{\"v\":1}".into() }],
        documents: vec![store.seal(plain).expect("sealed")],
        receipt: Statement { what: "a call".into(), received_at: store.chance().now(), digest: [3; 32] },
        matters: vec![matter],
        ..Job::default()
    }
}

/// Bytes that differ each time; a measurement needs no secrets.
fn entropy() -> [u8; 32] {
    let mut state = SEED.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    let mut bytes = [0; 32];
    for chunk in bytes.as_chunks_mut::<8>().0 {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(0x94d0_49bb_1331_11eb);
        *chunk = (state ^ (state >> 27)).to_le_bytes();
    }
    bytes
}

/// Processor time of this process so far, in ticks of a hundredth of a second; none where the system does not tell.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = after_name.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    fields.get(11).zip(fields.get(12)).map_or(0, |(user, system)| user + system)
}

fn cpu_since(before: u64) -> Duration {
    Duration::from_millis((cpu() - before) * 10)
}
