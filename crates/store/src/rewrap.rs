//! Another master key: everything that the former one opens is wrapped anew, so that with the former key the copies end that
//! were made before.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Store, StoreError, appointments, drafts, vault, ways};

/// So many keys are wrapped in one transaction.
const PAGE: i64 = 500;

/// The statement that puts a sealed value in place.
const DRAFT: &str = "update drafts set sealed = $5 where port = $1 and owner = $2 and target = $3 and formality = $4";

impl Store {
    /// Wraps the keys of all documents, the drafts, the ways by which people are told, what the hall keeps of persons and the store's secrets under another master key. It can be interrupted
    /// and done again with the same two keys: what the new one opens is left alone. Nobody else may have the store open.
    /// Gives how many were wrapped.
    ///
    /// # Errors
    /// When something opens under neither key, or the store cannot be written; what was done then stands.
    pub async fn rewrap(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let kept =
            self.rewrap_documents(heir).await? + self.rewrap_drafts(heir).await? + self.rewrap_secrets(heir).await?;
        Ok(kept
            + self.rewrap_preferences(heir).await?
            + self.rewrap_endpoints(heir).await?
            + self.rewrap_hall(heir).await?)
    }

    async fn rewrap_documents(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let (mut after, mut count) = (Uuid::nil(), 0);
        loop {
            let sql = "select id, purpose, wrapped_key from documents \
                       where port = $1 and wrapped_key is not null and id > $2 order by id limit $3";
            let page = self.query(sql, &params![self.port(), after, PAGE]).await?;
            let mut stmts = Vec::new();
            if page.is_empty() {
                return Ok(count);
            }
            for mut row in page {
                after = row.uuid(0)?;
                let context = vault::context(after, &row.text(1)?);
                if let Some(wrapped) = self.wrapped(heir, &context, &row.bytes(2)?)? {
                    let sql = "update documents set wrapped_key = $3 where port = $1 and id = $2";
                    stmts.push(Stmt::new(sql, params![self.port(), after, wrapped]));
                }
            }
            count += self.write_all(stmts).await?;
        }
    }

    async fn rewrap_drafts(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let rows = self
            .query("select owner, target, formality, sealed from drafts where port = $1", &[self.port_param()])
            .await?;
        let mut stmts = Vec::new();
        for mut row in rows {
            let (owner, target, formality) = (row.text(0)?, row.text(1)?, row.text(2)?);
            let context = drafts::context(&owner, &target, &formality);
            if let Some(sealed) = self.wrapped(heir, &context, &row.bytes(3)?)? {
                stmts.push(Stmt::new(DRAFT, params![self.port(), owner, target, formality, sealed]));
            }
        }
        self.write_all(stmts).await
    }

    async fn rewrap_secrets(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let rows = self.query("select name, sealed from secrets where port = $1", &[self.port_param()]).await?;
        let secret = |mut row: Row| {
            let name = row.text(0)?;
            let sealed = self.wrapped(heir, name.as_bytes(), &row.bytes(1)?)?;
            let sql = "update secrets set sealed = $3 where port = $1 and name = $2";
            Ok(sealed.map(|sealed| Stmt::new(sql, params![self.port(), name, sealed])))
        };
        let stmts: Result<Vec<Option<Stmt>>, StoreError> = rows.into_iter().map(secret).collect();
        self.write_all(stmts?.into_iter().flatten().collect()).await
    }

    async fn rewrap_preferences(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let sql = "select recipient, sealed from preferences where port = $1";
        let mut stmts = Vec::new();
        for mut row in self.query(sql, &[self.port_param()]).await? {
            let recipient = row.text(0)?;
            let context = ways::context("preferences", recipient.as_bytes());
            if let Some(sealed) = self.wrapped(heir, &context, &row.bytes(1)?)? {
                let sql = "update preferences set sealed = $3 where port = $1 and recipient = $2";
                stmts.push(Stmt::new(sql, params![self.port(), recipient, sealed]));
            }
        }
        self.write_all(stmts).await
    }

    async fn rewrap_endpoints(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let mut stmts = Vec::new();
        for mut row in self.query("select id, secret from endpoints where port = $1", &[self.port_param()]).await? {
            let id = row.uuid(0)?;
            let context = ways::context("endpoint", id.as_bytes());
            if let Some(secret) = self.wrapped(heir, &context, &row.bytes(1)?)? {
                let sql = "update endpoints set secret = $3 where port = $1 and id = $2";
                stmts.push(Stmt::new(sql, params![self.port(), id, secret]));
            }
        }
        self.write_all(stmts).await
    }

    async fn rewrap_hall(&self, heir: &[u8; 32]) -> Result<u64, StoreError> {
        let mut stmts = Vec::new();
        for mut row in self.query("select id, sealed from hall_words where port = $1", &[self.port_param()]).await? {
            let id = row.uuid(0)?;
            if let Some(sealed) = self.wrapped(heir, &appointments::context(id), &row.bytes(1)?)? {
                let sql = "update hall_words set sealed = $3 where port = $1 and id = $2";
                stmts.push(Stmt::new(sql, params![self.port(), id, sealed]));
            }
        }
        self.write_all(stmts).await
    }

    async fn write_all(&self, stmts: Vec<Stmt>) -> Result<u64, StoreError> {
        let count = stmts.len() as u64;
        if count > 0 {
            self.write("rewrap", stmts).await?;
        }
        Ok(count)
    }

    /// What a master key sealed, under another; nothing when that one sealed it.
    fn wrapped(&self, heir: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if vault::open_small(heir, context, sealed).is_ok() {
            return Ok(None);
        }
        let plain = vault::open_small(&self.0.options.master_key, context, sealed)?;
        vault::seal_small(heir, self.chance(), context, &plain).map(Some)
    }
}
