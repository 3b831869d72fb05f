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
