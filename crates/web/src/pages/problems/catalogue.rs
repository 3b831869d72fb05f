//! The dispatch catalogue as it proposes today, and the rulings that extended it.

use axum::{
    body::Bytes,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

use super::{names, topic};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /problems/catalogue`
pub async fn show(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let profile = &office.profile;
    let (lines, rulings) = office.catalogue(actor).await?;
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            let row = line.row.as_ref();
            let units = |of: Option<&Vec<String>>| say::units(profile, of.map_or(&[], Vec::as_slice));
            json!({
                "topic": topic(&page, &line.topic),
                "lead": row.map(|row| say::unit(profile, &row.lead)),
                "co": units(row.map(|row| &row.co)), "informed": units(row.map(|row| &row.informed)),
                "law": row.map(|row| say::law(profile, &row.law)),
                "ruled": row.is_some_and(|row| row.basis.starts_with("ruling/")),
            })
        })
        .collect();
    let runs = actor.runs_problems();
    let rulings: Vec<Value> = rulings
        .iter()
        .map(|of| {
            json!({
                "key": of.key, "topic": topic(&page, &of.topic), "organ": say::unit(profile, &of.organ),
                "instead_of": of.instead_of.as_ref().map(|organ| say::unit(profile, organ)),
                "only": of.only.iter().map(|(name, value)| names::narrowing(name, value)).collect::<Vec<_>>(),
                "number": of.number, "href": runs.then(|| format!("/problems/{}", of.number)),
                "law": say::text(&of.law), "from": of.from.0, "until": of.until.map(|at| at.0),
            })
        })
        .collect();
    let view = json!({"lines": lines, "rulings": rulings, "runs": runs});
    page.draw("problems/catalogue.html", &page.layout("problems"), &view)
}

/// `POST /problems/catalogue`: a ruling is not proposed any more.
pub async fn end(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    page.app.office.end_precedent(page.actor()?, form.get("ruling")).await?;
    Ok(Redirect::to("/problems/catalogue").into_response())
}
