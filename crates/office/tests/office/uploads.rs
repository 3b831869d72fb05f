//! What an upload files, and what it leaves alone.

use domain::formality::Formality;

use crate::harness::{Place, agent};

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
