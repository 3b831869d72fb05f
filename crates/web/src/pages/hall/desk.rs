//! The desk: a clerk calls numbers with keys alone; and the day: appointments, hours asked outside the calendar, figures.

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    hall::{desks, goods, lines},
    service::service,
};
use office::{
    Error, Right,
    hall::{Counter, Seen, TicketAct},
};
use serde_json::{Value, json};
use store::tickets::Ticket;

use super::{appointment, plain_fault, ticket};
use crate::{
    page::{Failure, Page},
    pages::companies,
    say,
};

/// `GET /hall/desk`: which desk do you sit at?
///
/// # Errors
/// Forbidden for who does not serve in the hall.
pub async fn choose(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::ServeHall)?;
    let office = &page.app.office;
    let names = lines(&office.profile, office.now());
    let of_lines = |codes: &[String]| -> Vec<Value> {
        names.iter().filter(|(code, _)| codes.contains(code)).map(|(_, name)| say::text(name)).collect()
    };
    let desk = |desk: &domain::hall::Desk| json!({"code": desk.code, "name": say::text(&desk.name), "lines": of_lines(&desk.lines)});
    let view = json!({"desks": desks(&office.profile, office.now()).iter().map(desk).collect::<Vec<_>>()});
    let mut layout = page.layout("desk");
    if page.asked("done") == Some("back") {
        layout.flash = Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key("hall-handed-back") });
    }
    page.draw("hall/desks.html", &layout, &view)
}

/// `GET /hall/desk/{code}`
///
/// # Errors
/// Forbidden for who does not serve in the hall; not found for a desk that is none.
pub async fn show(page: Page, Path(code): Path<String>) -> Result<Response, Failure> {
    let counter = page.app.office.counter(page.actor()?, &code).await?;
    draw(&page, StatusCode::OK, &counter, &[]).await
}

/// `POST /hall/desk/{code}`: `do` is `next`, `recall`, `serve`, `skip`, `finish`, `transfer` or `back`.
///
/// # Errors
/// As the page.
pub async fn act(page: Page, Path(code): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let act = match form.get("do") {
        "next" => TicketAct::Next,
        "recall" => TicketAct::Recall,
        "serve" => TicketAct::Serve,
        "skip" => TicketAct::Skip,
        "finish" => TicketAct::Finish,
        "transfer" => TicketAct::Transfer(form.get("line").to_owned()),
        "back" => TicketAct::Back(form.get("id").parse().map_err(|_| Error::NotFound)?),
        _ => return Err(Error::NotFound.into()),
    };
    let actor = page.actor()?;
    match page.app.office.at_counter(actor, &code, &act).await {
        Ok(_) => Ok(Redirect::to(&format!("/hall/desk/{code}")).into_response()),
        Err(Error::Refused(fault)) => {
            let counter = page.app.office.counter(actor, &code).await?;
            draw(&page, StatusCode::CONFLICT, &counter, &[fault]).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn draw(page: &Page, status: StatusCode, counter: &Counter, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    // Her visitor was sent to the desk that called him, wherever she sits now.
    let elsewhere = |of: &Ticket| {
        let all = desks(profile, now);
        let desk = all.iter().find(|desk| desk.code == of.desk && desk.code != counter.desk.code)?;
        Some(json!({"name": say::text(&desk.name), "href": format!("/hall/desk/{}", desk.code)}))
    };
    let line = |of: &Ticket| {
        json!({
            "elsewhere": elsewhere(of),
            "id": of.id.to_string(), "name": format!("{}{:03}", of.line, of.number), "issued": of.issued_at,
            "began": of.began_at, "calls": of.calls, "state": of.state, "tag": ticket::state(&of.state),
            "service": service(profile, &of.service, now).map(|of| say::text(&of.name)), "booked": of.rank == 0,
        })
    };
    let others: Vec<Value> = lines(profile, now)
        .iter()
        .filter(|(code, _)| counter.mine.as_ref().is_some_and(|of| of.line != *code))
        .map(|(code, name)| json!({"value": code, "label": say::text(name)}))
        .collect();
    let visitor = match &counter.mine {
        Some(mine) => office.visitor(page.actor()?, mine).await?,
        None => None,
    };
    let firm = visitor.as_ref().and_then(|of| of.firm.as_ref());
    let coordinator = match firm {
        Some(firm) => companies::named(office.coordinator_of(&firm.code).await?),
        None => None,
    };
    let visitor = visitor.as_ref().map(|of| {
        json!({"name": of.name, "words": of.words, "firm": firm.map(|firm| say::text(&firm.name)),
               "code": firm.map(|firm| &firm.code), "coordinator": coordinator})
    });
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "visitor": visitor,
        "desk": {"code": counter.desk.code, "name": say::text(&counter.desk.name)},
        "mine": counter.mine.as_ref().map(line), "waiting": counter.waiting.iter().map(line).collect::<Vec<_>>(),
        "skipped": counter.skipped.iter().map(line).collect::<Vec<_>>(), "others": others,
    });
    let mut layout = page.layout("desk");
    layout.path = format!("/hall/desk/{}", counter.desk.code);
    page.draw_with(status, "hall/desk.html", &layout, &view)
}

/// `GET /hall/day?on=…`: appointments and figures of a day.
///
/// # Errors
/// Forbidden for who does not serve in the hall.
pub async fn day(page: Page) -> Result<Response, Failure> {
    draw_day(&page, StatusCode::OK, &[]).await
}

/// `POST /hall/day`: answers who asks for hours outside the calendar.
///
/// # Errors
/// As the page; not found for what is not asked any more.
pub async fn answer(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let id = form.get("id").parse().map_err(|_| Error::NotFound)?;
    let desk = Some(form.get("desk")).filter(|desk| form.get("do") == "grant" && !desk.is_empty());
    let actor = page.actor()?;
    actor.require(Right::ServeHall)?;
    if form.get("do") == "grant" && desk.is_none() {
        return Err(Error::NotFound.into());
    }
    match page.app.office.answer_off_hours(actor, id, desk).await {
        Ok(()) => Ok(Redirect::to("/hall/day").into_response()),
        Err(Error::Invalid(faults)) => draw_day(&page, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_day(page: &Page, status: StatusCode, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let actor = page.actor()?;
    let on = office.read_day(page.asked("on")).unwrap_or_else(|_| office.today());
    let (of_day, asked) = office.day_appointments(actor, on).await?;
    let figures = office.hall_day(actor, on).await?;
    let known = goods(&office.profile, office.now());
    let goods =
        |code: &str| known.iter().find(|(of, _)| of == code).map_or_else(|| json!(code), |(_, name)| say::text(name));
    let who = |seen: &Seen| {
        let mut line = appointment::line(seen, false);
        line["id"] = json!(seen.row.id.to_string());
        line["name"] = json!(seen.who.name);
        line["phone"] = json!(seen.who.phone);
        line["words"] = json!(seen.who.words);
        line["firm"] = json!(seen.row.firm);
        line["goods"] = if seen.row.goods.is_empty() { json!(null) } else { goods(&seen.row.goods) };
        line
    };
    let figure = |(line, day): &(domain::hall::Line, office::hall::DayLine)| {
        let span = |of: Option<i64>| of.map(|of| json!({"for": of}));
        json!({"name": say::text(&line.1), "drawn": day.drawn, "done": day.done, "skipped": day.skipped, "left": day.left,
               "open": day.open, "wait": span(day.wait), "visit": span(day.visit)})
    };
    let options: Vec<Value> = desks(&office.profile, office.now())
        .iter()
        .map(|desk| json!({"value": desk.code, "label": say::text(&desk.name)}))
        .collect();
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "on": on.to_string(),
        "appointments": of_day.iter().map(who).collect::<Vec<_>>(), "asked": asked.iter().map(who).collect::<Vec<_>>(),
        "figures": figures.iter().map(figure).collect::<Vec<_>>(), "desks": options,
    });
    page.draw_with(status, "hall/day.html", &page.layout("hall-day"), &view)
}
