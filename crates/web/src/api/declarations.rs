//! Declarations of goods by API: WCO XML in, where it stands and notices out.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    Fault, Instant, Severity, Text, Value as Known,
    declaration::{Act, Boxes},
};
use office::{BankPayment, DeclarationAct, DeclarationFilter, Declared, Error, Request, problems::Attachment};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::aside::aside;

/// `POST /api/v1/declarations`: WCO XML; `?mode=` chooses another mode than its type has.
pub async fn send(
    caller: Caller,
    Query(query): Query<BTreeMap<String, String>>,
    body: Bytes,
) -> Result<Response, Problem> {
    let request = Request::new("POST /api/v1/declarations", caller.key.clone(), &body, "api");
    let mode = query.get("mode").map(String::as_str);
    let sent = caller.app.office.send_declaration(&caller.actor, &body, mode, &request);
    let (done, faults) = aside(sent).await?;
    Ok(receipt_answer(&done, &faults))
}

/// `GET /api/v1/declarations`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let states = query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default();
    let filter = DeclarationFilter {
        states,
        holder: query.get("holder").cloned(),
        words: query.get("q").cloned().unwrap_or_default(),
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.declarations(&caller.actor, &filter).await?;
    let lines: Vec<Value> = page
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "number": row.number, "reference": row.subject_key, "mode": row.place, "firm": row.firm,
                "state": row.state, "holder": row.holder, "lodged": instant(row.opened_at),
                "until": row.due_at.map(instant), "released": row.ends_at.map(instant),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"declarations": lines, "next": page.next})))
}

/// `GET /api/v1/declarations/{number}`: where it stands. Who only delivers the goods reads whether they may go.
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let Declared { declaration, .. } = caller.app.office.declaration(&caller.actor, &number).await?;
    let mut body = json!({
        "number": declaration.number, "status": declaration.status().code(), "may_go": declaration.may_go(),
    });
    if caller.actor.reads_declaration(&declaration) {
        let open: Vec<_> = declaration
            .open_measures()
            .map(|of| {
                json!({
                    "kind": of.kind, "since": instant(of.at.0), "until": of.limit.map(|at| instant(at.0)),
                    "papers": of.papers, "inspection": of.inspection, "answered": of.answers.last().map(|answer| instant(answer.at.0)),
                })
            })
            .collect();
        let owed: Vec<_> = declaration
            .owed
            .iter()
            .map(|(what, limit)| json!({"what": what, "until": (limit.due.0 != 0).then(|| instant(limit.due.0)), "law": limit.law}))
            .collect();
        body["reference"] = json!(declaration.reference);
        body["mode"] = json!(declaration.mode.code);
        body["direction"] = json!(declaration.direction);
        body["edition"] = json!(declaration.edition);
        body["items"] = json!(declaration.items);
        // The channel, never the row that chose it.
        body["channel"] = json!(declaration.selected.as_ref().map(|selected| selected.channel.clone()));
        body["licences"] = json!(declaration.drawn());
        body["survey"] = json!(declaration.survey.as_ref().map(|of| json!({
            "declared": of.declared.to_string(), "found": of.found.to_string(), "stands": of.stands, "law": of.law,
        })));
        body["open"] = json!(open);
        body["owed"] = json!(owed);
        body["assessment"] = json!(declaration.assessment());
        body["balance"] = json!(declaration.balance().to_string());
        body["paid"] = json!(declaration.paid().to_string());
        body["due"] = json!(declaration.due().to_string());
        body["payment_reference"] = json!(declaration.payment_reference());
        body["surcharges"] = json!(declaration.surcharges);
        body["payments"] = json!(declaration.payments);
        body["pay_by"] = json!(declaration.payment_limit().map(|limit| limit.due.to_string()));
        body["deferred"] = json!(declaration.deferred.as_ref().map(|of| json!({
            "application": of.application, "until": of.until.to_string(), "law": of.law,
            "before": of.before.as_ref().map(|limit| limit.due.to_string()),
        })));
        body["priority"] = json!(declaration.preference().map(|of| &of.priority));
    }
    Ok(json_answer(StatusCode::OK, &body))
}

/// `GET /api/v1/declarations/{number}/notices`: WCO XML (RES); JSON for who asks for it.
pub async fn notices(caller: Caller, Path(number): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.declaration(&caller.actor, &number).await?;
    let notices = office.declaration_notices(&caller.actor, &found).await?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("application/json") {
        let lines: Vec<_> = notices
            .iter()
            .map(|of| json!({"function": of.kind.code(), "at": instant(of.at.0), "response": of.response}))
            .collect();
        return Ok(json_answer(StatusCode::OK, &json!({"notices": lines})));
    }
    let xml = office.notices_as_xml(notices);
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payments {
    payments: Vec<BankPayment>,
}

/// `POST /api/v1/payments`: what a bank tells, as JSON or as CSV; each payment is recorded once, and answers for itself.
pub async fn payments(caller: Caller, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let payments = match kind.starts_with("text/csv") {
        true => office.read_payments(&body)?,
        false => parse::<Payments>(&body)?.payments.into_iter().map(Ok).collect(),
    };
    let recorded = aside(office.record_payments(&caller.actor, &payments, "api")).await?;
    let lines: Vec<_> = recorded
        .iter()
        .map(|of| {
            json!({
                "declaration": of.number, "recorded": of.faults.is_empty(), "known": of.known,
                "balance": of.balance.map(|balance| balance.to_string()),
                "errors": of.faults,
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"payments": lines})))
}

/// `POST /api/v1/movements`: the terminal's XML; goods are there, or have left.
pub async fn movement(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let request = Request::new("POST /api/v1/movements", caller.key, &body, "api");
    let moved = aside(caller.app.office.take_movement(&caller.actor, &body, &request)).await?;
    let lines: Vec<_> = moved
        .iter()
        .map(|of| {
            json!({
                "declaration": of.number, "recorded": of.faults.is_empty(),
                "receipt_id": of.receipt.map(|id| id.to_string()), "errors": of.faults,
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"declarations": lines})))
}

/// `POST /api/v1/declarations/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act = read_act(parse(&body)?)?;
    let request = Request::new("POST /api/v1/declarations/acts", caller.key, &body, "api");
    let done = aside(caller.app.office.act_on_declaration(&caller.actor, &number, &act, &request)).await?;
    Ok(receipt_answer(&done, &[]))
}

/// An act whose words come as they are, and are sealed before it is decided.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum Worded {
    Secure {
        account: String,
    },
    Order {
        kind: String,
        limit: Option<String>,
        #[serde(default)]
        papers: Vec<String>,
        #[serde(default)]
        words: String,
    },
    Answer {
        #[serde(default)]
        words: String,
        #[serde(default)]
        papers: Vec<PaperBody>,
    },
    Find {
        found: String,
        #[serde(default)]
        words: String,
        #[serde(default)]
        papers: Vec<PaperBody>,
    },
    Survey {
        kilograms: Known,
        #[serde(default)]
        words: String,
        #[serde(default)]
        papers: Vec<PaperBody>,
    },
    Plan {
        method: String,
        place: String,
        from: String,
        until: String,
        #[serde(default)]
        boxes: Boxes,
    },
    Settle {
        kind: String,
        originals: Option<String>,
    },
    GrantPriority {
        measure: String,
        #[serde(default)]
        facts: BTreeMap<String, Known>,
        words: String,
    },
    EndPriority {
        priority: u32,
        words: String,
    },
}

/// A paper, its bytes in base64.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaperBody {
    code: String,
    name: String,
    content: String,
}

/// An act of those that are asked by name: what declares or amends comes as a message, what a payment plan does follows of its
/// application, and clocks fire by themselves.
fn read_act(body: Value) -> Result<DeclarationAct, Problem> {
    if matches!(
        body["act"].as_str(),
        Some("secure" | "order" | "answer" | "find" | "survey" | "plan" | "settle" | "grant_priority" | "end_priority")
    ) {
        return worded(serde_json::from_value(body).map_err(|error| unknown(&error.to_string()))?);
    }
    match serde_json::from_value(body) {
        Ok(
            Act::Lodge(_)
            | Act::Park(_)
            | Act::Amend { .. }
            | Act::PutOff { .. }
            | Act::DueAgain { .. }
            | Act::EndRelief { .. }
            | Act::PayInstalment { .. }
            | Act::Fire { .. },
        ) => Err(unknown("this act")),
        Ok(act) => Ok(DeclarationAct::Other(Box::new(act))),
        Err(error) => Err(unknown(&error.to_string())),
    }
}

fn worded(act: Worded) -> Result<DeclarationAct, Problem> {
    let read = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => Instant::parse(&text).map(Some).ok_or_else(|| unknown(&text)),
    };
    Ok(match act {
        Worded::GrantPriority { measure, facts, words } => DeclarationAct::GrantPriority { measure, facts, words },
        Worded::EndPriority { priority, words } => DeclarationAct::EndPriority { priority, words },
        Worded::Secure { account } => DeclarationAct::Secure { account },
        Worded::Order { kind, limit, papers, words } => {
            DeclarationAct::Order { kind, limit: read(limit)?, papers, words }
        }
        Worded::Settle { kind, originals } => {
            DeclarationAct::Other(Box::new(Act::Settle { kind, originals: read(originals)? }))
        }
        Worded::Plan { method, place, from, until, boxes } => {
            let time = |text: String| Instant::parse(&text).ok_or_else(|| unknown(&text));
            let act = Act::Plan { method, place, from: time(from)?, until: time(until)?, boxes };
            DeclarationAct::Other(Box::new(act))
        }
        Worded::Find { found, words, papers } => DeclarationAct::Find { found, words, papers: decoded(papers)? },
        Worded::Survey { kilograms, words, papers } => {
            let kilograms = decimal(&kilograms).ok_or_else(|| unknown("kilograms"))?;
            DeclarationAct::Survey { kilograms, words, papers: decoded(papers)? }
        }
        Worded::Answer { words, papers } => DeclarationAct::Answer { words, papers: decoded(papers)? },
    })
}

/// Papers with their bytes.
fn decoded(papers: Vec<PaperBody>) -> Result<Vec<(String, Attachment)>, Problem> {
    let one = |of: PaperBody| match STANDARD.decode(&of.content) {
        Ok(bytes) => Ok((of.code, Attachment { name: of.name, bytes })),
        Err(error) => Err(unknown(&error.to_string())),
    };
    papers.into_iter().map(one).collect()
}

fn unknown(why: &str) -> Problem {
    Problem(Error::Invalid(vec![Fault::new(
        Severity::Error,
        "PQ-DECLARATION-034",
        "/act",
        Text::new(format!("没有这种操作（{why}）。"), format!("There is no such act ({why}).")),
        Text::new("请对照 /api/openapi.json。", "Compare it with /api/openapi.json."),
    )]))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuaranteeBody {
    firm: String,
    amount: Known,
    /// Until when, with its zone.
    expires: String,
}

/// A number, or the text of one.
fn decimal(of: &Known) -> Option<Decimal> {
    match of {
        Known::Number(number) => Some(*number),
        Known::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `PUT /api/v1/guarantees/{code}`: customs records an account.
pub async fn set_guarantee(caller: Caller, Path(code): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let read: GuaranteeBody = parse(&body)?;
    let (Some(amount), Some(expires)) = (decimal(&read.amount), Instant::parse(&read.expires)) else {
        return Err(unknown("amount, expires"));
    };
    let guarantee = office::guarantee(&code, &read.firm, amount, expires)?;
    caller.app.office.set_guarantee(&caller.actor, &guarantee).await?;
    Ok(json_answer(StatusCode::OK, &json!({"code": code})))
}

/// `GET /api/v1/guarantees`
pub async fn guarantees(caller: Caller) -> Result<Response, Problem> {
    let money = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let all = caller.app.office.guarantees(&caller.actor).await?;
    let lines: Vec<Value> = all
        .iter()
        .map(|of| {
            json!({
                "code": of.code, "firm": of.firm, "amount": money(of.amount), "reserved": money(of.reserved),
                "free": money(of.amount - of.reserved), "expires": instant(of.expires_at),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"guarantees": lines})))
}
