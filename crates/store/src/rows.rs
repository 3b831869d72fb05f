//! Rows of matters, their journals and their events, as readers get them.

use uuid::Uuid;

use crate::packed;
use crate::param::Row;
use crate::select::Order;
use crate::{MatterRow, StoreError};

/// A matter as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its identifier.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Number of its entries.
    pub version: i64,
    /// What lists show.
    pub row: MatterRow,
    /// Hash of the code that folded the snapshot.
    pub fold: String,
    /// The fold of its journal; empty in lists.
    pub snapshot: Vec<u8>,
}

/// An entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Its number, from 1.
    pub seq: i64,
    /// Kind.
    pub kind: String,
    /// Version of the kind's form.
    pub v: i64,
    /// When it holds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// For whom.
    pub on_behalf: Option<String>,
    /// By which way.
    pub channel: String,
    /// The receipt that covers it.
    pub receipt: Uuid,
    /// The entry itself.
    pub bytes: Vec<u8>,
}

/// An event behind the sequenced position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place; ask for what comes after it.
    pub position: i64,
    /// Kind.
    pub kind: String,
    /// The matter.
    pub matter: Uuid,
    /// JSON.
    pub data: String,
    /// When its batch was committed.
    pub at: i64,
}

/// Where a page of a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Value of the order's column; 0 for [`Order::Newest`].
    pub key: i64,
    /// Identifier of the last matter.
    pub id: Uuid,
}

impl Stored {
    /// Where a page in that order goes on that ends here.
    pub fn cursor(&self, order: Order) -> Cursor {
        let key = match order {
            Order::Newest => 0,
            Order::Due => self.row.due_at.unwrap_or(i64::MAX),
            Order::Starts => self.row.starts_at.unwrap_or(i64::MAX),
            Order::Ends => self.row.ends_at.unwrap_or(i64::MAX),
        };
        Cursor { key, id: self.id }
    }
}

/// A matter from the columns of a list, with its snapshot if it follows them.
pub(crate) fn stored(mut row: Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: row.uuid(0)?,
        kind: row.text(1)?,
        version: row.int(2)?,
        row: MatterRow {
            number: row.text(3)?,
            firm: row.text(4)?,
            title: row.text(5)?,
            subject_key: row.text(6)?,
            state: row.text(7)?,
            holder: row.text(8)?,
            due_at: row.opt_int(9)?,
            starts_at: row.opt_int(10)?,
            ends_at: row.opt_int(11)?,
            place: row.text(12)?,
            opened_at: row.int(13)?,
            updated_at: row.int(14)?,
        },
        fold: row.text(15)?,
        snapshot: if row.0.len() > 16 { packed::unpack(row.bytes(16)?)? } else { Vec::new() },
    })
}

/// An entry from its columns.
pub(crate) fn entry(mut row: Row) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        seq: row.int(0)?,
        kind: row.text(1)?,
        v: row.int(2)?,
        at: row.int(3)?,
        actor: row.text(4)?,
        on_behalf: row.opt_text(5)?,
        channel: row.text(6)?,
        receipt: row.uuid(7)?,
        bytes: row.bytes(8)?,
    })
}
