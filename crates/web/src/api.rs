//! The JSON API: the same rules, words and receipts as the pages.

mod calls;
mod evidence;
mod openapi;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use office::{Actor, Error, Scope};
use serde_json::json;

use crate::{app::App, page::status_of};

pub use calls::{act, call, calls, file, journal, new_call, read_filing, upload};
pub use evidence::{checkpoint, permit_check, receipt, receipt_proof, status_list, trust_list};
pub use openapi::{description, docs};

/// A system or person that calls the API.
pub struct Caller {
    /// The application.
    pub app: App,
    /// Who calls.
    pub actor: Actor,
    /// The `Idempotency-Key` header: a retry with the same key and body gets the same receipt.
    pub key: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Caller, Problem> {
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = given.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Problem(Error::SignIn))?;
        let (actor, scopes) = app.office.actor_of_key(key).await.map_err(Problem)?.ok_or(Problem(Error::SignIn))?;
        let wanted = if parts.method.is_safe() { Scope::Read } else { Scope::Write };
        if !scopes.contains(&wanted) {
            return Err(Problem(Error::Forbidden));
        }
        let now = app.office.now().0;
        app.limits.take(&actor.person, now).map_err(|seconds| Problem(Error::TooMany(seconds)))?;
        let principal = parts.headers.get("on-behalf-of").and_then(|value| value.to_str().ok());
        let actor = match principal {
            Some(principal) => app.office.acting_for(actor, principal).await.map_err(Problem)?,
            None => actor,
        };
        let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 200) {
            return Err(Problem(Error::Invalid(vec![bad_key()])));
        }
        Ok(Caller { app: app.clone(), actor, key })
    }
}

fn bad_key() -> domain::Fault {
    domain::Fault::new(
        domain::Severity::Error,
        "PQ-KEY-002",
        "Idempotency-Key",
        domain::Text::new("提交编号为空或过长。", "The Idempotency-Key is empty or too long."),
        domain::Text::new("请使用 1 至 200 个字符。", "Use 1 to 200 characters."),
    )
}

/// An error as a problem document (RFC 9457).
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status_of(&self.0);
        let faults = self.0.faults();
        let first = faults.first();
        let body = json!({
            "type": "about:blank",
            "status": status.as_u16(),
            "title": first.map(|fault| fault.text.en.clone()),
            "code": first.map(|fault| fault.code.clone()),
            "faults": faults,
        });
        if let Error::Internal(why) = &self.0 {
            tracing::error!(why, "internal error");
        }
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if let Error::TooMany(seconds) = self.0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The body of an answer in JSON.
pub fn json_answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
