//! Folding a journal: total, and blind to clock and profile.

use super::{AssignmentState, Entry, Handover, Point, Problem, Record, Report, Role};
use crate::Instant;

/// Folds one entry. Total: an entry that names what is not there changes nothing but the version.
pub fn apply(problem: &mut Problem, record: &Record) {
    problem.version += 1;
    problem.updated_at = record.at;
    match &record.entry {
        Entry::Received(_) | Entry::Triaged(_) => apply_intake(problem, record),
        Entry::ClockStarted(_)
        | Entry::ClockMoved(_)
        | Entry::ClockStopped { .. }
        | Entry::Passed(_)
        | Entry::Paused(_)
        | Entry::Resumed { .. }
        | Entry::ExtensionAsked(_)
        | Entry::ExtensionDecided { .. } => apply_clock(problem, record),
        Entry::Offered(_)
        | Entry::Accepted { .. }
        | Entry::Returned { .. }
        | Entry::Ruled(_)
        | Entry::Released { .. }
        | Entry::Took { .. }
        | Entry::Recused { .. } => apply_assignment(problem, record),
        Entry::Separated { .. } | Entry::StoodAlone { .. } => apply_separated(problem, record),
        Entry::HandedOver(_) | Entry::HandoverNumbered { .. } | Entry::HandedBack { .. } => {
            apply_handover(problem, record)
        }
        Entry::Answered(_)
        | Entry::Signed(_)
        | Entry::Planned(_)
        | Entry::Told { .. }
        | Entry::Reopened
        | Entry::Withdrawn { .. }
        | Entry::AddressConfirmed { .. }
        | Entry::Joined { .. }
        | Entry::Ended(_) => apply_answer(problem, record),
        _ => apply_together(problem, record),
    }
}

fn apply_intake(problem: &mut Problem, record: &Record) {
    match &record.entry {
        Entry::Received(received) => {
            problem.number.clone_from(&received.number);
            problem.port.clone_from(&received.port);
            problem.office.clone_from(&received.office);
            problem.topic.clone_from(&received.topic);
            problem.impact.clone_from(&received.impact);
            problem.urgency.clone_from(&received.urgency);
            problem.severity.clone_from(&received.severity);
            problem.keys.clone_from(&received.report.keys);
            problem.reports.push(received.report.clone());
            problem.points.push(Point { id: 1, words: None });
            let came = received.report.at;
            problem.opened_at = if came == Instant::default() { record.at } else { came };
        }
        Entry::Triaged(triaged) => {
            problem.topic.clone_from(&triaged.topic);
            problem.impact.clone_from(&triaged.impact);
            problem.urgency.clone_from(&triaged.urgency);
            problem.severity.clone_from(&triaged.severity);
            problem.keys.extend(triaged.keys.iter().cloned());
            problem.points.extend(triaged.points.iter().cloned());
            problem.triaged_at.get_or_insert(record.at);
        }
        _ => {}
    }
}

fn apply_clock(problem: &mut Problem, record: &Record) {
    let at = record.at;
    match &record.entry {
        Entry::ClockStarted(clock) | Entry::ClockMoved(clock) => {
            problem.clocks.insert(clock.name.clone(), (**clock).clone());
        }
        Entry::ClockStopped { name } => {
            if let Some(clock) = problem.clocks.get_mut(name) {
                clock.stopped_at.get_or_insert(at);
            }
        }
        Entry::Passed(breach) => problem.breaches.push(breach.clone()),
        Entry::Paused(pause) => problem.pauses.push((**pause).clone()),
        Entry::Resumed { until, due } => {
            if let Some(pause) = problem.pauses.last_mut() {
                pause.until.get_or_insert(*until);
            }
            for (name, due) in due {
                if let Some(clock) = problem.clocks.get_mut(name) {
                    clock.due = *due;
                    clock.extended_to = clock.extended_to.map(|_| *due);
                }
            }
        }
        Entry::ExtensionAsked(extension) => problem.extensions.push((**extension).clone()),
        Entry::ExtensionDecided { id, approved } => {
            if let Some(extension) = problem.extensions.iter_mut().find(|of| of.id == *id) {
                extension.decided.get_or_insert((at, *approved));
            }
        }
        _ => {}
    }
}

fn apply_assignment(problem: &mut Problem, record: &Record) {
    let at = record.at;
    let of = |problem: &mut Problem, id: u32, change: &dyn Fn(&mut super::Assignment)| {
        problem.assignments.iter_mut().filter(|of| of.id == id).for_each(change);
    };
    match &record.entry {
        Entry::Offered(assignment) => problem.assignments.push((**assignment).clone()),
        Entry::Accepted { id } => of(problem, *id, &|of| {
            // Who is informed owes nothing once it has read.
            of.state = if of.role == Role::Informed { AssignmentState::Done } else { AssignmentState::Accepted };
            of.accepted_at.get_or_insert(at);
        }),
        Entry::Returned { id, returned } => of(problem, *id, &|of| {
            of.state = AssignmentState::Returned;
            of.returned = Some(returned.clone());
        }),
        Entry::Ruled(ruling) => {
            of(problem, ruling.assignment, &|of| of.state = AssignmentState::Released);
            problem.rulings.push((**ruling).clone());
        }
        Entry::Released { id } => of(problem, *id, &|of| of.state = AssignmentState::Released),
        Entry::Took { id, person } => of(problem, *id, &|of| of.handler = Some(person.clone())),
        Entry::Recused { person, .. } => {
            for assignment in problem.assignments.iter_mut().filter(|of| of.handler.as_ref() == Some(person)) {
                assignment.handler = None;
            }
            problem.recused.insert(person.clone());
        }
        _ => {}
    }
}

fn apply_answer(problem: &mut Problem, record: &Record) {
    let at = record.at;
    match &record.entry {
        Entry::Answered(answer) => {
            for of in problem.assignments.iter_mut().filter(|of| of.id == answer.assignment) {
                of.state = AssignmentState::Done;
            }
            problem.answers.push((**answer).clone());
        }
        Entry::Signed(reply) => {
            set_lead(problem, AssignmentState::Done);
            problem.answered_at = Some(at);
            problem.plan = None;
            problem.replies.push((**reply).clone());
        }
        Entry::Planned(plan) => {
            set_lead(problem, AssignmentState::Accepted);
            problem.plan = Some((**plan).clone());
        }
        Entry::Told { report, word } => {
            for of in problem.reports.iter_mut().filter(|of| of.id == *report) {
                of.told.push(word.clone());
            }
        }
        Entry::Reopened => {
            set_lead(problem, AssignmentState::Accepted);
            problem.answered_at = None;
            problem.plan = None;
            problem.reopened += 1;
            if let Some(clock) = problem.clocks.get_mut("resolve") {
                clock.stopped_at = None;
            }
        }
        Entry::Withdrawn { report } => {
            for of in problem.reports.iter_mut().filter(|of| of.id == *report) {
                of.withdrawn_at.get_or_insert(at);
            }
        }
        Entry::AddressConfirmed { report } => {
            for of in problem.reports.iter_mut().filter(|of| of.id == *report) {
                of.address_confirmed = true;
            }
        }
        Entry::Joined { from, reports } => {
            problem.keys.extend(reports.iter().flat_map(|report| report.keys.iter().cloned()));
            problem.reports.extend(reports.iter().cloned());
            problem.merged.push(from.clone());
        }
        Entry::Ended(ended) => problem.ended = Some((**ended).clone()),
        _ => {}
    }
}

fn apply_handover(problem: &mut Problem, record: &Record) {
    match &record.entry {
        Entry::HandedOver(handover) => problem.handovers.push(handover.clone()),
        Entry::HandoverNumbered { reference } => {
            if let Some(of) = problem.handovers.last_mut() {
                of.reference.clone_from(reference);
            }
        }
        Entry::HandedBack { to } => {
            match problem.handovers.last_mut().filter(|of| of.to == *to && of.back_at.is_none()) {
                Some(of) => of.back_at = Some(record.at),
                // It was never taken there: it is not tried a second time.
                None => problem.handovers.push(Handover {
                    to: to.clone(),
                    at: record.at,
                    back_at: Some(record.at),
                    ..Handover::default()
                }),
            }
            open_again(problem, record.at);
        }
        _ => {}
    }
}

/// As if it had never ended: the total clock goes on.
fn open_again(problem: &mut Problem, at: Instant) {
    problem.ended = None;
    problem.triaged_at.get_or_insert(at);
    if let Some(clock) = problem.clocks.get_mut("resolve") {
        clock.stopped_at = None;
    }
}

fn apply_separated(problem: &mut Problem, record: &Record) {
    match &record.entry {
        Entry::Separated { to, reports } => {
            let (gone, stay): (Vec<Report>, Vec<Report>) =
                problem.reports.drain(..).partition(|report| reports.contains(&report.id));
            problem.reports = stay;
            problem.separated.extend(gone.iter().map(|report| report.id));
            problem.merged.retain(|number| number != to);
            // What they alone brought is not what this case is about.
            let brought = gone.iter().flat_map(|report| &report.keys);
            let alone = brought.filter(|key| !problem.reports.iter().any(|report| report.keys.contains(*key)));
            let alone: Vec<_> = alone.cloned().collect();
            problem.keys.retain(|key| !alone.contains(key));
        }
        Entry::StoodAlone { reports, messages, .. } => {
            problem.reports.clone_from(reports);
            problem.messages.extend(messages.iter().cloned());
            problem.answered_at = None;
            problem.plan = None;
            open_again(problem, record.at);
        }
        _ => {}
    }
}

fn set_lead(problem: &mut Problem, state: AssignmentState) {
    for lead in problem.assignments.iter_mut().filter(|of| of.role == Role::Lead && of.stands()) {
        lead.state = state;
    }
}

fn apply_together(problem: &mut Problem, record: &Record) {
    let at = record.at;
    match &record.entry {
        Entry::Sent(message) => problem.messages.push((**message).clone()),
        Entry::Escalated(escalation) => problem.escalations.push((**escalation).clone()),
        Entry::Served(notice) => problem.notices.push((**notice).clone()),
        Entry::NoticeAnswered { id, words, files } => {
            if let Some(notice) = problem.notices.iter_mut().find(|of| of.id == *id && of.answer.is_none()) {
                notice.answer = Some((words.clone(), at));
                notice.files.extend(files.iter().cloned());
            }
        }
        Entry::TaskGiven(task) => problem.tasks.push((**task).clone()),
        Entry::TaskDone { id, words, files } => {
            if let Some(task) = problem.tasks.iter_mut().find(|of| of.id == *id && of.done.is_none()) {
                task.done = Some((at, words.clone()));
                task.files.extend(files.iter().cloned());
            }
        }
        Entry::Watched { organ, on: true } => drop(problem.watchers.insert(organ.clone())),
        Entry::Watched { organ, on: false } => drop(problem.watchers.remove(organ)),
        Entry::MeetingCalled(meeting) => problem.meetings.push((**meeting).clone()),
        Entry::MeetingHeld(held) => {
            if let Some(meeting) = problem.meetings.iter_mut().find(|of| of.id == held.id) {
                *meeting = (**held).clone();
            }
        }
        Entry::MeetingMoved { id, moved } => {
            if let Some(meeting) = problem.meetings.iter_mut().find(|of| of.id == *id) {
                meeting.at = moved.to.unwrap_or(meeting.at);
                meeting.moves.push(moved.clone());
            }
        }
        Entry::Arbitrated(arbitration) => problem.arbitrations.push((**arbitration).clone()),
        Entry::Disclosed(disclosure) => problem.disclosures.push((**disclosure).clone()),
        Entry::Linked { kind, number } => drop(problem.links.insert((kind.clone(), number.clone()))),
        Entry::Unlinked { kind, number } => drop(problem.links.remove(&(kind.clone(), number.clone()))),
        Entry::Known { code } => drop(problem.known.insert(code.clone())),
        Entry::Incident { cause } => problem.incident = Some(cause.clone()),
        Entry::Emergency { to, phone } => {
            let organ = record.party.strip_prefix("organ:").unwrap_or(&record.party).to_owned();
            problem.emergencies.push(super::Emergency { to: to.clone(), phone: phone.clone(), organ, at });
        }
        _ => {}
    }
}
