//! How a kind of matter stands in the store: its row in lists, its tasks and clocks, the words by which search finds it, and
//! the snapshot of its fold.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Instant,
    matter::{Matter, Record},
    profile::Profile,
};
use serde::{Serialize, de::DeserializeOwned};
use store::{ClockWrite, EntryRow, MatterRow, Reach, Stored, TaskWrite, jumps::Precedence};
use uuid::Uuid;

use crate::{Actor, Error, Office};

/// A kind of matter that the store keeps.
pub(crate) trait Kept: Matter<Entry: Serialize + DeserializeOwned + Send> + Send + Sync + 'static {
    /// The kind, as the store names it.
    const KIND: &'static str;
    /// The noun by which receipts name it.
    const NOUN: &'static str;
    /// The name of the form of its snapshots and of its fold; changed whenever folding the same entries would give another
    /// state. A snapshot by another name is not read: its journal is folded anew.
    const FOLD: &'static str;
    /// True when the words by which search finds it change while it stands.
    const IS_RENAMED: bool;
    /// The newest form of its entries that this program reads.
    const NEWEST_FORM: i64;

    /// What lists show.
    fn row(&self) -> MatterRow;

    /// What lies on desks.
    fn task_writes(&self) -> Vec<TaskWrite>;

    /// Why its tasks go first, where they do.
    fn precedence(&self) -> Option<Precedence> {
        None
    }

    /// The clocks that run.
    fn clock_writes(&self) -> Vec<ClockWrite>;

    /// The words by which search finds it, without repetition.
    fn tokens(&self) -> Vec<String>;

    /// Firms and units that find it besides the firm of its row, without repetition.
    fn parties(&self) -> Vec<String>;

    /// The snapshot; empty when its journal is to be folded.
    ///
    /// # Errors
    /// When it cannot be written, which is a fault of the program.
    fn pack(&self, profile: &Profile) -> Result<Vec<u8>, Error>;

    /// The fold of a snapshot; none where it was written with other tables than the profile's.
    ///
    /// # Errors
    /// When it cannot be read, which is a fault of the program.
    fn unpack(snapshot: &[u8], profile: &Profile) -> Result<Option<Self>, Error>;

    /// By which reach an act reads it.
    fn reach_of(actor: &Actor) -> Reach;

    /// True for the kind of the entry with which its journals begin.
    fn begins_with(entry: &str) -> bool;
}

/// Reads an entry as the store keeps it. The seam for changes of form: what cannot be read as today's form is brought there
/// by its version.
pub(crate) fn record<M: Kept>(row: &EntryRow) -> Result<Record<M::Entry>, Error> {
    if row.v > M::NEWEST_FORM {
        return Err(Error::Internal(format!("entry {} has form {}, of a newer program", row.seq, row.v)));
    }
    let (party, person) = row.actor.split_once('/').unwrap_or((&row.actor, ""));
    Ok(Record {
        at: Instant(row.at),
        party: party.to_owned(),
        person: person.to_owned(),
        on_behalf: row.on_behalf.clone(),
        channel: row.channel.clone(),
        entry: serde_json::from_slice(&row.bytes)?,
    })
}

/// Folds what the store keeps.
pub(crate) fn fold_rows<M: Kept>(rows: &[EntryRow]) -> Result<M, Error> {
    let mut matter = M::default();
    for row in rows {
        matter.apply(&record::<M>(row)?);
    }
    Ok(matter)
}

impl Office {
    /// The fold of a matter within a reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this kind, or it is out of reach.
    pub(crate) async fn read<M: Kept>(&self, reach: Reach, id: Uuid) -> Result<M, Error> {
        let reader = self.store.reach(reach);
        let head = reader.head(id).await?.ok_or(Error::NotFound)?;
        self.fold_of(&reader, &head).await
    }

    /// The identifier and the fold of the matter of a number within a reach.
    ///
    /// # Errors
    /// As [`Office::read`].
    pub(crate) async fn find<M: Kept>(&self, reach: Reach, number: &str) -> Result<(Uuid, M), Error> {
        let reader = self.store.reach(reach);
        let head = reader.head_by_number(number).await?.ok_or(Error::NotFound)?;
        Ok((head.id, self.fold_of(&reader, &head).await?))
    }

    /// The fold of a matter that was found: the one that is kept, or else that of its snapshot.
    pub(crate) async fn fold_of<M: Kept>(&self, reader: &store::Reader, head: &Stored) -> Result<M, Error> {
        if head.kind != M::KIND {
            return Err(Error::NotFound);
        }
        if let Some(fold) = self.folds.get::<M>(head.id, head.version) {
            return Ok(Arc::unwrap_or_clone(fold));
        }
        let stored = reader.matter(head.id).await?.ok_or(Error::NotFound)?;
        Ok(Arc::unwrap_or_clone(self.keep_fold::<M>(stored).await?))
    }

    /// The folds of these matters, which a list found, by identifier: those that are kept, and in one statement the others,
    /// which are kept from then on. One that went out of reach meanwhile is not there.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one is of another kind.
    pub(crate) async fn folds_of<M: Kept>(
        &self,
        reader: &store::Reader,
        lines: &[Stored],
    ) -> Result<BTreeMap<Uuid, Arc<M>>, Error> {
        let (mut folds, mut missing) = (BTreeMap::new(), Vec::new());
        for line in lines {
            match self.folds.get::<M>(line.id, line.version) {
                Some(fold) => drop(folds.insert(line.id, fold)),
                None => missing.push(line.id),
            }
        }
        for stored in reader.matters(&missing).await? {
            folds.insert(stored.id, self.keep_fold(stored).await?);
        }
        Ok(folds)
    }

    async fn keep_fold<M: Kept>(&self, stored: Stored) -> Result<Arc<M>, Error> {
        let (id, weight) = (stored.id, stored.snapshot.len());
        let fold = Arc::new(self.unfold::<M>(stored).await?);
        self.folds.put(id, fold.version(), fold.clone(), weight);
        Ok(fold)
    }

    /// The snapshot, or the fold of the whole journal when another program wrote the snapshot.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is of another kind.
    pub(crate) async fn unfold<M: Kept>(&self, stored: Stored) -> Result<M, Error> {
        if stored.kind != M::KIND {
            return Err(Error::NotFound);
        }
        if stored.fold == M::FOLD
            && let Some(matter) = M::unpack(&stored.snapshot, &self.profile)?
        {
            return Ok(matter);
        }
        fold_rows(&self.store.reach(Reach::System("folding")).entries(stored.id, 0, i64::MAX).await?)
    }
}
