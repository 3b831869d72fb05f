//! Filing for a flight: a form, or a message or workbook with its lists.

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Severity, Value as Content, formality::Formality};
use office::{Error, FlightFiled, FoundFlight, Request, Right, drafts::Saved};
use serde_json::json;

use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    pages::{formalities, formalities::fields, ship_calls, uploads},
    say,
};

async fn found(page: &Page, number: &str, code: &str) -> Result<(FoundFlight, Formality), Failure> {
    let actor = page.actor()?;
    actor.require(Right::File)?;
    let of = Formality::from_code(code).ok_or(Error::NotFound)?;
    let found = page.app.office.flight(actor, number).await?;
    if found.flight.due.iter().any(|due| due.formality == of) { Ok((found, of)) } else { Err(Error::NotFound.into()) }
}

/// `GET /flights/{number}/{formality}/edit`: the form, with the rows that an upload kept, or else what stands filed.
pub async fn edit(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    let (found, of) = found(&page, &number, &code).await?;
    if let Some(draft) = page.app.office.draft(page.actor()?, Some(found.id), of.code()).await? {
        return draw(&page, &found, of, (&draft.content, Some(draft.saved_at.0), &draft.content), &[]);
    }
    let content = match page.app.office.flight_filing(page.actor()?, &found, of).await {
        Ok(content) => content,
        Err(Error::NotFound | Error::Gone(_)) => Content::Null,
        Err(other) => return Err(other.into()),
    };
    draw(&page, &found, of, (&content, None, &Content::Null), &[])
}

/// `POST /flights/{number}/{formality}/draft`: saves what was typed, for the script.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn save_draft(
    page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form: Form = page.form(&body)?;
    let (found, of) = found(&page, &number, &code).await?;
    let content = formalities::given(&page, of, &form);
    formalities::saved_aside(&page, (found.id, of.code()), &content, &form).await
}

/// `POST /flights/{number}/{formality}/edit`: saves, adds or removes a row, switches the language, or files; each keeps what was
/// typed.
pub async fn file(
    mut page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form: Form = page.form(&body)?;
    let (found, of) = found(&page, &number, &code).await?;
    let mut content = formalities::given(&page, of, &form);
    let stands = page.app.office.draft(page.actor()?, Some(found.id), of.code()).await?.map(|draft| draft.content);
    if page.switch(&form) {
        return draw(&page, &found, of, (&content, None, &stands.unwrap_or_default()), &[]);
    }
    let drawn = formalities::drawn(&form);
    let at = (found.id, of.code());
    if let Some(stands) = page.app.office.saved_meanwhile(page.actor()?, at, &content, drawn).await? {
        let faults = formalities::meanwhile(&page, of, &content, &stands);
        let mut response = draw(&page, &found, of, (&content, None, &stands.content), &faults)?;
        *response.status_mut() = StatusCode::CONFLICT;
        return Ok(response);
    }
    // Over what stood when this was looked at, and over nothing that came since.
    let base = formalities::drawn_from(&stands.unwrap_or_default())?;
    let base = drawn.map(|_| base.as_str());
    let save = async |content: &Content| match page.app.office.save_drawn(page.actor()?, at, content, base).await? {
        Saved::Yes(saved) => Ok::<_, Failure>(Some(saved.0)),
        Saved::Meanwhile(_) => Err(Error::Conflict.into()),
    };
    if form.get("do") == "draft" {
        save(&content).await?;
        return Ok(Redirect::to(&format!("/flights/{number}/{code}/edit")).into_response());
    }
    match form.get("do").split(':').collect::<Vec<_>>().as_slice() {
        ["add", name] => {
            fields::add_row(&mut content, name);
            let saved = save(&content).await?;
            return draw(&page, &found, of, (&content, saved, &content), &[]);
        }
        ["remove", name, nth] => {
            fields::remove_row(&mut content, name, nth);
            let saved = save(&content).await?;
            return draw(&page, &found, of, (&content, saved, &content), &[]);
        }
        _ => {}
    }
    let request = Request::new("flight file", form.key(), content.to_string().as_bytes(), page.channel());
    match aside(page.app.office.file_for_flight(page.actor()?, &found, (of, content.clone()), &request)).await {
        Ok(FlightFiled { unchanged, .. }) => {
            let told = if unchanged { "unchanged" } else { "filed" };
            Ok(Redirect::to(&format!("/flights/{number}?done={told}")).into_response())
        }
        Err(Error::Invalid(faults)) => draw(&page, &found, of, (&content, save(&content).await?, &content), &faults),
        Err(Error::Refused(fault)) => draw(&page, &found, of, (&content, save(&content).await?, &content), &[fault]),
        Err(other) => Err(other.into()),
    }
}

fn draw(
    page: &Page,
    found: &FoundFlight,
    of: Formality,
    (content, saved, stands): (&Content, Option<i64>, &Content),
    faults: &[Fault],
) -> Result<Response, Failure> {
    let flight = &found.flight;
    let profile = &page.app.office.profile;
    let due = flight.due.iter().find(|due| due.formality == of);
    let summary = |severity: Severity| -> Vec<_> {
        faults.iter().filter(|fault| fault.severity == severity).map(say::fault).collect()
    };
    let view = json!({
        "crumbs": [
            {"href": "/flights", "say": say::key("flights-title")},
            {"href": format!("/flights/{}", flight.number), "say": flight.told.designator},
            {"say": say::formality(of)},
        ],
        "errors": summary(Severity::Error), "warnings": summary(Severity::Warning),
        "heading": say::formality(of),
        "intro": due.map(|due| json!([say::text(&due.reason), say::law(profile, &due.law)])),
        "wide": formalities::is_wide(of),
        "action": format!("/flights/{}/{}/edit", flight.number, of.code()),
        "draft": format!("/flights/{}/{}/draft", flight.number, of.code()), "saved": saved, "drawn": formalities::drawn_from(stands)?,
        "sections": formalities::typed(page, of, content, faults),
        "lists": ship_calls::lists_with_countries(),
    });
    let status = if faults.iter().any(Fault::is_error) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.draw_with(status, "flights/file.html", &page.layout("flights"), &view)
}

/// `POST /flights/{number}/upload`: PAXLST, workbook or JSON; what is good is filed, and every fault named at its place.
pub async fn upload(page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.flight(actor, &number).await?;
    let sent = match uploads::read(multipart).await {
        Ok(sent) => sent,
        Err(error) => {
            let word =
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE { "upload-too-large" } else { "upload-broken" };
            let told = json!({"error": say::key(word)});
            return super::draw(&page, &found, &Form { pairs: Vec::new() }, &[], Some(told)).await;
        }
    };
    page.check_token(&sent.csrf)?;
    if sent.bytes.is_empty() {
        let told = json!({"error": say::key("upload-no-file")});
        return super::draw(&page, &found, &Form { pairs: Vec::new() }, &[], Some(told)).await;
    }
    let upload =
        aside(office.upload_for_flight(actor, &number, (&sent.name, &sent.bytes), (&sent.key, "upload"))).await?;
    let names = |list: &[Formality]| list.iter().map(|of| say::formality(*of)).collect::<Vec<_>>();
    let filed: Vec<Formality> = upload.filed.iter().map(|(of, _)| *of).collect();
    let told = json!({
        "file": sent.name, "filed": names(&filed), "unchanged": names(&upload.unchanged), "refused": names(&upload.refused),
        "faults": uploads::grouped(&upload.faults),
    });
    let found = office.flight(actor, &number).await?;
    super::draw(&page, &found, &Form { pairs: Vec::new() }, &[], Some(told)).await
}
