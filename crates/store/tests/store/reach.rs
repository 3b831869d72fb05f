//! What a foreign firm sees: nothing, in single rows, lists, counts, search, events and receipts.

use store::{Filter, Order, Reach, Reader, Store};

use crate::harness::{NOON, Place, change, job, new_matter, task};

/// Everything that a firm can see, as text.
async fn view(reader: &Reader) -> String {
    let tokens =
        |words: &[&str]| Filter { tokens: words.iter().map(|word| (*word).to_owned()).collect(), ..Filter::default() };
    let mut seen = Vec::new();
    for filter in [Filter::default(), tokens(&["example"]), tokens(&["exam*"]), tokens(&["example", "9074729"])] {
        seen.push(format!("{:?}", reader.list("ship_call", &filter, None, 100).await.expect("list")));
        seen.push(format!("{:?}", reader.count_up_to("ship_call", &filter, 1000).await.expect("a count")));
    }
    seen.push(format!("{:?}", reader.tasks("msa", &Filter::default(), None, 100).await.expect("tasks")));
    seen.push(format!("{:?}", reader.events_after(-1, 100).await.expect("events").0));
    seen.join("\n")
}

fn firm(store: &Store, name: &str) -> Reader {
    store.reach(Reach::Firm(name.into()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_matter_changes_nothing_that_a_firm_sees() {
    for place in Place::each() {
        let store = place.open().await;
        let own = new_matter(&store, "firm-a");
        store.commit(job(vec![own.clone()])).await.expect("filed");
        store.sequence().await.expect("sequenced");
        let before = view(&firm(&store, "firm-a")).await;
        assert!(before.contains(&own.row.number) && before.contains("call.filed"));

        let foreign = new_matter(&store, "firm-b");
        let committed = store.commit(job(vec![foreign.clone()])).await.expect("filed");
        store.sequence().await.expect("sequenced");
        assert_eq!(view(&firm(&store, "firm-a")).await, before);
        let reader = firm(&store, "firm-a");
        assert_eq!(reader.matter(foreign.id).await.expect("read"), None);
        assert_eq!(reader.matter(store.new_id()).await.expect("read"), None, "absent looks the same");
        assert_eq!(reader.matter_by_number(&foreign.row.number).await.expect("read"), None);
        assert!(reader.entries(foreign.id, 0, 10).await.expect("read").is_empty());
        assert!(reader.tasks_of(foreign.id).await.expect("read").is_empty());
        assert_eq!(reader.receipt(committed.receipt_id).await.expect("read"), None);
        assert_eq!(reader.proof(committed.receipt_id).await.expect("read"), None);

        let owner = firm(&store, "firm-b");
        assert!(owner.matter_by_number(&foreign.row.number).await.expect("read").is_some());
        assert_eq!(owner.receipt(committed.receipt_id).await.expect("read"), Some(committed.receipt));
        assert!(owner.proof(committed.receipt_id).await.expect("read").is_some());
        assert_eq!(owner.tasks_of(foreign.id).await.expect("read").len(), 1);
        assert!(firm(&store, "").list("", &Filter::default(), None, 100).await.expect("list").is_empty());
        assert_eq!(
            store.reach(Reach::Port).list("ship_call", &Filter::default(), None, 9).await.expect("list").len(),
            2
        );
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parties_see_a_matter_while_they_take_part_and_a_former_agent_no_more() {
    for place in Place::each() {
        let store = place.open().await;
        let mut matter = new_matter(&store, "firm-a");
        matter.parties = Some(vec!["firm-c".into(), "firm-a".into()]);
        store.commit(job(vec![matter.clone()])).await.expect("filed");
        let count = async |name: &str| {
            let reader = firm(&store, name);
            let listed = reader.list("ship_call", &Filter::default(), None, 100).await.expect("list").len();
            assert_eq!(reader.sees(matter.id).await.expect("read"), listed == 1);
            listed
        };
        assert_eq!((count("firm-a").await, count("firm-c").await, count("firm-b").await), (1, 1, 0));

        let mut handed_over = change(&matter, 1, b"agent changes");
        (handed_over.row.firm, handed_over.parties) = ("firm-b".into(), None);
        store.commit(job(vec![handed_over])).await.expect("handed over");
        assert_eq!((count("firm-b").await, count("firm-c").await), (1, 1));
        let mut alone = change(&matter, 2, b"on his own");
        (alone.row.firm, alone.parties) = ("firm-b".into(), Some(Vec::new()));
        store.commit(job(vec![alone])).await.expect("parties leave");
        assert_eq!((count("firm-a").await, count("firm-b").await, count("firm-c").await), (0, 1, 0));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_lists_and_queues_meet_without_gap_or_repetition() {
    for place in Place::each() {
        let store = place.open().await;
        for n in 0..25 {
            let mut matter = new_matter(&store, "firm-a");
            let due = (n % 5 != 0).then_some(NOON + i64::from(n % 4));
            matter.row.due_at = due;
            matter.row.starts_at = Some(NOON + i64::from(n % 3));
            matter.row.ends_at = Some(NOON + i64::from(n % 2));
            matter.tasks = vec![task("msa", "approve", due), task("customs", "clear", None)];
            store.commit(job(vec![matter])).await.expect("filed");
        }
        let reader = store.reach(Reach::Port);
        let ends = Filter { order: Order::Ends, ends_from: Some(NOON + 1), ..Filter::default() };
        assert_eq!(reader.list("ship_call", &ends, None, 100).await.expect("list").len(), 12);
        for (order, as_firm) in [Order::Newest, Order::Due, Order::Starts, Order::Ends]
            .into_iter()
            .flat_map(|order| [(order, false), (order, true)])
        {
            let reader = if as_firm { firm(&store, "firm-a") } else { reader.clone() };
            let filter = Filter { order, ..Filter::default() };
            let whole = reader.list("ship_call", &filter, None, 100).await.expect("list");
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let page = reader.list("ship_call", &filter, after, 7).await.expect("page");
                let Some(last) = page.last() else { break };
                after = Some(last.cursor(order));
                pages.extend(page);
            }
            assert_eq!((pages.len(), &pages), (25, &whole), "{order:?}");
        }
        let whole = reader.tasks("msa", &Filter::default(), None, 100).await.expect("queue");
        let dues: Vec<_> = whole.iter().map(|task| task.task.due_at.unwrap_or(i64::MAX)).collect();
        assert!(dues.is_sorted() && dues.len() == 25 && dues[24] == i64::MAX);
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page = reader.tasks("msa", &Filter::default(), after.as_ref(), 7).await.expect("page");
            let Some(last) = page.last() else { break };
            after = Some(last.cursor());
            pages.extend(page);
        }
        assert_eq!(pages, whole);

        for (step, found) in [("approve", 25), ("clear", 0), ("app:", 0), ("approve:", 0)] {
            let filter = Filter { step: Some(step.to_owned()), ..Filter::default() };
            assert_eq!(reader.tasks("msa", &filter, None, 100).await.expect("queue").len(), found, "{step}");
        }

        let first = &whole[0];
        assert!(store.claim("msa", first.matter.id, "approve", "officer-1", i64::MAX).await.expect("claimed"));
        assert!(!store.claim("msa", first.matter.id, "approve", "officer-2", i64::MAX).await.expect("taken"));
        let queue = reader.tasks("msa", &Filter::default(), None, 1).await.expect("queue");
        assert_eq!(queue[0].claim, Some(("officer-1".into(), i64::MAX)));
        store.release("msa", first.matter.id, "approve", "officer-1").await.expect("released");
        assert!(store.claim("msa", first.matter.id, "approve", "officer-2", i64::MAX).await.expect("free"));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_found_by_its_states_and_read_in_one_statement() {
    for place in Place::each() {
        let store = place.open().await;
        let with = |firm: &str, state: &str, starts_at: Option<i64>| {
            let mut matter = new_matter(&store, firm);
            matter.row.state = state.to_owned();
            matter.row.starts_at = starts_at;
            matter
        };
        let late = with("firm-a", "open", Some(NOON + 20));
        let early = with("firm-a", "open", Some(NOON + 10));
        let foreign = with("firm-b", "open", Some(NOON + 15));
        for matter in [&late, &early, &foreign, &with("firm-a", "over", Some(NOON)), &with("firm-a", "open", None)] {
            store.commit(job(vec![matter.clone()])).await.expect("filed");
        }
        let open = ["open".to_owned()];
        let reader = firm(&store, "firm-a");
        let found = reader.calls_in(&open, 10).await.expect("read");
        let ids: Vec<_> = found.iter().map(|found| found.id).collect();
        assert_eq!(ids, [early.id, late.id], "its own, what starts first at the head");
        assert_eq!(reader.calls_in(&open, 1).await.expect("read").len(), 1);
        let port = store.reach(Reach::Port);
        assert_eq!(port.calls_in(&open, 10).await.expect("read").len(), 3);

        let before = store.statements();
        let asked = [early.id, late.id, foreign.id];
        let mut seen: Vec<_> = reader.matters(&asked).await.expect("read").into_iter().map(|read| read.id).collect();
        seen.sort();
        let mut own = vec![early.id, late.id];
        own.sort();
        assert_eq!((seen, store.statements() - before), (own, 1), "what is out of reach is not there");
        assert_eq!(port.matters(&asked[2..]).await.expect("read")[0].snapshot, foreign.snapshot);
        assert!(reader.matters(&[]).await.expect("read").is_empty());

        assert!(reader.tasks_of_each(&asked).await.expect("read").is_empty(), "firms have no queue");
        let tasks = port.tasks_of_each(&asked).await.expect("read");
        assert_eq!(tasks.len(), 3);
        assert!(tasks.iter().all(|(matter, task)| asked.contains(matter) && task.organ == "msa"));
        store.close().await;
    }
}

/// An organ sees confined matters only when it is a party to them; the port office sees all, a firm its own.
#[tokio::test(flavor = "multi_thread")]
async fn an_organ_sees_a_confined_matter_only_as_a_party() {
    use store::reach::{CONFINED, organ_party};
    for place in Place::each() {
        let store = place.open().await;
        let call = new_matter(&store, "firm-a");
        store.commit(job(vec![call.clone()])).await.expect("filed");
        store.sequence().await.expect("sequenced");
        let organ = |name: &str| store.reach(Reach::Organ(name.into()));
        let before = view(&organ("customs")).await;
        assert!(before.contains(&call.row.number), "ship calls are every organ's");

        let mut hidden = new_matter(&store, "firm-b");
        hidden.kind = CONFINED;
        hidden.parties = Some(vec![organ_party("msa")]);
        hidden.tasks = vec![task("msa", "problem:accept:1", None)];
        let committed = store.commit(job(vec![hidden.clone()])).await.expect("filed");
        store.sequence().await.expect("sequenced");
        assert_eq!(view(&organ("customs")).await, before, "not a byte for others");
        assert_eq!(organ("customs").matter(hidden.id).await.expect("read"), None);
        assert_eq!(organ("customs").receipt(committed.receipt_id).await.expect("read"), None);
        assert!(
            organ("customs")
                .list("", &Filter { tokens: vec!["example".into()], ..Filter::default() }, None, 9)
                .await
                .expect("list")
                .iter()
                .all(|of| of.id != hidden.id)
        );
        assert!(organ("customs").entries(hidden.id, 0, 9).await.expect("read").is_empty());

        assert!(organ("msa").sees(hidden.id).await.expect("read"));
        assert_eq!(organ("msa").receipt(committed.receipt_id).await.expect("read"), Some(committed.receipt));
        let driven = store.reach(Reach::Firm(organ_party("msa")));
        assert_eq!(driven.list(CONFINED, &Filter::default(), None, 9).await.expect("list").len(), 1);
        assert!(store.reach(Reach::Port).sees(hidden.id).await.expect("read"));
        // Its tasks stand on a desk of their own.
        let desk = |step: Option<&str>| Filter { step: step.map(str::to_owned), ..Filter::default() };
        assert!(
            organ("msa")
                .tasks("msa", &desk(None), None, 9)
                .await
                .expect("tasks")
                .iter()
                .all(|of| of.matter.id != hidden.id)
        );
        assert_eq!(organ("msa").tasks("msa", &desk(Some("problem:")), None, 9).await.expect("tasks").len(), 1);
        let cells = store.reach(Reach::Port).problem_cells(&Filter::default(), NOON, [0; 4]).await.expect("cells");
        assert_eq!(cells.iter().map(|cell| cell.count).sum::<i64>(), 1);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_desks_and_changes_for_the_port_alone_and_overdue_lists_keep_to_reach() {
    use store::reach::{CONFINED, organ_party};
    for place in Place::each() {
        let store = place.open().await;
        let mut known = Vec::new();
        for (organ, due) in [("msa", NOON - 20), ("msa", NOON - 30), ("customs", NOON - 40), ("customs", NOON + 40)] {
            let mut problem = new_matter(&store, "firm-a");
            problem.kind = CONFINED;
            problem.row = store::MatterRow { due_at: Some(due), subject_key: "fee".into(), ..problem.row };
            problem.parties = Some(vec![organ_party(organ)]);
            problem.tasks = vec![task(organ, "problem:work:1", Some(due))];
            store.commit(job(vec![problem.clone()])).await.expect("filed");
            known.push(problem.id);
        }
        store.sequence().await.expect("sequenced");
        let port = store.reach(Reach::Port);
        let customs = store.reach(Reach::Firm(organ_party("customs")));
        let desks: Vec<_> = port
            .problem_desks(NOON)
            .await
            .expect("desks")
            .into_iter()
            .map(|of| (of.organ, of.count, of.late))
            .collect();
        assert_eq!(desks, [("customs".into(), 2, 1), ("msa".into(), 2, 2)]);
        let late = async |reader: &Reader, organ: Option<&str>| -> Vec<i64> {
            let late = reader.late_problem_tasks(organ, NOON, 9).await.expect("tasks");
            late.into_iter().map(|of| of.due_at - NOON).collect()
        };
        assert_eq!(late(&port, None).await, [-40, -30, -20], "the longest first");
        assert_eq!(late(&customs, Some("customs")).await, [-40]);
        assert!(late(&customs, Some("msa")).await.is_empty() && late(&customs, None).await.is_empty());
        assert!(late(&firm(&store, "firm-a"), Some("msa")).await.is_empty());
        assert!(customs.problem_desks(NOON).await.expect("desks").is_empty());

        // An overdue list, page by page, within each reach.
        let overdue = Filter { due_before: Some(NOON), order: Order::Due, ..Filter::default() };
        let (mut seen, mut after) = (Vec::new(), None);
        while let Some(next) = port.list(CONFINED, &overdue, after, 1).await.expect("a page").pop() {
            after = Some(next.cursor(Order::Due));
            seen.push(next.id);
        }
        assert_eq!(seen, [known[2], known[1], known[0]]);
        let of_customs = customs.list(CONFINED, &overdue, None, 9).await.expect("a list");
        assert_eq!(of_customs.iter().map(|of| of.id).collect::<Vec<_>>(), [known[2]]);
        assert_eq!(firm(&store, "firm-a").list(CONFINED, &overdue, None, 9).await.expect("a list").len(), 3);
        assert!(firm(&store, "firm-b").list(CONFINED, &overdue, None, 9).await.expect("a list").is_empty());
        let whole = port.snapshots(CONFINED, &Filter::default(), None, 9).await.expect("snapshots");
        assert!(whole.len() == 4 && whole.iter().all(|of| !of.snapshot.is_empty()));

        assert_eq!(port.problem_changes_by_kind(NOON - 1).await.expect("kinds"), [("call.filed".into(), 4)]);
        assert_eq!(port.problem_changes(NOON - 1, 9).await.expect("changes").len(), 4);
        assert!(port.problem_changes(NOON + 3_600_000_000, 9).await.expect("changes").is_empty());
        assert!(customs.problem_changes(NOON - 1, 9).await.expect("changes").is_empty());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn known_problems_are_found_by_what_their_newest_version_is_entered_under() {
    for place in Place::each() {
        let store = place.open().await;
        let put = async |code: &str, keys: &[(&str, &str)]| {
            let keys: Vec<(&str, String)> = keys.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
            store.put_known_problem("known-problem", code, "{}", "somebody", &keys).await.expect("put");
        };
        put("b", &[("topic", "fee"), ("code", "e-17"), ("topic", "fee")]).await;
        put("a", &[("topic", "fee")]).await;
        let found = async |kind: &str, value: &str| {
            store.known_problem_codes(&[(kind, value.to_owned())]).await.expect("found")
        };
        assert_eq!(found("topic", "fee").await, ["a", "b"]);
        assert_eq!(found("code", "e-17").await, ["b"]);
        assert!(found("topic", "e-17").await.is_empty());
        assert_eq!(store.known_problem_page(("topic", "fee"), "a", 9).await.expect("a page"), ["b"]);
        put("b", &[("topic", "it")]).await;
        assert_eq!(found("topic", "fee").await, ["a"]);
        assert!(found("code", "e-17").await.is_empty());
        assert_eq!(store.record_versions("known-problem", "b", 9).await.expect("versions").len(), 2, "both are kept");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_by_a_text_that_cannot_be_stored() {
    for place in Place::each() {
        let store = place.open().await;
        assert_eq!(store.reach(Reach::Port).matter_by_number("2026\0").await.expect("no fault"), None);
        assert_eq!(store.user("a\0b").await.expect("no fault"), None);
        store.close().await;
    }
}
