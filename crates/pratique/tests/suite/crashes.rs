//! Nothing acknowledged is lost by kill -9 under load, and nothing is counted twice by the retries that follow.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::harness::{Client, Port, numbered, pratique, waste};

const CYCLES: u64 = 20;
const WRITERS: usize = 8;
/// Calls of the agent that take filings.
const CALLS: [&str; 4] = ["2026-DAL-000001", "2026-DAL-000003", "2026-DAL-000005", "2026-DAL-000011"];

/// What a writer sent: call, key, remarks, and the receipt if one came back.
#[derive(Clone, Debug)]
struct Sent {
    number: String,
    key: String,
    receipt: Option<String>,
}

/// Files until the server is gone.
fn write(
    system: &Client,
    numbers: &[String],
    (cycle, writer): (u64, usize),
    (stop, acknowledged): (&AtomicBool, &AtomicUsize),
) -> Vec<Sent> {
    let mut sent = Vec::new();
    for nth in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let number = &numbers[(writer + nth) % numbers.len()];
        let key = format!("cycle {cycle} writer {writer} filing {nth}");
        let body = waste(&key);
        let path = format!("/api/v1/calls/{number}/formalities/waste_notification");
        let answer = system.try_call("PUT", &path, &key, &body);
        let receipt = match answer {
            Some(answer) if answer.status == 201 => {
                acknowledged.fetch_add(1, Ordering::Relaxed);
                Some(answer.receipt_id())
            }
            // Others changed the call three times in a row: the sender may try again, nothing was filed.
            Some(answer) => {
                assert!(matches!(answer.status, 409 | 503), "{} {}", answer.status, answer.text());
                None
            }
            None => {
                sent.push(Sent { number: number.clone(), key, receipt: None });
                break;
            }
        };
        sent.push(Sent { number: number.clone(), key, receipt });
    }
    sent
}

#[test]
fn twenty_kills_under_load_lose_nothing_and_count_nothing_twice() {
    let mut port = Port::open();
    let numbers: Vec<String> = CALLS.iter().map(|sample| numbered(&port, sample)).collect();
    let before = versions(&port, &numbers);
    let mut effects: BTreeMap<String, String> = BTreeMap::new();
    for cycle in 0..CYCLES {
        let system = port.system("agent");
        let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
        let sent: Vec<Sent> = thread::scope(|scope| {
            let (system, numbers, told) = (&system, &numbers, (&stop, &acknowledged));
            let write = |writer| scope.spawn(move || write(system, numbers, (cycle, writer), told));
            let writers: Vec<_> = (0..WRITERS).map(write).collect();
            // However busy the machine is: each kill finds something acknowledged, and more under way.
            let until = Instant::now() + Duration::from_secs(30);
            while acknowledged.load(Ordering::Relaxed) == 0 && Instant::now() < until {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(cycle * 97 % 250));
            port.kill();
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect()
        });
        assert!(sent.iter().any(|sent| sent.receipt.is_some()), "cycle {cycle} got nothing done");
        port = port.kill_and_serve_again();
        let (anybody, system) = (port.anybody(), port.system("agent"));
        for sent in &sent {
            if let Some(receipt) = &sent.receipt {
                assert_eq!(anybody.get(&format!("/receipts/{receipt}")).status, 200, "lost: {sent:?}");
            }
            // Every sender tries again, as one who got no answer must.
            let again = system.file(&sent.number, "waste_notification", &sent.key, &waste(&sent.key));
            assert_eq!(again.status, 201, "{}", again.text());
            let again = again.receipt_id();
            assert!(sent.receipt.as_ref().is_none_or(|receipt| *receipt == again), "two receipts: {sent:?}, {again}");
            assert_eq!(effects.insert(sent.key.clone(), again), None);
        }
    }
    let filed = versions(&port, &numbers) - before;
    assert_eq!(filed, effects.len(), "one version for each key");
    let folder = port.folder.clone();
    port.kill();
    let doctor = pratique(&folder, &["doctor"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

/// How many versions of the waste notification the calls have.
fn versions(port: &Port, numbers: &[String]) -> usize {
    let count = |number: &String| {
        let call = port.system("agent").get(&format!("/api/v1/calls/{number}")).json();
        call["call"]["filings"]["waste_notification"]["versions"].as_array().map_or(0, Vec::len)
    };
    numbers.iter().map(count).sum()
}
