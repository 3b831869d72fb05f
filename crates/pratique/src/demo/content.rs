//! Sample filings, made from the catalogue: each field gets a plausible value of its kind, unless the scene says which.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    formality::{Field, Formality, Kind, Required, When},
};

/// What the scene says about the fields of a filing, by name; a row's fields are named `members/2/family_name`.
pub type Said = BTreeMap<String, Value>;

/// A filing with something plausible in each field.
pub fn filing(formality: Formality, now: Instant, rows: usize, said: &Said) -> Value {
    Value::Map(fill(formality.spec().fields, now, rows, 0, "", said))
}

fn fill(fields: &[Field], now: Instant, rows: usize, nth: usize, above: &str, said: &Said) -> BTreeMap<String, Value> {
    let mut filled = BTreeMap::new();
    for field in fields {
        let name = format!("{above}{}", field.name);
        let value = match said.get(&name).or_else(|| said.get(field.name)) {
            Some(value) => value.clone(),
            None => match field.kind {
                Kind::Rows(columns, max) => {
                    let made = (0..rows.min(max))
                        .map(|row| Value::Map(fill(columns, now, 1, row, &format!("{name}/{row}/"), said)));
                    Value::List(made.collect())
                }
                // What is not asked for is left out: a number of deaths contradicts "no death".
                _ if field.required == Required::No => Value::Null,
                _ => plausible(field, now, nth),
            },
        };
        if !value.is_empty() {
            filled.insert(field.name.to_owned(), value);
        }
    }
    filled
}

fn plausible(field: &Field, now: Instant, nth: usize) -> Value {
    let day = |days: i64| Value::Text(now.plus_hours(days * 24).timestamp().to_string()[..10].to_owned());
    match field.kind {
        Kind::Text { .. } => Value::Text(format!("SAMPLE {}", nth + 1)),
        Kind::LongText => Value::from("SAMPLE: general cargo in containers"),
        Kind::Code { max } => {
            let code = format!("S{:0>4}{}", nth + 1, field.name.len());
            Value::Text(code[..code.len().min(max)].to_owned())
        }
        Kind::Number { min, .. } | Kind::Integer { min, .. } => Value::from(min.max(1)),
        Kind::Date => match field.when {
            When::Coming => day(400),
            When::Past => day(-12_000 - i64::try_from(nth).unwrap_or(0) * 101),
            When::Any => day(-30),
        },
        Kind::Instant => match field.when {
            When::Past => Value::Text(now.plus_hours(-48).to_string()),
            _ => Value::Text(now.plus_hours(48).to_string()),
        },
        Kind::Locode => Value::from("KRINC"),
        Kind::Country => Value::from(["KOR", "PHL", "CHN", "PAN"][nth % 4]),
        Kind::Choice(choices) => choices.first().map_or(Value::Null, |(code, ..)| Value::from(*code)),
        // All is well on a sample ship: certificates are there, and nobody is ill.
        Kind::YesNo => Value::from(matches!(
            field.name,
            "certificate_held"
                | "plan_on_board"
                | "procedures_kept"
                | "all_well"
                | "pilot"
                | "crew_fixed"
                | "dues_paid"
        )),
        Kind::ImoNumber => Value::from("9074729"),
        Kind::UnNumber => Value::from("1203"),
        Kind::PackageCode => Value::from("CT"),
        Kind::Unit => Value::from("KGM"),
        Kind::Rows(..) => Value::Null,
    }
}
