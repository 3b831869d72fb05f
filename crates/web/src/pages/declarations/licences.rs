//! The register of licences: a firm sees its own and what is left of each, customs enters them.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{Fault, declaration::Licence, matter::Party};
use office::Error;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::view;
use crate::{
    aside::aside,
    layout::Flash,
    page::{Failure, Form, Page},
    pages::{
        given::{self, moment},
        measures,
    },
    say,
};

/// `GET /declarations/licences`
pub async fn list(page: Page) -> Result<Response, Failure> {
    draw(&page, &Form::default(), &[]).await
}

/// `POST /declarations/licences`: customs enters one, or what it is good for now.
pub async fn set(mut page: Page, body: axum::body::Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if page.switch(&form) {
        return draw(&page, &form, &[]).await;
    }
    let office = &page.app.office;
    let done = match read(&page, &form) {
        Ok(licence) => aside(office.set_licence(page.actor()?, &licence)).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/declarations/licences?done=1").into_response()),
        Err(Error::Refused(fault)) => draw(&page, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

fn fields(page: &Page) -> Value {
    let text = |name: &str, width: &str| json!({"name": name, "kind": "text", "label": say::key(&format!("licence-{name}")), "required": true, "width": width});
    let mut fields = json!([
        {"name": "kind", "kind": "radios", "label": say::key("licence-kind"), "options": view::rows(page, "licence-terms", "licence"), "required": true},
        text("number", "mid"),
        text("firm", "mid"),
        text("goods", "short"),
        text("origin", "short"),
        text("quantity", "short"),
        {"name": "from", "kind": "instant", "label": say::key("licence-from"), "required": true},
        {"name": "until", "kind": "instant", "label": say::key("licence-until"), "required": true},
    ]);
    for (place, hint) in [(2, "licence-firm-hint"), (3, "licence-goods-hint"), (4, "licence-origin-hint")] {
        fields[place]["hint"] = say::key(hint);
    }
    fields[4]["required"] = json!(false);
    fields[5]["hint"] = say::key("licence-quantity-hint");
    fields
}

fn read(page: &Page, form: &Form) -> Result<Licence, Vec<Fault>> {
    let mut faults = given::faults(page, &fields(page), form);
    let text = |name: &str| form.get(name).trim().to_owned();
    let quantity = text("quantity").parse::<Decimal>();
    if quantity.is_err() && !text("quantity").is_empty() {
        faults.push(given::missing("quantity"));
    }
    let (from, until) = (moment(page, form.get("from").trim()), moment(page, form.get("until").trim()));
    match (quantity, from, until) {
        (Ok(quantity), Some(from), Some(until)) if faults.is_empty() => Ok(Licence {
            kind: text("kind"),
            number: text("number"),
            firm: text("firm"),
            goods: text("goods"),
            origin: text("origin"),
            quantity,
            from,
            until,
            ..Licence::default()
        }),
        _ => Err(faults),
    }
}

async fn draw(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let all = office.licences(actor).await?;
    let firms = office.names_of(all.iter().map(|of| of.firm.clone()).collect()).await?;
    let now = office.now();
    let lines: Vec<Value> = all
        .iter()
        .map(|of| {
            let state = match of {
                of if now >= of.until => ("none", "licence-ended"),
                of if now < of.from => ("wait", "licence-to-come"),
                of if of.left() <= Decimal::ZERO => ("stop", "licence-used-up"),
                _ => ("ok", "licence-runs"),
            };
            json!({
                "kind": of.kind, "number": of.number, "goods": of.goods,
                "firm": firms.get(&of.firm).map_or_else(|| json!(of.firm), say::text),
                "origin": if of.origin.is_empty() { json!(null) } else { say::country(&of.origin) },
                "quantity": of.quantity.to_string(), "drawn": of.drawn.to_string(), "left": of.left().normalize().to_string(),
                "unit": say::key(&format!("licence-unit-{}", of.unit)), "from": of.from.0, "until": of.until.0,
                "state": say::tag(state.0, &say::key(state.1)),
            })
        })
        .collect();
    let enters = matches!(&actor.party, Party::Organ(_));
    let mut fields = if enters { fields(page) } else { json!([]) };
    if !form.pairs.is_empty() {
        given::refill(&mut fields, form, faults);
    }
    let view = json!({
        "lines": lines, "fields": fields, "enters": enters, "open": !faults.is_empty() || !form.pairs.is_empty(),
        "errors": given::summary(faults, &fields, ""),
    });
    let mut layout = page.layout("declarations");
    if page.asked("done").is_some() {
        layout.flash = Some(Flash { tone: "ok".to_owned(), say: say::key("licence-done") });
    }
    page.draw_with(measures::status(faults), "declarations/licences.html", &layout, &view)
}
