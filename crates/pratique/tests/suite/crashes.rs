//! Nothing acknowledged is lost by kill -9 under load, and nothing is counted twice by the retries that follow.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
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
fn write(system: &Client, numbers: &[String], cycle: u64, writer: usize, stop: &AtomicBool) -> Vec<Sent> {
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
            Some(answer) if answer.status == 201 => Some(answer.receipt_id()),
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
    // A cycle may end before anything is answered, where a machine is busy.
    let mut fruitful = 0;
    for cycle in 0..CYCLES {
        let system = port.system("agent");
        let stop = AtomicBool::new(false);
        let sent: Vec<Sent> = thread::scope(|scope| {
            let (system, numbers, stop) = (&system, &numbers, &stop);
            let writers: Vec<_> =
                (0..WRITERS).map(|writer| scope.spawn(move || write(system, numbers, cycle, writer, stop))).collect();
            thread::sleep(Duration::from_millis(150 + cycle * 97 % 250));
            port.kill();
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect()
        });
        fruitful += u64::from(sent.iter().any(|sent| sent.receipt.is_some()));
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
    assert!(fruitful > CYCLES / 2, "{fruitful} cycles got something done");
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
