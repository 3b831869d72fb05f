//! Opening a store: lock, migrations, comparison with the last signed checkpoint, and only then the writer.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::Context;
use crate::fail::FailPoints;
use crate::migrate;
use crate::param::params;
use crate::postgres::Postgres;
use crate::sqlite::{self, Sqlite};
use crate::{Engine, Options, Shared, Store, StoreError};

/// Name of the file that an operator gives up when the disk is full.
const RESERVE: &str = "reserve";

impl Store {
    /// Opens the store, brings its schema up to date and compares it with the last signed checkpoint.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process writes to the same SQLite store, [`StoreError::Newer`] when a newer
    /// program made it, [`StoreError::Behind`] when it holds less or other than the checkpoint says.
    pub async fn open(options: Options) -> Result<Store, StoreError> {
        fs::create_dir_all(&options.data_dir).map_err(io)?;
        let (fail, written) = (FailPoints::default(), Arc::<crate::figures::Written>::default());
        let context = Context {
            port: options.port.clone(),
            key: options.receipt_key.clone(),
            chance: options.chance.clone(),
            fail: fail.clone(),
            written: written.clone(),
        };
        let engine = match Place::of(&options.url)? {
            Place::File(path) => open_sqlite(path, &options, context)?,
            Place::Server => Engine::Postgres(Postgres::open(&options.url, context).await?),
        };
        let node = options.chance.id().to_string();
        let store = Store(Arc::new(Shared {
            options,
            engine,
            fail,
            numbers: Default::default(),
            node,
            written,
            subjects: Default::default(),
            statements: Default::default(),
        }));
        let checked = match store.check_log().await {
            Ok(()) => store.open_subjects().await,
            behind => behind,
        };
        if let Err(error) = checked {
            store.close().await;
            return Err(error);
        }
        store.end_leases().await?;
        store.make_reserve()?;
        Ok(store)
    }

    /// Writes a hot copy of a SQLite store, which can be opened in place of the first. (PostgreSQL has its own tools.)
    /// Documents that are files are not part of it; they never change and can be copied before.
    ///
    /// # Errors
    /// [`StoreError::Refused`] on PostgreSQL.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.backup(to),
            Engine::Postgres(_) => Err(StoreError::Refused("PostgreSQL is copied with its own tools".into())),
        }
    }

    /// Gives up the reserve file, so that those who must act can write while the disk is full.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be removed.
    pub fn free_reserve(&self) -> Result<(), StoreError> {
        match fs::remove_file(self.0.options.data_dir.join(RESERVE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(error)),
            _ => Ok(()),
        }
    }

    /// Makes the reserve file, with real blocks. A disk without room for it is no reason not to start.
    fn make_reserve(&self) -> Result<(), StoreError> {
        let path = self.0.options.data_dir.join(RESERVE);
        let size = self.0.options.reserve;
        if size == 0 || fs::metadata(&path).is_ok_and(|file| file.len() == size) {
            return Ok(());
        }
        let mut file = fs::File::create(&path).map_err(io)?;
        let block = vec![0xa5; 1 << 20];
        let mut left = size;
        while left > 0 {
            let part = left.min(block.len() as u64);
            match file.write_all(&block[..part as usize]) {
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => return self.free_reserve(),
                written => written.map_err(io)?,
            }
            left -= part;
        }
        file.sync_all().map_err(io)
    }
}

/// Copies the database at an address into a folder, also while a server writes to it, and gives the copy's path.
///
/// # Errors
/// [`StoreError::Refused`] on PostgreSQL, and when the copy is there already.
pub fn copy(url: &str, folder: &Path) -> Result<PathBuf, StoreError> {
    let Place::File(from) = Place::of(url)? else {
        return Err(StoreError::Refused("PostgreSQL is copied with its own tools, pg_dump for example".into()));
    };
    let to = folder.join(from.file_name().ok_or_else(|| StoreError::Refused(format!("{url} names no file")))?);
    if to.exists() {
        return Err(StoreError::Refused(format!("{} is there already", to.display())));
    }
    let copied =
        sqlite::copy(&from, &to).and_then(|()| fs::File::open(&to).and_then(|file| file.sync_all()).map_err(io));
    if copied.is_err() {
        // Half a copy would be taken for one.
        let _ = fs::remove_file(&to);
    }
    copied.map(|()| to)
}

/// Where a store is.
pub(crate) enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A server of PostgreSQL.
    Server,
}

impl Place {
    pub(crate) fn of(url: &str) -> Result<Place, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Place::File(path.strip_prefix("//").unwrap_or(path).into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Place::Server);
        }
        Err(StoreError::Refused("the address of a store begins with sqlite: or postgres://".into()))
    }
}

fn open_sqlite(path: PathBuf, options: &Options, context: Context) -> Result<Engine, StoreError> {
    let (mut conn, lock) = Sqlite::connect(&path, options.durability)?;
    conn.execute_batch(migrate::CREATE).map_err(crate::error::of_sqlite)?;
    let newest = sqlite::rows(&conn, migrate::NEWEST, &[])?.first().map_or(Ok(0), |row| row.int(0))?;
    for (number, text) in migrate::pending(migrate::SQLITE, newest)? {
        let transaction = conn.transaction().map_err(crate::error::of_sqlite)?;
        transaction.execute_batch(text).map_err(crate::error::of_sqlite)?;
        sqlite::rows(&transaction, &sqlite::native(migrate::RECORD), &params![*number, options.chance.now()])?;
        transaction.commit().map_err(crate::error::of_sqlite)?;
    }
    crate::statistics::tell(&conn)?;
    Ok(Engine::Sqlite(Sqlite::start(path, conn, lock, context)?))
}

pub(crate) fn io(error: std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Unavailable(error.to_string()),
    }
}
