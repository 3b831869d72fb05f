//! The tonnage-tax licence: what the call itself shows for an extension.

use domain::{
    Value,
    ship_call::{Hold, ShipCall, TimeKind, TimeStatement, Words},
};

use crate::{port::dalian, story::time};

fn stated(event: &str, local: &str) -> TimeStatement {
    TimeStatement {
        id: 1,
        event: event.to_owned(),
        kind: TimeKind::Actual,
        at: time(local),
        source: "msa".to_owned(),
        recorded_at: time(local),
        replies_to: None,
        delay_reason: None,
        in_error: false,
    }
}

/// A call of a kind that arrived on 24 November at ten in the evening, with a licence that ends on 30 November.
fn call(kind: &str) -> ShipCall {
    ShipCall {
        kind: kind.to_owned(),
        times: vec![stated("arrival", "2026-11-24T22:00")],
        facts: [("tonnage_tax_expiry".to_owned(), Value::from("2026-11-30"))].into(),
        ..ShipCall::default()
    }
}

fn health_hold(from: &str, until: Option<&str>) -> Hold {
    Hold {
        id: 1,
        kind: "health_event".to_owned(),
        issuer: "customs".to_owned(),
        lifted_by: "customs".to_owned(),
        blocks: Vec::new(),
        ground: Words::default(),
        reference: "H-7".to_owned(),
        law: String::new(),
        at: time(from),
        lifted_at: until.map(time),
        recorder: None,
    }
}

#[test]
fn shelter_and_repair_extend_it_by_the_days_that_they_touch() {
    for kind in ["shelter", "repair"] {
        let mut call = call(kind);
        let so_far = call.licence_extension(dalian(), time("2026-11-25T09:00")).expect("a proposal");
        assert_eq!((so_far.days, so_far.grounds[0].until), (2, None), "it goes on");
        call.times.push(stated("departure", "2026-11-26T01:00"));
        let proposed = call.licence_extension(dalian(), time("2026-12-20T09:00")).expect("a proposal");
        assert_eq!((proposed.days, proposed.proposed), (3, Some("2026-12-03".parse().unwrap())));
        let ground = &proposed.grounds[0];
        assert_eq!((ground.evidence.as_str(), ground.source.as_str(), ground.rule.row.as_str()), ("msa", "msa", kind));
        assert!(ground.law.contains("arts 10, 11") && !ground.reason.is_blank());
    }
}

#[test]
fn a_day_counts_once_and_other_calls_extend_nothing() {
    let now = time("2026-11-28T09:00");
    assert_eq!(call("ordinary").licence_extension(dalian(), now), None);
    let mut isolated =
        ShipCall { holds: vec![health_hold("2026-11-26T08:00", Some("2026-11-27T20:00"))], ..call("ordinary") };
    let proposed = isolated.licence_extension(dalian(), now).expect("a proposal");
    assert_eq!((proposed.days, proposed.grounds[0].source.as_str()), (2, "H-7"));
    isolated.kind = "shelter".to_owned();
    let both = isolated.licence_extension(dalian(), now).expect("a proposal");
    assert_eq!((both.grounds.len(), both.days), (2, 5), "24 to 28 November, the hold within");
    // She has not arrived, and nobody knows the licence: nothing is proposed, or no day.
    assert_eq!(ShipCall { times: Vec::new(), ..call("shelter") }.licence_extension(dalian(), now), None);
    let mut false_arrival = call("shelter");
    false_arrival.times[0].in_error = true;
    assert_eq!(false_arrival.licence_extension(dalian(), now), None, "an arrival that was stated in error is none");
    let unknown = ShipCall { facts: Default::default(), ..call("shelter") };
    assert_eq!(unknown.licence_extension(dalian(), now).expect("a proposal").proposed, None);
}
