//! What is read of journals across matters to tell how long things took, and the figures that were reckoned from it.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::select::Sql;
use crate::stmt::Stmt;
use crate::{Store, StoreError};

/// An entry of some matter, as far as times are read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The matter.
    pub matter: Uuid,
    /// Kind of the entry.
    pub kind: String,
    /// When it holds.
    pub at: i64,
    /// The entry itself.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Entries of some kinds between two instants (the second excluded), each matter's in their order. They name no person,
    /// and no matter is told of by what is made from them.
    ///
    /// # Errors
    /// When the store cannot be read, as for all functions here.
    pub async fn dated_entries(&self, kinds: &[String], from: i64, until: i64) -> Result<Vec<Dated>, StoreError> {
        let mut sql = Sql {
            text: "select matter, kind, at, bytes from entries where port = $1 and at >= $2 and at < $3".to_owned(),
            params: params![self.port(), from, until].to_vec(),
        };
        sql.and_in("kind", kinds);
        sql.text.push_str(" order by matter, seq");
        sql.all(self).await?.into_iter().map(dated).collect()
    }

    /// Figures that were reckoned, and when.
    pub async fn reckoned(&self, name: &str) -> Result<Option<(i64, String)>, StoreError> {
        let sql = "select at, json from reckoned where port = $1 and name = $2";
        let row = self.query(sql, &params![self.port(), name]).await?.pop();
        row.map(|mut row| Ok((row.int(0)?, row.text(1)?))).transpose()
    }

    /// Keeps figures in the place of those before.
    pub async fn keep_reckoned(&self, name: &str, json: &str) -> Result<(), StoreError> {
        let sql = "insert into reckoned (port, name, at, json) values ($1, $2, $3, $4) \
                   on conflict (port, name) do update set at = excluded.at, json = excluded.json";
        let values = params![self.port(), name, self.chance().now(), json];
        self.write("reckoned", vec![Stmt::new(sql, values)]).await.map(drop)
    }
}

fn dated(mut row: Row) -> Result<Dated, StoreError> {
    Ok(Dated { matter: row.uuid(0)?, kind: row.text(1)?, at: row.int(2)?, bytes: row.bytes(3)? })
}
