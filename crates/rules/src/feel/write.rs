//! Values as FEEL writes them.

use crate::Value;

/// The literal that gives a value again; functions have none and are written `null`.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null | Value::Function(_) => "null".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Date(_) | Value::Time(..) | Value::DateTime(..) | Value::Months(_) | Value::Duration(_) => {
            format!("@\"{value}\"")
        }
        Value::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let members = map.iter().map(|(name, value)| format!("{}: {}", key(name), literal(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Range(range) => {
            let (open, close) = (if range.low_in { '[' } else { '(' }, if range.high_in { ']' } else { ')' });
            format!("{open}{}..{}{close}", literal(&range.low), literal(&range.high))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text in quotes, with its escapes.
pub(crate) fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            other => written.push(other),
        }
    }
    written + "\""
}

/// A member's name: as it is where it is a plain word, else in quotes.
pub(crate) fn key(name: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || sign == '_';
    if !name.is_empty() && !name.starts_with(|first: char| first.is_numeric()) && name.chars().all(plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}
