//! Acts on a call by form: times, berths, holds, boardings, permits, the end of a call.

mod forms;

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Severity, Text,
    formality::Formality,
    ship_call::{Act, Mirror, Party, Phase, ReviewState, TimeKind, Words},
};
use office::{Asked, Call, Done, Error, Request, Right};
use serde_json::{Value as Json, json};

use forms::{beside_field, forms};

use super::{
    given::{self, missing, moment},
    queue::claim_view,
    sure,
};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// Acts by which something leaves an organ's desk.
const DESK: [&str; 5] = ["acknowledge_distress", "end_distress", "note_departure", "confirm_permit", "redo_exit"];

/// The queue, with what was done said above it and its receipt.
pub(super) fn done_on_queue(done: &Done) -> String {
    format!("/queue?done={}", done.receipt_id)
}

/// Acts that cannot be taken back: a page asks once more.
const FINAL: [&str; 4] = ["withdraw", "change_agent", "end", "redo_exit"];

/// `GET /calls/{number}/do`: every act that the reader may do here, each with its form.
///
/// # Errors
/// Not found outside the reader's reach.
pub async fn acts(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.call(page.actor()?, &number).await?;
    draw(&page, &found, &Form { pairs: Vec::new() }, &[]).await
}

/// The place among the forms of the one that was sent: all that it carries hidden came back.
fn sent(forms: &[Json], given: &Form) -> Option<usize> {
    let came = |pair: &Json| {
        let value = &pair["value"];
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        pair["name"].as_str().is_some_and(|name| given.get(name) == value)
    };
    forms.iter().position(|form| form["hidden"].as_array().is_some_and(|hidden| hidden.iter().all(came)))
}

async fn draw(page: &Page, found: &Call, given: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let call = &page.app.office.call_for(actor, found).await?;
    let mut forms = forms(page, actor, call).await?;
    let errors = match sent(&forms, given) {
        Some(nth) => {
            if faults.iter().any(|fault| fault.location == "/beside") {
                let beside = beside_field(page, found, given).await?;
                forms[nth]["fields"].as_array_mut().into_iter().for_each(|fields| fields.push(beside.clone()));
            }
            given::refill(&mut forms[nth]["fields"], given, faults);
            // The ids of a form's fields begin with its own and its place on the page.
            let prefix = format!("{}-{}-", forms[nth]["id"].as_str().unwrap_or_default(), nth + 1);
            given::summary(faults, &forms[nth]["fields"], &prefix)
        }
        None => given::summary(faults, &json!(null), ""),
    };
    let permit = forms.iter().any(|form| form["id"] == "confirm");
    let view = json!({
        "number": call.number,
        "href": format!("/calls/{}", call.number),
        "ship": say::text(&call.ship.name),
        "errors": errors,
        "claim": if permit { claim_view(page, found, "permit").await? } else { json!(null) },
        "action": format!("/calls/{}/acts", call.number),
        "forms": forms,
    });
    let mut layout = page.layout("calls");
    // Forms are sent to an address that only takes them; this page has another.
    layout.path = format!("/calls/{}/do", call.number);
    page.draw_with(given::status(faults), "ship_calls/acts.html", &layout, &view)
}

/// `POST /calls/{number}/acts`: does an act.
///
/// # Errors
/// The page of acts again, with what the procedure says; forbidden without the form's token.
pub async fn act(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let found = page.app.office.call(page.actor()?, &number).await?;
    if switched && !sure::is_shown(&form) || sure::is_back(&form) {
        return draw(&page, &found, &form, &[]).await;
    }
    if let Some(asks) = ask_whether_sure(&page, &found, &form).await? {
        return Ok(asks);
    }
    match done(&page, &found, &form, &body).await {
        // What is done is off the desk: the officer goes on there, and sees what was done.
        Ok(done) if form.get("then") == "queue" || DESK.contains(&form.get("act")) => {
            Ok(Redirect::to(&done_on_queue(&done)).into_response())
        }
        // The call now concerns the new agent alone.
        Ok(_) if form.get("act") == "change_agent" => Ok(Redirect::to("/calls").into_response()),
        // A firm keeps the receipt of each act; an organ goes on with its work.
        Ok(done) if page.actor()?.may(Right::File) => {
            Ok(Redirect::to(&format!("/calls/{number}/receipts/{}", done.receipt_id)).into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("/calls/{number}")).into_response()),
        Err(Failure::Error(Error::Refused(fault))) => draw(&page, &found, &form, &[fault]).await,
        Err(Failure::Error(Error::Invalid(faults))) => draw(&page, &found, &form, &faults).await,
        Err(other) => Err(other),
    }
}

/// The page that asks once more, for an act that cannot be taken back and whose fields are all there.
async fn ask_whether_sure(page: &Page, found: &Call, form: &Form) -> Result<Option<Response>, Failure> {
    let sails = form.get("act") == "state_time" && form.get("event") == "departure" && form.get("kind") == "actual";
    let uncleared = sails && !found.call.unmet_for_sailing(page.app.office.now()).is_empty();
    if !FINAL.contains(&form.get("act")) && !uncleared || !sure::is_asked(form) {
        return Ok(None);
    }
    let forms = forms(page, page.actor()?, &found.call).await?;
    let whole = |of: &&Json| given::faults(page, &of["fields"], form).is_empty();
    let Some(of) = sent(&forms, form).map(|nth| &forms[nth]).filter(whole) else { return Ok(None) };
    let number = &found.call.number;
    let id = if uncleared { "sail" } else { of["id"].as_str().unwrap_or_default() };
    let title = of["id"].as_str().unwrap_or_default();
    let mut about = vec![say::text(&found.call.ship.name), json!(number)];
    if uncleared {
        let unmet = found.call.unmet_for_sailing(page.app.office.now());
        let profile = &page.app.office.profile;
        about.extend(unmet.iter().map(|code| say::text(&domain::ship_call::said_unmet(profile, code))));
    }
    let step = sure::Step {
        crumbs: json!([
            {"href": "/calls", "say": say::key("calls-title")},
            {"href": format!("/calls/{number}"), "say": number},
            {"href": format!("/calls/{number}/do"), "say": say::key("do-more")},
            {"say": say::key(&format!("act-title-{title}"))},
        ]),
        id,
        about: about.into(),
        fields: &of["fields"],
        action: &format!("/calls/{number}/acts"),
    };
    let mut layout = page.layout("calls");
    layout.path = format!("/calls/{number}/do");
    sure::draw(page, &layout, form, &step).map(Some)
}

/// Whoever puts off her own time on a page says why. Systems that pass on a time know no reason: there the statement is
/// kept, and the call's page says that the reason is missing.
fn delay_without_reason(page: &Page, found: &Call, form: &Form) -> Option<Fault> {
    let is_stated = form.get("act") == "state_time" && form.get("delay_reason").is_empty();
    let (kind, at) = (time_kind(form.get("kind"))?, moment(page, form.get("at"))?);
    let source = match &page.session.as_ref()?.actor.party {
        Party::Firm(_) => found.call.agent.as_str(),
        Party::Organ(organ) => organ,
        Party::Clock => return None,
    };
    let before = found.call.put_off(form.get("event"), kind, at, source).filter(|_| is_stated)?;
    let before = page.app.office.profile.zone.to_datetime(before.at.timestamp()).strftime("%Y-%m-%d %H:%M").to_string();
    Some(Fault::new(
        Severity::Error,
        given::DELAY,
        "/delay_reason",
        Text::new(
            format!("晚于您此前所报的 {before}，未说明延误原因。"),
            format!("This is later than {before}, which you stated before, and the reason of the delay is missing."),
        ),
        Text::new(
            "请从列表中选择延误原因；没有合适的，选择“Others”开头的一项。",
            "Choose the reason from the list; where none fits, one that begins with “Others”.",
        ),
    ))
}

/// Does what a form says, once all its fields can be read and no colleague has the matter.
async fn done(page: &Page, found: &Call, form: &Form, body: &Bytes) -> Result<Done, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let request = Request::new("act", form.key(), body, page.channel());
    let forms = forms(page, actor, &found.call).await?;
    let mut faults = sent(&forms, form).map(|nth| given::faults(page, &forms[nth]["fields"], form)).unwrap_or_default();
    faults.extend(delay_without_reason(page, found, form));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults).into());
    }
    if matches!(form.get("act"), "confirm_permit" | "redo_exit") && actor.may(Right::SeeQueue) {
        office.require_unclaimed(actor, found, &["permit"]).await?;
    }
    if form.get("act") == "ask" {
        return Ok(office.ask(actor, found.id, &asked(page, form)?, &request).await?);
    }
    let act = read(page, form, &actor.person).map_err(|fault| Error::Invalid(vec![fault]))?;
    Ok(office.do_act(actor, found.id, &act, &request).await?)
}

fn asked(page: &Page, form: &Form) -> Result<Asked, Failure> {
    Ok(Asked {
        formality: Formality::from_code(form.get("formality")).ok_or(Error::NotFound)?,
        items: form.get("items").lines().map(str::to_owned).collect(),
        due: match form.get("due").trim() {
            "" => None,
            due => Some(moment(page, due).ok_or_else(|| Error::Invalid(vec![missing("due")]))?),
        },
    })
}

fn read(page: &Page, form: &Form, recorder: &str) -> Result<Act, Fault> {
    let at = |name: &str| moment(page, form.get(name)).ok_or_else(|| missing(name));
    let number = |name: &str| form.get(name).parse::<u32>().map_err(|_| missing(name));
    let formality = || Formality::from_code(form.get("formality")).ok_or_else(|| missing("formality"));
    let lines = |name: &str| -> Vec<Words> {
        form.get(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| Text::new(line, line).into())
            .collect()
    };
    Ok(match form.get("act") {
        "take_in_charge" => Act::TakeInCharge { formality: formality()? },
        "decide" => Act::Decide {
            formality: formality()?,
            outcome: outcome(form.get("outcome")).ok_or_else(|| missing("outcome"))?,
            reason: Some(form.get("reason").to_owned()).filter(|reason| !reason.is_empty()),
            words: lines("words"),
            law: form.get("law").trim().to_owned(),
            mirror: mirror(page, form, recorder)?,
        },
        "suspend" => Act::Suspend { formality: formality()?, cause: form.get("cause").to_owned() },
        "resume" => Act::Resume { formality: formality()? },
        "place_hold" => Act::PlaceHold {
            kind: form.get("kind").to_owned(),
            ground: form.text("ground").into(),
            reference: form.get("reference").to_owned(),
        },
        "lift_hold" => Act::LiftHold { hold: number("hold")?, reference: form.get("reference").to_owned() },
        "order_boarding" => Act::OrderBoarding {
            phase: Phase::from_code(form.get("phase")).ok_or_else(|| missing("phase"))?,
            ground: form.get("ground").to_owned(),
            words: form.text("words").into(),
        },
        "finish_boarding" => Act::FinishBoarding { boarding: number("boarding")?, result: form.text("words").into() },
        "confirm_permit" => {
            Act::ConfirmPermit { number: form.get("number").to_owned(), consulted: form.all("consulted") }
        }
        "redo_exit" => Act::RedoExit { number: form.get("number").to_owned() },
        "state_time" => Act::StateTime {
            event: form.get("event").to_owned(),
            kind: time_kind(form.get("kind")).ok_or_else(|| missing("kind"))?,
            at: at("at")?,
            replies_to: form.get("replies_to").parse().ok(),
            delay_reason: Some(form.get("delay_reason").to_owned()).filter(|code| !code.is_empty()),
        },
        "plan_berth" => Act::PlanBerth {
            berth: form.get("berth").to_owned(),
            from: at("from")?,
            until: at("until")?,
            beside: form.all("beside"),
        },
        "grant_priority" => Act::GrantPriority {
            measure: form.get("measure").to_owned(),
            facts: super::preferring::facts(page, form)?,
            application: None,
            words: form.text("words").into(),
        },
        "end_priority" => {
            Act::EndPriority { priority: number("priority")?, words: form.text("words").into(), application: None }
        }
        "withdraw" => Act::Withdraw { formality: formality()?, reason: form.text("words").into() },
        "change_agent" => Act::ChangeAgent { agent: form.get("agent").trim().to_owned() },
        "acknowledge_distress" => Act::AcknowledgeDistress,
        "end_distress" => {
            Act::EndDistress { outcome: form.get("outcome").to_owned(), words: form.text("words").into() }
        }
        "note_departure" => {
            Act::NoteDeparture { in_error: form.get("in_error") == "yes", words: form.text("words").into() }
        }
        "report_distress" => Act::ReportDistress { report: form.text("words").into() },
        "end" => Act::End {
            diverted_to: Some(form.get("diverted_to").trim().to_owned()).filter(|port| !port.is_empty()),
            reason: form.text("words").into(),
        },
        _ => return Err(missing("act")),
    })
}

fn mirror(page: &Page, form: &Form, recorder: &str) -> Result<Option<Mirror>, Fault> {
    if form.get("source").trim().is_empty() {
        return Ok(None);
    }
    let number = form.get("source_number").trim();
    if number.is_empty() {
        return Err(missing("source_number"));
    }
    let decided_at = moment(page, form.get("source_at")).ok_or_else(|| missing("source_at"))?;
    Ok(Some(Mirror {
        source: form.get("source").trim().to_owned(),
        number: number.to_owned(),
        decided_at,
        recorder: recorder.to_owned(),
    }))
}

pub(super) fn outcome(code: &str) -> Option<ReviewState> {
    match code {
        "granted" => Some(ReviewState::Granted),
        "granted_with_conditions" => Some(ReviewState::GrantedWithConditions),
        "returned" => Some(ReviewState::Returned),
        "refused" => Some(ReviewState::Refused),
        _ => None,
    }
}

fn time_kind(code: &str) -> Option<TimeKind> {
    match code {
        "estimated" => Some(TimeKind::Estimated),
        "requested" => Some(TimeKind::Requested),
        "planned" => Some(TimeKind::Planned),
        "actual" => Some(TimeKind::Actual),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{forms::form, *};

    #[test]
    fn the_form_that_was_sent_is_found_among_others_of_its_kind() {
        let mut forms = vec![form("boarded", "finish_boarding", &json!([]), false); 2];
        for (nth, form) in forms.iter_mut().enumerate() {
            form["hidden"] =
                json!([{"name": "act", "value": "finish_boarding"}, {"name": "boarding", "value": nth + 1}]);
        }
        let pairs = [("act", "finish_boarding"), ("boarding", "2")];
        let given = Form { pairs: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec() };
        assert_eq!(sent(&forms, &given), Some(1));
        assert_eq!(sent(&forms, &Form { pairs: Vec::new() }), None);
    }
}
