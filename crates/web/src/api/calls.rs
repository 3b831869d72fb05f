//! Ship calls by API.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Instant, Text, Value,
    formality::Formality,
    ship_call::{Act, Mirror, Phase, ReviewState, TimeKind, Words},
};
use office::{Asked, CallFilter, Done, Error, NewCall, Request, Submission};
use serde::Deserialize;
use serde_json::json;

use super::{Caller, Problem, json_answer};
use crate::{aside::aside, pages::uploads::download};

/// `GET /api/v1/calls`
pub async fn calls(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let filter = CallFilter {
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        words: text("q"),
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.calls(&caller.actor, &filter).await?;
    let lines: Vec<_> = page
        .lines
        .iter()
        .map(|line| {
            json!({
                "number": line.row.number,
                "imo": line.row.subject_key,
                "state": line.row.state,
                "holder": line.row.holder,
                "until": line.row.due_at.map(instant),
                "arrival": line.row.starts_at.map(instant),
                "departure": line.row.ends_at.map(instant),
                "berth": line.row.place,
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"calls": lines, "next": page.next})))
}

/// `GET /api/v1/calls/{number}`
pub async fn call(caller: Caller, Path(number): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = caller.app.office.call(&caller.actor, &number).await?;
    let etag = format!("\"{}\"", found.call.version);
    if headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(etag.as_str()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let shown = caller.app.office.call_for(&caller.actor, &found).await?;
    let body = json!({
        "status": found.call.status(),
        "holding": found.call.holding(),
        "may_be_boarded": found.call.may_be_boarded(),
        "blockers": {"entry": found.call.blockers(Phase::Entry), "exit": found.call.blockers(Phase::Exit)},
        "due": found.call.requirements.iter().map(|due| json!({
            "formality": due.formality,
            "phase": due.phase,
            "organs": due.organs,
            "until": due.due.map(|at| instant(at.0)),
            "blocks": due.basis.blocks,
            "law": due.basis.law,
            "reason": due.basis.reason,
            "rule": due.basis.rule,
            "state": found.call.step_state(due),
        })).collect::<Vec<_>>(),
        "call": shown,
    });
    let mut response = json_answer(StatusCode::OK, &body);
    if let Ok(value) = etag.parse() {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// `GET /api/v1/calls/{number}/journal`
pub async fn journal(
    caller: Caller,
    Path(number): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let page = office.journal_page(&caller.actor, found.id, query.get("after").map(String::as_str)).await?;
    Ok(json_answer(StatusCode::OK, &json!({"journal": page.lines, "next": page.next})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCallBody {
    imo: String,
    kind: String,
    eta: Option<String>,
    etd: Option<String>,
    left_last_port: Option<String>,
    #[serde(default)]
    last_port: String,
    #[serde(default)]
    next_port: String,
    copy_from: Option<String>,
    /// What happened, when she comes in distress.
    #[serde(default)]
    report: Text,
}

/// `POST /api/v1/calls`
pub async fn new_call(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let read: NewCallBody = parse(&body)?;
    let new = NewCall {
        imo: read.imo,
        kind: read.kind,
        eta: read.eta.as_deref().map(|eta| moment(eta, "/eta")).transpose()?,
        etd: read.etd.as_deref().map(|etd| moment(etd, "/etd")).transpose()?,
        left_last_port: read.left_last_port.as_deref().map(|left| moment(left, "/left_last_port")).transpose()?,
        last_port: read.last_port,
        next_port: read.next_port,
        report: read.report,
        copy_from: read.copy_from,
    };
    let request = Request::new("POST /api/v1/calls", caller.key, &body, "api");
    let done = caller.app.office.open_call(&caller.actor, &new, &request).await?;
    let flagged = caller.app.office.flagged_in_new(&caller.actor, &new, Some(&done.number)).await?;
    Ok(receipt_answer(&done, &flagged))
}

/// `PUT /api/v1/calls/{number}/formalities/{code}`
pub async fn file(
    caller: Caller,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let content: Value = parse(&body)?;
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let request = Request::new("PUT /api/v1/calls/formalities", caller.key, &body, "api");
    let submission = Submission { formality, content, original: None };
    let filed = office.file_on(&caller.actor, found, &submission, &request).await?;
    let mut answer = receipt_answer(&filed.done, &filed.faults);
    if filed.unchanged {
        // Nothing came to be: the receipt is that of the version that stands.
        *answer.status_mut() = StatusCode::OK;
    }
    Ok(answer)
}

/// `GET /api/v1/calls/{number}/formalities/{code}`
pub async fn read_filing(
    caller: Caller,
    Path((number, code)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let version = query.get("version").and_then(|version| version.parse().ok());
    let version = office.version(&caller.actor, found.id, &found.call, formality, version).await?;
    // A system takes what it gets for the whole: it is told to come again.
    if version.unrecorded {
        return Err(Error::Unrecorded.into());
    }
    let body = json!({
        "version": version.version,
        "filed_at": instant(version.at.0),
        "channel": version.channel,
        "content": version.content,
        "reduced": version.reduced,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `GET /api/v1/calls/{number}/formalities/{code}/original`: the file from which a version was read, as it was received.
pub async fn original(
    caller: Caller,
    Path((number, code)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let version = query.get("version").and_then(|version| version.parse().ok());
    Ok(download(office.original(&caller.actor, &found, formality, version).await?))
}

/// `GET /api/v1/calls/{number}/workbook`: the workbook with what the call already says, to be filled in and uploaded.
pub async fn workbook(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    Ok(download(office.workbook(&caller.actor, &found).await?))
}

/// `POST /api/v1/calls/{number}/upload`: a workbook or message as the body; its name in `X-File-Name`.
pub async fn upload(
    caller: Caller,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let name = headers.get("x-file-name").and_then(|value| value.to_str().ok()).unwrap_or("upload");
    let key = caller.key.clone().unwrap_or_else(|| office.new_id().to_string());
    let upload = aside(office.upload(&caller.actor, found.id, (name, &body), &key, "api")).await?;
    let filed: Vec<_> = upload
        .filed
        .iter()
        .map(|(formality, done)| json!({"formality": formality, "receipt": done.receipt_id.to_string()}))
        .collect();
    let status = match (filed.is_empty(), upload.drafted.is_empty() && !upload.unchanged.is_empty()) {
        (false, _) => StatusCode::CREATED,
        (true, true) => StatusCode::OK,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let body = json!({
        "type": upload.kind,
        "filed": filed,
        "unchanged": upload.unchanged,
        "drafted": upload.drafted,
        "faults": upload.faults,
    });
    Ok(json_answer(status, &body))
}

/// An act on a call, by name.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum ActBody {
    TakeInCharge {
        formality: Formality,
    },
    Decide {
        formality: Formality,
        outcome: ReviewState,
        reason: Option<String>,
        #[serde(default)]
        words: Vec<Text>,
        #[serde(default)]
        law: String,
        mirror: Option<MirrorBody>,
    },
    Suspend {
        formality: Formality,
        cause: String,
    },
    Resume {
        formality: Formality,
    },
    Ask {
        formality: Formality,
        items: Vec<String>,
        due: Option<String>,
    },
    Answer {
        question: u32,
        item: u32,
        words: String,
    },
    CloseItem {
        question: u32,
        item: u32,
    },
    PlaceHold {
        kind: String,
        ground: Text,
        #[serde(default)]
        reference: String,
    },
    LiftHold {
        hold: u32,
        #[serde(default)]
        reference: String,
    },
    OrderBoarding {
        phase: Phase,
        ground: String,
        #[serde(default)]
        words: Text,
    },
    FinishBoarding {
        boarding: u32,
        result: Text,
    },
    ConfirmPermit {
        number: String,
        #[serde(default)]
        consulted: Vec<String>,
    },
    RedoExit {
        number: String,
    },
    StateTime {
        event: String,
        kind: TimeKind,
        at: String,
        replies_to: Option<u32>,
        delay_reason: Option<String>,
    },
    PlanBerth {
        berth: String,
        from: String,
        until: String,
        #[serde(default)]
        beside: Vec<String>,
    },
    Withdraw {
        formality: Formality,
        reason: Text,
    },
    GrantPriority {
        measure: String,
        #[serde(default)]
        facts: BTreeMap<String, Value>,
        words: Text,
    },
    EndPriority {
        priority: u32,
        words: Text,
    },
    ChangeAgent {
        agent: String,
    },
    ReportDistress {
        report: Text,
    },
    AcknowledgeDistress,
    EndDistress {
        outcome: String,
        words: Text,
    },
    NoteDeparture {
        #[serde(default)]
        in_error: bool,
        words: Text,
    },
    End {
        diverted_to: Option<String>,
        reason: Text,
    },
}

/// Whether a body is an act; the reader's words where it is none.
#[cfg(test)]
pub fn reads_act(body: &[u8]) -> Result<(), String> {
    serde_json::from_slice::<ActBody>(body).map(drop).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MirrorBody {
    source: String,
    number: String,
    decided_at: String,
}

/// `POST /api/v1/calls/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let read: ActBody = parse(&body)?;
    let office = &caller.app.office;
    let found = office.call(&caller.actor, &number).await?;
    let request = Request::new("POST /api/v1/calls/acts", caller.key, &body, "api");
    let done = match read {
        ActBody::Ask { formality, items, due } => {
            let asked = Asked { formality, items, due: due.as_deref().map(|due| moment(due, "/due")).transpose()? };
            office.ask(&caller.actor, found.id, &asked, &request).await?
        }
        ActBody::Answer { question, item, words } => {
            office.answer(&caller.actor, found.id, (question, item), &words, &request).await?
        }
        other => {
            let act = plain_act(other, &caller.actor.person)?;
            office.do_act(&caller.actor, found.id, &act, &request).await?
        }
    };
    Ok(receipt_answer(&done, &[]))
}

fn plain_act(body: ActBody, recorder: &str) -> Result<Act, Problem> {
    Ok(match body {
        ActBody::TakeInCharge { formality } => Act::TakeInCharge { formality },
        ActBody::Decide { formality, outcome, reason, words, law, mirror } => {
            let mirror = mirror
                .map(|mirror| {
                    let decided_at = moment(&mirror.decided_at, "/mirror/decided_at")?;
                    Ok::<_, Problem>(Mirror {
                        source: mirror.source,
                        number: mirror.number,
                        decided_at,
                        recorder: recorder.to_owned(),
                    })
                })
                .transpose()?;
            let words = words.into_iter().map(Words::from).collect();
            Act::Decide { formality, outcome, reason, words, law, mirror }
        }
        ActBody::Suspend { formality, cause } => Act::Suspend { formality, cause },
        ActBody::Resume { formality } => Act::Resume { formality },
        ActBody::CloseItem { question, item } => Act::CloseItem { question, item },
        ActBody::PlaceHold { kind, ground, reference } => Act::PlaceHold { kind, ground: ground.into(), reference },
        ActBody::LiftHold { hold, reference } => Act::LiftHold { hold, reference },
        ActBody::OrderBoarding { phase, ground, words } => Act::OrderBoarding { phase, ground, words: words.into() },
        ActBody::FinishBoarding { boarding, result } => Act::FinishBoarding { boarding, result: result.into() },
        ActBody::ConfirmPermit { number, consulted } => Act::ConfirmPermit { number, consulted },
        ActBody::RedoExit { number } => Act::RedoExit { number },
        ActBody::StateTime { event, kind, at, replies_to, delay_reason } => {
            Act::StateTime { event, kind, at: moment(&at, "/at")?, replies_to, delay_reason }
        }
        ActBody::PlanBerth { berth, from, until, beside } => {
            Act::PlanBerth { berth, from: moment(&from, "/from")?, until: moment(&until, "/until")?, beside }
        }
        ActBody::Withdraw { formality, reason } => Act::Withdraw { formality, reason: reason.into() },
        ActBody::GrantPriority { measure, facts, words } => {
            Act::GrantPriority { measure, facts, application: None, words: words.into() }
        }
        ActBody::EndPriority { priority, words } => {
            Act::EndPriority { priority, words: words.into(), application: None }
        }
        ActBody::ChangeAgent { agent } => Act::ChangeAgent { agent },
        ActBody::ReportDistress { report } => Act::ReportDistress { report: report.into() },
        ActBody::AcknowledgeDistress => Act::AcknowledgeDistress,
        ActBody::EndDistress { outcome, words } => Act::EndDistress { outcome, words: words.into() },
        ActBody::NoteDeparture { in_error, words } => Act::NoteDeparture { in_error, words: words.into() },
        ActBody::End { diverted_to, reason } => Act::End { diverted_to, reason: reason.into() },
        // Both bring words that are sealed, and have use cases of their own.
        ActBody::Ask { .. } | ActBody::Answer { .. } => return Err(Problem(Error::NotFound)),
    })
}

pub(super) fn receipt_answer(done: &Done, faults: &[domain::Fault]) -> Response {
    // The receipt's bytes stand in the answer as they are stored: a retry gets the same.
    let receipt = String::from_utf8_lossy(&done.receipt);
    let faults = serde_json::to_string(faults).unwrap_or_else(|_| "[]".to_owned());
    let body = format!(
        r#"{{"number":"{}","receipt_id":"{}","faults":{faults},"receipt":{receipt}}}"#,
        done.number, done.receipt_id
    );
    let replayed = if done.replayed { "true" } else { "false" };
    (
        StatusCode::CREATED,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::HeaderName::from_static("idempotency-replayed"), replayed),
        ],
        body,
    )
        .into_response()
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        Problem(Error::Invalid(vec![domain::Fault::new(
            domain::Severity::Error,
            "PQ-JSON-001",
            format!("line {} column {}", error.line(), error.column()),
            Text::new(format!("JSON 无法读取：{error}"), format!("The JSON cannot be read: {error}")),
            Text::new("请对照 /api/openapi.json 修正。", "Mend it after /api/openapi.json."),
        )]))
    })
}

fn moment(text: &str, place: &str) -> Result<Instant, Problem> {
    Instant::parse(text).ok_or_else(|| {
        Problem(Error::Invalid(vec![domain::Fault::new(
            domain::Severity::Error,
            "PQ-JSON-002",
            place,
            Text::new(format!("“{text}”不是带时区的时间。"), format!("“{text}” is not an instant with its zone.")),
            Text::new("例：2026-11-24T06:30:00+08:00。", "For example 2026-11-24T06:30:00+08:00."),
        )]))
    })
}

pub(super) fn instant(at: i64) -> String {
    Instant(at).to_string()
}
