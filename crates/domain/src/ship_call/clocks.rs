//! Clocks that run on a call, and the tasks that wait on desks: both read from the fold.

use serde::{Deserialize, Serialize};

use super::{Phase, Question, Requirement, Review, ReviewState, ShipCall, Status, StepState};
use crate::{Instant, formality::Formality};

/// A clock that runs, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Its name within the call, `filing:crew_list`, `acceptance:entry_application:msa`,
    /// `decision:entry_application:msa`, `permit:NUMBER`, `distress:coast_guard`.
    pub name: String,
    /// When it fires.
    pub due: Instant,
    /// Who must act before it fires: an organ's code, or `agent`.
    pub holder: String,
}

/// Something that waits on an organ's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The organ.
    pub organ: String,
    /// The formality's code, or `answers:1` for answered questions, `permit` for a re-examination, `distress`
    /// for a report of distress, `departure` for one that was not cleared.
    pub step: String,
    /// `filed`, `in_charge`, `answered`, `reexamine`, `distress`, `distress_open` (for who ends it), `sailed_uncleared`,
    /// `waiting` (for the agent's answer).
    pub state: String,
    /// Since when it waits.
    pub since: Instant,
    /// Until when the organ must act.
    pub due: Option<Instant>,
    /// What opened it again, empty for a first look.
    pub note: String,
    /// True for what stands before everything else, whatever is overdue: lives are at stake.
    pub first: bool,
    /// The rank of the priority by which it comes before what has none; the lowest goes first.
    pub rank: Option<u32>,
}

impl ShipCall {
    /// The clocks that run now. One that fires is checked again against this list, so a late one does no harm.
    pub fn clocks(&self) -> Vec<Clock> {
        if self.status().is_over() {
            return Vec::new();
        }
        let passed = |name: &str, due: Instant| self.breaches.iter().any(|old| old.clock == name && old.due == due);
        let filings = self.requirements.iter().filter_map(|requirement| {
            let due = self.filing_due(requirement)?;
            // What was withdrawn or returned only after the limit had been filed in time.
            let missing = !requirement.is_optional()
                && match self.step_state(requirement) {
                    StepState::NotFiled => self.withdrawn_at(requirement.formality).is_none_or(|at| at <= due),
                    StepState::Returned => self.returned_at(requirement.formality).is_none_or(|at| at <= due),
                    _ => false,
                };
            let name = || format!("filing:{}", requirement.formality.code());
            missing.then(|| Clock { name: name(), due, holder: "agent".to_owned() })
        });
        let decisions = self.reviews.iter().filter_map(|review| {
            let due = review.decision_due?;
            let runs = review.state == ReviewState::InCharge && review.suspended.is_none() && self.is_for(review);
            let name = || format!("decision:{}:{}", review.formality.code(), review.organ);
            runs.then(|| Clock { name: name(), due, holder: review.organ.clone() })
        });
        let acceptances = self.reviews.iter().filter_map(|review| {
            let due = review.acceptance.as_ref()?.due;
            let name = || format!("acceptance:{}:{}", review.formality.code(), review.organ);
            self.waits_for_acceptance(review).then(|| Clock { name: name(), due, holder: review.organ.clone() })
        });
        let permits =
            self.departure_permit().into_iter().filter(|permit| permit.reexamination.is_none()).map(|permit| Clock {
                name: format!("permit:{}", permit.number),
                due: permit.until,
                holder: permit.organ.clone(),
            });
        // Entry is due again when a shuttle permit ends.
        let waived = self.requirement(Formality::EntryFormalities).is_none();
        let shuttles = self.shuttle_until().filter(|_| waived).map(|due| Clock {
            name: "permit:shuttle".to_owned(),
            due,
            holder: "agent".to_owned(),
        });
        filings
            .chain(decisions)
            .chain(acceptances)
            .chain(permits)
            .chain(shuttles)
            .chain(self.distress_clocks())
            .filter(|clock| !passed(&clock.name, clock.due))
            .collect()
    }

    /// Until when a formality must be filed: as its table says it, and as measures moved it.
    pub fn filing_due(&self, requirement: &Requirement) -> Option<Instant> {
        let is_of = |clock: &str| clock.strip_prefix("filing:") == Some(requirement.formality.code());
        let moved = |due: Instant| self.moved.iter().find(|of| of.from == due && is_of(&of.clock)).map(|of| of.due);
        let mut due = requirement.due?;
        // Each move leads to a later instant.
        while let Some(later) = moved(due).filter(|later| *later > due) {
            due = later;
        }
        Some(due)
    }

    /// Since when a clock runs and by which calendar, for what can be moved by a measure.
    pub(super) fn term_of(&self, clock: &str) -> Option<(Instant, String)> {
        let mut parts = clock.split(':');
        let (kind, formality, organ) = (parts.next()?, Formality::from_code(parts.next()?)?, parts.next());
        match kind {
            "filing" => Some((self.opened_at, String::new())),
            "decision" => {
                let review = self.review(formality, organ?)?;
                Some((review.in_charge_at?, self.requirement(formality)?.basis.decision_calendar.clone()))
            }
            "acceptance" => {
                let review = self.review(formality, organ?)?;
                Some((review.since, review.acceptance.as_ref()?.calendar.clone()))
            }
            _ => None,
        }
    }

    /// Who was told of a distress must say that it knows, where a row gives it a limit for that.
    fn distress_clocks(&self) -> impl Iterator<Item = Clock> {
        let limits = self.distress.iter().flat_map(|distress| &distress.limits);
        let open = limits.filter(|(organ, _)| self.unacknowledged().any(|of| of == organ.as_str()));
        open.map(|(organ, due)| Clock { name: format!("distress:{organ}"), due: *due, holder: organ.clone() })
    }

    /// Everybody who was told of a distress has it on the desk until they say that they know, and who ends it until it is
    /// over: before everything else there, and overdue only where a row gives a limit.
    fn distress_tasks(&self) -> Vec<Task> {
        let Some(distress) = self.distress.as_ref().filter(|distress| distress.end.is_none()) else {
            return Vec::new();
        };
        let task = |organ: &str, state: &str| Task {
            organ: organ.to_owned(),
            step: "distress".to_owned(),
            state: state.to_owned(),
            since: distress.at,
            due: distress.limits.get(organ).copied().filter(|_| state == "distress"),
            note: String::new(),
            first: true,
            rank: None,
        };
        let mut tasks: Vec<Task> = self.unacknowledged().map(|organ| task(organ, "distress")).collect();
        let ends = distress.ended_by.iter().filter(|organ| !self.unacknowledged().any(|of| of == organ.as_str()));
        tasks.extend(ends.map(|organ| task(organ, "distress_open")));
        tasks
    }

    /// Each organ that was told that she sailed without clearance has it on the desk until it says what it does about it.
    fn uncleared_tasks(&self) -> Vec<Task> {
        let since = self.uncleared.as_ref().map(|uncleared| uncleared.at).unwrap_or_default();
        let open = self.departure_unnoted().map(|organ| Task {
            organ: organ.to_owned(),
            step: "departure".to_owned(),
            state: "sailed_uncleared".to_owned(),
            since,
            due: None,
            note: String::new(),
            first: false,
            rank: None,
        });
        open.collect()
    }

    /// What waits on the organs' desks.
    pub fn tasks(&self) -> Vec<Task> {
        match self.status() {
            Status::SailedUncleared => return self.uncleared_tasks(),
            over if over.is_over() => return Vec::new(),
            _ => {}
        }
        let mut tasks: Vec<Task> = self.reviews.iter().filter_map(|review| self.review_task(review)).collect();
        tasks.extend(self.questions.iter().filter_map(|question| self.question_task(question)));
        tasks.extend(self.distress_tasks());
        // The law gives no time for it: it is to be done at once, so it is due since its cause.
        tasks.extend(self.reexamined_permit().map(|(permit, since, cause)| Task {
            organ: permit.organ.clone(),
            step: "permit".to_owned(),
            state: "reexamine".to_owned(),
            since,
            due: Some(since),
            note: cause.to_owned(),
            first: false,
            rank: None,
        }));
        if let Some(preference) = self.preference().filter(|of| of.priority.queues) {
            tasks.iter_mut().for_each(|task| task.rank = Some(preference.priority.rank));
        }
        tasks
    }

    /// A question about something that is on no desk (withdrawn, or due no more) is still its organ's to close.
    fn question_task(&self, question: &Question) -> Option<Task> {
        let review = self.review(question.formality, &question.organ);
        let on_desk = review.is_some_and(|review| !review.state.is_decided() && self.is_for(review));
        (question.is_open() && !on_desk).then(|| Task {
            organ: question.organ.clone(),
            step: format!("answers:{}", question.id),
            state: if question.unanswered() > 0 { "waiting" } else { "answered" }.to_owned(),
            since: question.at,
            due: None,
            note: String::new(),
            first: false,
            rank: None,
        })
    }

    /// True while a review's formality is due, stands filed, and its organ decides on it.
    fn is_for(&self, review: &Review) -> bool {
        self.requirement(review.formality).is_some_and(|requirement| {
            requirement.organs.contains(&review.organ) && !self.is_filed_too_early(requirement)
        })
    }

    /// True while an organ has neither accepted a filing, nor returned it, nor told by a question what is missing.
    fn waits_for_acceptance(&self, review: &Review) -> bool {
        let told = self.questions.iter().any(|asked| {
            asked.formality == review.formality && asked.organ == review.organ && asked.at >= review.since
        });
        review.state == ReviewState::Filed && !told && self.is_for(review)
    }

    fn withdrawn_at(&self, formality: Formality) -> Option<Instant> {
        self.filings.get(&formality).and_then(|filing| filing.withdrawn_at)
    }

    /// When the first return that stands was made.
    fn returned_at(&self, formality: Formality) -> Option<Instant> {
        let of = self.reviews.iter().filter(|review| review.formality == formality);
        of.filter(|review| review.state == ReviewState::Returned).map(|review| review.since).min()
    }

    fn review_task(&self, review: &Review) -> Option<Task> {
        if !self.is_for(review) {
            return None;
        }
        let asked = self.questions.iter().filter(|question| {
            question.organ == review.organ && question.formality == review.formality && question.is_open()
        });
        let (open, unanswered) = asked.fold((false, 0), |(_, sum), question| (true, sum + question.unanswered()));
        let state = match review.state {
            ReviewState::Filed | ReviewState::InCharge if open && unanswered > 0 => "waiting",
            ReviewState::Filed | ReviewState::InCharge if open => "answered",
            ReviewState::Filed => "filed",
            ReviewState::InCharge => "in_charge",
            _ => return None,
        };
        // The joint signature waits until everything else of this organ and phase is granted.
        if self.requirement(review.formality).is_some_and(super::Requirement::is_signature)
            && !self.others_granted(review.formality, &review.organ)
        {
            return None;
        }
        Some(Task {
            organ: review.organ.clone(),
            step: review.formality.code().to_owned(),
            state: state.to_owned(),
            since: review.since,
            due: review.next_due(),
            note: review.reopened_by.clone().unwrap_or_default(),
            first: false,
            rank: None,
        })
    }

    /// True when everything else that this organ decides for the phase of a joint formality is granted.
    pub fn others_granted(&self, joint: Formality, organ: &str) -> bool {
        let phase = self.phase_of(joint).unwrap_or(Phase::Entry);
        self.requirements_of(phase)
            .filter(|of| !of.is_signature() && !of.is_permit() && !of.is_optional())
            .filter(|requirement| requirement.organs.iter().any(|of| of == organ))
            .all(|requirement| {
                let standing = self.filings.get(&requirement.formality).and_then(|filing| filing.standing());
                self.review(requirement.formality, organ).is_some_and(|review| {
                    review.state.is_granted() && standing.is_some_and(|standing| standing.version == review.version)
                })
            })
    }
}
