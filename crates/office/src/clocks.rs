//! Clocks that fire, the log's sequencer, and rebuilding.

use domain::{Instant, ship_call::Act};
use store::clocks::TRIES;

use crate::{
    Actor, Error, Office,
    acting::{Request, SHIP_CALL, row, tasks_and_clocks},
    problems::{PROBLEM, fold_problem, is_problem, projected},
    ship_calls::fold_rows,
    snapshot::{self, FOLD},
};

/// So many clocks that were set aside are shown.
const SHOWN: i64 = 1000;

impl Office {
    /// Fires the clocks that are due, at most `limit`; gives how many fired. A decision that was recorded before the due
    /// instant has stopped its clock: such a clock is only put away.
    pub async fn fire_clocks(&self, limit: i64) -> Result<usize, Error> {
        let now = self.now();
        let actor = Actor::clock();
        let due = self.store.due_clocks(now.0, limit).await?;
        let mut fired = 0;
        for clock in &due {
            let key = format!("{}/{}/{}", clock.matter, clock.clock, clock.due_at);
            let request = Request::new("clock", Some(key.clone()), clock.clock.as_bytes(), "clock");
            let source = format!("clock {}", clock.clock);
            let done = if clock.step == PROBLEM {
                self.fire_problem(&actor, clock, &request).await
            } else {
                let act = Act::Fire { clock: clock.clock.clone(), due: Instant(clock.due_at) };
                self.act(&actor, clock.matter, &act, &request, Default::default()).await
            };
            match done {
                Ok(done) if !done.replayed => fired += 1,
                Err(Error::Full | Error::Unavailable) => break,
                // One clock that cannot fire must not keep the others waiting: after three tries it is set aside.
                Err(Error::Conflict | Error::Internal(_)) if clock.tries < TRIES => continue,
                Err(other @ (Error::Conflict | Error::Internal(_))) => {
                    if clock.tries == TRIES {
                        let reason = format!("{other:?}");
                        self.store.set_aside(&source, clock.tries, &reason, key.as_bytes()).await?;
                    }
                    continue;
                }
                // It fired before, or the journal says that it runs no more. An entry that sets the clock writes its row
                // anew, and that row is left alone.
                Ok(_) | Err(_) => self.store.put_away(clock).await?,
            }
            if clock.tries > TRIES {
                self.store.settle_all(&source, key.as_bytes()).await?;
            }
        }
        Ok(fired)
    }

    /// The clocks that fell due and could not be fired, for the operator: number of the call, clock, due instant. Tried
    /// again each hour.
    ///
    /// # Errors
    /// The store's own.
    pub async fn clocks_aside(&self) -> Result<Vec<(String, String, Instant)>, Error> {
        let aside = self.store.clocks_aside(SHOWN).await?;
        Ok(aside.into_iter().map(|(number, of)| (number, of.clock, Instant(of.due_at))).collect())
    }

    /// Gives the log's new leaves their places and signs a checkpoint.
    ///
    /// # Errors
    /// The store's own.
    pub async fn sequence(&self) -> Result<(), Error> {
        match self.store.sequence().await {
            // Another node sequences: its checkpoint holds this one's leaves as well.
            Ok(_) | Err(store::StoreError::Missed) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes drafts and sessions that have expired; a session some time after its end.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.now().0;
        self.store.sweep_drafts(now).await?;
        Ok(self.store.sweep_sessions(now - crate::held::KNOWN_AFTER_END).await?)
    }

    /// Rebuilds every projection from the journals and gives the number of matters made; `progress` hears each one.
    ///
    /// # Errors
    /// [`Error::Internal`] when a journal cannot be folded; nothing is changed then.
    pub async fn rebuild(&self, progress: &(dyn Fn() + Sync)) -> Result<u64, Error> {
        let fold = |id: uuid::Uuid, rows: &[store::EntryRow]| -> Result<store::MatterWrite, String> {
            if is_problem(rows) {
                let told = |error: Error| format!("{id}: {error:?}");
                progress();
                return fold_problem(rows).and_then(|problem| projected(id, &problem)).map_err(told);
            }
            let call = fold_rows(rows).map_err(|error| format!("{id}: {error:?}"))?;
            let (tasks, clocks) = tasks_and_clocks(&call);
            progress();
            Ok(store::MatterWrite {
                id,
                kind: SHIP_CALL,
                row: row(&call),
                fold: FOLD.to_owned(),
                snapshot: snapshot::pack(&call, &self.profile).map_err(|error| format!("{id}: {error}"))?,
                tasks,
                clocks,
                tokens: Some(crate::search::tokens(&call)),
                ..store::MatterWrite::default()
            })
        };
        Ok(self.store.rebuild(FOLD, fold).await?)
    }
}
