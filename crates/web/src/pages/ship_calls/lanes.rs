//! Who held the call, since when: a lane for each organ, drawn from the journal.

use std::collections::BTreeMap;

use domain::{
    Instant,
    profile::Profile,
    ship_call::{Entry, Record, ReviewState, ShipCall},
};
use serde_json::{Value, json};

use crate::say;

struct Bar {
    kind: &'static str,
    word: &'static str,
    from: i64,
    to: Option<i64>,
}

/// The lanes of a call; null before anything was filed.
pub fn lanes(profile: &Profile, call: &ShipCall, journal: &[Record], now: Instant) -> Value {
    let mut bars: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    for record in journal {
        draw(&mut bars, record);
    }
    if bars.is_empty() {
        return json!(null);
    }
    let from = journal.first().map_or(now.0, |record| record.at.0);
    let arrival = call.expected("arrival").map(|at| at.0);
    let to = arrival.unwrap_or(now.0).max(now.0) + (now.0 - from) / 20 + 3_600_000_000;
    let due = arrival.filter(|at| *at > now.0).map(|at| json!({"at": at, "say": say::key("event-arrival")}));
    let ended = call.actual("departure").or(call.ended.as_ref().map(|ended| ended.at)).map(|at| at.0);
    let organs = profile.organs.iter().filter_map(|organ| Some((organ, bars.get(&organ.code)?)));
    let lanes: Vec<Value> = organs
        .map(|(organ, bars)| {
            json!({
                "name": say::text(&organ.short),
                "state": bars.last().map(|bar| say::tag(tone(bar.kind), &say::key(bar.word))),
                "bars": bars.iter().map(|bar| json!({
                    "kind": bar.kind,
                    "from": bar.from,
                    "to": bar.to.or(ended).map(|to| to.max(bar.from)),
                    "say": say::key(bar.word),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"from": from, "to": to, "due": due, "lanes": lanes})
}

fn tone(kind: &str) -> &'static str {
    match kind {
        "done" | "plan" => "ok",
        "open" => "wait",
        "hold" => "stop",
        _ => "none",
    }
}

/// One bar at a time in each lane: the newest fact about an organ ends the bar before it.
fn draw(bars: &mut BTreeMap<String, Vec<Bar>>, record: &Record) {
    let at = record.at.0;
    let mut next = |organ: &str, kind: &'static str, word: &'static str| {
        let lane = bars.entry(organ.to_owned()).or_default();
        if let Some(last) = lane.last_mut() {
            if last.kind == kind {
                return;
            }
            last.to.get_or_insert(at);
        }
        lane.push(Bar { kind, word, from: at, to: None });
    };
    match &record.entry {
        Entry::Filed(filed) => filed.organs.iter().for_each(|organ| next(organ, "filed", "lane-filed")),
        Entry::InCharge { organ, .. } => next(organ, "organ", "lane-with"),
        Entry::Reopened { organ, .. } => next(organ, "filed", "lane-filed"),
        Entry::Asked { organ, .. } => next(organ, "open", "lane-asked"),
        Entry::Decided { organ, outcome, .. } if outcome.is_granted() => next(organ, "done", "lane-done"),
        Entry::Decided { organ, outcome: ReviewState::Returned | ReviewState::Refused, .. } => {
            next(organ, "open", "lane-returned");
        }
        Entry::HoldPlaced(hold) => next(&hold.issuer, "hold", "lane-hold"),
        Entry::BerthPlanned(_) => next("port_group", "plan", "lane-berth"),
        _ => {}
    }
}
