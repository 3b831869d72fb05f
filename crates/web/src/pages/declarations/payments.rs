//! A bank's file of payments, for customs: each line is recorded once, and says what became of it.

use axum::{
    extract::Multipart,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use office::{Error, RecordedPayment, Right};
use serde_json::{Value, json};

use super::view;
use crate::{
    aside::aside,
    page::{Failure, Page},
    pages::uploads,
    say,
};

/// `GET /declarations/payments`
pub async fn payments(page: Page) -> Result<Response, Failure> {
    draw(&page, &[], json!(null))
}

/// `POST /declarations/payments`: a file, as CSV.
pub async fn record_payments(page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let sent = match uploads::read(multipart).await {
        Ok(sent) => sent,
        Err(error) => {
            let large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
            let word = if large { "upload-too-large" } else { "upload-broken" };
            return draw(&page, &[], json!({"file": "", "error": say::key(word), "faults": []}));
        }
    };
    page.check_token(&sent.csrf)?;
    let (office, actor) = (&page.app.office, page.actor()?);
    let faults = match office.read_payments(&sent.bytes) {
        Ok(payments) => match aside(office.record_payments(actor, &payments, "upload")).await {
            Ok(recorded) => return draw(&page, &recorded, json!(null)),
            Err(Error::Invalid(faults)) => faults,
            Err(other) => return Err(other.into()),
        },
        Err(Error::Invalid(faults)) => faults,
        Err(other) => return Err(other.into()),
    };
    draw(&page, &[], json!({"file": sent.name, "error": null, "faults": uploads::grouped(&faults)}))
}

fn draw(page: &Page, recorded: &[RecordedPayment], upload: Value) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::Decide)?;
    if !view::is_customs(actor) {
        return Err(Error::Forbidden.into());
    }
    let lines: Vec<Value> = recorded
        .iter()
        .enumerate()
        .map(|(nth, of)| {
            let outcome = match (of.faults.is_empty(), of.known) {
                (true, false) => say::tag("ok", &say::key("decl-payment-recorded")),
                (true, true) => say::tag("none", &say::key("decl-payment-known")),
                (false, _) => say::tag("stop", &say::key("decl-payment-refused")),
            };
            json!({
                "n": nth + 1, "number": of.number, "balance": of.balance.map(view::money), "state": outcome,
                "faults": of.faults.iter().map(say::fault).collect::<Vec<_>>(),
            })
        })
        .collect();
    let status = if upload.is_null() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let drawn = json!({"lines": lines, "upload": upload, "currency": office::CURRENCY});
    page.draw_with(status, "declarations/payments.html", &page.layout("declarations"), &drawn)
        .map(IntoResponse::into_response)
}
