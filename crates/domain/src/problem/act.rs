//! What can be asked of a problem. Words are sealed documents before they come here; an act names them.

use std::collections::BTreeSet;

use super::{Decision, Key, Message, MessageKind, Outcome, Position, Received, Report};
use crate::{Instant, matter::Organ};

/// The departments that a case is given to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Who leads; none to leave the lead as it is.
    pub lead: Option<Organ>,
    /// Who helps.
    pub co: Vec<Organ>,
    /// Who is told.
    pub informed: Vec<Organ>,
    /// The row or ruling that proposed it; empty for a choice of the port office.
    pub basis: String,
}

/// The answer to a point, as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointAnswered {
    /// Which point.
    pub point: u32,
    /// What it says.
    pub outcome: Outcome,
    /// The document with the rule on which it rests; empty when none was given.
    pub law: String,
    /// The document with its words.
    pub words: String,
}

/// What can be asked of a problem.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A report comes and opens the case. Severity, rule and office of it are filled in by the decision.
    Receive(Box<Received>),
    /// The port office looks at it.
    Triage {
        /// The topic.
        topic: String,
        /// What it does to the firm.
        impact: String,
        /// How soon it hurts.
        urgency: String,
        /// What it is about.
        keys: BTreeSet<Key>,
        /// Documents with the words of further points.
        points: Vec<String>,
    },
    /// The port office gives it to departments.
    Dispatch(Dispatched),
    /// The department takes its part.
    Accept,
    /// It sends its part back.
    Return {
        /// A listed reason.
        reason: String,
        /// The document with its words.
        words: String,
        /// Who is competent instead.
        instead: Option<Organ>,
    },
    /// The port office rules on a return.
    Rule {
        /// The assignment that was returned.
        assignment: u32,
        /// Who has it from now on.
        organ: Organ,
        /// The document with the legal basis; empty when none was given.
        law: String,
        /// The document with the reasons.
        words: String,
        /// True when it extends the dispatch catalogue.
        precedent: bool,
        /// Inputs of the catalogue besides the topic for which it holds: as they are in this case, and for no others.
        only: BTreeSet<String>,
    },
    /// The port office takes a co-handler's or informed unit's part off.
    Release {
        /// The assignment.
        assignment: u32,
    },
    /// A person of the department handles it from now on.
    Take,
    /// The person who acts may not act on it any more.
    Recuse {
        /// The document with the reason.
        words: String,
    },
    /// A department writes to the firm or to other departments.
    Send {
        /// Update, question or note.
        kind: MessageKind,
        /// The report that is addressed; none for every firm.
        report: Option<u32>,
        /// The document with the words.
        words: String,
        /// True for a note that its own department alone sees.
        confidential: bool,
    },
    /// A firm says something more.
    Say {
        /// Its report.
        report: u32,
        /// The document with the words.
        words: String,
    },
    /// The clocks stand still for a listed cause.
    Pause {
        /// The cause.
        cause: String,
    },
    /// They run again.
    Resume,
    /// The lead asks for more time.
    AskExtension {
        /// The new limit.
        until: Instant,
        /// The document with the reason.
        words: String,
    },
    /// The port office decides on it.
    DecideExtension {
        /// The extension.
        id: u32,
        /// Approved or not.
        approved: bool,
    },
    /// A co-handler answers its part to the lead.
    Answer {
        /// The points that it answers.
        points: Vec<PointAnswered>,
    },
    /// The lead signs the joined reply.
    Sign {
        /// Every point.
        points: Vec<PointAnswered>,
        /// The document with the plan and its date, when something cannot be solved now.
        plan: Option<(Instant, String)>,
    },
    /// The firm's word at the return visit.
    Tell {
        /// The report.
        report: u32,
        /// Were you answered?
        answered: bool,
        /// Is it solved?
        solved: bool,
        /// Are you satisfied?
        satisfied: bool,
        /// The document with what it said besides.
        words: Option<String>,
    },
    /// Whoever reported shows that she reads the address that came with the report.
    ConfirmAddress {
        /// Her report.
        report: u32,
    },
    /// A firm takes its report back.
    Withdraw {
        /// Its report.
        report: u32,
    },
    /// The port office does not deal with it, for a listed reason.
    Refuse {
        /// The reason.
        reason: String,
    },
    /// The port office hands it over to another track.
    Transfer {
        /// The track.
        to: String,
        /// The document with the number there; empty where the track gives none.
        reference: String,
        /// True when the program hands it over, and nobody by telephone.
        handing: bool,
    },
    /// The hotline took what the program handed over, or gave a number for its token. The program alone says so.
    HandOver {
        /// The hotline.
        to: String,
        /// Number there; empty while there is none.
        reference: String,
        /// What stands for it until then.
        token: String,
    },
    /// What the hotline says of it while it is open there. The program alone says so.
    Hear {
        /// The hotline.
        to: String,
        /// The document with what it says.
        words: String,
    },
    /// It came back from the hotline, or was not taken there. The program alone says so.
    HandBack {
        /// The hotline.
        to: String,
        /// The document with what the hotline said.
        words: String,
    },
    /// Danger to life: passed to an emergency number.
    PassEmergency {
        /// The track.
        to: String,
    },
    /// Reports of another case join this one.
    Join {
        /// The other case's number.
        from: String,
        /// Its reports.
        reports: Vec<Report>,
    },
    /// This case is joined to another one.
    JoinTo {
        /// The other case's number.
        number: String,
    },
    /// The port office takes the steps of the ladder for a cause that no clock brings.
    Escalate {
        /// The cause.
        trigger: String,
    },
    /// The port office serves a written notice.
    Serve {
        /// `reminder` or `supervision`.
        kind: String,
        /// To whom.
        organ: Organ,
        /// The document with its words.
        words: String,
    },
    /// The department answers a notice.
    AnswerNotice {
        /// The notice.
        id: u32,
        /// The document with its words.
        words: String,
    },
    /// A sub-task is given.
    GiveTask {
        /// To whom.
        organ: Organ,
        /// By when.
        due: Instant,
        /// The document with its words.
        words: String,
    },
    /// A sub-task is done.
    DoTask {
        /// The sub-task.
        id: u32,
        /// The document that says how.
        words: String,
    },
    /// A unit follows the case, or no longer.
    Watch {
        /// The unit.
        organ: Organ,
        /// True when it follows from now on.
        on: bool,
    },
    /// The port office calls a joint meeting.
    CallMeeting {
        /// Number of the meeting, the same in every case of its agenda.
        number: String,
        /// Numbers of the cases on its agenda, this one among them.
        cases: BTreeSet<String>,
        /// When.
        at: Instant,
        /// Who takes part.
        participants: BTreeSet<Organ>,
        /// The document with the agenda.
        agenda: String,
    },
    /// It meets at another time, or not at all.
    MoveMeeting {
        /// The meeting.
        id: u32,
        /// When it meets instead; none to call it off.
        to: Option<Instant>,
        /// The document with the reason.
        words: String,
    },
    /// Its minutes are entered.
    HoldMeeting {
        /// The meeting.
        id: u32,
        /// The document with the minutes.
        minutes: String,
        /// What each department held.
        positions: Vec<Position>,
        /// What was decided.
        decisions: Vec<Decision>,
    },
    /// The port office arbitrates.
    Arbitrate {
        /// What it is about: a row of the table of arbitration.
        about: String,
        /// The document with the legal basis; empty when none was given.
        law: String,
        /// The document with question and decision.
        words: String,
        /// Whom it binds.
        binds: BTreeSet<Organ>,
    },
    /// The port office discloses a hidden reporter to a unit.
    Disclose {
        /// Whose identity.
        report: u32,
        /// To whom.
        organ: Organ,
        /// The document with the reason.
        words: String,
    },
    /// The port office links another case. That there is one is for whoever loads both to see.
    Link {
        /// Kind of link.
        kind: String,
        /// The other case's number.
        number: String,
    },
    /// Another case was linked to this one: the same link, seen from here. A case that has ended takes it as well.
    LinkBack {
        /// Kind of link, as the other case says it.
        kind: String,
        /// The other case's number.
        number: String,
    },
    /// A link is taken back. The other case takes the same act with the link as it says it.
    Unlink {
        /// Kind of link, as this case says it.
        kind: String,
        /// The other case's number.
        number: String,
    },
    /// Reports that joined this case are dealt with on their own again.
    Separate {
        /// The case that they came with.
        from: String,
        /// Their numbers.
        reports: BTreeSet<String>,
    },
    /// A case that was joined to another one stands on its own again, with its reports as they are there.
    StandAlone {
        /// The case to which it was joined.
        from: String,
        /// Its reports; their identifiers are those of the other case.
        reports: Vec<Report>,
        /// What was said to their firms and by them; likewise.
        messages: Vec<Message>,
    },
    /// The port office names the known problem that it is an instance of.
    LinkKnown {
        /// Its code.
        code: String,
    },
    /// The port office declares an incident of many firms.
    DeclareIncident {
        /// The document with the cause.
        cause: String,
    },
    /// An act that writes something, with files: words of a firm or unit, an answer, the joined reply.
    With {
        /// The act.
        act: Box<Act>,
        /// Documents with the files.
        files: Vec<String>,
    },
    /// A clock fires, effective at the instant at which it was due.
    Fire {
        /// The clock's name.
        clock: String,
        /// The instant at which it was due.
        due: Instant,
    },
}
