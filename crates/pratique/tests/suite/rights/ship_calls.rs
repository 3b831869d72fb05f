//! Ships' calls, ships, queues and the board.

use super::{AGENTS, NOT_AGENTS, Try, see, send};

pub const PAGES: &[Try] = &[
    see("/calls", "agent", &[]),
    see("/calls/new", "agent", &["border", "portgroup", "portoffice"]),
    send(
        "/calls",
        "agent",
        &["border", "portgroup", "portoffice"],
        &[
            ("imo", "8001012"),
            ("kind", "ordinary"),
            ("eta", "2031-03-01T08:00"),
            ("etd", "2031-03-02T08:00"),
            ("last_port", "KRINC"),
            ("next_port", "JPYOK"),
            ("sure", "yes"),
            ("key", "rights-open-1"),
        ],
    ),
    send(
        "/calls/copy",
        "agent",
        NOT_AGENTS,
        &[("previous", "{sailed}"), ("copy.eta", "2031-04-01T08:00"), ("sure", "yes"), ("key", "rights-copy-1")],
    ),
    see("/calls/{number}", "agent", &["agent2"]),
    see("/calls/{number}/copied", "agent", &["agent2"]),
    send("/calls/{number}/copied", "agent", &["agent2"], &[]),
    see("/calls/{number}/do", "agent", &["agent2"]),
    see("/calls/{number}/upload", "agent", NOT_AGENTS),
    see("/calls/{number}/workbook", "agent", NOT_AGENTS),
    see("/calls/{number}/uploads/{id}", "agent", NOT_AGENTS),
    see("/calls/{number}/questions/{id}", "agent", &["agent2"]),
    send(
        "/calls/{number}/questions/{id}",
        "agent",
        // Who asked closes items at the same address.
        &["agent2", "portgroup", "portoffice"],
        &[("answer.0", "a new book is sent"), ("key", "rights-answer-1")],
    ),
    see("/calls/{number}/permits/{permit}", "agent", &["agent2"]),
    see("/calls/{number}/receipts/{id}", "agent", &["agent2"]),
    see("/calls/{number}/{formality}", "agent", &["agent2"]),
    see("/calls/{number}/{formality}/original", "agent", &["agent2"]),
    see("/calls/{number}/{formality}/edit", "agent", NOT_AGENTS),
    send("/calls/{number}/{formality}/edit", "agent", NOT_AGENTS, &[("delivering", "none"), ("do", "save")]),
    send("/calls/{number}/{formality}/draft", "agent", NOT_AGENTS, &[("delivering", "none")]),
    see("/calls/{number}/{formality}/check", "agent", NOT_AGENTS),
    send("/calls/{number}/{formality}/check", "agent", NOT_AGENTS, &[("key", "rights-file-1")]),
    send(
        "/calls/{number}/acts",
        "agent",
        NOT_AGENTS,
        &[
            ("act", "withdraw"),
            ("formality", "waste_notification"),
            ("words", "by mistake"),
            ("sure", "yes"),
            ("key", "rights-act-1"),
        ],
    ),
    see("/ships", "agent", &[]),
    send(
        "/ships",
        "agent",
        &["border", "portgroup", "portoffice"],
        &[
            ("imo", "9074729"),
            ("name_en", "Suite"),
            ("name_zh", "试验"),
            ("flag", "PA"),
            ("ship_type", "container"),
            ("gross_tonnage", "5000"),
            ("call_sign", "SUITE1"),
            ("length", "120"),
        ],
    ),
    see("/ships/{imo}", "agent", &[]),
    send(
        "/ships/{imo}",
        "msa",
        &["agent", "agent2", "border", "portgroup", "portoffice"],
        &[("do", "confirm"), ("seen", "1")],
    ),
    see("/queue", "border", AGENTS),
    send("/calls/{number}/{formality}/claim", "border", AGENTS, &[]),
    // Customs signs the exit formalities as well, each for itself.
    see("/calls/{number}/{formality}/decide", "border", &["agent", "agent2", "court"]),
    send(
        "/calls/{number}/{formality}/decide",
        "border",
        &["agent", "agent2", "court"],
        &[("act", "approve"), ("seen", "1"), ("key", "rights-decide-1")],
    ),
    send("/calls/{number}/{formality}/release", "border", AGENTS, &[]),
    send("/queue/claim-next", "border", AGENTS, &[]),
    see("/queue/priorities", "border", AGENTS),
    see("/queue/priorities.csv", "portoffice", AGENTS),
    see("/board", "portoffice", AGENTS),
];

/// Of these, what is tried in `rights.rs`: its body has another form.
pub const ELSEWHERE: &[(&str, &str)] = &[("POST", "/calls/{number}/upload")];
