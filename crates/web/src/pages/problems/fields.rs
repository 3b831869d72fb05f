//! Fields of the forms of problems.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{page::Page, say};

/// A field with the label of a key.
pub fn field(name: &str, kind: &str, label: &str) -> Value {
    json!({"name": name, "kind": kind, "label": say::key(label)})
}

/// A field that must be filled.
pub fn required(name: &str, kind: &str, label: &str) -> Value {
    json!({"name": name, "kind": kind, "label": say::key(label), "required": true})
}

/// A field with a list to choose from.
pub fn choice(name: &str, kind: &str, label: &str, options: &[Value], value: &Value) -> Value {
    json!({"name": name, "kind": kind, "label": say::key(label), "options": options, "value": value, "required": kind != "checkboxes"})
}

/// Options of codes whose words have a common beginning of their key.
pub fn options(beginning: &str, codes: &[&str]) -> Vec<Value> {
    codes
        .iter()
        .map(|code| json!({"value": code, "label": say::key(&format!("{beginning}{}", code.replace('_', "-")))}))
        .collect()
}

/// Options of codes with the words that a table gives them.
pub fn listed(page: &Page, table: &str, input: &str) -> Vec<Value> {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let codes = profile.codes(table, input).into_iter();
    codes
        .filter_map(|code| {
            let hit = profile.hit(table, now, &domain::Value::from([(input, code.as_str().into())]))?;
            Some(json!({"value": code, "label": say::text(&hit.reason())}))
        })
        .collect()
}

/// The units of the port.
pub fn units(page: &Page) -> Vec<Value> {
    let organs = page.app.office.profile.organs.iter();
    organs.map(|organ| json!({"value": organ.code, "label": say::text(&organ.short)})).collect()
}

/// Some units of the port.
pub fn units_of(page: &Page, codes: &BTreeSet<String>) -> Vec<Value> {
    units(page).into_iter().filter(|unit| unit["value"].as_str().is_some_and(|code| codes.contains(code))).collect()
}

/// The numbers to which danger to life is passed on.
pub fn emergencies(page: &Page) -> Vec<Value> {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let tracks = domain::problem::transfers(profile, now).into_iter().filter(|track| track.kind == "emergency");
    tracks.map(|track| json!({"value": track.code, "label": [track.phone, say::text(&track.name)]})).collect()
}

/// What a problem does to a firm: the words of the table of severities.
pub const IMPACTS: [&str; 8] = ["danger", "stopped", "delayed", "cost", "ordinary", "cross", "policy", "advice"];
/// How soon it hurts.
pub const URGENCIES: [&str; 4] = ["now", "today", "week", "later"];
