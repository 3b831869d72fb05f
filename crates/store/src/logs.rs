//! Who read sensitive fields, and messages that were set aside.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::{Store, StoreError};

/// A look at sensitive fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: i64,
    /// Who.
    pub who: String,
    /// Which matter.
    pub matter: Uuid,
    /// Which fields or documents.
    pub fields: String,
    /// What for.
    pub purpose: String,
}

/// A message that was set aside after three tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// Its identifier.
    pub id: Uuid,
    /// Where it came from.
    pub source: String,
    /// When it was set aside.
    pub at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// Why it failed.
    pub reason: String,
    /// The message.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Notes a look at sensitive fields, before they are shown.
    ///
    /// # Errors
    /// When the store cannot be written, as for all functions here.
    pub async fn log_access(&self, access: &Access) -> Result<(), StoreError> {
        let sql =
            "insert into access_log (port, id, at, who, matter, fields, purpose) values ($1, $2, $3, $4, $5, $6, $7)";
        let Access { at, who, matter, fields, purpose } = access;
        let values = params![self.port(), self.new_id(), *at, who.as_str(), *matter, fields.as_str(), purpose.as_str()];
        self.write_one("access", sql, values).await.map(drop)
    }

    /// The looks at a matter, the first first.
    pub async fn accesses(&self, matter: Uuid) -> Result<Vec<Access>, StoreError> {
        let sql = "select at, who, matter, fields, purpose from access_log where port = $1 and matter = $2 order by id";
        let access = |mut row: Row| {
            Ok(Access {
                at: row.int(0)?,
                who: row.text(1)?,
                matter: row.uuid(2)?,
                fields: row.text(3)?,
                purpose: row.text(4)?,
            })
        };
        self.query(sql, &params![self.port(), matter]).await?.into_iter().map(access).collect()
    }

    /// Sets a message aside, so that the queue goes on.
    pub async fn set_aside(&self, source: &str, tries: i64, reason: &str, bytes: &[u8]) -> Result<Uuid, StoreError> {
        let sql = "insert into poison (port, id, source, at, tries, reason, bytes) values ($1, $2, $3, $4, $5, $6, $7)";
        let id = self.new_id();
        let reason = reason.replace('\0', "\u{fffd}");
        let values = params![self.port(), id, source, self.chance().now(), tries, reason, bytes.to_vec()];
        self.write_one("poison", sql, values).await?;
        Ok(id)
    }

    /// The messages that were set aside and not settled, the first first.
    pub async fn poison(&self, limit: i64) -> Result<Vec<Poison>, StoreError> {
        let sql = "select id, source, at, tries, reason, bytes from poison \
                   where port = $1 and settled_at is null order by id limit $2";
        let poison = |mut row: Row| {
            Ok(Poison {
                id: row.uuid(0)?,
                source: row.text(1)?,
                at: row.int(2)?,
                tries: row.int(3)?,
                reason: row.text(4)?,
                bytes: row.bytes(5)?,
            })
        };
        self.query(sql, &params![self.port(), limit]).await?.into_iter().map(poison).collect()
    }

    /// Marks what was set aside with these bytes as settled: it was done after all, or needs doing no more.
    pub async fn settle_all(&self, source: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let sql =
            "update poison set settled_at = $4 where port = $1 and source = $2 and bytes = $3 and settled_at is null";
        self.write_one("poison", sql, params![self.port(), source, bytes.to_vec(), self.chance().now()]).await.map(drop)
    }

    /// Marks a message as settled.
    pub async fn settle(&self, id: Uuid) -> Result<(), StoreError> {
        let sql = "update poison set settled_at = $3 where port = $1 and id = $2";
        self.write_one("poison", sql, params![self.port(), id, self.chance().now()]).await.map(drop)
    }
}
