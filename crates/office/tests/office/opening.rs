//! A call is opened once, whole, however often it is asked for.

use domain::{Instant, Severity, Value, formality::Formality};
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
    let waste = Submission { formality: Formality::WasteNotification, content, original: None };
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
    let drafts = office.drafts(&actor).await.expect("read");
    let drafts: Vec<_> = drafts.iter().map(|(number, code, _)| (number.as_str(), code.as_str())).collect();
    assert_eq!(drafts, [(done.number.as_str(), "waste_notification")]);
    let records = office.journal(&actor, done.id, 100).await.expect("read");
    let receipts = office.store.reach(store::Reach::Port).entries(done.id, 0, 100).await.expect("read");
    assert!(records.len() >= 3, "opening and two times");
    assert!(receipts.iter().all(|row| row.receipt == done.receipt_id), "one receipt covers all of it");
}

/// What belonged to the earlier call alone is not copied; what is said of the new one on opening is not asked again.
#[tokio::test]
async fn a_copy_knows_the_times_and_ports_with_which_it_is_opened() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let earlier = office.open_call(&actor, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let eta = place.new_call().eta.expect("an arrival").to_string();
    let content = Value::from([
        ("purpose", "cargo".into()),
        ("eta", eta.as_str().into()),
        ("last_port", "KRINC".into()),
        ("berth", "DYW-12".into()),
        ("crew", 20.into()),
        ("passengers", 0.into()),
        ("dangerous_goods", false.into()),
    ]);
    let applied = Submission { formality: Formality::EntryApplication, content, original: None };
    office.file(&actor, earlier.id, &applied, &request("file", "b")).await.expect("filed");

    let later = place.new_call().eta.map(|at| at.plus_hours(24 * 30));
    let new = NewCall { copy_from: Some(earlier.number.clone()), eta: later, etd: None, ..place.new_call() };
    let done = office.open_call(&actor, &new, &request("open call", "c")).await.expect("opened");
    let draft = office.draft(&actor, Some(done.id), "entry_application").await.expect("read").expect("a draft").content;
    assert_eq!(draft.get("eta").text().and_then(Instant::parse), later, "the arrival that was typed");
    assert_eq!(draft.get("last_port").text(), Some("KRINC"));
    assert_eq!(draft.get("berth").text(), Some("DYW-12"), "what still holds");
    assert!(draft.get("etd").is_empty(), "no departure was stated");

    let new = NewCall { etd: later.map(|at| at.plus_hours(30)), ..new };
    let done = office.open_call(&actor, &new, &request("open call", "d")).await.expect("opened");
    let draft = office.draft(&actor, Some(done.id), "entry_application").await.expect("read").expect("a draft").content;
    assert_eq!(draft.get("etd").text().and_then(Instant::parse), new.etd);
    assert!(draft.get("left_last_port").is_empty(), "nobody said when she leaves the last port");
}

#[tokio::test]
async fn an_arrival_that_has_passed_is_flagged_and_a_departure_before_it_refused() {
    let place = Place::open().await;
    let office = &place.office;
    let new = |hours: i64, kind: &str| NewCall {
        eta: Some(office.now().plus_hours(hours)),
        kind: kind.to_owned(),
        ..place.new_call()
    };
    let actor = agent("blue");
    let flagged = async |new: NewCall| office.flagged_in_new(&actor, &new, None).await.expect("read");
    let told: Vec<_> = flagged(new(-1, "ordinary")).await.into_iter().map(|of| (of.code, of.severity)).collect();
    assert_eq!(told, [("PQ-CALL-029".to_owned(), Severity::Warning)]);
    assert!(flagged(new(1, "ordinary")).await.is_empty());
    assert!(flagged(new(-1, "distress")).await.is_empty(), "she came first");
    // A call that is opened afterwards has its times as they were.
    office.open_call(&agent("blue"), &new(-1, "ordinary"), &request("open call", "a")).await.expect("opened");
    let backwards = NewCall { etd: Some(office.now()), ..new(5, "ordinary") };
    let refused = office.open_call(&agent("blue"), &backwards, &request("open call", "b")).await.expect_err("refused");
    assert_eq!(refused.faults()[0].code, "PQ-CALL-030");
}

/// Which receipt covers what: of each entry, and of each version of a filing.
#[tokio::test]
async fn every_entry_and_version_has_its_receipt() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let opened = office.open_call(&actor, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let mut receipts = Vec::new();
    for remarks in ["one", "two"] {
        let content = Value::from([("delivering", "none".into()), ("remarks", remarks.into())]);
        let waste = Submission { formality: Formality::WasteNotification, content, original: None };
        let filed = office.file(&actor, opened.id, &waste, &request("file", remarks)).await.expect("filed");
        receipts.push(filed.done.receipt_id.to_string());
    }
    let of = office.filing_receipts(&actor, opened.id, Formality::WasteNotification).await.expect("read");
    assert_eq!(of.into_iter().collect::<Vec<_>>(), [(1, receipts[0].clone()), (2, receipts[1].clone())]);
    let journal = office.receipted_journal(&actor, opened.id, 100).await.expect("read");
    assert_eq!(journal[0].1, opened.receipt_id.to_string());
    assert!(receipts.iter().all(|receipt| journal.iter().any(|(_, of)| of == receipt)));
    let other = office.receipted_journal(&agent("red"), opened.id, 100).await.expect("read");
    assert!(other.is_empty(), "another firm sees none");
}
