//! Booking: a service, a day, a slot, who comes; or the waiting list of the day; or hours outside for key goods.

use axum::{
    body::Bytes,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Instant,
    hall::goods,
    service::{service, services},
};
use jiff::civil::Date;
use office::{
    Error,
    hall::{Place, Wanted, Who},
};
use serde_json::{Value, json};

use super::{super::sign_in::Peer, form_of_anybody, plain_fault, service_options};
use crate::{
    page::{Failure, Form, Page},
    pages::given::moment,
    say,
};

/// The value of a slot that stands for the waiting list, and for hours outside the calendar.
const WAIT: &str = "wait";
const OFF_HOURS: &str = "off_hours";

/// `GET /hall/book`: choose a service, then a day and a slot.
///
/// # Errors
/// The store's own.
pub async fn form(page: Page) -> Result<Response, Failure> {
    let form = Form { pairs: page.query.clone() };
    draw(&page, StatusCode::OK, &form, &[]).await
}

/// `POST /hall/book`
///
/// # Errors
/// Too many tries.
pub async fn book(mut page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    let form = form_of_anybody(&page, &peer, &body)?;
    if page.switch(&form) {
        return draw(&page, StatusCode::OK, &form, &[]).await;
    }
    let wanted = match wanted(&page, &form) {
        Ok(wanted) => wanted,
        Err(fault) => {
            let faults: Vec<Fault> = [*fault].into_iter().chain(who(&page, &form).faults()).collect();
            return draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &form, &faults).await;
        }
    };
    let actor = page.session.as_ref().filter(|session| !session.must_change).map(|session| &session.actor);
    match page.app.office.book(actor, &wanted).await {
        Ok(booked) => {
            let to = format!("/hall/appointment/{}?new={}", booked.secret, booked.receipt);
            Ok(Redirect::to(&to).into_response())
        }
        Err(Error::Invalid(faults)) => draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

fn who(page: &Page, form: &Form) -> Who {
    Who {
        name: form.get("name").trim().to_owned(),
        phone: form.get("phone").trim().to_owned(),
        email: form.get("email").trim().to_owned(),
        language: page.lang.clone(),
        words: form.get("words").trim().chars().take(500).collect(),
        ..Who::default()
    }
}

fn wanted(page: &Page, form: &Form) -> Result<Wanted, Box<Fault>> {
    let (service, day) = (form.get("service").to_owned(), form.get("day").to_owned());
    let mut wanted = Wanted { service, day, who: who(page, form), ..Wanted::default() };
    match form.get("slot") {
        WAIT => {}
        OFF_HOURS => {
            let at = moment(page, form.get("wish").trim()).unwrap_or(Instant(0));
            wanted.off_hours = Some((form.get("goods").to_owned(), at));
        }
        slot => wanted.slot = read_slot(slot),
    }
    if wanted.slot.is_none() && form.get("slot").is_empty() {
        return Err(Box::new(say_missing()));
    }
    Ok(wanted)
}

fn say_missing() -> Fault {
    use domain::{Severity, Text};
    Fault::new(
        Severity::Error,
        "PQ-HALL-009",
        "slot",
        Text::new("未选择时段。", "No slot was chosen."),
        Text::new("请选择一个时段，或加入候补。", "Choose a slot, or wait for a place."),
    )
}

/// `DESK@MICROSECONDS`, as the page writes it.
pub fn read_slot(text: &str) -> Option<(String, Instant)> {
    let (desk, at) = text.rsplit_once('@')?;
    Some((desk.to_owned(), Instant(at.parse().ok()?)))
}

/// The slots of a day as choices.
pub fn slot_options(places: &[Place]) -> Vec<Value> {
    let option = |place: &Place| {
        let label =
            json!({"key": "hall-slot", "at": {"at": place.at.0}, "desk": say::text(&place.name), "n": place.left});
        json!({"value": format!("{}@{}", place.desk, place.at.0), "label": label})
    };
    places.iter().map(option).collect()
}

/// The days as choices.
pub fn day_options(page: &Page, days: &[Date]) -> Vec<Value> {
    let zone = &page.app.office.profile.zone;
    let noon = |day: &Date| Instant::start_of(*day, zone).map_or(0, |at| at.plus_hours(12).0);
    days.iter().map(|day| json!({"value": day.to_string(), "at": noon(day)})).collect()
}

async fn draw(page: &Page, status: StatusCode, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    let chosen = service(profile, form.get("service"), now);
    let days = office.hall_days();
    let day: Option<Date> = form.get("day").parse().ok();
    let (mut places, mut day_known) = (Vec::new(), None);
    if let Some(service) = &chosen {
        match day {
            Some(day) => {
                places = office.places(&service.code, day).await?;
                day_known = Some(day);
            }
            // The first day that has a place.
            None => {
                for day in &days {
                    places = office.places(&service.code, *day).await?;
                    day_known = Some(*day);
                    if !places.is_empty() {
                        break;
                    }
                }
            }
        }
    }
    let error = |name: &str| faults.iter().find(|fault| fault.location == name).map(|fault| say::text(&fault.text));
    let mut slots = slot_options(&places);
    slots.push(json!({"value": WAIT, "label": say::key("hall-wait-day")}));
    slots.push(json!({"value": OFF_HOURS, "label": say::key("hall-off-hours")}));
    let goods: Vec<Value> =
        goods(profile, now).iter().map(|(code, name)| json!({"value": code, "label": say::text(name)})).collect();
    let typed = |name: &str| form.get(name).to_owned();
    let fields = json!([
        {"name": "slot", "kind": "radios", "label": say::key("hall-slot-label"), "options": slots, "value": typed("slot"), "error": error("slot"), "required": true},
        {"name": "goods", "kind": "choice", "label": say::key("hall-goods"), "hint": say::key("hall-goods-hint"), "options": goods, "value": typed("goods"), "error": error("goods")},
        {"name": "wish", "kind": "instant", "label": say::key("hall-wish"), "value": typed("wish"), "error": error("wish")},
        {"name": "name", "kind": "text", "label": say::key("hall-name"), "value": typed("name"), "error": error("name"), "required": true, "autocomplete": "name"},
        {"name": "phone", "kind": "text", "label": say::key("hall-phone"), "value": typed("phone"), "error": error("phone"), "required": true, "autocomplete": "tel"},
        {"name": "email", "kind": "text", "label": say::key("hall-email"), "hint": say::key("hall-email-hint"), "value": typed("email"), "error": error("email"), "autocomplete": "email"},
        {"name": "words", "kind": "textarea", "lines": 2, "label": say::key("hall-words"), "value": typed("words")},
    ]);
    let chosen_view = chosen.as_ref().map(|service| {
        json!({"code": service.code, "name": say::text(&service.name),
               "papers": service.papers.iter().map(|paper| json!({"name": say::text(&paper.name), "organ": say::unit(profile, &paper.organ), "form": say::key(&format!("service-form-{}", paper.form))})).collect::<Vec<_>>()})
    });
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(),
        "service": chosen_view, "services": service_options(&services(profile, now)), "chosen": typed("service"),
        "days": day_options(page, &days), "day": day_known.map(|day| day.to_string()), "none": places.is_empty(), "fields": fields,
    });
    let mut layout = page.layout("hall");
    layout.path = format!(
        "/hall/book?service={}&day={}",
        typed("service"),
        day_known.map(|day| day.to_string()).unwrap_or_default()
    );
    page.draw_with(status, "hall/book.html", &layout, &view)
}
