//! The register of licences by API.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use domain::{Fault, Instant, Severity, Text, Value as Known, declaration::Licence};
use office::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Caller, Problem,
    calls::{instant, parse},
    json_answer,
};
use crate::aside::aside;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceBody {
    firm: String,
    goods: String,
    #[serde(default)]
    origin: String,
    quantity: Known,
    /// From when, with its zone.
    from: String,
    /// Until when.
    until: String,
}

/// `GET /api/v1/licences`: a firm's own, all of them for customs.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let all = caller.app.office.licences(&caller.actor).await?;
    let lines: Vec<Value> = all
        .iter()
        .map(|of| {
            json!({
                "kind": of.kind, "number": of.number, "firm": of.firm, "goods": of.goods, "origin": of.origin, "unit": of.unit,
                "quantity": of.quantity.to_string(), "drawn": of.drawn.to_string(), "left": of.left().normalize().to_string(),
                "from": instant(of.from.0), "until": instant(of.until.0),
            })
        })
        .collect();
    Ok(json_answer(StatusCode::OK, &json!({"licences": lines})))
}

/// `PUT /api/v1/licences/{kind}/{number}`: customs enters one, or what it is good for now.
pub async fn set(
    caller: Caller,
    Path((kind, number)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    let read: LicenceBody = parse(&body)?;
    let quantity = match &read.quantity {
        Known::Number(number) => Some(*number),
        Known::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    let (Some(quantity), Some(from), Some(until)) = (quantity, Instant::parse(&read.from), Instant::parse(&read.until))
    else {
        return Err(Problem(Error::Invalid(vec![Fault::new(
            Severity::Error,
            "PQ-DECLARATION-038",
            "/quantity",
            Text::new("数量或时间不能读。", "The quantity or a time cannot be read."),
            Text::new("数量为数字，时间按 RFC 3339。", "Give a number, and times as RFC 3339."),
        )])));
    };
    let LicenceBody { firm, goods, origin, .. } = read;
    let answer = json!({"kind": kind, "number": number});
    let licence = Licence { kind, number, firm, goods, origin, quantity, from, until, ..Licence::default() };
    aside(caller.app.office.set_licence(&caller.actor, &licence)).await?;
    Ok(json_answer(StatusCode::OK, &answer))
}
