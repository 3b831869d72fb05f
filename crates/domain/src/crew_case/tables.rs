//! What the port's tables say of crew cases: `crew-case-kinds`, `crew-case-parts`, `crew-case-ends` and `crew-case-permits`.

use super::{CrewCase, Part};
use crate::{Instant, Text, Value, matter::Organ, person_permit, profile::Profile};

/// A kind of case.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its code.
    pub code: String,
    /// `seafarer` or `stowaway`: which fields are known of a person.
    pub subject: String,
    /// What persons of such a case do, by code; the first is meant where nothing is said.
    pub movements: Vec<String>,
    /// True when it is said in words what happened.
    pub words: bool,
    /// The hold that its filing places on the ship's call, and who issues that; empty for none.
    pub hold: (String, Organ),
    /// Units that are told, and decide nothing.
    pub informed: Vec<Organ>,
    /// Legal reference.
    pub law: String,
    /// What it is.
    pub reason: Text,
}

/// How a case can end.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Its code.
    pub code: String,
    /// Who says so: organs, or `firm`.
    pub by: Vec<String>,
    /// True when the hold that the case placed is lifted.
    pub lifts: bool,
    /// True when every part has to be decided before.
    pub decided: bool,
    /// Legal reference.
    pub law: String,
    /// In words.
    pub reason: Text,
}

/// A kind of case at an instant.
pub fn kind(profile: &Profile, code: &str, at: Instant) -> Option<Kind> {
    let hit = profile.hit("crew-case-kinds", at, &Value::from([("kind", code.into())]))?;
    Some(Kind {
        code: code.to_owned(),
        subject: hit.text("subject").to_owned(),
        movements: hit.texts("movements"),
        words: hit.is_true("words"),
        hold: (hit.text("hold").to_owned(), hit.text("hold_by").to_owned()),
        informed: hit.texts("informed"),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    })
}

/// Every kind that can be filed.
pub fn kinds(profile: &Profile, at: Instant) -> Vec<Kind> {
    profile.codes("crew-case-kinds", "kind").iter().filter_map(|code| kind(profile, code, at)).collect()
}

/// How cases of a kind can end.
pub fn ends(profile: &Profile, kind: &str, at: Instant) -> Vec<End> {
    let end = |code: &String| {
        let inputs = Value::from([("kind", kind.into()), ("how", code.as_str().into())]);
        let hit = profile.hit("crew-case-ends", at, &inputs)?;
        Some(End {
            code: code.clone(),
            by: hit.texts("by"),
            lifts: hit.is_true("lifts"),
            decided: hit.is_true("decided"),
            law: hit.law().to_owned(),
            reason: hit.reason(),
        })
    };
    profile.codes("crew-case-ends", "how").iter().filter_map(end).collect()
}

/// A permit that somebody on the list needs once everything is granted.
#[derive(Clone, Debug, PartialEq)]
pub struct Permitted {
    /// The kind of permit.
    pub permit: String,
    /// From when it holds.
    pub from: Instant,
    /// Until when; never longer than the kind allows.
    pub until: Instant,
    /// By how much its term has to move with the ship for it to be issued anew, with the calendar; none for one that does not
    /// move with her.
    moved_by: Option<(String, String)>,
    /// True while the ship is still to berth.
    comes: bool,
    /// Legal reference.
    pub law: String,
}

impl Permitted {
    /// True when what was issued for another term is issued anew for this one: the beginning or the end moved by at least as much
    /// as the row says. A beginning that has passed has not moved, and once she has berthed no end does.
    pub fn has_moved_from(&self, (from, until): (Instant, Instant), now: Instant, profile: &Profile) -> bool {
        let Some((length, calendar)) = &self.moved_by else { return false };
        let apart = |one: Instant, other: Instant| {
            let (first, last) = (one.min(other), one.max(other));
            first < last && profile.reckon(first, length, calendar).is_some_and(|moved| moved <= last)
        };
        apart(from.max(now), self.from.max(now)) || (self.comes && apart(until, self.until))
    }
}

/// The permit that follows for somebody of a case; none for whom no row names, and while her time cannot be reckoned.
pub fn permitted(case: &CrewCase, movement: &str, foreign: bool, profile: &Profile, now: Instant) -> Option<Permitted> {
    let inputs = Value::from([
        ("kind", case.told.kind.as_str().into()),
        ("movement", movement.into()),
        ("foreign", foreign.into()),
    ]);
    let hit = profile.hit("crew-case-permits", now, &inputs)?;
    let (calendar, before) = (hit.text("calendar"), hit.text("before_berthing"));
    let start = if before.is_empty() { now } else { case.berthing.unwrap_or(now).max(now) };
    let from = if before.is_empty() { now } else { profile.reckon(start, before, calendar)?.max(now) };
    let until = profile.reckon(start, hit.text("length"), calendar)?;
    let permit = hit.text("permit").to_owned();
    let longest = person_permit::kind(profile, &permit, now).and_then(|kind| kind.at_most(from, profile));
    let moved_by = hit.text("moved_by");
    Some(Permitted {
        permit,
        from,
        until: longest.map_or(until, |longest| until.min(longest)),
        comes: case.berthing.is_some_and(|berths| berths > now),
        moved_by: (!moved_by.is_empty()).then(|| (moved_by.to_owned(), calendar.to_owned())),
        law: hit.law().to_owned(),
    })
}

/// What organs decide of a case, and until when: by the offset from the ship's time where that still lies ahead for long
/// enough, else so long after what made it due.
pub(super) fn parts(case: &CrewCase, profile: &Profile, now: Instant) -> Vec<Part> {
    let mut facts = case.facts.clone();
    facts.insert("kind".to_owned(), case.told.kind.as_str().into());
    let mut parts: Vec<Part> = Vec::new();
    for hit in profile.hits("crew-case-parts", now, &Value::Map(facts)) {
        let (code, organ) = (hit.text("part").to_owned(), hit.text("organ").to_owned());
        if parts.iter().any(|part| part.code == code) {
            continue;
        }
        let before = case.parts.iter().find(|part| part.code == code && part.organ == organ);
        let since = before.map_or(now, |part| part.since);
        let calendar = hit.text("calendar");
        let soonest = profile.reckon(since, hit.text("length"), calendar);
        let by_ship = || profile.reckon(case.berthing?, hit.text("before_berthing"), calendar);
        let due = match hit.text("before_berthing") {
            "" => soonest,
            _ => by_ship().max(soonest),
        };
        parts.push(Part {
            code,
            organ,
            due,
            since,
            rule: hit.rule(),
            law: hit.law().to_owned(),
            reason: hit.reason(),
            ..Part::default()
        });
    }
    parts
}
