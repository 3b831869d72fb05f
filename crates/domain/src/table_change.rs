//! A change of a decision table by an officer: who may draft and approve it, what a draft is checked for, and what it would
//! change in the matters of the last month.
//!
//! A version holds the whole table, with the rows of all times. Rows that were in force before the day of publication stay as
//! they are; a change only adds rows that begin on that day or later, and closes rows from that day on. So the newest version
//! answers for every day as the version that was in force on it, and an event is decided by the rows of its day.

mod competence;
mod difference;
mod past;
mod review;

use rules::Finding;

use crate::{Fault, Severity, Text};

pub use competence::{COMPETENCE, Competence, competence};
pub use difference::{Asked, Outcome, Replay};
pub use past::{RowChange, RowChanged};
pub use review::{Reviewed, review, unknown_words};

/// A fault of a draft at a row and a column; either may be empty.
fn fault(code: &str, (row, column): (&str, &str), text: (String, String), remedy: (&str, &str)) -> Fault {
    let text = Text::new(text.0, text.1);
    Fault::new(Severity::Error, code, place(row, column, 0), text, Text::new(remedy.0, remedy.1))
}

/// Where in a table: `row 10, column from, line 14`.
fn place(row: &str, column: &str, line: usize) -> String {
    let line = if line > 0 { line.to_string() } else { String::new() };
    let parts = [("row", row), ("column", column), ("line", line.as_str())];
    let said = parts.iter().filter(|(_, of)| !of.is_empty()).map(|(what, of)| format!("{what} {of}"));
    said.collect::<Vec<_>>().join(", ")
}

/// A finding of the rules, as every other fault is told.
fn told(finding: &Finding) -> Fault {
    let severity = match finding.severity {
        rules::Severity::Error => Severity::Error,
        rules::Severity::Warning => Severity::Warning,
        rules::Severity::Info => Severity::Info,
    };
    let part = |of: &Option<String>| of.clone().unwrap_or_default();
    let location = place(&part(&finding.row), &part(&finding.column), finding.line);
    let text = Text::new(finding.zh.as_str(), finding.en.as_str());
    let remedy =
        Text::new("请在所指的行和列改正，再行检查。", "Mend it in the row and column that are named, and check again.");
    Fault::new(severity, finding.code, location, text, remedy)
}
