//! The one way in which a problem changes: read, decide outside the writer, commit; on a conflict decide again.

use domain::{
    Instant,
    problem::{Act, Clock, Entry, Problem, Record, Task, apply, decide, fold},
    ship_call::Context,
};
use store::{
    ClockWrite, EntryRow, EntryWrite, Event, Job, MatterRow, MatterWrite, Reach, Statement, Stored, TaskWrite,
    reach::{CONFINED, organ_party},
};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office,
    acting::{Baggage, Request},
};

/// The kind of a problem's matter.
pub(crate) const PROBLEM: &str = CONFINED;

/// Names the form of the snapshots; changed whenever folding the same entries would give another state.
pub(crate) const PROBLEM_FOLD: &str = "problem 1";

/// The token of problems of which the public may know that there is one.
pub(super) const PUBLIC: &str = "is:public";

/// Before the step of every task of a problem.
pub(crate) const STEP: &str = "problem:";

/// True when a journal is that of a problem.
pub(crate) fn is_problem(rows: &[EntryRow]) -> bool {
    rows.first().is_some_and(|first| first.kind.starts_with("problem."))
}

/// The fold of a problem's journal.
pub(crate) fn fold_problem(rows: &[EntryRow]) -> Result<Problem, Error> {
    let records: Vec<Record> = rows.iter().map(record).collect::<Result<_, _>>()?;
    Ok(fold(&records))
}

/// An entry as it is stored.
pub(crate) fn record(row: &EntryRow) -> Result<Record, Error> {
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

impl Office {
    /// The fold of a problem, whoever asks. Callers have found it through a reach, or by its secret.
    pub(crate) async fn load_problem(&self, id: Uuid) -> Result<Problem, Error> {
        let reach = self.store.reach(Reach::System("deciding"));
        let stored = reach.matter(id).await?.filter(|stored| stored.kind == PROBLEM).ok_or(Error::NotFound)?;
        self.unfold_problem(stored).await
    }

    /// The snapshot, or the fold of the whole journal when another program wrote the snapshot.
    pub(crate) async fn unfold_problem(&self, stored: Stored) -> Result<Problem, Error> {
        if stored.fold == PROBLEM_FOLD {
            return Ok(serde_json::from_slice(&stored.snapshot)?);
        }
        fold_problem(&self.store.reach(Reach::System("folding")).entries(stored.id, 0, i64::MAX).await?)
    }

    /// Does acts on problems, all or nothing, each by its identifier; three tries when others are faster.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure, [`Error::Conflict`] after three tries, and the store's own.
    pub(crate) async fn act_on_problems(
        &self,
        actor: &Actor,
        acts: &[(Uuid, Act)],
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let mut last = Error::Conflict;
        for _ in 0..3 {
            let mut written = Vec::with_capacity(acts.len());
            for (id, act) in acts {
                let problem = match act {
                    Act::Receive(_) => Problem::default(),
                    _ => self.load_problem(*id).await?,
                };
                written.push((*id, problem, act));
            }
            match self.commit_problems(actor, written, request, baggage).await {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    async fn commit_problems(
        &self,
        actor: &Actor,
        acts: Vec<(Uuid, Problem, &Act)>,
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let id = acts.first().map_or_else(Uuid::nil, |(id, ..)| *id);
        let request = &match acts.first() {
            // Its case has no identifier yet that a retry could know.
            Some((_, _, Act::Receive(_))) | None => request.clone(),
            _ => request.about(id, None),
        };
        let job = match self.problem_job(actor, acts, request, baggage) {
            Ok(job) => job,
            // A retry of an act that was done finds the case moved on: its answer is the first one.
            Err(Error::Refused(fault)) => {
                return self.known_answer(actor, request).await?.ok_or(Error::Refused(fault));
            }
            Err(other) => return Err(other),
        };
        let number = job.matters.first().map(|matter| matter.row.number.clone()).unwrap_or_default();
        let done = self.store.commit(job).await?;
        if done.replayed {
            return self.answered(done).await;
        }
        Ok(Done { id, number, receipt: done.receipt.to_vec(), receipt_id: done.receipt_id, replayed: false })
    }

    fn problem_job(
        &self,
        actor: &Actor,
        acts: Vec<(Uuid, Problem, &Act)>,
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Job, Error> {
        let now = self.now();
        let signature = actor.signature();
        let (mut matters, mut events, mut what) = (Vec::new(), Vec::new(), baggage.what.clone());
        for (id, before, act) in acts {
            // A clock's entry takes effect at the instant at which it was due, even when it fires later.
            let at = if let Act::Fire { due, .. } = act { *due } else { now };
            let context = Context { now, profile: &self.profile, actor: &signature };
            let entries = decide(&before, act, &context).map_err(|refusal| Error::Refused(refusal.fault()))?;
            let mut after = before.clone();
            let mut records = Vec::with_capacity(entries.len());
            for entry in entries {
                let record = Record {
                    at,
                    party: actor.party_code(),
                    person: actor.person.clone(),
                    on_behalf: actor.on_behalf.clone(),
                    channel: request.channel.to_owned(),
                    entry,
                };
                apply(&mut after, &record);
                records.push(record);
            }
            let told = records.iter().find(|record| !record.entry.is_of_a_clock()).or(records.first());
            let Some(told) = told else { continue };
            if what.is_empty() {
                what = format!("{} on problem {}", told.entry.kind(), after.number);
            }
            events.push(event(id, &after, told.entry.kind()));
            matters.push(matter(id, &before, &after, records)?);
        }
        let receipt = Statement { what, received_at: now.0, digest: request.digest };
        let (documents, side) = (baggage.documents.clone(), baggage.side.clone());
        Ok(Job { key: self.idempotency_key(actor, request), matters, documents, receipt, events, side })
    }
}

fn event(id: Uuid, after: &Problem, kind: &str) -> Event {
    let owner = after.owner().unwrap_or("");
    Event {
        kind: kind.to_owned(),
        matter: id,
        data: format!(
            r#"{{"number":"{}","state":"{}","holder":"{owner}","version":{}}}"#,
            after.number,
            after.status().code(),
            after.version
        ),
    }
}

/// The matter as it stands after an act, with what is appended to its journal.
fn matter(id: Uuid, before: &Problem, after: &Problem, records: Vec<Record>) -> Result<MatterWrite, Error> {
    let (tasks, clocks) = (task_writes(after), clock_writes(after));
    let (tasks_before, clocks_before) = match before.version {
        0 => (Vec::new(), Vec::new()),
        _ => (task_writes(before), clock_writes(before)),
    };
    let task_gone = |old: &&TaskWrite| !tasks.iter().any(|task| task.organ == old.organ && task.step == old.step);
    let clock_gone = |old: &&ClockWrite| !clocks.iter().any(|clock| clock.clock == old.clock);
    Ok(MatterWrite {
        id,
        kind: PROBLEM,
        read_version: before.version,
        row: row(after),
        row_before: (before.version > 0).then(|| row(before)),
        fold: PROBLEM_FOLD.to_owned(),
        snapshot: serde_json::to_vec(after)?,
        entries: records.into_iter().map(entry_write).collect::<Result<_, _>>()?,
        tasks_gone: tasks_before.iter().filter(task_gone).map(|of| (of.organ.clone(), of.step.clone())).collect(),
        clocks_gone: clocks_before.iter().filter(clock_gone).map(|of| (of.clock.clone(), of.step.clone())).collect(),
        tasks: tasks.into_iter().filter(|task| !tasks_before.contains(task)).collect(),
        clocks: clocks.into_iter().filter(|clock| !clocks_before.contains(clock)).collect(),
        tokens: Some(tokens(after)).filter(|now| before.version == 0 || *now != tokens(before)),
        parties: Some(parties(after)).filter(|now| before.version == 0 || *now != parties(before)),
    })
}

/// Everything that lists, queues, search and clocks know of a problem, for rebuilding.
pub(crate) fn projected(id: Uuid, problem: &Problem) -> Result<MatterWrite, Error> {
    Ok(MatterWrite {
        id,
        kind: PROBLEM,
        row: row(problem),
        fold: PROBLEM_FOLD.to_owned(),
        snapshot: serde_json::to_vec(problem)?,
        tasks: task_writes(problem),
        clocks: clock_writes(problem),
        tokens: Some(tokens(problem)),
        parties: Some(parties(problem)),
        ..MatterWrite::default()
    })
}

fn entry_write(record: Record) -> Result<EntryWrite, Error> {
    let entry: &Entry = &record.entry;
    Ok(EntryWrite {
        kind: entry.kind(),
        v: 1,
        at: record.at.0,
        actor: format!("{}/{}", record.party, record.person),
        bytes: serde_json::to_vec(entry)?,
        on_behalf: record.on_behalf,
        channel: record.channel,
    })
}

/// What lists show. What it is about is its topic, its place is its class; no word of it names a firm or a person.
fn row(problem: &Problem) -> MatterRow {
    let first = problem.reports.first();
    MatterRow {
        number: problem.number.clone(),
        firm: first.map(|report| report.firm.clone()).unwrap_or_default(),
        title: problem.incident.clone().unwrap_or_default(),
        subject_key: problem.topic.clone(),
        state: problem.status().code().to_owned(),
        holder: problem.owner().unwrap_or("").to_owned(),
        due_at: problem.resolve_due().map(|due| due.0),
        starts_at: Some(problem.opened_at.0),
        ends_at: problem.ended.as_ref().map(|ended| ended.at.0),
        place: problem.severity.clone(),
        opened_at: problem.opened_at.0,
        updated_at: problem.updated_at.0,
    }
}

/// Firms that reported besides the first, and the units that take part.
fn parties(problem: &Problem) -> Vec<String> {
    let first = problem.reports.first().map(|report| report.firm.as_str()).unwrap_or_default();
    let firms = problem.reports.iter().map(|report| report.firm.as_str()).filter(|firm| !firm.is_empty());
    let mut parties: Vec<String> = firms.filter(|firm| *firm != first).map(str::to_owned).collect();
    parties.extend(problem.units().iter().map(|organ| organ_party(organ)));
    parties.sort();
    parties.dedup();
    parties
}

/// Words by which search finds a problem: its numbers, keys and known problems. Neither firms nor what was said: a unit
/// from which the reporter is hidden searches as well. Keys of hidden reports are for the port office's own lists.
fn tokens(problem: &Problem) -> Vec<String> {
    let mut tokens = vec![problem.number.to_lowercase()];
    if let Some((_, serial)) = problem.number.rsplit_once('-') {
        tokens.push(serial.to_lowercase());
    }
    tokens.extend(problem.merged.iter().map(|number| number.to_lowercase()));
    tokens.extend(problem.known.iter().map(|code| format!("known:{}", code.to_lowercase())));
    let hidden = |key: &domain::problem::Key| {
        problem.reports.iter().any(|report| (report.hidden || !report.against.is_empty()) && report.keys.contains(key))
    };
    if !problem.reports.iter().any(|report| report.hidden || !report.against.is_empty()) {
        tokens.push(PUBLIC.to_owned());
    }
    for key in &problem.keys {
        tokens.push(format!("key:{}", key.code().to_lowercase()));
        if !hidden(key) {
            tokens.push(key.value.to_lowercase());
        }
    }
    tokens.sort();
    tokens.dedup();
    tokens
}

fn task_writes(problem: &Problem) -> Vec<TaskWrite> {
    let write = |task: Task| TaskWrite {
        organ: task.organ,
        step: format!("{STEP}{}", task.step),
        state: "filed".to_owned(),
        open: true,
        since: task.since.0,
        due_at: task.due.map(|due| due.0),
        note: String::new(),
    };
    problem.tasks_open().into_iter().map(write).collect()
}

/// The clocks that run. Their step says that they are a problem's.
fn clock_writes(problem: &Problem) -> Vec<ClockWrite> {
    let write = |clock: &Clock| ClockWrite { clock: clock.name.clone(), step: PROBLEM.to_owned(), due_at: clock.due.0 };
    problem.running().map(write).collect()
}
