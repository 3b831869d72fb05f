//! The register of licences: for how much each was given, and what declarations drew of it. Quantities are whole thousandths; a
//! drawing and the act that needs it are one transaction, and the row itself refuses what is not left.

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A licence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenceRow {
    /// Its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// To whom it was given.
    pub firm: String,
    /// For which goods: what their codes begin with.
    pub goods: String,
    /// From which country; empty for any.
    pub origin: String,
    /// In which unit.
    pub unit: String,
    /// For how much, in thousandths.
    pub quantity: i64,
    /// What was drawn of it.
    pub drawn: i64,
    /// From when, microseconds UTC.
    pub starts_at: i64,
    /// Until when.
    pub ends_at: i64,
}

const COLUMNS: &str = "kind, number, firm, goods, origin, unit, quantity, drawn, starts_at, ends_at";

impl Store {
    /// A licence.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn licence(&self, kind: &str, number: &str) -> Result<Option<LicenceRow>, StoreError> {
        let sql = format!("select {COLUMNS} from licences where port = $1 and kind = $2 and number = $3");
        self.query(&sql, &params![self.port(), kind, number]).await?.pop().map(licence).transpose()
    }

    /// The licences of a firm, or all of them.
    pub async fn licences(&self, firm: Option<&str>) -> Result<Vec<LicenceRow>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from licences where port = $1 and ($2 = '' or firm = $2) \
             order by ends_at desc, kind, number limit 1000"
        );
        let rows = self.query(&sql, &params![self.port(), firm.unwrap_or_default()]).await?;
        rows.into_iter().map(licence).collect()
    }

    /// Records a licence, or what it is good for now: never less than what was drawn, and never another firm's.
    pub fn set_licence_side(&self, of: &LicenceRow) -> Side {
        let sql = "insert into licences (port, kind, number, firm, goods, origin, unit, quantity, drawn, starts_at, ends_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10) on conflict (port, kind, number) do update set \
                   goods = excluded.goods, origin = excluded.origin, quantity = excluded.quantity, \
                   starts_at = excluded.starts_at, ends_at = excluded.ends_at where licences.firm = excluded.firm \
                   and licences.unit = excluded.unit and licences.drawn <= excluded.quantity returning number";
        let values = params![
            self.port(),
            of.kind.as_str(),
            of.number.as_str(),
            of.firm.as_str(),
            of.goods.as_str(),
            of.origin.as_str(),
            of.unit.as_str(),
            of.quantity,
            of.starts_at,
            of.ends_at
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// Draws of a licence; the job conflicts when less is left, or it does not run at that instant.
    pub fn draw_licence_side(&self, (kind, number, firm): (&str, &str, &str), quantity: i64, now: i64) -> Side {
        let sql = "update licences set drawn = drawn + $5 where port = $1 and kind = $2 and number = $3 and firm = $4 \
                   and $5 >= 0 and quantity - drawn >= $5 and starts_at <= $6 and ends_at > $6 returning number";
        Side(Stmt::must(sql, params![self.port(), kind, number, firm, quantity, now], 1))
    }

    /// Gives back what was drawn, also of one that has ended.
    pub fn give_back_licence_side(&self, (kind, number, firm): (&str, &str, &str), quantity: i64) -> Side {
        let sql = "update licences set drawn = drawn - $5 where port = $1 and kind = $2 and number = $3 and firm = $4 \
                   and $5 >= 0 and drawn >= $5 returning number";
        Side(Stmt::must(sql, params![self.port(), kind, number, firm, quantity], 1))
    }
}

fn licence(mut row: Row) -> Result<LicenceRow, StoreError> {
    Ok(LicenceRow {
        kind: row.text(0)?,
        number: row.text(1)?,
        firm: row.text(2)?,
        goods: row.text(3)?,
        origin: row.text(4)?,
        unit: row.text(5)?,
        quantity: row.int(6)?,
        drawn: row.int(7)?,
        starts_at: row.int(8)?,
        ends_at: row.int(9)?,
    })
}
