//! Who held the call, since when: a lane for each organ, drawn from the journal.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    formality::Formality,
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
pub fn lanes<'a>(
    profile: &Profile,
    call: &ShipCall,
    journal: impl Iterator<Item = &'a Record> + Clone,
    now: Instant,
) -> Value {
    let mut drawing = Drawing::default();
    journal.clone().for_each(|record| drawing.draw(record));
    let drawn = drawing.lanes;
    if drawn.is_empty() {
        return json!(null);
    }
    let from = { journal }.next().map_or(now.0, |record| record.at.0);
    let arrival = call.expected("arrival").map(|at| at.0);
    let to = arrival.unwrap_or(now.0).max(now.0) + (now.0 - from) / 20 + 3_600_000_000;
    let due = arrival.filter(|at| *at > now.0).map(|at| json!({"at": at, "say": say::key("event-arrival")}));
    let ended = call.actual("departure").or(call.ended.as_ref().map(|ended| ended.at)).map(|at| at.0);
    let organs = profile.organs.iter().filter_map(|organ| Some((organ, &drawn.get(&organ.code)?.bars)));
    let lanes: Vec<Value> = organs
        .map(|(organ, bars)| {
            json!({
                "name": say::text(&organ.short),
                "state": bars.last().filter(|bar| bar.to.is_none()).map(|bar| say::tag(tone(bar.kind), &say::key(bar.word))),
                "said": mirrored(call, &organ.code),
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

/// What the organ decided in its national system, which is only recorded here; null when it decided everything here.
fn mirrored(call: &ShipCall, organ: &str) -> Value {
    let mirrors = call.reviews.iter().filter(|review| review.organ == organ);
    let said: Vec<Value> = mirrors
        .filter_map(|review| {
            let mirror = review.mirror.as_ref()?;
            Some(json!({"key": "lane-mirrored", "what": say::formality(review.formality), "mirror": say::mirror(mirror)}))
        })
        .collect();
    if said.is_empty() { Value::Null } else { json!(said) }
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
    /// With the organ again: the agent has answered everything, and the organ reads it.
    Answered,
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
            Kind::Answered => ("answer", "lane-answered"),
            Kind::Open => ("open", "lane-asked"),
            Kind::Hold => ("hold", "lane-hold"),
        }
    }
}

impl Lane {
    /// Puts a thing on the desk, in the place of what it was there before.
    fn put(&mut self, at: i64, what: &str, kind: Kind) {
        self.desk.insert(what.to_owned(), kind);
        self.show(at);
    }

    /// Takes a thing off the desk.
    fn clear(&mut self, at: i64, what: &str) {
        self.desk.remove(what);
        self.show(at);
    }

    /// A new bar begins only when the gravest thing on the desk is another than before; an empty desk has none.
    fn show(&mut self, at: i64) {
        let gravest = self.desk.values().max().map(|kind| kind.codes());
        match (self.bars.last_mut(), gravest) {
            (Some(last), Some((kind, _))) if last.kind == kind && last.to.is_none() => return,
            (Some(last), _) if last.from == at => drop(self.bars.pop()),
            (Some(last), _) => last.to = last.to.or(Some(at)),
            (None, _) => {}
        }
        let Some((kind, word)) = gravest else { return };
        match self.bars.last_mut() {
            Some(last) if last.kind == kind && last.to.is_none_or(|to| to == at) => last.to = None,
            _ => self.bars.push(Bar { kind, word, from: at, to: None }),
        }
    }
}

/// A question while its items wait: for the agent first, then for the organ that reads the answers.
struct Waiting {
    organ: String,
    unanswered: BTreeSet<u32>,
    open: BTreeSet<u32>,
}

/// The lanes as they are drawn, with what the entries to come refer to by number alone.
#[derive(Default)]
struct Drawing {
    lanes: BTreeMap<String, Lane>,
    questions: BTreeMap<u32, Waiting>,
    holds: BTreeMap<u32, String>,
}

impl Drawing {
    fn put(&mut self, at: i64, organ: &str, what: &str, kind: Kind) {
        self.lanes.entry(organ.to_owned()).or_default().put(at, what, kind);
    }

    fn draw(&mut self, record: &Record) {
        let at = record.at.0;
        match &record.entry {
            Entry::Filed(filed) => {
                filed.organs.iter().for_each(|organ| self.put(at, organ, filed.formality.code(), Kind::Filed));
            }
            Entry::Withdrawn { formality, .. } => self.withdrawn(at, *formality),
            Entry::InCharge { organ, formality, .. } => self.put(at, organ, formality.code(), Kind::Organ),
            Entry::Reopened { organ, formality, .. } => self.put(at, organ, formality.code(), Kind::Filed),
            Entry::Decided { organ, formality, outcome, .. } => {
                let back = matches!(outcome, ReviewState::Returned | ReviewState::Refused);
                self.put(at, organ, formality.code(), if back { Kind::Open } else { Kind::Done });
            }
            Entry::Asked { id, organ, items, .. } => {
                let all: BTreeSet<u32> = (0..u32::try_from(items.len()).unwrap_or(u32::MAX)).collect();
                let waiting = Waiting { organ: organ.clone(), unanswered: all.clone(), open: all };
                self.questions.insert(*id, waiting);
                self.question(at, *id);
            }
            Entry::Answered { id, item, .. } => {
                self.questions.entry(*id).and_modify(|asked| {
                    asked.unanswered.remove(item);
                });
                self.question(at, *id);
            }
            Entry::Closed { id, item } => {
                self.questions.entry(*id).and_modify(|asked| {
                    asked.unanswered.remove(item);
                    asked.open.remove(item);
                });
                self.question(at, *id);
            }
            Entry::HoldPlaced(hold) => {
                self.holds.insert(hold.id, hold.issuer.clone());
                self.put(at, &hold.issuer, &format!("hold {}", hold.id), Kind::Hold);
            }
            Entry::HoldLifted { id, .. } => {
                let lane = self.holds.get(id).and_then(|issuer| self.lanes.get_mut(issuer));
                lane.into_iter().for_each(|lane| lane.clear(at, &format!("hold {id}")));
            }
            Entry::BerthPlanned(_) => self.put(at, "port_group", "berth", Kind::Plan),
            _ => {}
        }
    }

    fn withdrawn(&mut self, at: i64, formality: Formality) {
        let lanes = self.lanes.values_mut().filter(|lane| lane.desk.contains_key(formality.code()));
        lanes.for_each(|lane| lane.clear(at, formality.code()));
    }

    fn question(&mut self, at: i64, id: u32) {
        let Some(asked) = self.questions.get(&id) else { return };
        let lane = self.lanes.entry(asked.organ.clone()).or_default();
        let what = format!("question {id}");
        match (asked.open.is_empty(), asked.unanswered.is_empty()) {
            (true, _) => lane.clear(at, &what),
            (false, true) => lane.put(at, &what, Kind::Answered),
            (false, false) => lane.put(at, &what, Kind::Open),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at: i64, entry: Entry) -> Record {
        let (party, person, channel) = ("organ:border".to_owned(), "wang".to_owned(), "page".to_owned());
        Record { at: Instant(at), party, person, on_behalf: None, channel, entry }
    }

    fn bars(records: Vec<Record>) -> Vec<(&'static str, i64, Option<i64>)> {
        let mut drawing = Drawing::default();
        records.iter().for_each(|record| drawing.draw(record));
        drawing.lanes["border"].bars.iter().map(|bar| (bar.kind, bar.from, bar.to)).collect()
    }

    fn in_charge(at: i64) -> Record {
        let (organ, calendar) = ("border".to_owned(), String::new());
        record(
            at,
            Entry::InCharge { formality: Formality::CrewList, organ, decision_due: None, calendar, silent_until: None },
        )
    }

    fn asked(at: i64) -> Record {
        let items = vec!["a".to_owned(), "b".to_owned()];
        record(at, Entry::Asked { id: 1, organ: "border".to_owned(), formality: Formality::CrewList, items, due: None })
    }

    fn answered(at: i64, item: u32) -> Record {
        record(at, Entry::Answered { id: 1, item, document: "d".to_owned() })
    }

    #[test]
    fn after_the_last_answer_time_is_the_organs_again() {
        let closed = |at, item| record(at, Entry::Closed { id: 1, item });
        let all = vec![in_charge(10), asked(20), answered(30, 0), answered(40, 1), closed(50, 0), closed(60, 1)];
        let expected = [("organ", 10, Some(20)), ("open", 20, Some(40)), ("answer", 40, Some(60)), ("organ", 60, None)];
        assert_eq!(bars(all), expected);
    }

    #[test]
    fn a_question_asked_again_waits_for_the_agent_again() {
        let again = record(
            50,
            match asked(50).entry {
                Entry::Asked { organ, formality, items, due, .. } => {
                    Entry::Asked { id: 2, organ, formality, items, due }
                }
                other => other,
            },
        );
        let all = vec![in_charge(10), asked(20), answered(30, 0), answered(40, 1), again];
        assert_eq!(bars(all)[3], ("open", 50, None));
    }
}
