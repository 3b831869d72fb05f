//! How long ships and cargo stood still behind a case: by the call's own times where the case names a call, else from what
//! the firm stated. Which problems delay what is the table `problem-delays`.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{
    Instant, Value,
    profile::Profile,
    ship_call::{ShipCall, TimeKind, TimeStatement},
};

/// Kinds of business keys that name cargo, the finest first: what is counted are the consignments of the finest named.
const CARGO: [&str; 4] = ["container", "waybill", "bill_of_lading", "declaration"];

/// Events of a stay that others can hold up; when she arrives is the ship's own.
const EVENTS: [&str; 4] = ["pilot", "berth", "unberth", "departure"];

const MINUTE: i64 = crate::instant::HOUR / 60;

/// A time during which something stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// What it was: `hold`, `put_off`, or `stated` by the firm.
    pub what: String,
    /// The call that tells of it; empty for what the firm stated.
    pub call: String,
    /// The unit that held her, or the event that was put off.
    pub by: String,
    /// Since when.
    pub from: Instant,
    /// Until when; the instant of reckoning while it goes on.
    pub until: Instant,
    /// True while it goes on.
    pub runs: bool,
}

/// What stood still behind a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delayed {
    /// Ships.
    pub ships: Vec<Stretch>,
    /// Cargo.
    pub cargo: Vec<Stretch>,
    /// How many consignments stood still.
    pub consignments: i64,
}

impl Delayed {
    /// Ship minutes: for each call the length of its stretches laid over each other, so that two causes at once count once.
    pub fn ship_minutes(&self) -> i64 {
        let mut calls: Vec<&str> = self.ships.iter().map(|of| of.call.as_str()).collect();
        calls.sort_unstable();
        calls.dedup();
        calls.iter().map(|call| covered(self.ships.iter().filter(|of| of.call == *call))).sum()
    }

    /// Cargo minutes: each consignment's.
    pub fn cargo_minutes(&self) -> i64 {
        covered(self.cargo.iter()).saturating_mul(self.consignments)
    }

    /// Minutes of what stands or stood still longest.
    pub fn longest(&self) -> i64 {
        let minutes = |of: &Stretch| (of.until.0 - of.from.0) / MINUTE;
        self.ships.iter().chain(&self.cargo).map(minutes).max().unwrap_or(0)
    }

    /// True while something stands still.
    pub fn runs(&self) -> bool {
        self.ships.iter().chain(&self.cargo).any(|of| of.runs)
    }

    /// True when nothing stood still.
    pub fn is_empty(&self) -> bool {
        self.ships.is_empty() && self.cargo.is_empty()
    }
}

/// Minutes that at least one stretch covers.
fn covered<'a>(stretches: impl Iterator<Item = &'a Stretch>) -> i64 {
    let mut spans: Vec<(i64, i64)> = stretches.map(|of| (of.from.0, of.until.0)).collect();
    spans.sort_unstable();
    let (mut sum, mut end) = (0, i64::MIN);
    for (from, until) in spans {
        sum += (until - from.max(end)).max(0);
        end = end.max(until);
    }
    sum / MINUTE
}

/// What stood still behind a case at an instant. `calls` are those that it names, as far as there are such calls.
pub fn delayed(problem: &Problem, calls: &[ShipCall], profile: &Profile, now: Instant) -> Delayed {
    // A case that joined another is counted there.
    if problem.status() == super::Status::Joined {
        return Delayed::default();
    }
    let (end, open) = end(problem, now);
    let of_kind = |kind: &str| problem.keys.iter().filter(|key| key.kind == kind).count();
    let named = CARGO.iter().map(|kind| of_kind(kind)).find(|count| *count > 0).unwrap_or(0);
    let mut delayed = Delayed::default();
    if of_kind("call") > 0 && delays(problem, profile, "call", "ship") {
        let known = calls.iter().filter(|call| call.opened_at < end);
        delayed.ships = known.flat_map(|call| ship(call, problem.opened_at, end, open)).collect();
        if calls.is_empty() {
            delayed.ships.extend(stated(problem, end, open));
        }
    }
    if named > 0 && delays(problem, profile, "cargo", "cargo") {
        (delayed.cargo, delayed.consignments) = (stated(problem, end, open).into_iter().collect(), named as i64);
    }
    if named == 0 && of_kind("call") == 0 {
        if delays(problem, profile, "nothing", "ship") {
            delayed.ships.extend(stated(problem, end, open));
        } else if delays(problem, profile, "nothing", "cargo") {
            (delayed.cargo, delayed.consignments) = (stated(problem, end, open).into_iter().collect(), 1);
        }
    }
    delayed
}

/// Until when a case counts, and whether it goes on: until the answer that stands, unless it only says when it will be
/// solved; else until it ended.
fn end(problem: &Problem, now: Instant) -> (Instant, bool) {
    let answered = problem.answered_at.filter(|_| problem.plan.is_none());
    match answered.or(problem.ended.as_ref().map(|ended| ended.at)) {
        Some(end) => (end.min(now), false),
        None => (now, true),
    }
}

/// True when a row says that such a problem delays ships, or cargo.
fn delays(problem: &Problem, profile: &Profile, about: &str, what: &str) -> bool {
    let inputs = Value::from([
        ("impact", problem.impact.as_str().into()),
        ("about", about.into()),
        ("topic", problem.topic.as_str().into()),
    ]);
    profile.hit("problem-delays", problem.opened_at, &inputs).is_some_and(|hit| hit.text("delays") == what)
}

/// From when the firms state that it stands still, else from the first report, until it ended.
fn stated(problem: &Problem, end: Instant, open: bool) -> Option<Stretch> {
    let stated = problem.standing_reports().filter_map(|report| report.since).min();
    let from = stated.unwrap_or(problem.opened_at).min(problem.opened_at);
    (from < end).then(|| Stretch {
        what: "stated".to_owned(),
        call: String::new(),
        by: String::new(),
        from,
        until: end,
        runs: open,
    })
}

/// What held a ship while the case was open, each from its own beginning, at the latest until the case ended: holds, and
/// events that happened later than was stated.
fn ship(call: &ShipCall, opened: Instant, end: Instant, open: bool) -> Vec<Stretch> {
    let gone = call.actual("departure").or(call.ended.as_ref().map(|ended| ended.at));
    let stretch = |what: &str, by: &str, from: Instant, ended: Option<Instant>| {
        let until = [ended, gone].into_iter().flatten().fold(end, Instant::min);
        let runs = open && ended.is_none() && gone.is_none();
        let (what, call, by) = (what.to_owned(), call.number.clone(), by.to_owned());
        (from < until && until > opened).then_some(Stretch { what, call, by, from, until, runs })
    };
    let holds = call.holds.iter().filter_map(|hold| stretch("hold", &hold.issuer, hold.at, hold.lifted_at));
    let events = EVENTS.iter().filter_map(|event| {
        let first = stated_first(call, event, opened)?;
        stretch("put_off", event, first, call.actual(event))
    });
    holds.chain(events).collect()
}

/// When an event was to be: as first stated after she arrived, and before that as it stood when the case was reported. What
/// was guessed before a voyage is no promise that anybody broke.
fn stated_first(call: &ShipCall, event: &str, opened: Instant) -> Option<Instant> {
    let mut stated = call.times.iter().filter(|time| time.event == event && time.kind != TimeKind::Actual);
    let arrived = call.actual("arrival");
    let after = |time: &&TimeStatement| arrived.is_some_and(|arrived| time.recorded_at >= arrived);
    let stood = |time: &&TimeStatement| time.recorded_at <= opened;
    let first = stated.clone().find(after);
    first.or_else(|| stated.clone().rev().find(stood)).or_else(|| stated.next()).map(|time| time.at)
}
