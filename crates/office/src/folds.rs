//! The folds that were read or written last: who acts on a matter again reads its version, and not its snapshot.
//!
//! A fold follows from identifier and version alone, since entries never change and a version is taken once, so that nothing
//! here can be wrong: what is old has another version, and is left aside.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

/// Snapshots of so many bytes have their folds kept in each of two generations; a fold takes about three times as many.
const MOST: usize = 48 << 20;

/// Whoever holds one of these has all others free.
const SHARDS: usize = 16;

/// The folds, for all who read and write matters.
#[derive(Default)]
pub(crate) struct Folds([Mutex<Shard>; SHARDS]);

/// When the young ones are as many as may be kept, they are the old ones, and those that were old are gone: what is used
/// again in time is young again.
#[derive(Default)]
struct Shard {
    young: HashMap<Uuid, Kept>,
    weight: usize,
    old: HashMap<Uuid, Kept>,
}

#[derive(Clone)]
struct Kept {
    version: i64,
    fold: Arc<dyn Any + Send + Sync>,
    weight: usize,
}

impl Folds {
    /// The fold of a matter at a version, if it is kept.
    pub fn get<M: Send + Sync + 'static>(&self, id: Uuid, version: i64) -> Option<Arc<M>> {
        let fold = {
            let mut shard = self.shard(id);
            let young = shard.young.get(&id).cloned();
            let kept = young.or_else(|| {
                let old = shard.old.remove(&id)?;
                shard.put(id, old.clone());
                Some(old)
            })?;
            (kept.version == version).then_some(kept.fold)?
        };
        fold.downcast::<M>().ok()
    }

    /// Keeps the fold of a matter at a version, whose snapshot has so many bytes; an older one gives way.
    pub fn put<M: Send + Sync + 'static>(&self, id: Uuid, version: i64, fold: Arc<M>, weight: usize) {
        let mut shard = self.shard(id);
        if shard.young.get(&id).is_some_and(|kept| kept.version > version) {
            return;
        }
        shard.old.remove(&id);
        shard.put(id, Kept { version, fold, weight });
    }

    fn shard(&self, id: Uuid) -> std::sync::MutexGuard<'_, Shard> {
        // The last bytes of an identifier are chance.
        let place = usize::from(id.as_bytes()[15]) % SHARDS;
        self.0[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn put(&mut self, id: Uuid, kept: Kept) {
        self.weight += kept.weight;
        if let Some(before) = self.young.insert(id, kept) {
            self.weight -= before.weight;
        }
        if self.weight > MOST / SHARDS {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(nth: u128) -> Uuid {
        Uuid::from_u128(nth << 8)
    }

    #[test]
    fn a_fold_is_had_at_its_version_and_its_kind_alone() {
        let folds = Folds::default();
        let two = || Some(Arc::new("two".to_owned()));
        folds.put(id(1), 2, Arc::new("two".to_owned()), 10);
        assert_eq!(folds.get::<String>(id(1), 2), two());
        assert_eq!(folds.get::<String>(id(1), 1), None, "another version");
        assert_eq!(folds.get::<String>(id(2), 2), None, "another matter");
        assert_eq!(folds.get::<u64>(id(1), 2), None, "another kind");
        folds.put(id(1), 1, Arc::new("one".to_owned()), 10);
        assert_eq!(folds.get::<String>(id(1), 2), two(), "what comes late replaces nothing newer");
    }

    #[test]
    fn what_is_not_used_goes_and_what_is_used_stays() {
        let (folds, large) = (Folds::default(), MOST / SHARDS / 4);
        for nth in 0..40 {
            folds.put(id(nth), 1, Arc::new(nth), large);
            assert_eq!(folds.get::<u128>(id(0), 1), Some(Arc::new(0)), "used each time");
        }
        assert_eq!(folds.get::<u128>(id(1), 1), None);
        assert_eq!(folds.get::<u128>(id(39), 1), Some(Arc::new(39)));
        let kept = folds.0[0].lock().expect("free");
        assert!(kept.young.len() + kept.old.len() <= 10, "{} and {}", kept.young.len(), kept.old.len());
    }
}
