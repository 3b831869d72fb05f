//! Brings what was typed or sent into its canonical form. Never refuses: what cannot be read stays for the check.

use std::collections::BTreeMap;

use super::{
    Formality,
    faults::{Place, too_many_rows, unknown_field, unsafe_characters},
    field::{Field, Kind},
};
use crate::{Fault, Value, reference};

pub mod date;
mod number;
mod text;

/// Brings a filing into its canonical form: trimmed, half-width codes, ISO dates, instants in UTC, alpha-3 countries,
/// codes of choices, numbers and yes/no as such, empty fields and blank rows left out. Fields that the form does not
/// have, and characters that cannot be seen, are taken out and flagged. What cannot be read stays as it is.
///
/// Locations in the faults are positions in the value given back, apart from fields that were left out.
pub fn normalise(formality: Formality, value: Value) -> (Value, Vec<Fault>) {
    normalise_fields(formality.fields(), value)
}

/// The same for any list of fields.
pub fn normalise_fields(fields: &'static [Field], value: Value) -> (Value, Vec<Fault>) {
    let mut faults = Vec::new();
    let value = match value {
        Value::Map(map) => Value::Map(normalise_map(fields, map, "", None, &mut faults)),
        _ => Value::Map(BTreeMap::new()),
    };
    (value, faults)
}

fn normalise_map(
    fields: &'static [Field],
    mut given: BTreeMap<String, Value>,
    above: &str,
    row: Option<(&'static Field, usize)>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Value> {
    let mut map = BTreeMap::new();
    for field in fields {
        let Some(value) = given.remove(field.name) else { continue };
        let value = normalise_field(Place { above, row, field }, value, faults);
        if !value.is_empty() {
            map.insert(field.name.to_owned(), value);
        }
    }
    faults.extend(given.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| unknown_field(above, name)));
    map
}

fn normalise_field(place: Place, value: Value, faults: &mut Vec<Fault>) -> Value {
    match (place.field.kind, value) {
        (Kind::Rows(columns, max), Value::List(list)) => normalise_rows(place, columns, max, list, faults),
        (_, value @ (Value::List(_) | Value::Map(_))) => value,
        (kind, Value::Text(given)) => {
            let (clean, removed) = text::without_unseen(&given);
            if removed {
                faults.push(unsafe_characters(place));
            }
            read_text(place.field, kind, &clean)
        }
        (Kind::Number { .. } | Kind::Integer { .. }, Value::Number(number)) => Value::Number(number.normalize()),
        (kind, value @ (Value::Number(_) | Value::Bool(_))) => read_text(place.field, kind, &value.to_string()),
        (_, Value::Null) => Value::Null,
        (kind, other) => read_text(place.field, kind, &other.to_string()),
    }
}

fn normalise_rows(
    place: Place,
    columns: &'static [Field],
    max: usize,
    list: Vec<Value>,
    faults: &mut Vec<Fault>,
) -> Value {
    let given = list.len();
    let mut rows = Vec::with_capacity(given.min(max));
    for value in list {
        if rows.len() == max {
            if given > max {
                faults.push(too_many_rows(place, given, max));
            }
            break;
        }
        match value {
            Value::Map(map) => {
                let above = format!("{}/{}", place.pointer(), rows.len());
                let row = normalise_map(columns, map, &above, Some((place.field, rows.len())), faults);
                if !row.is_empty() {
                    rows.push(Value::Map(row));
                }
            }
            empty if empty.is_empty() => {}
            other => rows.push(other),
        }
    }
    Value::List(rows)
}

fn read_text(field: &Field, kind: Kind, given: &str) -> Value {
    let words = || text::words(given);
    let code = text::code(given);
    if code.is_empty() {
        return Value::Null;
    }
    let found = match kind {
        Kind::Text { .. } => Some(Value::Text(words())),
        Kind::LongText => Some(Value::Text(text::paragraphs(given))),
        Kind::Code { .. } => Some(Value::Text(code.clone())),
        Kind::Number { unit, .. } => number::read(&code, unit).map(Value::Number),
        Kind::Integer { .. } => number::read(&code, "").map(Value::Number),
        Kind::Date => date::day(&code).map(|day| Value::Text(day.to_string())),
        Kind::Instant => date::instant(&code).map(|at| Value::Text(at.to_string())),
        // What stood apart can compose once nothing stands between.
        Kind::Locode => Some(Value::Text(text::code(&code.replace([' ', '-'], "")))),
        Kind::Country => country(&code).map(Value::Text),
        Kind::Choice(codes) => choice(field, codes, &code),
        Kind::YesNo => yes_no(&code).map(Value::Bool),
        Kind::ImoNumber => Some(Value::Text(without_prefix(&code, "IMO").to_owned())),
        Kind::UnNumber => Some(Value::Text(un_number(&code))),
        Kind::PackageCode => Some(Value::Text(code.clone())),
        Kind::Unit => Some(Value::Text(unit(&code))),
        Kind::Rows(..) => None,
    };
    found.unwrap_or_else(|| Value::Text(words()))
}

fn choice(field: &Field, codes: &'static [(&'static str, &'static str, &'static str)], given: &str) -> Option<Value> {
    let same = |word: &str| text::is_code(word, given);
    let coded = codes.iter().find(|(code, ..)| same(code)).map(|found| found.0);
    let known = || field.also.iter().find(|(word, _)| *word == given).map(|found| found.1);
    let labelled = || codes.iter().find(|(_, zh, en)| same(en) || same(zh)).map(|found| found.0);
    coded.or_else(known).or_else(labelled).map(Value::from)
}

fn yes_no(given: &str) -> Option<bool> {
    match given {
        "TRUE" | "YES" | "Y" | "1" | "ON" | "是" | "有" | "对" | "√" | "✓" => Some(true),
        "FALSE" | "NO" | "N" | "0" | "OFF" | "否" | "无" | "没有" | "不" | "×" | "NONE" | "NIL" => Some(false),
        _ => None,
    }
}

fn un_number(given: &str) -> String {
    let digits = without_prefix(given, "UN");
    let short = (1..4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if short { format!("{digits:0>4}") } else { digits.to_owned() }
}

/// The number behind a word such as `IMO` or `UN`, however often it was written.
fn without_prefix<'a>(given: &'a str, prefix: &str) -> &'a str {
    let mut rest = given;
    while let Some(next) = rest.strip_prefix(prefix) {
        rest = next.trim_start_matches([' ', '-', '.', ':']);
    }
    rest
}

/// The code of Recommendation 20 for the units that people write out.
fn unit(given: &str) -> String {
    let code = match given {
        "KG" | "KGS" | "KILOGRAM" | "KILOGRAMS" | "KILOGRAMS (KG)" | "公斤" | "千克" => "KGM",
        "G" | "GRAM" | "GRAMS" | "克" => "GRM",
        "T" | "MT" | "TON" | "TONS" | "TONNE" | "TONNES" | "TONNE (T)" | "吨" => "TNE",
        "LB" | "LBS" | "POUND" | "POUND (LB)" | "磅" => "LBR",
        "L" | "LITRE" | "LITRES" | "LITER" | "LITERS" | "LITER (L)" | "升" => "LTR",
        "ML" | "毫升" => "MLT",
        "M3" | "CBM" | "CUBIC METRES" | "CUBIC METERS" | "CUBIC METERS (M3)" | "立方米" => "MTQ",
        "U" | "PC" | "PCS" | "PIECE" | "PIECES" | "UNIT" | "UNITS" | "UNITS (U)" | "EA" | "EACH" | "件" | "个" => {
            "C62"
        }
        other => other,
    };
    code.to_owned()
}

/// Codes of ICAO Doc 9303 part 3 for holders without an ordinary nationality, and international organisations.
const NO_STATE: &[&str] = &[
    "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNA", "UNK", "UNO", "XAA", "XBA", "XCC", "XCE", "XCO", "XDC",
    "XEC", "XES", "XIM", "XMP", "XOM", "XPO", "XXA", "XXB", "XXC", "XXX",
];

fn country(given: &str) -> Option<String> {
    match given {
        // Germany's own passports write one letter.
        "D" => Some("DEU".to_owned()),
        code if NO_STATE.contains(&code) => Some(code.to_owned()),
        words => reference::country(words).map(|country| country.alpha3.to_string()),
    }
}

/// True when a canonical country is one.
pub fn country_known(code: &str) -> bool {
    country(code).is_some_and(|known| known == code)
}
