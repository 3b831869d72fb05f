//! Between a page's form and a value: names of inputs are pointers without the first slash (`members/0/family_name`).

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    Formality,
    field::{Field, Kind},
};
use crate::Value;

/// The value of a submitted form. Names that the formality does not have (buttons, tokens) are passed over, and of a
/// name that comes twice the last counts. A time without a zone, as browsers send it, is meant in the port's zone. The
/// value is raw: [`super::read`] brings it into canonical form.
pub fn form_to_value(formality: Formality, pairs: &[(String, String)], zone: &TimeZone) -> Value {
    form_of_fields(formality.fields(), pairs, zone)
}

/// The same for any list of fields.
pub fn form_of_fields(fields: &'static [Field], pairs: &[(String, String)], zone: &TimeZone) -> Value {
    let mut value = Value::from([]);
    for (name, given) in pairs {
        let Some(field) = leaf(fields, name) else { continue };
        let given = match field.kind {
            Kind::Instant => in_zone(given, zone),
            _ => given.clone(),
        };
        value.set(&format!("/{name}"), Value::Text(given));
    }
    value
}

/// The pairs that fill a form with a value, in the order of the form; times as browsers want them, in the port's zone.
pub fn value_to_form(formality: Formality, value: &Value, zone: &TimeZone) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    fill(formality.fields(), value, "", zone, &mut pairs);
    pairs
}

/// The field of an input's name, if it is one that holds a value itself and its rows are within their bounds.
fn leaf(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    let (first, rest) = name.split_once('/').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let field = fields.iter().find(|field| field.name == first)?;
    match (field.kind, rest) {
        (Kind::Rows(columns, max), Some(rest)) => {
            let (row, below) = rest.split_once('/')?;
            // A huge index would make a huge list.
            let fits = row.bytes().all(|byte| byte.is_ascii_digit()) && row.parse::<usize>().is_ok_and(|row| row < max);
            if fits { leaf(columns, below) } else { None }
        }
        (Kind::Rows(..), None) | (_, Some(_)) => None,
        (_, None) => Some(field),
    }
}

fn in_zone(given: &str, zone: &TimeZone) -> String {
    let bare = given.trim();
    // An instant with its own zone stays: reading it as a local time would move it.
    let own = bare.parse::<Timestamp>().is_ok();
    let local = if own { None } else { bare.parse::<DateTime>().ok() };
    local.and_then(|local| zone.to_timestamp(local).ok()).map_or_else(|| given.to_owned(), |at| at.to_string())
}

fn fill(fields: &'static [Field], value: &Value, above: &str, zone: &TimeZone, pairs: &mut Vec<(String, String)>) {
    for field in fields {
        let given = value.get(field.name);
        let name = format!("{above}{}", field.name);
        match (field.kind, given) {
            (Kind::Rows(columns, _), Value::List(rows)) => {
                for (nth, row) in rows.iter().enumerate() {
                    fill(columns, row, &format!("{name}/{nth}/"), zone, pairs);
                }
            }
            (_, Value::Null) => {}
            (Kind::Instant, Value::Text(text)) => pairs.push((name, local(text, zone))),
            _ => pairs.push((name, given.to_string())),
        }
    }
}

fn local(text: &str, zone: &TimeZone) -> String {
    match text.parse::<Timestamp>() {
        Ok(at) => zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string(),
        Err(_) => text.to_owned(),
    }
}
