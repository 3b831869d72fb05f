//! Pages: each file has the handlers of one noun. They read, make one call, answer.

pub mod account;
pub mod acts;
pub mod administration;
pub mod applications;
pub mod begun;
pub mod board;
pub mod charges;
pub mod companies;
pub mod consignments;
pub mod crew_cases;
pub mod decisions;
pub mod declarations;
pub mod flights;
pub mod formalities;
pub mod gate;
mod given;
pub mod hall;
pub mod held;
pub mod home;
pub mod manifests;
pub mod measures;
pub mod notices;
pub mod permits;
pub mod person_permits;
pub mod prechecks;
mod preferring;
pub mod priorities;
pub mod problems;
pub mod questions;
pub mod queue;
pub mod receipts;
pub mod resumption;
pub mod services;
pub mod ship_calls;
pub mod ships;
pub mod sign_in;
pub mod status;
mod sure;
pub mod tables;
pub mod uploads;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use office::Error;

use crate::{
    app::App,
    assets,
    page::{Failure, Page},
};

/// `GET /assets/{name}`: style sheet, scripts and the mark.
pub async fn asset(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    assets::answer(&name, &headers, app.assets.as_deref())
}

/// An address that leads nowhere.
///
/// # Errors
/// Always not found.
pub async fn not_found(_page: Page) -> Result<Response, Failure> {
    Err(Failure::Error(Error::NotFound))
}

/// The page of what has a number, by the letter in it: year and port come before what tells its kind. None for what has no page of
/// its own, such as a guarantee account.
pub(crate) fn href_of(number: &str) -> Option<String> {
    let mut parts = number.split('-').skip(2);
    let (serial, part) = (parts.next()?, parts.next());
    let kind = match (serial.as_bytes().first()?, part) {
        (b'0'..=b'9', _) => "calls",
        (b'P', _) => "problems",
        (b'M', _) => "applications",
        (b'B', _) => "person-permits",
        (b'F', _) => "flights",
        (b'S', _) => "crew-cases",
        (b'D', _) => "declarations",
        (b'C', None) => "manifests",
        (b'C', Some(_)) => "consignments",
        _ => return None,
    };
    Some(format!("/{kind}/{number}"))
}
