//! What an entry of a problem tells, and which reader may be told of it.

use super::{Entry, MessageKind, Problem, Reader, Record, Role};
use crate::notice::{Told, clock_kind};

impl Problem {
    /// What an entry tells; nothing for most. `self` is the case as it stands now.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        Some(match &record.entry {
            Entry::Received(received) => Told {
                event: "problem.received",
                word: received.severity.clone(),
                report: Some(received.report.id),
                until: self.clocks.get("acknowledge").map(|clock| clock.due),
                ..none()
            },
            Entry::Offered(_)
            | Entry::Returned { .. }
            | Entry::Ruled(_)
            | Entry::Released { .. }
            | Entry::ExtensionAsked(_)
            | Entry::ExtensionDecided { .. } => self.told_of_parts(&record.entry)?,
            Entry::Sent(message) => Told {
                event: match message.kind {
                    MessageKind::Update => "problem.update",
                    MessageKind::Ask => "problem.ask",
                    MessageKind::Said => "problem.said",
                    MessageKind::Note => "problem.note",
                },
                who: message.organ.clone(),
                report: message.report,
                id: Some(message.id),
                ..none()
            },
            Entry::ClockStarted(clock) if clock.name == "visit" => {
                Told { event: "problem.visit", until: Some(clock.due), ..none() }
            }
            Entry::Passed(breach) => Told {
                event: "problem.breach",
                word: clock_kind(&breach.clock).to_owned(),
                who: breach.holder.clone(),
                units: vec![breach.holder.clone()],
                until: Some(breach.due),
                ..none()
            },
            Entry::Escalated(escalation) => Told {
                event: "problem.step",
                word: escalation.to.clone(),
                who: self.owner().unwrap_or_default().to_owned(),
                units: self.owner().into_iter().map(str::to_owned).collect(),
                id: u32::try_from(escalation.step).ok(),
                ..none()
            },
            Entry::Answered(answer) => Told { event: "problem.answered", who: answer.organ.clone(), ..none() },
            Entry::Signed(reply) => {
                Told { event: "problem.reply", who: reply.organ.clone(), id: Some(reply.id), ..none() }
            }
            Entry::Planned(plan) => {
                Told { event: "problem.plan", who: plan.organ.clone(), until: Some(plan.until), ..none() }
            }
            Entry::Told { report, word } => Told {
                event: "problem.told",
                word: if !word.solved {
                    "not_solved"
                } else if word.satisfied {
                    "solved"
                } else {
                    "dissatisfied"
                }
                .to_owned(),
                report: Some(*report),
                ..none()
            },
            Entry::Reopened => Told { event: "problem.reopened", ..none() },
            Entry::Withdrawn { report } => Told { event: "problem.withdrawn", report: Some(*report), ..none() },
            Entry::StoodAlone { .. } => Told { event: "problem.separated", ..none() },
            Entry::Ended(ended) => Told { event: "problem.ended", word: ended.how.code().to_owned(), ..none() },
            Entry::Incident { .. } => Told { event: "problem.incident", ..none() },
            other => self.told_together(other)?,
        })
    }

    fn told_of_parts(&self, entry: &Entry) -> Option<Told> {
        let none = Told::default;
        Some(match entry {
            Entry::Offered(of) => Told {
                event: "problem.offered",
                word: of.role.code().to_owned(),
                who: of.organ.clone(),
                units: vec![of.organ.clone()],
                until: self.clocks.get(&format!("accept:{}", of.id)).map(|clock| clock.due),
                ..none()
            },
            Entry::Returned { id, .. } => {
                let organ = self.assignment(*id)?.organ.clone();
                Told { event: "problem.returned", who: organ, ..none() }
            }
            Entry::Ruled(ruling) => {
                let before = self.assignment(ruling.assignment).map(|of| of.organ.clone());
                let units = [ruling.organ.clone()].into_iter().chain(before).collect();
                Told { event: "problem.ruled", who: ruling.organ.clone(), units, ..none() }
            }
            Entry::Released { id } => {
                let organ = self.assignment(*id)?.organ.clone();
                Told { event: "problem.released", who: organ.clone(), units: vec![organ], ..none() }
            }
            Entry::ExtensionAsked(of) => Told {
                event: "problem.extension_asked",
                who: of.organ.clone(),
                until: Some(of.until),
                id: Some(of.id),
                ..none()
            },
            Entry::ExtensionDecided { id, approved } => {
                let of = self.extensions.iter().find(|of| of.id == *id)?;
                Told {
                    event: "problem.extension_decided",
                    word: if *approved { "approved" } else { "refused" }.to_owned(),
                    who: of.organ.clone(),
                    units: vec![of.organ.clone()],
                    until: Some(of.until),
                    ..none()
                }
            }
            _ => return None,
        })
    }

    fn told_together(&self, entry: &Entry) -> Option<Told> {
        let none = Told::default;
        let one = |event, organ: &String| Told { event, who: organ.clone(), units: vec![organ.clone()], ..none() };
        Some(match entry {
            Entry::Served(notice) => Told {
                word: notice.kind.clone(),
                id: Some(notice.id),
                until: notice.due,
                ..one("problem.notice", &notice.organ)
            },
            Entry::NoticeAnswered { id, .. } => {
                let organ = self.notices.iter().find(|of| of.id == *id)?.organ.clone();
                Told { event: "problem.notice_answered", who: organ, id: Some(*id), ..none() }
            }
            Entry::TaskGiven(task) => {
                Told { id: Some(task.id), until: Some(task.due), ..one("problem.task", &task.organ) }
            }
            Entry::TaskDone { id, .. } => {
                let organ = self.tasks.iter().find(|of| of.id == *id)?.organ.clone();
                Told { event: "problem.task_done", who: organ, id: Some(*id), ..none() }
            }
            Entry::Watched { organ, on: true } => one("problem.watched", organ),
            Entry::MeetingCalled(meeting) => Told {
                event: "problem.meeting",
                units: meeting.participants.iter().cloned().collect(),
                until: Some(meeting.at),
                id: Some(meeting.id),
                ..none()
            },
            Entry::MeetingMoved { id, moved } => Told {
                event: "problem.meeting_moved",
                word: if moved.to.is_some() { "moved" } else { "off" }.to_owned(),
                units: self.meetings.iter().find(|of| of.id == *id)?.participants.iter().cloned().collect(),
                until: Some(moved.to.unwrap_or(moved.from)),
                id: Some(*id),
                ..none()
            },
            Entry::MeetingHeld(meeting) => Told {
                event: "problem.minutes",
                units: meeting.participants.iter().cloned().collect(),
                id: Some(meeting.id),
                ..none()
            },
            Entry::Arbitrated(of) => {
                Told { event: "problem.arbitration", units: of.binds.iter().cloned().collect(), ..none() }
            }
            Entry::Disclosed(of) => Told { report: Some(of.report), ..one("problem.disclosed", &of.organ) },
            Entry::Emergency { to, .. } => Told { event: "problem.emergency", word: to.clone(), ..none() },
            _ => return None,
        })
    }

    /// True when a reader may be told of an entry: what it names stands in the case as that reader sees it. A unit that
    /// takes no part is told of nothing.
    pub fn tells(&self, reader: &Reader, entry: &Entry) -> bool {
        match reader {
            Reader::Office => {}
            Reader::Unit(organ) if self.units().contains(organ) => {}
            Reader::Reporter(own) if !own.is_empty() => {}
            _ => return false,
        }
        let seen = self.seen_by(reader);
        match entry {
            Entry::Sent(message) => seen.messages.iter().any(|of| of.id == message.id),
            Entry::Signed(reply) => seen.replies.iter().any(|of| of.id == reply.id),
            Entry::Answered(answer) => seen.answers.contains(answer),
            Entry::Served(notice) => seen.notices.iter().any(|of| of.id == notice.id),
            Entry::NoticeAnswered { id, .. } => seen.notices.iter().any(|of| of.id == *id),
            Entry::TaskGiven(task) => seen.tasks.iter().any(|of| of.id == task.id),
            Entry::TaskDone { id, .. } => seen.tasks.iter().any(|of| of.id == *id),
            Entry::MeetingCalled(meeting) | Entry::MeetingHeld(meeting) => {
                seen.meetings.iter().any(|of| of.id == meeting.id)
            }
            Entry::MeetingMoved { id, .. } => seen.meetings.iter().any(|of| of.id == *id),
            Entry::Arbitrated(of) => seen.arbitrations.iter().any(|known| known.id == of.id),
            Entry::Disclosed(of) => seen.disclosures.contains(of),
            Entry::Watched { organ, .. } => seen.watchers.contains(organ),
            Entry::Received(received) => seen.reports.iter().any(|of| of.id == received.report.id),
            Entry::Told { report, .. } | Entry::Withdrawn { report } | Entry::AddressConfirmed { report } => {
                seen.reports.iter().any(|of| of.id == *report)
            }
            // Firms learn who holds the case, not who sent it back.
            Entry::Returned { .. } | Entry::Ruled(_) | Entry::Released { .. } | Entry::Recused { .. } => {
                !matches!(reader, Reader::Reporter(_))
            }
            _ => true,
        }
    }

    /// Units that are told as those that follow: watchers, and those that were informed.
    pub fn followers(&self) -> Vec<&str> {
        let informed = self.assignments.iter().filter(|of| of.stands() && of.role == Role::Informed);
        self.watchers.iter().map(String::as_str).chain(informed.map(|of| of.organ.as_str())).collect()
    }

    /// Units that work on it: the lead and the co-handlers.
    pub fn parts(&self) -> Vec<&str> {
        let parts = self.assignments.iter().filter(|of| of.stands() && of.role != Role::Informed);
        parts.map(|of| of.organ.as_str()).collect()
    }
}
