//! Known problems and their workarounds: for everybody to read, for the port office to write.

use axum::{
    body::Bytes,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Text};
use office::{Error, Right, problems::KnownProblem};
use serde_json::{Value, json};

use super::fields::{field, required};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// `GET /known`: with `?code=…` for the code that a program showed.
pub async fn list(page: Page) -> Result<Response, Failure> {
    draw(&page, &Form { pairs: Vec::new() }, &[]).await
}

/// `POST /known`: records one, or a new version of it.
pub async fn put(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let words = |name: &str| {
        let (zh, en) = (form.get(name).trim(), form.get(&format!("{name}_en")).trim());
        Text::new(if zh.is_empty() { en } else { zh }, if en.is_empty() { zh } else { en })
    };
    let listed = |name: &str| -> Vec<String> {
        form.get(name).split([',', ' ', '，', '、']).filter(|of| !of.is_empty()).map(str::to_owned).collect()
    };
    let known = KnownProblem {
        code: form.get("code").trim().to_owned(),
        name: words("name"),
        workaround: words("workaround"),
        topics: form.all("topics"),
        error_codes: listed("error_codes"),
        mended_at: (form.get("mended") == "yes").then(|| page.app.office.now()),
    };
    match page.app.office.put_known_problem(actor, &known).await {
        Ok(()) => Ok(Redirect::to("/known").into_response()),
        Err(Error::Invalid(faults)) => draw(&page, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let wanted = page.asked("code").unwrap_or("").trim().to_lowercase();
    let mended = page.asked("state") == Some("mended");
    let (known, next) = match wanted.as_str() {
        "" => {
            let found = office.known_problems(mended, page.asked("after")).await?;
            (found.lines, found.next)
        }
        code => (office.known_by_code(code).await?, None),
    };
    let runs = page.session.as_ref().map(|session| &session.actor).filter(|actor| actor.may(Right::RunProblems));
    let mut lines = Vec::new();
    for of in &known {
        let affected = match runs {
            Some(actor) => {
                json!({"n": office.affected(actor, &of.code).await?, "href": format!("/problems?known={}", of.code)})
            }
            None => json!(null),
        };
        lines.push(json!({
            "code": of.code, "name": say::text(&of.name), "workaround": say::text(&of.workaround),
            "topics": of.topics.iter().map(|topic| super::topic(page, topic)).collect::<Vec<_>>(),
            "error_codes": of.error_codes, "mended": of.mended_at.map(|at| at.0), "affected": affected,
        }));
    }
    let errors: Vec<Value> = faults.iter().map(super::plain_fault).collect();
    let fields = if runs.is_some() { known_fields(page, form) } else { Vec::new() };
    let state = if mended { "&state=mended" } else { "" };
    let view = json!({
        "known": lines, "asked": wanted, "errors": errors, "fields": fields, "mended": mended,
        "pages": {"next": next.map(|after| format!("/known?after={after}{state}"))},
    });
    page.draw_with(super::status_of(faults), "problems/known.html", &page.layout("problems"), &view)
}

fn known_fields(page: &Page, form: &Form) -> Vec<Value> {
    let mut topics = field("topics", "checkboxes", "known-topics");
    topics["options"] = json!(super::topic_options(page));
    topics["value"] = json!(form.all("topics"));
    let mut mended = field("mended", "yesno", "known-mended");
    mended["value"] = json!(if form.get("mended") == "yes" { "yes" } else { "no" });
    let filled = |mut of: Value| {
        of["value"] = json!(form.get(of["name"].as_str().unwrap_or_default()));
        of
    };
    vec![
        filled(required("code", "text", "known-code")),
        filled(required("name", "text", "known-name")),
        filled(field("name_en", "text", "known-name-en")),
        filled(required("workaround", "textarea", "known-workaround")),
        filled(field("workaround_en", "textarea", "known-workaround-en")),
        filled(field("error_codes", "text", "known-error-codes")),
        topics,
        mended,
    ]
}
