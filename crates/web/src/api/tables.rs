//! Decision tables by API: what counts, drafts and their check, and every step of a change but those that want a person.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use jiff::civil::Date;
use office::{CheckedTable, Drafted, Error, Request, TableAct, TableDifference};
use serde::Deserialize;
use serde_json::{Value, json};
use store::versions::Version;
use uuid::Uuid;

use super::{
    Caller, Problem,
    calls::{instant, parse},
    json_answer,
};
use crate::pages::tables::written;

/// `GET /api/v1/tables`: every table with its hash, who changes it, and changes under way.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let lines = caller.app.office.tables(&caller.actor).await?;
    let tables: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "name": line.table.name, "title": line.table.title, "hash": line.table.hash, "rows": line.table.rows.len(),
                "published": line.published, "drafts": line.competence.as_ref().map(|who| &who.drafts),
                "approves": line.competence.as_ref().map(|who| &who.approves),
                "open": line.open.iter().map(version).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"tables": tables})))
}

/// `GET /api/v1/tables/{name}`: a table as it counts, with its versions.
pub async fn show(caller: Caller, Path(name): Path<String>) -> Result<Response, Problem> {
    let found = caller.app.office.table(&caller.actor, &name).await?;
    let who = found.line.competence.as_ref();
    let body = json!({
        "name": name, "title": found.line.table.title, "hash": found.line.table.hash, "text": found.text,
        "published": found.line.published, "drafts": who.map(|who| &who.drafts), "approves": who.map(|who| &who.approves),
        "law": who.map(|who| &who.law), "versions": found.versions.iter().map(version).collect::<Vec<_>>(),
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `GET /api/v1/tables/{name}/{file}`: `table.md` or `table.dmn`.
pub async fn file(caller: Caller, Path((name, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let found = caller.app.office.table(&caller.actor, &name).await?;
    Ok(written(&name, &file, &found.text, &found.line.table)?)
}

fn version(of: &Version) -> Value {
    json!({
        "id": of.id, "table": of.name, "state": of.state, "edit": of.edit, "valid_from": of.valid_from, "base": of.base,
        "hash": of.hash, "organ": of.organ, "changed_at": instant(of.changed_at),
        "published_at": (of.published_at > 0).then(|| instant(of.published_at)),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Markdown or DMN XML.
    text: String,
    valid_from: Date,
    #[serde(default)]
    words: String,
    /// The edit that was read, where a draft is written anew.
    #[serde(default)]
    edit: i64,
}

/// `POST /api/v1/tables/{name}/check`: every fault, the situations, and the difference on last month's matters; nothing is kept.
pub async fn check(caller: Caller, Path(name): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let asked: Asked = parse(&body)?;
    let office = &caller.app.office;
    let checked = office.check_table(&caller.actor, &name, &asked.text, asked.valid_from)?;
    let difference = match checked.reviewed.is_sound() {
        true => Some(office.table_difference(&caller.actor, &name, &checked).await?),
        false => None,
    };
    Ok(json_answer(StatusCode::OK, &found(&checked, difference.as_ref())))
}

/// `POST /api/v1/tables/{name}/changes`: begins a change.
pub async fn draft(caller: Caller, Path(name): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let asked: Asked = parse(&body)?;
    let sent = [name.as_bytes(), b"\0", &body[..]].concat();
    let request = Request::new("POST /api/v1/tables/changes", caller.key.clone(), &sent, "api");
    let (words, request) = (asked.words, Some(request));
    let drafted = Drafted { text: asked.text, valid_from: Some(asked.valid_from), words, request };
    let id = caller.app.office.draft_table(&caller.actor, &name, &drafted).await?;
    answer(&caller, id, StatusCode::CREATED).await
}

/// `GET /api/v1/table-changes/{id}`: a change with its text, its steps and receipts.
pub async fn change(caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    answer(&caller, id, StatusCode::OK).await
}

/// `PUT /api/v1/table-changes/{id}`: writes a draft anew.
pub async fn edit(caller: Caller, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Problem> {
    let asked: Asked = parse(&body)?;
    let drafted =
        Drafted { text: asked.text, valid_from: Some(asked.valid_from), words: asked.words, ..Drafted::default() };
    caller.app.office.edit_table(&caller.actor, id, asked.edit, &drafted).await?;
    answer(&caller, id, StatusCode::OK).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    act: String,
    edit: i64,
    #[serde(default)]
    words: String,
}

/// `POST /api/v1/table-changes/{id}/acts`: `propose` and `drop`; what approves wants a person who signs in.
pub async fn act(caller: Caller, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Problem> {
    let step: Step = parse(&body)?;
    let act = TableAct::from_code(&step.act).filter(|act| *act != TableAct::Edit).ok_or(Error::NotFound)?;
    caller.app.office.act_on_table(&caller.actor, id, step.edit, act, &step.words).await?;
    answer(&caller, id, StatusCode::OK).await
}

async fn answer(caller: &Caller, id: Uuid, status: StatusCode) -> Result<Response, Problem> {
    let change = caller.app.office.clone().table_change(&caller.actor, id).await?;
    let steps: Vec<Value> = change
        .steps
        .iter()
        .map(|of| {
            let who = of.who.split_once('/').map_or(of.who.as_str(), |(party, _)| party);
            json!({"at": instant(of.at), "who": who, "kind": of.kind, "hash": of.hash, "words": of.words, "receipt": of.receipt})
        })
        .collect();
    let mut body = version(&change.version);
    body["text"] = json!(change.version.text);
    body["steps"] = json!(steps);
    body["may"] = json!(change.may.iter().map(|act| act.code()).collect::<Vec<_>>());
    Ok(json_answer(status, &body))
}

fn found(checked: &CheckedTable, difference: Option<&TableDifference>) -> Value {
    let changed = checked.reviewed.changed.iter();
    let missed = checked.missed.iter().map(|of| {
        let misses = of.tried.misses.iter();
        json!({
            "name": of.tried.name, "title": of.tried.title, "by_the_draft": of.by_the_draft,
            "misses": misses.map(|miss| json!({"place": miss.place, "expected": miss.expected, "found": miss.found})).collect::<Vec<_>>(),
        })
    });
    let difference = difference.map(|of| {
        let listed = of.listed.iter().map(|line| {
            json!({
                "kind": line.kind, "number": line.number, "about": line.about, "at": instant(line.at.0), "day": line.outcome.day,
                "before": line.outcome.before, "after": line.outcome.after,
            })
        });
        json!({
            "since": instant(of.since.0), "matters": of.matters, "asked": of.asked, "differing": of.differing, "more": of.more,
            "listed": listed.collect::<Vec<_>>(),
        })
    });
    json!({
        "sound": checked.is_sound(), "hash": checked.reviewed.table.as_ref().map(|table| &table.hash), "faults": checked.faults,
        "changed": changed.map(|of| json!({"row": of.row, "change": of.change.code(), "on": of.on})).collect::<Vec<_>>(),
        "situations": {"tried": checked.tried, "missed": missed.collect::<Vec<_>>()}, "difference": difference,
    })
}
