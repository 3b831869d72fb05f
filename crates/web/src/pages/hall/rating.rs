//! Ratings: two buttons and a line, after each service; who was not content and leaves a name is called back.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use domain::{Fault, hall::lines, service::service};
use office::{Error, hall::Said};
use serde_json::{Value, json};

use super::{
    super::sign_in::{Peer, take_try},
    appointment::keep_secret,
    form_of_anybody, plain_fault,
};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// `GET /hall/rate/{secret}`: of a number or of a receipt sheet.
///
/// # Errors
/// Not found for a wrong secret, or what is not over or was rated.
pub async fn form(page: Page, peer: Peer, Path(secret): Path<String>) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    if !page.app.office.may_rate(&secret).await? {
        return Err(Error::NotFound.into());
    }
    draw(&page, StatusCode::OK, &secret, &Form::default(), &[], None)
}

/// `POST /hall/rate/{secret}`
///
/// # Errors
/// As the form; too many tries.
pub async fn rate(mut page: Page, peer: Peer, Path(secret): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = form_of_anybody(&page, &peer, &body)?;
    if page.switch(&form) {
        return draw(&page, StatusCode::OK, &secret, &form, &[], None);
    }
    let said = Said {
        good: match form.get("do") {
            "good" => true,
            "bad" => false,
            _ => return Err(Error::NotFound.into()),
        },
        why: form.get("why").to_owned(),
        name: form.get("name").to_owned(),
        phone: form.get("phone").to_owned(),
        language: page.lang.clone(),
    };
    match page.app.office.rate(&secret, &said).await {
        Ok(problem) => draw(&page, StatusCode::OK, &secret, &form, &[], Some(problem)),
        Err(Error::Invalid(faults)) => draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &secret, &form, &faults, None),
        Err(Error::Refused(fault)) => draw(&page, StatusCode::CONFLICT, &secret, &form, &[fault], None),
        Err(other) => Err(other.into()),
    }
}

fn draw(
    page: &Page,
    status: StatusCode,
    secret: &str,
    form: &Form,
    faults: &[Fault],
    done: Option<Option<String>>,
) -> Result<Response, Failure> {
    let error = |name: &str| faults.iter().find(|fault| fault.location == name).map(|fault| say::text(&fault.text));
    let fields = json!([
        {"name": "why", "kind": "textarea", "lines": 3, "label": say::key("hall-rate-why"), "value": form.get("why")},
        {"name": "name", "kind": "text", "label": say::key("hall-rate-name"), "hint": say::key("hall-rate-name-hint"), "value": form.get("name"), "error": error("name")},
        {"name": "phone", "kind": "text", "label": say::key("hall-phone"), "value": form.get("phone"), "error": error("phone")},
    ]);
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "secret": secret, "fields": fields,
        "done": done.is_some(), "problem": done.flatten(),
    });
    let mut layout = page.layout("hall");
    layout.path = format!("/hall/rate/{secret}");
    let mut response = page.draw_with(status, "hall/rate.html", &layout, &view)?;
    keep_secret(&mut response);
    Ok(response)
}

/// `GET /hall/ratings`: of the last days, for who serves in the hall.
///
/// # Errors
/// Forbidden for others.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (rated, bad) = office.ratings(page.actor()?).await?;
    let (profile, now) = (&office.profile, office.now());
    let known = lines(profile, now);
    let name = |code: &str| match service(profile, code, now) {
        Some(service) => say::text(&service.name),
        None => known.iter().find(|(line, _)| line == code).map_or_else(|| json!(code), |(_, name)| say::text(name)),
    };
    let of: Vec<Value> = rated.iter().map(|of| json!({"name": name(&of.of), "good": of.good, "bad": of.bad})).collect();
    let bad: Vec<Value> = bad
        .iter()
        .map(|(of, words)| {
            let about = if of.service.is_empty() { &of.line } else { &of.service };
            json!({"name": name(about), "at_time": of.at, "words": words, "problem": of.problem})
        })
        .collect();
    page.draw("hall/ratings.html", &page.layout("hall-day"), &json!({"rated": of, "bad": bad}))
}
