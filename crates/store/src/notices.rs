//! Notices and their deliveries. Who reads the log writes what it tells in the same transaction in which it moves on, so that
//! nothing is told twice or left out.

use uuid::Uuid;

use crate::EntryRow;
use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// How long a taken delivery is left to the one who took it, in microseconds.
const LEASE: i64 = 120_000_000;

/// Something that is told to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its identifier, ordered in time.
    pub id: Uuid,
    /// `person:ID`, `endpoint:ID`, `report:MATTER:N`, `level:CODE`.
    pub recipient: String,
    /// From what it comes; one recipient is told of one source once.
    pub source: String,
    /// What happened, for example `problem.reply`.
    pub kind: String,
    /// Class of the problem (`p0`…); empty for others.
    pub class: String,
    /// The matter; nil for none.
    pub matter: Uuid,
    /// Its number for people, as this recipient knows it.
    pub number: String,
    /// JSON: codes and instants, never words of persons.
    pub data: String,
    /// When it was made, microseconds UTC.
    pub made_at: i64,
    /// When it was read.
    pub read_at: Option<i64>,
}

/// A notice on its way out of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its identifier.
    pub id: Uuid,
    /// The notice's recipient.
    pub recipient: String,
    /// The notice.
    pub notice: Uuid,
    /// `email` or `webhook`.
    pub way: String,
    /// The notice's kind.
    pub kind: String,
    /// The matter's number.
    pub number: String,
    /// `waiting`, `sent`, `failed`, `dropped`.
    pub state: String,
    /// When it was made, microseconds UTC.
    pub made_at: i64,
    /// When it is tried next.
    pub due_at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it was sent or given up.
    pub done_at: Option<i64>,
    /// What the other side said last.
    pub result: String,
}

const NOTICE: &str = "n.id, n.recipient, n.source, n.kind, n.class, n.matter, n.number, n.data, n.made_at, n.read_at";
const DELIVERY: &str = "id, recipient, notice, way, kind, number, state, made_at, due_at, tries, done_at, result";

impl Store {
    /// How far a reader of the log has come; -1 before its first step.
    ///
    /// # Errors
    /// When the store cannot be read or written, as for all functions here.
    pub async fn reader_position(&self, name: &str) -> Result<i64, StoreError> {
        let sql = "select position from readers where port = $1 and name = $2";
        self.query(sql, &params![self.port(), name]).await?.first().map_or(Ok(-1), |row| row.int(0))
    }

    /// Writes what a stretch of the log tells and moves the reader on, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Missed`] when another reader of that name has moved on meanwhile: nothing is written then.
    pub async fn tell(
        &self,
        reader: &str,
        (from, to): (i64, i64),
        notices: &[Notice],
        deliveries: &[Delivery],
    ) -> Result<(), StoreError> {
        self.tell_beside(reader, (from, to), notices, deliveries, Vec::new()).await
    }

    /// The same, with small writes of the same transaction.
    ///
    /// # Errors
    /// As [`Store::tell`].
    pub async fn tell_beside(
        &self,
        reader: &str,
        (from, to): (i64, i64),
        notices: &[Notice],
        deliveries: &[Delivery],
        side: Vec<Side>,
    ) -> Result<(), StoreError> {
        let moved = Stmt::must(
            "insert into readers (port, name, position) values ($1, $2, $3) on conflict (port, name) do update set \
             position = excluded.position where readers.position = $4 returning position",
            params![self.port(), reader, to, from],
            1,
        );
        let mut stmts = vec![moved];
        stmts.extend(self.notice_stmts(notices, deliveries));
        stmts.extend(side.into_iter().map(|side| side.0));
        self.write("tell", stmts).await.map(drop)
    }

    /// Writes notices that come of no entry, for example of a limit that is near. One that was told before is left as it is.
    pub async fn put_notices(&self, notices: &[Notice], deliveries: &[Delivery]) -> Result<(), StoreError> {
        if notices.is_empty() {
            return Ok(());
        }
        self.write("tell", self.notice_stmts(notices, deliveries)).await.map(drop)
    }

    /// The same beside something else, in its transaction.
    pub fn notice_sides(&self, notices: &[Notice], deliveries: &[Delivery]) -> Vec<Side> {
        self.notice_stmts(notices, deliveries).into_iter().map(Side).collect()
    }

    fn notice_stmts(&self, notices: &[Notice], deliveries: &[Delivery]) -> Vec<Stmt> {
        let notice = |of: &Notice| {
            Stmt::new(
                "insert into notices (port, recipient, id, source, kind, class, matter, number, data, made_at, read_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (port, recipient, source) do nothing",
                params![
                    self.port(),
                    of.recipient.as_str(),
                    of.id,
                    of.source.as_str(),
                    of.kind.as_str(),
                    of.class.as_str(),
                    of.matter,
                    of.number.as_str(),
                    of.data.as_str(),
                    of.made_at,
                    of.read_at
                ],
            )
        };
        let delivery = |of: &Delivery| {
            // Only with its notice: one that was told before is not delivered again.
            Stmt::new(
                "insert into deliveries (port, id, recipient, notice, way, kind, number, state, made_at, due_at, \
                 leased_until, tries, done_at, result) select port, $3, recipient, id, $5, kind, $6, 'waiting', $7, $8, 0, \
                 0, null, '' from notices where port = $1 and recipient = $2 and id = $4",
                params![
                    self.port(),
                    of.recipient.as_str(),
                    of.id,
                    of.notice,
                    of.way.as_str(),
                    of.number.as_str(),
                    of.made_at,
                    of.due_at
                ],
            )
        };
        notices.iter().map(notice).chain(deliveries.iter().map(delivery)).collect()
    }

    /// Notices of a recipient, the newest first, from before one.
    pub async fn notices_of(
        &self,
        recipient: &str,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Notice>, StoreError> {
        let sql = format!(
            "select {NOTICE} from notices n where n.port = $1 and n.recipient = $2 and n.id < $3 order by n.id desc limit $4"
        );
        let before = before.unwrap_or(Uuid::max());
        let rows = self.query(&sql, &params![self.port(), recipient, before, limit]).await?;
        rows.into_iter().map(notice).collect()
    }

    /// A notice of a recipient.
    pub async fn notice(&self, recipient: &str, id: Uuid) -> Result<Option<Notice>, StoreError> {
        let sql = format!("select {NOTICE} from notices n where n.port = $1 and n.recipient = $2 and n.id = $3");
        self.query(&sql, &params![self.port(), recipient, id]).await?.pop().map(notice).transpose()
    }

    /// The notice of an identifier, whoever it was made for: for a letter that answers it.
    pub async fn notice_answered(&self, id: Uuid) -> Result<Option<Notice>, StoreError> {
        let sql = format!("select {NOTICE} from notices n where n.port = $1 and n.id = $2 limit 1");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(notice).transpose()
    }

    /// The notices of a recipient that are not read, `most` at most: matter and kind of each.
    pub async fn unread(&self, recipient: &str, most: i64) -> Result<Vec<(Uuid, String)>, StoreError> {
        let sql = "select matter, kind from notices where port = $1 and recipient = $2 and read_at is null \
                   order by id desc limit $3";
        let rows = self.query(sql, &params![self.port(), recipient, most]).await?;
        rows.into_iter().map(|mut row| Ok((row.uuid(0)?, row.text(1)?))).collect()
    }

    /// Marks notices of a recipient as read: those up to one, or those of a matter.
    pub async fn read_notices(&self, recipient: &str, until: Uuid, matter: Option<Uuid>) -> Result<(), StoreError> {
        let now = self.chance().now();
        match matter {
            None => {
                let sql = "update notices set read_at = $4 where port = $1 and recipient = $2 and read_at is null and id <= $3";
                self.write_one("notices", sql, params![self.port(), recipient, until, now]).await.map(drop)
            }
            Some(matter) => {
                let sql = "update notices set read_at = $5 where port = $1 and recipient = $2 and read_at is null \
                           and id <= $3 and matter = $4";
                self.write_one("notices", sql, params![self.port(), recipient, until, matter, now]).await.map(drop)
            }
        }
    }

    /// Takes deliveries that are due; nobody else gets them for two minutes.
    pub async fn due_deliveries(&self, now: i64, limit: i64) -> Result<Vec<Delivery>, StoreError> {
        let any = "select 1 from deliveries where port = $1 and state = 'waiting' and due_at <= $2 and leased_until < $2 limit 1";
        if self.query(any, &params![self.port(), now]).await?.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "update deliveries set leased_until = $3, tries = tries + 1 where port = $1 and leased_until < $2 \
                   and id in (select id from deliveries where port = $1 and state = 'waiting' and due_at <= $2 \
                   and leased_until < $2 order by due_at limit $4) \
                   returning id, recipient, notice, way, kind, number, state, made_at, due_at, tries, done_at, result";
        let rows = self.write_one("deliveries", sql, params![self.port(), now, now + LEASE, limit]).await?;
        let mut due: Vec<Delivery> = rows.into_iter().map(delivery).collect::<Result<_, _>>()?;
        due.sort_by_key(|of| (of.due_at, of.id));
        Ok(due)
    }

    /// Lets go of what a former process had taken: it may or may not have been sent, and is sent again under its own
    /// identifier, by which the other side knows it.
    pub async fn release_deliveries(&self) -> Result<(), StoreError> {
        // Where several nodes share a store, what another has in hand is left to it: its lease ends by itself.
        if !matches!(self.0.engine, crate::Engine::Sqlite(_)) {
            return Ok(());
        }
        let sql = "update deliveries set leased_until = 0 where port = $1 and state = 'waiting' and leased_until > 0";
        self.write_one("deliveries", sql, params![self.port()]).await.map(drop)
    }

    /// Notes what came of a delivery: `sent`, `failed`, `dropped`; with `waiting` it is tried again at `due_at`.
    pub async fn settle_delivery(&self, id: Uuid, state: &str, due_at: i64, result: &str) -> Result<(), StoreError> {
        let done = (state != "waiting").then(|| self.chance().now());
        let sql = "update deliveries set state = $3, due_at = $4, result = $5, done_at = $6, leased_until = 0 \
                   where port = $1 and id = $2 and state = 'waiting'";
        let result: String = result.chars().filter(|letter| *letter != '\0').take(300).collect();
        self.write_one("deliveries", sql, params![self.port(), id, state, due_at, result, done]).await.map(drop)
    }

    /// Puts a delivery that was given up on its way again. False when there is none such.
    pub async fn retry_delivery(&self, id: Uuid) -> Result<bool, StoreError> {
        let sql = "update deliveries set state = 'waiting', due_at = $3, leased_until = 0, tries = 0, done_at = null \
                   where port = $1 and id = $2 and state in ('failed', 'dropped') returning id";
        Ok(!self.write_one("deliveries", sql, params![self.port(), id, self.chance().now()]).await?.is_empty())
    }

    /// Deliveries, the newest first, from before one: of a recipient, or all.
    pub async fn deliveries(
        &self,
        recipient: Option<&str>,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let rows = match recipient {
            Some(recipient) => {
                let sql = format!(
                    "select {DELIVERY} from deliveries where port = $1 and recipient = $2 and id < $3 order by id desc limit $4"
                );
                self.query(&sql, &params![self.port(), recipient, before, limit]).await?
            }
            None => {
                let sql =
                    format!("select {DELIVERY} from deliveries where port = $1 and id < $2 order by id desc limit $3");
                self.query(&sql, &params![self.port(), before, limit]).await?
            }
        };
        rows.into_iter().map(delivery).collect()
    }

    /// Deliveries that wait although they were due before an instant, and those that failed since it, for the operator.
    pub async fn deliveries_in_trouble(&self, since: i64) -> Result<(i64, i64), StoreError> {
        let sql = "select (select count(*) from deliveries where port = $1 and state = 'waiting' and due_at < $2), \
                   (select count(*) from deliveries where port = $1 and state = 'failed' and done_at >= $2)";
        let rows = self.query(sql, &params![self.port(), since]).await?;
        let Some(row) = rows.first() else { return Ok((0, 0)) };
        Ok((row.int(0)?, row.int(1)?))
    }

    /// The entries that one act appended, by the version that the matter then had; the oldest first.
    pub async fn entries_of_act(&self, matter: Uuid, version: i64) -> Result<Vec<EntryRow>, StoreError> {
        let sql = "select seq, kind, v, at, actor, on_behalf, channel, receipt, bytes from entries \
                   where port = $1 and matter = $2 and seq > $3 and seq <= $4 and receipt = \
                   (select receipt from entries where port = $1 and matter = $2 and seq = $4) order by seq";
        let first = (version - MOST_OF_AN_ACT).max(0);
        let rows = self.query(sql, &params![self.port(), matter, first, version]).await?;
        rows.into_iter().map(crate::rows::entry).collect()
    }

    /// Clocks that fall due between two instants, the first excluded.
    pub async fn clocks_between(
        &self,
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<crate::clocks::DueClock>, StoreError> {
        let sql = "select matter, clock, step, due_at, tries from clocks where port = $1 and due_at > $2 and due_at <= $3 \
                   order by due_at, matter, clock limit $4";
        let rows = self.query(sql, &params![self.port(), after, until, limit]).await?;
        rows.into_iter().map(|mut row| crate::clocks::due_clock(&mut row)).collect()
    }
}

/// So many entries one act may append: an act that comes late brings every limit that passed before it.
const MOST_OF_AN_ACT: i64 = 200;

fn notice(mut row: Row) -> Result<Notice, StoreError> {
    Ok(Notice {
        id: row.uuid(0)?,
        recipient: row.text(1)?,
        source: row.text(2)?,
        kind: row.text(3)?,
        class: row.text(4)?,
        matter: row.uuid(5)?,
        number: row.text(6)?,
        data: row.text(7)?,
        made_at: row.int(8)?,
        read_at: row.opt_int(9)?,
    })
}

fn delivery(mut row: Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.uuid(0)?,
        recipient: row.text(1)?,
        notice: row.uuid(2)?,
        way: row.text(3)?,
        kind: row.text(4)?,
        number: row.text(5)?,
        state: row.text(6)?,
        made_at: row.int(7)?,
        due_at: row.int(8)?,
        tries: row.int(9)?,
        done_at: row.opt_int(10)?,
        result: row.text(11)?,
    })
}
