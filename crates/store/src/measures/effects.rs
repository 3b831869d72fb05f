//! What measures did: counted behind the log from the journals, and from bills as they are stated. It is no truth of its own, and
//! can be made anew at any time.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// What an application adds, or what several add together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The firm was told so often.
    pub told: i64,
    /// Firms applied.
    pub applied: i64,
    /// It applied without a claim.
    pub by_itself: i64,
    /// Granted, and stands.
    pub granted: i64,
    /// Refused, and stands.
    pub refused: i64,
    /// Not decided yet.
    pub pending: i64,
    /// Withdrawn, lapsed, or taken back.
    pub fell_away: i64,
    /// Limits of organs that passed unmet.
    pub late: i64,
    /// What firms pay less, in fen.
    pub saved: i64,
    /// Hours that are saved.
    pub hours: i64,
    /// What was taken back, in fen.
    pub back: i64,
}

impl Counts {
    /// Adds what others come to.
    pub fn add(&mut self, other: &Counts) {
        self.told += other.told;
        self.applied += other.applied;
        self.by_itself += other.by_itself;
        self.granted += other.granted;
        self.refused += other.refused;
        self.pending += other.pending;
        self.fell_away += other.fell_away;
        self.late += other.late;
        self.saved = self.saved.saturating_add(other.saved);
        self.hours = self.hours.saturating_add(other.hours);
        self.back = self.back.saturating_add(other.back);
    }
}

/// An application as it is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The measure.
    pub measure: String,
    /// The month in which it was filed.
    pub month: String,
    /// The firm that has the relief, while it stands granted; else empty.
    pub firm: String,
    /// The call that has it, while it stands granted; else empty.
    pub about: String,
    /// The law by which it is refused; else empty.
    pub law: String,
    /// What it adds.
    pub counts: Counts,
}

/// How many calls had a measure, and how long their entry took in all, in microseconds.
pub type Took = (i64, i64);

/// What bills saved by a measure in a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The firm that pays.
    pub firm: String,
    /// The measure.
    pub measure: String,
    /// The month of the days that decided.
    pub month: String,
    /// In which money.
    pub currency: String,
    /// How much, in ten-thousandths.
    pub amount: i64,
    /// In how many bills.
    pub bills: i64,
    /// True where an organ had granted the measure.
    pub granted: bool,
}

const SUMS: &str = "cast(sum(told) as bigint), cast(sum(applied) as bigint), cast(sum(by_itself) as bigint), \
                    cast(sum(granted) as bigint), cast(sum(refused) as bigint), cast(sum(pending) as bigint), \
                    cast(sum(fell_away) as bigint), cast(sum(late) as bigint), cast(sum(saved) as bigint), \
                    cast(sum(hours) as bigint), cast(sum(back) as bigint)";

impl Store {
    /// Counts an application in the place of what was counted of it before.
    pub fn count_application_side(&self, matter: Uuid, of: &Counted) -> Side {
        let sql = "insert into effects (port, measure, month, matter, firm, about, law, told, applied, by_itself, granted, \
                   refused, pending, fell_away, late, saved, hours, back) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
                   on conflict (port, measure, month, matter) do update set firm = excluded.firm, about = excluded.about, \
                   law = excluded.law, told = excluded.told, applied = excluded.applied, by_itself = excluded.by_itself, \
                   granted = excluded.granted, refused = excluded.refused, pending = excluded.pending, \
                   fell_away = excluded.fell_away, late = excluded.late, saved = excluded.saved, hours = excluded.hours, \
                   back = excluded.back";
        let (text, n) = (String::as_str, &of.counts);
        let values = params![
            self.port(),
            text(&of.measure),
            text(&of.month),
            matter,
            text(&of.firm),
            text(&of.about),
            text(&of.law),
            n.told,
            n.applied,
            n.by_itself,
            n.granted,
            n.refused,
            n.pending,
            n.fell_away,
            n.late,
            n.saved,
            n.hours,
            n.back
        ];
        Side(Stmt::new(sql, values))
    }

    /// Counts how long the entry of a call took, in the place of what was counted before; none while it is not cleared.
    pub fn count_call_side(&self, number: &str, took: Option<(&str, i64)>) -> Side {
        let Some((month, took)) = took else {
            let sql = "delete from effect_calls where port = $1 and number = $2";
            return Side(Stmt::new(sql, params![self.port(), number]));
        };
        let sql = "insert into effect_calls (port, number, month, took) values ($1, $2, $3, $4) \
                   on conflict (port, number) do update set month = excluded.month, took = excluded.took";
        Side(Stmt::new(sql, params![self.port(), number, month, took]))
    }

    /// Those of the uses, each of a measure in a month by a matter, that are not counted yet.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn uses_uncounted(
        &self,
        uses: BTreeSet<(String, String, Uuid)>,
    ) -> Result<Vec<(String, String, Uuid)>, StoreError> {
        let sql = "select 1 from effect_uses where port = $1 and measure = $2 and month = $3 and matter = $4";
        let mut left = Vec::new();
        for (measure, month, matter) in uses {
            let values = params![self.port(), measure.as_str(), month.as_str(), matter];
            if self.query(sql, &values).await?.is_empty() {
                left.push((measure, month, matter));
            }
        }
        Ok(left)
    }

    /// Counts a use that is not counted yet.
    pub fn count_use_sides(&self, (measure, month, matter): (&str, &str, Uuid), firm: &str) -> [Side; 2] {
        let mark = "insert into effect_uses (port, measure, month, matter) values ($1, $2, $3, $4)";
        let count = "insert into effect_firms (port, measure, month, firm, uses) values ($1, $2, $3, $4, 1) \
                     on conflict (port, measure, month, firm) do update set uses = effect_firms.uses + 1";
        [
            Side(Stmt::new(mark, params![self.port(), measure, month, matter])),
            Side(Stmt::new(count, params![self.port(), measure, month, firm])),
        ]
    }

    /// Forgets everything that was counted, so that these readers count it anew from the beginning.
    pub async fn forget_effects(&self, readers: &[&str]) -> Result<(), StoreError> {
        let port = || params![self.port()];
        let mut stmts = vec![
            Stmt::new("delete from effects where port = $1", port()),
            Stmt::new("delete from effect_uses where port = $1", port()),
            Stmt::new("delete from effect_firms where port = $1", port()),
            Stmt::new("delete from effect_calls where port = $1", port()),
            Stmt::new("delete from savings where port = $1", port()),
        ];
        let forgotten = "delete from readers where port = $1 and name = $2";
        stmts.extend(readers.iter().map(|reader| Stmt::new(forgotten, params![self.port(), *reader])));
        self.write("effects", stmts).await.map(drop)
    }

    /// What applications come to: by measure, month and the law of refusals.
    pub async fn applications_counted(&self) -> Result<Vec<(String, String, String, Counts)>, StoreError> {
        let sql = format!(
            "select measure, month, law, {SUMS} from effects where port = $1 group by measure, month, law \
             order by measure, month, law"
        );
        let rows = self.query(&sql, &params![self.port()]).await?.into_iter();
        rows.map(|mut row| Ok((row.text(0)?, row.text(1)?, row.text(2)?, counts(&row, 3)?))).collect()
    }

    /// How many firms had something of a measure in a month: by an application, by a use, or on a bill.
    pub async fn firms_that_had(&self) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "select measure, month, count(*) from (\
                   select measure, month, firm from effects where port = $1 and firm <> '' \
                   union select measure, month, firm from effect_firms where port = $1 and firm <> '' \
                   union select measure, month, firm from savings where port = $1 and firm <> '') u \
                   group by measure, month";
        self.by_month(sql).await
    }

    /// In how many matters a measure was used in a month.
    pub async fn uses(&self) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "select measure, month, cast(sum(uses) as bigint) from effect_firms where port = $1 group by measure, month";
        self.by_month(sql).await
    }

    async fn by_month(&self, sql: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
        let rows = self.query(sql, &params![self.port()]).await?.into_iter();
        rows.map(|mut row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).collect()
    }

    /// How long the entry of calls took that had a measure: by measure and the month in which their entry began.
    pub async fn calls_with(&self) -> Result<Vec<(String, String, Took)>, StoreError> {
        let sql = "select measure, month, count(*), cast(sum(took) as bigint) from \
                   (select distinct e.measure, c.month, c.number, c.took from effects e \
                   join effect_calls c on c.port = e.port and c.number = e.about where e.port = $1 and e.about <> '') u \
                   group by measure, month";
        let rows = self.query(sql, &params![self.port()]).await?.into_iter();
        rows.map(|mut row| Ok((row.text(0)?, row.text(1)?, (row.int(2)?, row.int(3)?)))).collect()
    }

    /// How long the entry of all calls of a month took.
    pub async fn calls_of(&self, month: &str) -> Result<Took, StoreError> {
        let sql =
            "select count(*), cast(coalesce(sum(took), 0) as bigint) from effect_calls where port = $1 and month = $2";
        let rows = self.query(sql, &params![self.port(), month]).await?;
        rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
    }

    /// Writes what bills save that were stated before it was counted.
    pub async fn put_savings(&self, side: Vec<Side>) -> Result<(), StoreError> {
        self.write("savings", side.into_iter().map(|side| side.0).collect()).await.map(drop)
    }

    /// Puts what a bill saves in the place of what its former version saved.
    pub fn savings_sides(&self, firm: &str, bill: &str, saved: &[Saved]) -> Vec<Side> {
        let gone = "delete from savings where port = $1 and firm = $2 and bill = $3";
        let put = "insert into savings (port, firm, bill, measure, month, currency, amount, granted) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let mut sides = vec![Side(Stmt::new(gone, params![self.port(), firm, bill]))];
        sides.extend(saved.iter().map(|of| {
            let texts = [&of.measure, &of.month, &of.currency].map(String::as_str);
            let [measure, month, currency] = texts;
            let granted = i64::from(of.granted);
            Side(Stmt::new(put, params![self.port(), firm, bill, measure, month, currency, of.amount, granted]))
        }));
        sides
    }

    /// What bills saved, of a firm or of all, in the order of month, measure, firm and money.
    pub async fn savings(&self, firm: Option<&str>) -> Result<Vec<Saved>, StoreError> {
        let one = if firm.is_some() { "and firm = $2 " } else { "and $2 = '' " };
        let sql = format!(
            "select firm, measure, month, currency, cast(sum(amount) as bigint), count(*), granted from savings \
             where port = $1 {one}group by month, measure, firm, currency, granted \
             order by month, measure, firm, currency, granted"
        );
        let rows = self.query(&sql, &params![self.port(), firm.unwrap_or_default()]).await?.into_iter();
        rows.map(|mut row| {
            Ok(Saved {
                firm: row.text(0)?,
                measure: row.text(1)?,
                month: row.text(2)?,
                currency: row.text(3)?,
                amount: row.int(4)?,
                bills: row.int(5)?,
                granted: row.int(6)? == 1,
            })
        })
        .collect()
    }
}

fn counts(row: &Row, at: usize) -> Result<Counts, StoreError> {
    Ok(Counts {
        told: row.int(at)?,
        applied: row.int(at + 1)?,
        by_itself: row.int(at + 2)?,
        granted: row.int(at + 3)?,
        refused: row.int(at + 4)?,
        pending: row.int(at + 5)?,
        fell_away: row.int(at + 6)?,
        late: row.int(at + 7)?,
        saved: row.int(at + 8)?,
        hours: row.int(at + 9)?,
        back: row.int(at + 10)?,
    })
}
