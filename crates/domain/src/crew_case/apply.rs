//! Folding a crew case's journal: total, and blind to profile and clock.

use std::collections::BTreeMap;

use super::{CrewCase, Ended, Entry, NewPerson, Part, Person, Question, Record, Ruling};
use crate::Instant;

/// Folds one entry.
pub(super) fn apply(case: &mut CrewCase, record: &Record) {
    case.version += 1;
    case.updated_at = record.at;
    let at = record.at;
    match &record.entry {
        Entry::Filed { new, informed, persons } => {
            case.told = (**new).clone();
            case.informed.clone_from(informed);
            case.opened_at = at;
            case.list(persons, at);
        }
        Entry::Assessed { parts, facts, berthing } => {
            case.facts.clone_from(facts);
            case.berthing = *berthing;
            case.parts = parts.iter().map(|part| case.kept(part)).collect();
        }
        Entry::Added { persons } => case.list(persons, at),
        Entry::Removed { persons } => {
            for serial in persons {
                if let Some(person) = case.persons.get_mut(serial) {
                    person.removed.get_or_insert(at);
                }
            }
        }
        Entry::Reopened => {
            case.reopened += u32::from(case.result.is_some());
            case.result = None;
            for part in case.parts.iter_mut().filter(|part| part.ruling.is_some()) {
                *part = Part { ruling: None, reopened: true, late: false, since: at, ..part.clone() };
            }
        }
        Entry::Asked { organ, words } => {
            case.questions.push(Question { organ: organ.clone(), at, words: words.clone(), answer: None });
        }
        Entry::Answered { words } => {
            let open = case.questions.iter_mut().filter(|question| question.answer.is_none());
            open.for_each(|question| question.answer = Some((at, words.clone())));
        }
        Entry::Ruled { part, organ, granted, words, law } => {
            let of = |of: &&mut Part| of.code == *part && of.organ == *organ;
            if let Some(part) = case.parts.iter_mut().find(of) {
                part.ruling = Some(Ruling { at, granted: *granted, words: words.clone(), law: law.clone() });
                part.reopened = false;
            }
            case.result = None;
        }
        Entry::Result { granted } => case.result = Some((at, *granted)),
        Entry::Ended { how, granted, words } => {
            case.ended = Some(Ended { at, how: how.clone(), granted: *granted, words: words.clone() });
        }
        Entry::Passed(breach) => {
            let of = |part: &&mut Part| part.code == breach.part && part.organ == breach.organ;
            if let Some(part) = case.parts.iter_mut().find(of) {
                part.late = true;
            }
            case.breaches.push(breach.clone());
        }
    }
}

impl CrewCase {
    fn list(&mut self, persons: &BTreeMap<u32, NewPerson>, at: Instant) {
        for (serial, new) in persons {
            let (document, movement) = (new.document.clone(), new.movement.clone());
            self.persons.insert(*serial, Person { document, movement, at, removed: None });
        }
    }

    /// A part as the tables say it now, with what was decided of it; a limit that moved has not passed.
    fn kept(&self, part: &Part) -> Part {
        match self.parts.iter().find(|of| of.code == part.code && of.organ == part.organ) {
            Some(before) => Part {
                ruling: before.ruling.clone(),
                reopened: before.reopened,
                since: before.since,
                late: before.late && before.due == part.due,
                ..part.clone()
            },
            None => part.clone(),
        }
    }
}
