//! Decision tables with dated rows and legal references, and assertions over messages. Knows nothing of ports.
//!
//! Both are Markdown files that a jurist can read and a program can compare line by line.
//!
//! # A decision table, `*.table.md`
//!
//! ```text
//! # formalities-due
//! > 本次口岸申报事项 / Formalities due for a call
//!
//! hit: collect
//! input: ship_type text in "tanker", "bulk", "passenger"
//! input: passengers integer
//! input: days_ahead number = (call.eta - call.announced).days
//! output: formality text
//! output: organs list
//! default: organs []
//!
//! | row | ship_type | passengers | days_ahead | -> formality | -> organs | from | until | law | reason zh | reason en |
//! |---|---|---|---|---|---|---|---|---|---|---|
//! | 10 | - | > 0 | - | "passenger_list" | ["msa", "border"] | 2019-03-02 | | Decree 175 art. 6 | 有旅客 | passengers on board |
//! ```
//!
//! - `# NAME` once; `> WORDS` any number of lines; a line within `<!-- -->` is skipped; any other line is a finding.
//! - `hit:` is `unique`, `any`, `priority`, `first`, `collect`, `collect sum`, `collect min`, `collect max`,
//!   `collect count`, `rule order` or `output order`, or DMN's letters `U A P F C C+ C< C> C# R O`.
//! - `input: NAME KIND [in VALUES] [= EXPRESSION]`. NAME may be a dotted path. KIND is `text`, `number`, `integer`,
//!   `boolean`, `date`, `time`, `datetime`, `duration`, `list` or `any`. VALUES are unary tests that the value must
//!   pass; EXPRESSION takes the place of the name.
//! - `output: NAME [KIND] [in VALUES]`. VALUES are allowed values, the most important first (for `priority` and
//!   `output order`).
//! - `default: NAME EXPRESSION`: the output when no row hits; such a hit has an empty row and law.
//! - One table. Columns are `row`, the inputs, the outputs after `->`, `from`, `until`, `law`; all others are notes.
//!   Every row has an id, a `from` and a `law`. A row is in force on `from` and no longer on `until`; an empty
//!   `until` is open. In cells `\|` is a bar; backticks around a cell are taken off.
//! - Input cells hold S-FEEL unary tests (empty is `-`), output cells hold expressions (empty and `-` are null); see
//!   [`feel`]. Names in them are the table's inputs; where an input has an EXPRESSION, any name of the data. A constant
//!   in an input cell must be of the input's KIND and pass its VALUES.
//!
//! # Assertions, `*.assert.md`
//!
//! ```text
//! # crew-list
//!
//! | code | severity | for | when | from | until | law | zh | en | remedy zh | remedy en | help zh | help en |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | PQ-CREW-EXPIRED | warning | members/*/document_expiry | ? > context.eta | 2019-03-02 | | Decree 175 | 证件过期 | the document has expired | 更换证件 | renew it | | |
//! ```
//!
//! `for` is a path of members, `*` for every item of a list, empty for the whole document. `when` must not be false
//! for what is found there. In it `?` is the thing itself; names are its members, then those of the maps around it up
//! to the document, then of the context, which is also called `context`. A condition that cannot be told (facts are
//! missing) is not broken; what is required says so: `? != null`, `present(name)`, or `yes` in the optional column
//! `required`.

mod assertions;
mod finding;
mod markdown;
mod table;
mod temporal;
mod value;

pub mod dmn;
pub mod feel;

pub use assertions::{Assertion, Assertions, Broken};
pub use finding::{Finding, Severity};
pub use markdown::{add_row, close_row};
pub use table::{
    CellTrace, Evaluation, EvaluationError, Hit, HitPolicy, Input, InputSource, Kind, Output, OutputSource, Row,
    RowSource, RowTrace, Table, TableSource, Trace,
};
pub use value::{Function, Range, Value};
