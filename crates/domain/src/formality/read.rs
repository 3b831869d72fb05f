//! Small readers of a canonical value, for the facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::Value;

/// The rows under a name.
pub fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).list()
}

/// How many rows answer a question with yes.
pub fn rows_where(value: &Value, name: &str, question: &str) -> usize {
    rows(value, name).iter().filter(|row| row.get(question).bool() == Some(true)).count()
}

/// The facts of a call as they are gathered; what was not said makes no fact.
#[derive(Default)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// A fact as it stands in the form.
    pub fn copy(&mut self, fact: &str, value: &Value) {
        if !value.is_empty() {
            self.0.insert(fact.to_owned(), value.clone());
        }
    }

    /// Facts whose names are the fields' own.
    pub fn copy_all(&mut self, names: &[&str], value: &Value) {
        for name in names {
            self.copy(name, value.get(name));
        }
    }

    /// A number of things.
    pub fn count(&mut self, fact: &str, number: usize) {
        self.0.insert(fact.to_owned(), Value::from(i64::try_from(number).unwrap_or(i64::MAX)));
    }

    /// Yes or no.
    pub fn yes(&mut self, fact: &str, yes: bool) {
        self.0.insert(fact.to_owned(), Value::Bool(yes));
    }

    /// The distinct values of a column, sorted.
    pub fn column(&mut self, fact: &str, rows: &[Value], name: &str) {
        let distinct: BTreeSet<&str> = rows.iter().filter_map(|row| row.get(name).text()).collect();
        self.0.insert(fact.to_owned(), Value::from(distinct.into_iter().collect::<Vec<_>>()));
    }

    /// The values of a column in the order of the rows, repeated ones too.
    pub fn sequence(&mut self, fact: &str, rows: &[Value], name: &str) {
        let given: Vec<&str> = rows.iter().filter_map(|row| row.get(name).text()).collect();
        self.0.insert(fact.to_owned(), Value::from(given));
    }
}

impl From<Facts> for Value {
    fn from(facts: Facts) -> Value {
        Value::Map(facts.0)
    }
}
