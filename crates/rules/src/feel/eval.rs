//! Evaluation: without failure, and without copying what is only looked at.

use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive;

use super::{Comparison, Expr, Test, Tests, arithmetic, builtins, compare};
use crate::Value;

/// What names mean: maps within maps, the innermost first.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// The bound name, or none where all members of a map are names.
    name: Option<&'s str>,
    value: &'s Value,
    outer: Option<&'s Scope<'s>>,
}

impl<'s> Scope<'s> {
    /// All members of a map are names.
    pub fn new(map: &'s Value) -> Self {
        Scope { name: None, value: map, outer: None }
    }

    /// The members of a map hide what is outside.
    pub fn within(map: &'s Value, outer: &'s Scope<'s>) -> Self {
        Scope { name: None, value: map, outer: Some(outer) }
    }

    /// One name hides what is outside; `?` is the value under test.
    pub fn named(name: &'s str, value: &'s Value, outer: &'s Scope<'s>) -> Self {
        Scope { name: Some(name), value, outer: Some(outer) }
    }

    /// What a name means here; `Null` where nobody knows it.
    fn get(&self, name: &str) -> &'s Value {
        static NOTHING: Value = Value::Null;
        let mut here = self;
        loop {
            match (here.name, here.value) {
                (Some(bound), value) if bound == name => return value,
                (None, Value::Map(map)) => {
                    if let Some(value) = map.get(name) {
                        return value;
                    }
                }
                _ => {}
            }
            match here.outer {
                Some(outer) => here = outer,
                None => return &NOTHING,
            }
        }
    }
}

/// The value of an expression; `Null` for what cannot be told.
pub fn evaluate<'s>(expr: &'s Expr, scope: &Scope<'s>) -> Cow<'s, Value> {
    let owned = match expr {
        Expr::Const(value) => return Cow::Borrowed(value),
        Expr::Name(name) => return Cow::Borrowed(scope.get(name)),
        Expr::Member(inner, name) => return member(evaluate(inner, scope), name),
        Expr::If(condition, yes, no) => {
            return evaluate(if evaluate(condition, scope).bool() == Some(true) { yes } else { no }, scope);
        }
        Expr::Filter(list, condition) => filter(&evaluate(list, scope), condition, scope),
        Expr::List(items) => Value::List(items.iter().map(|item| evaluate(item, scope).into_owned()).collect()),
        Expr::Minus(inner) => arithmetic::minus(&evaluate(inner, scope)),
        Expr::Arithmetic(operator, left, right) => {
            arithmetic::calculate(*operator, &evaluate(left, scope), &evaluate(right, scope))
        }
        Expr::Call(function, arguments) => {
            let values: Vec<_> = arguments.iter().map(|argument| evaluate(argument, scope)).collect();
            builtins::apply(*function, &values)
        }
        _ => condition(expr, scope).into(),
    };
    Cow::Owned(owned)
}

/// The three-valued truth of a condition: `None` where it cannot be told, or where the expression is no condition.
pub fn verdict(expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
    match expr {
        Expr::And(..) | Expr::Or(..) | Expr::Compare(..) | Expr::In(..) | Expr::Quantified(..) | Expr::Matches(..) => {
            condition(expr, scope)
        }
        other => evaluate(other, scope).bool(),
    }
}

fn condition(expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
    match expr {
        Expr::And(left, right) => all([left, right].into_iter().map(|part| verdict(part, scope))),
        Expr::Or(left, right) => any([left, right].into_iter().map(|part| verdict(part, scope))),
        Expr::Compare(comparison, left, right) => {
            compare::compare(*comparison, &evaluate(left, scope), &evaluate(right, scope))
        }
        Expr::In(value, tests) => {
            let value = evaluate(value, scope);
            any(tests.iter().map(|test| one(test, &value, scope)))
        }
        Expr::Quantified(every, name, list, condition) => {
            let list = evaluate(list, scope);
            let Value::List(items) = &*list else { return None };
            let verdicts = items.iter().map(|item| verdict(condition, &Scope::named(name, item, scope)));
            if *every { all(verdicts) } else { any(verdicts) }
        }
        Expr::Matches(text, pattern) => evaluate(text, scope).text().map(|text| pattern.is_match(text)),
        _ => None,
    }
}

/// Whether a value passes the tests of a cell; `None` where that cannot be told.
pub fn test(tests: &Tests, value: &Value, scope: &Scope<'_>) -> Option<bool> {
    match tests {
        Tests::Any => Some(true),
        Tests::Some(tests) => any(tests.iter().map(|test| one(test, value, scope))),
        Tests::Not(tests) => any(tests.iter().map(|test| one(test, value, scope))).map(|yes| !yes),
    }
}

fn one(test: &Test, value: &Value, scope: &Scope<'_>) -> Option<bool> {
    match test {
        Test::Compare(comparison, end) => compare::compare(*comparison, value, &evaluate(end, scope)),
        Test::Range(low, low_in, high, high_in) => {
            let above = if *low_in { Comparison::GreaterOrEqual } else { Comparison::Greater };
            let below = if *high_in { Comparison::LessOrEqual } else { Comparison::Less };
            all([(above, low), (below, high)]
                .into_iter()
                .map(|(comparison, end)| compare::compare(comparison, value, &evaluate(end, scope))))
        }
        Test::Value(expected) => match (&*evaluate(expected, scope), value) {
            (Value::List(items), Value::List(_)) => {
                let same = compare::equal(&Value::List(items.clone()), value);
                any(items.iter().map(|item| compare::equal(item, value)).chain([same]))
            }
            (Value::List(items), value) => any(items.iter().map(|item| compare::equal(item, value))),
            (expected, value) => compare::equal(expected, value),
        },
        Test::Condition(condition) => verdict(condition, &Scope::named("?", value, scope)),
    }
}

/// Conjunction: one false decides, one unknown spoils.
fn all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(verdicts.map(|verdict| verdict.map(|yes| !yes))).map(|yes| !yes)
}

/// Disjunction: one true decides, one unknown spoils.
fn any(mut verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    loop {
        match verdicts.next() {
            None => return result,
            Some(Some(true)) => return Some(true),
            Some(Some(false)) => {}
            Some(None) => result = None,
        }
    }
}

fn member<'s>(value: Cow<'s, Value>, name: &str) -> Cow<'s, Value> {
    match value {
        Cow::Borrowed(Value::Map(map)) => map.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        Cow::Owned(Value::Map(mut map)) => Cow::Owned(map.remove(name).unwrap_or_default()),
        other => Cow::Owned(match &*other {
            Value::List(items) => {
                Value::List(items.iter().map(|item| member(Cow::Borrowed(item), name).into_owned()).collect())
            }
            other => builtins::part(other, name),
        }),
    }
}

/// A position counts from 1, or from the end when negative; a condition sees each item as `item` and by its members.
fn filter(list: &Value, condition: &Expr, scope: &Scope<'_>) -> Value {
    // A single value is as good as a list of it (DMN 1.5, 10.3.2.5).
    let single = [list.clone()];
    let items: &[Value] = match list {
        Value::List(items) => items,
        Value::Null => &[],
        _ => &single,
    };
    if let Value::Number(position) = &*evaluate(condition, scope) {
        let index = match position.to_i64() {
            Some(position) if position > 0 => usize::try_from(position - 1).ok(),
            Some(position) if position < 0 => items.len().checked_sub(usize::try_from(-position).unwrap_or(usize::MAX)),
            _ => None,
        };
        return index.and_then(|index| items.get(index)).cloned().unwrap_or_default();
    }
    let keep = items.iter().filter(|item| {
        let named = Scope::named("item", item, scope);
        verdict(condition, &Scope::within(item, &named)) == Some(true)
    });
    Value::List(keep.cloned().collect())
}
