//! Settings, keys and the opening of a store: everything that touches files, clock and chance.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use clap::Args;
use domain::{Instant, profile::Profile};
use indicatif::{ProgressBar, ProgressStyle};
use office::{Office, Rules, channels::Channels, profiles::Source};
use serde::Deserialize;

use crate::{channels, keys, secrets};

/// A file of this size is given up by the operator when the disk is full, so that there is room to act.
const RESERVE: u64 = 64 << 20;

/// Settings of every command: flag, then `PRATIQUE_*`, then the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The store: `sqlite:FILE` or `postgres://…`. An SQLite store in the data folder when none is given.
    #[arg(long, global = true, env = "PRATIQUE_DATABASE")]
    pub database: Option<String>,
    /// Folder of keys, checkpoints, large documents, and of the SQLite store.
    #[arg(long, global = true, env = "PRATIQUE_DATA")]
    pub data: Option<PathBuf>,
    /// Folder of a port profile; the sample port of Dalian when none is given.
    #[arg(long, global = true, env = "PRATIQUE_PORT")]
    pub port: Option<PathBuf>,
    /// Folder with `templates` and `words` that are read in place of the embedded ones.
    #[arg(long, global = true, env = "PRATIQUE_ASSETS")]
    pub assets: Option<PathBuf>,
    /// Settings in TOML, with the same names.
    #[arg(long, global = true, env = "PRATIQUE_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// True when browsers reach the program by TLS only.
    #[arg(long, global = true, env = "PRATIQUE_SECURE")]
    pub secure: bool,
    /// Mailbox folder for reports of problems: letters in `new` are taken, answers are written to `out`.
    #[arg(long, global = true, env = "PRATIQUE_MAIL", requires = "mail_address")]
    pub mail: Option<PathBuf>,
    /// The address that those letters are sent to.
    #[arg(long, global = true, env = "PRATIQUE_MAIL_ADDRESS")]
    pub mail_address: Option<String>,
    /// File of gateways for messages and of hotlines, in TOML.
    #[arg(long, global = true, env = "PRATIQUE_CHANNELS")]
    pub channels: Option<PathBuf>,
    /// Mail server that takes letters, `smtp://…` or `smtps://USER:PASSWORD@HOST`; without it they are written to the mailbox
    /// folder's `out`.
    #[arg(long, global = true, env = "PRATIQUE_SMTP", hide_env_values = true, requires = "mail_address")]
    pub smtp: Option<String>,
    /// The address under which people reach the pages, `https://port.example`: letters and feeds lead there.
    #[arg(long, global = true, env = "PRATIQUE_SITE")]
    pub site: Option<String>,
    /// True when systems of a private network may be called, and without TLS.
    #[arg(long, global = true, env = "PRATIQUE_WEBHOOKS_PRIVATE")]
    pub webhooks_private: bool,
    /// Requests that one system may make in a second; twice as many at once.
    #[arg(long, global = true, env = "PRATIQUE_RATE")]
    pub rate: Option<u32>,
    /// Address at which a monitoring system reads figures (`/metrics`); it is not the one that serves.
    #[arg(long, global = true, env = "PRATIQUE_METRICS")]
    pub metrics: Option<String>,
    /// The key that it sends as a bearer token; needed where the address is not this machine's own.
    #[arg(long, global = true, env = "PRATIQUE_METRICS_KEY", hide_env_values = true)]
    pub metrics_key: Option<String>,
}

impl Settings {
    /// Adds what the settings file says and neither flag nor environment said.
    pub fn with_file(self) -> Result<Settings, String> {
        let Some(path) = &self.config else { return Ok(self) };
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file: Settings = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Settings {
            database: self.database.or(file.database),
            data: self.data.or(file.data),
            port: self.port.or(file.port),
            assets: self.assets.or(file.assets),
            secure: self.secure || file.secure,
            rate: self.rate.or(file.rate),
            metrics: self.metrics.or(file.metrics),
            metrics_key: self.metrics_key.or(file.metrics_key),
            mail: self.mail.or(file.mail),
            mail_address: self.mail_address.or(file.mail_address),
            channels: self.channels.or(file.channels),
            smtp: self.smtp.or(file.smtp),
            site: self.site.or(file.site),
            webhooks_private: self.webhooks_private || file.webhooks_private,
            config: self.config,
        })
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("pratique-data"))
    }

    /// The store's address.
    pub fn url(&self) -> String {
        let inside = || format!("sqlite:{}", self.data().join("pratique.sqlite").display());
        self.database.clone().unwrap_or_else(inside)
    }

    /// The store's address without the password in it.
    pub fn place(&self) -> String {
        let url = self.url();
        match (url.split_once("://"), url.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
            _ => url,
        }
    }
}

/// A clock that samples may set back, so that yesterday's acts are recorded as yesterday's.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// The instant now, less what it was set back.
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    pub fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        Instant(micros.saturating_add(self.0.load(Ordering::Relaxed)))
    }

    /// Sets the clock to so many microseconds before or after the real one.
    pub fn shift(&self, micros: i64) {
        self.0.store(micros, Ordering::Relaxed);
    }
}

/// The profile's folder that the settings name, or the sample port.
pub fn source(settings: &Settings) -> Result<Source, String> {
    match &settings.port {
        Some(folder) => Source::from_folder(folder).map_err(|findings| findings.join("\n")),
        None => Ok(Source::sample()),
    }
}

/// The profile that counts: the folder, and what was published over it in the settings' store, where there is one. The store is
/// only read, so that a server may run on it.
pub fn profile(settings: &Settings) -> Result<Profile, String> {
    let source = source(settings)?;
    let folder = source.profile().map_err(|findings| findings.join("\n"))?;
    let published = run(async {
        store::published(&settings.url(), &folder.port.code)
            .await
            .map_err(|error| format!("published tables cannot be read from {}: {error}", settings.place()))
    })?;
    if published.is_empty() {
        return Ok(folder);
    }
    source.with(&published.into_iter().collect()).map_err(|findings| findings.join("\n"))
}

/// Opens the office of the settings' port on the settings' store.
pub async fn open(settings: &Settings, clock: &Clock) -> Result<Office, String> {
    let data = settings.data();
    fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    let master = secrets::master_key(&data)?;
    open_with(settings, clock, master).await
}

/// The same with a master key that is given.
pub async fn open_with(settings: &Settings, clock: &Clock, master_key: [u8; 32]) -> Result<Office, String> {
    let rules = Rules::of(source(settings)?).map_err(|findings| findings.join("\n"))?;
    let (data, profile) = (settings.data(), rules.profile());
    fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    let keys = keys::keys(&data, &profile, clock.now())?;
    let channels = match &settings.channels {
        Some(path) => channels::read(path, &profile, clock.now())?,
        None => Channels::default(),
    };
    let (now, later) = (clock.clone(), clock.clone());
    let options = store::Options {
        port: profile.port.code.clone(),
        url: settings.url(),
        data_dir: data.clone(),
        master_key,
        receipt_key: keys::signing_key(&data, keys::PORT)?,
        former_keys: keys::former_log_keys(&data)?,
        origin: format!("pratique.{}/log", profile.port.code.to_lowercase()),
        durability: store::Durability::Full,
        reserve: RESERVE,
        chance: store::Chance { entropy: Arc::new(secrets::chance), clock: Arc::new(move || later.now().0) },
    };
    let store = store::Store::open(options).await.map_err(|error| error.to_string())?;
    let office = Office::new(store, rules, Arc::new(keys), Arc::new(move || now.now()), Arc::new(secrets::chance));
    if let Err(error) = office.follow_tables().await {
        office.store.close().await;
        return Err(words(&error));
    }
    // Only a clone has what was taken over.
    Ok(office.clone().with_channels(channels))
}

/// Brings the tables up to date.
pub fn migrate(settings: &Settings) -> Result<(), String> {
    let done = run(async {
        let office = open(settings, &Clock::default()).await?;
        office.store.close().await;
        Ok(())
    });
    if done.is_ok() {
        talk("pratique: the tables are up to date");
    }
    done
}

/// Rebuilds every projection; the bar stands on a terminal only.
pub fn rebuild(settings: &Settings, as_json: bool) -> Result<(), String> {
    run(async {
        let office = open(settings, &Clock::default()).await?;
        let stats = office.store.stats().await.map_err(|error| error.to_string())?;
        let matters = stats.iter().find(|(name, _)| *name == "matters").map_or(0, |(_, count)| *count);
        let bar = bar("matters", matters.unsigned_abs());
        let made = office.rebuild(&|| bar.inc(1)).await.map_err(|error| words(&error));
        bar.finish_and_clear();
        office.store.close().await;
        let made = made?;
        if as_json {
            say(&serde_json::json!({"matters": made}).to_string());
        } else {
            talk(&format!("pratique: {made} matters made anew"));
        }
        Ok(())
    })
}

/// A bar of work that takes a while: what of, how much is done, and how long the rest will take. It stands on a terminal only.
pub fn bar(what: &'static str, length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(what);
    match ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// An error of the office in one line for a terminal: code and words, or the cause of a fault of ours.
pub fn words(error: &office::Error) -> String {
    if let office::Error::Internal(cause) = error {
        return cause.clone();
    }
    let line = |fault: &domain::Fault| format!("{} {} / {}", fault.code, fault.text.zh, fault.text.en);
    error.faults().iter().map(line).collect::<Vec<_>>().join("; ")
}

/// A line for standard output. Who reads only the first lines of it (`head`) is not a fault, and `println!` would panic then.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line for standard error, whether anybody reads it or not.
pub fn talk(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Runs a command's work on the runtime.
pub fn run<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(work)
}
