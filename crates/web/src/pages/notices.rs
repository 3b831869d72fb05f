//! Notices, how each reader wants to be told, and the log of deliveries.

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Fault;
use office::{
    Error, Role,
    notices::{GROUPS, Preferences},
};
use serde_json::{Value, json};

use crate::{
    notices,
    page::{Failure, Form, Page},
    say,
};

/// `GET /notices`
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.notices(actor, page.asked("before")).await?;
    let unread = office.unread(actor).await?;
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|of| {
            json!({
                "href": format!("/notices/{}", of.id),
                "number": of.number,
                "say": notices::said(&office.profile, of),
                "class": if of.class.is_empty() { json!(null) } else { super::problems::class(&of.class) },
                "at": of.at.0,
                "until": of.data.until.map(|until| until.0),
                "unread": of.read_at.is_none(),
            })
        })
        .collect();
    let view = json!({
        "unread": {"key": "notices-unread", "n": unread},
        "newest": found.lines.first().map(|of| of.id.to_string()),
        "lines": lines,
        "pages": {"next": found.next.map(|before| format!("/notices?before={before}"))},
    });
    let mut layout = page.layout("notices");
    layout.live = Some("/events".to_owned());
    page.draw("notices/list.html", &layout, &view)
}

/// `GET /notices/{id}`: the page that it is about; what was told of the same matter until then is read.
pub async fn open(page: Page, Path(id): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let notice = page.app.office.read_notices(actor, &id, true).await?;
    Ok(Redirect::to(&notice.path()).into_response())
}

/// `POST /notices`: all notices up to `until` are read.
pub async fn read(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    page.app.office.read_notices(actor, form.get("until"), false).await?;
    Ok(Redirect::to("/notices").into_response())
}

/// `GET /notices/ways`
pub async fn ways(page: Page) -> Result<Response, Failure> {
    draw(&page, &Shown::default()).await
}

/// What is shown once, and what was typed wrongly.
#[derive(Default)]
struct Shown {
    feeds: Option<String>,
    secret: Option<String>,
    typed: Option<Preferences>,
    faults: Vec<Fault>,
}

/// `POST /notices/ways`: `do` says what: `ways`, `confirm`, `feeds`, `feeds_close`, `endpoint`, `endpoint_remove`, `endpoint_again`.
pub async fn change(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let office = &page.app.office;
    let id = || uuid_of(form.get("id"));
    let mut shown = Shown::default();
    match form.get("do") {
        "ways" => {
            let preferences = preferences(&form);
            match office.set_preferences(actor, &preferences).await {
                Err(Error::Invalid(faults)) => {
                    shown = Shown { typed: Some(preferences), faults, ..shown };
                    return draw(&page, &shown).await;
                }
                other => other?,
            }
        }
        "confirm" => {
            if let Err(error) = office.confirm_address(actor, form.get("code")).await {
                let Error::Invalid(faults) = error else { return Err(error.into()) };
                return draw(&page, &Shown { faults, ..shown }).await;
            }
        }
        "feeds" => {
            shown.feeds = Some(office.open_feeds(actor).await?);
            return draw(&page, &shown).await;
        }
        "feeds_close" => office.close_feeds(actor).await?,
        "endpoint" => match office.add_endpoint(actor, form.get("url")).await {
            Ok(made) => {
                shown.secret = Some(format!("whsec_{}", STANDARD.encode(&made.secret)));
                return draw(&page, &shown).await;
            }
            Err(Error::Invalid(faults)) => {
                shown.faults = faults;
                return draw(&page, &shown).await;
            }
            Err(other) => return Err(other.into()),
        },
        "endpoint_remove" => office.change_endpoint(actor, id()?, true).await?,
        "endpoint_again" => office.change_endpoint(actor, id()?, false).await?,
        _ => return Err(Failure::Error(Error::NotFound)),
    }
    Ok(Redirect::to("/notices/ways").into_response())
}

fn uuid_of(text: &str) -> Result<uuid::Uuid, Failure> {
    uuid::Uuid::parse_str(text).map_err(|_| Failure::Error(Error::NotFound))
}

fn preferences(form: &Form) -> Preferences {
    let chosen = |name: &str| -> Option<BTreeSet<String>> {
        let given: BTreeSet<String> = form.all(name).into_iter().filter(|of| GROUPS.contains(&of.as_str())).collect();
        (given.len() < GROUPS.len()).then_some(given)
    };
    Preferences {
        email: form.get("email").trim().to_owned(),
        letters: chosen("letters"),
        page: chosen("page"),
        desk: form.get("desk").to_owned(),
        ..Preferences::default()
    }
}

async fn draw(page: &Page, shown: &Shown) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let preferences = match &shown.typed {
        Some(typed) => typed.clone(),
        None => office.preferences(actor).await?,
    };
    let is_in = |of: &Option<BTreeSet<String>>, group: &str| of.as_ref().is_none_or(|of| of.contains(group));
    let groups = GROUPS.iter().filter(|group| **group != "brief" || actor.role == Role::Coordinator);
    let groups: Vec<Value> = groups
        .map(|group| {
            json!({"value": group, "label": say::key(&format!("ways-group-{group}")),
                   "page": is_in(&preferences.page, group), "letters": is_in(&preferences.letters, group)})
        })
        .collect();
    let mut desks = vec![json!({"value": "", "label": say::key("ways-desk-none")})];
    let known = office.desks_of(actor).into_iter();
    desks.extend(known.map(|(code, name)| json!({"value": code, "label": say::text(&name)})));
    let mut endpoints = Vec::new();
    for of in office.endpoints(actor).await? {
        let (tone, word) = match (of.disabled_at, of.failing_since) {
            (Some(_), _) => ("stop", "disabled"),
            (None, Some(_)) => ("wait", "failing"),
            (None, None) => ("ok", "ok"),
        };
        endpoints.push(
            json!({"id": of.id.to_string(), "url": of.url, "reason": of.reason, "disabled": of.disabled_at.is_some(),
            "state": say::tag(tone, &say::key(&format!("ways-endpoint-{word}")))}),
        );
    }
    let fault =
        |place: &str| shown.faults.iter().find(|fault| fault.location == place).map(|fault| say::text(&fault.text));
    let feeds = shown.feeds.as_ref().map(|secret| {
        ["notices.atom", "calendar.ics"].map(|feed| format!("{}/feeds/{secret}/{feed}", page.app.site)).to_vec()
    });
    let view = json!({
        "errors": shown.faults.iter().map(say::fault).collect::<Vec<_>>(),
        "email": {"name": "email", "kind": "text", "label": say::key("ways-email"), "hint": say::key("ways-email-hint"),
                  "value": preferences.email, "width": "mid", "autocomplete": "email", "error": fault("/email")},
        // What was typed wrongly is no address that waits for its code.
        "unconfirmed": shown.typed.is_none() && !preferences.unconfirmed.is_empty(),
        "code": {"name": "code", "kind": "text", "label": say::key("ways-code"), "hint": {"key": "ways-code-hint", "email": preferences.email},
                 "width": "short", "autocomplete": "one-time-code", "error": fault("/code")},
        "groups": groups,
        "desk": {"name": "desk", "kind": "radios", "label": say::key("ways-desk"), "hint": say::key("ways-desk-hint"),
                 "value": preferences.desk, "options": desks},
        "feeds": feeds,
        "feeds_since": office.feeds(actor).await?.since.map(|since| since.0),
        "endpoints": endpoints,
        "url": {"name": "url", "kind": "text", "label": say::key("ways-endpoint-url"), "error": fault("/url")},
        "secret": shown.secret,
        "may_add": actor.role != Role::Administrator,
    });
    let mut layout = page.layout("notices");
    layout.path = "/notices/ways".to_owned();
    let status = if shown.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "notices/ways.html", &layout, &view)
}

/// `GET /deliveries`
pub async fn deliveries(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.deliveries(actor, page.asked("before")).await?;
    let may_retry = matches!(actor.role, Role::Coordinator | Role::Administrator);
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|of| {
            let tone = match of.state.as_str() {
                "sent" => "ok",
                "failed" => "stop",
                "waiting" => "wait",
                _ => "none",
            };
            json!({
                "to": to(&page, &of.recipient),
                "way": say::key(&format!("deliveries-way-{}", of.way)),
                "number": of.number,
                "what": of.kind,
                "at": of.made_at,
                "done": of.done_at,
                "due": if of.state == "waiting" { json!(of.due_at) } else { json!(null) },
                "state": say::tag(tone, &say::key(&format!("deliveries-state-{}", of.state))),
                "tries": of.tries,
                "result": result(&of.result),
                "again": if may_retry && matches!(of.state.as_str(), "failed" | "dropped") { json!(of.id.to_string()) } else { json!(null) },
            })
        })
        .collect();
    let view = json!({
        "lines": lines,
        "pages": {"next": found.next.map(|before| format!("/deliveries?before={before}"))},
    });
    page.draw("notices/deliveries.html", &page.layout("deliveries"), &view)
}

/// `POST /deliveries`: one that was given up is sent again.
pub async fn again(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    page.app.office.retry_delivery(actor, form.get("id")).await?;
    Ok(Redirect::to("/deliveries").into_response())
}

fn to(page: &Page, recipient: &str) -> Value {
    match recipient.split_once(':') {
        Some(("person", who)) => json!({"key": "deliveries-to-person", "who": who}),
        Some(("report", _)) => say::key("deliveries-to-report"),
        Some(("hall" | "sms", _)) => say::key("deliveries-to-visitor"),
        Some(("level", level)) => {
            let profile = &page.app.office.profile;
            let inputs = domain::Value::from([("level", level.into())]);
            let row = profile.hit("notice-levels", page.app.office.now(), &inputs);
            json!({"key": "deliveries-to-level", "what": row.map_or_else(|| json!(level), |row| say::text(&row.reason()))})
        }
        _ => say::key("deliveries-to-endpoint"),
    }
}

/// What the other side said; our own words for what never left.
fn result(code: &str) -> Value {
    const OWN: [&str; 9] = [
        "no_address",
        "no_gateway",
        "unconfirmed",
        "gone",
        "disabled",
        "concerns_no_more",
        "not_there",
        "no_relay",
        "private_address",
    ];
    if OWN.contains(&code) { say::key(&format!("deliveries-result-{}", code.replace('_', "-"))) } else { json!(code) }
}
