//! What surrounds every answer: security headers, request ids, errors drawn as pages, panics caught.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Fault, Text};
use office::Error;
use serde_json::json;

use crate::{
    api,
    app::App,
    held,
    page::Page,
    routes::{BODY, REPORT, UPLOAD},
    say,
};

/// Only this program's own files run or style a page; nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Surrounds an answer.
pub async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let (id, began) = (app.office.new_id().to_string(), Instant::now());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    let answer = answer(app.clone(), request, next, &id).await;
    app.metrics.answered(&method, route.as_deref(), answer.status(), began.elapsed());
    answer
}

async fn answer(app: App, request: Request, next: Next, id: &str) -> Response {
    let (mut parts, body) = request.into_parts();
    let for_systems = parts.uri.path().starts_with("/api/");
    if let Some(refusal) = foreign_form(&parts.method, &parts.headers) {
        return surround(if for_systems { api::worded(refusal) } else { refusal }, id);
    }
    let page = if for_systems { None } else { Page::from_request_parts(&mut parts, &app).await.ok() };
    let body = match &page {
        Some(page) if held::may_be_late(page, &parts) => match held::hold(page, &parts, body, most(&parts)).await {
            Ok(Ok(held)) => return surround(held, id),
            Ok(Err(body)) => body,
            Err(failure) => return surround(failure.into_response(), id),
        },
        _ => body,
    };
    let for_people =
        parts.headers.get(header::ACCEPT).and_then(|of| of.to_str().ok()).is_some_and(|of| of.contains(PAGE));
    let (body, with_files) = match &page {
        Some(page) => match crate::pages::begun::files::put_in(page, &mut parts, body).await {
            Ok(put) => put,
            Err(failure) => {
                let response = failure.into_response();
                let error = response.extensions().get::<Arc<Error>>().cloned();
                let drawn = error.and_then(|error| error_page(page, &error, id));
                return surround(drawn.unwrap_or_else(|| bare_page(page, response, id)), id);
            }
        },
        None => (body, false),
    };
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let from = parts.headers.get(header::REFERER).and_then(|from| from.to_str().ok()).map(str::to_owned);
    let response = next.run(Request::from_parts(parts, body)).await;
    if let Some(page) = &page {
        crate::pages::hall::help::follow(page, &method, &path, (response.status(), is_page(&response))).await;
        if method == Method::POST
            && let Err(error) =
                crate::pages::begun::sent_on(page, &path, (from.as_deref(), with_files), response.status()).await
        {
            tracing::warn!(?error, "a form that was begun and sent is still kept");
        }
    }
    let status = response.status();
    if status.is_server_error() {
        // Neither query nor body: they may name persons.
        tracing::error!(id, %method, path, status = status.as_u16(), "failed");
    } else {
        tracing::debug!(id, %method, path, status = status.as_u16(), "answered");
    }
    let response = match (response.extensions().get::<Arc<Error>>().cloned(), page) {
        (Some(error), Some(page)) => error_page(&page, &error, id).unwrap_or_else(|| bare_page(&page, response, id)),
        (None, Some(page)) if for_people && is_bare(&response) => bare_page(&page, response, id),
        _ if for_systems => api::worded(response),
        _ => response,
    };
    surround(response, id)
}

/// The kind of what people read.
const PAGE: &str = "text/html";

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(PAGE.as_bytes()))
}

/// True for a refusal of the framework's own, in its words or in none: a body too large, a form that is none.
fn is_bare(response: &Response) -> bool {
    let plain = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && response.headers().get(header::CONTENT_TYPE).is_none_or(plain)
}

/// How large a late form may be: a file's may be larger.
fn most(parts: &axum::http::request::Parts) -> usize {
    if held::is_upload(parts) {
        UPLOAD
    } else if held::is_answer(parts) {
        REPORT
    } else {
        BODY
    }
}

/// A form that another site's page sends carries that site's name in headers which no script can forge.
fn foreign_form(method: &Method, headers: &axum::http::HeaderMap) -> Option<Response> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    // A page that keeps its address secret (no-referrer) has no origin to tell, and the browser vouches for it all the same.
    if site == Some("same-origin") {
        return None;
    }
    let foreign = matches!(site, Some("cross-site" | "same-site"));
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
    let elsewhere = origin.is_some_and(|origin| origin.split_once("://").map(|(_, rest)| rest) != Some(host));
    (foreign || elsewhere).then(|| StatusCode::FORBIDDEN.into_response())
}

fn surround(mut response: Response, id: &str) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// The page of an error, in the reader's language.
fn error_page(page: &Page, error: &Error, id: &str) -> Option<Response> {
    let status = crate::page::status_of(error);
    if let Error::Internal(why) = error {
        tracing::error!(id, why, "internal error");
    }
    let mut response = fault_page(page, status, error.faults().first()?, id)?;
    if let (Error::TooMany(seconds), headers) = (error, response.headers_mut()) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    Some(response)
}

/// The page of a refusal that is no error of ours, with the headers that belong to it.
fn bare_page(page: &Page, response: Response, id: &str) -> Response {
    let status = response.status();
    let faults = api::faults_of_status(status).into_iter().map(|fault| for_a_form(status, fault));
    let drawn = faults.take(1).find_map(|fault| fault_page(page, status, &fault, id));
    let Some(mut drawn) = drawn else { return response };
    if let Some(methods) = response.headers().get(header::ALLOW) {
        drawn.headers_mut().insert(header::ALLOW, methods.clone());
    }
    drawn
}

/// What a system mends after the description of the API, a person mends by sending her form anew.
fn for_a_form(status: StatusCode, fault: Fault) -> Fault {
    let remedy = match status {
        // How much a form may have differs from form to form, and from what the API takes.
        StatusCode::PAYLOAD_TOO_LARGE => {
            let text = Text::new("提交的内容过大。", "What was sent is too large.");
            let remedy = Text::new("请减少或缩小文件后再提交。", "Send fewer or smaller files.");
            return Fault { text, remedy, ..fault };
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => return fault,
        status if status.is_server_error() => return fault,
        _ => Text::new("请返回上一页，重新打开表单后再提交。", "Go back, open the form again, and send it anew."),
    };
    Fault { remedy, ..fault }
}

fn fault_page(page: &Page, status: StatusCode, fault: &Fault, id: &str) -> Option<Response> {
    let view = json!({"fault": {
        "status": status.as_u16(),
        "text": say::text(&fault.text),
        "remedy": say::text(&fault.remedy),
        "help": say::text(&fault.help),
        "code": fault.code,
        "request": id,
    }});
    match page.draw_with(status, "error.html", &page.layout(""), &view) {
        Ok(response) => Some(response),
        Err(crate::page::Failure::Error(Error::Internal(why))) => {
            tracing::error!(id, why, "the error page itself failed");
            None
        }
        Err(_) => None,
    }
}
