//! Looking into goods together: several organs want the same goods before them, each on a listed ground. One appointment is
//! proposed that fits the hours in which all of them work, the time at which the goods are there, and the moves of the yard.
//! Each of them and the terminal accept it, or have it moved for a listed reason; silence is no consent. Goods that an organ
//! wants to look into do not leave. All of it by dated rows: `joint-inspection-grounds`, `-reasons` and `-rules`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Consignment, Told};
use crate::{
    Instant, Value,
    calendar::{Length, Unit, elapsed},
    manifest::Mode,
    matter::Organ,
    profile::{Hit, Profile},
};

/// Appointments begin with the half hour.
const STEP: i64 = crate::instant::HOUR / 2;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// A joint inspection, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Who wants to look, and has not settled it.
    pub wants: BTreeMap<Organ, Want>,
    /// The appointment that is proposed or agreed.
    pub appointment: Option<Appointment>,
}

/// That an organ wants to look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Want {
    /// The ground, by its code.
    pub ground: String,
    /// Into which containers; all of the goods where none is named.
    pub containers: BTreeSet<String>,
    /// How long it takes.
    pub length: String,
    /// The calendar by which the organ works.
    pub calendar: String,
    /// True where it is the inspection of a declaration: what was found is said there.
    pub ordered: bool,
    /// Since when.
    pub at: Instant,
    /// Legal reference.
    pub law: String,
    /// When it looked last, without settling it.
    pub looked_at: Option<Instant>,
}

/// An appointment: agreed when everybody who is asked has accepted it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    /// At which yard.
    pub yard: String,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// How many boxes the yard moves for it.
    pub boxes: i64,
    /// When it was proposed.
    pub at: Instant,
    /// Who accepted it, and when.
    pub accepted: BTreeMap<Organ, Instant>,
}

/// What the conveyance and the yard leave room for, looked up beside an act.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// The yard; empty while nobody knows.
    pub yard: String,
    /// When the goods are there, or their ship is expected to berth.
    pub there: Option<Instant>,
    /// When the ship or aircraft leaves with them.
    pub leaves: Option<Instant>,
    /// What else the yard has out for inspection: from, until, how many boxes.
    pub taken: Vec<(Instant, Instant, i64)>,
}

impl Joint {
    /// True while an organ wants to look.
    pub fn is_open(&self) -> bool {
        !self.wants.is_empty()
    }

    /// Who is asked about the appointment and has not accepted it; nobody where none stands.
    pub fn unanswered<'a>(&'a self, terminal: &'a str) -> Vec<&'a str> {
        let Some(of) = &self.appointment else { return Vec::new() };
        let asked = self.wants.keys().map(String::as_str).chain([terminal]);
        asked.filter(|unit| !of.accepted.contains_key(*unit)).collect()
    }

    /// The appointment that everybody accepted.
    pub fn agreed(&self, terminal: &str) -> Option<&Appointment> {
        self.appointment.as_ref().filter(|_| self.unanswered(terminal).is_empty())
    }
}

impl Consignment {
    /// What of the joint inspection waits for whom: unit, `answer`, `look` or `propose`, since when, and until when.
    pub fn looks(&self) -> Vec<(&str, &'static str, Instant, Option<Instant>)> {
        if self.dropped_at.is_some() || self.fate.is_sealed() {
            return Vec::new();
        }
        let terminal = self.units.terminal.as_str();
        let Some(of) = &self.joint.appointment else {
            return self
                .joint
                .wants
                .iter()
                .map(|(organ, want)| (organ.as_str(), "look-propose", want.at, None))
                .collect();
        };
        let unanswered = self.joint.unanswered(terminal);
        if !unanswered.is_empty() {
            return unanswered.into_iter().map(|unit| (unit, "look-answer", of.at, Some(of.from))).collect();
        }
        // What an ordered inspection found is said on its declaration, which lies on customs' desk.
        let open = self.joint.wants.iter().filter(|(_, want)| !want.ordered);
        open.map(|(organ, _)| (organ.as_str(), "look", of.from, Some(of.until))).collect()
    }

    /// How many boxes are moved, so that everybody who wants to can look.
    pub(super) fn boxes_to_move(&self) -> i64 {
        let whole = self.joint.wants.values().any(|want| want.containers.is_empty());
        let named: BTreeSet<&String> = self.joint.wants.values().flat_map(|want| &want.containers).collect();
        let boxes = if whole { self.told.boxes.len() } else { named.len() };
        i64::try_from(boxes.max(1)).unwrap_or(i64::MAX)
    }

    /// The first appointment that fits everybody, from an instant on; none where nothing does.
    pub(super) fn fitting(&self, profile: &Profile, room: &Room, from: Instant, now: Instant) -> Option<Appointment> {
        let rules = profile.hit("joint-inspection-rules", now, &Value::from([("mode", self.mode.code().into())]))?;
        let yard_hours = rules.text("calendar");
        let reckon = |start: Instant, length: &str| profile.reckon(start, rules.text(length), yard_hours);
        let first = reckon(now, "notice")?.max(reckon(room.there?, "after")?).max(from);
        let mut last = reckon(now, "horizon")?;
        if self.direction == "export"
            && let Some(leaves) = room.leaves
        {
            last = last.min(reckon(leaves, "before")?);
        }
        let calendars = self.joint.wants.values().map(|want| want.calendar.as_str()).chain([yard_hours]);
        let calendars: Vec<_> = calendars.map(|name| profile.calendars.get(name)).collect::<Option<_>>()?;
        let longest = self.joint.wants.values().map(|want| minutes(&want.length)).collect::<Option<Vec<i64>>>()?;
        let length = longest.into_iter().max()? * MINUTE;
        let (boxes, most) = (self.boxes_to_move(), rules.integer("boxes")?);
        let mut start = first.0 + (STEP - first.0.rem_euclid(STEP)) % STEP;
        while start + length <= last.0 {
            let (from, until) = (Instant(start), Instant(start + length));
            let works = |calendar: &&crate::calendar::Calendar| {
                elapsed(from.timestamp(), until.timestamp(), calendar).as_micros() == i128::from(length)
            };
            let beside: i64 = room.taken.iter().filter(|(a, b, _)| *a < until && from < *b).map(|(.., n)| n).sum();
            // Who needs more boxes out than the yard ever has waits until nobody else's are.
            if (beside == 0 || beside + boxes <= most) && calendars.iter().all(works) {
                return Some(Appointment {
                    yard: room.yard.clone(),
                    from,
                    until,
                    boxes,
                    at: now,
                    ..Appointment::default()
                });
            }
            start += STEP;
        }
        None
    }
}

/// A length in minutes; none for one that counts days.
fn minutes(length: &str) -> Option<i64> {
    let length: Length = length.parse().ok()?;
    (length.unit == Unit::Minutes && length.amount > 0).then(|| length.amount.into())
}

/// The row by which an organ may look into goods on a ground.
pub(super) fn ground<'p>(
    profile: &'p Profile,
    (organ, ground): (&str, &str),
    (mode, told): (Mode, &Told),
    at: Instant,
) -> Option<Hit<'p>> {
    let inputs = Value::from([
        ("organ", organ.into()),
        ("ground", ground.into()),
        ("mode", mode.code().into()),
        ("dangerous", (!told.dangerous.is_empty()).into()),
    ]);
    profile.hit("joint-inspection-grounds", at, &inputs)
}

/// The grounds on which an organ may look into goods: code and row.
pub fn grounds<'p>(profile: &'p Profile, organ: &str, goods: (Mode, &Told), at: Instant) -> Vec<(String, Hit<'p>)> {
    let codes = profile.codes("joint-inspection-grounds", "ground").into_iter();
    codes.filter_map(|code| ground(profile, (organ, &code), goods, at).map(|hit| (code, hit))).collect()
}

/// The organs that see goods by what the manifest tells of them.
pub(super) fn seen_by(profile: &Profile, goods: (Mode, &Told), at: Instant) -> BTreeSet<Organ> {
    let organs = profile.codes("joint-inspection-grounds", "organ").into_iter();
    organs.filter(|organ| grounds(profile, organ, goods, at).iter().any(|(_, hit)| hit.is_true("sees"))).collect()
}
