//! The Harmonized System: the name behind a commodity code, and codes for what people call their goods.

use std::{collections::BTreeSet, sync::OnceLock};

use super::table::{fields, find, rows};
use crate::Text;

const COMMODITIES: &str = include_str!("data/commodities.txt");

/// A chapter, heading or subheading of the Harmonized System.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commodity {
    /// Two, four or six digits.
    pub code: &'static str,
    /// What it holds, as the list says.
    pub name: &'static str,
    /// The Chinese name of its chapter.
    pub chapter_zh: &'static str,
}

impl Commodity {
    /// What it holds; in Chinese with the name of its chapter, because the open list names chapters alone.
    pub fn said(&self) -> Text {
        let zh = if self.code.len() == 2 {
            self.chapter_zh.to_owned()
        } else {
            format!("{}（第{}章 {}）", self.name, &self.code[..2], self.chapter_zh)
        };
        Text::new(zh, self.name)
    }

    /// True for a subheading, the shortest code that can be declared.
    pub fn is_subheading(&self) -> bool {
        self.code.len() == 6
    }
}

/// The subheading of a commodity code, whatever a country adds to it; none where the list has no such subheading.
pub fn commodity(code: &str) -> Option<Commodity> {
    find(COMMODITIES, code.get(..6)?).map(read)
}

/// Codes for what was typed, best first, at most `limit`: a code or its beginning, or words in any order, each the beginning of
/// a word of the name. The Chinese name of a chapter finds the chapter's headings.
pub fn search_commodities(text: &str, limit: usize) -> Vec<Commodity> {
    let wanted = text.trim().to_lowercase();
    let digits: String = wanted.chars().filter(|letter| !matches!(letter, '.' | ' ')).collect();
    if digits.is_empty() {
        return Vec::new();
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // A longer code than the list has is looked up by what it shares with it.
        let known = digits.get(..6).unwrap_or(&digits);
        return rows(COMMODITIES).map(read).filter(|row| row.code.starts_with(known)).take(limit).collect();
    }
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let chinese = !wanted.is_ascii();
    let mut found = BTreeSet::new();
    for (name, line) in
        NAMES.get_or_init(|| rows(COMMODITIES).map(|line| (fields::<2>(line)[1].to_lowercase(), line)).collect())
    {
        let row = read(line);
        let hit = if chinese {
            row.chapter_zh.contains(wanted.as_str())
        } else {
            words.iter().all(|word| begins(name, word))
        };
        if !hit || chinese && row.is_subheading() {
            continue;
        }
        // What is named so comes before what merely mentions it; then what can be declared.
        let first = words.first().is_some_and(|word| name.starts_with(word));
        found.insert((chinese, !first, !chinese && !row.is_subheading(), row.code));
    }
    found.into_iter().take(limit).filter_map(|(.., code)| find(COMMODITIES, code)).map(read).collect()
}

static NAMES: OnceLock<Vec<(String, &'static str)>> = OnceLock::new();

/// True when a word of the name begins so.
fn begins(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| !name[..at].ends_with(|letter: char| letter.is_alphanumeric()))
}

fn read(line: &'static str) -> Commodity {
    let [code, name] = fields(line);
    let chapter = code.get(..2).and_then(|chapter| find(COMMODITIES, chapter));
    let chapter_zh = chapter.map_or("", |line| fields::<3>(line)[2]);
    Commodity { code, name, chapter_zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_name_of_its_subheading() {
        assert!(commodity("8471300000999").is_some_and(|of| of.code == "847130" && of.name.contains("portable")));
        assert!(commodity("847130").is_some() && commodity("847199").is_none() && commodity("8471").is_none());
        let said = commodity("847130").map(|of| of.said()).unwrap_or_default();
        assert!(said.zh.contains("第84章 核反应堆"), "{said:?}");
        for line in rows(COMMODITIES) {
            let [key] = fields(line);
            assert_eq!(find(COMMODITIES, key), Some(line));
            assert!(!read(line).chapter_zh.is_empty(), "{key} has no chapter in Chinese");
        }
    }

    #[test]
    fn words_and_beginnings_of_codes_find_codes() {
        let codes = |text: &str| search_commodities(text, 5).iter().map(|of| of.code).collect::<Vec<_>>();
        assert_eq!(codes("8471.30"), ["847130"]);
        assert_eq!(codes("0101"), ["0101", "010121", "010129", "010130", "010190"]);
        assert!(codes("horses live").contains(&"010121"), "{:?}", codes("horses live"));
        assert_eq!(codes("谷物")[..2], ["10", "1001"]);
        assert!(codes("").is_empty() && codes(" . ").is_empty() && codes("qqzz").is_empty());
        assert_eq!(search_commodities("machines", 12).len(), 12);
    }
}
