//! The hall and remote help.

use super::{Try, see, send};

/// Whoever does not serve in the hall.
const NOT_HALL: &[&str] = &["agent", "agent2", "border", "portgroup", "admin"];

pub const PAGES: &[Try] = &[
    see("/hall/desk", "clerk", NOT_HALL),
    see("/hall/desk/{code}", "clerk", NOT_HALL),
    send("/hall/desk/{code}", "clerk", NOT_HALL, &[("do", "next")]),
    see("/hall/day", "clerk", NOT_HALL),
    see("/hall/ratings", "clerk", NOT_HALL),
    see("/hall/visit", "clerk", NOT_HALL),
    send("/hall/visit", "clerk", NOT_HALL, &[("do", "begin"), ("firm", "sample-agency-a")]),
    see("/hall/visit/{id}", "clerk", NOT_HALL),
    send("/hall/visit/{id}", "clerk", NOT_HALL, &[("do", "services"), ("service", "crew-list")]),
    see("/hall/visit/{id}/sheet", "clerk", NOT_HALL),
    see("/hall/ledger", "clerk", NOT_HALL),
    see("/hall/help", "clerk", NOT_HALL),
    see("/help", "agent", &["clerk", "border", "portgroup", "portoffice"]),
    send("/help", "agent", &["clerk", "border", "portgroup", "portoffice"], &[("do", "begin"), ("place", "/calls")]),
    see("/hall/consents", "agent", &["clerk", "border", "portgroup", "portoffice"]),
    send("/hall/handover", "agent", &["clerk", "border", "portgroup", "portoffice"], &[("place", "/calls")]),
];

/// Of these, what is tried in `hall.rs`, `counter.rs` and `help.rs`: anybody may open them, or a secret opens them.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("GET", "/begun"),
    ("POST", "/begun/{how}"),
    ("GET", "/hall"),
    ("GET", "/hall/open"),
    ("GET", "/hall/book"),
    ("POST", "/hall/book"),
    ("GET", "/hall/appointment/{secret}"),
    ("POST", "/hall/appointment/{secret}"),
    ("GET", "/hall/appointment/{secret}/calendar.ics"),
    ("GET", "/hall/ticket"),
    ("POST", "/hall/ticket"),
    ("GET", "/hall/ticket/{secret}"),
    ("POST", "/hall/ticket/{secret}"),
    ("GET", "/hall/display"),
    ("GET", "/hall/display/stream"),
    ("POST", "/hall/day"),
    ("POST", "/hall/visit/{id}/papers"),
    ("GET", "/hall/visit/{id}/papers/{service}/{paper}"),
    ("GET", "/hall/sheet/{secret}"),
    ("POST", "/hall/consents"),
    ("POST", "/hall/lock"),
    ("GET", "/help/stream"),
    ("POST", "/hall/help"),
    ("GET", "/hall/help/{id}"),
    ("POST", "/hall/help/{id}"),
    ("GET", "/hall/help/{id}/stream"),
    ("GET", "/hall/rate/{secret}"),
    ("POST", "/hall/rate/{secret}"),
];
