//! Joint meetings: called, moved or called off, held. A meeting stands in the journal of every case of its agenda.

use std::collections::BTreeSet;

use super::{Draft, next_id, office};
use crate::{
    Instant,
    matter::Organ,
    problem::{Act, Decision, Entry, Meeting, MeetingMove, Position, Refusal},
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    draft.require_office()?;
    match act {
        Act::CallMeeting { .. } => call_meeting(draft, act),
        Act::MoveMeeting { id, to, words } => move_meeting(draft, *id, *to, words),
        Act::HoldMeeting { id, minutes, positions, decisions } => {
            hold_meeting(draft, *id, minutes, positions, decisions)
        }
        _ => Ok(()),
    }
}

/// Another time, or none: what was planned before stays beside it, with the reason.
fn move_meeting(draft: &mut Draft<'_>, id: u32, to: Option<Instant>, words: &str) -> Result<(), Refusal> {
    let meeting = draft.problem.meetings.iter().find(|of| of.id == id && of.stands());
    let from = meeting.map(|of| of.at).ok_or(Refusal::NotThere)?;
    let now = draft.context.now;
    if to.is_some_and(|to| to <= now) {
        return Err(Refusal::NotAhead);
    }
    if to == Some(from) {
        return Err(Refusal::Already);
    }
    draft.push(Entry::MeetingMoved { id, moved: MeetingMove { from, to, words: words.to_owned(), at: now } });
    Ok(())
}

fn call_meeting(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let Act::CallMeeting { number, cases, at, participants, agenda } = act else { return Ok(()) };
    if *at <= draft.context.now {
        return Err(Refusal::NotAhead);
    }
    if participants.len() < 2 {
        return Err(Refusal::FewSeats);
    }
    for organ in participants {
        draft.require_unit(organ)?;
    }
    draft.push(Entry::MeetingCalled(Box::new(Meeting {
        id: next_id(draft.problem.meetings.len()),
        at: *at,
        participants: participants.clone(),
        agenda: agenda.clone(),
        called_at: draft.context.now,
        held_at: None,
        minutes: None,
        positions: Vec::new(),
        decisions: Vec::new(),
        number: number.clone(),
        cases: cases.clone(),
        moves: Vec::new(),
        files: Vec::new(),
    })));
    Ok(())
}

/// Decisions become sub-tasks with their dates, each in the case that it is about; who dissented stands beside them.
fn hold_meeting(
    draft: &mut Draft<'_>,
    id: u32,
    minutes: &str,
    positions: &[Position],
    decisions: &[Decision],
) -> Result<(), Refusal> {
    let meeting = draft.problem.meetings.iter().find(|of| of.id == id && of.stands()).cloned();
    let meeting = meeting.ok_or(Refusal::NotThere)?;
    if draft.context.now < meeting.at {
        return Err(Refusal::NotBegun);
    }
    let heard = positions.iter().map(|of| &of.organ).chain(decisions.iter().flat_map(|of| &of.dissent));
    let absent: BTreeSet<&Organ> = heard.filter(|organ| !meeting.participants.contains(*organ)).collect();
    if !absent.is_empty() {
        return Err(Refusal::NotSeated(absent.into_iter().map(|organ| draft.name_of(organ)).collect()));
    }
    let here = draft.problem.number.clone();
    let on_agenda = |case: &String| *case == here || meeting.cases.contains(case);
    if let Some(other) = decisions.iter().filter_map(|of| of.case.as_ref()).find(|case| !on_agenda(case)) {
        return Err(Refusal::NotOnAgenda(other.clone()));
    }
    draft.push(Entry::MeetingHeld(Box::new(Meeting {
        held_at: Some(draft.context.now),
        minutes: Some(minutes.to_owned()),
        positions: positions.to_vec(),
        decisions: decisions.to_vec(),
        ..meeting
    })));
    for decision in decisions.iter().filter(|of| of.case.as_ref().is_none_or(|case| *case == here)) {
        office::add_task(draft, &decision.organ, decision.due, &decision.words, Some(id))?;
    }
    Ok(())
}
