//! Known problems and their workarounds: an error code or a topic leads to them.

use domain::{Fault, Instant, Severity, Text};
use serde::{Deserialize, Serialize};

use crate::{Actor, Error, Office, PageOf, Right};

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
/// Known problems of a page.
const PAGE: i64 = 40;

impl Office {
    /// A page of the known problems that stand, or of those that were mended, in the order of their codes.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_problems(&self, mended: bool, after: Option<&str>) -> Result<PageOf<KnownProblem>, Error> {
        let key = ("state", if mended { "mended" } else { "stands" });
        let mut codes = self.store.known_problem_page(key, after.unwrap_or(""), PAGE + 1).await?;
        let more = codes.len() > PAGE as usize;
        codes.truncate(PAGE as usize);
        let next = codes.last().filter(|_| more).cloned();
        Ok(PageOf { lines: self.known_of(&codes).await?, next })
    }

    /// The known problem of a code.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_problem(&self, code: &str) -> Result<Option<KnownProblem>, Error> {
        let row = self.store.record(REGISTER, code).await?;
        Ok(row.map(|row| serde_json::from_str(&row.json)).transpose()?)
    }

    /// Those that stand for a topic, or for a code that a program showed: found by an index, however many were ever recorded.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_for(&self, topic: &str, error_code: &str) -> Result<Vec<KnownProblem>, Error> {
        let mut known = self.known_entered(&[("topic", topic.to_owned()), ("code", entered(error_code))]).await?;
        known.retain(|of| of.mended_at.is_none());
        Ok(known)
    }

    /// The known problem of this code, and those that are entered under it as a code that a program showed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn known_by_code(&self, code: &str) -> Result<Vec<KnownProblem>, Error> {
        let mut known = self.known_entered(&[("code", entered(code))]).await?;
        if let Some(own) = self.known_problem(&entered(code)).await?
            && !known.iter().any(|of| of.code == own.code)
        {
            known.insert(0, own);
        }
        Ok(known)
    }

    async fn known_entered(&self, keys: &[(&str, String)]) -> Result<Vec<KnownProblem>, Error> {
        let keys: Vec<_> = keys.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
        self.known_of(&self.store.known_problem_codes(&keys).await?).await
    }

    /// The known problems of these codes.
    async fn known_of(&self, codes: &[String]) -> Result<Vec<KnownProblem>, Error> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = self.store.records_of(REGISTER, codes).await?;
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(rows.iter().map(|row| serde_json::from_str(&row.json)).collect::<Result<_, _>>()?)
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
        let topics = known.topics.iter().map(|topic| ("topic", topic.clone()));
        let codes = known.error_codes.iter().map(|code| ("code", entered(code)));
        let state = if known.mended_at.is_some() { "mended" } else { "stands" };
        let keys: Vec<_> = topics.chain(codes).chain([("state", state.to_owned())]).collect();
        Ok(self.store.put_known_problem(REGISTER, &known.code, &json, &actor.person, &keys).await?)
    }
}

/// A code as it is entered: programs show `E-17` where people type `e-17`.
fn entered(code: &str) -> String {
    code.trim().to_lowercase()
}
