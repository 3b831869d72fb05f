//! Folding an application's journal: total, and blind to profile and clock.

use super::{Appeal, Application, Decision, Ended, Entry, PartDecided, Question, Record, Term, entry::Filed};
use crate::Instant;

/// Folds one entry.
pub(super) fn apply(application: &mut Application, record: &Record) {
    application.version += 1;
    application.updated_at = record.at;
    match &record.entry {
        Entry::Filed(filed) => {
            open(application, filed, record.at);
            let agent = record.on_behalf.as_ref().and_then(|_| record.party.strip_prefix("firm:"));
            application.agent = agent.map(str::to_owned);
        }
        Entry::Applied(filed, decided) => {
            open(application, filed, record.at);
            application.without_claim = true;
            application.limit = None;
            application.decisions.push(Decision {
                at: record.at,
                organ: application.organ().to_owned(),
                decided: (**decided).clone(),
                assessed: filed.assessed.clone(),
                appeal_until: None,
                revoked: None,
                back: None,
            });
        }
        Entry::Asked { words, limit } => {
            let due = limit.as_ref().map(|limit| limit.due);
            application.questions.push(Question { at: record.at, words: words.clone(), due, answer: None });
            application.limit = limit.clone();
        }
        Entry::Answered { words, papers, limit } => {
            if let Some(question) = application.questions.last_mut().filter(|question| question.answer.is_none()) {
                question.answer = Some((record.at, words.clone()));
                application.term.pauses.push((question.at, record.at));
            }
            application.papers.extend(papers.iter().cloned());
            application.limit = limit.clone();
        }
        Entry::Decided { organ, decided, assessed, appeal_until } => {
            application.decisions.push(Decision {
                at: record.at,
                organ: organ.clone(),
                decided: (**decided).clone(),
                assessed: assessed.clone(),
                appeal_until: *appeal_until,
                revoked: None,
                back: None,
            });
            application.limit = None;
        }
        Entry::PartGranted { organ, decided } => {
            let part = PartDecided { at: record.at, decided: (**decided).clone() };
            application.parts.insert(organ.clone(), part);
        }
        Entry::Withdrawn => end(application, "withdrawn", record.at),
        Entry::Lapsed { mark } => {
            application.mark = mark.clone();
            end(application, "lapsed", record.at);
        }
        Entry::Appealed { words, limit } => {
            application.appeals.push(Appeal { at: record.at, words: words.clone(), decided: None });
            application.limit = limit.clone();
        }
        Entry::AppealDecided { stands, words, limit } => {
            if let Some(appeal) = application.appeals.last_mut() {
                appeal.decided = Some((record.at, *stands, words.clone()));
            }
            application.limit = limit.clone();
            application.term = Term { start: record.at, pauses: Vec::new() };
            if !stands {
                application.parts.clear();
            }
        }
        Entry::Revoked { words, law, appeal_until, back } => {
            if let Some(decision) = application.decisions.last_mut() {
                decision.revoked = Some((record.at, words.clone(), law.clone()));
                decision.appeal_until = *appeal_until;
                decision.back = *back;
            }
        }
        Entry::InstalmentPaid { nth, paid } => {
            if let Some(of) = application.plan_mut().and_then(|plan| plan.instalment_mut(*nth)) {
                of.missed &= paid.on > of.due;
                of.paid = Some(paid.clone());
            }
        }
        Entry::InstalmentMissed { nth, .. } => {
            if let Some(of) = application.plan_mut().and_then(|plan| plan.instalment_mut(*nth)) {
                of.missed = true;
            }
        }
        Entry::MeasureChanged { mark } | Entry::MeasureEnded { mark } => {
            application.mark = mark.clone();
            let kind = crate::matter::Entry::kind(&record.entry).to_owned();
            application.measure_told.push((record.at, kind));
        }
        Entry::LimitMoved(moved) => {
            if let Some(limit) = application.limit.as_mut().filter(|limit| limit.name == moved.clock) {
                limit.due = moved.due;
                limit.moved.push((**moved).clone());
            }
        }
        Entry::Passed(breach) => {
            application.breaches.push(breach.clone());
            if let Some(limit) = application.limit.as_mut().filter(|limit| limit.name == breach.name) {
                limit.passed = true;
            }
        }
    }
}

fn open(application: &mut Application, filed: &Filed, at: Instant) {
    let new = &filed.new;
    *application = Application {
        version: application.version,
        number: new.number.clone(),
        port: filed.port.clone(),
        measure: new.measure.clone(),
        firm: new.firm.clone(),
        on: new.on,
        facts: new.facts.clone(),
        about: new.about.clone(),
        words: new.words.clone(),
        papers: new.papers.clone(),
        assessed: filed.assessed.clone(),
        organs: filed.organs.clone(),
        office: filed.office.clone(),
        opened_at: at,
        updated_at: at,
        limit: filed.limit.clone(),
        term: Term { start: at, pauses: Vec::new() },
        mark: filed.mark.clone(),
        ..Application::default()
    };
}

fn end(application: &mut Application, how: &str, at: Instant) {
    application.ended = Some(Ended { at, how: how.to_owned() });
    application.limit = None;
}
