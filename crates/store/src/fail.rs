//! Failures on demand, so that tests see what a fault does to the callers of the real store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::StoreError;

/// How the next write of a kind fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is undone, and its outcome is reported unknown.
    NotPersisted,
    /// It is persisted, and its outcome is reported unknown all the same.
    ReportedLost,
    /// The disk is full.
    Full,
    /// The disk fails while the write is synced: the store stops acknowledging.
    Disk,
}

/// The failures that are armed.
#[derive(Clone, Default)]
pub struct FailPoints(Arc<(AtomicBool, Mutex<HashMap<String, Failure>>)>);

impl FailPoints {
    /// Lets the next write of that kind fail.
    pub fn arm(&self, name: &str, failure: Failure) {
        self.0.1.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), failure);
        self.0.0.store(true, Ordering::Release);
    }

    /// True while a failure waits.
    pub fn is_armed(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }

    /// Takes the failure that is armed for a kind of write.
    pub fn take(&self, name: &str) -> Option<Failure> {
        if !self.0.0.load(Ordering::Acquire) {
            return None;
        }
        let mut armed = self.0.1.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = armed.remove(name);
        self.0.0.store(!armed.is_empty(), Ordering::Release);
        failure
    }
}

impl Failure {
    /// What the caller hears.
    pub fn error(self) -> StoreError {
        match self {
            Failure::Full => StoreError::Full,
            Failure::NotPersisted | Failure::ReportedLost => StoreError::Unavailable("the outcome is unknown".into()),
            Failure::Disk => StoreError::Unavailable(STOPPED.into()),
        }
    }
}

/// Why a store acknowledges nothing any more.
pub const STOPPED: &str = "the disk failed while writing; restart after checking it";
