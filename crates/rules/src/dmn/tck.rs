//! Test cases as the DMN Technology Compatibility Kit writes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    library::Library,
    xml::{self, Element},
};
use crate::{Finding, Value, feel, temporal};

/// A file of test cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// The file name of the model that is tried.
    pub model: String,
    /// The cases in their order.
    pub cases: Vec<Case>,
}

/// One test case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The case's id.
    pub id: String,
    /// What is given, by the names of data.
    pub inputs: Value,
    /// A service or function that is called instead of asking for each decision.
    pub called: Option<String>,
    /// What is expected, by the names of decisions.
    pub expected: Vec<(String, Value)>,
}

/// Whether a decision gave what was expected.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Verdict {
    pub case: String,
    pub decision: String,
    pub passed: bool,
    pub expected: Value,
    pub given: Value,
}

impl Suite {
    /// Reads test cases; `None` where the file holds none, such as the XML of something else.
    ///
    /// # Errors
    /// What is no XML, with its line.
    pub fn from_xml(text: &str) -> Result<Option<Suite>, Finding> {
        let (root, _) = xml::read(text)?;
        if root.name != "testCases" {
            return Ok(None);
        }
        let case = |case: &Element| Case {
            id: case.get("id").to_owned(),
            inputs: Value::Map(case.all("inputNode").map(named).collect()),
            called: Some(case.get("invocableName").to_owned()).filter(|name| !name.is_empty()),
            expected: case
                .all("resultNode")
                .map(|node| (node.get("name").to_owned(), node.first("expected").map(value).unwrap_or_default()))
                .collect(),
        };
        Ok(Some(Suite { model: root.words("modelName").to_owned(), cases: root.all("testCase").map(case).collect() }))
    }

    /// Tries every case on a model of a library.
    pub fn run(&self, library: &Library, model: &super::Model, on: Date) -> Vec<Verdict> {
        let (program, _) = library.compile(model);
        let mut verdicts = Vec::new();
        for case in &self.cases {
            for (decision, expected) in &case.expected {
                let wanted = case.called.as_ref().unwrap_or(decision);
                let given = program.evaluate(on, &case.inputs, wanted).value;
                let passed = agree(&given, expected);
                let (case, decision, expected) = (case.id.clone(), decision.clone(), expected.clone());
                verdicts.push(Verdict { case, decision, passed, expected, given });
            }
        }
        verdicts
    }
}

fn named(element: &Element) -> (String, Value) {
    (element.get("name").to_owned(), value(element))
}

/// A value: a list of items, a context of components, or one with a type of XML Schema.
fn value(element: &Element) -> Value {
    if let Some(list) = element.first("list") {
        return if list.get("nil") == "true" {
            Value::Null
        } else {
            Value::List(list.all("item").map(value).collect())
        };
    }
    if element.first("component").is_some() {
        return Value::Map(element.all("component").map(named).collect::<BTreeMap<_, _>>());
    }
    let Some(written) = element.first("value").filter(|value| value.get("nil") != "true") else { return Value::Null };
    let text = written.text.as_str();
    let trimmed = text.trim();
    let known = match written.get("type").rsplit(':').next().unwrap_or("") {
        "boolean" => Some(Value::Bool(matches!(trimmed, "true" | "1"))),
        "decimal" | "double" | "integer" | "int" | "long" | "float" => number(trimmed),
        "date" => temporal::date(trimmed),
        "dateTime" => temporal::date_time(trimmed),
        "time" => temporal::time(trimmed),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => temporal::duration(trimmed),
        "string" => Some(Value::from(text)),
        _ => temporal::parse(trimmed).or_else(|| temporal::duration(trimmed)).or_else(|| number(trimmed)),
    };
    known.unwrap_or_else(|| Value::from(text))
}

fn number(text: &str) -> Option<Value> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok().map(Value::Number)
}

/// Numbers agree to eight places, as the kit asks.
fn agree(given: &Value, expected: &Value) -> bool {
    match (given, expected) {
        (Value::Number(left), Value::Number(right)) => {
            left.checked_sub(*right).is_some_and(|distance| distance.abs() < Decimal::new(1, 8))
        }
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| agree(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| agree(value, other)))
        }
        _ => given == expected || feel::equal_strictly(given, expected),
    }
}
