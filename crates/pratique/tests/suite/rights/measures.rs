//! Measures, applications, charges and the resumption of work.

use super::{AGENTS, Try, see, send};

pub const PAGES: &[Try] = &[
    see("/applications", "agent", &[]),
    see("/measures/effect", "portoffice", AGENTS),
    see("/measures/effect.csv", "portoffice", AGENTS),
    see("/measures/18-customs-charges/apply", "agent", &["border", "portgroup", "portoffice"]),
    see("/charges/savings", "agent", &["border"]),
    see("/charges/savings.csv", "portoffice", &["border"]),
    see("/calls/{number}/bill", "agent", &["agent2", "border"]),
    send(
        "/calls/{number}/bill",
        "portgroup",
        &["agent", "agent2", "border", "portoffice"],
        &[("arrival", "2020-03-01"), ("box.20.import.dry", "2")],
    ),
    see("/resumption", "agent", &[]),
    send("/resumption", "agent", &[], &[("sector", "logistics"), ("capacity", "80")]),
    see("/resumption/workbook", "agent", &[]),
    see("/resumption/board", "portoffice", &["agent", "agent2", "border", "portgroup"]),
];

/// Of these, what is tried in `applications.rs`, `charges.rs` and `resumption.rs`: for anybody, or with files.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("GET", "/charges"),
    ("GET", "/resumption/figures"),
    ("GET", "/resumption/figures.csv"),
    ("GET", "/charges/list.csv"),
    ("GET", "/charges/estimate"),
    ("GET", "/charges/compare"),
    ("POST", "/charges/compare"),
    ("GET", "/measures/{code}/apply"),
    ("POST", "/measures/{code}/apply"),
    ("GET", "/applications/{number}"),
    ("POST", "/applications/{number}/acts"),
    ("GET", "/applications/{number}/papers/{document}"),
    ("POST", "/resumption/workbook"),
];
