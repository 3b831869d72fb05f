//! The one way in which a ship call changes: read, decide outside the writer, commit; on a conflict decide again.

use std::slice;

use domain::{
    formality::Formality,
    profile::Profile,
    ship_call::{Act, Clock, Context, Entry, Record, ShipCall, Task, apply, decide},
};
use sha2::{Digest, Sha256};
use store::{
    ClockWrite, Committed, EntryWrite, Event, IdempotencyKey, Job, MatterRow, MatterWrite, Reach, Sealed, Side,
    Statement, TaskWrite,
};
use uuid::Uuid;

use crate::{
    Actor, Error, Office,
    snapshot::{self, FOLD},
};

/// The kind of a ship call's matter.
pub(crate) const SHIP_CALL: &str = "ship_call";

/// An act that is done: the answer that the client gets, once it is durable.
#[derive(Clone, Debug)]
pub struct Done {
    /// The matter.
    pub id: Uuid,
    /// The call's number.
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

    /// The same request with a key that holds for this call and formality alone: a client that sends one workbook to two
    /// calls under the key of its bytes has sent it twice.
    pub(crate) fn about(&self, id: Uuid, formality: Option<Formality>) -> Request {
        let step = formality.map_or("", Formality::code);
        Request { key: self.key.as_ref().map(|key| format!("{id}/{step}/{key}")), ..self.clone() }
    }
}

/// What an act brings besides itself.
#[derive(Default)]
pub(crate) struct Baggage {
    pub documents: Vec<Sealed>,
    pub side: Vec<Side>,
    pub what: String,
}

impl Office {
    /// Does an act on a call that stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the actor's reach, [`Error::Refused`] by the procedure, [`Error::Conflict`] after
    /// three tries, and the store's own.
    pub(crate) async fn act(
        &self,
        actor: &Actor,
        id: Uuid,
        act: &Act,
        request: &Request,
        baggage: Baggage,
    ) -> Result<Done, Error> {
        let mut last = Error::Conflict;
        for _ in 0..3 {
            let call = self.load(actor, id).await?;
            match self.commit(actor, id, call, slice::from_ref(act), request, &baggage).await {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// Decides acts on a fold, one after the other, and commits what was decided, all or nothing. `call` is the default for
    /// a new matter.
    pub(crate) async fn commit(
        &self,
        actor: &Actor,
        id: Uuid,
        call: ShipCall,
        acts: &[Act],
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let request = &match acts.first() {
            // Its call has no identifier yet that a retry could know.
            Some(Act::Open(_)) => request.clone(),
            Some(Act::File { formality, .. }) => request.about(id, Some(*formality)),
            _ => request.about(id, None),
        };
        let job = match self.prepare(actor, id, call, acts, request, baggage) {
            Ok(job) => job,
            // A retry of an act that was done finds the matter moved on: its answer is the first one.
            Err(Error::Refused(fault)) => {
                return self.known_answer(actor, request).await?.ok_or(Error::Refused(fault));
            }
            Err(other) => return Err(other),
        };
        let number = job.matters[0].row.number.clone();
        let done = self.store.commit(job).await?;
        if done.replayed {
            return self.answered(done).await;
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

    /// Decides acts one after the other, and makes the transaction of what was decided.
    pub(crate) fn prepare(
        &self,
        actor: &Actor,
        id: Uuid,
        call: ShipCall,
        acts: &[Act],
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Job, Error> {
        let now = self.now();
        let signature = actor.signature();
        let before = Before::of(&call);
        let mut after = call;
        let mut records = Vec::new();
        for act in acts {
            // A clock's entry takes effect at the instant at which it was due, even when it fires later.
            let effective = if let Act::Fire { due, .. } = act { *due } else { now };
            let decided = decide(&after, act, &Context { now, profile: &self.profile, actor: &signature });
            for entry in decided.map_err(|refusal| Error::Refused(refusal.fault(&self.profile)))? {
                let record = Record {
                    at: effective,
                    party: actor.party_code(),
                    person: actor.person.clone(),
                    on_behalf: actor.on_behalf.clone(),
                    channel: request.channel.to_owned(),
                    entry,
                };
                apply(&mut after, &record);
                records.push(record);
            }
        }
        // What a limit had brought about before the act stands first; the receipt names the act.
        let told = records.iter().find(|record| !record.entry.is_of_a_limit()).or(records.first());
        let what = match (baggage.what.as_str(), told) {
            ("", Some(first)) => format!("{} on call {}", first.entry.kind(), after.number),
            (what, _) => what.to_owned(),
        };
        let receipt = Statement { what, received_at: now.0, digest: request.digest };
        let written = Written { id, before, after: &after, records };
        job(&self.profile, written, self.idempotency_key(actor, request), receipt, baggage)
    }
}

/// What the projection held of a call before an act; the default for a new one.
#[derive(Default)]
pub(crate) struct Before {
    version: i64,
    row: Option<MatterRow>,
    tasks: Vec<Task>,
    clocks: Vec<Clock>,
}

impl Before {
    fn of(call: &ShipCall) -> Before {
        Before {
            version: call.version,
            row: (call.version > 0).then(|| row(call)),
            tasks: call.tasks(),
            clocks: call.clocks(),
        }
    }
}

/// What is appended to the journal of a call, and the call with it.
pub(crate) struct Written<'a> {
    pub id: Uuid,
    pub before: Before,
    pub after: &'a ShipCall,
    pub records: Vec<Record>,
}

/// The transaction of what is appended.
pub(crate) fn job(
    profile: &Profile,
    Written { id, before, after, records }: Written<'_>,
    key: Option<IdempotencyKey>,
    receipt: Statement,
    baggage: &Baggage,
) -> Result<Job, Error> {
    let row = row(after);
    let told = records.iter().find(|record| !matches!(record.entry, Entry::Assessed { .. }));
    let events = told.map(|record| Event {
        kind: record.entry.kind().to_owned(),
        matter: id,
        data: format!(
            r#"{{"number":"{}","state":"{}","holder":"{}","version":{}}}"#,
            row.number, row.state, row.holder, after.version
        ),
    });
    let (tasks, tasks_gone) = task_changes(&before.tasks, &after.tasks());
    let (clocks, clocks_gone) = clock_changes(&before.clocks, &after.clocks());
    Ok(Job {
        key,
        matters: vec![MatterWrite {
            id,
            kind: SHIP_CALL,
            read_version: before.version,
            row_before: before.row,
            fold: FOLD.to_owned(),
            snapshot: snapshot::pack(after, profile)?,
            entries: records.into_iter().map(entry_write).collect::<Result<_, _>>()?,
            tasks,
            tasks_gone,
            clocks,
            clocks_gone,
            tokens: (before.version == 0).then(|| crate::search::tokens(after)),
            // Who was the agent before keeps the receipts; the call itself concerns the new agent alone.
            parties: None,
            row,
        }],
        documents: baggage.documents.clone(),
        receipt,
        events: events.into_iter().collect(),
        side: baggage.side.clone(),
    })
}

fn entry_write(record: Record) -> Result<EntryWrite, Error> {
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

/// What lists show of a call.
pub(crate) fn row(call: &ShipCall) -> MatterRow {
    let holding = call.holding();
    MatterRow {
        number: call.number.clone(),
        firm: call.agent.clone(),
        title: format!("{}\u{1f}{}", call.ship.name.zh, call.ship.name.en),
        subject_key: call.ship.imo.clone(),
        state: call.status().code().to_owned(),
        holder: holding.holder.code().to_owned(),
        due_at: holding.until.map(|until| until.0),
        starts_at: call.expected("arrival").map(|at| at.0),
        ends_at: call.expected("departure").map(|at| at.0),
        place: call.berths.last().map(|plan| plan.berth.clone()).unwrap_or_default(),
        opened_at: call.opened_at.0,
        updated_at: call.updated_at.0,
    }
}

fn task_changes(before: &[Task], after: &[Task]) -> (Vec<TaskWrite>, Vec<(String, String)>) {
    let changed = after.iter().filter(|task| !before.contains(task)).map(task_write);
    let gone = before
        .iter()
        .filter(|old| !after.iter().any(|task| task.organ == old.organ && task.step == old.step))
        .map(|old| (old.organ.clone(), old.step.clone()));
    (changed.collect(), gone.collect())
}

fn clock_changes(before: &[Clock], after: &[Clock]) -> (Vec<ClockWrite>, Vec<(String, String)>) {
    let changed = after.iter().filter(|clock| !before.contains(clock)).map(clock_write);
    let gone = before
        .iter()
        .filter(|old| !after.iter().any(|clock| clock.name == old.name && clock.holder == old.holder))
        .map(|old| (old.name.clone(), old.holder.clone()));
    (changed.collect(), gone.collect())
}

fn task_write(task: &Task) -> TaskWrite {
    TaskWrite {
        organ: task.organ.clone(),
        step: task.step.clone(),
        // What waits for the agent's answer is not the organ's to do.
        open: task.state != "waiting",
        state: task.state.clone(),
        since: task.since.0,
        due_at: task.due.map(|due| due.0),
        note: task.note.clone(),
    }
}

fn clock_write(clock: &Clock) -> ClockWrite {
    ClockWrite { clock: clock.name.clone(), step: clock.holder.clone(), due_at: clock.due.0 }
}

/// Every task and clock of a call, for rebuilding.
pub(crate) fn tasks_and_clocks(call: &ShipCall) -> (Vec<TaskWrite>, Vec<ClockWrite>) {
    (call.tasks().iter().map(task_write).collect(), call.clocks().iter().map(clock_write).collect())
}

/// How a receipt names what was filed.
pub(crate) fn what_filed(formality: Formality, number: &str, version: usize) -> String {
    format!("{} v{version} of call {number}", formality.code())
}
