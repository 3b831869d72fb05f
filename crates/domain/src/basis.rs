//! On what something rests: the row of a table that said so, and what a row of `formalities-due` says.

use serde::{Deserialize, Serialize};

use crate::Text;

/// Which rule produced something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Name of the table.
    pub table: String,
    /// Hash of the table's content.
    pub hash: String,
    /// The row that hit.
    pub row: String,
}

/// What a row of the table `formalities-due` says of a formality, whichever call it is due for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Basis {
    /// What may not happen before it is granted: `entry`, `boarding` or `departure`; empty for nothing by itself. None in
    /// journals of the first release, which did not write it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<String>,
    /// Start event and offset of that limit, for showing (`eta -P7D`).
    pub due_rule: String,
    /// How long an organ may take from acceptance, as the row says (`P5WD`); empty without a limit.
    pub decision_length: String,
    /// The calendar of the decision's limit, and its version.
    pub decision_calendar: String,
    /// The legal reference of the row.
    pub law: String,
    /// Why it is due for this call.
    pub reason: Text,
    /// The table's content hash and its row, so that the answer can be checked later.
    pub rule: Rule,
}
