//! What a department does with its part: accept or return, write, pause, ask for time, answer, sign.

use std::collections::BTreeSet;

use super::{Draft, limits, next_id};
use crate::{
    Instant, Text,
    problem::{
        Act, Answer, AnswerPoint, Assignment, AssignmentState, Clock, Entry, Extension, Message, MessageKind, Outcome,
        Plan, PointAnswered, Refusal, Reply, Returned, Role,
    },
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Accept => accept(draft),
        Act::Return { reason, words, instead } => give_back(draft, reason, words, instead.as_deref()),
        Act::Take => {
            let own = draft.own()?;
            let person = draft.context.actor.person.clone();
            if own.handler.as_ref() == Some(&person) {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::Took { id: own.id, person });
            Ok(())
        }
        Act::Recuse { words } => {
            if draft.require_office().is_err() {
                draft.own()?;
            }
            let person = draft.context.actor.person.clone();
            draft.push(Entry::Recused { person, words: words.clone() });
            Ok(())
        }
        Act::Send { .. } => send(draft, act),
        Act::Pause { cause } => pause(draft, cause),
        Act::Resume => resume(draft),
        Act::AskExtension { until, words } => ask_extension(draft, *until, words),
        Act::Answer { points } => answer(draft, points),
        Act::Sign { points, plan } => sign(draft, points, plan.as_ref()),
        Act::AnswerNotice { id, words } => answer_notice(draft, *id, words),
        Act::DoTask { id, words } => do_task(draft, *id, words),
        _ => Ok(()),
    }
}

/// The department's own clock starts; the total clock is not touched.
fn accept(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let own = draft.own()?;
    if own.state != AssignmentState::Offered {
        return Err(Refusal::WrongState);
    }
    let now = draft.context.now;
    draft.push(Entry::Accepted { id: own.id });
    // Who is informed has read it, and owes nothing.
    if own.role == Role::Informed {
        return Ok(());
    }
    draft.stop(&format!("accept:{}", own.id));
    draft.start(&format!("work:{}", own.id), &own.organ, now);
    if own.role == Role::Lead {
        draft.start("contact", &own.organ, now);
    }
    Ok(())
}

/// Once, with a listed reason, while the time to accept runs.
fn give_back(draft: &mut Draft<'_>, reason: &str, words: &str, instead: Option<&str>) -> Result<(), Refusal> {
    let own = draft.own()?;
    if own.state != AssignmentState::Offered || own.role == Role::Informed {
        return Err(Refusal::WrongState);
    }
    let before = draft.problem.assignments.iter().any(|of| of.organ == own.organ && of.returned.is_some());
    if own.ruled || before {
        return Err(Refusal::Fixed);
    }
    let clock = format!("accept:{}", own.id);
    if draft.problem.clocks.get(&clock).is_some_and(|clock| draft.problem.has_passed(clock)) {
        return Err(Refusal::TooLate);
    }
    let row = draft.row("problem-returns", "reason", reason)?;
    if let Some(instead) = instead {
        draft.require_unit(instead)?;
    }
    let returned = Returned {
        at: draft.context.now,
        reason: reason.to_owned(),
        law: row.law().to_owned(),
        words: words.to_owned(),
        instead: instead.map(str::to_owned),
    };
    draft.push(Entry::Returned { id: own.id, returned });
    draft.stop(&clock);
    if draft.problem.assignments.iter().filter(|of| of.returned.is_some()).count() >= 2 {
        draft.escalate("disputed_twice");
    }
    Ok(())
}

/// What the lead tells or asks the firm meets the clock of the first contact, and sets that of the next word.
fn send(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let Act::Send { kind, report, words, confidential } = act else { return Ok(()) };
    let organ = draft.organ()?;
    let office = organ == draft.problem.office;
    if !office && !draft.problem.units().contains(&organ) {
        return Err(Refusal::NotYours);
    }
    let public = matches!(kind, MessageKind::Update | MessageKind::Ask);
    if *kind == MessageKind::Said || (public && *confidential) {
        return Err(Refusal::WrongState);
    }
    // The firm hears from one mouth: the lead's, or the port office's.
    let own = draft.problem.assignment_of(&organ).cloned();
    let leads = own.is_some_and(|own| own.role == Role::Lead && own.state != AssignmentState::Offered);
    if public && !leads && !office {
        return Err(Refusal::NotYours);
    }
    if report.is_some_and(|id| draft.problem.report(id).is_none()) {
        return Err(Refusal::NotThere);
    }
    draft.push(Entry::Sent(Box::new(Message {
        id: next_id(draft.problem.messages.len()),
        kind: *kind,
        organ: organ.clone(),
        report: *report,
        words: words.clone(),
        at: draft.context.now,
        compartment: confidential.then(|| organ.clone()),
        files: Vec::new(),
    })));
    if public && leads && draft.problem.answered_at.is_none() {
        draft.stop("contact");
        draft.start("update", &organ, draft.context.now);
    }
    Ok(())
}

fn pause(draft: &mut Draft<'_>, cause: &str) -> Result<(), Refusal> {
    let lead = draft.own_lead()?;
    if draft.problem.answered_at.is_some() {
        return Err(Refusal::WrongState);
    }
    limits::pause(draft, cause, &lead.organ)
}

fn resume(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    if draft.require_office().is_err() {
        draft.own_lead()?;
    }
    if draft.problem.pause().is_none() {
        return Err(Refusal::WrongState);
    }
    limits::resume(draft, draft.context.now);
    Ok(())
}

/// Asked before the limit, once, and never beyond what the row allows.
fn ask_extension(draft: &mut Draft<'_>, until: Instant, words: &str) -> Result<(), Refusal> {
    let lead = draft.own_lead()?;
    let resolve = draft.problem.clocks.get("resolve").cloned().ok_or(Refusal::ClockStopped)?;
    if resolve.stopped_at.is_some() {
        return Err(Refusal::ClockStopped);
    }
    if draft.problem.has_passed(&resolve) {
        return Err(Refusal::TooLate);
    }
    let open = draft.problem.extensions.iter().any(|of| of.decided.is_none_or(|(_, approved)| approved));
    if open {
        return Err(Refusal::UsedUp(Text::new("延期", "more time")));
    }
    let inputs = [("clock", "resolve".into()), ("severity", draft.problem.severity.as_str().into())];
    let row = draft.hit("problem-clocks", &crate::Value::from(inputs)).ok_or(Refusal::ClockStopped)?;
    let most = draft.context.profile.reckon(resolve.due, row.text("extension"), &resolve.calendar);
    if until <= resolve.due || most.is_none_or(|most| until > most) {
        return Err(Refusal::BadLimit);
    }
    let id = next_id(draft.problem.extensions.len());
    let (organ, words, at) = (lead.organ, words.to_owned(), draft.context.now);
    draft.push(Entry::ExtensionAsked(Box::new(Extension { id, organ, until, words, at, decided: None })));
    Ok(())
}

/// Points as they stand in the journal: known ones alone, each once, each with its rule.
fn answered(draft: &Draft<'_>, given: &[PointAnswered]) -> Result<Vec<AnswerPoint>, Refusal> {
    let mut seen = BTreeSet::new();
    for point in given {
        if !draft.problem.points.iter().any(|of| of.id == point.point) || !seen.insert(point.point) {
            return Err(Refusal::NotThere);
        }
        if point.law.trim().is_empty() {
            return Err(Refusal::NoRule);
        }
    }
    let point = |of: &PointAnswered| AnswerPoint {
        point: of.point,
        outcome: of.outcome,
        law: of.law.clone(),
        words: of.words.clone(),
    };
    Ok(given.iter().map(point).collect())
}

/// A co-handler answers its part to the lead.
fn answer(draft: &mut Draft<'_>, given: &[PointAnswered]) -> Result<(), Refusal> {
    let own = draft.own()?;
    if own.role != Role::CoHandler || own.state != AssignmentState::Accepted {
        return Err(Refusal::WrongState);
    }
    let points = answered(draft, given)?;
    if points.is_empty() {
        return Err(Refusal::NoAnswer);
    }
    let at = draft.context.now;
    draft.push(Entry::Answered(Box::new(Answer {
        assignment: own.id,
        organ: own.organ,
        points,
        at,
        files: Vec::new(),
    })));
    draft.stop(&format!("work:{}", own.id));
    Ok(())
}

/// What stands against a joined reply: points without an answer, departments that have not answered theirs.
fn unmet(draft: &Draft<'_>, points: &[AnswerPoint]) -> Vec<Text> {
    let open = draft.problem.points.iter().filter(|of| !points.iter().any(|point| point.point == of.id));
    let open = open.map(|point| Text::new(format!("第 {} 点", point.id), format!("point {}", point.id)));
    let owing = |of: &&Assignment| {
        of.role == Role::CoHandler
            && matches!(of.state, AssignmentState::Offered | AssignmentState::Accepted | AssignmentState::Returned)
    };
    open.chain(draft.problem.assignments.iter().filter(owing).map(|of| draft.name_of(&of.organ))).collect()
}

/// One joined reply: every point, each with its rule, and every co-handler heard.
fn sign(draft: &mut Draft<'_>, given: &[PointAnswered], plan: Option<&(Instant, String)>) -> Result<(), Refusal> {
    let own = draft.own_lead()?;
    let points = answered(draft, given)?;
    let unmet = unmet(draft, &points);
    if !unmet.is_empty() {
        return Err(Refusal::Unmet(unmet));
    }
    let not_now = points.iter().any(|point| point.outcome == Outcome::NotNow);
    let now = draft.context.now;
    let plan = match (not_now, plan) {
        (true, None) => return Err(Refusal::NoPlan),
        (true, Some((until, _))) if *until <= now => return Err(Refusal::NotAhead),
        (true, Some(plan)) => Some(plan),
        (false, _) => None,
    };
    if draft.problem.pause().is_some() {
        limits::resume(draft, now);
    }
    let id = next_id(draft.problem.replies.len());
    let organ = own.organ.clone();
    draft.push(Entry::Signed(Box::new(Reply { id, organ, points, at: now, files: Vec::new() })));
    for name in ["contact", "update", "resolve", "plan"] {
        draft.stop(name);
    }
    draft.stop(&format!("work:{}", own.id));
    draft.stop_all(limits::LADDER_OF_LIMIT);
    match plan {
        Some((until, words)) => {
            let (until, organ) = (*until, own.organ);
            draft.push(Entry::Planned(Box::new(Plan { until, words: words.clone(), organ: organ.clone(), at: now })));
            let clock =
                Clock { name: "plan".to_owned(), holder: organ, started_at: now, due: until, ..Clock::default() };
            draft.push(Entry::ClockStarted(Box::new(clock)));
        }
        None => {
            let office = draft.problem.office.clone();
            draft.start("visit", &office, now);
        }
    }
    Ok(())
}

fn answer_notice(draft: &mut Draft<'_>, id: u32, words: &str) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let open = draft.problem.notices.iter().any(|of| of.id == id && of.organ == organ && of.answer.is_none());
    if !open {
        return Err(Refusal::NotThere);
    }
    draft.push(Entry::NoticeAnswered { id, words: words.to_owned(), files: Vec::new() });
    draft.stop(&format!("notice:{id}"));
    Ok(())
}

fn do_task(draft: &mut Draft<'_>, id: u32, words: &str) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let open = draft.problem.tasks.iter().any(|of| of.id == id && of.organ == organ && of.done.is_none());
    if !open {
        return Err(Refusal::NotThere);
    }
    draft.push(Entry::TaskDone { id, words: words.to_owned(), files: Vec::new() });
    draft.stop(&format!("action:{id}"));
    Ok(())
}
