//! Faults: what is wrong, where, how to mend it and who can help. The same everywhere: API, `check`, pages, workbooks.

use serde::{Deserialize, Serialize};

/// The same words in the two languages of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Words in Chinese and in English.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text { zh: zh.into(), en: en.into() }
    }

    /// True when neither language says anything.
    pub fn is_blank(&self) -> bool {
        self.zh.trim().is_empty() && self.en.trim().is_empty()
    }

    /// The words in the language asked for (`zh`, else English).
    pub fn in_language(&self, language: &str) -> &str {
        if language.starts_with("zh") { &self.zh } else { &self.en }
    }
}

/// How grave a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to mend.
    Info,
    /// Accepted and flagged.
    Warning,
    /// Refused.
    Error,
}

/// Something wrong with what was filed or sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable code: our own begin with `PQ-`, those of outside standards stand as they are.
    pub code: String,
    /// Refused, flagged or only told.
    pub severity: Severity,
    /// Where: a JSON Pointer, `Sheet!C12`, `UNH[1]/segment 12 LOC/element 2/component 1@byte`, a path in XML.
    pub location: String,
    /// What is wrong.
    pub text: Text,
    /// How to mend it.
    pub remedy: Text,
    /// Who can help.
    pub help: Text,
}

impl Fault {
    /// A fault at a place; `remedy` says how to mend it.
    pub fn new(severity: Severity, code: &str, location: impl Into<String>, text: Text, remedy: Text) -> Self {
        let help = Text::new("口岸一站通服务台 95198", "Port service desk, telephone 95198");
        Fault { code: code.to_owned(), severity, location: location.into(), text, remedy, help }
    }

    /// The same fault with somebody else who can help.
    pub fn with_help(mut self, help: Text) -> Self {
        self.help = help;
        self
    }

    /// True when what has this fault is refused.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
