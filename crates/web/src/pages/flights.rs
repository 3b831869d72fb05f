//! Flights: announced, filed for, decided, given stands; the airport's board.

mod acts;
mod board;
mod filing;
mod view;

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Instant,
    flight::{Direction, NewFlight, Status},
    ship_call::Party,
};
use office::{Error, FlightFilter, FlightMessage, FoundFlight, Request, Right};
use serde_json::{Value, json};

use super::{
    given::{self, moment},
    measures, uploads,
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

pub use board::board;
pub use filing::{edit, file, save_draft, upload};

/// `GET /flights`: those within reach by their times, from today on.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let today = Instant::start_of(office.today(), &office.profile.zone).unwrap_or_default();
    let all = page.asked("all").is_some();
    let filter = FlightFilter {
        direction: page.asked("direction").map(str::to_owned),
        states: page.asked("state").map(str::to_owned).into_iter().collect(),
        mine: page.asked("mine").is_some(),
        between: (!all).then_some((today.0, i64::MAX)),
        after: page.asked("after").map(str::to_owned),
    };
    let found = office.flights(actor, &filter).await?;
    let lines: Vec<Value> = found.lines.iter().map(|stored| view::line(&office.profile, stored)).collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs
            .extend_pairs(page.query.iter().filter(|(name, _)| name != "after" && name != "lang"))
            .append_pair("after", &after);
        format!("/flights?{}", pairs.finish())
    });
    let states = Status::ALL.iter().map(|status| {
        let code = status.code();
        json!({"value": code, "label": view::state(code)["say"], "chosen": page.asked("state") == Some(code)})
    });
    let view = json!({
        "lines": lines, "next": next, "states": states.collect::<Vec<_>>(), "mine": filter.mine, "all": all,
        "direction": filter.direction, "announces": office.may_announce(actor), "board": actor.may(Right::SeeBoard),
    });
    page.draw("flights/list.html", &page.layout("flights"), &view)
}

/// `GET /flights/new`
pub async fn form(page: Page) -> Result<Response, Failure> {
    if !page.app.office.may_announce(page.actor()?) {
        return Err(Error::Forbidden.into());
    }
    draw_form(&page, &Form { pairs: page.query.clone() }, &[], None)
}

/// `POST /flights/read`: a list of passengers or crew fills the form in, as far as it tells.
pub async fn read(page: Page, multipart: axum::extract::Multipart) -> Result<Response, Failure> {
    let sent = uploads::read(multipart).await.map_err(|_| Failure::Error(Error::NotFound))?;
    page.check_token(&sent.csrf)?;
    if !page.app.office.may_announce(page.actor()?) {
        return Err(Error::Forbidden.into());
    }
    let office = &page.app.office;
    let message = office.flight_of_message(&sent.name, &sent.bytes);
    let told = &message.flight;
    let mut pairs = vec![("designator", told.designator.clone()), ("other", told.other.clone())];
    pairs.push(("service", if message.persons.1 > 0 { "passenger" } else { "" }.to_owned()));
    if message.is_here {
        pairs.push(("direction", told.direction.code().to_owned()));
    }
    if let Some(time) = message.time {
        let local = office.profile.zone.to_datetime(time.timestamp());
        pairs.push(("scheduled", local.strftime("%Y-%m-%dT%H:%M").to_string()));
    }
    let form = Form { pairs: pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() };
    draw_form(&page, &form, &[], Some(&message))
}

/// `POST /flights/new`
pub async fn announce(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if !page.app.office.may_announce(page.actor()?) {
        return Err(Error::Forbidden.into());
    }
    if page.switch(&form) {
        return draw_form(&page, &form, &[], None);
    }
    let fields = view::fields(&page, may_name_firm(&page)?);
    let faults = given::faults(&page, &fields, &form);
    if !faults.is_empty() {
        return draw_form(&page, &form, &faults, None);
    }
    let office = &page.app.office;
    let actor = page.actor()?;
    let scheduled = moment(&page, form.get("scheduled")).ok_or(Error::NotFound)?;
    let text = |name: &str| form.get(name).trim().to_uppercase().replace(' ', "");
    let firm = match (&actor.on_behalf, &actor.party) {
        (Some(principal), _) => principal.clone(),
        (None, Party::Firm(firm)) => firm.clone(),
        _ => form.get("firm").trim().to_owned(),
    };
    let flies_on = text("flies_on");
    let new = NewFlight {
        number: String::new(),
        firm,
        direction: Direction::from_code(form.get("direction")).unwrap_or_default(),
        designator: text("designator"),
        day: scheduled.date(&office.profile.zone),
        registration: text("registration"),
        other: text("other"),
        service: form.get("service").to_owned(),
        nature: form.get("nature").to_owned(),
        flies_on: Some(flies_on).filter(|by| !by.is_empty()),
        scheduled,
    };
    let request = Request::new("flight", form.key(), &digested(&form)?, page.channel());
    match aside(office.announce_flight(actor, new, &request)).await {
        Ok(done) => Ok(Redirect::to(&format!("/flights/{}?done=announced", done.number)).into_response()),
        Err(Error::Refused(fault)) => draw_form(&page, &form, &[fault], None),
        Err(Error::Invalid(faults)) => draw_form(&page, &form, &faults, None),
        Err(other) => Err(other.into()),
    }
}

fn may_name_firm(page: &Page) -> Result<bool, Failure> {
    Ok(matches!(page.actor()?.party, Party::Organ(_)))
}

fn draw_form(page: &Page, form: &Form, faults: &[Fault], message: Option<&FlightMessage>) -> Result<Response, Failure> {
    let mut fields = view::fields(page, may_name_firm(page)?);
    given::refill(&mut fields, form, faults);
    let view = json!({
        "fields": fields,
        "errors": given::summary(faults, &fields, ""),
        "message": message.map(|message| json!({
            "crew": message.persons.0, "passengers": message.persons.1, "faults": uploads::grouped(&message.faults),
        })),
    });
    page.draw_with(measures::status(faults), "flights/new.html", &page.layout("flights"), &view)
}

/// `GET /flights/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.flight(page.actor()?, &number).await?;
    draw(&page, &found, &Form { pairs: Vec::new() }, &[], None).await
}

/// `POST /flights/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let office = &page.app.office;
    let found = office.flight(page.actor()?, &number).await?;
    if switched {
        return draw(&page, &found, &form, &[], None).await;
    }
    let request = Request::new("flight act", form.key(), &digested(&form)?, page.channel());
    let done = match acts::read(&page, &form) {
        Ok(act) => aside(office.do_on_flight(page.actor()?, &number, &act, &request)).await,
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/flights/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &found, &form, &[fault], None).await,
        Err(Error::Invalid(faults)) => draw(&page, &found, &form, &faults, None).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw(
    page: &Page,
    found: &FoundFlight,
    form: &Form,
    faults: &[Fault],
    upload: Option<Value>,
) -> Result<Response, Failure> {
    let mut view = view::show(page, found).await?;
    view["upload"] = json!(upload);
    let actor = page.actor()?;
    view["acts"] = json!(acts::of(page, actor, &found.flight, form, faults));
    view["act"] = json!(form.get("act"));
    view["errors"] = faults.iter().map(|fault| acts::said(fault, form)).collect();
    let mut layout = page.layout("flights");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "announced" | "act" | "filed" | "unchanged")) {
        layout.flash =
            Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key(&format!("flight-done-{done}")) });
    }
    page.draw_with(measures::status(faults), "flights/show.html", &layout, &view)
}

/// The receipt's digest is of what the form held, in its order, without the session's token.
fn digested(form: &Form) -> Result<Vec<u8>, Failure> {
    let pairs: Vec<_> = form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
    Ok(serde_json::to_vec(&pairs).map_err(Error::from)?)
}
