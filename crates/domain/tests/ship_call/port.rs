//! The sample port, read from its folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use domain::{
    calendar::Calendar,
    measure::Register,
    profile::Bases,
    profile::{Berth, OrganRecord, Port, Profile},
};
use jiff::tz::TimeZone;
use rules::Table;
use serde::Deserialize;

#[derive(Deserialize)]
struct Organs {
    organ: Vec<OrganRecord>,
}

#[derive(Deserialize)]
struct Berths {
    berth: Vec<Berth>,
}

/// The sample profile, read once; assertions over what is filed are tried elsewhere.
pub fn dalian() -> &'static Profile {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    PROFILE.get_or_init(|| {
        let port: Port = read("port.toml");
        let organs: Organs = read("organs.toml");
        let berths: Berths = read("berths.toml");
        Profile {
            zone: TimeZone::get(&port.zone).unwrap(),
            port,
            organs: organs.organ,
            calendars: names("calendars").map(|name| read::<Calendar>(&name)).map(|of| (of.name.clone(), of)).collect(),
            berths: berths.berth,
            tables: names("tables").map(|name| table(&name)).map(|of| (of.name.clone(), of)).collect(),
            assertions: BTreeMap::new(),
            laws: Vec::new(),
            register: Register::default(),
            bases: Bases::default(),
        }
    })
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    toml::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn table(name: &str) -> Table {
    parsed(&text(name))
}

/// A table of its text.
pub fn parsed(text: &str) -> Table {
    let (table, findings) = Table::parse(text);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

fn names(folder: &'static str) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    entries.map(move |entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
}

/// The text of a file of the profile.
pub fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian")
}
