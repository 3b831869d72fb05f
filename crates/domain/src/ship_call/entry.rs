//! Entries of a ship call's journal. An entry carries everything that time, chance or rules produced, so that folding
//! reads no profile and no clock.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Acceptance, BerthPlan, Boarding, Breach, Distress, DistressEnd, Ended, Hold, Mirror, Organ, Permit, Requirement,
    ReviewState, Ship, TimeStatement, Words,
};
use crate::{Instant, Value, formality::Formality, matter, measure::Moved, priority::Priority};

/// What can stand in the journal of a ship call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// The agent opened the call.
    #[serde(rename = "call.opened")]
    Opened(Box<Opened>),
    /// What is due was assessed anew, and differs from before.
    #[serde(rename = "requirements.assessed")]
    Assessed {
        /// Everything that is due now.
        requirements: Vec<Requirement>,
        /// Until when organs that this adds to what stands filed must accept or return it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        acceptances: Vec<NewDesk>,
    },
    /// A version of a formality was filed. Not yet accepted for processing.
    #[serde(rename = "formality.filed")]
    Filed(Box<Filed>),
    /// The agent withdrew a formality.
    #[serde(rename = "formality.withdrawn")]
    Withdrawn {
        /// Which formality.
        formality: Formality,
        /// Why, in the agent's words.
        reason: Words,
    },
    /// An organ accepted a filing for processing (受理): its legal clock starts.
    #[serde(rename = "review.in_charge")]
    InCharge {
        /// Which formality.
        formality: Formality,
        /// Which organ.
        organ: Organ,
        /// Until when it must decide.
        decision_due: Option<Instant>,
        /// Calendar and its version by which the limit was reckoned.
        calendar: String,
        /// Set when the organ was silent until its limit: the filing counts as accepted since then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silent_until: Option<Instant>,
    },
    /// An organ decided, returned or mirrored a decision.
    #[serde(rename = "review.decided")]
    Decided {
        /// Which formality.
        formality: Formality,
        /// Which organ.
        organ: Organ,
        /// The filing's version that was decided on.
        version: u32,
        /// Returned, granted, granted with conditions or refused.
        outcome: ReviewState,
        /// The listed reason of a return or refusal; its words stand first among the words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Missing items, conditions or reason.
        words: Vec<Words>,
        /// Legal basis.
        law: String,
        /// Source, when decided in the organ's national system.
        mirror: Option<Mirror>,
    },
    /// A decision stands no longer, because what it rested on changed.
    #[serde(rename = "review.reopened")]
    Reopened {
        /// Which formality.
        formality: Formality,
        /// Which organ.
        organ: Organ,
        /// What changed.
        cause: String,
        /// Until when it must be accepted again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acceptance: Option<Acceptance>,
    },
    /// A legal clock stands still for a cause that the law lists.
    #[serde(rename = "clock.suspended")]
    Suspended {
        /// Which formality.
        formality: Formality,
        /// Which organ.
        organ: Organ,
        /// The listed cause.
        cause: String,
        /// Its legal basis.
        law: String,
    },
    /// A suspended clock runs again.
    #[serde(rename = "clock.resumed")]
    Resumed {
        /// Which formality.
        formality: Formality,
        /// Which organ.
        organ: Organ,
        /// The limit moved by the time of the suspension.
        decision_due: Option<Instant>,
    },
    /// A measure moved a limit: the clock stands still for some days, or is longer.
    #[serde(rename = "clock.moved")]
    ClockMoved(Box<Moved>),
    /// A limit passed unmet.
    #[serde(rename = "clock.passed")]
    Passed(Breach),
    /// An organ asked; all missing items at once.
    #[serde(rename = "question.asked")]
    Asked {
        /// 1 for the call's first.
        id: u32,
        /// Who asks.
        organ: Organ,
        /// About which formality.
        formality: Formality,
        /// Documents that hold the words of the items.
        items: Vec<String>,
        /// Until when an answer is wanted.
        due: Option<Instant>,
    },
    /// The agent answered one item.
    #[serde(rename = "question.answered")]
    Answered {
        /// The question.
        id: u32,
        /// The item, counted from 0.
        item: u32,
        /// The document that holds the answer.
        document: String,
    },
    /// The organ closed one item.
    #[serde(rename = "question.closed")]
    Closed {
        /// The question.
        id: u32,
        /// The item, counted from 0.
        item: u32,
    },
    /// A hold was placed.
    #[serde(rename = "hold.placed")]
    HoldPlaced(Box<Hold>),
    /// A hold was lifted by its authority.
    #[serde(rename = "hold.lifted")]
    HoldLifted {
        /// The hold.
        id: u32,
        /// The authority's reference.
        reference: String,
        /// Who recorded it here, when the authority has no desk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recorder: Option<String>,
    },
    /// A boarding was ordered, with its listed ground.
    #[serde(rename = "boarding.ordered")]
    BoardingOrdered(Box<Boarding>),
    /// A boarding was finished.
    #[serde(rename = "boarding.finished")]
    BoardingFinished {
        /// The boarding.
        id: u32,
        /// Its result, in words.
        result: Words,
    },
    /// A permit was issued.
    #[serde(rename = "permit.issued")]
    PermitIssued(Box<Permit>),
    /// A permit must be examined again: she has not sailed in time, or facts changed.
    #[serde(rename = "permit.reexamination_due")]
    ReexaminationDue {
        /// The permit's number.
        number: String,
        /// What changed.
        cause: String,
    },
    /// Maritime safety, with the others consulted, confirmed a permit without redoing the formalities.
    #[serde(rename = "permit.confirmed")]
    PermitConfirmed {
        /// The permit's number.
        number: String,
        /// Until when it holds now.
        until: Instant,
        /// Organs that were consulted.
        consulted: Vec<Organ>,
    },
    /// A time was stated.
    #[serde(rename = "time.stated")]
    TimeStated(TimeStatement),
    /// The port group planned a berth.
    #[serde(rename = "berth.planned")]
    BerthPlanned(BerthPlan),
    /// The call goes first, by a measure.
    #[serde(rename = "priority.granted")]
    PriorityGranted {
        /// 1 for the call's first.
        id: u32,
        /// What was granted.
        priority: Box<Priority>,
        /// Why, in the approver's words.
        words: Words,
    },
    /// A priority was taken back: the queues are put in order again.
    #[serde(rename = "priority.ended")]
    PriorityEnded {
        /// The priority.
        id: u32,
        /// Who ended it.
        organ: Organ,
        /// Why.
        words: Words,
    },
    /// Another firm answers for the call.
    #[serde(rename = "agent.changed")]
    AgentChanged {
        /// The firm that answers from now on.
        agent: String,
    },
    /// The ship entered in distress; authorities were told at once.
    #[serde(rename = "distress.reported")]
    Distress(Box<Distress>),
    /// An authority that was told of the distress says that it knows.
    #[serde(rename = "distress.acknowledged")]
    DistressAcknowledged {
        /// Which authority.
        organ: Organ,
    },
    /// The distress is over, by the word of the organ that the table names.
    #[serde(rename = "distress.ended")]
    DistressEnded(Box<DistressEnd>),
    /// She sailed while something stood against it. The departure is a fact; that she was not cleared is one as well.
    #[serde(rename = "departure.uncleared")]
    SailedUncleared {
        /// Codes of what stood against it.
        unmet: Vec<String>,
        /// The organs that are told.
        told: Vec<Organ>,
    },
    /// An organ that was told of an uncleared departure says what it does about it, or that she has not sailed at all.
    #[serde(rename = "departure.noted")]
    DepartureNoted {
        /// Which organ.
        organ: Organ,
        /// True when the statement was wrong: she lies in the port, and the call goes on.
        in_error: bool,
        /// What is done about it, or how the mistake was found.
        words: Words,
    },
    /// The call was cancelled, or the ship diverted.
    #[serde(rename = "call.ended")]
    Ended(Ended),
}

/// An organ that a new assessment adds to what stands filed, and until when it must accept or return it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewDesk {
    /// Which formality.
    pub formality: Formality,
    /// Which organ.
    pub organ: Organ,
    /// Its limit.
    pub acceptance: Acceptance,
}

/// What opens a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The call's number.
    pub number: String,
    /// UN/LOCODE of the port.
    pub port: String,
    /// The firm that opens it.
    pub agent: String,
    /// The ship.
    pub ship: Ship,
    /// Kind of call.
    pub kind: String,
    /// The facts known at the start.
    pub facts: BTreeMap<String, Value>,
    /// The call from which it was copied.
    pub copied_from: Option<Copied>,
    /// What happened, for a ship that comes in distress; the journal keeps it as the distress report that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Words>,
    /// The version of the ship's record that `ship` was taken from; 0 in calls of the first release, which did not say.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub ship_record: i64,
    /// How many other calls of this ship stood open here at overlapping times: whoever opened this one was told. Their
    /// numbers are not another firm's business.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub beside: i64,
}

/// True for what is not written down.
pub(super) fn is_nought(number: &i64) -> bool {
    *number == 0
}

/// From where a call was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// The earlier call's number.
    pub number: String,
    /// Formalities whose content was carried over as drafts.
    pub formalities: Vec<Formality>,
}

/// A version of a formality, filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// Which formality.
    pub formality: Formality,
    /// 1 for the first.
    pub version: u32,
    /// The sealed document.
    pub document: String,
    /// Salted digest of the content, hexadecimal.
    pub digest: String,
    /// The sealed document of the file from which it was read, as it came. Several filings can come of one file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// Facts it brings to the call; none of them personal.
    pub facts: BTreeMap<String, Value>,
    /// The organs that must look at this version.
    pub organs: Vec<Organ>,
    /// Number of warnings with which it was accepted.
    pub warnings: u32,
    /// Until when each of them must accept or return it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
}

impl matter::Entry for Entry {
    fn v(&self) -> u16 {
        if self.has_words() { 2 } else { 1 }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(
            self,
            Entry::Passed(_)
                | Entry::ClockMoved(_)
                | Entry::InCharge { silent_until: Some(_), .. }
                | Entry::Assessed { .. }
        )
    }

    fn is_first_step(&self) -> bool {
        matches!(self, Entry::InCharge { .. } | Entry::Closed { .. })
    }

    fn kind(&self) -> &'static str {
        match self {
            Entry::Opened(_) => "call.opened",
            Entry::Assessed { .. } => "requirements.assessed",
            Entry::Filed(_) => "formality.filed",
            Entry::Withdrawn { .. } => "formality.withdrawn",
            Entry::InCharge { .. } => "review.in_charge",
            Entry::Decided { .. } => "review.decided",
            Entry::Reopened { .. } => "review.reopened",
            Entry::Suspended { .. } => "clock.suspended",
            Entry::Resumed { .. } => "clock.resumed",
            Entry::ClockMoved(_) => "clock.moved",
            Entry::Passed(_) => "clock.passed",
            Entry::Asked { .. } => "question.asked",
            Entry::Answered { .. } => "question.answered",
            Entry::Closed { .. } => "question.closed",
            Entry::HoldPlaced(_) => "hold.placed",
            Entry::HoldLifted { .. } => "hold.lifted",
            Entry::BoardingOrdered(_) => "boarding.ordered",
            Entry::BoardingFinished { .. } => "boarding.finished",
            Entry::PermitIssued(_) => "permit.issued",
            Entry::ReexaminationDue { .. } => "permit.reexamination_due",
            Entry::PermitConfirmed { .. } => "permit.confirmed",
            Entry::TimeStated(_) => "time.stated",
            Entry::BerthPlanned(_) => "berth.planned",
            Entry::PriorityGranted { .. } => "priority.granted",
            Entry::PriorityEnded { .. } => "priority.ended",
            Entry::AgentChanged { .. } => "agent.changed",
            Entry::Distress(_) => "distress.reported",
            Entry::DistressAcknowledged { .. } => "distress.acknowledged",
            Entry::DistressEnded(_) => "distress.ended",
            Entry::SailedUncleared { .. } => "departure.uncleared",
            Entry::DepartureNoted { .. } => "departure.noted",
            Entry::Ended(_) => "call.ended",
        }
    }
}
