//! Instants as interfaces write them.

use domain::Instant;
use serde::{Deserialize as _, Deserializer, de::Error as _};

/// An instant as interfaces write it, `2026-03-20T08:00+08:00`.
///
/// # Errors
/// When it is none, with its text.
pub fn rfc3339<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
    let text = String::deserialize(from)?;
    Instant::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no time with its zone")))
}

/// The same, or none.
///
/// # Errors
/// As [`rfc3339`].
pub fn maybe_rfc3339<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Instant>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let read =
        |text: &str| Instant::parse(text).ok_or_else(|| D::Error::custom(format!("{text:?} is no time with its zone")));
    text.as_deref().map(read).transpose()
}
