//! Problems, their figures and what is known of them.

use super::{AGENTS, NOT_AGENTS, Try, see, send};

pub const PAGES: &[Try] = &[
    see("/problems", "agent", &[]),
    see("/problems/desk", "portoffice", AGENTS),
    see("/problems/import", "agent", &[]),
    see("/problems/import/template", "agent", &[]),
    see("/problems/import/{id}", "agent", NOT_AGENTS),
    see("/problems/board", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/brief", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/departments/{organ}", "border", &["agent", "agent2", "msa", "portgroup"]),
    see("/problems/month", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/month.csv", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    send("/problems/month", "portoffice", &["agent", "agent2", "border", "portgroup"], &[("month", "{month}")]),
    see("/problems/catalogue", "customs", AGENTS),
    // The scene's ruling, which is ended once.
    send("/problems/catalogue", "portoffice", &["agent", "border", "portgroup"], &[("ruling", "trucking")]),
    // A department sees it once it takes part.
    see("/problems/{number}", "agent", &["agent2", "border", "portgroup"]),
    see("/problems/{number}/acts", "agent", &["agent2", "border", "portgroup"]),
    send("/problems/{number}/open", "portoffice", &["agent2", "border", "portgroup"], &[("writing", "yes")]),
    see("/problems/{number}/meetings/{id}", "portoffice", &["agent2", "border", "portgroup"]),
    see("/problems/{number}/files/{document}", "agent", &["agent2", "border", "portgroup"]),
    send(
        "/problems/{number}/acts",
        "portoffice",
        &["agent", "agent2", "border", "portgroup"],
        &[("act", "watch"), ("organ", "msa"), ("key", "rights-watch-1")],
    ),
    see("/problems/calls", "portoffice", &["agent", "agent2"]),
    see("/report/paper", "portoffice", &["agent", "agent2", "border"]),
    send(
        "/problems/calls",
        "portoffice",
        &["agent", "agent2", "border"],
        &[("number", "{problem}"), ("report", "1"), ("result", "no_answer")],
    ),
    see("/problems/ladder", "portoffice", &["agent", "border", "portgroup"]),
    send(
        "/problems/ladder",
        "portoffice",
        &["agent", "border", "portgroup"],
        &[("level", "ministry"), ("email", "desk@ministry.example")],
    ),
    see("/problems/{number}/notices/{id}", "portoffice", &["agent", "agent2", "border"]),
    send(
        "/known",
        "portoffice",
        &["agent", "border", "portgroup"],
        &[("code", "rights"), ("name", "试验"), ("workaround", "等待")],
    ),
];

/// Of these, what is tried in `problems.rs` and `imports.rs`: for anybody, or with a workbook.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("GET", "/report"),
    ("POST", "/report"),
    ("GET", "/report/address"),
    ("POST", "/report/address"),
    ("GET", "/report/status"),
    ("POST", "/report/status"),
    ("GET", "/known"),
    ("GET", "/statistics"),
    ("GET", "/statistics/{month}/{file}"),
    ("POST", "/problems/import"),
];
