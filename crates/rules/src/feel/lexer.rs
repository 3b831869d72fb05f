//! Text to tokens, one at a time: names may hold spaces and signs where they are known, as DMN allows, and an
//! expression makes names known as it goes.

use rust_decimal::Decimal;

use super::SyntaxError;
use crate::{Value, temporal};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    /// Operators and punctuation.
    Sign(&'static str),
    /// What no token begins with; told when the parser comes there.
    Fault(SyntaxError),
    End,
}

/// Longest first, so that `<=` is never read as `<`.
const SIGNS: [&str; 23] = [
    "**", "..", "<=", ">=", "!=", "->", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ".", "?", "{", "}",
    ":",
];

/// The token that follows the byte `at`: where it begins, itself, and where it ends. `names` are the names with spaces
/// or signs that may occur, longest first.
pub(super) fn token(text: &str, at: usize, names: [&[String]; 2]) -> (usize, Token, usize) {
    let at = skip_blank(text, at);
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else { return (at, Token::End, at) };
    let read = match first {
        '"' => string(rest).map(|(text, length)| (Token::Literal(Value::Text(text)), length)),
        '@' => dated(rest),
        '0'..='9' => number(rest),
        '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => number(rest),
        _ => name(rest, names).or_else(|| sign(rest)).ok_or_else(|| unexpected(0, first)),
    };
    match read {
        Ok((token, length)) => (at, token, at + length),
        Err(error) => (at, Token::Fault(error.after(at)), text.len()),
    }
}

/// Past white space and comments (`/* … */`, and `//` to the end of the line).
fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(comment) = rest.strip_prefix("/*") {
            at += comment.find("*/").map_or(rest.len(), |end| end + 4);
        } else {
            return at;
        }
    }
}

fn unexpected(at: usize, sign: char) -> SyntaxError {
    SyntaxError {
        at, zh: format!("无法识别的字符“{sign}”"), en: format!("unexpected character “{sign}”")
    }
}

impl SyntaxError {
    fn after(self, bytes: usize) -> Self {
        SyntaxError { at: self.at + bytes, ..self }
    }
}

fn sign(rest: &str) -> Option<(Token, usize)> {
    SIGNS.into_iter().find(|sign| rest.starts_with(sign)).map(|sign| (Token::Sign(sign), sign.len()))
}

/// The longest known name that stands here, else one word.
fn name(rest: &str, names: [&[String]; 2]) -> Option<(Token, usize)> {
    let word = rest.find(|next: char| !is_name(next)).unwrap_or(rest.len());
    let word = if rest.starts_with(|first: char| first.is_alphabetic() || is_mark(first)) { word } else { 0 };
    let whole = |name: &&String, length: usize| {
        length > word && (!name.ends_with(is_name) || !rest[length..].starts_with(is_name))
    };
    let longest = |names: &[String]| {
        let spelled = |name: &String| spelled(rest, name).filter(|length| whole(&name, *length));
        names.iter().find_map(|name| spelled(name).map(|length| (name.clone(), length)))
    };
    let known = names.into_iter().filter_map(longest).max_by_key(|(_, length)| *length);
    let (name, length) = known.unwrap_or_else(|| (rest[..word].to_owned(), word));
    (length > 0).then_some((Token::Name(name), length))
}

/// How many bytes spell a name here: any white space counts as the one space between its words.
fn spelled(rest: &str, name: &str) -> Option<usize> {
    let mut left = rest;
    for (nth, word) in name.split(' ').enumerate() {
        if nth > 0 {
            let next = left.trim_start();
            if next.len() == left.len() {
                return None;
            }
            left = next;
        }
        left = left.strip_prefix(word)?;
    }
    Some(rest.len() - left.len())
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || is_mark(sign)
}

/// Signs that a word may hold beside letters and digits: `_`, and what no script counts as a letter, such as pictures.
fn is_mark(sign: char) -> bool {
    sign == '_'
        || (!sign.is_ascii() && !sign.is_whitespace() && !sign.is_control() && !"“”‘’、，。；：（）".contains(sign))
}

/// A name as it is compared: one space between its words, none around it.
pub(crate) fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(rest: &str) -> Result<(Token, usize), SyntaxError> {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    // A single full stop belongs to the number, two make a range.
    if rest[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let mantissa = length;
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    let written = &rest[..length];
    let read = if length > mantissa { Decimal::from_scientific(written) } else { written.parse() };
    let value: Decimal = read.map_err(|_| SyntaxError {
        at: 0,
        zh: format!("数字超出范围：{written}"),
        en: format!("the number is out of range: {written}"),
    })?;
    Ok((Token::Literal(Value::Number(value)), length))
}

/// `@"2026-01-31"`.
fn dated(rest: &str) -> Result<(Token, usize), SyntaxError> {
    let fault = || SyntaxError {
        at: 0,
        zh: "@ 之后应为带引号的日期、时间或期间".into(),
        en: "@ is followed by a date, a time or a duration in quotes".into(),
    };
    let (text, length) = string(&rest[1..]).map_err(|_| fault())?;
    let value = temporal::parse(&text).or_else(|| temporal::duration(&text)).ok_or_else(fault)?;
    Ok((Token::Literal(value), length + 1))
}

/// A text in quotes with its escapes (DMN 1.5, rules 33 to 35 of 10.3.1.2) and the bytes it took.
fn string(rest: &str) -> Result<(String, usize), SyntaxError> {
    let fault = |at: usize| SyntaxError {
        at,
        zh: "文本缺少引号或转义有误".into(),
        en: "the text lacks its closing quote or has a wrong escape".into(),
    };
    let mut text = String::new();
    let mut high: Option<u32> = None;
    let mut signs = rest.char_indices().skip(1);
    if !rest.starts_with('"') {
        return Err(fault(0));
    }
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' if high.is_none() => return Ok((text, at + 1)),
            '\\' => match signs.next().ok_or_else(|| fault(at))?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                plain @ ('"' | '\\' | '\'') => text.push(plain),
                kind @ ('u' | 'U') => {
                    let digits: String =
                        signs.by_ref().take(if kind == 'u' { 4 } else { 6 }).map(|(_, digit)| digit).collect();
                    let point = u32::from_str_radix(&digits, 16).map_err(|_| fault(at))?;
                    match (high.take(), point) {
                        (None, 0xD800..=0xDBFF) => high = Some(point),
                        (Some(high), 0xDC00..=0xDFFF) => {
                            let joined = 0x10000 + ((high - 0xD800) << 10) + (point - 0xDC00);
                            text.push(char::from_u32(joined).ok_or_else(|| fault(at))?);
                        }
                        (None, point) => text.push(char::from_u32(point).ok_or_else(|| fault(at))?),
                        _ => return Err(fault(at)),
                    }
                }
                // An unknown escape stays as it is written, which keeps patterns such as "\d+" readable.
                other => text.extend(['\\', other]),
            },
            _ if high.is_some() => return Err(fault(at)),
            plain => text.push(plain),
        }
    }
    Err(fault(rest.len()))
}
