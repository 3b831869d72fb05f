//! JSON Schema (2020-12) of a formality's canonical value, for the API's description.

use std::collections::BTreeMap;

use super::{
    Formality,
    field::{Field, Kind, Required},
};
use crate::Value;

/// The schema of a formality. Both labels, the class of need to know and the source stand in `title`, `x-title-zh`,
/// `x-class` and `x-source`. More than the schema allows is understood on the way in (dates as people write them, names
/// of countries); what is given back fits it.
pub fn schema(formality: Formality) -> Value {
    let spec = formality.spec();
    let mut whole = object(spec.fields);
    whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".into(), spec.en.into());
    whole.insert("x-title-zh".into(), spec.zh.into());
    whole.insert("x-short".into(), spec.short.into());
    whole.insert("x-source".into(), spec.source.into());
    Value::Map(whole)
}

type Members = BTreeMap<String, Value>;

fn object(fields: &'static [Field]) -> Members {
    let properties = fields.iter().map(|field| (field.name.to_owned(), Value::Map(property(field)))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required == Required::Always).map(|field| field.name).collect();
    let mut members = with([("type", "object".into()), ("properties", Value::Map(properties))]);
    if !required.is_empty() {
        members.insert("required".into(), Value::from(required));
    }
    members
}

fn property(field: &'static Field) -> Members {
    let mut members = kind(field);
    members.insert("title".into(), field.en.into());
    members.insert("x-title-zh".into(), field.zh.into());
    members.insert("x-class".into(), field.personal.code().into());
    if !field.source.is_empty() {
        members.insert("x-source".into(), field.source.into());
    }
    if !field.hint.1.is_empty() {
        members.insert("description".into(), field.hint.1.into());
    }
    members
}

fn kind(field: &'static Field) -> Members {
    let pattern = |pattern: &str| with([("type", "string".into()), ("pattern", pattern.into())]);
    let format = |format: &str| with([("type", "string".into()), ("format", format.into())]);
    let at_most = |max: usize| with([("type", "string".into()), ("maxLength", whole(max))]);
    match field.kind {
        Kind::Text { max } | Kind::Code { max } => at_most(max),
        Kind::LongText => at_most(4_000),
        Kind::Number { min, max, decimals, unit } => {
            let mut members = with([("type", "number".into()), ("minimum", min.into()), ("maximum", max.into())]);
            members.insert("x-decimals".into(), i64::from(decimals).into());
            if !unit.is_empty() {
                members.insert("x-unit".into(), unit.into());
            }
            members
        }
        Kind::Integer { min, max } => {
            with([("type", "integer".into()), ("minimum", min.into()), ("maximum", max.into())])
        }
        Kind::Date => format("date"),
        Kind::Instant => format("date-time"),
        Kind::Locode => pattern("^[A-Z]{2}[A-Z2-9]{3}$"),
        Kind::Country => pattern("^[A-Z]{3}$"),
        Kind::Choice(codes) => {
            let list = codes.iter().map(|code| code.0).collect::<Vec<_>>();
            let words = codes
                .iter()
                .map(|code| (code.0.to_owned(), Value::from([("zh", code.1.into()), ("en", code.2.into())])));
            with([("type", "string".into()), ("enum", list.into()), ("x-words", Value::Map(words.collect()))])
        }
        Kind::YesNo => with([("type", "boolean".into())]),
        Kind::ImoNumber => pattern("^[0-9]{7}$"),
        Kind::UnNumber => pattern("^[0-9]{4}$"),
        Kind::PackageCode => pattern("^[A-Z0-9]{2}$"),
        Kind::Unit => pattern("^[A-Z0-9]{2,3}$"),
        Kind::Rows(columns, max) => {
            with([("type", "array".into()), ("maxItems", whole(max)), ("items", Value::Map(object(columns)))])
        }
    }
}

fn with<const N: usize>(members: [(&str, Value); N]) -> Members {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn whole(number: usize) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}
