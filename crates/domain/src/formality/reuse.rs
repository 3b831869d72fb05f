//! A filing for other eyes, and for the next call.

use std::collections::BTreeMap;

use super::{
    Formality,
    field::{Carry, Field, Kind},
};
use crate::Value;

/// The filing without the fields that a reader may not see. `permitted` is asked for each field, the rows first: when
/// the rows themselves may not be seen, their columns are not asked for.
pub fn visible(formality: Formality, value: &Value, permitted: impl Fn(&Field) -> bool) -> Value {
    kept(formality.fields(), value, &|field, value| permitted(field).then(|| value.clone()))
}

/// Stands for a value that is there and that a reader may not see.
pub const MASK: &str = "•••";

/// The filing with a mask where a reader may not see a value, so that she knows that something stands there. Rows that may not
/// be seen are left out.
pub fn masked(formality: Formality, value: &Value, permitted: impl Fn(&Field) -> bool) -> Value {
    kept(formality.fields(), value, &|field, value| match permitted(field) {
        true => Some(value.clone()),
        false if matches!(field.kind, Kind::Rows(..)) => None,
        false => Some(if value.is_empty() { value.clone() } else { Value::from(MASK) }),
    })
}

/// A draft for a new call from the filing of a previous one: fields that still hold are copied, those of that call alone
/// are left out, and lists of ports roll forward. `made` is the call that was made since (`port`, `facility`, `arrived`,
/// `left`, `security_level`, … by the names of the columns; `Null` when it is not known): it becomes the first row.
pub fn carried_over(formality: Formality, previous: &Value, made: &Value) -> Value {
    let mut draft = kept(formality.fields(), previous, &|field, value| match field.carry {
        Carry::Clear => None,
        Carry::Copy => Some(value.clone()),
        Carry::Roll => Some(rolled(field, value, made)),
    });
    for field in formality.fields().iter().filter(|field| field.carry == Carry::Roll) {
        if let (Value::Map(map), true) = (&mut draft, previous.get(field.name).is_empty()) {
            let rows = rolled(field, &Value::Null, made);
            if !rows.is_empty() {
                map.insert(field.name.to_owned(), rows);
            }
        }
    }
    draft
}

fn rolled(field: &Field, previous: &Value, made: &Value) -> Value {
    let Kind::Rows(columns, max) = field.kind else { return previous.clone() };
    let first: BTreeMap<String, Value> = columns
        .iter()
        .filter(|column| !made.get(column.name).is_empty())
        .map(|column| (column.name.to_owned(), made.get(column.name).clone()))
        .collect();
    let first = if first.is_empty() { None } else { Some(Value::Map(first)) };
    Value::List(first.into_iter().chain(previous.list().iter().cloned()).take(max).collect())
}

fn kept(fields: &'static [Field], value: &Value, keep: &impl Fn(&Field, &Value) -> Option<Value>) -> Value {
    let Value::Map(map) = value else { return Value::from([]) };
    let pick = |field: &Field| {
        let whole = keep(field, map.get(field.name)?)?;
        let rows = match whole {
            Value::List(rows) if !field.columns().is_empty() => {
                Value::List(rows.iter().map(|row| kept(field.columns(), row, keep)).collect())
            }
            other => other,
        };
        Some((field.name.to_owned(), rows))
    };
    Value::Map(fields.iter().filter_map(pick).collect())
}
