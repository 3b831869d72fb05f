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
