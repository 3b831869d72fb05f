//! What can be asked of a ship call.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Mirror, Opened, Organ, Phase, ReviewState, TimeKind, Words};
use crate::{Instant, Value, formality::Formality};

/// What can be asked of a ship call.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Opens the call.
    Open(Box<Opened>),
    /// Files a version of a formality. Its content was checked and sealed beforehand.
    File {
        /// Which formality.
        formality: Formality,
        /// The sealed document.
        document: String,
        /// Its salted digest.
        digest: String,
        /// The sealed document of the file from which it was read, as it came; none for a form or a request.
        original: Option<String>,
        /// Facts it brings.
        facts: BTreeMap<String, Value>,
        /// Number of warnings.
        warnings: u32,
    },
    /// Withdraws a formality.
    Withdraw {
        /// Which formality.
        formality: Formality,
        /// Why.
        reason: Words,
    },
    /// Accepts a filing for processing (受理).
    TakeInCharge {
        /// Which formality.
        formality: Formality,
    },
    /// Decides on a filing: grant, grant with conditions, return with everything that is missing, refuse.
    Decide {
        /// Which formality.
        formality: Formality,
        /// What is decided.
        outcome: ReviewState,
        /// A listed reason of a return or refusal, which brings words and legal basis of its own.
        reason: Option<String>,
        /// Conditions, missing items or reason.
        words: Vec<Words>,
        /// Legal basis.
        law: String,
        /// Source, when it was decided in the national system.
        mirror: Option<Mirror>,
    },
    /// Stops the legal clock for a listed cause.
    Suspend {
        /// Which formality.
        formality: Formality,
        /// The listed cause.
        cause: String,
    },
    /// Lets a suspended clock run again.
    Resume {
        /// Which formality.
        formality: Formality,
    },
    /// Asks for all missing items at once; their words are sealed documents.
    Ask {
        /// About which formality.
        formality: Formality,
        /// Documents with the items' words.
        items: Vec<String>,
        /// Until when.
        due: Option<Instant>,
    },
    /// Answers one item.
    Answer {
        /// The question.
        question: u32,
        /// The item, from 0.
        item: u32,
        /// The document with the answer.
        document: String,
    },
    /// Closes one item.
    CloseItem {
        /// The question.
        question: u32,
        /// The item, from 0.
        item: u32,
    },
    /// Places a hold.
    PlaceHold {
        /// Kind, a row of the table of holds.
        kind: String,
        /// Its ground.
        ground: Words,
        /// The issuer's reference.
        reference: String,
    },
    /// Places the hold that a crew case of a kind brings with it: who reports that somebody is missing keeps her here.
    ReportHold {
        /// The kind of case, a row of the table `crew-case-kinds`.
        case: String,
        /// The case's number.
        reference: String,
    },
    /// Lifts a hold.
    LiftHold {
        /// The hold.
        hold: u32,
        /// The authority's reference.
        reference: String,
    },
    /// Orders a boarding on a listed ground.
    OrderBoarding {
        /// For entry or for exit.
        phase: Phase,
        /// The listed ground.
        ground: String,
        /// The reason in words, which some grounds ask for.
        words: Words,
    },
    /// Finishes a boarding.
    FinishBoarding {
        /// The boarding.
        boarding: u32,
        /// Its result.
        result: Words,
    },
    /// Confirms a permit whose re-examination is due, the others having been consulted.
    ConfirmPermit {
        /// The permit's number.
        number: String,
        /// Organs consulted.
        consulted: Vec<Organ>,
    },
    /// Orders that the exit formalities be done again.
    RedoExit {
        /// The permit's number.
        number: String,
    },
    /// States a time.
    StateTime {
        /// The event.
        event: String,
        /// Estimated, requested, planned or actual.
        kind: TimeKind,
        /// The time.
        at: Instant,
        /// The statement to which it replies.
        replies_to: Option<u32>,
        /// SMDG delay reason code.
        delay_reason: Option<String>,
    },
    /// Plans a berth.
    PlanBerth {
        /// The berth's code.
        berth: String,
        /// From when.
        from: Instant,
        /// Until when.
        until: Instant,
        /// Calls, by number, that are planned for the same berth at that time: the planner knows of them.
        beside: Vec<String>,
    },
    /// Puts the call first, by a measure.
    GrantPriority {
        /// By which measure.
        measure: String,
        /// What the measure's table asks.
        facts: BTreeMap<String, Value>,
        /// The application that was granted, and the day of its event; none where an organ grants it of its own accord, on
        /// the day of her arrival.
        application: Option<(String, Date)>,
        /// Why, in the approver's words; a granted application has words of its own.
        words: Words,
    },
    /// Takes a priority back.
    EndPriority {
        /// The priority.
        priority: u32,
        /// Why.
        words: Words,
        /// The application by whose end it ends; none where its approver ends it.
        application: Option<String>,
    },
    /// Another firm answers for the call.
    ChangeAgent {
        /// The new agent's code.
        agent: String,
    },
    /// Reports distress.
    ReportDistress {
        /// What happened.
        report: Words,
    },
    /// Says that an authority knows of the distress that it was told of.
    AcknowledgeDistress,
    /// Says that the distress is over, and how.
    EndDistress {
        /// How, a row of the table `distress-ends`.
        outcome: String,
        /// What there is to say of it.
        words: Words,
    },
    /// Says what an organ does about a departure that was not cleared, or that she has not sailed.
    NoteDeparture {
        /// True when she has not sailed: the statement was wrong.
        in_error: bool,
        /// What is done, or how the mistake was found.
        words: Words,
    },
    /// Cancels the call, or diverts the ship.
    End {
        /// Where she goes instead.
        diverted_to: Option<String>,
        /// Why.
        reason: Words,
    },
    /// A clock fires, effective at the instant at which it was due.
    Fire {
        /// The clock's name.
        clock: String,
        /// The instant at which it was due.
        due: Instant,
    },
}
