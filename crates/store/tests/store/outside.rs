//! What stands beside the journal: people, drafts, mandates, records, clocks, logs.

use store::clocks::DueClock;
use store::logs::Access;
use store::mandates::Mandate;
use store::people::{ApiKey, User, secret_hash};
use store::{ClockWrite, Reach};

use crate::harness::{NOON, Place, job, new_matter};

const DAY: i64 = 24 * 3600 * 1_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn sessions_slide_and_end() {
    for place in Place::each() {
        let store = place.open().await;
        let mut user = User { id: "li".into(), name: "李".into(), firm: Some("firm-a".into()), ..User::default() };
        user.roles = vec!["agent".into(), "admin".into()];
        store.put_user(&user).await.expect("added");
        assert_eq!(store.user("li").await.expect("read").as_ref(), Some(&user));
        let token = secret_hash("token");
        store.open_session(token, "li", "csrf", NOON + DAY, NOON + 600_000_000).await.expect("opened");
        let session = store.session(token, NOON).await.expect("read").expect("lives");
        assert_eq!((&session.user, session.csrf.as_str()), (&user, "csrf"));
        assert_eq!(store.session(token, NOON + 700_000_000).await.expect("read"), None, "idle for too long");
        store.slide_session(token, &session, NOON + 2 * DAY).await.expect("moved on");
        assert!(store.session(token, NOON + 700_000_000).await.expect("read").is_some());
        assert_eq!(store.session(token, NOON + DAY).await.expect("read"), None, "never beyond its end");
        user.disabled = true;
        store.put_user(&user).await.expect("changed");
        assert_eq!(store.session(token, NOON).await.expect("read"), None, "who left is out at once");
        user.disabled = false;
        store.put_user(&user).await.expect("changed");
        store.close_session(token).await.expect("closed");
        assert_eq!(store.session(token, NOON).await.expect("read"), None);

        let hash = secret_hash("key");
        let key = ApiKey { principal: "system-1".into(), scopes: vec!["calls:write".into()], ..ApiKey::default() };
        store.put_api_key(hash, &key).await.expect("added");
        assert_eq!(store.api_key(hash).await.expect("read"), Some(key));
        store.revoke_api_key(hash).await.expect("revoked");
        assert_eq!(store.api_key(hash).await.expect("read"), None);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_save_over_one_draft_one_does() {
    for place in Place::each() {
        let store = place.open().await;
        let of = ("li", "new", "FAL5");
        assert!(store.save_draft_over(of, b"first", None).await.expect("saved"));
        assert!(!store.save_draft_over(of, b"another first", None).await.expect("answered"), "one stands");
        let read = store.draft("li", "new", "FAL5").await.expect("read").expect("there").saved_at;
        let both = tokio::join!(
            store.save_draft_over(of, b"hers", Some(read)),
            store.save_draft_over(of, b"his", Some(read)),
        );
        let both = [both.0.expect("answered"), both.1.expect("answered")];
        assert!(both[0] != both[1], "one of two: {both:?}");
        let stands = store.draft("li", "new", "FAL5").await.expect("read").expect("there");
        assert_eq!(stands.bytes, if both[0] { b"hers".as_slice() } else { b"his" });
        assert!(stands.saved_at > read);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_sealed_kept_and_used_up() {
    for place in Place::each() {
        let store = place.open().await;
        store.save_draft("li", "new", "FAL5", b"first").await.expect("saved");
        store.save_draft("li", "new", "FAL5", b"second").await.expect("saved");
        store.save_draft("li", "new", "FAL1", b"other").await.expect("saved");
        assert_eq!(store.draft("li", "new", "FAL5").await.expect("read").expect("there").bytes, b"second");
        assert_eq!(store.draft("wang", "new", "FAL5").await.expect("read"), None);
        assert_eq!(store.drafts("li").await.expect("read").len(), 2);
        let mut filed = job(vec![new_matter(&store, "firm-a")]);
        filed.side.push(store.delete_draft_side("li", "new", "FAL5"));
        store.commit(filed).await.expect("filed");
        assert_eq!(store.draft("li", "new", "FAL5").await.expect("read"), None);
        store.sweep_drafts(NOON + 29 * DAY).await.expect("swept");
        assert_eq!(store.drafts("li").await.expect("read").len(), 1);
        store.sweep_drafts(NOON + 31 * DAY).await.expect("swept");
        assert_eq!(store.drafts("li").await.expect("read"), Vec::new());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mandates_records_tables_and_logs_are_kept() {
    for place in Place::each() {
        let store = place.open().await;
        let mandate = Mandate {
            agent: "agency".into(),
            principal: "line".into(),
            from: NOON,
            until: NOON + DAY,
            revoked_at: None,
        };
        store.put_mandate(&mandate).await.expect("given");
        assert_eq!(store.mandate("agency", "line", NOON).await.expect("read"), Some(mandate));
        assert_eq!(store.mandate("agency", "line", NOON + DAY).await.expect("read"), None);
        assert_eq!(store.mandate("line", "agency", NOON).await.expect("read"), None);
        store.revoke_mandate("agency", "line").await.expect("revoked");
        assert_eq!(store.mandate("agency", "line", NOON + DAY / 2).await.expect("read"), None);
        assert_eq!(store.mandates_of("line").await.expect("read").len(), 1);

        for json in ["{\"gt\":1}", "{\"gt\":2}"] {
            store.put_record("ship", "9074729", json, "filed").await.expect("recorded");
        }
        store.put_record("ship", "9000001", "{}", "filed").await.expect("recorded");
        assert_eq!(store.record("ship", "9074729").await.expect("read").expect("there").json, "{\"gt\":2}");
        let versions = store.record_versions("ship", "9074729", 9).await.expect("read");
        assert_eq!(versions.iter().map(|record| record.version).collect::<Vec<_>>(), [2, 1]);
        let all = store.records("ship", "", 9).await.expect("read");
        assert_eq!(
            all.iter().map(|record| (&*record.key, record.version)).collect::<Vec<_>>(),
            [("9000001", 1), ("9074729", 2)]
        );

        let matter = store.new_id();
        let access =
            Access { at: NOON, who: "officer".into(), matter, fields: "crew".into(), purpose: "border".into() };
        store.log_access(&access).await.expect("noted");
        assert_eq!(store.accesses(matter).await.expect("read"), [access]);
        let id = store.set_aside("mail", 3, "a\0b", b"bytes").await.expect("set aside");
        assert_eq!(store.poison(9).await.expect("read").len(), 1);
        store.settle(id).await.expect("settled");
        assert!(store.poison(9).await.expect("read").is_empty());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_clock_is_taken_once_and_comes_again_if_it_is_not_fired() {
    for place in Place::each() {
        let store = place.open().await;
        let mut matter = new_matter(&store, "firm-a");
        let clock = |step: &str, due_at| ClockWrite { clock: "legal".into(), step: step.into(), due_at };
        matter.clocks = vec![clock("warn", NOON + 100), clock("limit", NOON + 200), clock("later", NOON + DAY)];
        store.commit(job(vec![matter.clone()])).await.expect("filed");
        assert_eq!(store.next_due().await.expect("read"), Some(NOON + 100));
        assert!(store.due_clocks(NOON + 99, 10).await.expect("none yet").is_empty());
        let (one, two) = tokio::join!(store.due_clocks(NOON + 300, 10), store.due_clocks(NOON + 300, 10));
        let taken: Vec<DueClock> = [one.expect("taken"), two.expect("taken")].concat();
        let steps: Vec<_> = taken.iter().map(|clock| (clock.step.as_str(), clock.due_at, clock.tries)).collect();
        assert_eq!(steps, [("warn", NOON + 100, 1), ("limit", NOON + 200, 1)]);
        let mut fired = crate::harness::change(&matter, 1, b"warned");
        (fired.clocks, fired.clocks_gone) = (Vec::new(), vec![clock("warn", NOON + 100)]);
        store.commit(job(vec![fired])).await.expect("fired");
        let again = store.due_clocks(NOON + 300 + 61_000_000, 10).await.expect("taken");
        assert_eq!(again.iter().map(|clock| (clock.step.as_str(), clock.tries)).collect::<Vec<_>>(), [("limit", 2)]);
        assert!(store.reach(Reach::Port).matter(matter.id).await.expect("read").is_some());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_several_keys_are_read_at_once() {
    for place in Place::each() {
        let store = place.open().await;
        for (key, json) in [("a", "1"), ("a", "2"), ("b", "3"), ("c", "4")] {
            store.put_record("company", key, json, "test").await.expect("recorded");
        }
        store.put_record("ship", "a", "5", "test").await.expect("recorded");
        let before = store.statements();
        let keys = ["a", "b", "unknown"].map(str::to_owned);
        let mut found = store.records_of("company", &keys).await.expect("read");
        found.sort_by(|one, other| one.key.cmp(&other.key));
        let found: Vec<_> = found.iter().map(|record| (record.key.as_str(), record.json.as_str())).collect();
        assert_eq!((found, store.statements() - before), (vec![("a", "2"), ("b", "3")], 1), "the newest of each");
        store.close().await;
    }
}
