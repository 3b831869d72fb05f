//! Declaring and amending: a form with a grid of items and help with commodity codes, or a file of the WCO data model.

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Value as Content, declaration::form, formality::form_of_fields, matter::Party, reference::search_commodities,
};
use office::{Declared, Error, Request, Right};
use serde_json::{Value, json};

use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    pages::{formalities::fields, ship_calls, uploads},
    say,
};

/// The name under which what was typed is kept as a draft.
const DRAFT: &str = "declaration";
/// A workbook is an archive.
const WORKBOOK: &[u8] = b"PK";
/// So many codes are offered.
const OFFERED: usize = 12;

/// What a page of the form shows besides the form.
#[derive(Default)]
struct Beside<'a> {
    /// Faults, at their fields.
    faults: &'a [Fault],
    /// What was searched for among the commodity codes.
    wanted: &'a str,
    /// Faults of a file.
    upload: Option<Value>,
    /// The declaration that is amended.
    amends: Option<&'a Declared>,
}

fn may_declare(page: &Page) -> Result<(), Failure> {
    let actor = page.actor()?;
    actor.require(Right::File)?;
    if matches!(actor.party, Party::Firm(_)) { Ok(()) } else { Err(Error::Forbidden.into()) }
}

/// `GET /declarations/new`: with what was typed last time, if it was not sent.
pub async fn form(page: Page) -> Result<Response, Failure> {
    may_declare(&page)?;
    let draft = page.app.office.draft(page.actor()?, None, DRAFT).await?;
    let (content, mode) = match draft {
        Some(draft) => (draft.content.get("form").clone(), draft.content.get("mode").to_string()),
        None => (Content::from([("currency", office::CURRENCY.into())]), "on_arrival".to_owned()),
    };
    draw(&page, &content, &mode, &Beside::default())
}

/// `POST /declarations/new`: adds or removes an item, finds codes, switches the language, or declares; each keeps what was typed.
pub async fn declare(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let typed = page.form(&body)?;
    may_declare(&page)?;
    let (content, mode) = (given(&page, &typed), typed.get("mode").to_owned());
    let draft = Content::from([("form", content.clone()), ("mode", mode.as_str().into())]);
    // A form that is only drawn again, in another language or as it was begun, replaces no draft: a later one may be kept.
    if typed.get("switch").is_empty() {
        page.app.office.save_draft(page.actor()?, None, DRAFT, &draft).await?;
    }
    if let Some(drawn) = redrawn(&mut page, &typed, content.clone(), &mode, None) {
        return drawn;
    }
    let request = Request::new("declaration", typed.key(), draft.to_string().as_bytes(), page.channel());
    let office = &page.app.office;
    match aside(office.declare_by_form(page.actor()?, &content, &mode, &request)).await {
        Ok(done) => {
            office.save_draft(page.actor()?, None, DRAFT, &Content::Null).await?;
            Ok(Redirect::to(&format!("/declarations/{}?done=declared", done.number)).into_response())
        }
        Err(Error::Invalid(faults)) => draw(&page, &content, &mode, &Beside { faults: &faults, ..Beside::default() }),
        Err(Error::Refused(fault)) => draw(&page, &content, &mode, &Beside { faults: &[fault], ..Beside::default() }),
        Err(other) => Err(other.into()),
    }
}

/// `GET /declarations/{number}/amend`: the form with what stands.
pub async fn amend_form(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    may_declare(&page)?;
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.declaration(actor, &number).await?;
    let (content, _) = office.check_declaration(office.declaration_form(actor, &found).await?);
    draw(&page, &content, "", &Beside { amends: Some(&found), ..Beside::default() })
}

/// `POST /declarations/{number}/amend`
pub async fn amend(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let typed = page.form(&body)?;
    may_declare(&page)?;
    let content = given(&page, &typed);
    let found = page.app.office.declaration(page.actor()?, &number).await?;
    if let Some(drawn) = redrawn(&mut page, &typed, content.clone(), "", Some(&found)) {
        return drawn;
    }
    let request = Request::new("declaration amend", typed.key(), content.to_string().as_bytes(), page.channel());
    let done = aside(page.app.office.amend_by_form(page.actor()?, &found, &content, &request)).await;
    let amends = Some(&found);
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/declarations/{number}?done=amended")).into_response()),
        Err(Error::Invalid(faults)) => {
            draw(&page, &content, "", &Beside { faults: &faults, amends, ..Beside::default() })
        }
        Err(Error::Refused(fault)) => {
            draw(&page, &content, "", &Beside { faults: &[fault], amends, ..Beside::default() })
        }
        Err(other) => Err(other.into()),
    }
}

/// The form drawn again, where it was not sent to declare.
fn redrawn(
    page: &mut Page,
    typed: &Form,
    mut content: Content,
    mode: &str,
    amends: Option<&Declared>,
) -> Option<Result<Response, Failure>> {
    let mut beside = Beside { amends, wanted: typed.get("wanted"), ..Beside::default() };
    if page.switch(typed) {
        return Some(draw(page, &content, mode, &beside));
    }
    match typed.get("do").split(':').collect::<Vec<_>>().as_slice() {
        ["add", name] => fields::add_row(&mut content, name),
        ["remove", name, nth] => fields::remove_row(&mut content, name, nth),
        ["find"] => {}
        // The code goes to the first item that has none.
        ["take", code] => {
            let rows = content.get("items").list();
            let nth = rows.iter().position(|row| row.get("code").is_empty()).unwrap_or(rows.len());
            content.set(&format!("/items/{nth}/code"), (*code).into());
            beside.wanted = "";
        }
        _ => return None,
    }
    Some(draw(page, &content, mode, &beside))
}

/// `GET /declarations/template`: the empty workbook of items.
pub async fn template(page: Page) -> Result<Response, Failure> {
    may_declare(&page)?;
    Ok(uploads::download(page.app.office.item_template(page.actor()?)?))
}

/// The items of a workbook, in the form: with what was typed before, and kept with it.
async fn items(page: &Page, name: &str, bytes: &[u8]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let sheet = office::read_item_sheet(bytes);
    let draft = office.draft(actor, None, DRAFT).await?.map(|draft| draft.content).unwrap_or(Content::Null);
    let mut content = match draft.get("form") {
        Content::Null => Content::from([("currency", office::CURRENCY.into())]),
        form => form.clone(),
    };
    let mode = match draft.get("mode").to_string() {
        mode if mode.is_empty() => "on_arrival".to_owned(),
        mode => mode,
    };
    if sheet.rows.list().is_empty() {
        // Nothing was read: what was typed before stays.
        let upload = json!({"file": name, "error": null, "faults": uploads::grouped(&sheet.faults), "none": true});
        return draw(page, &content, &mode, &Beside { upload: Some(upload), ..Beside::default() });
    }
    content.set("/items", sheet.rows.clone());
    let (content, faults) = office.check_declaration(content);
    let kept = Content::from([("form", content.clone()), ("mode", mode.as_str().into())]);
    office.save_draft(actor, None, DRAFT, &kept).await?;
    // The rest of the form is typed now: of what is missing there nothing is said yet.
    let of_items = faults.into_iter().filter(|fault| fault.location.starts_with("/items/")).collect();
    let faults: Vec<Fault> = sheet.faults.iter().cloned().chain(sheet.placed(of_items)).collect();
    let wrong = faults.iter().any(Fault::is_error);
    let upload =
        wrong.then(|| json!({"file": name, "error": null, "faults": uploads::grouped(&faults), "none": false}));
    draw(page, &content, &mode, &Beside { upload, ..Beside::default() })
}

/// `POST /declarations/upload`: WCO XML; it declares, amends, takes back, or says that the goods are there. A workbook fills the form's
/// items.
pub async fn upload(page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let sent = match uploads::read(multipart).await {
        Ok(sent) => sent,
        Err(error) => {
            let word =
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE { "upload-too-large" } else { "upload-broken" };
            let upload = Some(json!({"file": "", "error": say::key(word), "faults": [], "none": false}));
            may_declare(&page)?;
            return draw(&page, &Content::Null, "on_arrival", &Beside { upload, ..Beside::default() });
        }
    };
    page.check_token(&sent.csrf)?;
    may_declare(&page)?;
    if sent.bytes.starts_with(WORKBOOK) {
        return items(&page, &sent.name, &sent.bytes).await;
    }
    let request = Request::new("declaration file", Some(sent.key.clone()), &sent.bytes, "upload");
    let faults = match aside(page.app.office.send_declaration(page.actor()?, &sent.bytes, None, &request)).await {
        Ok((done, _)) => {
            return Ok(Redirect::to(&format!("/declarations/{}?done=declared", done.number)).into_response());
        }
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Refused(fault)) => vec![fault],
        Err(other) => return Err(other.into()),
    };
    let upload = Some(json!({"file": sent.name, "error": null, "faults": uploads::grouped(&faults), "none": false}));
    draw(&page, &Content::Null, "on_arrival", &Beside { upload, ..Beside::default() })
}

fn given(page: &Page, typed: &Form) -> Content {
    let pairs: Vec<(String, String)> =
        typed.pairs.iter().map(|(name, value)| (name.replace('.', "/"), value.clone())).collect();
    let mut content = form_of_fields(form::FIELDS, &pairs, &page.app.office.profile.zone);
    fields::tidy(form::FIELDS, &mut content);
    content
}

fn draw(page: &Page, content: &Content, mode: &str, beside: &Beside<'_>) -> Result<Response, Failure> {
    let office = &page.app.office;
    let modes: Vec<Value> = office
        .profile
        .codes("declaration-modes", "mode")
        .into_iter()
        .map(|code| json!({"value": code, "label": super::view::mode(&code)}))
        .collect();
    let mode = json!({
        "name": "mode", "kind": "choice", "label": say::key("decl-mode"), "options": modes, "value": mode, "required": true,
        "error": beside.faults.iter().find(|fault| fault.location == "/mode").map(|fault| say::text(&fault.text)),
        "hint": say::key("decl-mode-hint"),
    });
    let mut drawn = fields::fields(page, form::FIELDS, content, beside.faults);
    let items = drawn.pop().unwrap_or_default();
    let of_port = office.port_codes(beside.wanted).into_iter();
    let of_port = of_port.map(|(code, name)| json!({"code": code, "say": say::text(&name), "declarable": true}));
    let known = search_commodities(beside.wanted, OFFERED);
    let known =
        known.iter().map(|of| json!({"code": of.code, "say": say::text(&of.said()), "declarable": of.is_subheading()}));
    let codes: Vec<Value> = of_port.chain(known).take(OFFERED).collect();
    let number = beside.amends.map(|found| &found.declaration.number);
    let view = json!({
        "errors": beside.faults.iter().filter(|fault| fault.is_error()).map(say::fault).collect::<Vec<_>>(),
        "number": number, "mode": if number.is_none() { mode } else { json!(null) }, "fields": drawn, "items": items,
        "wanted": beside.wanted, "codes": codes, "upload": beside.upload,
        "action": number.map_or("/declarations/new".to_owned(), |number| format!("/declarations/{number}/amend")),
        "lists": ship_calls::lists_with_countries(),
    });
    let faulty = beside.faults.iter().any(Fault::is_error) || beside.upload.is_some();
    let status = if faulty { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.draw_with(status, "declarations/edit.html", &page.layout("declarations"), &view)
}
