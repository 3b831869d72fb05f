//! Who reads about persons is recorded first; where that cannot be done, the rest is read all the same.

use domain::{Value, formality::Formality, ship_call::Act};
use office::Submission;
use store::Failure;

use crate::harness::{Place, agent, officer, request};

/// The crew list of two, with the fields that the law asks for.
fn crew() -> Submission {
    let member = |family: &str, document: &str| {
        Value::from([
            ("family_name", family.into()),
            ("given_names", "JUAN".into()),
            ("rank", if family == "SANTOS" { "MASTER" } else { "COOK" }.into()),
            ("nationality", "PH".into()),
            ("date_of_birth", "1980-05-06".into()),
            ("place_of_birth", "Manila".into()),
            ("sex", "M".into()),
            ("document_type", "passport".into()),
            ("document_number", document.into()),
            ("document_issuer", "PH".into()),
            ("document_expiry", "2031-01-01".into()),
        ])
    };
    let members = Value::List(vec![member("SANTOS", "P1000001"), member("REYES", "P1000002")]);
    Submission { formality: Formality::CrewList, content: Value::from([("members", members)]), original: None }
}

#[tokio::test]
async fn a_full_disk_hides_what_is_about_persons_and_nothing_else() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let done = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    office.file(&firm, done.id, &crew(), &request("file", "b")).await.expect("filed");
    let call = office.call(&firm, &done.number).await.expect("read").call;
    let border = officer("border");
    let looks = async || office.store.accesses(done.id).await.expect("read").len();
    let read = async || office.version(&border, done.id, &call, Formality::CrewList, None).await.expect("read");

    let whole = read().await;
    assert!(whole.content.to_string().contains("SANTOS") && !whole.unrecorded);
    assert_eq!(looks().await, 1);
    for failure in [Failure::Full, Failure::NotPersisted] {
        office.store.fail_next("access", failure);
        let kept_back = read().await;
        assert!(kept_back.unrecorded && kept_back.version == 1, "{failure:?}");
        let shown = kept_back.content.to_string();
        assert!(!shown.contains("SANTOS") && !shown.contains("P1000001"), "nobody reads unseen: {shown}");
    }
    assert_eq!(looks().await, 1, "nothing was recorded");
    assert_eq!(read().await.content, whole.content, "with room again everything is there");
    // The firm reads its own, whatever the log takes.
    office.store.fail_next("access", Failure::Full);
    let own = office.version(&firm, done.id, &call, Formality::CrewList, None).await.expect("read");
    assert!(own.content.to_string().contains("P1000002") && !own.unrecorded);
}

/// Who has no part in a call reads none of its ordinary filings; who is told of her distress what a rescue needs.
#[tokio::test]
async fn an_authority_without_a_part_reads_no_ordinary_filing() {
    let place = Place::open().await;
    let (office, firm) = (&place.office, agent("blue"));
    let done = office.open_call(&firm, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let content = Value::from([("delivering", "none".into()), ("remarks", "a word of the ship's".into())]);
    let waste = Submission { formality: Formality::WasteNotification, content, original: None };
    office.file(&firm, done.id, &waste, &request("file", "b")).await.expect("filed");
    let reads = async |organ: &str, formality: Formality| {
        let found = office.call(&firm, &done.number).await.expect("read");
        let version = office.version(&officer(organ), found.id, &found.call, formality, None).await.expect("found");
        !version.content.is_empty()
    };
    let part = async |organ: &str| office.call(&firm, &done.number).await.expect("read").call.part_of(organ);
    for organ in ["msa", "customs", "border", "port_group", "port_office"] {
        assert!(reads(organ, Formality::WasteNotification).await, "{organ}");
    }
    for organ in ["court", "coast_guard", "police", "pilot", "port_administration"] {
        assert!(!reads(organ, Formality::WasteNotification).await, "{organ} has no part in it");
    }
    assert_eq!((part("customs").await, part("police").await), ("decides", "none"));
    let report = Act::ReportDistress { report: domain::Text::new("失火", "fire").into() };
    office.do_act(&firm, done.id, &report, &request("act", "c")).await.expect("reported");
    assert_eq!(part("police").await, "told");
    assert!(!reads("police", Formality::WasteNotification).await, "a rescue does not need it");
}
