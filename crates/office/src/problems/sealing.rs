//! Words on their way into documents, before the decision: an act of the domain names documents, never words.

use domain::{
    Fault, Instant, Severity, Text,
    problem::{Act, Decision, Dispatched, Key, PointAnswered, Position},
};
use store::{DocumentPlain, Sealed};
use uuid::Uuid;

use super::{
    Attachment,
    acts::{DecisionWords, PointWords, PositionWords, ProblemAct, Words},
    intake,
};
use crate::{Error, Office};

impl Office {
    /// The act with its words sealed as documents.
    pub(super) fn sealed_act(&self, matter: Uuid, act: &ProblemAct) -> Result<(Act, Vec<Sealed>), Error> {
        let mut sealing = Sealing { office: self, matter, documents: Vec::new() };
        let act = sealing.act(act)?;
        Ok((act, sealing.documents))
    }
}

impl Office {
    /// The same with files beside the words.
    pub(super) fn sealed_act_with(
        &self,
        matter: Uuid,
        act: &ProblemAct,
        files: &[Attachment],
    ) -> Result<(Act, Vec<Sealed>), Error> {
        let (sealed, mut documents) = self.sealed_act(matter, act)?;
        if files.is_empty() {
            return Ok((sealed, documents));
        }
        if let Some(fault) = intake::files_fault(files) {
            return Err(Error::Invalid(vec![fault]));
        }
        let mut named = Vec::new();
        for file in files {
            let kept = self.sealed_file(matter, file)?;
            named.push(kept.id.to_string());
            documents.push(kept);
        }
        Ok((Act::With { act: Box::new(sealed), files: named }, documents))
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

    /// Words that may be left out: nothing is sealed then, and the procedure says what it misses.
    fn given(&mut self, words: &Words) -> Result<String, Error> {
        if words.0.is_blank() { Ok(String::new()) } else { self.words(words) }
    }

    fn points(&mut self, points: &[PointWords]) -> Result<Vec<PointAnswered>, Error> {
        points
            .iter()
            .map(|of| {
                let (law, words) = (self.given(&of.law)?, self.words(&of.words)?);
                Ok(PointAnswered { point: of.point, outcome: of.outcome, law, words })
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
            P::Rule { assignment, organ, law, words, precedent, only } => {
                let (law, words) = (self.given(&law)?, self.words(&words)?);
                Act::Rule { assignment, organ, law, words, precedent, only }
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
            P::CallMeeting { at, participants, agenda, cases } => {
                let (number, at, agenda) = (String::new(), moment(&at, "/at")?, self.words(&agenda)?);
                Act::CallMeeting { number, cases, at, participants, agenda }
            }
            P::MoveMeeting { id, to, words } => {
                let to = to.map(|to| moment(&to, "/to")).transpose()?;
                Act::MoveMeeting { id, to, words: self.words(&words)? }
            }
            P::HoldMeeting { id, minutes, positions, decisions } => {
                self.meeting(id, &minutes, &positions, &decisions)?
            }
            P::Arbitrate { about, law, words, binds } => {
                Act::Arbitrate { about, law: self.given(&law)?, words: self.words(&words)?, binds }
            }
            P::DeclareIncident { cause } => Act::DeclareIncident { cause: self.words(&cause)? },
            P::Disclose { report, organ, words } => Act::Disclose { report, organ, words: self.words(&words)? },
            P::Transfer { to, reference } => {
                let handing = self.office.hands_over(&to, &reference);
                Act::Transfer { to, reference: self.given(&reference)?, handing }
            }
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
                let (organ, dissent, case) = (of.organ.clone(), of.dissent.clone(), of.case.clone());
                Ok(Decision { organ, words: self.words(&of.words)?, due: moment(&of.due, "/due")?, dissent, case })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Act::HoldMeeting { id, minutes, positions, decisions })
    }
}

/// Acts without words. Joining and linking, and taking either back, are two acts, and made elsewhere.
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
        P::PassEmergency { to } => Act::PassEmergency { to },
        P::JoinTo { number } => Act::JoinTo { number },
        P::Escalate { trigger } => Act::Escalate { trigger },
        P::Watch { organ, on } => Act::Watch { organ, on },
        P::Link { kind, number } => Act::Link { kind, number },
        P::LinkKnown { code } => Act::LinkKnown { code },
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
