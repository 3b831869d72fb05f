//! Answering and closing: replies point by point, the firm's word, plans, and other ends.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{Instant, Text, matter::Organ};

/// What an answer to a point says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done.
    Solved,
    /// It is explained why it is as it is.
    Explained,
    /// It cannot be solved now: the reply carries a plan with a date.
    NotNow,
    /// We are not responsible for it; the answer says who is.
    NotOurs,
}

impl Outcome {
    /// The word of forms and pages.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Solved => "solved",
            Outcome::Explained => "explained",
            Outcome::NotNow => "not_now",
            Outcome::NotOurs => "not_ours",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Outcome> {
        [Outcome::Solved, Outcome::Explained, Outcome::NotNow, Outcome::NotOurs]
            .into_iter()
            .find(|of| of.code() == code)
    }
}

/// The answer to one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerPoint {
    /// Which point.
    pub point: u32,
    /// What it says.
    pub outcome: Outcome,
    /// The document with the rule on which it rests; in entries before words of acts were sealed, the rule itself.
    pub law: String,
    /// The document with its words, in both languages where both were given.
    pub words: String,
}

/// The partial answer of a department, to the lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The assignment.
    pub assignment: u32,
    /// The department.
    pub organ: Organ,
    /// The points that it answers.
    pub points: Vec<AnswerPoint>,
    /// When.
    pub at: Instant,
    /// Documents with the files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// The joined reply to the firms, signed off by the lead: every point answered, each with its rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// 1 for the case's first.
    pub id: u32,
    /// The lead.
    pub organ: Organ,
    /// Every point.
    pub points: Vec<AnswerPoint>,
    /// When it was signed.
    pub at: Instant,
    /// Documents with the files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// What is done when it cannot be solved now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// By when it will be solved.
    pub until: Instant,
    /// The document that says how.
    pub words: String,
    /// Who answers for it.
    pub organ: Organ,
    /// When it was made.
    pub at: Instant,
}

/// The firm's word at the return visit: three separate things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Were you answered?
    pub answered: bool,
    /// Is it solved?
    pub solved: bool,
    /// Are you satisfied?
    pub satisfied: bool,
    /// The document with what it said besides.
    pub words: Option<String>,
    /// The person of the port office who asked by telephone; none when the firm answered itself.
    pub recorder: Option<String>,
    /// Documents with the files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// When.
    pub at: Instant,
    /// The reply about which it was asked.
    pub reply: u32,
}

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowEnded {
    /// Every firm said that it is solved.
    Solved,
    /// Every firm took its report back.
    Withdrawn,
    /// Not dealt with here, for a listed reason.
    Refused,
    /// Handed over to another track.
    Transferred,
    /// Joined to another case, which answers for it.
    Joined,
}

impl HowEnded {
    /// The word of pages.
    pub fn code(self) -> &'static str {
        match self {
            HowEnded::Solved => "closed",
            HowEnded::Withdrawn => "withdrawn",
            HowEnded::Refused => "refused",
            HowEnded::Transferred => "transferred",
            HowEnded::Joined => "joined",
        }
    }
}

/// The end of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub how: HowEnded,
    /// The listed reason, the other track, or the number of the case that answers for it.
    pub reason: String,
    /// Where to go instead.
    pub instead: Text,
    /// Legal basis.
    pub law: String,
    /// The document with the number there, where a track gives one; in entries before words of acts were sealed, the
    /// number itself.
    pub reference: String,
    /// When.
    pub at: Instant,
    /// True when the program hands it over, and nobody by telephone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handing: bool,
}

impl Problem {
    /// The reply that stands.
    pub fn reply(&self) -> Option<&Reply> {
        self.replies.last().filter(|_| self.answered_at.is_some())
    }

    /// Reports whose firms have not yet spoken about the reply that stands.
    pub fn unspoken(&self) -> Vec<u32> {
        let Some(reply) = self.reply() else { return Vec::new() };
        let spoke = |told: &[Word]| told.last().is_some_and(|word| word.reply == reply.id);
        self.standing_reports().filter(|report| !spoke(&report.told)).map(|report| report.id).collect()
    }

    /// How often firms said that they are not satisfied.
    pub fn dissatisfied(&self) -> usize {
        self.reports.iter().flat_map(|report| &report.told).filter(|word| !word.satisfied).count()
    }
}
