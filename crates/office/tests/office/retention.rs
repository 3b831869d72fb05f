//! What is filed is kept as long as a row says: then it goes by itself, or when somebody says so, and never while it must be
//! kept.

use std::sync::atomic::Ordering;

use domain::{
    Text, Value,
    formality::Formality,
    resumption::Answer,
    ship_call::{Act, Words},
};
use office::{
    Administrator, CompanyRecord, Error,
    crew_cases::{CrewCaseAct, WantedCase},
};

use crate::harness::{NOON, Place, agent, request};

const DAY: i64 = 24 * domain::instant::HOUR;

#[tokio::test]
async fn a_document_goes_after_its_term_and_not_while_its_call_is_under_way_or_kept() {
    let place = Place::open().await;
    let (office, firm, operator) = (&place.office, agent("blue"), Administrator::operator("operator"));
    let done = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let (id, number, formality) = (done.id, done.number, Formality::WasteNotification);
    let bytes = br#"{"formality": "waste_notification", "delivering": "none"}"#;
    office.upload(&firm, id, ("waste.json", bytes), "b", "upload").await.expect("read");
    let original = async || {
        let found = office.call(&firm, &number).await.expect("read");
        office.original(&firm, &found, formality, None).await
    };
    let at = |days: i64| place.clock.store(NOON + days * DAY, Ordering::Relaxed);
    let due = async || {
        let mut due: Vec<_> =
            office.due_for_erasure(&operator).await.expect("read").into_iter().map(|of| of.purpose).collect();
        due.sort();
        due
    };

    at(5 * 366);
    assert_eq!(office.sweep_documents().await.expect("swept"), 0, "a call that is under way keeps everything");
    at(1);
    let end = Act::End { diverted_to: None, reason: Words::Plain(Text::new("停航", "laid up")) };
    office.do_act(&firm, id, &end, &request("end", "c")).await.expect("ended");
    // It ends when she was to leave, a little more than eleven days after it was opened.
    at(11 + 364);
    assert_eq!(due().await, [""; 0]);
    at(12 + 367);
    assert_eq!(due().await, ["original"]);
    office.keep_documents(&operator, &number, "lawsuit 7").await.expect("kept");
    assert_eq!(office.sweep_documents().await.expect("swept"), 0, "somebody needs it");
    assert!(original().await.is_ok());
    office.release_documents(&operator, &number).await.expect("released");
    assert!(matches!(office.release_documents(&operator, &number).await, Err(Error::Invalid(_))));
    assert_eq!(office.sweep_documents().await.expect("swept"), 1);
    let Err(Error::Gone(fault)) = original().await else { panic!("it is gone") };
    assert!(fault.text.en.contains("row files of the table of retention"), "{}", fault.text.en);
    let changes = office.recorded_changes(&operator, None, None).await.expect("read");
    assert_eq!((changes[0].1.who.as_str(), changes[0].1.kind.as_str()), ("retention", "documents.erased"));

    at(12 + 3 * 367);
    assert_eq!(due().await, ["words"]);
    assert_eq!(office.sweep_documents().await.expect("swept"), 0, "that one is only proposed");
    assert_eq!(office.erase_due(&operator).await.expect("erased"), 1);
    let call = office.call(&firm, &number).await.expect("read");
    assert!(office.version(&firm, id, &call.call, formality, None).await.is_ok(), "what was filed has ten years");
    assert_eq!(office.store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
}

#[tokio::test]
async fn whom_a_crew_case_was_about_goes_a_year_after_it_is_over() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let call = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let patient = Value::from([
        ("family_name", "SANTOS".into()),
        ("given_names", "MARIA".into()),
        ("rank", "AB".into()),
        ("nationality", "PHL".into()),
        ("date_of_birth", "1990-02-01".into()),
        ("document_type", "P".into()),
        ("document_number", "P1111111".into()),
        ("condition", "a broken hand".into()),
    ]);
    let wanted = WantedCase {
        kind: "sick".to_owned(),
        call: call.number,
        words: "hurt at work".to_owned(),
        persons: vec![patient],
    };
    let number = office.file_crew_case(&firm, wanted, &request("crew case", "b")).await.expect("filed").number;
    let listed = async || {
        let found = office.crew_case(&firm, &number).await.expect("read");
        office.crew_persons(&firm, &found).await.expect("read").len()
    };
    let at = |days: i64| place.clock.store(NOON + days * DAY, Ordering::Relaxed);
    at(3 * 366);
    assert_eq!(office.sweep_documents().await.expect("swept"), 0, "a case that is under way keeps everything");
    at(1);
    let close = CrewCaseAct::Close { how: "on_board".to_owned(), words: String::new() };
    office.do_on_crew_case(&firm, &number, close, &request("crew case act", "c")).await.expect("closed");
    at(364);
    assert_eq!((office.sweep_documents().await.expect("swept"), listed().await), (0, 1));
    at(369);
    assert_eq!((office.sweep_documents().await.expect("swept"), listed().await), (1, 0));
    assert_eq!(office.store.audit(&|_| ()).await.expect("audited").findings, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_written_with_a_record_goes_after_its_term_and_the_numbers_stay() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let record = CompanyRecord {
        code: "blue".to_owned(),
        name: Text::new("蓝", "Blue"),
        kind: "agent".to_owned(),
        ..CompanyRecord::default()
    };
    office.put_record("company", "blue", &record, "test").await.expect("recorded");
    let numbers = [("staff".to_owned(), 40), ("staff_back".to_owned(), 40)].into();
    let (link, sector) = ("shipper".to_owned(), "logistics".to_owned());
    let answer = Answer { link, sector, numbers, words: "Mr Li is ill".to_owned(), ..Answer::default() };
    office.answer_resumption(&firm, "", &answer, "page").await.expect("answered");
    assert_eq!(office.resumption_form(&firm, "").await.expect("read").answer.words, "Mr Li is ill");
    let at = |days: i64| place.clock.store(NOON + days * DAY, Ordering::Relaxed);
    at(364);
    assert_eq!(office.sweep_documents().await.expect("swept"), 0);
    at(367);
    assert_eq!(office.sweep_documents().await.expect("swept"), 1);
    assert_eq!(office.sweep_documents().await.expect("swept"), 0, "once");
    let last = office.resumption_form(&firm, "").await.expect("read").answer;
    assert_eq!((last.words.as_str(), last.numbers.get("staff")), ("", Some(&40)));
}
