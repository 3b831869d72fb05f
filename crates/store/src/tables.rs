//! The tables that a job writes, as data: from one description come the row-by-row text of SQLite and the many-row text
//! of PostgreSQL.

use std::fmt::Write as _;
use std::sync::OnceLock;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bigint`
    Int,
    /// `text`
    Text,
    /// `bytea`
    Bytes,
}

use Kind::{Bytes, Int, Text};

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Inserted; the text follows the values.
    Insert(&'static str),
    /// The rows with these values are deleted.
    Delete,
}

/// One kind of write.
#[derive(Debug)]
pub struct Table {
    /// Name of the table.
    pub name: &'static str,
    /// Columns in the order of the values.
    pub columns: &'static [(&'static str, Kind)],
    /// What is done.
    pub act: Act,
    /// The statement for one row, written out once.
    row_text: OnceLock<String>,
    /// The statement for many rows, written out once.
    rows_text: OnceLock<String>,
}

impl Table {
    const fn new(name: &'static str, columns: &'static [(&'static str, Kind)], act: Act) -> Self {
        Table { name, columns, act, row_text: OnceLock::new(), rows_text: OnceLock::new() }
    }

    /// The statement for one row, `$1` and so on standing for its values, each once and in order.
    pub fn row_text(&'static self) -> &'static str {
        self.row_text.get_or_init(|| self.row_sql())
    }

    /// The statement for many rows as PostgreSQL wants it, `$1` and so on standing for arrays, one for each column.
    pub fn rows_text(&'static self) -> &'static str {
        self.rows_text.get_or_init(|| self.rows_sql())
    }

    fn row_sql(&self) -> String {
        let mut sql = String::new();
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        match self.act {
            Act::Insert(tail) => {
                let values: Vec<_> = (1..=names.len()).map(|n| format!("${n}")).collect();
                let _ = write!(
                    sql,
                    "insert into {} ({}) values ({}) {tail}",
                    self.name,
                    names.join(", "),
                    values.join(", ")
                );
            }
            Act::Delete => {
                let equal: Vec<_> = names.iter().enumerate().map(|(n, name)| format!("{name} = ${}", n + 1)).collect();
                let _ = write!(sql, "delete from {} where {}", self.name, equal.join(" and "));
            }
        }
        sql
    }

    fn rows_sql(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let arrays: Vec<_> = self
            .columns
            .iter()
            .enumerate()
            .map(|(n, (_, kind))| match kind {
                Int => format!("${}::bigint[]", n + 1),
                Text => format!("${}::text[]", n + 1),
                Bytes => format!("${}::bytea[]", n + 1),
            })
            .collect();
        let (names, arrays) = (names.join(", "), arrays.join(", "));
        match self.act {
            Act::Insert(tail) => format!("insert into {} ({names}) select * from unnest({arrays}) {tail}", self.name),
            Act::Delete => format!("delete from {} where ({names}) in (select * from unnest({arrays}))", self.name),
        }
    }
}

const MATTER_COLUMNS: &[(&str, Kind)] = &[
    ("port", Text),
    ("id", Bytes),
    ("kind", Text),
    ("version", Int),
    ("previous", Int),
    ("number", Text),
    ("firm", Text),
    ("title", Text),
    ("subject_key", Text),
    ("state", Text),
    ("holder", Text),
    ("due_at", Int),
    ("starts_at", Int),
    ("ends_at", Int),
    ("place", Text),
    ("opened_at", Int),
    ("updated_at", Int),
    ("fold", Text),
    ("tokens", Text),
    ("snapshot", Bytes),
];

/// The projection's row of a matter, and the guard of every job: no row comes back when the version moved on.
pub static MATTERS: Table = Table::new(
    "matters",
    MATTER_COLUMNS,
    Act::Insert(
        "on conflict (port, id) do update set version = excluded.version, previous = excluded.previous, \
         number = excluded.number, firm = excluded.firm, title = excluded.title, subject_key = excluded.subject_key, \
         state = excluded.state, holder = excluded.holder, due_at = excluded.due_at, starts_at = excluded.starts_at, \
         ends_at = excluded.ends_at, place = excluded.place, updated_at = excluded.updated_at, fold = excluded.fold, \
         tokens = case when excluded.tokens = '=' then matters.tokens else excluded.tokens end, \
         snapshot = excluded.snapshot where matters.version = excluded.previous returning id",
    ),
);

/// The same where nothing changed by which matters are looked up but who holds them, until when, and where. SQLite writes
/// each index anew of which a column is set, also to what it was; PostgreSQL compares, and takes [`MATTERS`] for all.
pub static MATTERS_HANDED: Table = Table::new(
    "matters",
    MATTER_COLUMNS,
    Act::Insert(
        "on conflict (port, id) do update set version = excluded.version, previous = excluded.previous, \
         title = excluded.title, holder = excluded.holder, due_at = excluded.due_at, place = excluded.place, \
         updated_at = excluded.updated_at, fold = excluded.fold, \
         tokens = case when excluded.tokens = '=' then matters.tokens else excluded.tokens end, \
         snapshot = excluded.snapshot where matters.version = excluded.previous returning id",
    ),
);

/// The same where nothing changed by which matters are looked up.
pub static MATTERS_STANDING: Table = Table::new(
    "matters",
    MATTER_COLUMNS,
    Act::Insert(
        "on conflict (port, id) do update set version = excluded.version, previous = excluded.previous, \
         title = excluded.title, updated_at = excluded.updated_at, fold = excluded.fold, \
         tokens = case when excluded.tokens = '=' then matters.tokens else excluded.tokens end, \
         snapshot = excluded.snapshot where matters.version = excluded.previous returning id",
    ),
);

/// The journal.
pub static ENTRIES: Table = Table::new(
    "entries",
    &[
        ("port", Text),
        ("matter", Bytes),
        ("seq", Int),
        ("kind", Text),
        ("v", Int),
        ("at", Int),
        ("actor", Text),
        ("on_behalf", Text),
        ("channel", Text),
        ("receipt", Bytes),
        ("bytes", Bytes),
    ],
    Act::Insert(""),
);

/// Documents, sealed.
pub static DOCUMENTS: Table = Table::new(
    "documents",
    &[
        ("port", Text),
        ("id", Bytes),
        ("matter", Bytes),
        ("purpose", Text),
        ("subject", Text),
        ("size", Int),
        ("wrapped_key", Bytes),
        ("salt", Bytes),
        ("sealed", Bytes),
        ("file", Text),
        ("created_at", Int),
        ("named", Int),
    ],
    Act::Insert(""),
);

/// Whom a document tells of.
pub static SUBJECTS: Table =
    Table::new("subjects", &[("port", Text), ("document", Bytes), ("digests", Bytes)], Act::Insert(""));

const TASK_COLUMNS: &[(&str, Kind)] = &[
    ("port", Text),
    ("matter", Bytes),
    ("organ", Text),
    ("step", Text),
    ("state", Text),
    ("open", Int),
    ("since", Int),
    ("due_at", Int),
    ("due_sort", Int),
    ("note", Text),
];

/// Steps that organs have to take.
pub static TASKS: Table = Table::new(
    "tasks",
    TASK_COLUMNS,
    Act::Insert(
        "on conflict (port, matter, organ, step) do update set state = excluded.state, open = excluded.open, \
         since = excluded.since, due_at = excluded.due_at, due_sort = excluded.due_sort, note = excluded.note",
    ),
);

/// Steps that are no more.
pub static TASKS_GONE: Table =
    Table::new("tasks", &[("port", Text), ("matter", Bytes), ("organ", Text), ("step", Text)], Act::Delete);

const CLOCK_COLUMNS: &[(&str, Kind)] = &[
    ("port", Text),
    ("matter", Bytes),
    ("clock", Text),
    ("step", Text),
    ("due_at", Int),
    ("leased_until", Int),
    ("tries", Int),
];

/// Instants that fall due.
pub static CLOCKS: Table = Table::new(
    "clocks",
    CLOCK_COLUMNS,
    Act::Insert("on conflict (port, due_at, matter, clock, step) do update set leased_until = 0, tries = 0"),
);

/// Instants that fall due no more.
pub static CLOCKS_GONE: Table = Table::new(
    "clocks",
    &[("port", Text), ("due_at", Int), ("matter", Bytes), ("clock", Text), ("step", Text)],
    Act::Delete,
);

const REACH_COLUMNS: &[(&str, Kind)] = &[("port", Text), ("firm", Text), ("matter", Bytes), ("party", Int)];

/// Which firms see a matter.
pub static REACH: Table = Table::new("reach", REACH_COLUMNS, Act::Insert("on conflict do nothing"));

/// The parties that saw a matter until now.
pub static REACH_GONE: Table = Table::new("reach", &[("port", Text), ("matter", Bytes), ("party", Int)], Act::Delete);

const TOKEN_COLUMNS: &[(&str, Kind)] = &[("port", Text), ("token", Text), ("matter", Bytes)];

/// Words by which search finds a matter.
pub static TOKENS: Table = Table::new("tokens", TOKEN_COLUMNS, Act::Insert("on conflict do nothing"));

/// Words that lead to it no more.
pub static TOKENS_GONE: Table = Table::new("tokens", TOKEN_COLUMNS, Act::Delete);

/// The outbox.
pub static EVENTS: Table = Table::new(
    "events",
    &[("port", Text), ("batch", Bytes), ("leaf", Int), ("n", Int), ("kind", Text), ("matter", Bytes), ("data", Text)],
    Act::Insert(""),
);

/// Receipts, which hold the idempotency keys.
pub static RECEIPTS: Table = Table::new(
    "receipts",
    &[
        ("port", Text),
        ("id", Bytes),
        ("batch", Bytes),
        ("leaf", Int),
        ("matters", Bytes),
        ("what", Text),
        ("received_at", Int),
        ("digest", Bytes),
        ("salt", Bytes),
        ("key_hash", Bytes),
        ("body_digest", Bytes),
        ("bytes", Bytes),
    ],
    Act::Insert(""),
);

/// The batches that signed them.
pub static BATCHES: Table = Table::new(
    "batches",
    &[("port", Text), ("id", Bytes), ("committed_at", Int), ("leaf_count", Int), ("leaves", Bytes)],
    Act::Insert(""),
);

/// The shadow of the projection, which a rebuild fills.
pub mod shadow {
    use super::{Act, CLOCK_COLUMNS, MATTER_COLUMNS, REACH_COLUMNS, TASK_COLUMNS, TOKEN_COLUMNS, Table};

    /// Matters.
    pub static MATTERS: Table = Table::new("shadow_matters", MATTER_COLUMNS, Act::Insert(""));
    /// Tasks.
    pub static TASKS: Table = Table::new("shadow_tasks", TASK_COLUMNS, Act::Insert(""));
    /// Clocks.
    pub static CLOCKS: Table = Table::new("shadow_clocks", CLOCK_COLUMNS, Act::Insert(""));
    /// Reach.
    pub static REACH: Table = Table::new("shadow_reach", REACH_COLUMNS, Act::Insert(""));
    /// Tokens.
    pub static TOKENS: Table = Table::new("shadow_tokens", TOKEN_COLUMNS, Act::Insert(""));
}
