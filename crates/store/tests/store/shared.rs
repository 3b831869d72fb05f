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
        assert_eq!(
            reader.queue_counts(&["customs", "msa"], NOON, 9).await.expect("counted"),
            [("msa".to_owned(), 3, 2)]
        );
        let so_far = reader.queue_counts(&["msa"], NOON, 1).await.expect("counted");
        assert_eq!(so_far, [("msa".to_owned(), 1, 1)], "no more than is asked for");
        store.close().await;
    }
}

/// A rank comes after what is first and before every limit, overdue or not; whom it went before is kept once, with why.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_rank_goes_before_every_limit_and_is_written_down() {
    for place in Place::each() {
        let store = place.open().await;
        let why = store::jumps::Precedence { class: "green".to_owned(), ..Default::default() };
        let mut ids = Vec::new();
        let given = [
            (Some(NOON - 50), false, None),
            (Some(NOON + 90), false, Some(2)),
            (None, true, None),
            (None, false, Some(1)),
            (None, false, None),
        ];
        for (due, first, rank) in given {
            let mut matter = new_matter(&store, "firm-a");
            let task = store::TaskWrite { first, rank, ..task("msa", "approve", due) };
            let side = rank.map(|_| store.jump_side(matter.id, &task, &why, NOON)).into_iter().collect::<Vec<_>>();
            matter.tasks = vec![task];
            ids.push(matter.id);
            store.commit(store::Job { side: side.clone(), ..job(vec![matter]) }).await.expect("filed");
            store.commit(store::Job { side, ..store::Job::default() }).await.expect("the same again");
        }
        let reader = store.reach(Reach::Port);
        let (mut found, mut after) = (Vec::new(), None);
        while let Some(line) = reader.tasks("msa", &Filter::default(), after.as_ref(), 1).await.expect("read").pop() {
            after = Some(line.cursor());
            found.push((line.matter.id, line.task.rank));
        }
        let ranks = [(ids[2], None), (ids[3], Some(1)), (ids[1], Some(2)), (ids[0], None), (ids[4], None)];
        assert_eq!(found, ranks);
        assert_eq!(
            reader.queue_counts(&["msa", "customs"], NOON, 9).await.expect("counted"),
            [("msa".to_owned(), 5, 1)]
        );
        let mut pairs: Vec<_> = reader.jumps(Some("msa"), (0, NOON + 1), 9).await.expect("read").into_iter().collect();
        pairs.sort_by_key(|jump| (jump.first.id, jump.over.id));
        let said: Vec<_> = pairs.iter().map(|jump| (jump.first.id, jump.over.id)).collect();
        // Who was ranked second was due after the late one; who was ranked first came before both, that had limits.
        assert_eq!(said, [(ids[1], ids[0]), (ids[3], ids[0]), (ids[3], ids[1])]);
        assert!(pairs.iter().all(|jump| jump.why == why && jump.at == NOON));
        assert_eq!(reader.overtaken_by(ids[0]).await.expect("read"), 2);
        assert!(reader.jumps(Some("customs"), (0, NOON + 1), 9).await.expect("read").is_empty());
        let firm = store.reach(Reach::Firm("firm-a".to_owned()));
        assert!(firm.jumps(None, (0, NOON + 1), 9).await.expect("read").is_empty());
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

/// Whatever is drawn and given back, by however many at once, a licence holds what it was given for.
#[tokio::test(flavor = "multi_thread")]
async fn a_licence_is_drawn_down_by_many_at_once_and_never_below_nothing() {
    for place in Place::each() {
        let store = std::sync::Arc::new(place.open().await);
        let row = store::licences::LicenceRow {
            kind: "Q".to_owned(),
            number: "P".to_owned(),
            firm: "firm-a".to_owned(),
            unit: "kg".to_owned(),
            quantity: 1000,
            ends_at: NOON + 100,
            ..Default::default()
        };
        let alone = |side| store::Job { side: vec![side], ..store::Job::default() };
        store.commit(alone(store.set_licence_side(&row))).await.expect("entered");
        let key = ("Q", "P", "firm-a");
        // Twenty want between thirty and two hundred and twenty; every third gives back what it drew.
        let many = (0..20_i64).map(|nth| {
            let store = store.clone();
            tokio::spawn(async move {
                let alone = |side| store::Job { side: vec![side], ..store::Job::default() };
                let wanted = 30 + nth * 10;
                let drew = store.commit(alone(store.draw_licence_side(key, wanted, NOON))).await.is_ok();
                let back = drew && nth % 3 == 0;
                if back {
                    store.commit(alone(store.give_back_licence_side(key, wanted))).await.expect("given back");
                }
                if drew && !back { wanted } else { 0 }
            })
        });
        let mut drawn = 0;
        for task in many.collect::<Vec<_>>() {
            drawn += task.await.expect("it ran");
        }
        let left = |store: std::sync::Arc<store::Store>| async move {
            let of = store.licence("Q", "P").await.expect("read").expect("it is there");
            (of.drawn, of.quantity)
        };
        assert_eq!(left(store.clone()).await, (drawn, 1000));
        assert!(drawn > 0 && drawn <= 1000, "{drawn}");
        for wrong in [
            store.draw_licence_side(key, 1001 - drawn, NOON),
            store.draw_licence_side(key, 0, NOON + 100),
            store.draw_licence_side(("Q", "P", "firm-b"), 0, NOON),
            store.draw_licence_side(key, -1, NOON),
            store.give_back_licence_side(key, drawn + 1),
            store.set_licence_side(&store::licences::LicenceRow { quantity: drawn - 1, ..row.clone() }),
            store.set_licence_side(&store::licences::LicenceRow { firm: "firm-b".to_owned(), ..row.clone() }),
        ] {
            assert!(store.commit(alone(wrong)).await.is_err());
        }
        assert_eq!(left(store.clone()).await, (drawn, 1000));
        if let Ok(store) = std::sync::Arc::try_unwrap(store) {
            store.close().await;
        }
    }
}
