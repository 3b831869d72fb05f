//! Journals of two whole calls as the release 0.1 wrote them: every later release folds them to the same result. They
//! are never written anew; a change of form gets an upcaster, and a release its own folder.

use domain::ship_call::{Act, Mirror, Phase, ReviewState, ShipCall, TimeKind};
use serde_json::{Value as Json, json};

use crate::{
    harness,
    story::{Story, ask, conclude, file, grant, happened, hold, lift, of, plan, stated, time, time_fact, words},
};

const CALLS: [&str; 2] = ["eventful", "distress"];

/// Every kind of entry that the release could write.
const KINDS: [&str; 25] = [
    "agent.changed",
    "berth.planned",
    "boarding.finished",
    "boarding.ordered",
    "call.ended",
    "call.opened",
    "clock.passed",
    "clock.resumed",
    "clock.suspended",
    "distress.reported",
    "formality.filed",
    "formality.withdrawn",
    "hold.lifted",
    "hold.placed",
    "permit.confirmed",
    "permit.issued",
    "permit.reexamination_due",
    "question.answered",
    "question.asked",
    "question.closed",
    "requirements.assessed",
    "review.decided",
    "review.in_charge",
    "review.reopened",
    "time.stated",
];

#[test]
fn journals_of_release_0_1_fold_to_what_they_were() {
    harness::folds_to_what_it_was::<ShipCall>(&CALLS, summary);
}

#[test]
fn the_form_of_an_entry_is_that_of_release_0_1() {
    harness::is_written_as_it_was::<ShipCall>(&CALLS);
}

#[test]
fn every_kind_of_entry_stands_in_them() {
    harness::has_the_kinds::<ShipCall>(&CALLS, &KINDS);
}

/// Writes the journals of a release, once: `cargo test -p domain --test ship_call write_golden -- --ignored`.
#[test]
#[ignore = "writes the journals of a release, once"]
fn write_golden() {
    for (name, story) in CALLS.into_iter().zip([eventful(), distress()]) {
        harness::write(name, &story.journal, &summary(&story.call));
    }
}

/// A call with everything in it: questions, a return, a stopped clock, another agent, boarding, hold, re-examination.
fn eventful() -> Story {
    let mut story = Story::opened("ordinary");
    story.applies_for_entry("2026-09-27T12:00");
    story.must("msa", conclude("entry_application", ReviewState::Returned));
    story.file("entry_application", &[]);
    story.must("msa", Act::TakeInCharge { formality: of("entry_application") });
    story.must("msa", Act::Suspend { formality: of("entry_application"), cause: "expert_review".into() });
    story.must("msa", Act::Resume { formality: of("entry_application") });
    story.must("msa", ask("entry_application", 1));
    story.must("agent", Act::Answer { question: 1, item: 0, document: "answer-1".into() });
    story.must("msa", Act::CloseItem { question: 1, item: 0 });
    story.must("msa", mirrored());
    story.must("port_group", plan("DYW-12"));
    story.at("2026-09-24T12:30");
    story.clear(Phase::Entry);
    story.file("crew_list", &[("persons_crew", 22.into())]);
    story.must("agent", Act::Withdraw { formality: of("waste_notification"), reason: words() });
    story.must(
        "customs",
        Act::OrderBoarding {
            phase: Phase::Entry,
            ground: "rodent_deaths".into(),
            words: domain::ship_call::Words::default(),
        },
    );
    story.must("customs", Act::FinishBoarding { boarding: 1, result: words() });
    story.clear(Phase::Entry);
    story.arrives("2026-09-25T12:00");
    story.at("2026-09-27T09:00");
    story.file("tonnage_tax_exit", &[("tonnage_tax_expiry", "2026-12-26".into())]);
    story.clear(Phase::Exit);
    story.file("departure_permit", &[]);
    story.must("msa", conclude("departure_permit", ReviewState::GrantedWithConditions));
    story.must("court", hold("court_arrest"));
    story.at("2026-09-28T10:00");
    story.must("court", lift(1));
    let consulted = vec!["customs".to_owned(), "border".to_owned()];
    story.must("msa", Act::ConfirmPermit { number: "2026-DAL-000412-D1".into(), consulted });
    story.must("agent", Act::ChangeAgent { agent: "next-agency".into() });
    story.must("msa", Act::RedoExit { number: "2026-DAL-000412-D1".into() });
    for (organ, formality) in [
        ("msa", "exit_formalities"),
        ("customs", "exit_formalities"),
        ("border", "exit_formalities"),
        ("msa", "departure_permit"),
    ] {
        story.must(organ, grant(formality));
    }
    story.at("2026-09-28T12:00");
    story.must("firm:next-agency", happened("departure", "2026-09-28T11:40"));
    story
}

/// A ship in distress, from Tianjin, that is towed to another port before she comes in.
fn distress() -> Story {
    let mut story = Story::opened_for("ordinary", "MH", &[("last_port", "CNTXG".into())]);
    story.must("agent", stated("arrival", TimeKind::Estimated, "2026-09-20T20:00"));
    story.must("agent", file("entry_application", &[("etd", time_fact("2026-09-22T12:00"))]));
    story.must("agent", Act::ReportDistress { report: words() });
    story.at("2026-09-20T12:00");
    story.fire_clocks();
    story.must("agent", Act::End { diverted_to: Some("CNTXG".into()), reason: words() });
    story
}

fn mirrored() -> Act {
    Act::Decide {
        formality: of("entry_application"),
        outcome: ReviewState::Granted,
        reason: None,
        words: Vec::new(),
        law: String::new(),
        mirror: Some(Mirror {
            source: "sample-national-system".into(),
            number: "2026-0017".into(),
            decided_at: time("2026-09-24T04:00"),
            recorder: "sample-officer".into(),
        }),
    }
}

fn summary(call: &ShipCall) -> Json {
    let permits = call.permits.iter().map(|permit| {
        json!({
            "kind": permit.kind,
            "number": permit.number,
            "until": permit.until.to_string(),
            "reexamination": permit.reexamination.as_ref().map(|(_, cause)| cause),
        })
    });
    let reviews = call.reviews.iter().map(|review| {
        let state = serde_json::to_value(review.state).unwrap();
        json!([review.formality.code(), review.organ, review.version, state])
    });
    json!({
        "number": call.number,
        "status": call.status().code(),
        "entries": call.version,
        "agent": call.agent,
        "former_agents": call.former_agents,
        "permits": permits.collect::<Vec<_>>(),
        "reviews": reviews.collect::<Vec<_>>(),
        "breaches": call.breaches.iter().map(|breach| breach.clock.as_str()).collect::<Vec<_>>(),
        "due": call.requirements.iter().map(|due| due.formality.code()).collect::<Vec<_>>(),
        "times": call.times.len(),
        "told": call.distress.as_ref().map(|distress| &distress.told),
        "diverted_to": call.ended.as_ref().and_then(|ended| ended.diverted_to.as_deref()),
    })
}
