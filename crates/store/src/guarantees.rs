//! Guarantee accounts of customs: what each is good for, and what is reserved of it. Amounts are whole cents; a reservation and the
//! act that needs it are one transaction, and the row itself refuses what it does not hold.

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A guarantee account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guarantee {
    /// Its code.
    pub code: String,
    /// Whose it is.
    pub firm: String,
    /// What it is good for, in cents.
    pub amount: i64,
    /// What is reserved of it.
    pub reserved: i64,
    /// After this instant nothing new is reserved, microseconds UTC.
    pub expires_at: i64,
}

const COLUMNS: &str = "code, firm, amount, reserved, expires_at";

impl Store {
    /// A guarantee account.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn guarantee(&self, code: &str) -> Result<Option<Guarantee>, StoreError> {
        let sql = format!("select {COLUMNS} from guarantees where port = $1 and code = $2");
        self.query(&sql, &params![self.port(), code]).await?.pop().map(guarantee).transpose()
    }

    /// The accounts of a firm, or all of them.
    pub async fn guarantees(&self, firm: Option<&str>) -> Result<Vec<Guarantee>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from guarantees where port = $1 and ($2 = '' or firm = $2) order by code limit 1000"
        );
        let rows = self.query(&sql, &params![self.port(), firm.unwrap_or_default()]).await?;
        rows.into_iter().map(guarantee).collect()
    }

    /// Records an account, or what it is good for now: never less than what is reserved, and never another firm's.
    pub fn set_guarantee_side(&self, of: &Guarantee) -> Side {
        let sql = "insert into guarantees (port, code, firm, amount, reserved, expires_at) values ($1, $2, $3, $4, 0, $5) \
                   on conflict (port, code) do update set amount = excluded.amount, expires_at = excluded.expires_at \
                   where guarantees.firm = excluded.firm and guarantees.reserved <= excluded.amount returning code";
        let values = params![self.port(), of.code.as_str(), of.firm.as_str(), of.amount, of.expires_at];
        Side(Stmt::must(sql, values, 1))
    }

    /// Reserves of an account; the job conflicts when less is free, or it has expired.
    pub fn reserve_guarantee_side(&self, code: &str, firm: &str, cents: i64, now: i64) -> Side {
        let sql = "update guarantees set reserved = reserved + $4 where port = $1 and code = $2 and firm = $3 \
                   and $4 >= 0 and amount - reserved >= $4 and expires_at > $5 returning code";
        Side(Stmt::must(sql, params![self.port(), code, firm, cents, now], 1))
    }

    /// An account runs until another instant; the job conflicts when it does not run until the one that was read.
    pub fn extend_guarantee_side(&self, code: &str, firm: &str, (from, until): (i64, i64)) -> Side {
        let sql = "update guarantees set expires_at = $5 where port = $1 and code = $2 and firm = $3 and expires_at = $4 \
                   returning code";
        Side(Stmt::must(sql, params![self.port(), code, firm, from, until], 1))
    }

    /// An account that was to run longer runs as before; one that was set anew meanwhile is left as it is.
    pub fn shorten_guarantee_side(&self, code: &str, firm: &str, (until, back_to): (i64, i64)) -> Side {
        let sql =
            "update guarantees set expires_at = $5 where port = $1 and code = $2 and firm = $3 and expires_at = $4";
        Side(Stmt::new(sql, params![self.port(), code, firm, until, back_to]))
    }

    /// Gives back what was reserved.
    pub fn free_guarantee_side(&self, code: &str, cents: i64) -> Side {
        let sql = "update guarantees set reserved = reserved - $3 where port = $1 and code = $2 \
                   and reserved >= $3 returning code";
        Side(Stmt::must(sql, params![self.port(), code, cents], 1))
    }
}

fn guarantee(mut row: Row) -> Result<Guarantee, StoreError> {
    Ok(Guarantee {
        code: row.text(0)?,
        firm: row.text(1)?,
        amount: row.int(2)?,
        reserved: row.int(3)?,
        expires_at: row.int(4)?,
    })
}
