//! What can be done with a problem, in words: the same for pages, API and channels. Words are sealed before the decision.

use std::collections::BTreeSet;

use domain::{
    Fault, Severity, Text,
    problem::{Key, MessageKind, Outcome, Problem, topic},
};
use serde::Deserialize;
use store::Reach;
use uuid::Uuid;

use super::Attachment;
use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request},
};

/// So many cases with a known problem are counted.
const MOST_AFFECTED: i64 = 1000;

/// Words in one language, or in both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Given")]
pub struct Words(pub Text);

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    One(String),
    Both(Text),
}

impl From<Given> for Words {
    fn from(given: Given) -> Words {
        match given {
            Given::One(words) => Words(Text::new(words.clone(), words)),
            // What was given in one language alone is said in it to everybody.
            Given::Both(Text { zh, en }) if zh.trim().is_empty() => Words(Text::new(en.clone(), en)),
            Given::Both(Text { zh, en }) if en.trim().is_empty() => Words(Text::new(zh.clone(), zh)),
            Given::Both(text) => Words(text),
        }
    }
}

/// The answer to a point.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointWords {
    /// Which point.
    pub point: u32,
    /// What it says.
    pub outcome: Outcome,
    /// The rule on which it rests.
    #[serde(default)]
    pub law: Words,
    /// Its words.
    pub words: Words,
}

/// What a department held in a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionWords {
    /// The department.
    pub organ: String,
    /// Its words.
    pub words: Words,
}

/// A decision of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionWords {
    /// Who carries it out.
    pub organ: String,
    /// What.
    pub words: Words,
    /// By when, ISO 8601 with an offset.
    pub due: String,
    /// Who dissented.
    #[serde(default)]
    pub dissent: BTreeSet<String>,
    /// Number of the case that it is about; none for the one from which the minutes are entered.
    #[serde(default)]
    pub case: Option<String>,
}

/// What can be done with a problem.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each act and its fields are those of `domain::problem::Act`, with words for documents"
)]
pub enum ProblemAct {
    Triage {
        topic: String,
        impact: String,
        urgency: String,
        #[serde(default)]
        keys: BTreeSet<Key>,
        #[serde(default)]
        points: Vec<Words>,
    },
    Dispatch {
        lead: Option<String>,
        #[serde(default)]
        co: Vec<String>,
        #[serde(default)]
        informed: Vec<String>,
        #[serde(default)]
        basis: String,
    },
    Accept,
    Return {
        reason: String,
        words: Words,
        instead: Option<String>,
    },
    Rule {
        assignment: u32,
        organ: String,
        law: Words,
        words: Words,
        #[serde(default)]
        precedent: bool,
        #[serde(default)]
        only: BTreeSet<String>,
    },
    Release {
        assignment: u32,
    },
    Take,
    Recuse {
        words: Words,
    },
    Send {
        kind: MessageKind,
        report: Option<u32>,
        words: Words,
        #[serde(default)]
        confidential: bool,
    },
    Say {
        report: u32,
        words: Words,
    },
    Pause {
        cause: String,
    },
    Resume,
    AskExtension {
        until: String,
        words: Words,
    },
    DecideExtension {
        id: u32,
        approved: bool,
    },
    Answer {
        points: Vec<PointWords>,
    },
    Sign {
        points: Vec<PointWords>,
        plan_until: Option<String>,
        plan: Option<Words>,
    },
    Tell {
        report: u32,
        answered: bool,
        solved: bool,
        satisfied: bool,
        words: Option<Words>,
    },
    Withdraw {
        report: u32,
    },
    Refuse {
        reason: String,
    },
    Transfer {
        to: String,
        #[serde(default)]
        reference: Words,
    },
    PassEmergency {
        to: String,
    },
    JoinTo {
        number: String,
    },
    Escalate {
        trigger: String,
    },
    Serve {
        kind: String,
        organ: String,
        words: Words,
    },
    AnswerNotice {
        id: u32,
        words: Words,
    },
    GiveTask {
        organ: String,
        due: String,
        words: Words,
    },
    DoTask {
        id: u32,
        words: Words,
    },
    Watch {
        organ: String,
        on: bool,
    },
    CallMeeting {
        at: String,
        participants: BTreeSet<String>,
        agenda: Words,
        #[serde(default)]
        cases: BTreeSet<String>,
    },
    MoveMeeting {
        id: u32,
        #[serde(default)]
        to: Option<String>,
        words: Words,
    },
    HoldMeeting {
        id: u32,
        minutes: Words,
        #[serde(default)]
        positions: Vec<PositionWords>,
        #[serde(default)]
        decisions: Vec<DecisionWords>,
    },
    Arbitrate {
        about: String,
        law: Words,
        words: Words,
        binds: BTreeSet<String>,
    },
    Disclose {
        report: u32,
        organ: String,
        words: Words,
    },
    Link {
        kind: String,
        number: String,
    },
    Unlink {
        kind: String,
        number: String,
    },
    Separate {
        number: String,
    },
    LinkKnown {
        code: String,
    },
    DeclareIncident {
        cause: Words,
    },
}

impl ProblemAct {
    /// True for what a firm does with its own report.
    pub fn is_of_a_firm(&self) -> bool {
        matches!(self, ProblemAct::Say { .. } | ProblemAct::Tell { .. } | ProblemAct::Withdraw { .. })
    }

    /// True for what is written to others, with which files may come.
    pub fn takes_files(&self) -> bool {
        matches!(
            self,
            ProblemAct::Say { .. }
                | ProblemAct::Send { .. }
                | ProblemAct::Answer { .. }
                | ProblemAct::Sign { .. }
                | ProblemAct::Tell { .. }
                | ProblemAct::Serve { .. }
                | ProblemAct::AnswerNotice { .. }
                | ProblemAct::GiveTask { .. }
                | ProblemAct::DoTask { .. }
                | ProblemAct::HoldMeeting { .. }
        )
    }

    /// The same act about the report whose secret was shown.
    pub(super) fn about(&self, of: u32) -> ProblemAct {
        let mut act = self.clone();
        match &mut act {
            ProblemAct::Say { report, .. } | ProblemAct::Tell { report, .. } | ProblemAct::Withdraw { report } => {
                *report = of;
            }
            _ => {}
        }
        act
    }
}

impl Office {
    /// Does an act on a problem that the actor sees.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the actor's reach, [`Error::Invalid`] for words or dates that are missing,
    /// [`Error::Refused`] by the procedure.
    pub async fn do_on_problem(
        &self,
        actor: &Actor,
        number: &str,
        act: &ProblemAct,
        request: &Request,
    ) -> Result<Done, Error> {
        self.do_on_problem_with(actor, number, (act, &[]), request).await
    }

    /// The same with files, for an act that writes something.
    ///
    /// # Errors
    /// As [`Office::do_on_problem`]; [`Error::Invalid`] for too many or too large files, and for an act that takes none.
    pub async fn do_on_problem_with(
        &self,
        actor: &Actor,
        number: &str,
        (act, files): (&ProblemAct, &[Attachment]),
        request: &Request,
    ) -> Result<Done, Error> {
        let case = self.problem(actor, number).await?;
        if !files.is_empty() && !act.takes_files() {
            return Err(takes_none());
        }
        if !act.is_of_a_firm() {
            actor.require(Right::HandleProblems)?;
        }
        match act {
            ProblemAct::JoinTo { number } => return self.join(actor, &case, number, request).await,
            ProblemAct::Link { kind, number } => return self.link(actor, &case, (kind, number), request).await,
            ProblemAct::Unlink { kind, number } => return self.unlink(actor, &case, (kind, number), request).await,
            ProblemAct::Separate { number } => return self.separate(actor, &case, number, request).await,
            ProblemAct::MoveMeeting { .. } => return self.move_meeting(actor, &case, act, request).await,
            ProblemAct::CallMeeting { .. } => return self.call_meeting(actor, &case, act, request).await,
            ProblemAct::HoldMeeting { .. } => return self.hold_meeting(actor, &case, (act, files), request).await,
            ProblemAct::LinkKnown { code } if self.known_problem(code).await?.is_none() => return Err(unknown(code)),
            ProblemAct::Transfer { to, reference } if self.hands_over(to, reference) => {
                self.require_handover(&self.read::<Problem>(Reach::System("deciding"), case.id).await?, to)?;
            }
            _ => {}
        }
        let (sealed, documents) = self.sealed_act_with(case.id, act, files)?;
        let side = self.precedent(&case, &sealed)?.into_iter().collect();
        let baggage = Baggage { documents, side, ..Baggage::default() };
        self.act::<Problem>(actor, &[(case.id, sealed)], request, &baggage).await
    }

    /// True when this very request was done before: its retry is no second editor.
    ///
    /// # Errors
    /// The store's own.
    pub async fn done_before(&self, actor: &Actor, case: Uuid, request: &Request) -> Result<bool, Error> {
        Ok(self.known_answer(actor, &request.about(case, "")).await?.is_some())
    }

    /// True when a topic is one of the port's.
    pub fn is_topic(&self, code: &str) -> bool {
        topic(&self.profile, code, self.now()).is_some()
    }

    /// How many cases have a known problem, within the actor's reach; at most a thousand are counted.
    ///
    /// # Errors
    /// The store's own.
    pub async fn affected(&self, actor: &Actor, code: &str) -> Result<i64, Error> {
        let known = Some(code.to_owned());
        let filter = super::ProblemFilter { known, ..super::ProblemFilter::default() };
        self.problems_found(actor, &filter, MOST_AFFECTED).await
    }
}

/// Files beside an act that writes nothing.
fn takes_none() -> Error {
    Error::Invalid(vec![Fault::new(
        Severity::Error,
        "PQ-PROBLEM-024",
        "/files",
        Text::new("该操作不能附带文件。", "No files come with this act."),
        Text::new("请随留言、通报或答复提交文件。", "Send them with words, an update or an answer."),
    )])
}

/// A known problem that the register does not have.
fn unknown(code: &str) -> Error {
    Error::Invalid(vec![Fault::new(
        Severity::Error,
        "PQ-KNOWN-002",
        "/code",
        Text::new(format!("没有编号为“{code}”的已知问题。"), format!("No known problem has the code “{code}”.")),
        Text::new("请从已知问题列表选择，或先登记。", "Choose one of the register, or record it first."),
    )])
}
