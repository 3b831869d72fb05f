//! Texts and truth (DMN 1.5, 10.3.4.1 and 10.3.4.3).

use regex_lite::{Regex, RegexBuilder};

use super::{Arguments, Function, count, function, lists};
use crate::{Value, feel};

pub(super) static FUNCTIONS: &[Function] = &[
    function("not", (1, 1), "negand", |a| a[0].bool().map(|yes| Value::Bool(!yes))),
    // Our own: neither null nor empty.
    function("present", (1, 1), "value", |a| Some(Value::Bool(!a[0].is_empty()))),
    function("is defined", (1, 1), "value", |a| Some(Value::Bool(a[0] != Value::Null))),
    function("string length", (1, 1), "string", |a| a[0].text().map(|text| count(text.chars().count()))),
    function("upper case", (1, 1), "string", |a| a[0].text().map(|text| text.to_uppercase().into())),
    function("lower case", (1, 1), "string", |a| a[0].text().map(|text| text.to_lowercase().into())),
    function("substring", (2, 3), "string,start position,length", substring),
    function("substring before", (2, 2), "string,match", |a| split_once(a).map(|(before, _)| before)),
    function("substring after", (2, 2), "string,match", |a| split_once(a).map(|(_, after)| after)),
    function("contains", (2, 2), "string,match", |a| match &a[0] {
        Value::List(_) => lists::holds(a),
        text => Some(Value::Bool(text.text()?.contains(a[1].text()?))),
    }),
    function("starts with", (2, 2), "string,match", |a| Some(Value::Bool(a[0].text()?.starts_with(a[1].text()?)))),
    function("ends with", (2, 2), "string,match", |a| Some(Value::Bool(a[0].text()?.ends_with(a[1].text()?)))),
    function("matches", (2, 3), "input,pattern,flags", |a| Some(Value::Bool(pattern(a, 1, 2)?.is_match(a[0].text()?)))),
    function("replace", (3, 4), "input,pattern,replacement,flags", |a| {
        let replacement = replacement(a[2].text()?);
        Some(pattern(a, 1, 3)?.replace_all(a[0].text()?, replacement.as_str()).into_owned().into())
    }),
    function("split", (2, 2), "string,delimiter", |a| {
        Some(Value::List(pattern(a, 1, 2)?.split(a[0].text()?).map(Value::from).collect()))
    }),
    function("string join", (1, 4), "list,delimiter,prefix,suffix", join),
    function("string", (1, 1), "from", |a| written(&a[0]).map(Value::Text)),
];

/// The words of a value: a text is itself, within lists and contexts it stands in quotes.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Function(_) => None,
        Value::Text(text) => Some(text.clone()),
        Value::List(_) | Value::Map(_) | Value::Range(_) => Some(inner(value)),
        other => Some(other.to_string()),
    }
}

fn inner(value: &Value) -> String {
    match value {
        Value::List(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let members = map.iter().map(|(name, value)| format!("{name}: {}", inner(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Text(_) | Value::Range(_) => feel::literal(value),
        other => other.to_string(),
    }
}

/// Positions count signs from 1, or from the end when negative.
fn substring(a: &Arguments<'_>) -> Option<Value> {
    let signs: Vec<char> = a[0].text()?.chars().collect();
    let start = a.position(1, signs.len())?;
    let length = match a.given(2) {
        Some(length) => usize::try_from(length.number()?.trunc()).ok().filter(|length| *length > 0)?,
        None if a.len() > 2 => return None,
        None => signs.len(),
    };
    Some(signs.iter().skip(start).take(length).collect::<String>().into())
}

fn split_once(a: &Arguments<'_>) -> Option<(Value, Value)> {
    let (text, mark) = (a[0].text()?, a[1].text()?);
    let (before, after) = text.split_once(mark).unwrap_or(("", ""));
    Some((before.into(), after.into()))
}

/// A pattern with its flags, as XQuery's `i`, `m`, `s` and `x`.
fn pattern(a: &Arguments<'_>, pattern: usize, flags: usize) -> Option<Regex> {
    let flags = a.given(flags).map_or(Some(""), Value::text)?;
    if flags.contains(|flag| !"imsx".contains(flag)) {
        return None;
    }
    RegexBuilder::new(a[pattern].text()?)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .ignore_whitespace(flags.contains('x'))
        .build()
        .ok()
}

/// `$1` names a group also where letters follow; `\$` is a dollar.
fn replacement(text: &str) -> String {
    let mut written = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if signs.peek() == Some(&'$') => {
                signs.next();
                written.push_str("$$");
            }
            '$' => {
                let mut group = String::new();
                while let Some(digit) = signs.next_if(char::is_ascii_digit) {
                    group.push(digit);
                }
                written.push_str(&if group.is_empty() { "$$".to_owned() } else { format!("${{{group}}}") });
            }
            plain => written.push(plain),
        }
    }
    written
}

fn join(a: &Arguments<'_>) -> Option<Value> {
    let list = a.list(0)?;
    // What is null is left out.
    let words = list.iter().filter(|item| **item != Value::Null).map(Value::text).collect::<Option<Vec<_>>>()?;
    let part = |place: usize| a.given(place).map_or(Some(""), Value::text);
    Some(format!("{}{}{}", part(2)?, words.join(part(1)?), part(3)?).into())
}
