//! An office of the sample port on a store in a folder of its own.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use domain::{
    Instant, Text,
    ship_call::{Party, Ship},
};
use ledger::{
    SigningKey, TrustList,
    trust_list::{Name, Purpose, TrustedKey},
};
use office::{Actor, Keys, NewCall, Office, Request, Role, Rules, ShipRecord, profiles::Source};

/// 24 November 2026, noon UTC.
pub const NOON: i64 = 1_795_521_600_000_000;
/// The ship of the tests.
pub const IMO: &str = "9074729";

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// An office; its folder is removed at the end.
pub struct Place {
    pub office: Office,
    pub clock: Arc<AtomicI64>,
    pub folder: PathBuf,
}

impl Place {
    /// An office of the sample port with one ship in its records.
    pub async fn open() -> Place {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("pratique-office-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let rules = Rules::of(Source::sample()).expect("the sample profile");
        let profile = rules.profile();
        let clock = Arc::new(AtomicI64::new(NOON));
        let (later, now) = (clock.clone(), clock.clone());
        let port = SigningKey::from_seed([9; 32]);
        let options = store::Options {
            port: profile.port.code.clone(),
            url: format!("sqlite:{}", folder.join("port.db").display()),
            data_dir: folder.clone(),
            master_key: [7; 32],
            receipt_key: port.clone(),
            former_keys: Vec::new(),
            origin: "port.example/log".to_owned(),
            durability: store::Durability::Normal,
            reserve: 0,
            chance: store::Chance {
                entropy: Arc::new(entropy),
                clock: Arc::new(move || later.fetch_add(1, Ordering::Relaxed)),
            },
        };
        let store = store::Store::open(options).await.expect("the store opens");
        let keys = keys(port, &profile.port.code);
        let clock_of_office = Arc::new(move || Instant(now.fetch_add(1, Ordering::Relaxed)));
        let office = Office::new(store, rules, Arc::new(keys), clock_of_office, Arc::new(entropy));
        let place = Place { office, clock, folder };
        let name = Text::new("试验轮", "TRIAL");
        let (flag, ship_type) = ("PA".to_owned(), "container".to_owned());
        let ship = Ship { imo: IMO.to_owned(), name, flag, ship_type, ..Ship::default() };
        let record = ShipRecord { ship, ..ShipRecord::default() };
        place.office.record_ship(&agent("blue"), &record).await.expect("recorded");
        place
    }

    /// What an agent says who opens a call that arrives in ten days.
    pub fn new_call(&self) -> NewCall {
        NewCall {
            imo: IMO.to_owned(),
            kind: "ordinary".to_owned(),
            eta: Some(Instant(NOON).plus_hours(240)),
            etd: Some(Instant(NOON).plus_hours(270)),
            last_port: "KRINC".to_owned(),
            next_port: "JPYOK".to_owned(),
            ..NewCall::default()
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn keys(port: SigningKey, code: &str) -> Keys {
    let public_key = port.public();
    let trusted = TrustedKey {
        kid: public_key.kid(),
        holder: code.to_owned(),
        name: Name { zh: code.to_owned(), en: code.to_owned() },
        purposes: vec![Purpose::Receipt, Purpose::Checkpoint, Purpose::TrustList],
        permit_kinds: Vec::new(),
        algorithm: public_key.algorithm(),
        public_key,
        not_before: 0,
        not_after: None,
        revoked_at: None,
    };
    let trust_list = TrustList { port: code.to_owned(), issued_at: NOON, keys: vec![trusted] };
    let signed_trust_list = trust_list.sign(&port).expect("signed");
    Keys { port, organs: BTreeMap::new(), trust_list, signed_trust_list }
}

/// Bytes that do not repeat.
fn entropy() -> [u8; 32] {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let mut bytes = [0; 32];
    for chunk in bytes.as_chunks_mut::<8>().0 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
        *chunk = hasher.finish().to_le_bytes();
    }
    bytes
}

/// A person of a firm.
pub fn agent(firm: &str) -> Actor {
    actor(Party::Firm(firm.to_owned()), Role::Agent)
}

/// An officer of an organ.
pub fn officer(organ: &str) -> Actor {
    actor(Party::Organ(organ.to_owned()), Role::Officer)
}

fn actor(party: Party, role: Role) -> Actor {
    let person = "somebody".to_owned();
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}

/// A request with a key.
pub fn request(route: &'static str, key: &str) -> Request {
    Request::new(route, Some(key.to_owned()), key.as_bytes(), "page")
}
