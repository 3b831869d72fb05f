//! Evaluation: without failure, and without copying what is only looked at.

use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive;

use super::{Budget, Comparison, Expr, Scope, Test, Tests, arithmetic, builtins, compare, function};
use crate::{Value, value::Range};

/// The value of an expression; `Null` for what cannot be told.
pub fn evaluate<'s>(expr: &'s Expr, scope: &Scope<'s>) -> Cow<'s, Value> {
    let owned = match expr {
        Expr::Const(value) => return Cow::Borrowed(value),
        Expr::Name(name) => return Cow::Borrowed(scope.get(name)),
        Expr::Member(inner, name) => return member(evaluate(inner, scope), name, scope.is_strict()),
        Expr::If(condition, yes, no) => {
            return evaluate(if evaluate(condition, scope).bool() == Some(true) { yes } else { no }, scope);
        }
        Expr::Filter(list, condition) => filter(&evaluate(list, scope), condition, scope),
        Expr::List(items) => Value::List(items.iter().map(|item| evaluate(item, scope).into_owned()).collect()),
        Expr::Minus(inner) => arithmetic::minus(&evaluate(inner, scope)),
        Expr::Arithmetic(operator, left, right) => {
            arithmetic::calculate(*operator, &evaluate(left, scope), &evaluate(right, scope), scope.is_strict())
        }
        Expr::Call(function, arguments) => {
            let values: Vec<_> = arguments.iter().map(|argument| evaluate(argument, scope)).collect();
            builtins::apply(function, &values, scope)
        }
        Expr::Range(low, low_in, high, high_in) => {
            range(evaluate(low, scope).into_owned(), *low_in, evaluate(high, scope).into_owned(), *high_in)
        }
        Expr::Map(members) => {
            let mut map = Value::Map(Default::default());
            for (name, member) in members {
                let member = evaluate(member, &Scope::within(&map, scope)).into_owned();
                if let Value::Map(map) = &mut map {
                    map.insert(name.clone(), member);
                }
            }
            map
        }
        Expr::For(lists, body) => iterate(lists, body, scope).unwrap_or_default(),
        Expr::Typed(inner, kind) => match evaluate(inner, scope) {
            fit if kind.admits(&fit) => return fit,
            other => kind.conform(other.into_owned()),
        },
        Expr::Definition(definition) => function::closure(definition.clone(), scope.names()),
        Expr::Invoke(called, arguments) => {
            function::invoke(&evaluate(called, scope), arguments, scope).unwrap_or_default()
        }
        Expr::Outside(logic) => (logic.0)(scope),
        _ => condition(expr, scope).into(),
    };
    Cow::Owned(owned)
}

/// A range of two values of one kind; null where they are not, or stand in the wrong order.
fn range(low: Value, low_in: bool, high: Value, high_in: bool) -> Value {
    let bounded = low != Value::Null && high != Value::Null;
    let wrong = (!bounded && low == high)
        || (bounded && compare::order_strictly(&low, &high).is_none_or(std::cmp::Ordering::is_gt));
    if wrong { Value::Null } else { Value::Range(Box::new(Range { low, low_in, high, high_in })) }
}

/// Every combination of the items, the first list outermost; `None` where a list is none or there is no end to it.
fn iterate(lists: &[(String, Expr)], body: &Expr, scope: &Scope<'_>) -> Option<Value> {
    let own = Budget::default();
    let scope = match scope.budget() {
        Some(_) => *scope,
        None => scope.with_budget(&own),
    };
    let mut made = Value::List(Vec::new());
    // Only who asks for what was made before gets it, because each item costs a copy.
    combine(lists, body, body.mentions_partial(), &scope, &mut made)?;
    Some(made)
}

fn combine(lists: &[(String, Expr)], body: &Expr, partial: bool, scope: &Scope<'_>, made: &mut Value) -> Option<()> {
    let Some(((name, list), rest)) = lists.split_first() else {
        if !scope.budget().is_some_and(|budget| budget.spend(1)) {
            return None;
        }
        let item = if partial {
            let before = made.clone();
            if !scope.budget().is_some_and(|budget| budget.spend(before.list().len())) {
                return None;
            }
            evaluate(body, &Scope::named("partial", &before, scope)).into_owned()
        } else {
            evaluate(body, scope).into_owned()
        };
        if let Value::List(items) = made {
            items.push(item);
        }
        return Some(());
    };
    let list = match list {
        // A loop may run downwards, which no range does.
        Expr::Range(low, true, high, true) => {
            Cow::Owned(Value::List(builtins::between(&evaluate(low, scope), &evaluate(high, scope), scope)?))
        }
        list => evaluate(list, scope),
    };
    let items = members(&list, scope)?;
    items.iter().try_for_each(|item| combine(rest, body, partial, &Scope::named(name, item, scope), made))
}

/// What a loop runs over: a list, the whole numbers or days of a range, or a single value.
fn members<'v>(list: &'v Value, scope: &Scope<'_>) -> Option<Cow<'v, [Value]>> {
    match list {
        Value::List(items) => Some(Cow::Borrowed(items)),
        Value::Range(range) => builtins::steps(range, scope).map(Cow::Owned),
        Value::Null => None,
        single => Some(Cow::Borrowed(std::slice::from_ref(single))),
    }
}

/// The three-valued truth of a condition: `None` where it cannot be told, or where the expression is no condition.
pub fn verdict(expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
    match expr {
        Expr::And(..)
        | Expr::Or(..)
        | Expr::Compare(..)
        | Expr::In(..)
        | Expr::Quantified(..)
        | Expr::Matches(..)
        | Expr::InstanceOf(..) => condition(expr, scope),
        other => evaluate(other, scope).bool(),
    }
}

fn condition(expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
    match expr {
        Expr::And(left, right) => all([left, right].into_iter().map(|part| verdict(part, scope))),
        Expr::Or(left, right) => any([left, right].into_iter().map(|part| verdict(part, scope))),
        Expr::Compare(comparison, left, right) => {
            compare::compare(*comparison, &evaluate(left, scope), &evaluate(right, scope), scope.is_strict())
        }
        Expr::In(value, tests) => {
            let value = evaluate(value, scope);
            any(tests.iter().map(|test| one(test, &value, scope)))
        }
        Expr::Quantified(every, name, list, condition) => {
            let list = evaluate(list, scope);
            let items = members(&list, scope)?;
            let verdicts = items.iter().map(|item| verdict(condition, &Scope::named(name, item, scope)));
            if *every { all(verdicts) } else { any(verdicts) }
        }
        Expr::InstanceOf(value, kind) => Some(kind.has(&evaluate(value, scope))),
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
    let strict = scope.is_strict();
    match test {
        Test::Compare(comparison, end) => compare::compare(*comparison, value, &evaluate(end, scope), strict),
        Test::Range(low, low_in, high, high_in) => {
            let above = if *low_in { Comparison::GreaterOrEqual } else { Comparison::Greater };
            let below = if *high_in { Comparison::LessOrEqual } else { Comparison::Less };
            all([(above, low), (below, high)]
                .into_iter()
                .map(|(comparison, end)| compare::compare(comparison, value, &evaluate(end, scope), strict)))
        }
        Test::Value(expected) => match (&*evaluate(expected, scope), value) {
            (expected @ Value::List(items), Value::List(_)) => {
                let same = compare::same(expected, value, strict);
                any(items.iter().map(|item| covers(item, value, strict)).chain([same]))
            }
            (Value::List(items), value) => any(items.iter().map(|item| covers(item, value, strict))),
            (expected, value) => covers(expected, value, strict),
        },
        Test::Condition(condition) => verdict(condition, &Scope::named("?", value, scope)),
    }
}

/// A range covers what lies within it, any other value itself.
fn covers(expected: &Value, value: &Value, strict: bool) -> Option<bool> {
    match (expected, value) {
        (Value::Range(range), value) if !matches!(value, Value::Range(_)) => range.holds(value, strict),
        (expected, value) => compare::same(expected, value, strict),
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

fn member<'s>(value: Cow<'s, Value>, name: &str, strict: bool) -> Cow<'s, Value> {
    match value {
        Cow::Borrowed(Value::Map(map)) => map.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        Cow::Owned(Value::Map(mut map)) => Cow::Owned(map.remove(name).unwrap_or_default()),
        other => Cow::Owned(match &*other {
            Value::List(items) => {
                Value::List(items.iter().map(|item| member(Cow::Borrowed(item), name, strict).into_owned()).collect())
            }
            Value::Text(_) if strict => Value::Null,
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
