//! The airport's board: stands, flights by state, and what holds each.

use std::collections::BTreeMap;

use axum::response::Response;
use domain::{
    Instant,
    flight::{Flight, Status},
};
use serde_json::{Value, json};

use super::view;
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /flights/board`: the flights of a day, `?day=YYYY-MM-DD`.
pub async fn board(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let zone = &office.profile.zone;
    let day = page.asked("day").and_then(|day| day.parse().ok()).unwrap_or_else(|| office.today());
    let from = Instant::start_of(day, zone).unwrap_or_default();
    let until = day.tomorrow().ok().and_then(|next| Instant::start_of(next, zone)).unwrap_or(from);
    // What came the day before, or leaves the day after, may still need its stand.
    let beside = 12 * domain::instant::HOUR;
    let about = office.flight_board(actor, (from.0 - beside, until.0 + beside)).await?;
    let of_day = |flight: &&Flight| {
        let at = flight.expected(flight.told.direction.event());
        at.is_none_or(|at| from <= at && at < until)
    };
    let flights: Vec<&Flight> = about.iter().filter(of_day).collect();
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for flight in &flights {
        *counts.entry(flight.status()).or_default() += 1;
    }
    let tiles: Vec<Value> = counts
        .iter()
        .map(|(status, n)| json!({"n": n, "state": view::state(status.code()), "href": format!("/flights?state={}", status.code())}))
        .collect();
    let lines: Vec<Value> = flights.iter().map(|flight| line(&page, flight)).collect();
    let profile = &office.profile;
    let mut stands: BTreeMap<&str, Vec<Used<'_>>> = BTreeMap::new();
    for flight in about.iter().filter(|flight| !flight.status().is_over()) {
        let used = flight.stand_use(profile).filter(|(begins, ends)| *begins < until && from < *ends);
        if let (Some(stand), Some(used)) = (flight.stand(), used) {
            stands.entry(stand).or_default().push((flight, used));
        }
    }
    let stand = |(code, on): (&str, Vec<Used<'_>>)| {
        let is_shared = |flight: &Flight| {
            let mut others = on.iter().filter(|(other, _)| other.number != flight.number);
            others.any(|(other, _)| flight.is_in_the_way_of(other, profile))
        };
        let flights = on.iter().map(|(flight, (begins, ends))| {
            json!({
                "href": format!("/flights/{}", flight.number), "designator": flight.told.designator,
                "from": begins.0, "until": ends.0, "shared": is_shared(flight),
                "stated": flight.stand_stated().is_some(), "missed": flight.misses_its_stand(),
            })
        });
        json!({"code": code, "flights": flights.collect::<Vec<_>>()})
    };
    let stands: Vec<Value> = stands.into_iter().map(stand).collect();
    let view = json!({
        "day": day.to_string(), "before": day.yesterday().ok().map(|day| day.to_string()),
        "after": day.tomorrow().ok().map(|day| day.to_string()), "tiles": tiles, "lines": lines, "stands": stands,
    });
    page.draw("flights/board.html", &page.layout("flights"), &view)
}

/// A flight, and from when until when it has its stand.
type Used<'a> = (&'a Flight, (Instant, Instant));

fn line(page: &Page, flight: &Flight) -> Value {
    let profile = &page.app.office.profile;
    let now = page.app.office.now();
    let event = flight.told.direction.event();
    let is_open = !flight.status().is_over() && flight.status() != Status::Cleared;
    let due = flight.limits.iter().map(|limit| limit.due).min();
    let waits: Vec<Value> = flight
        .reviews
        .iter()
        .filter(|review| review.ruling.is_none())
        .map(|review| json!([say::unit(profile, &review.organ), say::formality(review.formality)]))
        .collect();
    json!({
        "href": format!("/flights/{}", flight.number), "designator": flight.told.designator,
        "direction": say::key(&format!("flight-{}", flight.told.direction.code())), "other": say::place(&flight.told.other),
        "at": flight.expected(event).map(|at| at.0), "actual": flight.actual(event).is_some(), "stand": flight.stand(),
        "state": view::state(flight.status().code()), "holder": view::holder(profile, flight.holder()), "waits": waits,
        "late": due.is_some_and(|due| due < now) || (is_open && !flight.breaches.is_empty()), "until": due.map(|due| due.0),
    })
}
