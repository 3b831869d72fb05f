//! Types (DMN 1.5, 10.3.2.9): what a value is an instance of, and how it is brought to a declared type.

use std::{collections::BTreeMap, sync::Arc};

use super::{Scope, Tests, compare, test};
use crate::{Value, value::Range};

/// What values an expression, a parameter or an item definition has.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Type {
    #[default]
    Any,
    /// Only null.
    Null,
    Number,
    Text,
    Boolean,
    Date,
    Time,
    DateTime,
    /// Years and months.
    Months,
    /// Days and time.
    Duration,
    Range(Box<Type>),
    List(Box<Type>),
    /// A context with these members, and others.
    Map(BTreeMap<String, Type>),
    /// A function of so many parameters; `None` where any will do.
    Function(Option<Vec<Type>>, Box<Type>),
    /// A type with allowed values: an item definition.
    Allowed(Box<Type>, Arc<Tests>),
}

/// Types by their names: the item definitions of a model.
pub type Types = BTreeMap<String, Type>;

impl Type {
    /// A type that FEEL itself has, by the names of its grammar and of DMN's `typeRef`s.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "Any" | "any" => Type::Any,
            "Null" | "null" => Type::Null,
            "number" => Type::Number,
            "string" | "text" => Type::Text,
            "boolean" => Type::Boolean,
            "date" => Type::Date,
            "time" => Type::Time,
            "date and time" | "dateTime" | "datetime" => Type::DateTime,
            "years and months duration" | "yearMonthDuration" => Type::Months,
            "days and time duration" | "dayTimeDuration" => Type::Duration,
            "list" => Type::List(Box::default()),
            "context" => Type::Map(BTreeMap::new()),
            "range" => Type::Range(Box::default()),
            "function" => Type::Function(None, Box::default()),
            _ => return None,
        })
    }

    /// Whether a value is an instance; null is one of `Any` and `Null` alone.
    pub fn has(&self, value: &Value) -> bool {
        match (self, value) {
            (Type::Any, value) => *value != Value::Null,
            (Type::Null, value) => *value == Value::Null,
            // Only here must every member be there: where a type is declared, what is missing is null.
            (Type::Map(members), Value::Map(map)) if !members.keys().all(|name| map.contains_key(name)) => false,
            _ => *value != Value::Null && self.admits(value),
        }
    }

    /// Whether a value may stand where this type is declared: null may everywhere.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Type::Any, _)
            | (_, Value::Null)
            | (Type::Number, Value::Number(_))
            | (Type::Text, Value::Text(_))
            | (Type::Boolean, Value::Bool(_))
            | (Type::Date, Value::Date(_))
            | (Type::Time, Value::Time(..))
            | (Type::DateTime, Value::DateTime(..))
            | (Type::Months, Value::Months(_))
            | (Type::Duration, Value::Duration(_)) => true,
            (Type::List(of), Value::List(items)) => items.iter().all(|item| of.admits(item)),
            (Type::Map(members), Value::Map(map)) => {
                members.iter().all(|(name, kind)| map.get(name).is_none_or(|value| kind.admits(value)))
            }
            (Type::Range(of), Value::Range(range)) => [&range.low, &range.high].into_iter().all(|end| of.admits(end)),
            (Type::Function(parameters, _), Value::Function(function)) => parameters
                .as_ref()
                .is_none_or(|types| super::function::arity(function).is_none_or(|arity| arity == types.len())),
            (Type::Allowed(of, tests), value) => of.admits(value) && allows(of, tests, value),
            _ => false,
        }
    }

    /// The value as this type: itself, the only item of a list, a list of the single value, or the midnight of a day
    /// (DMN 1.5, 10.3.2.9.4); null where it is of another type.
    pub fn conform(&self, value: Value) -> Value {
        if self.admits(&value) {
            return value;
        }
        match (self.base(), value) {
            (Type::DateTime, Value::Date(day)) => {
                let midnight = day.to_datetime(jiff::civil::Time::midnight());
                self.kept(Value::DateTime(midnight, Some(jiff::tz::Offset::UTC)))
            }
            (Type::List(_), Value::List(_)) => Value::Null,
            (Type::List(_), single) => self.kept(Value::List(vec![single])),
            (_, Value::List(mut items)) if items.len() == 1 => self.kept(items.remove(0)),
            _ => Value::Null,
        }
    }

    /// The allowed values of a single value.
    pub(crate) fn values(&self) -> Option<&Tests> {
        match self {
            Type::Allowed(of, tests) if !matches!(of.base(), Type::List(_)) => Some(tests),
            _ => None,
        }
    }

    /// The type of the items of a list.
    pub(crate) fn item(&self) -> Option<Type> {
        match self {
            Type::List(of) => Some((**of).clone()),
            Type::Allowed(of, tests) => Some(Type::Allowed(of.item()?.into(), tests.clone())),
            _ => None,
        }
    }

    /// The type of a member of a context.
    pub(crate) fn member(&self, name: &str) -> Option<Type> {
        match self {
            Type::Map(members) => members.get(name).cloned(),
            Type::Allowed(of, _) => of.member(name),
            _ => None,
        }
    }

    fn kept(&self, value: Value) -> Value {
        if self.admits(&value) { value } else { Value::Null }
    }

    fn base(&self) -> &Type {
        match self {
            Type::Allowed(of, _) => of.base(),
            other => other,
        }
    }
}

/// Allowed values of a list are those of its items, unless the tests speak of the list itself.
fn allows(of: &Type, tests: &Tests, value: &Value) -> bool {
    let root = Scope::strict(&Value::Null);
    let holds = |value: &Value| test(tests, value, &root) == Some(true);
    match (of.base(), value) {
        (Type::List(_), Value::List(items)) => holds(value) || items.iter().all(holds),
        _ => holds(value),
    }
}

impl Range {
    /// Whether a value lies within; `None` where that cannot be told.
    pub(super) fn holds(&self, value: &Value, strict: bool) -> Option<bool> {
        use super::Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let within = |end: &Value, comparison| match end {
            // An end that was not given bounds nothing.
            Value::Null => Some(*value != Value::Null),
            end => compare::compare(comparison, value, end, strict),
        };
        let above = within(&self.low, if self.low_in { GreaterOrEqual } else { Greater })?;
        let below = within(&self.high, if self.high_in { LessOrEqual } else { Less })?;
        Some(above && below)
    }
}
