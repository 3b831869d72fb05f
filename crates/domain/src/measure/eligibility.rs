//! Who is eligible: a measure's table, asked for the day of its event, with the trace of the answer.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use rules::{EvaluationError, Row, Table};
use serde::Serialize;

use super::{Measure, Register, Standing};
use crate::{Text, Value, matter::Rule, profile::Profile};

/// Before a measure's code, the name of its eligibility table among the profile's.
pub const TABLE_PREFIX: &str = "eligibility-";

/// How a measure fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fits {
    /// It applies without a claim.
    ByItself,
    /// The organ decides on an application.
    OnApplication,
    /// The firm chooses it, or uses the service.
    ByChoice,
    /// Some of what the table asks is not known yet.
    Unknown,
    /// It does not fit.
    No,
    /// It does not hold on that day.
    NotInForce,
}

impl Fits {
    /// The code in tables, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Fits::ByItself => "by_itself",
            Fits::OnApplication => "on_application",
            Fits::ByChoice => "by_choice",
            Fits::Unknown => "unknown",
            Fits::No => "no",
            Fits::NotInForce => "not_in_force",
        }
    }

    /// What a row of a table says; none for a word that no row may say.
    pub fn from_code(code: &str) -> Option<Fits> {
        [Fits::ByItself, Fits::OnApplication, Fits::ByChoice, Fits::No].into_iter().find(|fits| fits.code() == code)
    }

    /// True when the firm has something of it.
    pub fn is_favourable(self) -> bool {
        matches!(self, Fits::ByItself | Fits::OnApplication | Fits::ByChoice)
    }
}

/// Whether a measure fits, and by which row.
#[derive(Clone, Debug)]
pub struct Answer<'p> {
    /// The measure.
    pub measure: &'p Measure,
    /// Whether it fits.
    pub fits: Fits,
    /// The row that says so; none where no row could be found.
    pub row: Option<Arc<rules::Hit>>,
    /// Why the table gives no answer although all is known: a fact of another kind, or a value that is not listed.
    pub fault: Option<EvaluationError>,
    /// The table's hash; empty when it was not asked.
    pub hash: &'p str,
}

impl Answer<'_> {
    /// The reason that the row gives.
    pub fn reason(&self) -> Text {
        let note = |name: &str| self.row.as_ref().and_then(|row| row.notes.get(name)).cloned().unwrap_or_default();
        Text::new(note("reason zh"), note("reason en"))
    }

    /// The law that the row cites; the measure's own where no row answered.
    pub fn law(&self) -> &str {
        self.row.as_ref().map_or(self.measure.law.as_str(), |row| row.law.as_str())
    }

    /// Table, version and row.
    pub fn rule(&self) -> Option<Rule> {
        let row = self.row.as_ref()?;
        let table = format!("{TABLE_PREFIX}{}", self.measure.code);
        Some(Rule { table, hash: self.hash.to_owned(), row: row.row.clone() })
    }

    /// What the row answers besides, by the outputs' names; what it leaves empty is left out.
    pub fn outputs(&self) -> BTreeMap<String, Value> {
        let outputs = self.row.iter().flat_map(|row| &row.outputs);
        outputs
            .filter(|(name, value)| *name != "fits" && !value.is_empty())
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }
}

/// Whether each measure of the register fits on a day.
pub fn answers<'p>(profile: &'p Profile, on: Date, facts: &Value) -> Vec<Answer<'p>> {
    answers_of(profile, &profile.register, on, facts).collect()
}

/// The same, one after the other.
pub fn answers_of<'p>(
    profile: &'p Profile,
    register: &'p Register,
    on: Date,
    facts: &Value,
) -> impl Iterator<Item = Answer<'p>> {
    register.measures.iter().map(move |measure| answer(profile, measure, on, facts))
}

/// Whether a measure fits on the day of its event.
pub fn answer<'p>(profile: &'p Profile, measure: &'p Measure, on: Date, facts: &Value) -> Answer<'p> {
    let bare = |fits| Answer { measure, fits, row: None, fault: None, hash: "" };
    if measure.standing(on) != Standing::InForce {
        return bare(Fits::NotInForce);
    }
    let Some(table) = profile.eligibility(&measure.code) else { return bare(Fits::Unknown) };
    let (row, fault) = match table.evaluate(on, facts) {
        Ok(evaluation) => (evaluation.hits.into_iter().next(), None),
        Err(error) => (None, Some(error)),
    };
    let said = row.as_ref().and_then(|row| row.outputs.get("fits")).and_then(Value::text);
    let fits = said.and_then(Fits::from_code).unwrap_or(Fits::Unknown);
    Answer { measure, fits, row, fault, hash: &table.hash }
}

/// A row of an eligibility table, for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowSaid {
    /// The row's id.
    pub row: String,
    /// What must hold: the fact and the test as it is written; cells that test nothing are left out.
    pub conditions: Vec<(String, String)>,
    /// What the row says.
    pub fits: Fits,
    /// What it answers besides; an output that is reckoned from the facts is left out.
    pub outputs: BTreeMap<String, Value>,
    /// First day.
    pub from: Date,
    /// The first day on which it no longer holds; none is open.
    pub until: Option<Date>,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// How a condition fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Not,
    /// The fact is not known.
    Unknown,
}

/// Why a measure fits or not, row by row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// The rows in force on the day, each with whether it decides and how its conditions fared.
    pub rows: Vec<(RowSaid, bool, Vec<Verdict>)>,
    /// The facts, by code, that would have to be known for an answer.
    pub missing: Vec<String>,
}

/// Every row of a measure's table; none when there is no table.
pub fn rows(profile: &Profile, measure: &Measure) -> Vec<RowSaid> {
    profile
        .eligibility(&measure.code)
        .map_or_else(Vec::new, |table| table.rows.iter().map(|row| said(table, row)).collect())
}

/// The verdict on every condition of every row in force, and the facts that are missing for an answer.
pub fn explain(profile: &Profile, measure: &Measure, on: Date, facts: &Value) -> Option<Explained> {
    let table = profile.eligibility(&measure.code)?;
    let trace = table.explain(on, facts);
    let empty: Vec<&str> =
        trace.inputs.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name.as_str()).collect();
    let verdict = |cell: &rules::CellTrace| match cell.verdict {
        Some(true) => Verdict::Holds,
        _ if empty.contains(&cell.input.as_str()) => Verdict::Unknown,
        _ => Verdict::Not,
    };
    let answered = trace.outcome.as_ref().is_ok_and(|outcome| !outcome.hits.is_empty());
    let mut explained = Explained { rows: Vec::new(), missing: Vec::new() };
    for (row, of) in table.rows.iter().zip(&trace.rows).filter(|(_, of)| of.in_force) {
        // A row that a known fact already excludes asks for nothing more.
        let open = !answered && !of.cells.iter().any(|cell| verdict(cell) == Verdict::Not);
        for cell in of.cells.iter().filter(|cell| open && verdict(cell) == Verdict::Unknown) {
            if !explained.missing.contains(&cell.input) {
                explained.missing.push(cell.input.clone());
            }
        }
        let verdicts = of.cells.iter().filter(|cell| is_condition(&cell.tests)).map(verdict).collect();
        explained.rows.push((said(table, row), of.decides, verdicts));
    }
    Some(explained)
}

fn said(table: &Table, row: &Row) -> RowSaid {
    let conditions = table.inputs.iter().zip(&row.tests).filter(|(_, (_, written))| is_condition(written));
    let outputs: BTreeMap<String, Value> = table
        .outputs
        .iter()
        .zip(&row.outputs)
        .filter_map(|(output, said)| match said {
            rules::feel::Expr::Const(value) if !value.is_empty() => Some((output.name.clone(), value.clone())),
            _ => None,
        })
        .collect();
    let note = |name: &str| row.notes.get(name).cloned().unwrap_or_default();
    RowSaid {
        row: row.id.clone(),
        conditions: conditions.map(|(input, (_, written))| (input.name.clone(), written.clone())).collect(),
        fits: outputs.get("fits").and_then(Value::text).and_then(Fits::from_code).unwrap_or(Fits::Unknown),
        outputs: outputs.into_iter().filter(|(name, _)| name != "fits").collect(),
        from: row.from,
        until: row.until,
        law: row.law.clone(),
        reason: Text::new(note("reason zh"), note("reason en")),
    }
}

fn is_condition(written: &str) -> bool {
    !matches!(written.trim(), "" | "-")
}

impl Profile {
    /// The eligibility table of a measure.
    pub fn eligibility(&self, measure: &str) -> Option<&rules::Table> {
        self.tables.get(&format!("{TABLE_PREFIX}{measure}"))
    }
}
