//! FEEL, the expression language of DMN 1.5 (chapters 9 and 10).
//!
//! Understood: literals (numbers, `"text"`, `true`, `false`, `null`, `@"2026-01-31"`), names and paths, arithmetic with
//! `**`, comparison, `between … and …`, `in`, `and`, `or`, `not(…)`, `if … then … else`, lists, contexts, ranges, filters
//! `list[condition]`, `some`/`every x in list satisfies …`, `for x in list return …`, `instance of`, functions of one's
//! own, the functions listed in [`functions`], comments, and in cells the unary tests `-`, `< 5`, `[1..5)`, `"a","b"`,
//! `not("a")` and any condition on `?`.
//!
//! Logic has three values: what cannot be told is `null`. Nothing here fails at evaluation; a nonsensical operation is
//! `null`, as the standard asks. So is a number of more than 28 digits, a day outside the years -9999 to 9999, and a
//! computation that does not end (see [`Budget`]).
//!
//! Two dialects. **Strict** is the standard, for models that come as DMN. The **house's** goes beyond it, because
//! messages carry dates as text: a text that is written like a date, an instant, a time or a duration takes part in
//! comparison and arithmetic as one; a day compares with an instant by the instant's own day, as it is written; a name
//! that nobody can know is a fault of the reader. Tables and assertions of a port are read in the house's.

mod arithmetic;
mod builtins;
mod compare;
mod eval;
mod function;
mod lexer;
mod names;
mod parser;
mod scope;
mod types;
mod write;

use std::sync::Arc;

use crate::Value;

pub use builtins::{Function, functions};
pub(crate) use builtins::{call, knows, total as sum};
#[cfg(feature = "xml")]
pub(crate) use compare::equal_strictly;
pub(crate) use compare::{equal, order};
pub use eval::{evaluate, test, verdict};
pub(crate) use function::{Definition, Outside, closure};
#[cfg(feature = "xml")]
pub(crate) use lexer::normal as normal_name;
pub use parser::{Vocabulary, parse_expression, parse_tests};
pub use scope::{Budget, Scope};
pub use types::{Type, Types};
pub(crate) use write::key;
pub use write::literal;

/// What cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes before the place.
    pub at: usize,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// An expression, parsed once and evaluated often.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A literal, or a list of literals.
    Const(Value),
    /// A name that the scope resolves; `?` is the value under test.
    Name(String),
    /// `a.b`: a member of a map, a part of a date, or the member of every map in a list.
    Member(Box<Expr>, String),
    /// `list[3]` or `list[condition]`.
    Filter(Box<Expr>, Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `-a`.
    Minus(Box<Expr>),
    /// `a + b` and its kin.
    Arithmetic(Operator, Box<Expr>, Box<Expr>),
    /// `a < b` and its kin.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a in (tests)`; `between` is a closed range.
    In(Box<Expr>, Vec<Test>),
    /// `a and b`.
    And(Box<Expr>, Box<Expr>),
    /// `a or b`.
    Or(Box<Expr>, Box<Expr>),
    /// `if a then b else c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `some name in list satisfies condition`; `every` where the flag is set.
    Quantified(bool, String, Box<Expr>, Box<Expr>),
    /// `for name in list return item`, with any number of names.
    For(Vec<(String, Expr)>, Box<Expr>),
    /// `{name: a, other: name + 1}`: later members see the earlier ones.
    Map(Vec<(String, Expr)>),
    /// `[a..b)`, `(>5)`: low end, whether it belongs, high end, whether it belongs.
    Range(Box<Expr>, bool, Box<Expr>, bool),
    /// `a instance of b`.
    InstanceOf(Box<Expr>, Type),
    /// A value brought to a declared type; null where it is of another.
    Typed(Box<Expr>, Arc<Type>),
    /// `function(a, b) a + b`.
    Definition(Arc<Definition>),
    /// A function of [`functions`].
    Call(&'static Function, Vec<Expr>),
    /// What an expression gives, called with arguments, by position or by name.
    Invoke(Box<Expr>, Vec<(Option<String>, Expr)>),
    /// Logic that is not written in FEEL, such as a decision table.
    Outside(Outside),
    /// `matches(text, "pattern")`, with its pattern compiled.
    Matches(Box<Expr>, regex_lite::Regex),
}

/// An arithmetic operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One positive unary test.
#[derive(Clone, Debug)]
pub enum Test {
    /// `< 5`; `= 5` is also written `5`, which for a list of values means that the list holds the tested one.
    Compare(Comparison, Expr),
    /// `[1..5)`: low end, whether it belongs, high end, whether it belongs.
    Range(Expr, bool, Expr, bool),
    /// A value, or a list that holds the tested value.
    Value(Expr),
    /// A condition that speaks of `?`.
    Condition(Expr),
}

/// The content of an input cell.
#[derive(Clone, Debug)]
pub enum Tests {
    /// `-`: irrelevant.
    Any,
    /// At least one test holds.
    Some(Vec<Test>),
    /// `not(…)`: none of the tests holds.
    Not(Vec<Test>),
}
