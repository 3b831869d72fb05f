//! Contexts (DMN 1.5, 10.3.4.11).

use std::collections::BTreeMap;

use super::{Arguments, Function, function};
use crate::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    function("get value", (2, 2), "m,key;context,key", |a| match (&a[0], &a[1]) {
        (Value::Map(map), Value::Text(key)) => map.get(key).cloned(),
        (Value::Map(_), Value::List(keys)) => {
            keys.iter().try_fold(&a[0], |here, key| key.text().map(|key| here.get(key))).cloned()
        }
        _ => None,
    }),
    function("get entries", (1, 1), "m;context", |a| {
        let Value::Map(map) = &a[0] else { return None };
        let entry =
            |(name, value): (&String, &Value)| Value::from([("key", name.as_str().into()), ("value", value.clone())]);
        Some(Value::List(map.iter().map(entry).collect()))
    }),
    function("context", (1, 1), "entries", |a| {
        let mut map = BTreeMap::new();
        for entry in a.list(0)? {
            let Value::Map(mut entry) = entry else { return None };
            let (Some(Value::Text(key)), Some(value)) = (entry.remove("key"), entry.remove("value")) else {
                return None;
            };
            if map.insert(key, value).is_some() {
                return None;
            }
        }
        Some(Value::Map(map))
    }),
    function("context put", (3, 3), "context,key,value;context,keys,value", |a| {
        let keys = match &a[1] {
            Value::Text(_) => vec![&a[1]],
            Value::List(keys) if !keys.is_empty() => keys.iter().collect(),
            _ => return None,
        };
        put(a[0].clone(), &keys.into_iter().map(Value::text).collect::<Option<Vec<_>>>()?, &a[2])
    }),
    function("context merge", (1, 1), "contexts", merge),
];

fn put(context: Value, keys: &[&str], value: &Value) -> Option<Value> {
    let Some((key, rest)) = keys.split_first() else { return Some(value.clone()) };
    let mut map = match context {
        Value::Map(map) => map,
        _ => return None,
    };
    let inner = map.remove(*key).unwrap_or_else(|| Value::Map(BTreeMap::new()));
    map.insert((*key).to_owned(), put(inner, rest, value)?);
    Some(Value::Map(map))
}

fn merge(a: &Arguments<'_>) -> Option<Value> {
    let mut merged = BTreeMap::new();
    for context in a.list(0)? {
        let Value::Map(map) = context else { return None };
        merged.extend(map);
    }
    Some(Value::Map(merged))
}
