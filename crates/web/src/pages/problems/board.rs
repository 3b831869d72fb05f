//! The port office's board, with its heat map, and the morning brief.

use axum::response::Response;
use domain::problem::topics;
use office::problems::HeatCell;
use serde_json::{Value, json};

use super::{class, line, state};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /problems/board`
pub async fn board(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let board = office.problem_board(actor).await?;
    let profile = &office.profile;
    let cell = |of: &HeatCell| json!({"open": of.open, "late": of.late});
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
    let all = topics(profile, office.now());
    let used: Vec<_> = all.iter().filter(|topic| board.heat.keys().any(|(_, of)| *of == topic.code)).collect();
    let most = board.heat.values().map(|of| of.open).max().unwrap_or(1).max(1);
    let heat: Vec<Value> = board
        .owners
        .keys()
        .map(|owner| {
            let cells = used.iter().map(|topic| {
                let of = board.heat.get(&(owner.clone(), topic.code.clone())).copied().unwrap_or_default();
                // Four shades: how much of the hottest cell.
                let shade = if of.open == 0 { 0 } else { 1 + (of.open * 3 / most).min(3) };
                json!({"open": of.open, "late": of.late, "shade": shade, "href": format!("/problems?owner={owner}&topic={}", topic.code), "topic": say::text(&topic.name)})
            });
            json!({"owner": say::unit(profile, owner), "cells": cells.collect::<Vec<_>>()})
        })
        .collect();
    let (open, late) = board.states.iter().fold((0, 0), |(open, late), (_, of)| (open + of.open, late + of.late));
    let view = json!({
        "summary": {"key": "problem-board-summary", "open": open, "late": late},
        "states": states, "classes": classes, "owners": owners,
        "topics": used.iter().map(|topic| say::text(&topic.name)).collect::<Vec<_>>(),
        "heat": heat,
    });
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    page.draw("problems/board.html", &layout, &view)
}

/// `GET /problems/brief`: the day on one page, for the screen and for paper.
pub async fn brief(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let brief = page.app.office.brief(actor).await?;
    let part = |key: &str, lines: &[office::ProblemLine]| {
        let lines: Vec<Value> = lines.iter().map(|of| line(&page, of)).collect();
        json!({"title": say::key(key), "lines": lines})
    };
    let view = json!({"parts": [
        part("brief-blocked", &brief.blocked),
        part("brief-overdue", &brief.overdue),
        part("brief-untouched", &brief.untouched),
        part("brief-disputed", &brief.disputed),
        part("brief-call", &brief.to_call),
        part("brief-new", &brief.new),
    ]});
    page.draw("problems/brief.html", &page.layout("problems"), &view)
}
