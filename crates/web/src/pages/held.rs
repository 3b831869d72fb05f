//! The form that was held while its person signed in again.

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::formality::Formality;
use office::Error;
use serde_json::{Value, json};

use super::uploads;
use crate::{
    layout::Say,
    page::{Failure, Form, Page},
    say,
};

/// What every form carries for the program alone.
const MACHINE: [&str; 12] =
    ["csrf", "key", "act", "do", "version", "seen", "switch", "step", "sure", "then", "number", "held"];
/// So many values are shown.
const SHOWN: usize = 40;

/// `GET /held/{id}`
///
/// # Errors
/// Sign in first.
pub async fn show(page: Page, Path(id): Path<String>) -> Result<Response, Failure> {
    let held = match page.app.office.held_form(page.actor()?, &id).await {
        // Sent already, thrown away, or another person's: her own start is where she goes on.
        Err(Error::NotFound) => return Ok(Redirect::to("/").into_response()),
        held => held?,
    };
    let form = match held.media_type.starts_with("multipart/") {
        false => Form { pairs: form_urlencoded::parse(&held.body).into_owned().collect() },
        // The file stays here; its name is told.
        true => {
            let name = uploads::read_held(&held.media_type, &held.body).await.map(|sent| sent.name);
            Form { pairs: name.map(|name| ("file".to_owned(), name)).into_iter().collect() }
        }
    };
    let hidden: Vec<Value> = form
        .pairs
        .iter()
        .filter(|(name, _)| name != "csrf")
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let typed = |(name, value): &&(String, String)| !MACHINE.contains(&name.as_str()) && !value.trim().is_empty();
    let all: Vec<&str> = form.pairs.iter().filter(typed).map(|(_, value)| value.as_str()).collect();
    let view = json!({
        "about": about(&held.path),
        "values": &all[..all.len().min(SHOWN)],
        "more": all.len().saturating_sub(SHOWN),
        "hidden": hidden,
        "action": format!("/held/{id}"),
    });
    page.draw("held.html", &page.layout(""), &view)
}

/// What the form was about: the call and the formality that its address names.
fn about(path: &str) -> Say {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    match steps.as_slice() {
        ["calls", number, code, ..] => match Formality::from_code(code) {
            Some(formality) => json!([number, say::formality(formality)]),
            None => json!([number]),
        },
        ["calls", "copy"] | ["calls"] => json!([say::key("calls-new-title")]),
        _ => json!([path]),
    }
}

/// `POST /held/{id}`: sends the form on to its own address, or throws it away.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn settle(page: Page, Path(id): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (actor, office) = (page.actor()?, &page.app.office);
    let held = match office.held_form(actor, &id).await {
        Err(Error::NotFound) => return Ok(Redirect::to("/").into_response()),
        held => held?,
    };
    if form.get("held") == "send" && held.media_type.starts_with("multipart/") {
        // A browser cannot send the file a second time by itself: it is taken from here, and let go once it is read.
        let number = held.path.split('/').nth(2).unwrap_or_default().to_owned();
        let sent = uploads::read_held(&held.media_type, &held.body).await.ok_or(Error::NotFound)?;
        let answer = uploads::received(&page, &number, sent).await?;
        office.let_go(actor, &id).await?;
        return Ok(answer);
    }
    office.let_go(actor, &id).await?;
    if form.get("held") == "send" {
        // The browser sends what it just sent, with the token of this session, to where it was meant to go.
        return Ok(Redirect::temporary(&held.path).into_response());
    }
    Ok(Redirect::to("/").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_form_says_what_it_is_about() {
        let formality = about("/calls/2026-DAL-000001/crew_list/edit");
        assert_eq!((formality[0].as_str(), formality[1]["en"].as_str()), (Some("2026-DAL-000001"), Some("Crew list")));
        assert_eq!(about("/calls/2026-DAL-000001/acts"), json!(["2026-DAL-000001"]));
        assert_eq!(about("/calls")[0]["key"], "calls-new-title");
        assert_eq!(about("/ships"), json!(["/ships"]));
    }
}
