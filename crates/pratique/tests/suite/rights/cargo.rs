//! Manifests, consignments, declarations of goods.

use super::{Try, see, send};

pub const PAGES: &[Try] = &[
    see("/manifests", "agent", &["guard", "admin"]),
    see("/manifests/new", "agent", &["border", "portgroup", "portoffice"]),
    see("/manifests/template", "agent", &["border", "portgroup", "portoffice"]),
    see("/consignments", "agent", &["guard", "admin"]),
    see("/declarations", "agent", &[]),
    see("/declarations/queue", "customs", &["agent", "msa", "portgroup"]),
    see("/declarations/template", "agent", &["customs", "msa", "portgroup"]),
    see("/declarations/payments", "customs", &["agent", "msa", "portgroup"]),
    see("/declarations/licences", "agent", &["msa", "portgroup", "guard"]),
    see("/declarations/licences", "customs", &["border"]),
    send(
        "/declarations/licences",
        "customs",
        &["agent", "msa", "portgroup"],
        &[
            ("kind", "Q"),
            ("number", "RIGHTS-1"),
            ("firm", "sample-agency-a"),
            ("goods", "1005"),
            ("quantity", "10"),
            ("from", "2026-01-01T00:00"),
            ("until", "2026-12-01T00:00"),
        ],
    ),
    see("/declarations/new", "agent", &["customs", "msa", "portgroup"]),
    send(
        "/declarations/new",
        "agent",
        &["customs", "msa", "portgroup"],
        &[
            ("mode", "on_arrival"),
            ("reference", "RIGHTS-1"),
            ("direction", "import"),
            ("partner", "RIGHTS"),
            ("currency", "CNY"),
            ("items.0.code", "8471300000"),
            ("items.0.description", "Computers"),
            ("items.0.origin", "KOR"),
            ("items.0.value", "10"),
            ("key", "rights-declaration-1"),
        ],
    ),
];

/// Of these, what is tried in `cargo.rs`, `looks.rs` and `declarations.rs`: they need one, or a workbook.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("POST", "/declarations/upload"),
    ("POST", "/declarations/payments"),
    ("GET", "/declarations/{number}"),
    ("POST", "/declarations/{number}/acts"),
    ("GET", "/declarations/{number}/amend"),
    ("POST", "/declarations/{number}/amend"),
    ("GET", "/declarations/{number}/notices"),
    ("GET", "/declarations/{number}/papers/{document}"),
    ("POST", "/declarations/{number}/claim/{how}"),
    ("POST", "/manifests/new"),
    ("GET", "/manifests/{number}"),
    ("POST", "/manifests/{number}/amend"),
    ("POST", "/manifests/{number}/acts"),
    ("POST", "/consignments/look"),
    ("GET", "/consignments/{number}"),
    ("POST", "/consignments/{number}/acts"),
];
