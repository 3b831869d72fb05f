//! Where a report stands, for whoever has its number and its secret. The secret is sent in the body, never in an address.

use axum::{
    extract::Request as Came,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Severity, Text};
use office::{Error, Request};
use serde_json::json;

use super::{
    super::sign_in::{Peer, take_try},
    doing, given, sent, typed, view,
};
use crate::{
    aside::aside,
    page::{Failure, Page},
    say,
};

/// `GET /report/status`: asks for number and secret; who may open the case without one is led to it.
pub async fn form(page: Page) -> Result<Response, Failure> {
    if let (Some(session), Some(number)) = (&page.session, page.asked("number"))
        && let Ok(case) = page.app.office.problem(&session.actor, number).await
    {
        return Ok(Redirect::to(&format!("/problems/{}", case.problem.number)).into_response());
    }
    ask(&page, page.asked("number").unwrap_or(""), StatusCode::OK, &[])
}

/// `POST /report/status`: shows the report; with `act`, says or does something about it first.
pub async fn show(mut page: Page, peer: Peer, came: Came) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let sent = sent::of(came).await?;
    let form = &sent.form;
    let switched = page.switch(form);
    let (number, secret) = (form.get("number").trim(), form.get("secret").trim());
    let office = &page.app.office;
    let mut faults: Vec<Fault> = Vec::new();
    let typed = Some(form).filter(|form| !form.get("act").is_empty());
    if sent.failed.is_some() {
        faults.push(given::too_large());
    } else if typed.is_some() && !switched {
        let request = Request::new("report status", form.key(), &sent.bytes()?, "page");
        let done = match given::act(&page, form) {
            Ok(act) => {
                let done = office.act_by_secret((number, secret), (&act, &sent.files), &request);
                let done = if sent.files.is_empty() { done.await } else { aside(done).await };
                done.map(drop)
            }
            Err(fault) => Err(Error::Invalid(vec![fault])),
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(fault)) => faults.push(fault),
            Err(Error::Invalid(all)) => faults.extend(all),
            Err(other) => return Err(other.into()),
        }
    }
    if let Some(document) = Some(form.get("file")).filter(|file| !file.is_empty()) {
        let case = office.problem_by_secret(number, secret).await?;
        return Ok(super::download(&office.problem_attachment(&case, document).await?));
    }
    let case = match office.problem_by_secret(number, secret).await {
        Err(Error::NotFound) => {
            return ask(&page, number, StatusCode::NOT_FOUND, &[unknown()]);
        }
        other => other?,
    };
    let mut view = view::case(&page, None, &case).await?;
    view["crumbs"] = json!([{"href": "/report/status", "say": say::key("status-report-title")}, {"say": number}]);
    view["action"] = json!("/report/status");
    view["hidden"] = json!([{"name": "number", "value": number}, {"name": "secret", "value": secret}]);
    let mut acts = doing::acts(&page, None, &case).await?;
    // What was done is not shown as if it was to be done again.
    let again = typed::fill(&mut acts, typed.filter(|_| switched || !faults.is_empty()), &faults);
    view["acts"] = json!(acts);
    view["errors"] = json!(again.errors);
    view["lost"] = json!(again.lost);
    view["again"] = json!(again.opened);
    view["urgent"] = json!([]);
    view["present"] = json!([]);
    view["recused"] = json!(false);
    page.draw_with(super::status_of(&faults), "problems/show.html", &page.layout("problems"), &view)
}

fn ask(page: &Page, number: &str, status: StatusCode, faults: &[Fault]) -> Result<Response, Failure> {
    let errors: Vec<_> = faults.iter().map(super::plain_fault).collect();
    let view = json!({"number": number, "errors": errors});
    page.draw_with(status, "problems/status.html", &page.layout("problems"), &view)
}

/// The same words for a wrong number as for a wrong secret.
fn unknown() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-REPORT-011",
        "",
        Text::new("编号与查询密码不符。", "Number and secret do not belong together."),
        Text::new(
            "请核对回执：编号如 2026-DAL-P000001，密码为 20 个小写字母和数字。",
            "Check them on your receipt: the number looks like 2026-DAL-P000001, the secret has 20 small letters and digits.",
        ),
    )
}
