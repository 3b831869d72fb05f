//! A call is opened once, whole, however often it is asked for.

use domain::{Value, formality::Formality};
use office::{NewCall, Submission};

use crate::harness::{Place, agent, request};

#[tokio::test]
async fn opening_again_with_the_same_key_leads_to_the_call_that_stands() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let asked = request("open call", "once");
    let first = office.open_call(&actor, &place.new_call(), &asked).await.expect("opened");
    let again = office.open_call(&actor, &place.new_call(), &asked).await.expect("answered");
    assert!(again.replayed && !first.replayed);
    assert_eq!((again.id, &again.number, &again.receipt), (first.id, &first.number, &first.receipt));
    assert!(office.call(&actor, &again.number).await.is_ok(), "the number leads somewhere");

    // Two at once, of which neither can find the other's answer before it commits.
    let (asked, new) = (request("open call", "twice"), place.new_call());
    let (one, other) = tokio::join!(office.open_call(&actor, &new, &asked), office.open_call(&actor, &new, &asked));
    let (one, other) = (one.expect("opened"), other.expect("opened"));
    assert_eq!((one.id, &one.number), (other.id, &other.number));
    assert!(office.call(&actor, &one.number).await.is_ok());
}

#[tokio::test]
async fn a_call_is_opened_with_its_times_and_drafts_or_not_at_all() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let earlier = office.open_call(&actor, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let content = Value::from([("delivering", "none".into()), ("remarks", "nothing".into())]);
    let waste = Submission { formality: Formality::WasteNotification, content };
    office.file(&actor, earlier.id, &waste, &request("file", "b")).await.expect("filed");

    let new = NewCall { copy_from: Some(earlier.number.clone()), ..place.new_call() };
    // The one transaction of the opening fails: nothing of it is there.
    office.store.fail_next("commit", store::Failure::Full);
    assert!(office.open_call(&actor, &new, &request("open call", "c")).await.is_err());
    assert_eq!(office.drafts(&actor).await.expect("read").len(), 0);

    let done = office.open_call(&actor, &new, &request("open call", "c")).await.expect("opened");
    let call = office.call(&actor, &done.number).await.expect("read").call;
    assert_eq!(call.expected("arrival"), new.eta);
    assert_eq!(call.expected("departure"), new.etd);
    let drafts = office.drafts_of(&actor, done.id).await.expect("read");
    assert_eq!(drafts.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["waste_notification"]);
    let records = office.journal(&actor, done.id, 100).await.expect("read");
    let receipts = office.store.reach(store::Reach::Port).entries(done.id, 0, 100).await.expect("read");
    assert!(records.len() >= 3, "opening and two times");
    assert!(receipts.iter().all(|row| row.receipt == done.receipt_id), "one receipt covers all of it");
}
