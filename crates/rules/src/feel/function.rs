//! Functions as values: those that a model defines, and how they are called.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{Expr, Scope, Type, evaluate};
use crate::{Value, value::Function};

/// A function as it is written.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Names and types of the parameters.
    pub(crate) parameters: Vec<(String, Type)>,
    /// What it gives.
    pub(crate) body: Expr,
    /// The type of what it gives.
    pub(crate) result: Type,
}

/// What is evaluated without being FEEL: a decision table, a decision service.
#[derive(Clone)]
pub struct Outside(pub(crate) Arc<dyn Fn(&Scope<'_>) -> Value + Send + Sync>);

impl fmt::Debug for Outside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Outside")
    }
}

/// A definition with the names that were known where it was made.
struct Closure {
    definition: Arc<Definition>,
    names: BTreeMap<String, Value>,
}

/// A function as a value.
pub(crate) fn closure(definition: Arc<Definition>, names: BTreeMap<String, Value>) -> Value {
    Value::Function(Function(Arc::new(Closure { definition, names })))
}

/// How many parameters a function has.
pub(super) fn arity(function: &Function) -> Option<usize> {
    function.0.downcast_ref::<Closure>().map(|closure| closure.definition.parameters.len())
}

/// Calls a function by position; `None` when it cannot be called so.
pub(super) fn call(function: &Value, arguments: Vec<Value>, scope: &Scope<'_>) -> Option<Value> {
    let Value::Function(Function(function)) = function else { return None };
    let closure = function.downcast_ref::<Closure>()?;
    let definition = &closure.definition;
    if arguments.len() != definition.parameters.len() {
        return None;
    }
    let mut names = closure.names.clone();
    for ((name, kind), value) in definition.parameters.iter().zip(arguments) {
        let given = value != Value::Null;
        let value = kind.conform(value);
        // An argument of another type is a fault of the call, not a missing value.
        if given && value == Value::Null {
            return None;
        }
        names.insert(name.clone(), value);
    }
    let names = Value::Map(names);
    let scope = scope.call(&names, definition.body.depth())?;
    Some(definition.result.conform(evaluate(&definition.body, &scope).into_owned()))
}

/// Calls by position or by name.
pub(super) fn invoke(function: &Value, arguments: &[(Option<String>, Expr)], scope: &Scope<'_>) -> Option<Value> {
    let given = |expr: &Expr| evaluate(expr, scope).into_owned();
    if arguments.iter().all(|(name, _)| name.is_none()) {
        return call(function, arguments.iter().map(|(_, expr)| given(expr)).collect(), scope);
    }
    let Value::Function(Function(inner)) = function else { return None };
    let parameters = &inner.downcast_ref::<Closure>()?.definition.parameters;
    let known = |(name, _): &(Option<String>, Expr)| parameters.iter().any(|(other, _)| Some(other) == name.as_ref());
    if !arguments.iter().all(known) {
        return None;
    }
    let by_name = |name: &String| arguments.iter().find(|(given, _)| given.as_ref() == Some(name));
    let values = parameters.iter().map(|(name, _)| by_name(name).map(|(_, expr)| given(expr)).unwrap_or_default());
    call(function, values.collect(), scope)
}
