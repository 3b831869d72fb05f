//! Finding a place by what people type.

use std::{collections::BTreeSet, sync::OnceLock};

use super::{PLACES, Place, read_place, table::fields};

/// Seaports and airports for what a person has typed, best first, at most `limit`.
///
/// The text may be a code or its beginning, the beginning of a name or of a word in it (with or without diacritics),
/// or part of a name; Chinese names are found too. Seaports come before airports of the same rank.
pub fn search_places(text: &str, limit: usize) -> Vec<Place> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let index = INDEX.get_or_init(Index::build);
    let mut found = BTreeSet::new();
    for (at, _) in index.text.match_indices(wanted.as_str()) {
        let row = index.starts.partition_point(|(start, _)| *start <= at) - 1;
        let (start, source) = index.starts[row];
        let place = read_place(source);
        found.insert((rank(&index.text[start..at], wanted.len()), !place.seaport, place.plain, place.code));
    }
    let mut codes = BTreeSet::new();
    found.into_iter().filter(|hit| codes.insert(hit.3)).take(limit).filter_map(|hit| super::locode(hit.3)).collect()
}

/// How good a hit is by what stands before it in its row: the whole code, a code's beginning, a name's, a word's.
fn rank(before: &str, length: usize) -> u8 {
    match before.as_bytes().last() {
        None if length == 5 => 0,
        None => 1,
        Some(b'|') => 2,
        Some(byte) if !byte.is_ascii_alphanumeric() && byte.is_ascii() => 3,
        Some(_) => 4,
    }
}

/// Codes and names in small letters, one place a line, and where each line begins.
struct Index {
    text: String,
    starts: Vec<(usize, &'static str)>,
}

static INDEX: OnceLock<Index> = OnceLock::new();

impl Index {
    fn build() -> Self {
        let mut index = Index { text: String::with_capacity(PLACES.len()), starts: Vec::new() };
        for line in PLACES.lines() {
            let [code, _, _, name, plain, zh] = fields(line);
            index.starts.push((index.text.len(), line));
            for part in [code, name, plain, zh].into_iter().filter(|part| !part.is_empty()) {
                index.text.push_str(&part.to_lowercase());
                index.text.push('|');
            }
            index.text.push('\n');
        }
        index
    }
}
