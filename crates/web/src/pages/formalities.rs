//! The forms of formalities, made from the catalogue: type, save, check, submit, look at what was filed.

pub mod fields;
mod view;

use axum::{
    body::Bytes,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
pub use view::{difference, facts, is_wide, tables, typed, words};

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::{Change, Formality, differences, form_to_value, normalise},
    ship_call::ShipCall,
};
use office::{Call, Draft, Error, Request, Right, Submission, Version, drafts::Saved};
use serde_json::json;

use crate::{
    page::{Failure, Form, Page},
    say,
};

async fn found(page: &Page, number: &str, code: &str) -> Result<(Call, Formality), Failure> {
    let formality = Formality::from_code(code).ok_or(Error::NotFound)?;
    let found = page.app.office.call(page.actor()?, number).await?;
    Ok((found, formality))
}

/// `GET /calls/{number}/{formality}/edit`
///
/// # Errors
/// Not found outside the reader's reach; forbidden to all but the agent.
pub async fn form(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let (call, formality) = found(&page, &number, &code).await?;
    let (content, saved) = content(&page, &call, formality).await?;
    let faults =
        if page.asked("checked").is_some() { check(&page, &call, formality, &content).await? } else { Vec::new() };
    let (content, faults) = known(&page, &call, formality, content, faults);
    draw(&page, &call, formality, &content, saved, &faults).await
}

/// What was typed, as an operator who looks may know it.
fn known(page: &Page, call: &Call, formality: Formality, content: Value, faults: Vec<Fault>) -> (Value, Vec<Fault>) {
    let Some(reader) = &page.looking else { return (content, faults) };
    let office = &page.app.office;
    let faults = office.masked_faults(reader, &call.call, formality, &faults);
    (office.masked(reader, &call.call, formality, &content), faults)
}

/// The draft; else what was filed last, also when it was withdrawn since; else what other filings of the call already say.
async fn content(page: &Page, call: &Call, formality: Formality) -> Result<(Value, Option<i64>), Failure> {
    let office = &page.app.office;
    let actor = page.actor()?;
    if let Some(draft) = office.draft(actor, Some(call.id), formality.code()).await? {
        return Ok((draft.content, Some(draft.saved_at.0)));
    }
    let last = call.call.filings.get(&formality).and_then(|filing| filing.versions.last());
    match office.version(actor, call.id, &call.call, formality, last.map(|last| last.version)).await {
        Ok(version) => Ok((version.content, None)),
        Err(Error::NotFound | Error::Gone(_)) => Ok((office.prefilled(actor, &call.call, formality).await?, None)),
        Err(other) => Err(other.into()),
    }
}

async fn check(page: &Page, call: &Call, formality: Formality, content: &Value) -> Result<Vec<Fault>, Failure> {
    let submission = Submission { formality, content: content.clone(), original: None };
    Ok(page.app.office.check(&call.call, &submission).await?.faults)
}

/// Why it could not be filed now, said before anything is typed.
fn not_yet(page: &Page, call: &ShipCall, formality: Formality, content: &Value) -> Result<serde_json::Value, Failure> {
    let refused = page.app.office.refused_now(page.actor()?, call, formality, content);
    Ok(refused.as_ref().map(say::fault).into())
}

/// From which draft a form was drawn, as far as it says so.
pub fn drawn(form: &Form) -> Option<&str> {
    form.pairs.iter().find(|(name, _)| name == DRAWN).map(|(_, value)| value.as_str())
}

/// The field of a form that says from which draft it was drawn.
const DRAWN: &str = "drawn";

/// What somebody else saved while this was typed, field by field: neither is lost, and who reads it decides.
pub fn meanwhile(page: &Page, formality: Formality, content: &Value, stands: &Draft) -> Vec<Fault> {
    let first = Fault::new(
        Severity::Error,
        "PQ-FORM-006",
        "",
        Text::new(
            "您填写期间，本单位其他人或代办的窗口人员保存了此表；您填写的内容仍在下方，尚未保存。",
            "While you typed, somebody else of your firm, or a clerk who acts for it, saved this form. What you typed stands below, and is not saved yet.",
        ),
        Text::new(
            "逐项比较后再保存：以您的为准；要用对方的内容，请在该项改填。",
            "Compare the fields that are marked, and save again: then yours counts. Where the other’s is right, write it.",
        ),
    );
    let zone = &page.app.office.profile.zone;
    let told = |words: &str| {
        let part = |part: &str| Instant::parse(part).map_or_else(|| part.to_owned(), |at| at.said(zone));
        words.split(" · ").map(part).collect::<Vec<_>>().join(" · ")
    };
    let [theirs, mine] = [&stands.content, content].map(|of| normalise(formality, of.clone()).0);
    let other = differences(formality, &theirs, &mine).into_iter().map(|of| {
        // What she does not have is told at its list.
        let at = match of.kind {
            Change::Removed => format!("/{}", of.pointer.split('/').nth(1).unwrap_or_default()),
            _ => of.pointer,
        };
        let was = of.before.unwrap_or_else(|| Text::new("（空）", "(empty)"));
        let zh = format!("{}：对方保存的是：{}", of.label.zh, told(&was.zh));
        let en = format!("{}: The other one saved: {}", of.label.en, told(&was.en));
        Fault::new(Severity::Error, "PQ-FORM-006", at, Text::new(zh, en), Text::new("请核对。", "Compare it."))
    });
    std::iter::once(first).chain(other).collect()
}

async fn draw(
    page: &Page,
    call: &Call,
    formality: Formality,
    content: &Value,
    saved: Option<i64>,
    faults: &[Fault],
) -> Result<Response, Failure> {
    draw_from(page, call, formality, (content, saved, if saved.is_some() { content } else { &Value::Null }), faults)
        .await
}

/// Draws the form with what was typed, and the draft that stands.
async fn draw_from(
    page: &Page,
    call: &Call,
    formality: Formality,
    (content, saved, stands): (&Value, Option<i64>, &Value),
    faults: &[Fault],
) -> Result<Response, Failure> {
    let receipts = page.app.office.filing_receipts(page.actor()?, call.id, formality).await?;
    let mut view = view::form(page, &call.call, formality, content, saved, faults);
    view["drawn"] = drawn_from(stands)?.into();
    view["versions"] = view::versions(&call.call, formality, &receipts);
    view["licence"] = licence(page, &call.call, formality);
    view["not_yet"] = not_yet(page, &call.call, formality, content)?;
    let status = if faults.iter().any(Fault::is_error) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.draw_with(status, "formalities/form.html", &page.layout("calls"), &view)
}

/// By how many days the tonnage-tax licence could be extended, by what the call itself shows; nothing for other formalities.
pub fn licence(page: &Page, call: &ShipCall, formality: Formality) -> serde_json::Value {
    let office = &page.app.office;
    let of_licence = matches!(formality, Formality::TonnageTaxEntry | Formality::TonnageTaxExit);
    let Some(found) = call.licence_extension(&office.profile, office.now()).filter(|_| of_licence) else {
        return json!(null);
    };
    let grounds = found.grounds.iter().map(|ground| {
        json!({
            "say": say::text(&ground.reason), "law": say::law(&office.profile, &ground.law), "from": ground.from.0,
            "until": ground.until.map(|until| until.0), "evidence": say::unit(&office.profile, &ground.evidence),
            "source": say::unit(&office.profile, &ground.source), "row": ground.rule.row,
        })
    });
    json!({
        "days": found.days, "expiry": found.expiry.map(|day| day.to_string()),
        "proposed": found.proposed.map(|day| day.to_string()), "grounds": grounds.collect::<Vec<_>>(),
    })
}

/// What was typed into a form.
pub fn given(page: &Page, formality: Formality, form: &Form) -> Value {
    let zone = &page.app.office.profile.zone;
    let pairs: Vec<(String, String)> =
        form.pairs.iter().map(|(name, value)| (name.replace('.', "/"), value.clone())).collect();
    let mut content = form_to_value(formality, &pairs, zone);
    fields::tidy(formality.spec().fields, &mut content);
    content
}

/// `POST /calls/{number}/{formality}/edit`: check, save, add or remove a row, or switch the language: each keeps what
/// was typed.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn file(page: Page, Path((number, code)): Path<(String, String)>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (call, formality) = found(&page, &number, &code).await?;
    let mut content = given(&page, formality, &form);
    let saved = match page.app.office.save_drawn(page.actor()?, (call.id, &code), &content, drawn(&form)).await? {
        Saved::Yes(saved) => saved,
        Saved::Meanwhile(stands) => {
            let faults = meanwhile(&page, formality, &content, &stands);
            let mut response = draw_from(&page, &call, formality, (&content, None, &stands.content), &faults).await?;
            *response.status_mut() = StatusCode::CONFLICT;
            return Ok(response);
        }
    };
    let edit = format!("/calls/{number}/{code}/edit");
    if !form.get("switch").is_empty() {
        return Ok(Redirect::to(&format!("{edit}?lang={}", form.get("switch"))).into_response());
    }
    match form.get("do").split(':').collect::<Vec<_>>().as_slice() {
        ["check"] => {
            let faults = check(&page, &call, formality, &content).await?;
            if faults.iter().any(Fault::is_error) {
                return draw(&page, &call, formality, &content, Some(saved.0), &faults).await;
            }
            Ok(Redirect::to(&format!("/calls/{number}/{code}/check")).into_response())
        }
        ["add", name] => {
            let stands = content.clone();
            fields::add_row(&mut content, name);
            draw_from(&page, &call, formality, (&content, Some(saved.0), &stands), &[]).await
        }
        ["remove", name, nth] => {
            fields::remove_row(&mut content, name, nth);
            page.app.office.save_draft(page.actor()?, Some(call.id), &code, &content).await?;
            draw(&page, &call, formality, &content, Some(saved.0), &[]).await
        }
        ["help"] => crate::pages::hall::help::asked(&page, &edit).await,
        // What was typed is the firm's draft; the code leads to it.
        ["counter"] => crate::pages::hall::consent::offered(&page, &edit).await,
        _ => Ok(Redirect::to(&edit).into_response()),
    }
}

/// `POST /calls/{number}/{formality}/draft`: saves what was typed, for the script.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn save_draft(
    page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (call, formality) = found(&page, &number, &code).await?;
    let content = given(&page, formality, &form);
    saved_aside(&page, (call.id, &code), &content, &form).await
}

/// What the script is told that saves what is typed: the mark of the draft that stands now, or that somebody else's does.
///
/// # Errors
/// The store's own.
pub async fn saved_aside(
    page: &Page,
    of: (uuid::Uuid, &str),
    content: &Value,
    form: &Form,
) -> Result<Response, Failure> {
    let (status, told) = match page.app.office.save_drawn(page.actor()?, of, content, drawn(form)).await? {
        Saved::Yes(saved) => (StatusCode::OK, json!({"saved": saved.0, "drawn": drawn_from(content)?})),
        Saved::Meanwhile(stands) => (StatusCode::CONFLICT, json!({"meanwhile": stands.saved_at.0})),
    };
    Ok((status, [(header::CONTENT_TYPE, "application/json")], told.to_string()).into_response())
}

/// The mark of a draft; empty for none.
///
/// # Errors
/// When it cannot be written.
pub fn drawn_from(draft: &Value) -> Result<String, Failure> {
    Ok(if draft.is_empty() { String::new() } else { office::drafts::mark(draft)? })
}

/// `GET /calls/{number}/{formality}/check`: the answers, before they are submitted.
///
/// # Errors
/// Not found outside the reader's reach.
pub async fn check_answers(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let (call, formality) = found(&page, &number, &code).await?;
    let (content, _) = content(&page, &call, formality).await?;
    draw_check(&page, &call, formality, &content, &[]).await
}

async fn draw_check(
    page: &Page,
    call: &Call,
    formality: Formality,
    content: &Value,
    refused: &[Fault],
) -> Result<Response, Failure> {
    let submission = Submission { formality, content: content.clone(), original: None };
    let mut checked = page.app.office.check(&call.call, &submission).await?;
    (checked.content, checked.faults) = known(page, call, formality, checked.content, checked.faults);
    let before = match page.app.office.version(page.actor()?, call.id, &call.call, formality, None).await {
        Ok(version) => Some(known(page, call, formality, version.content, Vec::new()).0),
        Err(Error::NotFound | Error::Gone(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let mut view = view::check(page, &call.call, formality, &checked, before.as_ref());
    view["drawn"] = drawn_from(content)?.into();
    if refused.is_empty() {
        view["not_yet"] = not_yet(page, &call.call, formality, &checked.content)?;
    } else {
        view["errors"] = refused.iter().map(say::fault).collect();
    }
    let status = if refused.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    page.draw_with(status, "formalities/check_answers.html", &page.layout("calls"), &view)
}

/// `POST /calls/{number}/{formality}/check`: submits.
///
/// # Errors
/// The answers again, with what a rule or the procedure says.
pub async fn submit(
    page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (call, formality) = found(&page, &number, &code).await?;
    let (content, saved) = content(&page, &call, formality).await?;
    let now = drawn_from(&content)?;
    if saved.is_some() && drawn(&form).is_some_and(|drawn| drawn != now) {
        let fault = Fault::new(
            Severity::Error,
            "PQ-FORM-006",
            "",
            Text::new(
                "您核对期间，他人保存了此表；下面是现在的内容，尚未提交。",
                "While you checked, somebody else saved this form. What stands now is below, and is not filed.",
            ),
            Text::new("请重新核对后提交。", "Check it again, and submit."),
        );
        return draw_check(&page, &call, formality, &content, &[fault]).await;
    }
    let request = Request::new("file", form.key(), content.to_string().as_bytes(), page.channel());
    let submission = Submission { formality, content: content.clone(), original: None };
    match page.app.office.file(page.actor()?, call.id, &submission, &request).await {
        Ok(filed) => {
            let same = if filed.unchanged { "?same=yes" } else { "" };
            let receipt = filed.done.receipt_id;
            Ok(Redirect::to(&format!("/calls/{number}/receipts/{receipt}{same}")).into_response())
        }
        Err(Error::Invalid(faults)) => {
            let errors: Vec<Fault> = faults.into_iter().filter(|fault| fault.severity == Severity::Error).collect();
            draw_check(&page, &call, formality, &content, &errors).await
        }
        Err(Error::Refused(fault)) => draw_check(&page, &call, formality, &content, &[fault]).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /calls/{number}/{formality}`: what was filed, as the reader may see it; what changed comes first. Where nothing
/// stands filed, the agent is led to the form, and others to what is due for the call.
///
/// # Errors
/// Not found outside the reader's reach, and for a version that there is not.
pub async fn show(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    let (call, formality) = found(&page, &number, &code).await?;
    let actor = page.actor()?;
    let asked = page.asked("version").and_then(|version| version.parse().ok());
    let stands = call.call.filings.get(&formality).is_some_and(|filing| filing.standing().is_some());
    if asked.is_none() && !stands {
        let to = if actor.may(Right::File) {
            format!("/calls/{number}/{code}/edit")
        } else {
            format!("/calls/{number}#due")
        };
        return Ok(Redirect::to(&to).into_response());
    }
    let mut version = page.app.office.version(actor, call.id, &call.call, formality, asked).await?;
    if page.looking.is_some() {
        version.content = known(&page, &call, formality, version.content, Vec::new()).0;
        version.changes.clear();
    }
    let receipts = page.app.office.filing_receipts(actor, call.id, formality).await?;
    let firms = page.app.office.firm_names(&call.call, &[]).await?;
    let names = say::Names { profile: &page.app.office.profile, firms: &firms };
    let shown = page.app.office.call_for(page.reader()?, &call).await?;
    let mut view = view::show(&page, &shown, &names.unit(&version.agent), formality, &version);
    view["versions"] = view::versions(&call.call, formality, &receipts);
    view["receipt"] = json!(receipts.get(&version.version).map(|receipt| view::receipt(&number, receipt)));
    page.draw_with(status(&version), "formalities/show.html", &page.layout("calls"), &view)
}

/// The part of the decision page that shows what was filed.
pub fn decision_view(
    page: &Page,
    call: &domain::ship_call::ShipCall,
    formality: Formality,
    version: &Version,
) -> serde_json::Value {
    view::show(page, call, &json!(null), formality, version)
}

/// The status of a page that shows what was filed: a part of it may be kept back.
pub fn status(version: &Version) -> StatusCode {
    if version.unrecorded { StatusCode::INSUFFICIENT_STORAGE } else { StatusCode::OK }
}
