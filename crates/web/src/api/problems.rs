//! Problems by API: reported, read through the reader's part, and acted on by the same acts as on the pages.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Bytes,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    Fault, Severity, Text,
    problem::{Key, Reader},
};
use office::{
    Error, NewReport, ProblemAct, ProblemFilter, Request,
    problems::{Attachment, Contact, RowOutcome},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use super::{
    Caller, Problem,
    calls::{instant, parse, receipt_answer},
    json_answer,
};
use crate::{
    aside::aside,
    pages::{problems::import, uploads::download},
};

/// `GET /api/v1/problems`
pub async fn list(caller: Caller, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Problem> {
    let filter = ProblemFilter {
        states: query.get("state").map(|states| states.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        topic: query.get("topic").cloned(),
        owner: query.get("owner").cloned(),
        class: query.get("class").cloned(),
        overdue: query.get("overdue").is_some_and(|overdue| overdue == "true"),
        words: query.get("q").cloned().unwrap_or_default(),
        known: query.get("known").cloned(),
        after: query.get("after").cloned(),
        ..ProblemFilter::default()
    };
    let page = caller.app.office.problems(&caller.actor, &filter).await?;
    let lines: Vec<Value> = page
        .lines
        .iter()
        .map(|of| {
            json!({
                "number": of.number, "topic": of.topic, "severity": of.class, "state": of.state, "owner": of.owner,
                "opened": instant(of.opened.0), "updated": instant(of.updated.0), "until": of.due.map(|due| instant(due.0)),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"problems": lines, "next": page.next})))
}

/// `GET /api/v1/problems/{number}`: the case as its reader may see it, with the words that it names.
pub async fn show(caller: Caller, Path(number): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let case = office.problem(&caller.actor, &number).await?;
    let etag = format!("\"{}\"", case.problem.version);
    if headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(etag.as_str()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut words: BTreeMap<String, Value> = BTreeMap::new();
    for report in case.problem.reports.iter().filter(|report| !report.words.is_empty()) {
        words.insert(report.words.clone(), json!(office.said(&case, &report.words).await?));
        // Who reported is read when it is asked for: such a reading is recorded.
        if let (Some(contact), Reader::Reporter(_)) = (&report.contact, &case.reader) {
            words.insert(contact.clone(), json!(office.problem_contact(&caller.actor, &case, contact).await?));
        }
    }
    for document in documents(&case.problem) {
        words.insert(document.clone(), json!(office.problem_words(&case, &document).await?));
    }
    let body = json!({
        "status": case.problem.status(),
        "owner": case.problem.owner(),
        "tasks": case.problem.tasks_open(),
        "problem": case.problem,
        "words": words,
    });
    let mut response = json_answer(StatusCode::OK, &body);
    if let Ok(value) = etag.parse() {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// The documents with words that a case names, in both languages.
fn documents(problem: &domain::problem::Problem) -> BTreeSet<String> {
    problem.words().into_iter().filter(|of| office::problems::is_document(of)).map(str::to_owned).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportBody {
    topic: String,
    impact: String,
    urgency: String,
    words: String,
    /// Answers to the topic's questions: a text, or several for a list of several values.
    #[serde(default)]
    answers: BTreeMap<String, AnswerBody>,
    #[serde(default)]
    keys: BTreeSet<Key>,
    #[serde(default)]
    contact: Contact,
    #[serde(default)]
    language: String,
    #[serde(default)]
    against: BTreeSet<String>,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    files: Vec<FileBody>,
}

/// A file in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBody {
    name: String,
    /// Its bytes in base64.
    content: String,
}

fn files(given: Vec<FileBody>) -> Result<Vec<Attachment>, Problem> {
    let file = |(nth, of): (usize, FileBody)| {
        let bytes = STANDARD.decode(of.content.trim()).map_err(|_| {
            Problem(Error::Invalid(vec![Fault::new(
                Severity::Error,
                "PQ-REPORT-013",
                format!("/files/{nth}/content"),
                Text::new("文件内容不是 base64。", "The content of the file is not base64."),
                Text::new("请以 base64 编码文件内容。", "Encode the file’s bytes in base64."),
            )]))
        })?;
        Ok(Attachment { name: of.name, bytes })
    };
    given.into_iter().enumerate().map(file).collect()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnswerBody {
    One(String),
    Several(Vec<String>),
}

/// The answer to a report.
#[derive(Serialize)]
struct Taken<'a> {
    number: &'a str,
    secret: &'a str,
    receipt_id: &'a str,
    receipt: &'a RawValue,
}

/// `POST /api/v1/problems`
pub async fn report(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let read: ReportBody = parse(&body)?;
    let answers = read.answers.into_iter().flat_map(|(code, answer)| match answer {
        AnswerBody::One(value) => vec![(code, value)],
        AnswerBody::Several(values) => values.into_iter().map(|value| (code.clone(), value)).collect(),
    });
    let new = NewReport {
        answers: answers.collect(),
        topic: read.topic,
        impact: read.impact,
        urgency: read.urgency,
        words: read.words,
        keys: read.keys.iter().map(|key| Key::new(&key.kind, &key.value)).collect(),
        contact: read.contact,
        language: read.language,
        against: read.against,
        hidden: read.hidden,
        attachments: files(read.files)?,
        ..NewReport::default()
    };
    let request = Request::new("POST /api/v1/problems", caller.key, &body, "api");
    let done = caller.app.office.report(&caller.actor, &new, &request).await?;
    // The receipt goes out as it was signed.
    let receipt: &RawValue = serde_json::from_slice(&done.receipt).map_err(Error::from)?;
    let receipt_id = done.receipt_id.to_string();
    let taken = Taken { number: &done.number, secret: &done.secret, receipt_id: &receipt_id, receipt };
    let body = serde_json::to_string(&taken).map_err(Error::from)?;
    let mut response = (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    let replayed = if done.replayed { "true" } else { "false" };
    response.headers_mut().insert("idempotency-replayed", axum::http::HeaderValue::from_static(replayed));
    Ok(response)
}

/// `GET /api/v1/problems/import`: the empty workbook.
pub async fn template(caller: Caller) -> Result<Response, Problem> {
    let columns = import::columns(&caller.app.office, &caller.app.templates, &caller.actor);
    Ok(download(caller.app.office.import_template(&caller.actor, &columns)?))
}

/// `POST /api/v1/problems/import`: a workbook in the body; the same bytes twice are the same reports.
pub async fn import(caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let columns = import::columns(&caller.app.office, &caller.app.templates, &caller.actor);
    let taken = aside(caller.app.office.import_reports(&caller.actor, ("problems.xlsx", &body), &columns)).await?;
    let back = format!("/api/v1/problems/import/{}", taken.id);
    let read = taken.rows.iter().any(|of| !matches!(of.outcome, RowOutcome::Faulty));
    let status = if read { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(json_answer(status, &import::answer(&taken, &back)))
}

/// `GET /api/v1/problems/import/{id}`: the workbook back.
pub async fn imported(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    import::is_import(&id)?;
    Ok(download(caller.app.office.imported_file(&caller.actor, &id).await?))
}

/// `POST /api/v1/problems/{number}/acts`
pub async fn act(caller: Caller, Path(number): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let mut read: Value = parse(&body)?;
    let given = read.as_object_mut().and_then(|members| members.remove("files"));
    let (act, came): (ProblemAct, Vec<FileBody>) = match given {
        None => (parse(&body)?, Vec::new()),
        Some(came) => {
            let part = |of: &Value| serde_json::to_vec(of).map_err(Error::from);
            (parse(&part(&read)?)?, parse(&part(&came)?)?)
        }
    };
    let came = files(came)?;
    let request = Request::new("POST /api/v1/problems/acts", caller.key, &body, "api");
    let done = caller.app.office.do_on_problem_with(&caller.actor, &number, (&act, &came), &request).await?;
    Ok(receipt_answer(&done, &[]))
}

/// `GET /api/v1/problems/{number}/files/{document}`
pub async fn file(caller: Caller, Path((number, document)): Path<(String, String)>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let case = office.problem(&caller.actor, &number).await?;
    Ok(crate::pages::problems::download(&office.problem_attachment(&case, &document).await?))
}

/// `GET /api/v1/problems/{number}/journal`: for the port office.
pub async fn journal(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let office = &caller.app.office;
    let case = office.problem(&caller.actor, &number).await?;
    let records = office.problem_journal(&caller.actor, case.id, 1000).await?;
    Ok(json_answer(StatusCode::OK, &json!({"journal": records})))
}
