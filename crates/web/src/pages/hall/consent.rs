//! What a firm sees of the counter: codes that wait for its consent, what a clerk may do now, and going on there with what it
//! has begun online.

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use office::{Error, Right};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /hall/consents`
///
/// # Errors
/// Forbidden for who files for no firm.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let asked = page.app.office.asked_consents(page.actor()?).await?;
    let line = |of: &office::hall::AskedConsent| {
        let services: Vec<Value> = of.services.iter().map(|service| say::text(&service.name)).collect();
        json!({"id": of.visit.to_string(), "code": of.code, "until": of.until.0, "services": services})
    };
    let view = json!({"asked": asked.iter().map(line).collect::<Vec<_>>()});
    page.draw("hall/consents.html", &page.layout("hall"), &view)
}

/// `POST /hall/consents`: somebody of the firm says no.
///
/// # Errors
/// Not found for another firm's.
pub async fn refuse(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let id = form.get("id").parse().map_err(|_| Error::NotFound)?;
    page.app.office.refuse_consent(page.actor()?, id).await?;
    Ok(Redirect::to("/hall/consents").into_response())
}

/// `POST /hall/handover`: the code with which to go on at the counter.
///
/// # Errors
/// Forbidden for who files for no firm.
pub async fn offer(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    offered(&page, form.get("place")).await
}

/// The page with the code, which is shown once.
///
/// # Errors
/// As [`offer`].
pub async fn offered(page: &Page, place: &str) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::File)?;
    if page.visit.is_some() {
        return Err(Error::Forbidden.into());
    }
    let (id, code) = page.app.office.offer_visit(actor, place).await?;
    let view = json!({"code": code, "id": id.to_string(), "place": place});
    let mut layout = page.layout("hall");
    layout.path = "/hall/consents".to_owned();
    let mut response = page.draw_with(StatusCode::CREATED, "hall/offered.html", &layout, &view)?;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}
