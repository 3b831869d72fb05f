//! The one kind of value that forms, messages and rules share.

use std::{any::Any, borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::temporal;

/// A value of a form, a message or a rule.
///
/// What arrives from outside holds only `Null`, `Bool`, `Number`, `Text`, `List` and `Map`; dates and times in it are
/// text as ISO 8601 writes them, until a field's kind or a table's input says that they are dates.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing was given.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A decimal number.
    Number(Decimal),
    /// Words, codes, and instants as ISO 8601.
    Text(String),
    /// A day without a zone.
    Date(Date),
    /// A time of day, with its distance from UTC where it was given.
    Time(Time, Option<Offset>),
    /// A day and a time, with the distance from UTC where it was given: then it is an instant.
    DateTime(DateTime, Option<Offset>),
    /// A duration in years and months, counted in months.
    Months(i64),
    /// A duration in days and time.
    Duration(SignedDuration),
    /// Repeated values, in their order.
    List(Vec<Value>),
    /// Named values.
    Map(BTreeMap<String, Value>),
    /// All values between two.
    Range(Box<Range>),
    /// What an expression can call.
    Function(Function),
}

/// The values between two ends; an end that is null bounds nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: Value,
    /// Whether the lower end belongs.
    pub low_in: bool,
    /// The upper end.
    pub high: Value,
    /// Whether the upper end belongs.
    pub high_in: bool,
}

/// A function as a value. What it does is known where expressions are evaluated, and nowhere else.
#[derive(Clone)]
pub struct Function(pub(crate) Arc<dyn Any + Send + Sync>);

impl fmt::Debug for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Function")
    }
}

impl PartialEq for Function {
    /// A function is the same as itself alone.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Value {
    /// The value at a JSON Pointer (RFC 6901), `Null` where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        static NOTHING: Value = Value::Null;
        pointer.split('/').skip(1).try_fold(self, |here, step| here.step(&unescape(step))).unwrap_or(&NOTHING)
    }

    /// The named member of a map, `Null` where there is none.
    pub fn get(&self, name: &str) -> &Value {
        static NOTHING: Value = Value::Null;
        self.step(name).unwrap_or(&NOTHING)
    }

    fn step(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(name),
            Value::List(list) => list.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Puts a value at a JSON Pointer, making maps (and lists, for steps that are numbers) on the way.
    pub fn set(&mut self, pointer: &str, value: Value) {
        let mut here = self;
        for step in pointer.split('/').skip(1) {
            let step = unescape(step);
            here = match step.parse::<usize>() {
                Ok(index) if !matches!(here, Value::Map(_)) => here.list_mut(index),
                _ => here.map_mut().entry(step.into_owned()).or_default(),
            };
        }
        *here = value;
    }

    fn map_mut(&mut self) -> &mut BTreeMap<String, Value> {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(BTreeMap::new());
        }
        match self {
            Value::Map(map) => map,
            _ => unreachable!("made a map above"),
        }
    }

    fn list_mut(&mut self, index: usize) -> &mut Value {
        if !matches!(self, Value::List(_)) {
            *self = Value::List(Vec::new());
        }
        match self {
            Value::List(list) => {
                if list.len() <= index {
                    list.resize(index + 1, Value::Null);
                }
                &mut list[index]
            }
            _ => unreachable!("made a list above"),
        }
    }

    /// The words of a text, `None` for anything else.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, `None` for anything else.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The whole number, `None` for anything else.
    pub fn integer(&self) -> Option<i64> {
        self.number().and_then(|number| i64::try_from(number).ok())
    }

    /// Yes or no, `None` for anything else.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    /// The repeated values; empty for anything that is not a list.
    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(list) => list,
            _ => &[],
        }
    }

    /// True for `Null`, an empty text, an empty list and an empty map.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::List(list) => list.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => false,
        }
    }
}

fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

impl fmt::Display for Value {
    /// Words for people: lists are joined by commas, maps by semicolons.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Bool(yes) => write!(out, "{yes}"),
            Value::Number(number) => write!(out, "{}", number.normalize()),
            Value::Text(text) => out.write_str(text),
            Value::Date(date) => write!(out, "{date}"),
            Value::Time(time, offset) => {
                write!(out, "{time}")?;
                temporal::write_offset(out, *offset)
            }
            Value::DateTime(at, offset) => {
                write!(out, "{at}")?;
                temporal::write_offset(out, *offset)
            }
            Value::Months(months) => temporal::write_months(out, *months),
            Value::Duration(length) => temporal::write_duration(out, *length),
            Value::List(list) => {
                for (nth, value) in list.iter().enumerate() {
                    write!(out, "{}{value}", if nth == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Value::Map(map) => {
                for (nth, (name, value)) in map.iter().enumerate() {
                    write!(out, "{}{name}: {value}", if nth == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
            Value::Range(range) => {
                let (open, close) = (if range.low_in { '[' } else { '(' }, if range.high_in { ']' } else { ')' });
                write!(out, "{open}{}..{}{close}", range.low, range.high)
            }
            Value::Function(_) => out.write_str("function"),
        }
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(list: Vec<T>) -> Self {
        Value::List(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(pairs: [(&str, Value); N]) -> Self {
        Value::Map(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => out.serialize_unit(),
            Value::Bool(yes) => out.serialize_bool(*yes),
            Value::Number(number) => match i64::try_from(*number) {
                Ok(whole) if Decimal::from(whole) == *number => out.serialize_i64(whole),
                _ => out.serialize_f64(f64::try_from(*number).map_err(serde::ser::Error::custom)?),
            },
            Value::Text(text) => out.serialize_str(text),
            Value::Date(_)
            | Value::Time(..)
            | Value::DateTime(..)
            | Value::Months(_)
            | Value::Duration(_)
            | Value::Range(_)
            | Value::Function(_) => out.collect_str(self),
            Value::List(list) => out.collect_seq(list),
            Value::Map(map) => out.collect_map(map),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("null, a boolean, a number, a text, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        // The shortest digits that mean this float are the digits that were written, up to fifteen of them.
        let digits = number.to_string();
        digits.parse().map(Value::Number).map_err(|_| E::custom(format!("{digits} is out of range")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((name, value)) = members.next_entry()? {
            map.insert(name, value);
        }
        Ok(Value::Map(map))
    }
}
