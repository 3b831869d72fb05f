//! The address of a report is confirmed by the code of the letter that went there. A link only fills the form in: programs that
//! look through letters open links, and press no button.

use axum::{body::Bytes, http::StatusCode, response::Response};
use domain::{Fault, Severity, Text};
use office::{Error, Request};
use serde_json::json;

use super::super::sign_in::{Peer, take_try};
use crate::page::{Failure, Form, Page};

/// `GET /report/address`: number and code, filled in by the letter's link.
pub async fn form(page: Page) -> Result<Response, Failure> {
    let asked = |name: &str| page.asked(name).unwrap_or("").to_owned();
    draw(&page, (&asked("number"), &asked("code")), StatusCode::OK, None)
}

/// `POST /report/address`
pub async fn confirm(page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let form = Form { pairs: form_urlencoded::parse(&body).into_owned().collect() };
    let (number, code) = (form.get("number").trim(), form.get("code").trim());
    let request = Request::new("report address", form.key(), &body, page.channel());
    match page.app.office.confirm_report_address(number, code, &request).await {
        Ok(()) => {
            let view = json!({"number": number, "done": true, "errors": []});
            page.draw("problems/address.html", &page.layout("problems"), &view)
        }
        Err(Error::NotFound) => draw(&page, (number, code), StatusCode::UNPROCESSABLE_ENTITY, Some(&unknown())),
        Err(other) => Err(other.into()),
    }
}

fn draw(
    page: &Page,
    (number, code): (&str, &str),
    status: StatusCode,
    fault: Option<&Fault>,
) -> Result<Response, Failure> {
    let errors: Vec<_> = fault.map(super::plain_fault).into_iter().collect();
    let view = json!({"number": number, "code": code, "done": false, "errors": errors});
    page.draw_with(status, "problems/address.html", &page.layout("problems"), &view)
}

/// The same words for a wrong number as for a wrong code.
fn unknown() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-REPORT-013",
        "",
        Text::new("编号与确认码不符。", "Number and code do not belong together."),
        Text::new("请按确认邮件填写。", "Copy both from the letter that asks for it."),
    )
}
