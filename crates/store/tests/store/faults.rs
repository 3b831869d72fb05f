//! Each kind of write fails twice: not persisted, and persisted but reported lost.

use store::{CommitError, Failure, Reach, StoreError};

use crate::harness::{Place, job, key, new_matter};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_commit_is_settled_by_its_key() {
    for place in Place::each() {
        let store = place.open().await;
        for (failure, written) in [(Failure::NotPersisted, false), (Failure::ReportedLost, true)] {
            let matter = new_matter(&store, "firm-a");
            let mut filed = job(vec![matter.clone()]);
            filed.key = Some(key(&format!("{failure:?}"), 1));
            store.fail_next("commit", failure);
            assert!(matches!(store.commit(filed.clone()).await, Err(CommitError::Unavailable(_))));
            let reader = store.reach(Reach::Port);
            assert_eq!(reader.matter(matter.id).await.expect("read").is_some(), written);
            let answer = store.commit(filed).await.expect("asked again");
            assert_eq!(answer.replayed, written);
            assert_eq!(reader.entries(matter.id, 0, 10).await.expect("entries").len(), 1);
        }
        store.sequence().await.expect("sequenced");
        assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_sequencing_is_done_again_without_a_fork() {
    for place in Place::each() {
        let store = place.open().await;
        for (n, failure) in [(1, Failure::NotPersisted), (2, Failure::ReportedLost)] {
            store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
            store.fail_next("sequence", failure);
            assert!(matches!(store.sequence().await, Err(StoreError::Unavailable(_))));
            assert_eq!(store.sequence().await.expect("again").size, n);
        }
        assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
        store.close().await;
        place.open().await.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_writes_fail_both_ways() {
    for place in Place::each() {
        let store = place.open().await;
        for (failure, written) in [(Failure::NotPersisted, false), (Failure::ReportedLost, true)] {
            let name = format!("{failure:?}");
            store.fail_next("draft", failure);
            assert!(matches!(store.save_draft("li", "new", &name, b"typed").await, Err(StoreError::Unavailable(_))));
            assert_eq!(store.draft("li", "new", &name).await.expect("read").is_some(), written);
        }
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers_without_restart() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        store.fail_next("commit", Failure::Full);
        assert_eq!(store.commit(job(vec![matter.clone()])).await, Err(CommitError::Full));
        assert_eq!(store.reach(Reach::Port).matter(matter.id).await.expect("reads go on"), None);
        store.commit(job(vec![matter])).await.expect("room again");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_error_of_the_disk_nothing_is_acknowledged() {
    let place = Place::sqlite();
    let store = place.open().await;
    let matter = new_matter(&store, "firm-a");
    store.commit(job(vec![matter.clone()])).await.expect("filed");
    store.fail_next("commit", Failure::Disk);
    for _ in 0..3 {
        let answer = store.commit(job(vec![new_matter(&store, "firm-a")])).await;
        assert!(matches!(answer, Err(CommitError::Unavailable(_))), "{answer:?}");
    }
    assert!(matches!(store.save_draft("li", "new", "FAL1", b"x").await, Err(StoreError::Unavailable(_))));
    assert!(store.is_stopped() && !store.health().await.writable && store.health().await.readable);
    assert!(store.reach(Reach::Port).matter(matter.id).await.expect("reads go on").is_some());
    store.close().await;
    place.open().await.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reserve_is_made_and_given_up() {
    let place = Place::sqlite();
    let mut options = place.options();
    options.reserve = 3 << 20;
    let store = store::Store::open(options).await.expect("opens");
    let file = place.folder.join("reserve");
    assert_eq!(std::fs::metadata(&file).expect("made").len(), 3 << 20);
    store.free_reserve().expect("given up");
    assert!(!file.exists());
    store.free_reserve().expect("a second time too");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_copy_opens_in_place_of_the_first() {
    let place = Place::sqlite();
    let store = place.open().await;
    let matter = new_matter(&store, "firm-a");
    store.commit(job(vec![matter.clone()])).await.expect("filed");
    store.sequence().await.expect("sequenced");
    let copy = place.folder.join("copy.db");
    store.backup(&copy).await.expect("copied while it is open");
    store.close().await;
    std::fs::rename(copy, place.db()).expect("put in place");
    let store = place.open().await;
    assert!(store.reach(Reach::Port).matter(matter.id).await.expect("read").is_some());
    assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
    store.close().await;
}

/// Runs when `PRATIQUE_TEST_SMALL` names a folder on a small disk (24 MB, for example a loop device).
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the small disk is named by the environment")]
async fn a_disk_that_is_really_full_loses_nothing_and_recovers_when_the_reserve_is_freed() {
    let Ok(small) = std::env::var("PRATIQUE_TEST_SMALL") else { return };
    let mut place = Place::sqlite();
    let folder = std::path::PathBuf::from(small).join(format!("full-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    place.url = format!("sqlite:{}", folder.join("port.db").display());
    let mut options = place.options();
    (options.data_dir, options.reserve) = (folder.clone(), 8 << 20);
    let store = store::Store::open(options.clone()).await.expect("opens");
    let mut acked = Vec::new();
    let full = loop {
        let mut matter = new_matter(&store, "firm-a");
        matter.snapshot = vec![1; 20_000];
        match store.commit(job(vec![matter.clone()])).await {
            Ok(_) => acked.push(matter.id),
            Err(error) => break error,
        }
    };
    assert_eq!(full, CommitError::Full);
    assert!(!store.is_stopped() && acked.len() > 50, "{} were acknowledged", acked.len());
    let reader = store.reach(Reach::Port);
    for id in &acked {
        assert!(reader.sees(*id).await.expect("reads go on"));
    }
    store.free_reserve().expect("given up");
    let matter = new_matter(&store, "firm-a");
    store.commit(job(vec![matter.clone()])).await.expect("room again, without a restart");
    acked.push(matter.id);
    store.sequence().await.expect("sequenced");
    store.close().await;
    options.reserve = 0;
    let store = store::Store::open(options).await.expect("opens");
    let reader = store.reach(Reach::Port);
    for id in &acked {
        assert!(reader.sees(*id).await.expect("read"));
    }
    assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
    store.close().await;
    let _ = std::fs::remove_dir_all(folder);
}
