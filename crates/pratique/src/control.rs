//! Commands that change or ask what a server may hold open: done by the server that runs on the same data folder, through a
//! socket that its own user alone may open, or here when none runs.

use std::{
    fs, io,
    io::{BufRead, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use office::{Administrator, Error, Office};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    erase, people,
    setup::{self, Clock, Settings},
    told::Told,
};

/// What is asked in one go may have so many bytes.
const LARGEST: u64 = 1 << 20;

/// So long a caller may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum What {
    /// Firms.
    Firm(people::Firm),
    /// People.
    User(people::User),
    /// Mandates.
    Mandate(people::Mandate),
    /// Keys of systems.
    Key(people::Key),
    /// What would be erased.
    Erasable(erase::Erase),
    /// Erasing it.
    Erase(erase::Erase),
    /// What is past its term, and what must be kept.
    Retention(erase::Retention),
}

/// A command with the password that was read for it.
#[derive(Serialize, Deserialize)]
struct Ask {
    what: What,
    password: Option<String>,
}

/// Does a command, wherever it is done, and prints what it tells.
pub fn run(settings: &Settings, what: What) -> Result<(), String> {
    let password = match &what {
        What::User(user) if user.reads_password() => Some(read_line()?),
        _ => None,
    };
    let ask = Ask { what, password };
    let told = match through_server(&socket(&settings.data()), &ask)? {
        Some(told) => told?,
        None => setup::run(async {
            let office = setup::open(settings, &Clock::default()).await?;
            let told = perform(&office, &Administrator::operator("operator"), ask).await;
            office.store.close().await;
            told.map_err(|error| setup::words(&error))
        })?,
    };
    told.print();
    Ok(())
}

/// Shows what would be erased, asks, and erases it.
pub fn erase(settings: &Settings, what: &erase::Erase) -> Result<(), String> {
    let (erase::Erase::Document { how, .. } | erase::Erase::Subject { how, .. }) = what;
    run(settings, What::Erasable(what.clone()))?;
    erase::sure(how.yes)?;
    run(settings, What::Erase(what.clone()))
}

/// The same for what is past its term; the rest of the commands as they are.
pub fn retention(settings: &Settings, what: &erase::Retention) -> Result<(), String> {
    if let erase::Retention::Erase { yes } = what {
        run(settings, What::Retention(erase::Retention::List { json: false }))?;
        erase::sure(*yes)?;
    }
    run(settings, What::Retention(what.clone()))
}

async fn perform(office: &Office, by: &Administrator, ask: Ask) -> Result<Told, Error> {
    match ask.what {
        What::Firm(what) => people::firm(office, by, what).await,
        What::User(what) => people::user(office, by, what, ask.password).await,
        What::Mandate(what) => people::mandate(office, by, what).await,
        What::Key(what) => people::key(office, by, what).await,
        What::Erasable(what) => erase::show(office, by, what).await,
        What::Erase(what) => erase::perform(office, by, what).await,
        What::Retention(what) => erase::keep(office, by, what).await,
    }
}

fn read_line() -> Result<String, String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Where the server of a data folder listens.
fn socket(data: &Path) -> PathBuf {
    data.join("control").join("socket")
}

/// The answer of the server that runs on the folder; none when no server does.
#[cfg(unix)]
fn through_server(socket: &Path, ask: &Ask) -> Result<Option<Result<Told, String>>, String> {
    use std::{net::Shutdown, os::unix::net::UnixStream};
    let told = |error: io::Error| format!("{}: {error}", socket.display());
    let mut stream = match UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(told(error)),
    };
    let asked = serde_json::to_vec(ask).map_err(|error| error.to_string())?;
    stream.write_all(&asked).and_then(|()| stream.shutdown(Shutdown::Write)).map_err(told)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(told)?;
    let answer = serde_json::from_str(&answer);
    answer.map(Some).map_err(|_| "the server ended before it answered; look whether it was done".to_owned())
}

#[cfg(not(unix))]
fn through_server(_: &Path, _: &Ask) -> Result<Option<Result<Told, String>>, String> {
    Ok(None)
}

/// True when a server takes commands for the data folder.
pub fn is_served(settings: &Settings) -> bool {
    #[cfg(unix)]
    return std::os::unix::net::UnixStream::connect(socket(&settings.data())).is_ok();
    #[cfg(not(unix))]
    return false;
}

/// Takes commands of the data folder's own user until it is dropped.
pub struct Control {
    #[cfg(unix)]
    path: PathBuf,
    #[cfg(unix)]
    task: tokio::task::JoinHandle<()>,
}

#[cfg(unix)]
impl Control {
    /// Listens in a folder that nobody else may enter. Without it the server serves all the same: the log says why.
    pub fn open(data: &Path, office: Office) -> Option<Control> {
        let path = socket(data);
        match bind(&path) {
            Ok(listener) => {
                let task = tokio::spawn(take(listener, office));
                Some(Control { path, task })
            }
            Err(why) => {
                tracing::warn!(%why, "commands cannot be given to this server while it runs");
                None
            }
        }
    }
}

#[cfg(not(unix))]
impl Control {
    /// There is no such socket on this system.
    pub fn open(_: &Path, _: Office) -> Option<Control> {
        None
    }
}

#[cfg(unix)]
impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn bind(path: &Path) -> io::Result<tokio::net::UnixListener> {
    use std::os::unix::{
        fs::{DirBuilderExt as _, PermissionsExt as _},
        net::UnixStream,
    };
    let folder = path.parent().unwrap_or(path);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    if UnixStream::connect(path).is_ok() {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "another server of this data folder takes them"));
    }
    // What a server left that was killed.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = tokio::net::UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

#[cfg(unix)]
async fn take(listener: tokio::net::UnixListener, office: Office) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let office = office.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &office).await {
                        tracing::warn!(%error, "a command was not answered");
                    }
                });
            }
            Err(error) => {
                tracing::error!(%error, "taking commands");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

#[cfg(unix)]
async fn answer(mut stream: tokio::net::UnixStream, office: &Office) -> io::Result<()> {
    let who = format!("operator/uid {}", stream.peer_cred()?.uid());
    let mut asked = String::new();
    let mut bounded = (&mut stream).take(LARGEST);
    let read = bounded.read_to_string(&mut asked);
    tokio::time::timeout(PATIENCE, read).await.map_err(|_| io::ErrorKind::TimedOut)??;
    let told: Result<Told, String> = match serde_json::from_str::<Ask>(&asked) {
        Ok(ask) => perform(office, &Administrator::operator(who), ask).await.map_err(|error| setup::words(&error)),
        Err(error) => Err(format!("the server is of another version than this command: {error}")),
    };
    stream.write_all(&serde_json::to_vec(&told)?).await
}
