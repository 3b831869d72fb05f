//! Rows that were in force before the day of publication: what a change may not touch, and what it changes besides.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rules::{RowSource, TableSource};

use super::fault;
use crate::Fault;

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// It is new.
    Added,
    /// It ends on a day on which it did not.
    Closed,
    /// It goes on longer.
    Prolonged,
    /// A row that was to begin on the day or later is written otherwise.
    Rewritten,
    /// A row that was to begin on the day or later is taken back.
    TakenBack,
}

impl RowChange {
    /// The code in data and words.
    pub fn code(self) -> &'static str {
        match self {
            RowChange::Added => "added",
            RowChange::Closed => "closed",
            RowChange::Prolonged => "prolonged",
            RowChange::Rewritten => "rewritten",
            RowChange::TakenBack => "taken_back",
        }
    }
}

/// A row that a change touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChanged {
    /// Its id.
    pub row: String,
    /// What happens to it.
    pub change: RowChange,
    /// From when.
    pub on: String,
}

/// A row with its cells by the names of their columns, however these are ordered.
type Cells<'a> = BTreeMap<String, &'a str>;

/// What a change touches, and every fault of it that lies before its day.
pub(super) fn compare(base: &TableSource, draft: &TableSource, from: Date) -> (Vec<RowChanged>, Vec<Fault>) {
    let mut faults = heads(base, draft);
    let mut changed = Vec::new();
    let day = from.to_string();
    let known: BTreeMap<&str, &RowSource> = base.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let written: BTreeMap<&str, &RowSource> = draft.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    for row in &base.rows {
        let begun = row.from < day;
        match written.get(row.id.as_str()) {
            None if begun => faults.push(gone(row, &day)),
            None => changed.push(told(row, RowChange::TakenBack, &row.from)),
            Some(now) if begun => compare_begun((base, row), (draft, now), &day, &mut changed, &mut faults),
            Some(now) if cells(base, row) != cells(draft, now) || row.until != now.until => {
                changed.push(told(now, RowChange::Rewritten, &now.from));
                require_later(now, &day, &mut faults);
            }
            Some(_) => {}
        }
    }
    for row in draft.rows.iter().filter(|row| !known.contains_key(row.id.as_str())) {
        changed.push(told(row, RowChange::Added, &row.from));
        require_later(row, &day, &mut faults);
    }
    faults.extend(order(base, draft, &day));
    (changed, faults)
}

fn told(row: &RowSource, change: RowChange, on: &str) -> RowChanged {
    RowChanged { row: row.id.clone(), change, on: on.to_owned() }
}

/// A row that was in force: every cell stays, and it ends no earlier than on the day of publication.
fn compare_begun(
    (base, row): (&TableSource, &RowSource),
    (draft, now): (&TableSource, &RowSource),
    day: &str,
    changed: &mut Vec<RowChanged>,
    faults: &mut Vec<Fault>,
) {
    let (before, after) = (cells(base, row), cells(draft, now));
    for column in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let cell = |of: &Cells<'_>| of.get(column).copied().unwrap_or_default().to_owned();
        if cell(&before) != cell(&after) {
            faults.push(fault(
                "PQ-TABLE-004",
                (&row.id, column),
                (
                    format!("此行在 {day} 前已经有效，不能改写：原为“{}”。", cell(&before)),
                    format!("This row was in force before {day} and stays as it is: “{}”.", cell(&before)),
                ),
                (
                    "以 until 终止此行，另写自公布日起的新行。",
                    "Close this row with until, and write a new row from the day of publication.",
                ),
            ));
        }
    }
    if row.until == now.until {
        return;
    }
    // What had ended before stays ended; what goes on may end on the day or later.
    let ended = !row.until.is_empty() && row.until.as_str() < day;
    if ended || (!now.until.is_empty() && now.until.as_str() < day) {
        faults.push(fault(
            "PQ-TABLE-006",
            (&row.id, "until"),
            (
                format!("终止日不得早于公布日 {day}，已终止的行不能恢复。"),
                format!("A row ends on the day of publication, {day}, or later; one that has ended stays ended."),
            ),
            ("填公布日或以后的日期。", "Give the day of publication or a later one."),
        ));
        return;
    }
    let longer = now.until.is_empty() || (!row.until.is_empty() && row.until < now.until);
    let change = if longer { RowChange::Prolonged } else { RowChange::Closed };
    changed.push(told(now, change, if longer { &row.until } else { &now.until }));
}

fn require_later(row: &RowSource, day: &str, faults: &mut Vec<Fault>) {
    if row.from.as_str() < day && !row.from.is_empty() {
        faults.push(fault(
            "PQ-TABLE-007",
            (&row.id, "from"),
            (
                format!("新行生效日 {} 早于公布日 {day}。", row.from),
                format!("A new row begins on {}, before the day of publication, {day}.", row.from),
            ),
            ("生效日填公布日或以后的日期。", "Let it begin on the day of publication or later."),
        ));
    }
}

fn gone(row: &RowSource, day: &str) -> Fault {
    fault(
        "PQ-TABLE-005",
        (&row.id, ""),
        (
            format!("此行在 {day} 前已经有效，不能删去。"),
            format!("This row was in force before {day} and cannot be left out."),
        ),
        ("保留此行；需终止的填 until。", "Keep the row; to end it, fill in until."),
    )
}

/// Where the first row that hits counts, rows that were in force keep their order.
fn order(base: &TableSource, draft: &TableSource, day: &str) -> Option<Fault> {
    let stays = |id: &str| base.rows.iter().any(|row| row.id == id && row.from.as_str() < day);
    let of = |source: &TableSource| -> Vec<String> {
        source.rows.iter().filter(|row| stays(&row.id)).map(|row| row.id.clone()).collect()
    };
    let (before, after) = (of(base), of(draft));
    if before.len() != after.len() {
        return None;
    }
    let moved = before.iter().zip(&after).find(|(one, other)| one != other)?.1;
    Some(fault(
        "PQ-TABLE-008",
        (moved, "row"),
        ("已经有效的行须保持原有先后次序。".to_owned(), "Rows that were in force keep their order.".to_owned()),
        ("恢复原有次序；新行可插在任意位置。", "Put them back in their order; new rows may stand anywhere."),
    ))
}

/// Columns and policy stay as they are; a new column may come, which rows that were in force leave empty.
fn heads(base: &TableSource, draft: &TableSource) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut refuse = |column: &str, was: String| {
        faults.push(fault(
            "PQ-TABLE-003",
            ("", column),
            (format!("表头不能改变：原为“{was}”。"), format!("The head of the table stays as it is: “{was}”.")),
            (
                "保留原有各列、类型和命中策略；可以增加新列，取值（in）可以增补。",
                "Keep columns, kinds and hit policy; a new column may be added, and values (in) may be added to.",
            ),
        ));
    };
    if base.name != draft.name {
        refuse("", format!("# {}", base.name));
    }
    if base.hit != draft.hit {
        refuse("", format!("hit: {}", base.hit.word()));
    }
    for was in &base.inputs {
        let now = draft.inputs.iter().find(|input| input.name == was.name);
        let same = now.is_some_and(|now| {
            now.kind == was.kind && now.expression == was.expression && is_longer(&was.values, &now.values)
        });
        if !same {
            refuse(&was.name, format!("input: {} {} in {}", was.name, was.kind, was.values));
        }
    }
    for was in &base.outputs {
        let now = draft.outputs.iter().find(|output| output.name == was.name);
        let same = now.is_some_and(|now| {
            now.kind == was.kind && now.default == was.default && is_longer(&was.values, &now.values)
        });
        if !same {
            refuse(&format!("-> {}", was.name), format!("output: {} {} in {}", was.name, was.kind, was.values));
        }
    }
    faults
}

/// Values that hold the earlier ones in their order, and perhaps more.
fn is_longer(was: &str, now: &str) -> bool {
    if was == now {
        return true;
    }
    if was.is_empty() || now.is_empty() {
        return false;
    }
    let listed = |of: &str| of.split(',').map(|value| value.trim().to_owned()).collect::<Vec<_>>();
    let mut now = listed(now).into_iter();
    listed(was).iter().all(|value| now.any(|of| of == *value))
}

/// The cells of a row, those that test or answer nothing left out, and the end of the row as well.
fn cells<'a>(source: &'a TableSource, row: &'a RowSource) -> Cells<'a> {
    let inputs = source.inputs.iter().zip(&row.tests).map(|(of, cell)| (of.name.clone(), cell));
    let outputs = source.outputs.iter().zip(&row.outputs).map(|(of, cell)| (format!("-> {}", of.name), cell));
    let notes = row.notes.iter().map(|(name, cell)| (name.clone(), cell));
    let own = [("from".to_owned(), &row.from), ("law".to_owned(), &row.law)];
    let all = inputs.chain(outputs).chain(notes).chain(own).map(|(name, cell)| (name, cell.trim()));
    all.filter(|(_, cell)| !matches!(*cell, "" | "-")).collect()
}
