//! Appointments of the hall: the slots' guard, and who has a place or waits for one.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError, vault};

/// An appointment, or somebody who waits for one. Who it is stands beside it, sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointment {
    /// Its identifier.
    pub id: Uuid,
    /// The service.
    pub service: String,
    /// The line of the hall.
    pub line: String,
    /// The day in the port, `2026-11-27`.
    pub day: String,
    /// The desk; empty while none is given.
    pub desk: String,
    /// When it begins, microseconds UTC; 0 while no time is given.
    pub at: i64,
    /// `booked`, `waiting`, `asked` (outside the hours), `refused`, `cancelled`, `came`, `missed`.
    pub state: String,
    /// The firm; empty without an account.
    pub firm: String,
    /// Digest of how it can be reached, by which places are counted.
    pub contact: Vec<u8>,
    /// Digest of the secret that opens it.
    pub secret: [u8; 32],
    /// The key goods for which hours outside the calendar are asked; empty for none.
    pub goods: String,
    /// When it was made.
    pub made_at: i64,
    /// When it last changed.
    pub changed_at: i64,
    /// Raised with each change, for calendars (RFC 5545).
    pub sequence: i64,
    /// When its reminder went out.
    pub reminded_at: Option<i64>,
}

const COLUMNS: &str =
    "id, service, line, day, desk, at, state, firm, contact, secret, goods, made_at, changed_at, sequence, reminded_at";

impl Store {
    /// Adds an appointment.
    pub fn new_appointment_side(&self, of: &Appointment) -> Side {
        let sql = "insert into appointments (port, id, service, line, day, desk, at, state, firm, contact, secret, goods, \
                   made_at, changed_at, sequence, reminded_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        let values = params![
            self.port(),
            of.id,
            of.service.as_str(),
            of.line.as_str(),
            of.day.as_str(),
            of.desk.as_str(),
            of.at,
            of.state.as_str(),
            of.firm.as_str(),
            of.contact.clone(),
            of.secret.to_vec(),
            of.goods.as_str(),
            of.made_at,
            of.changed_at,
            of.sequence,
            of.reminded_at
        ];
        Side(Stmt::new(sql, values))
    }

    /// Takes a place of a slot. The transaction is undone when it has no more than `capacity`.
    pub fn take_slot_side(&self, desk: &str, at: i64, capacity: i64) -> Side {
        let sql = "insert into hall_slots (port, desk, at, taken) select $1, $2, $3, 1 where $4 > 0 \
                   on conflict (port, desk, at) do update set taken = hall_slots.taken + 1 \
                   where hall_slots.taken < $4 returning taken";
        Side(Stmt::must(sql, params![self.port(), desk, at, capacity], 1))
    }

    /// Gives a place back.
    pub fn free_slot_side(&self, desk: &str, at: i64) -> Side {
        let sql = "update hall_slots set taken = taken - 1 where port = $1 and desk = $2 and at = $3 and taken > 0 \
                   returning taken";
        Side(Stmt::must(sql, params![self.port(), desk, at], 1))
    }

    /// Moves an appointment on from what it was read as; undone when somebody else did so before.
    pub fn change_appointment_side(&self, before: &Appointment, after: &Appointment) -> Side {
        let sql = "update appointments set day = $4, desk = $5, at = $6, state = $7, changed_at = $8, \
                   sequence = sequence + 1, reminded_at = $9 where port = $1 and id = $2 and sequence = $3 returning id";
        let values = params![
            self.port(),
            before.id,
            before.sequence,
            after.day.as_str(),
            after.desk.as_str(),
            after.at,
            after.state.as_str(),
            after.changed_at,
            after.reminded_at
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// Notes that a reminder went out.
    ///
    /// # Errors
    /// When the store cannot be written or read, as for all functions here.
    pub async fn mark_reminded(&self, id: Uuid, at: i64) -> Result<(), StoreError> {
        let sql = "update appointments set reminded_at = $3 where port = $1 and id = $2";
        self.write_one("reminder", sql, params![self.port(), id, at]).await.map(drop)
    }

    /// The appointment of a secret.
    pub async fn appointment_by_secret(&self, secret: [u8; 32]) -> Result<Option<Appointment>, StoreError> {
        let sql = format!("select {COLUMNS} from appointments where port = $1 and secret = $2");
        self.query(&sql, &params![self.port(), secret.to_vec()]).await?.pop().map(appointment).transpose()
    }

    /// An appointment.
    pub async fn appointment(&self, id: Uuid) -> Result<Option<Appointment>, StoreError> {
        let sql = format!("select {COLUMNS} from appointments where port = $1 and id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(appointment).transpose()
    }

    /// The appointments of a day, and who waits for it, in the order of their times.
    pub async fn appointments_of(&self, day: &str) -> Result<Vec<Appointment>, StoreError> {
        let sql =
            format!("select {COLUMNS} from appointments where port = $1 and day = $2 order by at, desk, made_at, id");
        self.query(&sql, &params![self.port(), day]).await?.into_iter().map(appointment).collect()
    }

    /// Who asks for hours outside the calendar and was not answered, the oldest first.
    pub async fn asked_appointments(&self) -> Result<Vec<Appointment>, StoreError> {
        let sql = format!("select {COLUMNS} from appointments where port = $1 and state = 'asked' order by at, id");
        self.query(&sql, &[self.port_param()]).await?.into_iter().map(appointment).collect()
    }

    /// The appointments of a firm, the latest first.
    pub async fn appointments_of_firm(&self, firm: &str, limit: i64) -> Result<Vec<Appointment>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from appointments where port = $1 and firm = $2 and firm <> '' order by at desc, id limit $3"
        );
        self.query(&sql, &params![self.port(), firm, limit]).await?.into_iter().map(appointment).collect()
    }

    /// How many places one contact holds or waits for, from an instant on.
    pub async fn places_of(&self, contact: &[u8], day: &str) -> Result<i64, StoreError> {
        let sql = "select count(*) from appointments where port = $1 and contact = $2 and day >= $3 \
                   and state in ('booked', 'waiting', 'asked')";
        self.query(sql, &params![self.port(), contact.to_vec(), day]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Booked appointments that begin between two instants, the second excluded.
    pub async fn booked_between(&self, from: i64, until: i64) -> Result<Vec<Appointment>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from appointments where port = $1 and state = 'booked' and at >= $2 and at < $3 order by at, id"
        );
        self.query(&sql, &params![self.port(), from, until]).await?.into_iter().map(appointment).collect()
    }

    /// Who waits for a day before this one, or asked for hours that began before an instant and was not answered.
    pub async fn unanswered_before(&self, day: &str, at: i64) -> Result<Vec<Appointment>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from appointments where port = $1 and ((state = 'waiting' and day < $2) \
             or (state = 'asked' and at < $3)) order by day, id"
        );
        self.query(&sql, &params![self.port(), day, at]).await?.into_iter().map(appointment).collect()
    }

    /// How many places of each slot are taken between two instants: desk, beginning, number.
    pub async fn slots_taken(&self, from: i64, until: i64) -> Result<Vec<(String, i64, i64)>, StoreError> {
        let sql = "select desk, at, taken from hall_slots where port = $1 and at >= $2 and at < $3 order by desk, at";
        let rows = self.query(sql, &params![self.port(), from, until]).await?;
        rows.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?, row.int(2)?))).collect()
    }

    /// The digest of how somebody can be reached, under a secret of this store: places are counted by it, and nobody finds the
    /// number or address by it who has the rows alone.
    pub fn contact_digest(&self, contact: &str) -> Vec<u8> {
        self.subject_digest(&format!("hall/{contact}")).to_vec()
    }

    /// Removes what the hall keeps of persons that belongs to rows from before an instant.
    pub async fn sweep_hall_words(&self, before: Uuid) -> Result<(), StoreError> {
        self.write_one("hall", "delete from hall_words where port = $1 and id < $2", params![self.port(), before])
            .await
            .map(drop)
    }

    /// Seals what the hall keeps of a person, by the row that it belongs to.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn hall_words_side(&self, id: Uuid, bytes: &[u8]) -> Result<Side, StoreError> {
        let options = &self.0.options;
        let sealed = vault::seal_small(&options.master_key, &options.chance, &context(id), bytes)?;
        let sql = "insert into hall_words (port, id, sealed) values ($1, $2, $3) \
                   on conflict (port, id) do update set sealed = excluded.sealed";
        Ok(Side(Stmt::new(sql, params![self.port(), id, sealed])))
    }

    /// The same by itself.
    pub async fn change_words(&self, id: Uuid, bytes: &[u8]) -> Result<(), StoreError> {
        self.write("hall", vec![self.hall_words_side(id, bytes)?.0]).await.map(drop)
    }

    /// What the hall keeps of a person.
    pub async fn hall_words(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select sealed from hall_words where port = $1 and id = $2";
        let Some(mut row) = self.query(sql, &params![self.port(), id]).await?.pop() else { return Ok(None) };
        vault::open_small(&self.0.options.master_key, &context(id), &row.bytes(0)?).map(Some)
    }
}

/// Binds a ciphertext to its row.
pub(crate) fn context(id: Uuid) -> Vec<u8> {
    [b"hall".as_slice(), id.as_bytes()].concat()
}

fn appointment(mut row: Row) -> Result<Appointment, StoreError> {
    Ok(Appointment {
        id: row.uuid(0)?,
        service: row.text(1)?,
        line: row.text(2)?,
        day: row.text(3)?,
        desk: row.text(4)?,
        at: row.int(5)?,
        state: row.text(6)?,
        firm: row.text(7)?,
        contact: row.bytes(8)?,
        secret: row.hash(9)?,
        goods: row.text(10)?,
        made_at: row.int(11)?,
        changed_at: row.int(12)?,
        sequence: row.int(13)?,
        reminded_at: row.opt_int(14)?,
    })
}
