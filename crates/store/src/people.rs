//! Users, their sessions, and the keys of systems. Hashing passwords is the caller's; tokens and keys are kept as hashes.

use sha2::{Digest as _, Sha256};

use crate::param::{Param, Row, params};
use crate::select::Sql;
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A person who signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The name by which the person signs in.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// Hash of the password, with its parameters.
    pub password_hash: String,
    /// The firm that the person belongs to, or
    pub firm: Option<String>,
    /// the organ.
    pub organ: Option<String>,
    /// Roles.
    pub roles: Vec<String>,
    /// Language of pages.
    pub language: String,
    /// The password has to be changed first.
    pub must_change: bool,
    /// May not sign in any more.
    pub disabled: bool,
}

/// A session of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person, as it stands now.
    pub user: User,
    /// The token that forms carry.
    pub csrf: String,
    /// When it began.
    pub created_at: i64,
    /// When it ends in any case.
    pub expires_at: i64,
    /// When it ends unless it is used.
    pub idle_until: i64,
}

/// What a system's key allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiKey {
    /// Who acts by it.
    pub principal: String,
    /// The firm.
    pub firm: Option<String>,
    /// The organ.
    pub organ: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// A session's idle end is moved only when it moves by this much, in microseconds: a page view then writes nothing.
const SLIDE: i64 = 60_000_000;

pub(crate) const USER: &str =
    "u.id, u.name, u.password_hash, u.firm, u.organ, u.roles, u.language, u.must_change, u.disabled";

/// The hash by which a secret of high entropy is kept and found.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl Store {
    /// Adds a user or changes one.
    ///
    /// # Errors
    /// When the store cannot be written, as for all functions here.
    pub async fn put_user(&self, user: &User) -> Result<(), StoreError> {
        let sql = "insert into users (port, id, name, password_hash, firm, organ, roles, language, must_change, disabled) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (port, id) do update set \
                   name = excluded.name, password_hash = excluded.password_hash, firm = excluded.firm, \
                   organ = excluded.organ, roles = excluded.roles, language = excluded.language, \
                   must_change = excluded.must_change, disabled = excluded.disabled";
        self.write_one("user", sql, self.user_row(user)).await.map(drop)
    }

    /// Adds a user in the transaction of a change; refused when the name is taken.
    pub fn new_user_side(&self, user: &User) -> Side {
        let sql = "insert into users (port, id, name, password_hash, firm, organ, roles, language, must_change, disabled) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (port, id) do nothing returning id";
        Side(Stmt::must(sql, self.user_row(user), 1))
    }

    fn user_row(&self, user: &User) -> Vec<Param> {
        params![
            self.port(),
            user.id.as_str(),
            user.name.as_str(),
            user.password_hash.as_str(),
            user.firm.clone(),
            user.organ.clone(),
            user.roles.join(" "),
            user.language.as_str(),
            user.must_change,
            user.disabled,
        ]
    }

    /// Gives a user another password that she changes first, and lets her sign in again.
    pub fn reset_user_side(&self, id: &str, password_hash: &str) -> Side {
        let sql = "update users set password_hash = $3, must_change = 1, disabled = 0 where port = $1 and id = $2";
        Side(Stmt::new(sql, params![self.port(), id, password_hash]))
    }

    /// Gives a user the password that she chose herself, unless she may not sign in any more.
    pub fn own_password_side(&self, id: &str, password_hash: &str) -> Side {
        let sql = "update users set password_hash = $3, must_change = 0 \
                   where port = $1 and id = $2 and disabled = 0 returning id";
        Side(Stmt::must(sql, params![self.port(), id, password_hash], 1))
    }

    /// Lets a user sign in no more.
    pub fn disable_user_side(&self, id: &str) -> Side {
        Side(Stmt::new("update users set disabled = 1 where port = $1 and id = $2", params![self.port(), id]))
    }

    /// Sets the roles of a user, words apart by blanks.
    pub fn user_roles_side(&self, id: &str, roles: &str) -> Side {
        Side(Stmt::new("update users set roles = $3 where port = $1 and id = $2", params![self.port(), id, roles]))
    }

    /// Sets the language in which a user is addressed.
    pub async fn set_language(&self, id: &str, language: &str) -> Result<(), StoreError> {
        let sql = "update users set language = $3 where port = $1 and id = $2";
        self.write_one("user", sql, params![self.port(), id, language]).await.map(drop)
    }

    /// The users of a firm, or of an organ.
    pub async fn users_of(&self, unit: &str, organ: bool) -> Result<Vec<User>, StoreError> {
        let column = if organ { "organ" } else { "firm" };
        let sql = format!("select {USER} from users u where u.port = $1 and u.{column} = $2 order by u.id");
        let rows = self.query(&sql, &params![self.port(), unit]).await?;
        rows.into_iter().map(|mut row| user(&mut row)).collect()
    }

    /// A user.
    pub async fn user(&self, id: &str) -> Result<Option<User>, StoreError> {
        let sql = format!("select {USER} from users u where u.port = $1 and u.id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(|mut row| user(&mut row)).transpose()
    }

    /// The users that have these ids, in one statement.
    pub async fn users_with(&self, ids: &[String]) -> Result<Vec<User>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql {
            text: format!("select {USER} from users u where u.port = $1"),
            params: params![self.port()].to_vec(),
        };
        sql.and_in("u.id", ids);
        sql.all(self).await?.into_iter().map(|mut row| user(&mut row)).collect()
    }

    /// Users in the order of their ids, from after one.
    pub async fn users(&self, after: &str, limit: i64) -> Result<Vec<User>, StoreError> {
        let sql = format!("select {USER} from users u where u.port = $1 and u.id > $2 order by u.id limit $3");
        let rows = self.query(&sql, &params![self.port(), after, limit]).await?;
        rows.into_iter().map(|mut row| user(&mut row)).collect()
    }

    /// Begins a session under the hash of its token.
    pub async fn open_session(
        &self,
        token_hash: [u8; 32],
        user: &str,
        csrf: &str,
        expires_at: i64,
        idle_until: i64,
    ) -> Result<(), StoreError> {
        let sql = "insert into sessions (port, token_hash, user_id, csrf, created_at, expires_at, idle_until) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let now = self.chance().now();
        let values = params![self.port(), token_hash, user, csrf, now, expires_at, idle_until];
        self.write_one("session", sql, values).await.map(drop)
    }

    /// The session of a token's hash, if it still lives at `now` and its user may sign in.
    pub async fn session(&self, token_hash: [u8; 32], now: i64) -> Result<Option<Session>, StoreError> {
        let sql = format!(
            "select {USER}, s.csrf, s.created_at, s.expires_at, s.idle_until from sessions s \
             join users u on u.port = s.port and u.id = s.user_id where s.port = $1 and s.token_hash = $2 \
             and s.expires_at > $3 and s.idle_until > $3 and u.disabled = 0"
        );
        let Some(mut row) = self.query(&sql, &params![self.port(), token_hash, now]).await?.pop() else {
            return Ok(None);
        };
        Ok(Some(Session {
            user: user(&mut row)?,
            csrf: row.text(9)?,
            created_at: row.int(10)?,
            expires_at: row.int(11)?,
            idle_until: row.int(12)?,
        }))
    }

    /// Moves the idle end of a session on, if that is worth a write. Never beyond its last end.
    pub async fn slide_session(&self, token_hash: [u8; 32], session: &Session, until: i64) -> Result<(), StoreError> {
        let until = until.min(session.expires_at);
        if until < session.idle_until + SLIDE {
            return Ok(());
        }
        let sql = "update sessions set idle_until = $3 where port = $1 and token_hash = $2 and idle_until < $3";
        self.write_one("session", sql, params![self.port(), token_hash, until]).await.map(drop)
    }

    /// Ends a session.
    pub async fn close_session(&self, token_hash: [u8; 32]) -> Result<(), StoreError> {
        let sql = "delete from sessions where port = $1 and token_hash = $2";
        self.write_one("session", sql, params![self.port(), token_hash]).await.map(drop)
    }

    /// Ends all sessions of a user, for a changed password or a person who left.
    pub fn close_sessions_side(&self, user: &str) -> Side {
        Side(Stmt::new("delete from sessions where port = $1 and user_id = $2", params![self.port(), user]))
    }

    /// Removes sessions that ended.
    pub async fn sweep_sessions(&self, now: i64) -> Result<(), StoreError> {
        let sql = "delete from sessions where port = $1 and (expires_at <= $2 or idle_until <= $2)";
        self.write_one("session", sql, params![self.port(), now]).await.map(drop)
    }

    /// Adds a system's key under its hash.
    pub async fn put_api_key(&self, key_hash: [u8; 32], key: &ApiKey) -> Result<(), StoreError> {
        self.write("api_key", vec![self.api_key_side(key_hash, key).0]).await.map(drop)
    }

    /// Adds a system's key in the transaction of a change.
    pub fn api_key_side(&self, key_hash: [u8; 32], key: &ApiKey) -> Side {
        let sql = "insert into api_keys (port, key_hash, principal, firm, organ, scopes, created_at, revoked_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (port, key_hash) do update set \
                   principal = excluded.principal, firm = excluded.firm, organ = excluded.organ, \
                   scopes = excluded.scopes, revoked_at = excluded.revoked_at";
        let values = params![
            self.port(),
            key_hash,
            key.principal.as_str(),
            key.firm.clone(),
            key.organ.clone(),
            key.scopes.join(" "),
            self.chance().now(),
            key.revoked_at,
        ];
        Side(Stmt::new(sql, values))
    }

    /// The key of a hash, unless it is revoked.
    pub async fn api_key(&self, key_hash: [u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        let sql = "select principal, firm, organ, scopes, revoked_at from api_keys \
                   where port = $1 and key_hash = $2 and revoked_at is null";
        let Some(mut row) = self.query(sql, &params![self.port(), key_hash]).await?.pop() else { return Ok(None) };
        Ok(Some(api_key(&mut row)?))
    }

    /// Revokes all keys of a system, from the next call on.
    pub fn revoke_api_keys_side(&self, principal: &str) -> Side {
        let sql = "update api_keys set revoked_at = $3 where port = $1 and principal = $2 and revoked_at is null";
        Side(Stmt::new(sql, params![self.port(), principal, self.chance().now()]))
    }

    /// The keys of a unit (a firm or an organ) that stand, by principal, and when each was made.
    pub async fn api_keys_of(&self, unit: &str) -> Result<Vec<(ApiKey, i64)>, StoreError> {
        let sql = "select principal, firm, organ, scopes, revoked_at, created_at from api_keys \
                   where port = $1 and coalesce(organ, firm) = $2 and revoked_at is null order by principal, created_at";
        let rows = self.query(sql, &params![self.port(), unit]).await?;
        rows.into_iter().map(|mut row| Ok((api_key(&mut row)?, row.int(5)?))).collect()
    }

    /// Revokes a key, from the next call on.
    pub async fn revoke_api_key(&self, key_hash: [u8; 32]) -> Result<(), StoreError> {
        let sql = "update api_keys set revoked_at = $3 where port = $1 and key_hash = $2 and revoked_at is null";
        self.write_one("api_key", sql, params![self.port(), key_hash, self.chance().now()]).await.map(drop)
    }
}

fn api_key(row: &mut Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        principal: row.text(0)?,
        firm: row.opt_text(1)?,
        organ: row.opt_text(2)?,
        scopes: words(&row.text(3)?),
        revoked_at: row.opt_int(4)?,
    })
}

pub(crate) fn user(row: &mut Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.text(0)?,
        name: row.text(1)?,
        password_hash: row.text(2)?,
        firm: row.opt_text(3)?,
        organ: row.opt_text(4)?,
        roles: words(&row.text(5)?),
        language: row.text(6)?,
        must_change: row.int(7)? != 0,
        disabled: row.int(8)? != 0,
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
