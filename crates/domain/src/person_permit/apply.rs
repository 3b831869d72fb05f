//! Folding the journal: total, and blind to profile and clock.

use super::{Entry, Holder, Passage, PersonPermit, Question, Record, Ruling, entry::Filed};
use crate::Instant;

/// So many identifiers of passages are kept for each permit.
const KNOWN: usize = 32;

/// Folds one entry.
pub(super) fn apply(permit: &mut PersonPermit, record: &Record) {
    permit.version += 1;
    permit.updated_at = record.at;
    match &record.entry {
        Entry::Filed(filed) => {
            open(permit, filed, record.at);
            let agent = record.on_behalf.as_ref().and_then(|_| record.party.strip_prefix("firm:"));
            permit.agent = agent.map(str::to_owned);
        }
        Entry::Added { holders } => add(permit, holders, record.at),
        Entry::Accepted { limit, .. } => {
            permit.accepted_at = Some(record.at);
            permit.limit.clone_from(limit);
        }
        Entry::Asked { words, limit } => {
            let due = limit.as_ref().map(|limit| limit.due);
            permit.questions.push(Question { at: record.at, words: words.clone(), due, answer: None });
            permit.limit.clone_from(limit);
        }
        Entry::Answered { words, papers, limit } => {
            if let Some(question) = permit.questions.last_mut().filter(|question| question.answer.is_none()) {
                question.answer = Some((record.at, words.clone()));
                permit.pauses.push((question.at, record.at));
            }
            permit.papers.extend(papers.iter().cloned());
            permit.limit.clone_from(limit);
        }
        Entry::Granted { holders, from, until, words, exception, law } => {
            let ruling = Ruling {
                at: record.at,
                granted: true,
                from: *from,
                until: *until,
                words: words.clone(),
                exception: exception.clone(),
                law: law.clone(),
                ..Ruling::default()
            };
            rule(permit, holders, &ruling);
        }
        Entry::Refused { holders, ground, words, law } => {
            let (ground, words, law) = (ground.clone(), words.clone(), law.clone());
            rule(permit, holders, &Ruling { at: record.at, ground, words, law, ..Ruling::default() });
        }
        Entry::Revoked { holders, ground, words, .. } => {
            for serial in holders {
                if let Some(holder) = permit.holders.get_mut(serial) {
                    holder.revoked = Some((record.at, ground.clone(), words.clone()));
                }
            }
        }
        Entry::Withdrawn => {
            permit.withdrawn = Some(record.at);
            permit.limit = None;
        }
        Entry::Passed { serial, passage } => {
            let outward = permit.outward;
            if let Some(holder) = permit.holders.get_mut(serial) {
                pass(holder, passage, outward);
            }
        }
        Entry::LimitPassed { name, holder, due } => {
            permit.breaches.push((name.clone(), holder.clone(), *due));
            if let Some(limit) = permit.limit.as_mut().filter(|limit| limit.name == *name) {
                limit.passed = true;
            }
        }
    }
}

fn open(permit: &mut PersonPermit, filed: &Filed, at: Instant) {
    let new = &filed.new;
    *permit = PersonPermit {
        version: permit.version,
        number: new.number.clone(),
        port: filed.port.clone(),
        kind: new.kind.clone(),
        firm: new.firm.clone(),
        place: new.place.clone(),
        from: new.from,
        until: new.until,
        words: new.words.clone(),
        papers: new.papers.clone(),
        organ: filed.organ.clone(),
        keepers: filed.keepers.clone(),
        single_use: filed.single_use,
        holder_bound: filed.holder_bound,
        outward: filed.outward,
        opened_at: at,
        updated_at: at,
        limit: filed.limit.clone(),
        case: new.case.clone(),
        ..PersonPermit::default()
    };
    add(permit, &filed.holders, at);
}

fn add(permit: &mut PersonPermit, documents: &[String], at: Instant) {
    let mut serial = permit.holders.keys().next_back().copied().unwrap_or(0);
    for document in documents {
        serial += 1;
        permit.holders.insert(serial, Holder { document: document.clone(), at, ..Holder::default() });
    }
}

fn rule(permit: &mut PersonPermit, serials: &[u32], ruling: &Ruling) {
    for serial in serials {
        if let Some(holder) = permit.holders.get_mut(serial) {
            holder.ruling = Some(ruling.clone());
        }
    }
    if permit.undecided().next().is_none() {
        permit.limit = None;
    }
}

/// Passages come in any order, for gates send what they recorded without a connection: the last by time says where she is.
fn pass(holder: &mut Holder, passage: &Passage, outward: bool) {
    if holder.known.contains(&passage.id) {
        return;
    }
    holder.known.push(passage.id.clone());
    if holder.known.len() > KNOWN {
        holder.known.remove(0);
    }
    let enters = passage.inward != outward;
    holder.times += u32::from(enters);
    if holder.last.as_ref().is_none_or(|last| last.at <= passage.at) {
        holder.inside = enters.then(|| passage.clone());
        holder.last = Some(passage.clone());
    }
}
