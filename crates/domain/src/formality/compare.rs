//! What changed between two versions of a filing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Formality,
    field::{Field, Kind},
};
use crate::{Text, Value, reference};

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// JSON Pointer into the version after, or into the one before for what was removed.
    pub pointer: String,
    /// The field's label, in a row with the row's own name (`Crew member SANTOS JUAN: Rank or rating`).
    pub label: Text,
    /// What stood there, in words; `None` when nothing did.
    pub before: Option<Text>,
    /// What stands there now; `None` when nothing does.
    pub after: Option<Text>,
    /// Added, removed or changed.
    pub kind: Change,
}

/// How something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another.
    Changed,
}

/// Everything that changed between two canonical values, in the order of the form. Rows are matched by what identifies
/// them (a document, a name, a bill of lading), not by their position, so a crew list tells who joined, who left and
/// which field of whom changed. What a reader must not see is removed from both values beforehand with
/// [`super::visible`].
pub fn differences(formality: Formality, before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_fields(formality.fields(), before, after, "", "", None, &mut found);
    found
}

/// A field's value in words: the words of a code, yes and no, the number of rows.
pub fn display(field: &Field, value: &Value) -> Text {
    let words = value.to_string();
    match (field.kind, value) {
        (Kind::Choice(codes), Value::Text(code)) => codes
            .iter()
            .find(|found| found.0 == code)
            .map_or_else(|| Text::new(code.as_str(), code.as_str()), |found| Text::new(found.1, found.2)),
        (Kind::YesNo, Value::Bool(true)) => Text::new("是", "Yes"),
        (Kind::YesNo, Value::Bool(false)) => Text::new("否", "No"),
        (Kind::Number { unit, .. }, Value::Number(_)) if !unit.is_empty() => {
            Text::new(format!("{words} {unit}"), format!("{words} {unit}"))
        }
        (Kind::Locode, Value::Text(code)) => {
            reference::locode(code).map_or_else(|| Text::new(code.as_str(), code.as_str()), |place| place.said())
        }
        (Kind::Country, Value::Text(code)) => {
            reference::country(code).map_or_else(|| Text::new(code.as_str(), code.as_str()), |country| country.said())
        }
        (Kind::Unit, Value::Text(code)) => {
            match reference::unit(code).map(|unit| unit.more).filter(|symbol| !symbol.is_empty()) {
                Some(symbol) => Text::new(format!("{symbol}（{code}）"), format!("{symbol} ({code})")),
                None => Text::new(code.as_str(), code.as_str()),
            }
        }
        (Kind::Rows(..), Value::List(rows)) => Text::new(format!("{} 行", rows.len()), format!("{} rows", rows.len())),
        _ => Text::new(words.clone(), words),
    }
}

fn compare_fields(
    fields: &'static [Field],
    before: &Value,
    after: &Value,
    above_before: &str,
    above_after: &str,
    row: Option<&Text>,
    found: &mut Vec<Difference>,
) {
    for field in fields {
        let (old, new) = (before.get(field.name), after.get(field.name));
        if old == new || (old.is_empty() && new.is_empty()) {
            continue;
        }
        let (at_before, at_after) = (format!("{above_before}/{}", field.name), format!("{above_after}/{}", field.name));
        if !field.columns().is_empty()
            && matches!((old, new), (Value::List(_) | Value::Null, Value::List(_) | Value::Null))
        {
            compare_rows(field, old.list(), new.list(), &at_before, &at_after, found);
            continue;
        }
        let kind = change(old, new);
        let pointer = if kind == Change::Removed { at_before } else { at_after };
        let words = |value: &Value| (!value.is_empty()).then(|| display(field, value));
        found.push(Difference { pointer, label: within(row, field), before: words(old), after: words(new), kind });
    }
}

fn compare_rows(
    field: &'static Field,
    old: &[Value],
    new: &[Value],
    at_before: &str,
    at_after: &str,
    found: &mut Vec<Difference>,
) {
    let partners = matched(field, old, new);
    let mut stays = vec![false; old.len()];
    for (nth, row) in new.iter().enumerate() {
        let pointer = format!("{at_after}/{nth}");
        let Some(partner) = partners[nth] else {
            let (label, after) = (field.label(), Some(summary(field, row)));
            found.push(Difference { pointer, label, before: None, after, kind: Change::Added });
            continue;
        };
        stays[partner] = true;
        let name = named(field, row);
        let was = format!("{at_before}/{partner}");
        compare_fields(field.columns(), &old[partner], row, &was, &pointer, Some(&name), found);
    }
    for (nth, row) in old.iter().enumerate().filter(|(nth, _)| !stays[*nth]) {
        let (label, before) = (field.label(), Some(summary(field, row)));
        let pointer = format!("{at_before}/{nth}");
        found.push(Difference { pointer, label, before, after: None, kind: Change::Removed });
    }
}

/// For each new row the old row that is the same thing: first the rows that are equal, then by each key in turn, and by
/// position where rows have no key.
fn matched(field: &Field, old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let mut partners = vec![None; new.len()];
    let mut free = vec![true; old.len()];
    let whole: &[&str] = &[];
    for key in std::iter::once(whole).chain(field.keys.iter().copied()) {
        let mut waiting: HashMap<String, Vec<usize>> = HashMap::new();
        for (nth, row) in old.iter().enumerate().rev().filter(|(nth, _)| free[*nth]) {
            if let Some(identity) = identity(row, key) {
                waiting.entry(identity).or_default().push(nth);
            }
        }
        for (nth, row) in new.iter().enumerate() {
            if partners[nth].is_some() {
                continue;
            }
            let partner = identity(row, key).and_then(|identity| waiting.get_mut(&identity)?.pop());
            if let Some(partner) = partner {
                partners[nth] = Some(partner);
                free[partner] = false;
            }
        }
    }
    if field.keys.is_empty() {
        for nth in 0..new.len().min(old.len()) {
            if partners[nth].is_none() && free[nth] {
                partners[nth] = Some(nth);
                free[nth] = false;
            }
        }
    }
    partners
}

/// What identifies a row by a key, without regard to case; the whole row for an empty key. `None` when the first of the
/// key's fields is not given.
fn identity(row: &Value, key: &[&str]) -> Option<String> {
    let Some(first) = key.first() else { return Some(row.to_string()) };
    if row.get(first).is_empty() {
        return None;
    }
    Some(key.iter().map(|name| row.get(name).to_string().to_lowercase()).collect::<Vec<_>>().join("\u{1f}"))
}

/// A row's own name: the fields of its most telling key.
fn named(field: &Field, row: &Value) -> Text {
    let key = field.keys.iter().rev().find(|key| identity(row, key).is_some());
    let name = key.map_or_else(String::new, |key| join(key.iter().map(|name| row.get(name).to_string())));
    Text::new(format!("{} {name}", field.zh).trim_end(), format!("{} {name}", field.en).trim_end())
}

/// A whole row in words.
fn summary(field: &Field, row: &Value) -> Text {
    let words: Vec<Text> = field
        .columns()
        .iter()
        .filter(|column| !row.get(column.name).is_empty())
        .map(|column| display(column, row.get(column.name)))
        .collect();
    let joined = |pick: fn(&Text) -> &str| words.iter().map(pick).collect::<Vec<_>>().join(" · ");
    Text::new(joined(|text| &text.zh), joined(|text| &text.en))
}

fn join(words: impl Iterator<Item = String>) -> String {
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn within(row: Option<&Text>, field: &Field) -> Text {
    match row {
        Some(row) => Text::new(format!("{}：{}", row.zh, field.zh), format!("{}: {}", row.en, field.en)),
        None => field.label(),
    }
}

fn change(old: &Value, new: &Value) -> Change {
    match (old.is_empty(), new.is_empty()) {
        (true, _) => Change::Added,
        (_, true) => Change::Removed,
        _ => Change::Changed,
    }
}
