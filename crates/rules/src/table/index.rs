//! An index over the rows of a large table: an evaluation looks at the few rows that can match, not at all.
//!
//! For each column: rows by the constants that their cells name, rows by the intervals of their cells, and the rows
//! whose cells say nothing that an index knows (`-`, `not(…)`, conditions), which are always looked at. The time in which
//! rows are in force is such a column too. A question takes the column with the fewest rows and keeps those that the
//! others have as well; what is left is tested as ever, so that an index never decides.

use std::{borrow::Cow, collections::HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Kind, Row, Table};
use crate::{
    Value,
    feel::{Comparison, Expr, Test, Tests},
};

/// Tables with fewer rows are faster without.
const LEAST: usize = 256;
/// So few rows are tested rather than narrowed down further.
const FEW: usize = 16;

/// Where the rows of a table stand.
#[derive(Debug)]
pub(super) struct Index {
    columns: Vec<Column>,
    in_force: Column,
}

#[derive(Debug, Default)]
struct Column {
    /// Of which sort its values are; none where it cannot be told, and the column is of no use.
    sort: Option<Sort>,
    named: HashMap<Key, Vec<u32>>,
    spans: Spans,
    /// Rows that are always looked at.
    rest: Vec<u32>,
}

/// Values that keys and points know. Only those of one sort are compared here: across sorts the house's dialect has
/// rules of its own, such as for a text that is written like a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Bool,
    Number,
    Text,
    Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    Date(Date),
}

/// A place in the order of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    Number(Decimal),
    Date(Date),
}

/// From one end to another, each with whether it belongs; none is open.
#[derive(Debug)]
struct Span {
    low: Option<(Point, bool)>,
    high: Option<(Point, bool)>,
    row: u32,
}

/// Intervals as a segment tree: each stands in few nodes, and those around a point are on one way to the root.
#[derive(Debug, Default)]
struct Spans {
    /// The ends, in their order.
    points: Vec<Point>,
    /// The first half are inner nodes, the second the pieces: between points, and the points themselves.
    nodes: Vec<Vec<u32>>,
}

impl Index {
    /// The index of a table that is large enough for one.
    pub fn of(table: &Table) -> Option<Self> {
        if table.rows.len() < LEAST || u32::try_from(table.rows.len()).is_err() {
            return None;
        }
        let column = |nth: usize| {
            let cells = || table.rows.iter().map(move |row| row.tests.get(nth).map(|(tests, _)| tests));
            let sort = match table.inputs[nth].kind {
                Kind::Any => cells().flatten().find_map(first_sort),
                kind => Sort::of_kind(kind),
            };
            let mut builder = Builder { sort, ..Default::default() };
            for (place, tests) in cells().enumerate() {
                builder.add(place as u32, tests);
            }
            builder.column()
        };
        let mut builder = Builder { sort: Some(Sort::Date), ..Default::default() };
        for (place, Row { from, until, .. }) in table.rows.iter().enumerate() {
            let (low, high) = (Some((Point::Date(*from), true)), until.map(|until| (Point::Date(until), false)));
            builder.spans.push(Span { low, high, row: place as u32 });
        }
        let in_force = builder.column();
        Some(Index { columns: (0..table.inputs.len()).map(column).collect(), in_force })
    }

    /// The rows that can match, in their order; `None` where all can.
    pub fn candidates(&self, on: Date, values: &[Cow<'_, Value>]) -> Option<Vec<u32>> {
        let on = Value::Date(on);
        let columns = self.columns.iter().zip(values.iter().map(|value| &**value));
        let asked = columns.chain([(&self.in_force, &on)]);
        let mut found: Vec<Vec<&[u32]>> = asked.filter_map(|(column, value)| column.rows(value)).collect();
        let size = |lists: &Vec<&[u32]>| lists.iter().map(|list| list.len()).sum::<usize>();
        found.sort_by_key(size);
        let mut columns = found.into_iter();
        let mut rows = joined(&columns.next()?);
        for lists in columns {
            // To narrow down further costs as much as the lists are long.
            if rows.len() <= FEW || size(&lists) > rows.len() * 64 {
                break;
            }
            let others = joined(&lists);
            rows.retain(|row| others.binary_search(row).is_ok());
        }
        Some(rows)
    }
}

/// The rows of several lists, each once, in order.
fn joined(lists: &[&[u32]]) -> Vec<u32> {
    let mut rows = lists.concat();
    rows.sort_unstable();
    rows.dedup();
    rows
}

#[derive(Default)]
struct Builder {
    sort: Option<Sort>,
    named: HashMap<Key, Vec<u32>>,
    spans: Vec<Span>,
    rest: Vec<u32>,
}

impl Builder {
    fn add(&mut self, row: u32, tests: Option<&Tests>) {
        let Some(Tests::Some(tests)) = tests else { return self.rest.push(row) };
        let (mut keys, mut spans) = (Vec::new(), Vec::new());
        if tests.iter().all(|test| read(test, (self.sort, row), &mut keys, &mut spans)) {
            keys.into_iter().for_each(|key| self.named.entry(key).or_default().push(row));
            self.spans.append(&mut spans);
        } else {
            self.rest.push(row);
        }
    }

    fn column(self) -> Column {
        Column { sort: self.sort, named: self.named, spans: Spans::of(&self.spans), rest: self.rest }
    }
}

/// What a test accepts, as keys and spans; false where an index cannot say it.
fn read(test: &Test, (sort, row): (Option<Sort>, u32), keys: &mut Vec<Key>, spans: &mut Vec<Span>) -> bool {
    let mut name = |value: &Value| key(value, sort).map(|key| keys.push(key)).is_some();
    let point = |value: &Value| point(value).filter(|_| Sort::of(value) == sort);
    match test {
        Test::Value(Expr::Const(Value::List(items))) => items.iter().all(name),
        Test::Value(Expr::Const(value)) | Test::Compare(Comparison::Equal, Expr::Const(value)) => name(value),
        Test::Compare(comparison, Expr::Const(value)) => {
            let Some(end) = point(value) else { return false };
            let (low, high) = match comparison {
                Comparison::Less => (None, Some((end, false))),
                Comparison::LessOrEqual => (None, Some((end, true))),
                Comparison::Greater => (Some((end, false)), None),
                Comparison::GreaterOrEqual => (Some((end, true)), None),
                Comparison::Equal | Comparison::NotEqual => return false,
            };
            spans.push(Span { low, high, row });
            true
        }
        Test::Range(Expr::Const(low), low_in, Expr::Const(high), high_in) => match (point(low), point(high)) {
            (Some(low), Some(high)) => {
                spans.push(Span { low: Some((low, *low_in)), high: Some((high, *high_in)), row });
                true
            }
            _ => false,
        },
        _ => false,
    }
}

impl Sort {
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(_) => Sort::Bool,
            Value::Number(_) => Sort::Number,
            Value::Text(_) => Sort::Text,
            Value::Date(_) => Sort::Date,
            _ => return None,
        })
    }

    fn of_kind(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Boolean => Sort::Bool,
            Kind::Number | Kind::Integer => Sort::Number,
            Kind::Text => Sort::Text,
            Kind::Date => Sort::Date,
            _ => return None,
        })
    }
}

/// The sort of the first constant of a cell, for a column that declares no kind.
fn first_sort(tests: &Tests) -> Option<Sort> {
    let Tests::Some(tests) = tests else { return None };
    tests.iter().find_map(|test| match test {
        Test::Value(Expr::Const(Value::List(items))) => items.iter().find_map(Sort::of),
        Test::Value(Expr::Const(value))
        | Test::Compare(_, Expr::Const(value))
        | Test::Range(Expr::Const(value), ..) => Sort::of(value),
        _ => None,
    })
}

/// The key of a value that is null or of that sort.
fn key(value: &Value, sort: Option<Sort>) -> Option<Key> {
    if *value != Value::Null && (sort.is_none() || Sort::of(value) != sort) {
        return None;
    }
    Some(match value {
        Value::Null => Key::Null,
        Value::Bool(yes) => Key::Bool(*yes),
        Value::Number(number) => Key::Number(*number),
        Value::Text(text) => Key::Text(text.clone()),
        Value::Date(day) => Key::Date(*day),
        _ => return None,
    })
}

fn point(value: &Value) -> Option<Point> {
    match value {
        Value::Number(number) => Some(Point::Number(*number)),
        Value::Date(day) => Some(Point::Date(*day)),
        _ => None,
    }
}

impl Column {
    /// The lists of rows that can accept a value; `None` where the column cannot say.
    fn rows(&self, value: &Value) -> Option<Vec<&[u32]>> {
        self.sort?;
        let key = key(value, self.sort)?;
        let mut lists: Vec<&[u32]> = vec![&self.rest];
        lists.extend(self.named.get(&key).map(Vec::as_slice));
        if let Some(point) = point(value) {
            self.spans.around(point, &mut lists);
        }
        Some(lists)
    }
}

impl Spans {
    fn of(spans: &[Span]) -> Self {
        let ends = spans.iter().flat_map(|span| [span.low, span.high]).flatten();
        let mut points: Vec<Point> = ends.map(|(point, _)| point).collect();
        points.sort_unstable();
        points.dedup();
        let pieces = points.len() * 2 + 1;
        let mut tree = Spans { points, nodes: vec![Vec::new(); pieces * 2] };
        for span in spans {
            // The piece of the point itself is odd, those beside it are even.
            let first = span.low.map_or(0, |(point, inside)| tree.piece(point) + usize::from(!inside));
            let last = span.high.map_or(pieces - 1, |(point, inside)| tree.piece(point) - usize::from(!inside));
            tree.insert(first, last, span.row);
        }
        tree
    }

    fn piece(&self, point: Point) -> usize {
        match self.points.binary_search(&point) {
            Ok(place) => place * 2 + 1,
            Err(place) => place * 2,
        }
    }

    fn insert(&mut self, first: usize, last: usize, row: u32) {
        let half = self.nodes.len() / 2;
        let (mut left, mut right) = (first + half, last + half + 1);
        // An interval that ends before it begins holds nothing.
        while left < right {
            if left % 2 == 1 {
                self.nodes[left].push(row);
                left += 1;
            }
            if right % 2 == 1 {
                right -= 1;
                self.nodes[right].push(row);
            }
            (left, right) = (left / 2, right / 2);
        }
    }

    fn around<'s>(&'s self, point: Point, lists: &mut Vec<&'s [u32]>) {
        if self.points.is_empty() {
            return;
        }
        let mut node = self.piece(point) + self.nodes.len() / 2;
        while node > 0 {
            lists.push(&self.nodes[node]);
            node /= 2;
        }
    }
}
