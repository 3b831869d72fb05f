//! Sealed documents, read through the reach of who asks.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::reach::Reader;
use crate::vault::{self, Document};
use crate::{Store, StoreError};

impl Store {
    /// A document of a record, which belongs to no matter, in the clear; none for one that serves something else. For the use
    /// case that keeps the record: it knows who may read it.
    ///
    /// # Errors
    /// When the store cannot be read or the bytes do not open.
    pub async fn document_of_record(&self, id: Uuid, purpose: &str) -> Result<Option<Document>, StoreError> {
        let sql = "select id, matter, purpose, wrapped_key, salt, sealed, file, erased_at, erased_why from documents \
             where port = $1 and id = $2 and purpose = $3";
        let Some(mut row) = self.query(sql, &params![self.port(), id, purpose]).await?.pop() else {
            return Ok(None);
        };
        let matter = row.uuid(1)?;
        self.opened(matter, row).await.map(Some)
    }
}

impl Reader {
    /// A document in the clear, if its matter is within reach; without bytes once it is erased. Whether the asker needs
    /// to know it, and the access log, are the caller's.
    ///
    /// # Errors
    /// When the store cannot be read or the bytes do not open, as for all functions here.
    pub async fn document(&self, id: Uuid) -> Result<Option<Document>, StoreError> {
        let sql = "select id, matter, purpose, wrapped_key, salt, sealed, file, erased_at, erased_why from documents \
             where port = $1 and id = $2";
        let Some(mut row) = self.store.query(sql, &params![self.store.port(), id]).await?.pop() else {
            return Ok(None);
        };
        let matter = row.uuid(1)?;
        if !self.sees(matter).await? {
            return Ok(None);
        }
        self.store.opened(matter, row).await.map(Some)
    }

    /// Every document of a matter that serves a purpose and that its entries do not name, in the clear, the oldest first; none
    /// out of reach.
    pub async fn documents_for(&self, matter: Uuid, purpose: &str) -> Result<Vec<Document>, StoreError> {
        if !self.sees(matter).await? {
            return Ok(Vec::new());
        }
        let sql = "select id, matter, purpose, wrapped_key, salt, sealed, file, erased_at, erased_why from documents \
                   where port = $1 and matter = $2 and purpose = $3 and named = 0 order by id";
        let mut documents = Vec::new();
        for row in self.store.query(sql, &params![self.store.port(), matter, purpose]).await? {
            documents.push(self.store.opened(matter, row).await?);
        }
        Ok(documents)
    }

    /// The documents of a matter that its entries do not name: identifier, purpose, size and whether it is erased.
    pub async fn documents(&self, matter: Uuid) -> Result<Vec<(Uuid, String, i64, bool)>, StoreError> {
        if !self.sees(matter).await? {
            return Ok(Vec::new());
        }
        let sql = "select id, purpose, size, erased_at from documents where port = $1 and matter = $2 and named = 0 order by id";
        let rows = self.store.query(sql, &params![self.store.port(), matter]).await?;
        let document = |mut row: Row| Ok((row.uuid(0)?, row.text(1)?, row.int(2)?, row.opt_int(3)?.is_some()));
        rows.into_iter().map(document).collect()
    }
}

impl Store {
    /// The document of a matter in a row of `id, matter, purpose, wrapped_key, salt, sealed, file, erased_at,
    /// erased_why`.
    async fn opened(&self, matter: Uuid, mut row: Row) -> Result<Document, StoreError> {
        let (id, purpose) = (row.uuid(0)?, row.text(2)?);
        let (Some(key), Some(salt)) = (row.opt_bytes(3)?, row.opt_bytes(4)?) else {
            let erased = row.opt_int(7)?.map(|at| Ok::<_, StoreError>((at, row.opt_text(8)?.unwrap_or_default())));
            return Ok(Document { id, matter, purpose, bytes: None, salted_digest: None, erased: erased.transpose()? });
        };
        let sealed = match row.opt_text(6)? {
            None => row.bytes(5)?,
            Some(name) => self.read_file(&name).await?,
        };
        let bytes = vault::open(&self.0.options.master_key, id, &purpose, &key, &sealed)?;
        let digest = vault::salted_digest(&salt, &bytes);
        Ok(Document { id, matter, purpose, bytes: Some(bytes), salted_digest: Some(digest), erased: None })
    }

    async fn read_file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let path =
            vault::file_path(&self.files(), name).ok_or_else(|| StoreError::Broken("no name of a file".into()))?;
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        read.map_err(|_| crate::closed())?.map_err(crate::open::io)
    }
}
