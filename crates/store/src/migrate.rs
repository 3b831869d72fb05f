//! Migrations: two folders with equal numbers, one for each engine, embedded in the binary.

use crate::StoreError;

/// A migration: its number and its text.
pub type Migration = (i64, &'static str);

/// SQLite's.
pub const SQLITE: &[Migration] = &[
    (1, include_str!("../migrations/sqlite/0001_foundation.sql")),
    (2, include_str!("../migrations/sqlite/0002_ends.sql")),
    (3, include_str!("../migrations/sqlite/0003_problems.sql")),
    (4, include_str!("../migrations/sqlite/0004_administration.sql")),
    (5, include_str!("../migrations/sqlite/0005_open_problems.sql")),
    (6, include_str!("../migrations/sqlite/0006_notices.sql")),
    (7, include_str!("../migrations/sqlite/0007_services.sql")),
    (8, include_str!("../migrations/sqlite/0008_jumps.sql")),
    (9, include_str!("../migrations/sqlite/0009_tables.sql")),
    (10, include_str!("../migrations/sqlite/0010_hall.sql")),
    (11, include_str!("../migrations/sqlite/0011_measure_told.sql")),
    (12, include_str!("../migrations/sqlite/0012_counter.sql")),
    (13, include_str!("../migrations/sqlite/0013_guarantees.sql")),
    (14, include_str!("../migrations/sqlite/0014_watch.sql")),
    (15, include_str!("../migrations/sqlite/0015_ratings.sql")),
    (16, include_str!("../migrations/sqlite/0016_helps.sql")),
    (17, include_str!("../migrations/sqlite/0017_answered_keys.sql")),
    (18, include_str!("../migrations/sqlite/0018_near.sql")),
    (19, include_str!("../migrations/sqlite/0019_desks.sql")),
    (20, include_str!("../migrations/sqlite/0020_licences.sql")),
    (21, include_str!("../migrations/sqlite/0021_waits.sql")),
    (22, include_str!("../migrations/sqlite/0022_failed.sql")),
    (23, include_str!("../migrations/sqlite/0023_effects.sql")),
    (24, include_str!("../migrations/sqlite/0024_starts.sql")),
];

/// PostgreSQL's.
pub const POSTGRES: &[Migration] = &[
    (1, include_str!("../migrations/postgres/0001_foundation.sql")),
    (2, include_str!("../migrations/postgres/0002_ends.sql")),
    (3, include_str!("../migrations/postgres/0003_problems.sql")),
    (4, include_str!("../migrations/postgres/0004_administration.sql")),
    (5, include_str!("../migrations/postgres/0005_open_problems.sql")),
    (6, include_str!("../migrations/postgres/0006_notices.sql")),
    (7, include_str!("../migrations/postgres/0007_services.sql")),
    (8, include_str!("../migrations/postgres/0008_jumps.sql")),
    (9, include_str!("../migrations/postgres/0009_tables.sql")),
    (10, include_str!("../migrations/postgres/0010_hall.sql")),
    (11, include_str!("../migrations/postgres/0011_measure_told.sql")),
    (12, include_str!("../migrations/postgres/0012_counter.sql")),
    (13, include_str!("../migrations/postgres/0013_guarantees.sql")),
    (14, include_str!("../migrations/postgres/0014_watch.sql")),
    (15, include_str!("../migrations/postgres/0015_ratings.sql")),
    (16, include_str!("../migrations/postgres/0016_helps.sql")),
    (17, include_str!("../migrations/postgres/0017_answered_keys.sql")),
    (18, include_str!("../migrations/postgres/0018_near.sql")),
    (19, include_str!("../migrations/postgres/0019_desks.sql")),
    (20, include_str!("../migrations/postgres/0020_licences.sql")),
    (21, include_str!("../migrations/postgres/0021_waits.sql")),
    (22, include_str!("../migrations/postgres/0022_failed.sql")),
    (23, include_str!("../migrations/postgres/0023_effects.sql")),
    (24, include_str!("../migrations/postgres/0024_starts.sql")),
];

/// Where the numbers of the migrations are kept.
pub const CREATE: &str =
    "create table if not exists migrations (number bigint primary key, applied_at bigint not null)";

/// The number of the newest that was applied.
pub const NEWEST: &str = "select coalesce(max(number), 0) from migrations";

/// Records one.
pub const RECORD: &str = "insert into migrations (number, applied_at) values ($1, $2)";

/// What is still to be applied.
///
/// # Errors
/// [`StoreError::Newer`] when the store was made by a newer program.
pub fn pending(all: &'static [Migration], newest: i64) -> Result<&'static [Migration], StoreError> {
    let known = all.last().map_or(0, |(number, _)| *number);
    if newest > known {
        return Err(StoreError::Newer { found: newest, known });
    }
    let first = all.iter().position(|(number, _)| *number > newest).unwrap_or(all.len());
    Ok(&all[first..])
}
