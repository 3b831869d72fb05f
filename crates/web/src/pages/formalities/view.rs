//! What the pages of a formality show.

use std::collections::BTreeMap;

use domain::{
    Fault, Severity, Text, Value,
    formality::{Field, Formality, Kind, differences, display},
    profile::Profile,
    ship_call::{ReviewState, ShipCall},
};
use office::{Checked, Error, Right, Version};
use serde_json::{Value as Json, json};

use super::fields;
use crate::{page::Page, pages::ship_calls, say};

fn crumbs(call: &ShipCall, formality: Formality) -> Json {
    json!([
        {"href": "/calls", "say": say::key("calls-title")},
        {"href": format!("/calls/{}", call.number), "say": call.number},
        {"say": say::formality(formality)},
    ])
}

fn summary(faults: &[Fault], severity: Severity) -> Vec<Json> {
    faults.iter().filter(|fault| fault.severity == severity).map(say::fault).collect()
}

/// The form.
pub fn form(
    page: &Page,
    call: &ShipCall,
    formality: Formality,
    content: &Value,
    saved: Option<i64>,
    faults: &[Fault],
) -> Json {
    let spec = formality.spec();
    let sections = typed(page, formality, content, faults);
    let due = call.requirement(formality);
    json!({
        "crumbs": crumbs(call, formality),
        "errors": summary(faults, Severity::Error),
        "warnings": summary(faults, Severity::Warning),
        "heading": say::formality(formality),
        "intro": due.map(|due| json!([say::text(&call.ship.name), say::text(&due.basis.reason), say::law(&page.app.office.profile, &due.basis.law)])),
        "actions": [{"href": format!("/calls/{}/upload", call.number), "say": say::key("form-upload"), "quiet": true}],
        "wide": is_wide(formality),
        "action": format!("/calls/{}/{}/edit", call.number, spec.code),
        "draft": format!("/calls/{}/{}/draft", call.number, spec.code),
        "version": call.filings.get(&formality).map_or(0, |filing| filing.versions.len()),
        "withdrawn": call.filings.get(&formality).and_then(|filing| filing.withdrawn_at).map(|at| at.0),
        "sections": sections,
        "saved": saved,
        "lists": ship_calls::lists_with_countries(),
    })
}

/// The sections of a form: what stands once, then each list.
pub fn typed(page: &Page, formality: Formality, content: &Value, faults: &[Fault]) -> Vec<Json> {
    let (plain, rows): (Vec<&Field>, Vec<&Field>) =
        formality.fields().iter().partition(|field| !matches!(field.kind, Kind::Rows(..)));
    let section = |list: &[&Field]| -> Vec<Json> {
        list.iter().flat_map(|field| fields::fields(page, std::slice::from_ref(field), content, faults)).collect()
    };
    let mut sections = Vec::new();
    if !plain.is_empty() {
        sections.push(json!({"fields": section(&plain)}));
    }
    for field in &rows {
        sections.push(json!({"fields": section(&[field])}));
    }
    sections
}

/// True for a form with lists, which takes the whole width.
pub fn is_wide(formality: Formality) -> bool {
    formality.fields().iter().any(|field| matches!(field.kind, Kind::Rows(..)))
}

/// The versions, the newest first, each with its receipt; the withdrawal, when it stands.
pub fn versions(call: &ShipCall, formality: Formality, receipts: &BTreeMap<u32, String>) -> Json {
    let Some(filing) = call.filings.get(&formality) else { return json!([]) };
    let of = filing.versions.iter().rev();
    of.map(|version| {
        json!({
            "at": version.at.0,
            "n": version.version,
            "href": format!("/calls/{}/{}?version={}", call.number, formality.code(), version.version),
            "say": {"key": "entry-filed-by", "channel": say::key(&format!("channel-{}", version.channel)), "warnings": version.warnings},
            "receipt": receipts.get(&version.version).map(|id| receipt(&call.number, id)["href"].clone()),
        })
    })
    .collect()
}

/// A receipt of a call: its page, and its number.
pub fn receipt(number: &str, id: &str) -> Json {
    json!({"href": format!("/calls/{number}/receipts/{id}"), "number": id})
}

/// The answers before they are submitted.
pub fn check(page: &Page, call: &ShipCall, formality: Formality, checked: &Checked, before: Option<&Value>) -> Json {
    let profile = &page.app.office.profile;
    let base = format!("/calls/{}/{}", call.number, formality.code());
    let mut then = Vec::new();
    if let Some(due) = call.requirement(formality) {
        then.push(json!({"key": "check-then-organs", "organs": say::units(profile, &due.organs)}));
    }
    then.push(say::key("check-then-page"));
    let changes: Vec<Json> = before.map(|before| changes(formality, before, &checked.content)).unwrap_or_default();
    json!({
        "crumbs": crumbs(call, formality),
        "name": say::formality(formality),
        "errors": summary(&checked.faults, Severity::Error),
        "warnings": summary(&checked.faults, Severity::Warning),
        "changes": changes,
        "sections": [{"title": say::formality(formality), "href": format!("{base}/edit"),
                      "facts": facts(profile, formality.spec().fields, &checked.content)}],
        "next": then,
        "action": format!("{base}/check"),
        "version": call.filings.get(&formality).map_or(0, |filing| filing.versions.len()),
        "back": format!("{base}/edit"),
    })
}

fn changes(formality: Formality, before: &Value, after: &Value) -> Vec<Json> {
    differences(formality, before, after).iter().map(difference).collect()
}

/// What changed, as the table of changes shows it.
pub fn difference(difference: &domain::formality::Difference) -> Json {
    json!({
        "name": say::text(&difference.label),
        "before": difference.before.as_ref().map(words),
        "after": difference.after.as_ref().map(words),
    })
}

/// Words of a comparison. It knows no zone and leaves instants as they are kept, alone or among the parts of a row; a page
/// tells them as all its times.
pub fn words(text: &Text) -> Json {
    let (zh, en): (Vec<&str>, Vec<&str>) = (text.zh.split(" · ").collect(), text.en.split(" · ").collect());
    if zh.len() != en.len() || !zh.iter().any(|part| domain::Instant::parse(part).is_some()) {
        return say::text(text);
    }
    let told = zh.iter().zip(&en).map(|(zh, en)| match domain::Instant::parse(zh) {
        Some(at) => json!({"at": at.0}),
        None => json!({"zh": zh, "en": en}),
    });
    told.collect()
}

/// Fields with their values; rows by their number, each on a line of its own.
pub fn facts(profile: &Profile, list: &[Field], content: &Value) -> Vec<Json> {
    let mut facts = Vec::new();
    for field in list {
        let value = content.get(field.name);
        if value.is_empty() {
            continue;
        }
        match field.kind {
            Kind::Rows(columns, _) => {
                for (nth, row) in value.list().iter().enumerate() {
                    let words: Vec<Json> = columns
                        .iter()
                        .filter(|column| !row.get(column.name).is_empty())
                        .map(|column| value_of(profile, column, row.get(column.name)))
                        .collect();
                    facts.push(
                        json!({"name": [{"zh": field.zh, "en": field.en}, (nth + 1).to_string()], "value": words}),
                    );
                }
            }
            _ => {
                facts.push(json!({"name": {"zh": field.zh, "en": field.en}, "value": value_of(profile, field, value)}))
            }
        }
    }
    facts
}

fn value_of(profile: &Profile, field: &Field, value: &Value) -> Json {
    match (field.kind, value) {
        (Kind::Code { .. } | Kind::Text { .. }, Value::Text(code)) if profile.berth(code).is_some() => {
            json!({"key": "value-with-code", "name": say::berth(profile, code), "code": code})
        }
        (Kind::Instant, Value::Text(text)) => {
            domain::Instant::parse(text).map_or_else(|| json!(text), |at| json!({"at": at.0}))
        }
        _ => say::text(&display(field, value)),
    }
}

/// What was filed, as sections: what stands once, then each list as a table.
pub fn tables(profile: &Profile, formality: Formality, content: &Value) -> Vec<Json> {
    let spec = formality.spec();
    let plain: Vec<Field> = spec.fields.iter().filter(|field| !matches!(field.kind, Kind::Rows(..))).copied().collect();
    let mut sections = vec![json!({"facts": facts(profile, &plain, content)})];
    for field in spec.fields {
        let Kind::Rows(columns, _) = field.kind else { continue };
        let rows = content.get(field.name).list();
        // A column that no row fills (or that this reader may not see) takes no room.
        let used: Vec<&Field> =
            columns.iter().filter(|column| rows.iter().any(|row| !row.get(column.name).is_empty())).collect();
        if rows.is_empty() || used.is_empty() {
            continue;
        }
        let label = json!({"zh": field.zh, "en": field.en});
        sections.push(json!({"title": label, "table": {
            "name": label,
            "columns": used.iter().map(|column| json!({"zh": column.zh, "en": column.en})).collect::<Vec<_>>(),
            "rows": rows.iter().map(|row| {
                used.iter().map(|column| value_of(profile, column, row.get(column.name))).collect::<Vec<_>>()
            }).collect::<Vec<_>>(),
        }}));
    }
    sections
}

/// What was filed.
pub fn show(page: &Page, call: &ShipCall, by: &Json, formality: Formality, version: &Version) -> Json {
    let profile = &page.app.office.profile;
    let mut sections = tables(profile, formality, &version.content);
    if version.reduced && !version.unrecorded {
        sections.push(json!({"title": say::key("decide-hidden")}));
    }
    let state = call
        .requirement(formality)
        .map_or_else(|| say::tag("none", &say::key("not-due")), |due| say::step_state(call.step_state(due)));
    let decisions: Vec<Json> = call
        .reviews
        .iter()
        .filter(|review| review.formality == formality)
        .map(|review| {
            json!({
                "organ": say::unit(profile, &review.organ),
                "state": say::review_state(review.state),
                "say": review.words.iter().map(say::words).collect::<Vec<_>>(),
                "law": (!review.law.is_empty()).then(|| say::law(profile, &review.law)),
                "refused": review.state == ReviewState::Refused,
                "mirror": review.mirror.as_ref().map(say::mirror),
            })
        })
        .collect();
    json!({
        "crumbs": crumbs(call, formality),
        "name": say::formality(formality),
        "version": version.version,
        "state": state,
        "by": by,
        "unrecorded": version.unrecorded.then(|| Error::Unrecorded.faults().first().map(say::fault)),
        "filed_at": version.at.0,
        "channel": say::key(&format!("channel-{}", version.channel)),
        "actions": actions(page, call, formality, version.version),
        "changes": version.changes.iter().map(difference).collect::<Vec<_>>(),
        "sections": sections,
        "decisions": decisions,
    })
}

fn actions(page: &Page, call: &ShipCall, formality: Formality, version: u32) -> Vec<Json> {
    let Some(session) = &page.session else { return Vec::new() };
    let base = format!("/calls/{}/{}", call.number, formality.code());
    if session.actor.may(Right::File) {
        let versions = call.filings.get(&formality).map(|filing| filing.versions.as_slice()).unwrap_or_default();
        let by_file = versions.iter().any(|of| of.version == version && of.original.is_some());
        let original = by_file.then(|| {
            let href = format!("{base}/original?version={version}");
            json!({"href": href, "say": say::key("filed-original"), "quiet": true})
        });
        let amend = json!({"href": format!("{base}/edit"), "say": say::key("do-amend"), "quiet": true});
        let stuck = format!("/report?call={}&formality={}", call.number, formality.code());
        let stuck = json!({"href": stuck, "say": say::key("problem-stuck"), "quiet": true});
        return original.into_iter().chain([amend, stuck]).collect();
    }
    let mine = call.review(formality, session.actor.unit()).is_some();
    if mine { vec![json!({"href": format!("{base}/decide"), "say": say::key("do-decide")})] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_a_comparison_are_told_as_all_times() {
        let at = domain::Instant::parse("2026-09-25T04:00:00Z").unwrap();
        let same = |words: &str| Text::new(words, words);
        assert_eq!(words(&same("2026-09-25T04:00:00Z")), json!([{"at": at.0}]));
        let row = Text::new("甲 · 2026-09-25T04:00:00Z", "A · 2026-09-25T04:00:00Z");
        assert_eq!(words(&row), json!([{"zh": "甲", "en": "A"}, {"at": at.0}]));
        assert_eq!(
            words(&Text::new("甲 · 2026-09-25", "A · 2026-09-25")),
            json!({"zh": "甲 · 2026-09-25", "en": "A · 2026-09-25"})
        );
    }
}
