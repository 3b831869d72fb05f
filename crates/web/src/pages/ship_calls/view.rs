//! What the pages of a call show.

use std::collections::BTreeMap;

use domain::{
    formality::Formality,
    ship_call::{Entry, Holder, Phase, Record, Requirement, ShipCall, StepState, TimeKind, TimeStatement},
};
use office::{Actor, CallLine, Right};
use serde_json::{Value, json};

use super::lanes;
use crate::{
    page::Page,
    say::{self, Names},
};

/// The ship's name of a list's row in a language.
pub fn ship_name(row: &store::MatterRow, language: &str) -> String {
    let (zh, en) = row.title.split_once('\u{1f}').unwrap_or((&row.title, &row.title));
    let chosen = if language == "zh" { zh } else { en };
    if chosen.is_empty() { format!("{zh}{en}") } else { chosen.to_owned() }
}

/// A line of a list.
pub fn line(page: &Page, line: &CallLine) -> Value {
    let row = &line.row;
    let holder = say::unit(&page.app.office.profile, &row.holder);
    let holding = match row.due_at {
        Some(due) if due < page.app.office.now().0 => {
            json!([holder, {"key": "time-overdue", "span": {"for": page.app.office.now().0 - due}}])
        }
        _ => holder,
    };
    json!({
        "href": format!("/calls/{}", row.number),
        "ship": ship_name(row, &page.lang),
        "imo": row.subject_key,
        "number": row.number,
        "arrives": row.starts_at,
        "state": say::status(&row.state),
        "holding": holding,
    })
}

/// Values that forms offer while somebody types.
pub fn lists() -> Value {
    let places: Vec<Value> = domain::reference::search_places("CN", 40)
        .into_iter()
        .map(|place| json!({"value": place.code, "label": place.name}))
        .collect();
    json!({"locode": places})
}

/// The same, with countries by their three letters: for forms that ask for one.
pub fn lists_with_countries() -> Value {
    let countries =
        domain::reference::countries().map(|of| json!({"value": of.alpha3, "label": {"zh": of.zh, "en": of.en}}));
    let mut lists = lists();
    lists["country"] = countries.collect();
    lists
}

/// The page of a call.
pub fn call(
    page: &Page,
    actor: &Actor,
    call: &ShipCall,
    names: Names<'_>,
    journal: &[(Record, String)],
    notices: Vec<Value>,
) -> Value {
    let profile = names.profile;
    let now = page.app.office.now();
    let port = call.facts.get("last_port").and_then(domain::Value::text).unwrap_or("");
    let heading = if port.is_empty() {
        say::text(&call.ship.name)
    } else {
        json!({"key": "call-arriving", "ship": say::text(&call.ship.name), "port": say::place_name(port)})
    };
    json!({
        "heading": heading,
        "number": call.number,
        "state": say::status(call.status().code()),
        "facts": facts(page, call),
        "actions": actions(page, actor, call),
        "distress": distress(profile, actor, call),
        "notices": notices,
        "holding": holding(page, actor, call),
        "holds": holds(profile, actor, call),
        "lanes": lanes::lanes(profile, call, journal.iter().map(|(record, _)| record), now),
        "questions": questions(page, call),
        "due": call.requirements.iter().map(|due| requirement(page, actor, call, due)).collect::<Vec<_>>(),
        "times": times(names, call),
        "journal": timeline(names, call, journal),
    })
}

/// The newest entries, each act with the receipt that covers it.
fn timeline(names: Names<'_>, call: &ShipCall, journal: &[(Record, String)]) -> Vec<Value> {
    let told = journal.iter().rev().filter(|(record, _)| !matches!(record.entry, Entry::Assessed { .. })).take(40);
    told.map(|(record, receipt)| {
        let (said, small) = say::entry(names, record);
        let receipt = format!("/calls/{}/receipts/{receipt}", call.number);
        json!({"at": record.at.0, "say": said, "small": small, "receipt": receipt})
    })
    .collect()
}

/// What stands above everything of a call in distress, until she has sailed: what happened, who was told and who knows.
fn distress(profile: &domain::profile::Profile, actor: &Actor, call: &ShipCall) -> Value {
    let open = !call.status().is_over();
    let Some(distress) = call.distress.as_ref().filter(|_| open) else { return Value::Null };
    let told: Vec<Value> = distress
        .told
        .iter()
        .map(|organ| {
            let known = call.acknowledged.get(organ);
            let state = match known {
                Some(_) => say::tag("ok", &say::key("distress-known")),
                None => say::tag("stop", &say::key("distress-unknown")),
            };
            json!({"who": say::unit(profile, organ), "state": state, "at": known.map(|at| at.0)})
        })
        .collect();
    let mine = call.unacknowledged().any(|organ| organ == actor.unit());
    let ends = distress.end.is_none() && distress.ended_by.iter().any(|organ| organ == actor.unit());
    let (title, tag) = match &distress.end {
        None if call.is_in_port() => ("call-distress-in-port", ("stop", "distress-tag")),
        None => ("call-distress", ("stop", "distress-tag")),
        Some(end) if end.enters => ("call-distress-entered", ("none", "distress-tag-over")),
        Some(_) => ("call-distress-over", ("none", "distress-tag-over")),
    };
    let ended = distress.end.as_ref().map(|end| {
        json!({
            "at": end.at.0,
            "who": say::unit(profile, &end.organ),
            "how": say::distress_end(profile, end),
            "words": say::words(&end.words),
        })
    });
    json!({
        "title": say::key(title),
        "tag": say::tag(tag.0, &say::key(tag.1)),
        "ended": ended,
        "at": distress.at.0,
        "report": say::words(&distress.report),
        "law": say::law(profile, &distress.law),
        "told": told,
        "action": match (mine, ends) {
            (true, _) => json!({
                "href": format!("/calls/{}/do#acknowledge", call.number), "say": say::key("act-do-acknowledge"), "stop": true,
            }),
            (false, true) => json!({
                "href": format!("/calls/{}/do#over", call.number), "say": say::key("act-do-over"), "quiet": true,
            }),
            _ => Value::Null,
        },
    })
}

fn facts(page: &Page, call: &ShipCall) -> Vec<Value> {
    let mut facts = vec![
        json!(call.number),
        json!(format!("IMO {}", call.ship.imo)),
        json!(domain::reference::country(&call.ship.flag).map_or(call.ship.flag.clone(), |country| {
            if page.lang == "zh" && !country.zh.is_empty() { country.zh.to_owned() } else { country.en.to_owned() }
        })),
    ];
    if call.ship_record > 0 {
        facts.push(json!({"key": "call-ship-record", "n": call.ship_record}));
    }
    if let Some(plan) = call.berths.last() {
        facts.push(say::berth(&page.app.office.profile, &plan.berth));
    }
    if let Some(at) = call.expected("arrival") {
        facts.push(json!({"key": "call-eta", "at": {"at": at.0}}));
    }
    if let Some(at) = call.expected("departure") {
        facts.push(json!({"key": "call-etd", "at": {"at": at.0}}));
    }
    facts
}

fn actions(page: &Page, actor: &Actor, call: &ShipCall) -> Vec<Value> {
    let mut list = Vec::new();
    if let Some(permit) = call.permits.last() {
        list.push(
            json!({"href": format!("/calls/{}/permits/{}", call.number, permit.number), "say": say::key("do-permit")}),
        );
    }
    if actor.may(Right::File) {
        list.push(
            json!({"href": format!("/report?call={}", call.number), "say": say::key("problem-stuck"), "quiet": true}),
        );
        if !call.status().is_over() {
            list.push(
                json!({"href": format!("/calls/{}/upload", call.number), "say": say::key("do-upload"), "quiet": true}),
            );
        }
        list.push(
            json!({"href": format!("/calls/new?from={}", call.number), "say": say::key("do-copy"), "quiet": true}),
        );
    }
    list.push(
        json!({"href": format!("/crew-cases?call={}", call.number), "say": say::key("crew-title"), "quiet": true}),
    );
    if page.app.office.may_precheck(actor) {
        let href = format!("/calls/{}/precheck", call.number);
        list.push(json!({"href": href, "say": say::key("precheck-title"), "quiet": true}));
    }
    if actor.may(Right::SeeBills) {
        list.push(
            json!({"href": format!("/calls/{}/bill", call.number), "say": say::key("charges-bill"), "quiet": true}),
        );
    }
    list.push(json!({"href": format!("/calls/{}/do", call.number), "say": say::key("do-more"), "quiet": true}));
    list
}

fn holding(page: &Page, actor: &Actor, call: &ShipCall) -> Value {
    let profile = &page.app.office.profile;
    let line = call.holding();
    let mine = match &line.holder {
        Holder::Agent => actor.may(Right::File),
        Holder::Organ(organ) => actor.unit() == organ,
        Holder::Nobody => false,
    };
    let overdue = line.until.is_some_and(|until| until < page.app.office.now());
    let tone = match (line.what.as_str(), overdue) {
        ("done" | "sail", _) => "ok",
        ("distress" | "distress_open" | "hold" | "refused" | "reexamine" | "sailed_uncleared", _) | (_, true) => "stop",
        _ => "wait",
    };
    let who = if mine { say::key("who-you") } else { say::unit(profile, line.holder.code()) };
    let action = match (line.what.as_str(), line.formality, mine) {
        ("answer" | "close_question", _, true) => {
            Some((format!("/calls/{}/questions/{}", call.number, line.id.unwrap_or(1)), "do-answer"))
        }
        ("file" | "returned" | "refused", Some(formality), true) => {
            Some((format!("/calls/{}/{}/edit", call.number, formality.code()), "do-file"))
        }
        ("review", Some(formality), true) => {
            Some((format!("/calls/{}/{}/decide", call.number, formality.code()), "do-decide"))
        }
        ("reexamine", _, true) => Some((format!("/calls/{}/do", call.number), "do-decide")),
        ("distress_open", _, true) => Some((format!("/calls/{}/do#over", call.number), "act-do-over")),
        ("distress_over", _, true) => Some((format!("/calls/{}/do#end", call.number), "act-title-end")),
        ("sailed_uncleared", _, true) => Some((format!("/calls/{}/do#sailed", call.number), "do-note")),
        ("distress", _, true) => Some((format!("/calls/{}/do#acknowledge", call.number), "act-do-acknowledge")),
        _ => None,
    };
    let small = if call.actual("arrival").is_some() && !call.may_be_boarded() {
        Some(say::key("call-boarding-rule"))
    } else {
        None
    };
    json!({
        "tone": tone,
        "who": say::tag(tone, &who),
        "say": say::holding(profile, &line),
        "since": line.since.map(|at| at.0),
        "until": line.until.map(|at| at.0),
        "small": small,
        "actions": action.map(|(href, word)| json!([{"href": href, "say": say::key(word)}])),
    })
}

fn holds(profile: &domain::profile::Profile, actor: &Actor, call: &ShipCall) -> Vec<Value> {
    call.holds
        .iter()
        .filter(|hold| hold.lifted_at.is_none())
        .map(|hold| {
            let mine = actor.may(Right::Decide) && hold.may_be_lifted_by(actor.unit(), profile);
            json!({
                "say": [say::words(&hold.ground), hold.reference, say::law(profile, &hold.law)],
                "issuer": say::unit(profile, &hold.issuer),
                "since": hold.at.0,
                "lifted_by": say::unit(profile, &hold.lifted_by),
                "action": mine.then(|| json!({
                    "href": format!("/calls/{}/do#lift", call.number), "say": say::key("do-lift"), "small": true,
                })),
            })
        })
        .collect()
}

fn questions(page: &Page, call: &ShipCall) -> Vec<Value> {
    call.questions
        .iter()
        .map(|question| {
            let waits = question.unanswered() > 0;
            let late = question.due.filter(|due| waits && *due < page.app.office.now());
            let state = match (question.is_open(), question.unanswered()) {
                (true, 1..) if late.is_some() => {
                    let span = json!({"for": page.app.office.now().0 - late.unwrap_or_default().0});
                    say::tag("stop", &json!({"key": "time-overdue", "span": span}))
                }
                (false, _) => say::tag("ok", &say::key("question-closed")),
                (true, 0) => say::tag("none", &say::key("question-answered")),
                (true, left) => say::tag("wait", &json!({"key": "question-left", "n": left})),
            };
            json!({
                "href": format!("/calls/{}/questions/{}", call.number, question.id),
                "say": [say::formality(question.formality), json!({"key": "question-items", "n": question.items.len()})],
                "organ": say::unit(&page.app.office.profile, &question.organ),
                "until": question.due.filter(|_| waits).map(|at| at.0),
                "late": late.is_some(),
                "state": state,
            })
        })
        .collect()
}

fn requirement(page: &Page, actor: &Actor, call: &ShipCall, due: &Requirement) -> Value {
    let state = call.step_state(due);
    let open = matches!(state, StepState::NotFiled | StepState::Returned);
    // What may be asked for, and need not, is late at no moment.
    let until = call.filing_due(due).filter(|_| !due.is_optional());
    let overdue = open && until.is_some_and(|at| at < page.app.office.now());
    let profile = &page.app.office.profile;
    let mut reason = vec![
        say::key(match due.phase {
            Phase::Entry => "phase-entry",
            Phase::Exit => "phase-exit",
        }),
        say::text(&due.basis.reason),
        say::law(profile, &due.basis.law),
    ];
    let of_it = |clock: &str| clock.split(':').nth(1) == Some(due.formality.code());
    reason.extend(call.moved.iter().filter(|of| of_it(&of.clock)).map(|of| say::moved(profile, of)));
    let code = due.formality.code();
    let href = match (actor.may(Right::File), state) {
        (true, StepState::NotFiled | StepState::Returned | StepState::Refused) => {
            Some(format!("/calls/{}/{code}/edit", call.number))
        }
        (_, StepState::NotFiled) => None,
        _ => Some(format!("/calls/{}/{code}", call.number)),
    };
    json!({
        "overdue": overdue,
        "href": href,
        "name": say::formality(due.formality),
        "small": short(page, due.formality),
        "reason": reason,
        "organs": say::units(&page.app.office.profile, &due.organs),
        "until": until.map(|at| at.0),
        "open": open,
        "state": if overdue { say::tag("stop", &say::step_state(state)["say"]) } else { say::step_state(state) },
    })
}

/// How the trade calls it, where that is another name in the reader's language.
fn short(page: &Page, formality: Formality) -> Value {
    let spec = formality.spec();
    match (page.lang.as_str(), spec.short.is_ascii()) {
        ("zh", _) if !spec.zh.contains(spec.short) => json!(format!("（{}）", spec.short)),
        ("en", true) => json!(format!("({})", spec.short)),
        _ => json!(null),
    }
}

/// By kind, what each source stated last.
type Stated<'a> = BTreeMap<TimeKind, Vec<&'a TimeStatement>>;

fn times(names: Names<'_>, call: &ShipCall) -> Vec<Value> {
    let mut events: BTreeMap<&str, Stated<'_>> = BTreeMap::new();
    for time in &call.times {
        let of = events.entry(time.event.as_str()).or_default().entry(time.kind).or_default();
        of.retain(|earlier| earlier.source != time.source);
        of.push(time);
    }
    let order = ["left_last_port", "pilot", "arrival", "berth", "unberth", "departure"];
    order
        .into_iter()
        .filter_map(|event| Some((event, events.get(event)?)))
        .map(|(event, kinds)| {
            let last = |kind: TimeKind| {
                let stated = kinds.get(&kind).and_then(|stated| stated.iter().rev().find(|time| !time.in_error))?;
                Some(json!({"at": stated.at.0, "small": said_of_time(names, call, stated)}))
            };
            // Sources that state different times of the same kind are in conflict; all of them stay.
            let conflict: Vec<Value> = kinds
                .values()
                .filter(|stated| stated.iter().any(|time| time.at != stated[0].at))
                .flatten()
                .map(|time| json!({"key": "time-by", "who": names.unit(&time.source), "at": {"at": time.at.0}}))
                .collect();
            json!({
                "name": say::key(&format!("event-{}", event.replace('_', "-"))),
                "estimated": last(TimeKind::Estimated),
                "requested": last(TimeKind::Requested),
                "planned": last(TimeKind::Planned),
                "actual": last(TimeKind::Actual),
                "conflict": if conflict.is_empty() { json!(null) } else { json!(conflict) },
            })
        })
        .collect()
}

/// Who stated a time and when, why it is late, or that nobody said why.
fn said_of_time(names: Names<'_>, call: &ShipCall, stated: &TimeStatement) -> Value {
    let by = json!({"key": "time-said", "who": names.unit(&stated.source), "at": {"at": stated.recorded_at.0}});
    let reason = stated.delay_reason.as_deref().and_then(domain::reference::delay_reason);
    match reason {
        Some(reason) => {
            json!([by, {"key": "time-reason", "code": reason.code, "name": say::delay_reason(&reason)}])
        }
        None if call.is_late_without_reason(stated) => json!([by, {"key": "time-late"}]),
        None => json!([by]),
    }
}
