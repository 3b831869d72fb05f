//! Clocks that cannot fire: put away when they run no more, shown when the fault is ours.

use std::sync::atomic::Ordering;

use domain::instant::HOUR;
use store::{ClockWrite, EntryWrite, Job, MatterRow, MatterWrite};

use crate::harness::{NOON, Place, agent, request};

const MINUTE: i64 = 60_000_000;

/// A matter whose journal knows nothing of a clock that its table holds.
fn stray(place: &Place, fold: &str, snapshot: &[u8]) -> Job {
    let id = place.office.new_id();
    let row = MatterRow { number: format!("2026-DAL-{}", &id.to_string()[..8]), ..MatterRow::default() };
    Job {
        matters: vec![MatterWrite {
            id,
            kind: "ship_call",
            row,
            fold: fold.to_owned(),
            snapshot: snapshot.to_vec(),
            entries: vec![EntryWrite { kind: "call.opened", v: 1, bytes: b"{}".to_vec(), ..EntryWrite::default() }],
            clocks: vec![ClockWrite { clock: "review:x".to_owned(), step: "msa".to_owned(), due_at: NOON }],
            ..MatterWrite::default()
        }],
        ..Job::default()
    }
}

#[tokio::test]
async fn a_clock_that_runs_no_more_is_put_away() {
    let place = Place::open().await;
    let done = place.office.open_call(&agent("blue"), &place.new_call(), &request("open call", "a")).await;
    let real = place.office.call(&agent("blue"), &done.expect("opened").number).await.expect("read").call;
    let reach = place.office.store.reach(store::Reach::Port);
    let real = reach.matter_by_number(&real.number).await.expect("read").expect("there");
    place.office.store.commit(stray(&place, &real.fold, &real.snapshot)).await.expect("written");
    place.clock.store(NOON + MINUTE, Ordering::Relaxed);
    let before = place.office.store.next_due().await.expect("read");
    assert_eq!(before, Some(NOON));
    assert_eq!(place.office.fire_clocks(10).await.expect("tried"), 0, "refused: the journal knows no such clock");
    assert_ne!(place.office.store.next_due().await.expect("read"), Some(NOON), "and is not tried again");
    assert!(place.office.clocks_aside().await.expect("read").is_empty());
}

#[tokio::test]
async fn a_clock_that_fails_for_a_fault_of_ours_is_named_and_tried_each_hour() {
    let place = Place::open().await;
    let office = &place.office;
    let job = stray(&place, "another program", b"no call");
    let number = job.matters[0].row.number.clone();
    office.store.commit(job).await.expect("written");
    for minute in 1..=3 {
        assert!(office.clocks_aside().await.expect("read").is_empty(), "not before three tries");
        place.clock.store(NOON + minute * 2 * MINUTE, Ordering::Relaxed);
        office.fire_clocks(10).await.expect("tried");
    }
    let aside = office.clocks_aside().await.expect("read");
    assert_eq!(aside.len(), 1);
    assert_eq!((&aside[0].0, aside[0].1.as_str(), aside[0].2.0), (&number, "review:x", NOON));
    assert_eq!(office.store.poison(10).await.expect("read").len(), 1, "with its cause");

    let tries = async || office.store.clocks_aside(10).await.expect("read")[0].1.tries;
    place.clock.store(NOON + 30 * MINUTE, Ordering::Relaxed);
    office.fire_clocks(10).await.expect("tried");
    assert_eq!(tries().await, 3, "not within the hour");
    place.clock.store(NOON + 2 * HOUR, Ordering::Relaxed);
    office.fire_clocks(10).await.expect("tried");
    assert_eq!(tries().await, 4, "but after it");
    assert_eq!(office.store.poison(10).await.expect("read").len(), 1, "set aside once");
}
