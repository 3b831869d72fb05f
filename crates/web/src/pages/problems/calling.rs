//! The list of calls to be made, the levels of the ladder with who is told there, and written notices as documents.

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::Fault;
use office::{
    Error,
    notices::LevelKept,
    problems::{CALL_RESULTS, ToCall},
};
use serde_json::{Value, json};

use super::{class, status_of, topic};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /problems/calls`
pub async fn list(page: Page) -> Result<Response, Failure> {
    draw(&page, &[]).await
}

/// `POST /problems/calls`: a call that was made.
pub async fn called(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let report = form.get("report").parse().map_err(|_| Failure::Error(Error::NotFound))?;
    let next = match form.get("next").trim() {
        "" => None,
        typed => match crate::pages::given::moment(&page, typed) {
            Some(at) => Some(at),
            None => return draw(&page, &[unreadable()]).await,
        },
    };
    match page.app.office.called(actor, form.get("number"), report, form.get("result"), next).await {
        Ok(()) => Ok(Redirect::to("/problems/calls").into_response()),
        Err(Error::Invalid(faults)) => draw(&page, &faults).await,
        Err(other) => Err(other.into()),
    }
}

fn unreadable() -> Fault {
    let text = domain::Text::new("下次拨打时间无法识别。", "The time of the next try cannot be read.");
    let remedy = domain::Text::new("请填写如 2026-12-01T09:00。", "Write it like 2026-12-01T09:00.");
    Fault::new(domain::Severity::Error, "PQ-CALL-LIST-002", "/next", text, remedy)
}

async fn draw(page: &Page, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let calls = office.call_list(actor).await?;
    let names = office.names_of(calls.iter().map(|call| call.firm.clone()).collect()).await?;
    let mut lines = Vec::with_capacity(calls.len());
    for call in &calls {
        let (who, phones) = whom(page, call, &names).await?;
        let last = call.last.as_ref().map(|last| {
            json!([{"at": last.at}, last.who, say::key(&format!("call-list-result-{}", last.result.replace('_', "-")))])
        });
        lines.push(json!({
            "href": format!("/problems/{}", call.number),
            "number": call.number, "report": call.report, "report_number": call.report_number,
            "topic": topic(page, &call.topic), "class": class(&call.class),
            "who": who, "phones": phones,
            "why": say::key(&format!("call-list-why-{}", call.why.replace('_', "-"))),
            "until": call.due.map(|due| due.0),
            "late": call.due.is_some_and(|due| due < office.now()),
            "last": last,
        }));
    }
    let results: Vec<Value> = CALL_RESULTS
        .iter()
        .map(|of| json!({"value": of, "label": say::key(&format!("call-list-result-{}", of.replace('_', "-")))}))
        .collect();
    let view = json!({
        "errors": faults.iter().map(super::plain_fault).collect::<Vec<_>>(),
        "unit": say::unit(&office.profile, actor.unit()),
        "lines": lines,
        "ladder": actor.runs_problems(),
        "results": results,
    });
    let mut layout = page.layout("problems");
    layout.path = "/problems/calls".to_owned();
    page.draw_with(status_of(faults), "problems/calls.html", &layout, &view)
}

/// Who is called, and at which numbers: the firm's by the records, and what came with the report. Reading it is recorded.
async fn whom(
    page: &Page,
    call: &ToCall,
    names: &std::collections::BTreeMap<String, domain::Text>,
) -> Result<(Value, Vec<String>), Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let mut phones = Vec::new();
    let mut who = say::key("call-list-no-account");
    if !call.firm.is_empty() {
        who = names.get(&call.firm).map_or_else(|| json!(call.firm), say::text);
        if let Ok(recorded) = office.company(actor, &call.firm).await {
            phones.push(recorded.record.phone);
        }
    }
    if let Some(document) = &call.contact {
        let case = office.problem(actor, &call.number).await?;
        let contact = office.problem_contact(actor, &case, document).await?;
        phones.push(contact.phone);
        if !contact.name.is_empty() {
            who = json!([who, contact.name]);
        }
    }
    phones.retain(|phone| !phone.is_empty());
    phones.dedup();
    Ok((who, phones))
}

/// `GET /problems/ladder`: who is told at each step.
pub async fn ladder(page: Page) -> Result<Response, Failure> {
    draw_ladder(&page, &[]).await
}

/// `POST /problems/ladder`: an address outside (`level`, `email`), or the liaison of a unit (`organ`, `persons`).
pub async fn keep(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let kept = match form.get("organ") {
        "" => LevelKept::Outside(form.get("level").to_owned(), form.get("email").trim().to_owned()),
        organ => {
            let persons: BTreeSet<String> = form.get("persons").split_whitespace().map(str::to_owned).collect();
            LevelKept::Liaison(organ.to_owned(), persons)
        }
    };
    match page.app.office.keep_level(actor, &kept).await {
        Ok(()) => Ok(Redirect::to("/problems/ladder").into_response()),
        Err(Error::Invalid(faults)) => draw_ladder(&page, &faults).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_ladder(page: &Page, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let levels: Vec<Value> = office
        .levels(actor)
        .await?
        .iter()
        .map(|of| {
            let to: Vec<Value> = of.to.iter().map(|to| say::key(&format!("ladder-to-{to}"))).collect();
            json!({"code": of.code, "name": say::text(&of.name), "to": to, "email": of.email})
        })
        .collect();
    let mut units = Vec::new();
    for organ in &office.profile.organs {
        let persons: Vec<String> = office.liaison_of(&organ.code).await?.into_iter().collect();
        units.push(json!({"code": organ.code, "name": say::text(&organ.short), "persons": persons.join(" ")}));
    }
    let view = json!({
        "errors": faults.iter().map(super::plain_fault).collect::<Vec<_>>(),
        "levels": levels,
        "units": units,
    });
    let mut layout = page.layout("problems");
    layout.path = "/problems/ladder".to_owned();
    page.draw_with(status_of(faults), "problems/ladder.html", &layout, &view)
}

/// `GET /problems/{number}/notices/{id}`: a written notice, for the screen and for paper.
pub async fn paper(page: Page, Path((number, id)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let id = id.parse().map_err(|_| Failure::Error(Error::NotFound))?;
    let paper = office.notice_paper(actor, &number, id).await?;
    let profile = &office.profile;
    let problem = &paper.case.problem;
    let name = |code: &str| profile.organ(code).map_or_else(|| json!(code), |organ| say::text(&organ.name));
    let written = paper.words.as_ref().map_or_else(|| say::key("paper-by-ladder"), say::text);
    let view = json!({
        "title": say::key(if paper.notice.kind == "reminder" { "paper-reminder" } else { "paper-title" }),
        "what": say::text(&paper.title),
        "number": paper.number,
        "case": problem.number,
        "topic": topic(&page, &problem.topic),
        "class": class(&problem.severity),
        "to": name(&paper.notice.organ),
        "from": name(&problem.office),
        "served": paper.notice.at.0,
        "law": say::law(profile, &paper.notice.law),
        "words": written,
        "until": paper.notice.due.map(|due| due.0),
        "answer": paper.answer.as_ref().map(say::text),
        "answered": paper.notice.answer.as_ref().map(|(_, at)| at.0),
        "receipt": paper.receipt.to_string(),
    });
    page.draw("problems/paper.html", &page.layout("problems"), &view)
}
