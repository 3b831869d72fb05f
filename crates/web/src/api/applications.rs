//! Applications under a measure by API: the same rules, acts and receipts as on the pages.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Fault, Severity, Text, Value as Known};
use office::{ApplicationAct, ApplicationFilter, Applied, Error, NewClaim, Request, problems::Attachment};
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
struct ClaimBody {
    measure: String,
    /// The day of the event; today where it is left out.
    on: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, Known>,
    about: Option<String>,
    #[serde(default)]
    words: String,
    #[serde(default)]
    papers: Vec<PaperBody>,
    /// For an organ that records relief that applied by itself: the firm, and what was saved.
    firm: Option<String>,
    saved: Option<i64>,
    hours: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaperBody {
    code: String,
    name: String,
    /// Its bytes in base64.
    content: String,
}

/// `POST /api/v1/applications`: a firm applies; with `firm`, an organ records relief that applied without a claim.
pub async fn apply(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let read: ClaimBody = parse(&body)?;
    let office = &caller.app.office;
    let papers: Result<Vec<_>, Problem> =
        read.papers.into_iter().enumerate().map(|(nth, paper)| paper.file(nth)).collect();
    let claim = NewClaim {
        measure: read.measure,
        on: Some(office.read_day(read.on.as_deref())?),
        facts: office.read_fact_values(&read.facts)?,
        about: read.about,
        words: read.words,
        papers: papers?,
        firm: read.firm.clone().unwrap_or_default(),
    };
    let request = Request::new("POST /api/v1/applications", caller.key.clone(), &body, "api");
    let done = match read.firm {
        Some(_) => aside(office.record_relief(&caller.actor, &claim, (read.saved, read.hours), &request)).await?,
        None => aside(office.apply_for(&caller.actor, &claim, &request)).await?,
    };
    Ok(receipt_answer(&done, &[]))
}

impl PaperBody {
    fn file(self, nth: usize) -> Result<(String, Attachment), Problem> {
        let bytes = STANDARD.decode(self.content.trim()).map_err(|_| {
            Problem(Error::Invalid(vec![Fault::new(
                Severity::Error,
                "PQ-APPLICATION-014",
                format!("/papers/{nth}/content"),
                Text::new("材料内容不是 base64。", "The content of the document is not base64."),
                Text::new("请以 base64 编码文件内容。", "Encode the file’s bytes in base64."),
            )]))
        })?;
        Ok((self.code, Attachment { name: self.name, bytes }))
    }
}

/// `GET /api/v1/applications`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let filter = ApplicationFilter {
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        measure: query.get("measure").cloned(),
        mine: query.get("mine").is_some_and(|mine| mine == "true"),
        after: query.get("after").cloned(),
    };
    let page = caller.app.office.applications(&caller.actor, &filter).await?;
    let lines: Vec<Value> = page
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "number": row.number, "measure": row.subject_key, "firm": row.firm, "state": row.state, "holder": row.holder,
                "filed": instant(row.opened_at), "until": row.due_at.map(instant),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"applications": lines, "next": page.next})))
}

/// `GET /api/v1/applications/{number}`: the application with what was written in it.
pub async fn show(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let claim = office.application(&caller.actor, &number).await?;
    let mut words = BTreeMap::new();
    for document in written(&claim) {
        words.insert(document.clone(), office.application_words(&claim, &document).await?);
    }
    let application = &claim.application;
    let body = json!({
        "status": application.status().code(), "holder": application.holder(), "application": application, "words": words,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// The documents with words that an application names.
fn written(claim: &Applied) -> Vec<String> {
    let application = &claim.application;
    let questions = application.questions.iter();
    let questions =
        questions.flat_map(|of| [Some(of.words.clone()), of.answer.as_ref().map(|(_, words)| words.clone())]);
    let decisions = application
        .decisions
        .iter()
        .flat_map(|of| [of.decided.words.clone(), of.revoked.as_ref().map(|(_, words, _)| words.clone())]);
    let appeals = application.appeals.iter();
    let appeals =
        appeals.flat_map(|of| [Some(of.words.clone()), of.decided.as_ref().map(|(_, _, words)| words.clone())]);
    [application.words.clone()].into_iter().chain(questions).chain(decisions).chain(appeals).flatten().collect()
}

/// `POST /api/v1/applications/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let act: ApplicationAct = parse(&body)?;
    let request = Request::new("POST /api/v1/applications/acts", caller.key, &body, "api");
    let done = caller.app.office.do_on_application(&caller.actor, &number, &act, &request).await?;
    Ok(receipt_answer(&done, &[]))
}
