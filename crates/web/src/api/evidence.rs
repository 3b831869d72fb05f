//! Receipts, checkpoints, keys and status lists: what anybody may verify.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use office::Error;
use serde_json::json;

use super::{Problem, json_answer};
use crate::{
    app::App,
    pages::sign_in::{Peer, take_try},
};

/// `GET /trust-list`: the port's signed list of keys.
pub async fn trust_list(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], app.office.keys.signed_trust_list.clone()).into_response()
}

/// `GET /status-list/{organ}`: permits that must be examined again, signed by the organ.
pub async fn status_list(State(app): State<App>, Path(organ): Path<String>) -> Result<Response, Problem> {
    let list = app.office.status_list(&organ).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain")], list).into_response())
}

/// `GET /log/checkpoint`: the log's last signed tree head.
pub async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let note = app.office.checkpoint().await?.ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// `GET /log/tile/{path}`: a tile of the log's hashes (C2SP tlog-tiles). Leaves are salted commitments, and not served.
pub async fn tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let tile = app.office.tile(&format!("tile/{path}")).await?;
    let kind = (header::CONTENT_TYPE, "application/octet-stream");
    // A tile of so many hashes never changes.
    Ok(([kind, (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], tile).into_response())
}

/// `GET /receipts/{id}`: the receipt's bytes. Its identifier cannot be guessed, and it names no person.
pub async fn receipt(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    let receipt = app.office.receipt(&id).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], receipt).into_response())
}

/// `GET /receipts/{id}/proof`: where the receipt's leaf lies in the log, and the path to a signed tree head.
pub async fn receipt_proof(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    let proof = app.office.receipt_proof(&id).await?;
    Ok(json_answer(StatusCode::OK, &proof))
}

/// `POST /api/v1/verify`: the text of a permit's code.
pub async fn permit_check(State(app): State<App>, peer: Peer, body: Bytes) -> Result<Response, Problem> {
    take_try(&app, &peer)?;
    let text = String::from_utf8_lossy(&body);
    if text.trim().starts_with(office::GRANT_CODE) {
        let granted = app.office.verify_grant(&text).await?;
        let claims = &granted.claims;
        let body = json!({
            "verdict": granted.verdict.code(), "number": claims.number, "kind": "relief", "measure": claims.measure,
            "firm": claims.firm, "about": claims.about, "issuer": claims.issuer, "row": claims.row, "law": claims.law,
            "until": claims.expires_at.map(|end| domain::Instant(end).to_string()),
        });
        return Ok(json_answer(StatusCode::OK, &body));
    }
    let permit = app.office.verify_permit(&text).await?;
    let body = json!({
        "verdict": permit.verdict.code(),
        "number": permit.claims.number,
        "kind": permit.claims.kind,
        "ship": permit.claims.ship_name,
        "imo": permit.claims.imo_number,
        "issuer": permit.claims.issuer,
        "sail_before": domain::Instant(permit.claims.sail_before).to_string(),
    });
    Ok(json_answer(StatusCode::OK, &body))
}
