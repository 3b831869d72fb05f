//! Entries of a problem's journal. An entry carries everything that time, chance or rules produced.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Answer, Arbitration, Assignment, Breach, Clock, Disclosure, Ended, Escalation, Extension, Handover, Key, Meeting,
    MeetingMove, Message, Notice, Pause, Plan, Point, Reply, Report, Returned, Ruling, SubTask, Word,
};
use crate::{
    Instant,
    matter::{self, Organ, Rule},
};

/// The first report, which opens the case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// Number of the case and of the report.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The unit that owns what nobody else does.
    pub office: Organ,
    /// The topic that the firm chose.
    pub topic: String,
    /// What it does to the firm, as it says.
    pub impact: String,
    /// How soon it hurts, as it says.
    pub urgency: String,
    /// The class that follows, until the port office has looked.
    pub severity: String,
    /// The row of the table of severities.
    pub rule: Rule,
    /// What the firm said.
    pub report: Report,
}

/// What the port office made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Triaged {
    /// The topic.
    pub topic: String,
    /// What it does to the firm.
    pub impact: String,
    /// How soon it hurts.
    pub urgency: String,
    /// The class that follows.
    pub severity: String,
    /// The row of the table of severities.
    pub rule: Rule,
    /// What it is about.
    pub keys: BTreeSet<Key>,
    /// Points to be answered besides the report as a whole.
    pub points: Vec<Point>,
}

/// What can stand in the journal of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A report came and opened the case.
    #[serde(rename = "problem.received")]
    Received(Box<Received>),
    /// A person of the port office looked at it.
    #[serde(rename = "problem.triaged")]
    Triaged(Box<Triaged>),
    /// A clock started.
    #[serde(rename = "clock.started")]
    ClockStarted(Box<Clock>),
    /// A clock's limit moved: another class, or an extension. The start never moves.
    #[serde(rename = "clock.moved")]
    ClockMoved(Box<Clock>),
    /// A clock was met, or fell away.
    #[serde(rename = "clock.stopped")]
    ClockStopped {
        /// Its name.
        name: String,
    },
    /// A limit passed unmet.
    #[serde(rename = "clock.passed")]
    Passed(Breach),
    /// The clocks stand still for a listed cause.
    #[serde(rename = "clock.paused")]
    Paused(Box<Pause>),
    /// They run again, each with its new limit.
    #[serde(rename = "clock.resumed")]
    Resumed {
        /// When the pause ended.
        until: Instant,
        /// Limits by the name of the clock.
        due: Vec<(String, Instant)>,
    },
    /// A department was given a part.
    #[serde(rename = "assignment.offered")]
    Offered(Box<Assignment>),
    /// It took the part.
    #[serde(rename = "assignment.accepted")]
    Accepted {
        /// The assignment.
        id: u32,
    },
    /// It sent the part back.
    #[serde(rename = "assignment.returned")]
    Returned {
        /// The assignment.
        id: u32,
        /// Why.
        returned: Returned,
    },
    /// The port office ruled on a return; the assignment that follows stands beside it.
    #[serde(rename = "assignment.ruled")]
    Ruled(Box<Ruling>),
    /// The port office took a part off.
    #[serde(rename = "assignment.released")]
    Released {
        /// The assignment.
        id: u32,
    },
    /// A person of the department handles it.
    #[serde(rename = "handler.took")]
    Took {
        /// The assignment.
        id: u32,
        /// The person.
        person: String,
    },
    /// A person may not act on it.
    #[serde(rename = "handler.recused")]
    Recused {
        /// The person.
        person: String,
        /// The document with the reason.
        words: String,
    },
    /// A message.
    #[serde(rename = "message.sent")]
    Sent(Box<Message>),
    /// More time was asked for.
    #[serde(rename = "extension.asked")]
    ExtensionAsked(Box<Extension>),
    /// The port office decided on it.
    #[serde(rename = "extension.decided")]
    ExtensionDecided {
        /// The extension.
        id: u32,
        /// Approved or not.
        approved: bool,
    },
    /// A department answered its part to the lead.
    #[serde(rename = "answer.given")]
    Answered(Box<Answer>),
    /// The lead signed the joined reply.
    #[serde(rename = "reply.signed")]
    Signed(Box<Reply>),
    /// It cannot be solved now: what is done, and by when.
    #[serde(rename = "plan.made")]
    Planned(Box<Plan>),
    /// A firm's word at the return visit.
    #[serde(rename = "visit.told")]
    Told {
        /// The report.
        report: u32,
        /// What the firm said.
        word: Word,
    },
    /// Not solved: it is worked on again.
    #[serde(rename = "problem.reopened")]
    Reopened,
    /// A firm took its report back.
    #[serde(rename = "report.withdrawn")]
    Withdrawn {
        /// The report.
        report: u32,
    },
    /// Whoever reported showed that she reads the address that came with the report.
    #[serde(rename = "report.address_confirmed")]
    AddressConfirmed {
        /// The report.
        report: u32,
    },
    /// Reports of another case were joined to this one.
    #[serde(rename = "report.joined")]
    Joined {
        /// The other case's number.
        from: String,
        /// Its reports, with identifiers of this case.
        reports: Vec<Report>,
    },
    /// Reports that had joined are dealt with on their own again.
    #[serde(rename = "report.separated")]
    Separated {
        /// The case with which they came.
        to: String,
        /// Their identifiers in this case.
        reports: Vec<u32>,
    },
    /// It is no longer joined to another case: its reports come back as they were there.
    #[serde(rename = "problem.separated")]
    StoodAlone {
        /// The other case's number.
        from: String,
        /// Its reports, with identifiers of this case.
        reports: Vec<Report>,
        /// What was said to their firms and by them in the other case, with identifiers of this one.
        messages: Vec<Message>,
    },
    /// It ended.
    #[serde(rename = "problem.ended")]
    Ended(Box<Ended>),
    /// A hotline took it.
    #[serde(rename = "handover.taken")]
    HandedOver(Handover),
    /// The hotline gave a number for its token.
    #[serde(rename = "handover.numbered")]
    HandoverNumbered {
        /// Number there.
        reference: String,
    },
    /// It came back: it is worked on as if it had never ended.
    #[serde(rename = "handover.back")]
    HandedBack {
        /// From where.
        to: String,
    },
    /// A step of the ladder was taken.
    #[serde(rename = "problem.escalated")]
    Escalated(Box<Escalation>),
    /// A written notice was served.
    #[serde(rename = "notice.served")]
    Served(Box<Notice>),
    /// It was answered.
    #[serde(rename = "notice.answered")]
    NoticeAnswered {
        /// The notice.
        id: u32,
        /// The document with the answer.
        words: String,
        /// Documents with the files that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    /// A sub-task was given.
    #[serde(rename = "task.given")]
    TaskGiven(Box<SubTask>),
    /// A sub-task was done.
    #[serde(rename = "task.done")]
    TaskDone {
        /// The sub-task.
        id: u32,
        /// The document that says how.
        words: String,
        /// Documents with the files that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    /// A unit follows the case, or no longer.
    #[serde(rename = "watch.set")]
    Watched {
        /// The unit.
        organ: Organ,
        /// True when it follows from now on.
        on: bool,
    },
    /// A joint meeting was called.
    #[serde(rename = "meeting.called")]
    MeetingCalled(Box<Meeting>),
    /// It meets at another time, or not at all.
    #[serde(rename = "meeting.moved")]
    MeetingMoved {
        /// The meeting.
        id: u32,
        /// From when to when, and why.
        moved: MeetingMove,
    },
    /// Its minutes were entered.
    #[serde(rename = "meeting.held")]
    MeetingHeld(Box<Meeting>),
    /// The port office arbitrated a dispute over cooperation.
    #[serde(rename = "arbitration.made")]
    Arbitrated(Box<Arbitration>),
    /// A hidden reporter was disclosed to a unit.
    #[serde(rename = "identity.disclosed")]
    Disclosed(Box<Disclosure>),
    /// A link to another case.
    #[serde(rename = "case.linked")]
    Linked {
        /// One of [`super::LINKS`], or the same link seen from the other case.
        kind: String,
        /// The other case's number.
        number: String,
    },
    /// That link was taken back.
    #[serde(rename = "case.unlinked")]
    Unlinked {
        /// As [`Entry::Linked`] said it.
        kind: String,
        /// The other case's number.
        number: String,
    },
    /// It is an instance of a known problem.
    #[serde(rename = "known.linked")]
    Known {
        /// The known problem's code.
        code: String,
    },
    /// It is an incident of many firms.
    #[serde(rename = "incident.declared")]
    Incident {
        /// The document with the cause; in entries before words of acts were sealed, the cause itself.
        cause: String,
    },
    /// Danger to life: passed to an emergency number.
    #[serde(rename = "emergency.passed")]
    Emergency {
        /// The track, a row of the table of transfers.
        to: String,
        /// The number that was called.
        phone: String,
    },
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Received(_) => "problem.received",
            Entry::Triaged(_) => "problem.triaged",
            Entry::ClockStarted(_) => "clock.started",
            Entry::ClockMoved(_) => "clock.moved",
            Entry::ClockStopped { .. } => "clock.stopped",
            Entry::Passed(_) => "clock.passed",
            Entry::Paused(_) => "clock.paused",
            Entry::Resumed { .. } => "clock.resumed",
            Entry::Offered(_) => "assignment.offered",
            Entry::Accepted { .. } => "assignment.accepted",
            Entry::Returned { .. } => "assignment.returned",
            Entry::Ruled(_) => "assignment.ruled",
            Entry::Released { .. } => "assignment.released",
            Entry::Took { .. } => "handler.took",
            Entry::Recused { .. } => "handler.recused",
            Entry::Sent(_) => "message.sent",
            Entry::ExtensionAsked(_) => "extension.asked",
            Entry::ExtensionDecided { .. } => "extension.decided",
            Entry::Answered(_) => "answer.given",
            Entry::Signed(_) => "reply.signed",
            Entry::Planned(_) => "plan.made",
            Entry::Told { .. } => "visit.told",
            Entry::Reopened => "problem.reopened",
            Entry::Withdrawn { .. } => "report.withdrawn",
            Entry::AddressConfirmed { .. } => "report.address_confirmed",
            Entry::Joined { .. } => "report.joined",
            Entry::Separated { .. } => "report.separated",
            Entry::StoodAlone { .. } => "problem.separated",
            Entry::Ended(_) => "problem.ended",
            Entry::HandedOver(_) => "handover.taken",
            Entry::HandoverNumbered { .. } => "handover.numbered",
            Entry::HandedBack { .. } => "handover.back",
            Entry::Escalated(_) => "problem.escalated",
            Entry::Served(_) => "notice.served",
            Entry::NoticeAnswered { .. } => "notice.answered",
            Entry::TaskGiven(_) => "task.given",
            Entry::TaskDone { .. } => "task.done",
            Entry::Watched { .. } => "watch.set",
            Entry::MeetingCalled(_) => "meeting.called",
            Entry::MeetingMoved { .. } => "meeting.moved",
            Entry::MeetingHeld(_) => "meeting.held",
            Entry::Arbitrated(_) => "arbitration.made",
            Entry::Disclosed(_) => "identity.disclosed",
            Entry::Linked { .. } => "case.linked",
            Entry::Unlinked { .. } => "case.unlinked",
            Entry::Known { .. } => "known.linked",
            Entry::Incident { .. } => "incident.declared",
            Entry::Emergency { .. } => "emergency.passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        self.kind().starts_with("clock.")
    }
}
