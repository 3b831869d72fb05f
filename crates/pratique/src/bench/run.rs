//! One measured run of requests against a server, and the table in which runs are printed.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde::Serialize;

use super::{
    child::{self, Child},
    load::{self, Load, Measured},
    machine::Machine,
};
use crate::setup;

/// What came of one run.
#[derive(Serialize)]
pub struct Row {
    pub what: String,
    #[serde(flatten)]
    pub measured: Measured,
    /// Processor time of the server for each good answer, user and system, microseconds.
    pub server_cpu_us: Option<f64>,
    /// The same of PostgreSQL.
    pub database_cpu_us: Option<f64>,
}

/// Writes the request of a number.
pub type Request<'a> = &'a (dyn Fn(u64, &mut Vec<u8>) + Sync);

/// A server that is measured.
pub struct Measuring<'a> {
    pub server: &'a Child,
    pub connections: usize,
    /// Seconds of each run, after one second of warming up.
    pub seconds: u64,
    /// True when the store is on PostgreSQL, whose processor time is read too.
    pub on_server: bool,
}

impl Measuring<'_> {
    /// One request, whose answer says what is wrong when it is none that was expected.
    pub fn must(&self, request: Request<'_>, good: u16) -> Result<(), String> {
        let (mut first, mut said) = (Vec::new(), Vec::new());
        request(0, &mut first);
        match load::exchange(&mut None, self.server.address, &first, &mut said) {
            Some(status) if status == good => Ok(()),
            _ => Err(format!("{}\n{}", String::from_utf8_lossy(&first), String::from_utf8_lossy(&said))),
        }
    }

    /// So many requests from a number on, as fast as they are answered; how many were answered well.
    pub fn count(&self, request: Request<'_>, good: u16, first: u64, count: u64) -> u64 {
        let load = Load { address: self.server.address, connections: self.connections, request, good };
        load::counted(&load, first, count).good
    }

    /// One run after its warming up: as fast as answers come, or at a fixed rate a second.
    pub fn run(&self, what: &str, request: Request<'_>, good: u16, rate: Option<u64>) -> Row {
        /// Requests so far, so that no key comes twice.
        static FIRST: AtomicU64 = AtomicU64::new(1);
        let load = Load { address: self.server.address, connections: self.connections, request, good };
        let go = |seconds: u64| {
            let first = FIRST.fetch_add(1_000_000_000, Ordering::Relaxed);
            let duration = Duration::from_secs(seconds);
            match rate {
                None => load::closed(&load, first, duration),
                Some(rate) => load::open(&load, first, duration, rate),
            }
        };
        setup::talk(&format!("pratique: {what}"));
        go(1);
        let database = || self.on_server.then(child::cpu_of_postgres).flatten();
        let before = (self.server.cpu(), database());
        let measured = go(self.seconds);
        let each = |before: Option<u64>, after: Option<u64>| {
            before.zip(after).map(|(before, after)| after.saturating_sub(before) as f64 / measured.good.max(1) as f64)
        };
        let (server_cpu_us, database_cpu_us) = (each(before.0, self.server.cpu()), each(before.1, database()));
        Row { what: what.to_owned(), measured, server_cpu_us, database_cpu_us }
    }
}

/// Prints the machine, what was measured on it, and a line for each run.
pub fn print<'a>(machine: &Machine, conditions: &str, rows: impl IntoIterator<Item = &'a Row>) {
    setup::say(&format!("{}, {} cores, {}, {}", machine.processor, machine.cores, machine.kernel, machine.filesystem));
    setup::say(&format!("{conditions}\n"));
    setup::say(
        "| run | answers/s | p50 ms | p99 ms | max ms | server CPU µs each | database CPU µs each | other answers |",
    );
    setup::say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for Row { what, measured, server_cpu_us, database_cpu_us } in rows {
        let cpu = |micros: &Option<f64>| micros.map_or_else(|| "-".to_owned(), |micros| format!("{micros:.0}"));
        let ms = |micros: u64| micros as f64 / 1000.0;
        setup::say(&format!(
            "| {what} | {:.0} | {:.1} | {:.1} | {:.1} | {} | {} | {} |",
            measured.per_second,
            ms(measured.p50_us),
            ms(measured.p99_us),
            ms(measured.max_us),
            cpu(server_cpu_us),
            cpu(database_cpu_us),
            measured.other.values().sum::<u64>(),
        ));
    }
}
