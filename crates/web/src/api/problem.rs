//! Refusals as problem documents (RFC 9457), whoever made them: a use case, the router, or what reads bodies.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, Severity, Text};
use office::Error;
use serde_json::json;

use crate::page::status_of;

/// Media type of a problem document.
const PROBLEM: &str = "application/problem+json";

/// Media type of the answers of handlers.
pub const JSON: &str = "application/json";

/// An error as a problem document.
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        answer(&self.0)
    }
}

fn answer(error: &Error) -> Response {
    if let Error::Internal(why) = error {
        tracing::error!(why, "internal error");
    }
    let mut response = document(status_of(error), &error.faults());
    if let Error::TooMany(seconds) = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// A refusal that no handler worded (no such address, another method, a body without end) as a problem document; any other
/// answer as it is: what became of a file of which nothing could be filed is JSON that tells it fault by fault.
pub fn worded(response: Response) -> Response {
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let is_worded = |kind: &HeaderValue| kind == PROBLEM || kind == JSON;
    if !is_refusal || response.headers().get(header::CONTENT_TYPE).is_some_and(is_worded) {
        return response;
    }
    if let Some(error) = response.extensions().get::<Arc<Error>>() {
        return answer(error);
    }
    let mut problem = document(status, &faults(status));
    // Which methods an address has.
    if let Some(methods) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, methods.clone());
    }
    problem
}

fn document(status: StatusCode, faults: &[Fault]) -> Response {
    let first = faults.first();
    let body = json!({
        "type": "about:blank",
        "status": status.as_u16(),
        "title": first.map(|fault| fault.text.en.clone()),
        "code": first.map(|fault| fault.code.clone()),
        "faults": faults,
    });
    let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], body.to_string()).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// What a bare status says.
pub fn faults(status: StatusCode) -> Vec<Fault> {
    let (code, text, remedy) = match status {
        StatusCode::UNAUTHORIZED => return Error::SignIn.faults(),
        StatusCode::FORBIDDEN => return Error::Forbidden.faults(),
        StatusCode::NOT_FOUND => return Error::NotFound.faults(),
        status if status.is_server_error() => return Error::Internal(String::new()).faults(),
        StatusCode::METHOD_NOT_ALLOWED => (
            "PQ-HTTP-405",
            Text::new("此地址不接受该方法。", "This address does not take this method."),
            Text::new(
                "请使用 Allow 所列的方法，见 /api/openapi.json。",
                "Use one that Allow lists; see /api/openapi.json.",
            ),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "PQ-HTTP-413",
            Text::new(
                "请求内容过大：JSON 上限 2 MB，上传文件上限 16 MB。",
                "The body is too large: JSON may have 2 MB, an uploaded file 16 MB.",
            ),
            Text::new("请将名单拆分后分别发送。", "Split the list and send its parts."),
        ),
        _ => (
            "PQ-HTTP-400",
            Text::new("请求无法读取。", "The request cannot be read."),
            Text::new("请对照 /api/openapi.json 修正。", "Mend it after /api/openapi.json."),
        ),
    };
    vec![Fault::new(Severity::Error, code, "", text, remedy)]
}
