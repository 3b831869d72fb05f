//! Lists (DMN 1.5, 10.3.4.4 and 10.3.4.12).

use std::cmp::Ordering;

use rust_decimal::{Decimal, MathematicalOps};

use super::{Arguments, Function, MANY, count, function};
use crate::{
    Value,
    feel::{self, Operator, arithmetic, compare},
};

pub(super) static FUNCTIONS: &[Function] = &[
    function("list contains", (2, 2), "list,element", holds),
    function("count", (1, 1), "list", |a| match &a[0] {
        Value::Null => None,
        Value::List(items) => Some(count(items.len())),
        _ => Some(count(1)),
    }),
    function("min", (1, MANY), "list", |a| extreme(a, Ordering::Less)),
    function("max", (1, MANY), "list", |a| extreme(a, Ordering::Greater)),
    function("sum", (1, MANY), "list", |a| total(&a.items())),
    function("product", (1, MANY), "list", |a| {
        let numbers = numbers(a)?;
        let product = numbers.iter().try_fold(Decimal::ONE, |product, number| product.checked_mul(*number));
        product.filter(|_| !numbers.is_empty()).map(Value::Number)
    }),
    function("mean", (1, MANY), "list", |a| {
        let total = total(&a.items())?;
        Some(arithmetic::calculate(Operator::Divide, &total, &count(a.items().len()), a.strict()))
    }),
    function("median", (1, MANY), "list", median),
    function("stddev", (1, MANY), "list", stddev),
    function("mode", (1, MANY), "list", mode),
    function("all", (1, MANY), "list", |a| decide(a.items(), false)),
    function("any", (1, MANY), "list", |a| decide(a.items(), true)),
    function("distinct values", (1, 1), "list", |a| Some(Value::List(distinct(a, a.list(0)?)))),
    function("union", (1, MANY), "list", |a| Some(Value::List(distinct(a, joined(a)?)))),
    function("concatenate", (1, MANY), "list", |a| joined(a).map(Value::List)),
    function("append", (1, MANY), "list,item", |a| {
        let mut list = a.list(0)?;
        list.extend((1..a.len()).map(|place| a[place].clone()));
        Some(Value::List(list))
    }),
    function("sublist", (2, 3), "list,start position,length", |a| {
        let list = a.list(0)?;
        let start = a.position(1, list.len()).filter(|start| *start < list.len())?;
        let length = match a.given(2) {
            Some(length) => usize::try_from(length.integer()?).ok()?,
            None => list.len() - start,
        };
        Some(Value::List(list.into_iter().skip(start).take(length).collect()))
    }),
    function("insert before", (3, 3), "list,position,newItem", |a| {
        let mut list = a.list(0)?;
        let place = a.position(1, list.len()).filter(|place| *place <= list.len())?;
        list.insert(place, a[2].clone());
        Some(Value::List(list))
    }),
    function("remove", (2, 2), "list,position", |a| {
        let mut list = a.list(0)?;
        let place = a.position(1, list.len()).filter(|place| *place < list.len())?;
        list.remove(place);
        Some(Value::List(list))
    }),
    function("list replace", (3, 3), "list,position,newItem;list,match,newItem", replace),
    function("reverse", (1, 1), "list", |a| Some(Value::List(a.list(0)?.into_iter().rev().collect()))),
    function("index of", (2, 2), "list,match", |a| {
        let list = a.list(0)?;
        let places = list.iter().enumerate().filter(|(_, item)| a.same(item, &a[1])).map(|(nth, _)| count(nth + 1));
        Some(Value::List(places.collect()))
    }),
    function("flatten", (1, 1), "list", |a| {
        let mut flat = Vec::new();
        flatten(a.list(0)?, &mut flat);
        Some(Value::List(flat))
    }),
    function("sort", (1, 2), "list,precedes", sort),
];

pub(super) fn holds(a: &Arguments<'_>) -> Option<Value> {
    let Value::List(items) = &a[0] else { return None };
    Some(Value::Bool(items.iter().any(|item| a.same(item, &a[1]))))
}

fn order(a: &Arguments<'_>, left: &Value, right: &Value) -> Option<Ordering> {
    if a.strict() { compare::order_strictly(left, right) } else { compare::order(left, right) }
}

fn extreme(a: &Arguments<'_>, wanted: Ordering) -> Option<Value> {
    let items = a.items();
    let mut best = *items.first()?;
    for item in &items[1..] {
        if order(a, item, best)? == wanted {
            best = item;
        }
    }
    Some(best.clone())
}

/// The sum of numbers or of durations.
pub(crate) fn total(items: &[&Value]) -> Option<Value> {
    let (first, rest) = items.split_first()?;
    let first = matches!(first, Value::Number(_) | Value::Months(_) | Value::Duration(_)).then(|| (*first).clone())?;
    Some(rest.iter().fold(first, |total, item| arithmetic::calculate(Operator::Add, &total, item, true)))
}

fn numbers(a: &Arguments<'_>) -> Option<Vec<Decimal>> {
    a.items().into_iter().map(Value::number).collect()
}

fn median(a: &Arguments<'_>) -> Option<Value> {
    let mut numbers = numbers(a)?;
    numbers.sort();
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    if numbers.len() % 2 == 1 {
        return Some(Value::Number(upper));
    }
    numbers.get(middle.checked_sub(1)?)?.checked_add(upper)?.checked_div(Decimal::TWO).map(Value::Number)
}

/// Of a sample: divided by one less than there are.
fn stddev(a: &Arguments<'_>) -> Option<Value> {
    let numbers = numbers(a)?;
    let degrees = Decimal::from(numbers.len().checked_sub(1).filter(|degrees| *degrees > 0)?);
    let total = numbers.iter().try_fold(Decimal::ZERO, |total, number| total.checked_add(*number))?;
    let mean = total.checked_div(numbers.len().into())?;
    let squares = numbers.iter().try_fold(Decimal::ZERO, |squares, number| {
        let distance = number.checked_sub(mean)?;
        squares.checked_add(distance.checked_mul(distance)?)
    })?;
    squares.checked_div(degrees)?.sqrt().map(Value::Number)
}

/// The most frequent numbers, the least first.
fn mode(a: &Arguments<'_>) -> Option<Value> {
    let mut often = std::collections::BTreeMap::<Decimal, usize>::new();
    for number in numbers(a)? {
        *often.entry(number.normalize()).or_default() += 1;
    }
    let most = often.values().copied().max().unwrap_or(0);
    Some(Value::List(
        often.into_iter().filter(|(_, times)| *times == most).map(|(number, _)| Value::Number(number)).collect(),
    ))
}

/// One `deciding` item settles it; else anything that is not a boolean makes it unknown.
fn decide(items: Vec<&Value>, deciding: bool) -> Option<Value> {
    if items.iter().any(|item| item.bool() == Some(deciding)) {
        return Some(Value::Bool(deciding));
    }
    items.iter().all(|item| item.bool().is_some()).then_some(Value::Bool(!deciding))
}

fn distinct(a: &Arguments<'_>, items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|other| a.same(other, &item)) {
            kept.push(item);
        }
    }
    kept
}

fn joined(a: &Arguments<'_>) -> Option<Vec<Value>> {
    let lists = (0..a.len()).map(|place| a.list(place)).collect::<Option<Vec<_>>>()?;
    Some(lists.into_iter().flatten().collect())
}

fn replace(a: &Arguments<'_>) -> Option<Value> {
    let mut list = a.list(0)?;
    if !matches!(a[1], Value::Function(_)) {
        let place = a.position(1, list.len())?;
        *list.get_mut(place)? = a[2].clone();
        return Some(Value::List(list));
    }
    for item in &mut list {
        if feel::function::call(&a[1], vec![item.clone(), a[2].clone()], a.scope)?.bool()? {
            *item = a[2].clone();
        }
    }
    Some(Value::List(list))
}

fn flatten(items: Vec<Value>, flat: &mut Vec<Value>) {
    for item in items {
        match item {
            Value::List(items) => flatten(items, flat),
            other => flat.push(other),
        }
    }
}

/// By a function that says whether its first argument goes before its second; else by the order of the values.
fn sort(a: &Arguments<'_>) -> Option<Value> {
    let list = a.list(0)?;
    let precedes = |left: &Value, right: &Value| match a.len() {
        1 => order(a, left, right).map(Ordering::is_lt),
        _ => feel::function::call(&a[1], vec![left.clone(), right.clone()], a.scope)?.bool(),
    };
    // Merging asks as seldom as it can, and keeps what is equal in its order whatever the function says.
    merge_sort(list, &precedes).map(Value::List)
}

fn merge_sort(mut list: Vec<Value>, precedes: &dyn Fn(&Value, &Value) -> Option<bool>) -> Option<Vec<Value>> {
    if list.len() < 2 {
        return Some(list);
    }
    let rest = list.split_off(list.len() / 2);
    let mut left = merge_sort(list, precedes)?.into_iter().peekable();
    let mut right = merge_sort(rest, precedes)?.into_iter().peekable();
    let mut sorted = Vec::new();
    while let (Some(first), Some(other)) = (left.peek(), right.peek()) {
        sorted.extend(if precedes(other, first)? { right.next() } else { left.next() });
    }
    sorted.extend(left.chain(right));
    Some(sorted)
}
