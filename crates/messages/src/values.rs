//! What people and systems write, made plain: names, dates, countries, places, numbers. Shared by all message types.

use std::{collections::BTreeMap, str::FromStr};

use domain::{Fault, Value, reference};
use jiff::civil::Date;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use crate::words::{self, Words};

/// Most faults listed for one message; a list of thousands helps nobody.
const MAX_FAULTS: usize = 2000;

/// A value that could be read or not, and what is to be said about it.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// `Null` when it could not be read.
    pub value: Value,
    /// What is to be said, with what was found.
    pub note: Option<(&'static Words, Vec<String>)>,
}

impl Read {
    fn fine(value: impl Into<Value>) -> Read {
        Read { value: value.into(), note: None }
    }

    fn doubtful(value: impl Into<Value>, words: &'static Words, found: &str) -> Read {
        let value = value.into();
        let note = Some((words, vec![found.to_owned(), value.to_string()]));
        Read { value, note }
    }

    fn bad(words: &'static Words, found: &str) -> Read {
        Read { value: Value::Null, note: Some((words, vec![found.to_owned()])) }
    }
}

/// The faults of one message, as they are found.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    faults: Vec<Fault>,
    /// Code and text found: how often more than once.
    repeated: BTreeMap<(&'static str, String), usize>,
    left_out: usize,
}

impl Notes {
    /// Lists a fault.
    pub fn at(&mut self, words: &Words, location: impl Into<String>, found: &[&str]) {
        self.push(words.at(location, found));
    }

    /// Lists a fault that is already worded.
    pub fn push(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.left_out += 1;
        }
    }

    /// Lists what a whole message does alike only at its first place, and counts the others.
    pub fn once(&mut self, words: &'static Words, group: &str, location: &str, found: &[&str]) {
        match self.repeated.get_mut(&(words.code(), group.to_owned())) {
            Some(more) => *more += 1,
            None => {
                self.repeated.insert((words.code(), group.to_owned()), 0);
                self.at(words, location, found);
            }
        }
    }

    /// The value, after listing what is to be said about it.
    pub fn take(&mut self, read: Read, location: &str) -> Value {
        if let Some((words, found)) = read.note {
            self.at(words, location, &found.iter().map(String::as_str).collect::<Vec<_>>());
        }
        read.value
    }

    /// All faults. What was told at its first place alone is counted in one more, whatever it was.
    pub fn finish(mut self) -> Vec<Fault> {
        let mut more: BTreeMap<&str, usize> = BTreeMap::new();
        for ((code, _), times) in &self.repeated {
            *more.entry(code).or_default() += times;
        }
        more.insert("PQ-*", self.left_out);
        more.retain(|_, times| *times > 0);
        if !more.is_empty() {
            let list: Vec<_> = more.iter().map(|(code, times)| format!("{code} × {times}")).collect();
            self.faults.push(words::MORE_PLACES.at("", &[&list.join(", ")]));
        }
        self.faults
    }
}

/// Plain characters (NFKC), without blanks around and with single blanks inside.
pub(crate) fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True for what people write where nothing is to be written.
pub(crate) fn is_filler(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '-' | '.' | '/' | '*' | '_' | '–' | '—'))
        || matches!(text.to_uppercase().as_str(), "N/A" | "NIL" | "FNU" | "LNU" | "无" | "NULL" | "(NULL)" | "未知")
}

/// A day as people write it, as ISO text. Year first, Chinese, with a month's name, or day first; a day and a month that
/// could be swapped are read day first and flagged.
pub(crate) fn date(text: &str) -> Read {
    let written = plain(text).to_uppercase();
    // A midnight behind the day is what some programs add to every date.
    let day = written.split_once('T').filter(|(day, _)| day.ends_with(|last: char| last.is_ascii_digit()));
    let day = day.map_or(written.as_str(), |(day, _)| day);
    let day = day.split_once(" 0:00").or_else(|| day.split_once(" 00:00")).map_or(day, |(day, _)| day);
    let parts = date_parts(day);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (found, doubt) = match parts[..] {
        [digits] if digits.len() == 8 && digits.is_ascii() => (compact_date(digits), false),
        [a, b, c] if month(b).is_some() || month(a).is_some() => (named_date([a, b, c]), false),
        [year, month, day] if year.len() == 4 => (ymd(year, month, day), false),
        [a, b, year] if year.len() == 4 => day_or_month_first(a, b, year, day.contains('.')),
        _ => (None, false),
    };
    match found {
        Some(date) if doubt => Read::doubtful(date.to_string(), &words::DATE_AMBIGUOUS, text),
        Some(date) => Read::fine(date.to_string()),
        None => Read::bad(&words::DATE_UNREADABLE, text),
    }
}

/// Runs of digits and runs of letters; whatever stands between parts them.
fn date_parts(day: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in day.chars() {
        let kind = |letter: char| (letter.is_ascii_digit(), letter.is_ascii_alphabetic());
        match kind(letter) {
            (false, false) => {}
            same => match parts.last_mut().filter(|_| same == kind(last)) {
                Some(part) => part.push(letter),
                None => parts.push(letter.to_string()),
            },
        }
        last = letter;
    }
    // 1st, 2nd, 3rd, 4th, and the comma-less weekday's kin, say nothing.
    parts.retain(|part| !matches!(part.as_str(), "ST" | "ND" | "RD" | "TH" | "OF"));
    parts
}

fn compact_date(digits: &str) -> Option<Date> {
    match &digits[..2] {
        "19" | "20" => ymd(&digits[..4], &digits[4..6], &digits[6..]),
        _ => ymd(&digits[4..], &digits[2..4], &digits[..2]),
    }
}

fn named_date([a, b, c]: [&str; 3]) -> Option<Date> {
    let (number, day, year) = match (month(a), month(b)) {
        (_, Some(number)) if a.len() == 4 => (number, c, a),
        (_, Some(number)) => (number, a, c),
        (Some(number), _) => (number, b, c),
        _ => return None,
    };
    if year.len() == 4 { ymd(year, &number.to_string(), day) } else { None }
}

fn day_or_month_first(a: &str, b: &str, year: &str, dotted: bool) -> (Option<Date>, bool) {
    let [first, second] = [a, b].map(|part| part.parse::<u8>().unwrap_or(99));
    if second > 12 {
        return (ymd(year, a, b), false);
    }
    // With dots the day always stands first (Europe); with strokes Americans put the month first.
    (ymd(year, b, a), !dotted && first <= 12 && first != second)
}

fn month(word: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    let position = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(word));
    position.or((word == "SEPT").then_some(8)).map(|position| position + 1)
}

/// A day of the calendar between 1880 and 2200: people and their papers.
pub(crate) fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = year.parse().ok().filter(|year| (1880..2200).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A country as alpha-3, from alpha-2, alpha-3 or a name; the codes of ICAO Doc 9303-3 for people without a State and
/// for international organisations are good too. What is unknown is kept as it was sent.
pub(crate) fn country(text: &str) -> Read {
    const NO_STATE: &[&str] = &[
        "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNA", "UNK", "UNO", "XAA", "XBA", "XCC", "XCE", "XCO", "XDC",
        "XEC", "XES", "XIM", "XMP", "XOM", "XPO", "XXA", "XXB", "XXC", "XXX",
    ];
    let written = plain(text);
    let upper = written.to_uppercase();
    // Germany's passports say "D" where others have three letters.
    let name = if upper == "D" { "DEU" } else { written.as_str() };
    match reference::country(name) {
        Some(country) => Read::fine(country.alpha3),
        None if NO_STATE.contains(&upper.as_str()) => Read::fine(upper),
        None => Read { value: upper.into(), note: Some((&words::COUNTRY_UNKNOWN, vec![written])) },
    }
}

/// A UN/LOCODE; codes of IATA and unknown ones are kept and flagged.
pub(crate) fn place(text: &str) -> Read {
    let written = plain(text);
    let code = written.to_uppercase().replace([' ', '-'], "");
    match code.len() {
        5 if reference::locode(&code).is_some() => Read::fine(code),
        3 if code.bytes().all(|byte| byte.is_ascii_alphabetic()) => match reference::airport(&code) {
            Some(found) => {
                Read { value: code.into(), note: Some((&words::PLACE_AIRPORT, vec![written, found.code.into()])) }
            }
            None => Read::doubtful(code, &words::PLACE_IATA, &written),
        },
        5 if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Read::doubtful(code, &words::PLACE_UNKNOWN, &written)
        }
        _ => Read::doubtful(written.clone(), &words::PLACE_UNKNOWN, &written),
    }
}

/// `M`, `F` or `X`.
pub(crate) fn gender(text: &str) -> Read {
    Read::fine(match plain(text).to_lowercase().trim_end_matches('.') {
        "m" | "male" | "man" | "男" | "男性" => "M",
        "f" | "female" | "woman" | "女" | "女性" => "F",
        "x" | "o" | "u" | "other" | "others" | "unspecified" | "undisclosed" | "<" | "其他" | "未指明" => "X",
        _ => return Read::bad(&words::GENDER_UNKNOWN, text),
    })
}

/// Yes or no.
pub(crate) fn yes_no(text: &str) -> Read {
    Read::fine(match plain(text).to_lowercase().as_str() {
        "y" | "yes" | "true" | "1" | "是" | "√" | "✓" => true,
        "n" | "no" | "false" | "0" | "否" | "×" => false,
        _ => return Read::bad(&words::YES_NO_UNREADABLE, text),
    })
}

/// A letter of ICAO Doc 9303 or of the crew list: P, S, I, V and their kin; the second letter of a passport's kind goes.
pub(crate) fn document_type(text: &str) -> Read {
    let written = plain(text);
    let upper = written.to_uppercase();
    let known = match upper.as_str() {
        "S" | "SEAFARER'S BOOK" | "SEAFARERS BOOK" | "SEAMAN BOOK" | "SEAMAN'S BOOK" | "SEAMANS BOOK" | "SB"
        | "SID" | "海员证" => "S",
        "PASSPORT" | "护照" => "P",
        "I" | "ID" | "ID CARD" | "IDENTITY CARD" | "身份证" => "I",
        "P" | "A" | "C" | "V" | "L" | "T" | "F" | "M" | "O" => &upper,
        kind if kind.len() == 2 && kind.starts_with('P') && kind.is_ascii() => "P",
        _ => return Read::doubtful(upper.clone(), &words::DOCUMENT_TYPE, &written),
    };
    Read::fine(known)
}

/// A number with a full stop or comma as the decimal mark, and with or without marks of thousands.
pub(crate) fn number(text: &str) -> Read {
    let written = plain(text).replace([' ', '\'', '_'], "");
    let bad = || Read::bad(&words::NUMBER_UNREADABLE, text);
    let (commas, stops) = (written.matches(',').count(), written.matches('.').count());
    let after_comma = written.rsplit(',').next().map_or(0, |tail| tail.split('.').next().map_or(0, str::len));
    let (digits, doubt) = match (commas, stops) {
        (0, 0 | 1) => (written.clone(), false),
        (1, 0) if after_comma == 3 => (written.replace(',', ""), true),
        (1, 0) => (written.replace(',', "."), false),
        _ if written.rfind(',') < written.rfind('.') && stops == 1 => (written.replace(',', ""), false),
        _ if commas == 1 => (written.replace('.', "").replace(',', "."), false),
        (_, 0) => (written.replace(',', ""), false),
        _ => return bad(),
    };
    match Decimal::from_str(&digits) {
        Ok(number) if number.is_sign_negative() && !number.is_zero() => Read::bad(&words::NUMBER_NEGATIVE, &digits),
        Ok(number) if doubt => Read::doubtful(Value::Number(number), &words::NUMBER_AMBIGUOUS, text),
        Ok(number) => Read::fine(Value::Number(number)),
        Err(_) => bad(),
    }
}

/// A unit as its code of UN/ECE Recommendation 20; what is not known stays as it was written.
pub(crate) fn unit(text: &str) -> Value {
    let upper = plain(text).to_uppercase();
    let short = upper.split(" (").next().unwrap_or_default();
    Value::from(match short {
        "L" | "LTR" | "LITER" | "LITERS" | "LITRE" | "LITRES" | "升" => "LTR",
        "KG" | "KGS" | "KGM" | "KILOGRAM" | "KILOGRAMS" | "公斤" | "千克" => "KGM",
        "LB" | "LBS" | "LBR" | "POUND" | "POUNDS" | "磅" => "LBR",
        "T" | "MT" | "TNE" | "TON" | "TONS" | "TONNE" | "TONNES" | "吨" => "TNE",
        "M3" | "CBM" | "MTQ" | "CUBIC METERS" | "CUBIC METRES" | "CUBIC METER" | "CUBIC METRE" | "立方米" => "MTQ",
        "U" | "PC" | "PCS" | "UNIT" | "UNITS" | "PIECE" | "PIECES" | "EA" | "C62" | "件" | "个" => "C62",
        _ => return plain(text).into(),
    })
}
