//! Tables that officers change.

use super::{Try, see, send};

pub const PAGES: &[Try] = &[
    see("/tables", "agent", &["admin", "clerk"]),
    see("/tables/{name}", "agent", &["admin", "clerk"]),
    see("/tables/{name}/{file}", "agent", &["admin", "clerk"]),
    see("/tables/{name}/draft", "portgroup", &["agent", "border", "msa", "clerk"]),
    send(
        "/tables/{name}/draft",
        "portgroup",
        &["agent", "border", "msa", "clerk"],
        &[("from", "2031-01-01"), ("text", "no table"), ("do", "check")],
    ),
    see("/tables/changes/{id}", "portoffice", &["agent", "border", "msa", "clerk"]),
    see("/tables/changes/{id}/edit", "portgroup", &["agent", "border", "msa", "clerk"]),
    send(
        "/tables/changes/{id}/edit",
        "portgroup",
        &["agent", "border", "msa", "clerk"],
        &[("from", "2031-01-01"), ("text", "no table"), ("do", "check"), ("edit", "1")],
    ),
    send("/tables/changes/{id}", "portgroup", &["agent", "border", "msa", "clerk"], &[("act", "drop"), ("edit", "1")]),
];

/// Of these, what is tried in `tables.rs`: their bodies have another form.
pub const ELSEWHERE: &[(&str, &str)] = &[("POST", "/tables/{name}/upload"), ("POST", "/tables/changes/{id}/upload")];
