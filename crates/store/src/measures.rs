//! Which firms were told that a measure started, changed or ended; what measures did ([`effects`]).

pub mod effects;

use crate::param::params;
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// Firms that were told of a measure at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldOf {
    /// The measure, by its code.
    pub measure: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// How many.
    pub firms: i64,
}

impl Store {
    /// Writes down that firms are told of a measure; `mark` tells how it stands, so that each is written once.
    pub fn measure_told_sides(&self, measure: &str, event: &str, mark: i64, firms: &[String], at: i64) -> Vec<Side> {
        let sql = "insert into measure_told (port, measure, event, mark, firm, at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (port, measure, event, mark, firm) do nothing";
        let told = firms.iter();
        told.map(|firm| Side(Stmt::new(sql, params![self.port(), measure, event, mark, firm.as_str(), at]))).collect()
    }

    /// How many firms were told of a measure, and when: those that were told at once are one line.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn measures_told(&self) -> Result<Vec<ToldOf>, StoreError> {
        let sql =
            "select measure, at, count(*) from measure_told where port = $1 group by measure, at order by at, measure";
        let rows = self.query(sql, &params![self.port()]).await?.into_iter();
        rows.map(|mut row| Ok(ToldOf { measure: row.text(0)?, at: row.int(1)?, firms: row.int(2)? })).collect()
    }
}
