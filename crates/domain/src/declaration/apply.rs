//! Folding a declaration's journal: total, and blind to profile and clock.

use rust_decimal::Decimal;

use super::{
    AWAY, Answer, Asked, Assessment, Attendance, Declaration, Entry, Findings, Inspection, Limit, Line, Look, Measure,
    Payment, Record, Security, deferral, entry::Lodged,
};
use crate::{Instant, priority};

/// Folds one entry.
pub(super) fn apply(declaration: &mut Declaration, record: &Record) {
    let at = record.at;
    declaration.version += 1;
    declaration.updated_at = at;
    match &record.entry {
        Entry::Lodged(lodged) => {
            open(declaration, lodged, at);
            let agent = record.on_behalf.as_ref().and_then(|_| record.party.strip_prefix("firm:"));
            declaration.agent = agent.map(str::to_owned);
        }
        Entry::Parked(parked) => {
            if declaration.number.is_empty() {
                let (number, reference, firm) = (parked.number.clone(), parked.reference.clone(), parked.firm.clone());
                let agent = record.on_behalf.as_ref().and_then(|_| record.party.strip_prefix("firm:"));
                (declaration.number, declaration.reference, declaration.firm) = (number, reference, firm);
                declaration.agent = agent.map(str::to_owned);
                declaration.document = parked.document.clone().unwrap_or_default();
                declaration.opened_at = at;
                declaration.limits.extend(parked.limit.iter().map(|limit| ("parked".to_owned(), limit.clone())));
            }
            declaration.parked.push((**parked).clone());
        }
        Entry::Unparked { reference, .. } => {
            let place = declaration.parked.iter().position(|of| of.reference == *reference);
            place.map(|place| declaration.parked.remove(place));
            declaration.limits.remove("parked");
        }
        Entry::Received { itself, .. } => {
            if *itself {
                declaration.received_at = Some(at);
            }
        }
        Entry::Rejected { .. } => end(declaration, "rejected", at),
        Entry::Arrived { .. } => {
            // A declaration that waited for its goods stands as they came: an edition of its own.
            if declaration.accepted_at.is_none() {
                // What an amendment that waits would come to stays ahead of it.
                let ahead = declaration.edition + 1;
                declaration.assessments.iter_mut().filter(|of| of.edition >= ahead).for_each(|of| of.edition += 1);
                declaration.edition = ahead;
            }
            declaration.arrived_at.get_or_insert(at);
        }
        Entry::Accepted { .. } => declaration.accepted_at = Some(at),
        Entry::Selected(selected) => declaration.selected = Some(selected.clone()),
        Entry::Ordered { kind, limit, papers, words } => {
            let (kind, papers, words) = (kind.clone(), papers.clone(), words.clone());
            declaration.measures.push(Measure { kind, at, limit: *limit, papers, words, ..Measure::default() });
        }
        Entry::Answered { words, papers } => {
            // To the documents that are wanted; else it is evidence about goods that are examined.
            let last = |kind: &str, bare: bool| {
                let fits =
                    |of: &Measure| of.kind == kind && of.settled_at.is_none() && (!bare || of.answers.is_empty());
                declaration.measures.iter().rposition(fits)
            };
            let nth =
                last("documents", true).or_else(|| last("inspection", false)).or_else(|| last("documents", false));
            if let Some(measure) = nth.and_then(|nth| declaration.measures.get_mut(nth)) {
                measure.answers.push(Answer { at, words: words.clone(), papers: papers.clone() });
            }
        }
        Entry::Attended { how, law } => {
            if let Some(inspection) = examined(declaration) {
                inspection.attendance = Some(Attendance { how: how.clone(), at, law: law.clone() });
            }
        }
        Entry::Planned { method, place, from, until, law, cost } => {
            let (method, place, law, cost) = (method.clone(), place.clone(), law.clone(), cost.clone());
            if let Some(inspection) = examined(declaration) {
                // A look that was not done yet is put off: the new one stands in its place.
                inspection.looks.retain(|look| look.result.is_some());
                inspection.looks.push(Look { method, place, from: *from, until: *until, law, cost, result: None });
            }
        }
        Entry::Moved { limit } => {
            if let Some(measure) = declaration.measures.iter_mut().rfind(|of| of.kind == "inspection") {
                measure.settled_at.get_or_insert(at);
            }
            declaration.owed.insert(AWAY.to_owned(), limit.clone());
        }
        Entry::Found { found, bears, words, papers, law } => {
            let (found, bears, law) = (found.clone(), bears.clone(), law.clone());
            let (words, papers) = (words.clone(), papers.clone());
            if let Some(look) = examined(declaration).and_then(|inspection| inspection.looks.last_mut()) {
                look.result = Some(Findings { at, found, bears, words, papers, law });
            }
        }
        Entry::Settled { kind, originals } => {
            declaration.owed.extend(originals.iter().map(|limit| ("originals".to_owned(), limit.clone())));
            let open = |measure: &&mut Measure| measure.kind == *kind && measure.settled_at.is_none();
            declaration.measures.iter_mut().filter(open).for_each(|measure| measure.settled_at = Some(at));
        }
        Entry::Assessed { edition, lines, limit } => {
            assess(declaration, *edition, lines, at);
            declaration.limits.remove("payment");
            declaration.limits.extend(limit.iter().map(|limit| ("payment".to_owned(), limit.clone())));
        }
        Entry::Secured { account, amount, lines } => {
            assess(declaration, declaration.edition, lines, at);
            let security = Security { account: account.clone(), amount: *amount, at, freed_at: None };
            declaration.secured = Some(security);
            declaration.limits.remove("payment");
        }
        Entry::Paid { edition, amount, reference, lines, on } => {
            assess(declaration, *edition, lines, at);
            // An amendment that waits has an edition ahead of what stands.
            if declaration.pending().is_none() {
                declaration.edition = declaration.edition.max(*edition);
            }
            declaration.payments.push(Payment { at, amount: *amount, reference: reference.clone(), on: *on });
            // A part does not end the limit, nor what a guarantee stands for.
            if declaration.balance() <= Decimal::ZERO {
                declaration.limits.remove("payment");
                declaration.owed.remove("payment");
                declaration.owed.remove("security");
                free(declaration, at);
            }
        }
        Entry::Surcharged { instead, surcharge } => match instead.and_then(|nth| declaration.surcharges.get_mut(nth)) {
            Some(earlier) => *earlier = surcharge.clone(),
            None => declaration.surcharges.push(surcharge.clone()),
        },
        Entry::Relieved(relief) => declaration.reliefs.push(relief.clone()),
        Entry::ReliefEnded { decision } => declaration.reliefs.retain(|of| of.grant.decision != *decision),
        Entry::Entered { on } => declaration.entered = Some(*on),
        Entry::Asked { reference, invalidation, changes, items, licences, document } => {
            declaration.requests.push(Asked {
                reference: reference.clone(),
                at,
                invalidation: *invalidation,
                changes: changes.clone(),
                items: items.clone(),
                licences: licences.clone(),
                document: document.clone(),
                decided: None,
            })
        }
        Entry::Refused => {
            decided(declaration, at, false);
            let standing = declaration.edition;
            declaration.assessments.retain(|assessment| assessment.edition <= standing);
            // The limit of what is not to be paid after all.
            if declaration.balance() <= Decimal::ZERO {
                declaration.limits.remove("payment");
            }
        }
        Entry::Amended { by_arrival, .. } => {
            if !by_arrival {
                amended(declaration, at);
            }
        }
        Entry::Released { owed } => {
            declaration.released_at = Some(at);
            declaration.revoked_at = None;
            declaration.owed.extend(owed.iter().cloned());
        }
        Entry::Cleared => {
            declaration.cleared_at = Some(at);
            declaration.revoked_at = None;
            declaration.owed.retain(|name, _| name == "aggregate");
            free(declaration, at);
        }
        Entry::Completed { what } => {
            declaration.owed.remove(what);
        }
        Entry::Surveyed(survey) => {
            if !survey.items.is_empty() {
                declaration.edition += 1;
                declaration.items.clone_from(&survey.items);
            }
            if let Some(licences) = &survey.licences {
                declaration.licences.clone_from(licences);
            }
            declaration.survey = Some((**survey).clone());
        }
        Entry::Revoked => {
            declaration.revoked_at = Some(at);
            declaration.released_at = None;
            declaration.cleared_at = None;
            declaration.measures.push(Measure { kind: "hold".to_owned(), at, ..Measure::default() });
        }
        Entry::Invalidated => {
            decided(declaration, at, true);
            free(declaration, at);
            end(declaration, "invalidated", at);
        }
        Entry::Exited => {
            declaration.exited_at = Some(at);
            declaration.limits.remove("exit");
        }
        Entry::Passed { name, due } => {
            declaration.breaches.push((name.clone(), *due));
            for limits in [&mut declaration.limits, &mut declaration.owed] {
                if let Some(limit) = limits.get_mut(name) {
                    limit.passed = true;
                }
            }
        }
        Entry::PriorityGranted { id, priority, words } => {
            priority::apply_granted(&mut declaration.preferences, (*id, at), priority, words.clone());
        }
        Entry::PriorityEnded { id, organ, words } => {
            priority::apply_ended(&mut declaration.preferences, (*id, at), organ, words.clone());
        }
        Entry::PutOff(deferred) => deferral::put_off(declaration, deferred),
        Entry::DueAgain { application } => deferral::due_again(declaration, application),
        Entry::ExitAsked { limit } => {
            declaration.limits.insert("exit".to_owned(), Limit { due: *limit, ..Limit::default() });
        }
        Entry::Short { .. } | Entry::Reminded { .. } => {}
    }
}

fn open(declaration: &mut Declaration, lodged: &Lodged, at: Instant) {
    let new = &lodged.new;
    for (parked, draws) in declaration.parked.iter_mut().zip(&new.waiting) {
        parked.draws = draws.clone();
    }
    *declaration = Declaration {
        version: declaration.version,
        number: new.number.clone(),
        reference: new.reference.clone(),
        firm: new.firm.clone(),
        direction: new.direction.clone(),
        mode: lodged.mode.clone(),
        edition: 1,
        document: new.document.clone(),
        items: new.items.clone(),
        licences: new.licences.clone(),
        completes: new.completes.clone(),
        entered: new.entered,
        keys: new.keys.clone(),
        parked: std::mem::take(&mut declaration.parked),
        breaches: std::mem::take(&mut declaration.breaches),
        opened_at: at,
        updated_at: at,
        ..Declaration::default()
    };
}

/// The assessment of an edition: another one stands in its place.
fn assess(declaration: &mut Declaration, edition: u32, lines: &[Line], at: Instant) {
    declaration.assessments.retain(|assessment| assessment.edition < edition);
    declaration.assessments.push(Assessment { edition, at, lines: lines.to_vec() });
}

/// The inspection that is open, here or where the goods go.
fn examined(declaration: &mut Declaration) -> Option<&mut Inspection> {
    let away = declaration.owed.contains_key(AWAY);
    let open = |of: &&mut Measure| of.kind == "inspection" && (away || of.settled_at.is_none());
    declaration.measures.iter_mut().rfind(open).map(|measure| &mut measure.inspection)
}

/// What was reserved of a guarantee is free again.
fn free(declaration: &mut Declaration, at: Instant) {
    if let Some(security) = &mut declaration.secured {
        security.freed_at.get_or_insert(at);
    }
}

fn decided(declaration: &mut Declaration, at: Instant, granted: bool) {
    if let Some(asked) = declaration.requests.last_mut().filter(|asked| asked.decided.is_none()) {
        asked.decided = Some((at, granted));
    }
}

fn amended(declaration: &mut Declaration, at: Instant) {
    declaration.edition += 1;
    let Some(asked) = declaration.requests.last_mut().filter(|asked| asked.decided.is_none()) else { return };
    asked.decided = Some((at, true));
    if let Some(items) = asked.items.take() {
        declaration.items = items;
    }
    if let Some(licences) = asked.licences.take() {
        declaration.licences = licences;
    }
    if let Some(document) = &asked.document {
        declaration.document.clone_from(document);
    }
}

fn end(declaration: &mut Declaration, how: &str, at: Instant) {
    declaration.ended = Some((how.to_owned(), at));
    declaration.limits.clear();
    declaration.owed.clear();
}
