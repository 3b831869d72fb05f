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
    let mut drawn: BTreeMap<String, Lane> = BTreeMap::new();
    for record in journal {
        draw(&mut drawn, record);
        // The holds and questions that ended are read from the fold: their entries do not name the organ.
        if let Entry::HoldLifted { id, .. } = &record.entry {
            let issuer = call.holds.iter().find(|hold| hold.id == *id).map(|hold| hold.issuer.clone());
            issuer.iter().for_each(|issuer| {
                drawn.entry(issuer.clone()).or_default().put(record.at.0, &format!("hold {id}"), Kind::Done)
            });
        }
        if let Entry::Closed { id, .. } = &record.entry {
            let asked = call.questions.iter().find(|asked| asked.id == *id && !asked.is_open());
            if let Some(asked) = asked {
                drawn.entry(asked.organ.clone()).or_default().put(record.at.0, asked.formality.code(), Kind::Organ);
            }
        }
    }
    if drawn.is_empty() {
        return json!(null);
    }
    let from = journal.first().map_or(now.0, |record| record.at.0);
    let arrival = call.expected("arrival").map(|at| at.0);
    let to = arrival.unwrap_or(now.0).max(now.0) + (now.0 - from) / 20 + 3_600_000_000;
    let due = arrival.filter(|at| *at > now.0).map(|at| json!({"at": at, "say": say::key("event-arrival")}));
    let ended = call.actual("departure").or(call.ended.as_ref().map(|ended| ended.at)).map(|at| at.0);
    let organs = profile.organs.iter().filter_map(|organ| Some((organ, &drawn.get(&organ.code)?.bars)));
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

/// What an organ has before it, by formality; the gravest of it is what its lane shows.
#[derive(Default)]
struct Lane {
    desk: BTreeMap<String, Kind>,
    bars: Vec<Bar>,
}

/// The kinds of bar, the gravest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Done,
    Plan,
    Filed,
    Organ,
    Open,
    Hold,
}

impl Kind {
    fn codes(self) -> (&'static str, &'static str) {
        match self {
            Kind::Done => ("done", "lane-done"),
            Kind::Plan => ("plan", "lane-berth"),
            Kind::Filed => ("filed", "lane-filed"),
            Kind::Organ => ("organ", "lane-with"),
            Kind::Open => ("open", "lane-asked"),
            Kind::Hold => ("hold", "lane-hold"),
        }
    }
}

impl Lane {
    /// Puts a thing on the desk; a new bar begins only when the gravest thing there is another than before.
    fn put(&mut self, at: i64, what: &str, kind: Kind) {
        self.desk.insert(what.to_owned(), kind);
        let Some(gravest) = self.desk.values().max() else { return };
        let (kind, word) = gravest.codes();
        match self.bars.last_mut() {
            Some(last) if last.kind == kind => return,
            Some(last) if last.from == at => {
                self.bars.pop();
            }
            Some(last) => last.to = Some(at),
            None => {}
        }
        match self.bars.last_mut() {
            Some(last) if last.kind == kind => last.to = None,
            _ => self.bars.push(Bar { kind, word, from: at, to: None }),
        }
    }
}

fn draw(lanes: &mut BTreeMap<String, Lane>, record: &Record) {
    let at = record.at.0;
    let mut put = |organ: &str, what: &str, kind: Kind| lanes.entry(organ.to_owned()).or_default().put(at, what, kind);
    match &record.entry {
        Entry::Filed(filed) => filed.organs.iter().for_each(|organ| put(organ, filed.formality.code(), Kind::Filed)),
        Entry::InCharge { organ, formality, .. } => put(organ, formality.code(), Kind::Organ),
        Entry::Reopened { organ, formality, .. } => put(organ, formality.code(), Kind::Filed),
        Entry::Asked { organ, formality, .. } => put(organ, formality.code(), Kind::Open),
        Entry::Decided { organ, formality, outcome, .. } => {
            let back = matches!(outcome, ReviewState::Returned | ReviewState::Refused);
            put(organ, formality.code(), if back { Kind::Open } else { Kind::Done });
        }
        Entry::HoldPlaced(hold) => put(&hold.issuer, &format!("hold {}", hold.id), Kind::Hold),
        Entry::BerthPlanned(_) => put("port_group", "berth", Kind::Plan),
        _ => {}
    }
}
