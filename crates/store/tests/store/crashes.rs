//! Kill -9 under load, and power lost: only what was synced is left.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, c_char, c_int};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, OnceLock};

use rusqlite::ffi;
use store::{Reach, Store};

use crate::harness::{NOON, Place, job, key, new_matter, options};

const CHILD: &str = "PRATIQUE_STORE_CHILD";

/// Not a test by itself: the process that is killed. It writes what was acknowledged to its standard output.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the parent names the folder in the environment")]
async fn child_that_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let folder = PathBuf::from(folder);
    let url = format!("sqlite:{}", folder.join("port.db").display());
    let store = Store::open(options(&url, &folder, "port", Arc::new(AtomicI64::new(NOON)))).await.expect("opens");
    let sequencer = store.clone();
    tokio::spawn(async move {
        loop {
            sequencer.sequence().await.expect("sequenced");
        }
    });
    for _ in 0..16 {
        let store = store.clone();
        tokio::spawn(async move {
            loop {
                let matter = new_matter(&store, "firm-a");
                let mut filed = job(vec![matter.clone()]);
                filed.key = Some(key(&matter.id.to_string(), 1));
                let answer = store.commit(filed).await.expect("committed");
                let line = format!("acked {} {}\n", matter.id, answer.receipt_id);
                std::io::stdout().write_all(line.as_bytes()).expect("the parent reads");
            }
        });
    }
    // Until it is killed.
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let place = Place::sqlite();
    let mut acked = BTreeMap::new();
    for round in 0..4u64 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "crashes::child_that_is_killed", "--nocapture"])
            .env(CHILD, &place.folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let output = child.stdout.take().expect("piped");
        let reader = std::thread::spawn(move || {
            std::io::BufReader::new(output).lines().map_while(Result::ok).collect::<Vec<_>>()
        });
        std::thread::sleep(std::time::Duration::from_millis(250 + 130 * round));
        child.kill().expect("killed");
        child.wait().expect("gone");
        for line in reader.join().expect("read") {
            if let Some((matter, receipt)) = line.strip_prefix("acked ").and_then(|rest| rest.split_once(' ')) {
                acked.insert(matter.to_owned(), receipt.to_owned());
            }
        }
        let url = format!("sqlite:{}", place.db().display());
        let store = Store::open(options(&url, &place.folder, "port", place.clock.clone())).await.expect("opens");
        let reader = store.reach(Reach::Port);
        for (matter, receipt) in &acked {
            let id = matter.parse().expect("an identifier, written in one piece");
            assert_eq!(reader.entries(id, 0, 10).await.expect("read").len(), 1, "{matter} is there once");
            let found = store.receipt_by_key(&key(matter, 1)).await.expect("read").expect("its key is known");
            assert_eq!(&found.receipt_id.to_string(), receipt);
        }
        store.sequence().await.expect("sequenced");
        assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
        store.close().await;
    }
    assert!(acked.len() > 100, "only {} were acknowledged", acked.len());
}

/// Files as they were when they were last synced, by path.
static SYNCED: OnceLock<Mutex<HashMap<PathBuf, Vec<u8>>>> = OnceLock::new();

/// Open files of the shim and their real sync.
static OPEN: OnceLock<Mutex<HashMap<usize, (PathBuf, Sync)>>> = OnceLock::new();

type Sync = unsafe extern "C" fn(*mut ffi::sqlite3_file, c_int) -> c_int;

static REAL_OPEN: OnceLock<Open> = OnceLock::new();

type Open = unsafe extern "C" fn(
    *mut ffi::sqlite3_vfs,
    ffi::sqlite3_filename,
    *mut ffi::sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;

/// Syncs for real and keeps what the file holds now.
#[expect(unsafe_code, reason = "SQLite calls this with its own file")]
unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    let known = OPEN.get_or_init(Mutex::default).lock().expect("no panic").get(&(file as usize)).cloned();
    let Some((path, real)) = known else { return ffi::SQLITE_IOERR };
    if let Ok(bytes) = std::fs::read(&path) {
        SYNCED.get_or_init(Mutex::default).lock().expect("no panic").insert(path, bytes);
    }
    // SAFETY: the file is the one that the real file system opened.
    unsafe { real(file, flags) }
}

/// Opens for real and puts [`sync`] in place of the real one.
#[expect(unsafe_code, reason = "SQLite calls this with its own pointers")]
unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let Some(real) = REAL_OPEN.get() else { return ffi::SQLITE_CANTOPEN };
    // SAFETY: the arguments are those of SQLite; the methods are copied before they are changed, and live for ever.
    unsafe {
        let code = real(vfs, name, file, flags, out);
        let watched = flags & (ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_WAL) != 0;
        if code != ffi::SQLITE_OK || name.is_null() || !watched || (*file).pMethods.is_null() {
            return code;
        }
        let path = PathBuf::from(CStr::from_ptr(name as *const c_char).to_string_lossy().into_owned());
        let mut methods = *(*file).pMethods;
        if let Some(real_sync) = methods.xSync.filter(|_| path.to_string_lossy().contains("power")) {
            OPEN.get_or_init(Mutex::default).lock().expect("no panic").insert(file as usize, (path, real_sync));
            methods.xSync = Some(sync);
            (*file).pMethods = Box::leak(Box::new(methods));
        }
        code
    }
}

/// Makes the shim the file system of every SQLite connection that is opened from now on; it only watches files whose
/// path has `power` in it.
#[expect(unsafe_code, reason = "a file system is registered by pointers")]
fn register() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system lives for ever; its copy is leaked, so that it does too.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            let mut shim = *real;
            let _ = REAL_OPEN.set(shim.xOpen.expect("a file system opens files"));
            shim.xOpen = Some(open);
            shim.zName = c"synced".as_ptr();
            shim.pNext = std::ptr::null_mut();
            ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1);
        }
    });
}

/// Writes the files as they were synced to another folder: what is left when the power goes now.
fn power_lost(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for (path, bytes) in SYNCED.get_or_init(Mutex::default).lock().expect("no panic").iter() {
        if let (true, Some(name)) = (path.starts_with(from), path.file_name()) {
            std::fs::write(to.join(name), bytes).expect("written");
        }
    }
    if let Ok(note) = std::fs::read(from.join("checkpoint")) {
        std::fs::write(to.join("checkpoint"), note).expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_was_synced_before() {
    register();
    let place = Place::sqlite();
    let folder = place.folder.join("power");
    std::fs::create_dir_all(&folder).expect("a folder");
    let url = |folder: &Path| format!("sqlite:{}", folder.join("port.db").display());
    let opened = |folder: &Path| Store::open(options(&url(folder), folder, "port", place.clock.clone()));
    let store = opened(&folder).await.expect("opens");
    let mut acked = Vec::new();
    for crash in 0..40 {
        for _ in 0..5 {
            let matter = new_matter(&store, "firm-a");
            store.commit(job(vec![matter.clone()])).await.expect("committed");
            acked.push(matter.id);
        }
        if crash % 3 == 0 {
            store.sequence().await.expect("sequenced");
        }
        let left = place.folder.join(format!("left-{crash}"));
        power_lost(&folder, &left);
        let after = opened(&left).await.expect("what is left opens and is not behind its checkpoint");
        let reader = after.reach(Reach::Port);
        for id in &acked {
            assert!(reader.sees(*id).await.expect("read"), "crash {crash}: {id} was acknowledged and is lost");
        }
        after.close().await;
    }
    store.close().await;
}
