//! Charges by API: the price list, estimates and comparisons for anybody; bills and savings by key.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::charge::{Facts, ReceivedLine};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse},
    json_answer,
};
use crate::{
    app::App,
    pages::sign_in::{Peer, take_estimate},
};

/// `GET /api/v1/charges`: the price list of a day.
pub async fn list(State(app): State<App>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let on = query.get("on").and_then(|on| on.parse().ok()).unwrap_or_else(|| app.office.today());
    let charges: Vec<Value> =
        app.office.price_list(on).iter().map(|(charge, rows)| json!({"charge": charge, "rows": rows})).collect();
    json_answer(StatusCode::OK, &json!({"on": on.to_string(), "charges": charges}))
}

/// `POST /api/v1/charges/estimate`: a bill reckoned from facts; nothing is stored.
pub async fn estimate(State(app): State<App>, peer: Peer, body: Bytes) -> Result<Response, Problem> {
    take_estimate(&app, &peer)?;
    let facts: Facts = parse(&body)?;
    let bill = app.office.estimate(&facts)?;
    Ok(json_answer(StatusCode::OK, &json!(bill)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comparison {
    facts: Facts,
    received: Vec<ReceivedLine>,
}

/// `POST /api/v1/charges/compare`: a bill that was received, held against the list; nothing is stored.
pub async fn compare(State(app): State<App>, peer: Peer, body: Bytes) -> Result<Response, Problem> {
    take_estimate(&app, &peer)?;
    let asked: Comparison = parse(&body)?;
    let (bill, differences) = app.office.compare_bill(&asked.facts, &asked.received)?;
    Ok(json_answer(StatusCode::OK, &json!({"bill": bill, "differences": differences})))
}

/// `GET /api/v1/calls/{number}/bill`: every version that was stated, the newest first; before the first, an estimate.
pub async fn bill(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let known = caller.app.office.call_bill(&caller.actor, &number).await?;
    let stated: Vec<Value> = known
        .stated
        .iter()
        .map(|of| {
            json!({
                "version": of.version, "at": instant(of.at.0), "source": of.source, "facts": of.stated.facts,
                "bill": of.stated.bill,
            })
        })
        .collect();
    let (estimate, faults) = match known.estimate {
        Ok(bill) if stated.is_empty() => (json!(bill), json!([])),
        Ok(_) => (Value::Null, json!([])),
        Err(faults) => (Value::Null, json!(faults)),
    };
    let body = json!({"stated": stated, "facts": known.facts, "estimate": estimate, "faults": faults});
    Ok(json_answer(StatusCode::OK, &body))
}

/// `PUT /api/v1/calls/{number}/bill`: states the bill from facts; the same facts again are the version that stands.
pub async fn state(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let facts: Facts = parse(&body)?;
    let stated = caller.app.office.state_bill(&caller.actor, &number, &facts).await?;
    let receipt = stated.receipt.map(|id| id.to_string());
    let body = json!({"version": stated.version, "at": instant(stated.at.0), "bill": stated.stated.bill, "receipt_id": receipt});
    Ok(json_answer(StatusCode::OK, &body))
}

/// `GET /api/v1/savings`: what measures saved, by month, measure and firm; a firm sees its own.
pub async fn savings(caller: Caller) -> Result<Response, Problem> {
    let savings = caller.app.office.savings(&caller.actor).await?;
    Ok(json_answer(StatusCode::OK, &json!({"savings": savings})))
}
