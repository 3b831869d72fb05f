//! An application as its reader sees it.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use domain::{
    Fault, Text, Value as Known,
    formality::{Class, Field, display},
    matter,
    person_permit::{CASE_CHANGED, Entry, Holder, PersonPermit, Place, Record, SHIP_MOVED, Standing, subject_fields},
    profile::Profile,
};
use office::person_permits::Permits;
use serde_json::{Value, json};

use super::{acts, kind_say};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// Draws it.
pub async fn draw(page: &Page, found: &Permits, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor, permit) = (&page.app.office, page.actor()?, &found.permit);
    let profile = &office.profile;
    let firms = office.names_of(vec![permit.firm.clone()]).await?;
    let contents = office.holders_of(actor, found).await?;
    let decides = acts::decides(actor, found);
    let conditions = if decides { office.conditions_of(permit, &contents) } else { Vec::new() };
    let subject = domain::person_permit::kind(profile, &permit.kind, office.now()).map(|kind| kind.subject);
    let columns = shown_columns(subject.as_deref().unwrap_or("person"));
    let journal = office.permits_journal(actor, found).await?;
    let passed = journal.iter().filter_map(|record| match &record.entry {
        Entry::Passed { passage, .. } => Some(passage.gate.as_str()),
        _ => None,
    });
    let ships = office.ships_at(passed).await?;
    let mut holders = Vec::with_capacity(permit.holders.len());
    for (serial, holder) in &permit.holders {
        let content = contents.iter().find(|(of, _)| of == serial).map(|(_, content)| content);
        let mut line = line(profile, &ships, permit, *serial, holder, (content, &columns));
        let unmet = conditions.iter().find(|(of, _)| of == serial);
        line["unmet"] = unmet.map_or(json!([]), |(_, unmet)| {
            unmet.iter().map(|of| json!({"say": say::text(&of.reason), "law": say::law(profile, &of.law)})).collect()
        });
        // What was said last of her: when the permit was taken back, or else when it was decided.
        let words = match &holder.revoked {
            Some((_, _, words)) => words.clone(),
            None => holder.ruling.as_ref().and_then(|ruling| ruling.words.clone()),
        };
        line["words"] = words_of(page, found, words.as_deref()).await?;
        let exception = holder.ruling.as_ref().and_then(|ruling| ruling.exception.clone());
        line["exception"] = words_of(page, found, exception.as_deref()).await?;
        holders.push(line);
    }
    let journal: Vec<Value> = journal.iter().rev().map(|of| entry(profile, &ships, permit, of)).collect();
    let mut layout = page.layout("person-permits");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "filed" | "act")) {
        layout.flash =
            Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key(&format!("application-done-{done}")) });
    }
    let mut questions = Vec::new();
    for question in &permit.questions {
        let answer = question.answer.as_ref();
        questions.push(json!({
            "at": question.at.0, "due": question.due.map(|due| due.0), "words": words_of(page, found, Some(&question.words)).await?,
            "answer": words_of(page, found, answer.map(|(_, words)| words.as_str())).await?, "answered": answer.map(|(at, _)| at.0),
        }));
    }
    let view = json!({
        "number": permit.number, "title": kind_say(&permit.kind), "state": state(permit.status().code()),
        "holder": match permit.holder_of_matter() { "" => Value::Null, "firm" => say::key("application-firm"), organ => say::unit(profile, organ) },
        "until": permit.limit.as_ref().filter(|_| permit.status().is_open()).map(|limit| limit.due.0),
        "limit_law": permit.limit.as_ref().map(|limit| say::law(profile, &limit.law)),
        "firm": firms.get(&permit.firm).map_or_else(|| json!(permit.firm), say::text),
        "place": place(profile, &permit.place), "call": permit.place.call, "case": permit.case, "valid": [permit.from.0, permit.until.0],
        "single_use": permit.single_use, "words": words_of(page, found, permit.words.as_deref()).await?,
        "papers": permit.papers.iter().map(|paper| json!({"name": paper.name, "href": format!("/person-permits/{}/papers/{}", permit.number, paper.document)})).collect::<Vec<_>>(),
        "columns": columns.iter().map(|field| json!({"zh": field.zh, "en": field.en})).collect::<Vec<_>>(),
        "holders": holders, "reads": actor.reads_holders(permit),
        "prints": actor.reads_holders(permit) && permit.holders.values().any(|of| of.ruling.as_ref().is_some_and(|ruling| ruling.granted)), "questions": questions, "journal": journal,
        "choices": if decides { acts::choices(page, found, form) } else { Value::Null },
        "chosen": form.all("holder"),
        "acts": acts::of(actor, found, form, faults), "act": form.get("act"),
        "errors": faults.iter().map(said).collect::<Vec<_>>(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "person_permits/show.html", &layout, &view)
}

fn said(fault: &Fault) -> Value {
    let mut said = say::fault(fault);
    said["field"] = Value::Null;
    said
}

/// Names stand first; the other columns of a person without those of health, which the gates have judged.
fn shown_columns(subject: &str) -> Vec<&'static Field> {
    let names = ["family_name", "given_names", "craft_name"];
    let shown = |field: &&Field| field.personal != Class::Health && !names.contains(&field.name);
    subject_fields(subject).iter().filter(shown).collect()
}

fn line(
    profile: &Profile,
    ships: &Ships,
    permit: &PersonPermit,
    serial: u32,
    holder: &Holder,
    (content, columns): (Option<&Known>, &[&Field]),
) -> Value {
    let standing = holder.standing(permit.single_use);
    let ruling = holder.ruling.as_ref();
    let cells =
        columns.iter().map(|field| content.map_or(json!(""), |of| say::text(&display(field, of.get(field.name)))));
    let ground = match (&holder.revoked, ruling) {
        (Some((_, ground, _)), _) => Some(ground.clone()),
        (None, Some(ruling)) if !ruling.granted => Some(ruling.ground.clone()),
        _ => None,
    };
    json!({
        "serial": serial, "number": permit.permit_number(serial),
        "name": content.map(domain::person_permit::subject_name), "cells": cells.collect::<Vec<_>>(),
        "state": standing_tag(standing), "until": ruling.filter(|ruling| ruling.granted).map(|ruling| ruling.until.0),
        "ground": ground.map(|ground| ground_say(profile, &ground)),
        "inside": holder.inside.as_ref().map(|passage| json!({"at": passage.at.0, "gate": place_named(profile, ships, &passage.gate)})), "ashore": permit.outward,
        "open": matches!(standing, Standing::Open | Standing::Granted | Standing::Used),
    })
}

/// The words of a ground, whatever the day: what was decided by it stays decided.
pub fn ground_say(profile: &Profile, code: &str) -> Value {
    let table = profile.tables.get("person-permit-grounds");
    let row = table.and_then(|table| table.rows.iter().find(|row| row.id == code));
    let note = |name: &str| row.and_then(|row| row.notes.get(name)).cloned().unwrap_or_else(|| code.to_owned());
    json!({"zh": note("reason zh"), "en": note("reason en")})
}

async fn words_of(page: &Page, found: &Permits, document: Option<&str>) -> Result<Value, Failure> {
    let Some(document) = document else { return Ok(Value::Null) };
    match page.app.office.permit_words(page.actor()?, found, document).await {
        Ok(words) => Ok(json!(words)),
        // Not for this reader, or erased.
        Err(office::Error::NotFound) => Ok(Value::Null),
        Err(other) => Err(other.into()),
    }
}

/// For what a permit holds.
pub fn place(profile: &Profile, place: &Place) -> Value {
    match place.kind.as_str() {
        "ship" if !place.name.is_blank() => {
            json!({"key": "pperm-place-of-ship", "name": say::text(&place.name), "imo": place.code})
        }
        _ => place_of_key(profile, &place.key()),
    }
}

/// Names of ships, by the keys of places.
pub type Ships = BTreeMap<String, Text>;

/// The same of its key alone, which names no ship.
pub fn place_of_key(profile: &Profile, key: &str) -> Value {
    place_named(profile, &Ships::new(), key)
}

/// The same with the names of ships.
pub fn place_named(profile: &Profile, ships: &Ships, key: &str) -> Value {
    match key.split_once(':') {
        Some(("berth", code)) => say::berth(profile, code),
        Some(("region" | "yard", code)) => {
            let area = profile.berths.iter().map(|berth| &berth.area).find(|area| area.en == code);
            area.map_or_else(|| json!(code), say::text)
        }
        Some((_, imo)) => match ships.get(key) {
            Some(name) => json!({"key": "pperm-place-of-ship", "name": say::text(name), "imo": imo}),
            None => json!({"key": "pperm-imo", "imo": imo}),
        },
        None => json!(key),
    }
}

/// The state of an application with its tone.
pub fn state(code: &str) -> Value {
    let tone = match code {
        "granted" => "ok",
        "refused" | "revoked" => "stop",
        "filed" | "accepted" | "asked" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("pperm-state-{code}")))
}

/// Where a permit stands.
pub fn standing_tag(standing: Standing) -> Value {
    let tone = match standing {
        Standing::Granted => "ok",
        Standing::Refused | Standing::Revoked => "stop",
        Standing::Open => "wait",
        Standing::Used => "none",
    };
    say::tag(tone, &say::key(&format!("pperm-standing-{}", standing.code())))
}

/// An entry of the journal.
fn entry(profile: &Profile, ships: &Ships, permit: &PersonPermit, record: &Record) -> Value {
    let kind = matter::Entry::kind(&record.entry).trim_start_matches("person_permit.").replace('_', "-");
    let who = match record.party.split_once(':') {
        Some(("organ", code)) => say::unit(profile, code),
        Some(("firm", _)) => say::key("application-firm"),
        _ => say::unit(profile, "clock"),
    };
    let numbers = |serials: &[u32]| {
        let shown: Vec<String> = serials.iter().take(8).map(|serial| format!("{serial:02}")).collect();
        let more = if serials.len() > 8 { "…" } else { "" };
        json!(format!("{}{more}", shown.join(", ")))
    };
    let small = match &record.entry {
        Entry::Filed(filed) => say::law(profile, &filed.law),
        Entry::Granted { holders, .. } => numbers(holders),
        Entry::Refused { holders, ground, .. } | Entry::Revoked { holders, ground, .. } => {
            json!([numbers(holders), ground_say(profile, ground)])
        }
        Entry::Passed { serial, passage } => json!([
            permit.permit_number(*serial),
            say::key(if passage.inward { "pperm-in" } else { "pperm-out" }),
            place_named(profile, ships, &passage.gate),
            {"at": passage.at.0},
        ]),
        Entry::LimitPassed { due, .. } => json!({"key": "entry-passed-due", "at": {"at": due.0}}),
        _ => Value::Null,
    };
    // What followed of a crew case was nobody's own act: the joint result brought it about, or its end.
    let of_case = permit.case.is_some() && record.at == permit.opened_at;
    let key = match &record.entry {
        Entry::Filed(_) if of_case => "pperm-entry-case".to_owned(),
        Entry::Accepted { .. } if of_case => "pperm-entry-case-accepted".to_owned(),
        Entry::Granted { .. } if of_case => "pperm-entry-case-granted".to_owned(),
        Entry::Revoked { ground, .. } if ground == CASE_CHANGED => "pperm-entry-case-revoked".to_owned(),
        Entry::Revoked { ground, .. } if ground == SHIP_MOVED => "pperm-entry-ship-moved".to_owned(),
        Entry::Accepted { by_silence: true, .. } => "pperm-entry-silence".to_owned(),
        _ => format!("pperm-entry-{kind}"),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who}, "small": small})
}
