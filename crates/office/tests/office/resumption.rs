//! The link of a letter that asks how work goes: signed by the port, for one firm and one week, and not for ever.

use std::sync::atomic::Ordering;

use domain::{Text, instant::HOUR, ship_call::Party};
use office::{CompanyRecord, Error};

use crate::harness::{NOON, Place};

#[tokio::test]
async fn a_link_stands_for_its_firm_in_its_week_and_nobody_makes_one() {
    let place = Place::open().await;
    let office = &place.office;
    let firm = CompanyRecord {
        code: "blue".to_owned(),
        name: Text::new("蓝", "Blue"),
        kind: "agent".to_owned(),
        ..CompanyRecord::default()
    };
    office.put_record("company", "blue", &firm, "test").await.expect("recorded");
    let link = office.resumption_link("blue", &office.this_week()).expect("a link");
    let actor = office.by_resumption_link(&link).expect("it opens");
    assert_eq!(actor.party, Party::Firm("blue".to_owned()));
    let form = office.resumption_form(&actor, "").await.expect("the form of the firm");
    assert_eq!(form.firm.code, "blue");

    let gone = |link: &str| matches!(office.by_resumption_link(link), Err(Error::NotFound));
    let (said, signature) = link.split_once('.').expect("two parts");
    let other = office.resumption_link("green", &office.this_week()).expect("another");
    let (said_of_other, _) = other.split_once('.').expect("two parts");
    assert!(gone(&format!("{said_of_other}.{signature}")), "another firm under this signature");
    assert!(gone(said) && gone("x.y") && gone(""), "half a link, or none");
    let earlier = office.this_week().before(1).expect("a week");
    assert!(gone(&office.resumption_link("blue", &earlier).expect("signed")), "of a week that is over");
    place.clock.store(NOON + 8 * 24 * HOUR, Ordering::Relaxed);
    assert!(gone(&link), "it has ended");
}
