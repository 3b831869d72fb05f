//! A number of the queue: drawn at the desk or on a telephone; its page tells who is before it and how long it will wait.

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, hall::lines, service::services};
use office::Error;
use serde_json::{Value, json};

use super::{
    super::{
        permits::drawing,
        sign_in::{Peer, take_try},
    },
    address,
    appointment::keep_secret,
    form_of_anybody, plain_fault,
};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /hall/ticket`: what do you come for? Large enough for a screen at the door.
///
/// # Errors
/// The store's own.
pub async fn form(page: Page) -> Result<Response, Failure> {
    draw_form(&page, StatusCode::OK, &[])
}

fn draw_form(page: &Page, status: StatusCode, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    let all = services(profile, now);
    let line = |(code, name): &(String, domain::Text)| {
        let of: Vec<Value> =
            all.iter().filter(|service| service.line == *code).map(|service| say::text(&service.name)).collect();
        let opens = domain::hall::opens(profile, code, now).map(|at| at.0);
        json!({"code": code, "name": say::text(name), "services": of, "opens": opens})
    };
    let lines: Vec<Value> = lines(profile, now).iter().map(line).collect();
    let errors: Vec<Value> = faults.iter().map(plain_fault).collect();
    page.draw_with(status, "hall/draw.html", &page.layout("hall"), &json!({"lines": lines, "errors": errors}))
}

/// `POST /hall/ticket`
///
/// # Errors
/// Too many tries.
pub async fn draw(page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    let form = form_of_anybody(&page, &peer, &body)?;
    match page.app.office.draw_ticket(form.get("service")).await {
        Ok(drawn) => Ok(Redirect::to(&format!("/hall/ticket/{}", drawn.secret)).into_response()),
        Err(Error::Invalid(faults)) => draw_form(&page, StatusCode::UNPROCESSABLE_ENTITY, &faults),
        Err(other) => Err(other.into()),
    }
}

/// `GET /hall/ticket/{secret}`
///
/// # Errors
/// Not found for a wrong secret; too many tries.
pub async fn show(page: Page, peer: Peer, headers: HeaderMap, Path(secret): Path<String>) -> Result<Response, Failure> {
    // A page that looks anew each quarter of a minute is no guessing.
    let mine = match page.app.office.own_ticket(&secret).await {
        Err(Error::NotFound) => {
            take_try(&page.app, &peer)?;
            return Err(Error::NotFound.into());
        }
        other => other?,
    };
    let path = format!("/hall/ticket/{secret}");
    let view = json!({
        "name": mine.name, "state": mine.row.state, "tag": state(&mine.row.state), "ahead": mine.ahead,
        "wait": mine.wait.map(|wait| json!({"for": wait})), "desk": mine.desk.as_ref().map(|desk| say::text(&desk.name)),
        "opens": opens(&page, &mine.row), "calls": mine.row.calls, "issued": mine.row.issued_at, "may_leave": mine.row.state == "waiting",
        "may_rate": mine.row.state == "done", "secret": secret,
        "qr": page.app.office.qr(&address(&page, &headers, &path)).as_deref().map(drawing),
    });
    let mut response = page.draw("hall/ticket.html", &page.layout("hall"), &view)?;
    keep_secret(&mut response);
    Ok(response)
}

/// When the first desk of its line opens, while it waits and none is open.
fn opens(page: &Page, row: &store::tickets::Ticket) -> Option<i64> {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let opens = domain::hall::opens(profile, &row.line, now).filter(|_| row.state == "waiting");
    opens.map(|at| at.0)
}

/// How a number stands, in words.
pub fn state(state: &str) -> Value {
    let tone = match state {
        "called" => "wait",
        "serving" | "done" => "ok",
        "skipped" => "stop",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("ticket-state-{state}")))
}

/// `POST /hall/ticket/{secret}`: its holder gives it back.
///
/// # Errors
/// Not found for a wrong secret, or one that waits no longer.
pub async fn leave(page: Page, peer: Peer, Path(secret): Path<String>, body: Bytes) -> Result<Response, Failure> {
    form_of_anybody(&page, &peer, &body)?;
    page.app.office.leave_queue(&secret).await?;
    Ok(Redirect::to(&format!("/hall/ticket/{secret}")).into_response())
}
