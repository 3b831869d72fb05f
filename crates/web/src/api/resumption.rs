//! Resumption of work by API: the form with what it is filled from, the answer, and the figures for everybody.

use axum::{
    body::Bytes,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{resumption::Answer, ship_call::Party};
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse},
    json_answer,
};
use crate::app::App;

type Asked = Query<std::collections::BTreeMap<String, String>>;

/// `GET /api/v1/resumption`: this week's questions and what the answer begins with.
pub async fn form(caller: Caller, Query(query): Asked) -> Result<Response, Problem> {
    let firm = query.get("firm").map(String::as_str).unwrap_or_default();
    let form = caller.app.office.resumption_form(&caller.actor, firm).await?;
    let questions: Vec<Value> = form
        .questions
        .iter()
        .map(|of| json!({"code": of.code, "label": of.label, "kind": of.kind, "most": of.most}))
        .collect();
    let body = json!({
        "firm": form.firm.code, "period": form.period, "questions": questions, "answer": form.answer, "link": form.link,
        "filled_from": form.from,
        "answered": form.answered.map(|(version, at)| json!({"version": version, "at": instant(at.0)})),
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `PUT /api/v1/resumption`: this week's answer, or a correction of it; the same again is the version that stands.
pub async fn answer(caller: Caller, Query(query): Asked, body: Bytes) -> Result<Response, Problem> {
    let firm = query.get("firm").map(String::as_str).unwrap_or_default();
    let answer: Answer = parse(&body)?;
    let channel = if matches!(caller.actor.party, Party::Organ(_)) { "phone" } else { "api" };
    let done = caller.app.office.answer_resumption(&caller.actor, firm, &answer, channel).await?;
    Ok(json_answer(
        StatusCode::OK,
        &json!({"version": done.version, "problems": done.problems, "receipt_id": done.receipt.map(|id| id.to_string())}),
    ))
}

/// `GET /api/v1/resumption/figures`: the last complete week; small cells are null.
pub async fn figures(State(app): State<App>) -> Result<Response, Problem> {
    let figures = app.office.resumption_figures().await?;
    Ok(json_answer(StatusCode::OK, &json!(figures)))
}
