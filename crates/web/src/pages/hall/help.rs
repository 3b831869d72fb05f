//! Remote help. For who asks: the code, who looks and at what, and the end of it. For the operator: the page that the other has
//! open, drawn anew by the same routes, without what acts and without what the port office need not know.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    body::{Body, Bytes, to_bytes},
    extract::Path,
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, header},
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, Sse},
    },
};
use domain::{Fault, Instant, formality::Formality};
use futures_util::{Stream, stream};
use office::{
    Error, Right,
    hall::{Helping, Looking},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{
    super::sign_in::{Peer, take_try},
    plain_fault,
};
use crate::{
    again::Within,
    app::App,
    mirror::{Mirror, mirror},
    page::{Failure, HELP, Page},
    say,
};

/// No page that is looked at is larger.
const MOST_PAGE: usize = 8 << 20;
/// A page that leads on to another is followed so often.
const STEPS: usize = 3;
/// How often a stream looks whether something changed.
const LOOK: Duration = Duration::from_secs(1);
/// A sign of life goes out after so many looks, so that no proxy closes a stream that is still.
const LOOKS_A_BEAT: u32 = 15;
/// A stream ends after so many looks, and the browser opens another.
const LOOKS: u32 = 900;

/// What an operator sees of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// All of it: what it holds of persons is masked where it is read.
    Whole,
    /// What its fields are called, so that she can point at them.
    Fields,
    /// That it is open.
    Nothing,
}

/// What is seen of the page of an address. Pages that are not named here are not shown.
fn seen(place: &str) -> Seen {
    let path = place.split('?').next().unwrap_or_default();
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let formality = |code: &str| Formality::from_code(code).is_some();
    match steps.as_slice() {
        ["calls" | "ships" | "measures" | "services" | "tables"]
        | ["calls", _]
        | ["calls", _, "upload"]
        | ["ships" | "measures" | "services" | "tables", _] => Seen::Whole,
        ["calls", _, code] | ["calls", _, code, "edit" | "check"] if formality(code) => Seen::Whole,
        ["calls", _, "do" | "copied"]
        | ["measures", _, "apply"]
        | [
            "applications" | "problems" | "person-permits" | "crew-cases" | "flights" | "charges" | "declarations"
            | "manifests" | "consignments",
            ..,
        ]
        | ["report" | "resumption" | "begun"] => Seen::Fields,
        _ => Seen::Nothing,
    }
}

/// Notes which page the reader has open, when she asked for help: by the answer's status, and whether it is a page.
pub async fn follow(page: &Page, method: &Method, path: &str, (status, drawn): (StatusCode, bool)) {
    let Some(help) = &page.help else { return };
    if path == "/help" || path.starts_with("/hall/") {
        return;
    }
    // Who reads another language than her account's is seen in that one.
    let own = page.session.as_ref().map_or("", |session| session.actor.language.as_str());
    let spoken = |place: &str| match place.contains('?') {
        _ if own == page.lang => place.to_owned(),
        true => format!("{place}&lang={}", page.lang),
        false => format!("{place}?lang={}", page.lang),
    };
    let (read, checked) = (spoken(&page.path), spoken(&format!("{path}?checked=yes")));
    let place = match *method {
        Method::GET if drawn && status.is_success() => Some(read.as_str()),
        // The form that came back with its faults: its draft is checked again where it is looked at.
        Method::POST if status == StatusCode::UNPROCESSABLE_ENTITY && path.ends_with("/edit") => Some(checked.as_str()),
        Method::POST if status.is_success() => None,
        _ => return,
    };
    if let Err(error) = page.app.office.note_help(&help.row, place).await {
        tracing::warn!(?error, "what somebody who is helped has open was not noted");
    }
}

/// `GET /help`: asking for help, and who looked at what.
///
/// # Errors
/// Forbidden for who files for no firm.
pub async fn own(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let helps = page.app.office.helps(page.actor()?).await?;
    let view = json!({
        "place": page.asked("place").unwrap_or("/calls"), "helps": helps.iter().map(listed).collect::<Vec<_>>(),
        "going": page.help.is_some(), "at_counter": page.visit.is_some(),
    });
    page.draw("hall/helped.html", &page.layout("hall"), &view)
}

fn listed((of, looks): &(Helping, Vec<(Instant, String)>)) -> Value {
    let (tone, state) = match (of.stands, of.row.state.as_str()) {
        (true, "offered") => ("wait", "offered"),
        (true, _) => ("ok", "looking"),
        (false, _) => ("none", "ended"),
    };
    json!({
        "href": format!("/hall/help/{}", of.row.id), "at": of.row.opened_at, "firm": say::text(&of.firm), "person": of.person,
        "operator": of.operator, "state": say::tag(tone, &say::key(&format!("help-state-{state}"))),
        "problem": (!of.row.problem.is_empty()).then(|| of.row.problem.clone()),
        "looks": looks.iter().map(|(at, place)| json!({"at": at.0, "place": place})).collect::<Vec<_>>(),
    })
}

/// `POST /help`: `do` is `begin` (with `place`) or `end`.
///
/// # Errors
/// Forbidden for who files for no firm, and at the counter.
pub async fn ask(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    match form.get("do") {
        "begin" => asked(&page, form.get("place")).await,
        "end" => {
            page.actor()?.require(Right::File)?;
            if let Some(help) = &page.help {
                page.app.office.end_help(page.actor()?, help.row.id).await?;
            }
            let mut response = Redirect::to("/help").into_response();
            keep_help(&page, &mut response, None)?;
            Ok(response)
        }
        _ => Err(Error::NotFound.into()),
    }
}

/// Asks for help with a page, and goes back to it: the code stands on top of it.
///
/// # Errors
/// As [`ask`].
pub async fn asked(page: &Page, place: &str) -> Result<Response, Failure> {
    if page.visit.is_some() {
        return Err(Error::Forbidden.into());
    }
    let id = page.app.office.begin_help(page.actor()?, place).await?;
    let mut response = Redirect::to(place).into_response();
    keep_help(page, &mut response, Some(id))?;
    Ok(response)
}

fn keep_help(page: &Page, response: &mut Response, id: Option<Uuid>) -> Result<(), Failure> {
    let secure = if page.app.secure { "; Secure" } else { "" };
    let (value, age) = id.map_or((String::new(), "; Max-Age=0"), |id| (id.to_string(), ""));
    let cookie = format!("{HELP}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// `GET /help/stream`: `changed` when somebody looks, points or ends it.
///
/// # Errors
/// Not found where no help goes on.
pub async fn own_stream(page: Page) -> Result<Response, Failure> {
    let help = page.help.as_ref().ok_or(Error::NotFound)?;
    let (app, id) = (page.app.clone(), help.row.id);
    streamed(app, id, false).await
}

/// `GET /hall/help`: the code that somebody reads aloud, and the operator's helps.
///
/// # Errors
/// Forbidden for who does not serve in the hall.
pub async fn given(page: Page) -> Result<Response, Failure> {
    draw_given(&page, StatusCode::OK, &[]).await
}

async fn draw_given(page: &Page, status: StatusCode, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::ServeHall)?;
    let helps = page.app.office.helps(actor).await?;
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "helps": helps.iter().map(listed).collect::<Vec<_>>(),
        "error": faults.first().map(|fault| say::text(&fault.text)),
    });
    page.draw_with(status, "hall/helps.html", &page.layout("help"), &view)
}

/// `POST /hall/help`: takes up the help of a code.
///
/// # Errors
/// Too many tries; forbidden for who does not serve in the hall.
pub async fn take(page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    actor.require(Right::ServeHall)?;
    take_try(&page.app, &peer)?;
    match page.app.office.take_help(actor, form.get("code")).await {
        Ok(id) => Ok(Redirect::to(&format!("/hall/help/{id}")).into_response()),
        Err(Error::Invalid(faults)) => draw_given(&page, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /hall/help/{id}`: the page that the other has open.
///
/// # Errors
/// Not found for another's help.
pub async fn look(page: Page, Extension(within): Extension<Within>, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    draw(within, &page, StatusCode::OK, id, &[]).await
}

/// `POST /hall/help/{id}`: `do` is `point`, `problem` or `end`.
///
/// # Errors
/// As the page.
pub async fn act(
    page: Page,
    Extension(within): Extension<Within>,
    Path(id): Path<Uuid>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let (office, actor) = (&page.app.office, page.actor()?);
    let done = match form.get("do") {
        "point" => {
            let (field, words) = form.get("field").split_once(' ').unwrap_or((form.get("field"), ""));
            office.point(actor, id, field, words).await
        }
        "problem" => office.problem_from_help(actor, id, form.get("words")).await.map(drop),
        "end" => {
            office.given_help(actor, id).await?;
            office.end_help(actor, id).await?;
            return Ok(Redirect::to("/hall/help").into_response());
        }
        _ => return Err(Error::NotFound.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/hall/help/{id}")).into_response()),
        Err(Error::Invalid(faults)) => draw(within, &page, StatusCode::UNPROCESSABLE_ENTITY, id, &faults).await,
        Err(Error::Refused(fault)) => draw(within, &page, StatusCode::CONFLICT, id, &[fault]).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw(
    within: Within,
    page: &Page,
    status: StatusCode,
    id: Uuid,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let help = office.given_help(actor, id).await?;
    let kind = if help.stands { seen(&help.row.place) } else { Seen::Nothing };
    let mut mirror = Mirror::default();
    if kind != Seen::Nothing {
        mirror = drawn_for(within, page, office.look(actor, id).await?).await?.unwrap_or_default();
    }
    let fields: Vec<Value> = mirror
        .fields
        .iter()
        .map(
            |of| json!({"id": of.id, "value": format!("{} {}", of.id, of.label), "label": of.label, "wrong": of.wrong}),
        )
        .collect();
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "id": id.to_string(), "firm": say::text(&help.firm),
        "person": help.person, "stands": help.stands, "until": help.row.until, "place": help.row.place,
        "html": (kind == Seen::Whole && !mirror.html.is_empty()).then_some(mirror.html), "fields": fields,
        "pointed": (!help.row.pointed.is_empty()).then(|| json!({"name": help.row.pointed_words, "at": help.row.pointed_at})),
        "problem": (!help.row.problem.is_empty()).then(|| help.row.problem.clone()),
        "words_error": faults.iter().find(|fault| fault.location.contains("words")).map(|fault| say::text(&fault.text)),
    });
    let mut layout = page.layout("help");
    layout.path = format!("/hall/help/{id}");
    page.draw_with(status, "hall/help.html", &layout, &view)
}

/// The page that the other has open, drawn by the routes as hers; none where it is not drawn, or leads to what is not shown.
async fn drawn_for(Within(within): Within, page: &Page, looking: Looking) -> Result<Option<Mirror>, Failure> {
    let mut place = looking.place.clone();
    let looking = Arc::new(looking);
    for _ in 0..STEPS {
        if seen(&place) == Seen::Nothing {
            return Ok(None);
        }
        // In her language, so that both speak of the same words.
        let mut request =
            Request::get(place.as_str()).body(Body::empty()).map_err(|error| Error::Internal(error.to_string()))?;
        request.extensions_mut().insert(Arc::clone(&looking));
        let Ok(response) = within(page.app.clone()).oneshot(request).await;
        let (status, headers) = (response.status(), response.headers());
        if status.is_redirection() {
            let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
            place = to.split('#').next().unwrap_or_default().to_owned();
            continue;
        }
        let bytes =
            to_bytes(response.into_body(), MOST_PAGE).await.map_err(|error| Error::Internal(error.to_string()))?;
        let drawn = status.is_success() || status == StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(drawn.then(|| mirror(&String::from_utf8_lossy(&bytes))));
    }
    Ok(None)
}

/// `GET /hall/help/{id}/stream`: `changed` when the other opens another page, saves or ends it.
///
/// # Errors
/// Not found for another's help.
pub async fn stream(page: Page, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    page.app.office.given_help(page.actor()?, id).await?;
    streamed(page.app.clone(), id, true).await
}

async fn streamed(app: App, id: Uuid, operator: bool) -> Result<Response, Failure> {
    let mark = app.office.help_mark(id, operator).await?;
    let waiting = VecDeque::from([Event::default().retry(Duration::from_secs(2)).event("beat").data("-")]);
    let watch = Watch { app, id, operator, mark, waiting, looks: 0 };
    // Proxies that gather an answer before they pass it on would hold a change back.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(watched(watch))).into_response())
}

struct Watch {
    app: App,
    id: Uuid,
    operator: bool,
    mark: Option<String>,
    waiting: VecDeque<Event>,
    looks: u32,
}

fn watched(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        loop {
            if let Some(event) = watch.waiting.pop_front() {
                return Some((Ok(event), watch));
            }
            if watch.looks >= LOOKS || watch.mark.is_none() {
                return None;
            }
            tokio::time::sleep(LOOK).await;
            watch.looks += 1;
            let mark = match watch.app.office.help_mark(watch.id, watch.operator).await {
                Ok(mark) => mark,
                Err(error) => {
                    tracing::warn!(?error, "the stream of a help ends");
                    return None;
                }
            };
            if mark != watch.mark {
                watch.mark = mark;
                watch.waiting.push_back(Event::default().event("changed").data("-"));
            } else if watch.looks.is_multiple_of(LOOKS_A_BEAT) {
                watch.waiting.push_back(Event::default().event("beat").data("-"));
            }
        }
    })
}
