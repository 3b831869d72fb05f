//! Accounts, firms, notices and administration.

use super::{Try, see, send};

pub const PAGES: &[Try] = &[
    see("/", "agent", &[]),
    see("/companies", "agent", &[]),
    see("/companies/{code}", "agent", &[]),
    see("/account", "agent", &[]),
    send("/account", "agent", &[], &[("language", "en")]),
    see("/account/password", "agent", &[]),
    send("/account/keys", "agent", &["portgroup", "portoffice"], &[("name", "rights")]),
    send("/session", "agent", &[], &[]),
    // What is held is found by its own person alone; everybody else is led to her own start.
    see("/held/{id}", "agent", &[]),
    send("/held/{id}", "agent", &[], &[("held", "discard")]),
    see("/events", "agent", &[]),
    see("/notices", "agent", &[]),
    // A notice is found by its own person alone.
    see("/notices/{id}", "agent", &["agent2", "border", "portoffice"]),
    send("/notices", "agent", &["agent2", "border"], &[("until", "{notice}")]),
    see("/notices/ways", "agent", &[]),
    send("/notices/ways", "agent", &[], &[("do", "ways"), ("email", "agent@firm.example")]),
    see("/deliveries", "agent", &[]),
    send("/deliveries", "portoffice", &["agent", "border"], &[("id", "{delivery}")]),
    send("/companies/{code}/coordinator", "portoffice", &["agent", "border"], &[("person", "portoffice")]),
    send("/companies/{code}/facts", "customs", &["agent", "border"], &[("fact", "credit"), ("value", "advanced")]),
    // Who manages her own unit is led to its page.
    see("/administration", "admin", &["agent2", "border", "portoffice"]),
    send(
        "/administration",
        "admin",
        &["agent", "agent2", "border", "portoffice"],
        &[("code", "rights-firm"), ("name_zh", "试验"), ("name_en", "Rights"), ("kind", "agent")],
    ),
    see("/administration/changes", "admin", &["agent", "agent2", "border", "portoffice"]),
    see("/administration/retention", "admin", &["agent", "agent2", "border", "portoffice"]),
    send("/administration/retention", "admin", &["agent", "agent2", "border", "portoffice"], &[("sure", "yes")]),
    see("/administration/{kind}/{code}", "agent", &["agent2", "border", "portoffice"]),
    send(
        "/administration/{kind}/{code}",
        "agent",
        &["agent2", "border", "portoffice"],
        &[("act", "add"), ("name", "rights-person"), ("role", "agent")],
    ),
];

/// Of these, what is tried in `commands.rs`: it ends the session that the others are tried with.
pub const ELSEWHERE: &[(&str, &str)] = &[("POST", "/account/password")];
