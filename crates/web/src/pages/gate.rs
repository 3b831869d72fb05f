//! The gate on a phone: a code is scanned or typed, one word says what to do, and who goes through is recorded. Works without
//! script; with script also without a connection, by a signed list.

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Instant, manifest::Mode};
use office::{
    Error, Right,
    person_permits::{AtGate, GateAnswer, GivenPassage},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::person_permits::{kind_say, view::place_named};
use crate::{
    assets,
    page::{Failure, Form, Page},
    say,
};

/// The script that keeps the page for when there is no connection.
const WORKER: &str = include_str!("../../assets/gate-worker.js");

/// `GET /gate?gate=berth:DYW-12`: which gate, and then its page.
pub async fn gate(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::KeepGate)?;
    let at = AtGate { gate: page.asked("gate").unwrap_or_default().to_owned(), ..AtGate::default() };
    draw(&page, StatusCode::OK, &at, None, &[]).await
}

/// `POST /gate`: the verdict, on the page.
pub async fn check(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let at = at_gate(&form);
    if page.switch(&form) {
        return draw(&page, StatusCode::OK, &at, None, &[]).await;
    }
    match page.app.office.gate_check(page.actor()?, &at).await {
        Ok(answer) => draw(&page, StatusCode::OK, &at, Some(&answer), &[]).await,
        Err(Error::Invalid(faults)) => draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &at, None, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /gate/answer`: the same for the page's script.
pub async fn answer(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let answer = page.app.office.gate_check(page.actor()?, &at_gate(&form)).await?;
    Ok(axum::Json(answer).into_response())
}

/// `POST /gate/pass`: somebody goes through, without script.
pub async fn pass(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let at = at_gate(&form);
    let passage = GivenPassage {
        id: form.get("key").to_owned(),
        given: at.given.clone(),
        direction: form.get("direction").to_owned(),
        same_holder: match form.get("same_holder") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        ..GivenPassage::default()
    };
    let done = page.app.office.gate_passages(page.actor()?, &at.gate, 0, &[passage]).await?;
    match done.into_iter().find_map(|passed| passed.fault) {
        Some(fault) => draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &at, None, &[fault]).await,
        None => {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("gate", &at.gate)
                .append_pair("done", form.get("direction"))
                .finish();
            Ok(Redirect::to(&format!("/gate?{query}")).into_response())
        }
    }
}

/// What the page's script sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    csrf: String,
    gate: String,
    /// The device's clock when it sends.
    now: Instant,
    passages: Vec<GivenPassage>,
}

/// `POST /gate/passages`: what was recorded without a connection, for the page's script.
pub async fn passages(page: Page, body: Bytes) -> Result<Response, Failure> {
    let sent: Sent = serde_json::from_slice(&body).map_err(|_| Failure::Error(Error::NotFound))?;
    page.check_token(&sent.csrf)?;
    let office = &page.app.office;
    let ahead = sent.now.0.saturating_sub(office.now().0) / 1_000_000;
    let done = office.gate_passages(page.actor()?, &sent.gate, ahead, &sent.passages).await?;
    Ok(axum::Json(json!({"passages": done, "ahead": ahead})).into_response())
}

/// `GET /gate/list?gate=berth:DYW-12`: the signed list.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let gate = page.asked("gate").unwrap_or_default().to_owned();
    let list = page.app.office.gate_list(page.actor()?, &gate).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], list).into_response())
}

/// `GET /gate/aboard?gate=berth:DYW-12`: who went in and not out.
pub async fn aboard(page: Page) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    actor.require(Right::KeepGate)?;
    let gate = page.asked("gate").unwrap_or_default().to_owned();
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    let mut ships = office.ships_at([gate.as_str()]).await?;
    if !gate.is_empty() {
        match office.gate_aboard(actor, &gate).await {
            Ok(aboard) => {
                ships.extend(office.ships_at(aboard.iter().map(|of| of.passage.gate.as_str())).await?);
                lines = aboard
                    .iter()
                    .map(|of| {
                        let doubts = of.passage.doubts.iter().map(|doubt| reason_say(doubt));
                        json!({
                            "number": of.number, "kind": kind_say(&of.kind), "holder": of.holder, "at": of.passage.at.0,
                            "gate": place_named(&office.profile, &ships, &of.passage.gate), "until": of.until.0, "overdue": of.overdue, "ashore": of.ashore,
                            "doubts": doubts.collect::<Vec<_>>(), "clock_ahead": of.passage.clock_ahead,
                        })
                    })
                    .collect();
            }
            Err(Error::Invalid(faults)) => errors = faults.iter().map(said).collect(),
            Err(other) => return Err(other.into()),
        }
    }
    let view = json!({
        "gate": gate, "gate_name": place_named(&office.profile, &ships, &gate), "gates": gates(&page), "lines": lines, "errors": errors,
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "gate/aboard.html", &page.layout("gate-aboard"), &view)
}

/// `GET /gate/worker.js`: kept by the browser for the pages below `/gate`.
pub async fn worker(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::KeepGate)?;
    let files = ["govuk.css", "pratique.css", "gate.css", "pratique.js", "gate.js", "flag.svg"];
    let files: Vec<String> = files.iter().filter_map(|name| assets::url(name)).collect();
    let text = WORKER.replace("__FILES__", &serde_json::to_string(&files).map_err(Error::from)?);
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // The page itself stands at `/gate`, above the folder in which the script lies.
    headers.insert("service-worker-allowed", HeaderValue::from_static("/gate"));
    Ok(response)
}

fn at_gate(form: &Form) -> AtGate {
    let text = |name: &str| form.get(name).trim().to_owned();
    AtGate { gate: text("gate"), given: text("given"), document: text("document"), direction: text("direction") }
}

fn gates(page: &Page) -> Vec<Value> {
    let office = &page.app.office;
    let berths = office.profile.berths.iter();
    let berths = berths.map(|berth| json!({"value": format!("berth:{}", berth.code), "label": say::text(&berth.name)}));
    let yards = office.yards(Mode::Sea).into_iter().chain(office.yards(Mode::Air));
    let yards = yards.map(|(code, name)| {
        json!({"value": domain::consignment::yard_gate(&code), "label": {"key": "gate-yard", "name": say::text(&name)}})
    });
    yards.chain(berths).collect()
}

fn reason_say(reason: &str) -> Value {
    say::key(&format!("gate-why-{}", reason.replace('_', "-")))
}

fn said(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = if fault.location == "/gate" { json!("gate") } else { Value::Null };
    said
}

async fn draw(
    page: &Page,
    status: StatusCode,
    at: &AtGate,
    answer: Option<&GateAnswer>,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let profile = &page.app.office.profile;
    let ships = page.app.office.ships_at([at.gate.as_str()]).await?;
    let verdict = answer.map(|answer| {
        let tone = match answer.answer.as_str() {
            "pass" => "ok",
            "check" => "wait",
            _ => "stop",
        };
        let compared = !at.document.is_empty();
        let same = compared && !answer.reasons.iter().any(|reason| reason == "holder_differs");
        json!({
            "word": answer.answer, "tone": tone, "reasons": answer.reasons.iter().map(|reason| reason_say(reason)).collect::<Vec<_>>(),
            "fault": answer.fault.as_ref().map(say::fault), "number": answer.number,
            "kind": answer.kind.as_deref().map(kind_say), "holder": answer.holder, "place": answer.place,
            "until": answer.until.map(|until| until.0), "inside": answer.inside.map(|at| at.0), "outward": answer.outward, "bound": answer.holder_bound,
            // Goods that are stopped stay: nothing is recorded that did not happen.
            "truck": at.gate.starts_with("yard:"),
            "same_holder": if compared { if same { "yes" } else { "no" } } else { "" },
        })
    });
    let mut layout = page.layout("gate");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "in" | "out")) {
        let say = say::key(&format!("gate-done-{done}"));
        layout.flash = Some(crate::layout::Flash { tone: "ok".to_owned(), say });
    }
    layout.path = match at.gate.is_empty() {
        true => "/gate".to_owned(),
        false => {
            format!("/gate?{}", form_urlencoded::Serializer::new(String::new()).append_pair("gate", &at.gate).finish())
        }
    };
    let known = !at.gate.is_empty() && faults.iter().all(|fault| fault.location != "/gate");
    let view = json!({
        "gate": known.then_some(&at.gate), "gate_name": place_named(profile, &ships, &at.gate), "gates": gates(page),
        "given": at.given, "document": at.document, "out": at.direction == "out", "verdict": verdict,
        "errors": faults.iter().map(said).collect::<Vec<_>>(),
    });
    page.draw_with(status, "gate/gate.html", &layout, &view)
}
