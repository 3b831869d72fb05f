//! Which rows of a large table can meet at all, without holding each against each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Analysis, set::Set};

/// So many pairs are looked at before an overlap is given up.
const PAIRS: usize = 3_000_000;

/// Where a row begins and ends in one column.
struct Stretch {
    from: usize,
    end: usize,
    row: usize,
}

impl Analysis<'_> {
    /// Pairs of rows, the later first, that meet in the column in which the fewest do; `None` where they are too many.
    pub(super) fn pairs(&self) -> Option<Vec<(usize, usize)>> {
        let columns = (0..self.axes.len()).map(|column| self.stretches(column)).chain([self.times()]);
        let best = columns.map(|stretches| (count(&stretches), stretches)).min_by_key(|(count, _)| *count);
        let (count, stretches) = best?;
        if count > PAIRS {
            return None;
        }
        let mut pairs = BTreeSet::new();
        let mut open: Vec<&Stretch> = Vec::new();
        for stretch in &stretches {
            open.retain(|other| other.end > stretch.from);
            let meets = open.iter().filter(|other| other.row != stretch.row);
            pairs.extend(meets.map(|other| (other.row.max(stretch.row), other.row.min(stretch.row))));
            open.push(stretch);
        }
        Some(pairs.into_iter().collect())
    }

    /// The rows in a column, by where they begin. An opaque cell may meet any other.
    fn stretches(&self, column: usize) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        for (row, cells) in self.boxes.iter().enumerate() {
            let parts: &[(usize, usize)] = match &cells[column] {
                Some(set) => set.stretches(),
                None => &[(0, usize::MAX)],
            };
            stretches.extend(parts.iter().map(|(from, end)| Stretch { from: *from, end: *end, row }));
        }
        stretches.sort_by_key(|stretch| stretch.from);
        stretches
    }

    /// The rows in time, as numbers of their days.
    fn times(&self) -> Vec<Stretch> {
        let days: BTreeSet<_> = self.table.rows.iter().flat_map(|row| [Some(row.from), row.until]).flatten().collect();
        let places: BTreeMap<_, usize> = days.into_iter().zip(0..).collect();
        let place = |day| places.get(&day).copied().unwrap_or(usize::MAX);
        let row = |(row, of): (usize, &crate::Row)| Stretch {
            from: place(of.from),
            end: of.until.map_or(usize::MAX, place),
            row,
        };
        let mut stretches: Vec<Stretch> = self.table.rows.iter().enumerate().map(row).collect();
        stretches.sort_by_key(|stretch| stretch.from);
        stretches
    }
}

/// How many pairs meet: for each that begins, those that have begun and not ended.
fn count(stretches: &[Stretch]) -> usize {
    let mut ends: Vec<usize> = stretches.iter().map(|stretch| stretch.end).collect();
    ends.sort_unstable();
    let mut ended = 0;
    let meeting = stretches.iter().enumerate().map(|(begun, stretch)| {
        ended += ends[ended..].iter().take_while(|end| **end <= stretch.from).count();
        begun - ended
    });
    meeting.sum()
}

/// The pieces of an area in groups that the same rows take; a row without a set takes all.
pub(super) fn alike<'s>(area: &Set, rows: impl Iterator<Item = Option<&'s Set>>) -> BTreeMap<Vec<usize>, Set> {
    let rows: Vec<Option<&Set>> = rows.collect();
    // Where a row begins or ends to take.
    let mut turns: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
    for (row, set) in rows.iter().enumerate() {
        let all = [(0, usize::MAX)];
        for (from, end) in set.map_or(&all[..], Set::stretches) {
            turns.entry(*from).or_default().push((row, true));
            turns.entry(*end).or_default().push((row, false));
        }
    }
    for (from, end) in area.stretches() {
        turns.entry(*from).or_default();
        turns.entry(*end).or_default();
    }
    let mut groups: BTreeMap<Vec<usize>, Set> = BTreeMap::new();
    let mut taking: BTreeSet<usize> = BTreeSet::new();
    let mut turns = turns.into_iter().peekable();
    while let Some((from, rows)) = turns.next() {
        for (row, _) in rows.iter().filter(|(_, begins)| !begins) {
            taking.remove(row);
        }
        taking.extend(rows.iter().filter(|(_, begins)| *begins).map(|(row, _)| *row));
        if let Some((end, _)) = turns.peek()
            && area.has(from)
        {
            let group = groups.entry(taking.iter().copied().collect()).or_insert_with(|| area.empty());
            group.extend(from, *end);
        }
    }
    groups
}
