//! What is due for this call, from whom and by when: the decision table `formalities-due`, over the call's facts.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use super::{Context, Phase, Requirement, ShipCall};
use crate::{
    Instant, Value,
    formality::Formality,
    profile::{Berth, Hit, Profile},
};

/// What the table is asked of a call. The agent ticks nothing: the facts of the call and the table decide.
#[derive(PartialEq)]
pub struct Question {
    facts: Value,
    starts: [Option<Instant>; START_EVENTS.len()],
}

/// What is due, as the table answers.
pub fn assess(question: &Question, context: &Context<'_>) -> Vec<Requirement> {
    let mut due: Vec<Requirement> = Vec::new();
    for hit in context.profile.hits("formalities-due", context.now, &question.facts) {
        let (Some(formality), Some(phase)) =
            (Formality::from_code(hit.text("formality")), Phase::from_code(hit.text("phase")))
        else {
            continue;
        };
        // The first row that hits for a formality says by when; later rows may only add organs.
        match due.iter_mut().find(|requirement| requirement.formality == formality) {
            Some(requirement) => {
                let more = hit.texts("organs");
                requirement
                    .organs
                    .extend(more.into_iter().filter(|organ| !requirement.organs.contains(organ)).collect::<Vec<_>>());
            }
            None => due.push(requirement(question, context, formality, phase, &hit)),
        }
    }
    due
}

fn requirement(
    question: &Question,
    context: &Context<'_>,
    formality: Formality,
    phase: Phase,
    hit: &Hit<'_>,
) -> Requirement {
    let event = START_EVENTS.iter().position(|event| *event == hit.text("due_event"));
    let start = event.and_then(|event| question.starts[event]);
    let reckoned = |offset: &str| context.profile.reckon(start?, hit.text(offset), hit.text("calendar"));
    Requirement {
        formality,
        phase,
        organs: hit.texts("organs"),
        due: reckoned("due_offset"),
        opens: reckoned("opens_offset"),
        basis: context.profile.basis(hit.row()).unwrap_or_else(|| Arc::new(hit.basis())),
    }
}

/// The events from which the table reckons.
const START_EVENTS: [&str; 6] = ["eta", "ata", "etd", "atd", "left_last_port", "opened"];

impl Question {
    /// What the table would be asked of a call at an instant.
    pub fn of(call: &ShipCall, profile: &Profile, now: Instant) -> Question {
        Question {
            facts: Value::Map(facts(call, profile, now)),
            starts: START_EVENTS.map(|event| start_event(call, event)),
        }
    }
}

/// The instant of a start event, as best known now.
fn start_event(call: &ShipCall, event: &str) -> Option<Instant> {
    match event {
        "eta" => call.expected("arrival"),
        "ata" => call.actual("arrival"),
        "etd" => call.expected("departure"),
        "atd" => call.actual("departure"),
        "left_last_port" => call.expected("left_last_port"),
        "opened" => Some(call.opened_at),
        _ => None,
    }
}

/// The inputs of the tables: what was filed, and what follows from the ship, the berth and the times.
pub fn facts(call: &ShipCall, profile: &Profile, now: Instant) -> BTreeMap<String, Value> {
    let mut facts = call.facts.clone();
    facts.insert("kind".to_owned(), call.kind.as_str().into());
    facts.insert("ship_type".to_owned(), call.ship.ship_type.as_str().into());
    facts.insert("flag".to_owned(), call.ship.flag.as_str().into());
    facts.insert("gross_tonnage".to_owned(), call.ship.gross_tonnage.into());
    for port in ["last_port", "next_port"] {
        let country = facts.get(port).and_then(Value::text).and_then(|code| code.get(..2)).map(str::to_owned);
        if let Some(country) = country {
            facts.insert(format!("{port}_country"), country.into());
        }
    }
    let domestic = facts.get("last_port_country").and_then(Value::text) == call.port.get(..2);
    facts.insert("domestic_leg".to_owned(), domestic.into());
    if let (Some(arrival), Some(departure)) = (call.expected("arrival"), call.expected("departure")) {
        facts.insert("stay_hours".to_owned(), ((departure.0 - arrival.0) / crate::instant::HOUR).into());
    }
    if let (Some(left), Some(arrival)) = (call.expected("left_last_port"), call.expected("arrival")) {
        facts.insert("voyage_hours".to_owned(), ((arrival.0 - left.0) / crate::instant::HOUR).into());
    }
    if let Some(open) = berth_open(call, profile, now) {
        facts.insert("berth_open".to_owned(), open.into());
    }
    if let Some(comes_in_distress) = call.comes_in_distress() {
        facts.insert("distress".to_owned(), comes_in_distress.into());
    }
    facts.insert("shuttle_permit_valid".to_owned(), shuttle_permit_valid(call, now).into());
    if let Some(valid) = sanitation_valid(call, profile, now) {
        facts.insert("sanitation_certificate_valid".to_owned(), valid.into());
    }
    facts
}

/// A shuttle permit counts for the call when it holds now, or from her coming arrival on, and has not ended by then.
fn shuttle_permit_valid(call: &ShipCall, now: Instant) -> bool {
    let coming = call.expected("arrival").filter(|_| call.actual("arrival").is_none());
    let entry = coming.map_or(now, |arrival| arrival.max(now));
    call.shuttle_term().is_some_and(|(from, until)| from <= entry && entry < until)
}

/// Whether the sanitary certificate still holds when she arrives: by its own expiry, and not older than the row
/// `sanitary_certificate` of the limits allows; none while neither date is known.
fn sanitation_valid(call: &ShipCall, profile: &Profile, now: Instant) -> Option<bool> {
    let arrival = call.expected("arrival").unwrap_or(now);
    let day = |fact: &str| call.facts.get(fact).and_then(Value::text).and_then(|day| day.parse::<Date>().ok());
    let unexpired = day("sanitation_expiry").map(|expiry| arrival.date(&profile.zone) <= expiry);
    let young = day("sanitation_issued_on").and_then(|issued| {
        let row = profile.hit("decision-limits", now, &Value::from([("decision", "sanitary_certificate".into())]))?;
        let issued = Instant::start_of(issued, &profile.zone)?;
        let ends = profile.reckon(issued, row.text("length"), row.text("calendar"))?;
        Some(arrival.date(&profile.zone) <= ends.date(&profile.zone))
    });
    match (unexpired, young) {
        (None, None) => None,
        (unexpired, young) => Some(unexpired.unwrap_or(true) && young.unwrap_or(true)),
    }
}

/// Whether the berth planned, or else the one asked for, is open to foreign ships; none while no berth of the port is
/// named. It is the berth asked for that makes a permission due, before any plan can be made.
fn berth_open(call: &ShipCall, profile: &Profile, now: Instant) -> Option<bool> {
    if let Some(plan) = call.berths.last() {
        return Some(profile.berth(&plan.berth).is_some_and(|berth| is_open(berth, plan.from, profile)));
    }
    let asked = call.facts.get("berth").and_then(Value::text)?;
    profile.berth(asked).map(|berth| is_open(berth, call.expected("arrival").unwrap_or(now), profile))
}

/// True when a berth is open to foreign ships on the day of an instant (Maritime Traffic Safety Law 2021, art. 46).
pub fn is_open(berth: &Berth, at: Instant, profile: &Profile) -> bool {
    berth.open_to_foreign.is_some_and(|since| since <= at.date(&profile.zone))
}
