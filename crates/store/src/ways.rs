//! By which ways people and systems are told: preferences, endpoints of webhooks, secret feeds; and calls by telephone.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::people::User;
use crate::vault;
use crate::{Store, StoreError};

/// An address of a system that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its identifier.
    pub id: Uuid,
    /// Whose: `firm:CODE` or `organ:CODE`.
    pub party: String,
    /// The address.
    pub url: String,
    /// Who entered it.
    pub made_by: String,
    /// When, microseconds UTC.
    pub made_at: i64,
    /// Since when no call has succeeded.
    pub failing_since: Option<i64>,
    /// When it was put out of use.
    pub disabled_at: Option<i64>,
    /// Why.
    pub reason: String,
}

/// A call by telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCall {
    /// Its identifier, ordered in time.
    pub id: Uuid,
    /// The matter.
    pub matter: Uuid,
    /// The report whose firm was called.
    pub report: i64,
    /// Who called.
    pub who: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// `reached`, `no_answer`, `busy`, `wrong_number`, `call_back`.
    pub result: String,
    /// When it is to be tried again.
    pub next_at: Option<i64>,
}

const ENDPOINT: &str = "id, party, url, made_by, made_at, failing_since, disabled_at, reason";
const PHONE_CALL: &str = "id, matter, report, who, at, result, next_at";

impl Store {
    /// Keeps how somebody wants to be told, sealed.
    ///
    /// # Errors
    /// When the store cannot be read or written, as for all functions here.
    pub async fn put_preferences(&self, recipient: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let options = &self.0.options;
        let context = context("preferences", recipient.as_bytes());
        let sealed = vault::seal_small(&options.master_key, &options.chance, &context, bytes)?;
        let sql = "insert into preferences (port, recipient, sealed, changed_at) values ($1, $2, $3, $4) \
                   on conflict (port, recipient) do update set sealed = excluded.sealed, changed_at = excluded.changed_at";
        let values = params![self.port(), recipient, sealed, self.chance().now()];
        self.write_one("preferences", sql, values).await.map(drop)
    }

    /// How somebody wants to be told; none when nothing was said.
    pub async fn preferences(&self, recipient: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select sealed from preferences where port = $1 and recipient = $2";
        let Some(mut row) = self.query(sql, &params![self.port(), recipient]).await?.pop() else { return Ok(None) };
        let context = context("preferences", recipient.as_bytes());
        Ok(Some(vault::open_small(&self.0.options.master_key, &context, &row.bytes(0)?)?))
    }

    /// Enters an endpoint with its secret.
    pub async fn put_endpoint(&self, endpoint: &Endpoint, secret: &[u8]) -> Result<(), StoreError> {
        let options = &self.0.options;
        let context = context("endpoint", endpoint.id.as_bytes());
        let sealed = vault::seal_small(&options.master_key, &options.chance, &context, secret)?;
        let sql = "insert into endpoints (port, id, party, url, secret, made_by, made_at, failing_since, disabled_at, reason) \
                   values ($1, $2, $3, $4, $5, $6, $7, null, null, '')";
        let Endpoint { id, party, url, made_by, made_at, .. } = endpoint;
        let values = params![self.port(), *id, party.as_str(), url.as_str(), sealed, made_by.as_str(), *made_at];
        self.write_one("endpoint", sql, values).await.map(drop)
    }

    /// Endpoints of a party, the oldest first.
    pub async fn endpoints_of(&self, party: &str) -> Result<Vec<Endpoint>, StoreError> {
        let sql = format!("select {ENDPOINT} from endpoints where port = $1 and party = $2 order by id");
        self.query(&sql, &params![self.port(), party]).await?.into_iter().map(endpoint).collect()
    }

    /// An endpoint with its secret.
    pub async fn endpoint(&self, id: Uuid) -> Result<Option<(Endpoint, Vec<u8>)>, StoreError> {
        let sql = format!("select {ENDPOINT}, secret from endpoints where port = $1 and id = $2");
        let Some(mut row) = self.query(&sql, &params![self.port(), id]).await?.pop() else { return Ok(None) };
        let sealed = row.bytes(8)?;
        let context = context("endpoint", id.as_bytes());
        let secret = vault::open_small(&self.0.options.master_key, &context, &sealed)?;
        Ok(Some((endpoint(row)?, secret)))
    }

    /// Removes an endpoint of a party. False when it has none such.
    pub async fn delete_endpoint(&self, party: &str, id: Uuid) -> Result<bool, StoreError> {
        let sql = "delete from endpoints where port = $1 and party = $2 and id = $3 returning id";
        Ok(!self.write_one("endpoint", sql, params![self.port(), party, id]).await?.is_empty())
    }

    /// Notes that an endpoint answers, or since when it does not, or that it is out of use.
    pub async fn mark_endpoint(
        &self,
        id: Uuid,
        failing_since: Option<i64>,
        disabled_at: Option<i64>,
        reason: &str,
    ) -> Result<(), StoreError> {
        let sql = "update endpoints set failing_since = $3, disabled_at = $4, reason = $5 where port = $1 and id = $2";
        self.write_one("endpoint", sql, params![self.port(), id, failing_since, disabled_at, reason]).await.map(drop)
    }

    /// Opens the feeds of a person under the hash of their secret; those before are closed.
    pub async fn open_feeds(&self, person: &str, token_hash: [u8; 32]) -> Result<(), StoreError> {
        let close = "delete from feeds where port = $1 and person = $2";
        let open = "insert into feeds (port, token_hash, person, made_at) values ($1, $2, $3, $4)";
        let stmts = vec![
            crate::stmt::Stmt::new(close, params![self.port(), person]),
            crate::stmt::Stmt::new(open, params![self.port(), token_hash, person, self.chance().now()]),
        ];
        self.write("feeds", stmts).await.map(drop)
    }

    /// Closes the feeds of a person.
    pub async fn close_feeds(&self, person: &str) -> Result<(), StoreError> {
        let sql = "delete from feeds where port = $1 and person = $2";
        self.write_one("feeds", sql, params![self.port(), person]).await.map(drop)
    }

    /// Since when a person has feeds.
    pub async fn feeds_since(&self, person: &str) -> Result<Option<i64>, StoreError> {
        let sql = "select made_at from feeds where port = $1 and person = $2";
        self.query(sql, &params![self.port(), person]).await?.first().map(|row| row.int(0)).transpose()
    }

    /// The person of a feed's secret, while she may sign in.
    pub async fn person_of_feed(&self, token_hash: [u8; 32]) -> Result<Option<User>, StoreError> {
        let sql = format!(
            "select {} from feeds f join users u on u.port = f.port and u.id = f.person \
             where f.port = $1 and f.token_hash = $2 and u.disabled = 0",
            crate::people::USER
        );
        let mut rows = self.query(&sql, &params![self.port(), token_hash]).await?;
        rows.pop().map(|mut row| crate::people::user(&mut row)).transpose()
    }

    /// Notes a call by telephone.
    pub async fn put_phone_call(&self, call: &PhoneCall) -> Result<(), StoreError> {
        let sql = "insert into phone_calls (port, id, matter, report, who, at, result, next_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let PhoneCall { id, matter, report, who, at, result, next_at } = call;
        let values = params![self.port(), *id, *matter, *report, who.as_str(), *at, result.as_str(), *next_at];
        self.write_one("phone_call", sql, values).await.map(drop)
    }

    /// Calls about a matter, the newest first.
    pub async fn phone_calls(&self, matter: Uuid, limit: i64) -> Result<Vec<PhoneCall>, StoreError> {
        let sql =
            format!("select {PHONE_CALL} from phone_calls where port = $1 and matter = $2 order by id desc limit $3");
        self.query(&sql, &params![self.port(), matter, limit]).await?.into_iter().map(phone_call).collect()
    }
}

pub(crate) fn context(what: &str, of: &[u8]) -> Vec<u8> {
    [what.as_bytes(), b"\0", of].concat()
}

fn endpoint(mut row: Row) -> Result<Endpoint, StoreError> {
    Ok(Endpoint {
        id: row.uuid(0)?,
        party: row.text(1)?,
        url: row.text(2)?,
        made_by: row.text(3)?,
        made_at: row.int(4)?,
        failing_since: row.opt_int(5)?,
        disabled_at: row.opt_int(6)?,
        reason: row.text(7)?,
    })
}

fn phone_call(mut row: Row) -> Result<PhoneCall, StoreError> {
    Ok(PhoneCall {
        id: row.uuid(0)?,
        matter: row.uuid(1)?,
        report: row.int(2)?,
        who: row.text(3)?,
        at: row.int(4)?,
        result: row.text(5)?,
        next_at: row.opt_int(6)?,
    })
}
