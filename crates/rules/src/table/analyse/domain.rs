//! One column cut into pieces, and sets of pieces.

use std::{cmp::Ordering, collections::HashMap};

use jiff::{SignedDuration, ToSpan};
use rust_decimal::Decimal;

use super::{
    super::{Kind, Table},
    set::Set,
};
use crate::{
    Value,
    feel::{self, Comparison, Expr, Scope, Test, Tests},
};

/// A column's pieces.
#[derive(Debug)]
pub(super) struct Axis {
    pieces: Vec<Piece>,
    kind: Kind,
    /// Some cell depends on more than the input, or cannot be cut into pieces.
    pub opaque: bool,
    /// Pieces that have no neighbours: null, whatever is not named, and truth.
    apart: Vec<usize>,
    /// Where the points of a column without order are, by their words.
    places: HashMap<String, Vec<usize>>,
}

/// A piece: a value that stands for it, and where it lies.
#[derive(Clone, Debug)]
struct Piece {
    sample: Value,
    place: Place,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Point,
    Below(Value),
    Between(Value, Value),
    Above(Value),
    Null,
    Other,
}

impl Axis {
    pub fn of(table: &Table, column: usize) -> Self {
        let Some(input) = table.inputs.get(column) else {
            return Axis::new(Vec::new(), Kind::Any, true);
        };
        let cells = table.rows.iter().filter_map(|row| row.tests.get(column)).map(|(tests, _)| tests);
        let kind = if input.kind == Kind::Any { guess(cells.clone()) } else { input.kind };
        let mut points = Vec::new();
        let mut opaque = false;
        for tests in cells.chain(&input.values) {
            opaque |= !gather(tests, kind, &mut points);
        }
        let before = points.len();
        points.retain(|point| *point != Value::Null);
        let nullable = points.len() < before;
        if !is_unordered(kind) && !comparable(&points) {
            points.clear();
            opaque = true;
        }
        let mut pieces = match kind {
            Kind::Boolean => [true, false].map(|yes| Piece { sample: Value::Bool(yes), place: Place::Point }).to_vec(),
            kind if is_unordered(kind) => unordered(points),
            kind => ordered(points, kind),
        };
        // Null is a value of its own where a cell speaks of it.
        if nullable && !pieces.iter().any(|piece| piece.sample == Value::Null) {
            pieces.push(Piece { sample: Value::Null, place: Place::Null });
        }
        let scope = Scope::new(&Value::Null);
        let allowed = |piece: &&Piece| {
            piece.place == Place::Null
                || input.values.as_ref().is_none_or(|tests| feel::test(tests, &piece.sample, &scope) == Some(true))
        };
        let kept: Vec<Piece> = pieces.iter().filter(allowed).cloned().collect();
        // Values that cannot be told beforehand leave the column as it is.
        opaque |= kept.is_empty();
        Axis::new(if kept.is_empty() { pieces } else { kept }, kind, opaque)
    }

    fn new(pieces: Vec<Piece>, kind: Kind, opaque: bool) -> Self {
        let alone = |piece: &Piece| matches!(piece.place, Place::Null | Place::Other) || kind == Kind::Boolean;
        let apart = (0..pieces.len()).filter(|place| alone(&pieces[*place])).collect();
        let mut places = HashMap::<String, Vec<usize>>::new();
        if is_unordered(kind) {
            for (place, piece) in pieces.iter().enumerate() {
                places.entry(piece.sample.to_string()).or_default().push(place);
            }
        }
        Axis { pieces, kind, opaque, apart, places }
    }

    /// The pieces that a cell accepts; `None` for a cell that cannot be cut into pieces.
    ///
    /// A cell tells apart only the points that it names itself, so that one piece of each stretch between them is tried.
    pub fn accepted(&self, tests: &Tests) -> Option<Set> {
        let mut points = Vec::new();
        if !gather(tests, self.kind, &mut points) {
            return None;
        }
        if points.iter().any(|point| *point != Value::Null) && !self.is_cut() {
            return None;
        }
        let scope = Scope::new(&Value::Null);
        let accepts = |piece: usize| feel::test(tests, &self.pieces[piece].sample, &scope) == Some(true);
        let mut cuts = vec![0, self.pieces.len()];
        cuts.extend(points.iter().flat_map(|point| self.cuts(point)));
        cuts.extend(self.apart.iter().flat_map(|place| [*place, place + 1]));
        cuts.sort_unstable();
        cuts.dedup();
        let mut set = Set::none(self.pieces.len());
        for stretch in cuts.windows(2).filter(|stretch| accepts(stretch[0])) {
            set.extend(stretch[0], stretch[1]);
        }
        Some(set)
    }

    /// Where a point cuts the pieces: around its own, or between two where it has none.
    fn cuts(&self, point: &Value) -> Vec<usize> {
        if is_unordered(self.kind) {
            let places = self.places.get(&point.to_string()).into_iter().flatten();
            return places.flat_map(|place| [*place, place + 1]).collect();
        }
        if *point == Value::Null {
            return Vec::new();
        }
        let before = |piece: &Piece| match &piece.place {
            Place::Below(_) => true,
            Place::Between(low, _) => feel::order(low, point).is_some_and(Ordering::is_lt),
            Place::Point => feel::order(&piece.sample, point).is_some_and(Ordering::is_lt),
            Place::Above(_) | Place::Null | Place::Other => false,
        };
        let place = self.pieces.partition_point(before);
        if self.is_at(place, point) { vec![place, place + 1] } else { vec![place] }
    }

    fn is_at(&self, place: usize, point: &Value) -> bool {
        self.pieces
            .get(place)
            .is_some_and(|piece| piece.place == Place::Point && feel::equal(&piece.sample, point) == Some(true))
    }

    /// False when the points of the column could not be put in order, so that nothing was cut at them.
    fn is_cut(&self) -> bool {
        is_unordered(self.kind) || self.pieces.iter().any(|piece| !matches!(piece.place, Place::Other | Place::Null))
    }

    pub fn full(&self) -> Set {
        Set::full(self.pieces.len())
    }

    /// A set as a person would write it: `[1..5), > 9` or `"a", other`.
    pub fn words(&self, set: &Set) -> String {
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(first) = self.pieces.get(at) {
            let start = at;
            at += 1;
            if !set.has(start) {
                continue;
            }
            let ordered = |at: usize| self.pieces.get(at).is_some_and(|piece| piece.place != Place::Null);
            while !is_unordered(self.kind) && ordered(start) && ordered(at) && set.has(at) {
                at += 1;
            }
            words.push(run(first, &self.pieces[at - 1]));
        }
        words.join(", ")
    }
}

fn run(first: &Piece, last: &Piece) -> String {
    let written = |value: &Value| match value {
        Value::Text(text) => format!("{text:?}"),
        other => other.to_string(),
    };
    let low = match &first.place {
        Place::Point => Some((">=", "[", written(&first.sample))),
        Place::Between(low, _) | Place::Above(low) => Some((">", "(", written(low))),
        Place::Below(_) => None,
        Place::Null => return "null".into(),
        Place::Other => return "other".into(),
    };
    let high = match &last.place {
        Place::Point => Some(("<=", "]", written(&last.sample))),
        Place::Between(_, high) | Place::Below(high) => Some(("<", ")", written(high))),
        Place::Above(_) => None,
        Place::Null => return "null".into(),
        Place::Other => return "other".into(),
    };
    match (low, high) {
        (Some((_, "[", low)), Some((_, "]", high))) if low == high => low,
        (Some((_, open, low)), Some((_, close, high))) => format!("{open}{low}..{high}{close}"),
        (Some((sign, _, low)), None) => format!("{sign} {low}"),
        (None, Some((sign, _, high))) => format!("{sign} {high}"),
        (None, None) => "-".into(),
    }
}

fn is_unordered(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Boolean | Kind::List | Kind::Any)
}

/// What an undeclared column holds, by the first constant in its cells.
fn guess<'t>(cells: impl Iterator<Item = &'t Tests>) -> Kind {
    let mut points = Vec::new();
    for tests in cells {
        gather(tests, Kind::Any, &mut points);
    }
    match points.first() {
        Some(Value::Number(_)) => Kind::Number,
        Some(Value::Bool(_)) => Kind::Boolean,
        Some(Value::Date(_)) => Kind::Date,
        Some(Value::DateTime(..)) => Kind::DateTime,
        Some(Value::Time(..)) => Kind::Time,
        Some(Value::Months(_) | Value::Duration(_)) => Kind::Duration,
        _ => Kind::Text,
    }
}

/// True when the points have one order: of one kind, and all or none with their distance from UTC.
fn comparable(points: &[Value]) -> bool {
    points.iter().all(|point| {
        std::mem::discriminant(point) == std::mem::discriminant(&points[0]) && feel::order(&points[0], point).is_some()
    })
}

/// Collects the values at which tests cut; false when a test cannot be cut so.
fn gather(tests: &Tests, kind: Kind, points: &mut Vec<Value>) -> bool {
    let (Tests::Some(list) | Tests::Not(list)) = tests else { return true };
    let in_order = !matches!(kind, Kind::Text | Kind::Boolean | Kind::List);
    let mut add = |value: &Value| match kind.fit(value) {
        Some(value) => {
            points.push(value.into_owned());
            true
        }
        // A number that is not whole still cuts the whole numbers; anything else never equals what the column holds.
        None => match value {
            Value::Number(_) if kind == Kind::Integer => {
                points.push(value.clone());
                true
            }
            _ => in_order,
        },
    };
    list.iter().all(|test| match test {
        // An order against null is never told.
        Test::Compare(comparison, Expr::Const(Value::Null)) => {
            matches!(comparison, Comparison::Equal | Comparison::NotEqual) && add(&Value::Null)
        }
        Test::Value(Expr::Const(Value::List(items))) if kind != Kind::List => items.iter().all(&mut add),
        Test::Value(Expr::Const(value))
        | Test::Compare(Comparison::Equal | Comparison::NotEqual, Expr::Const(value)) => add(value),
        Test::Compare(_, Expr::Const(value)) => add(value) && in_order,
        Test::Range(Expr::Const(low), _, Expr::Const(high), _) => {
            *low != Value::Null && *high != Value::Null && add(low) && add(high) && in_order
        }
        _ => false,
    })
}

fn unordered(points: Vec<Value>) -> Vec<Piece> {
    let mut kept: Vec<Value> = Vec::new();
    let mut known = HashMap::<String, Vec<usize>>::new();
    for point in points {
        let places = known.entry(point.to_string()).or_default();
        if !places.iter().any(|place| feel::equal(&kept[*place], &point) == Some(true)) {
            places.push(kept.len());
            kept.push(point);
        }
    }
    // Longer than every text that is written, and so none of them.
    let longest = kept.iter().filter_map(Value::text).map(str::len).max().unwrap_or(0);
    let other = Piece { sample: Value::Text("~".repeat(longest + 1)), place: Place::Other };
    kept.into_iter().map(|sample| Piece { sample, place: Place::Point }).chain([other]).collect()
}

/// The points must be comparable.
fn ordered(mut points: Vec<Value>, kind: Kind) -> Vec<Piece> {
    points.sort_by(|left, right| feel::order(left, right).unwrap_or(Ordering::Equal));
    points.dedup_by(|left, right| feel::equal(left, right) == Some(true));
    let (Some(first), Some(last)) = (points.first().cloned(), points.last().cloned()) else {
        return vec![Piece { sample: anything(kind), place: Place::Other }];
    };
    let mut pieces = Vec::new();
    pieces.extend(step(&first, -1).map(|sample| Piece { sample, place: Place::Below(first) }));
    let mut before: Option<Value> = None;
    for point in points {
        if let Some(before) = before
            && let Some(sample) = middle(&before, &point, kind)
        {
            pieces.push(Piece { sample, place: Place::Between(before, point.clone()) });
        }
        pieces.push(Piece { sample: point.clone(), place: Place::Point });
        before = Some(point);
    }
    pieces.extend(step(&last, 1).map(|sample| Piece { sample, place: Place::Above(last) }));
    if kind == Kind::Integer {
        pieces.retain(|piece| piece.sample.number().is_some_and(|number| number.is_integer()));
    }
    pieces
}

/// Any value of an ordered kind.
fn anything(kind: Kind) -> Value {
    let day = jiff::civil::Date::constant(2000, 1, 1);
    match kind {
        Kind::Date => Value::Date(day),
        Kind::DateTime => Value::DateTime(day.to_datetime(jiff::civil::Time::midnight()), None),
        Kind::Time => Value::Time(jiff::civil::Time::midnight(), None),
        Kind::Duration => Value::Months(0),
        _ => Value::Number(Decimal::ZERO),
    }
}

/// A value one unit away; `None` at the end of what the kind holds.
fn step(value: &Value, direction: i64) -> Option<Value> {
    match value {
        Value::Number(number) => {
            // A whole number on the far side, so that it stands for integers as well.
            let whole = if direction < 0 { number.floor() } else { number.ceil() };
            whole.checked_add(direction.into()).map(Value::Number)
        }
        Value::Date(date) => date.checked_add(direction.days()).ok().map(Value::Date),
        Value::DateTime(at, offset) => at.checked_add(direction.days()).ok().map(|at| Value::DateTime(at, *offset)),
        Value::Time(time, offset) => {
            let moved = time.checked_add(SignedDuration::from_nanos(direction)).ok()?;
            Some(Value::Time(moved, *offset))
        }
        Value::Months(months) => months.checked_add(direction).map(Value::Months),
        Value::Duration(length) => length.checked_add(SignedDuration::from_secs(direction)).map(Value::Duration),
        _ => None,
    }
}

/// A value between two, `None` where there is none.
fn middle(low: &Value, high: &Value, kind: Kind) -> Option<Value> {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) if kind == Kind::Integer => {
            let next = low.floor().checked_add(Decimal::ONE)?;
            (next < *high).then_some(Value::Number(next))
        }
        (Value::Number(low), Value::Number(high)) => {
            let half = high.checked_sub(*low)?.checked_div(Decimal::TWO)?;
            low.checked_add(half).filter(|middle| low < middle && middle < high).map(Value::Number)
        }
        (Value::Months(_), Value::Months(_)) | (Value::Date(_), Value::Date(_)) => {
            step(low, 1).filter(|next| feel::order(next, high) == Some(Ordering::Less))
        }
        (Value::DateTime(at, offset), _) => {
            let next = Value::DateTime(at.checked_add(SignedDuration::from_nanos(1)).ok()?, *offset);
            (feel::order(&next, high) == Some(Ordering::Less)).then_some(next)
        }
        (Value::Time(..), Value::Time(..)) => {
            step(low, 1).filter(|next| feel::order(next, high) == Some(Ordering::Less))
        }
        (Value::Duration(low), Value::Duration(high)) => {
            let next = low.checked_add(SignedDuration::from_nanos(1))?;
            (next < *high).then_some(Value::Duration(next))
        }
        _ => None,
    }
}
