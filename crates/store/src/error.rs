//! What can go wrong, by who asked: opening, reading and small writes give a [`StoreError`], committing a job a [`CommitError`].

use std::fmt;

use uuid::Uuid;

/// A failure of the store outside `commit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Another process writes to this store.
    Locked,
    /// The store holds less than, or other than, its last signed checkpoint says. It must not be written to.
    Behind {
        /// Leaves that the checkpoint promises.
        promised: u64,
        /// Leaves that the store holds.
        held: u64,
        /// What differs, in words.
        what: String,
    },
    /// The schema is newer than this program.
    Newer {
        /// Number of the newest migration in the store.
        found: i64,
        /// Number of the newest migration that this program knows.
        known: i64,
    },
    /// A guarded write found that the row had moved on (a lost lease, a taken claim, a twin).
    Missed,
    /// The disk is full; reads go on.
    Full,
    /// The store does not answer, or stopped acknowledging after an error of the disk. The outcome of a write is unknown.
    Unavailable(String),
    /// The store refuses what was given (too long, a NUL in a text, a broken rule of the schema).
    Refused(String),
    /// A defect: stored bytes that cannot be read, or SQL that the engine rejects.
    Broken(String),
}

/// Why a job was not committed. Nothing of it was written, except as [`CommitError::Unavailable`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// These matters moved on since they were read: read and decide again.
    Conflict(Vec<Uuid>),
    /// The key was used before with another body.
    KeyReused,
    /// The disk is full; reads go on.
    Full,
    /// More jobs wait than the writer takes; nothing was written, try again later.
    Busy,
    /// The outcome is unknown: ask again with the same key.
    Unavailable(String),
    /// The job itself is at fault, and would be again.
    Refused(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Locked => write!(f, "another process writes to this store"),
            StoreError::Behind { promised, held, what } => {
                write!(f, "the last checkpoint promises {promised} leaves, the store holds {held}: {what}")
            }
            StoreError::Newer { found, known } => {
                write!(f, "the store's schema is number {found}, this program knows {known}; use a newer program")
            }
            StoreError::Missed => write!(f, "the row moved on in the meantime"),
            StoreError::Full => write!(f, "the disk is full"),
            StoreError::Unavailable(why) => write!(f, "the store is unavailable: {why}"),
            StoreError::Refused(why) => write!(f, "the store refuses this: {why}"),
            StoreError::Broken(why) => write!(f, "the store is broken: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommitError::Conflict(ids) => write!(f, "{} matters moved on since they were read", ids.len()),
            CommitError::KeyReused => write!(f, "the idempotency key was used with another body"),
            CommitError::Full => write!(f, "the disk is full"),
            CommitError::Busy => write!(f, "too many writes wait"),
            CommitError::Unavailable(why) => write!(f, "the store is unavailable: {why}"),
            CommitError::Refused(why) => write!(f, "the store refuses this: {why}"),
        }
    }
}

impl std::error::Error for CommitError {}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => CommitError::Full,
            StoreError::Refused(why) => CommitError::Refused(why),
            StoreError::Unavailable(why) => CommitError::Unavailable(why),
            other => CommitError::Unavailable(other.to_string()),
        }
    }
}

/// What an error of SQLite means.
pub fn of_sqlite(error: rusqlite::Error) -> StoreError {
    let words = error.to_string();
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => StoreError::Full,
        Some(
            rusqlite::ErrorCode::ConstraintViolation | rusqlite::ErrorCode::TooBig | rusqlite::ErrorCode::TypeMismatch,
        ) => StoreError::Refused(words),
        Some(
            rusqlite::ErrorCode::SystemIoFailure
            | rusqlite::ErrorCode::DatabaseCorrupt
            | rusqlite::ErrorCode::NotADatabase
            | rusqlite::ErrorCode::CannotOpen,
        ) => StoreError::Unavailable(words),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Locked,
        _ => StoreError::Broken(words),
    }
}
