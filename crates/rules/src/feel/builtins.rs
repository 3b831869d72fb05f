//! Functions (DMN 1.5, 10.3.4). Those that would need a clock or chance (`now`, `today`, `random number`) are left out:
//! what a rule says on a day must not depend on when it is asked.

mod contexts;
mod lists;
mod numbers;
mod ranges;
mod temporals;
mod texts;

use std::{borrow::Cow, ops::Index};

use regex_lite::Regex;

use super::{Expr, Scope};
use crate::Value;

pub(crate) use lists::total;
pub(super) use ranges::{between, steps};
pub(super) use temporals::part;

/// A function: its name and how many arguments it takes, at least and at most.
pub struct Function {
    /// The name, which may hold spaces.
    pub name: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments.
    pub most: usize,
    /// Names of the parameters, separated by commas; a semicolon separates ways to call it.
    parameters: &'static str,
    apply: fn(&Arguments<'_>) -> Option<Value>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

const MANY: usize = usize::MAX;

const fn function(
    name: &'static str,
    (least, most): (usize, usize),
    parameters: &'static str,
    apply: fn(&Arguments<'_>) -> Option<Value>,
) -> Function {
    Function { name, least, most, parameters, apply }
}

static GROUPS: [&[Function]; 6] = [
    texts::FUNCTIONS,
    numbers::FUNCTIONS,
    lists::FUNCTIONS,
    contexts::FUNCTIONS,
    temporals::FUNCTIONS,
    ranges::FUNCTIONS,
];

/// All functions that expressions may call.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    GROUPS.iter().copied().flatten()
}

/// What a function is applied to, and where.
struct Arguments<'c> {
    values: &'c [Cow<'c, Value>],
    scope: &'c Scope<'c>,
}

impl Index<usize> for Arguments<'_> {
    type Output = Value;

    fn index(&self, place: usize) -> &Value {
        static NOTHING: Value = Value::Null;
        self.values.get(place).map_or(&NOTHING, |value| value)
    }
}

impl Arguments<'_> {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn strict(&self) -> bool {
        self.scope.is_strict()
    }

    /// The argument, where one was given that is not null.
    fn given(&self, place: usize) -> Option<&Value> {
        Some(&self[place]).filter(|value| **value != Value::Null)
    }

    /// The items of a single list, or the arguments themselves.
    fn items(&self) -> Vec<&Value> {
        match self.values {
            [single] => match &**single {
                Value::List(items) => items.iter().collect(),
                Value::Null if !self.strict() => Vec::new(),
                other => vec![other],
            },
            many => many.iter().map(|item| &**item).collect(),
        }
    }

    /// An argument as a list; a single value is as good as a list of it.
    fn list(&self, place: usize) -> Option<Vec<Value>> {
        match &self[place] {
            Value::List(items) => Some(items.clone()),
            Value::Null if self.strict() => None,
            Value::Null => Some(Vec::new()),
            single => Some(vec![single.clone()]),
        }
    }

    /// A position in a list of that length, counted from 1, or from the end when negative.
    fn position(&self, place: usize, length: usize) -> Option<usize> {
        match self[place].integer()? {
            from if from > 0 => usize::try_from(from - 1).ok(),
            from if from < 0 => length.checked_sub(usize::try_from(from.unsigned_abs()).ok()?),
            _ => None,
        }
    }

    fn same(&self, left: &Value, right: &Value) -> bool {
        super::compare::same(left, right, self.strict()) == Some(true)
    }
}

pub(super) fn spaced_names() -> impl Iterator<Item = &'static str> {
    functions().map(|function| function.name).filter(|name| name.contains(' '))
}

pub(crate) fn knows(name: &str) -> bool {
    functions().any(|function| function.name == name)
}

/// A call, checked; the fault in Chinese and English.
pub(crate) fn call(name: &str, arguments: Vec<(Option<String>, Expr)>, strict: bool) -> Result<Expr, (String, String)> {
    let Some(function) = functions().find(|function| function.name == name) else {
        return Err((format!("没有函数“{name}”"), format!("there is no function “{name}”")));
    };
    let arguments = function.in_order(arguments)?;
    if !(function.least..=function.most).contains(&arguments.len()) {
        return Err((format!("函数“{name}”的参数个数不对"), format!("“{name}” takes another number of arguments")));
    }
    if let ("matches", [text, Expr::Const(Value::Text(pattern))]) = (name, arguments.as_slice()) {
        let pattern = Regex::new(pattern)
            .map_err(|error| (format!("正则表达式有误：{error}"), format!("the pattern is wrong: {error}")))?;
        return Ok(Expr::Matches(text.clone().into(), pattern));
    }
    // Every function is pure: what has constant arguments is a constant, and cells with dates can be analysed.
    let constants = arguments.iter().map(|argument| match argument {
        Expr::Const(value) => Some(Cow::Borrowed(value)),
        _ => None,
    });
    let scope = if strict { Scope::strict(&Value::Null) } else { Scope::new(&Value::Null) };
    match constants.collect::<Option<Vec<_>>>() {
        Some(values) => Ok(Expr::Const(apply(function, &values, &scope))),
        None => Ok(Expr::Call(function, arguments)),
    }
}

impl Function {
    /// Arguments that were given by name in the order of the parameters; what was left out is null.
    fn in_order(&self, arguments: Vec<(Option<String>, Expr)>) -> Result<Vec<Expr>, (String, String)> {
        if arguments.iter().all(|(name, _)| name.is_none()) {
            return Ok(arguments.into_iter().map(|(_, expr)| expr).collect());
        }
        let given: Vec<&str> = arguments.iter().filter_map(|(name, _)| name.as_deref()).collect();
        let ways = self.parameters.split(';').map(|way| way.split(',').collect::<Vec<_>>());
        let fits = |way: &Vec<&str>| given.iter().all(|name| way.contains(name));
        let Some(way) = ways.into_iter().find(fits) else {
            let names = self.parameters;
            return Err((
                format!("函数“{}”的参数名应为：{names}", self.name),
                format!("the parameters of “{}” are called: {names}", self.name),
            ));
        };
        let place = |name: &str| way.iter().position(|other| *other == name).unwrap_or(0);
        let last = given.iter().map(|name| place(name)).max().unwrap_or(0);
        let mut ordered = vec![Expr::Const(Value::Null); last + 1];
        for (name, expr) in arguments {
            ordered[place(name.as_deref().unwrap_or(""))] = expr;
        }
        Ok(ordered)
    }
}

pub(super) fn apply(function: &Function, values: &[Cow<'_, Value>], scope: &Scope<'_>) -> Value {
    (function.apply)(&Arguments { values, scope }).unwrap_or_default()
}

fn count(number: usize) -> Value {
    Value::Number(number.into())
}
