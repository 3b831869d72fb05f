//! A crew case as its reader sees it.

use axum::{http::StatusCode, response::Response};
use domain::{
    Fault,
    crew_case::{self, CrewCase, Entry, Part, Record, fields_of},
    formality::display,
    matter::{self, Party},
    person_permit::PersonPermit,
    profile::Profile,
};
use office::{Actor, Right, crew_cases::FoundCase};
use serde_json::{Value, json};

use super::person_fields;
use crate::{
    page::{Failure, Form, Page},
    pages::{given, person_permits},
    say,
};

/// The name of a kind of case.
pub fn kind(code: &str) -> Value {
    say::key(&format!("crew-kind-{}", code.replace('_', "-")))
}

/// The state of a case with its tone.
pub fn state(code: &str) -> Value {
    let tone = match code {
        "granted" => "ok",
        "refused" => "stop",
        "in_review" | "asked" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("crew-state-{}", code.replace('_', "-"))))
}

/// A case in a list.
pub fn line(profile: &Profile, actor: &Actor, case: &CrewCase) -> Value {
    let own = case.undecided().any(|part| part.organ == actor.unit()) && !case.status().is_over();
    json!({
        "href": format!("/crew-cases/{}", case.told.number), "number": case.told.number, "kind": kind(&case.told.kind),
        "ship": say::text(&case.told.ship), "call": case.told.call, "n": case.listed().count(),
        "state": state(case.status().code()), "holder": holder(profile, case.holder()),
        "until": case.due().filter(|_| !case.holder().is_empty()).map(|due| due.0), "own": own,
    })
}

fn holder(profile: &Profile, code: &str) -> Value {
    match code {
        "" => Value::Null,
        "firm" => say::key("crew-firm"),
        organ => say::unit(profile, organ),
    }
}

/// Draws it.
pub async fn draw(page: &Page, number: &str, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.crew_case(actor, number).await?;
    let (profile, case) = (&office.profile, &found.case);
    let contents = office.crew_persons(actor, &found).await?;
    let subject = crew_case::kind(profile, &case.told.kind, office.now()).map(|kind| kind.subject);
    let known = |name: &str| contents.iter().any(|(_, content)| !content.get(name).is_empty());
    // A column in which nothing is said, or that is not for this reader, is left out.
    let columns: Vec<_> =
        fields_of(subject.as_deref().unwrap_or("seafarer")).iter().filter(|field| known(field.name)).collect();
    let persons: Vec<Value> = contents
        .iter()
        .map(|(serial, content)| {
            let cells = columns.iter().map(|field| say::text(&display(field, content.get(field.name))));
            json!({"serial": serial, "cells": cells.collect::<Vec<_>>()})
        })
        .collect();
    let mut parts = Vec::new();
    for part in &case.parts {
        parts.push(part_view(page, &found, part).await?);
    }
    let mut questions = Vec::new();
    for question in &case.questions {
        let answer = question.answer.as_ref();
        questions.push(json!({
            "who": say::unit(profile, &question.organ), "at": question.at.0,
            "words": words_of(page, &found, Some(&question.words)).await?,
            "answer": words_of(page, &found, answer.map(|(_, words)| words.as_str())).await?,
            "answered": answer.map(|(at, _)| at.0),
        }));
    }
    let journal: Vec<Value> =
        office.crew_case_journal(actor, &found).await?.iter().rev().map(|of| entry(profile, case, of)).collect();
    let mut layout = page.layout("crew-cases");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "filed" | "act")) {
        layout.flash =
            Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key(&format!("application-done-{done}")) });
    }
    let issued = office.permits_of_crew_case(actor, &case.told.number).await?;
    let permits: Vec<Value> = issued.iter().map(permit).collect();
    let ended = case.ended.as_ref();
    let acts = acts(page, actor, &found, form, faults);
    let removes = acts.iter().any(|act| act["act"] == "add");
    let view = json!({
        "number": case.told.number, "title": kind(&case.told.kind), "state": state(case.status().code()),
        "ship": say::text(&case.told.ship), "call": case.told.call, "n": case.listed().count(),
        "holder": holder(profile, case.holder()), "until": case.due().filter(|_| !case.holder().is_empty()).map(|due| due.0),
        "berthing": case.berthing.map(|at| at.0), "words": words_of(page, &found, case.told.words.as_deref()).await?,
        "ended": ended.map(|of| how(profile, &of.how)), "ended_words": words_of(page, &found, ended.and_then(|of| of.words.as_deref())).await?,
        "informed": say::units(profile, &case.informed), "parts": parts, "questions": questions,
        "columns": columns.iter().map(|field| json!({"zh": field.zh, "en": field.en})).collect::<Vec<_>>(),
        "persons": persons, "removes": removes, "permits": permits, "journal": journal, "acts": acts, "act": form.get("act"),
        "errors": faults.iter().map(|fault| { let mut said = say::fault(fault); said["field"] = Value::Null; said }).collect::<Vec<_>>(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "crew_cases/show.html", &layout, &view)
}

async fn part_view(page: &Page, found: &FoundCase, part: &Part) -> Result<Value, Failure> {
    let profile = &page.app.office.profile;
    let tag = match &part.ruling {
        Some(ruling) if ruling.granted => say::tag("ok", &say::key("flight-granted")),
        Some(_) => say::tag("stop", &say::key("flight-refused")),
        None if found.case.status().is_over() => say::tag("none", &say::key("crew-part-undecided")),
        None if part.reopened => say::tag("wait", &say::key("flight-reopened")),
        None => say::tag("wait", &say::key("flight-undecided")),
    };
    let ruling = part.ruling.as_ref();
    Ok(json!({
        "say": say::text(&part.reason), "organ": say::unit(profile, &part.organ), "state": tag,
        "due": part.due.filter(|_| ruling.is_none() && !found.case.status().is_over()).map(|due| due.0), "late": part.late,
        "law": say::law(profile, &part.law), "refused_by": ruling.map(|of| of.law.clone()).filter(|law| !law.is_empty()),
        "words": words_of(page, found, ruling.and_then(|of| of.words.as_deref())).await?,
    }))
}

async fn words_of(page: &Page, found: &FoundCase, document: Option<&str>) -> Result<Value, Failure> {
    let Some(document) = document else { return Ok(Value::Null) };
    match page.app.office.crew_words(page.actor()?, found, document).await {
        Ok(words) => Ok(json!(words)),
        // Not for this reader, or erased.
        Err(office::Error::NotFound) => Ok(Value::Null),
        Err(other) => Err(other.into()),
    }
}

/// Permits of persons that followed of it.
fn permit(permit: &PersonPermit) -> Value {
    json!({
        "number": permit.number, "href": format!("/person-permits/{}", permit.number), "kind": person_permits::kind_say(&permit.kind),
        "n": permit.holders.len(), "state": person_permits::view::state(permit.status().code()),
        "print": permit.ends_at().map(|_| format!("/person-permits/{}/print", permit.number)),
        "valid": [permit.from.0, permit.until.0],
    })
}

/// How it ended, whatever the day: what was said by a row stays said.
fn how(profile: &Profile, code: &str) -> Value {
    let table = profile.tables.get("crew-case-ends");
    let row = table.and_then(|table| table.rows.iter().find(|row| row.id.replace('-', "_") == code));
    match row {
        Some(row) => {
            let note = |name: &str| row.notes.get(name).cloned().unwrap_or_else(|| code.to_owned());
            json!({"zh": note("reason zh"), "en": note("reason en")})
        }
        None => say::key("crew-state-withdrawn"),
    }
}

/// What the reader may do, each act a small form.
fn acts(page: &Page, actor: &Actor, found: &FoundCase, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let (profile, now, case) = (&page.app.office.profile, page.app.office.now(), &found.case);
    if case.status().is_over() {
        return Vec::new();
    }
    let of_kind = crew_case::kind(profile, &case.told.kind, now);
    let unit = actor.unit();
    let firm = matches!(&actor.party, Party::Firm(firm) if *firm == case.told.firm) && actor.may(Right::File);
    let decides = matches!(&actor.party, Party::Organ(_)) && actor.may(Right::Decide) && case.organs().contains(&unit);
    let words = |label: &str, required: bool| json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key(label), "required": required});
    let parts = |granted: bool| -> Vec<Value> {
        let open = |part: &&Part| part.organ == unit && part.ruling.as_ref().is_none_or(|of| of.granted != granted);
        case.parts
            .iter()
            .filter(open)
            .map(|part| json!({"value": part.code, "label": say::text(&part.reason)}))
            .collect()
    };
    let part = |options: Vec<Value>| json!({"name": "part", "kind": "radios", "label": say::key("crew-part"), "options": options, "required": true});
    let mut acts: Vec<(&str, Vec<Value>)> = Vec::new();
    if decides {
        for (act, granted) in [("grant", true), ("refuse", false)] {
            let options = parts(granted);
            let mut fields =
                vec![part(options.clone()), words(if granted { "flight-conditions" } else { "flight-why" }, !granted)];
            if !granted {
                fields.push(json!({"name": "law", "kind": "text", "label": say::key("flight-law"), "required": true}));
            }
            if !options.is_empty() {
                acts.push((act, fields));
            }
        }
        if case.open_question().is_none() {
            acts.push(("ask", vec![words("application-what-is-missing", true)]));
        }
    }
    if firm {
        if case.open_question().is_some() {
            acts.push(("answer", vec![words("application-answer", true)]));
        }
        if let Some(kind) = &of_kind {
            let mut fields =
                vec![json!({"name": "list", "kind": "file", "label": say::key("pperm-list"), "accept": ".xlsx"})];
            fields.extend(person_fields(page, kind, form, if form.get("act") == "add" { faults } else { &[] }));
            acts.push(("add", fields));
        }
    }
    let ends: Vec<Value> = crew_case::ends(profile, &case.told.kind, now)
        .iter()
        .filter(|end| end.by.iter().any(|by| if by == "firm" { firm } else { decides && by == unit }))
        .map(|end| json!({"value": end.code, "label": say::text(&end.reason)}))
        .collect();
    if !ends.is_empty() {
        let field =
            json!({"name": "how", "kind": "radios", "label": say::key("crew-how"), "options": ends, "required": true});
        acts.push(("close", vec![field, words("flight-remarks", false)]));
    }
    if firm && of_kind.is_some_and(|kind| kind.hold.0.is_empty()) {
        acts.push(("withdraw", Vec::new()));
    }
    let drawn = |(act, fields): (&str, Vec<Value>)| {
        let mut fields = json!(fields);
        if form.get("act") == act && act != "add" {
            given::refill(&mut fields, form, faults);
        }
        json!({"act": act, "say": say::key(&format!("crew-act-{act}")), "fields": fields,
            "action": format!("/crew-cases/{}/acts", case.told.number), "stop": matches!(act, "refuse" | "withdraw")})
    };
    acts.into_iter().map(drawn).collect()
}

/// An entry of the journal.
fn entry(profile: &Profile, case: &CrewCase, record: &Record) -> Value {
    let kind = matter::Entry::kind(&record.entry).trim_start_matches("crew_case.").replace('_', "-");
    let who = match record.party.split_once(':') {
        Some(("organ", code)) => say::unit(profile, code),
        Some(("firm", _)) => say::key("crew-firm"),
        _ => say::unit(profile, "clock"),
    };
    let reason = |code: &str| {
        let part = case.parts.iter().find(|part| part.code == code);
        part.map_or_else(|| json!(code), |part| say::text(&part.reason))
    };
    let small = match &record.entry {
        Entry::Ruled { part, .. } => reason(part),
        Entry::Passed(breach) => json!([reason(&breach.part), {"key": "entry-passed-due", "at": {"at": breach.due.0}}]),
        Entry::Assessed { parts, .. } => {
            let until = parts.iter().filter_map(|part| part.due).max();
            until.map_or(Value::Null, |due| json!({"key": "crew-result-due", "at": {"at": due.0}}))
        }
        Entry::Ended { how: code, .. } => how(profile, code),
        _ => Value::Null,
    };
    let key = match &record.entry {
        Entry::Ruled { granted: true, .. } => "flight-entry-granted".to_owned(),
        Entry::Ruled { .. } => "flight-entry-refused".to_owned(),
        Entry::Result { granted: true } => "crew-entry-result-granted".to_owned(),
        Entry::Result { .. } => "crew-entry-result-refused".to_owned(),
        _ => format!("crew-entry-{kind}"),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who}, "small": small})
}
