//! Who states what of a ship: proposed by who has to do with her, confirmed by maritime safety, and cited by calls.

use domain::Text;
use office::{CompanyRecord, Error, ShipRecord, ShipRight};

use crate::harness::{IMO, Place, agent, officer, request};

fn code(error: &Error) -> String {
    error.faults()[0].code.clone()
}

#[tokio::test]
async fn a_change_holds_once_maritime_safety_confirms_it() {
    let place = Place::open().await;
    let (office, blue, red, msa) = (&place.office, agent("blue"), agent("red"), officer("msa"));
    let known = office.ship(&blue, IMO).await.expect("read");
    assert_eq!((known.version, known.record.confirmed_by.as_str()), (1, ""), "entered, and not confirmed yet");
    let longer =
        ShipRecord { ship: domain::ship_call::Ship { length: 190, ..known.record.ship.clone() }, ..known.record };
    let refused = office.record_ship(&blue, &longer).await.expect_err("no open call, and not her owner");
    assert_eq!(code(&refused), "PQ-SHIP-010");

    let first = office.open_call(&blue, &place.new_call(), &request("open call", "a")).await.expect("opened");
    assert_eq!(office.record_ship(&blue, &longer).await.expect("proposed"), ShipRight::Propose);
    assert_eq!(office.ship(&blue, IMO).await.expect("read").record.ship.length, 0, "nothing changed yet");
    assert!(office.record_ship(&red, &longer).await.is_err(), "another firm");
    assert!(office.ship_proposal(&red, IMO).await.expect("read").is_none(), "nor does it read of the proposal");
    let waiting = office.ship_proposals(&msa).await.expect("read");
    assert_eq!((waiting.len(), waiting[0].source.as_str(), waiting[0].record.follows), (1, "blue", 1));
    assert!(office.ship_proposals(&officer("customs")).await.expect("read").is_empty());

    let seen = waiting[0].version;
    assert!(matches!(office.settle_ship(&officer("customs"), IMO, seen, None).await, Err(Error::Forbidden)));
    assert!(matches!(office.settle_ship(&blue, IMO, seen, None).await, Err(Error::Forbidden)));
    assert!(matches!(office.settle_ship(&msa, IMO, seen + 1, None).await, Err(Error::Conflict)), "another version");
    let silent = office.settle_ship(&msa, IMO, seen, Some(" ")).await.expect_err("a refusal has its reason");
    assert_eq!(code(&silent), "PQ-SHIP-011");
    office.settle_ship(&msa, IMO, seen, Some("The certificate says 180 m.")).await.expect("refused");
    let told = office.ship_proposal(&blue, IMO).await.expect("read").expect("told to who proposed it");
    assert_eq!((told.record.state.as_str(), told.record.words.as_str()), ("refused", "The certificate says 180 m."));
    assert!(office.ship_proposals(&msa).await.expect("read").is_empty());

    office.record_ship(&blue, &longer).await.expect("proposed again");
    let seen = office.ship_proposals(&msa).await.expect("read")[0].version;
    office.settle_ship(&msa, IMO, seen, None).await.expect("confirmed");
    let now = office.ship(&blue, IMO).await.expect("read");
    assert_eq!((now.record.ship.length, now.version, now.source.as_str()), (190, 2, "blue"));
    assert_eq!(now.record.confirmed_by, "msa");
    // Each of the four acts left its entry, and the receipts are those that the versions name.
    let changes = place.office.store.changes(Some("organ:msa"), None, 10).await.expect("read");
    let kinds: Vec<&str> = changes.iter().map(|(_, change)| change.kind.as_str()).collect();
    assert_eq!(kinds, ["ship.confirmed", "ship.refused"], "{changes:?}");
    let proposed = place.office.store.changes(Some("firm:blue"), None, 10).await.expect("read");
    assert_eq!(proposed.iter().filter(|(_, change)| change.kind == "ship.proposed").count(), 2, "{proposed:?}");
    for receipt in [told.record.record.receipt, told.record.settled, now.record.receipt] {
        let receipt = receipt.expect("a receipt").to_string();
        assert!(!office.receipt(&receipt).await.expect("kept").is_empty());
    }
    // Calls name the version that they were opened with.
    let second = office.open_call(&red, &place.new_call(), &request("open call", "b")).await.expect("opened");
    let record_of = async |number: &str| office.call(&msa, number).await.expect("read").call.ship_record;
    assert_eq!((record_of(&first.number).await, record_of(&second.number).await), (1, 2));
}

#[tokio::test]
async fn her_owner_proposes_without_a_call_and_a_first_record_is_confirmed_as_it_stands() {
    let place = Place::open().await;
    let (office, line, msa) = (&place.office, agent("line"), officer("msa"));
    let name = Text::new("示例航运", "Sample Line");
    let company = CompanyRecord { code: "line".to_owned(), name, kind: "line".to_owned(), ..CompanyRecord::default() };
    office.put_record("company", "line", &company, "test").await.expect("recorded");
    let known = office.ship(&line, IMO).await.expect("read").record;
    assert!(office.record_ship(&line, &known).await.is_err());
    office.settle_ship(&msa, IMO, 1, None).await.expect("confirmed as it stands");
    assert!(matches!(office.settle_ship(&msa, IMO, 1, None).await, Err(Error::Conflict)), "seen before");
    let owned = ShipRecord { owner: "Sample Line".to_owned(), ..known };
    office.put_record("ship", IMO, &owned, "operator").await.expect("recorded");
    assert_eq!(office.record_ship(&line, &owned).await.expect("proposed"), ShipRight::Propose);
}
