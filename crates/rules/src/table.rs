//! Decision tables (DMN 1.5, chapter 8) whose rows are in force for a time and cite the law.

mod analyse;
mod compile;
mod evaluate;
mod index;
pub(crate) mod source;

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use crate::{Finding, Value, feel, markdown};

pub(crate) use compile::hash;
pub use evaluate::{CellTrace, Evaluation, EvaluationError, Hit, RowTrace, Trace};
pub use source::{InputSource, OutputSource, RowSource, TableSource};

/// A decision table, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the table is called in traces and files.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// What happens when several rows hit.
    pub hit: HitPolicy,
    /// The columns that are tested.
    pub inputs: Vec<Input>,
    /// The columns that are answered.
    pub outputs: Vec<Output>,
    /// The rows, in their order.
    pub rows: Vec<Row>,
    /// SHA-256 of the content in its canonical text, in hexadecimal: an evaluation names it.
    pub hash: String,
    /// How it is written, for editors and for other forms.
    pub source: TableSource,
    /// Finds the rows of a large table.
    index: Option<std::sync::Arc<index::Index>>,
}

/// What happens when several rows hit (DMN 1.5, 8.2.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HitPolicy {
    /// U: one row at most may hit.
    #[default]
    Unique,
    /// A: all rows that hit say the same.
    Any,
    /// P: the row whose outputs come first among the allowed values.
    Priority,
    /// F: the first row.
    First,
    /// C: all rows, in no order (they are given in the order of the table).
    Collect,
    /// C+: the sum of the only output.
    Sum,
    /// C<: the least.
    Min,
    /// C>: the greatest.
    Max,
    /// C#: how many outputs there are.
    Count,
    /// R: all rows in the order of the table.
    RuleOrder,
    /// O: all rows, in the order of the allowed values of the outputs.
    OutputOrder,
}

/// A column that is tested.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name, perhaps a dotted path.
    pub name: String,
    /// What values it takes.
    pub kind: Kind,
    /// Tests that every value passes, where declared.
    pub values: Option<feel::Tests>,
    /// What is tested, where it is not simply the name.
    pub expression: Option<feel::Expr>,
    path: Vec<String>,
}

/// A column that is answered.
#[derive(Clone, Debug)]
pub struct Output {
    /// The name; may be empty for an only output.
    pub name: String,
    /// What values it takes.
    pub kind: Kind,
    /// The allowed values, the most important first; empty where not declared.
    pub values: Vec<Value>,
    /// The answer when no row hits.
    pub default: Option<feel::Expr>,
    /// The type to which a model brings its values.
    of: Option<std::sync::Arc<feel::Type>>,
}

/// What values a column takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Kind {
    Text,
    Number,
    Integer,
    Boolean,
    Date,
    Time,
    DateTime,
    Duration,
    List,
    #[default]
    Any,
}

/// A rule: when its cells hold, its outputs are the answer.
#[derive(Clone, Debug)]
pub struct Row {
    /// The id, which stays the same when rows move.
    pub id: String,
    /// One cell for each input: the tests and how they were written.
    pub tests: Vec<(feel::Tests, String)>,
    /// One expression for each output.
    pub outputs: Vec<feel::Expr>,
    /// The first day on which the row is in force.
    pub from: Date,
    /// The first day on which it is no longer; `None` is open.
    pub until: Option<Date>,
    /// The legal reference.
    pub law: String,
    /// What the other columns say, by their headings; empty cells are left out.
    pub notes: BTreeMap<String, String>,
    /// The line in the file, from 1.
    pub line: usize,
    /// The answer, made once where no output depends on the inputs.
    pub(crate) answer: Option<Arc<Hit>>,
}

impl Kind {
    /// What a column of a model's type takes, as far as columns can be told apart.
    fn of_type(of: &feel::Type) -> Self {
        match of {
            feel::Type::Number => Kind::Number,
            feel::Type::Text => Kind::Text,
            feel::Type::Boolean => Kind::Boolean,
            feel::Type::Date => Kind::Date,
            feel::Type::Time => Kind::Time,
            feel::Type::DateTime => Kind::DateTime,
            feel::Type::Months | feel::Type::Duration => Kind::Duration,
            feel::Type::List(_) => Kind::List,
            feel::Type::Allowed(of, _) => Kind::of_type(of),
            _ => Kind::Any,
        }
    }
}

impl Row {
    /// True when the row is in force on that day.
    pub fn in_force(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

impl Table {
    /// The answers of the rows that answer the same whatever is asked.
    pub fn answers(&self) -> impl Iterator<Item = &Arc<Hit>> {
        self.rows.iter().filter_map(|row| row.answer.as_ref())
    }

    /// Reads a table from its Markdown; there is no table when a finding is an error. Gaps and overlaps are another
    /// question, see [`Table::findings`].
    pub fn parse(text: &str) -> (Option<Table>, Vec<Finding>) {
        let mut findings = Vec::new();
        let document = markdown::read(text, &mut findings);
        let source = TableSource::from_document(document, &mut findings);
        let (table, more) = Table::compile(&source);
        findings.extend(more);
        (table.filter(|_| !findings.iter().any(Finding::is_error)), findings)
    }
}
