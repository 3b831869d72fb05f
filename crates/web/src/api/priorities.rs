//! Who went before whom in the queues, by API.

use std::collections::BTreeMap;

use axum::{extract::Query, http::StatusCode, response::Response};
use serde_json::json;

use super::{Caller, Problem, json_answer};
use crate::pages::priorities::{days, line};

/// `GET /api/v1/priorities`: an organ's own queue; the port office all of them.
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let asked = |name: &str| query.get(name).map(String::as_str);
    let (from, until) = days(office, asked("from"), asked("until"))?;
    let jumps = office.jumps(&caller.actor, (from, until)).await?;
    let lines: Vec<_> = jumps.iter().map(line).collect();
    Ok(json_answer(StatusCode::OK, &json!({"from": from.to_string(), "until": until.to_string(), "priorities": lines})))
}
