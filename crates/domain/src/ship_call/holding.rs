//! "What is holding this?": the one line on top of a call.

use serde::{Deserialize, Serialize};

use super::{Phase, ReviewState, ShipCall, Status, StepState};
use crate::{Instant, formality::Formality};

/// Who must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The agent.
    Agent,
    /// An organ or authority, by code.
    Organ(String),
    /// Nobody: everything is done, or only time must pass.
    Nobody,
}

impl Holder {
    /// `agent`, `nobody` or the organ's code.
    pub fn code(&self) -> &str {
        match self {
            Holder::Agent => "agent",
            Holder::Organ(code) => code,
            Holder::Nobody => "nobody",
        }
    }
}

/// What holds the call: who, with what, since when, until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Who must act.
    pub holder: Holder,
    /// What for: `distress`, `distress_open`, `distress_over`, `hold`, `answer`, `returned`, `refused`, `file`, `review`,
    /// `boarding`, `close_question`, `reexamine`, `sail`, `done`, `sailed_uncleared`.
    pub what: String,
    /// The formality, where it is about one.
    pub formality: Option<Formality>,
    /// Identifier of the hold, question or boarding, where it is about one.
    pub id: Option<u32>,
    /// How many: unanswered items of a question, authorities that have not acknowledged a distress.
    pub count: u32,
    /// Since when.
    pub since: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
}

impl ShipCall {
    /// What holds the call now: the gravest thing first, then what is due first.
    pub fn holding(&self) -> Holding {
        self.holdings().into_iter().next().unwrap_or(Holding::of(Holder::Nobody, "done"))
    }

    /// Everything that somebody must do next, the gravest first.
    pub fn holdings(&self) -> Vec<Holding> {
        match self.status() {
            Status::SailedUncleared => return self.uncleared_line().into_iter().collect(),
            over if over.is_over() => return Vec::new(),
            _ => {}
        }
        let phase = if self.is_cleared(Phase::Entry) { Phase::Exit } else { Phase::Entry };
        let mut steps: Vec<Holding> = self.requirements_of(phase).flat_map(|due| self.step_lines(due)).collect();
        steps.sort_by_key(|line| (line.until.is_none(), line.until, line.holder != Holder::Agent));
        // What was refused is refused, whatever is still being asked about it.
        let (refused, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(|line| line.what == "refused");
        let mut all: Vec<Holding> =
            self.distress_line().into_iter().chain(self.hold_lines(phase)).chain(refused).collect();
        all.extend(self.question_lines());
        all.extend(self.boardings.iter().filter(|boarding| boarding.finished_at.is_none()).map(|boarding| Holding {
            id: Some(boarding.id),
            since: Some(boarding.at),
            ..Holding::of(Holder::Organ(boarding.organ.clone()), "boarding")
        }));
        all.extend(steps);
        all.extend(self.distress_open_line().filter(|_| self.is_in_port()));
        all.extend(self.reexamination_line());
        if all.is_empty()
            && let Some(permit) = self.departure_permit()
        {
            all.push(Holding { until: Some(permit.until), ..Holding::of(Holder::Agent, "sail") });
        }
        all
    }

    /// A permit that must be examined again lets nobody sail until its organ has confirmed it.
    fn reexamination_line(&self) -> Option<Holding> {
        let (permit, since, _) = self.reexamined_permit()?;
        let holder = Holder::Organ(permit.organ.clone());
        Some(Holding {
            formality: Some(Formality::DeparturePermit),
            since: Some(since),
            ..Holding::of(holder, "reexamine")
        })
    }

    /// A distress stands before everything else: until all who were told know of it, and, as long as she is not in port,
    /// until it is over. Of one that is over and did not bring her in, the agent says how the call goes on.
    fn distress_line(&self) -> Option<Holding> {
        let distress = self.distress.as_ref()?;
        if let Some(end) = &distress.end {
            let over = self.status() == Status::DistressOver;
            return over.then(|| Holding { since: Some(end.at), ..Holding::of(Holder::Agent, "distress_over") });
        }
        let Some(first) = self.unacknowledged().next() else {
            return self.distress_open_line().filter(|_| !self.is_in_port());
        };
        let until = distress.limits.get(first).copied();
        Some(Holding {
            count: u32::try_from(self.unacknowledged().count()).unwrap_or(u32::MAX),
            since: Some(distress.at),
            until,
            ..Holding::of(Holder::Organ(first.to_owned()), "distress")
        })
    }

    /// All know of the distress; who ends it has not yet said that it is over.
    fn distress_open_line(&self) -> Option<Holding> {
        let distress = self.distress.as_ref().filter(|distress| distress.end.is_none())?;
        let known = self.unacknowledged().next().is_none();
        let ends = distress.ended_by.first().filter(|_| known)?;
        Some(Holding { since: Some(distress.at), ..Holding::of(Holder::Organ(ends.clone()), "distress_open") })
    }

    /// She sailed without clearance, and not every organ that was told has said what it does about it.
    fn uncleared_line(&self) -> Option<Holding> {
        let first = self.departure_unnoted().next()?;
        Some(Holding {
            count: u32::try_from(self.departure_unnoted().count()).unwrap_or(u32::MAX),
            since: self.uncleared.as_ref().map(|uncleared| uncleared.at),
            ..Holding::of(Holder::Organ(first.to_owned()), "sailed_uncleared")
        })
    }

    fn hold_lines(&self, phase: Phase) -> impl Iterator<Item = Holding> {
        self.holds.iter().filter(move |hold| hold.lifted_at.is_none() && hold.blocks.contains(&phase)).map(|hold| {
            Holding {
                id: Some(hold.id),
                since: Some(hold.at),
                ..Holding::of(Holder::Organ(hold.lifted_by.clone()), "hold")
            }
        })
    }

    fn question_lines(&self) -> impl Iterator<Item = Holding> {
        self.questions.iter().filter(|question| question.is_open()).map(|question| {
            let unanswered = question.unanswered();
            // The limit is the agent's, for the answer; the organ that reads it has none by it.
            let (holder, what, count, until) = match unanswered {
                0 => (Holder::Organ(question.organ.clone()), "close_question", question.items.len(), None),
                _ => (Holder::Agent, "answer", unanswered, question.due),
            };
            Holding {
                formality: Some(question.formality),
                id: Some(question.id),
                count: u32::try_from(count).unwrap_or(u32::MAX),
                since: Some(question.at),
                until,
                ..Holding::of(holder, what)
            }
        })
    }

    fn step_lines(&self, due: &super::Requirement) -> Vec<Holding> {
        let line = |holder: Holder, what: &str, until: Option<Instant>, since: Option<Instant>| Holding {
            formality: Some(due.formality),
            since,
            until,
            ..Holding::of(holder, what)
        };
        let reviews = self.reviews.iter().filter(|review| review.formality == due.formality);
        match self.step_state(due) {
            StepState::Met | StepState::Questions => Vec::new(),
            StepState::NotFiled if due.is_optional() => Vec::new(),
            // Whoever approves what comes before holds the call, not the agent who must wait.
            StepState::NotFiled if self.awaits_approval(due.formality) => Vec::new(),
            StepState::NotFiled => vec![line(Holder::Agent, "file", self.filing_due(due), None)],
            StepState::Returned => vec![line(Holder::Agent, "returned", self.filing_due(due), None)],
            StepState::Refused => vec![line(Holder::Agent, "refused", None, None)],
            StepState::UnderReview => reviews
                .filter(|review| matches!(review.state, ReviewState::Filed | ReviewState::InCharge))
                .filter(|review| !due.is_signature() || self.others_granted(due.formality, &review.organ))
                .map(|review| {
                    let holder = Holder::Organ(review.organ.clone());
                    line(holder, "review", review.next_due(), Some(review.since))
                })
                .collect(),
        }
    }
}

impl Holding {
    fn of(holder: Holder, what: &str) -> Holding {
        Holding { holder, what: what.to_owned(), formality: None, id: None, count: 0, since: None, until: None }
    }
}
