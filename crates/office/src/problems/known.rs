//! Known problems and their workarounds: an error code or a topic leads to them.

use domain::{Fault, Instant, Severity, Text};
use serde::{Deserialize, Serialize};

use crate::{Actor, Error, Office, Right};

/// A known problem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownProblem {
    /// Its code, `scanner-3-down`.
    pub code: String,
    /// What it is.
    pub name: Text,
    /// What to do until it is mended.
    pub workaround: Text,
    /// Topics under which firms meet it.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Codes that programs show.
    #[serde(default)]
    pub error_codes: Vec<String>,
    /// When it was mended; none while it stands.
    #[serde(default)]
    pub mended_at: Option<Instant>,
}

const REGISTER: &str = "known-problem";
/// So many are read at once; a port has fewer that stand.
const AT_ONCE: i64 = 500;

impl Office {
    /// Known problems that stand, those that were mended last.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_problems(&self) -> Result<Vec<KnownProblem>, Error> {
        let rows = self.store.records(REGISTER, "", AT_ONCE).await?;
        let mut known: Vec<KnownProblem> =
            rows.iter().map(|row| serde_json::from_str(&row.json)).collect::<Result<_, _>>()?;
        known.sort_by_key(|of| of.mended_at.is_some());
        Ok(known)
    }

    /// The known problem of a code.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_problem(&self, code: &str) -> Result<Option<KnownProblem>, Error> {
        let row = self.store.record(REGISTER, code).await?;
        Ok(row.map(|row| serde_json::from_str(&row.json)).transpose()?)
    }

    /// Those that stand for a topic, or for a code that a program showed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_for(&self, topic: &str, error_code: &str) -> Result<Vec<KnownProblem>, Error> {
        let mut known = self.known_problems().await?;
        let names = |list: &[String], wanted: &str| {
            !wanted.is_empty() && list.iter().any(|of| of.eq_ignore_ascii_case(wanted.trim()))
        };
        known.retain(|of| of.mended_at.is_none() && (names(&of.topics, topic) || names(&of.error_codes, error_code)));
        Ok(known)
    }

    /// Records a known problem, or a new version of it; every version is kept.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::Invalid`] for a code that cannot be typed, missing words
    /// or an unknown topic.
    pub async fn put_known_problem(&self, actor: &Actor, known: &KnownProblem) -> Result<(), Error> {
        actor.require(Right::RunProblems)?;
        let typed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let invalid = |place: &str, zh: &str, en: &str| {
            let remedy = Text::new("请改正后重试。", "Mend it and send it again.");
            Error::Invalid(vec![Fault::new(Severity::Error, "PQ-KNOWN-001", place, Text::new(zh, en), remedy)])
        };
        if known.code.is_empty() || !known.code.chars().all(typed) {
            return Err(invalid(
                "/code",
                "编号只能用小写字母、数字和连字符。",
                "The code has small letters, digits and hyphens alone.",
            ));
        }
        if known.name.is_blank() || known.workaround.is_blank() {
            return Err(invalid("/name", "须写明名称和应对办法。", "Name and workaround are missing."));
        }
        if !known.topics.iter().all(|topic| self.is_topic(topic)) {
            return Err(invalid("/topics", "没有这个类别。", "There is no such topic."));
        }
        let json = serde_json::to_string(known)?;
        Ok(self.store.put_record(REGISTER, &known.code, &json, &actor.person).await?)
    }
}
