//! Mandates: an agent acts for a principal, from one instant to another, unless revoked. Checked at each call.

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The firm that acts.
    pub agent: String,
    /// The firm for which it acts.
    pub principal: String,
    /// First instant.
    pub from: i64,
    /// First instant after it.
    pub until: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

const COLUMNS: &str = "agent, principal, valid_from, valid_until, revoked_at";

impl Store {
    /// Adds a mandate, or changes the end of one.
    ///
    /// # Errors
    /// When the store cannot be written, as for all functions here.
    pub async fn put_mandate(&self, mandate: &Mandate) -> Result<(), StoreError> {
        self.write("mandate", vec![self.put_mandate_side(mandate).0]).await.map(drop)
    }

    /// The same in the transaction of a change.
    pub fn put_mandate_side(&self, mandate: &Mandate) -> Side {
        let sql = "insert into mandates (port, agent, principal, valid_from, valid_until, revoked_at) \
                   values ($1, $2, $3, $4, $5, $6) on conflict (port, agent, principal, valid_from) do update set \
                   valid_until = excluded.valid_until, revoked_at = excluded.revoked_at";
        let Mandate { agent, principal, from, until, revoked_at } = mandate;
        let values = params![self.port(), agent.as_str(), principal.as_str(), *from, *until, *revoked_at];
        Side(Stmt::new(sql, values))
    }

    /// The mandate by which an agent may act for a principal at an instant.
    pub async fn mandate(&self, agent: &str, principal: &str, at: i64) -> Result<Option<Mandate>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from mandates where port = $1 and agent = $2 and principal = $3 and valid_from <= $4 \
             and valid_until > $4 and (revoked_at is null or revoked_at > $4) order by valid_until desc limit 1"
        );
        let rows = self.query(&sql, &params![self.port(), agent, principal, at]).await?;
        rows.into_iter().next().map(mandate).transpose()
    }

    /// All mandates that a firm gave or holds.
    pub async fn mandates_of(&self, firm: &str) -> Result<Vec<Mandate>, StoreError> {
        let sql = format!(
            "select {COLUMNS} from mandates where port = $1 and (agent = $2 or principal = $2) \
             order by agent, principal, valid_from"
        );
        self.query(&sql, &params![self.port(), firm]).await?.into_iter().map(mandate).collect()
    }

    /// Revokes all mandates of an agent for a principal, from now on.
    pub async fn revoke_mandate(&self, agent: &str, principal: &str) -> Result<(), StoreError> {
        self.write("mandate", vec![self.revoke_mandate_side(agent, principal).0]).await.map(drop)
    }

    /// The same in the transaction of a change.
    pub fn revoke_mandate_side(&self, agent: &str, principal: &str) -> Side {
        let sql = "update mandates set revoked_at = $4 where port = $1 and agent = $2 and principal = $3 \
                   and revoked_at is null";
        Side(Stmt::new(sql, params![self.port(), agent, principal, self.chance().now()]))
    }
}

fn mandate(mut row: Row) -> Result<Mandate, StoreError> {
    Ok(Mandate {
        agent: row.text(0)?,
        principal: row.text(1)?,
        from: row.int(2)?,
        until: row.int(3)?,
        revoked_at: row.opt_int(4)?,
    })
}
