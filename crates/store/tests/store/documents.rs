//! Documents under encryption, large ones as files, erasure.

use store::changes::Change;
use store::{DocumentPlain, Reach, Store};
use uuid::Uuid;

use crate::harness::{Place, job, new_matter};

async fn file(store: &Store, subject: &str, bytes: Vec<u8>) -> (Uuid, Uuid, [u8; 32]) {
    let matter = new_matter(store, "firm-a");
    let (id, of) = (store.new_id(), matter.id);
    let plain = DocumentPlain { id, matter: of, purpose: "crew_list".into(), subject: subject.into(), bytes };
    let sealed = store.seal(plain).expect("sealed").about(vec![subject.into(), "document:E1".into()]);
    let digest = sealed.salted_digest;
    let mut job = job(vec![matter]);
    job.matters[0].entries[0].bytes = digest.to_vec();
    job.documents.push(sealed);
    store.commit(job).await.expect("filed");
    (id, of, digest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_read_through_its_matters_reach_and_lies_encrypted() {
    for place in Place::each() {
        let store = place.open().await;
        let secret = b"passport E12345678 of a seafarer".repeat(3);
        let (id, matter, digest) = file(&store, "person-1", secret.clone()).await;
        let (large, _, _) = file(&store, "person-1", secret.repeat(2000)).await;
        let own = store.reach(Reach::Firm("firm-a".into()));
        let document = own.document(id).await.expect("read").expect("within reach");
        assert_eq!((document.bytes, document.salted_digest), (Some(secret.clone()), Some(digest)));
        assert_eq!(own.documents(matter).await.expect("read").len(), 1);
        let large = own.document(large).await.expect("read").expect("within reach").bytes.expect("bytes");
        assert_eq!(large.len(), secret.len() * 2000);
        let foreign = store.reach(Reach::Firm("firm-b".into()));
        assert_eq!(foreign.document(id).await.expect("read"), None);
        assert!(foreign.documents(matter).await.expect("read").is_empty());
        store.close().await;
        let found = grep(&place.folder, b"E12345678");
        assert!(found.is_empty(), "in the clear in {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_destroys_key_salt_and_bytes_and_leaves_journal_and_log_whole() {
    for place in Place::each() {
        let store = place.open().await;
        let (id, matter, digest) = file(&store, "person-2", vec![5; 2000]).await;
        let (large, _, _) = file(&store, "person-2", vec![6; 200_000]).await;
        let (other, _, _) = file(&store, "person-3", vec![7; 2000]).await;
        store.sequence().await.expect("sequenced");
        let found = store.kept_of_person("person-2").await.expect("read");
        assert_eq!(found.iter().map(|kept| kept.id).collect::<Vec<_>>(), [id, large]);
        assert_eq!(store.kept_of_person("document:E1").await.expect("read").len(), 3);
        assert!(store.kept_of_person("person").await.expect("read").is_empty());
        let change = Change { at: 7, who: "operator".into(), kind: "documents.erased".into(), ..Change::default() };
        store.erase(&[id, large], "by a rule", &change).await.expect("erased");
        assert!(store.erase(&[id], "again", &change).await.is_err(), "a second time finds nothing");
        let reader = store.reach(Reach::Port);
        for gone in [id, large] {
            let document = reader.document(gone).await.expect("read").expect("its row stays");
            assert_eq!((document.bytes, document.salted_digest), (None, None));
            assert_eq!(document.erased, Some((7, "by a rule".into())));
        }
        assert!(reader.document(other).await.expect("read").expect("there").bytes.is_some());
        assert_eq!(store.kept_of_person("document:E1").await.expect("read").len(), 1, "whom it told of is forgotten");
        assert_eq!(reader.entries(matter, 0, 10).await.expect("entries")[0].bytes, digest);
        assert_eq!(store.changes(None, None, 10).await.expect("read").len(), 1, "the one that was undone is no change");
        assert_eq!(store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
        let files = std::fs::read_dir(place.folder.join("documents")).into_iter().flatten().flatten();
        let left: usize = files.map(|folder| std::fs::read_dir(folder.path()).map_or(0, Iterator::count)).sum();
        assert_eq!(left, 0, "the file of the large one is gone");
        store.close().await;
        let again = place.open().await;
        assert_eq!(again.kept_of_person("person-3").await.expect("read").len(), 1, "the secret is the same");
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_term_is_found_by_age_and_what_must_be_kept_is_marked() {
    for place in Place::each() {
        let store = place.open().await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(file(&store, "person", vec![1; 10]).await);
        }
        let now = store.chance().now();
        let page = store.kept_before("crew_list", now, None, 2).await.expect("read");
        let last = page.last().map(|kept| (kept.created_at, kept.id));
        let rest = store.kept_before("crew_list", now, last, 2).await.expect("read");
        let found: Vec<_> = page.iter().chain(&rest).map(|kept| kept.id).collect();
        assert_eq!(found, ids.iter().map(|(id, ..)| *id).collect::<Vec<_>>());
        assert!(store.kept_before("crew_list", page[0].created_at, None, 9).await.expect("read").is_empty());
        assert!(store.kept_before("passenger_list", now, None, 9).await.expect("read").is_empty());
        let change = Change { who: "operator".into(), ..Change::default() };
        let keep = vec![store.keep_side(ids[1].1, "a court asks for it", "operator")];
        store.change(&change, keep).await.expect("kept");
        let kept = store.kept_document(ids[1].0).await.expect("read").expect("there");
        assert_eq!(kept.keep.as_deref(), Some("a court asks for it"));
        store.change(&change, vec![store.release_side(ids[1].1)]).await.expect("released");
        assert_eq!(store.kept_document(ids[1].0).await.expect("read").expect("there").keep, None);
        assert!(store.change(&change, vec![store.release_side(ids[1].1)]).await.is_err(), "nothing kept");
        store.close().await;
    }
}

/// Files below a folder that hold the bytes.
fn grep(folder: &std::path::Path, needle: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(grep(&path, needle));
        } else if std::fs::read(&path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|part| part == needle)) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_an_entry_names_is_read_by_its_name_and_not_found_by_its_matter() {
    for place in Place::each() {
        let store = place.open().await;
        let matter = new_matter(&store, "firm-a");
        let (id, of) = (matter.id, |purpose: &str| DocumentPlain {
            id: store.new_id(),
            matter: matter.id,
            purpose: purpose.into(),
            subject: String::new(),
            bytes: purpose.as_bytes().to_vec(),
        });
        let named = store.seal(of("crew_list")).expect("sealed").named();
        let listed = store.seal(of("words")).expect("sealed");
        let (by_name, mut job) = (named.id, job(vec![matter.clone()]));
        job.documents.extend([named, listed]);
        store.commit(job).await.expect("filed");
        let own = store.reach(Reach::Firm("firm-a".into()));
        let document = own.document(by_name).await.expect("read").expect("within reach");
        assert_eq!(document.bytes.as_deref(), Some(b"crew_list".as_slice()));
        let purposes = own.documents(id).await.expect("read").into_iter().map(|(_, purpose, _, _)| purpose);
        assert_eq!(purposes.collect::<Vec<_>>(), ["words"]);
        assert!(own.documents_for(id, "crew_list").await.expect("read").is_empty());
        assert_eq!(own.documents_for(id, "words").await.expect("read").len(), 1);
        assert_eq!(store.kept_of_firm("firm-a").await.expect("read").len(), 2, "what is erased is found all the same");
        store.close().await;
    }
}
