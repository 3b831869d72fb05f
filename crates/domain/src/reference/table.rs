//! Text tables that are sorted by their first field and searched in place.

use std::cmp::Ordering;

/// The row whose first field is the key, by bisecting the text itself.
pub(super) fn find(table: &'static str, key: &str) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        // From the middle back to the start of its line: `low` and `high` always stand at starts of lines.
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| start + at);
        let line = &table[start..end];
        let first = line.split('|').next().unwrap_or_default();
        match first.as_bytes().cmp(key.as_bytes()) {
            Ordering::Equal => return Some(line),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

/// The first N fields of a row; missing ones are empty.
pub(super) fn fields<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut parts = line.split('|');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Every row of a table.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines()
}
