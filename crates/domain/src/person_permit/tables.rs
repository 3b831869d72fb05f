//! What the port's tables say of permits of persons.

use crate::{Instant, Text, Value, matter::Organ, profile::Profile};

/// A kind of permit.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its code.
    pub code: String,
    /// `person` or `craft`.
    pub subject: String,
    /// `ship`, `berth`, `region`.
    pub places: Vec<String>,
    /// The longest time for which it holds, with the calendar by which it is reckoned.
    pub longest: (String, String),
    /// Entered upon once.
    pub single_use: bool,
    /// The gate compares the holder's document.
    pub holder_bound: bool,
    /// True when its holder goes ashore upon it, false when she goes on board.
    pub outward: bool,
    /// The organ that decides.
    pub issuer: Organ,
    /// Legal reference.
    pub law: String,
    /// What it is for.
    pub reason: Text,
}

impl Kind {
    /// Until when it can hold at most from an instant on; none where that cannot be reckoned.
    pub fn at_most(&self, from: Instant, profile: &Profile) -> Option<Instant> {
        let (length, calendar) = &self.longest;
        profile.reckon(from, length, calendar)
    }
}

/// A listed ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Its code.
    pub code: String,
    /// True when the officer says more.
    pub words: bool,
    /// Legal reference.
    pub law: String,
    /// Its words.
    pub reason: Text,
}

/// What an application must bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// `purpose`, or a paper by its code.
    pub what: String,
    /// True for a paper.
    pub paper: bool,
    /// Legal reference.
    pub law: String,
    /// Its words.
    pub reason: Text,
}

/// A health gate that somebody does not pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The row.
    pub row: String,
    /// True when an exception can be stated.
    pub in_principle: bool,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// The kind of a code on the day of an instant.
pub fn kind(profile: &Profile, code: &str, at: Instant) -> Option<Kind> {
    let hit = profile.hit("person-permits", at, &Value::from([("permit", code.into())]))?;
    Some(Kind {
        code: code.to_owned(),
        subject: hit.text("subject").to_owned(),
        places: hit.texts("places"),
        longest: (hit.text("longest").to_owned(), hit.text("calendar").to_owned()),
        single_use: hit.is_true("single_use"),
        holder_bound: hit.is_true("holder_bound"),
        outward: hit.text("begins") == "out",
        issuer: hit.text("issuer").to_owned(),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    })
}

/// Every kind that can be applied for.
pub fn kinds(profile: &Profile, at: Instant) -> Vec<Kind> {
    profile.codes("person-permits", "permit").iter().filter_map(|code| kind(profile, code, at)).collect()
}

/// The grounds of an act: `refuse` or `revoke`.
pub fn grounds(profile: &Profile, act: &str, at: Instant) -> Vec<Ground> {
    let codes = profile.codes("person-permit-grounds", "ground");
    let ground = |code: &String| {
        let inputs = Value::from([("ground", code.as_str().into()), ("act", act.into())]);
        let hit = profile.hit("person-permit-grounds", at, &inputs)?;
        let (law, reason) = (hit.law().to_owned(), hit.reason());
        Some(Ground { code: code.clone(), words: hit.is_true("words"), law, reason })
    };
    codes.iter().filter_map(ground).collect()
}

/// What an application of a kind must bring.
pub fn needs(profile: &Profile, kind: &str, at: Instant) -> Vec<Need> {
    let hits = profile.hits("person-permit-needs", at, &Value::from([("permit", kind.into())]));
    let need = |hit: &crate::profile::Hit<'_>| Need {
        what: hit.text("what").to_owned(),
        paper: hit.is_true("paper"),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    };
    hits.iter().map(need).collect()
}

/// The health gates that somebody does not pass at an instant.
pub fn conditions(profile: &Profile, kind: &str, facts: &Value, at: Instant) -> Vec<Condition> {
    let mut inputs = facts.clone();
    inputs.set("/permit", kind.into());
    let hits = profile.hits("person-permit-health", at, &inputs);
    let condition = |hit: &crate::profile::Hit<'_>| Condition {
        row: hit.row().to_owned(),
        in_principle: hit.text("effect") == "in_principle",
        law: hit.law().to_owned(),
        reason: hit.reason(),
    };
    hits.iter().map(condition).collect()
}
