//! Decimals as text or as numbers; written as text, so that no reader makes a float of them.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::Value;

/// Writes a decimal as text.
pub(crate) fn serialize<S: Serializer>(amount: &Decimal, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(amount)
}

/// Reads a decimal from text or from a number.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Decimal, D::Error> {
    read(&Value::deserialize(input)?).ok_or_else(|| D::Error::custom("a decimal number is expected"))
}

fn read(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The same for one that may be missing.
pub(crate) mod optional {
    use super::{Decimal, Deserialize, Deserializer, Error, Serializer, Value, read};

    pub(crate) fn serialize<S: Serializer>(amount: &Option<Decimal>, out: S) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => out.collect_str(amount),
            None => out.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Decimal>, D::Error> {
        match Value::deserialize(input)? {
            Value::Null => Ok(None),
            value => read(&value).map(Some).ok_or_else(|| D::Error::custom("a decimal number is expected")),
        }
    }
}
