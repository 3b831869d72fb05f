//! Acts of the ship's agent.

use std::collections::BTreeMap;

use super::{Draft, Question};
use crate::{
    Instant, Value,
    formality::Formality,
    profile::Hit,
    reference,
    ship_call::{
        Act, Distress, DistressEnd, Ended, Entry, Filed, Opened, Organ, Party, Refusal, Requirement, TimeKind,
        TimeStatement, Unsaid, Words,
    },
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Open(opened) => match &draft.context.actor.party {
            Party::Firm(firm) if *firm == opened.agent => open(draft, opened)?,
            _ => return Err(Refusal::NotYours),
        },
        Act::File { .. } => file(draft, act)?,
        Act::Withdraw { formality, reason } => {
            draft.require_agent()?;
            draft.call.filings.get(formality).and_then(|filing| filing.standing()).ok_or(Refusal::NotFiled)?;
            draft.push(Entry::Withdrawn { formality: *formality, reason: reason.clone() });
            reopen_what_rests_on(draft, *formality);
            if let Some(due) = draft.call.requirement(*formality).cloned() {
                reopen_signatures_over(draft, &due);
            }
        }
        Act::Answer { question, item, document } => {
            draft.require_agent()?;
            let open = draft.call.questions.iter().find(|asked| asked.id == *question);
            let item_of = open.and_then(|asked| asked.items.get(*item as usize)).ok_or(Refusal::NotThere)?;
            if item_of.closed_at.is_some() {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::Answered { id: *question, item: *item, document: document.clone() });
        }
        Act::ChangeAgent { agent } => {
            draft.require_agent()?;
            if *agent == draft.call.agent {
                return Err(Refusal::WrongMoment);
            }
            draft.push(Entry::AgentChanged { agent: agent.clone() });
        }
        Act::ReportDistress { report } => distress(draft, report)?,
        Act::AcknowledgeDistress => {
            let organ = draft.organ()?;
            let told = draft.call.distress.as_ref().ok_or(Refusal::WrongMoment)?.told.contains(&organ);
            if !told {
                return Err(Refusal::NotYours);
            }
            if draft.call.acknowledged.contains_key(&organ) {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::DistressAcknowledged { organ });
        }
        Act::EndDistress { outcome, words } => end_distress(draft, outcome, words)?,
        Act::End { diverted_to, reason } => {
            draft.require_agent()?;
            if draft.call.actual("arrival").is_some() {
                return Err(Refusal::WrongMoment);
            }
            let unknown = |port: &&String| reference::locode(port).is_none_or(|place| place.code != port.as_str());
            if let Some(port) = diverted_to.as_ref().filter(unknown) {
                return Err(Refusal::UnknownPort(port.clone()));
            }
            let at = draft.context.now;
            draft.push(Entry::Ended(Ended { at, diverted_to: diverted_to.clone(), reason: reason.clone() }));
        }
        _ => {}
    }
    Ok(())
}

/// A ship that comes in distress is announced with her report, which tells everybody at once.
fn open(draft: &mut Draft<'_>, opened: &Opened) -> Result<(), Refusal> {
    let report = opened.report.clone();
    if opened.kind == "distress" && report.as_ref().is_none_or(Words::is_blank) {
        return Err(Refusal::NoReport);
    }
    let inputs = Value::from([("kind", opened.kind.as_str().into())]);
    let row = draft.context.profile.hit("call-kinds", draft.context.now, &inputs);
    let row = row.ok_or_else(|| Refusal::NotListed(opened.kind.clone()))?;
    let mut opened = Opened { report: None, ..opened.clone() };
    if row.is_true("starts_here") {
        opened.facts.insert("starts_here".to_owned(), true.into());
    }
    draft.push(Entry::Opened(Box::new(opened)));
    match report {
        Some(report) if !report.is_blank() => distress(draft, &report),
        _ => Ok(()),
    }
}

fn file(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let Act::File { formality, document, digest, original, facts, warnings } = act else { return Ok(()) };
    draft.require_agent()?;
    let times = stated_times(draft, facts);
    // What is filed may itself make the formality due (a first dangerous goods manifest), so its facts count already,
    // and so do its times: exit formalities open before the sailing that they state. What says that there is nothing (a
    // cargo declaration without cargo) is due as the call stood before it.
    let due = {
        let mut with_facts = draft.call.clone();
        with_facts.version += 1;
        super::super::apply::lay_facts(&mut with_facts, *formality, facts);
        with_facts.times.extend(times.iter().cloned());
        times.iter().try_for_each(|time| with_facts.require_order(&time.event))?;
        let question = Question::of(&with_facts, draft.context.profile, draft.context.now);
        let due = draft.due(question).iter().find(|due| due.formality == *formality).cloned();
        due.or_else(|| draft.call.requirement(*formality).cloned()).ok_or(Refusal::NotDue)?
    };
    if let Some(opens) = due.opens.filter(|opens| draft.context.now < *opens) {
        return Err(Refusal::TooEarly(opens));
    }
    if draft.call.awaits_approval(*formality) {
        return Err(Refusal::EntryApprovalFirst);
    }
    let version = draft.call.filings.get(formality).map_or(0, |filing| filing.versions.len()) + 1;
    let again = version > 1;
    draft.push(Entry::Filed(Box::new(Filed {
        formality: *formality,
        version: u32::try_from(version).unwrap_or(u32::MAX),
        document: document.clone(),
        digest: digest.clone(),
        original: original.clone(),
        facts: facts.clone(),
        organs: due.organs.clone(),
        warnings: *warnings,
        acceptance: draft.acceptance(&due),
    })));
    for statement in times {
        draft.push(Entry::TimeStated(statement));
    }
    if again {
        reopen_what_rests_on(draft, *formality);
    }
    reopen_signatures_over(draft, &due);
    Ok(())
}

/// Times that a filing states are statements of their own; they stand beside what others stated.
fn stated_times(draft: &Draft<'_>, facts: &BTreeMap<String, Value>) -> Vec<TimeStatement> {
    let events = [("eta", "arrival"), ("etd", "departure"), ("left_last_port", "left_last_port")];
    let mut id = draft.call.times.len();
    events
        .into_iter()
        .filter_map(|(fact, event)| {
            let at = facts.get(fact).and_then(Value::text).and_then(Instant::parse)?;
            (draft.call.stated(event, TimeKind::Estimated) != Some(at)).then_some((event, at))
        })
        .map(|(event, at)| {
            id += 1;
            TimeStatement {
                id: u32::try_from(id).unwrap_or(u32::MAX),
                event: event.to_owned(),
                kind: TimeKind::Estimated,
                at,
                source: draft.call.agent.clone(),
                recorded_at: draft.context.now,
                replies_to: None,
                delay_reason: None,
                in_error: false,
            }
        })
        .collect()
}

/// What rested on a formality that changed is opened again: the rows of the table `reopens`, with the signatures of the
/// organs that look again.
fn reopen_what_rests_on(draft: &mut Draft<'_>, formality: Formality) {
    let cause = cause(formality);
    let filed = |of| draft.call.filings.contains_key(&of);
    let inputs = Value::from([
        ("formality", formality.code().into()),
        ("arrival_reported", filed(Formality::ArrivalReport).into()),
    ]);
    for hit in draft.context.profile.hits("reopens", draft.context.now, &inputs) {
        let Some(reopened) = Formality::from_code(hit.text("reopens")) else { continue };
        for organ in hit.texts("organs") {
            draft.reopen(reopened, &organ, &cause);
            draft.reopen_signatures(&organ, &cause);
        }
    }
}

/// Each organ that decides on what was filed or withdrawn signs again, for entry and for exit: a signature covers the
/// newest version of everything that the organ has seen, also of what became due only after it.
fn reopen_signatures_over(draft: &mut Draft<'_>, due: &Requirement) {
    if due.is_signature() || due.is_permit() || due.is_optional() {
        return;
    }
    for organ in &due.organs {
        draft.reopen_signatures_from(due.phase, organ, &cause(due.formality));
    }
}

fn cause(formality: Formality) -> String {
    format!("changed:{}", formality.code())
}

/// A ship in distress enters without prior permit; everybody whom the law names is told at once (Maritime Traffic
/// Safety Law 2021 art. 55), and formalities follow.
fn distress(draft: &mut Draft<'_>, report: &Words) -> Result<(), Refusal> {
    if draft.require_agent().is_err() && draft.organ().is_err() {
        return Err(Refusal::NotYours);
    }
    if draft.call.distress.is_some() {
        return Err(Refusal::WrongMoment);
    }
    if report.is_blank() {
        return Err(Refusal::NoReport);
    }
    let (profile, at) = (draft.context.profile, draft.context.now);
    let hits = profile.hits("distress-recipients", at, &Value::default());
    let law = hits.first().map(|hit| hit.law().to_owned()).unwrap_or_default();
    let told: Vec<Organ> = hits.iter().flat_map(|hit| hit.texts("authority")).collect();
    // At once is no limit that could pass: a clock runs only where the row gives one.
    let limited =
        hits.iter().filter_map(|hit| Some((hit, profile.reckon(at, hit.text("answer"), hit.text("calendar"))?)));
    let limits = limited.flat_map(|(hit, due)| hit.texts("authority").into_iter().map(move |of| (of, due))).collect();
    let ended_by = told.iter().filter(|organ| !ends_of_distress(draft, organ).is_empty()).cloned().collect();
    let report = report.clone();
    draft.push(Entry::Distress(Box::new(Distress { at, report, told, law, limits, ended_by, end: None })));
    Ok(())
}

/// How an organ may end a distress: the rows of the table `distress-ends` that it has.
fn ends_of_distress<'p>(draft: &Draft<'p>, organ: &str) -> Vec<(String, Hit<'p>)> {
    let profile = draft.context.profile;
    let row = |outcome: String| {
        let inputs = Value::from([("outcome", outcome.as_str().into()), ("organ", organ.into())]);
        profile.hit("distress-ends", draft.context.now, &inputs).map(|row| (outcome, row))
    };
    profile.codes("distress-ends", "outcome").into_iter().filter_map(row).collect()
}

/// Whoever leads the search and rescue says when it is over (Maritime Traffic Safety Law 2021 art. 76). That she came in
/// is said of a ship whose arrival is known.
fn end_distress(draft: &mut Draft<'_>, outcome: &str, words: &Words) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let ends = ends_of_distress(draft, &organ);
    if ends.is_empty() {
        return Err(Refusal::NotYours);
    }
    let distress = draft.call.distress.as_ref().ok_or(Refusal::WrongMoment)?;
    if distress.end.is_some() {
        return Err(Refusal::WrongState);
    }
    let row = ends.into_iter().find(|(of, _)| of == outcome).map(|(_, row)| row);
    let row = row.ok_or_else(|| Refusal::NotListed(outcome.to_owned()))?;
    let enters = row.is_true("enters");
    if enters && draft.call.actual("arrival").is_none() {
        return Err(Refusal::Unmet(vec!["arrival".to_owned()]));
    }
    if words.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::End));
    }
    draft.push(Entry::DistressEnded(Box::new(DistressEnd {
        at: draft.context.now,
        organ,
        outcome: outcome.to_owned(),
        enters,
        words: words.clone(),
        law: row.law().to_owned(),
    })));
    Ok(())
}
