//! The form of a change: the table's text, a file instead of it, a row by fields, the day; checked as often as wanted, and
//! saved as a draft.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Severity, Text};
use jiff::civil::Date;
use office::{CheckedTable, Drafted, Error, Request, TableAct};
use rules::{Table, add_row, close_row};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::{checked_view, difference_view},
    columns,
};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// What the form shows.
struct Filled {
    /// The table.
    name: String,
    /// Where it is sent.
    action: String,
    /// Where a file is sent.
    upload: String,
    /// The edit that was read; 0 for a new change.
    edit: i64,
    /// The table's text.
    text: String,
    /// The day, as typed.
    day: String,
    /// Why, as typed.
    words: String,
    /// The cells of a row that was not added.
    row: Vec<(String, String)>,
    /// The form's key: sent twice, it begins one change.
    key: Option<String>,
}

/// `GET /tables/{name}/draft`
///
/// # Errors
/// Sign in first; forbidden for who drafts no changes of this table.
pub async fn form(page: Page, Path(name): Path<String>) -> Result<Response, Failure> {
    let filled = begun(&page, &name).await?;
    draw(&page, &filled, StatusCode::OK, &[], None).await
}

/// `POST /tables/{name}/draft`: adds or closes a row, checks, or saves, by the form's `do`.
///
/// # Errors
/// The page again, with what is wrong.
pub async fn send(mut page: Page, Path(name): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let filled = typed(begun(&page, &name).await?, &form);
    answer(&mut page, &form, filled, None).await
}

/// `GET /tables/changes/{id}/edit`
///
/// # Errors
/// Sign in first; not found for what does not concern the reader, forbidden for who may not edit it.
pub async fn edit(page: Page, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    let filled = standing(&page, id).await?;
    draw(&page, &filled, StatusCode::OK, &[], None).await
}

/// `POST /tables/changes/{id}/edit`
///
/// # Errors
/// The page again, with what is wrong.
pub async fn send_edit(mut page: Page, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let filled = typed(standing(&page, id).await?, &form);
    answer(&mut page, &form, filled, Some(id)).await
}

/// `POST /tables/{name}/upload`: the form with the text of a file, Markdown or DMN XML. Nothing is saved yet.
///
/// # Errors
/// As the form.
pub async fn upload(page: Page, Path(name): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let (token, read) = parts(multipart).await;
    page.check_token(&token)?;
    let filled = Filled { text: read.clone(), ..begun(&page, &name).await? };
    draw_uploaded(&page, filled, &read).await
}

/// `POST /tables/changes/{id}/upload`
///
/// # Errors
/// As the form.
pub async fn upload_edit(page: Page, Path(id): Path<Uuid>, multipart: Multipart) -> Result<Response, Failure> {
    let (token, read) = parts(multipart).await;
    page.check_token(&token)?;
    let filled = Filled { text: read.clone(), ..standing(&page, id).await? };
    draw_uploaded(&page, filled, &read).await
}

async fn parts(mut multipart: Multipart) -> (String, String) {
    let (mut token, mut read) = (String::new(), String::new());
    while let Ok(Some(field)) = multipart.next_field().await {
        match field.name().unwrap_or_default() {
            "csrf" => token = field.text().await.unwrap_or_default(),
            "file" => {
                read = field.bytes().await.map(|of| String::from_utf8_lossy(&of).into_owned()).unwrap_or_default()
            }
            _ => {}
        }
    }
    (token, read)
}

/// A file as it was read: DMN XML becomes Markdown, so that it can be gone on with.
async fn draw_uploaded(page: &Page, mut filled: Filled, read: &str) -> Result<Response, Failure> {
    match office::table_text(read) {
        Ok(text) => {
            filled.text = text;
            draw(page, &filled, StatusCode::OK, &[], None).await
        }
        Err(Error::Invalid(faults)) => draw(page, &filled, StatusCode::UNPROCESSABLE_ENTITY, &faults, None).await,
        Err(other) => Err(other.into()),
    }
}

/// The form as it begins: the table as it counts, from tomorrow.
async fn begun(page: &Page, name: &str) -> Result<Filled, Failure> {
    let found = page.app.office.table(page.actor()?, name).await?;
    if !found.may_draft {
        return Err(Error::Forbidden.into());
    }
    let today = page.app.office.today();
    Ok(Filled {
        name: name.to_owned(),
        action: format!("/tables/{name}/draft"),
        upload: format!("/tables/{name}/upload"),
        edit: 0,
        text: found.text,
        day: today.tomorrow().unwrap_or(today).to_string(),
        words: String::new(),
        row: Vec::new(),
        key: None,
    })
}

/// The form of a draft as it stands.
async fn standing(page: &Page, id: Uuid) -> Result<Filled, Failure> {
    let change = page.app.office.table_change(page.actor()?, id).await?;
    if !change.may.contains(&TableAct::Edit) {
        return Err(Error::Forbidden.into());
    }
    let of = change.version;
    Ok(Filled {
        name: of.name,
        action: format!("/tables/changes/{id}/edit"),
        upload: format!("/tables/changes/{id}/upload"),
        edit: of.edit,
        text: of.text,
        day: of.valid_from,
        words: String::new(),
        row: Vec::new(),
        key: None,
    })
}

/// What was typed over it.
fn typed(filled: Filled, form: &Form) -> Filled {
    Filled {
        text: form.get("text").replace("\r\n", "\n"),
        day: form.get("from").trim().to_owned(),
        words: form.get("words").to_owned(),
        edit: form.get("edit").parse().unwrap_or(filled.edit),
        row: form.pairs.iter().filter(|(name, _)| name.starts_with("row.")).cloned().collect(),
        key: form.key(),
        ..filled
    }
}

async fn answer(page: &mut Page, form: &Form, mut filled: Filled, id: Option<Uuid>) -> Result<Response, Failure> {
    if page.switch(form) {
        return draw(page, &filled, StatusCode::OK, &[], None).await;
    }
    let Ok(from) = filled.day.parse::<Date>() else {
        return draw(page, &filled, StatusCode::UNPROCESSABLE_ENTITY, &[no_day()], None).await;
    };
    match form.get("do") {
        "add" => {
            let base = page.app.office.profile.tables.get(&filled.name).ok_or(Error::NotFound)?;
            let cells = cells(base, &filled, from);
            match add_row(&filled.text, &cells) {
                Some(text) if !cells["row"].is_empty() => {
                    (filled.text, filled.row) = (text, Vec::new());
                    draw(page, &filled, StatusCode::OK, &[], None).await
                }
                _ => draw(page, &filled, StatusCode::UNPROCESSABLE_ENTITY, &[no_row("row.row")], None).await,
            }
        }
        "close" => match close_row(&filled.text, form.get("close").trim(), from) {
            Some(text) => {
                filled.text = text;
                draw(page, &filled, StatusCode::OK, &[], None).await
            }
            None => draw(page, &filled, StatusCode::UNPROCESSABLE_ENTITY, &[no_row("close")], None).await,
        },
        "save" => save(page, &filled, from, id).await,
        _ => match page.app.office.check_table(page.actor()?, &filled.name, &filled.text, from) {
            Ok(checked) => draw(page, &filled, StatusCode::OK, &[], Some(&checked)).await,
            Err(Error::Invalid(faults)) => draw(page, &filled, StatusCode::UNPROCESSABLE_ENTITY, &faults, None).await,
            Err(other) => Err(other.into()),
        },
    }
}

async fn save(page: &Page, filled: &Filled, from: Date, id: Option<Uuid>) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let sent = [filled.name.as_str(), filled.text.as_str(), filled.day.as_str(), filled.words.as_str()].join("\0");
    let request = Request::new("table draft", filled.key.clone(), sent.as_bytes(), page.channel());
    let (text, words) = (filled.text.clone(), filled.words.clone());
    let drafted = Drafted { text, valid_from: Some(from), words, request: Some(request) };
    let saved = match id {
        Some(id) => office.edit_table(actor, id, filled.edit, &drafted).await.map(|()| id),
        None => office.draft_table(actor, &filled.name, &drafted).await,
    };
    match saved {
        Ok(id) => Ok(Redirect::to(&format!("/tables/changes/{id}")).into_response()),
        Err(Error::Refused(fault)) => draw(page, filled, StatusCode::CONFLICT, &[fault], None).await,
        Err(Error::Invalid(faults)) => draw(page, filled, StatusCode::UNPROCESSABLE_ENTITY, &faults, None).await,
        Err(other) => Err(other.into()),
    }
}

/// The fields of a row: their names, and the headings of their columns.
fn headings(table: &Table) -> Vec<(String, String)> {
    let inputs = table.source.inputs.iter().enumerate().map(|(nth, of)| (format!("row.in{nth}"), of.name.clone()));
    let outputs =
        table.source.outputs.iter().enumerate().map(|(nth, of)| (format!("row.out{nth}"), format!("-> {}", of.name)));
    let own = [("row.row", "row"), ("row.law", "law"), ("row.zh", "reason zh"), ("row.en", "reason en")];
    let own = own.map(|(field, heading)| (field.to_owned(), heading.to_owned()));
    own.into_iter().chain(inputs).chain(outputs).collect()
}

/// The cells of the fields by their headings; a new row begins on the day.
fn cells(base: &Table, filled: &Filled, from: Date) -> BTreeMap<String, String> {
    let typed =
        |field: &str| filled.row.iter().find(|(of, _)| of == field).map_or("", |(_, cell)| cell.trim()).to_owned();
    let mut cells: BTreeMap<String, String> =
        headings(base).into_iter().map(|(field, heading)| (heading, typed(&field))).collect();
    cells.insert("from".to_owned(), from.to_string());
    cells
}

async fn draw(
    page: &Page,
    filled: &Filled,
    status: StatusCode,
    faults: &[Fault],
    checked: Option<&CheckedTable>,
) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let difference = match checked.filter(|of| of.reviewed.is_sound()) {
        Some(checked) => difference_view(&office.table_difference(actor, &filled.name, checked).await?),
        None => Value::Null,
    };
    let base = office.profile.tables.get(&filled.name).ok_or(Error::NotFound)?;
    let said = |fault: &Fault| {
        let mut said = say::fault(fault);
        if !["from", "row.row", "close"].contains(&fault.location.as_str()) {
            said["field"] = Value::Null;
        }
        said
    };
    let view = json!({
        "errors": faults.iter().map(said).collect::<Vec<_>>(), "name": filled.name, "action": filled.action, "upload": filled.upload,
        "edit": filled.edit, "text": filled.text, "day": filled.day, "words": filled.words,
        "close": open_rows(&filled.text, office.today()), "row": row_fields(filled, base),
        "checked": checked.map(checked_view), "difference": difference,
    });
    let mut layout = page.layout("tables");
    layout.path.clone_from(&filled.action);
    page.draw_with(status, "tables/form.html", &layout, &view)
}

/// The rows of a text that have no end yet, to be closed.
fn open_rows(text: &str, today: Date) -> Vec<Value> {
    let Some(table) = Table::parse(text).0 else { return Vec::new() };
    let open = table.rows.iter().filter(|row| row.until.is_none_or(|until| today < until));
    open.map(|row| {
        let reason = |name: &str| row.notes.get(name).map(|words| format!(" · {words}")).unwrap_or_default();
        let label = |note: &str| format!("{}{}", row.id, reason(note));
        json!({"value": row.id, "label": {"zh": label("reason zh"), "en": label("reason en")}})
    })
    .collect()
}

/// A field for each column of a new row.
fn row_fields(filled: &Filled, base: &Table) -> Vec<Value> {
    let columns = columns(base);
    let said = |heading: &str| match heading {
        "row" => (say::key("table-field-row"), Value::Null),
        "law" => (say::key("table-field-law"), Value::Null),
        "reason zh" => (say::key("table-field-reason-zh"), Value::Null),
        "reason en" => (say::key("table-field-reason-en"), Value::Null),
        _ => {
            let column = columns.iter().find(|of| of["name"] == heading.trim_start_matches("-> "));
            let text = |member: &str| column.and_then(|of| of[member].as_str()).unwrap_or_default();
            let mark = if text("values").is_empty() { "" } else { ": " };
            (json!(heading), json!(format!("{}{mark}{}", text("kind"), text("values"))))
        }
    };
    let field = |(name, heading): (String, String)| {
        let (label, hint) = said(&heading);
        let value = filled.row.iter().find(|(of, _)| *of == name).map_or("", |(_, cell)| cell.as_str());
        json!({"name": name, "kind": "text", "label": label, "hint": hint, "value": value})
    };
    headings(base).into_iter().map(field).collect()
}

fn no_day() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-TABLE-001",
        "from",
        Text::new("公布日无法读取。", "The day of publication cannot be read."),
        Text::new("填写年-月-日，至少为明天。", "Give year-month-day, tomorrow at the earliest."),
    )
}

fn no_row(field: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-TABLE-025",
        field,
        Text::new("没有这一行，或没有填行号。", "There is no such row, or no id was given."),
        Text::new(
            "新行填一个未用过的行号；终止时选已有的行。",
            "Give a new row an id that is not used; to close one, choose it.",
        ),
    )
}
