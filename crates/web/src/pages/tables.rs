//! Decision tables: the list, a table with its rows and its versions, its files. Changes stand in `change.rs` and `draft.rs`.

pub mod change;
pub mod draft;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{ship_call::Party, table_change::Competence};
use jiff::civil::Date;
use office::{Actor, Error, TableLine};
use rules::{Row, Table, dmn::Model};
use serde_json::{Value, json};
use store::versions::Version;

use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /tables`: every table with who changes it, and the changes that are under way.
///
/// # Errors
/// Sign in first; forbidden for who reads none.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let lines = page.app.office.tables(page.actor()?).await?;
    let open: Vec<Value> = lines.iter().flat_map(|line| &line.open).map(|of| version_view(&page, of)).collect();
    let tables: Vec<Value> = lines.iter().map(|line| line_view(&page, line)).collect();
    page.draw("tables/list.html", &page.layout("tables"), &json!({"open": open, "tables": tables}))
}

fn line_view(page: &Page, line: &TableLine) -> Value {
    let profile = &page.app.office.profile;
    let units = |of: fn(&Competence) -> &Vec<String>| line.competence.as_ref().map(|who| say::units(profile, of(who)));
    json!({
        "name": line.table.name, "title": title(&line.table), "href": format!("/tables/{}", line.table.name),
        "rows": line.table.rows.len(), "published": line.published, "hash": short(&line.table.hash),
        "drafts": units(|who| &who.drafts), "approves": units(|who| &who.approves),
    })
}

/// The title of a table in each language: its lines, Chinese and English, or one line with both.
pub fn title(table: &Table) -> Value {
    let lines: Vec<&str> = table.title.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [zh, en, ..] => json!({"zh": zh, "en": en}),
        [both] => match both.split_once(" / ") {
            Some((zh, en)) => json!({"zh": zh, "en": en}),
            None => json!({"zh": both, "en": both}),
        },
        [] => json!(table.name),
    }
}

fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// The changes that wait for the reader's approval, for her desk.
///
/// # Errors
/// The store's own.
pub async fn to_approve(page: &Page) -> Result<Vec<Value>, Failure> {
    let waiting = page.app.office.changes_to_approve(page.actor()?).await?;
    let profile = &page.app.office.profile;
    let line = |of: &Version| {
        let name = profile.tables.get(&of.name).map_or_else(|| json!(of.name), title);
        json!({
            "href": format!("/tables/changes/{}", of.id), "say": name, "organ": say::unit(profile, &of.organ),
            "at": of.changed_at, "from": of.valid_from,
        })
    };
    Ok(waiting.iter().map(line).collect())
}

/// A version in lists.
fn version_view(page: &Page, of: &Version) -> Value {
    let tone = match of.state.as_str() {
        "published" => "ok",
        "proposed" => "wait",
        "withdrawn" => "stop",
        _ => "none",
    };
    json!({
        "table": of.name, "href": format!("/tables/changes/{}", of.id), "hash": short(&of.hash),
        "state": say::tag(tone, &say::key(&format!("table-state-{}", of.state))), "from": of.valid_from,
        "organ": say::unit(&page.app.office.profile, &of.organ), "at": of.changed_at,
    })
}

/// `GET /tables/{name}`: a table as it counts; `?hash=` shows the version that an entry names.
///
/// # Errors
/// Sign in first; not found for a table that there is not.
pub async fn show(page: Page, Path(name): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let found = page.app.office.table(actor, &name).await?;
    let asked = page.asked("hash").filter(|hash| *hash != found.line.table.hash);
    let table = match asked {
        Some(hash) => {
            let text = page.app.office.table_by_hash(actor, &name, hash).await?;
            Table::parse(&text).0.ok_or(Error::NotFound)?
        }
        None => found.line.table.clone(),
    };
    let today = page.app.office.today();
    let view = json!({
        "name": name, "title": title(&table), "hash": table.hash, "hit": table.hit.word(), "former": asked.is_some(),
        "published": found.line.published, "may_draft": found.may_draft,
        "draft": format!("/tables/{name}/draft"), "markdown": format!("/tables/{name}/table.md"), "dmn": format!("/tables/{name}/table.dmn"),
        "who": who(&page, found.line.competence.as_ref()),
        "rows": rows(&page, &table, today),
        "versions": found.versions.iter().map(|of| version_view(&page, of)).collect::<Vec<_>>(),
    });
    page.draw("tables/show.html", &page.layout("tables"), &view)
}

/// Who drafts and who approves, with the row that says so.
fn who(page: &Page, competence: Option<&Competence>) -> Value {
    let profile = &page.app.office.profile;
    competence.map_or(Value::Null, |who| {
        json!({
            "drafts": say::units(profile, &who.drafts), "approves": say::units(profile, &who.approves),
            "law": say::law(profile, &who.law), "reason": say::text(&who.reason), "row": who.rule.row,
        })
    })
}

/// The headings of a table: inputs, then outputs.
fn columns(table: &Table) -> Vec<Value> {
    let inputs = table
        .source
        .inputs
        .iter()
        .map(|of| json!({"name": of.name, "kind": of.kind, "values": of.values, "answer": false}));
    let outputs = table
        .source
        .outputs
        .iter()
        .map(|of| json!({"name": of.name, "kind": of.kind, "values": of.values, "answer": true}));
    inputs.chain(outputs).collect()
}

fn rows(page: &Page, table: &Table, today: Date) -> Vec<Value> {
    let row = |(row, source): (&Row, &rules::RowSource)| {
        let note = |name: &str| row.notes.get(name).cloned().unwrap_or_default();
        let filled = |(name, cell): (&String, &String)| {
            let cell = cell.trim();
            (!matches!(cell, "" | "-")).then(|| json!({"name": name, "cell": cell}))
        };
        let inputs = table.source.inputs.iter().map(|of| &of.name).zip(&source.tests);
        let outputs = table.source.outputs.iter().map(|of| &of.name).zip(&source.outputs);
        let (tone, standing) = match row.until {
            _ if today < row.from => ("wait", "coming"),
            Some(until) if until <= today => ("none", "ended"),
            _ => ("ok", "in-force"),
        };
        json!({
            "id": row.id, "conditions": inputs.filter_map(filled).collect::<Vec<_>>(),
            "answers": outputs.filter_map(filled).collect::<Vec<_>>(), "from": row.from.to_string(),
            "until": row.until.and_then(|until| until.yesterday().ok()).map(|day| day.to_string()),
            "law": say::law(&page.app.office.profile, &row.law), "reason": {"zh": note("reason zh"), "en": note("reason en")},
            "state": say::tag(tone, &say::key(&format!("table-row-{standing}"))),
        })
    };
    table.rows.iter().zip(&table.source.rows).map(row).collect()
}

/// `GET /tables/{name}/{file}`: `table.md` or `table.dmn`, as the table counts.
///
/// # Errors
/// As the page.
pub async fn file(page: Page, Path((name, file)): Path<(String, String)>) -> Result<Response, Failure> {
    let found = page.app.office.table(page.actor()?, &name).await?;
    Ok(written(&name, &file, &found.text, &found.line.table)?)
}

/// A table in one of its written forms.
///
/// # Errors
/// Not found for a form that there is not.
pub fn written(name: &str, file: &str, text: &str, table: &Table) -> Result<Response, Error> {
    let (kind, end, body) = match file {
        "table.md" => ("text/markdown; charset=utf-8", "table.md", text.to_owned()),
        "table.dmn" => ("application/xml; charset=utf-8", "dmn", Model::of_table(&table.source).to_xml()),
        _ => return Err(Error::NotFound),
    };
    let named = format!("attachment; filename=\"{name}.{end}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)], body).into_response())
}

/// True for readers to whom the persons of organs are named.
fn names_persons(actor: &Actor) -> bool {
    matches!(actor.party, Party::Organ(_))
}
