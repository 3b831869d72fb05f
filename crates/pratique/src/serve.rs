//! `pratique serve`: pages, API, and the work in the background.

use std::{sync::Arc, time::Duration};

use office::Office;
use web::{app::App, limits::Limits, metrics::Metrics, templates::Templates};

use crate::{
    control::Control,
    delivery, hotline, mail,
    setup::{self, Clock, Settings},
};

/// A jump of the machine's clock against its steady one, microseconds.
const JUMP: i64 = 5 * 60 * 1_000_000;

/// Requests that a system may make in a second, where no setting says otherwise.
const RATE: u32 = 10_000;

/// A key for figures that others could ask for has at least so many letters.
const SHORTEST_KEY: usize = 16;

/// How long requests in hand may take after the program was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// An address to listen on, `HOST:PORT`: what cannot be one is wrong usage. Whether it can be had is seen when it is bound.
pub fn address(text: &str) -> Result<String, String> {
    let (host, port) = text.rsplit_once(':').ok_or("HOST:PORT is wanted, such as 127.0.0.1:8080")?;
    port.parse::<u16>().map_err(|_| format!("\"{port}\" is no port from 0 to 65535"))?;
    let name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match bracketed.map_or_else(|| name(host), |inner| inner.parse::<std::net::Ipv6Addr>().is_ok()) {
        true => Ok(text.to_owned()),
        false => Err(format!("\"{host}\" is no host")),
    }
}

/// Serves until it is told to stop.
pub fn serve(settings: &Settings, listen: &str) -> Result<(), String> {
    setup::run(async {
        let office = setup::open(settings, &Clock::default()).await?;
        run(settings, office, listen, Vec::new()).await
    })
}

/// Serves an office on an address.
pub async fn run(
    settings: &Settings,
    office: Office,
    listen: &str,
    accounts: Vec<(domain::Text, String, String)>,
) -> Result<(), String> {
    tell();
    let own = settings.mail_address.as_deref().unwrap_or_default();
    let (folder, address) = (settings.mail.as_deref(), settings.mail_address.as_deref());
    let relay = Arc::new(delivery::Relay::open(settings.smtp.as_deref(), folder, address)?);
    let post = settings.mail.as_deref().map(|folder| mail::Post::open(folder, own)).transpose()?;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| format!("{listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    setup::talk(&format!("pratique: serving on http://{address}"));
    let control = Control::open(&settings.data(), office.clone());
    let background = tokio::spawn(background(office.clone()));
    let hotlines = (!office.channels.hotline.is_empty()).then(|| tokio::spawn(hotline::follow(office.clone())));
    let app = app(settings, office.clone(), accounts)?;
    let letters = post.map(|post| tokio::spawn(letters(post, office.clone(), app.metrics.clone(), relay.clone())));
    let watched = watched(settings, app.clone()).await?;
    let caller = delivery::Caller::new(settings.webhooks_private);
    let told = Some(tokio::spawn(delivery::run(app.clone(), relay, caller, app.site.clone())));
    let app = web::routes::router(app);
    let service = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopped()).into_future();
    // Requests in hand are finished; an event stream that never ends is not waited for.
    let patience = async {
        stopped().await;
        tokio::time::sleep(PATIENCE).await;
        Ok(())
    };
    tokio::select! {
        served = serving => served,
        waited = patience => waited,
    }
    .map_err(|error: std::io::Error| error.to_string())?;
    drop(control);
    background.abort();
    [letters, hotlines, watched, told].into_iter().flatten().for_each(|task| task.abort());
    office.sequence().await.map_err(|error| format!("{error:?}"))?;
    office.store.close().await;
    Ok(())
}

/// Answers a monitoring system on an address of its own, when the settings name one. What others could reach needs a key.
async fn watched(settings: &Settings, app: App) -> Result<Option<tokio::task::JoinHandle<()>>, String> {
    let Some(at) = &settings.metrics else { return Ok(None) };
    let listener = tokio::net::TcpListener::bind(at).await.map_err(|error| format!("{at}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if !address.ip().is_loopback() && settings.metrics_key.as_deref().unwrap_or("").len() < SHORTEST_KEY {
        return Err(format!(
            "--metrics {at} can be reached from elsewhere: give --metrics-key of {SHORTEST_KEY} letters or more"
        ));
    }
    setup::talk(&format!("pratique: figures on http://{address}/metrics"));
    let serving = axum::serve(listener, web::routes::watched(app)).into_future();
    Ok(Some(tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "figures");
        }
    })))
}

/// The application on an office.
pub fn app(settings: &Settings, office: Office, accounts: Vec<(domain::Text, String, String)>) -> Result<App, String> {
    let templates = match &settings.assets {
        Some(folder) => Templates::folder(folder.clone()),
        None => Templates::embedded().map_err(|error| error.to_string())?,
    };
    let rate = settings.rate.unwrap_or(RATE).max(1);
    Ok(App {
        metrics: Arc::new(Metrics::new(settings.metrics_key.clone())),
        office,
        templates: Arc::new(templates),
        limits: Arc::new(Limits::new(rate.saturating_mul(2), rate.into())),
        tries: Arc::new(Limits::new(30, 1.0)),
        tries_of_account: Arc::new(Limits::new(20, 0.1)),
        // Each gateway says how many; these are never asked.
        senders: Arc::new(Limits::new(20, 0.1)),
        secure: settings.secure,
        accounts: Arc::new(accounts),
        mailbox: settings.mail.is_some(),
        site: settings.site.as_deref().unwrap_or_default().trim_end_matches('/').to_owned(),
        assets: settings.assets.clone(),
    })
}

/// How many half seconds lie between two rounds of sweeping away what has expired: ten minutes.
const SWEEP: u64 = 1200;

/// How many half seconds lie between two looks at the hall's appointments: half a minute.
const HALL: u64 = 60;

/// So many clocks fire in a beat at most: ten thousand that are due in one minute are done within it many times over.
const CLOCKS: i64 = 1000;

/// Each half second: the log's new leaves get their places, clocks that are due fire. Now and then: drafts and sessions that
/// have expired go.
pub async fn background(office: Office) {
    let mut beat = tokio::time::interval(Duration::from_millis(500));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut before = (std::time::Instant::now(), office.now());
    let mut jumped = false;
    for nth in 0_u64.. {
        beat.tick().await;
        if nth % SWEEP == 0 {
            let of = office.clone();
            alone("sweeping", async move { of.sweep().await }).await;
        }
        if nth % HALL == 0 {
            let of = office.clone();
            alone("looking at the hall", async move { of.look_at_hall().await }).await;
        }
        let here = (std::time::Instant::now(), office.now());
        let passed = i64::try_from(here.0.duration_since(before.0).as_micros()).unwrap_or(i64::MAX);
        // A limit that passes because somebody set the machine's clock would be a breach that nobody committed.
        if (here.1.0 - before.1.0 - passed).abs() > JUMP && !jumped {
            jumped = true;
            tracing::error!("the machine's clock jumped by more than five minutes: no clock fires until a restart");
        }
        before = here;
        let of = office.clone();
        alone("following tables", async move { of.follow_tables().await }).await;
        let of = office.clone();
        alone("sequencing", async move { of.sequence().await }).await;
        if !jumped {
            let of = office.clone();
            alone("firing clocks", async move { of.fire_clocks(CLOCKS).await.map(drop) }).await;
        }
    }
}

/// Does a piece of work in a task of its own: one on which the program stumbles does not end what comes after it.
async fn alone(what: &str, work: impl Future<Output = Result<(), office::Error>> + Send + 'static) {
    match tokio::spawn(work).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(?error, "{what}"),
        Err(error) => tracing::error!(%error, "{what}"),
    }
}

/// Looks through the mailbox folder between two goes at what waits in its `out`.
const FORWARD: u64 = 5;

/// Looks through the mailbox folder each second, and sends the answers where a relay is set.
async fn letters(mut post: mail::Post, office: Office, metrics: Arc<Metrics>, relay: Arc<delivery::Relay>) {
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    for nth in 0_u64.. {
        beat.tick().await;
        post.look(&office.clone(), &metrics).await;
        // A relay that is busy is not asked each second.
        if !nth.is_multiple_of(FORWARD) {
            continue;
        }
        let (relay, folder) = (relay.clone(), post.folder().to_owned());
        match tokio::task::spawn_blocking(move || relay.forward(&folder)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "answers to letters wait"),
            Err(error) => tracing::error!(%error, "answers to letters"),
        }
    }
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut ended = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(?error, "cannot listen for SIGTERM");
                let _ = interrupted.await;
                return;
            }
        };
        tokio::select! {
            _ = interrupted => {},
            _ = ended.recv() => {},
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
}

fn tell() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PRATIQUE_LOG").unwrap_or_else(|_| "info".into());
    // A second call (the demo serves in the same process) finds it set, which is as well.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
