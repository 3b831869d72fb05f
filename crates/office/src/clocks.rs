//! Clocks that fire, the log's sequencer, and rebuilding.

use std::collections::BTreeMap;

use domain::{
    Instant,
    application::{self, Application},
    consignment::{self, Consignment},
    crew_case::CrewCase,
    declaration::{self, Declaration},
    flight::{self, Flight},
    manifest::Manifest,
    person_permit::{self, PersonPermit},
    precheck::Precheck,
    problem::{self, Problem},
    ship_call::{self, ShipCall},
};
use futures_util::future::join_all;
use store::{
    EntryRow, MatterWrite,
    clocks::{DueClock, TRIES},
};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office,
    acting::{Baggage, Request},
    kept::{Kept, fold_rows},
};

/// So many clocks that were set aside are shown.
const SHOWN: i64 = 1000;

/// Clocks of so many matters fire side by side: a transaction that is synced costs the same for one as for all of them.
const BESIDE: usize = 128;

/// What became of a clock.
enum Fired {
    /// It fired.
    Yes,
    /// It did not, and the next one is tried.
    No,
    /// The store takes nothing now.
    StoreIsAway,
}

impl Office {
    /// Fires the clocks that are due, at most `limit`; gives how many fired. Those of one matter fire one after another, those
    /// of different matters side by side, so that they share the store's transactions. A decision that was recorded before
    /// the due instant has stopped its clock: such a clock is only put away.
    ///
    /// # Errors
    /// The store's own.
    pub async fn fire_clocks(&self, limit: i64) -> Result<usize, Error> {
        let now = self.now();
        let due = self.store.due_clocks(now.0, limit).await?;
        let mut matters: BTreeMap<Uuid, Vec<&DueClock>> = BTreeMap::new();
        for clock in &due {
            matters.entry(clock.matter).or_default().push(clock);
        }
        let matters: Vec<Vec<&DueClock>> = matters.into_values().collect();
        let mut fired = 0;
        for beside in matters.chunks(BESIDE) {
            for done in join_all(beside.iter().map(|clocks| self.fire_one_after_another(clocks))).await {
                fired += done?;
            }
        }
        Ok(fired)
    }

    /// Fires clocks of one matter; gives how many fired.
    async fn fire_one_after_another(&self, clocks: &[&DueClock]) -> Result<usize, Error> {
        let mut fired = 0;
        for clock in clocks {
            match self.fire(clock).await? {
                Fired::Yes => fired += 1,
                Fired::No => {}
                Fired::StoreIsAway => break,
            }
        }
        Ok(fired)
    }

    async fn fire(&self, clock: &DueClock) -> Result<Fired, Error> {
        let actor = Actor::clock();
        let key = format!("{}/{}/{}", clock.matter, clock.clock, clock.due_at);
        let request = Request::new("clock", Some(key.clone()), clock.clock.as_bytes(), "clock");
        let source = format!("clock {}", clock.clock);
        let done = self.fire_act(&actor, clock, &request).await;
        let fired = match done {
            Ok(done) if !done.replayed => Fired::Yes,
            Err(Error::Full | Error::Unavailable) => return Ok(Fired::StoreIsAway),
            // One clock that cannot fire must not keep the others waiting: after three tries it is set aside.
            Err(Error::Conflict | Error::Internal(_)) if clock.tries < TRIES => return Ok(Fired::No),
            Err(other @ (Error::Conflict | Error::Internal(_))) => {
                if clock.tries == TRIES {
                    let reason = format!("{other:?}");
                    self.store.set_aside(&source, clock.tries, &reason, key.as_bytes()).await?;
                }
                return Ok(Fired::No);
            }
            // It fired before, or the journal says that it runs no more. An entry that sets the clock writes its row
            // anew, and that row is left alone.
            Ok(_) | Err(_) => {
                self.store.put_away(clock).await?;
                Fired::No
            }
        };
        if clock.tries > TRIES {
            self.store.settle_all(&source, key.as_bytes()).await?;
        }
        Ok(fired)
    }

    async fn fire_act(&self, actor: &Actor, clock: &DueClock, request: &Request) -> Result<Done, Error> {
        let (name, due, baggage) = (clock.clock.clone(), Instant(clock.due_at), Baggage::default());
        if clock.step == Problem::KIND {
            let act = problem::Act::Fire { clock: name, due };
            return self.act::<Problem>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        if clock.step == Application::KIND {
            let act = application::Act::Fire { clock: name, due };
            return self.act::<Application>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        if clock.step == PersonPermit::KIND {
            let act = person_permit::Act::Fire { clock: name, due };
            return self.act::<PersonPermit>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        if clock.step == CrewCase::KIND {
            return self.fire_crew_case(actor, clock.matter, name, due, request).await;
        }
        if clock.step == Declaration::KIND {
            let act = declaration::Act::Fire { clock: name, due };
            return self.act::<Declaration>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        if clock.step == Consignment::KIND {
            let act = consignment::Act::Fire { clock: name, due };
            return self.act::<Consignment>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        if clock.step == Flight::KIND {
            let act = flight::Act::Fire { clock: name, due };
            return self.act::<Flight>(actor, &[(clock.matter, act)], request, &baggage).await;
        }
        let act = ship_call::Act::Fire { clock: name, due };
        self.act::<ShipCall>(actor, &[(clock.matter, act)], request, &baggage).await
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

    /// Removes drafts and sessions that have expired, a session some time after its end; erases what is past its term; tells
    /// those whom it touches what became of a measure.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.now().0;
        self.store.sweep_drafts(now).await?;
        self.store.sweep_sessions(now - crate::held::KNOWN_AFTER_END).await?;
        self.sweep_documents().await?;
        self.sweep_hall().await?;
        self.look_at_measures().await?;
        self.tell_measures().await.map(drop)
    }

    /// Rebuilds every projection from the journals and gives the number of matters made; `progress` hears each one.
    ///
    /// # Errors
    /// [`Error::Internal`] when a journal cannot be folded; nothing is changed then.
    pub async fn rebuild(&self, progress: &(dyn Fn() + Sync)) -> Result<u64, Error> {
        let fold = |id: Uuid, rows: &[EntryRow]| -> Result<MatterWrite, String> {
            let first = rows.first().map_or("", |row| row.kind.as_str());
            let made = if Problem::begins_with(first) {
                fold_rows::<Problem>(rows).and_then(|problem| self.projected(id, &problem))
            } else if Application::begins_with(first) {
                fold_rows::<Application>(rows).and_then(|application| self.projected(id, &application))
            } else if Precheck::begins_with(first) {
                fold_rows::<Precheck>(rows).and_then(|precheck| self.projected(id, &precheck))
            } else if CrewCase::begins_with(first) {
                fold_rows::<CrewCase>(rows).and_then(|case| self.projected(id, &case))
            } else if PersonPermit::begins_with(first) {
                fold_rows::<PersonPermit>(rows).and_then(|permit| self.projected(id, &permit))
            } else if Declaration::begins_with(first) {
                fold_rows::<Declaration>(rows).and_then(|declaration| self.projected(id, &declaration))
            } else if Manifest::begins_with(first) {
                fold_rows::<Manifest>(rows).and_then(|manifest| self.projected(id, &manifest))
            } else if Consignment::begins_with(first) {
                fold_rows::<Consignment>(rows).and_then(|consignment| self.projected(id, &consignment))
            } else if Flight::begins_with(first) {
                fold_rows::<Flight>(rows).and_then(|flight| self.projected(id, &flight))
            } else {
                fold_rows::<ShipCall>(rows).and_then(|call| self.projected(id, &call))
            };
            progress();
            made.map_err(|error| format!("{id}: {error:?}"))
        };
        let made = self.store.rebuild(ShipCall::FOLD, fold).await?;
        self.forget_counted().await?;
        Ok(made)
    }
}
