//! Notices: written once with the reader's step, read by their own recipient, delivered until settled.

use store::{
    StoreError,
    notices::{Delivery, Notice},
    ways::{Endpoint, PhoneCall},
};
use uuid::Uuid;

use crate::harness::{NOON, Place};

const MINUTE: i64 = 60_000_000;

fn notice(id: Uuid, recipient: &str, source: &str) -> Notice {
    Notice {
        id,
        recipient: recipient.into(),
        source: source.into(),
        kind: "problem.reply".into(),
        class: "p2".into(),
        matter: Uuid::nil(),
        number: "2026-DAL-P000001".into(),
        data: "{}".into(),
        made_at: NOON,
        read_at: None,
    }
}

fn delivery(id: Uuid, of: &Notice) -> Delivery {
    Delivery {
        id,
        recipient: of.recipient.clone(),
        notice: of.id,
        way: "email".into(),
        kind: of.kind.clone(),
        number: of.number.clone(),
        state: "waiting".into(),
        made_at: NOON,
        due_at: NOON,
        tries: 0,
        done_at: None,
        result: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_the_log_is_told_once() {
    for place in Place::each() {
        let store = place.open().await;
        assert_eq!(store.reader_position("notices").await.expect("read"), -1);
        let one = notice(store.new_id(), "person:li", "m/1");
        let sent = delivery(store.new_id(), &one);
        store.tell("notices", (-1, 7), std::slice::from_ref(&one), std::slice::from_ref(&sent)).await.expect("told");
        assert_eq!(store.reader_position("notices").await.expect("read"), 7);
        // A second reader that began at the same place writes nothing.
        let twin = notice(store.new_id(), "person:li", "m/2");
        let told = store.tell("notices", (-1, 7), &[twin], &[]).await;
        assert!(matches!(told, Err(StoreError::Missed)), "{told:?}");
        // What comes of no entry may be told again: it is not.
        let again = notice(store.new_id(), "person:li", "m/1");
        let again_sent = delivery(store.new_id(), &again);
        store.put_notices(&[again], &[again_sent]).await.expect("put");
        assert_eq!(store.notices_of("person:li", None, 10).await.expect("read"), std::slice::from_ref(&one));
        assert_eq!(store.deliveries(None, None, 10).await.expect("read").len(), 1);
        assert_eq!(store.notices_of("person:wang", None, 10).await.expect("read"), []);
        assert_eq!(store.unread("person:li", 100).await.expect("read").len(), 1);
        store.read_notices("person:wang", Uuid::max(), None).await.expect("marked");
        assert_eq!(store.unread("person:li", 100).await.expect("read").len(), 1, "another's page marks nothing");
        store.read_notices("person:li", one.id, Some(Uuid::nil())).await.expect("marked");
        assert_eq!(store.unread("person:li", 100).await.expect("read").len(), 0);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_leased_tried_again_and_settled() {
    for place in Place::each() {
        let store = place.open().await;
        let one = notice(store.new_id(), "person:li", "m/1");
        let sent = delivery(store.new_id(), &one);
        store.put_notices(&[one], std::slice::from_ref(&sent)).await.expect("put");
        assert_eq!(store.due_deliveries(NOON - 1, 10).await.expect("taken"), [], "not yet");
        let due = store.due_deliveries(NOON, 10).await.expect("taken");
        assert_eq!((due.len(), due[0].tries), (1, 1));
        assert_eq!(store.due_deliveries(NOON + MINUTE, 10).await.expect("taken"), [], "in another's hand");
        store.settle_delivery(sent.id, "waiting", NOON + 5 * MINUTE, "451 later").await.expect("settled");
        assert_eq!(store.due_deliveries(NOON + MINUTE, 10).await.expect("taken"), []);
        let due = store.due_deliveries(NOON + 5 * MINUTE, 10).await.expect("taken");
        assert_eq!((due.len(), due[0].tries, due[0].result.as_str()), (1, 2, "451 later"));
        // A process that ended with it in hand: its lease ends.
        let due = store.due_deliveries(NOON + 10 * MINUTE, 10).await.expect("taken");
        assert_eq!(due.len(), 1);
        store.settle_delivery(sent.id, "failed", NOON, "550").await.expect("settled");
        assert_eq!(store.due_deliveries(NOON + 90 * MINUTE, 10).await.expect("taken"), []);
        store.settle_delivery(sent.id, "sent", NOON, "250").await.expect("settled");
        assert_eq!(
            store.deliveries(Some("person:li"), None, 10).await.expect("read")[0].state,
            "failed",
            "settled once"
        );
        assert_eq!(store.deliveries_in_trouble(NOON - MINUTE).await.expect("read"), (0, 1));
        assert!(store.retry_delivery(sent.id).await.expect("again"));
        assert!(!store.retry_delivery(sent.id).await.expect("again"), "it waits already");
        assert_eq!(store.deliveries(None, None, 10).await.expect("read")[0].state, "waiting");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_are_sealed_and_feeds_close() {
    for place in Place::each() {
        let store = place.open().await;
        store.put_preferences("person:li", b"li@firm.example").await.expect("kept");
        store.put_preferences("person:li", b"li@new.example").await.expect("kept");
        assert_eq!(store.preferences("person:li").await.expect("read").as_deref(), Some(&b"li@new.example"[..]));
        assert_eq!(store.preferences("person:wang").await.expect("read"), None);
        let endpoint = Endpoint {
            id: store.new_id(),
            party: "firm:a".into(),
            url: "https://a.example".into(),
            made_by: "li".into(),
            made_at: NOON,
            failing_since: None,
            disabled_at: None,
            reason: String::new(),
        };
        store.put_endpoint(&endpoint, b"secret").await.expect("kept");
        assert_eq!(store.endpoint(endpoint.id).await.expect("read"), Some((endpoint.clone(), b"secret".to_vec())));
        assert!(!store.delete_endpoint("firm:b", endpoint.id).await.expect("asked"), "another firm's");
        store.mark_endpoint(endpoint.id, Some(NOON), None, "500").await.expect("marked");
        assert_eq!(store.endpoints_of("firm:a").await.expect("read")[0].failing_since, Some(NOON));
        assert!(store.delete_endpoint("firm:a", endpoint.id).await.expect("gone"));
        let user = store::people::User { id: "li".into(), firm: Some("a".into()), ..Default::default() };
        store.put_user(&user).await.expect("added");
        assert_eq!(store.users_of("a", false).await.expect("read"), std::slice::from_ref(&user));
        assert_eq!(store.users_of("a", true).await.expect("read"), []);
        store.open_feeds("li", [1; 32]).await.expect("opened");
        store.open_feeds("li", [2; 32]).await.expect("renewed");
        assert_eq!(store.person_of_feed([1; 32]).await.expect("read"), None);
        assert_eq!(store.person_of_feed([2; 32]).await.expect("read"), Some(user));
        store.close_feeds("li").await.expect("closed");
        assert_eq!(store.person_of_feed([2; 32]).await.expect("read"), None);
        let (id, matter) = (store.new_id(), store.new_id());
        let call = PhoneCall {
            id,
            matter,
            report: 1,
            who: "li".into(),
            at: NOON,
            result: "busy".into(),
            next_at: Some(NOON + MINUTE),
        };
        store.put_phone_call(&call).await.expect("noted");
        assert_eq!(store.phone_calls(matter, 10).await.expect("read"), [call]);
        store.close().await;
    }
}
