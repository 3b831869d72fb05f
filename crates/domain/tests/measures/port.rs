//! The register of the sample port, read from its folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use domain::{
    calendar::Calendar,
    measure::{Fact, Measure, Named, Part, Register, TABLE_PREFIX},
    profile::{Bases, Port, Profile},
};
use jiff::tz::TimeZone;
use rules::Table;
use serde::Deserialize;

#[derive(Deserialize)]
struct Shared {
    headings: Vec<Named>,
    wants: Vec<Named>,
    events: Vec<Named>,
    facts: Vec<Fact>,
}

#[derive(Deserialize)]
struct Organs {
    organ: Vec<domain::profile::OrganRecord>,
}

#[derive(Deserialize)]
struct Laws {
    law: Vec<domain::law::Law>,
}

/// The register as the port's folder says it, assembled by the same checks as in the program.
pub fn profile() -> Profile {
    let root = folder();
    let shared: Shared = read(&root.join("measures/register.toml"));
    let organs = read::<Organs>(&root.join("organs.toml")).organ;
    let laws = read::<Laws>(&root.join("laws.toml")).law;
    let mut tables = BTreeMap::new();
    let mut parts = Vec::new();
    let entries = fs::read_dir(root.join("measures")).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.filter(|path| path.is_dir()) {
        let folder = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (table, findings) = Table::parse(&fs::read_to_string(path.join("eligibility.table.md")).unwrap());
        let table = table.unwrap_or_else(|| panic!("{folder}: {findings:?}"));
        tables.insert(format!("{TABLE_PREFIX}{folder}"), table.clone());
        parts.push(Part { measure: read::<Measure>(&path.join("measure.toml")), table, folder });
    }
    // The limits of applications, and the price list by which the interest of an instalment is reckoned.
    for name in ["application-clocks", "charges", "charge-reliefs", "deferrals", "tariff-late-payment"] {
        let text = fs::read_to_string(root.join(format!("tables/{name}.table.md"))).unwrap();
        let (table, findings) = Table::parse(&text);
        tables.insert(name.to_owned(), table.unwrap_or_else(|| panic!("{name}: {findings:?}")));
    }
    let calendars = fs::read_dir(root.join("calendars")).unwrap().map(|entry| read::<Calendar>(&entry.unwrap().path()));
    let calendars = calendars.map(|calendar| (calendar.name.clone(), calendar)).collect();
    let codes: Vec<&str> = organs.iter().map(|organ| organ.code.as_str()).collect();
    let Shared { headings, wants, events, facts } = shared;
    let register = Register { headings, wants, events, facts, measures: Vec::new() };
    let register =
        domain::measure::assemble(register, parts, &codes, &laws).unwrap_or_else(|all| panic!("{}", all.join("\n")));
    Profile {
        port: Port::default(),
        zone: TimeZone::get("Asia/Shanghai").unwrap(),
        organs,
        calendars,
        berths: Vec::new(),
        tables,
        assertions: BTreeMap::new(),
        laws,
        register,
        bases: Bases::default(),
    }
}

pub fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(option_env!("PRATIQUE_PORT").unwrap_or("../../ports/dalian"))
}
