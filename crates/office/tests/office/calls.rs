//! What a call knows of the port's records and of the calls before it.

use domain::{
    Text, Value,
    formality::Formality,
    ship_call::{Act, ReviewState},
};
use office::{CompanyRecord, Error, NewCall, Submission};

use crate::harness::{Place, agent, officer, request};

fn codes(error: &Error) -> Vec<String> {
    error.faults().into_iter().map(|fault| fault.code).collect()
}

/// Decree 175 art. 14: the permit of one call waives entry on the next ones of the same agent and ship.
#[tokio::test]
async fn a_shuttle_permit_reaches_the_agents_next_call() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let shuttle = NewCall { kind: "shuttle".to_owned(), ..place.new_call() };
    let first = office.open_call(&actor, &shuttle, &request("open call", "a")).await.expect("opened");
    let asked = |hours: i64, fixed: bool| {
        let content = Value::from([
            ("valid_from", "2026-11-24".into()),
            ("valid_until", "2026-12-20".into()),
            ("other_port", "KRINC".into()),
            ("route", "Dalian - Incheon".into()),
            ("round_trip_hours", hours.into()),
            ("crew_fixed", fixed.into()),
        ]);
        Submission { formality: Formality::ShuttlePermit, content, original: None }
    };
    let refused = office.file(&actor, first.id, &asked(30, false), &request("file", "b")).await.expect_err("refused");
    let refused = codes(&refused);
    for code in ["PQ-SHUTTLE-ROUND-TRIP", "PQ-SHUTTLE-CREW"] {
        assert!(refused.iter().any(|of| of == code), "{code} is not in {refused:?}");
    }
    office.file(&actor, first.id, &asked(22, true), &request("file", "c")).await.expect("filed");
    for organ in ["msa", "customs", "border"] {
        let grant = Act::Decide {
            formality: Formality::ShuttlePermit,
            reason: None,
            outcome: ReviewState::Granted,
            words: Vec::new(),
            law: String::new(),
            mirror: None,
        };
        office.do_act(&officer(organ), first.id, &grant, &request("act", organ)).await.expect("granted");
    }
    let issued = office.call(&actor, &first.number).await.expect("read").call.shuttle_term();
    assert!(issued.is_some());

    let soon = NewCall { eta: Some(office.now().plus_hours(48)), ..shuttle };
    let next = office.open_call(&actor, &soon, &request("open call", "d")).await.expect("opened");
    let call = office.call(&actor, &next.number).await.expect("read").call;
    assert_eq!(call.shuttle_term().map(|(_, until)| until), issued.map(|(_, until)| until));
    assert!(call.requirement(Formality::EntryApplication).is_none(), "entry is waived");
    // Another agent of the same ship has no permit.
    let other = office.open_call(&agent("red"), &soon, &request("open call", "e")).await.expect("opened");
    let call = office.call(&agent("red"), &other.number).await.expect("read").call;
    assert!(call.shuttle_term().is_none() && call.requirement(Formality::EntryApplication).is_some());
    // The row of the profile lets it hold for seven days, whatever was asked for.
    place.clock.fetch_add(8 * 24 * domain::instant::HOUR, std::sync::atomic::Ordering::Relaxed);
    let late = office.open_call(&actor, &shuttle_again(&soon), &request("open call", "f")).await.expect("opened");
    assert!(office.call(&actor, &late.number).await.expect("read").call.shuttle_term().is_none());
}

fn shuttle_again(new: &NewCall) -> NewCall {
    NewCall { eta: new.eta.map(|at| at.plus_hours(24 * 10)), etd: None, ..new.clone() }
}

/// A code with a slip of the pen would leave the call with nobody.
#[tokio::test]
async fn only_an_agent_of_the_records_takes_a_call_over() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let done = office.open_call(&actor, &place.new_call(), &request("open call", "a")).await.expect("opened");
    let company = |code: &str, kind: &str| CompanyRecord {
        code: code.to_owned(),
        name: Text::new("示例代理", "Sample agency"),
        kind: kind.to_owned(),
        ..CompanyRecord::default()
    };
    for (code, kind) in [("red", "agent"), ("line", "line")] {
        office.put_record("company", code, &company(code, kind), "test").await.expect("recorded");
    }
    for wrong in ["reed", "line", ""] {
        let act = Act::ChangeAgent { agent: wrong.to_owned() };
        let refused = office.do_act(&actor, done.id, &act, &request("act", &format!("b{wrong}"))).await;
        assert_eq!(codes(&refused.expect_err("refused")), ["PQ-CALL-026"], "{wrong}");
    }
    let agents = office.agents(&actor).await.expect("read");
    assert_eq!(agents.iter().map(|agent| agent.code.as_str()).collect::<Vec<_>>(), ["red"]);
    let act = Act::ChangeAgent { agent: "red".to_owned() };
    office.do_act(&actor, done.id, &act, &request("act", "c")).await.expect("changed");
    assert_eq!(office.call(&agent("red"), &done.number).await.expect("read").call.agent, "red");
}

/// Everybody who is told has it in the queue, the coast guard and the police too, until they say that they know.
#[tokio::test]
async fn a_call_in_distress_stands_in_every_queue() {
    let place = Place::open().await;
    let (office, actor) = (&place.office, agent("blue"));
    let silent = NewCall { kind: "distress".to_owned(), ..place.new_call() };
    let refused = office.open_call(&actor, &silent, &request("open call", "a")).await.expect_err("refused");
    assert_eq!(codes(&refused), ["PQ-CALL-025"]);
    let told = NewCall { report: Text::new("机舱进水", "water in the engine room"), ..silent };
    let done = office.open_call(&actor, &told, &request("open call", "b")).await.expect("opened");
    for organ in ["coast_guard", "police", "msa", "border", "customs"] {
        let waits = || async {
            let queue = office.queue(&officer(organ), &office::QueueFilter::default()).await.expect("read");
            let first = queue.lines.first().is_some_and(|line| line.task.first && line.task.step == "distress");
            queue.lines.iter().any(|line| line.task.state == "distress") && first
        };
        assert!(waits().await, "{organ} was told, and it stands before everything else");
        let (open, late) = office.queue_count(&officer(organ)).await.expect("counted");
        assert!(open > 0 && late == 0, "at once is no limit that could pass");
        office
            .do_act(&officer(organ), done.id, &Act::AcknowledgeDistress, &request("act", organ))
            .await
            .expect("acknowledged");
        assert!(!waits().await, "{organ} knows");
    }
}
