//! An organ's work queue.

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::ship_call::Status;
use office::{QueueFilter, Right};
use serde_json::{Value, json};
use store::queue::QueuedTask;

use super::ship_calls;
use crate::{
    page::{Failure, Page},
    say,
};

/// Within this time a limit is near.
const SOON: i64 = 2 * domain::instant::HOUR;

/// `GET /queue`
///
/// # Errors
/// Sign in first; forbidden for who has no queue.
pub async fn queue(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::SeeQueue)?;
    let office = &page.app.office;
    let filter = QueueFilter {
        state: page.asked("state").map(str::to_owned),
        words: page.asked("q").unwrap_or("").to_owned(),
        after: page.asked("after").map(str::to_owned),
    };
    let matter = page.asked("matter").unwrap_or("").to_owned();
    let found = office.queue(actor, &filter).await?;
    let counts = office.queue_counts(actor).await?;
    let (open, late) =
        counts.iter().find(|(organ, ..)| organ == actor.unit()).map_or((0, 0), |(_, open, late)| (*open, *late));
    let states: Vec<Value> = Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": say::status(status.code())["say"]}))
        .collect();
    let matters: Vec<Value> = domain::formality::Formality::ALL
        .iter()
        .map(|formality| json!({"value": formality.code(), "label": say::formality(*formality)}))
        .collect();
    let items: Vec<Value> = found
        .lines
        .iter()
        .filter(|line| matter.is_empty() || line.task.step == matter)
        .map(|line| item(&page, line))
        .collect();
    let next = found.next.map(|after| {
        let pairs = [
            ("q", filter.words.as_str()),
            ("state", filter.state.as_deref().unwrap_or("")),
            ("matter", &matter),
            ("after", &after),
        ];
        format!("/queue?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    });
    let view = json!({
        "unit": say::unit(&office.profile, actor.unit()),
        "overdue": late,
        "may_claim": found.lines.iter().any(|line| line.claim.is_none()),
        "summary": {"key": "queue-open", "n": open},
        "filter": {"q": filter.words, "matter": matter, "state": filter.state},
        "matters": matters, "states": states, "items": items, "pages": {"next": next},
    });
    let mut layout = page.layout("queue");
    layout.live = Some("/events".to_owned());
    page.draw("queue.html", &layout, &view)
}

fn item(page: &Page, line: &QueuedTask) -> Value {
    let row = &line.matter.row;
    let now = page.app.office.now().0;
    let base = format!("/calls/{}/{}", row.number, line.task.step);
    let mine = page.session.as_ref().map(|session| session.actor.person.clone()).unwrap_or_default();
    let tone = match line.task.state.as_str() {
        "distress" => "stop",
        "answered" => "wait",
        _ => "none",
    };
    json!({
        "href": desk(&row.number, &line.task.step),
        "until": line.task.due_at,
        "soon": line.task.due_at.is_some_and(|due| due < now + SOON),
        "ship": ship_calls::ship_name(row, &page.lang),
        "small": [format!("IMO {}", row.subject_key), row.number.clone()],
        "matter": say::step(&line.task.step),
        "state": say::tag(tone, &say::key(&format!("task-{}", line.task.state.replace('_', "-")))),
        "changed": if line.task.note.is_empty() { json!(null) } else { say::cause(&line.task.note) },
        "others": [{"organ": say::unit(&page.app.office.profile, &row.holder), "state": say::status(&row.state)}],
        "owner": line.claim.as_ref().map(|(who, until)| json!({
            "name": who, "since": until - domain::instant::HOUR, "mine": *who == mine,
        })),
        "claim": format!("{base}/claim"),
        "release": format!("{base}/release"),
    })
}

/// Where a task is done: a formality on its page, a permit or a report of distress among the acts of the call.
fn desk(number: &str, step: &str) -> String {
    match step {
        "permit" | "distress" => format!("/calls/{number}/do"),
        _ => format!("/calls/{number}/{step}/decide"),
    }
}

/// `POST /queue/claim-next`: the first task that nobody has.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn claim_next(page: Page, body: Bytes) -> Result<Response, Failure> {
    page.form(&body)?;
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.queue(actor, &QueueFilter::default()).await?;
    for line in found.lines.iter().filter(|line| line.claim.is_none()) {
        let (number, step) = (&line.matter.row.number, &line.task.step);
        if office.claim(actor, number, step).await.is_ok() {
            return Ok(Redirect::to(&desk(number, step)).into_response());
        }
    }
    Ok(Redirect::to("/queue").into_response())
}

/// `POST /calls/{number}/{formality}/claim`
///
/// # Errors
/// Conflict when a colleague has it.
pub async fn claim(page: Page, Path((number, step)): Path<(String, String)>, body: Bytes) -> Result<Response, Failure> {
    page.form(&body)?;
    page.app.office.claim(page.actor()?, &number, &step).await?;
    Ok(Redirect::to(&desk(&number, &step)).into_response())
}

/// `POST /calls/{number}/{formality}/release`
///
/// # Errors
/// Forbidden without the form's token.
pub async fn release(
    page: Page,
    Path((number, step)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    page.form(&body)?;
    page.app.office.release_claim(page.actor()?, &number, &step).await?;
    Ok(Redirect::to("/queue").into_response())
}
