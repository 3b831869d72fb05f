//! What can be done with a problem, in words: the same for pages, API and channels. Words are sealed before the decision.

use std::collections::BTreeSet;

use domain::{
    Fault, Instant, Severity, Text,
    problem::{Act, Decision, Dispatched, Key, MessageKind, Outcome, PointAnswered, Position, dispatch, topics},
};
use serde::Deserialize;
use store::{DocumentPlain, Sealed, Side};
use uuid::Uuid;

use super::{Case, reading::ProblemLine};
use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request},
};

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
        if let ProblemAct::LinkKnown { code } = act {
            self.known_problem(code).await?.ok_or(Error::NotFound)?;
        }
        let (sealed, documents) = self.sealed_act(case.id, act)?;
        let side = self.precedent(&case, act)?.into_iter().collect();
        let baggage = Baggage { documents, side, ..Baggage::default() };
        self.act_on_problems(actor, &[(case.id, sealed)], request, &baggage).await
    }

    /// True when this very request was done before: its retry is no second editor.
    ///
    /// # Errors
    /// The store's own.
    pub async fn done_before(&self, actor: &Actor, case: Uuid, request: &Request) -> Result<bool, Error> {
        Ok(self.known_answer(actor, &request.about(case, None)).await?.is_some())
    }

    /// Joins a case to another: both journals are written in one transaction, in the order of their identifiers.
    async fn join(&self, actor: &Actor, case: &Case, number: &str, request: &Request) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let other = self.problem(actor, number).await?;
        let whole = self.load_problem(case.id).await?;
        let joins = (other.id, Act::Join { from: whole.number.clone(), reports: whole.reports });
        let joined = (case.id, Act::JoinTo { number: other.problem.number });
        self.act_on_problems(actor, &[joined, joins], request, &Baggage::default()).await
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

    /// The act with its words sealed as documents.
    pub(super) fn sealed_act(&self, matter: Uuid, act: &ProblemAct) -> Result<(Act, Vec<Sealed>), Error> {
        let mut sealing = Sealing { office: self, matter, documents: Vec::new() };
        let act = sealing.act(act)?;
        Ok((act, sealing.documents))
    }

    /// True when a topic is one of the port's.
    pub fn is_topic(&self, code: &str) -> bool {
        topics(&self.profile, self.now()).iter().any(|topic| topic.code == code)
    }

    /// Cases with a known problem, within the actor's reach.
    ///
    /// # Errors
    /// The store's own.
    pub async fn affected(&self, actor: &Actor, code: &str) -> Result<Vec<ProblemLine>, Error> {
        let known = Some(code.to_owned());
        let filter = super::ProblemFilter { known, ..super::ProblemFilter::default() };
        Ok(self.problems(actor, &filter).await?.lines)
    }
}

/// Words on their way into documents.
struct Sealing<'a> {
    office: &'a Office,
    matter: Uuid,
    documents: Vec<Sealed>,
}

impl Sealing<'_> {
    fn words(&mut self, words: &Words) -> Result<String, Error> {
        if words.0.is_blank() {
            return Err(Error::Invalid(vec![fault(
                "PQ-PROBLEM-020",
                "/words",
                "内容为空。",
                "There are no words.",
                "请填写。",
                "Write them.",
            )]));
        }
        if words.0.zh.chars().count() > super::MOST_WORDS || words.0.en.chars().count() > super::MOST_WORDS {
            return Err(Error::Invalid(vec![fault(
                "PQ-REPORT-004",
                "/words",
                "说明过长（超过 8000 字）。",
                "The description is longer than 8,000 characters.",
                "请删减。",
                "Shorten it.",
            )]));
        }
        let sealed = self.office.store.seal(DocumentPlain {
            id: self.office.new_id(),
            matter: self.matter,
            purpose: "words".to_owned(),
            subject: String::new(),
            bytes: serde_json::to_vec(&words.0)?,
        })?;
        let id = sealed.id.to_string();
        self.documents.push(sealed);
        Ok(id)
    }

    fn points(&mut self, points: &[PointWords]) -> Result<Vec<PointAnswered>, Error> {
        points
            .iter()
            .map(|of| {
                let words = self.words(&of.words)?;
                Ok(PointAnswered { point: of.point, outcome: of.outcome, law: of.law.clone(), words })
            })
            .collect()
    }

    fn act(&mut self, act: &ProblemAct) -> Result<Act, Error> {
        use ProblemAct as P;
        Ok(match act.clone() {
            P::Triage { topic, impact, urgency, keys, points } => {
                let points = points.iter().map(|words| self.words(words)).collect::<Result<_, _>>()?;
                let keys = keys.iter().map(|key| Key::new(&key.kind, &key.value)).collect();
                Act::Triage { topic, impact, urgency, keys, points }
            }
            P::Return { reason, words, instead } => Act::Return { reason, words: self.words(&words)?, instead },
            P::Rule { assignment, organ, law, words, precedent } => {
                Act::Rule { assignment, organ, law, words: self.words(&words)?, precedent }
            }
            P::Recuse { words } => Act::Recuse { words: self.words(&words)? },
            P::Send { kind, report, words, confidential } => {
                Act::Send { kind, report, words: self.words(&words)?, confidential }
            }
            P::Say { report, words } => Act::Say { report, words: self.words(&words)? },
            P::AskExtension { until, words } => {
                Act::AskExtension { until: moment(&until, "/until")?, words: self.words(&words)? }
            }
            P::Answer { points } => Act::Answer { points: self.points(&points)? },
            P::Sign { points, plan_until, plan } => {
                let plan = match (plan_until, plan) {
                    (Some(until), Some(words)) => Some((moment(&until, "/plan_until")?, self.words(&words)?)),
                    _ => None,
                };
                Act::Sign { points: self.points(&points)?, plan }
            }
            P::Tell { report, answered, solved, satisfied, words } => {
                let words = words.filter(|words| !words.0.is_blank());
                let words = words.map(|words| self.words(&words)).transpose()?;
                Act::Tell { report, answered, solved, satisfied, words }
            }
            P::Serve { kind, organ, words } => Act::Serve { kind, organ, words: self.words(&words)? },
            P::AnswerNotice { id, words } => Act::AnswerNotice { id, words: self.words(&words)? },
            P::GiveTask { organ, due, words } => {
                Act::GiveTask { organ, due: moment(&due, "/due")?, words: self.words(&words)? }
            }
            P::DoTask { id, words } => Act::DoTask { id, words: self.words(&words)? },
            P::CallMeeting { at, participants, agenda } => {
                Act::CallMeeting { at: moment(&at, "/at")?, participants, agenda: self.words(&agenda)? }
            }
            P::HoldMeeting { id, minutes, positions, decisions } => {
                self.meeting(id, &minutes, &positions, &decisions)?
            }
            P::Arbitrate { about, law, words, binds } => {
                Act::Arbitrate { about, law, words: self.words(&words)?, binds }
            }
            P::Disclose { report, organ, words } => Act::Disclose { report, organ, words: self.words(&words)? },
            other => plain(other),
        })
    }

    fn meeting(
        &mut self,
        id: u32,
        minutes: &Words,
        positions: &[PositionWords],
        decisions: &[DecisionWords],
    ) -> Result<Act, Error> {
        let minutes = self.words(minutes)?;
        let positions = positions
            .iter()
            .map(|of| Ok(Position { organ: of.organ.clone(), words: self.words(&of.words)? }))
            .collect::<Result<_, Error>>()?;
        let decisions = decisions
            .iter()
            .map(|of| {
                let (organ, dissent) = (of.organ.clone(), of.dissent.clone());
                Ok(Decision { organ, words: self.words(&of.words)?, due: moment(&of.due, "/due")?, dissent })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Act::HoldMeeting { id, minutes, positions, decisions })
    }
}

/// Acts without words. Joining is two acts, and made elsewhere.
fn plain(act: ProblemAct) -> Act {
    use ProblemAct as P;
    match act {
        P::Dispatch { lead, co, informed, basis } => Act::Dispatch(Dispatched { lead, co, informed, basis }),
        P::Release { assignment } => Act::Release { assignment },
        P::Take => Act::Take,
        P::Pause { cause } => Act::Pause { cause },
        P::Resume => Act::Resume,
        P::DecideExtension { id, approved } => Act::DecideExtension { id, approved },
        P::Withdraw { report } => Act::Withdraw { report },
        P::Refuse { reason } => Act::Refuse { reason },
        P::Transfer { to, reference } => Act::Transfer { to, reference },
        P::PassEmergency { to } => Act::PassEmergency { to },
        P::JoinTo { number } => Act::JoinTo { number },
        P::Escalate { trigger } => Act::Escalate { trigger },
        P::Watch { organ, on } => Act::Watch { organ, on },
        P::Link { kind, number } => Act::Link { kind, number },
        P::LinkKnown { code } => Act::LinkKnown { code },
        P::DeclareIncident { cause } => Act::DeclareIncident { cause },
        _ => Act::Accept,
    }
}

fn moment(text: &str, place: &str) -> Result<Instant, Error> {
    Instant::parse(text).ok_or_else(|| {
        Error::Invalid(vec![fault(
            "PQ-PROBLEM-021",
            place,
            "日期时间格式不对。",
            "This is not an instant with its zone.",
            "请填写如 2026-12-01T09:00:00+08:00。",
            "Write it like 2026-12-01T09:00:00+08:00.",
        )])
    })
}

fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
