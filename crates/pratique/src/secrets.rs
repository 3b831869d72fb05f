//! Chance, and the files of secrets.

use std::{fs, io::Write, path::Path};

/// Thirty-two bytes of the operating system's chance.
pub fn chance() -> [u8; 32] {
    let mut bytes = [0; 32];
    // Without chance there are no keys and no sessions: nothing may go on.
    #[expect(clippy::expect_used, reason = "a machine without entropy cannot run this program safely")]
    getrandom::fill(&mut bytes).expect("the operating system gives chance");
    bytes
}

/// The file of the master key, and that of the one that follows it, while everything is wrapped anew.
pub const MASTER: &str = "master.key";
pub const MASTER_NEXT: &str = "master.next";

/// The two master keys of a replacement, the second made when it was not begun before.
pub fn master_keys(data: &Path) -> Result<([u8; 32], [u8; 32]), String> {
    let folder = data.join("keys");
    let read = |name: &str| {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        bytes.try_into().map_err(|_| format!("{}: a master key has 32 bytes", path.display()))
    };
    if !folder.join(MASTER_NEXT).exists() {
        write_secret(&folder.join(MASTER_NEXT), &chance())?;
    }
    Ok((read(MASTER)?, read(MASTER_NEXT)?))
}

/// The second master key is the one from now on; the first is gone.
pub fn end_master(data: &Path) -> Result<(), String> {
    let folder = data.join("keys");
    fs::rename(folder.join(MASTER_NEXT), folder.join(MASTER))
        .and_then(|()| fs::File::open(&folder)?.sync_all())
        .map_err(|error| format!("{}: {error}", folder.display()))
}

/// The key that wraps the keys of documents, made when it is missing.
pub fn master_key(data: &Path) -> Result<[u8; 32], String> {
    let path = data.join("keys").join(MASTER);
    if data.join("keys").join(MASTER_NEXT).exists() {
        return Err("the master key is being replaced: run `pratique keys rotate master` to its end".to_owned());
    }
    if let Ok(bytes) = fs::read(&path) {
        return bytes.try_into().map_err(|_| format!("{}: a master key has 32 bytes", path.display()));
    }
    let key = chance();
    write_secret(&path, &key)?;
    Ok(key)
}

/// Writes a secret that only this user may read, durably before anything is sealed with it.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let explain = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(explain)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(explain)?;
    file.write_all(bytes).map_err(explain)?;
    file.sync_all().map_err(explain)
}

/// Writes a file so that it is there whole or as it was before.
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let (half, path) = (folder.join(format!("{name}.half")), folder.join(name));
    let written = fs::File::create(&half)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&half, &path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}
