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

/// A sheet with an error is a draft; the other sheets of the workbook are filed all the same.
#[tokio::test]
async fn what_is_wrong_in_one_sheet_keeps_no_other_back() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let request = crate::harness::request("open call", "a");
    let id = office.open_call(&firm, &place.new_call(), &request).await.expect("opened").id;
    let sheets: [(&str, [&str; 5], [&str; 5]); 2] = [
        (
            "Crew List",
            ["Rank or Rating", "Last Name", "First Name", "Date of Birth", "Nationality"],
            ["AB", "SAMPLE", "ONE", "1980-01-31", "XXQ"],
        ),
        (
            "Ship Stores Declaration",
            ["SrNo", "Name of article", "Quantity", "Measurement Type", "Location on board / Comments"],
            ["1", "Rice", "50", "KGM", "Store"],
        ),
    ];
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, headings, row) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (column, (heading, cell)) in headings.into_iter().zip(row).enumerate() {
            sheet.write(2, column as u16, heading).expect("a cell");
            sheet.write(3, column as u16, cell).expect("a cell");
        }
    }
    let bytes = workbook.save_to_buffer().expect("memory");
    let upload = office.upload(&firm, id, ("list.xlsx", &bytes), "one", "upload").await.expect("read");
    let filed: Vec<_> = upload.filed.iter().map(|(formality, _)| *formality).collect();
    assert_eq!(
        (filed, upload.drafted),
        (vec![Formality::ShipsStores], vec![Formality::CrewList]),
        "{:?}",
        upload.faults
    );
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
