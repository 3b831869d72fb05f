//! The JSON API: the same rules, words and receipts as the pages.

pub mod applications;
mod calls;
pub mod cargo;
pub mod charges;
pub mod crew_cases;
pub mod declarations;
mod evidence;
pub mod flights;
pub mod licences;
pub mod measures;
pub mod open311;
mod openapi;
pub mod person_permits;
pub mod prechecks;
pub mod priorities;
mod problem;
pub mod problems;
pub mod resumption;
pub mod services;
pub mod ships;
pub mod tables;
pub mod webhooks;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use office::{Actor, Error, Scope};

use crate::app::App;

pub use calls::{act, call, calls, file, journal, new_call, original, read_filing, upload, workbook};
pub use evidence::{checkpoint, permit_check, receipt, receipt_proof, status_list, tile, trust_list};
pub use openapi::{description, docs};
pub use problem::{Problem, faults as faults_of_status, worded};

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
        // The name of a key is what its firm likes to call it: another firm's key of that name waits for nobody here.
        let principal = format!("{}/{}", actor.party_code(), actor.person);
        app.limits.take(&principal, now).map_err(|seconds| Problem(Error::TooMany(seconds)))?;
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

/// The body of an answer in JSON.
pub fn json_answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, problem::JSON)], body.to_string()).into_response()
}
