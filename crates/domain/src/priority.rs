//! Priority: what goes first in the queues of organs and in the plan of berths, by which measure, why and by whose approval.
//! The class comes of the measure's eligibility table, its rank of the dated table `priority-classes`; both are written down
//! when it is granted. A ship's call has it today; whatever else is to go first asks here as well.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Instant, Text, Value,
    matter::{Organ, Rule},
    measure::{self, ChangeKind, Fits, Measure},
    profile::Profile,
};

/// What is to go first, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// The measure, by its code.
    pub measure: String,
    /// The day of the event that decides.
    pub on: Date,
    /// What the measure's table asks.
    pub facts: BTreeMap<String, Value>,
    /// The application that was granted, by its number; none where an organ grants it of its own accord.
    pub application: Option<String>,
}

/// A priority that is granted, with everything that says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// The class, `green_lane`.
    pub class: String,
    /// Its rank: the lowest goes first.
    pub rank: u32,
    /// True when queues of organs put it first.
    pub queues: bool,
    /// True when the plan of berths puts it first.
    pub berths: bool,
    /// The measure, by its code.
    pub measure: String,
    /// The application, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Who approved it.
    pub approver: Organ,
    /// Why, as the row of the measure's table says it.
    pub reason: Text,
    /// That row.
    pub rule: Rule,
    /// Legal reference of the priority.
    pub law: String,
    /// The row that gives the rank.
    pub rank_rule: Rule,
}

/// Why there is no priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The measure gives no priority, or there is no such measure.
    NotByMeasure,
    /// This organ does not grant it.
    NotYours,
    /// The measure's table says that it does not fit, with the reason and law of its row.
    NotByTable(Text, String),
    /// The measure's table needs to know more: facts by code.
    Missing(Vec<String>),
}

/// The classes that a measure gives.
pub fn classes(measure: &Measure) -> impl Iterator<Item = &str> {
    measure.changes.iter().filter(|change| change.kind == ChangeKind::Priority).map(|change| change.what.as_str())
}

/// True when an organ grants a class of a measure without an application, on a day.
pub fn grants(profile: &Profile, measure: &Measure, organ: &str, on: Date) -> bool {
    classes(measure).any(|class| {
        let row = Instant::start_of(on, &profile.zone).and_then(|at| profile.hit(TABLE, at, &inputs(class)));
        row.is_some_and(|row| row.texts("granted_by").iter().any(|of| of == organ))
    })
}

/// The priority that an organ grants.
///
/// # Errors
/// [`Refused`], when the measure, its table or the table of classes does not give it.
pub fn granted(profile: &Profile, wanted: &Wanted, organ: &str) -> Result<Priority, Refused> {
    let measure = profile.register.measure(&wanted.measure).ok_or(Refused::NotByMeasure)?;
    if classes(measure).next().is_none() {
        return Err(Refused::NotByMeasure);
    }
    let facts = Value::Map(wanted.facts.clone());
    let answer = measure::answer(profile, measure, wanted.on, &facts);
    match answer.fits {
        Fits::ByItself | Fits::OnApplication | Fits::ByChoice => {}
        Fits::Unknown => {
            let explained = measure::explain(profile, measure, wanted.on, &facts);
            return Err(Refused::Missing(explained.map(|of| of.missing).unwrap_or_default()));
        }
        Fits::No | Fits::NotInForce => return Err(Refused::NotByTable(answer.reason(), answer.law().to_owned())),
    }
    let outputs = answer.outputs();
    let class = outputs.get("class").and_then(Value::text).ok_or(Refused::NotByMeasure)?;
    let at = Instant::start_of(wanted.on, &profile.zone).ok_or(Refused::NotByMeasure)?;
    let row = profile.hit(TABLE, at, &inputs(class)).ok_or(Refused::NotByMeasure)?;
    let may = match wanted.application {
        Some(_) => measure.decides.iter().any(|of| of == organ),
        None => row.texts("granted_by").iter().any(|of| of == organ),
    };
    if !may {
        return Err(Refused::NotYours);
    }
    Ok(Priority {
        class: class.to_owned(),
        rank: row.integer("rank").and_then(|rank| u32::try_from(rank).ok()).ok_or(Refused::NotByMeasure)?,
        queues: row.is_true("queues"),
        berths: row.is_true("berths"),
        measure: wanted.measure.clone(),
        application: wanted.application.clone(),
        approver: organ.to_owned(),
        reason: answer.reason(),
        rule: answer.rule().unwrap_or_default(),
        law: row.law().to_owned(),
        rank_rule: row.rule(),
    })
}

/// The words of a class, as the table says them on a day.
pub fn said(profile: &Profile, class: &str, at: Instant) -> Text {
    profile.hit(TABLE, at, &inputs(class)).map_or_else(|| Text::new(class, class), |row| row.reason())
}

/// The table of classes.
const TABLE: &str = "priority-classes";

fn inputs(class: &str) -> Value {
    Value::from([("class", class.into())])
}
