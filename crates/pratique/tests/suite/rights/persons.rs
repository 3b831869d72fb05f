//! Permits of persons, gates, cases of crew, flights.

use super::{Try, see, send};

pub const PAGES: &[Try] = &[
    see("/person-permits", "agent", &[]),
    see("/person-permits/new", "agent", &["border", "portgroup", "portoffice"]),
    see("/person-permits/template?kind=boarding", "agent", &["border", "portgroup", "portoffice"]),
    see("/gate", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/aboard", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/list?gate=berth:DYW-12", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/worker.js", "guard", &["agent", "agent2", "portoffice"]),
    see("/crew-cases", "agent", &[]),
    see("/crew-cases/new", "agent", &["border", "msa", "portgroup"]),
    see("/crew-cases/template?kind=crew_change", "agent", &["border", "msa", "portgroup"]),
    see("/flights", "airline", &[]),
    see("/flights/board", "airport", &["airline", "agent2"]),
    see("/flights/new", "airline", &["border", "msa", "portgroup"]),
    send(
        "/flights/new",
        "airline",
        &["border", "msa", "portgroup"],
        &[
            ("direction", "arrival"),
            ("designator", "ZZ6199"),
            ("scheduled", "2031-03-01T08:00"),
            ("other", "KRICN"),
            ("service", "passenger"),
            ("nature", "scheduled"),
            ("key", "rights-flight-1"),
        ],
    ),
];

/// Of these, what is tried in `persons.rs`, `gates.rs`, `prechecks.rs`, `crew_cases.rs` and `flights.rs`: they need one.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("POST", "/flights/read"),
    ("GET", "/flights/{number}"),
    ("POST", "/flights/{number}/acts"),
    ("POST", "/flights/{number}/upload"),
    ("GET", "/flights/{number}/{formality}/edit"),
    ("POST", "/flights/{number}/{formality}/draft"),
    ("POST", "/flights/{number}/{formality}/edit"),
    ("POST", "/crew-cases"),
    ("GET", "/crew-cases/{number}"),
    ("POST", "/crew-cases/{number}/acts"),
    ("POST", "/person-permits"),
    ("GET", "/person-permits/lists/{id}"),
    ("GET", "/person-permits/{number}"),
    ("POST", "/person-permits/{number}/acts"),
    ("GET", "/person-permits/{number}/papers/{document}"),
    ("GET", "/person-permits/{number}/print"),
    ("POST", "/gate"),
    ("GET", "/prechecks"),
    ("GET", "/calls/{number}/precheck"),
    ("POST", "/calls/{number}/precheck"),
    ("GET", "/watch-list"),
    ("POST", "/watch-list"),
    ("POST", "/gate/pass"),
    ("POST", "/gate/answer"),
    ("POST", "/gate/passages"),
];
