//! An organ's decision on what was filed: the facts that it may see, what changed, the others' states, and its acts.

mod view;

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Instant, Text,
    formality::Formality,
    profile::Profile,
    ship_call::{Act, Entry, Mirror, Review, ReviewState, ShipCall, Words},
};
use office::{Asked, Call, Error, Request, Right};
use serde_json::{Value, json};

use super::{
    acts::{done_on_queue, outcome},
    formalities,
    given::{self, moment},
    queue::claim_view,
    ship_calls::notices,
    sure,
};
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
    let form = Form { pairs: vec![("act".to_owned(), chosen)] };
    draw(&page, &number, &code, &form, &[]).await
}

async fn draw(page: &Page, number: &str, code: &str, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::Decide)?;
    let formality = Formality::from_code(code).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    let found = office.call(actor, number).await?;
    let found = Call { call: office.call_for(actor, &found).await?, ..found };
    let Some(review) = found.call.review(formality, actor.unit()) else {
        return withdrawn(page, &found, formality).await;
    };
    let version = office.version(actor, found.id, &found.call, formality, Some(review.version)).await?;
    let journal = office.journal(actor, found.id, 500).await?;
    let firms = office.firm_names(&found.call, &journal).await?;
    let names = say::Names { profile: &office.profile, firms: &firms };
    let mut view = formalities::decision_view(page, &found.call, formality, &version);
    let requirement = found.call.requirement(formality);
    view["matter"] = say::formality(formality);
    view["heading"] = say::text(&found.call.ship.name);
    view["state"] = say::review_state(review.state);
    view["call_href"] = json!(format!("/calls/{number}"));
    view["facts"] = json!([number, format!("IMO {}", found.call.ship.imo)]);
    view["until"] = json!(
        review.decision_due.filter(|_| !review.state.is_decided() && review.suspended.is_none()).map(|due| due.0)
    );
    view["limit_basis"] = json!(requirement.map(|due| say::law(&office.profile, &due.basis.law)));
    view["hidden_facts"] = json!(version.reduced);
    view["decided"] = view::standing(&office.profile, review);
    view["suspended"] = view::suspended(&office.profile, review, office.now());
    view["questions"] = view::questions(page, &found, formality).await?;
    view["licence"] = super::formalities::licence(page, &found.call, formality);
    view["extensions"] = view::extensions(page, &found.call, formality).await?;
    view["others"] = view::others(&office.profile, &found.call, formality, actor.unit());
    view["actions"] = json!([{"href": "#decision", "say": say::key("decide-action")}]);
    view["journal"] = journal
        .iter()
        .rev()
        .take(12)
        .map(|record| {
            let (said, small) = say::entry(names, record);
            json!({"at": record.at.0, "say": said, "small": small})
        })
        .collect();
    view["seen"] = json!(review.version);
    let others = office.other_calls(actor, std::iter::once(&found.call)).await?;
    view["notices"] = match others.get(number) {
        Some(others) => json!([notices::same_ship(page, others).await?]),
        None => json!([]),
    };
    view["closes"] = json!(answered(&found.call, formality, actor.unit()));
    view["claim"] = claim_view(page, &found, code).await?;
    let chosen = form.get("act");
    let mut acts = acts(&office.profile, office.now(), &found, formality, review);
    let act = acts.as_array_mut().and_then(|list| list.iter_mut().find(|act| act["act"] == chosen));
    view["errors"] = match act {
        // A page that is opened anew has nothing to put back.
        Some(act) if form.pairs.len() > 1 => {
            given::refill(&mut act["fields"], form, faults);
            json!(given::summary(faults, &act["fields"], &format!("{chosen}-")))
        }
        _ => json!(given::summary(faults, &Value::Null, "")),
    };
    view["chosen"] = json!(chosen);
    view["acts"] = acts;
    let status = if faults.is_empty() { formalities::status(&version) } else { given::status(faults) };
    page.draw_with(status, "decisions/decide.html", &page.layout("queue"), &view)
}

/// How many answered items of an organ's questions a grant closes.
fn answered(call: &ShipCall, formality: Formality, organ: &str) -> usize {
    let asked = call.questions.iter().filter(|of| of.formality == formality && of.organ == organ);
    let items = asked.flat_map(|of| &of.items);
    items.filter(|item| item.answered_at.is_some() && item.closed_at.is_none()).count()
}

/// What was on the desk and is not any more: the agent withdrew it. The page says so, when and why, instead of nothing.
async fn withdrawn(page: &Page, found: &Call, formality: Formality) -> Result<Response, Failure> {
    let office = &page.app.office;
    let at = found.call.filings.get(&formality).and_then(|filing| filing.withdrawn_at).ok_or(Error::NotFound)?;
    let organ = page.actor()?.unit();
    let mine = found.call.requirement(formality).is_none_or(|due| due.organs.iter().any(|of| of == organ));
    if !mine {
        return Err(Error::NotFound.into());
    }
    let journal = office.journal(page.actor()?, found.id, i64::MAX).await?;
    let reason = journal.iter().rev().find_map(|record| match &record.entry {
        Entry::Withdrawn { formality: of, reason } if *of == formality => Some(say::words(reason)),
        _ => None,
    });
    let number = &found.call.number;
    let view = json!({
        "crumbs": [
            {"href": "/queue", "say": say::key("nav-queue")},
            {"href": format!("/calls/{number}"), "say": number},
            {"say": say::formality(formality)},
        ],
        "matter": say::formality(formality),
        "about": [say::text(&found.call.ship.name), number],
        "withdrawn_at": at.0,
        "reason": reason,
        "due": found.call.requirement(formality).is_some(),
        "actions": [
            {"href": format!("/calls/{number}"), "say": say::key("receipt-back")},
            {"href": "/queue", "say": say::key("nav-queue"), "quiet": true},
        ],
    });
    page.draw("decisions/withdrawn.html", &page.layout("queue"), &view)
}

/// The reasons that the port's table lists for an organ and outcome (`return`, `refuse`), as a choice.
fn reasons(profile: &Profile, now: Instant, organ: &str, outcome: &str) -> Value {
    let listed = |code: &String| {
        let inputs = domain::Value::from([("reason", code.as_str().into()), ("organ", organ.into())]);
        let row = profile.hit("refusal-reasons", now, &inputs)?;
        (row.text("outcome") == outcome).then(|| json!({"value": code, "label": say::text(&row.reason())}))
    };
    let options: Vec<Value> = profile.codes("refusal-reasons", "reason").iter().filter_map(listed).collect();
    json!({"name": "reason", "kind": "choice", "label": say::key("decide-reason"), "options": options})
}

fn acts(profile: &Profile, now: Instant, found: &Call, formality: Formality, review: &Review) -> Value {
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
        let reasons = |outcome: &str| reasons(profile, now, &review.organ, outcome);
        // A listed reason speaks for itself, so the other fields may stay empty beside it.
        let beside = json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key("decide-text"),
                            "hint": say::key("decide-reason-hint")});
        list.push(act("return", json!([reasons("return"), lines("words", "decide-item")])));
        list.push(act("refuse", json!([reasons("refuse"), beside, line("law", "decide-basis", false)])));
        list.push(act(
            "mirror",
            json!([
                {"name": "outcome", "kind": "radios", "label": say::key("decide-outcome"), "options": view::outcomes(), "required": true},
                line("source", "decide-source", true),
                line("source_number", "decide-source-number", true),
                {"name": "source_at", "kind": "instant", "label": say::key("decide-source-at"), "required": true},
                {"name": "words", "kind": "textarea", "lines": 3, "label": say::key("decide-mirror-words")},
                line("law", "decide-basis", false),
            ]),
        ));
    }
    match (&review.suspended, review.state) {
        (Some(_), _) => list.push(act("resume", json!([]))),
        (None, ReviewState::InCharge) => {
            let causes = view::causes(profile, now);
            list.push(act("suspend", json!([{"name": "cause", "kind": "radios", "label": say::key("decide-cause"), "options": causes, "required": true}])));
        }
        _ => {}
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
    mut page: Page,
    Path((number, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if page.switch(&form) && !sure::is_shown(&form) || sure::is_back(&form) {
        return draw(&page, &number, &code, &form, &[]).await;
    }
    let actor = page.actor()?;
    actor.require(Right::Decide)?;
    let formality = Formality::from_code(&code).ok_or(Error::NotFound)?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let Some(review) = found.call.review(formality, actor.unit()) else {
        return withdrawn(&page, &found, formality).await;
    };
    // Nobody decides on a version that she has not seen.
    if form.get("seen").parse() != Ok(review.version) {
        return draw(&page, &number, &code, &form, &Error::Conflict.faults()).await;
    }
    let faults = faults(&page, &found, formality, review, &form);
    if !faults.is_empty() {
        return draw(&page, &number, &code, &form, &faults).await;
    }
    match office.require_unclaimed(actor, &found, &[&code]).await {
        Err(Error::Refused(fault)) => return draw(&page, &number, &code, &form, &[fault]).await,
        otherwise => otherwise?,
    }
    if form.get("act") == "refuse" && sure::is_asked(&form) {
        return ask_whether_sure(&page, &found, formality, review, &form);
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
        Ok(_) if matches!(chosen.as_str(), "accept" | "suspend" | "resume") => {
            Ok(Redirect::to(&format!("/calls/{number}/{code}/decide")).into_response())
        }
        Ok(done) => Ok(Redirect::to(&done_on_queue(&done)).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &number, &code, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &number, &code, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// A refusal is told to the firm at once, with the way to appeal: the page asks once more.
fn ask_whether_sure(
    page: &Page,
    found: &Call,
    formality: Formality,
    review: &Review,
    form: &Form,
) -> Result<Response, Failure> {
    let (office, number) = (&page.app.office, &found.call.number);
    let acts = acts(&office.profile, office.now(), found, formality, review);
    let act = acts.as_array().into_iter().flatten().find(|act| act["act"] == "refuse");
    let here = format!("/calls/{number}/{}/decide", formality.code());
    let step = sure::Step {
        crumbs: json!([
            {"href": "/queue", "say": say::key("nav-queue")},
            {"href": format!("/calls/{number}"), "say": number},
            {"href": here, "say": say::formality(formality)},
            {"say": say::key("act-title-refuse")},
        ]),
        id: "refuse",
        about: json!([say::text(&found.call.ship.name), say::formality(formality)]),
        fields: act.map_or(&Value::Null, |act| &act["fields"]),
        action: &here,
    };
    sure::draw(page, &page.layout("queue"), form, &step)
}

/// Faults of the chosen act's fields; what an outcome needs besides is asked where that outcome is only mirrored, too.
fn faults(page: &Page, found: &Call, formality: Formality, review: &Review, form: &Form) -> Vec<Fault> {
    let office = &page.app.office;
    let acts = acts(&office.profile, office.now(), found, formality, review);
    let act = acts.as_array().into_iter().flatten().find(|act| act["act"] == form.get("act"));
    let mut faults = act.map(|act| given::faults(page, &act["fields"], form)).unwrap_or_default();
    if form.get("act") == "mirror" {
        faults.extend(view::mirror_faults(form));
    }
    faults
}

fn read(page: &Page, form: &Form, formality: Formality, recorder: &str) -> Option<Act> {
    let words: Vec<Words> = form
        .get("words")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Text::new(line, line).into())
        .collect();
    let law = form.get("law").trim().to_owned();
    let decided = |outcome: ReviewState, mirror: Option<Mirror>| {
        let reason = Some(form.get("reason").to_owned()).filter(|reason| !reason.is_empty());
        Some(Act::Decide { formality, outcome, reason, words: words.clone(), law: law.clone(), mirror })
    };
    match form.get("act") {
        "accept" => Some(Act::TakeInCharge { formality }),
        "suspend" => Some(Act::Suspend { formality, cause: form.get("cause").to_owned() }),
        "resume" => Some(Act::Resume { formality }),
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
            decided(outcome(form.get("outcome"))?, Some(mirror))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{layout::Layout, templates::Templates};

    fn review(state: ReviewState, suspended: bool) -> Review {
        serde_json::from_value(json!({
            "formality": "crew_list", "organ": "border", "version": 1, "state": state, "since": 0, "in_charge_at": null,
            "decision_due": null, "suspended": suspended.then_some(("test", 0)), "pauses": [], "words": [], "law": "",
            "mirror": null, "reopened_by": null
        }))
        .expect("a review as the journal keeps it")
    }

    /// What the page offers, on a call of which the acts need nothing but its number.
    fn offered(state: ReviewState, suspended: bool) -> Value {
        let profile = office::profiles::sample().expect("profile");
        let now = Instant::parse("2026-11-24T06:30:00Z").expect("instant");
        let found = Call { id: Default::default(), call: Default::default() };
        acts(&profile, now, &found, Formality::CrewList, &review(state, suspended))
    }

    fn has(acts: &Value, name: &str) -> bool {
        acts.as_array().is_some_and(|list| list.iter().any(|act| act["act"] == name))
    }

    #[test]
    fn a_clock_that_runs_can_be_suspended_and_one_that_stands_resumed() {
        let (filed, running, standing) = (
            offered(ReviewState::Filed, false),
            offered(ReviewState::InCharge, false),
            offered(ReviewState::InCharge, true),
        );
        assert!(!has(&filed, "suspend") && !has(&filed, "resume"));
        assert!(has(&running, "suspend") && !has(&running, "resume"));
        assert!(!has(&standing, "suspend") && has(&standing, "resume"));
        assert!(!has(&offered(ReviewState::Granted, false), "suspend"));
    }

    #[test]
    fn a_form_that_comes_back_is_drawn_with_what_was_typed() {
        let sample = include_str!("../../templates/samples/decide.json");
        let mut view = serde_json::from_str::<Value>(sample).expect("sample")["view"].clone();
        let mut acts = offered(ReviewState::InCharge, false);
        let typed =
            [("outcome", "refused"), ("source", "the system"), ("source_at", "yesterday"), ("words", "late papers")];
        let form = Form { pairs: typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec() };
        let mirror = acts.as_array_mut().and_then(|list| list.iter_mut().find(|act| act["act"] == "mirror"));
        let mirror = mirror.expect("offered");
        let faults = [given::missing("source_at")];
        given::refill(&mut mirror["fields"], &form, &faults);
        view["errors"] = json!(given::summary(&faults, &mirror["fields"], "mirror-"));
        view["chosen"] = json!("mirror");
        view["acts"] = acts;
        let layout = Layout { lang: "en".to_owned(), zone: "Asia/Shanghai".to_owned(), ..Layout::default() };
        let html = Templates::embedded().expect("templates").render("decisions/decide.html", &layout, &view);
        let html = html.expect("drawn");
        for kept in [
            "value=\"refused\" checked",
            "value=\"the system\"",
            "late papers</textarea>",
            "href=\"#mirror-source_at\"",
        ] {
            assert!(html.contains(kept), "{kept}");
        }
    }
}
