//! What the program does with a case that is handed over to a hotline: the hotline took it, and it came back.

use super::{Draft, limits, next_id};
use crate::{
    problem::{Act, Entry, Handover, Message, MessageKind, Refusal},
    ship_call::Party,
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    if draft.context.actor.party != Party::Clock {
        return Err(Refusal::NotYours);
    }
    match act {
        Act::HandOver { to, reference, token } => hand_over(draft, to, reference, token),
        Act::Hear { to, words } => hear(draft, to, words),
        Act::HandBack { to, words } => hand_back(draft, to, words),
        _ => Ok(()),
    }
}

/// The hotline took it, or now gives a number for its token.
fn hand_over(draft: &mut Draft<'_>, to: &str, reference: &str, token: &str) -> Result<(), Refusal> {
    let (reference, token) = (reference.to_owned(), token.to_owned());
    if draft.problem.handed_to().is_some_and(|of| of.to == to && of.reference.is_empty() && !reference.is_empty()) {
        draft.push(Entry::HandoverNumbered { reference });
        return Ok(());
    }
    if draft.problem.handing_to() != Some(to) || (reference.is_empty() && token.is_empty()) {
        return Err(Refusal::WrongState);
    }
    let at = draft.context.now;
    draft.push(Entry::HandedOver(Handover { to: to.to_owned(), reference, token, at, back_at: None }));
    Ok(())
}

/// Its firms read how it stands there; nothing else changes.
fn hear(draft: &mut Draft<'_>, to: &str, words: &str) -> Result<(), Refusal> {
    if draft.problem.handed_to().is_none_or(|of| of.to != to) {
        return Err(Refusal::WrongState);
    }
    tell_firms(draft, words);
    Ok(())
}

fn tell_firms(draft: &mut Draft<'_>, words: &str) {
    draft.push(Entry::Sent(Box::new(Message {
        id: next_id(draft.problem.messages.len()),
        kind: MessageKind::Update,
        organ: draft.problem.office.clone(),
        report: None,
        words: words.to_owned(),
        at: draft.context.now,
        compartment: None,
        files: Vec::new(),
    })));
}

/// It is the port's again, as if it had never ended: the total clock goes on, the port office has it, and the firms read
/// what the hotline said.
fn hand_back(draft: &mut Draft<'_>, to: &str, words: &str) -> Result<(), Refusal> {
    let there = draft.problem.handed_to().is_some_and(|of| of.to == to);
    if !there && draft.problem.handing_to() != Some(to) {
        return Err(Refusal::WrongState);
    }
    draft.push(Entry::HandedBack { to: to.to_owned() });
    let standing: Vec<u32> = draft.problem.assignments.iter().filter(|of| of.stands()).map(|of| of.id).collect();
    for id in standing {
        draft.push(Entry::Released { id });
    }
    tell_firms(draft, words);
    limits::set_ladder(draft);
    limits::pass_due(draft);
    Ok(())
}
