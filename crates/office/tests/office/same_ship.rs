//! One ship, several open calls: both sides are told, and one call alone lets her in, also when two officers decide at once.

use domain::{
    Value,
    formality::Formality,
    ship_call::{Act, ReviewState},
};
use office::{Actor, NewCall, Office, QueueFilter, Submission};

use crate::harness::{Place, agent, officer, request};

fn application(new: &NewCall) -> Submission {
    let at = |at: Option<domain::Instant>| at.expect("given").to_string();
    let content = Value::from([
        ("purpose", "cargo".into()),
        ("eta", at(new.eta).as_str().into()),
        ("etd", at(new.etd).as_str().into()),
        ("last_port", "KRINC".into()),
        ("berth", "DYW-12".into()),
        ("crew", 20.into()),
        ("passengers", 0.into()),
        ("dangerous_goods", false.into()),
    ]);
    Submission { formality: Formality::EntryApplication, content, original: None }
}

fn grant() -> Act {
    Act::Decide {
        formality: Formality::EntryApplication,
        reason: None,
        outcome: ReviewState::Granted,
        words: Vec::new(),
        law: String::new(),
        mirror: None,
    }
}

/// A call with its entry application filed.
async fn applied(office: &Office, firm: &Actor, new: &NewCall, key: &str) -> (uuid::Uuid, String) {
    let done = office.open_call(firm, new, &request("open call", key)).await.expect("opened");
    office.file(firm, done.id, &application(new), &request("file", key)).await.expect("filed");
    (done.id, done.number)
}

#[tokio::test]
async fn whoever_opens_a_second_call_is_warned_and_both_are_told() {
    let place = Place::open().await;
    let (office, blue, red, msa) = (&place.office, agent("blue"), agent("red"), officer("msa"));
    let new = place.new_call();
    let codes = async |actor: &Actor, new: &NewCall| {
        let flagged = office.flagged_in_new(actor, new, None).await.expect("read");
        flagged.into_iter().map(|fault| (fault.code, fault.text.en)).collect::<Vec<_>>()
    };
    assert_eq!(codes(&blue, &new).await, []);
    let (_, first) = applied(office, &blue, &new, "a").await;
    let warned = codes(&red, &new).await;
    assert_eq!(warned[0].0, "PQ-CALL-036");
    assert!(warned[0].1.contains("another agent") && !warned[0].1.contains(&first), "{}", warned[0].1);
    assert!(codes(&blue, &new).await[0].1.contains(&first), "her own call is named");
    let after = NewCall { eta: new.etd, etd: new.etd.map(|at| at.plus_hours(20)), ..new.clone() };
    assert_eq!(codes(&red, &after).await, [], "the next trip overlaps with nothing");
    let in_distress = NewCall { kind: "distress".to_owned(), ..new.clone() };
    assert_eq!(codes(&red, &in_distress).await, [], "nobody in distress is kept waiting");

    let (_, second) = applied(office, &red, &new, "b").await;
    let told = async |actor: &Actor, number: &str| {
        let call = office.call(actor, number).await.expect("read").call;
        office.other_calls(actor, std::iter::once(&call)).await.expect("read").remove(number).expect("another one")
    };
    // Each agent learns that there is another call, and not whose; maritime safety sees both.
    for (actor, number) in [(&blue, &first), (&red, &second)] {
        let others = told(actor, number).await;
        assert_eq!((others.len(), &others[0].number, &others[0].agent), (1, &None, &None));
        assert_eq!((others[0].from, others[0].let_in), (None, false));
    }
    let seen = told(&msa, &first).await;
    assert_eq!((seen[0].number.as_deref(), seen[0].agent.as_deref()), (Some(second.as_str()), Some("red")));
    let queue = office.queue(&msa, &QueueFilter::default()).await.expect("read");
    let listed: Vec<_> = queue.lines.iter().map(|line| line.matter.id).collect();
    assert_eq!(office.called_twice(&listed).await.expect("read").len(), 2, "each of the two");
    let (next, _) = applied(office, &red, &after, "c").await;
    assert!(office.called_twice(&[next]).await.expect("read").is_empty(), "the next trip overlaps with nothing");
    let journal = office.journal(&red, office.call(&red, &second).await.expect("read").id, 1).await.expect("read");
    let domain::ship_call::Entry::Opened(opened) = &journal[0].entry else { panic!("{journal:?}") };
    assert_eq!(
        (opened.beside, opened.ship_record),
        (1, 1),
        "the journal says that she was warned, and by which record"
    );
}

#[tokio::test]
async fn of_two_grants_at_the_same_moment_one_is_refused() {
    let place = Place::open().await;
    let (office, msa) = (&place.office, officer("msa"));
    let new = place.new_call();
    let (one, _) = applied(office, &agent("blue"), &new, "a").await;
    let (other, _) = applied(office, &agent("red"), &new, "b").await;
    let (act, by_one, by_other) = (grant(), request("act", "c"), request("act", "d"));
    let (first, second) =
        tokio::join!(office.do_act(&msa, one, &act, &by_one), office.do_act(&msa, other, &act, &by_other));
    let outcomes = [first, second];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).expect("one is refused");
    assert_eq!(refused.faults()[0].code, "PQ-CALL-035");
    // Once the call that lets her in is over, the other one may.
    let (stands, firm, waits) =
        if outcomes[0].is_ok() { (one, agent("blue"), other) } else { (other, agent("red"), one) };
    let end = Act::End { diverted_to: None, reason: domain::Text::new("更正", "a correction").into() };
    office.do_act(&firm, stands, &end, &request("act", "e")).await.expect("ended");
    office.do_act(&msa, waits, &act, &request("act", "f")).await.expect("granted");
}
