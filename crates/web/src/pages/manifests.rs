//! Manifests: filed and amended by workbook, decided on by customs, reported there by the terminal.

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    manifest::{Entry, Manifest, Mode, Record},
    ship_call::Party,
};
use office::{
    Actor, Error, Request, Right,
    manifests::{FoundManifest, ManifestAct, ManifestSent, Wanted, read_sheet},
};
use serde_json::{Value, json};

use super::{
    given::{self, moment},
    uploads::{download, grouped},
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// `GET /manifests`
pub async fn list(page: Page) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.manifests(actor, page.asked("conveyance"), page.asked("after")).await?;
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "href": format!("/manifests/{}", row.number), "number": row.number, "reference": row.title,
                "conveyance": row.subject_key, "direction": say::key(&format!("manifest-{}", row.place)),
                "state": state(&row.state), "at": row.opened_at,
            })
        })
        .collect();
    let next = found.next.map(|after| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("after", &after).finish();
        format!("/manifests?{query}")
    });
    let view = json!({"lines": lines, "next": next, "files": actor.may(Right::File)});
    page.draw("manifests/list.html", &page.layout("consignments"), &view)
}

/// `GET /manifests/template`: the empty workbook.
pub async fn template(page: Page) -> Result<Response, Failure> {
    Ok(download(page.app.office.manifest_template(page.actor()?)?))
}

/// `GET /manifests/new`
pub async fn form(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    draw_form(&page, &Form { pairs: page.query.clone() }, &[])
}

/// `POST /manifests/new`: the form with its workbook.
pub async fn file(mut page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let (form, bytes) = read(multipart).await?;
    page.check_token(form.get("csrf"))?;
    page.actor()?.require(Right::File)?;
    if page.switch(&form) {
        return draw_form(&page, &form, &[]);
    }
    let faults = given::faults(&page, &fields(), &form);
    if !faults.is_empty() {
        return draw_form(&page, &form, &faults);
    }
    let sheet = read_sheet(&bytes);
    if sheet.faults.iter().any(Fault::is_error) {
        return draw_form(&page, &form, &sheet.faults);
    }
    let wanted = Wanted {
        mode: if form.get("mode") == "air" { Mode::Air } else { Mode::Sea },
        direction: form.get("direction").to_owned(),
        conveyance: form.get("conveyance").trim().to_uppercase(),
        reference: form.get("reference").to_owned(),
        loading: moment(&page, form.get("loading")),
        lines: sheet.rows.clone(),
    };
    let request = Request::new("manifest", form.key(), &digested(&form, &bytes)?, page.channel());
    match aside(page.app.office.file_manifest(page.actor()?, &wanted, &request)).await {
        Ok(sent) => Ok(taken(&sent)),
        Err(Error::Refused(fault)) => draw_form(&page, &form, &[fault]),
        Err(Error::Invalid(faults)) => draw_form(&page, &form, &sheet.placed(faults)),
        Err(other) => Err(other.into()),
    }
}

/// `GET /manifests/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.manifest(page.actor()?, &number).await?;
    draw(&page, &found, &Form::default(), &[]).await
}

/// `POST /manifests/{number}/amend`: another edition as a workbook.
pub async fn amend(page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let (form, bytes) = read(multipart).await?;
    page.check_token(form.get("csrf"))?;
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.manifest(actor, &number).await?;
    let sheet = read_sheet(&bytes);
    if sheet.faults.iter().any(Fault::is_error) {
        return draw(&page, &found, &form, &sheet.faults).await;
    }
    let request = Request::new("manifest edition", form.key(), &digested(&form, &bytes)?, page.channel());
    match aside(office.amend_manifest(actor, &number, sheet.rows.clone(), &request)).await {
        Ok(sent) => Ok(taken(&sent)),
        Err(Error::Refused(fault)) => draw(&page, &found, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &found, &form, &sheet.placed(faults)).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /manifests/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.manifest(actor, &number).await?;
    if switched {
        return draw(&page, &found, &form, &[]).await;
    }
    let words = form.get("words").to_owned();
    let act = match form.get("act") {
        "grant" => ManifestAct::Decide { granted: true, words },
        "refuse" => ManifestAct::Decide { granted: false, words },
        "arrive" => ManifestAct::Arrive { bills: Vec::new(), yard: form.get("yard").to_owned() },
        "withdraw" => ManifestAct::Withdraw,
        _ => return Err(Error::NotFound.into()),
    };
    let request = Request::new("manifest act", form.key(), &digested(&form, &[])?, page.channel());
    match aside(office.do_on_manifest(actor, &number, &act, &request)).await {
        Ok(_) => Ok(Redirect::to(&format!("/manifests/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &found, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &found, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// Where a manifest that was taken is shown; what is worth knowing of it is told there.
fn taken(sent: &ManifestSent) -> Response {
    let warned = if sent.faults.is_empty() { "filed" } else { "warned" };
    Redirect::to(&format!("/manifests/{}?done={warned}", sent.done.number)).into_response()
}

/// The form and the file that came with it.
async fn read(mut multipart: Multipart) -> Result<(Form, Vec<u8>), Failure> {
    let broken = |_| Failure::Error(Error::NotFound);
    let (mut form, mut bytes) = (Form::default(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            bytes = field.bytes().await.map_err(broken)?.to_vec();
        } else {
            form.pairs.push((name, field.text().await.map_err(broken)?));
        }
    }
    Ok((form, bytes))
}

/// The receipt's digest is of what the form and the file held, without the session's token.
fn digested(form: &Form, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let pairs: Vec<_> = form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
    let mut all = serde_json::to_vec(&pairs).map_err(Error::from)?;
    all.extend_from_slice(bytes);
    Ok(all)
}

fn fields() -> Value {
    let choice = |name: &str, label: &str, codes: [&str; 2]| {
        let options = codes.map(|code| json!({"value": code, "label": say::key(&format!("manifest-{code}"))}));
        json!({"name": name, "kind": "radios", "label": say::key(label), "options": options, "required": true})
    };
    json!([
        choice("mode", "manifest-mode", ["sea", "air"]),
        choice("direction", "manifest-direction", ["import", "export"]),
        {"name": "conveyance", "kind": "text", "label": say::key("cargo-conveyance"), "hint": say::key("manifest-conveyance-hint"), "required": true, "width": "mid"},
        {"name": "reference", "kind": "text", "label": say::key("manifest-reference"), "required": true, "width": "mid"},
        {"name": "loading", "kind": "instant", "label": say::key("manifest-loading")},
    ])
}

fn draw_form(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let mut fields = fields();
    given::refill(&mut fields, form, faults);
    let at_cells: Vec<Fault> = faults.iter().filter(|fault| fault.location.contains('!')).cloned().collect();
    let others: Vec<Fault> = faults.iter().filter(|fault| !fault.location.contains('!')).cloned().collect();
    let view = json!({"fields": fields, "errors": given::summary(&others, &fields, ""), "cells": grouped(&at_cells)});
    page.draw_with(status(faults), "manifests/new.html", &page.layout("consignments"), &view)
}

/// What is wrong with a workbook is told as what is wrong with a form is.
fn status(faults: &[Fault]) -> StatusCode {
    let workbook = faults.iter().any(|fault| fault.location.contains('!') || fault.code.starts_with("PQ-UPLOAD"));
    if workbook { StatusCode::UNPROCESSABLE_ENTITY } else { given::status(faults) }
}

fn state(code: &str) -> Value {
    let tone = match code {
        "arrived" => "ok",
        "asked" => "stop",
        "withdrawn" => "none",
        _ => "wait",
    };
    say::tag(tone, &say::key(&format!("manifest-state-{code}")))
}

async fn draw(page: &Page, found: &FoundManifest, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let of = &found.manifest;
    let mut layout = page.layout("consignments");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "filed" | "warned" | "act")) {
        let tone = if done == "warned" { "wait" } else { "ok" };
        let say = say::key(&format!("manifest-done-{done}"));
        layout.flash = Some(crate::layout::Flash { tone: tone.to_owned(), say });
    }
    let firms = office.names_of(vec![of.filed.firm.clone()]).await?;
    let carrier = firms.get(&of.filed.firm).map_or_else(|| json!(of.filed.firm), say::text);
    let limits = of.limits.iter().map(|limit| {
        json!({"name": say::key(&format!("manifest-limit-{}", limit.name)), "at": limit.due.0, "law": say::law(&office.profile, &limit.law)})
    });
    let bills = of.content.bills.iter().map(|(bill, number)| {
        json!({"bill": bill, "number": number, "href": format!("/consignments/{number}"), "there": of.arrived.contains(bill)})
    });
    let journal: Vec<Value> = office
        .manifest_journal(actor, found.id)
        .await?
        .iter()
        .rev()
        .map(|record| entry(page, &carrier, record))
        .collect();
    let mine = matches!(&actor.party, Party::Firm(_)) && of.withdrawn_at.is_none();
    let at_cells: Vec<Fault> = faults.iter().filter(|fault| fault.location.contains('!')).cloned().collect();
    let others = faults.iter().filter(|fault| !fault.location.contains('!'));
    let compared = office.dangerous_compared(found).await?.map(|found| {
        let said = found.iter().map(|of| {
            json!({"say": say::key(&format!("manifest-dangerous-{}", of.kind.replace('_', "-"))), "number": of.un_number, "container": of.container})
        });
        said.collect::<Vec<_>>()
    });
    let view = json!({
        "compared": compared,
        "number": of.filed.number, "reference": of.filed.reference, "state": state(of.state()), "carrier": carrier,
        "conveyance": of.filed.conveyance, "mode": say::key(&format!("manifest-{}", of.filed.mode.code())),
        "direction": say::key(&format!("manifest-{}", of.filed.direction)), "edition": of.edition, "late": of.late,
        "limits": limits.collect::<Vec<_>>(), "bills": bills.collect::<Vec<_>>(), "dangerous": of.content.dangerous,
        "journal": journal, "amends": mine && of.asked.is_none(), "leave": of.needs_leave(office.now()),
        "acts": acts(page, actor, of, form, faults), "act": form.get("act"), "cells": grouped(&at_cells),
        "errors": others.map(|fault| { let mut said = say::fault(fault); said["field"] = Value::Null; said }).collect::<Vec<_>>(),
    });
    page.draw_with(status(faults), "manifests/show.html", &layout, &view)
}

fn acts(page: &Page, actor: &Actor, of: &Manifest, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let words = |required: bool| json!({"name": "words", "kind": "textarea", "label": say::key("flight-why"), "required": required, "lines": 3});
    let mut acts: Vec<(&str, Value)> = Vec::new();
    let (organ, standing) = (matches!(actor.party, Party::Organ(_)), of.withdrawn_at.is_none());
    if organ && of.asked.is_some() && of.units.decides == actor.unit() {
        acts.extend([("grant", json!([words(false)])), ("refuse", json!([words(true)]))]);
    }
    if organ && of.units.terminal == actor.unit() && matches!(of.state(), "filed" | "arriving" | "asked") {
        let yards = page.app.office.yards(of.filed.mode).into_iter();
        let options: Vec<Value> = yards.map(|(code, name)| json!({"value": code, "label": say::text(&name)})).collect();
        acts.push(("arrive", json!([{"name": "yard", "kind": "choice", "label": say::key("cargo-yard"), "options": options, "required": true}])));
    }
    if !organ && standing && !of.needs_leave(page.app.office.now()) {
        acts.push(("withdraw", json!([])));
    }
    let drawn = acts.into_iter().map(|(code, mut fields)| {
        if form.get("act") == code {
            given::refill(&mut fields, form, faults);
        }
        json!({"act": code, "say": say::key(&format!("manifest-act-{code}")), "fields": fields})
    });
    drawn.collect()
}

fn entry(page: &Page, carrier: &Value, record: &Record) -> Value {
    let who = match record.party.split_once(':') {
        Some(("organ", code)) => say::unit(&page.app.office.profile, code),
        Some(_) => carrier.clone(),
        None => say::unit(&page.app.office.profile, "clock"),
    };
    let (key, small) = match &record.entry {
        Entry::Filed { new, .. } => ("manifest-entry-filed", bills_of(new.content.bills.len())),
        Entry::Amended { .. } => ("manifest-entry-amended", Value::Null),
        Entry::AmendmentAsked { .. } => ("manifest-entry-asked", Value::Null),
        Entry::AmendmentDecided { granted: true, .. } => ("manifest-entry-granted", Value::Null),
        Entry::AmendmentDecided { .. } => ("manifest-entry-refused", Value::Null),
        Entry::Arrived { bills } => ("manifest-entry-arrived", bills_of(bills.len())),
        Entry::Retimed { limits, .. } => {
            let due = limits
                .iter()
                .map(|limit| json!([say::key(&format!("manifest-limit-{}", limit.name)), {"at": limit.due.0}]));
            ("manifest-entry-retimed", due.collect())
        }
        Entry::Withdrawn => ("manifest-entry-withdrawn", Value::Null),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who}, "small": small})
}

fn bills_of(count: usize) -> Value {
    json!([{"key": "manifest-bills", "n": count}])
}
