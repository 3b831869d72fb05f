//! Figures for a monitoring system, in the text form that Prometheus reads. They name routes, organs and parts of the program,
//! never a matter, a firm or a person.

use std::{sync::atomic::Ordering, time::Duration};

use axum::http::{HeaderMap, StatusCode, header};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Upper bounds of the time that answers take, seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// An answer, as it is counted.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    method: String,
    /// The route with its parameters' names; `none` where there is no such address.
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Size {
    jobs: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Organ {
    organ: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Letter {
    became: String,
}

type Seconds = Family<Route, Histogram, fn() -> Histogram>;

/// What is counted.
pub struct Metrics {
    registry: Registry,
    key: Option<String>,
    answers: Family<Answer, Counter>,
    seconds: Seconds,
    batches: Family<Size, Counter>,
    jobs: Counter,
    letters: Family<Letter, Counter>,
    letters_waiting: Gauge,
    store: Store,
}

/// What is read of the store when somebody asks.
struct Store {
    readable: Gauge,
    writable: Gauge,
    queued: Gauge,
    bytes: Gauge,
    log_leaves: Gauge,
    log_waiting: Gauge,
    log_signed: Gauge,
    clocks_due: Gauge,
    clocks_late: Gauge,
    clocks_aside: Gauge,
    messages_aside: Gauge,
    sessions: Gauge,
    tasks: Family<Organ, Gauge>,
    tasks_overdue: Family<Organ, Gauge>,
}

impl Metrics {
    /// Nothing counted yet; with a key only who sends it as a bearer token is told.
    pub fn new(key: Option<String>) -> Metrics {
        let mut registry = Registry::with_prefix("pratique");
        let seconds: Seconds = Family::new_with_constructor(|| Histogram::new(SECONDS));
        let (answers, batches, jobs) = (Family::default(), Family::default(), Counter::default());
        let (letters, letters_waiting) = (Family::default(), Gauge::default());
        registry.register("requests", "Requests answered", answers.clone());
        registry.register("request_seconds", "Time until an answer began, in seconds", seconds.clone());
        registry.register("store_batches", "Transactions of the writer by their number of acts", batches.clone());
        registry.register("store_jobs", "Acts that the writer was given", jobs.clone());
        registry.register("mail_letters", "Letters about problems by what became of them", letters.clone());
        registry.register("mail_waiting", "Letters that wait to be taken", letters_waiting.clone());
        let store = Store::new(&mut registry);
        Metrics { registry, key, answers, seconds, batches, jobs, letters, letters_waiting, store }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, method: &str, route: Option<&str>, status: StatusCode, took: Duration) {
        let route = route.unwrap_or("none").to_owned();
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        let answer = Answer { method: method.to_owned(), route, status: status.as_u16() };
        self.answers.get_or_create(&answer).inc();
    }

    /// Counts a letter: `taken`, `ignored`, `refused`, or `failed` when it could not be taken now.
    pub fn letter(&self, became: &str) {
        self.letters.get_or_create(&Letter { became: became.to_owned() }).inc();
    }

    /// So many letters wait.
    pub fn letters_wait(&self, count: usize) {
        self.letters_waiting.set(whole(count));
    }

    /// Everything as text.
    pub(crate) async fn exposition(&self, store: &store::Store) -> Result<String, String> {
        let health = store.health().await;
        self.store.readable.set(health.readable.into());
        self.store.writable.set(health.writable.into());
        self.store.queued.set(whole(health.queued));
        self.store.log_leaves.set(i64::try_from(health.sequenced).unwrap_or(i64::MAX));
        self.store.log_waiting.set(health.unsequenced);
        self.store.log_signed.set(health.signed_at.unwrap_or(0) / 1_000_000);
        for (size, count) in store.batches() {
            self.batches.get_or_create(&Size { jobs: size.to_owned() }).inner().store(count, Ordering::Relaxed);
        }
        self.jobs.inner().store(store.jobs(), Ordering::Relaxed);
        // What the store cannot say now keeps its last value: `store_readable` tells.
        if let Ok(figures) = store.figures(store.chance().now()).await {
            self.store.bytes.set(figures.bytes);
            self.store.clocks_due.set(figures.clocks_due);
            self.store.clocks_late.set(figures.oldest_due.map_or(0, |due| (store.chance().now() - due) / 1_000_000));
            self.store.clocks_aside.set(figures.clocks_aside);
            self.store.messages_aside.set(figures.messages_aside);
            self.store.sessions.set(figures.sessions);
            self.store.tasks.clear();
            self.store.tasks_overdue.clear();
            for (organ, open, overdue) in figures.tasks {
                self.store.tasks.get_or_create(&Organ { organ: organ.clone() }).set(open);
                self.store.tasks_overdue.get_or_create(&Organ { organ }).set(overdue);
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| error.to_string())?;
        Ok(text)
    }

    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(key) = &self.key else { return true };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("");
        given.len() == key.len() && given.bytes().zip(key.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
    }
}

impl Store {
    fn new(registry: &mut Registry) -> Store {
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let store = Store {
            readable: gauge("store_readable", "1 when the store can be read"),
            writable: gauge("store_writable", "1 when the store takes writes"),
            queued: gauge("store_queued", "Writes that wait for the writer"),
            bytes: gauge("store_bytes", "Size of the database"),
            log_leaves: gauge("log_leaves", "Leaves that have their place in the log"),
            log_waiting: gauge("log_waiting", "Leaves that wait for their place"),
            log_signed: gauge(
                "log_signed_timestamp_seconds",
                "When the last checkpoint was signed, seconds since 1970",
            ),
            clocks_due: gauge("clocks_due", "Legal clocks that have fallen due and are not recorded yet"),
            clocks_late: gauge("clocks_late_seconds", "Since when the oldest of them has been due"),
            clocks_aside: gauge("clocks_set_aside", "Legal clocks that failed three times; they are tried each hour"),
            messages_aside: gauge("messages_set_aside", "Work that failed three times and is not settled"),
            sessions: gauge("sessions", "Sessions of people that stand"),
            tasks: Family::default(),
            tasks_overdue: Family::default(),
        };
        registry.register("tasks_open", "What an organ has to do", store.tasks.clone());
        registry.register("tasks_overdue", "What an organ should have done by now", store.tasks_overdue.clone());
        store
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
