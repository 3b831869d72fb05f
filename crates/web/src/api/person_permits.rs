//! Permits of persons and gates by API: the same rules, acts and receipts as on the pages.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Instant, Value as Known};
use office::{
    Request,
    person_permits::{AtGate, GivenPassage, PermitAct, PermitFilter, Wanted},
};
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
struct ApplyBody {
    kind: String,
    place: String,
    code: String,
    from: String,
    until: String,
    #[serde(default)]
    words: String,
    holders: Vec<Known>,
}

/// `POST /api/v1/person-permits`
pub async fn apply(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let read: ApplyBody = parse(&body)?;
    let wanted = Wanted {
        kind: read.kind,
        place: read.place,
        code: read.code,
        from: at(&read.from, "/from")?,
        until: at(&read.until, "/until")?,
        words: read.words,
        papers: Vec::new(),
    };
    let request = Request::new("POST /api/v1/person-permits", caller.key.clone(), &body, "api");
    let done = aside(caller.app.office.apply_for_permits(&caller.actor, &wanted, read.holders, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}

fn at(text: &str, place: &str) -> Result<Instant, Problem> {
    Instant::parse(text).ok_or_else(|| {
        let text = domain::Text::new("时间无法读取。", "The time cannot be read.");
        let remedy = domain::Text::new("写成 2026-11-28T08:00:00+08:00。", "Write 2026-11-28T08:00:00+08:00.");
        let fault = domain::Fault::new(domain::Severity::Error, "PQ-PERSON-024", place, text, remedy);
        Problem(office::Error::Invalid(vec![fault]))
    })
}

/// `GET /api/v1/person-permits`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let filter = PermitFilter {
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        place: query.get("place").cloned(),
        mine: query.get("mine").is_some_and(|mine| mine == "true"),
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.list_permits(&caller.actor, &filter).await?;
    let lines: Vec<Value> = page
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "number": row.number, "kind": row.place, "place": row.subject_key, "firm": row.firm, "state": row.state,
                "holder": row.holder, "filed": instant(row.opened_at), "until": row.due_at.map(instant),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"person_permits": lines, "next": page.next})))
}

/// `GET /api/v1/person-permits/{number}`: the application; its holders, and their codes, for those who read them.
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.permits_of(&caller.actor, &number).await?;
    let holders = office.holders_of(&caller.actor, &found).await?;
    let codes = match office.person_codes(&caller.actor, &found, None).await {
        Ok(codes) => codes,
        Err(office::Error::NotFound) => Vec::new(),
        Err(other) => return Err(other.into()),
    };
    let holders: Vec<Value> = found
        .permit
        .holders
        .iter()
        .map(|(serial, holder)| {
            let content = holders.iter().find(|(of, _)| of == serial).map(|(_, content)| content);
            let signed = codes.iter().find(|of| of.serial == *serial).and_then(|of| of.signed.as_ref());
            json!({
                "serial": serial, "number": found.permit.permit_number(*serial),
                "state": holder.standing(found.permit.single_use).code(), "content": content,
                "ground": holder.ruling.as_ref().map(|ruling| &ruling.ground).filter(|ground| !ground.is_empty()),
                "until": holder.ruling.as_ref().filter(|ruling| ruling.granted).map(|ruling| instant(ruling.until.0)),
                "code": signed.map(|signed| &signed.code),
            })
        })
        .collect();
    let permit = &found.permit;
    let body = json!({
        "number": permit.number, "status": permit.status().code(), "holder": permit.holder_of_matter(), "kind": permit.kind,
        "place": permit.place.key(), "from": instant(permit.from.0), "until": instant(permit.until.0),
        "version": permit.version, "holders": holders,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `POST /api/v1/person-permits/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: PermitAct = parse(&body)?;
    let request = Request::new("POST /api/v1/person-permits/acts", caller.key, &body, "api");
    let done = caller.app.office.do_on_permits(&caller.actor, &number, &act, &request).await?;
    Ok(receipt_answer(&done, &[]))
}

/// `POST /api/v1/gate/check`: what a gate is told of a code or number.
pub async fn check(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let at: AtGate = parse(&body)?;
    let answer = caller.app.office.gate_check(&caller.actor, &at).await?;
    Ok(json_answer(StatusCode::OK, &serde_json::to_value(answer).map_err(office::Error::from)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PassagesBody {
    gate: String,
    /// The device's clock when it sends; without it the device has the port's time.
    now: Option<Instant>,
    passages: Vec<GivenPassage>,
}

/// `POST /api/v1/gate/passages`: who went through, each recorded once.
pub async fn passages(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let sent: PassagesBody = parse(&body)?;
    let office = &caller.app.office;
    let ahead = sent.now.map_or(0, |now| now.0.saturating_sub(office.now().0) / 1_000_000);
    let done = office.gate_passages(&caller.actor, &sent.gate, ahead, &sent.passages).await?;
    Ok(json_answer(StatusCode::OK, &json!({"passages": done, "ahead": ahead})))
}

/// `GET /api/v1/gate/list?gate=berth:DYW-12`: the signed list for when the connection fails.
pub async fn gate_list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let gate = query.get("gate").map_or("", String::as_str);
    let list = caller.app.office.gate_list(&caller.actor, gate).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], list).into_response())
}
