//! Of whom a filing tells: keys by which a person is found when what concerns her is to be erased.

use super::{Formality, field::Field};
use crate::Value;

/// The keys of every person in a checked filing, each once: the numbers of her documents, and her name with her birth.
pub fn persons(formality: Formality, content: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    for field in formality.fields() {
        for row in content.get(field.name).list() {
            push(field.columns(), row, &mut keys);
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The keys of one person, whose fields are these columns.
pub fn persons_of(columns: &[Field], row: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    push(columns, row, &mut keys);
    keys
}

/// The key that is meant by a document's number (`E12345678`), or by `FAMILY/GIVEN/1990-01-31`; a given name may be empty.
pub fn person_key(text: &str) -> String {
    let parts: Vec<&str> = text.split('/').collect();
    match parts.as_slice() {
        [family, given, birth] => name(family, given, birth),
        _ => document(text),
    }
}

fn push(columns: &[Field], row: &Value, keys: &mut Vec<String>) {
    let has = |wanted: &str| columns.iter().any(|column| column.name == wanted);
    let text = |wanted: &str| row.get(wanted).text().unwrap_or("");
    for number in ["document_number", "seafarers_book"].into_iter().filter(|number| has(number)) {
        keys.extend(Some(document(text(number))).filter(|key| key.len() > "document:".len()));
    }
    if has("family_name") && !text("family_name").trim().is_empty() {
        keys.push(name(text("family_name"), text("given_names"), text("date_of_birth")));
    }
}

fn document(number: &str) -> String {
    let plain = number.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase);
    format!("document:{}", plain.collect::<String>())
}

fn name(family: &str, given: &str, birth: &str) -> String {
    let plain = |text: &str| {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>()
    };
    format!("name:{}/{}/{}", plain(family), plain(given), birth.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_each_document_and_by_name_and_birth_however_they_are_typed() {
        let member = Value::from([
            ("family_name", "de la Cruz".into()),
            ("given_names", "Ana María".into()),
            ("date_of_birth", "1990-01-31".into()),
            ("document_number", "E 1234-5678".into()),
            ("seafarers_book", "".into()),
        ]);
        let list = Value::from([("members", Value::List(vec![member.clone(), member]))]);
        let keys = persons(Formality::CrewList, &list);
        assert_eq!(keys, ["document:E12345678", "name:DELACRUZ/ANAMARÍA/1990-01-31"]);
        assert_eq!(person_key("e12345678"), keys[0]);
        assert_eq!(person_key("De La Cruz/ana maría/1990-01-31"), keys[1]);
        assert_eq!(persons(Formality::WasteNotification, &Value::from([("delivering", "none".into())])), [""; 0]);
    }
}
