//! Boxed expressions written as FEEL.

use super::model::{Boxed, Entry};
use crate::feel::key;

/// The formula that means the same; `None` where a decision table stands within.
pub(super) fn formula(logic: &Boxed) -> Option<String> {
    Some(match logic {
        Boxed::Formula(text) => text.trim().to_owned(),
        Boxed::Table(_) => return None,
        Boxed::Context(entries) => context(entries)?,
        Boxed::Invocation { function, arguments } => {
            let arguments: Option<Vec<_>> =
                arguments.iter().map(|entry| Some(format!("{}: {}", entry.name, formula(&entry.logic)?))).collect();
            format!("{}({})", bracketed(function)?, arguments?.join(", "))
        }
        Boxed::List(items) => {
            format!("[{}]", items.iter().map(formula).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Boxed::Relation { columns, rows } => {
            let row = |cells: &Vec<Boxed>| {
                let members = columns.iter().zip(cells);
                let members: Option<Vec<_>> =
                    members.map(|((name, _), cell)| Some(format!("{}: {}", key(name), formula(cell)?))).collect();
                Some(format!("{{{}}}", members?.join(", ")))
            };
            format!("[{}]", rows.iter().map(row).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Boxed::Function { parameters, body } => {
            let parameters = parameters.iter().map(|(name, kind)| match kind.as_str() {
                "" => name.clone(),
                kind => format!("{name}: {kind}"),
            });
            format!("function({}) {}", parameters.collect::<Vec<_>>().join(", "), formula(body)?)
        }
        Boxed::Conditional([condition, yes, no]) => {
            format!("if {} then {} else {}", formula(condition)?, formula(yes)?, formula(no)?)
        }
        Boxed::Filter { list, matches } => format!("{}[{}]", bracketed(list)?, formula(matches)?),
        Boxed::Iterator { word, name, list, body } => {
            let then = if *word == "for" { "return" } else { "satisfies" };
            format!("{word} {name} in {} {then} {}", formula(list)?, formula(body)?)
        }
        Boxed::Typed { kind, logic } => typed(kind, formula(logic)?),
    })
}

/// What is brought to a type is, in FEEL, the result of a function of that type.
fn typed(kind: &str, formula: String) -> String {
    if kind.is_empty() { formula } else { format!("(function(): {kind} {formula})()") }
}

/// A last entry without a name is the result of the whole.
fn context(entries: &[Entry]) -> Option<String> {
    let member = |entry: &Entry| Some(typed(&entry.kind, formula(&entry.logic)?));
    let members = entries.iter().filter(|entry| !entry.name.is_empty());
    let members: Option<Vec<_>> =
        members.map(|entry| Some(format!("{}: {}", key(&entry.name), member(entry)?))).collect();
    let mut members = members?;
    match entries.last().filter(|entry| entry.name.is_empty()) {
        Some(result) => {
            members.push(format!("\"\": {}", member(result)?));
            Some(format!("get value({{{}}}, \"\")", members.join(", ")))
        }
        None => Some(format!("{{{}}}", members.join(", "))),
    }
}

/// A name stays as it is; anything else stands in brackets.
fn bracketed(logic: &Boxed) -> Option<String> {
    let text = formula(logic)?;
    let plain = text.chars().all(|sign| sign.is_alphanumeric() || "_. ".contains(sign));
    Some(if plain { text } else { format!("({text})") })
}
