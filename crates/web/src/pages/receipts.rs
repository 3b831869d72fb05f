//! The receipt of an act, for people.

use axum::{extract::Path, response::Response};
use domain::{
    matter::naming,
    ship_call::{Party, Record, ShipCall},
};
use office::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    layout::Say,
    page::{Failure, Page},
    say,
};

/// What a receipt's file states, as far as the page shows it.
#[derive(Deserialize)]
struct Stated {
    digest: String,
    received_at: i64,
}

/// `GET /calls/{number}/receipts/{id}`
pub async fn show(page: Page, Path((number, id)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let (call, records) = office.done_by(actor, &id).await?.ok_or(Error::NotFound)?;
    // A receipt is shown under its own call's address alone.
    if call.number != number {
        return Err(Error::NotFound.into());
    }
    let stated: Stated = serde_json::from_slice(&office.receipt(&id).await?).map_err(Error::from)?;
    // The leaf gets its place in the log within a second; until then the page says so.
    let proof = office.receipt_proof(&id).await.unwrap_or(Value::Null);
    let record = naming(&records);
    let firms = office.firm_names(&call, &records).await?;
    let names = say::Names { profile: &office.profile, firms: &firms };
    let view = json!({
        "crumbs": [
            {"href": "/calls", "say": say::key("nav-calls")},
            {"href": format!("/calls/{number}"), "say": number},
            {"say": say::key("receipt-title")},
        ],
        "state": say::tag("ok", &say::key("receipt-state")),
        "same": page.asked("same").is_some(),
        "number": id,
        "received": stated.received_at,
        "what": record.map_or_else(|| say::text(&call.ship.name), |record| say::entry(names, record).0),
        "by": by(names, record),
        "digest": in_hexadecimal(&stated.digest),
        "index": proof.get("index"),
        "next": next(&page, &call),
        "call_href": format!("/calls/{number}"),
        "download": format!("/receipts/{id}"),
        "stuck": format!("/report?call={number}&receipt={id}"),
    });
    page.draw("receipts/show.html", &page.layout("calls"), &view)
}

fn by(names: say::Names<'_>, record: Option<&Record>) -> Say {
    let Some(record) = record else { return say::key("who-nobody") };
    let code = record.party.split_once(':').map_or(record.party.as_str(), |(_, code)| code);
    names.unit(code)
}

fn next(page: &Page, call: &ShipCall) -> Vec<Say> {
    let profile = &page.app.office.profile;
    let mut next = vec![say::holding(profile, &call.holding())];
    let is_agent = page.session.as_ref().is_some_and(|session| matches!(session.actor.party, Party::Firm(_)));
    if is_agent {
        next.push(say::key("check-then-page"));
    }
    next
}

/// A digest as `sha256sum` prints it, so that it can be compared by eye; as it is when it is no base64url.
fn in_hexadecimal(base64url: &str) -> String {
    let mut hexadecimal = String::with_capacity(64);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in base64url.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return base64url.to_owned(),
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            hexadecimal.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    hexadecimal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_shown_as_other_tools_print_them() {
        // SHA-256 of no bytes.
        let empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(in_hexadecimal(empty), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(in_hexadecimal("not base64!"), "not base64!");
    }
}
