//! What comes in and what becomes of it before anybody works on it: reports, triage, refusal, other tracks.

use std::collections::BTreeSet;

use super::{Draft, limits, next_id};
use crate::{
    Instant, Text,
    matter::Party,
    problem::{
        Act, Clock, Ended, Entry, HowEnded, KEY_KINDS, Key, Point, Received, Refusal, Report, Status, Triaged, severity,
    },
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Receive(received) => receive(draft, received),
        Act::Triage { topic, impact, urgency, keys, points } => {
            draft.require_office()?;
            triage(draft, [topic, impact, urgency], keys, points)
        }
        Act::Refuse { reason } => refuse(draft, reason),
        Act::Transfer { to, reference, handing } => transfer(draft, to, reference, *handing),
        Act::PassEmergency { to } => pass_emergency(draft, to),
        _ => Ok(()),
    }
}

/// A report opens a case: the port office owns it from this instant on.
fn receive(draft: &mut Draft<'_>, received: &Received) -> Result<(), Refusal> {
    let (profile, now) = (draft.context.profile, draft.context.now);
    if draft.context.actor.party == Party::Clock {
        return Err(Refusal::NotYours);
    }
    let office = profile.organs.iter().find(|organ| organ.kind == "office");
    let office = office.map(|organ| organ.code.clone()).ok_or_else(|| Refusal::NotListed("office".to_owned()))?;
    draft.row("problem-topics", "topic", &received.topic)?;
    let class = severity(profile, &received.impact, &received.urgency, now);
    let (severity, rule) = class.ok_or_else(|| Refusal::NotListed(received.impact.clone()))?;
    require_keys(&received.report.keys)?;
    for organ in &received.report.against {
        draft.require_unit(organ)?;
    }
    // What the port office took down on paper came when the paper says so, and its clocks run from then.
    let on_paper = draft.organ().is_ok_and(|organ| organ == office) && received.report.at != Instant::default();
    let at = if on_paper { received.report.at.min(now) } else { now };
    let report = Report { id: 1, number: received.number.clone(), at, ..received.report.clone() };
    let received = Received { office: office.clone(), severity, rule, report, ..received.clone() };
    draft.push(Entry::Received(Box::new(received)));
    draft.start("acknowledge", &office, at);
    draft.start("resolve", &office, at);
    limits::set_ladder(draft);
    limits::pass_due(draft);
    Ok(())
}

fn require_keys(keys: &BTreeSet<Key>) -> Result<(), Refusal> {
    match keys.iter().find(|key| !KEY_KINDS.contains(&key.kind.as_str()) || key.value.is_empty()) {
        Some(key) => Err(Refusal::NotListed(key.kind.clone())),
        None => Ok(()),
    }
}

/// The port office looks: the class may change, and with it the limit to solve; its start never does.
fn triage(
    draft: &mut Draft<'_>,
    [topic, impact, urgency]: [&String; 3],
    keys: &BTreeSet<Key>,
    points: &[String],
) -> Result<(), Refusal> {
    draft.row("problem-topics", "topic", topic)?;
    require_keys(keys)?;
    let class = severity(draft.context.profile, impact, urgency, draft.context.now);
    let (severity, rule) = class.ok_or_else(|| Refusal::NotListed(impact.clone()))?;
    let first = draft.problem.points.len();
    let points = points.iter().enumerate();
    let points = points.map(|(nth, words)| Point { id: next_id(first + nth), words: Some(words.clone()) }).collect();
    let changed = severity != draft.problem.severity;
    draft.push(Entry::Triaged(Box::new(Triaged {
        topic: topic.clone(),
        impact: impact.clone(),
        urgency: urgency.clone(),
        severity,
        rule,
        keys: keys.clone(),
        points,
    })));
    draft.stop("acknowledge");
    if changed {
        move_resolve(draft);
    }
    Ok(())
}

/// The limit to solve of another class, from the instant at which the first report came.
fn move_resolve(draft: &mut Draft<'_>) {
    let opened = draft.problem.opened_at;
    let Some(old) = draft.problem.clocks.get("resolve").cloned() else { return };
    let Some(new) = draft.clock("resolve", &old.holder, opened) else { return };
    draft.push(Entry::ClockMoved(Box::new(Clock { stopped_at: old.stopped_at, ..new })));
    if old.stopped_at.is_none() {
        draft.stop_all(limits::LADDER_OF_LIMIT);
        limits::set_ladder(draft);
    }
}

/// Refusing and handing over are for what nobody has in hand.
fn require_unhandled(draft: &Draft<'_>) -> Result<(), Refusal> {
    match draft.problem.status() {
        Status::Received | Status::Triaged | Status::Dispatched | Status::Disputed => Ok(()),
        _ => Err(Refusal::WrongState),
    }
}

fn refuse(draft: &mut Draft<'_>, reason: &str) -> Result<(), Refusal> {
    draft.require_office()?;
    require_unhandled(draft)?;
    let row = draft.row("problem-refusals", "reason", reason)?;
    let instead = Text::new(row.text("instead_zh"), row.text("instead_en"));
    end(draft, HowEnded::Refused, (reason, ""), instead, row.law().to_owned());
    Ok(())
}

/// Nothing goes to a hotline from which it came, or from which it came back: two hotlines would hand it to and fro.
fn transfer(draft: &mut Draft<'_>, to: &str, reference: &str, handing: bool) -> Result<(), Refusal> {
    draft.require_office()?;
    require_unhandled(draft)?;
    let row = draft.row("problem-transfers", "to", to)?;
    if draft.problem.was_at(to) {
        return Err(Refusal::WasThere(to.to_owned()));
    }
    let (instead, law) = (row.reason(), row.law().to_owned());
    draft.stop_all("");
    let (how, reason, at) = (HowEnded::Transferred, to.to_owned(), draft.context.now);
    let ended = Ended { how, reason, instead, law, reference: reference.to_owned(), at, handing };
    draft.push(Entry::Ended(Box::new(ended)));
    Ok(())
}

/// Danger to life does not wait for whoever is competent: any unit passes it on, and the case goes on.
fn pass_emergency(draft: &mut Draft<'_>, to: &str) -> Result<(), Refusal> {
    draft.organ()?;
    let row = draft.row("problem-transfers", "to", to)?;
    if row.text("kind") != "emergency" {
        return Err(Refusal::NotListed(to.to_owned()));
    }
    draft.push(Entry::Emergency { to: to.to_owned(), phone: row.text("phone").to_owned() });
    Ok(())
}

/// Ends a case; every clock falls away, and what passed stays passed.
pub(super) fn end(draft: &mut Draft<'_>, how: HowEnded, (reason, reference): (&str, &str), instead: Text, law: String) {
    let at: Instant = draft.context.now;
    draft.stop_all("");
    let (reason, reference) = (reason.to_owned(), reference.to_owned());
    draft.push(Entry::Ended(Box::new(Ended { how, reason, instead, law, reference, at, handing: false })));
}
