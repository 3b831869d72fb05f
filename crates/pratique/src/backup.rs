//! `pratique backup`: a copy that holds together while the program runs.

use std::{fs, io, path::Path};

use crate::setup::{self, Settings};

/// Copies checkpoint, database and documents, in this order: the copy then holds at least what its checkpoint promises, and
/// every document that its database names.
pub fn backup(settings: &Settings, folder: &Path) -> Result<(), String> {
    let (data, at) = (settings.data(), |error: io::Error| format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(at)?;
    let (from, to) = (data.join("checkpoint"), folder.join("checkpoint"));
    if from.exists() && !to.exists() {
        fs::copy(from, to).map_err(at)?;
    }
    let database = store::copy(&settings.url(), folder).map_err(|error| error.to_string())?;
    let count = documents(&data.join("documents"), &folder.join("documents")).map_err(at)?;
    setup::talk(&format!(
        "pratique: {} and {count} new documents are copied; keep `keys` elsewhere",
        database.display()
    ));
    Ok(())
}

/// Documents never change: those that the folder holds are left as they are.
fn documents(from: &Path, to: &Path) -> io::Result<u64> {
    if !from.exists() {
        return Ok(0);
    }
    fs::create_dir_all(to)?;
    let mut count = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            count += documents(&entry.path(), &to)?;
        } else if !to.exists() {
            fs::copy(entry.path(), to)?;
            count += 1;
        }
    }
    Ok(count)
}
