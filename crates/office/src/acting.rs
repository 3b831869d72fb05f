//! The one way in which a matter changes, whatever its kind: read, decide outside the writer, commit; on a conflict decide
//! again.

use std::sync::Arc;

use domain::{
    matter::{Context, Entry, Matter, Record, naming},
    ship_call::ShipCall,
};
use sha2::{Digest, Sha256};
use store::{
    ClockWrite, Committed, EntryWrite, Event, IdempotencyKey, Job, MatterRow, MatterWrite, Reach, Sealed, Side,
    Statement, TaskWrite, jumps::Precedence,
};
use uuid::Uuid;

use crate::{Actor, Error, Office, kept::Kept};

/// A job tells at most so much news; what else it changed, its first matter's page shows.
const MOST_EVENTS: usize = 1000;

/// An act that is done: the answer that the client gets, once it is durable.
#[derive(Clone, Debug)]
pub struct Done {
    /// The matter.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The receipt's bytes, signed by the port.
    pub receipt: Vec<u8>,
    /// The receipt's identifier.
    pub receipt_id: Uuid,
    /// True when a retry was answered with the first answer.
    pub replayed: bool,
}

/// A request as it came in: what makes a retry recognisable, and what the receipt states.
#[derive(Clone, Debug)]
pub struct Request {
    /// The route's name, part of the idempotency key.
    pub route: &'static str,
    /// The client's key; none for acts of the program itself.
    pub key: Option<String>,
    /// Digest of the bytes received.
    pub digest: [u8; 32],
    /// By which way in.
    pub channel: &'static str,
}

impl Request {
    /// A request with the bytes that came.
    pub fn new(route: &'static str, key: Option<String>, bytes: &[u8], channel: &'static str) -> Request {
        Request { route, key, digest: Sha256::digest(bytes).into(), channel }
    }

    /// The same request with a key that holds for this matter and part of it alone: a client that sends one workbook to two
    /// calls under the key of its bytes has sent it twice.
    pub(crate) fn about(&self, id: Uuid, part: &str) -> Request {
        Request { key: self.key.as_ref().map(|key| format!("{id}/{part}/{key}")), ..self.clone() }
    }
}

/// What an act brings besides itself.
#[derive(Default)]
pub(crate) struct Baggage {
    pub documents: Vec<Sealed>,
    pub side: Vec<Side>,
    pub what: String,
    /// News for whom it concerns besides the matter's own.
    pub events: Vec<Event>,
}

impl Baggage {
    /// The same with more small writes.
    pub fn with(&self, side: Vec<Side>) -> Baggage {
        Baggage {
            documents: self.documents.clone(),
            side: self.side.iter().cloned().chain(side).collect(),
            what: self.what.clone(),
            events: self.events.clone(),
        }
    }
}

/// What is done to one matter: acts in their order, on the fold that was read; the default for a new one.
pub(crate) struct Step<'a, M: Matter> {
    pub id: Uuid,
    pub read: M,
    pub acts: &'a [M::Act],
}

impl Office {
    /// Does acts on matters of one kind, all or nothing, each by its identifier; three tries when others are faster.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure, [`Error::Conflict`] after three tries, and the store's own.
    pub(crate) async fn act<M: Kept>(
        &self,
        actor: &Actor,
        acts: &[(Uuid, M::Act)],
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let mut last = Error::Conflict;
        for _ in 0..3 {
            let mut steps = Vec::with_capacity(acts.len());
            for (id, act) in acts {
                let read = if M::opens(act) { M::default() } else { self.read::<M>(M::reach_of(actor), *id).await? };
                steps.push(Step { id: *id, read, acts: std::slice::from_ref(act) });
            }
            match self.commit(actor, steps, request, baggage).await {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// Decides acts on folds, and commits what was decided, all or nothing.
    pub(crate) async fn commit<M: Kept>(
        &self,
        actor: &Actor,
        steps: Vec<Step<'_, M>>,
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let first = steps.first().and_then(|step| Some((step.id, step.acts.first()?)));
        let id = first.map_or_else(Uuid::nil, |(id, _)| id);
        let request = &match first {
            Some((id, act)) if !M::opens(act) => request.about(id, M::part(act)),
            // What is opened has no identifier yet that a retry could know.
            _ => request.clone(),
        };
        let (job, written) = match self.prepare(actor, steps, request, baggage) {
            Ok(prepared) => prepared,
            // A retry of an act that was done finds the matter moved on: its answer is the first one.
            Err(Error::Refused(fault)) => {
                return self.known_answer(actor, request).await?.ok_or(Error::Refused(fault));
            }
            Err(other) => return Err(other),
        };
        let number = job.matters.first().map(|matter| matter.row.number.clone()).unwrap_or_default();
        let weights: Vec<usize> = job.matters.iter().map(|matter| matter.snapshot.len()).collect();
        let done = self.store.commit(job).await?;
        if done.replayed {
            return self.answered(done).await;
        }
        for (Written { id, after, .. }, weight) in written.into_iter().zip(weights) {
            self.folds.put(id, after.version(), Arc::new(after), weight);
        }
        Ok(Done { id, number, receipt: done.receipt.to_vec(), receipt_id: done.receipt_id, replayed: false })
    }

    /// The answer that this request got before, if it did.
    pub(crate) async fn known_answer(&self, actor: &Actor, request: &Request) -> Result<Option<Done>, Error> {
        let Some(key) = self.idempotency_key(actor, request) else { return Ok(None) };
        let Some(known) = self.store.receipt_by_key(&key).await? else { return Ok(None) };
        let stated = ledger::receipt::verify(&known.receipt, &self.keys.trust_list);
        if stated.is_ok_and(|stated| stated.statement.digest != request.digest) {
            return Err(Error::KeyReused);
        }
        self.answered(known).await.map(Some)
    }

    /// The first answer again, about the matter that it was about then: who opened a call twice has one call. A key is its
    /// sender's own, so that the number is told to nobody who was not told it before.
    pub(crate) async fn answered(&self, known: Committed) -> Result<Done, Error> {
        let reach = self.store.reach(Reach::System("answering again"));
        let id = reach.matter_of_receipt(known.receipt_id).await?.ok_or(Error::NotFound)?;
        let number = reach.matter(id).await?.ok_or(Error::NotFound)?.row.number;
        Ok(Done { id, number, receipt: known.receipt.to_vec(), receipt_id: known.receipt_id, replayed: true })
    }

    pub(crate) fn idempotency_key(&self, actor: &Actor, request: &Request) -> Option<IdempotencyKey> {
        request.key.as_ref().map(|key| IdempotencyKey {
            principal: format!("{}/{}", actor.party_code(), actor.person),
            route: request.route.to_owned(),
            key: key.clone(),
            body_digest: request.digest,
        })
    }

    /// Commits what was decided on one matter, an act on a ship's call that follows of it, and what else does, all or nothing.
    pub(crate) async fn commit_beside<M: Kept>(
        &self,
        actor: &Actor,
        mut written: Vec<Written<M>>,
        (beside, mut others): (Option<(Uuid, <ShipCall as Matter>::Act)>, Vec<Job>),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let id = written.first().map_or_else(Uuid::nil, |of| of.id);
        // What is opened has no identifier yet that a retry could know.
        let opens = written.first().is_some_and(|of| of.before.version == 0);
        let request = &if opens { request.clone() } else { request.about(id, "") };
        let (received, key) = ((self.now().0, request.digest), self.idempotency_key(actor, request));
        let job = self.job(&mut written, key, received, baggage)?;
        if let Some((call, act)) = beside {
            let read = self.read::<ShipCall>(Reach::System("deciding"), call).await?;
            let mut follows = self.decided(actor, vec![Step { id: call, read, acts: &[act] }], request)?;
            others.push(self.job(&mut follows, None, received, &Baggage::default())?);
        }
        self.commit_joined(id, job, others).await
    }

    /// Commits what was decided on matters of several kinds, all or nothing: the first job's receipt and key stand for all.
    pub(crate) async fn commit_joined(&self, id: Uuid, mut job: Job, others: Vec<Job>) -> Result<Done, Error> {
        for other in others {
            job.matters.extend(other.matters);
            job.documents.extend(other.documents);
            job.events.extend(other.events);
            job.side.extend(other.side);
        }
        job.events.truncate(MOST_EVENTS);
        let number = job.matters.first().map(|matter| matter.row.number.clone()).unwrap_or_default();
        let done = self.store.commit(job).await?;
        if done.replayed {
            return self.answered(done).await;
        }
        Ok(Done { id, number, receipt: done.receipt.to_vec(), receipt_id: done.receipt_id, replayed: false })
    }

    /// Decides acts one after the other, and makes the transaction of what was decided; the matters stand beside it as they
    /// are once it is committed.
    fn prepare<M: Kept>(
        &self,
        actor: &Actor,
        steps: Vec<Step<'_, M>>,
        request: &Request,
        baggage: &Baggage,
    ) -> Result<(Job, Vec<Written<M>>), Error> {
        let mut written = self.decided(actor, steps, request)?;
        let key = self.idempotency_key(actor, request);
        let job = self.job(&mut written, key, (self.now().0, request.digest), baggage)?;
        Ok((job, written))
    }

    /// Decides acts one after the other.
    pub(crate) fn decided<M: Kept>(
        &self,
        actor: &Actor,
        steps: Vec<Step<'_, M>>,
        request: &Request,
    ) -> Result<Vec<Written<M>>, Error> {
        let (now, signature) = (self.now(), actor.signature());
        let context = Context { now, profile: &self.profile, actor: &signature };
        let mut written = Vec::with_capacity(steps.len());
        for Step { id, read: mut matter, acts } in steps {
            let before = Before::of(&matter);
            let mut records = Vec::new();
            for act in acts {
                records.extend(matter.act(act, &context, request.channel).map_err(Error::Refused)?);
            }
            if !records.is_empty() {
                written.push(Written { id, before, after: matter, records });
            }
        }
        Ok(written)
    }

    /// The transaction of what is appended to matters, received at an instant with bytes of a digest; it takes everything out
    /// of them but the matters as they then are.
    pub(crate) fn job<M: Kept>(
        &self,
        written: &mut [Written<M>],
        key: Option<IdempotencyKey>,
        (received_at, digest): (i64, [u8; 32]),
        baggage: &Baggage,
    ) -> Result<Job, Error> {
        let (mut matters, mut events, mut what) = (Vec::new(), Vec::new(), baggage.what.clone());
        let mut side = baggage.side.clone();
        for Written { id, before, after, records } in written {
            let (id, before, records) = (*id, std::mem::take(before), std::mem::take(records));
            let (after, row) = (&*after, after.row());
            // What a limit had brought about before the act stands first; receipt and event name the act.
            if let Some(record) = naming(&records) {
                if what.is_empty() {
                    what = format!("{} on {} {}", record.entry.kind(), M::NOUN, row.number);
                }
                events.push(event(id, record.entry.kind(), &row, (after.version(), records.len())));
            }
            side.extend(self.jumped(id, &before, after, received_at));
            matters.push(self.matter(id, before, after, row, records)?);
        }
        let receipt = Statement { what, received_at, digest };
        let documents = baggage.documents.clone();
        events.extend(baggage.events.iter().cloned());
        Ok(Job { key, matters, documents, receipt, events, side, receipt_id: None })
    }

    /// Whom the tasks of a matter with a priority go before, as they take their place and as they leave the desk.
    fn jumped<M: Kept>(&self, id: Uuid, before: &Before, after: &M, at: i64) -> Vec<Side> {
        let (why, then) = (after.precedence(), before.precedence.as_ref());
        let tasks = if why.is_some() { after.task_writes() } else { Vec::new() };
        let placed = tasks.iter().filter(|task| task.open && !before.tasks.contains(task));
        let placed = placed.filter_map(|task| Some((task, why.as_ref()?)));
        let is_gone = |old: &&TaskWrite| !tasks.iter().any(|task| task.organ == old.organ && task.step == old.step);
        // Who has lost its priority is put back, and goes before nobody.
        let gone = before.tasks.iter().filter(|old| old.open && why.is_some()).filter(is_gone);
        let gone = gone.filter_map(|task| Some((task, then?)));
        placed.chain(gone).map(|(task, why)| self.store.jump_side(id, task, why, at)).collect()
    }

    /// A matter as it stands after an act, with what is appended to its journal.
    fn matter<M: Kept>(
        &self,
        id: Uuid,
        before: Before,
        after: &M,
        row: MatterRow,
        records: Vec<Record<M::Entry>>,
    ) -> Result<MatterWrite, Error> {
        let (tasks, clocks) = (after.task_writes(), after.clock_writes());
        let task_gone = |old: &&TaskWrite| !tasks.iter().any(|task| task.organ == old.organ && task.step == old.step);
        let tasks_gone = before.tasks.iter().filter(task_gone).map(|of| (of.organ.clone(), of.step.clone())).collect();
        let clocks_gone = before.clocks.iter().filter(|old| !clocks.contains(old)).cloned().collect();
        let new = before.version == 0;
        Ok(MatterWrite {
            id,
            kind: M::KIND,
            read_version: before.version,
            row,
            row_before: before.row,
            fold: M::FOLD.to_owned(),
            snapshot: after.pack(&self.profile)?,
            entries: records.into_iter().map(entry_write).collect::<Result<_, _>>()?,
            tasks_gone,
            clocks_gone,
            tasks: tasks.into_iter().filter(|task| !before.tasks.contains(task)).collect(),
            clocks: clocks.into_iter().filter(|clock| !before.clocks.contains(clock)).collect(),
            tokens: (new || M::IS_RENAMED).then(|| after.tokens()).filter(|now| *now != before.tokens),
            parties: Some(after.parties()).filter(|now| *now != before.parties),
        })
    }

    /// Everything that lists, queues, search and clocks know of a matter, for rebuilding.
    pub(crate) fn projected<M: Kept>(&self, id: Uuid, matter: &M) -> Result<MatterWrite, Error> {
        Ok(MatterWrite {
            id,
            kind: M::KIND,
            row: matter.row(),
            fold: M::FOLD.to_owned(),
            snapshot: matter.pack(&self.profile)?,
            tasks: matter.task_writes(),
            clocks: matter.clock_writes(),
            tokens: Some(matter.tokens()),
            parties: Some(matter.parties()),
            ..MatterWrite::default()
        })
    }
}

/// What the projection held of a matter before an act; the default for a new one.
#[derive(Default)]
pub(crate) struct Before {
    version: i64,
    row: Option<MatterRow>,
    tasks: Vec<TaskWrite>,
    clocks: Vec<ClockWrite>,
    tokens: Vec<String>,
    parties: Vec<String>,
    precedence: Option<Precedence>,
}

impl Before {
    fn of<M: Kept>(matter: &M) -> Before {
        if matter.version() == 0 {
            return Before::default();
        }
        Before {
            version: matter.version(),
            row: Some(matter.row()),
            tasks: matter.task_writes(),
            clocks: matter.clock_writes(),
            tokens: if M::IS_RENAMED { matter.tokens() } else { Vec::new() },
            parties: matter.parties(),
            precedence: matter.precedence(),
        }
    }
}

/// What is appended to the journal of a matter, and the matter with it.
pub(crate) struct Written<M: Matter> {
    pub id: Uuid,
    pub before: Before,
    pub after: M,
    pub records: Vec<Record<M::Entry>>,
}

/// The news of an act: the matter's version after it, and how many entries it appended.
fn event(id: Uuid, kind: &str, row: &MatterRow, (version, entries): (i64, usize)) -> Event {
    let data = format!(
        r#"{{"number":"{}","state":"{}","holder":"{}","version":{version},"entries":{entries}}}"#,
        row.number, row.state, row.holder
    );
    Event { kind: kind.to_owned(), matter: id, data }
}

fn entry_write<E: Entry + serde::Serialize>(record: Record<E>) -> Result<EntryWrite, Error> {
    Ok(EntryWrite {
        kind: record.entry.kind(),
        v: record.entry.v(),
        at: record.at.0,
        actor: format!("{}/{}", record.party, record.person),
        bytes: serde_json::to_vec(&record.entry)?,
        on_behalf: record.on_behalf,
        channel: record.channel,
    })
}
