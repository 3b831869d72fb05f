//! Text to tokens. Names may hold spaces and signs where the caller knows them, as DMN allows.

use rust_decimal::Decimal;

use super::SyntaxError;
use crate::{Value, temporal};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    /// Operators and punctuation.
    Sign(&'static str),
    End,
}

/// Longest first, so that `<=` is never read as `<`.
const SIGNS: [&str; 23] = [
    "**", "..", "<=", ">=", "!=", "->", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ".", "?", "{", "}",
    ":",
];

/// Each token with the bytes before it. `names` are the names with spaces or signs that may occur, longest first.
pub(super) fn tokens(text: &str, names: &[&str]) -> Result<Vec<(usize, Token)>, SyntaxError> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            found.push((at, Token::End));
            return Ok(found);
        };
        let (token, length) = match first {
            '"' => string(rest)
                .map(|(text, length)| (Token::Literal(Value::Text(text)), length))
                .map_err(|error| error.after(at))?,
            '@' => dated(rest).map_err(|error| error.after(at))?,
            '0'..='9' => number(rest).map_err(|error| error.after(at))?,
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                number(rest).map_err(|error| error.after(at))?
            }
            _ => match name(rest, names).or_else(|| sign(rest)) {
                Some(token) => token,
                None => return Err(unexpected(at, first)),
            },
        };
        found.push((at, token));
        at += length;
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
fn name(rest: &str, names: &[&str]) -> Option<(Token, usize)> {
    let word = rest.find(|next: char| !is_name(next)).unwrap_or(rest.len());
    let word = if rest.starts_with(|first: char| first.is_alphabetic() || first == '_') { word } else { 0 };
    let known = names
        .iter()
        .filter(|name| name.len() > word && rest.starts_with(**name))
        .find(|name| !rest[name.len()..].starts_with(is_name))
        .map(|name| name.len());
    let length = known.unwrap_or(word);
    (length > 0).then(|| (Token::Name(rest[..length].to_owned()), length))
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn number(rest: &str) -> Result<(Token, usize), SyntaxError> {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    // A single full stop belongs to the number, two make a range.
    if rest[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let value: Decimal = rest[..length].parse().map_err(|_| SyntaxError {
        at: 0,
        zh: format!("数字超出范围：{}", &rest[..length]),
        en: format!("the number is out of range: {}", &rest[..length]),
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
