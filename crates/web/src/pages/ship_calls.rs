//! Ship calls: list, new, the call itself.

mod copied;
mod lanes;
pub mod notices;
mod view;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Severity};
use office::{CallFilter, Error, NewCall, Request, Right};
use serde_json::{Value, json};

pub use copied::{copied, looked_through};
pub use view::{lists, lists_with_countries, ship_name};

use super::given::{self, moment};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// The fault of a ship without a record: the way to enter her stands beside it, in another tab, so that what was typed stays.
const UNKNOWN_SHIP: &str = "PQ-CALL-024";

/// Before the names of the fields by which an earlier call is copied.
const COPY: &str = "copy.";

/// `GET /calls`
///
/// # Errors
/// Sign in first.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let state = page.asked("state").unwrap_or("").to_owned();
    let words = page.asked("q").unwrap_or("").to_owned();
    let filter = CallFilter {
        states: if state.is_empty() { Vec::new() } else { vec![state.clone()] },
        words: words.clone(),
        after: page.asked("after").map(str::to_owned),
    };
    let office = &page.app.office;
    let found = office.calls(actor, &filter).await?;
    let count = office.calls_found(actor, &filter).await?;
    let next = found.next.as_ref().map(|after| {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("q", words.as_str()), ("state", &state), ("after", after)])
            .finish();
        format!("/calls?{query}")
    });
    let calls: Vec<_> = found.lines.iter().map(|line| view::line(&page, line)).collect();
    let states: Vec<_> = domain::ship_call::Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": say::status(status.code())["say"]}))
        .collect();
    let mut view = json!({
        "found": say::so_far(("calls-found", "calls-found-more"), count), "may_create": actor.may(Right::File), "q": words, "state": state,
        "pages": {"next": next},
    });
    // What is long is moved in: inside the macro it would be copied whole.
    view["states"] = states.into();
    view["calls"] = calls.into();
    page.draw("ship_calls/list.html", &page.layout("calls"), &view)
}

/// `GET /calls/new`
///
/// # Errors
/// Sign in first; only agents open calls.
pub async fn new_form(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let chosen = page.asked("from").unwrap_or("").to_owned();
    draw_new(&page, &Form { pairs: vec![("previous".to_owned(), chosen)] }, &[]).await
}

/// A form for a new call: its fields have a prefix where two forms stand on one page.
fn times_and_ports(form: &Form, faults: &[Fault], prefix: &str, copying: bool) -> Vec<Value> {
    let error = |place: &str| faults.iter().find(|fault| fault.location == place).map(|fault| say::text(&fault.text));
    let hint = |name: &str| if name == "left_last_port" { say::key("calls-new-left-hint") } else { Value::Null };
    let field = |name: &str, kind: &str, label: &str, required: bool| {
        let name_in_form = format!("{prefix}{name}");
        let error = if copying != prefix.is_empty() { error(&format!("/{name}")) } else { None };
        let width = if kind == "locode" { json!("mid") } else { Value::Null };
        json!({"name": name_in_form, "kind": kind, "label": say::key(label), "value": form.get(&name_in_form), "error": error,
               "required": required, "width": width,
               "hint": if kind == "locode" && !prefix.is_empty() { say::key("calls-new-port-left-open") } else { hint(name) }})
    };
    vec![
        field("eta", "instant", "calls-new-eta", true),
        field("etd", "instant", "calls-new-etd", false),
        field("last_port", "locode", "calls-new-last-port", false),
        field("left_last_port", "instant", "calls-new-left", false),
        field("next_port", "locode", "calls-new-next-port", false),
    ]
}

async fn draw_new(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let earlier = office.calls(page.actor()?, &CallFilter::default()).await?;
    let previous: Vec<_> = earlier
        .lines
        .iter()
        .map(|line| {
            let label = format!("{} · {}", view::ship_name(&line.row, &page.lang), line.row.number);
            json!({"value": line.row.number, "label": label})
        })
        .collect();
    let kinds: Vec<_> =
        office.kinds().into_iter().map(|(code, words)| json!({"value": code, "label": say::text(&words)})).collect();
    let error = |place: &str| faults.iter().find(|fault| fault.location == place).map(|fault| say::text(&fault.text));
    let copying = form.pairs.iter().any(|(name, value)| name.starts_with(COPY) && !value.is_empty())
        || form.get("copying") == "yes";
    let mut fields = vec![
        json!({"name": "imo", "kind": "text", "label": say::key("calls-new-imo"), "hint": say::key("calls-new-imo-hint"),
         "value": form.get("imo"), "error": error("/imo"), "required": true, "width": "mid"}),
        json!({"name": "kind", "kind": "radios", "label": say::key("calls-new-kind"), "hint": say::key("calls-new-kind-hint"),
         "options": kinds, "value": form.get("kind"), "error": error("/kind"), "required": true}),
    ];
    fields.extend(times_and_ports(form, faults, "", copying));
    fields.push(json!({"name": "report", "kind": "textarea", "lines": 3, "label": say::key("calls-new-report"),
         "hint": say::key("calls-new-report-hint"), "value": form.get("report"), "error": error("/report")}));
    let mut of_copy = times_and_ports(form, faults, COPY, copying);
    if faults.iter().any(|fault| fault.severity == Severity::Warning) {
        let asked = json!({"name": "sure", "kind": "checkboxes", "label": say::key("calls-new-sure"),
                           "options": [{"value": "yes", "label": say::key("calls-new-sure-yes")}]});
        if copying { of_copy.push(asked) } else { fields.push(asked) }
    }
    let summary = faults.iter().map(|fault| {
        let mut said = say::fault(fault);
        if fault.code == UNKNOWN_SHIP {
            let imo =
                form_urlencoded::Serializer::new(String::new()).append_pair("imo", form.get("imo").trim()).finish();
            said["action"] = json!({"href": format!("/ships?new=1&{imo}"), "say": say::key("calls-new-enter-ship")});
        }
        if let (true, Some(field)) = (copying, said["field"].as_str().filter(|field| *field != "previous")) {
            said["field"] = json!(format!("{COPY}{field}"));
        }
        said
    });
    let view = json!({
        "errors": summary.collect::<Vec<_>>(),
        "previous": previous, "chosen": form.get("previous"), "previous_error": error("/previous"),
        "copy_fields": of_copy, "fields": fields, "lists": view::lists(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut layout = page.layout("calls");
    // The addresses that take these forms show something else, or nothing, to who only opens them.
    layout.path = "/calls/new".to_owned();
    page.draw_with(status, "ship_calls/new.html", &layout, &view)
}

/// `POST /calls`
///
/// # Errors
/// The form again, with every fault.
pub async fn open(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if page.switch(&form) {
        return draw_new(&page, &form, &[]).await;
    }
    let new = NewCall {
        imo: form.get("imo").trim().to_owned(),
        kind: form.get("kind").to_owned(),
        eta: moment(&page, form.get("eta")),
        etd: moment(&page, form.get("etd")),
        left_last_port: moment(&page, form.get("left_last_port")),
        last_port: form.get("last_port").trim().to_uppercase(),
        next_port: form.get("next_port").trim().to_uppercase(),
        report: form.text("report"),
        copy_from: None,
    };
    opened(&page, &form, &new, &body, "").await
}

/// `POST /calls/copy`
///
/// # Errors
/// The form again, with every fault.
pub async fn copy(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let mut form = page.form(&body)?;
    if page.switch(&form) {
        return draw_new(&page, &form, &[]).await;
    }
    form.pairs.push(("copying".to_owned(), "yes".to_owned()));
    if form.get("previous").is_empty() {
        return draw_new(&page, &form, &[given::missing("previous")]).await;
    }
    let earlier = page.app.office.call(page.actor()?, form.get("previous")).await?;
    // What is typed counts; a port that is left open is the earlier call's.
    let port = |name: &str| match form.get(&format!("{COPY}{name}")).trim() {
        "" => earlier.call.facts.get(name).and_then(domain::Value::text).unwrap_or("").to_owned(),
        typed => typed.to_uppercase(),
    };
    let new = NewCall {
        imo: earlier.call.ship.imo.clone(),
        // A distress is past: the next call is one like any other until somebody reports another.
        kind: if earlier.call.kind == "distress" { "ordinary".to_owned() } else { earlier.call.kind.clone() },
        eta: moment(&page, form.get("copy.eta")),
        etd: moment(&page, form.get("copy.etd")),
        left_last_port: moment(&page, form.get("copy.left_last_port")),
        last_port: port("last_port"),
        next_port: port("next_port"),
        report: domain::Text::default(),
        copy_from: Some(earlier.call.number.clone()),
    };
    opened(&page, &form, &new, &body, "/copied").await
}

async fn opened(page: &Page, form: &Form, new: &NewCall, body: &[u8], then: &str) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let flagged = page.app.office.flagged_in_new(page.actor()?, new, None).await?;
    if !flagged.is_empty() && form.get("sure") != "yes" {
        // What is refused is told at once, beside what is only asked about.
        let faults: Vec<Fault> = page.app.office.check_new(new).into_iter().chain(flagged).collect();
        return draw_new(page, form, &faults).await;
    }
    let request = Request::new("open call", form.key(), body, page.channel());
    match page.app.office.open_call(page.actor()?, new, &request).await {
        Ok(done) => Ok(Redirect::to(&format!("/calls/{}{then}", done.number)).into_response()),
        Err(Error::Invalid(faults)) => draw_new(page, form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /calls/{number}`
///
/// # Errors
/// Not found outside the reader's reach.
pub async fn call(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let journal = office.receipted_journal(page.reader()?, found.id, 500).await?;
    let firms = office.firm_names(&found.call, journal.iter().map(|(record, _)| record)).await?;
    let names = say::Names { profile: &office.profile, firms: &firms };
    let shown = office.call_for(page.reader()?, &found).await?;
    let notices = notices::notices(&page, actor, &office::Call { call: shown.clone(), ..found }).await?;
    let coordinator = super::companies::coordinator_line(&page, actor, &shown.agent).await?;
    let mut view = view::call(&page, actor, &shown, names, &journal, notices);
    let facts = view["facts"].as_array_mut().into_iter();
    facts.for_each(|facts| facts.extend(coordinator.iter().cloned()));
    let mut layout = page.layout("calls");
    layout.live = Some("/events".to_owned());
    page.draw("ship_calls/call.html", &layout, &view)
}
