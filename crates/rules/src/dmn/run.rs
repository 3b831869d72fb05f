//! Evaluation of a model for the day of an event, with its trace.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::program::{Logic, Program, Service};
use crate::{
    Evaluation, EvaluationError, HitPolicy, Table, Value,
    feel::{self, Budget, Definition, Expr, Outside, Scope, Type},
    temporal,
};

/// What a model answered, and how that came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The answer; null where there is none.
    pub value: Value,
    /// The decisions that were made for it, in their order.
    pub trace: Vec<Evaluated>,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// The decision's name.
    pub decision: String,
    /// Its answer.
    pub value: Value,
    /// The tables that were asked for it, in their order.
    pub tables: Vec<Asked>,
}

/// A table that was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The table's name.
    pub table: String,
    /// The table's hash.
    pub hash: String,
    /// The inputs as they were tested, in the order of the columns.
    pub inputs: Vec<(String, Value)>,
    /// The rows that decided, or why there was no answer.
    pub outcome: Result<Evaluation, EvaluationError>,
}

/// What a table within a model must know and tell.
struct Event {
    on: Date,
    asked: RefCell<Vec<Asked>>,
}

/// Asks a table within a model; where it has no answer, DMN's answer is null.
pub(super) fn table(table: &Table, scope: &Scope<'_>) -> Value {
    let event = scope.event::<Event>();
    let outcome = table.evaluate_in(event.map_or(Date::MAX, |event| event.on), &Value::Null, scope);
    let value = match &outcome {
        // A list of nothing is no answer either; only a count can be nothing.
        Ok(answer) if answer.hits.is_empty() && answer.hit != HitPolicy::Count => Value::Null,
        Ok(answer) => answer.value(),
        Err(_) => Value::Null,
    };
    if let Some(event) = event {
        let inputs = table.inputs.iter().map(|input| {
            let value = input.expression.as_ref().map(|expr| feel::evaluate(expr, scope).into_owned());
            (input.name.clone(), value.unwrap_or_default())
        });
        let asked = Asked { table: table.name.clone(), hash: table.hash.clone(), inputs: inputs.collect(), outcome };
        event.asked.borrow_mut().push(asked);
    }
    value
}

/// An element of another model by its name here: the import, the model, the name there.
pub(super) fn imported<'n, 'p>(
    imports: &'p BTreeMap<String, Arc<Program>>,
    name: &'n str,
) -> Option<(&'n str, &'p Arc<Program>, &'n str)> {
    let qualified = imports.iter().find_map(|(alias, program)| {
        let rest = name.strip_prefix(alias.as_str())?.strip_prefix('.')?;
        (!alias.is_empty()).then_some((&name[..alias.len()], program, rest))
    });
    // An import without a name brings its elements under their own.
    qualified.or_else(|| imports.get("").map(|program| ("", program, name)))
}

impl Program {
    /// The answer of a decision or service for the day of an event. `inputs` is a map by the names of data, and of
    /// decisions whose answers are given; dates in it may be text where the model says that they are dates.
    pub fn evaluate(self: &Arc<Self>, on: Date, inputs: &Value, wanted: &str) -> Answer {
        let event = Event { on, asked: RefCell::default() };
        let budget = Budget::default();
        let mut run = Run {
            program: self,
            event: &event,
            budget: &budget,
            given: inputs,
            values: BTreeMap::new(),
            trace: Vec::new(),
        };
        let value = run.answer(wanted);
        Answer { value, trace: run.trace }
    }
}

struct Run<'r> {
    program: &'r Arc<Program>,
    event: &'r Event,
    budget: &'r Budget,
    given: &'r Value,
    values: BTreeMap<String, Value>,
    trace: Vec<Evaluated>,
}

impl Run<'_> {
    fn answer(&mut self, wanted: &str) -> Value {
        if let Some(service) = self.program.services.get(wanted) {
            return self.serve(service);
        }
        self.prepare(wanted);
        self.value(wanted)
    }

    /// Decides and makes functions, each after what it requires.
    fn prepare(&mut self, wanted: &str) {
        let program = self.program;
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![wanted];
        while let Some(name) = open.pop() {
            let Some((name, node)) = program.nodes.get_key_value(name) else { continue };
            if !self.is_given(name) && needed.insert(name) {
                open.extend(node.requires.iter().map(String::as_str));
            }
        }
        for name in program.order.iter().filter(|name| needed.contains(name.as_str())) {
            if !self.values.contains_key(name) {
                let value = self.node(name);
                self.values.insert(name.clone(), value);
            }
        }
    }

    fn is_given(&self, name: &str) -> bool {
        matches!(self.given, Value::Map(map) if map.contains_key(name))
    }

    fn node(&mut self, name: &str) -> Value {
        let program = self.program;
        let Some(node) = program.nodes.get(name) else { return Value::Null };
        let mut names = BTreeMap::new();
        for required in &node.requires {
            self.require(required, &mut names);
        }
        match &node.logic {
            Logic::Knowledge(definition) => feel::closure(definition.clone(), names),
            Logic::Decision(expr) => {
                let names = Value::Map(names);
                let scope = Scope::strict(&names).with_budget(self.budget).with_event(self.event);
                let value = feel::evaluate(expr, &scope).into_owned();
                let tables = self.event.asked.take();
                self.trace.push(Evaluated { decision: name.to_owned(), value: value.clone(), tables });
                value
            }
        }
    }

    /// Makes what is required known under its name, that of another model within the import's.
    fn require(&mut self, name: &str, names: &mut BTreeMap<String, Value>) {
        let own = self.program.has(name);
        match imported(&self.program.imports, name).filter(|_| !own) {
            Some((alias, program, rest)) => {
                let given = given_to(self.given, alias);
                let mut run = Run {
                    program,
                    event: self.event,
                    budget: self.budget,
                    given: &given,
                    values: BTreeMap::new(),
                    trace: Vec::new(),
                };
                let value = if program.services.contains_key(rest) { run.value(rest) } else { run.answer(rest) };
                self.trace.append(&mut run.trace);
                if alias.is_empty() {
                    names.insert(rest.to_owned(), value);
                } else {
                    let brought = names.entry(alias.to_owned()).or_insert_with(|| Value::Map(BTreeMap::new()));
                    if let Value::Map(map) = brought {
                        map.insert(rest.to_owned(), value);
                    }
                }
            }
            None => {
                let value = self.value(name);
                names.insert(name.to_owned(), value);
            }
        }
    }

    /// What was given, decided or made under a name.
    fn value(&self, name: &str) -> Value {
        if let Some(kind) = self.program.data.get(name) {
            return kind.conform(receive(kind, self.given.get(name).clone()));
        }
        if self.is_given(name) {
            return self.given.get(name).clone();
        }
        if let Some(service) = self.program.services.get(name) {
            return self.as_function(name, service);
        }
        self.values.get(name).cloned().unwrap_or_default()
    }

    fn serve(&mut self, service: &Service) -> Value {
        let answers = service.gives.iter().map(|name| {
            self.prepare(name);
            (name.clone(), self.value(name))
        });
        let mut answers: BTreeMap<String, Value> = answers.collect();
        let value = match answers.len() {
            1 => answers.pop_first().map(|(_, value)| value).unwrap_or_default(),
            _ => Value::Map(answers),
        };
        service.kind.conform(value)
    }

    /// A service that decisions call as a function.
    fn as_function(&self, name: &str, service: &Service) -> Value {
        let any = |name: &String| (name.clone(), self.program.data.get(name).cloned().unwrap_or_default());
        let parameters: Vec<(String, Type)> = service.takes.iter().map(any).collect();
        let (program, name, takes) = (self.program.clone(), name.to_owned(), service.takes.clone());
        let on = self.event.on;
        let serve = move |scope: &Scope<'_>| {
            let given =
                takes.iter().map(|name| (name.clone(), feel::evaluate(&Expr::Name(name.clone()), scope).into_owned()));
            program.evaluate(on, &Value::Map(given.collect()), &name).value
        };
        let body = Expr::Outside(Outside(Arc::new(serve)));
        feel::closure(Arc::new(Definition { parameters, body, result: Type::Any }), BTreeMap::new())
    }
}

/// What is given to an imported model: what stands under the import's name, else everything.
fn given_to(given: &Value, alias: &str) -> Value {
    let Value::Map(map) = given else { return Value::Null };
    if alias.is_empty() {
        return given.clone();
    }
    if let Some(inner @ Value::Map(_)) = map.get(alias) {
        return inner.clone();
    }
    let mut inner = map.clone();
    for (name, value) in map {
        if let Some(rest) = name.strip_prefix(alias).and_then(|rest| rest.strip_prefix('.')) {
            inner.insert(rest.to_owned(), value.clone());
        }
    }
    Value::Map(inner)
}

/// Text that came for a date, a time or a duration, as messages carry them.
fn receive(kind: &Type, value: Value) -> Value {
    match (kind, value) {
        (Type::Date, Value::Text(text)) => temporal::date(&text).unwrap_or(Value::Text(text)),
        (Type::DateTime, Value::Text(text)) => temporal::date_time(&text).unwrap_or(Value::Text(text)),
        (Type::Time, Value::Text(text)) => temporal::time(&text).unwrap_or(Value::Text(text)),
        (Type::Months | Type::Duration, Value::Text(text)) => temporal::duration(&text).unwrap_or(Value::Text(text)),
        (Type::List(of), Value::List(items)) => Value::List(items.into_iter().map(|item| receive(of, item)).collect()),
        (Type::Map(members), Value::Map(map)) => {
            let member = |(name, value): (String, Value)| match members.get(&name) {
                Some(kind) => (name, receive(kind, value)),
                None => (name, value),
            };
            Value::Map(map.into_iter().map(member).collect())
        }
        (Type::Allowed(of, _), value) => receive(of, value),
        (_, value) => value,
    }
}
