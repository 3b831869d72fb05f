//! A form that is sent after the session has ended is not lost: it is held until the same person has signed in again, and
//! she then sends it on or throws it away.
//!
//! Nothing is done with it before: a form is held only when it carries the token of the session that has ended, and the
//! page that shows it again has a token of the new one. A file of a call's upload is held with its form.

use axum::{
    body::Body,
    http::{Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use office::{Error, Held};

use crate::{
    page::{Failure, Form, Page, sign_in_address},
    pages::{problems::sent, uploads},
};

/// Addresses that take forms without a session, or whose form is worth nothing afterwards. Passwords are held nowhere.
const NEVER: [&str; 6] = ["/sign-in", "/sign-out", "/session", "/verify", "/report/status", "/account/password"];

/// True for a form of a person whose session may have ended.
pub fn may_be_late(page: &Page, parts: &Parts) -> bool {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let path = parts.uri.path();
    page.session.is_none()
        && page.token.is_some()
        && parts.method == Method::POST
        && (header(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded") || is_upload(parts) || is_answer(parts))
        // What the script sends by itself it sends again.
        && !header(header::ACCEPT).starts_with("application/json")
        && may_be_held(path)
}

/// True for the form that carries a file for a call.
pub fn is_upload(parts: &Parts) -> bool {
    let path = parts.uri.path();
    media_type(parts).starts_with("multipart/form-data") && path.starts_with("/calls/") && path.ends_with("/upload")
}

/// True for words in a case, with which files may come. The words are held; files are chosen again.
pub fn is_answer(parts: &Parts) -> bool {
    let path = parts.uri.path();
    media_type(parts).starts_with("multipart/form-data") && path.starts_with("/problems/") && path.ends_with("/acts")
}

fn media_type(parts: &Parts) -> &str {
    parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn may_be_held(path: &str) -> bool {
    !NEVER.contains(&path) && !path.starts_with("/held/")
}

/// Holds the form and sends to the sign-in page; or gives the body back, when it is none of a session that has ended.
///
/// # Errors
/// The body's own, when it does not arrive, and the store's.
pub async fn hold(page: &Page, parts: &Parts, body: Body, most: usize) -> Result<Result<Response, Body>, Failure> {
    let mut media = media_type(parts).to_owned();
    let mut bytes = axum::body::to_bytes(body, most).await.map_err(|_| Failure::Error(Error::Invalid(Vec::new())))?;
    let came = bytes.clone();
    let csrf = if is_answer(parts) {
        let form = sent::of_bytes(&media, came.clone()).await.form;
        bytes = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.pairs).finish().into();
        media = "application/x-www-form-urlencoded".to_owned();
        form.get("csrf").to_owned()
    } else if is_upload(parts) {
        uploads::read_held(media_type(parts), &bytes).await.map(|sent| sent.csrf).unwrap_or_default()
    } else {
        let form = Form { pairs: form_urlencoded::parse(&bytes).into_owned().collect() };
        form.get("csrf").to_owned()
    };
    let token = page.token.as_deref().unwrap_or_default();
    let Some(actor) = page.app.office.ended_session(token, &csrf).await? else {
        return Ok(Err(Body::from(came)));
    };
    // With its query: a form that was begun names there where it belongs.
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |whole| whole.as_str()).to_owned();
    let held = Held { path, media_type: media, body: bytes.to_vec() };
    let id = page.app.office.hold_form(&actor, &held).await?;
    Ok(Ok(Redirect::to(&sign_in_address(&format!("/held/{id}"), Some(&page.lang))).into_response()))
}

#[cfg(test)]
mod tests {
    use super::may_be_held;

    #[test]
    fn what_was_filed_is_held_and_a_password_is_not() {
        assert!(may_be_held("/calls/2026-DAL-000001/acts") && may_be_held("/account"));
        assert!(!may_be_held("/account/password") && !may_be_held("/sign-in") && !may_be_held("/held/1"));
    }
}
