//! Evaluation for a day, and its trace.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, fmt, sync::Arc};

use jiff::civil::Date;

use super::{HitPolicy, Input, Kind, Row, Table};
use crate::{
    Value,
    feel::{self, Scope},
    temporal,
};

/// What a table answered, by which version of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The table's name.
    pub table: String,
    /// The table's hash.
    pub hash: String,
    /// The table's hit policy.
    pub hit: HitPolicy,
    /// The rows that decide, in the order that the policy gives; one at most for the policies U, A, P and F.
    pub hits: Vec<Arc<Hit>>,
    /// The sum, least, greatest or count, for the policies that aggregate.
    pub aggregate: Option<Value>,
}

/// A row that decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The row's id; empty for the default.
    pub row: String,
    /// The legal reference; empty for the default.
    pub law: String,
    /// The answers by the outputs' names.
    pub outputs: BTreeMap<String, Value>,
    /// The notes by their headings, such as `reason zh`.
    pub notes: BTreeMap<String, String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationError {
    /// Several rows hit and the table says that one at most does.
    NotUnique(Vec<String>),
    /// Several rows hit, say different things, and the table says that they agree.
    NotTheSame(Vec<String>),
    /// An input's value is of another kind than declared.
    WrongKind(String),
    /// An input's value is not among those declared.
    NotAllowed(String),
    /// The outputs of the rows cannot be added up or compared.
    NoAggregate(Vec<String>),
}

/// How an answer came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The table's name.
    pub table: String,
    /// The table's hash.
    pub hash: String,
    /// The day for which was asked.
    pub on: Date,
    /// The inputs as they were tested, in the order of the columns.
    pub inputs: Vec<(String, Value)>,
    /// Every row, in the order of the table.
    pub rows: Vec<RowTrace>,
    /// The answer.
    pub outcome: Result<Evaluation, EvaluationError>,
}

/// How one row fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowTrace {
    /// The row's id.
    pub row: String,
    /// The legal reference.
    pub law: String,
    /// In force on the day.
    pub in_force: bool,
    /// In force, and every cell holds.
    pub matched: bool,
    /// Among the rows that decide.
    pub decides: bool,
    /// The cells in the order of the inputs.
    pub cells: Vec<CellTrace>,
}

/// How one cell fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellTrace {
    /// The input's name.
    pub input: String,
    /// The tests as they are written.
    pub tests: String,
    /// Whether they hold; `None` where that cannot be told.
    pub verdict: Option<bool>,
}

impl Table {
    /// Answers for a day. `inputs` is a map; its members are the inputs' names or the first steps of their paths.
    ///
    /// An input that is missing is null: it passes `-`, `null`, and tests that say `not` about values.
    pub fn evaluate(&self, on: Date, inputs: &Value) -> Result<Evaluation, EvaluationError> {
        self.evaluate_in(on, inputs, &Scope::new(inputs))
    }

    /// The same within a model, whose scope says what names mean.
    pub(crate) fn evaluate_in(
        &self,
        on: Date,
        inputs: &Value,
        scope: &Scope<'_>,
    ) -> Result<Evaluation, EvaluationError> {
        let values = self.resolve(inputs, scope)?;
        // The cells first: most of them fail at a glance.
        let holds = |row: &&Row| {
            let mut cells = row.tests.iter().zip(&values);
            cells.all(|((tests, _), value)| feel::test(tests, value, scope) == Some(true)) && row.in_force(on)
        };
        let most = if self.hit == HitPolicy::First { 1 } else { usize::MAX };
        let matched: Vec<&Row> = match self.index.as_ref().and_then(|index| index.candidates(on, &values)) {
            Some(rows) => rows.iter().map(|row| &self.rows[*row as usize]).filter(holds).take(most).collect(),
            None => self.rows.iter().filter(holds).take(most).collect(),
        };
        self.decide(&matched, scope)
    }

    /// How many rows an evaluation tests: with an index, those that it finds; else all.
    pub fn rows_tested(&self, on: Date, inputs: &Value) -> usize {
        let scope = Scope::new(inputs);
        let found = self.resolve(inputs, &scope).ok().and_then(|values| self.index.as_ref()?.candidates(on, &values));
        found.map_or(self.rows.len(), |rows| rows.len())
    }

    /// The same table without its index, for comparison.
    pub fn without_index(&self) -> Self {
        Table { index: None, ..self.clone() }
    }

    /// The same answer with the verdict on every cell of every row.
    pub fn explain(&self, on: Date, inputs: &Value) -> Trace {
        let scope = Scope::new(inputs);
        let outcome = self.evaluate(on, inputs);
        let values: Vec<_> = self.inputs.iter().map(|input| input.value(inputs, &scope)).collect();
        let values: Vec<_> = self
            .inputs
            .iter()
            .zip(&values)
            .map(|(input, value)| input.kind.fit(value).unwrap_or(Cow::Borrowed(value)))
            .collect();
        let decides =
            |row: &Row| outcome.as_ref().is_ok_and(|outcome| outcome.hits.iter().any(|hit| hit.row == row.id));
        let trace_row = |row: &Row| {
            let cells = self.inputs.iter().zip(&row.tests).zip(&values);
            let cells: Vec<_> = cells
                .map(|((input, (tests, source)), value)| CellTrace {
                    input: input.name.clone(),
                    tests: source.clone(),
                    verdict: feel::test(tests, value, &scope),
                })
                .collect();
            let in_force = row.in_force(on);
            let matched = in_force && cells.iter().all(|cell| cell.verdict == Some(true));
            RowTrace { row: row.id.clone(), law: row.law.clone(), in_force, matched, decides: decides(row), cells }
        };
        let named =
            self.inputs.iter().zip(&values).map(|(input, value)| (input.name.clone(), value.clone().into_owned()));
        Trace {
            table: self.name.clone(),
            hash: self.hash.clone(),
            on,
            inputs: named.collect(),
            rows: self.rows.iter().map(trace_row).collect(),
            outcome: outcome.clone(),
        }
    }

    fn resolve<'v>(&'v self, inputs: &'v Value, scope: &Scope<'v>) -> Result<Vec<Cow<'v, Value>>, EvaluationError> {
        let fitted = self.inputs.iter().map(|input| {
            let value = match input.value(inputs, scope) {
                Cow::Borrowed(value) => input.kind.fit(value),
                Cow::Owned(value) => input.kind.fit(&value).map(|value| Cow::Owned(value.into_owned())),
            };
            let value = value.ok_or_else(|| EvaluationError::WrongKind(input.name.clone()))?;
            match &input.values {
                Some(allowed) if *value != Value::Null && feel::test(allowed, &value, scope) == Some(false) => {
                    Err(EvaluationError::NotAllowed(input.name.clone()))
                }
                _ => Ok(value),
            }
        });
        fitted.collect()
    }

    fn decide(&self, matched: &[&Row], scope: &Scope<'_>) -> Result<Evaluation, EvaluationError> {
        let ids = || matched.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        if self.hit == HitPolicy::Unique && matched.len() > 1 {
            return Err(EvaluationError::NotUnique(ids()));
        }
        // Where no policy looks at what the rows say, those that say it whatever is asked answer at once.
        if matches!(self.hit, HitPolicy::Unique | HitPolicy::First | HitPolicy::Collect | HitPolicy::RuleOrder) {
            let said: Option<Vec<Arc<Hit>>> = matched.iter().map(|row| row.answer.clone()).collect();
            if let Some(hits) = said.filter(|hits| !hits.is_empty()) {
                return Ok(self.evaluation(hits, None));
            }
        }
        let mut answers: Vec<(&Row, Vec<Value>)> = matched.iter().map(|row| (*row, answers(row, scope))).collect();
        match self.hit {
            HitPolicy::Any if answers.iter().any(|(_, values)| !same(values, &answers[0].1)) => {
                return Err(EvaluationError::NotTheSame(ids()));
            }
            HitPolicy::Any => answers.truncate(1),
            HitPolicy::Priority | HitPolicy::OutputOrder => {
                answers.sort_by_cached_key(|(_, values)| self.rank(values));
                answers.truncate(if self.hit == HitPolicy::Priority { 1 } else { usize::MAX });
            }
            _ => {}
        }
        let aggregate = if answers.is_empty() {
            None
        } else {
            self.aggregate(&answers).map_err(|()| EvaluationError::NoAggregate(ids()))?
        };
        let mut hits: Vec<Arc<Hit>> = answers.into_iter().map(|(row, values)| self.hit_of(row, values)).collect();
        hits.extend(matched.is_empty().then(|| self.default_hit(scope)).flatten().map(Arc::new));
        Ok(self.evaluation(hits, aggregate))
    }

    fn evaluation(&self, hits: Vec<Arc<Hit>>, aggregate: Option<Value>) -> Evaluation {
        Evaluation { table: self.name.clone(), hash: self.hash.clone(), hit: self.hit, hits, aggregate }
    }

    /// The places of the outputs among their allowed values, the first output first (DMN 1.5, 8.2.10).
    pub(super) fn rank(&self, values: &[Value]) -> Vec<usize> {
        let ranked = self.outputs.iter().zip(values).filter(|(output, _)| !output.values.is_empty());
        let place =
            |allowed: &[Value], value: &Value| allowed.iter().position(|other| feel::equal(other, value) == Some(true));
        ranked.map(|(output, value)| place(&output.values, value).unwrap_or(usize::MAX)).collect()
    }

    fn aggregate(&self, answers: &[(&Row, Vec<Value>)]) -> Result<Option<Value>, ()> {
        let values: Vec<&Value> = answers.iter().filter_map(|(_, values)| values.first()).collect();
        let extreme = |wanted: Ordering| {
            let mut best = *values.first().ok_or(())?;
            for value in &values[1..] {
                if feel::order(value, best).ok_or(())? == wanted {
                    best = value;
                }
            }
            Ok(Some(best.clone()))
        };
        match self.hit {
            HitPolicy::Min => extreme(Ordering::Less),
            HitPolicy::Max => extreme(Ordering::Greater),
            HitPolicy::Count => Ok(Some(Value::Number(answers.len().into()))),
            HitPolicy::Sum => feel::sum(&values).filter(|total| *total != Value::Null).map(Some).ok_or(()),
            _ => Ok(None),
        }
    }

    fn hit_of(&self, row: &Row, values: Vec<Value>) -> Arc<Hit> {
        if let Some(answer) = &row.answer {
            return answer.clone();
        }
        Arc::new(Hit {
            row: row.id.clone(),
            law: row.law.clone(),
            outputs: self.outputs.iter().map(|output| output.name.clone()).zip(values).collect(),
            notes: row.notes.clone(),
        })
    }

    fn default_hit(&self, scope: &Scope<'_>) -> Option<Hit> {
        let answer =
            |default: &Option<feel::Expr>| default.as_ref().map(|expr| feel::evaluate(expr, scope).into_owned());
        self.outputs.iter().any(|output| output.default.is_some()).then(|| Hit {
            row: String::new(),
            law: String::new(),
            outputs: self
                .outputs
                .iter()
                .map(|output| (output.name.clone(), answer(&output.default).unwrap_or_default()))
                .collect(),
            notes: BTreeMap::new(),
        })
    }
}

fn answers(row: &Row, scope: &Scope<'_>) -> Vec<Value> {
    row.outputs.iter().map(|expr| feel::evaluate(expr, scope).into_owned()).collect()
}

pub(super) fn same(left: &[Value], right: &[Value]) -> bool {
    left.iter().zip(right).all(|(left, right)| feel::equal(left, right) == Some(true))
}

impl Evaluation {
    /// The answer as DMN gives it: null, a value or a map of outputs; for C, R and O a list of these; an aggregate.
    pub fn value(&self) -> Value {
        if let Some(aggregate) = &self.aggregate {
            return aggregate.clone();
        }
        let answer = |hit: &Arc<Hit>| match hit.outputs.len() {
            1 => hit.outputs.values().next().cloned().unwrap_or_default(),
            _ => Value::Map(hit.outputs.clone()),
        };
        match self.hit {
            HitPolicy::Collect | HitPolicy::RuleOrder | HitPolicy::OutputOrder => {
                Value::List(self.hits.iter().map(answer).collect())
            }
            HitPolicy::Count if self.hits.is_empty() => Value::from(0),
            _ => self.hits.first().map(answer).unwrap_or_default(),
        }
    }
}

impl Input {
    /// The value as it was given: under the whole name, else along the path, else what the expression says.
    fn value<'v>(&'v self, inputs: &'v Value, scope: &Scope<'v>) -> Cow<'v, Value> {
        if let Some(expr) = &self.expression {
            return feel::evaluate(expr, scope);
        }
        match inputs {
            Value::Map(map) if map.contains_key(&self.name) => Cow::Borrowed(inputs.get(&self.name)),
            _ => Cow::Borrowed(self.path.iter().fold(inputs, |here, step| here.get(step))),
        }
    }
}

impl Kind {
    /// Reads the kind's word, or the name of DMN's type.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "text" | "string" => Kind::Text,
            "number" => Kind::Number,
            "integer" => Kind::Integer,
            "boolean" => Kind::Boolean,
            "date" => Kind::Date,
            "time" => Kind::Time,
            "datetime" | "dateTime" => Kind::DateTime,
            "duration" | "dayTimeDuration" | "yearMonthDuration" => Kind::Duration,
            "list" => Kind::List,
            "any" | "Any" => Kind::Any,
            _ => return None,
        })
    }

    /// The value as this kind, reading dates and their kin from text; `None` when it is of another kind. Null fits all.
    pub fn fit<'v>(self, value: &'v Value) -> Option<Cow<'v, Value>> {
        let read = |read: Option<Value>| read.map(Cow::Owned);
        match (self, value) {
            (Kind::Any, _)
            | (_, Value::Null)
            | (Kind::Text, Value::Text(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Date, Value::Date(_))
            | (Kind::Time, Value::Time(..))
            | (Kind::DateTime, Value::DateTime(..))
            | (Kind::Duration, Value::Months(_) | Value::Duration(_))
            | (Kind::List, Value::List(_)) => Some(Cow::Borrowed(value)),
            (Kind::Integer, Value::Number(number)) => number.is_integer().then_some(Cow::Borrowed(value)),
            (Kind::Date, Value::DateTime(at, _)) => Some(Cow::Owned(Value::Date(at.date()))),
            (Kind::Date, Value::Text(text)) => match temporal::parse(text)? {
                Value::DateTime(at, _) => Some(Cow::Owned(Value::Date(at.date()))),
                day @ Value::Date(_) => Some(Cow::Owned(day)),
                _ => None,
            },
            (Kind::DateTime, Value::Text(text)) => read(temporal::date_time(text)),
            (Kind::Time, Value::Text(text)) => read(temporal::time(text)),
            (Kind::Duration, Value::Text(text)) => read(temporal::duration(text)),
            _ => None,
        }
    }
}

impl EvaluationError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            EvaluationError::NotUnique(_) => "PQ-RULES-NOT-UNIQUE",
            EvaluationError::NotTheSame(_) => "PQ-RULES-NOT-THE-SAME",
            EvaluationError::WrongKind(_) => "PQ-RULES-WRONG-KIND",
            EvaluationError::NotAllowed(_) => "PQ-RULES-NOT-ALLOWED",
            EvaluationError::NoAggregate(_) => "PQ-RULES-NO-AGGREGATE",
        }
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            EvaluationError::NotUnique(rows) => format!("第 {} 行同时命中，而本表只允许一行命中", rows.join("、")),
            EvaluationError::NotTheSame(rows) => format!("第 {} 行同时命中而结论不同", rows.join("、")),
            EvaluationError::WrongKind(input) => format!("输入“{input}”的类型不符"),
            EvaluationError::NotAllowed(input) => format!("输入“{input}”的取值不在允许范围内"),
            EvaluationError::NoAggregate(rows) => format!("第 {} 行的输出无法汇总", rows.join("、")),
        }
    }
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvaluationError::NotUnique(rows) => {
                write!(out, "rows {} hit together, where one at most may", rows.join(", "))
            }
            EvaluationError::NotTheSame(rows) => write!(out, "rows {} hit together and do not agree", rows.join(", ")),
            EvaluationError::WrongKind(input) => write!(out, "the input “{input}” is of another kind"),
            EvaluationError::NotAllowed(input) => write!(out, "the input “{input}” is not among the values allowed"),
            EvaluationError::NoAggregate(rows) => {
                write!(out, "the outputs of rows {} cannot be aggregated", rows.join(", "))
            }
        }
    }
}

impl std::error::Error for EvaluationError {}
