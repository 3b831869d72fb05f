//! What the port office sees of problems: board, brief, a department's page, the report of a month and what is published.

use std::{collections::BTreeSet, sync::atomic::Ordering};

use domain::{
    Instant, Text,
    instant::HOUR,
    matter::Matter,
    problem::{Key, Share, Status, totals},
    ship_call::{Act, TimeKind},
};
use office::{
    Actor, Error, NewReport, ProblemAct, ProblemFilter, Role,
    problems::{KnownProblem, open_data},
};
use serde_json::{Value, json};

use crate::harness::{NOON, Place, agent, officer, request};

/// 12 October 2026, ten in the morning of the port; a Monday.
const OCTOBER: i64 = NOON - (43 * 24 + 10) * HOUR;

fn desk() -> Actor {
    Actor { role: Role::Coordinator, ..officer("port_office") }
}

fn at(place: &Place, instant: i64) {
    place.clock.store(instant, Ordering::Relaxed);
}

async fn report(place: &Place, firm: &str, of: [&str; 3], keys: &[(&str, &str)], since: Option<&str>) -> String {
    let [topic, impact, urgency] = of;
    let new = NewReport {
        topic: topic.to_owned(),
        impact: impact.to_owned(),
        urgency: urgency.to_owned(),
        words: "words".to_owned(),
        keys: keys.iter().map(|(kind, value)| Key::new(kind, value)).collect(),
        answers: since.iter().map(|since| ("since".to_owned(), (*since).to_owned())).collect(),
        ..NewReport::default()
    };
    let key = place.office.new_id().to_string();
    place.office.report(&agent(firm), &new, &request("report", &key)).await.expect("taken").number
}

async fn act(place: &Place, who: &Actor, number: &str, act: Value) {
    let act: ProblemAct = serde_json::from_value(act).expect("an act");
    let key = place.office.new_id().to_string();
    place.office.do_on_problem(who, number, &act, &request("act", &key)).await.expect("done");
}

/// Looked at, dispatched, accepted and answered; `told` is what the firm then says: solved, satisfied.
async fn answered(place: &Place, number: &str, topic: &str, lead: &str, told: Option<(bool, bool)>) {
    let triage = json!({"act": "triage", "topic": topic, "impact": "ordinary", "urgency": "week"});
    act(place, &desk(), number, triage).await;
    act(place, &desk(), number, json!({"act": "dispatch", "lead": lead, "co": []})).await;
    let lead = if lead == "port_office" { desk() } else { officer(lead) };
    act(place, &lead, number, json!({"act": "accept"})).await;
    let points = json!([{"point": 1, "outcome": "solved", "law": "a rule", "words": "done"}]);
    act(place, &lead, number, json!({"act": "sign", "points": points})).await;
    if let Some((solved, satisfied)) = told {
        let told = json!({"act": "tell", "report": 1, "answered": true, "solved": solved, "satisfied": satisfied});
        act(place, &agent("blue"), number, told).await;
    }
}

/// A month with eight cases of one topic, three of another and one of a third.
async fn october(place: &Place) {
    let of = [("terminal-gate", "port_group", 8), ("customs-tax", "customs", 3), ("fee", "port_administration", 1)];
    for (topic, lead, count) in of {
        for nth in 0..count {
            at(place, OCTOBER + nth * HOUR / 4);
            let number = report(place, "blue", [topic, "ordinary", "week"], &[], None).await;
            answered(place, &number, topic, lead, (nth % 2 == 0).then_some((nth != 2, nth == 0))).await;
        }
    }
}

#[tokio::test]
async fn a_month_is_published_without_small_cells_and_reckoned_anew_from_its_rows() {
    let place = Place::open().await;
    october(&place).await;
    at(&place, OCTOBER + 24 * HOUR);
    let early = place.office.publish_month(&desk(), "2026-10").await;
    assert!(matches!(early, Err(Error::Refused(_))), "the month has not ended");
    assert!(place.office.published_months().await.expect("read").is_empty());
    at(&place, NOON);
    let month = place.office.problem_month(&desk(), "2026-10").await.expect("the report");
    let total = |code: &str| month.totals.iter().find(|(of, ..)| of.code == code).map(|(_, of, _)| *of);
    assert_eq!(total("received"), Some(Share { of: 12, among: 12 }));
    assert_eq!(total("answered"), Some(Share { of: 12, among: 12 }));
    assert_eq!(total("on_time"), Some(Share { of: 12, among: 12 }));
    // Of the firms that spoke, one of each of the first two topics said at the third report that it is not solved.
    assert_eq!(total("solved"), Some(Share { of: 5, among: 7 }));
    assert_eq!(total("satisfied"), Some(Share { of: 3, among: 7 }));
    assert_eq!(total("reopened"), Some(Share { of: 2, among: 12 }));
    assert_eq!(month.organs["customs"]["received"], Share { of: 3, among: 3 }, "the port office sees small cells");
    let causes: Vec<(&str, u64)> = month.causes.iter().map(|of| (of.code.as_str(), of.count)).collect();
    assert_eq!(causes, [("terminal-gate", 8), ("customs-tax", 3)], "from three on, as the table says");

    let published = place.office.publish_month(&desk(), "2026-10").await.expect("published");
    assert_eq!(totals(&published.rows)["received"], Share { of: 12, among: 12 });
    assert_eq!(published.totals["solved"], Share { of: 5, among: 7 });
    assert!(published.rows.iter().all(|row| row.among == 0 || row.among >= 5), "{:?}", published.rows);
    let customs = published.rows.iter().filter(|row| row.organ == "customs" || row.topic == "fee");
    assert_eq!(customs.count(), 0, "three and one are not told");
    let file = open_data::write(&published);
    for secret in ["blue", "P0000", "words"] {
        assert!(!file.contains(secret), "{secret}");
    }
    let rows = open_data::read(&file).expect("read again");
    assert!(open_data::differences(&published, &rows["2026-10"]).is_empty());
    let mut wrong = rows["2026-10"].clone();
    wrong[0].of += 1;
    assert_eq!(open_data::differences(&published, &wrong).len(), 1);

    // What is published stays, also when a firm speaks afterwards; publishing again makes a new version.
    let again = place.office.published_month("2026-10").await.expect("read").expect("published");
    assert_eq!(again, published);
    let second = place.office.publish_month(&desk(), "2026-10").await.expect("published again");
    assert_eq!((second.version, place.office.published_months().await.expect("read").len()), (2, 1));
    for who in [officer("customs"), agent("blue")] {
        assert!(matches!(place.office.publish_month(&who, "2026-10").await, Err(Error::Forbidden)));
        assert!(matches!(place.office.problem_month(&who, "2026-10").await, Err(Error::Forbidden)));
    }
    for no_month in ["2026-13", "2026", "", "2026-10-01", "-1-01"] {
        assert!(matches!(place.office.problem_month(&desk(), no_month).await, Err(Error::NotFound)), "{no_month}");
    }
}

#[tokio::test]
async fn a_department_sees_its_own_page_and_nothing_of_others() {
    let place = Place::open().await;
    october(&place).await;
    at(&place, OCTOBER + 24 * HOUR);
    let number = report(&place, "blue", ["customs-tax", "ordinary", "week"], &[], None).await;
    act(
        &place,
        &desk(),
        &number,
        json!({"act": "triage", "topic": "customs-tax", "impact": "ordinary", "urgency": "week"}),
    )
    .await;
    act(&place, &desk(), &number, json!({"act": "dispatch", "lead": "customs", "co": ["msa"]})).await;
    at(&place, OCTOBER + 48 * HOUR);
    let page = place.office.department(&officer("customs"), "customs").await.expect("its own");
    assert_eq!(
        page.clocks.iter().map(|of| of.step.as_str()).collect::<Vec<_>>(),
        ["accept:1"],
        "past its limit to accept"
    );
    assert!(page.lines.iter().any(|line| line.number == number));
    assert!(page.lines.iter().all(|line| line.firm.is_empty()), "who reported is not listed for a department");
    let received = page.measures.iter().find(|(of, ..)| of.code == "received").map(|(_, this, _)| this.of);
    assert_eq!(received, Some(4), "those that it leads");
    let msa = place.office.department(&officer("msa"), "msa").await.expect("its own");
    assert_eq!(msa.measures.iter().map(|(_, this, _)| this.of).max(), Some(0), "it helps, and leads none");
    assert_eq!(msa.states, [(Status::Dispatched, msa.states[0].1)]);
    assert!(matches!(place.office.department(&officer("msa"), "customs").await, Err(Error::Forbidden)));
    assert!(matches!(place.office.department(&agent("blue"), "customs").await, Err(Error::Forbidden)));
    assert!(matches!(place.office.department(&desk(), "nobody").await, Err(Error::NotFound)));
    // The board counts the same by the desks, and a list of one unit's problems shows no more than the page.
    let board = place.office.problem_board(&desk()).await.expect("the board");
    assert_eq!((board.departments["customs"].late, board.departments["msa"].late), (1, 1));
    assert_eq!(board.heat[&("customs".to_owned(), "customs-tax".to_owned())].late, 1);
    assert_eq!(board.ages.iter().sum::<i64>(), board.states.iter().map(|(_, of)| of.open).sum::<i64>());
    let of_unit = ProblemFilter { unit: Some("customs".to_owned()), ..ProblemFilter::default() };
    let seen = async |who: &Actor| place.office.problems(who, &of_unit).await.expect("a list").lines.len();
    assert_eq!(seen(&desk()).await, 4);
    assert_eq!(seen(&officer("msa")).await, 1, "only the port office may ask for another unit's");
}

#[tokio::test]
async fn the_brief_says_what_blocks_and_for_how_long_what_is_late_and_what_changed() {
    let place = Place::open().await;
    let opened = place.office.open_call(&agent("blue"), &place.new_call(), &request("open call", "a")).await;
    let call = opened.expect("opened");
    let pilot = Act::StateTime {
        event: "pilot".to_owned(),
        kind: TimeKind::Requested,
        at: Instant(NOON).plus_hours(2),
        replies_to: None,
        delay_reason: None,
    };
    place.office.do_act(&agent("blue"), call.id, &pilot, &request("t", "t1")).await.expect("said");
    at(&place, NOON + 3 * HOUR);
    let of = ["msa-permit", "stopped", "now"];
    let ship = report(&place, "blue", of, &[("call", &call.number)], None).await;
    let boxes = [("container", "BOXU0000001"), ("container", "BOXU0000002")];
    let cargo = report(&place, "red", ["terminal-gate", "delayed", "now"], &boxes, Some("2026-11-24T21:00")).await;
    let asked = report(&place, "red", ["other", "advice", "later"], &[], None).await;
    at(&place, NOON + 8 * HOUR);
    let brief = place.office.brief(&desk()).await.expect("the brief");
    let blocked: Vec<(&str, i64, i64)> = brief
        .blocked
        .iter()
        .map(|of| (of.line.number.as_str(), of.delayed.ship_minutes(), of.delayed.cargo_minutes()))
        .collect();
    // The pilot was to come at two hours past noon; nine in the evening of the port is one past noon.
    assert_eq!(blocked, [(ship.as_str(), 6 * 60, 0), (cargo.as_str(), 0, 2 * 7 * 60)]);
    assert_eq!(brief.blocked[0].ships[0].en, "TRIAL");
    let late: BTreeSet<&str> = brief.clocks.iter().map(|of| of.line.number.as_str()).collect();
    assert!(late.contains(ship.as_str()) && late.contains(cargo.as_str()), "nobody looked: {late:?}");
    assert!(brief.new.iter().any(|line| line.number == asked));
    assert_eq!(brief.counted, [("problem.received".to_owned(), 3)]);
    assert_eq!(brief.changed.len(), 3);
    assert!(brief.to_call.is_empty());
    // A firm sees how long its own ship stood, and nothing of a call that is another's.
    let hours = async |firm: &str, number: &str| {
        let case = place.office.problem(&agent(firm), number).await.expect("its own");
        place.office.delay_behind(Some(&agent(firm)), &case).await.expect("reckoned")
    };
    assert_eq!(hours("blue", &ship).await.ships[0].what, "put_off");
    let foreign = report(&place, "red", of, &[("call", &call.number)], None).await;
    at(&place, NOON + 9 * HOUR);
    let told = hours("red", &foreign).await;
    assert!(told.ships.iter().all(|of| of.what == "stated" && of.call.is_empty()), "{told:?}");
    answered(&place, &asked, "other", "port_office", None).await;
    let brief = place.office.brief(&desk()).await.expect("the brief");
    assert_eq!(brief.to_call.iter().map(|(line, _)| line.number.as_str()).collect::<Vec<_>>(), [asked.as_str()]);
    assert_eq!(brief.changed[0].kind, "reply.signed", "the last that was done, once for each problem");
    at(&place, NOON + 60 * HOUR);
    assert!(place.office.brief(&desk()).await.expect("the brief").changed.is_empty(), "the day before yesterday");
}

#[tokio::test]
async fn known_problems_are_entered_under_topic_code_and_whether_they_stand() {
    let place = Place::open().await;
    let known = |code: &str, topics: &[&str], codes: &[&str], mended: bool| KnownProblem {
        code: code.to_owned(),
        name: Text::new("名", "name"),
        workaround: Text::new("法", "way"),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        error_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        mended_at: mended.then_some(Instant(NOON)),
    };
    let office = &place.office;
    let put = async |of: &KnownProblem| office.put_known_problem(&desk(), of).await.expect("put");
    for nth in 0..45 {
        put(&known(&format!("known-{nth:02}"), &["it"], &[&format!("E-{nth}")], false)).await;
    }
    let codes = |all: Vec<KnownProblem>| all.into_iter().map(|of| of.code).collect::<Vec<_>>();
    assert_eq!(codes(office.known_for("fee", "e-17").await.expect("found")), ["known-17"], "by its code alone");
    assert_eq!(office.known_for("it", "").await.expect("found").len(), 45);
    assert!(office.known_for("fee", "").await.expect("found").is_empty());
    assert_eq!(codes(office.known_by_code(" E-17 ").await.expect("found")), ["known-17"]);
    assert_eq!(codes(office.known_by_code("known-17").await.expect("found")), ["known-17"], "its own code as well");
    let first = office.known_problems(false, None).await.expect("a page");
    let second = office.known_problems(false, first.next.as_deref()).await.expect("a page");
    assert_eq!((first.lines.len(), second.lines.len(), second.next), (40, 5, None));
    // Another version is entered anew, and nowhere else.
    put(&known("known-17", &["fee"], &["E-99"], true)).await;
    assert!(office.known_for("it", "e-17").await.expect("found").iter().all(|of| of.code != "known-17"));
    assert!(office.known_for("fee", "").await.expect("found").is_empty(), "mended: it does not stand");
    assert_eq!(codes(office.known_by_code("e-99").await.expect("found")), ["known-17"]);
    assert_eq!(codes(office.known_problems(true, None).await.expect("a page").lines), ["known-17"]);
}

#[tokio::test]
async fn many_clocks_fire_side_by_side_each_once_and_those_of_one_problem_in_order() {
    let place = Place::open().await;
    let mut numbers = Vec::new();
    for _ in 0..150 {
        numbers.push(report(&place, "blue", ["msa-permit", "stopped", "now"], &[], None).await);
    }
    at(&place, NOON + 48 * HOUR);
    let mut fired = 0;
    while let Some(due) = place.office.store.next_due().await.expect("read").filter(|due| *due <= NOON + 48 * HOUR) {
        let now = place.office.fire_clocks(400).await.expect("fired");
        assert!(now > 0, "a clock is due since {due}, and none fires");
        fired += now;
    }
    assert!(fired >= 300, "{fired}");
    for number in [&numbers[0], &numbers[149]] {
        let case = place.office.problem(&desk(), number).await.expect("read");
        let journal = place.office.problem_journal(&desk(), case.id, 1000).await.expect("read");
        let missed: Vec<Instant> = case.problem.breaches.iter().map(|breach| breach.due).collect();
        let distinct: BTreeSet<String> =
            case.problem.breaches.iter().map(|breach| format!("{} {}", breach.clock, breach.due.0)).collect();
        assert_eq!(missed.len(), distinct.len(), "each once");
        assert!(missed.is_sorted() && missed.len() >= 2, "{missed:?}");
        let folded = domain::problem::Problem::fold(&journal).seen_by(&case.reader);
        assert_eq!(case.problem, folded, "as the journal says");
    }
}
