//! The port's board: berths, calls by state, what is overdue, the load of each organ.

use axum::response::Response;
use domain::{instant::HOUR, ship_call::Status};
use office::{Board, BoardBerth, BoardWindow, CallLine, Load, MOST_COUNTED, Right, Stay};
use serde_json::{Value, json};
use store::queue::QueuedTask;

use crate::{
    layout::Say,
    page::{Failure, Page},
    say,
};

/// The board shows a day back and three days ahead.
const BACK: i64 = 24 * HOUR;
const AHEAD: i64 = 72 * HOUR;
/// Ships that lie here came within the last two weeks, unless they are repaired or arrested.
const CAME: i64 = 14 * 24 * HOUR;

/// `GET /board`
pub async fn board(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::SeeBoard)?;
    let office = &page.app.office;
    let now = office.now().0;
    let (from, to) = (now - BACK, now + AHEAD);
    let board = office.board(actor, BoardWindow { came: now - CAME, from, until: to }).await?;
    let lanes: Vec<Value> = board.berths.iter().map(|berth| lane(&page, berth)).collect();
    let stays: Vec<Value> = board.berths.iter().flat_map(|berth| stays(&page, berth)).collect();
    let organs: Vec<Value> = board.load.iter().map(|load| load_of(&page, load)).collect();
    let late: i64 = board.load.iter().map(|load| load.late).sum();
    let mut not_shown = say::so_far(("board-overdue-shown", "board-overdue-more"), late);
    not_shown["shown"] = json!(board.overdue.len());
    let here = stays.len();
    let mut view = json!({
        "summary": summary(&board, here),
        "late": (late > 0).then(|| say::so_far(("queue-overdue", "queue-overdue-more"), late)),
        "not_shown": (late > board.overdue.len() as i64).then_some(not_shown),
        "berths": {"from": from, "to": to, "kinds": ["plan", "done"]},
    });
    // What is long is moved in: inside the macro it would be copied whole.
    view["berths"]["lanes"] = lanes.into();
    view["states"] = states(&board).into();
    view["overdue"] = overdue(&page, &board).into();
    view["stays"] = stays.into();
    view["waiting"] = board.waiting.iter().map(|task| waiting(&page, task)).collect();
    view["organs"] = organs.into();
    view["changes"] = super::tables::to_approve(&page).await?.into();
    let mut layout = page.layout("board");
    layout.live = Some("/events".to_owned());
    page.draw("board.html", &layout, &view)
}

/// How many calls are under way, as far as they are counted, and how many ships lie at berths.
fn summary(board: &Board, stays: usize) -> Value {
    let open = board.counts.iter().filter(|(state, _)| Status::from_code(state).is_none_or(|state| !state.is_over()));
    let counts: Vec<i64> = open.map(|(_, count)| *count).collect();
    let more = counts.iter().any(|count| *count > MOST_COUNTED);
    let calls: i64 = counts.into_iter().map(|count| count.min(MOST_COUNTED)).sum();
    json!({"key": if more { "board-summary-more" } else { "board-summary" }, "calls": calls, "stays": stays})
}

/// The states that calls are in, in the order in which a call passes through them.
fn states(board: &Board) -> Vec<Say> {
    let count =
        |status: &Status| board.counts.iter().find(|(state, _)| state == status.code()).map(|(_, count)| *count);
    let shown = Status::ALL.iter().filter_map(|status| Some((status.code(), count(status)?)));
    shown
        .map(|(code, count)| json!({"n": counted(count), "href": format!("/calls?state={code}"), "state": say::status(code)}))
        .collect()
}

/// What is counted only so far.
fn counted(count: i64) -> Value {
    if count > MOST_COUNTED { json!(format!("{MOST_COUNTED}+")) } else { json!(count) }
}

fn load_of(page: &Page, load: &Load) -> Value {
    json!({
        "organ": say::unit(&page.app.office.profile, &load.unit),
        "open": counted(load.open),
        "late": counted(load.late),
    })
}

/// A request of a berth: what goes first stands first.
fn waiting(page: &Page, line: &QueuedTask) -> Value {
    let row = &line.matter.row;
    json!({
        "href": format!("/calls/{}", row.number), "number": row.number,
        "ship": super::ship_calls::ship_name(row, &page.lang),
        "arrives": row.starts_at, "until": line.task.due_at,
        "planned": (!row.place.is_empty()).then(|| say::berth(&page.app.office.profile, &row.place)),
        "priority": line.task.rank.map(|rank| say::tag("ok", &json!({"key": "queue-priority", "n": rank}))),
    })
}

fn overdue(page: &Page, board: &Board) -> Vec<Say> {
    let late = board.overdue.iter();
    late.map(|late| {
        let row = &late.call.row;
        let matter = late.step.as_deref().map_or_else(|| say::status(&row.state)["say"].clone(), say::step);
        json!({
            "until": late.due,
            "href": format!("/calls/{}", row.number),
            "ship": ship(&late.call),
            "matter": [row.number, matter],
            "who": say::unit(&page.app.office.profile, &late.unit),
        })
    })
    .collect()
}

fn lane(page: &Page, berth: &BoardBerth) -> Value {
    let bars: Vec<Value> = berth
        .stays
        .iter()
        .map(|stay| {
            let over = Status::from_code(&stay.call.row.state).is_some_and(Status::is_over);
            let kind = if over { "done" } else { "plan" };
            json!({"kind": kind, "from": stay.from, "to": stay.until, "say": ship(&stay.call)})
        })
        .collect();
    json!({"name": say::berth(&page.app.office.profile, &berth.code), "said": overlaps(&berth.stays), "bars": bars})
}

/// So many pairs of ships are named at a berth; the others are counted.
const MOST_OVERLAPS: usize = 6;

/// Ships that lie at one berth at one time, each two once: their bars cover each other. Null where none do.
fn overlaps(stays: &[Stay]) -> Value {
    let pairs = stays.iter().enumerate().flat_map(|(nth, one)| stays[nth + 1..].iter().map(move |other| (one, other)));
    let mut pairs = pairs.filter(|(one, other)| overlap(one, other));
    let named = pairs.by_ref().take(MOST_OVERLAPS);
    let mut said: Vec<Value> = named
        .map(|(one, other)| json!({"key": "board-overlap", "one": ship(&one.call), "other": ship(&other.call)}))
        .collect();
    let more = pairs.count();
    said.extend((more > 0).then(|| json!({"key": "board-overlap-more", "n": more})));
    if said.is_empty() { Value::Null } else { json!(said) }
}

fn overlap(one: &Stay, other: &Stay) -> bool {
    one.from < other.until && other.from < one.until
}

fn stays(page: &Page, berth: &BoardBerth) -> Vec<Value> {
    berth
        .stays
        .iter()
        .map(|stay| {
            let other = berth.stays.iter().find(|other| other.call.id != stay.call.id && overlap(stay, other));
            json!({
                "berth": say::berth(&page.app.office.profile, &berth.code),
                "href": format!("/calls/{}", stay.call.row.number),
                "ship": ship(&stay.call),
                "conflict": other.map(|other| json!({"key": "board-conflict", "ship": ship(&other.call)})),
                "from": stay.from,
                "to": stay.until,
            })
        })
        .collect()
}

/// The ship's names, which a list's row keeps together.
fn ship(line: &CallLine) -> Say {
    let (zh, en) = line.row.title.split_once('\u{1f}').unwrap_or((&line.row.title, &line.row.title));
    let or = |one: &str, other: &str| if one.is_empty() { other.to_owned() } else { one.to_owned() };
    json!({"zh": or(zh, en), "en": or(en, zh)})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(name: &str, from: i64, until: i64) -> Stay {
        let row = store::MatterRow { title: format!("\u{1f}{name}"), ..store::MatterRow::default() };
        Stay { call: CallLine { id: Default::default(), row }, from, until }
    }

    #[test]
    fn ships_that_lie_at_one_berth_at_one_time_are_named_in_pairs() {
        let name = |name: &str| json!({"zh": name, "en": name});
        let said = overlaps(&[stay("A", 1, 5), stay("B", 5, 9), stay("C", 8, 9)]);
        assert_eq!(said, json!([{"key": "board-overlap", "one": name("B"), "other": name("C")}]), "B follows A");
        assert!(overlaps(&[stay("A", 1, 5), stay("B", 5, 9)]).is_null());
        let crowd: Vec<Stay> = (0..5).map(|nth| stay(&nth.to_string(), 1, 5)).collect();
        let said = overlaps(&crowd);
        assert_eq!(said.as_array().map(Vec::len), Some(MOST_OVERLAPS + 1));
        assert_eq!(said[MOST_OVERLAPS], json!({"key": "board-overlap-more", "n": 4}), "five ships are ten pairs");
    }
}
