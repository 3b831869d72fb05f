//! What visitors say of a service.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A rating.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    /// Its identifier; words and name are sealed under it.
    pub id: Uuid,
    /// The number or visit.
    pub about: Uuid,
    /// The service; empty when none was named.
    pub service: String,
    /// The line; empty for a visit.
    pub line: String,
    /// The clerk.
    pub clerk: String,
    /// True when she was content.
    pub good: bool,
    /// The problem that it opened; empty for none.
    pub problem: String,
    /// When, microseconds UTC.
    pub at: i64,
}

impl Store {
    /// Adds a rating; undone when that number or visit was rated before.
    pub fn rating_side(&self, of: &Rating) -> Side {
        let sql = "insert into ratings (port, id, about, service, line, clerk, good, problem, at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (port, about) do nothing returning id";
        let values = params![
            self.port(),
            of.id,
            of.about,
            of.service.as_str(),
            of.line.as_str(),
            of.clerk.as_str(),
            of.good,
            of.problem.as_str(),
            of.at
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// True when a number or visit was rated.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn is_rated(&self, about: Uuid) -> Result<bool, StoreError> {
        let sql = "select id from ratings where port = $1 and about = $2";
        Ok(!self.query(sql, &params![self.port(), about]).await?.is_empty())
    }

    /// The ratings since an instant, the newest first.
    pub async fn ratings_since(&self, since: i64, limit: i64) -> Result<Vec<Rating>, StoreError> {
        let sql = "select id, about, service, line, clerk, good, problem, at from ratings where port = $1 and at >= $2 \
                   order by at desc, id limit $3";
        self.query(sql, &params![self.port(), since, limit]).await?.into_iter().map(rating).collect()
    }
}

fn rating(mut row: Row) -> Result<Rating, StoreError> {
    Ok(Rating {
        id: row.uuid(0)?,
        about: row.uuid(1)?,
        service: row.text(2)?,
        line: row.text(3)?,
        clerk: row.text(4)?,
        good: row.int(5)? != 0,
        problem: row.text(6)?,
        at: row.int(7)?,
    })
}
