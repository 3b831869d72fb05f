//! Sets of pieces of one column, as stretches of neighbours: a cell of a large table takes few of many.

/// A set of pieces of one column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set {
    /// How many pieces the column has.
    size: usize,
    /// From, and before which piece; in order, without touching each other.
    stretches: Vec<(usize, usize)>,
}

impl Set {
    pub fn none(size: usize) -> Self {
        Set { size, stretches: Vec::new() }
    }

    /// The empty set of the same column.
    pub fn empty(&self) -> Self {
        Set::none(self.size)
    }

    pub fn full(size: usize) -> Self {
        let mut set = Set::none(size);
        set.extend(0, size);
        set
    }

    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.size == 0 || self.stretches == [(0, self.size)]
    }

    pub fn has(&self, piece: usize) -> bool {
        let next = self.stretches.partition_point(|(_, end)| *end <= piece);
        self.stretches.get(next).is_some_and(|(from, _)| *from <= piece)
    }

    pub fn and(&self, other: &Set) -> Set {
        let mut both = Set::none(self.size);
        let (mut left, mut right) = (self.stretches.iter().peekable(), other.stretches.iter().peekable());
        while let (Some((from, end)), Some((other_from, other_end))) = (left.peek(), right.peek()) {
            both.extend(*from.max(other_from), *end.min(other_end));
            if end < other_end {
                left.next()
            } else {
                right.next()
            };
        }
        both
    }

    pub fn contains(&self, other: &Set) -> bool {
        other.stretches.iter().all(|(from, end)| {
            let next = self.stretches.partition_point(|(_, own_end)| own_end <= from);
            self.stretches.get(next).is_some_and(|(own_from, own_end)| own_from <= from && end <= own_end)
        })
    }

    /// Adds a stretch that lies behind all others; an empty one adds nothing.
    pub fn extend(&mut self, from: usize, end: usize) {
        if from >= end {
            return;
        }
        match self.stretches.last_mut() {
            Some((_, last)) if *last == from => *last = end,
            _ => self.stretches.push((from, end)),
        }
    }

    pub fn stretches(&self) -> &[(usize, usize)] {
        &self.stretches
    }
}
