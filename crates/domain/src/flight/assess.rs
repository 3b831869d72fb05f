//! What is due for a flight, and whether customs boards first: the tables `flight-formalities` and `flight-quarantine`.

use std::collections::BTreeMap;

use super::{Demand, Direction, Due, Flight, Limit, entry::Assessed};
use crate::{
    Instant, Value,
    formality::Formality,
    matter::Context,
    profile::{Hit, Profile},
};

/// The unit that runs the airport; none in a port without one.
pub fn airport(profile: &Profile) -> Option<&str> {
    profile.organs.iter().find(|organ| organ.kind == "airport").map(|organ| organ.code.as_str())
}

/// True for a unit that flights concern: it runs the airport or coordinates the port, or a row of the tables names it.
pub fn is_concerned(profile: &Profile, unit: &str) -> bool {
    let runs =
        |organ: &crate::profile::OrganRecord| organ.code == unit && matches!(organ.kind.as_str(), "airport" | "office");
    let named = |value: Option<&Value>| match value {
        Some(Value::List(list)) => list.iter().any(|of| of.text() == Some(unit)),
        value => value.and_then(Value::text) == Some(unit),
    };
    let rows = ["flight-formalities", "flight-quarantine"].into_iter().filter_map(|table| profile.tables.get(table));
    !profile.port.airport.is_empty()
        && (profile.organs.iter().any(runs)
            || rows
                .flat_map(|table| table.answers())
                .any(|row| named(row.outputs.get("organs")) || named(row.outputs.get("organ"))))
}

/// What the tables are asked of a flight.
fn facts(flight: &Flight) -> BTreeMap<String, Value> {
    let told = &flight.told;
    let mut facts = flight.facts.clone();
    let here = flight.airport.get(..2);
    for (name, value) in [
        ("direction", told.direction.code().into()),
        ("service", told.service.as_str().into()),
        ("nature", told.nature.as_str().into()),
        ("stays_airside", told.flies_on.is_some().into()),
        ("domestic", (told.other.get(..2) == here).into()),
        ("other_country", told.other.get(..2).unwrap_or_default().into()),
        ("returned", (!flight.returned.is_empty()).into()),
    ] {
        facts.insert(name.to_owned(), value);
    }
    facts
}

/// What is due by the flight's facts now.
pub(super) fn assess(flight: &Flight, context: &Context<'_>) -> Assessed {
    let facts = Value::Map(facts(flight));
    let mut due: Vec<Due> = Vec::new();
    for hit in context.profile.hits("flight-formalities", context.now, &facts) {
        let Some(formality) = Formality::from_code(hit.text("formality")) else { continue };
        if due.iter().any(|due| due.formality == formality) {
            continue;
        }
        let start = match hit.text("due_event") {
            "opened" => Some(flight.opened_at),
            event => flight.expected(event),
        };
        due.push(Due {
            formality,
            organs: hit.texts("organs"),
            by: start.and_then(|start| context.profile.reckon(start, hit.text("due_offset"), hit.text("calendar"))),
            decision: (hit.text("decision_length").to_owned(), hit.text("decision_calendar").to_owned()),
            rule: hit.rule(),
            law: hit.law().to_owned(),
            reason: hit.reason(),
        });
    }
    let boards = quarantine(flight, context).filter(|hit| hit.is_true("boards"));
    let demanded = boards.map(|hit| Demand {
        organ: hit.text("organ").to_owned(),
        rule: hit.rule(),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    });
    Assessed { due, demanded: demanded.filter(|_| flight.told.direction == Direction::Arrival) }
}

/// The row that says whether customs boards first, and which organ it is in any case.
pub(super) fn quarantine<'p>(flight: &Flight, context: &Context<'p>) -> Option<Hit<'p>> {
    context.profile.hit("flight-quarantine", context.now, &Value::Map(facts(flight)))
}

/// By when the firm files what is due and was not filed.
pub(super) fn limits_of(flight: &Flight, assessed: &Assessed) -> Vec<Limit> {
    let unfiled = assessed.due.iter().filter(|due| !flight.filings.contains_key(&due.formality));
    let limit = |due: &Due| {
        Some(Limit {
            name: format!("file:{}", due.formality.code()),
            holder: "firm".to_owned(),
            due: due.by?,
            rule: due.rule.clone(),
            law: due.law.clone(),
        })
    };
    unfiled.filter_map(limit).collect()
}

/// By when each organ decides on what is filed at an instant.
pub(super) fn decisions_of(due: &Due, at: Instant, profile: &Profile) -> Vec<Limit> {
    let (length, calendar) = &due.decision;
    let Some(by) = profile.reckon(at, length, calendar) else { return Vec::new() };
    let limit = |organ: &String| Limit {
        name: format!("decide:{}:{organ}", due.formality.code()),
        holder: organ.clone(),
        due: by,
        rule: due.rule.clone(),
        law: due.law.clone(),
    };
    due.organs.iter().map(limit).collect()
}
