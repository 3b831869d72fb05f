//! What an entry tells, and to whom: the profile's tables `notice-recipients`, `notice-hours` and `notice-limits`. What a
//! reader may see is not decided here: [`crate::problem::Problem::tells`] is asked for each.

use crate::{
    Instant, Value,
    profile::Profile,
    ship_call::{Organ, Party},
};

/// What an entry tells. Codes and instants alone: no word that a person wrote, no firm, no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened, an input of the table `notice-recipients`: `problem.reply`, `call.asked`…
    pub event: &'static str,
    /// What narrows it: a role, the kind of a clock, an outcome, a level of the ladder.
    pub word: String,
    /// The department that acted or that is spoken of; empty for none.
    pub who: Organ,
    /// The formality that it is about; empty for none.
    pub formality: String,
    /// The units that the entry names: for whom it is meant.
    pub units: Vec<Organ>,
    /// The report that it concerns; none for every one.
    pub report: Option<u32>,
    /// Until when something is to be done, or when it takes place.
    pub until: Option<Instant>,
    /// Number of what it is about: a question, a notice, a meeting, a step.
    pub id: Option<u32>,
}

/// To whom a notice goes, as the table says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// `firm`, `unit`, `lead`, `parts`, `watchers`, `handler`, `level`, `office`, `coordinator`.
    pub to: Vec<String>,
    /// The group of the preferences: `act`, `answer`, `limit`, `follow`.
    pub group: String,
}

/// Whom an event concerns; none when nobody is told.
pub fn recipients(profile: &Profile, event: &str, word: &str, at: Instant) -> Option<Recipients> {
    let inputs = Value::from([("event", event.into()), ("word", word.into())]);
    let hit = profile.hit("notice-recipients", at, &inputs)?;
    Some(Recipients { to: hit.texts("to"), group: hit.text("group").to_owned() })
}

/// When somebody may be written to at the earliest: at once, or when the calendar of the desk opens. Nobody is woken at
/// midnight but for what the table says.
pub fn earliest(profile: &Profile, party: &Party, desk: &str, (event, class): (&str, &str), now: Instant) -> Instant {
    let code = match party {
        Party::Organ(code) => code.as_str(),
        Party::Firm(_) => "firm",
        Party::Clock => "outside",
    };
    let inputs =
        Value::from([("class", class.into()), ("event", event.into()), ("party", code.into()), ("desk", desk.into())]);
    let Some(hit) = profile.hit("notice-hours", now, &inputs) else { return now };
    opening(profile, hit.text("calendar"), now)
}

/// The instant itself while somebody works, else the next opening; the instant itself on an unknown calendar.
pub fn opening(profile: &Profile, calendar: &str, now: Instant) -> Instant {
    let Some(known) = profile.calendars.get(calendar).filter(|calendar| !calendar.works_at(now.timestamp())) else {
        return now;
    };
    // A minute of work ends a minute after the opening.
    let minute = crate::calendar::Length { amount: 1, unit: crate::calendar::Unit::Minutes };
    let end = Instant::from(crate::calendar::due(now.timestamp(), minute, known));
    Instant(end.0 - 60_000_000).max(now)
}

/// From when on the holder of a limit is told that it is near; none where the table tells of none. `clock` is the part of
/// the clock's name before the first colon.
pub fn near(profile: &Profile, matter: &str, clock: &str, due: Instant) -> Option<Instant> {
    let inputs = Value::from([("matter", matter.into()), ("clock", clock.into())]);
    let hit = profile.hit("notice-limits", due, &inputs)?;
    let before = hit.text("before");
    profile.reckon(due, before, hit.text("calendar")).filter(|at| *at < due)
}

/// The part of a clock's name that pages have words for.
pub fn clock_kind(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}
