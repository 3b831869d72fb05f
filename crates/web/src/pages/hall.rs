//! The hall: for visitors its start, appointments and numbers; for clerks the desk; on the wall the display.

pub mod appointment;
pub mod booking;
pub mod consent;
pub mod counter;
pub mod desk;
pub mod display;
pub mod help;
pub mod rating;
pub mod sheet;
pub mod ticket;

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    hall::Line,
    service::{Service, services},
};
use office::Right;
use serde_json::{Value, json};

use super::sign_in::{Peer, take_try};
use crate::{
    app::App,
    page::{Failure, Form, Page},
    say,
};

/// `GET /hall`: what waits in each line, and the ways in.
///
/// # Errors
/// The store's own.
pub async fn start(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let board = office.hall_board().await?;
    let lines: Vec<Value> = board.lines.iter().map(|(line, n, wait)| waiting(line, *n, *wait)).collect();
    let actor = page.session.as_ref().map(|session| &session.actor);
    let own = match actor.filter(|of| of.may(Right::File)) {
        Some(actor) => office.own_appointments(actor).await?,
        None => Vec::new(),
    };
    let own: Vec<Value> = own.iter().map(|seen| appointment::line(seen, true)).collect();
    let view = json!({
        "lines": lines, "own": own, "serves": actor.is_some_and(|of| of.may(Right::ServeHall)),
        "unknown": page.asked("unknown").is_some(),
        "services": service_options(&services(&office.profile, office.now())),
    });
    page.draw("hall/start.html", &page.layout("hall"), &view)
}

/// `GET /hall/open?code=…`: whose the code is, an appointment's or a number's.
///
/// # Errors
/// Too many tries.
pub async fn open(page: Page, peer: Peer) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let code: String = page.asked("code").unwrap_or("").chars().filter(|of| !of.is_whitespace()).collect();
    let code = code.to_lowercase();
    let office = &page.app.office;
    let to = if office.own_ticket(&code).await.is_ok() {
        format!("/hall/ticket/{code}")
    } else if office.appointment(&code).await.is_ok() {
        format!("/hall/appointment/{code}")
    } else {
        "/hall?unknown=yes".to_owned()
    };
    Ok(Redirect::to(&to).into_response())
}

/// A line with who waits in it.
fn waiting(line: &Line, n: usize, wait: Option<i64>) -> Value {
    json!({"code": line.0, "name": say::text(&line.1), "n": n, "wait": wait.map(|wait| json!({"for": wait}))})
}

fn service_options(all: &[Service]) -> Vec<Value> {
    all.iter().map(|service| json!({"value": service.code, "label": say::text(&service.name)})).collect()
}

/// A form that anybody may send: of who is signed in the token is checked, of others how often they try.
fn form_of_anybody(page: &Page, peer: &Peer, body: &[u8]) -> Result<Form, Failure> {
    if page.session.is_some() {
        return page.form(body);
    }
    take_try(&page.app, peer)?;
    Ok(Form { pairs: form_urlencoded::parse(body).into_owned().collect() })
}

/// A fault with the id of its field.
fn plain_fault(fault: &Fault) -> Value {
    say::fault(fault)
}

/// Something said in both languages at once, for a wall that everybody reads.
fn both(app: &App, what: &crate::layout::Say) -> Result<Value, Failure> {
    let said = |lang: &str| {
        let layout = crate::layout::Layout {
            lang: lang.to_owned(),
            now: app.office.now().0,
            zone: app.office.profile.port.zone.clone(),
            ..crate::layout::Layout::default()
        };
        let said = app.templates.say(&layout, what);
        said.map_err(|error| Failure::Error(office::Error::Internal(error.to_string())))
    };
    Ok(json!({"zh": said("zh")?, "en": said("en")?}))
}

/// The address of a page as a telephone reads it from a code: under the site's name, else under the one that was asked.
pub(super) fn address(page: &Page, headers: &HeaderMap, path: &str) -> String {
    if !page.app.site.is_empty() {
        return format!("{}{path}", page.app.site);
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}{path}", if page.app.secure { "https" } else { "http" })
}
