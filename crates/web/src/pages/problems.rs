//! Problems: lists, a case with what can be done about it, the desk of a unit, the board of the port office.

pub mod address;
pub mod board;
pub mod calling;
pub mod catalogue;
mod doing;
mod fields;
pub mod figures;
mod given;
mod handover;
pub mod import;
mod journal;
pub mod known;
pub mod meeting;
mod names;
pub mod report;
pub mod sent;
pub mod status;
mod thread;
mod typed;
mod view;

pub use fields::{IMPACTS, URGENCIES};

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    extract::{Path, Request as Came},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    problem::{Reader, Status, topics},
};
use office::{Actor, Case, Error, ProblemFilter, ProblemLine, Request, Right};
use serde_json::{Value, json};

use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// So many problems of a list are counted.
const MOST_COUNTED: i64 = 200;

/// `GET /problems`
pub async fn list(page: Page) -> Result<Response, Failure> {
    draw_list(&page, StatusCode::OK, &json!([])).await
}

async fn draw_list(page: &Page, status: StatusCode, errors: &Value) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let text = |name: &str| page.asked(name).map(str::to_owned);
    let filter = ProblemFilter {
        states: text("state").into_iter().collect(),
        topic: text("topic"),
        owner: text("owner"),
        unit: text("unit"),
        class: text("class"),
        overdue: page.asked("overdue").is_some(),
        words: text("q").unwrap_or_default(),
        known: text("known"),
        after: text("after"),
        ..ProblemFilter::default()
    };
    let found = office.problems(actor, &filter).await?;
    let counted = office.problems_found(actor, &filter, MOST_COUNTED + 1).await?;
    let lines: Vec<Value> = found.lines.iter().map(|of| line(page, of)).collect();
    let kept: Vec<(String, String)> = page.query.iter().filter(|(name, _)| name != "after").cloned().collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(&kept).append_pair("after", &after);
        format!("/problems?{}", pairs.finish())
    });
    let view = json!({
        "errors": errors,
        "summary": {"key": if counted > MOST_COUNTED { "problems-many" } else { "problems-found" }, "n": counted.min(MOST_COUNTED)},
        "filter": {
            "q": filter.words, "state": page.asked("state"), "topic": page.asked("topic"),
            "overdue": filter.overdue, "owner": filter.owner, "class": filter.class,
        },
        "states": Status::ALL.iter().map(|of| json!({"value": of.code(), "label": state(of.code())["say"]})).collect::<Vec<_>>(),
        "topics": topic_options(page),
        "lines": lines,
        "desk": actor.may(Right::HandleProblems),
        "own": actor.may(Right::HandleProblems).then(|| format!("/problems/departments/{}", actor.unit())),
        "import": actor.may(Right::ReadProblems),
        "board": actor.may(Right::RunProblems),
        "pages": {"next": next},
    });
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    page.draw_with(status, "problems/list.html", &layout, &with_firms(page, view).await?)
}

/// `GET /problems/desk`: what waits on the reader's unit.
pub async fn desk(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.problem_desk(actor, page.asked("after")).await?;
    let now = office.now().0;
    let items: Vec<Value> = found
        .lines
        .iter()
        .map(|of| {
            let row = &of.matter.row;
            json!({
                "href": format!("/problems/{}", row.number),
                "number": row.number,
                "topic": topic(&page, &row.subject_key),
                "class": class(&row.place),
                "step": step(&of.task.step),
                "since": of.task.since,
                "until": of.task.due_at,
                "late": of.task.due_at.is_some_and(|due| due < now),
            })
        })
        .collect();
    let view = json!({
        "unit": say::unit(&office.profile, actor.unit()),
        "items": items,
        "pages": {"next": found.next.map(|after| format!("/problems/desk?after={after}"))},
    });
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    page.draw("problems/desk.html", &layout, &view)
}

/// `GET /problems/{number}`. A number that leads nowhere is told on the list, where it can be searched for.
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    match draw(&page, &number, &[], None).await {
        Err(Failure::Error(Error::NotFound)) => {
            let mut list = page;
            list.path = "/problems".to_owned();
            list.query = vec![("q".to_owned(), number.clone())];
            let error = json!([{
                "field": "q", "say": {"key": "problem-no-such", "number": number},
                "remedy": {"key": "problem-no-such-remedy"}, "code": "PQ-HTTP-404",
            }]);
            draw_list(&list, StatusCode::NOT_FOUND, &error).await
        }
        other => other,
    }
}

/// `GET /problems/{number}/acts`: where a refused form stood; asked for anew, it is the case.
pub async fn acts(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let case = page.app.office.problem(page.actor()?, &number).await?;
    Ok(Redirect::to(&format!("/problems/{}", case.problem.number)).into_response())
}

/// `POST /problems/{number}/open`: the page tells that it is still open, and whether somebody writes. Answered with who
/// else is there, in words.
pub async fn open(page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let office = &page.app.office;
    let case = office.problem(actor, &number).await?;
    let present = office.present(actor, &case, form.get("writing") == "yes").await?;
    let view = json!({"present": present.iter().map(|of| presence(&page, of)).collect::<Vec<_>>()});
    page.draw("problems/present.html", &page.layout("problems"), &view)
}

/// Somebody who has the case open.
fn presence(page: &Page, of: &office::problems::Present) -> Value {
    let key = if of.writing { "problem-present-writing" } else { "problem-present-reading" };
    let mut who = vec![json!(say::unit(&page.app.office.profile, &of.organ))];
    // A colleague is told by name; of another department only that it is there.
    who.extend(Some(json!(of.name)).filter(|_| !of.name.is_empty()));
    json!({"tone": if of.writing { "wait" } else { "none" }, "say": {"key": key, "who": who}})
}

async fn draw(page: &Page, number: &str, faults: &[Fault], typed: Option<&Form>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let case = page.app.office.problem(actor, number).await?;
    let mut view = view::case(page, Some(actor), &case).await?;
    view["crumbs"] = json!([{"href": "/problems", "say": say::key("nav-problems")}, {"say": number}]);
    view["action"] = json!(format!("/problems/{number}/acts"));
    let mut acts = doing::acts(page, Some(actor), &case).await?;
    let again = typed::fill(&mut acts, typed, faults);
    view["urgent"] = json!(urgent(page, actor, &case));
    view["recused"] = json!(case.problem.recused.contains(&actor.person));
    view["acts"] = json!(acts);
    view["errors"] = json!(again.errors);
    view["lost"] = json!(again.lost);
    view["again"] = json!(again.opened);
    // Who else has it open is told where it can be; the page does not wait for it.
    let present = page.app.office.present(actor, &case, typed.is_some()).await.unwrap_or_default();
    view["present"] = present.iter().map(|of| presence(page, of)).collect();
    let mut layout = page.layout("problems");
    layout.live = Some("/events".to_owned());
    layout.path = format!("/problems/{number}");
    page.draw_with(status_of(faults), "problems/show.html", &layout, &view)
}

/// With one key: danger to life is passed on from the top of the page.
fn urgent(page: &Page, actor: &Actor, case: &Case) -> Vec<Value> {
    let problem = &case.problem;
    let passes = matches!(case.reader, Reader::Office | Reader::Unit(_)) && problem.ended.is_none();
    let danger = problem.severity == "p0" || problem.impact == "danger";
    if passes && danger && !problem.recused.contains(&actor.person) { fields::emergencies(page) } else { Vec::new() }
}

/// A fault of a page whose fields have other names than the API's.
fn plain_fault(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = json!(null);
    said
}

fn status_of(faults: &[Fault]) -> StatusCode {
    if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// `POST /problems/{number}/acts`. What is refused comes back with everything that was typed; files are chosen again.
pub async fn act(mut page: Page, Path(number): Path<String>, came: Came) -> Result<Response, Failure> {
    let sent = sent::of(came).await?;
    let form = &sent.form;
    if sent.failed.is_some() {
        return draw(&page, &number, &[given::too_large()], Some(form)).await;
    }
    page.check_token(form.get("csrf"))?;
    if page.switch(form) {
        return draw(&page, &number, &[], Some(form)).await;
    }
    let actor = page.actor()?;
    let office = &page.app.office;
    let act = match given::act(&page, form) {
        Ok(act) => act,
        Err(fault) => return draw(&page, &number, &[fault], Some(form)).await,
    };
    let request = Request::new("problem act", form.key(), &sent.bytes()?, page.channel());
    // Two who edit at once: what was decided on an older state is shown the newer one first.
    let seen: Option<i64> = form.get("version").parse().ok();
    let case = office.problem(actor, &number).await?;
    if seen.is_some_and(|seen| seen != case.problem.version) && !act.is_of_a_firm() {
        if office.done_before(actor, case.id, &request).await? {
            return Ok(Redirect::to(&format!("/problems/{number}")).into_response());
        }
        return draw(&page, &number, &[given::moved_on()], Some(form)).await;
    }
    let done = office.do_on_problem_with(actor, &number, (&act, &sent.files), &request);
    // Sealing files takes long.
    let done = if sent.files.is_empty() { done.await } else { aside(done).await };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/problems/{number}")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &number, &[fault], Some(form)).await,
        Err(Error::Invalid(faults)) => draw(&page, &number, &faults, Some(form)).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /problems/{number}/files/{document}`: always as a download, never shown by the browser itself.
pub async fn file(page: Page, Path((number, document)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let case = page.app.office.problem(actor, &number).await?;
    let file = page.app.office.problem_attachment(&case, &document).await?;
    Ok(download(&file))
}

/// A file as a download. Its name is given in the form that takes every letter (RFC 6266).
pub fn download(file: &office::problems::Attachment) -> Response {
    let name: String = form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file.bytes.clone()).into_response()
}

/// A line of a list.
fn line(page: &Page, of: &ProblemLine) -> Value {
    json!({
        "href": format!("/problems/{}", of.number),
        "number": of.number,
        "topic": topic(page, &of.topic),
        "class": class(&of.class),
        "state": state(&of.state),
        "owner": if of.owner.is_empty() { json!(null) } else { say::unit(&page.app.office.profile, &of.owner) },
        "firm": of.firm,
        "opened": of.opened.0,
        "until": of.due.map(|due| due.0),
        "open": Status::from_code(&of.state).is_some_and(Status::is_open),
    })
}

/// Lines of lists, wherever they stand in what a page shows, with firms by their names; a code that the records do not have
/// stays.
async fn with_firms(page: &Page, mut view: Value) -> Result<Value, Failure> {
    let mut codes = BTreeSet::new();
    each_firm(&mut view, &mut |firm| {
        codes.insert(firm.as_str().unwrap_or_default().to_owned());
    });
    let names = page.app.office.names_of(codes.into_iter().collect()).await?;
    each_firm(&mut view, &mut |firm| {
        if let Some(name) = firm.as_str().and_then(|code| names.get(code)) {
            *firm = say::text(name);
        }
    });
    Ok(view)
}

fn each_firm(view: &mut Value, see: &mut impl FnMut(&mut Value)) {
    match view {
        Value::Object(map) => {
            if map.contains_key("topic")
                && let Some(firm) = map.get_mut("firm").filter(|firm| firm.as_str().is_some_and(|of| !of.is_empty()))
            {
                see(firm);
            }
            map.values_mut().for_each(|of| each_firm(of, see));
        }
        Value::Array(all) => all.iter_mut().for_each(|of| each_firm(of, see)),
        _ => {}
    }
}

/// The name of a topic.
pub fn topic(page: &Page, code: &str) -> Value {
    topic_name(&page.app.office, code)
}

/// The name of a topic, outside a page.
pub fn topic_name(office: &office::Office, code: &str) -> Value {
    let known = domain::problem::topic(&office.profile, code, office.now());
    known.map_or_else(|| json!(code), |topic| say::text(&topic.name))
}

/// Topics to choose from; those below another stand after it, with its name before theirs.
fn topic_options(page: &Page) -> Vec<Value> {
    let office = &page.app.office;
    let all = topics(&office.profile, office.now());
    let name = |code: &str| all.iter().find(|topic| topic.code == code).map(|topic| topic.name.clone());
    all.iter()
        .map(|topic| {
            let label = match name(&topic.parent) {
                Some(parent) => json!({
                    "zh": format!("{}：{}", parent.zh, topic.name.zh), "en": format!("{}: {}", parent.en, topic.name.en),
                }),
                None => say::text(&topic.name),
            };
            json!({"value": topic.code, "label": label})
        })
        .collect()
}

/// The state of a problem with its tone.
fn state(code: &str) -> Value {
    let tone = match code {
        "closed" => "ok",
        "received" | "disputed" => "stop",
        "triaged" | "dispatched" | "answered" | "paused" | "planned" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("problem-state-{code}")))
}

/// The class of a problem with its tone.
pub fn class(code: &str) -> Value {
    let tone = match code {
        "p0" => "stop",
        "p1" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("problem-class-{code}")))
}

/// What waits: the step of a task.
fn step(step: &str) -> Value {
    let kind = step.split(':').next().unwrap_or(step);
    say::key(&format!("problem-step-{kind}"))
}
