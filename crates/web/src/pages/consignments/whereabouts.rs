//! Where goods stand, for who holds a number of theirs: without signing in. The number is sent in the body, never in an address.

use axum::{body::Bytes, response::Response};
use office::consignments::Whereabouts;
use serde_json::{Value, json};

use crate::{
    page::{Failure, Form, Page},
    pages::sign_in::{Peer, take_estimate},
    say,
};

/// `GET /where`
pub async fn form(page: Page) -> Result<Response, Failure> {
    let view = json!({"number": "", "found": [], "asked": false});
    page.draw("consignments/where.html", &page.layout("consignments"), &view)
}

/// `POST /where`
pub async fn show(mut page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    take_estimate(&page.app, &peer)?;
    let form = Form { pairs: form_urlencoded::parse(&body).into_owned().collect() };
    page.switch(&form);
    let number = form.get("number").trim().to_owned();
    let found = page.app.office.whereabouts(&number).await?;
    let found: Vec<Value> = found.iter().map(|of| stands(&page, of)).collect();
    let view = json!({"number": number, "found": found, "asked": !number.is_empty()});
    page.draw("consignments/where.html", &page.layout("consignments"), &view)
}

fn stands(page: &Page, of: &Whereabouts) -> Value {
    let profile = &page.app.office.profile;
    let who = |code: &str| match code {
        "carrier" | "firm" | "truck" => say::key(&format!("cargo-by-{code}")),
        organ => say::unit(profile, organ),
    };
    let held = of.held.iter().map(|held| {
        let what =
            if of.declared_only { format!("decl-state-{}", of.state) } else { format!("cargo-held-{}", held.what) };
        json!({"say": say::key(&what), "by": who(&held.by)})
    });
    let events = of.events.iter().rev().map(|(at, kind, by)| {
        let key = format!("cargo-event-{}", kind.replace(['.', '_'], "-"));
        json!({"at": at.0, "say": say::key(&key), "small": [who(by)]})
    });
    let state = match of.declared_only {
        true => crate::pages::declarations::view::state(&of.state),
        false => super::state(&of.state),
    };
    json!({
        "number": of.number, "state": state, "held": held.collect::<Vec<_>>(), "journal": events.collect::<Vec<_>>(),
        "look": of.look.map(|(from, until)| json!({"from": from.0, "until": until.0})),
    })
}
