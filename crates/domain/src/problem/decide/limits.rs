//! Limits: what passes, what a clock brings when it fires, pauses, and the ladder that follows the limit to solve.

use super::{Draft, breach, step_of};
use crate::{
    Instant, Value,
    matter::Party,
    measure::{self, Running},
    problem::{Clock, Entry, Pause, Refusal},
    profile::Profile,
};

/// The cause of the ladder that follows the limit to solve.
const OVERDUE: &str = "overdue";
/// Beginning of the names of its clocks.
pub(super) const LADDER_OF_LIMIT: &str = "ladder:overdue:";

/// Limits that run and that a measure stops or makes longer are moved, before anything is made of them.
pub(super) fn move_clocks(draft: &mut Draft<'_>) {
    let profile = draft.context.profile;
    if !profile.register.measures.iter().any(measure::Measure::moves_clocks) {
        return;
    }
    let facts = Value::from([("topic", draft.problem.topic.as_str().into())]);
    let clocks: Vec<Clock> = draft.problem.running().filter(|clock| clock.ladder.is_none()).cloned().collect();
    for mut clock in clocks {
        let running = Running {
            matter: "problem",
            of: &draft.problem.topic,
            name: &clock.name,
            start: clock.started_at,
            due: clock.due,
            calendar: &clock.calendar,
        };
        if let Some(moved) = measure::moved(profile, &running, || &facts, &clock.moved) {
            clock.due = moved.due;
            clock.moved.push(moved);
            let is_resolve = clock.name == "resolve";
            draft.push(Entry::ClockMoved(Box::new(clock)));
            if is_resolve {
                set_ladder(draft);
            }
        }
    }
}

/// Every limit that lies behind us and has not been recorded.
pub(super) fn pass_due(draft: &mut Draft<'_>) {
    let now = draft.context.now;
    // A pause that has reached its end runs on first: what it held may be due since.
    let over = draft.problem.pause().map(|pause| pause.most).filter(|most| *most < now);
    if let Some(most) = over {
        resume(draft, most);
    }
    let mut late: Vec<Clock> = draft.problem.running().filter(|clock| clock.due < now).cloned().collect();
    late.sort_by_key(|clock| clock.due);
    for clock in late {
        pass(draft, &clock);
    }
}

/// A clock fires only while it runs: an act recorded before its instant has stopped it.
pub(super) fn fire(draft: &mut Draft<'_>, name: &str, due: Instant) -> Result<(), Refusal> {
    if draft.context.actor.party != Party::Clock || due > draft.context.now {
        return Err(Refusal::NotYours);
    }
    let running = draft.problem.running().find(|clock| clock.name == name && clock.due == due);
    let clock = running.cloned().ok_or(Refusal::ClockStopped)?;
    pass(draft, &clock);
    Ok(())
}

/// What the passing of a clock brings: the end of a pause, a step of the ladder, or a breach.
fn pass(draft: &mut Draft<'_>, clock: &Clock) {
    if clock.name == "pause" {
        return resume(draft, clock.due);
    }
    let Some(ladder) = &clock.ladder else { return draft.push(breach(clock)) };
    draft.push(Entry::ClockStopped { name: clock.name.clone() });
    let trigger = clock.name.split(':').nth(1).unwrap_or(OVERDUE).to_owned();
    draft.climb(&trigger, ladder, (&clock.law, &clock.rule), clock.due);
}

/// The clocks stand still.
pub(super) fn pause(draft: &mut Draft<'_>, cause: &str, holder: &str) -> Result<(), Refusal> {
    if draft.problem.pause().is_some() {
        return Err(Refusal::WrongState);
    }
    let row = draft.row("problem-pauses", "cause", cause)?;
    let used = draft.problem.pauses.iter().filter(|pause| pause.cause == cause).count();
    let times = row.integer("times").unwrap_or(1);
    if i64::try_from(used).unwrap_or(i64::MAX) >= times {
        return Err(Refusal::UsedUp(row.reason()));
    }
    let now = draft.context.now;
    let most = draft.context.profile.reckon(now, row.text("length"), row.text("calendar"));
    let most = most.ok_or_else(|| Refusal::NotListed(cause.to_owned()))?;
    let clock = Clock {
        name: "pause".to_owned(),
        holder: holder.to_owned(),
        started_at: now,
        length: row.text("length").to_owned(),
        calendar: row.text("calendar").to_owned(),
        calendar_version: draft.version_of(row.text("calendar")),
        due: most,
        rule: row.rule(),
        law: row.law().to_owned(),
        ..Clock::default()
    };
    let (cause, law, rule) = (cause.to_owned(), row.law().to_owned(), row.rule());
    draft.push(Entry::Paused(Box::new(Pause { cause, law, rule, from: now, most, until: None })));
    draft.push(Entry::ClockStarted(Box::new(clock)));
    Ok(())
}

/// Where the firm is waited for, its word is what was waited for: the clocks run again.
pub(super) fn firm_spoke(draft: &mut Draft<'_>) {
    let Some(pause) = draft.problem.pause() else { return };
    let inputs = Value::from([("cause", pause.cause.as_str().into())]);
    let row = draft.context.profile.hit("problem-pauses", pause.from, &inputs);
    if row.is_some_and(|row| row.is_true("until_firm_speaks")) {
        resume(draft, draft.context.now);
    }
}

/// The clocks run again from an instant on: each limit moves by the time that its calendar counts in the pause.
pub(super) fn resume(draft: &mut Draft<'_>, at: Instant) {
    let Some(from) = draft.problem.pause().map(|pause| pause.from) else { return };
    let mut pauses = draft.problem.paused();
    pauses.push((from, at));
    let held = draft.problem.clocks.values().filter(|clock| {
        clock.pausable && clock.stopped_at.is_none() && !draft.problem.has_passed(clock) && clock.ladder.is_none()
    });
    let due: Vec<(String, Instant)> =
        held.filter_map(|clock| Some((clock.name.clone(), moved(draft, clock, &pauses, at.0 - from.0)?))).collect();
    draft.push(Entry::Resumed { until: at, due });
    draft.push(Entry::ClockStopped { name: "pause".to_owned() });
    set_ladder(draft);
}

/// The new limit of a clock; a date that was promised or approved moves by the pause itself.
fn moved(draft: &Draft<'_>, clock: &Clock, pauses: &[(Instant, Instant)], lasted: i64) -> Option<Instant> {
    if clock.extended_to.is_some() || clock.length.is_empty() {
        return Some(Instant(clock.due.0.saturating_add(lasted)));
    }
    reckon(draft.context.profile, clock.started_at, &clock.length, pauses, &clock.calendar)
}

/// The end of a term. "The same day" after closing time is the next day on which somebody works.
pub(super) fn reckon(
    profile: &Profile,
    start: Instant,
    length: &str,
    pauses: &[(Instant, Instant)],
    calendar: &str,
) -> Option<Instant> {
    let end = profile.reckon_with_pauses(start, length, pauses, calendar)?;
    if end > start { Some(end) } else { profile.reckon_with_pauses(start, "P1WD", pauses, calendar) }
}

/// Starts the steps of the ladder that follow the limit to solve, or moves them with it; those that were taken stay taken.
pub(super) fn set_ladder(draft: &mut Draft<'_>) {
    let Some(resolve) = draft.problem.clocks.get("resolve").filter(|clock| clock.stopped_at.is_none()) else { return };
    let (started, due, holder) = (resolve.started_at, resolve.due, resolve.holder.clone());
    let inputs = Value::from([("trigger", OVERDUE.into()), ("severity", draft.problem.severity.as_str().into())]);
    for row in draft.context.profile.hits("problem-ladder", draft.context.now, &inputs) {
        let step = step_of(&row);
        let name = format!("ladder:{OVERDUE}:{step}");
        let taken = draft.problem.escalations.iter().any(|of| of.trigger == OVERDUE && of.step == step);
        let share = row.integer("share").unwrap_or(100);
        // So much of the term, counted on the clock; then as far as the row's own calendar says.
        let base = Instant(started.0 + (due.0 - started.0).saturating_mul(share) / 100);
        let calendar = row.text("calendar");
        let Some(instant) = draft.context.profile.reckon(base, row.text("offset"), calendar) else { continue };
        let known = draft.problem.clocks.get(&name).filter(|clock| clock.stopped_at.is_none());
        if taken || known.is_some_and(|clock| clock.due == instant) {
            continue;
        }
        let clock = Clock {
            name,
            holder: holder.clone(),
            started_at: started,
            length: row.text("offset").to_owned(),
            calendar: calendar.to_owned(),
            calendar_version: draft.version_of(calendar),
            due: instant,
            rule: row.rule(),
            law: row.law().to_owned(),
            pausable: true,
            ladder: Some((step, row.text("to").to_owned(), row.text("notice").to_owned())),
            ..Clock::default()
        };
        draft.push(Entry::ClockStarted(Box::new(clock)));
    }
}
