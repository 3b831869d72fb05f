//! Decision models after the OMG's Decision Model and Notation: decisions that require data, knowledge and each other.
//!
//! A [`Model`] is what is written, in two forms that mean the same: Markdown for version control (see [`Model::parse`])
//! and, with the feature `xml`, DMN XML of the versions 1.1 to 1.6 for any DMN editor. A [`Program`] is a model that
//! is understood and can be evaluated for the day of an event; it never fails: what cannot be told is null, and what
//! is wrong in the model is a finding with its place.
//!
//! # A model in Markdown, `*.model.md`
//!
//! ````text
//! # fees
//! > 港口费 / Port dues
//!
//! namespace: https://example.org/fees
//! type: tShip context
//! type: tShip.tonnage number in >= 0
//! type: tShip.kind text in "tanker", "bulk"
//! type: tFleet list of tShip
//! data: Ship tShip
//!
//! ## knowledge Rounded number
//! parameter: n number
//! = decimal(n, 2)
//!
//! ## decision Dues number
//! requires: Ship
//! requires: Rounded
//!
//! hit: unique
//! input: Ship.tonnage number
//! output: dues number
//!
//! | row | Ship.tonnage | -> dues | from | until | law |
//! |---|---|---|---|---|---|
//! | 1 | < 500 | 0 | 2020-01-01 | | Order 1 art. 2 |
//! | 2 | >= 500 | Rounded(Ship.tonnage * 0.25) | 2020-01-01 | | Order 1 art. 3 |
//! ````
//!
//! - A section is `## decision NAME [TYPE]`, `## knowledge NAME [TYPE]` or `## service NAME [TYPE]`. `requires:` names
//!   what it builds on, one a line; `parameter: NAME [TYPE]` those of knowledge. A service has `gives:` (its decisions),
//!   `holds:` (decisions inside), `takes:` (data and decisions that are given to it).
//! - Its logic is one decision table, written as in a table's own file, or a FEEL expression after `=` or in a fenced
//!   block.
//! - A type is `context`, `list of TYPE`, or one of FEEL's or the model's own; a name with a space stands in backticks.
//!   `type: A.b TYPE` is the member `b` of `A`; values follow after `in`.
//! - `import: NAME = NAMESPACE` brings another model; its elements are called `NAME.element`.

mod compile;
mod formula;
mod library;
mod model;
mod order;
mod program;
mod resolve;
mod run;
#[cfg(feature = "xml")]
mod tck;
mod text;
#[cfg(feature = "xml")]
mod xml;

pub use library::Library;
pub use model::{Boxed, Decision, Entry, Import, InputData, ItemDefinition, Knowledge, Model, Service};
pub use program::Program;
pub use run::{Answer, Asked, Evaluated};
#[cfg(feature = "xml")]
pub use tck::{Case, Suite, Verdict};
