//! Registers of ships and companies, with every version kept.

use crate::param::{Row, params};
use crate::select::Sql;
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its key in the register, for example an IMO number.
    pub key: String,
    /// Its version, from 1.
    pub version: i64,
    /// JSON.
    pub json: String,
    /// Where it comes from.
    pub source: String,
    /// When it was recorded.
    pub recorded_at: i64,
}

const PUT: &str = "insert into records (port, register, key, version, json, source, recorded_at) \
                   select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6 from records \
                   where port = $1 and register = $2 and key = $3";

const COLUMNS: &str = "key, version, json, source, recorded_at";

impl Store {
    /// Adds a version of a record. `register` is for example `ship` or `company`.
    ///
    /// # Errors
    /// When the store cannot be written, as for all functions here.
    pub async fn put_record(&self, register: &str, key: &str, json: &str, source: &str) -> Result<(), StoreError> {
        self.write("record", vec![self.put_record_side(register, key, json, source).0]).await.map(drop)
    }

    /// Adds a version of a record in the transaction of a job.
    pub fn put_record_side(&self, register: &str, key: &str, json: &str, source: &str) -> Side {
        Side(Stmt::new(PUT, params![self.port(), register, key, json, source, self.chance().now()]))
    }

    /// The newest version of a record.
    pub async fn record(&self, register: &str, key: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.record_versions(register, key, 1).await?.pop())
    }

    /// The versions of a record, the newest first.
    pub async fn record_versions(&self, register: &str, key: &str, limit: i64) -> Result<Vec<Record>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from records where port = $1 and register = $2 and key = $3 order by version desc limit $4"
        );
        let rows = self.query(&sql, &params![self.port(), register, key, limit]).await?;
        rows.into_iter().map(record).collect()
    }

    /// The newest versions of a register's records, in the order of their keys, from after one.
    pub async fn records(&self, register: &str, after: &str, limit: i64) -> Result<Vec<Record>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from records a where port = $1 and register = $2 and key > $3 and version = \
             (select max(b.version) from records b where b.port = a.port and b.register = a.register and b.key = a.key) \
             order by key limit $4"
        );
        let rows = self.query(&sql, &params![self.port(), register, after, limit]).await?;
        rows.into_iter().map(record).collect()
    }

    /// The newest versions of the records that have these keys, in one statement.
    pub async fn records_of(&self, register: &str, keys: &[String]) -> Result<Vec<Record>, StoreError> {
        let mut sql = Sql {
            text: format!(
                "select {COLUMNS} from records a where port = $1 and register = $2 and version = (select \
                 max(b.version) from records b where b.port = a.port and b.register = a.register and b.key = a.key)"
            ),
            params: params![self.port(), register].to_vec(),
        };
        sql.and_in("key", keys);
        sql.all(self).await?.into_iter().map(record).collect()
    }
}

fn record(mut row: Row) -> Result<Record, StoreError> {
    Ok(Record {
        key: row.text(0)?,
        version: row.int(1)?,
        json: row.text(2)?,
        source: row.text(3)?,
        recorded_at: row.int(4)?,
    })
}
