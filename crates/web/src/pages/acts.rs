//! Acts on a call by form: times, berths, holds, boardings, permits, the end of a call.

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::Formality,
    profile::Profile,
    ship_call::{Act, Hold, Mirror, Party, Phase, ReviewState, ShipCall, TimeKind, Words},
};
use office::{Actor, Asked, Call, CompanyRecord, Done, Error, Request, Right};
use serde_json::{Value as Json, json};

use super::{
    given::{self, missing},
    queue::claim_view,
    ship_calls::moment,
    sure,
};
use crate::{
    page::{Failure, Form, Page},
    say,
};

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

/// Every form that the actor may send on this call.
async fn forms(page: &Page, actor: &Actor, call: &ShipCall) -> Result<Vec<Json>, Failure> {
    let profile = &page.app.office.profile;
    let mut forms = Vec::new();
    forms.extend(acknowledge_form(call, actor.unit()));
    if actor.may(Right::Decide) {
        // What the queue leads to comes before what may be done besides.
        forms.extend(permit_forms(&|organ| say::unit(profile, organ), call, actor.unit()));
    }
    if actor.may(Right::StateTimes) {
        let firms = page.app.office.firm_names(call, &[]).await?;
        forms.push(time_form(say::Names { profile, firms: &firms }, call));
    }
    if actor.may(Right::PlanBerths) {
        forms.push(berth_form(page, profile));
    }
    if actor.may(Right::Decide) {
        forms.push(hold_form(profile, actor.unit(), page.app.office.now()));
        forms.extend(lift_forms(profile, call, actor.unit()));
        forms.push(boarding_form(profile, actor.unit(), page.app.office.now()));
        forms.extend(open_boardings(call, actor.unit()));
    }
    if actor.may(Right::File) {
        forms.extend(withdraw_form(call));
        forms.extend(distress_form(call));
        let agents = page.app.office.agents(actor).await?;
        forms.push(change_agent_form(&agents, &call.agent));
        forms.push(end_form());
    }
    forms.retain(|form| !form.is_null());
    Ok(forms)
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

fn form(id: &str, act: &str, fields: &Json, stop: bool) -> Json {
    json!({"id": id, "title": say::key(&format!("act-title-{id}")), "button": say::key(&format!("act-do-{id}")), "stop": stop,
           "hidden": [{"name": "act", "value": act}], "fields": fields})
}

fn option(value: &str, label: &Json) -> Json {
    json!({"value": value, "label": label})
}

fn time_form(names: say::Names<'_>, call: &ShipCall) -> Json {
    let events: Vec<Json> = ["arrival", "pilot", "berth", "unberth", "departure", "left_last_port"]
        .iter()
        .map(|event| option(event, &say::key(&format!("event-{}", event.replace('_', "-")))))
        .collect();
    let kinds: Vec<Json> = ["estimated", "requested", "planned", "actual"]
        .iter()
        .map(|kind| option(kind, &say::key(&format!("time-{kind}"))))
        .collect();
    let delays: Vec<Json> = domain::reference::delay_reasons()
        .map(|reason| {
            option(
                reason.code,
                &json!({"key": "time-reason-choice", "code": reason.code, "name": say::delay_reason(&reason)}),
            )
        })
        .collect();
    let stated: Vec<Json> = call
        .times
        .iter()
        .rev()
        .map(|time| {
            let event = say::key(&format!("event-{}", time.event.replace('_', "-")));
            let kind = say::key(&format!("time-{}", time.kind.code()));
            let by = json!({"key": "time-by", "who": names.unit(&time.source), "at": {"at": time.at.0}});
            option(&time.id.to_string(), &json!([event, kind, by]))
        })
        .collect();
    let fields = json!([
        {"name": "event", "kind": "choice", "label": say::key("call-times-event"), "options": events, "required": true},
        {"name": "kind", "kind": "choice", "label": say::key("act-time-kind"), "options": kinds, "required": true},
        {"name": "at", "kind": "instant", "label": say::key("act-time-at"), "required": true},
        {"name": "replies_to", "kind": "choice", "label": say::key("act-time-replies"), "options": stated},
        {"name": "delay_reason", "kind": "choice", "label": say::key("act-time-delay"),
         "hint": say::key("act-time-delay-hint"), "options": delays},
    ]);
    form("time", "state_time", &fields, false)
}

fn berth_form(page: &Page, profile: &Profile) -> Json {
    let today = page.app.office.now().date(&profile.zone);
    let berths: Vec<Json> = profile
        .berths
        .iter()
        .map(|berth| {
            let open = berth.open_to_foreign.is_some_and(|since| since <= today);
            let name = say::text(&berth.name);
            option(&berth.code, &if open { name } else { json!([name, say::key("act-berth-closed")]) })
        })
        .collect();
    let fields = json!([
        {"name": "berth", "kind": "choice", "label": say::key("board-berth"), "options": berths, "required": true},
        {"name": "from", "kind": "instant", "label": say::key("board-from"), "required": true},
        {"name": "until", "kind": "instant", "label": say::key("board-to"), "required": true},
    ]);
    form("berth", "plan_berth", &fields, false)
}

/// The calls beside which a ship would lie, to be ticked by a planner who means it.
async fn beside_field(page: &Page, found: &Call, given: &Form) -> Result<Json, Failure> {
    let at = |name: &str| moment(page, given.get(name)).unwrap_or_default();
    let times = (at("from"), at("until"));
    let office = &page.app.office;
    let beside = office.beside_at_berth(page.actor()?, found.id, given.get("berth"), times).await?;
    let options: Vec<Json> = beside
        .iter()
        .map(|of| {
            let times = json!({"key": "entry-berth-times", "from": {"at": of.from.0}, "until": {"at": of.until.0}});
            option(&of.number, &json!([say::text(&of.ship), of.number, times]))
        })
        .collect();
    Ok(
        json!({"name": "beside", "kind": "checkboxes", "label": say::key("act-beside"), "hint": say::key("act-beside-hint"),
              "options": options}),
    )
}

/// The rows of a table that an organ may use, as choices.
fn listed(profile: &Profile, (table, input, organ_input): (&str, &str, &str), organ: &str, now: Instant) -> Vec<Json> {
    profile
        .codes(table, input)
        .iter()
        .filter_map(|code| {
            let inputs = Value::from([(input, code.as_str().into()), (organ_input, organ.into())]);
            let hit = profile.hit(table, now, &inputs)?;
            Some(option(code, &say::text(&hit.reason())))
        })
        .collect()
}

fn hold_form(profile: &Profile, organ: &str, now: Instant) -> Json {
    let mut kinds = listed(profile, ("holds", "hold", "issuer"), organ, now);
    let authorities = absent(profile).filter(|_| records_for_others(profile, organ));
    kinds.extend(authorities.flat_map(|code| listed(profile, ("holds", "hold", "issuer"), code, now)));
    if kinds.is_empty() {
        return json!(null);
    }
    let others = records_for_others(profile, organ);
    let reference = if others { "act-reference-order" } else { "act-reference" };
    let fields = json!([
        {"name": "kind", "kind": "choice", "label": say::key("act-hold-kind"), "options": kinds, "required": true},
        {"name": "ground", "kind": "textarea", "lines": 3, "label": say::key("decide-ground"), "required": true},
        {"name": "reference", "kind": "text", "label": say::key(reference), "required": others},
    ]);
    form("hold", "place_hold", &fields, true)
}

/// Authorities without a desk here.
fn absent(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.organs.iter().filter(|organ| organ.kind == "authority").map(|organ| organ.code.as_str())
}

/// The port office records what authorities without a desk have ordered.
fn records_for_others(profile: &Profile, organ: &str) -> bool {
    profile.organ(organ).is_some_and(|of| of.kind == "office")
}

/// True when an organ may lift a hold, or record that it was lifted.
pub fn may_lift(profile: &Profile, hold: &Hold, organ: &str) -> bool {
    let records = records_for_others(profile, organ) && absent(profile).any(|code| code == hold.lifted_by);
    hold.lifted_at.is_none() && (hold.lifted_by == organ || records)
}

/// A hold is lifted by the number of what lifts it.
fn lift_forms(profile: &Profile, call: &ShipCall, organ: &str) -> Vec<Json> {
    let mine = call.holds.iter().filter(|hold| may_lift(profile, hold, organ));
    mine.map(|hold| {
        let fields = json!([
            {"name": "reference", "kind": "text", "label": say::key("act-reference-order"), "required": true},
        ]);
        let mut form = form("lift", "lift_hold", &fields, false);
        form["intro"] = json!([say::words(&hold.ground), hold.reference, say::law(profile, &hold.law)]);
        form["hidden"] = json!([{"name": "act", "value": "lift_hold"}, {"name": "hold", "value": hold.id}]);
        form
    })
    .collect()
}

fn boarding_form(profile: &Profile, organ: &str, now: Instant) -> Json {
    let grounds = listed(profile, ("boarding-grounds", "ground", "organ"), organ, now);
    if grounds.is_empty() {
        return json!(null);
    }
    let phases = json!([option("entry", &say::key("phase-entry")), option("exit", &say::key("phase-exit"))]);
    let fields = json!([
        {"name": "phase", "kind": "choice", "label": say::key("decide-phase"), "options": phases, "required": true},
        {"name": "ground", "kind": "choice", "label": say::key("decide-ground"), "options": grounds, "required": true},
        {"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-boarding-words")},
    ]);
    form("board", "order_boarding", &fields, false)
}

fn open_boardings(call: &ShipCall, organ: &str) -> Vec<Json> {
    call.boardings
        .iter()
        .filter(|boarding| boarding.organ == organ && boarding.finished_at.is_none())
        .map(|boarding| {
            let fields = json!([{"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-boarding-result"), "required": true}]);
            let mut form = form("boarded", "finish_boarding", &fields, false);
            form["hidden"] = json!([{"name": "act", "value": "finish_boarding"}, {"name": "boarding", "value": boarding.id}]);
            form
        })
        .collect()
}

/// Maritime safety decides whether the formalities are done again (Decree 175 art. 13). Whom it consulted, the officer
/// says: the form ticks nobody.
fn permit_forms(name: &dyn Fn(&str) -> Json, call: &ShipCall, organ: &str) -> Vec<Json> {
    let due = call.departure_permit().filter(|permit| permit.organ == organ && permit.reexamination.is_some());
    due.into_iter()
        .flat_map(|permit| {
            let signers =
                call.requirement(Formality::ExitFormalities).map(|due| due.organs.clone()).unwrap_or_default();
            let others: Vec<Json> =
                signers.iter().filter(|signer| *signer != organ).map(|signer| option(signer, &name(signer))).collect();
            let fields = json!([{"name": "consulted", "kind": "checkboxes", "label": say::key("act-consulted"),
                             "hint": say::key("act-consulted-hint"), "options": others}]);
            let number = json!({"name": "number", "value": permit.number});
            let mut confirm = form("confirm", "confirm_permit", &fields, false);
            confirm["intro"] = permit.reexamination.as_ref().map_or(json!(null), |(since, cause)| {
                json!([{"key": "entry-reexamination", "number": permit.number}, say::cause(cause), {"at": since.0}])
            });
            confirm["hidden"] = json!([{"name": "act", "value": "confirm_permit"}, number]);
            let mut redo = form("redo", "redo_exit", &json!([]), true);
            redo["hidden"] = json!([{"name": "act", "value": "redo_exit"}, number]);
            [confirm, redo]
        })
        .collect()
}

/// A distress is reported once; it tells everybody at once.
fn distress_form(call: &ShipCall) -> Option<Json> {
    let fields = json!([{"name": "words", "kind": "textarea", "lines": 3, "label": say::key("act-distress-words"), "required": true}]);
    call.distress.is_none().then(|| form("distress", "report_distress", &fields, true))
}

fn withdraw_form(call: &ShipCall) -> Option<Json> {
    let filed: Vec<Json> = call
        .filings
        .iter()
        .filter(|(_, filing)| filing.standing().is_some())
        .map(|(formality, _)| option(formality.code(), &say::formality(*formality)))
        .collect();
    if filed.is_empty() {
        return None;
    }
    let fields = json!([
        {"name": "formality", "kind": "choice", "label": say::key("call-due-formality"), "options": filed, "required": true},
        {"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-why"), "required": true},
    ]);
    Some(form("withdraw", "withdraw", &fields, true))
}

/// Who was told of a distress says that they know.
fn acknowledge_form(call: &ShipCall, organ: &str) -> Option<Json> {
    let told = call.distress.as_ref()?.told.iter().any(|told| told == organ);
    if !told || call.acknowledged.contains_key(organ) {
        return None;
    }
    let distress = call.distress.as_ref()?;
    let mut form = form("acknowledge", "acknowledge_distress", &json!([]), false);
    form["intro"] =
        json!({"key": "act-distress-said", "at": {"at": distress.at.0}, "report": say::words(&distress.report)});
    Some(form)
}

/// Another agent of the port's records; one that is not there could never take the call over.
fn change_agent_form(agents: &[CompanyRecord], now: &str) -> Json {
    let others = agents.iter().filter(|agent| agent.code != now);
    let options: Vec<Json> = others.map(|agent| option(&agent.code, &say::text(&agent.name))).collect();
    let fields = json!([{"name": "agent", "kind": "choice", "label": say::key("act-new-agent"), "options": options, "required": true}]);
    form("agent", "change_agent", &fields, true)
}

fn end_form() -> Json {
    let fields = json!([
        {"name": "diverted_to", "kind": "locode", "label": say::key("act-diverted-to"), "width": "mid"},
        {"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-why"), "required": true},
    ]);
    form("end", "end", &fields, true)
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
        Ok(_) if form.get("then") == "queue" => Ok(Redirect::to("/queue").into_response()),
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
    if !FINAL.contains(&form.get("act")) || !sure::is_asked(form) {
        return Ok(None);
    }
    let forms = forms(page, page.actor()?, &found.call).await?;
    let whole = |of: &&Json| given::faults(page, &of["fields"], form).is_empty();
    let Some(of) = sent(&forms, form).map(|nth| &forms[nth]).filter(whole) else { return Ok(None) };
    let number = &found.call.number;
    let id = of["id"].as_str().unwrap_or_default();
    let step = sure::Step {
        crumbs: json!([
            {"href": "/calls", "say": say::key("calls-title")},
            {"href": format!("/calls/{number}"), "say": number},
            {"href": format!("/calls/{number}/do"), "say": say::key("do-more")},
            {"say": say::key(&format!("act-title-{id}"))},
        ]),
        id,
        about: json!([say::text(&found.call.ship.name), number]),
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
    let request = Request::new("act", form.key(), body, "page");
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
        "withdraw" => Act::Withdraw { formality: formality()?, reason: form.text("words").into() },
        "change_agent" => Act::ChangeAgent { agent: form.get("agent").trim().to_owned() },
        "acknowledge_distress" => Act::AcknowledgeDistress,
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
    use domain::ship_call::{Permit, Requirement};

    use super::*;

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

    #[test]
    fn nobody_is_consulted_unless_the_officer_says_so() {
        let permit = Permit {
            kind: "departure".to_owned(),
            number: "2026-DAL-000001-D1".to_owned(),
            organ: "msa".to_owned(),
            at: Instant(0),
            from: None,
            until: Instant(1),
            conditions: Vec::new(),
            reexamination: Some((Instant(1), "not_sailed".to_owned())),
            law: String::new(),
            mirror: None,
        };
        let due = Requirement {
            formality: Formality::ExitFormalities,
            phase: Phase::Exit,
            organs: ["msa", "customs", "border"].map(str::to_owned).to_vec(),
            due: None,
            opens: None,
            basis: std::sync::Arc::default(),
        };
        let call = ShipCall { permits: vec![permit], requirements: vec![due], ..ShipCall::default() };
        let forms = permit_forms(&|organ| json!(organ), &call, "msa");
        assert!(
            forms[0]["hidden"].as_array().is_some_and(|pairs| pairs.iter().all(|pair| pair["name"] != "consulted"))
        );
        let field = &forms[0]["fields"][0];
        let organs: Vec<&str> =
            field["options"].as_array().into_iter().flatten().filter_map(|of| of["value"].as_str()).collect();
        assert_eq!((organs, &field["value"]), (vec!["customs", "border"], &Json::Null));
    }
}
