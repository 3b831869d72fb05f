//! What is counted, what may be published of it, and how long ships and cargo stood still.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    problem::{
        Act, COUNTED, Delayed, Key, MeasureUnit, Measured, Outcome, Problem, Share, Withholding, delayed, measured,
        measures, open_data, topics, totals, withheld,
    },
    ship_call::{Hold, ShipCall, TimeKind, TimeStatement},
};
use proptest::prelude::*;

use crate::{
    port::dalian,
    story::{Story, dispatch, give_back, rule, sign, tell, time},
};

fn counts(problem: &Problem) -> BTreeMap<&'static str, u64> {
    measured(problem, &Delayed::default()).counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[test]
fn every_measure_of_the_profile_counts_what_can_be_counted() {
    let rows = measures(dalian(), time("2026-09-24T09:00"));
    let codes: Vec<&str> = rows.iter().map(|of| of.code.as_str()).collect();
    for asked in ["received", "answered", "solved", "satisfied", "on_time", "returned", "reopened"] {
        assert!(codes.contains(&asked), "{asked}");
    }
    for row in &rows {
        assert!(COUNTED.contains(&row.of.as_str()), "{row:?}");
        assert!(row.among.is_empty() == (row.unit == MeasureUnit::Number), "{row:?}");
        assert!(row.among.is_empty() || COUNTED.contains(&row.among.as_str()), "{row:?}");
        let states = domain::problem::Status::ALL.map(domain::problem::Status::code);
        assert!(row.without.iter().all(|state| states.contains(&state.as_str())), "{row:?}");
    }
    let all: BTreeSet<&str> = counts(&Story::received().problem).into_keys().collect();
    assert_eq!(all, BTreeSet::from(["received"]));
}

#[test]
fn a_case_is_counted_by_what_was_done_and_by_what_the_firm_said() {
    let mut story = Story::answered();
    assert_eq!(story.problem.lead_or_last(), "port_group");
    let answered = counts(&story.problem);
    assert_eq!((answered["answered"], answered["on_time"], answered.get("told")), (1, 1, None));
    assert_eq!(story.problem.limit(), Some(story.problem.clocks["visit"].due), "answered: the firm is to be asked");
    story.must("firm", tell(1, false, false));
    let back = counts(&story.problem);
    assert_eq!((back["reopened"], back["told"], back.get("said_solved")), (1, 1, None));
    assert_eq!(story.problem.limit(), story.problem.resolve_due(), "the total clock, as if it had never stopped");
    assert_eq!(back["said_answered"], 1, "answered, and still not solved");
    // The limit passes while it is worked on again: it was answered, and is not on time.
    story.at("2026-10-20T09:00");
    story.fire();
    story.must("port_group", sign(Outcome::Solved));
    story.must("firm", tell(1, true, true));
    let late = counts(&story.problem);
    assert_eq!((late["due"], late.get("on_time"), late["said_solved"], late["said_satisfied"]), (1, None, 1, 1));

    let mut returned = Story::dispatched();
    returned.must("port_group", give_back());
    returned.must("port_office", rule(1, "customs"));
    assert_eq!(counts(&returned.problem)["returned"], 1);
    assert_eq!(returned.problem.lead_or_last(), "customs");

    let mut joined = Story::received();
    joined.must("port_office", Act::JoinTo { number: "2026-DAL-P000099".into() });
    let of = measured(&joined.problem, &Delayed::default());
    let share = |code: &str| {
        let rows = measures(dalian(), joined.now);
        rows.iter().find(|row| row.code == code).expect("a measure").share(&of)
    };
    assert_eq!(share("received"), Share { of: 1, among: 1 }, "it was received");
    assert_eq!(share("answered"), Share::default(), "and is answered where it was joined");
    let mut given = Story::received();
    given.triage();
    given.must("port_office", dispatch("customs", &[]));
    assert_eq!(counts(&given.problem)["dispatched"], 1);
}

fn ship_call() -> ShipCall {
    let stated = |id: u32, event: &str, kind: TimeKind, at: &str| TimeStatement {
        id,
        event: event.into(),
        kind,
        at: time(at),
        source: "port_group".into(),
        recorded_at: time("2026-09-20T09:00"),
        replies_to: None,
        delay_reason: None,
        in_error: false,
    };
    let hold: Hold = serde_json::from_value(serde_json::json!({
        "id": 1, "kind": "customs", "issuer": "customs", "lifted_by": "customs", "blocks": ["exit"], "ground": {"zh": "", "en": ""},
        "reference": "", "law": "", "at": time("2026-09-24T05:00"), "lifted_at": time("2026-09-24T15:00"),
    }))
    .expect("a hold");
    ShipCall {
        number: "2026-DAL-000007".into(),
        opened_at: time("2026-09-20T09:00"),
        times: vec![
            stated(1, "arrival", TimeKind::Estimated, "2026-09-20T12:00"),
            stated(4, "arrival", TimeKind::Actual, "2026-09-20T08:00"),
            stated(2, "departure", TimeKind::Planned, "2026-09-24T12:00"),
            stated(3, "departure", TimeKind::Planned, "2026-09-24T20:00"),
        ],
        holds: vec![hold],
        ..ShipCall::default()
    }
}

fn about(problem: &Problem, keys: &[(&str, &str)]) -> Problem {
    let keys = keys.iter().map(|(kind, value)| Key::new(kind, value)).collect();
    Problem { keys, ..problem.clone() }
}

#[test]
fn the_hours_of_a_ship_are_those_of_her_call_and_two_causes_at_once_count_once() {
    let story = Story::reported("msa-permit", "stopped", "now");
    let call = ship_call();
    let named = about(&story.problem, &[("call", "2026-DAL-000007")]);
    let at = |problem: &Problem, local: &str| delayed(problem, std::slice::from_ref(&call), dalian(), time(local));
    // Held from 05:00 to 15:00, put off from noon on: ten hours, and three more until six in the evening.
    let evening = at(&named, "2026-09-24T18:00");
    assert_eq!((evening.ship_minutes(), evening.cargo_minutes(), evening.runs()), (13 * 60, 0, true));
    let whats: Vec<&str> = evening.ships.iter().map(|of| of.what.as_str()).collect();
    assert_eq!(whats, ["hold", "put_off"], "when she arrives is her own");
    // The answer ends it, whatever the ship does afterwards.
    let answered = Problem { answered_at: Some(time("2026-09-24T16:00")), ..named.clone() };
    assert_eq!(
        (at(&answered, "2026-09-30T18:00").ship_minutes(), at(&answered, "2026-09-30T18:00").runs()),
        (11 * 60, false)
    );
    // What was over before the case was opened is not behind it.
    let later = Problem { opened_at: time("2026-09-25T09:00"), ..named.clone() };
    assert_eq!(at(&later, "2026-09-25T10:00").ships.iter().map(|of| of.what.as_str()).collect::<Vec<_>>(), ["put_off"]);
    // A question delays nobody; a call that nobody knows is counted as the firm states it.
    let asked = Problem { impact: "advice".into(), ..named.clone() };
    assert!(at(&asked, "2026-09-24T18:00").is_empty());
    assert_eq!(delayed(&named, &[], dalian(), time("2026-09-24T18:00")).ship_minutes(), 9 * 60);
}

#[test]
fn the_hours_of_cargo_are_those_that_the_firm_states_for_each_consignment() {
    let mut story = Story::reported("terminal-gate", "delayed", "now");
    story.problem.reports[0].since = Some(time("2026-09-24T07:00"));
    let boxes = about(
        &story.problem,
        &[("container", "BOXU0000001"), ("container", "BOXU0000002"), ("bill_of_lading", "BL-1")],
    );
    let of = delayed(&boxes, &[], dalian(), time("2026-09-24T10:00"));
    assert_eq!((of.consignments, of.cargo_minutes(), of.ship_minutes()), (2, 6 * 60, 0), "two boxes of one bill");
    let unnamed = delayed(&about(&story.problem, &[]), &[], dalian(), time("2026-09-24T10:00"));
    assert_eq!((unnamed.consignments, unnamed.cargo_minutes()), (1, 3 * 60));
    let plate = delayed(&about(&story.problem, &[("plate", "B-1")]), &[], dalian(), time("2026-09-24T08:00"));
    assert_eq!((plate.consignments, plate.cargo_minutes()), (1, 60), "a truck is one consignment");
}

/// Somebody who knows the rules, but not the chance, sees what is shown, where something is missing, and the total.
type Shown = (Vec<Option<u64>>, u64);

fn shown(sizes: &[u64], by: Withholding) -> Option<Shown> {
    let withheld = withheld(sizes, by)?;
    let cells = sizes.iter().zip(&withheld).map(|(size, withheld)| (!withheld).then_some(*size)).collect();
    Some((cells, sizes.iter().sum()))
}

#[test]
fn no_small_cell_can_be_told_from_what_is_shown_by_whoever_knows_the_rules() {
    // Every table of four cells from 0 to 7, with every choice: for each small cell another table looks the same.
    let smallest = 3;
    let mut alike: BTreeMap<Shown, BTreeSet<Vec<u64>>> = BTreeMap::new();
    for table in 0..8_u64.pow(4) {
        let sizes: Vec<u64> = (0..4).map(|nth| table / 8_u64.pow(nth) % 8).collect();
        for chance in 0..4 {
            if let Some(shown) = shown(&sizes, Withholding { smallest, chance }) {
                alike.entry(shown).or_default().insert(sizes.clone());
            }
        }
    }
    assert!(alike.len() > 500, "{}", alike.len());
    for ((cells, total), tables) in &alike {
        let rest = total - cells.iter().flatten().sum::<u64>();
        assert!(rest == 0 || rest >= smallest, "{cells:?} of {total}");
        for (nth, cell) in cells.iter().enumerate() {
            assert!(cell.is_none_or(|size| size == 0 || size >= smallest), "{cells:?} shows a small cell");
            // The bounds of the domain cut off what would look the same with eight in a cell.
            let here: BTreeSet<u64> = tables.iter().map(|table| table[nth]).collect();
            let edge = tables.iter().flatten().any(|size| *size == 7);
            assert!(cell.is_some() || here.len() > 1 || edge, "{cells:?} of {total} tells cell {nth}: {here:?}");
        }
    }
}

proptest! {
    #[test]
    fn the_rows_of_a_month_add_up_and_show_nothing_small(
        sizes in prop::collection::vec((0usize..26, 0usize..5, 0u64..2, 0u64..2), 0..120),
        chance in any::<u64>(),
    ) {
        let all = topics(dalian(), time("2026-09-24T09:00"));
        let organs = ["customs", "msa", "border", "port_group", "port_office"];
        let rows = measures(dalian(), time("2026-09-24T09:00"));
        let cases: Vec<Measured> = sizes
            .iter()
            .map(|(topic, organ, answered, solved)| Measured {
                topic: all[*topic % all.len()].code.clone(),
                organ: organs[*organ].to_owned(),
                state: "closed".to_owned(),
                counts: BTreeMap::from([("received", 1), ("answered", *answered), ("due", 1), ("told", *answered), ("said_solved", answered * solved)]),
                ..Measured::default()
            })
            .collect();
        let top = |code: &str| all.iter().find(|topic| topic.code == code).map(|topic| if topic.parent.is_empty() { code.to_owned() } else { topic.parent.clone() }).unwrap_or_default();
        let by = Withholding { smallest: 5, chance };
        let open = open_data(&cases, &rows, top, 14 * organs.len(), by);
        let sums = totals(&open);
        for measure in &rows {
            let total = cases.iter().fold(Share::default(), |sum, case| sum.plus(measure.share(case)));
            match sums.get(&measure.code) {
                Some(sum) => prop_assert_eq!(*sum, total, "{}", &measure.code),
                None => prop_assert!(total.among < 5, "{} is missing", &measure.code),
            }
            let of = |row: &&domain::problem::OpenRow| row.measure == measure.code;
            prop_assert!(open.iter().filter(of).all(|row| row.among == 0 || row.among >= 5));
        }
    }
}

#[test]
fn a_share_is_rounded_and_has_none_without_a_denominator() {
    let share = |of, among| Share { of, among }.per_mille();
    assert_eq!(
        [share(1, 3), share(2, 3), share(1, 2), share(0, 4), share(4, 4)],
        [Some(333), Some(667), Some(500), Some(0), Some(1000)]
    );
    assert_eq!(share(0, 0), None);
    assert_eq!(Instant(0), Instant::default());
}
