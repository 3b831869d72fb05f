//! A statement with its values, as small writes are made of.

use crate::param::Param;

/// A statement with its values.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// Portable SQL with `$1` and so on.
    pub sql: &'static str,
    /// Their values.
    pub params: Vec<Param>,
    /// How many rows must come back (from `returning` or a query); otherwise the whole write is undone.
    pub must: Option<usize>,
}

impl Stmt {
    /// A statement without demand.
    pub fn new(sql: &'static str, params: Vec<Param>) -> Self {
        Stmt { sql, params, must: None }
    }

    /// A statement from which so many rows must come back.
    pub fn must(sql: &'static str, params: Vec<Param>, rows: usize) -> Self {
        Stmt { sql, params, must: Some(rows) }
    }

    /// True when the rows that came back are as many as demanded.
    pub fn is_met(&self, rows: usize) -> bool {
        self.must.is_none_or(|must| must == rows)
    }
}
