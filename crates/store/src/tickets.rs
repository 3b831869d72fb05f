//! Numbers of the hall's queue. They are plain rows: a number is a place in a day's line, nothing is decided by it, and a
//! number that is lost is drawn again. Each step is one statement that names what it rests on, so that two clerks never
//! call one number.

use uuid::Uuid;

use crate::param::{Param, Row, params};
use crate::stmt::Stmt;
use crate::{Store, StoreError};

/// A number of a day's queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    /// Its identifier.
    pub id: Uuid,
    /// The day in the port, `2026-11-27`.
    pub day: String,
    /// The line, a letter.
    pub line: String,
    /// Its number in that line and day, from 1.
    pub number: i64,
    /// The service; empty when none was chosen.
    pub service: String,
    /// `waiting`, `called`, `serving`, `done`, `skipped`, `left`.
    pub state: String,
    /// The desk that called it.
    pub desk: String,
    /// The clerk who called it.
    pub clerk: String,
    /// Who comes before whom: 0 with an appointment whose time has come, 1 else.
    pub rank: i64,
    /// When it was drawn, microseconds UTC.
    pub issued_at: i64,
    /// When it was last called.
    pub called_at: Option<i64>,
    /// When the visit began.
    pub began_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// How often it was called.
    pub calls: i64,
    /// The appointment with which the visitor came.
    pub appointment: Option<Uuid>,
}

const COLUMNS: &str = "id, day, line, number, service, state, desk, clerk, rank, issued_at, called_at, began_at, ended_at, calls, appointment";

/// No desk serves more lines.
pub const MOST_LINES: usize = 6;

impl Store {
    /// Draws the next number of a line; gives it. Somebody with an appointment has one number for it.
    ///
    /// # Errors
    /// When the store cannot be written or read, as for all functions here.
    pub async fn draw_ticket(&self, of: &Ticket, secret: [u8; 32]) -> Result<i64, StoreError> {
        let sql = "insert into tickets (port, id, day, line, number, service, state, desk, clerk, secret, rank, issued_at, \
                   called_at, began_at, ended_at, calls, appointment) \
                   select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, 'waiting', '', '', $6, $7, $8, null, null, \
                   null, 0, $9 from tickets where port = $1 and day = $3 and line = $4 returning number";
        let values = params![
            self.port(),
            of.id,
            of.day.as_str(),
            of.line.as_str(),
            of.service.as_str(),
            secret.to_vec(),
            of.rank,
            of.issued_at,
            of.appointment.map(|id| id.as_bytes().to_vec())
        ];
        let rows = self.write_one("ticket", sql, values).await?;
        rows.first().map_or_else(|| Err(StoreError::Broken("no number was drawn".into())), |row| row.int(0))
    }

    /// Calls the next of these lines to a desk; none when nobody waits, or when the clerk has a number before her.
    pub async fn call_next(
        &self,
        day: &str,
        lines: &[String],
        (desk, clerk): (&str, &str),
        now: i64,
    ) -> Result<Option<Ticket>, StoreError> {
        let sql = "update tickets set state = 'called', desk = $3, clerk = $4, called_at = $5, calls = calls + 1 \
                   where port = $1 and state = 'waiting' and id = (select id from tickets where port = $1 and day = $2 \
                   and state = 'waiting' and line in ($6, $7, $8, $9, $10, $11) order by rank, issued_at, number, line \
                   limit 1) and not exists (select 1 from tickets o where o.port = $1 and o.day = $2 and o.clerk = $4 and \
                   o.state in ('called', 'serving')) returning id, day, line, number, service, state, desk, clerk, rank, issued_at, called_at, \
                   began_at, ended_at, calls, appointment";
        let mut values: Vec<Param> = params![self.port(), day, desk, clerk, now].to_vec();
        values.extend((0..MOST_LINES).map(|nth| lines.get(nth).map_or("", String::as_str).into()));
        // One calls after the other, also where transactions run side by side: the second sees whom the first called.
        let turn = "insert into counters (port, name, value) values ($1, $2, 1) \
                    on conflict (port, name) do update set value = counters.value + 1";
        let turn = Stmt::new(turn, params![self.port(), "hall/calls"]);
        let mut rows = self.write("ticket", vec![turn, Stmt::new(sql, values)]).await?;
        rows.pop().and_then(|mut called| called.pop()).map(ticket).transpose()
    }

    /// Brings a number from one of two states to another, as long as this clerk has it; false when she has not.
    pub async fn move_ticket(
        &self,
        id: Uuid,
        clerk: &str,
        from: (&str, &str),
        to: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let sql = "update tickets set state = $6, \
                   called_at = case when $6 = 'called' then $7 else called_at end, \
                   calls = case when $6 = 'called' then calls + 1 else calls end, \
                   began_at = case when $6 = 'serving' then $7 else began_at end, \
                   ended_at = case when $6 in ('done', 'skipped', 'left') then $7 else ended_at end \
                   where port = $1 and id = $2 and clerk = $3 and state in ($4, $5) returning id";
        let values = params![self.port(), id, clerk, from.0, from.1, to, now];
        Ok(!self.write_one("ticket", sql, values).await?.is_empty())
    }

    /// Puts a number into another line, before those who come after the instant at which it was drawn.
    pub async fn transfer_ticket(&self, id: Uuid, clerk: &str, line: &str) -> Result<bool, StoreError> {
        // In its new line it has the next number: the old one may be taken there.
        let sql = "update tickets set state = 'waiting', line = $4, desk = '', clerk = '', \
                   number = (select coalesce(max(o.number), 0) + 1 from tickets o where o.port = $1 and o.day = tickets.day \
                   and o.line = $4) where port = $1 and id = $2 and clerk = $3 and state in ('called', 'serving') \
                   and line <> $4 returning id";
        Ok(!self.write_one("ticket", sql, params![self.port(), id, clerk, line]).await?.is_empty())
    }

    /// Puts a number that was passed over back into its line.
    pub async fn requeue_ticket(&self, id: Uuid) -> Result<bool, StoreError> {
        let sql = "update tickets set state = 'waiting', desk = '', clerk = '', calls = 0, ended_at = null \
                   where port = $1 and id = $2 and state = 'skipped' returning id";
        Ok(!self.write_one("ticket", sql, params![self.port(), id]).await?.is_empty())
    }

    /// Its holder gives a number back while it waits.
    pub async fn leave_ticket(&self, secret: [u8; 32], now: i64) -> Result<bool, StoreError> {
        let sql = "update tickets set state = 'left', ended_at = $3 where port = $1 and secret = $2 and state = 'waiting' \
                   returning id";
        Ok(!self.write_one("ticket", sql, params![self.port(), secret.to_vec(), now]).await?.is_empty())
    }

    /// The number of a secret.
    pub async fn ticket_by_secret(&self, secret: [u8; 32]) -> Result<Option<Ticket>, StoreError> {
        let sql = format!("select {COLUMNS} from tickets where port = $1 and secret = $2");
        self.query(&sql, &params![self.port(), secret.to_vec()]).await?.pop().map(ticket).transpose()
    }

    /// A number.
    pub async fn ticket(&self, id: Uuid) -> Result<Option<Ticket>, StoreError> {
        let sql = format!("select {COLUMNS} from tickets where port = $1 and id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(ticket).transpose()
    }

    /// Every number of a day, in the order in which they were drawn.
    pub async fn tickets_of(&self, day: &str) -> Result<Vec<Ticket>, StoreError> {
        let sql =
            format!("select {COLUMNS} from tickets where port = $1 and day = $2 order by issued_at, line, number");
        self.query(&sql, &params![self.port(), day]).await?.into_iter().map(ticket).collect()
    }

    /// The numbers that were called last on a day, the last first.
    pub async fn called_tickets(&self, day: &str, limit: i64) -> Result<Vec<Ticket>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from tickets where port = $1 and day = $2 and called_at is not null and state in \
             ('called', 'serving') order by called_at desc, line, number limit $3"
        );
        self.query(&sql, &params![self.port(), day, limit]).await?.into_iter().map(ticket).collect()
    }

    /// When a number was last called on a day; 0 before the first.
    pub async fn last_call(&self, day: &str) -> Result<i64, StoreError> {
        let sql =
            "select coalesce(max(called_at), 0) from tickets where port = $1 and day = $2 and called_at is not null";
        self.query(sql, &params![self.port(), day]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// How long visits of each line took since an instant: line and microseconds, the newest first.
    pub async fn visits_took(&self, since: i64, limit: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "select line, ended_at - began_at from tickets where port = $1 and state = 'done' and began_at >= $2 \
                   and ended_at is not null order by began_at desc limit $3";
        let rows = self.query(sql, &params![self.port(), since, limit]).await?;
        rows.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?))).collect()
    }
}

fn ticket(mut row: Row) -> Result<Ticket, StoreError> {
    let appointment = row.opt_bytes(14)?.map(|bytes| {
        Uuid::from_slice(&bytes).map_err(|_| StoreError::Broken("an appointment's identifier has 16 bytes".into()))
    });
    Ok(Ticket {
        id: row.uuid(0)?,
        day: row.text(1)?,
        line: row.text(2)?,
        number: row.int(3)?,
        service: row.text(4)?,
        state: row.text(5)?,
        desk: row.text(6)?,
        clerk: row.text(7)?,
        rank: row.int(8)?,
        issued_at: row.int(9)?,
        called_at: row.opt_int(10)?,
        began_at: row.opt_int(11)?,
        ended_at: row.opt_int(12)?,
        calls: row.int(13)?,
        appointment: appointment.transpose()?,
    })
}
