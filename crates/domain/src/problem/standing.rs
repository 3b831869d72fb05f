//! Where a case stands, who owns it, and what waits on which desk: all read from the fold.

use serde::{Deserialize, Serialize};

use super::{AssignmentState, Problem, Role};
use crate::Instant;

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Came in; the port office has not yet looked at it.
    Received,
    /// Looked at; nobody has it yet.
    Triaged,
    /// Offered to a lead that has not yet accepted.
    Dispatched,
    /// Returned: the port office rules.
    Disputed,
    /// In hand.
    Handling,
    /// Its clocks stand still for a listed cause.
    Paused,
    /// Cannot be solved now; a plan with a date stands.
    Planned,
    /// Answered: the firm is asked.
    Answered,
    /// Every firm said that it is solved.
    Closed,
    /// Taken back by the firm.
    Withdrawn,
    /// Refused with a listed reason.
    Refused,
    /// Handed over to another track.
    Transferred,
    /// Joined to another case.
    Joined,
}

impl Status {
    /// Every status, in the order of a case's life.
    pub const ALL: [Status; 13] = [
        Status::Received,
        Status::Triaged,
        Status::Dispatched,
        Status::Disputed,
        Status::Handling,
        Status::Paused,
        Status::Planned,
        Status::Answered,
        Status::Closed,
        Status::Withdrawn,
        Status::Refused,
        Status::Transferred,
        Status::Joined,
    ];

    /// The word of lists and pages.
    pub fn code(self) -> &'static str {
        match self {
            Status::Received => "received",
            Status::Triaged => "triaged",
            Status::Dispatched => "dispatched",
            Status::Disputed => "disputed",
            Status::Handling => "handling",
            Status::Paused => "paused",
            Status::Planned => "planned",
            Status::Answered => "answered",
            Status::Closed => "closed",
            Status::Withdrawn => "withdrawn",
            Status::Refused => "refused",
            Status::Transferred => "transferred",
            Status::Joined => "joined",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.code() == code)
    }

    /// True while somebody owes something.
    pub fn is_open(self) -> bool {
        self < Status::Closed
    }
}

/// Something that waits on a department's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The department.
    pub organ: String,
    /// `triage`, `dispatch`, `rule:N`, `accept:N`, `read:N`, `work:N`, `extension:N`, `visit`, `task:N`, `minutes:N`, `notice:N`, `plan`.
    pub step: String,
    /// Since when it waits.
    pub since: Instant,
    /// Until when.
    pub due: Option<Instant>,
}

impl Problem {
    /// Where the case stands.
    pub fn status(&self) -> Status {
        use super::HowEnded;
        if let Some(ended) = &self.ended {
            return match ended.how {
                HowEnded::Solved => Status::Closed,
                HowEnded::Withdrawn => Status::Withdrawn,
                HowEnded::Refused => Status::Refused,
                HowEnded::Transferred => Status::Transferred,
                HowEnded::Joined => Status::Joined,
            };
        }
        if self.plan.is_some() {
            return Status::Planned;
        }
        if self.answered_at.is_some() {
            return Status::Answered;
        }
        if self.pause().is_some() {
            return Status::Paused;
        }
        match self.lead() {
            Some(lead) if lead.state == AssignmentState::Offered => Status::Dispatched,
            Some(_) => Status::Handling,
            None if self.disputes().any(|of| of.role == Role::Lead) => Status::Disputed,
            None if self.triaged_at.is_some() => Status::Triaged,
            None => Status::Received,
        }
    }

    /// Who answers for the case now; none once it has ended. There is never a moment without an owner: what no lead has,
    /// the port office has.
    pub fn owner(&self) -> Option<&str> {
        if self.ended.is_some() {
            return None;
        }
        // After the answer the port office asks the firms; a plan is its lead's.
        if self.answered_at.is_some() && self.plan.is_none() {
            return Some(&self.office);
        }
        Some(self.lead().map_or(self.office.as_str(), |lead| lead.organ.as_str()))
    }

    /// The limit by which lists and boards call the case late: to solve it; once it is answered to ask the firm, and where a
    /// plan stands its date.
    pub fn limit(&self) -> Option<Instant> {
        match (&self.plan, self.answered_at) {
            _ if self.ended.is_some() => self.resolve_due(),
            (Some(plan), _) => Some(plan.until),
            (None, Some(_)) => self.due("visit"),
            (None, None) => self.resolve_due(),
        }
    }

    /// When the next limit of a department falls due.
    fn due(&self, clock: &str) -> Option<Instant> {
        self.clocks.get(clock).filter(|clock| clock.stopped_at.is_none()).map(|clock| clock.due)
    }

    /// What waits on the departments' desks.
    pub fn tasks_open(&self) -> Vec<Task> {
        if self.ended.is_some() {
            return Vec::new();
        }
        let task = |organ: &str, step: String, since: Instant, due: Option<Instant>| Task {
            organ: organ.to_owned(),
            step,
            since,
            due,
        };
        let office = self.office.as_str();
        let mut tasks = Vec::new();
        match self.status() {
            Status::Received => tasks.push(task(office, "triage".into(), self.opened_at, self.due("acknowledge"))),
            Status::Triaged => {
                tasks.push(task(office, "dispatch".into(), self.triaged_at.unwrap_or_default(), self.due("resolve")));
            }
            Status::Answered => {
                tasks.push(task(office, "visit".into(), self.answered_at.unwrap_or_default(), self.due("visit")));
            }
            _ => {}
        }
        for of in &self.assignments {
            match of.state {
                AssignmentState::Offered if of.role == Role::Informed => {
                    tasks.push(task(&of.organ, format!("read:{}", of.id), of.at, None));
                }
                AssignmentState::Offered => {
                    let step = format!("accept:{}", of.id);
                    tasks.push(task(&of.organ, step.clone(), of.at, self.due(&step)));
                }
                AssignmentState::Accepted => {
                    let step = if self.plan.is_some() { "plan".to_owned() } else { format!("work:{}", of.id) };
                    let due = self.due(&step).or(self.due("resolve"));
                    tasks.push(task(&of.organ, step, of.accepted_at.unwrap_or(of.at), due));
                }
                AssignmentState::Returned => {
                    let since = of.returned.as_ref().map_or(of.at, |returned| returned.at);
                    tasks.push(task(office, format!("rule:{}", of.id), since, self.due("resolve")));
                }
                _ => {}
            }
        }
        tasks.extend(
            self.tasks
                .iter()
                .filter(|of| of.done.is_none())
                .map(|of| task(&of.organ, format!("task:{}", of.id), of.at, Some(of.due))),
        );
        tasks.extend(
            self.extensions
                .iter()
                .filter(|of| of.decided.is_none())
                .map(|of| task(office, format!("extension:{}", of.id), of.at, self.due("resolve"))),
        );
        tasks.extend(
            self.meetings
                .iter()
                .filter(|of| of.stands())
                .map(|of| task(office, format!("minutes:{}", of.id), of.called_at, Some(of.at))),
        );
        tasks.extend(
            self.notices
                .iter()
                .filter(|of| of.answer.is_none() && (of.due.is_some() || of.kind == "supervision"))
                .map(|of| task(&of.organ, format!("notice:{}", of.id), of.at, of.due)),
        );
        tasks
    }
}
