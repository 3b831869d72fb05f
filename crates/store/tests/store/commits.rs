//! Idempotency, conflicts, twins, several matters, restart.

use store::{CommitError, Reach};

use crate::harness::{Place, change, job, key, new_matter};

#[tokio::test(flavor = "multi_thread")]
async fn one_key_a_hundred_times_has_one_effect_and_one_receipt() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        let tries: Vec<_> = (0..100)
            .map(|_| {
                let (store, mut job) = (store.clone(), job(vec![matter.clone()]));
                job.key = Some(key("k1", 1));
                tokio::spawn(async move { store.commit(job).await })
            })
            .collect();
        let mut answers = Vec::new();
        for attempt in tries {
            answers.push(attempt.await.expect("no panic").expect("committed"));
        }
        assert!(answers.iter().all(|answer| answer.receipt == answers[0].receipt), "one receipt for all");
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
        let reader = store.reach(Reach::System("test"));
        assert_eq!(reader.entries(matter.id, 0, 10).await.expect("entries").len(), 1);

        let mut other = job(vec![new_matter(&store, "firm-a")]);
        other.key = Some(key("k1", 2));
        assert_eq!(store.commit(other).await, Err(CommitError::KeyReused));
        store.close().await;

        let again = place.open().await;
        let mut same = job(vec![matter.clone()]);
        same.key = Some(key("k1", 1));
        let answer = again.commit(same).await.expect("known after a restart");
        assert!(answer.replayed && answer.receipt == answers[0].receipt);
        assert_eq!(again.receipt_by_key(&key("k1", 1)).await.expect("read").expect("known").receipt, answer.receipt);
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_version_conflicts_and_writes_nothing() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        store.commit(job(vec![matter.clone()])).await.expect("filed");
        store.commit(job(vec![change(&matter, 1, b"second")])).await.expect("amended");
        let stale = store.commit(job(vec![change(&matter, 1, b"stale")])).await;
        assert_eq!(stale, Err(CommitError::Conflict(vec![matter.id])));
        let twice_new = store.commit(job(vec![matter.clone()])).await;
        assert_eq!(twice_new, Err(CommitError::Conflict(vec![matter.id])));
        let stored = store.reach(Reach::Port).matter(matter.id).await.expect("read").expect("there");
        assert_eq!((stored.version, stored.snapshot.as_slice()), (2, b"second".as_slice()));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_matters_are_written_together_or_not_at_all() {
    for place in Place::each() {
        let store = place.open().await;
        let (call, permit) = (new_matter(&store, "firm-a"), new_matter(&store, "firm-a"));
        store.commit(job(vec![permit.clone(), call.clone()])).await.expect("both are new");
        store.commit(job(vec![change(&permit, 1, b"two")])).await.expect("one moves on");
        let both = store.commit(job(vec![change(&call, 1, b"lost"), change(&permit, 1, b"lost")])).await;
        assert_eq!(both, Err(CommitError::Conflict(vec![permit.id])));
        let reader = store.reach(Reach::Port);
        let stored = reader.matter(call.id).await.expect("read").expect("there");
        assert_eq!((stored.version, stored.snapshot), (1, call.snapshot.clone()), "nothing of the first was kept");
        assert_eq!(reader.entries(call.id, 0, 10).await.expect("entries").len(), 1);
        let both = job(vec![change(&call, 1, b"kept"), change(&permit, 2, b"kept")]);
        store.commit(both).await.expect("decided again");
        assert_eq!(reader.matter(call.id).await.expect("read").expect("there").version, 2);
        assert_eq!(reader.matter(permit.id).await.expect("read").expect("there").version, 3);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_jobs_on_one_matter_at_once_each_version_is_won_once() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        store.commit(job(vec![matter.clone()])).await.expect("filed");
        let tries: Vec<_> = (0..20u8)
            .map(|n| {
                let (store, matter) = (store.clone(), matter.clone());
                tokio::spawn(async move {
                    loop {
                        let reader = store.reach(Reach::Port);
                        let version = reader.matter(matter.id).await.expect("read").expect("there").version;
                        match store.commit(job(vec![change(&matter, version, &[n])])).await {
                            Err(CommitError::Conflict(_)) => {}
                            answer => return answer.map(drop),
                        }
                    }
                })
            })
            .collect();
        for attempt in tries {
            attempt.await.expect("no panic").expect("in the end");
        }
        let entries = store.reach(Reach::Port).entries(matter.id, 0, 100).await.expect("entries");
        let mut sequence: Vec<i64> = entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(sequence, (1..=21).collect::<Vec<_>>());
        sequence.clear();
        let mut bytes: Vec<u8> = entries[1..].iter().map(|entry| entry.bytes[0]).collect();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..20).collect::<Vec<u8>>(), "each change once");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_request_does_not_cancel_its_write() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        let mut first = job(vec![matter.clone()]);
        first.key = Some(key("cancelled", 1));
        {
            let mut request = std::pin::pin!(store.commit(first.clone()));
            let _ = tokio::time::timeout(std::time::Duration::ZERO, &mut request).await;
        }
        let answer = store.commit(first).await.expect("known or written now");
        assert_eq!(store.reach(Reach::Port).entries(matter.id, 0, 10).await.expect("entries").len(), 1);
        assert_eq!(
            answer.receipt,
            store.receipt_by_key(&key("cancelled", 1)).await.expect("read").expect("known").receipt
        );
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_job_does_not_spoil_its_batch() {
    for place in Place::each() {
        let store = place.open().await;
        let first = new_matter(&store, "firm-a");
        store.commit(job(vec![first.clone()])).await.expect("filed");
        let jobs: Vec<_> = (0..30)
            .map(|n| {
                let mut matter = new_matter(&store, "firm-a");
                if n == 15 {
                    matter.row.number = first.row.number.clone();
                }
                let store = store.clone();
                tokio::spawn(async move { (n, store.commit(job(vec![matter])).await) })
            })
            .collect();
        for attempt in jobs {
            let (n, answer) = attempt.await.expect("no panic");
            assert_eq!(answer.is_ok(), n != 15, "{n}: {answer:?}");
        }
        let mut nul = new_matter(&store, "firm-a");
        nul.row.title = "a\0b".into();
        assert!(matches!(store.commit(job(vec![nul])).await, Err(CommitError::Refused(_))));
        let mut empty = new_matter(&store, "firm-a");
        empty.entries.clear();
        assert!(matches!(store.commit(job(vec![empty])).await, Err(CommitError::Refused(_))));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_once_across_restarts() {
    for place in Place::each() {
        let mut given = std::collections::BTreeSet::new();
        for _ in 0..3 {
            let store = place.open().await;
            for _ in 0..25 {
                assert!(given.insert(store.number("call-2026").await.expect("a number")));
            }
            store.close().await;
        }
        assert!(given.first() == Some(&1) && given.len() == 75);
    }
}
