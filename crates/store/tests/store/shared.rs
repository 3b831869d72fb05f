//! What several matters share: the head of a queue, a mark on a resource, the same subject.

use store::{Filter, Reach, Reader};

use crate::harness::{NOON, Place, job, new_matter, task};

/// What stands before everything is the first of its queue, on each page once, and overdue only by a limit of its own.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_first_stands_before_what_is_overdue() {
    for place in Place::each() {
        let store = place.open().await;
        let mut ids = Vec::new();
        for (nth, due) in [Some(NOON - 50), None, Some(NOON - 10)].into_iter().enumerate() {
            let mut matter = new_matter(&store, "firm-a");
            let first = nth == 1;
            matter.tasks = vec![store::TaskWrite { first, ..task("msa", "approve", due) }];
            ids.push(matter.id);
            store.commit(job(vec![matter])).await.expect("filed");
        }
        let reader = store.reach(Reach::Port);
        let (mut found, mut after) = (Vec::new(), None);
        while let Some(line) = reader.tasks("msa", &Filter::default(), after.as_ref(), 1).await.expect("read").pop() {
            after = Some(line.cursor());
            found.push(line.matter.id);
        }
        assert_eq!(found, [ids[1], ids[0], ids[2]]);
        assert_eq!(reader.queue_counts(NOON).await.expect("counted"), [("msa".to_owned(), 3, 2)]);
        store.close().await;
    }
}

/// Of two who looked at a shared resource at the same moment, one looks again.
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_moved_on_is_a_conflict_and_leaves_nothing() {
    for place in Place::each() {
        let store = place.open().await;
        let (one, other) = (new_matter(&store, "firm-a"), new_matter(&store, "firm-b"));
        let read = store.guard("berth 5").await.expect("read");
        assert_eq!(read, 0);
        let guarded = |matter: &store::MatterWrite| store::Job {
            side: vec![store.guard_side("berth 5", read)],
            ..job(vec![matter.clone()])
        };
        let (first, second) = tokio::join!(store.commit(guarded(&one)), store.commit(guarded(&other)));
        let outcomes = [first.is_ok(), second.is_ok()];
        assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "{outcomes:?}");
        let lost = if outcomes[0] { &other } else { &one };
        assert_eq!(store.reach(Reach::Port).matter(lost.id).await.expect("read"), None, "nothing of it stands");
        let again = store.guard("berth 5").await.expect("read");
        assert_eq!((again, store.guard("berth 6").await.expect("read")), (1, 0));
        let retried = store::Job { side: vec![store.guard_side("berth 5", again)], ..job(vec![lost.clone()]) };
        store.commit(retried).await.expect("it looked again");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn matters_are_found_by_what_they_are_about_within_reach() {
    for place in Place::each() {
        let store = place.open().await;
        let (own, foreign) = (new_matter(&store, "firm-a"), new_matter(&store, "firm-b"));
        store.commit(job(vec![own.clone()])).await.expect("filed");
        store.commit(job(vec![foreign.clone()])).await.expect("filed");
        let (ships, states) = (["9074729".to_owned(), "9319466".to_owned()], ["filed".to_owned()]);
        let about = async |reader: Reader, ships: &[String], states: &[String]| {
            reader.about("ship_call", ships, states).await.expect("read").len()
        };
        assert_eq!(about(store.reach(Reach::Port), &ships, &states).await, 2);
        assert_eq!(about(store.reach(Reach::Firm("firm-a".into())), &ships, &states).await, 1);
        assert_eq!(about(store.reach(Reach::Port), &ships[1..], &states).await, 0);
        assert_eq!(about(store.reach(Reach::Port), &[], &states).await, 0);
        assert_eq!(about(store.reach(Reach::Port), &ships, &["gone".to_owned()]).await, 0);
        store.close().await;
    }
}
