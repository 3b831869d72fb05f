//! An appointment, for whoever has its secret: when and where, moved, given up, its calendar file, and the number on the day.

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Instant};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus};
use office::{Error, hall::Seen};
use serde_json::{Value, json};

use super::{
    super::{
        permits::drawing,
        sign_in::{Peer, take_try},
    },
    address,
    booking::{day_options, read_slot, slot_options},
    form_of_anybody, plain_fault,
};
use crate::{
    page::{Failure, Page},
    say,
};

const MINUTE: i64 = 60_000_000;

/// `GET /hall/appointment/{secret}`
///
/// # Errors
/// Not found for a wrong secret; too many tries.
pub async fn show(page: Page, peer: Peer, Path(secret): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    draw(&page, &headers, StatusCode::OK, &secret, &[]).await
}

/// `POST /hall/appointment/{secret}`: `do` is `move`, `cancel` or `arrive`.
///
/// # Errors
/// As the page.
pub async fn act(
    mut page: Page,
    peer: Peer,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = form_of_anybody(&page, &peer, &body)?;
    if page.switch(&form) {
        return draw(&page, &headers, StatusCode::OK, &secret, &[]).await;
    }
    let office = &page.app.office;
    let done = match form.get("do") {
        "cancel" => office.cancel_appointment(&secret).await,
        "move" => match read_slot(form.get("slot")) {
            Some((desk, at)) => office.move_appointment(&secret, (&desk, at)).await,
            None => Ok(()),
        },
        "arrive" => match office.arrive(&secret).await {
            Ok(drawn) => return Ok(Redirect::to(&format!("/hall/ticket/{}", drawn.secret)).into_response()),
            Err(error) => Err(error),
        },
        _ => return Err(Error::NotFound.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/hall/appointment/{secret}")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &headers, StatusCode::CONFLICT, &secret, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &headers, StatusCode::UNPROCESSABLE_ENTITY, &secret, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// An appointment in a list; `own` lists lead to its page.
pub fn line(seen: &Seen, own: bool) -> Value {
    json!({
        "at": (seen.row.at != 0).then_some(seen.row.at), "day": seen.row.day, "state": state(&seen.row.state),
        "service": seen.service.as_ref().map(|of| say::text(&of.name)),
        "desk": seen.desk.as_ref().map(|of| say::text(&of.name)),
        "href": (own && !seen.who.secret.is_empty()).then(|| format!("/hall/appointment/{}", seen.who.secret)),
    })
}

/// How an appointment stands, in words.
pub fn state(state: &str) -> Value {
    let tone = match state {
        "booked" | "came" => "ok",
        "waiting" | "asked" => "wait",
        "refused" | "missed" => "stop",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("appointment-state-{state}")))
}

async fn draw(
    page: &Page,
    headers: &HeaderMap,
    status: StatusCode,
    secret: &str,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let office = &page.app.office;
    let seen = office.appointment(secret).await?;
    let row = &seen.row;
    let open = matches!(row.state.as_str(), "booked" | "waiting");
    let days = office.hall_days();
    let asked = page.asked("day").and_then(|day| day.parse().ok());
    let day = asked.or_else(|| row.day.parse().ok()).filter(|day| days.contains(day));
    let places = match (open, day) {
        (true, Some(day)) => office.places(&row.service, day).await.unwrap_or_default(),
        _ => Vec::new(),
    };
    let today = office.now().date(&office.profile.zone).to_string();
    let path = format!("/hall/appointment/{secret}");
    let mut view = line(&seen, false);
    view["errors"] = faults.iter().map(plain_fault).collect();
    view["secret"] = json!(secret);
    if let Some(fields) = view.as_object_mut() {
        // `at` is what templates tell times by.
        let at = fields.remove("at").unwrap_or_default();
        fields.insert("at_time".to_owned(), at);
    }
    view["receipt"] = json!(page.asked("new").filter(|id| id.len() <= 40).map(|id| format!("/receipts/{id}")));
    view["papers"] = seen
        .service
        .iter()
        .flat_map(|service| &service.papers)
        .map(|paper| json!({"name": say::text(&paper.name), "form": say::key(&format!("service-form-{}", paper.form))}))
        .collect();
    view["days"] = json!(day_options(page, &days));
    view["chosen"] = json!(day.map(|day| day.to_string()));
    view["slots"] = json!(slot_options(&places));
    view["may_move"] = json!(open);
    view["may_cancel"] = json!(open || row.state == "asked");
    view["may_arrive"] = json!(row.state == "booked" && row.day == today);
    view["calendar"] = json!((row.state == "booked").then(|| format!("{path}/calendar.ics")));
    view["qr"] = json!(office.qr(&address(page, headers, &path)).as_deref().map(drawing));
    let mut response = page.draw_with(status, "hall/appointment.html", &page.layout("hall"), &view)?;
    keep_secret(&mut response);
    Ok(response)
}

/// The address is a secret: nobody else may learn it from a link that is followed.
pub fn keep_secret(response: &mut Response) {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// `GET /hall/appointment/{secret}/calendar.ics`: one event with an alarm (RFC 5545).
///
/// # Errors
/// Not found for a wrong secret, or an appointment without a time.
pub async fn calendar(page: Page, peer: Peer, Path(secret): Path<String>) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let seen = page.app.office.appointment(&secret).await?;
    let row = &seen.row;
    if row.at == 0 {
        return Err(Error::NotFound.into());
    }
    let minutes = seen.desk.as_ref().map_or(30, |desk| desk.minutes);
    let name = super::both(&page.app, &seen.service.as_ref().map_or_else(|| json!(""), |of| say::text(&of.name)))?;
    let desk = super::both(&page.app, &seen.desk.as_ref().map_or_else(|| json!(""), |of| say::text(&of.name)))?;
    let (port, lang) = (&page.app.office.profile.port, page.lang.as_str());
    let mut event = Event::new();
    event
        .uid(&format!("{}@{}", row.id, port.code.to_lowercase()))
        .sequence(u32::try_from(row.sequence).unwrap_or(u32::MAX))
        .summary(name[lang].as_str().unwrap_or_default())
        .location(&format!("{} {}", port.name.in_language(lang), desk[lang].as_str().unwrap_or_default()))
        .status(if row.state == "booked" || row.state == "came" {
            EventStatus::Confirmed
        } else {
            EventStatus::Cancelled
        })
        .timestamp(utc(row.changed_at)?)
        .starts(utc(row.at)?)
        .ends(utc(row.at + minutes * MINUTE)?)
        .alarm(Alarm::display(name[lang].as_str().unwrap_or_default(), chrono::Duration::hours(-1)));
    let mut calendar = Calendar::new();
    calendar.push(event.done());
    let kind = (header::CONTENT_TYPE, "text/calendar; charset=utf-8");
    let named = (header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\"");
    let mut response = ([kind, named], calendar.to_string()).into_response();
    keep_secret(&mut response);
    Ok(response)
}

fn utc(at: i64) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    chrono::DateTime::from_timestamp_micros(at)
        .ok_or_else(|| Error::Internal(format!("no such instant: {}", Instant(at))))
}
