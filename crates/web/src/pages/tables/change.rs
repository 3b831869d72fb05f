//! A change of a table: what it changes, what the check found, what would have come out otherwise last month, and the steps.

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::Fault;
use office::{CheckedTable, Error, TableAct, TableChange, TableDifference};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{names_persons, short, version_view};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /tables/changes/{id}`
///
/// # Errors
/// Sign in first; not found for what does not concern the reader.
pub async fn show(page: Page, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    let change = page.app.office.table_change(page.actor()?, id).await?;
    draw(&page, &change, StatusCode::OK, &[], "").await
}

/// `POST /tables/changes/{id}`: one step, by the form's `act`.
///
/// # Errors
/// The page again, with what stands against it.
pub async fn act(mut page: Page, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let actor = page.actor()?.clone();
    let change = page.app.office.table_change(&actor, id).await?;
    if switched {
        return draw(&page, &change, StatusCode::OK, &[], form.get("words")).await;
    }
    let act = TableAct::from_code(form.get("act")).filter(|act| *act != TableAct::Edit).ok_or(Error::NotFound)?;
    let edit = form.get("edit").parse().unwrap_or_default();
    match page.app.office.act_on_table(&actor, id, edit, act, form.get("words")).await {
        Ok(()) => Ok(Redirect::to(&format!("/tables/changes/{id}")).into_response()),
        Err(Error::Refused(fault)) => {
            // Who has no part in changes of the table is told so by the status as well.
            if fault.code == "PQ-TABLE-016" {
                return Err(Error::Forbidden.into());
            }
            draw(&page, &change, StatusCode::CONFLICT, &[fault], form.get("words")).await
        }
        Err(Error::Invalid(faults)) => {
            draw(&page, &change, StatusCode::UNPROCESSABLE_ENTITY, &faults, form.get("words")).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn draw(
    page: &Page,
    change: &TableChange,
    status: StatusCode,
    faults: &[Fault],
    words: &str,
) -> Result<Response, Failure> {
    let (actor, office, of) = (page.actor()?, &page.app.office, &change.version);
    // What is published is not checked again: it is the table by now.
    let open = ["draft", "proposed"].contains(&of.state.as_str());
    let (mut checked, mut difference) = (Value::Null, Value::Null);
    if open && let Ok(from) = of.valid_from.parse() {
        let found = office.check_table(actor, &of.name, &of.text, from)?;
        if found.reviewed.is_sound() {
            difference = difference_view(&office.table_difference(actor, &of.name, &found).await?);
        }
        checked = checked_view(&found);
    }
    let acts: Vec<Value> = change
        .may
        .iter()
        .filter(|act| **act != TableAct::Edit)
        .map(|act| {
            let face = match act {
                TableAct::Drop | TableAct::Withdraw => "stop",
                TableAct::Return => "quiet",
                _ => "plain",
            };
            json!({"act": act.code(), "say": say::key(&format!("table-act-{}", act.code())), "face": face})
        })
        .collect();
    let may_edit = change.may.contains(&TableAct::Edit);
    let view = json!({
        "errors": faults.iter().map(unplaced).collect::<Vec<_>>(), "change": version_view(page, of), "table": of.name, "hash": short(&of.hash),
        "address": format!("/tables/changes/{}", of.id), "edit": of.edit, "acts": acts, "words": words,
        "edit_href": may_edit.then(|| format!("/tables/changes/{}/edit", of.id)),
        "steps": steps(page, change, names_persons(actor)), "checked": checked, "difference": difference,
        "lines": lines(change.base.as_deref(), &of.text), "base_known": change.base.is_some(),
    });
    let mut layout = page.layout("tables");
    layout.path = format!("/tables/changes/{}", of.id);
    page.draw_with(status, "tables/change.html", &layout, &view)
}

/// A fault that leads to no field of the page.
fn unplaced(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = Value::Null;
    said
}

fn steps(page: &Page, change: &TableChange, with_persons: bool) -> Vec<Value> {
    let profile = &page.app.office.profile;
    let step = |of: &store::versions::Step| {
        let (party, person) = of.who.split_once('/').unwrap_or((&of.who, ""));
        let unit = say::unit(profile, party.strip_prefix("organ:").unwrap_or(party));
        let mut small = vec![unit];
        if with_persons && !person.is_empty() {
            small.push(json!(person));
        }
        if !of.words.is_empty() {
            small.push(json!(of.words));
        }
        small.push(json!({"key": "table-hash", "hash": short(&of.hash)}));
        json!({
            "at": of.at, "say": say::key(&format!("table-step-{}", of.kind)), "small": small,
            "receipt": format!("/receipts/{}", of.receipt),
        })
    };
    change.steps.iter().rev().map(step).collect()
}

/// What the check found.
pub fn checked_view(checked: &CheckedTable) -> Value {
    let fault = |of: &Fault| {
        let tone = if of.is_error() { "stop" } else { "wait" };
        let state = say::tag(tone, &say::key(if of.is_error() { "table-fault-error" } else { "table-fault-warning" }));
        json!({"state": state, "place": of.location, "say": say::text(&of.text), "remedy": say::text(&of.remedy), "code": of.code})
    };
    let missed = checked.missed.iter().map(|of| {
        let misses: Vec<Value> = of
            .tried
            .misses
            .iter()
            .map(|miss| json!({"place": miss.place, "expected": miss.expected, "found": miss.found}))
            .collect();
        json!({"name": of.tried.name, "title": say::text(&of.tried.title), "by_the_draft": of.by_the_draft, "misses": misses})
    });
    let changed = checked.reviewed.changed.iter().map(|of| {
        json!({"row": of.row, "say": {"key": format!("table-change-{}", of.change.code().replace('_', "-")), "day": of.on}})
    });
    json!({
        "sound": checked.is_sound(), "faults": checked.faults.iter().map(fault).collect::<Vec<_>>(),
        "tried": checked.tried, "missed": missed.collect::<Vec<_>>(), "changed": changed.collect::<Vec<_>>(),
    })
}

/// What would have come out otherwise.
pub fn difference_view(of: &TableDifference) -> Value {
    let mut numbers: Vec<_> = of.listed.iter().map(|line| (line.kind, line.number.as_str())).collect();
    numbers.dedup();
    let listed: Vec<Value> = of
        .listed
        .iter()
        .map(|line| {
            let href = match line.kind {
                "problem" => format!("/problems/{}", line.number),
                "application" => format!("/applications/{}", line.number),
                "person_permit" => format!("/person-permits/{}", line.number),
                "bill" => format!("/calls/{}/bill", line.number),
                _ => format!("/calls/{}", line.number),
            };
            json!({
                "number": line.number, "href": href, "kind": say::key(&format!("table-matter-{}", line.kind.replace('_', "-"))),
                "about": line.about, "at": line.at.0, "day": line.outcome.day.to_string(),
                "before": line.outcome.before, "after": line.outcome.after,
            })
        })
        .collect();
    json!({
        "since": of.since.0, "matters": of.matters, "asked": of.asked, "differing": of.differing, "listed": listed,
        "unseen": of.differing.saturating_sub(numbers.len()), "more": of.more,
    })
}

/// The lines that a change takes away and adds, in the order of the new text: what stands in both is left out.
fn lines(base: Option<&str>, text: &str) -> Vec<Value> {
    let Some(base) = base else { return Vec::new() };
    let (before, after): (Vec<&str>, Vec<&str>) = (base.lines().collect(), text.lines().collect());
    let gone = before.iter().filter(|line| !after.contains(line)).map(|line| json!({"gone": true, "line": line}));
    let come = after.iter().filter(|line| !before.contains(line)).map(|line| json!({"gone": false, "line": line}));
    gone.chain(come).collect()
}
