//! Crew cases by API: the same rules, acts and receipts as on the pages.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use office::{
    Request,
    crew_cases::{CrewCaseAct, CrewCaseFilter, WantedCase},
};
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::aside::aside;

/// `POST /api/v1/crew-cases`
pub async fn file(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let wanted: WantedCase = parse(&body)?;
    let request = Request::new("POST /api/v1/crew-cases", caller.key.clone(), &body, "api");
    Ok(receipt_answer(&aside(caller.app.office.file_crew_case(&caller.actor, wanted, &request)).await?, &[]))
}

/// `GET /api/v1/crew-cases`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let filter = CrewCaseFilter {
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        call: query.get("call").cloned(),
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.crew_cases(&caller.actor, &filter).await?;
    let lines = page.lines.iter().map(|case| {
        json!({
            "number": case.told.number, "kind": case.told.kind, "call": case.told.call, "firm": case.told.firm,
            "state": case.status().code(), "holder": case.holder(), "until": case.due().map(|due| instant(due.0)),
        })
    });
    Ok(json_answer(StatusCode::OK, &json!({"crew_cases": lines.collect::<Vec<Value>>(), "next": page.next})))
}

/// `GET /api/v1/crew-cases/{number}`: with the persons, as far as the caller may know.
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.crew_case(&caller.actor, &number).await?;
    let persons = office.crew_persons(&caller.actor, &found).await?;
    let persons: Vec<Value> =
        persons.iter().map(|(serial, person)| json!({"serial": serial, "person": person})).collect();
    let case = &found.case;
    let permits = office.permits_of_crew_case(&caller.actor, &case.told.number).await?;
    let permits: Vec<Value> = permits
        .iter()
        .map(|of| json!({"number": of.number, "kind": of.kind, "state": of.status().code(), "persons": of.holders.len()}))
        .collect();
    let body = json!({"status": case.status().code(), "holder": case.holder(), "persons": persons, "permits": permits, "case": case});
    Ok(json_answer(StatusCode::OK, &body))
}

/// `POST /api/v1/crew-cases/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: CrewCaseAct = parse(&body)?;
    let request = Request::new("POST /api/v1/crew-cases/acts", caller.key, &body, "api");
    let done = aside(caller.app.office.do_on_crew_case(&caller.actor, &number, act, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}
