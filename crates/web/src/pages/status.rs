//! How the service fares: for people, and for what watches it.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use office::Role;
use serde_json::json;

use crate::{
    app::App,
    layout::Say,
    page::{Failure, Page},
    say,
};

/// The log is late when something has waited for its place longer than this, in microseconds.
const LATE: i64 = 60_000_000;

/// `GET /status`
pub async fn status(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let health = office.store.health().await;
    let is_late = health.unsequenced > 0 && health.signed_at.is_none_or(|at| office.now().0 - at > LATE);
    let aside = office.clocks_aside().await.map_or(0, |clocks| clocks.len());
    let works = |works: bool| {
        let (tone, word) = if works { ("ok", "status-works") } else { ("stop", "status-fails") };
        say::tag(tone, &say::key(word))
    };
    let part = |name: &str, state: Say, well: bool| {
        let fallback = if well { json!(null) } else { say::key(&format!("status-{name}-fallback")) };
        json!({"name": say::key(&format!("status-{name}")), "state": state, "since": null, "fallback": fallback})
    };
    let log = if is_late { say::tag("wait", &say::key("status-late")) } else { works(true) };
    let parts = [
        part("reading", works(health.readable), health.readable),
        part("filing", works(health.writable), health.writable),
        part("log", log, !is_late),
        part("verifying", works(health.readable), health.readable),
        part("clocks", works(aside == 0), aside == 0),
    ];
    // Which limits passed unseen is the operator's business; that some did is everybody's.
    let is_operator = page.session.as_ref().is_some_and(|session| session.actor.role == Role::Administrator);
    let view = json!({
        "parts": parts, "backlog": health.unsequenced, "incidents": [],
        "aside": (is_operator && aside > 0).then_some(aside),
    });
    page.draw("status.html", &page.layout("status"), &view)
}

/// `GET /health`: the process lives.
pub async fn health() -> &'static str {
    "ok"
}

/// `GET /ready`: the store can be read and takes writes.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let health = app.office.store.health().await;
    if health.readable && health.writable {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

/// `GET /metrics`
pub async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    let metrics = Arc::clone(&app.metrics);
    if !metrics.admits(&headers) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    match metrics.exposition(&app.office.store).await {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(why) => {
            tracing::error!(why, "figures");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
