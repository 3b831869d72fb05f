//! Entries of a case in words: what happened, to whom, and until when.

use domain::{
    matter::Entry as _,
    problem::{Clock, Entry, Problem, Record},
};
use serde_json::{Value, json};

use super::names::Names;
use crate::say;

/// An entry for the journal of the page.
pub fn entry(names: &Names<'_>, problem: &Problem, record: &Record) -> Value {
    let said = say::key(&format!("problem-entry-{}", record.entry.kind().replace(['.', '_'], "-")));
    let mut small: Vec<Value> = details(names, problem, &record.entry);
    small.push(names.party(&record.party));
    small.push(names.person(&record.person));
    small.retain(|of| !of.is_null());
    json!({"at": record.at.0, "say": said, "small": small})
}

fn details(names: &Names<'_>, problem: &Problem, entry: &Entry) -> Vec<Value> {
    let class = |code: &str| say::key(&format!("problem-class-{code}"));
    let assigned = |id: u32| problem.assignment(id).map_or(json!(null), |of| names.unit(&of.organ));
    let until = |at: domain::Instant| json!({"key": "problem-until", "at": {"at": at.0}});
    match entry {
        Entry::Received(of) => vec![class(&of.severity), say::key(&format!("channel-{}", of.report.channel))],
        Entry::Triaged(of) => vec![class(&of.severity)],
        Entry::ClockStarted(of) | Entry::ClockMoved(of) => vec![clock(of), names.unit(&of.holder), until(of.due)],
        Entry::ClockStopped { name } => vec![clock_kind(name)],
        Entry::Passed(of) => vec![clock_kind(&of.clock), names.unit(&of.holder), until(of.due)],
        Entry::Paused(of) => vec![names.pause(of), until(of.most)],
        Entry::Offered(of) => vec![names.unit(&of.organ), role(of.role.code())],
        Entry::Accepted { id } | Entry::Released { id } | Entry::Returned { id, .. } => vec![assigned(*id)],
        Entry::Ruled(of) => vec![names.unit(&of.organ)],
        Entry::Sent(of) => vec![say::key(&format!("problem-message-{}", of.kind.code()))],
        Entry::ExtensionAsked(of) => vec![names.unit(&of.organ), until(of.until)],
        Entry::ExtensionDecided { approved, .. } => {
            vec![say::key(if *approved { "problem-extension-approved" } else { "problem-extension-refused" })]
        }
        Entry::Planned(of) => vec![names.unit(&of.organ), until(of.until)],
        Entry::Told { word, .. } => {
            let yes = |yes: bool| if yes { "yes" } else { "no" };
            vec![
                say::key(&format!("problem-told-answered-{}", yes(word.answered))),
                say::key(&format!("problem-told-solved-{}", yes(word.solved))),
                say::key(&format!("problem-told-satisfied-{}", yes(word.satisfied))),
            ]
        }
        Entry::Joined { from, .. } => vec![json!(from)],
        Entry::Ended(of) => vec![say::key(&format!("problem-state-{}", of.how.code()))],
        Entry::Escalated(of) => vec![level(&of.to), trigger(&of.trigger)],
        Entry::Served(of) => vec![json!({"key": format!("problem-notice-{}", of.kind), "who": names.unit(&of.organ)})],
        Entry::TaskGiven(of) => vec![names.unit(&of.organ), until(of.due)],
        Entry::Watched { organ, on } => {
            vec![names.unit(organ), say::key(if *on { "problem-watch-on" } else { "problem-watch-off" })]
        }
        Entry::MeetingCalled(of) => vec![json!(of.number), until(of.at)],
        Entry::MeetingHeld(of) => vec![json!(of.number)],
        Entry::MeetingMoved { id, moved } => {
            let number = problem.meetings.iter().find(|of| of.id == *id).map(|of| json!(of.number));
            vec![number.unwrap_or_default(), moved.to.map_or_else(|| say::key("problem-meeting-off"), until)]
        }
        Entry::Separated { to, .. } => vec![json!(to)],
        Entry::StoodAlone { from, .. } => vec![json!(from)],
        Entry::Disclosed(of) => vec![names.unit(&of.organ)],
        Entry::Linked { kind, number } | Entry::Unlinked { kind, number } => vec![link(kind), json!(number)],
        Entry::Emergency { phone, .. } => vec![json!(phone)],
        _ => Vec::new(),
    }
}

fn clock(of: &Clock) -> Value {
    match &of.ladder {
        Some((_, to, _)) => level(to),
        None => clock_kind(&of.name),
    }
}

/// The kind of a clock in words, by its name.
pub fn clock_kind(name: &str) -> Value {
    say::key(&format!("problem-clock-{}", name.split(':').next().unwrap_or_default()))
}

/// The part of a unit.
pub fn role(code: &str) -> Value {
    say::key(&format!("problem-role-{code}"))
}

/// A level of the ladder.
pub fn level(code: &str) -> Value {
    say::key(&format!("problem-level-{}", code.replace('_', "-")))
}

/// A cause of the ladder.
pub fn trigger(code: &str) -> Value {
    say::key(&format!("problem-trigger-{}", code.replace('_', "-")))
}

/// How another case stands to this one.
pub fn link(code: &str) -> Value {
    say::key(&format!("problem-link-{}", code.replace('_', "-")))
}
