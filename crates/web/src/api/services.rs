//! The catalogue of services as open data.

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::json;

use super::{Problem, json_answer};
use crate::app::App;

/// `GET /api/v1/services`: every service with its limits, papers and how long it took (microseconds).
pub async fn list(State(app): State<App>) -> Result<Response, Problem> {
    let catalogue = app.office.service_catalogue().await?;
    let port = &app.office.profile.port;
    let body = json!({
        "port": port.code, "sample": port.sample, "days": catalogue.days,
        "reckoned_at": catalogue.at.in_zone(&app.office.profile.zone),
        "services": catalogue.services, "times": catalogue.times,
    });
    Ok(json_answer(StatusCode::OK, &body))
}
