//! What the port office does: dispatch and rulings, extensions, the ladder, notices, sub-tasks, arbitration.

use std::collections::BTreeSet;

use super::{BY_HAND, Draft, limits, next_id};
use crate::{
    Instant, Text,
    matter::Organ,
    problem::{
        Act, Arbitration, Assignment, AssignmentState, Clock, Disclosure, Dispatched, Entry, Refusal, Role, Ruling,
        SubTask, dispatch_narrowings,
    },
};

/// Kinds of notices that are written by hand.
const NOTICES: [&str; 2] = ["reminder", "supervision"];

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::GiveTask { organ, due, words } => return give_task(draft, organ, *due, words),
        Act::Watch { organ, on } => return watch(draft, organ, *on),
        _ => {}
    }
    draft.require_office()?;
    match act {
        Act::Dispatch(dispatched) => dispatch(draft, dispatched),
        Act::Rule { .. } => rule(draft, act),
        Act::Release { assignment } => release(draft, *assignment),
        Act::DecideExtension { id, approved } => decide_extension(draft, *id, *approved),
        Act::Escalate { trigger } => {
            // What clocks and counts bring is not brought by hand.
            if !BY_HAND.contains(&trigger.as_str()) {
                return Err(Refusal::NotListed(trigger.clone()));
            }
            let clock = format!("ladder:{trigger}:");
            if draft.problem.escalations.iter().any(|of| of.trigger == *trigger)
                || draft.problem.clocks.keys().any(|name| name.starts_with(&clock))
            {
                return Err(Refusal::Already);
            }
            if draft.escalate(trigger) { Ok(()) } else { Err(Refusal::NotListed(trigger.clone())) }
        }
        Act::Serve { kind, organ, words } => serve(draft, kind, organ, words),
        Act::Arbitrate { about, law, words, binds } => arbitrate(draft, about, law, words, binds),
        Act::Disclose { report, organ, words } => disclose(draft, *report, organ, words),
        _ => note(draft, act),
    }
}

/// Names that change nothing about who owes what.
fn note(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let entry = match act {
        Act::LinkKnown { code } if draft.problem.known.contains(code) => return Err(Refusal::Already),
        Act::LinkKnown { code } => Entry::Known { code: code.clone() },
        Act::DeclareIncident { cause } => Entry::Incident { cause: cause.clone() },
        _ => return Err(Refusal::WrongState),
    };
    draft.push(entry);
    Ok(())
}

/// The port office lets a unit follow the case; a unit that follows may stop.
fn watch(draft: &mut Draft<'_>, organ: &str, on: bool) -> Result<(), Refusal> {
    let own = !on && draft.organ().is_ok_and(|of| of == organ);
    if !own {
        draft.require_office()?;
    }
    draft.require_unit(organ)?;
    if draft.problem.watchers.contains(organ) == on {
        return Err(Refusal::Already);
    }
    draft.push(Entry::Watched { organ: organ.to_owned(), on });
    Ok(())
}

/// Gives the case to departments. A lead can be named only while there is none: another one needs a ruling.
fn dispatch(draft: &mut Draft<'_>, given: &Dispatched) -> Result<(), Refusal> {
    if draft.problem.triaged_at.is_none() || draft.problem.answered_at.is_some() {
        return Err(Refusal::WrongState);
    }
    match (&given.lead, draft.problem.lead().is_some()) {
        (None, false) => return Err(Refusal::NoLead),
        (Some(_), true) => return Err(Refusal::WrongState),
        (Some(_), false) if draft.problem.disputes().any(|of| of.role == Role::Lead) => {
            return Err(Refusal::WrongState);
        }
        _ => {}
    }
    let lead = given.lead.iter().map(|organ| (organ, Role::Lead));
    let co = given.co.iter().map(|organ| (organ, Role::CoHandler));
    let informed = given.informed.iter().map(|organ| (organ, Role::Informed));
    for (organ, role) in lead.chain(co).chain(informed) {
        if draft.problem.assignment_of(organ).is_some() {
            return Err(Refusal::Already);
        }
        offer(draft, organ, role, false, &given.basis)?;
    }
    Ok(())
}

/// Offers a part, with the time to accept it.
fn offer(draft: &mut Draft<'_>, organ: &str, role: Role, ruled: bool, basis: &str) -> Result<(), Refusal> {
    draft.require_unit(organ)?;
    let hidden = draft.problem.reports.iter().any(|report| !draft.problem.knows_reporter(organ, report));
    let told = draft.problem.points.iter().any(|point| point.words.is_some());
    if hidden && !told && organ != draft.problem.office {
        return Err(Refusal::NoPoints);
    }
    let id = next_id(draft.problem.assignments.len());
    let at = draft.context.now;
    draft.push(Entry::Offered(Box::new(Assignment {
        id,
        organ: organ.to_owned(),
        role,
        state: AssignmentState::Offered,
        at,
        accepted_at: None,
        ruled,
        returned: None,
        handler: None,
        basis: basis.to_owned(),
    })));
    if role != Role::Informed {
        draft.start(&format!("accept:{id}"), organ, at);
    }
    Ok(())
}

/// A ruling fixes who has a part; the one who was not relieved must take it.
fn rule(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let Act::Rule { assignment, organ, law, words, precedent, only } = act else { return Ok(()) };
    if law.trim().is_empty() {
        return Err(Refusal::NoRule);
    }
    let narrowing = dispatch_narrowings(draft.context.profile);
    if let Some(other) = only.difference(&narrowing).next() {
        return Err(Refusal::NotListed(other.clone()));
    }
    let returned = draft.problem.disputes().find(|of| of.id == *assignment).cloned().ok_or(Refusal::NotThere)?;
    let standing = draft.problem.assignment_of(organ).cloned();
    draft.require_unit(organ)?;
    draft.push(Entry::Ruled(Box::new(Ruling {
        assignment: *assignment,
        organ: organ.clone(),
        law: law.clone(),
        words: words.clone(),
        at: draft.context.now,
        precedent: *precedent,
        only: only.clone(),
    })));
    // A co-handler that becomes the lead gives its smaller part up.
    if let Some(standing) = standing {
        if returned.role != Role::Lead {
            return Ok(());
        }
        take_off(draft, standing.id);
    }
    offer(draft, organ, returned.role, true, "ruling")
}

fn take_off(draft: &mut Draft<'_>, id: u32) {
    draft.push(Entry::Released { id });
    draft.stop(&format!("accept:{id}"));
    draft.stop(&format!("work:{id}"));
}

/// A lead that has accepted is never taken off, and one that returned the part is ruled on; before that the case falls
/// back to the port office, which owns it until it is given again.
fn release(draft: &mut Draft<'_>, id: u32) -> Result<(), Refusal> {
    let of = draft.problem.assignment(id).cloned().ok_or(Refusal::NotThere)?;
    let open = match of.role {
        Role::Lead => of.state == AssignmentState::Offered,
        _ => !matches!(of.state, AssignmentState::Released | AssignmentState::Done),
    };
    if !open {
        return Err(Refusal::WrongState);
    }
    take_off(draft, id);
    Ok(())
}

/// More time is approved before the limit, or not at all.
fn decide_extension(draft: &mut Draft<'_>, id: u32, approved: bool) -> Result<(), Refusal> {
    let asked = draft.problem.extensions.iter().find(|of| of.id == id && of.decided.is_none()).cloned();
    let asked = asked.ok_or(Refusal::NotThere)?;
    let resolve = draft.problem.clocks.get("resolve").cloned().ok_or(Refusal::ClockStopped)?;
    if approved && (draft.problem.has_passed(&resolve) || resolve.stopped_at.is_some()) {
        return Err(Refusal::TooLate);
    }
    draft.push(Entry::ExtensionDecided { id, approved });
    if !approved {
        return Ok(());
    }
    let lead = draft.problem.lead().map(|lead| format!("work:{}", lead.id));
    let work = lead.and_then(|name| draft.problem.clocks.get(&name)).cloned();
    let runs =
        |clock: &Clock| clock.stopped_at.is_none() && !draft.problem.has_passed(clock) && clock.due < asked.until;
    let moved: Vec<Clock> = [Some(resolve), work].into_iter().flatten().filter(runs).collect();
    for clock in moved {
        let clock = Clock { due: asked.until, extended_to: Some(asked.until), ..clock };
        draft.push(Entry::ClockMoved(Box::new(clock)));
    }
    limits::set_ladder(draft);
    Ok(())
}

fn serve(draft: &mut Draft<'_>, kind: &str, organ: &str, words: &str) -> Result<(), Refusal> {
    if !NOTICES.contains(&kind) {
        return Err(Refusal::NotListed(kind.to_owned()));
    }
    draft.require_parties([&organ.to_owned()])?;
    let law = draft.row("problem-notices", "notice", kind)?.law().to_owned();
    draft.serve(kind, organ, Some(words.to_owned()), law, draft.context.now);
    Ok(())
}

/// The port office gives sub-tasks to anybody, the lead to whom it works with.
fn give_task(draft: &mut Draft<'_>, organ: &str, due: Instant, words: &str) -> Result<(), Refusal> {
    if draft.require_office().is_err() {
        draft.own_lead()?;
    }
    add_task(draft, organ, due, words, None)
}

pub(super) fn add_task(
    draft: &mut Draft<'_>,
    organ: &str,
    due: Instant,
    words: &str,
    meeting: Option<u32>,
) -> Result<(), Refusal> {
    draft.require_unit(organ)?;
    let at = draft.context.now;
    if due <= at {
        return Err(Refusal::NotAhead);
    }
    let id = next_id(draft.problem.tasks.len());
    let (organ, words) = (organ.to_owned(), words.to_owned());
    draft.push(Entry::TaskGiven(Box::new(SubTask {
        id,
        organ: organ.clone(),
        words,
        at,
        due,
        meeting,
        done: None,
        files: Vec::new(),
    })));
    let name = format!("action:{id}");
    draft.push(Entry::ClockStarted(Box::new(Clock { name, holder: organ, started_at: at, due, ..Clock::default() })));
    Ok(())
}

/// Binding in disputes over cooperation only.
fn arbitrate(
    draft: &mut Draft<'_>,
    about: &str,
    law: &str,
    words: &str,
    binds: &BTreeSet<Organ>,
) -> Result<(), Refusal> {
    let row = draft.row("problem-arbitration", "about", about)?;
    if !row.is_true("binding") {
        return Err(Refusal::Merits(Text::new(row.text("instead_zh"), row.text("instead_en"))));
    }
    if law.trim().is_empty() {
        return Err(Refusal::NoRule);
    }
    if binds.is_empty() {
        return Err(Refusal::NotThere);
    }
    draft.require_parties(binds)?;
    let id = next_id(draft.problem.arbitrations.len());
    let (words, law, binds, at) = (words.to_owned(), law.to_owned(), binds.clone(), draft.context.now);
    draft.push(Entry::Arbitrated(Box::new(Arbitration { id, words, law, binds, at })));
    Ok(())
}

fn disclose(draft: &mut Draft<'_>, report: u32, organ: &str, words: &str) -> Result<(), Refusal> {
    let of = draft.problem.report(report).ok_or(Refusal::NotThere)?;
    if draft.problem.knows_reporter(organ, of) {
        return Err(Refusal::Already);
    }
    draft.require_parties([&organ.to_owned()])?;
    draft.push(Entry::Disclosed(Box::new(Disclosure {
        report,
        organ: organ.to_owned(),
        words: words.to_owned(),
        at: draft.context.now,
        by: draft.context.actor.person.clone(),
    })));
    Ok(())
}
