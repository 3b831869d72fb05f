//! From a job to the rows of a transaction, outside the writer.

use std::collections::{BTreeMap, BTreeSet};

use ledger::receipt::{self, Statement};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::engine::{Guarded, Prepared};
use crate::job::{ClockWrite, EntryWrite, IdempotencyKey, Job, MatterRow, MatterWrite};
use crate::packed;
use crate::param::{Param, params};
use crate::stmt::Stmt;
use crate::tables::{self, Table};
use crate::vault::Sealed;
use crate::{Chance, CommitError};

/// The most events of a job; their number within it takes ten bits of a position.
const MOST_EVENTS: usize = 1000;

/// Stands for "as they are" in the tokens of a matter's row; no token is written so.
const KEEP_TOKENS: &str = "=";

type Rows = Vec<(&'static Table, Vec<Param>)>;

/// The rows of a job. `known_tokens` are the tokens that search has now, by matter; `files` the names of the documents
/// that were written as files; `digest` hides the subjects of documents.
pub fn prepare(
    port: &str,
    chance: &Chance,
    mut job: Job,
    known_tokens: &BTreeMap<Uuid, String>,
    files: &BTreeMap<Uuid, String>,
    digest: &dyn Fn(&str) -> [u8; 16],
) -> Result<Prepared, CommitError> {
    check(&job)?;
    let receipt_id = job.receipt_id.unwrap_or_else(|| chance.id());
    // A receipt names the matters in the order of the acts: a retry is answered about the first one.
    let (statement, salt) = statement(port, chance, &job, receipt_id);
    let ids: Vec<u8> = job.matters.iter().flat_map(|matter| *matter.id.as_bytes()).collect();
    // Rows are guarded in one order, so that two jobs never wait for each other.
    job.matters.sort_by_key(|matter| matter.id);
    let (key_hash, body_digest) = match &job.key {
        Some(key) => (Some(key_hash(&key.principal, &key.route, &key.key)), Some(key.body_digest.to_vec())),
        None => (None, None),
    };
    let receipt = params![
        port,
        receipt_id,
        None::<Vec<u8>>,
        None::<i64>,
        ids,
        statement.what.as_str(),
        statement.received_at,
        statement.digest,
        salt,
        key_hash.clone(),
        body_digest.clone(),
    ];
    let mut prepared = Prepared {
        key: key_hash.zip(body_digest),
        matters: Vec::with_capacity(job.matters.len()),
        rows: Vec::with_capacity(12),
        events: Vec::with_capacity(job.events.len()),
        receipt,
        statement,
        receipt_id,
        side: job.side.into_iter().map(|side| side.0).collect::<Vec<Stmt>>(),
    };
    for matter in job.matters {
        let known = known_tokens.get(&matter.id).map_or("", String::as_str);
        push_matter(port, matter, known, receipt_id, &mut prepared);
    }
    for sealed in job.documents {
        let digests: Vec<u8> = sealed.subjects.iter().flat_map(|subject| digest(subject)).collect();
        let file = files.get(&sealed.id).cloned();
        if !digests.is_empty() {
            prepared.rows.push((&tables::SUBJECTS, params![port, sealed.id, digests]));
        }
        prepared.rows.push((&tables::DOCUMENTS, document_row(port, chance.now(), sealed, file)));
    }
    for (n, event) in job.events.into_iter().enumerate() {
        prepared.events.push(params![
            port,
            None::<Vec<u8>>,
            None::<i64>,
            n as i64,
            event.kind,
            event.matter,
            event.data
        ]);
    }
    check_texts(&prepared)?;
    Ok(prepared)
}

/// The row of a document; its bytes stand in it unless they are in a file.
fn document_row(port: &str, now: i64, sealed: Sealed, file: Option<String>) -> Vec<Param> {
    let bytes = file.is_none().then_some(sealed.bytes);
    params![
        port,
        sealed.id,
        sealed.matter,
        sealed.purpose,
        sealed.subject,
        sealed.size as i64,
        sealed.wrapped_key,
        sealed.salt,
        bytes,
        file,
        now,
        sealed.named,
    ]
}

/// Sixteen bytes that stand for principal, route and client's key: short in the index, and no longer readable.
pub fn key_hash(principal: &str, route: &str, key: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for text in [principal, route, key] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize()[..16].to_vec()
}

/// The rows of a matter, apart from its guard, when it is written anew: tokens, reach, tasks and clocks.
pub fn projection_rows(port: &str, matter: &MatterWrite) -> [Vec<Vec<Param>>; 4] {
    let id = matter.id;
    let tokens = joined(matter.tokens.as_deref().unwrap_or_default());
    let tokens = split(&tokens).into_iter().map(|token| params![port, token, id]).collect();
    let own = std::iter::once((&matter.row.firm, 0));
    let parties: BTreeSet<_> = matter.parties.iter().flatten().collect();
    let firms = own.chain(parties.into_iter().map(|firm| (firm, 1))).filter(|(firm, _)| !firm.is_empty());
    let reach = firms.map(|(firm, party)| params![port, firm.as_str(), id, party]).collect();
    let tasks: BTreeMap<_, _> = matter.tasks.iter().map(|task| ((&task.organ, &task.step), task)).collect();
    let task = |task: &crate::TaskWrite| {
        params![
            port,
            id,
            task.organ.as_str(),
            task.step.as_str(),
            task.state.as_str(),
            task.open,
            task.since,
            task.due_at,
            task.sort(),
            task.note.as_str()
        ]
    };
    let clocks: BTreeMap<_, _> = matter.clocks.iter().map(|clock| ((&clock.clock, &clock.step), clock)).collect();
    let clock = |clock: &ClockWrite| params![port, id, clock.clock.as_str(), clock.step.as_str(), clock.due_at, 0, 0];
    [tokens, reach, tasks.into_values().map(task).collect(), clocks.into_values().map(clock).collect()]
}

/// The row of a matter with its snapshot, which is taken out of it.
pub fn matter_row(port: &str, matter: &mut MatterWrite, version: i64, tokens: String) -> Vec<Param> {
    let snapshot = packed::pack(&std::mem::take(&mut matter.snapshot));
    let row = &matter.row;
    params![
        port,
        matter.id,
        matter.kind,
        version,
        matter.read_version,
        row.number.as_str(),
        row.firm.as_str(),
        row.title.as_str(),
        row.subject_key.as_str(),
        row.state.as_str(),
        row.holder.as_str(),
        row.due_at,
        row.starts_at,
        row.ends_at,
        row.place.as_str(),
        row.opened_at,
        row.updated_at,
        matter.fold.as_str(),
        tokens,
        snapshot,
    ]
}

/// Tokens as a matter's row keeps them: sorted, each once, a line each.
pub fn joined(tokens: &[String]) -> String {
    let tokens: BTreeSet<&str> = tokens
        .iter()
        .flat_map(|token| token.split('\n'))
        .filter(|token| !token.is_empty() && *token != KEEP_TOKENS)
        .collect();
    tokens.into_iter().collect::<Vec<_>>().join("\n")
}

/// What is recomputed to check a leaf: the header and the payload of its commitment.
pub fn commitment_parts(id: Uuid, what: &str, received_at: i64, digest: &[u8]) -> Vec<u8> {
    [id.as_bytes().as_slice(), &received_at.to_be_bytes(), digest, what.as_bytes()].concat()
}

/// Appends an entry to a commitment's payload, each text after its length.
pub fn push_entry(payload: &mut Vec<u8>, matter: Uuid, seq: i64, entry: &EntryParts<'_>) {
    payload.extend_from_slice(matter.as_bytes());
    for number in [seq, entry.v, entry.at] {
        payload.extend_from_slice(&number.to_be_bytes());
    }
    let texts = [entry.kind, entry.actor, entry.on_behalf.unwrap_or("\0"), entry.channel].map(str::as_bytes);
    for bytes in texts.into_iter().chain([entry.bytes]) {
        payload.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        payload.extend_from_slice(bytes);
    }
}

/// What an entry says, wherever it is kept.
pub struct EntryParts<'a> {
    pub kind: &'a str,
    pub v: i64,
    pub at: i64,
    pub actor: &'a str,
    pub on_behalf: Option<&'a str>,
    pub channel: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> From<&'a EntryWrite> for EntryParts<'a> {
    fn from(entry: &'a EntryWrite) -> Self {
        EntryParts {
            kind: entry.kind,
            v: entry.v.into(),
            at: entry.at,
            actor: &entry.actor,
            on_behalf: entry.on_behalf.as_deref(),
            channel: &entry.channel,
            bytes: &entry.bytes,
        }
    }
}

fn check(job: &Job) -> Result<(), CommitError> {
    let refused = |why: &str| Err(CommitError::Refused(why.to_owned()));
    let ids: BTreeSet<_> = job.matters.iter().map(|matter| matter.id).collect();
    if ids.len() < job.matters.len() {
        return refused("a matter stands twice in one job");
    }
    if job.matters.iter().any(|matter| matter.entries.is_empty()) {
        return refused("a matter is written without an entry of its journal");
    }
    if job.matters.iter().any(|matter| matter.read_version < 0) {
        return refused("a version is below zero");
    }
    if job.events.len() > MOST_EVENTS {
        return refused("too many events");
    }
    Ok(())
}

/// PostgreSQL knows no NUL in a text, so that none is taken for either engine.
fn check_texts(job: &Prepared) -> Result<(), CommitError> {
    let rows =
        job.matters.iter().map(|matter| &matter.row).chain(job.rows.iter().map(|(_, row)| row)).chain(&job.events);
    let side = job.side.iter().map(|stmt| &stmt.params);
    let has_nul = |param: &Param| matches!(param, Param::Text(Some(text)) if text.as_bytes().contains(&0));
    if rows.chain(side).chain([&job.receipt]).flatten().any(has_nul) {
        return Err(CommitError::Refused("a text holds a NUL character".into()));
    }
    Ok(())
}

/// The receipt's statement and the salt of its leaf. The leaf commits to the entries, so that a rewritten one is found.
fn statement(port: &str, chance: &Chance, job: &Job, id: Uuid) -> (Statement, [u8; 32]) {
    let (salt, said) = (chance.bytes(), &job.receipt);
    let header = commitment_parts(id, &said.what, said.received_at, &said.digest);
    let mut payload = Vec::with_capacity(1024);
    for matter in &job.matters {
        for (n, entry) in matter.entries.iter().enumerate() {
            push_entry(&mut payload, matter.id, matter.read_version + 1 + n as i64, &entry.into());
        }
    }
    let statement = Statement {
        id: id.to_string(),
        port: port.to_owned(),
        what: said.what.clone(),
        leaf: receipt::leaf_commitment(&salt, &header, &payload),
        digest: said.digest,
        received_at: said.received_at,
    };
    (statement, salt)
}

fn push_matter(port: &str, mut matter: MatterWrite, known_tokens: &str, receipt: Uuid, job: &mut Prepared) {
    let (id, read) = (matter.id, matter.read_version);
    let entries = std::mem::take(&mut matter.entries);
    let tokens = match &matter.tokens {
        Some(tokens) => joined(tokens),
        None if read == 0 => String::new(),
        None => KEEP_TOKENS.to_owned(),
    };
    let table = matter.row_before.as_ref().map_or(&tables::MATTERS, |before| table_for(before, &matter.row));
    let standing = !std::ptr::eq(table, &tables::MATTERS);
    let row = matter_row(port, &mut matter, read + entries.len() as i64, tokens.clone());
    job.matters.push(Guarded { id, row, table });
    let rows = &mut job.rows;
    push_gone(port, &matter, known_tokens, &tokens, rows);
    for (n, entry) in entries.into_iter().enumerate() {
        rows.push((
            &tables::ENTRIES,
            params![
                port,
                id,
                read + 1 + n as i64,
                entry.kind,
                i64::from(entry.v),
                entry.at,
                entry.actor,
                entry.on_behalf,
                entry.channel,
                receipt,
                entry.bytes,
            ],
        ));
    }
    let [new_tokens, reach, tasks, clocks] = projection_rows(port, &matter);
    let known: BTreeSet<&str> = split(known_tokens).into_iter().collect();
    let is_new = |row: &Vec<Param>| !matches!(&row[1], Param::Text(Some(token)) if known.contains(token.as_str()));
    rows.extend(new_tokens.into_iter().filter(is_new).map(|row| (&tables::TOKENS, row)));
    if !standing || matter.parties.is_some() {
        rows.extend(reach.into_iter().map(|row| (&tables::REACH, row)));
    }
    rows.extend(tasks.into_iter().map(|row| (&tables::TASKS, row)));
    rows.extend(clocks.into_iter().map(|row| (&tables::CLOCKS, row)));
}

/// How a matter is written, by what indexes and anybody's reach tell apart in its row before and after.
fn table_for(before: &MatterRow, after: &MatterRow) -> &'static Table {
    let texts = before.number == after.number && before.firm == after.firm && before.state == after.state;
    let subject = before.subject_key == after.subject_key;
    if !texts || !subject || (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at) {
        return &tables::MATTERS;
    }
    let alike = before.holder == after.holder && before.due_at == after.due_at && before.place == after.place;
    if alike { &tables::MATTERS_STANDING } else { &tables::MATTERS_HANDED }
}

/// What a matter has no more. Deletions stand before insertions.
fn push_gone(port: &str, matter: &MatterWrite, known_tokens: &str, tokens: &str, rows: &mut Rows) {
    let id = matter.id;
    if matter.tokens.is_some() {
        let kept: BTreeSet<&str> = split(tokens).into_iter().collect();
        let gone = split(known_tokens).into_iter().filter(|token| !kept.contains(token));
        rows.extend(gone.map(|token| (&tables::TOKENS_GONE, params![port, token, id])));
    }
    if matter.parties.is_some() && matter.read_version > 0 {
        rows.push((&tables::REACH_GONE, params![port, id, 1]));
    }
    for (organ, step) in &matter.tasks_gone {
        rows.push((&tables::TASKS_GONE, params![port, id, organ.as_str(), step.as_str()]));
    }
    for ClockWrite { clock, step, due_at } in &matter.clocks_gone {
        rows.push((&tables::CLOCKS_GONE, params![port, *due_at, id, clock.as_str(), step.as_str()]));
    }
}

fn split(tokens: &str) -> Vec<&str> {
    tokens.split('\n').filter(|token| !token.is_empty()).collect()
}

/// The digest of a key as it is asked for.
pub fn hash_of(key: &IdempotencyKey) -> Vec<u8> {
    key_hash(&key.principal, &key.route, &key.key)
}
