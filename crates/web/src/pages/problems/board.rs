//! The port office's board, with its heat map, a department's own page, and the morning brief.

use std::collections::BTreeMap;

use axum::{extract::Path, response::Response};
use domain::{Text, problem::topics};
use office::problems::{DAYS, HeatCell, OverdueTask, Standstill};
use serde_json::{Value, json};

use super::{class, figures, line, state, step, topic, view, with_firms};
use crate::{
    page::{Failure, Page},
    say,
};

fn cell(of: &HeatCell) -> Value {
    json!({"open": of.open, "late": of.late})
}

/// Open problems by age, in words.
fn ages(counts: &[i64]) -> Vec<Value> {
    let younger = DAYS.iter().map(|days| json!({"key": "problem-board-younger", "n": days}));
    let older = json!({"key": "problem-board-older", "n": DAYS.last()});
    younger.chain([older]).zip(counts).map(|(say, n)| json!({"say": say, "n": n})).collect()
}

/// `GET /problems/board`
pub async fn board(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let board = office.problem_board(actor).await?;
    let profile = &office.profile;
    let states: Vec<Value> = board
        .states
        .iter()
        .map(|(status, of)| json!({"state": state(status.code()), "n": of.open, "late": of.late, "href": format!("/problems?state={}", status.code())}))
        .collect();
    let classes: Vec<Value> = board
        .classes
        .iter()
        .map(|(code, of)| json!({"class": class(code), "cell": cell(of), "href": format!("/problems?class={code}")}))
        .collect();
    let owners: Vec<Value> = board
        .owners
        .iter()
        .map(|(owner, (of, oldest))| json!({"owner": say::unit(profile, owner), "cell": cell(of), "oldest": oldest.0, "href": format!("/problems?owner={owner}")}))
        .collect();
    let departments: Vec<Value> = board
        .departments
        .iter()
        .map(|(organ, of)| json!({"organ": say::unit(profile, organ), "cell": cell(of), "href": format!("/problems/departments/{organ}")}))
        .collect();
    let all = topics(profile, office.now());
    let used: Vec<_> = all.iter().filter(|topic| board.heat.keys().any(|(_, of)| *of == topic.code)).collect();
    let most = board.heat.values().map(|of| of.open).max().unwrap_or(1).max(1);
    let heat: Vec<Value> = board
        .departments
        .keys()
        .map(|organ| {
            let cells = used.iter().map(|topic| {
                let of = board.heat.get(&(organ.clone(), topic.code.clone())).copied().unwrap_or_default();
                // Four shades: how much of the hottest cell.
                let shade = if of.open == 0 { 0 } else { 1 + (of.open * 3 / most).min(3) };
                json!({"open": of.open, "late": of.late, "shade": shade, "href": format!("/problems?unit={organ}&topic={}", topic.code), "topic": say::text(&topic.name)})
            });
            json!({"owner": say::unit(profile, organ), "href": format!("/problems/departments/{organ}"), "cells": cells.collect::<Vec<_>>()})
        })
        .collect();
    let (open, late) = board.states.iter().fold((0, 0), |(open, late), (_, of)| (open + of.open, late + of.late));
    let view = json!({
        "summary": {"key": "problem-board-summary", "open": open, "late": late},
        "states": states, "classes": classes, "owners": owners, "departments": departments, "ages": ages(&board.ages),
        "topics": used.iter().map(|topic| say::text(&topic.name)).collect::<Vec<_>>(),
        "heat": heat,
        "standstills": standstills(&page, &board.standstills).await?,
    });
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    page.draw("problems/board.html", &layout, &view)
}

/// What stands still, with the names of ships and firms.
async fn standstills(page: &Page, all: &[Standstill]) -> Result<Vec<Value>, Failure> {
    let firms: Vec<String> = all.iter().flat_map(|of| of.firms.iter().cloned()).collect();
    let names: BTreeMap<String, Text> = match firms.is_empty() {
        true => BTreeMap::new(),
        false => page.app.office.names_of(firms).await?,
    };
    let name = |code: &String| names.get(code).map_or_else(|| json!(code), say::text);
    Ok(all
        .iter()
        .map(|of| {
            let mut drawn = line(page, &of.line);
            drawn["firms"] = of.firms.iter().map(name).collect();
            drawn["ships"] = of.ships.iter().map(say::text).collect();
            drawn["keys"] = of.keys.iter().map(|key| json!(key.value)).collect();
            drawn["delay"] = view::delay(page, &of.delayed);
            drawn
        })
        .collect())
}

/// Limits that have passed.
fn clocks(page: &Page, all: &[OverdueTask]) -> Vec<Value> {
    let profile = &page.app.office.profile;
    let drawn = all.iter().map(|of| {
        let mut drawn = line(page, &of.line);
        drawn["organ"] = say::unit(profile, &of.organ);
        drawn["step"] = step(&of.step);
        drawn["due"] = json!(of.due.0);
        drawn
    });
    drawn.collect()
}

/// `GET /problems/departments/{organ}`: a department's own page.
pub async fn department(page: Page, Path(organ): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let department = office.department(actor, &organ).await?;
    let measures: Vec<Value> = department
        .measures
        .iter()
        .map(|(of, this, before)| {
            let cells = [*this, *before].map(|share| figures::cell(of.unit, Some(share)));
            figures::measured(&page, of, &cells)
        })
        .collect();
    let (open, late) = department.states.iter().fold((0, 0), |(open, late), (_, of)| (open + of.open, late + of.late));
    let view = json!({
        "unit": say::unit(&office.profile, &department.organ),
        "summary": {"key": "problem-board-summary", "open": open, "late": late},
        "own": actor.unit() == department.organ,
        "board": actor.runs_problems(),
        "states": department.states.iter().map(|(status, of)| json!({"state": state(status.code()), "n": of.open, "late": of.late, "href": format!("/problems?unit={organ}&state={}", status.code())})).collect::<Vec<_>>(),
        "topics": department.topics.iter().map(|(code, of)| json!({"topic": topic(&page, code), "cell": cell(of), "href": format!("/problems?unit={organ}&topic={code}")})).collect::<Vec<_>>(),
        "ages": ages(&department.ages),
        "clocks": clocks(&page, &department.clocks),
        "lines": department.lines.iter().map(|of| line(&page, of)).collect::<Vec<_>>(),
        "measures": measures, "months": department.months,
    });
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    page.draw("problems/department.html", &layout, &with_firms(&page, view).await?)
}

/// `GET /problems/brief`: the day on one page, for the screen and for paper.
pub async fn brief(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let brief = page.app.office.brief(actor).await?;
    let part = |key: &str, lines: &[office::ProblemLine]| {
        let lines: Vec<Value> = lines.iter().map(|of| line(&page, of)).collect();
        json!({"title": say::key(key), "lines": lines})
    };
    let entry = |kind: &str| say::key(&format!("problem-entry-{}", kind.replace(['.', '_'], "-")));
    let changed = brief.changed.iter().map(|of| {
        let mut drawn = line(&page, &of.line);
        drawn["what"] = entry(&of.kind);
        drawn["at"] = json!(of.at.0);
        drawn
    });
    let to_call = brief.to_call.iter().map(|(of, until)| {
        let mut drawn = line(&page, of);
        drawn["until"] = json!(until.map(|until| until.0));
        drawn
    });
    let view = json!({
        "blocked": standstills(&page, &brief.blocked).await?,
        "clocks": clocks(&page, &brief.clocks),
        "counted": brief.counted.iter().map(|(kind, n)| json!({"what": entry(kind), "n": n})).collect::<Vec<_>>(),
        "changed": changed.collect::<Vec<_>>(),
        "call": {"title": say::key("brief-call"), "lines": to_call.collect::<Vec<_>>()},
        "parts": [
            part("brief-overdue", &brief.overdue),
            part("brief-untouched", &brief.untouched),
            part("brief-disputed", &brief.disputed),
            part("brief-new", &brief.new),
        ],
    });
    page.draw("problems/brief.html", &page.layout("problems"), &with_firms(&page, view).await?)
}
