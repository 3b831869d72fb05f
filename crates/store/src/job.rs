//! What is written in one transaction: matters with their journal entries, documents, the receipt's statement, events.

use bytes::Bytes;
use uuid::Uuid;

use crate::stmt::Stmt;
use crate::vault::Sealed;

/// One act: all of it is written, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Makes a retry give the first answer again.
    pub key: Option<IdempotencyKey>,
    /// The matters that the act touches, each once.
    pub matters: Vec<MatterWrite>,
    /// Documents that [`crate::Store::seal`] made.
    pub documents: Vec<Sealed>,
    /// What the receipt says.
    pub receipt: Statement,
    /// News for feeds and webhooks, at most 1,000.
    pub events: Vec<Event>,
    /// Small writes that belong to the act, for example the draft that it used up.
    pub side: Vec<Side>,
    /// The receipt's identifier, where one of the small writes names it; otherwise a new one.
    pub receipt_id: Option<Uuid>,
}

/// The client's key for one act, within principal and route.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Who acts.
    pub principal: String,
    /// By which route.
    pub route: String,
    /// The client's own key.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body_digest: [u8; 32],
}

/// What a receipt states, apart from its identifier and the port.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// What was received, without personal data.
    pub what: String,
    /// When, microseconds UTC.
    pub received_at: i64,
    /// SHA-256 of the bytes received.
    pub digest: [u8; 32],
}

/// A matter as it stands after the act.
#[derive(Clone, Debug, Default)]
pub struct MatterWrite {
    /// Its identifier, a UUIDv7.
    pub id: Uuid,
    /// Its kind, for example `ship_call`.
    pub kind: &'static str,
    /// The version on which the act was decided; 0 for a new matter.
    pub read_version: i64,
    /// What lists show.
    pub row: MatterRow,
    /// What they showed before; `None` when that is not known, and then every index is written.
    pub row_before: Option<MatterRow>,
    /// Hash of the code that folded the snapshot.
    pub fold: String,
    /// The fold of the journal.
    pub snapshot: Vec<u8>,
    /// What is appended, at least one; each raises the version by one.
    pub entries: Vec<EntryWrite>,
    /// Tasks that are new or changed.
    pub tasks: Vec<TaskWrite>,
    /// Tasks that are no more: organ and step.
    pub tasks_gone: Vec<(String, String)>,
    /// Clocks that are new or changed.
    pub clocks: Vec<ClockWrite>,
    /// Clocks that run no more, as they stood; one that was moved to another instant is among them.
    pub clocks_gone: Vec<ClockWrite>,
    /// All tokens by which search finds the matter; `None` leaves them as they are.
    pub tokens: Option<Vec<String>>,
    /// All firms besides `row.firm` that may see the matter; `None` leaves them as they are.
    pub parties: Option<Vec<String>>,
}

/// The columns of a matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatterRow {
    /// Number for people, unique in the port.
    pub number: String,
    /// The firm whose matter it is; empty for the port's own.
    pub firm: String,
    /// Words for lists.
    pub title: String,
    /// What it is about, for example an IMO number; may be empty.
    pub subject_key: String,
    /// State.
    pub state: String,
    /// Who holds it.
    pub holder: String,
    /// Until when, microseconds UTC.
    pub due_at: Option<i64>,
    /// Begin of what it is about, for example the arrival.
    pub starts_at: Option<i64>,
    /// Its end.
    pub ends_at: Option<i64>,
    /// Where, for example a berth; may be empty.
    pub place: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// One entry of a journal.
#[derive(Clone, Debug, Default)]
pub struct EntryWrite {
    /// Kind, for example `filed`.
    pub kind: &'static str,
    /// Version of the kind's form.
    pub v: u16,
    /// When it holds, microseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// For whom, when not for oneself.
    pub on_behalf: Option<String>,
    /// By which way it came.
    pub channel: String,
    /// The entry itself.
    pub bytes: Vec<u8>,
}

/// A step that an organ has to take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskWrite {
    /// The organ.
    pub organ: String,
    /// The step, unique within matter and organ.
    pub step: String,
    /// Its state.
    pub state: String,
    /// True while the organ has something to do; only such tasks stand in its queue.
    pub open: bool,
    /// Since when it is in that state.
    pub since: i64,
    /// Until when.
    pub due_at: Option<i64>,
    /// Words for the queue.
    pub note: String,
    /// True for what stands before everything else in its queue, whatever is overdue there.
    pub first: bool,
    /// The rank by which it comes before what has none; the lowest goes first.
    pub rank: Option<u32>,
}

/// The place in a queue of what stands before everything else.
pub(crate) const FIRST: i64 = i64::MIN;
/// The places of what has a rank: after the first, before every instant. Each rank has room for all instants.
const RANKS: i64 = i64::MIN / 2;
const ROOM: u32 = 53;
const LAST_RANK: i64 = 255;

impl TaskWrite {
    /// Its place in the queue.
    pub(crate) fn sort(&self) -> i64 {
        match self.rank {
            _ if self.first => FIRST,
            Some(rank) => {
                let due = self.due_at.unwrap_or(i64::MAX).clamp(0, (1 << ROOM) - 1);
                RANKS + (i64::from(rank).min(LAST_RANK) << ROOM) + due
            }
            None => self.due_at.unwrap_or(i64::MAX),
        }
    }
}

/// The rank that a place in a queue says.
pub(crate) fn rank_of(sort: i64) -> Option<u32> {
    let rank = sort.checked_sub(RANKS).filter(|of| *of >= 0)? >> ROOM;
    u32::try_from(rank).ok().filter(|_| rank <= LAST_RANK)
}

/// An instant at which something falls due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockWrite {
    /// Which clock.
    pub clock: String,
    /// Which of its steps.
    pub step: String,
    /// When, microseconds UTC.
    pub due_at: i64,
}

/// News of a matter, told only behind the sequenced position.
#[derive(Clone, Debug)]
pub struct Event {
    /// Kind, for example `call.cleared`.
    pub kind: String,
    /// The matter, whose reach decides who hears it.
    pub matter: Uuid,
    /// JSON.
    pub data: String,
}

/// A small write in the transaction of a job; made by the functions of this crate that end in `_side`.
#[derive(Clone, Debug)]
pub struct Side(pub(crate) Stmt);

/// The answer to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The receipt's file.
    pub receipt: Bytes,
    /// The receipt's identifier.
    pub receipt_id: Uuid,
    /// True when the key was known and this is the first answer again.
    pub replayed: bool,
}
