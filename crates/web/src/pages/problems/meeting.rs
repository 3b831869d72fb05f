//! A joint meeting as a page, for the screen and for paper: agenda from cases, seats, positions, decisions, dissent, minutes.

use std::collections::BTreeMap;

use axum::{extract::Path, response::Response};
use domain::problem::{Decision, Meeting};
use office::{Actor, Case, Error};
use serde_json::{Value, json};

use super::{class, state, thread, thread::words, topic};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /problems/{number}/meetings/{id}`
pub async fn show(page: Page, Path((number, id)): Path<(String, u32)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let case = office.problem(actor, &number).await?;
    let meeting = case.problem.meetings.iter().find(|of| of.id == id).ok_or(Error::NotFound)?;
    let others = on_agenda(&page, actor, &case, meeting).await?;
    let profile = &office.profile;
    let unit = |organ: &str| say::unit(profile, organ);
    let mut agenda = Vec::new();
    for of in std::iter::once(&case).chain(others.values()) {
        let problem = &of.problem;
        agenda.push(json!({
            "number": problem.number, "href": format!("/problems/{}", problem.number),
            "topic": topic(&page, &problem.topic), "class": class(&problem.severity), "state": state(problem.status().code()),
            "owner": problem.owner().map(unit), "until": problem.resolve_due().map(|due| due.0),
            "points": thread::points(&page, of).await?,
        }));
    }
    let mut positions = Vec::new();
    for of in &meeting.positions {
        positions.push(json!({"who": unit(&of.organ), "say": words(&page, &case, &of.words).await?}));
    }
    let mut decisions = Vec::new();
    for of in &meeting.decisions {
        let about = of.case.as_ref().and_then(|number| others.get(number)).unwrap_or(&case);
        let dissent: Vec<Value> = of.dissent.iter().map(|organ| unit(organ)).collect();
        decisions.push(json!({
            "case": about.problem.number, "who": unit(&of.organ), "say": words(&page, &case, &of.words).await?,
            "until": of.due.0, "dissent": dissent, "state": carried_out(about, meeting, of),
        }));
    }
    let text = |document: &str| (!document.is_empty()).then(|| document.to_owned());
    let mut texts = Vec::new();
    for document in [text(&meeting.agenda), meeting.minutes.clone()] {
        texts.push(match document {
            Some(document) => words(&page, &case, &document).await?,
            None => json!(null),
        });
    }
    let mut moves = Vec::new();
    for of in &meeting.moves {
        let why = match of.words.is_empty() {
            true => json!(null),
            false => words(&page, &case, &of.words).await?,
        };
        moves.push(json!({"say": thread::meeting_moved(of), "why": why, "at": of.at.0}));
    }
    let (tone, standing) = thread::meeting_state(meeting);
    let name = if meeting.number.is_empty() { json!(meeting.id) } else { json!(meeting.number) };
    let view = json!({
        "crumbs": [{"href": "/problems", "say": say::key("nav-problems")}, {"href": format!("/problems/{number}"), "say": number}, {"say": name}],
        "name": name,
        "state": say::tag(tone, &say::key(standing)),
        "moves": moves,
        "meets": meeting.at.0,
        "called": meeting.called_at.0,
        "held": meeting.held_at.map(|at| at.0),
        "seats": meeting.participants.iter().map(|organ| unit(organ)).collect::<Vec<_>>(),
        "words": texts[0], "minutes": texts[1],
        "files": thread::files(&page, true, &case, &meeting.files).await?,
        "agenda": agenda, "positions": positions, "decisions": decisions,
        "to_enter": meeting.stands() && actor.runs_problems() && meeting.at <= office.now(),
        "to_come": meeting.stands() && office.now() < meeting.at,
        "back": format!("/problems/{number}"),
    });
    page.draw("problems/meeting.html", &page.layout("problems"), &view)
}

/// The other cases of the agenda that this reader finds.
async fn on_agenda(
    page: &Page,
    actor: &Actor,
    case: &Case,
    meeting: &Meeting,
) -> Result<BTreeMap<String, Case>, Failure> {
    let mut others = BTreeMap::new();
    for number in meeting.cases.iter().filter(|number| **number != case.problem.number) {
        match page.app.office.problem(actor, number).await {
            Ok(other) => drop(others.insert(number.clone(), other)),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(others)
}

/// What became of a decision: the sub-task that it is in its case.
fn carried_out(about: &Case, meeting: &Meeting, decision: &Decision) -> Value {
    let same = |of: &&Meeting| of.number == meeting.number && (!of.number.is_empty() || of.id == meeting.id);
    let there = about.problem.meetings.iter().find(same).map(|of| of.id);
    let task = about.problem.tasks.iter().find(|of| of.words == decision.words && of.meeting == there);
    match task.map(|of| of.done.is_some()) {
        Some(true) => say::tag("ok", &say::key("problem-task-done")),
        _ => say::tag("wait", &say::key("problem-task-open")),
    }
}
