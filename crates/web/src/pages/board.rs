//! The port's board: berths, calls by state, what is overdue, the load of each organ.

use axum::response::Response;
use domain::{instant::HOUR, ship_call::Status};
use office::{Board, BoardBerth, BoardWindow, CallLine, Load, MOST_COUNTED, Right};
use serde_json::{Value, json};

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
/// How long a stay is drawn whose end nobody has stated.
const UNKNOWN: i64 = 24 * HOUR;

/// `GET /board`
pub async fn board(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::SeeBoard)?;
    let office = &page.app.office;
    let now = office.now().0;
    let (from, to) = (now - BACK, now + AHEAD);
    let board = office.board(actor, BoardWindow { came: now - CAME, from, until: to }).await?;
    let lanes: Vec<Value> = board.berths.iter().map(|berth| lane(&page, berth, from, to)).collect();
    let stays: Vec<Value> = board.berths.iter().flat_map(|berth| stays(&page, berth, from, to)).collect();
    let organs: Vec<Value> = board.load.iter().map(|load| load_of(&page, load)).collect();
    let late: i64 = board.load.iter().map(|load| load.late).sum();
    let here = stays.len();
    let view = json!({
        "summary": {"key": "board-summary", "calls": open_calls(&board), "stays": here},
        "states": states(&board),
        "overdue": overdue(&page, &board),
        "late": late,
        "berths": {"from": from, "to": to, "lanes": lanes, "kinds": ["plan", "done"]},
        "stays": stays,
        "organs": organs,
    });
    let mut layout = page.layout("board");
    layout.live = Some("/events".to_owned());
    page.draw("board.html", &layout, &view)
}

fn open_calls(board: &Board) -> i64 {
    let open = board.counts.iter().filter(|(state, _)| !matches!(state.as_str(), "departed" | "ended"));
    open.map(|(_, count)| count).sum()
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

/// What is over is counted only so far.
fn counted(count: i64) -> Value {
    if count > MOST_COUNTED { json!(format!("{MOST_COUNTED}+")) } else { json!(count) }
}

fn load_of(page: &Page, load: &Load) -> Value {
    json!({
        "organ": say::unit(&page.app.office.profile, &load.unit),
        "open": load.open,
        "late": load.late,
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

/// Calls that lie at a berth within the window, with the instants between which they do.
fn lying(berth: &BoardBerth, from: i64, to: i64) -> impl Iterator<Item = (&CallLine, i64, Option<i64>)> {
    berth
        .calls
        .iter()
        .filter(|line| line.row.state != "ended")
        .filter_map(|line| Some((line, line.row.starts_at?, line.row.ends_at)))
        .filter(move |(_, start, end)| *start < to && end.unwrap_or(start + UNKNOWN) > from)
}

fn lane(page: &Page, berth: &BoardBerth, from: i64, to: i64) -> Value {
    let bars: Vec<Value> = lying(berth, from, to)
        .map(|(line, start, end)| {
            let kind = if line.row.state == "departed" { "done" } else { "plan" };
            json!({"kind": kind, "from": start, "to": end.unwrap_or(start + UNKNOWN).max(start), "say": ship(line)})
        })
        .collect();
    json!({"name": say::berth(&page.app.office.profile, &berth.code), "bars": bars})
}

fn stays(page: &Page, berth: &BoardBerth, from: i64, to: i64) -> Vec<Value> {
    let lying: Vec<_> = lying(berth, from, to).collect();
    lying
        .iter()
        .map(|(line, start, end)| {
            let ends = end.unwrap_or(start + UNKNOWN);
            let other = lying.iter().find(|(other, from, until)| {
                other.id != line.id && *from < ends && until.unwrap_or(from + UNKNOWN) > *start
            });
            json!({
                "berth": say::berth(&page.app.office.profile, &berth.code),
                "href": format!("/calls/{}", line.row.number),
                "ship": ship(line),
                "conflict": other.map(|(other, _, _)| json!({"key": "board-conflict", "ship": ship(other)})),
                "from": start,
                "to": end,
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
