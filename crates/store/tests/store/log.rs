//! Order, proofs, and what is refused at the start.

use ledger::tree;
use store::{Reach, Store, StoreError};

use crate::harness::{Place, change, job, new_matter};

fn refused(opened: Result<Store, StoreError>) -> StoreError {
    opened.err().expect("refused")
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_verify_and_their_leaves_are_proved() {
    for place in Place::each() {
        let store = place.open().await;
        let mut receipts = Vec::new();
        for round in 0..4 {
            for _ in 0..70 {
                let answer = store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
                receipts.push(answer);
            }
            let head = store.sequence().await.expect("sequenced");
            assert_eq!(head.size, 70 * (round + 1));
        }
        let head = store.sequence().await.expect("nothing to do");
        let mut indices = std::collections::BTreeSet::new();
        for answer in &receipts {
            let proof = store.reach(Reach::Port).proof(answer.receipt_id).await.expect("read").expect("sequenced");
            let leaf = tree::leaf_hash(&proof.leaf);
            assert!(tree::verify_inclusion(proof.index, head.size, &leaf, &proof.path, &head.root));
            assert_eq!(proof.note, head.note);
            indices.insert(proof.index);
        }
        assert_eq!(indices.len(), 280, "each leaf has an index of its own, without gaps");
        let path = store.consistency(100, 280).await.expect("read").expect("proved");
        let old = store.consistency(100, 100).await.expect("read");
        assert!(!path.is_empty() && old == Some(Vec::new()));
        assert_eq!(store.tile(0, 0, 256).await.expect("read").expect("full").len(), 256 * 32);
        assert_eq!(store.tile(0, 1, 24).await.expect("read").expect("partial").len(), 24 * 32);
        assert_eq!(store.tile(0, 1, 25).await.expect("read"), None);
        let audit = store.audit(&|_| ()).await.expect("audited");
        assert_eq!((audit.leaves, audit.receipts, audit.findings.len()), (280, 280, 0), "{:?}", audit.findings);
        store.close().await;
        let again = place.open().await;
        assert_eq!(again.head().await.expect("read").expect("there"), head);
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_writing_process_is_refused() {
    let place = Place::sqlite();
    let first = place.open().await;
    assert_eq!(refused(Store::open(place.options()).await), StoreError::Locked);
    first.close().await;
    place.open().await.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sequencer_is_refused_until_the_lease_ends() {
    for place in Place::each().into_iter().filter(|place| !place.is_sqlite()) {
        let (first, second) = (place.open().await, place.open().await);
        first.commit(job(vec![new_matter(&first, "firm-a")])).await.expect("filed");
        first.sequence().await.expect("holds the lease");
        second.commit(job(vec![new_matter(&second, "firm-a")])).await.expect("any node writes");
        assert_eq!(second.sequence().await, Err(StoreError::Missed));
        place.clock.fetch_add(60_000_000, std::sync::atomic::Ordering::Relaxed);
        let head = second.sequence().await.expect("took over");
        assert_eq!(head.size, 2);
        first.commit(job(vec![new_matter(&first, "firm-a")])).await.expect("any node writes");
        assert_eq!(first.sequence().await, Err(StoreError::Missed), "the former one is fenced");
        assert_eq!(second.sequence().await.expect("goes on").size, 3);
        first.close().await;
        second.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_with_one_key_give_one_receipt() {
    for place in Place::each().into_iter().filter(|place| !place.is_sqlite()) {
        let nodes = [place.open().await, place.open().await];
        for round in 0..20 {
            let matter = new_matter(&nodes[0], "firm-a");
            let mut twin = job(vec![matter.clone()]);
            twin.key = Some(crate::harness::key(&format!("twin-{round}"), 1));
            let (one, two) = tokio::join!(nodes[0].commit(twin.clone()), nodes[1].commit(twin.clone()));
            // The slower twin may meet the matter before it meets the key: asked again, it gets the receipt.
            let two = if two.is_err() { nodes[1].commit(twin.clone()).await } else { two };
            let one = if one.is_err() { nodes[0].commit(twin).await } else { one };
            assert_eq!(one.expect("answered").receipt, two.expect("answered").receipt);
            assert_eq!(nodes[0].reach(Reach::Port).entries(matter.id, 0, 9).await.expect("entries").len(), 1);
        }
        for node in nodes {
            node.close().await;
        }
    }
}

/// Changes a closed SQLite store behind the program's back.
fn meddle(place: &Place, sql: &str) {
    let conn = rusqlite::Connection::open(place.db()).expect("the file opens");
    conn.execute_batch(sql).expect("the statement runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_behind_its_checkpoint_is_refused_and_the_gap_is_named() {
    let place = Place::sqlite();
    let store = place.open().await;
    store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
    store.sequence().await.expect("sequenced");
    store.close().await;
    let copy = std::fs::read(place.db()).expect("a copy");
    let store = place.open().await;
    store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
    let last = store.sequence().await.expect("sequenced");
    store.close().await;
    let whole = std::fs::read(place.db()).expect("a copy");

    std::fs::write(place.db(), copy).expect("an older backup is put in place");
    let error = refused(Store::open(place.options()).await);
    assert!(matches!(error, StoreError::Behind { promised: 2, held: 1, .. }), "{error}");

    for (sql, part) in [
        ("delete from batches where first_index = 1", "missing"),
        ("update tiles set hashes = zeroblob(64)", "root"),
        ("update batches set leaves = zeroblob(32) where first_index = 1", "newest batch"),
        ("update log_heads set root = zeroblob(32)", "not signed"),
        ("update log_heads set note = cast(replace(cast(note as text), '2', '3') as blob)", "not signed"),
        ("delete from log_heads", "no checkpoint at all"),
    ] {
        std::fs::write(place.db(), &whole).expect("the last state");
        meddle(&place, sql);
        let error = refused(Store::open(place.options()).await).to_string();
        assert!(error.contains(part), "{sql}: {error}");
    }
    std::fs::write(place.db(), &whole).expect("the last state");
    std::fs::write(place.folder.join("checkpoint"), last.note.replace("example", "elsewhere")).expect("written");
    assert!(refused(Store::open(place.options()).await).to_string().contains("file is not signed"));
    std::fs::remove_file(place.folder.join("checkpoint")).expect("removed");
    place.open().await.close().await;
    assert_eq!(std::fs::read_to_string(place.folder.join("checkpoint")).expect("written anew"), last.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_what_was_rewritten() {
    let place = Place::sqlite();
    let store = place.open().await;
    let matter = new_matter(&store, "firm-a");
    store.commit(job(vec![matter.clone()])).await.expect("filed");
    store.commit(job(vec![change(&matter, 1, b"amended")])).await.expect("amended");
    store.sequence().await.expect("sequenced");
    store.close().await;
    let whole = std::fs::read(place.db()).expect("a copy");
    for (sql, part) in [
        ("update entries set bytes = x'00' where seq = 2", "not those that its leaf commits to"),
        ("update entries set at = at + 1 where seq = 1", "not those that its leaf commits to"),
        ("update entries set actor = 'somebody' where seq = 1", "not those that its leaf commits to"),
        ("delete from entries where seq = 2", "not those that its leaf commits to"),
        ("update receipts set received_at = received_at - 60000000", "not those that its leaf commits to"),
        ("delete from receipts where leaf = 0", "covered by no receipt"),
        (
            "insert into entries select port, matter, 3, kind, v, at, actor, on_behalf, channel, x'01', bytes from entries where seq = 1",
            "no receipt",
        ),
        ("update batches set leaves = zeroblob(32) where first_index = 0", "root of the leaves"),
    ] {
        std::fs::write(place.db(), &whole).expect("the last state");
        meddle(&place, sql);
        let store = place.open().await;
        let findings = store.audit(&|_| ()).await.expect("audited").findings.join("\n");
        assert!(findings.contains(part), "{sql}: {findings}");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_program_refuses_a_newer_schema() {
    let place = Place::sqlite();
    place.open().await.close().await;
    meddle(&place, "insert into migrations values (99, 0)");
    assert!(matches!(refused(Store::open(place.options()).await), StoreError::Newer { found: 99, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_follow_the_log_and_wait_for_it() {
    for place in Place::each() {
        let store = place.open().await;
        let reader = store.reach(Reach::Port);
        let mut filed = Vec::new();
        for _ in 0..5 {
            let matters = vec![new_matter(&store, "firm-a"), new_matter(&store, "firm-b")];
            filed.extend(matters.iter().map(|matter| matter.id));
            store.commit(job(matters)).await.expect("filed");
        }
        assert_eq!(reader.events_after(-1, 100).await.expect("read"), (Vec::new(), -1), "not yet in order");
        store.sequence().await.expect("sequenced");
        let (mut heard, mut position) = (Vec::new(), -1);
        loop {
            let (events, next) = reader.events_after(position, 3).await.expect("read");
            if next == position {
                break;
            }
            position = next;
            heard.extend(events.into_iter().map(|event| event.matter));
        }
        assert_eq!(heard, filed);
        let firm = store.reach(Reach::Firm("firm-b".into()));
        let (events, end) = firm.events_after(-1, 100).await.expect("read");
        assert_eq!((events.len(), end), (5, position), "the position moves on over what is out of reach");
        store.close().await;
    }
}

/// A key that was replaced opens the store once more; from then on the head rests on the new one alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_key_hands_the_log_over() {
    for place in Place::each() {
        let store = place.open().await;
        store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
        let before = store.sequence().await.expect("sequenced");
        store.close().await;

        let heir = ledger::SigningKey::from_seed([10; 32]);
        let mut options = place.options();
        let former = std::mem::replace(&mut options.receipt_key, heir).public();
        assert!(matches!(refused(Store::open(options.clone()).await), StoreError::Behind { .. }), "a stranger's head");
        options.former_keys.push(former);
        let store = Store::open(options.clone()).await.expect("the former key is known");
        let after = store.sequence().await.expect("signed anew");
        assert_eq!((after.size, after.root), (before.size, before.root));
        assert_ne!(after.note, before.note);
        assert_eq!(store.sequence().await.expect("nothing to do"), after);
        store.close().await;

        options.former_keys.clear();
        let store = Store::open(options).await.expect("the former key is needed no more");
        store.commit(job(vec![new_matter(&store, "firm-a")])).await.expect("filed");
        store.sequence().await.expect("sequenced");
        assert!(store.audit(&|_| ()).await.expect("audited").findings.is_empty());
        store.close().await;
    }
}
