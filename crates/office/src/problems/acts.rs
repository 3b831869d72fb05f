//! What can be done with a problem, in words: the same for pages, API and channels. Words are sealed before the decision.

use std::collections::BTreeSet;

use domain::{
    Text,
    problem::{Act, Key, MessageKind, Outcome, Problem, dispatch, topic},
};
use serde::Deserialize;
use store::{Reach, Side};
use uuid::Uuid;

use super::Case;
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
    pub law: String,
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
        law: String,
        words: Words,
        #[serde(default)]
        precedent: bool,
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
        reference: String,
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
        law: String,
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
    LinkKnown {
        code: String,
    },
    DeclareIncident {
        cause: String,
    },
}

impl ProblemAct {
    /// True for what a firm does with its own report.
    pub fn is_of_a_firm(&self) -> bool {
        matches!(self, ProblemAct::Say { .. } | ProblemAct::Tell { .. } | ProblemAct::Withdraw { .. })
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
        let case = self.problem(actor, number).await?;
        if !act.is_of_a_firm() {
            actor.require(Right::HandleProblems)?;
        }
        if let ProblemAct::JoinTo { number } = act {
            return self.join(actor, &case, number, request).await;
        }
        if let ProblemAct::Transfer { to, reference } = act
            && self.hands_over(to, reference)
        {
            self.require_handover(&self.read::<Problem>(Reach::System("deciding"), case.id).await?, to)?;
        }
        if let ProblemAct::LinkKnown { code } = act {
            self.known_problem(code).await?.ok_or(Error::NotFound)?;
        }
        let (sealed, documents) = self.sealed_act(case.id, act)?;
        let side = self.precedent(&case, act)?.into_iter().collect();
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

    /// Joins a case to another: both journals are written in one transaction, in the order of their identifiers.
    async fn join(&self, actor: &Actor, case: &Case, number: &str, request: &Request) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let other = self.problem(actor, number).await?;
        let whole = self.read::<Problem>(Reach::System("joining"), case.id).await?;
        let joins = (other.id, Act::Join { from: whole.number.clone(), reports: whole.reports });
        let joined = (case.id, Act::JoinTo { number: other.problem.number });
        self.act::<Problem>(actor, &[joined, joins], request, &Baggage::default()).await
    }

    /// A ruling that extends the dispatch catalogue is proposed for its topic from now on.
    fn precedent(&self, case: &Case, act: &ProblemAct) -> Result<Option<Side>, Error> {
        let ProblemAct::Rule { organ, law, precedent: true, .. } = act else { return Ok(None) };
        let row = serde_json::json!({"lead": organ, "law": law, "number": case.problem.number}).to_string();
        Ok(Some(self.store.put_record_side("dispatch-precedent", &case.problem.topic, &row, "ruling")))
    }

    /// Who leads and helps as rulings and the catalogue propose it, for the port office.
    ///
    /// # Errors
    /// The store's own.
    pub async fn proposal(&self, case: &Case) -> Result<Option<domain::problem::DispatchRow>, Error> {
        let problem = &case.problem;
        let catalogue = dispatch(&self.profile, &problem.topic, &problem.severity, self.now());
        let Some(ruled) = self.store.record("dispatch-precedent", &problem.topic).await? else { return Ok(catalogue) };
        let row: serde_json::Value = serde_json::from_str(&ruled.json)?;
        let said = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let mut proposal = catalogue.unwrap_or_default();
        proposal.lead = said("lead");
        proposal.co.retain(|organ| *organ != proposal.lead);
        proposal.informed.retain(|organ| *organ != proposal.lead);
        proposal.law = said("law");
        proposal.basis = format!("ruling/{}", said("number"));
        let words = said("number");
        proposal.reason = Text::new(format!("{words} 的裁定"), format!("the ruling on {words}"));
        Ok(Some(proposal))
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
