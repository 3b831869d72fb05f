//! What an upload files, and what it leaves alone.

use domain::{
    Text, Value,
    formality::Formality,
    ship_call::{Act, ReviewState},
};
use office::Submission;

use crate::harness::{Place, agent, officer};

#[tokio::test]
async fn what_stands_word_for_word_is_not_filed_again() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let request = crate::harness::request("open call", "a");
    let id = office.open_call(&firm, &place.new_call(), &request).await.expect("opened").id;
    let file = |delivering: &str| {
        format!(r#"{{"formality": "waste_notification", "delivering": "{delivering}"}}"#).into_bytes()
    };
    let send = async |bytes: Vec<u8>, key: &str| {
        office.upload(&firm, id, ("waste.json", &bytes), key, "upload").await.expect("read")
    };
    let first = send(file("none"), "one").await;
    assert_eq!((first.filed.len(), first.unchanged.len()), (1, 0), "{:?}", first.faults);
    // A retry gets its receipt; another upload of the same changes nothing and says so.
    let retry = send(file("none"), "one").await;
    assert!(retry.filed[0].1.replayed);
    assert_eq!(retry.filed[0].1.receipt, first.filed[0].1.receipt);
    let again = send(file("none"), "two").await;
    assert_eq!((again.filed.len(), again.unchanged.as_slice()), (0, [Formality::WasteNotification].as_slice()));
    assert!(again.faults.iter().any(|fault| fault.code == "PQ-UPLOAD-010" && !fault.is_error()));
    let versions = async || {
        let number =
            office.calls(&firm, &office::CallFilter::default()).await.expect("read").lines[0].row.number.clone();
        office.call(&firm, &number).await.expect("read").call.filings[&Formality::WasteNotification].versions.len()
    };
    assert_eq!(versions().await, 1);
    let changed = send(file("some"), "three").await;
    assert_eq!(changed.filed.len(), 1, "{:?}", changed.faults);
    assert_eq!(versions().await, 2);
}

/// A form or a request that says the same is answered as an upload is: by the receipt that stands.
#[tokio::test]
async fn the_same_filed_again_is_answered_as_it_stands_whichever_way_it_came() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let request = |key: &str| crate::harness::request("file", key);
    let opened = office.open_call(&firm, &place.new_call(), &request("a")).await.expect("opened");
    let waste = |delivering: &str| {
        let content = Value::from([("delivering", delivering.into())]);
        Submission { formality: Formality::WasteNotification, content, original: None }
    };
    let first = office.file(&firm, opened.id, &waste("none"), &request("b")).await.expect("filed");
    let call = async || office.call(&firm, &opened.number).await.expect("read").call;
    let organ = call().await.requirement(Formality::WasteNotification).expect("due").organs[0].clone();
    let decide = |outcome| Act::Decide {
        formality: Formality::WasteNotification,
        outcome,
        reason: None,
        words: vec![Text::new("见附注", "see the remarks").into()],
        law: "MARPOL".to_owned(),
        mirror: None,
    };
    office.do_act(&officer(&organ), opened.id, &decide(ReviewState::Granted), &request("c")).await.expect("granted");
    let version = call().await.version;
    office.save_draft(&firm, Some(opened.id), "waste_notification", &waste("none").content).await.expect("saved");
    let again = office.file(&firm, opened.id, &waste("none"), &request("d")).await.expect("answered");
    assert!(again.unchanged && !first.unchanged);
    assert_eq!((again.done.receipt_id, &again.done.receipt), (first.done.receipt_id, &first.done.receipt));
    assert_eq!(again.faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), ["PQ-UPLOAD-010"]);
    assert_eq!(call().await.version, version, "nothing is opened again");
    assert!(office.draft(&firm, Some(opened.id), "waste_notification").await.expect("read").is_none());
    // What was sent back is filed again as it is, and so is what was withdrawn.
    let changed = office.file(&firm, opened.id, &waste("some"), &request("e")).await.expect("filed");
    assert!(!changed.unchanged);
    // A retry is no new filing of what stood then, and its key is no other body's.
    let version = call().await.version;
    let retried = office.file(&firm, opened.id, &waste("none"), &request("d")).await.expect("answered");
    assert_eq!(
        (retried.unchanged, retried.done.receipt_id, call().await.version),
        (true, first.done.receipt_id, version)
    );
    let mut other = request("d");
    other.digest = [7; 32];
    let reused = office.file(&firm, opened.id, &waste("none"), &other).await.expect_err("another body");
    assert!(matches!(reused, office::Error::KeyReused), "{reused:?}");
    office.do_act(&officer(&organ), opened.id, &decide(ReviewState::Returned), &request("f")).await.expect("returned");
    assert!(!office.file(&firm, opened.id, &waste("some"), &request("g")).await.expect("filed").unchanged);
    let withdraw =
        Act::Withdraw { formality: Formality::WasteNotification, reason: Text::new("误", "mistake").into() };
    office.do_act(&firm, opened.id, &withdraw, &request("h")).await.expect("withdrawn");
    assert!(!office.file(&firm, opened.id, &waste("some"), &request("i")).await.expect("filed").unchanged);
}
