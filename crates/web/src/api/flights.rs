//! Flights by API: the same rules, acts and receipts as on the pages.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    Instant, Value as Content,
    flight::{Direction, NewFlight},
    formality::Formality,
    ship_call::Party,
};
use office::{Error, FlightAct, FlightFilter, Request};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::aside::aside;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlightBody {
    direction: Direction,
    designator: String,
    #[serde(deserialize_with = "office::rfc3339")]
    scheduled: Instant,
    other: String,
    service: String,
    nature: String,
    #[serde(default)]
    registration: String,
    flies_on: Option<String>,
    /// The carrier or handler, for the airport that announces what nobody announced.
    firm: Option<String>,
}

/// `POST /api/v1/flights`
pub async fn announce(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let read: FlightBody = parse(&body)?;
    let office = &caller.app.office;
    let firm = match (&caller.actor.on_behalf, &caller.actor.party) {
        (Some(principal), _) => principal.clone(),
        (None, Party::Firm(firm)) => firm.clone(),
        _ => read.firm.unwrap_or_default(),
    };
    let new = NewFlight {
        number: String::new(),
        firm,
        direction: read.direction,
        designator: read.designator,
        day: read.scheduled.date(&office.profile.zone),
        registration: read.registration,
        other: read.other,
        service: read.service,
        nature: read.nature,
        flies_on: read.flies_on,
        scheduled: read.scheduled,
    };
    let request = Request::new("POST /api/v1/flights", caller.key.clone(), &body, "api");
    Ok(receipt_answer(&aside(office.announce_flight(&caller.actor, new, &request)).await?, &[]))
}

/// `GET /api/v1/flights`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let filter = FlightFilter {
        direction: query.get("direction").cloned(),
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        mine: query.get("mine").is_some_and(|mine| mine == "true"),
        between: None,
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.flights(&caller.actor, &filter).await?;
    let lines = page.lines.iter().map(|stored| {
        let row = &stored.row;
        json!({
            "number": row.number, "designator": row.title, "direction": row.place, "firm": row.firm, "state": row.state,
            "holder": row.holder, "at": row.starts_at.map(instant), "until": row.due_at.map(instant),
        })
    });
    Ok(json_answer(StatusCode::OK, &json!({"flights": lines.collect::<Vec<Value>>(), "next": page.next})))
}

/// `GET /api/v1/flights/{number}`
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let found = caller.app.office.flight(&caller.actor, &number).await?;
    let flight = &found.flight;
    let body = json!({"status": flight.status().code(), "holder": flight.holder(), "flight": flight});
    Ok(json_answer(StatusCode::OK, &body))
}

/// `PUT /api/v1/flights/{number}/formalities/{code}`
pub async fn file(
    caller: Caller,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let content: Content = parse(&body)?;
    let office = &caller.app.office;
    let found = office.flight(&caller.actor, &number).await?;
    let request = Request::new("PUT /api/v1/flights/formalities", caller.key.clone(), &body, "api");
    let filed = office.file_for_flight(&caller.actor, &found, (of, content), &request).await?;
    let mut answer = receipt_answer(&filed.done, &filed.faults);
    if filed.unchanged {
        // Nothing came to be: the receipt is that of the version that stands.
        *answer.status_mut() = StatusCode::OK;
    }
    Ok(answer)
}

/// `GET /api/v1/flights/{number}/formalities/{code}`: what stands filed, as far as the caller may know it.
pub async fn read_filing(caller: Caller, Path((number, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let of = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &caller.app.office;
    let found = office.flight(&caller.actor, &number).await?;
    let content = office.flight_filing(&caller.actor, &found, of).await?;
    Ok(json_answer(StatusCode::OK, &json!({"content": content})))
}

/// `POST /api/v1/flights/{number}/upload`: a workbook or message as the body; its name in `X-File-Name`.
pub async fn upload(
    caller: Caller,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let name = headers.get("x-file-name").and_then(|value| value.to_str().ok()).unwrap_or("upload");
    let office = &caller.app.office;
    let key = caller.key.clone().unwrap_or_else(|| office.new_id().to_string());
    let upload = aside(office.upload_for_flight(&caller.actor, &number, (name, &body), (&key, "api"))).await?;
    let codes = |list: &[Formality]| list.iter().map(|of| of.code()).collect::<Vec<_>>();
    let filed = upload.filed.iter().map(|(of, done)| json!({"formality": of.code(), "receipt_id": done.receipt_id}));
    let answer = json!({
        "type": upload.kind, "filed": filed.collect::<Vec<_>>(), "unchanged": codes(&upload.unchanged),
        "refused": codes(&upload.refused), "faults": upload.faults,
    });
    let status = if upload.filed.is_empty() && !upload.refused.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(json_answer(status, &answer))
}

/// `POST /api/v1/flights/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: FlightAct = parse(&body)?;
    let request = Request::new("POST /api/v1/flights/acts", caller.key, &body, "api");
    let done = caller.app.office.do_on_flight(&caller.actor, &number, &act, &request).await?;
    Ok(receipt_answer(&done, &[]))
}
