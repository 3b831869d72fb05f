//! Crew cases: filed, listed, decided by each organ, ended.

mod view;

use axum::{
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Value as Known,
    crew_case::{self, Status, fields_of},
};
use office::{
    Error, Request, Right,
    crew_cases::{CrewCaseAct, CrewCaseFilter, WantedCase},
};
use serde_json::{Value, json};

use super::{
    formalities,
    person_permits::Sent,
    ship_calls::lists_with_countries,
    uploads::{download, grouped},
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// Before the names of a person's fields in a form.
const PERSON: &str = "person.";

/// `GET /crew-cases`: those within reach, the newest first; what waits for the reader's unit is marked.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let filter = CrewCaseFilter {
        states: page.asked("state").map(str::to_owned).into_iter().collect(),
        call: page.asked("call").map(str::to_owned),
        after: page.asked("after").map(str::to_owned),
    };
    let found = page.app.office.crew_cases(actor, &filter).await?;
    let profile = &page.app.office.profile;
    let lines: Vec<Value> = found.lines.iter().map(|case| view::line(profile, actor, case)).collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs
            .extend_pairs(page.query.iter().filter(|(name, _)| name != "after" && name != "lang"))
            .append_pair("after", &after);
        format!("/crew-cases?{}", pairs.finish())
    });
    let states: Vec<Value> = Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": view::state(status.code())["say"], "chosen": page.asked("state") == Some(status.code())}))
        .collect();
    let view = json!({"lines": lines, "next": next, "states": states, "call": filter.call, "may_file": actor.may(Right::File)});
    page.draw("crew_cases/list.html", &page.layout("crew-cases"), &view)
}

/// `GET /crew-cases/new?kind=crew_change&call=…`: which kind, and then its form.
pub async fn form(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let form = Form { pairs: page.query.clone() };
    draw_form(&page, &form, &[])
}

/// `GET /crew-cases/template?kind=crew_change`: the empty workbook.
pub async fn template(page: Page) -> Result<Response, Failure> {
    Ok(download(page.app.office.crew_template(page.actor()?, page.asked("kind").unwrap_or_default())?))
}

/// `POST /crew-cases`
pub async fn file(mut page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let sent = Sent::read(multipart).await.map_err(Failure::Error)?;
    page.check_token(sent.form.get("csrf"))?;
    page.actor()?.require(Right::File)?;
    if page.switch(&sent.form) {
        return draw_form(&page, &sent.form, &[]);
    }
    let office = &page.app.office;
    let persons = match persons(&page, sent.form.get("kind"), &sent) {
        Ok(persons) => persons,
        Err(Error::Invalid(faults)) => return draw_form(&page, &sent.form, &faults),
        Err(other) => return Err(other.into()),
    };
    let text = |name: &str| sent.form.get(name).trim().to_owned();
    let wanted = WantedCase { kind: text("kind"), call: text("call"), words: text("words"), persons };
    let channel = if sent.list.is_some() { "workbook" } else { page.channel() };
    let request = Request::new("crew case", sent.form.key(), &sent.digested()?, channel);
    match aside(office.file_crew_case(page.actor()?, wanted, &request)).await {
        Ok(done) => Ok(Redirect::to(&format!("/crew-cases/{}?done=filed", done.number)).into_response()),
        Err(Error::Refused(fault)) => draw_form(&page, &sent.form, &[fault]),
        Err(Error::Invalid(faults)) => draw_form(&page, &sent.form, &faults),
        Err(other) => Err(other.into()),
    }
}

/// The persons of a workbook, or the one that was typed.
fn persons(page: &Page, kind: &str, sent: &Sent) -> Result<Vec<Known>, Error> {
    match &sent.list {
        Some((_, bytes)) => page.app.office.crew_workbook(kind, bytes),
        None => Ok(vec![typed(&sent.form)]),
    }
}

fn typed(form: &Form) -> Known {
    let given = form.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(PERSON)?.to_owned(), value)));
    Known::Map(given.map(|(name, value)| (name, Known::Text(value.clone()))).collect())
}

/// The fields of a person in a form, by the kind of case.
fn person_fields(page: &Page, kind: &crew_case::Kind, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let own: Vec<Fault> = faults
        .iter()
        .filter_map(|fault| {
            let field = fault.location.strip_prefix("/persons/0")?;
            Some(Fault { location: field.to_owned(), ..fault.clone() })
        })
        .collect();
    let mut fields = formalities::fields::fields(page, fields_of(&kind.subject), &typed(form), &own);
    // Of what there is one of, nothing is chosen.
    fields.retain(|field| field["name"] != "movement" || kind.movements.len() > 1);
    for field in &mut fields {
        if field["name"] == "movement"
            && let Some(options) = field["options"].as_array_mut()
        {
            options.retain(|option| kind.movements.iter().any(|of| option["value"] == of.as_str()));
        }
        field["name"] = json!(format!("{PERSON}{}", field["name"].as_str().unwrap_or_default()));
        // With a list there is nobody to type: the server says what is missing.
        field["required"] = json!(false);
    }
    fields
}

fn draw_form(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    let kind = crew_case::kind(profile, form.get("kind"), now);
    let offered = |kind: &crew_case::Kind| {
        json!({
            "code": kind.code, "say": view::kind(&kind.code), "reason": say::text(&kind.reason),
            "law": say::law(profile, &kind.law), "call": form.get("call"),
        })
    };
    let error = |name: &str| {
        let fault = faults.iter().find(|fault| fault.location == format!("/{name}"));
        fault.map_or(Value::Null, |fault| say::text(&fault.text))
    };
    let fields = kind.as_ref().map(|kind| {
        json!([
            {"name": "call", "kind": "text", "label": say::key("crew-call"), "hint": say::key("crew-call-hint"), "required": true, "width": "mid", "value": form.get("call"), "error": error("call")},
            {"name": "words", "kind": "textarea", "lines": 4, "label": say::key("crew-words"), "required": kind.words, "value": form.get("words"), "error": error("words")},
        ])
    });
    let at_cells: Vec<Fault> = faults.iter().filter(|fault| fault.location.contains('!')).cloned().collect();
    let others = faults.iter().filter(|fault| !fault.location.contains('!'));
    let view = json!({
        "kinds": crew_case::kinds(profile, now).iter().map(offered).collect::<Vec<_>>(),
        "kind": kind.as_ref().map(offered), "fields": fields,
        "person": kind.as_ref().map(|kind| person_fields(page, kind, form, faults)),
        "lists": lists_with_countries(), "errors": others.map(form_fault).collect::<Vec<_>>(), "cells": grouped(&at_cells),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "crew_cases/form.html", &page.layout("crew-cases"), &view)
}

fn form_fault(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = match fault.location.strip_prefix("/persons/0/") {
        Some(field) => json!(format!("{PERSON}{field}")),
        None => match fault.location.as_str() {
            "/call" | "/words" => json!(fault.location.trim_start_matches('/')),
            _ => Value::Null,
        },
    };
    said
}

/// `GET /crew-cases/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    view::draw(&page, &number, &Form::default(), &[]).await
}

/// `POST /crew-cases/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let sent = Sent::read(multipart).await.map_err(Failure::Error)?;
    page.check_token(sent.form.get("csrf"))?;
    let switched = page.switch(&sent.form);
    let office = &page.app.office;
    let found = office.crew_case(page.actor()?, &number).await?;
    if switched {
        return view::draw(&page, &number, &sent.form, &[]).await;
    }
    let text = |name: &str| sent.form.get(name).trim().to_owned();
    let act = match sent.form.get("act") {
        "add" => persons(&page, &found.case.told.kind, &sent).map(|persons| CrewCaseAct::Add { persons }),
        "remove" => {
            let persons = sent.form.all("person").iter().filter_map(|serial| serial.parse().ok()).collect();
            Ok(CrewCaseAct::Remove { persons })
        }
        "ask" => Ok(CrewCaseAct::Ask { words: text("words") }),
        "answer" => Ok(CrewCaseAct::Answer { words: text("words") }),
        "grant" => Ok(CrewCaseAct::Grant { part: text("part"), words: text("words") }),
        "refuse" => Ok(CrewCaseAct::Refuse { part: text("part"), words: text("words"), law: text("law") }),
        "close" => Ok(CrewCaseAct::Close { how: text("how"), words: text("words") }),
        "withdraw" => Ok(CrewCaseAct::Withdraw),
        _ => Err(Error::Invalid(vec![super::given::missing("act")])),
    };
    let request = Request::new("crew case act", sent.form.key(), &sent.digested()?, page.channel());
    let done = match act {
        Ok(act) => aside(office.do_on_crew_case(page.actor()?, &number, act, &request)).await.map(drop),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/crew-cases/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => view::draw(&page, &number, &sent.form, &[fault]).await,
        Err(Error::Invalid(faults)) => view::draw(&page, &number, &sent.form, &faults).await,
        Err(other) => Err(other.into()),
    }
}
