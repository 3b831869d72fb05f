//! Bytes to text, by mark or by declaration.

use std::borrow::Cow;

use domain::Fault;

use crate::words;

/// The text of a document, without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<Fault>) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match declared(bytes).as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => utf8(bytes),
            Some("iso-8859-1" | "latin1") => (bytes.iter().map(|byte| char::from(*byte)).collect(), None),
            Some(other) => {
                let (text, _) = utf8(bytes);
                (text, Some(words::XML_ENCODING.at("line 1", &[other])))
            }
        },
    }
}

fn utf8(bytes: &[u8]) -> (Cow<'_, str>, Option<Fault>) {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => (Cow::Borrowed(text), None),
        Cow::Owned(text) => (Cow::Owned(text), Some(words::XML_ENCODING.at("", &["UTF-8"]))),
    }
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> (Cow<'_, str>, Option<Fault>) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| join(*pair));
    let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{FFFD}')).collect();
    let broken = !rest.is_empty() || text.contains('\u{FFFD}');
    (Cow::Owned(text), broken.then(|| words::XML_ENCODING.at("", &["UTF-16"])))
}

/// The encoding that the first line declares, in small letters.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let line = head.strip_prefix(b"<?xml")?.split(|byte| *byte == b'>').next()?;
    let line = String::from_utf8_lossy(line);
    let (_, value) = line.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.trim().to_ascii_lowercase())
}
