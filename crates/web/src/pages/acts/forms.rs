//! The forms of the acts on a call: which of them a reader may send, with what fields.

use domain::{
    Instant, Value,
    formality::Formality,
    measure::Measure,
    priority,
    profile::Profile,
    ship_call::{Preference, ShipCall, Status},
};
use office::{Actor, Call, CompanyRecord, Right};
use serde_json::{Value as Json, json};

use crate::{
    page::{Failure, Form, Page},
    pages::{given::moment, measures::fields_of},
    say,
};

/// Every form that the actor may send on this call.
pub(super) async fn forms(page: &Page, actor: &Actor, call: &ShipCall) -> Result<Vec<Json>, Failure> {
    let profile = &page.app.office.profile;
    let mut forms = Vec::new();
    forms.extend(acknowledge_form(call, actor.unit()));
    forms.extend(over_form(profile, call, actor.unit(), page.app.office.now()));
    forms.extend(sailed_form(profile, call, actor.unit(), page.app.office.now()));
    if call.status() == Status::SailedUncleared {
        forms.retain(|form| !form.is_null());
        return Ok(forms);
    }
    if actor.may(Right::Decide) {
        // What the queue leads to comes before what may be done besides.
        forms.extend(permit_forms(&|organ| say::unit(profile, organ), call, actor.unit()));
    }
    if actor.may(Right::StateTimes) {
        let firms = page.app.office.firm_names(call, &[]).await?;
        forms.push(time_form(say::Names { profile, firms: &firms }, call));
    }
    if actor.may(Right::PlanBerths) {
        forms.push(berth_form(page, profile, call));
    }
    if actor.may(Right::Decide) {
        forms.push(hold_form(profile, actor.unit(), page.app.office.now()));
        forms.extend(lift_forms(profile, call, actor.unit()));
        forms.push(boarding_form(profile, actor.unit(), page.app.office.now()));
        forms.extend(priority_forms(profile, call, actor.unit(), page.app.office.now()));
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

pub(super) fn form(id: &str, act: &str, fields: &Json, stop: bool) -> Json {
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

/// A plan of a berth, filled with what the ship asked for.
fn berth_form(page: &Page, profile: &Profile, call: &ShipCall) -> Json {
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
    let asked = |fact: &str| call.facts.get(fact).and_then(Value::text).unwrap_or_default();
    let typed = |fact: &str| {
        Instant::parse(asked(fact)).map(|at| {
            let local = profile.zone.to_datetime(at.timestamp());
            local.strftime("%Y-%m-%dT%H:%M").to_string()
        })
    };
    let fields = json!([
        {"name": "berth", "kind": "choice", "label": say::key("board-berth"), "options": berths, "required": true, "value": asked("berth")},
        {"name": "from", "kind": "instant", "label": say::key("board-from"), "required": true, "value": typed("berth_from")},
        {"name": "until", "kind": "instant", "label": say::key("board-to"), "required": true, "value": typed("berth_until")},
    ]);
    form("berth", "plan_berth", &fields, false)
}

/// Each measure by which an organ puts a call first of its own accord, and each priority that it gave.
fn priority_forms(profile: &Profile, call: &ShipCall, organ: &str, now: Instant) -> Vec<Json> {
    let words =
        json!({"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-why"), "required": true});
    let on = call.expected("arrival").unwrap_or(now).date(&profile.zone);
    let gives = |measure: &&Measure| priority::grants(profile, measure, priority::of::CALL, organ, on);
    let grant = profile.register.measures.iter().filter(gives).map(|measure| {
        let mut fields = fields_of(profile, measure, &Form::default(), &Default::default(), &[]);
        fields.push(words.clone());
        let mut form = form("priority", "grant_priority", &json!(fields), false);
        form["intro"] = json!([say::text(&measure.title), say::law(profile, &measure.law)]);
        form["hidden"] =
            json!([{"name": "act", "value": "grant_priority"}, {"name": "measure", "value": measure.code}]);
        form
    });
    let own =
        |of: &&Preference| of.ended.is_none() && of.priority.application.is_none() && of.priority.approver == organ;
    let ends = call.preferences.iter().filter(own).map(|of| {
        let mut form = form("priority-end", "end_priority", &json!([words]), true);
        form["intro"] = json!([say::text(&priority::said(profile, &of.priority.class, of.at)), {"at": of.at.0}]);
        form["hidden"] = json!([{"name": "act", "value": "end_priority"}, {"name": "priority", "value": of.id}]);
        form
    });
    grant.chain(ends).collect()
}

/// The calls beside which a ship would lie, to be ticked by a planner who means it.
pub(super) async fn beside_field(page: &Page, found: &Call, given: &Form) -> Result<Json, Failure> {
    let at = |name: &str| moment(page, given.get(name)).unwrap_or_default();
    let times = (at("from"), at("until"));
    let office = &page.app.office;
    let mut beside = office.beside_at_berth(page.actor()?, found.id, given.get("berth"), times).await?;
    beside.extend(office.first_at_berth(page.actor()?, found.id, given.get("berth"), times).await?);
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

/// A hold is lifted by the number of what lifts it.
fn lift_forms(profile: &Profile, call: &ShipCall, organ: &str) -> Vec<Json> {
    let mine = call.holds.iter().filter(|hold| hold.may_be_lifted_by(organ, profile));
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

/// Who leads the rescue says that the distress is over: the rows of the table that the organ has.
fn over_form(profile: &Profile, call: &ShipCall, organ: &str, now: Instant) -> Option<Json> {
    let distress = call.distress.as_ref().filter(|distress| distress.end.is_none())?;
    let mut ways = listed(profile, ("distress-ends", "outcome", "organ"), organ, now);
    let enters = |way: &Json| {
        let inputs =
            Value::from([("outcome", way["value"].as_str().unwrap_or_default().into()), ("organ", organ.into())]);
        profile.hit("distress-ends", now, &inputs).is_some_and(|row| row.is_true("enters"))
    };
    // That she came in is said of a ship whose arrival is known.
    ways.retain(|way| call.actual("arrival").is_some() || !enters(way));
    if ways.is_empty() {
        return None;
    }
    let fields = json!([
        {"name": "outcome", "kind": "radios", "label": say::key("act-over-how"), "hint": say::key("act-over-hint"), "options": ways, "required": true},
        {"name": "words", "kind": "textarea", "lines": 3, "label": say::key("act-over-words"), "required": true},
    ]);
    let mut form = form("over", "end_distress", &fields, false);
    form["intro"] =
        json!({"key": "act-distress-said", "at": {"at": distress.at.0}, "report": say::words(&distress.report)});
    Some(form)
}

/// What an organ that was told says of a departure without clearance; who issues departure permits also that she has not
/// sailed.
fn sailed_form(profile: &Profile, call: &ShipCall, organ: &str, now: Instant) -> Option<Json> {
    let uncleared = call.uncleared.as_ref()?;
    let issues = profile.permit_kinds(organ, now).iter().any(|kind| kind == "departure");
    let told = uncleared.told.iter().any(|told| told == organ);
    let noted = uncleared.noted.contains_key(organ);
    if !told || noted && !issues {
        return None;
    }
    let ways = [("no", "act-sailed-noted", !noted), ("yes", "act-sailed-error", issues)];
    let ways: Vec<Json> =
        ways.iter().filter(|(.., may)| *may).map(|(value, word, _)| option(value, &say::key(word))).collect();
    let fields = json!([
        {"name": "in_error", "kind": "radios", "label": say::key("act-sailed-what"), "options": ways, "required": true},
        {"name": "words", "kind": "textarea", "lines": 3, "label": say::key("act-sailed-words"), "required": true},
    ]);
    let mut form = form("sailed", "note_departure", &fields, false);
    form["intro"] =
        uncleared.unmet.iter().map(|code| say::text(&domain::ship_call::said_unmet(profile, code))).collect();
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

#[cfg(test)]
mod tests {
    use domain::ship_call::{Permit, Phase, Requirement};

    use super::*;

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
