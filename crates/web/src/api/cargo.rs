//! Manifests and consignments by API: filed, amended, reported there; where each stands, what is holding it, and its way.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Value as Content, consignment::Consignment};
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
use crate::{
    app::App,
    aside::aside,
    pages::sign_in::{Peer, take_estimate},
};

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
    let compared = office.dangerous_compared(&found).await?.map(|found| {
        let said =
            found.iter().map(|of| json!({"kind": of.kind, "un_number": of.un_number, "container": of.container}));
        said.collect::<Vec<_>>()
    });
    let limits =
        of.limits.iter().map(|limit| json!({"limit": limit.name, "until": instant(limit.due.0), "law": limit.law}));
    let body = json!({
        "number": of.filed.number, "reference": of.filed.reference, "mode": of.filed.mode, "direction": of.filed.direction,
        "conveyance": of.filed.conveyance, "firm": of.filed.firm, "state": of.state(), "holder": of.holder(),
        "edition": of.edition, "late": of.late, "limits": limits.collect::<Vec<_>>(), "consignments": of.content.bills,
        "dangerous": of.content.dangerous, "arrived": of.arrived,
        "asked": of.asked.as_ref().map(|(since, _)| instant(since.0)), "granted": of.ruled.as_ref().map(|(granted, _)| granted),
        "dangerous_differences": compared,
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
        .filter(|_| !caller.actor.only_looks_into(of))
        .map(|(serial, slot)| {
            json!({
                "slot": serial, "container": slot.container, "packages": slot.packages, "haulier": slot.haulier,
                "plate": slot.plate, "yard": slot.yard, "from": instant(slot.from.0), "until": instant(slot.until.0),
                "cancelled": slot.cancelled_at.is_some(),
            })
        })
        .collect();
    // Who only looks into boxes is told of no party.
    let looks = caller.actor.only_looks_into(of);
    let mut told = of.told.clone();
    if looks {
        told.firms.clear();
    }
    let order = of.order(office.now()).filter(|_| !looks);
    let body = json!({
        "number": of.number, "bill": of.told.bill(), "manifest": of.manifest, "conveyance": of.conveyance, "mode": of.mode,
        "direction": of.direction, "carrier": of.carrier, "state": of.state(), "told": told, "edition": of.edition,
        "held": held.iter().map(|of| json!({"what": of.what, "by": of.by})).collect::<Vec<_>>(),
        "declarations": found.declarations.iter()
            .map(|of| json!({"number": of.number, "status": of.status().code(), "may_go": of.may_go()})).collect::<Vec<_>>(),
        "order": order.map(|order| json!({"to": order.to, "until": instant(order.until.0)})),
        "released": of.release().map(|release| instant(release.at.0)),
        "questions": questions, "slots": slots, "joint_inspection": joint(of), "certificates": certificates,
        "fate": (!looks).then(|| fate(of)),
        "priority": of.preference().map(|of| &of.priority),
        "events": events.iter().map(event).collect::<Vec<_>>(),
        "lines": lines,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// The joint inspection; null while nobody wants to look.
fn joint(of: &Consignment) -> Value {
    if !of.joint.is_open() {
        return Value::Null;
    }
    let wants = of.joint.wants.iter().map(|(organ, want)| {
        json!({
            "organ": organ, "ground": want.ground, "containers": want.containers, "since": instant(want.at.0), "law": want.law,
            "looked": want.looked_at.map(|at| instant(at.0)),
        })
    });
    let unanswered = of.joint.unanswered(&of.units.terminal);
    let appointment = of.joint.appointment.as_ref().map(|appointment| {
        json!({
            "from": instant(appointment.from.0), "until": instant(appointment.until.0), "yard": appointment.yard,
            "boxes": appointment.boxes, "accepted": appointment.accepted.keys().collect::<Vec<_>>(), "unanswered": unanswered,
            "agreed": unanswered.is_empty(),
        })
    });
    json!({"wants": wants.collect::<Vec<_>>(), "appointment": appointment})
}

/// What becomes of goods that nobody fetches; words are documents, and left out.
fn fate(of: &Consignment) -> Value {
    let fate = &of.fate;
    json!({
        "declare_by": fate.limit.as_ref().map(|limit| instant(limit.due.0)),
        "abandoned": fate.abandoned.as_ref().map(|of| json!({"at": instant(of.at.0), "firm": of.firm})),
        "returns": fate.returns.iter().map(|of| json!({
            "ground": of.ground, "at": instant(of.at.0), "firm": of.firm, "law": of.law,
            "granted": of.decided.map(|(_, granted)| granted), "sent": of.sent_at.map(|at| instant(at.0)),
        })).collect::<Vec<_>>(),
        "sale": fate.sale.as_ref().map(|of| json!({
            "ground": of.ground, "on": of.on.to_string(), "proceeds": of.proceeds.to_string(), "costs": of.costs.to_string(),
            "taxes": of.taxes.to_string(), "left": of.left().to_string(), "law": of.law,
            "claim_by": of.limit.as_ref().map(|limit| instant(limit.due.0)),
            "claimed": of.claimed.as_ref().map(|(at, firm, _)| json!({"at": instant(at.0), "firm": firm})),
            "paid": of.paid.as_ref().map(|(at, reference)| json!({"at": instant(at.0), "reference": reference})),
        })),
    })
}

fn event(of: &ChainEvent) -> Value {
    json!({"at": instant(of.at.0), "event": of.kind, "source": of.source, "number": of.number, "about": of.about})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    number: String,
}

/// `POST /api/v1/where`: where goods stand, for who holds a number of theirs; no key is wanted.
pub async fn whereabouts(State(app): State<App>, peer: Peer, body: Bytes) -> Result<Response, Problem> {
    take_estimate(&app, &peer)?;
    let asked: Asked = parse(&body)?;
    let found = app.office.whereabouts(&asked.number).await?;
    let goods = found.iter().map(|of| {
        let events = of.events.iter().map(|(at, kind, by)| json!({"at": instant(at.0), "event": kind, "by": by}));
        json!({
            "number": of.number, "state": of.state,
            "held": of.held.iter().map(|held| json!({"what": held.what, "by": held.by})).collect::<Vec<_>>(),
            "inspection": of.look.map(|(from, until)| json!({"from": instant(from.0), "until": instant(until.0)})),
            "events": events.collect::<Vec<_>>(),
        })
    });
    Ok(json_answer(StatusCode::OK, &json!({"goods": goods.collect::<Vec<_>>()})))
}

/// `POST /api/v1/consignments/{number}/acts`
pub async fn act_on_consignment(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: ConsignmentAct = parse(&body)?;
    let request = Request::new("POST /api/v1/consignments/acts", caller.key, &body, "api");
    let done = aside(caller.app.office.do_on_consignment(&caller.actor, &number, &act, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}
