//! Who sees what: compartments, hidden reporters, other firms' reports.

use std::collections::BTreeSet;

use domain::problem::{Act, Reader, Received, Refusal, Report};

use crate::story::{FIRM, Story, dispatch, note, report, triage, update};

fn unit(organ: &str) -> Reader {
    Reader::Unit(organ.to_owned())
}

fn reporter(id: u32) -> Reader {
    Reader::Reporter(BTreeSet::from([id]))
}

fn hidden(against: &str) -> Story {
    let mut story = Story::default();
    story.at("2026-09-24T09:00");
    let report = Report { against: BTreeSet::from([against.to_owned()]), ..report("2026-DAL-P000001", FIRM) };
    story.must(
        "firm",
        Act::Receive(Box::new(Received {
            number: "2026-DAL-P000001".into(),
            port: "CNDAL".into(),
            topic: "customs".into(),
            impact: "ordinary".into(),
            urgency: "week".into(),
            report,
            ..Received::default()
        })),
    );
    story
}

#[test]
fn the_unit_complained_of_learns_neither_who_nor_in_which_words() {
    let mut story = hidden("customs");
    story.triage();
    assert_eq!(story.refused("port_office", dispatch("customs", &[])), Refusal::NoPoints);
    story.must("port_office", triage("customs", "ordinary", "week", &["is the window open at noon?"]));
    story.must("port_office", dispatch("customs", &["msa"]));
    story.must("firm", Act::Say { report: 1, words: "we are the only firm with such boxes".into() });
    let text = |seen: &domain::problem::Problem| format!("{seen:?}");
    let seen = text(&story.problem.seen_by(&unit("customs")));
    for secret in [FIRM, "words of", "contact of", "BOX2026", "only firm"] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert!(seen.contains("is the window open at noon?"));
    assert!(text(&story.problem.seen_by(&unit("msa"))).contains("words of"));
    assert!(text(&story.problem.seen_by(&Reader::Office)).contains(FIRM));
    // The disclosure is reasoned, kept, and opens this report to this unit alone.
    let disclose = |organ: &str| Act::Disclose { report: 1, organ: organ.into(), words: "the firm agrees".into() };
    assert_eq!(story.refused("customs", disclose("customs")), Refusal::NotYours);
    assert_eq!(story.refused("port_office", disclose("msa")), Refusal::Already);
    story.must("port_office/chief", disclose("customs"));
    assert_eq!(story.problem.disclosures[0].by, "chief");
    assert!(text(&story.problem.seen_by(&unit("customs"))).contains(FIRM));
}

#[test]
fn a_note_of_a_compartment_is_its_departments_alone() {
    let mut story = Story::handled();
    story.must("customs", note(true));
    story.must("customs", note(false));
    let notes = |reader: &Reader| story.problem.seen_by(reader).messages.len();
    assert_eq!(notes(&unit("customs")), 2);
    assert_eq!(notes(&unit("port_group")), 1);
    assert_eq!(notes(&Reader::Office), 1);
    assert_eq!(notes(&reporter(1)), 0);
}

#[test]
fn a_firm_sees_nothing_of_another_firms_report() {
    let mut story = Story::handled();
    story.must("port_group", update());
    let before = story.problem.seen_by(&reporter(1));
    story.must(
        "port_office",
        Act::Join { from: "2026-DAL-P000002".into(), reports: vec![report("2026-DAL-P000002", "other-firm")] },
    );
    story.must("firm:other-firm", Act::Say { report: 2, words: "ours too".into() });
    story.must("port_office", note(false));
    let mut after = story.problem.seen_by(&reporter(1));
    // That something was written is all that can be told from the version.
    assert!(after.version > before.version);
    (after.version, after.updated_at) = (before.version, before.updated_at);
    assert_eq!(after, before);
    let public = format!("{:?}", story.problem.seen_by(&Reader::Public));
    assert!(!public.contains(FIRM) && !public.contains("words") && !public.contains("BOX"));
}
