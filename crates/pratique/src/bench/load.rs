//! A load generator that costs little: a thread for each connection, requests made before they are timed, answers read as
//! far as their length says.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde::Serialize;

/// Who asks what.
pub struct Load<'a> {
    /// The server.
    pub address: SocketAddr,
    /// Connections, each of which sends its next request after the answer to the one before.
    pub connections: usize,
    /// Writes the n-th request into an empty buffer.
    pub request: &'a (dyn Fn(u64, &mut Vec<u8>) + Sync),
    /// The status of a good answer.
    pub good: u16,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measured {
    /// Good answers.
    pub good: u64,
    /// Other answers by their status; 0 stands for a connection that broke.
    pub other: BTreeMap<u16, u64>,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Good answers a second.
    pub per_second: f64,
    /// Latency of half of the good answers at most, microseconds.
    pub p50_us: u64,
    /// Of 99 in 100.
    pub p99_us: u64,
    /// Of the slowest.
    pub max_us: u64,
}

/// Sends the next request when the one before is answered; latency counts from sending.
pub fn closed(load: &Load<'_>, first: u64, duration: Duration) -> Measured {
    run(load, first, duration, None)
}

/// Sends so many requests, each when the one before is answered, however long that takes.
pub fn counted(load: &Load<'_>, first: u64, count: u64) -> Measured {
    let next = AtomicU64::new(0);
    spread(load, &|| {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        (nth < count).then(|| (first + nth, Instant::now()))
    })
}

/// Sends at a fixed rate a second; latency counts from the instant at which a request was meant to be sent, so that a
/// server that stalls is not spared the requests which it held up.
pub fn open(load: &Load<'_>, first: u64, duration: Duration, rate: u64) -> Measured {
    run(load, first, duration, Some(rate))
}

fn run(load: &Load<'_>, first: u64, duration: Duration, rate: Option<u64>) -> Measured {
    let (next, begin) = (AtomicU64::new(0), Instant::now());
    let end = begin + duration;
    // The instant of the n-th request, none when time is up.
    let turn = || {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        let meant = match rate {
            None => Instant::now(),
            Some(rate) => begin + Duration::from_nanos(nth * 1_000_000_000 / rate.max(1)),
        };
        thread::sleep(meant.saturating_duration_since(Instant::now()));
        (meant < end).then_some((first + nth, meant))
    };
    spread(load, &turn)
}

/// Sends on all connections as long as there is a turn.
fn spread(load: &Load<'_>, turn: &(dyn Fn() -> Option<(u64, Instant)> + Sync)) -> Measured {
    let begin = Instant::now();
    let results: Vec<Answers> = thread::scope(|scope| {
        let connections = (0..load.connections).map(|_| scope.spawn(|| connection(load, turn)));
        let threads: Vec<_> = connections.collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    sum(results, begin.elapsed())
}

#[derive(Default)]
struct Answers {
    micros: Vec<u64>,
    other: BTreeMap<u16, u64>,
}

fn connection(load: &Load<'_>, turn: &(dyn Fn() -> Option<(u64, Instant)> + Sync)) -> Answers {
    let mut answers = Answers::default();
    let (mut request, mut answer) = (Vec::with_capacity(8192), Vec::with_capacity(65_536));
    let mut stream = None;
    while let Some((nth, meant)) = turn() {
        request.clear();
        (load.request)(nth, &mut request);
        let status = exchange(&mut stream, load.address, &request, &mut answer);
        if status == Some(load.good) {
            answers.micros.push(u64::try_from(meant.elapsed().as_micros()).unwrap_or(u64::MAX));
        } else {
            stream = None;
            *answers.other.entry(status.unwrap_or(0)).or_default() += 1;
        }
    }
    answers
}

/// Sends one request on a connection that is kept and gives the answer's status; `answer` then holds the whole of it.
pub fn exchange(
    stream: &mut Option<TcpStream>,
    address: SocketAddr,
    request: &[u8],
    answer: &mut Vec<u8>,
) -> Option<u16> {
    if stream.is_none() {
        let fresh = TcpStream::connect(address).ok()?;
        fresh.set_nodelay(true).ok()?;
        fresh.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        *stream = Some(fresh);
    }
    let open = stream.as_mut()?;
    open.write_all(request).ok()?;
    read_answer(open, answer)
}

fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Option<u16> {
    answer.clear();
    let mut part = [0; 16_384];
    let head = loop {
        let length = stream.read(&mut part).ok().filter(|length| *length > 0)?;
        answer.extend_from_slice(&part[..length]);
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let (status, length) = read_head(std::str::from_utf8(&answer[..head]).ok()?)?;
    while answer.len() < head + length {
        let read = stream.read(&mut part).ok().filter(|length| *length > 0)?;
        answer.extend_from_slice(&part[..read]);
    }
    Some(status)
}

fn read_head(head: &str) -> Option<(u16, usize)> {
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((status, length.unwrap_or(0)))
}

fn sum(results: Vec<Answers>, took: Duration) -> Measured {
    let (mut micros, mut other) = (Vec::new(), BTreeMap::new());
    for answers in results {
        micros.extend(answers.micros);
        for (status, count) in answers.other {
            *other.entry(status).or_default() += count;
        }
    }
    micros.sort_unstable();
    let at = |part: usize| micros.get((micros.len() * part / 100).min(micros.len().saturating_sub(1))).copied();
    let (good, seconds) = (micros.len() as u64, took.as_secs_f64());
    Measured {
        good,
        other,
        seconds,
        per_second: good as f64 / seconds,
        p50_us: at(50).unwrap_or(0),
        p99_us: at(99).unwrap_or(0),
        max_us: micros.last().copied().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_count_every_connection() {
        let of = |from: u64| Answers { micros: (from..from + 50).collect(), other: BTreeMap::from([(503, 1)]) };
        let sum = sum(vec![of(51), of(1)], Duration::from_secs(2));
        assert_eq!((sum.good, sum.p50_us, sum.p99_us, sum.max_us), (100, 51, 100, 100));
        assert_eq!((sum.per_second, sum.other[&503]), (50.0, 2));
    }

    #[test]
    fn a_head_tells_status_and_length() {
        assert_eq!(read_head("HTTP/1.1 201 Created\r\nContent-Length: 17\r\n\r\n"), Some((201, 17)));
        assert_eq!(read_head("HTTP/1.1 204 No Content\r\n\r\n"), Some((204, 0)));
        assert_eq!(read_head("nonsense"), None);
    }
}
