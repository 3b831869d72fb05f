//! How cases hang together: links, joining, and both taken back.

use std::collections::BTreeSet;

use super::{Draft, LINKS, firm, intake, limits, next_id};
use crate::{
    Text,
    problem::{Act, Entry, HowEnded, Message, Refusal, Report, Word},
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    draft.require_office()?;
    match act {
        Act::Link { kind, number } => link(draft, kind, number, false),
        Act::LinkBack { kind, number } => link(draft, kind, number, true),
        Act::Unlink { kind, number } => unlink(draft, kind, number),
        Act::Join { from, reports } => join(draft, from, reports),
        Act::JoinTo { number } => join_to(draft, number),
        Act::Separate { from, reports } => separate(draft, from, reports),
        Act::StandAlone { from, reports, messages } => stand_alone(draft, from, reports, messages),
        _ => Ok(()),
    }
}

fn link(draft: &mut Draft<'_>, kind: &str, number: &str, back: bool) -> Result<(), Refusal> {
    let row = LINKS.iter().find(|(there, _)| *there == kind).ok_or_else(|| Refusal::NotListed(kind.to_owned()))?;
    let kind = if back { row.1 } else { row.0 }.to_owned();
    if number == draft.problem.number {
        return Err(Refusal::NotThere);
    }
    if draft.problem.links.contains(&(kind.clone(), number.to_owned())) {
        return Err(Refusal::Already);
    }
    draft.push(Entry::Linked { kind, number: number.to_owned() });
    Ok(())
}

fn unlink(draft: &mut Draft<'_>, kind: &str, number: &str) -> Result<(), Refusal> {
    let (kind, number) = (kind.to_owned(), number.to_owned());
    if !draft.problem.links.contains(&(kind.clone(), number.clone())) {
        return Err(Refusal::NotThere);
    }
    draft.push(Entry::Unlinked { kind, number });
    Ok(())
}

/// Reports keep number, secret and words; their firms are answered from here on.
fn join(draft: &mut Draft<'_>, from: &str, reports: &[Report]) -> Result<(), Refusal> {
    if from == draft.problem.number || reports.is_empty() {
        return Err(Refusal::NotThere);
    }
    // An identifier is never given twice: messages name it.
    let known = draft.problem.reports.iter().map(|report| report.id).chain(draft.problem.separated.iter().copied());
    let first = known.max().unwrap_or(0) as usize;
    let reports = reports.iter().enumerate();
    let reports = reports.map(|(nth, report)| Report { id: next_id(first + nth), ..elsewhere(report) }).collect();
    draft.push(Entry::Joined { from: from.to_owned(), reports });
    // Whoever joins a case that was answered has not spoken: it is asked as well.
    Ok(())
}

/// A report on its way to another case: what its firm said of replies there is no word on those of this case.
fn elsewhere(report: &Report) -> Report {
    let told = report.told.iter().map(|word| Word { reply: 0, ..word.clone() }).collect();
    Report { told, ..report.clone() }
}

fn join_to(draft: &mut Draft<'_>, number: &str) -> Result<(), Refusal> {
    if number == draft.problem.number {
        return Err(Refusal::NotThere);
    }
    intake::end(draft, HowEnded::Joined, (number, ""), Text::default(), String::new());
    Ok(())
}

/// The reports that came with a case go back to it. What is left here is closed when every firm of it has said so.
fn separate(draft: &mut Draft<'_>, from: &str, numbers: &BTreeSet<String>) -> Result<(), Refusal> {
    if !draft.problem.merged.iter().any(|number| number == from) {
        return Err(Refusal::NotThere);
    }
    let reports: Vec<u32> =
        draft.problem.reports.iter().filter(|report| numbers.contains(&report.number)).map(|of| of.id).collect();
    if reports.is_empty() || reports.len() == draft.problem.reports.len() {
        return Err(Refusal::NotThere);
    }
    draft.push(Entry::Separated { to: from.to_owned(), reports });
    if draft.problem.reply().is_some() {
        firm::settle(draft);
    }
    Ok(())
}

/// It is the port office's again, as if it had never been joined: the total clock goes on, and units are asked anew. What the
/// other case answered was not said to its firms alone, and stays there.
fn stand_alone(draft: &mut Draft<'_>, from: &str, reports: &[Report], messages: &[Message]) -> Result<(), Refusal> {
    let joined = draft.problem.ended.as_ref().is_some_and(|of| of.how == HowEnded::Joined && of.reason == from);
    if !joined || reports.is_empty() {
        return Err(Refusal::NotThere);
    }
    // Each keeps the identifier that it has here, where it was before it joined.
    let own = |there: u32| {
        let number = reports.iter().find(|report| report.id == there).map(|report| report.number.as_str());
        draft.problem.reports.iter().find(|report| Some(report.number.as_str()) == number).map(|report| report.id)
    };
    let back: Vec<Report> =
        reports.iter().filter_map(|report| Some(Report { id: own(report.id)?, ..elsewhere(report) })).collect();
    let first = draft.problem.messages.len();
    let said = messages.iter().filter_map(|of| Some(Message { report: Some(own(of.report?)?), ..of.clone() }));
    let said = said.enumerate().map(|(nth, of)| Message { id: next_id(first + nth), ..of }).collect();
    draft.push(Entry::StoodAlone { from: from.to_owned(), reports: back, messages: said });
    let standing: Vec<u32> = draft.problem.assignments.iter().filter(|of| of.stands()).map(|of| of.id).collect();
    for id in standing {
        draft.push(Entry::Released { id });
    }
    limits::set_ladder(draft);
    limits::pass_due(draft);
    Ok(())
}
