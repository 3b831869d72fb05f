//! An organ's decision on what was filed: the facts that it may see, what changed, the others' states, and its acts.

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Text,
    formality::Formality,
    ship_call::{Act, Mirror, Review, ReviewState},
};
use office::{Asked, Call, Error, Request, Right};
use serde_json::{Value, json};

use super::{formalities, ship_calls::moment};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// `GET /calls/{number}/{formality}/decide`
///
/// # Errors
/// Not found when the formality is not before the reader's organ.
pub async fn form(page: Page, Path((number, code)): Path<(String, String)>) -> Result<Response, Failure> {
    let chosen = page.asked("act").unwrap_or("").to_owned();
    draw(&page, &number, &code, &chosen, &[]).await
}

async fn draw(page: &Page, number: &str, code: &str, chosen: &str, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::Decide)?;
    let formality = Formality::from_code(code).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    let found = office.call(actor, number).await?;
    let review = found.call.review(formality, actor.unit()).ok_or(Error::NotFound)?;
    let version = office.version(actor, found.id, &found.call, formality, Some(review.version)).await?;
    let journal = office.journal(actor, found.id, 500).await?;
    let mut view = formalities::decision_view(page, &found.call, formality, &version);
    let requirement = found.call.requirement(formality);
    view["matter"] = say::formality(formality);
    view["heading"] = say::text(&found.call.ship.name);
    view["state"] = say::review_state(review.state);
    view["call_href"] = json!(format!("/calls/{number}"));
    view["facts"] = json!([number, format!("IMO {}", found.call.ship.imo)]);
    view["until"] = json!(review.decision_due.filter(|_| !review.state.is_decided()).map(|due| due.0));
    view["limit_basis"] = json!(requirement.map(|due| say::law(&due.law)));
    view["hidden_facts"] = json!(version.reduced);
    view["others"] = others(page, &found, formality, actor.unit());
    view["actions"] = json!([{"href": "#decision", "say": say::key("decide-action")}]);
    view["journal"] = journal
        .iter()
        .rev()
        .take(12)
        .map(|record| {
            let (said, small) = say::entry(&office.profile, record);
            json!({"at": record.at.0, "say": said, "small": small})
        })
        .collect();
    view["seen"] = json!(review.version);
    view["chosen"] = json!(chosen);
    view["acts"] = acts(page, &found, formality, review);
    view["errors"] = faults.iter().map(say::fault).collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    page.draw_with(status, "decisions/decide.html", &page.layout("queue"), &view)
}

/// The other organs' states: on this formality, and on those by which each signs for the whole.
fn others(page: &Page, found: &Call, formality: Formality, mine: &str) -> Value {
    let concerns = |of: Formality| {
        let joint =
            matches!(of, Formality::EntryFormalities | Formality::ExitFormalities | Formality::EntryApplication);
        of == formality || joint
    };
    let profile = &page.app.office.profile;
    found
        .call
        .reviews
        .iter()
        .filter(|review| review.organ != mine && concerns(review.formality))
        .map(|review| {
            json!({
                "organ": say::unit(profile, &review.organ),
                "state": say::review_state(review.state),
                "say": say::formality(review.formality),
            })
        })
        .collect()
}

/// The reasons that the port's table lists for an organ and outcome (`return`, `refuse`), as a choice.
fn reasons(page: &Page, organ: &str, outcome: &str) -> Value {
    let office = &page.app.office;
    let listed = |code: &String| {
        let inputs = domain::Value::from([("reason", code.as_str().into()), ("organ", organ.into())]);
        let row = office.profile.hit("refusal-reasons", office.now(), &inputs)?;
        (row.text("outcome") == outcome).then(|| json!({"value": code, "label": say::text(&row.reason)}))
    };
    let options: Vec<Value> = office.profile.codes("refusal-reasons", "reason").iter().filter_map(listed).collect();
    json!({"name": "reason", "kind": "choice", "label": say::key("decide-reason"), "options": options})
}

fn acts(page: &Page, found: &Call, formality: Formality, review: &Review) -> Value {
    let action = format!("/calls/{}/{}/decide", found.call.number, formality.code());
    let act = |name: &str, fields: Value| json!({"act": name, "action": action, "fields": fields});
    let lines = |name: &str, label: &str| json!({"name": name, "kind": "textarea", "lines": 3, "label": say::key(label), "required": true});
    let line = |name: &str, label: &str, required: bool| json!({"name": name, "kind": "text", "label": say::key(label), "required": required});
    let mut list = Vec::new();
    if review.state == ReviewState::Filed {
        list.push(act("accept", json!([])));
    }
    if !review.state.is_decided() {
        let joint = found.call.requirement(formality).is_some_and(|due| due.is_signature());
        list.push(act(if joint { "sign" } else { "approve" }, json!([])));
        list.push(act("conditions", json!([lines("words", "decide-conditions")])));
        let reasons = |outcome: &str| reasons(page, &review.organ, outcome);
        // A listed reason speaks for itself, so the other fields may stay empty beside it.
        let beside = json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key("decide-text"),
                            "hint": say::key("decide-reason-hint")});
        list.push(act("return", json!([reasons("return"), lines("words", "decide-item")])));
        list.push(act("refuse", json!([reasons("refuse"), beside, line("law", "decide-basis", false)])));
        list.push(act(
            "mirror",
            json!([
                line("source", "decide-source", true),
                line("source_number", "decide-source-number", true),
                {"name": "source_at", "kind": "instant", "label": say::key("decide-source-at"), "required": true},
            ]),
        ));
    }
    list.push(act(
        "ask",
        json!([
            lines("items", "decide-item"),
            {"name": "due", "kind": "instant", "label": say::key("decide-until")},
        ]),
    ));
    json!(list)
}

/// `POST /calls/{number}/{formality}/decide`
///
/// # Errors
/// The page again, with what the procedure says; conflict when another version was filed since the officer looked.
pub async fn decide(
    page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    actor.require(Right::Decide)?;
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let review = found.call.review(formality, actor.unit()).ok_or(Error::NotFound)?;
    // Nobody decides on a version that she has not seen.
    if form.get("seen").parse() != Ok(review.version) {
        return Err(Error::Conflict.into());
    }
    let request = Request::new("decide", form.key(), &body, "page");
    let chosen = form.get("act").to_owned();
    let outcome = if chosen == "ask" {
        let items = form.get("items").lines().map(str::to_owned).collect();
        let asked = Asked { formality, items, due: moment(&page, form.get("due")) };
        office.ask(actor, found.id, &asked, &request).await
    } else {
        let act = read(&page, &form, formality, &actor.person).ok_or(Error::NotFound)?;
        office.do_act(actor, found.id, &act, &request).await
    };
    match outcome {
        Ok(_) if chosen == "accept" => Ok(Redirect::to(&format!("/calls/{number}/{code}/decide")).into_response()),
        Ok(_) => Ok(Redirect::to("/queue").into_response()),
        Err(Error::Refused(fault)) => draw(&page, &number, &code, &chosen, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &number, &code, &chosen, &faults).await,
        Err(other) => Err(other.into()),
    }
}

fn read(page: &Page, form: &Form, formality: Formality, recorder: &str) -> Option<Act> {
    let words: Vec<Text> = form
        .get("words")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Text::new(line, line))
        .collect();
    let law = form.get("law").trim().to_owned();
    let decided = |outcome: ReviewState, mirror: Option<Mirror>| {
        let reason = Some(form.get("reason").to_owned()).filter(|reason| !reason.is_empty());
        Some(Act::Decide { formality, outcome, reason, words: words.clone(), law: law.clone(), mirror })
    };
    match form.get("act") {
        "accept" => Some(Act::TakeInCharge { formality }),
        "approve" | "sign" => decided(ReviewState::Granted, None),
        "conditions" => decided(ReviewState::GrantedWithConditions, None),
        "return" => decided(ReviewState::Returned, None),
        "refuse" => decided(ReviewState::Refused, None),
        "mirror" => {
            let mirror = Mirror {
                source: form.get("source").trim().to_owned(),
                number: form.get("source_number").trim().to_owned(),
                decided_at: moment(page, form.get("source_at"))?,
                recorder: recorder.to_owned(),
            };
            decided(ReviewState::Granted, Some(mirror))
        }
        _ => None,
    }
}
