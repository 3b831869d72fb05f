//! Builders and the engines that a test runs on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use store::{
    Chance, Durability, EntryWrite, Event, IdempotencyKey, Job, MatterRow, MatterWrite, Options, Statement, Store,
    TaskWrite,
};
use uuid::Uuid;

/// 24 November 2026, noon UTC.
pub const NOON: i64 = 1_795_521_600_000_000;

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// A place for one store, removed at the end.
pub struct Place {
    pub folder: PathBuf,
    pub url: String,
    pub clock: Arc<AtomicI64>,
    pub port: String,
}

impl Place {
    pub fn sqlite() -> Place {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("pratique-store-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = format!("sqlite:{}", folder.join("port.db").display());
        Place { folder, url, clock: Arc::new(AtomicI64::new(NOON)), port: format!("port{n}") }
    }

    /// SQLite, and PostgreSQL if there is a server.
    #[expect(clippy::disallowed_methods, reason = "the address of the test server comes from the environment")]
    pub fn each() -> Vec<Place> {
        let mut places = vec![Place::sqlite()];
        if let Ok(url) = std::env::var("PRATIQUE_TEST_PG") {
            let mut place = Place::sqlite();
            place.url = url;
            // One server serves all tests: each has a port of its own.
            place.port = format!("port{}", Uuid::from_bytes(entropy()[..16].try_into().expect("sixteen")));
            places.push(place);
        }
        places
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub fn db(&self) -> PathBuf {
        self.folder.join("port.db")
    }

    pub fn options(&self) -> Options {
        options(&self.url, &self.folder, &self.port, self.clock.clone())
    }

    pub async fn open(&self) -> Store {
        Store::open(self.options()).await.expect("the store opens")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn options(url: &str, folder: &Path, port: &str, clock: Arc<AtomicI64>) -> Options {
    Options {
        port: port.to_owned(),
        url: url.to_owned(),
        data_dir: folder.to_owned(),
        master_key: [7; 32],
        receipt_key: ledger::SigningKey::from_seed([9; 32]),
        former_keys: Vec::new(),
        origin: "port.example/log".into(),
        durability: Durability::Full,
        reserve: 0,
        chance: Chance { entropy: Arc::new(entropy), clock: Arc::new(move || clock.fetch_add(1, Ordering::Relaxed)) },
    }
}

/// Bytes that do not repeat, seeded by the process so that tests on one server do not meet.
pub fn entropy() -> [u8; 32] {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let mut bytes = [0; 32];
    for chunk in bytes.as_chunks_mut::<8>().0 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
        *chunk = hasher.finish().to_le_bytes();
    }
    bytes
}

pub fn key(key: &str, body: u8) -> IdempotencyKey {
    IdempotencyKey { principal: "agent-1".into(), route: "calls".into(), key: key.into(), body_digest: [body; 32] }
}

/// A new ship call of a firm.
pub fn new_matter(store: &Store, firm: &str) -> MatterWrite {
    let id = store.new_id();
    MatterWrite {
        id,
        kind: "ship_call",
        read_version: 0,
        row: MatterRow {
            number: format!("2026-{id}"),
            firm: firm.into(),
            title: "MV Example".into(),
            subject_key: "9074729".into(),
            state: "filed".into(),
            holder: "msa".into(),
            due_at: Some(NOON + 10),
            opened_at: NOON,
            updated_at: NOON,
            place: "berth 5".into(),
            ..MatterRow::default()
        },
        fold: "fold-1".into(),
        snapshot: vec![1; 100],
        entries: vec![entry("filed", b"first")],
        tasks: vec![task("msa", "approve", Some(NOON + 10))],
        tokens: Some(vec!["example".into(), "9074729".into()]),
        ..MatterWrite::default()
    }
}

/// A change of a matter that was read at a version.
pub fn change(matter: &MatterWrite, version: i64, bytes: &[u8]) -> MatterWrite {
    MatterWrite {
        read_version: version,
        entries: vec![entry("amended", bytes)],
        snapshot: bytes.to_vec(),
        tasks: Vec::new(),
        tokens: None,
        ..matter.clone()
    }
}

pub fn entry(kind: &'static str, bytes: &[u8]) -> EntryWrite {
    EntryWrite {
        kind,
        v: 1,
        at: NOON,
        actor: "agent-1".into(),
        on_behalf: None,
        channel: "web".into(),
        bytes: bytes.to_vec(),
    }
}

pub fn task(organ: &str, step: &str, due_at: Option<i64>) -> TaskWrite {
    TaskWrite {
        organ: organ.into(),
        step: step.into(),
        state: "waiting".into(),
        open: true,
        since: NOON,
        due_at,
        note: String::new(),
        first: false,
        rank: None,
    }
}

pub fn job(matters: Vec<MatterWrite>) -> Job {
    let events = matters.iter().map(|matter| Event { kind: "call.filed".into(), matter: matter.id, data: "{}".into() });
    Job {
        events: events.collect(),
        matters,
        receipt: Statement { what: "a call".into(), received_at: NOON, digest: [3; 32] },
        ..Job::default()
    }
}
