//! The pre-check of a call's crew and passengers, for border inspection alone; and its watch list.

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Value as Known,
    formality::{Formality, display},
    precheck::{Elsewhere, Entry, Hit, Record},
};
use office::{
    Error, Request,
    prechecks::{HitContent, PrecheckLine, PrecheckView},
};
use serde_json::{Value, json};

use super::uploads::{grouped, read};
use crate::{
    aside::aside,
    page::{Failure, Page},
    say,
};

/// `GET /prechecks`: those of all calls that are under way.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let (lines, open) = page.app.office.prechecks_listed(page.actor()?).await?;
    let line = |line: &PrecheckLine| {
        json!({
            "href": format!("/calls/{}/precheck", line.call), "call": line.call, "ship": line.ship.as_ref().map(say::text),
            "arrives": line.arrives.map(|at| at.0), "updated": line.updated_at.0, "state": state_tag(&line.state),
        })
    };
    let view = json!({"lines": lines.iter().map(line).collect::<Vec<_>>(), "open": open});
    page.draw("prechecks/list.html", &page.layout("prechecks"), &view)
}

fn state_tag(state: &str) -> Value {
    let tone = match state {
        "stopped" => "stop",
        "ready" | "cleared" => "ok",
        _ => "wait",
    };
    say::tag(tone, &say::key(&format!("precheck-state-{state}")))
}

/// `GET /calls/{number}/precheck`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let view = page.app.office.precheck(page.actor()?, &number).await?;
    draw(&page, &number, &view, &[])
}

/// `POST /calls/{number}/precheck`: compare, look at a hit, clear on arrival.
pub async fn act(page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (office, actor) = (&page.app.office, page.actor()?);
    let request = Request::new("precheck", form.key(), &body, "page");
    let hit = || form.get("hit").parse::<u32>().map_err(|_| Error::NotFound);
    let done = match form.get("act") {
        "run" => aside(office.run_precheck(actor, &number, &request)).await,
        "same" => office.act_on_precheck(actor, &number, Some((hit()?, true)), &request).await,
        "other" => office.act_on_precheck(actor, &number, Some((hit()?, false)), &request).await,
        "clear" => office.act_on_precheck(actor, &number, None, &request).await,
        _ => Err(Error::NotFound),
    };
    let faults = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/calls/{number}/precheck?done=act")).into_response()),
        Err(Error::Refused(fault)) => vec![fault],
        Err(Error::Invalid(faults)) => faults,
        Err(other) => return Err(other.into()),
    };
    let view = office.precheck(actor, &number).await?;
    draw(&page, &number, &view, &faults)
}

fn draw(page: &Page, number: &str, view: &PrecheckView, faults: &[Fault]) -> Result<Response, Failure> {
    let precheck = &view.precheck;
    let made = precheck.version > 0;
    let hits: Vec<Value> = precheck
        .hits
        .iter()
        .rev()
        .map(|(serial, hit)| hit_view(*serial, hit, view.contents.get(serial), page))
        .collect();
    let state = match (made, view.stale) {
        (false, _) => "none",
        (true, true) => "stale",
        (true, false) => precheck.status().code(),
    };
    let mut layout = page.layout("prechecks");
    if page.asked("done").is_some() {
        let say = say::key("application-done-act");
        layout.flash = Some(crate::layout::Flash { tone: "ok".to_owned(), say });
    }
    let run = &precheck.run;
    let body = json!({
        "number": number, "state": state_tag(state), "made": made,
        "run_at": precheck.run_at.0, "persons": run.persons, "before": run.before, "joined": run.joined, "went": run.left,
        "changed": run.changed, "expiring": run.expiring, "lapsing": run.lapsing, "extended": run.extended,
        "elsewhere": view.elsewhere.iter().map(elsewhere_view).collect::<Vec<_>>(), "watched": run.watched, "watch": run.watch, "hits": hits,
        "may_run": view.stale || made, "may_clear": made && !view.stale && precheck.status().code() == "ready",
        "journal": view.journal.iter().rev().map(|record| entry(page, record)).collect::<Vec<_>>(),
        "errors": faults.iter().map(said).collect::<Vec<_>>(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "prechecks/show.html", &layout, &body)
}

fn said(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = Value::Null;
    said
}

fn hit_view(serial: u32, hit: &Hit, content: Option<&HitContent>, page: &Page) -> Value {
    let verdict = match (hit.stands, hit.verdict()) {
        (false, _) => ("none", "precheck-hit-gone"),
        (true, Some(true)) => ("stop", "precheck-hit-same"),
        (true, Some(false)) => ("ok", "precheck-hit-other"),
        (true, None) => ("wait", "precheck-hit-open"),
    };
    let person = content.map(|of| person_of(&of.formality, &of.person));
    let own = page.session.as_ref().map(|session| session.actor.person.clone()).unwrap_or_default();
    json!({
        "serial": serial, "state": say::tag(verdict.0, &say::key(verdict.1)),
        "basis": say::key(&format!("precheck-basis-{}", hit.basis)), "alike": hit.alike,
        "formality": content.and_then(|of| Formality::from_code(&of.formality)).map(say::formality), "person": person,
        "entry": content.map(|of| of.entry.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>()),
        "looks": hit.looks.len(), "looked": hit.looks.iter().any(|(who, _)| *who == own),
        "open": hit.stands && hit.verdict().is_none(),
    })
}

fn elsewhere_view((person, of): &(Known, Elsewhere)) -> Value {
    json!({"person": person_of(Formality::CrewList.code(), person), "call": of.call, "ship": say::text(&of.ship)})
}

/// What of a person is compared, in words.
fn person_of(formality: &str, person: &Known) -> Vec<Value> {
    let wanted = ["family_name", "given_names", "nationality", "date_of_birth", "document_number"];
    let columns = Formality::from_code(formality).into_iter().flat_map(|formality| formality.fields());
    let columns: Vec<_> = columns.flat_map(|field| field.columns()).collect();
    let field = |name: &&str| columns.iter().find(|field| *field.name == **name).copied();
    let of = |field: &domain::formality::Field| {
        let value: &Known = person.get(field.name);
        (!value.is_empty())
            .then(|| json!({"name": {"zh": field.zh, "en": field.en}, "value": say::text(&display(field, value))}))
    };
    wanted.iter().filter_map(field).filter_map(of).collect()
}

fn entry(page: &Page, record: &Record) -> Value {
    let who = match record.party.split_once(':') {
        Some(("organ", code)) => say::unit(&page.app.office.profile, code),
        _ => say::unit(&page.app.office.profile, "clock"),
    };
    let (key, small) = match &record.entry {
        Entry::Run { run, standing, .. } => {
            let key = if record.party == "clock" { "precheck-entry-itself" } else { "precheck-entry-run" };
            (key, json!({"key": "precheck-entry-counts", "n": run.persons, "hits": standing.len()}))
        }
        Entry::Reopened => ("precheck-entry-reopened", Value::Null),
        Entry::Looked { is: true, hit } => ("precheck-entry-same", json!({"key": "precheck-entry-hit", "n": hit})),
        Entry::Looked { is: false, hit } => ("precheck-entry-other", json!({"key": "precheck-entry-hit", "n": hit})),
        Entry::Cleared => ("precheck-entry-cleared", Value::Null),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who}, "small": small})
}

/// `GET /watch-list`
pub async fn watch(page: Page) -> Result<Response, Failure> {
    draw_watch(&page, StatusCode::OK, &[], None).await
}

/// `POST /watch-list`: another list in the place of the one that stands.
pub async fn put_watch(page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let sent = read(multipart).await.map_err(|_| Failure::Error(Error::NotFound))?;
    page.check_token(&sent.csrf)?;
    match aside(page.app.office.put_watch_list(actor, &sent.bytes)).await {
        Ok(entries) => draw_watch(&page, StatusCode::OK, &[], Some(entries)).await,
        Err(Error::Invalid(faults)) => draw_watch(&page, StatusCode::UNPROCESSABLE_ENTITY, &faults, None).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_watch(
    page: &Page,
    status: StatusCode,
    faults: &[Fault],
    done: Option<usize>,
) -> Result<Response, Failure> {
    let size = page.app.office.watch_size(page.actor()?).await?;
    let view = json!({
        "version": size.map(|(version, _)| version), "entries": size.map(|(_, entries)| entries), "done": done,
        "faults": grouped(faults), "columns": "family_name,given_names,date_of_birth,document_number,note",
    });
    page.draw_with(status, "prechecks/watch.html", &page.layout("prechecks"), &view)
}
