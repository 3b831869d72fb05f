//! Why something was not believed.

use std::fmt;

/// A refusal: a stable code, and words in Chinese and English that say what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code, for example `PQ-RECEIPT-007`.
    pub code: &'static str,
    /// Chinese words.
    pub zh: String,
    /// English words.
    pub en: String,
}

impl Refusal {
    /// A refusal with its words.
    pub(crate) fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Refusal { code, zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.en)
    }
}

impl std::error::Error for Refusal {}
