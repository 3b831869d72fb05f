//! Gaps, overlaps and rows that never decide.
//!
//! Each column is cut where its cells cut it, and every piece is represented by one value: the bounds that are
//! written, one value between each two and one beyond either end; every text that is written, and one other. A cell
//! is then the set of pieces that it accepts, found by evaluating it, and a row is a box. This is exact for cells
//! whose tests are about the input alone; a column with any other cell is opaque, and then only what is certain is
//! told. Null counts only in a column where some cell speaks of it: elsewhere a gap means values that were given.

mod domain;
mod pairs;
mod set;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use self::{domain::Axis, set::Set};
use super::{HitPolicy, Row, Table, evaluate};
use crate::{Finding, Value, feel::Expr};

/// So many findings of one sort are told; more help nobody.
const MOST: usize = 50;
/// So many boxes are looked at in one question before it is given up.
const BOXES: usize = 50_000;

/// Among more rows it is not looked which ones others hide: each would have to be held against all.
const HIDING: usize = 3_000;

/// A box: for each column the pieces that it covers. `None` stands for an opaque cell, which may accept anything.
type Cells = Vec<Option<Set>>;

impl Table {
    /// Gaps, overlaps and rows that never decide, for each time in which the same rows are in force.
    ///
    /// Gaps are told for U, A, P and F without defaults; overlaps for U, and for A where the answers differ; rows that
    /// never decide for all; rows that repeat another for C and its kin.
    pub fn findings(&self) -> Vec<Finding> {
        let axes: Vec<Axis> = (0..self.inputs.len()).map(|column| Axis::of(self, column)).collect();
        let boxes: Vec<Cells> = self
            .rows
            .iter()
            .map(|row| axes.iter().zip(&row.tests).map(|(axis, (tests, _))| axis.accepted(tests)).collect())
            .collect();
        let mut findings = Vec::new();
        for (input, _) in self.inputs.iter().zip(&axes).filter(|(_, axis)| axis.opaque) {
            let finding = Finding::info(
                0,
                "PQ-RULES-OPAQUE",
                "此列无法完全分析空缺与重叠",
                "gaps and overlaps cannot be fully told for this column",
            );
            findings.push(finding.in_column(&input.name));
        }
        let analysis = Analysis { table: self, axes, boxes };
        findings.extend(analysis.never_matching());
        findings.extend(analysis.overlaps());
        findings.extend(analysis.by_window());
        findings
    }
}

struct Analysis<'t> {
    table: &'t Table,
    axes: Vec<Axis>,
    boxes: Vec<Cells>,
}

impl Analysis<'_> {
    /// Rows with a cell that accepts no value at all.
    fn never_matching(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (row, cells) in self.table.rows.iter().zip(&self.boxes) {
            for (input, _) in
                self.table.inputs.iter().zip(cells).filter(|(_, cell)| cell.as_ref().is_some_and(Set::is_empty))
            {
                let finding = Finding::warning(
                    row.line,
                    "PQ-RULES-NEVER",
                    "此格不会被任何取值满足",
                    "no value satisfies this cell",
                );
                findings.push(finding.in_row(&row.id).in_column(&input.name));
            }
        }
        findings
    }

    fn overlaps(&self) -> Vec<Finding> {
        let rows = &self.table.rows;
        let mut findings = Vec::new();
        let Some(pairs) = self.pairs() else {
            let (zh, en) = ("表过大，重叠未能全部查出", "the table is too large to find every overlap");
            return vec![Finding::info(0, "PQ-RULES-TOO-LARGE", zh, en)];
        };
        for (second, first) in pairs {
            if times_meet(&rows[first], &rows[second]) {
                findings.extend(self.overlap(first, second));
                if findings.len() >= MOST {
                    return findings;
                }
            }
        }
        findings
    }

    fn overlap(&self, first: usize, second: usize) -> Option<Finding> {
        let (one, other) = (&self.table.rows[first], &self.table.rows[second]);
        let answers = (constants(one), constants(other));
        let differ = match &answers {
            (Some(left), Some(right)) => !evaluate::same(left, right),
            _ => false,
        };
        match self.table.hit {
            HitPolicy::Unique => {}
            HitPolicy::Any if differ => {}
            HitPolicy::Collect | HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Sum => {
                let repeats = answers.0.is_some() && !differ && answers.1.is_some() && self.same_box(first, second);
                return repeats.then(|| {
                    let (zh, en) = (format!("与第 {} 行重复", one.id), format!("repeats row {}", one.id));
                    Finding::warning(other.line, "PQ-RULES-REPEATED", zh, en).in_row(&other.id)
                });
            }
            _ => return None,
        }
        let common = self.common(first, second)?;
        let place = self.words(&common);
        let (zh, en) = (format!("与第 {} 行重叠：{place}", one.id), format!("overlaps row {}: {place}", one.id));
        let finding = Finding::error(other.line, "PQ-RULES-OVERLAP", zh, en).in_row(&other.id);
        Some(self.first_column(&common).map_or(finding.clone(), |column| finding.in_column(column)))
    }

    /// What two rows both accept, where that is certain: opaque cells meet only when one of them is written `-` or
    /// both are written alike.
    fn common(&self, first: usize, second: usize) -> Option<Cells> {
        let mut common = Vec::new();
        for column in 0..self.axes.len() {
            common.push(match (&self.boxes[first][column], &self.boxes[second][column]) {
                (Some(left), Some(right)) => Some(left.and(right)).filter(|both| !both.is_empty()).map(Some)?,
                (Some(only), None) | (None, Some(only)) if only.is_full() => None,
                (None, None) if self.written_alike(first, second, column) => None,
                _ => return None,
            });
        }
        Some(common)
    }

    fn same_box(&self, first: usize, second: usize) -> bool {
        let alike = |column: usize| match (&self.boxes[first][column], &self.boxes[second][column]) {
            (Some(left), Some(right)) => left == right,
            (None, None) => self.written_alike(first, second, column),
            _ => false,
        };
        (0..self.axes.len()).all(alike)
    }

    fn written_alike(&self, first: usize, second: usize, column: usize) -> bool {
        let text = |row: usize| self.table.rows[row].tests.get(column).map(|(_, text)| text.trim());
        text(first) == text(second)
    }

    /// Gaps and rows that others hide, told once with the first time in which they occur.
    fn by_window(&self) -> Vec<Finding> {
        let mut told: BTreeMap<String, Finding> = BTreeMap::new();
        let mut deciding: BTreeSet<usize> = BTreeSet::new();
        let mut hidden: BTreeMap<usize, Date> = BTreeMap::new();
        let days: BTreeSet<Date> =
            self.table.rows.iter().flat_map(|row| [Some(row.from), row.until]).flatten().collect();
        for day in days {
            let rows: Vec<usize> =
                (0..self.table.rows.len()).filter(|row| self.table.rows[*row].in_force(day)).collect();
            for (place, finding) in self.gaps(&rows, day) {
                told.entry(place).or_insert(finding);
            }
            for row in rows.iter().filter(|_| rows.len() <= HIDING) {
                if self.is_hidden(*row, &rows) {
                    hidden.entry(*row).or_insert(day);
                } else {
                    deciding.insert(*row);
                }
            }
        }
        let mut findings: Vec<Finding> = told.into_values().take(MOST).collect();
        for (row, day) in hidden {
            let row_of = &self.table.rows[row];
            let ever = deciding.contains(&row);
            let (zh, en) = if ever {
                (format!("自 {day} 起此行被其他行遮蔽"), format!("other rows leave nothing for this row from {day}"))
            } else {
                ("其他行使此行永不起作用".to_owned(), "other rows leave nothing for this row".to_owned())
            };
            findings.push(Finding::warning(row_of.line, "PQ-RULES-UNREACHABLE", zh, en).in_row(&row_of.id));
        }
        findings
    }

    /// Where no row in force answers, each with its words.
    fn gaps(&self, rows: &[usize], day: Date) -> Vec<(String, Finding)> {
        let complete =
            matches!(self.table.hit, HitPolicy::Unique | HitPolicy::Any | HitPolicy::Priority | HitPolicy::First);
        if !complete || self.table.outputs.iter().any(|output| output.default.is_some()) {
            return Vec::new();
        }
        // An opaque cell may accept anything: only what no row can accept is certainly a gap.
        let whole: Cells = self.axes.iter().map(|axis| Some(axis.full())).collect();
        let mut left = BOXES;
        let gaps = self.outside(whole, &rows.iter().map(|row| &self.boxes[*row]).collect::<Vec<_>>(), 0, &mut left);
        let told = gaps.iter().map(|gap| {
            let place = self.words(gap);
            let (zh, en) = match day {
                // Rows of a model that say nothing of time have no first day.
                Date::MIN => (format!("没有行覆盖：{place}"), format!("no row covers {place}")),
                day => (format!("没有行覆盖：{place}（自 {day}）"), format!("no row covers {place} from {day}")),
            };
            let finding = Finding::warning(0, "PQ-RULES-GAP", zh, en);
            (place, self.first_column(gap).map_or(finding.clone(), |column| finding.in_column(column)))
        });
        let mut told: Vec<(String, Finding)> = told.collect();
        if left == 0 {
            let (zh, en) = ("表过大，空缺未能全部查出", "the table is too large to find every gap");
            told.push((String::new(), Finding::info(0, "PQ-RULES-TOO-LARGE", zh, en)));
        }
        told
    }

    /// True when the rows that go before a row accept everything that it accepts.
    fn is_hidden(&self, row: usize, in_force: &[usize]) -> bool {
        let before: Vec<&Cells> = match self.table.hit {
            HitPolicy::First => {
                in_force.iter().filter(|other| **other < row).map(|other| &self.boxes[*other]).collect()
            }
            HitPolicy::Priority => in_force
                .iter()
                .filter(|other| self.goes_before(**other, row))
                .map(|other| &self.boxes[*other])
                .collect(),
            _ => return false,
        };
        // Opaque cells of others hide nothing for certain; the row's own are hidden only by a cell that takes all.
        let before: Vec<&Cells> = before.into_iter().filter(|cells| cells.iter().all(Option::is_some)).collect();
        let own: Cells = self.boxes[row]
            .iter()
            .zip(&self.axes)
            .map(|(cell, axis)| Some(cell.clone().unwrap_or_else(|| axis.full())))
            .collect();
        let mut left = BOXES;
        if own.iter().flatten().any(Set::is_empty) || before.is_empty() {
            return false;
        }
        self.outside(own, &before, 0, &mut left).is_empty() && left > 0
    }

    /// Whether a row's answer is the more important one, or is as important and stands earlier.
    fn goes_before(&self, other: usize, row: usize) -> bool {
        let rank = |row: usize| constants(&self.table.rows[row]).map(|values| self.table.rank(&values));
        match (rank(other), rank(row)) {
            (Some(left), Some(right)) => (left, other) < (right, row),
            _ => false,
        }
    }

    /// The parts of a box that none of the rows accepts. From each column on, pieces that the same rows accept are
    /// looked at together.
    fn outside(&self, area: Cells, rows: &[&Cells], column: usize, left: &mut usize) -> Vec<Cells> {
        *left = left.saturating_sub(1);
        if *left == 0 || rows.iter().any(|row| covers(row, &area, column)) {
            return Vec::new();
        }
        if rows.is_empty() || column == self.axes.len() {
            return if rows.is_empty() { vec![area] } else { Vec::new() };
        }
        let Some(Some(pieces)) = area.get(column) else { return Vec::new() };
        let groups = pairs::alike(pieces, rows.iter().map(|row| row[column].as_ref()));
        let mut found = Vec::new();
        for (takers, group) in groups {
            let mut part = area.clone();
            part[column] = Some(group);
            let rows: Vec<&Cells> = takers.iter().map(|row| rows[*row]).collect();
            found.extend(self.outside(part, &rows, column + 1, left));
            if found.len() >= MOST {
                break;
            }
        }
        found
    }

    /// The first column that matters in a box.
    fn first_column(&self, cells: &Cells) -> Option<&str> {
        let matters = |cell: &Option<Set>| cell.as_ref().is_some_and(|set| !set.is_full());
        let column = cells.iter().position(matters)?;
        self.table.inputs.get(column).map(|input| input.name.as_str())
    }

    /// The columns that matter in a box, in words.
    fn words(&self, cells: &Cells) -> String {
        let columns = self.table.inputs.iter().zip(&self.axes).zip(cells);
        let matter = columns.filter_map(|((input, axis), cell)| match cell {
            Some(set) if !set.is_full() => Some(format!("{} {}", input.name, axis.words(set))),
            _ => None,
        });
        let words = matter.collect::<Vec<_>>().join("; ");
        if words.is_empty() { "-".into() } else { words }
    }
}

fn covers(row: &Cells, area: &Cells, column: usize) -> bool {
    row.iter().zip(area).skip(column).all(|(cell, area)| match (cell, area) {
        (Some(cell), Some(area)) => cell.contains(area),
        // For a gap, what may be accepted counts as accepted.
        (None, _) => true,
        (Some(cell), None) => cell.is_full(),
    })
}

fn times_meet(one: &Row, other: &Row) -> bool {
    one.until.is_none_or(|until| other.from < until) && other.until.is_none_or(|until| one.from < until)
}

/// The answers of a row, where they do not depend on its inputs.
fn constants(row: &Row) -> Option<Vec<Value>> {
    let values = row.outputs.iter().map(|expr| match expr {
        Expr::Const(value) => Some(value.clone()),
        _ => None,
    });
    values.collect()
}
