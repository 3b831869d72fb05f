//! Manifests and consignments by API: filed, amended, reported there; where each stands, what is holding it, and its way.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use domain::Value as Content;
use office::{
    Request,
    consignments::{ChainEvent, ConsignmentAct},
    manifests::{ManifestAct, Wanted},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::aside::aside;

/// `POST /api/v1/manifests`
pub async fn file(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let wanted: Wanted = parse(&body)?;
    let request = Request::new("POST /api/v1/manifests", caller.key.clone(), &body, "api");
    let sent = aside(caller.app.office.file_manifest(&caller.actor, &wanted, &request)).await?;
    Ok(receipt_answer(&sent.done, &sent.faults))
}

/// Another edition: its lines, all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edition {
    lines: Content,
}

/// `PUT /api/v1/manifests/{number}`
pub async fn amend(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let edition: Edition = parse(&body)?;
    let request = Request::new("PUT /api/v1/manifests", caller.key.clone(), &body, "api");
    let sent = aside(caller.app.office.amend_manifest(&caller.actor, &number, edition.lines, &request)).await?;
    Ok(receipt_answer(&sent.done, &sent.faults))
}

/// `GET /api/v1/manifests`
pub async fn manifests(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let conveyance = query.get("conveyance").map(String::as_str);
    let page = caller.app.office.manifests(&caller.actor, conveyance, query.get("after").map(String::as_str)).await?;
    let lines = page.lines.iter().map(|stored| {
        let row = &stored.row;
        json!({
            "number": row.number, "reference": row.title, "conveyance": row.subject_key, "direction": row.place,
            "firm": row.firm, "state": row.state, "holder": row.holder, "filed": instant(row.opened_at),
        })
    });
    Ok(json_answer(StatusCode::OK, &json!({"manifests": lines.collect::<Vec<Value>>(), "next": page.next})))
}

/// `GET /api/v1/manifests/{number}`
pub async fn manifest(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.manifest(&caller.actor, &number).await?;
    let of = &found.manifest;
    let lines = office.manifest_lines(&caller.actor, &found).await?;
    let limits =
        of.limits.iter().map(|limit| json!({"limit": limit.name, "until": instant(limit.due.0), "law": limit.law}));
    let body = json!({
        "number": of.filed.number, "reference": of.filed.reference, "mode": of.filed.mode, "direction": of.filed.direction,
        "conveyance": of.filed.conveyance, "firm": of.filed.firm, "state": of.state(), "holder": of.holder(),
        "edition": of.edition, "late": of.late, "limits": limits.collect::<Vec<_>>(), "consignments": of.content.bills,
        "dangerous": of.content.dangerous, "arrived": of.arrived,
        "asked": of.asked.as_ref().map(|(since, _)| instant(since.0)), "granted": of.ruled.as_ref().map(|(granted, _)| granted),
        "lines": lines.map(|lines| json!(lines.get("lines"))),
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `POST /api/v1/manifests/{number}/acts`
pub async fn act_on_manifest(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: ManifestAct = parse(&body)?;
    let request = Request::new("POST /api/v1/manifests/acts", caller.key, &body, "api");
    let done = aside(caller.app.office.do_on_manifest(&caller.actor, &number, &act, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}

/// `GET /api/v1/consignments?number=CSQU3054383`: a container, bill, waybill, declaration, manifest, call or flight.
pub async fn consignments(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let number = query.get("number").map(String::as_str).unwrap_or_default();
    let after = query.get("after").map(String::as_str);
    let page = caller.app.office.consignments(&caller.actor, number, after).await?;
    let lines = page.lines.iter().map(|stored| {
        let row = &stored.row;
        json!({
            "number": row.number, "bill": row.title, "conveyance": row.subject_key, "carrier": row.firm, "yard": row.place,
            "state": row.state, "holder": row.holder, "updated": instant(row.updated_at),
        })
    });
    Ok(json_answer(StatusCode::OK, &json!({"consignments": lines.collect::<Vec<Value>>(), "next": page.next})))
}

/// `GET /api/v1/consignments/{number}`: where it stands, what is holding it, its way, and for those who may the codes.
pub async fn consignment(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.consignment(&caller.actor, &number).await?;
    let of = &found.consignment;
    let events = office.chain(&caller.actor, &found).await?;
    let lines = office.consignment_lines(&caller.actor, &found).await?;
    let certificates = match office.certificates(&caller.actor, &found) {
        Ok(all) => all
            .iter()
            .map(|view| {
                json!({
                    "serial": view.serial, "number": view.number, "plate": view.slot.plate, "haulier": view.slot.haulier,
                    "container": view.slot.container, "packages": view.slot.packages, "open": view.certificate.is_open(),
                    "from": instant(view.certificate.from.0), "until": instant(view.certificate.until.0),
                    "code": view.signed.as_ref().map(|signed| &signed.code),
                })
            })
            .collect(),
        Err(office::Error::NotFound) => Vec::new(),
        Err(other) => return Err(other.into()),
    };
    let held = found.held(office.now());
    let questions: Vec<Value> = of
        .questions
        .iter()
        .map(|(serial, question)| {
            json!({
                "question": serial, "kind": question.kind, "stated": question.stated, "found": question.found,
                "asked": instant(question.at.0), "answered": question.answer.as_ref().map(|(at, _)| instant(at.0)),
                "settled": question.settled_at.map(|at| instant(at.0)),
            })
        })
        .collect();
    let slots: Vec<Value> = of
        .slots
        .iter()
        .map(|(serial, slot)| {
            json!({
                "slot": serial, "container": slot.container, "packages": slot.packages, "haulier": slot.haulier,
                "plate": slot.plate, "yard": slot.yard, "from": instant(slot.from.0), "until": instant(slot.until.0),
                "cancelled": slot.cancelled_at.is_some(),
            })
        })
        .collect();
    let body = json!({
        "number": of.number, "bill": of.told.bill(), "manifest": of.manifest, "conveyance": of.conveyance, "mode": of.mode,
        "direction": of.direction, "carrier": of.carrier, "state": of.state(), "told": of.told, "edition": of.edition,
        "held": held.iter().map(|of| json!({"what": of.what, "by": of.by})).collect::<Vec<_>>(),
        "declarations": found.declarations.iter()
            .map(|of| json!({"number": of.number, "status": of.status().code(), "may_go": of.may_go()})).collect::<Vec<_>>(),
        "order": of.order(office.now()).map(|order| json!({"to": order.to, "until": instant(order.until.0)})),
        "released": of.release().map(|release| instant(release.at.0)),
        "questions": questions, "slots": slots, "certificates": certificates,
        "priority": of.preference().map(|of| &of.priority),
        "events": events.iter().map(event).collect::<Vec<_>>(),
        "lines": lines,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

fn event(of: &ChainEvent) -> Value {
    json!({"at": instant(of.at.0), "event": of.kind, "source": of.source, "number": of.number, "about": of.about})
}

/// `POST /api/v1/consignments/{number}/acts`
pub async fn act_on_consignment(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: ConsignmentAct = parse(&body)?;
    let request = Request::new("POST /api/v1/consignments/acts", caller.key, &body, "api");
    let done = aside(caller.app.office.do_on_consignment(&caller.actor, &number, &act, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}
