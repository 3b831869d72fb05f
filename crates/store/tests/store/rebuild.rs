//! A rebuild gives the live projection again, and mends one that is not what the journal says.

use store::{ClockWrite, EntryRow, MatterRow, MatterWrite, Reach};
use uuid::Uuid;

use crate::harness::{NOON, Place, entry, job, new_matter, task};

/// A fold of the journal: the last entry's bytes are the snapshot, its number and firm stand in the first.
fn fold(id: Uuid, journal: &[EntryRow]) -> Result<MatterWrite, String> {
    let (first, last) = (journal.first().ok_or("empty")?, journal.last().ok_or("empty")?);
    if last.bytes == b"cannot be folded" {
        return Err("cannot be folded".into());
    }
    let firm = String::from_utf8(first.bytes.clone()).map_err(|error| error.to_string())?;
    Ok(MatterWrite {
        id,
        kind: "ship_call",
        row: MatterRow {
            number: format!("2026-{id}"),
            firm,
            state: last.kind.clone(),
            opened_at: NOON,
            updated_at: NOON + journal.len() as i64,
            ..MatterRow::default()
        },
        fold: "fold-1".into(),
        snapshot: last.bytes.clone(),
        tasks: vec![task("msa", &format!("step-{}", journal.len()), Some(NOON))],
        clocks: vec![ClockWrite { clock: "legal".into(), step: "limit".into(), due_at: NOON + journal.len() as i64 }],
        tokens: Some(vec![format!("t{}", journal.len()), "all".into()]),
        parties: Some(vec!["firm-p".into()]),
        ..MatterWrite::default()
    })
}

/// Files a matter and amends it some times, always writing what the fold says.
async fn fill(store: &store::Store, matters: usize) {
    for n in 0..matters {
        let id = new_matter(store, "").id;
        let mut journal: Vec<EntryRow> = Vec::new();
        for version in 0..=(n % 4) as i64 {
            let bytes =
                if version == 0 { format!("firm-{}", n % 3) } else { format!("change {version} {}", "x".repeat(n)) };
            let kind = if version == 0 { "filed" } else { "amended" };
            let appended = entry(kind, bytes.as_bytes());
            journal.push(EntryRow {
                seq: version + 1,
                kind: kind.into(),
                v: 1,
                at: NOON,
                actor: String::new(),
                on_behalf: None,
                channel: String::new(),
                receipt: Uuid::nil(),
                bytes: appended.bytes.clone(),
            });
            let folded = fold(id, &journal).expect("folds");
            let gone = vec![("msa".to_owned(), format!("step-{version}"))];
            let moved = vec![ClockWrite { due_at: NOON + version, ..folded.clocks[0].clone() }];
            let write = MatterWrite {
                read_version: version,
                entries: vec![appended],
                tasks_gone: gone,
                clocks_gone: moved,
                ..folded
            };
            store.commit(job(vec![write])).await.expect("committed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_equals_the_live_projection() {
    for place in Place::each() {
        let store = place.open().await;
        fill(&store, 130).await;
        let live = store.digest_of_projection().await.expect("a digest");
        assert_eq!(store.rebuild("fold-1", fold).await.expect("rebuilt"), 130);
        assert_eq!(store.digest_of_projection().await.expect("a digest"), live);
        fill(&store, 3).await;
        let more = store.digest_of_projection().await.expect("a digest");
        assert_ne!(more, live);
        store.rebuild("fold-1", fold).await.expect("rebuilt");
        assert_eq!(store.digest_of_projection().await.expect("a digest"), more);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_mends_a_spoilt_projection_and_resumes() {
    let place = Place::sqlite();
    let store = place.open().await;
    fill(&store, 250).await;
    let live = store.digest_of_projection().await.expect("a digest");
    store.close().await;
    let conn = rusqlite::Connection::open(place.db()).expect("opens");
    conn.execute_batch(
        "update matters set state = 'cleared', snapshot = x'00' where rowid % 3 = 0; delete from matters where rowid % 7 = 1;
         delete from tokens where token = 'all'; delete from clocks; update tasks set open = 0;",
    )
    .expect("spoilt");
    drop(conn);
    let store = place.open().await;
    assert_ne!(store.digest_of_projection().await.expect("a digest"), live);
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let stumbling = |id, journal: &[EntryRow]| {
        let n = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if n == 150 { Err("out of power".into()) } else { fold(id, journal) }
    };
    assert!(store.rebuild("fold-1", stumbling).await.is_err());
    assert_ne!(store.digest_of_projection().await.expect("a digest"), live, "nothing is swapped in by halves");
    assert_eq!(store.rebuild("fold-1", fold).await.expect("resumed"), 150, "the first hundred are kept");
    assert_eq!(store.digest_of_projection().await.expect("a digest"), live);
    let listed =
        store.reach(Reach::Firm("firm-p".into())).list("", &Default::default(), None, 1000).await.expect("list");
    assert_eq!(listed.len(), 250);
    store.close().await;
}
