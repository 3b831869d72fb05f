//! What is wrong or suspicious in a file of rules.

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Suspicious; a person should look.
    Warning,
    /// The rules cannot be used.
    Error,
}

impl Severity {
    /// Reads `info`, `warning` or `error`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "info" => Some(Severity::Info),
            "warning" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            _ => None,
        }
    }
}

/// Something wrong or suspicious, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The decision, knowledge or type of a model, where one is meant.
    pub element: Option<String>,
    /// The row's id, where a row is meant.
    pub row: Option<String>,
    /// The column's heading, where a column is meant.
    pub column: Option<String>,
    /// The line in the file, from 1; 0 where none is meant.
    pub line: usize,
    /// A stable code that begins with `PQ-RULES-`.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Finding {
    pub(crate) fn error(line: usize, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Finding {
            element: None,
            row: None,
            column: None,
            line,
            code,
            severity: Severity::Error,
            zh: zh.into(),
            en: en.into(),
        }
    }

    pub(crate) fn warning(line: usize, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(line, code, zh, en) }
    }

    pub(crate) fn info(line: usize, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Finding { severity: Severity::Info, ..Finding::error(line, code, zh, en) }
    }

    pub(crate) fn of(mut self, element: &str) -> Self {
        self.element = Some(element.to_owned());
        self
    }

    /// So that the rules cannot be used.
    pub(crate) fn grave(self) -> Self {
        Finding { severity: Severity::Error, ..self }
    }

    /// Suspicious only.
    pub(crate) fn doubted(self) -> Self {
        Finding { severity: Severity::Warning, ..self }
    }

    pub(crate) fn in_row(mut self, row: &str) -> Self {
        self.row = Some(row.to_owned());
        self
    }

    pub(crate) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// True when the rules cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.code)?;
        if self.line > 0 {
            write!(out, ", line {}", self.line)?;
        }
        for (what, place) in [("in", &self.element), ("row", &self.row), ("column", &self.column)] {
            if let Some(place) = place {
                write!(out, ", {what} {place}")?;
            }
        }
        write!(out, ": {}", self.en)
    }
}
