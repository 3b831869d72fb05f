//! Forms that were begun: kept with what was typed and gone on with later, at the counter or from there, or with remote help.
//!
//! Each is drawn again by the way that keeps what was typed when the language changes: it is sent, inside the program, with
//! `switch`, upon which nothing is done. Only forms that are named here are, and those all look at `switch` first.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{Path, Request},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use office::{Begun, Error, Right, hall::Looking};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub mod files;

use super::hall;
use crate::{
    again::{Again, Within, address},
    layout::Say,
    page::{Failure, Page},
    say,
};

/// What a form carries for the program alone: none of it was typed, and what would act is left out.
const MACHINE: [&str; 8] = ["csrf", "key", "do", "switch", "step", "sure", files::MARK, files::WITHOUT];
/// So many values are shown of a form that is not offered any more.
const SHOWN: usize = 60;

/// The page that has the form of an address; none for forms that cannot be begun.
fn page_of(to: &str) -> Option<String> {
    let steps: Vec<&str> = to.strip_prefix('/')?.split('/').collect();
    let page = match steps.as_slice() {
        ["report" | "resumption"]
        | ["flights" | "declarations" | "manifests", "new"]
        | ["measures", _, "apply"]
        | ["calls", _, "bill"]
        | ["flights", _, _, "edit"]
        | ["declarations", _, "amend"]
        | ["calls", _, "questions", _] => to.to_owned(),
        ["calls"] | ["calls", "copy"] => "/calls/new".to_owned(),
        ["calls", number, "acts"] => format!("/calls/{number}/do"),
        [kind @ ("person-permits" | "crew-cases")] => format!("/{kind}/new"),
        [
            kind @ ("problems" | "applications" | "person-permits" | "crew-cases" | "flights" | "declarations"
            | "manifests" | "consignments"),
            number,
            "acts",
        ] => format!("/{kind}/{number}"),
        _ => return None,
    };
    // One word of letters, digits and hyphens between two slashes: what else an address may hold is none of these.
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    steps.iter().all(|step| !step.is_empty() && step.chars().all(plain)).then_some(page)
}

/// What a form is called, and the number of what it is about.
fn named(to: &str) -> (Say, String) {
    let steps: Vec<&str> = to.split('/').skip(1).collect();
    let key = match steps.as_slice() {
        ["report"] => "report-new-title",
        ["resumption"] => "resumption-title",
        ["measures", ..] => "application-apply",
        ["person-permits"] => "pperm-new",
        ["crew-cases"] => "crew-new",
        ["flights", "new"] => "flight-announce",
        ["declarations", "new"] => "decl-new",
        ["manifests", "new"] => "manifest-new",
        ["calls", _, "questions", _] => "question-title",
        ["calls", _, _] => "calls-title",
        ["calls", ..] => "calls-new-title",
        ["problems", ..] => "nav-problems",
        ["applications", ..] => "applications-title",
        ["person-permits", ..] => "pperm-title",
        ["crew-cases", ..] => "crew-title",
        ["flights", ..] => "flights-title",
        ["declarations", ..] => "decl-title",
        ["manifests", ..] => "nav-manifests",
        _ => "nav-consignments",
    };
    let about = steps.get(1).filter(|step| !matches!(**step, "new" | "copy")).copied().unwrap_or_default();
    (say::key(key), about.to_owned())
}

/// The forms that the reader's firm has begun, as lists of drafts have them.
///
/// # Errors
/// The store's own.
pub async fn lines(page: &Page, actor: &office::Actor) -> Result<Vec<Value>, Failure> {
    let all = page.app.office.all_begun(actor).await?;
    let line = |of: &Begun| {
        let (name, about) = named(&of.to);
        json!({"saved": of.at.0, "href": address(&of.to), "say": name, "small": [about, of.by]})
    };
    Ok(all.iter().map(line).collect())
}

/// `POST /begun/{how}?to=ADDRESS`: keeps the form, and goes on later (`keep`), at the counter (`counter`), with remote help
/// (`help`), or hands it from the counter back to the firm (`back`). `drop` throws away what was kept.
///
/// # Errors
/// Forbidden without the form's token, and for who files for no firm; not found for a form that cannot be begun.
pub async fn keep(page: Page, Path(how): Path<String>, came: Request) -> Result<Response, Failure> {
    let to = page.asked("to").unwrap_or_default().to_owned();
    let kind = came.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let files = kind.starts_with("multipart/");
    let sent = files::read(came).await?;
    page.check_token(sent.form().get("csrf"))?;
    let actor = page.actor()?;
    actor.require(Right::File)?;
    let at = page_of(&to).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    if how == "drop" {
        office.drop_begun(actor, &to).await?;
        return Ok(Redirect::to(&at).into_response());
    }
    let typed = |(name, _): &(String, String)| !MACHINE.contains(&name.as_str());
    let pairs = sent.form().pairs.into_iter().filter(typed).collect();
    let before = if sent.is_marked() { office.begun(actor, &to).await? } else { None };
    let before = match &before {
        Some(before) => office.begun_files(actor, before).await?,
        None => Vec::new(),
    };
    let (chosen, bytes): (Vec<_>, Vec<_>) = sent.with(before).into_iter().unzip();
    let (by, channel) = (actor.name.clone(), page.channel().to_owned());
    let begun = Begun { to: to.clone(), files, chosen, pairs, by, channel, ..Begun::default() };
    office.keep_begun(actor, &begun, &bytes).await?;
    let place = address(&to);
    match how.as_str() {
        "keep" => Ok(Redirect::to(&place).into_response()),
        "counter" => hall::consent::offered(&page, &place).await,
        "help" => hall::help::asked(&page, &place).await,
        "back" => hall::counter::handed_back(&page, &place).await,
        _ => Err(Error::NotFound.into()),
    }
}

/// `GET /begun?form=ADDRESS`: the form with what was typed; without an address it leads to the list of those that were begun.
///
/// # Errors
/// Sign in first; what drawing the form gives.
pub async fn show(
    page: Page,
    Extension(within): Extension<Within>,
    looking: Option<Extension<Arc<Looking>>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let Some(to) = page.asked("form").filter(|to| !to.is_empty()) else {
        // Without a form: where those that were begun are listed.
        let listed = page.visit.as_ref().map_or_else(|| "/".to_owned(), |(id, _)| format!("/hall/visit/{id}"));
        return Ok(page.lead_to(&listed));
    };
    let at = page_of(to).ok_or(Error::NotFound)?;
    let Some(begun) = page.app.office.begun(actor, to).await? else {
        // Sent already, or thrown away: its page is where she goes on.
        return Ok(page.lead_to(&at));
    };
    let answer = drawn(within, &page, &begun, looking, &headers).await?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (name, about) = named(to);
    let typed: Vec<&str> =
        begun.pairs.iter().map(|(_, value)| value.as_str()).filter(|of| !of.trim().is_empty()).collect();
    let view = json!({
        "name": name, "about": about, "kept": begun.at.0, "by": begun.by, "to": to, "href": at,
        "values": &typed[..typed.len().min(SHOWN)], "more": typed.len().saturating_sub(SHOWN),
    });
    page.draw("begun.html", &page.layout(""), &view)
}

/// The form as its own address draws it when the language changes.
async fn drawn(
    Within(within): Within,
    page: &Page,
    begun: &Begun,
    looking: Option<Extension<Arc<Looking>>>,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let csrf = page.session.as_ref().map(|session| session.csrf.clone()).unwrap_or_default();
    let own = [("csrf", csrf.as_str()), ("switch", page.lang.as_str())];
    let kept = begun.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let boundary = begun.files.then(|| page.app.office.new_id().simple().to_string());
    let (media, body) = written(boundary.as_deref(), own.into_iter().chain(kept));
    let mut request = Request::builder().method(Method::POST).uri(&begun.to).header(header::CONTENT_TYPE, media);
    if let Some(cookies) = headers.get(header::COOKIE) {
        request = request.header(header::COOKIE, cookies);
    }
    let mut request = request.body(body).map_err(|error| Error::Internal(error.to_string()))?;
    request.extensions_mut().insert(Arc::new(Again(begun.clone())));
    if let Some(Extension(looking)) = looking {
        request.extensions_mut().insert(looking);
    }
    let Ok(mut answer) = within(page.app.clone()).oneshot(request).await;
    if !page.chosen {
        // The language is that of this page; nobody chose it for all that follow.
        answer.headers_mut().remove(header::SET_COOKIE);
    }
    Ok(answer)
}

/// A form as a browser sends it: with a boundary the kind that may have files, which nobody chose.
fn written<'a>(boundary: Option<&str>, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> (String, Body) {
    let Some(boundary) = boundary else {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        return ("application/x-www-form-urlencoded".to_owned(), Body::from(body));
    };
    let mut body = String::new();
    for (name, value) in pairs {
        // As browsers escape what would end the name.
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        // Writing to a String cannot fail.
        let _ = write!(body, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let _ = write!(body, "--{boundary}--\r\n");
    (format!("multipart/form-data; boundary={boundary}"), Body::from(body))
}

/// Lets a form go once it was sent from where it was drawn again, or with the files that were kept with it. What is sent from any
/// other page is another form, also where its address is the same.
///
/// # Errors
/// The store's own.
pub async fn sent_on(
    page: &Page,
    to: &str,
    (from, with_files): (Option<&str>, bool),
    status: StatusCode,
) -> Result<(), Error> {
    let Some(Ok(actor)) = page.session.as_ref().map(|_| page.actor()) else { return Ok(()) };
    let from = from.and_then(|from| from.parse::<axum::http::Uri>().ok());
    let again = from.is_some_and(|from| from.path() == "/begun");
    if (again || with_files)
        && matches!(status, StatusCode::SEE_OTHER | StatusCode::CREATED)
        && page_of(to).is_some()
        && actor.may(Right::File)
    {
        page.app.office.drop_begun(actor, to).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{address, named, page_of};

    #[test]
    fn only_forms_that_are_named_can_be_begun() {
        for to in [
            "/report",
            "/calls",
            "/calls/copy",
            "/person-permits",
            "/person-permits/2026-DAL-L000004/acts",
            "/measures/m01/apply",
        ] {
            assert!(page_of(to).is_some(), "{to}");
            assert!(address(to).len() < 300 && !named(to).0.is_null());
        }
        for to in [
            "/account/keys",
            "/calls/x/acts/y",
            "/hall/lock",
            "//report",
            "/calls//acts",
            "/problems/a b/acts",
            "report",
            "/sign-out",
            "/calls/../acts/x",
        ] {
            assert_eq!(page_of(to), None, "{to}");
        }
    }
}
