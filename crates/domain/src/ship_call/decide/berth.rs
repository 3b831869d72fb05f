//! Whether a berth takes the ship: as it is planned, and as it is asked for.

use rust_decimal::Decimal;

use super::Draft;
use crate::{
    Instant, Value,
    formality::Formality,
    ship_call::{Refusal, ShipCall, StepState, assess::is_open},
};

/// A berth that takes the ship: long and deep enough, for what she works, and open to foreign ships, or else named by a
/// permission for these times. Gives the law of that permission, where it is needed.
pub(super) fn require_fit(
    draft: &Draft<'_>,
    berth: &str,
    (from, until): (Instant, Instant),
) -> Result<Option<String>, Refusal> {
    let (call, profile) = (&draft.call, draft.context.profile);
    let record = profile.berth(berth).ok_or(Refusal::BerthPlan)?;
    if until <= from {
        return Err(Refusal::BerthPlan);
    }
    if call.ship.length > record.length {
        return Err(Refusal::BerthTooShort { berth: berth.to_owned(), metres: record.length });
    }
    let draught = call.facts.get("draught").and_then(Value::number);
    if record.depth > 0 && draught.is_some_and(|metres| metres * Decimal::TEN > Decimal::from(record.depth)) {
        return Err(Refusal::BerthTooShallow { berth: berth.to_owned(), decimetres: record.depth });
    }
    let kind = profile.hit("call-kinds", call.opened_at, &Value::from([("kind", call.kind.as_str().into())]));
    let handles = [&call.ship.ship_type, &call.kind].into_iter().any(|word| record.handles.contains(word));
    if kind.is_some_and(|row| row.is_true("works_cargo")) && !call.ship.ship_type.is_empty() && !handles {
        return Err(Refusal::BerthOtherCargo { berth: berth.to_owned(), ship_type: call.ship.ship_type.clone() });
    }
    let foreign = call.ship.flag != call.port.get(..2).unwrap_or("");
    if !foreign || is_open(record, from, profile) {
        return Ok(None);
    }
    let permission = call
        .requirement(Formality::OpenWatersPermit)
        .filter(|permit| call.step_state(permit) == StepState::Met)
        .filter(|_| is_permitted(call, berth, from, until))
        .map(|permit| permit.basis.law.clone());
    permission.map(Some).ok_or_else(|| Refusal::BerthClosed(berth.to_owned()))
}

/// The request of a berth is granted for a berth that could be planned as it is asked for. One that names no berth leaves
/// the choice to the planner.
pub(super) fn require_fit_as_asked(draft: &Draft<'_>) -> Result<(), Refusal> {
    let asked = draft.call.filings.get(&Formality::BerthPlan).map(|filing| &filing.facts);
    let said = |fact: &str| asked.and_then(|facts| facts.get(fact)).and_then(Value::text);
    let Some(berth) = said("berth").filter(|berth| !berth.is_empty()) else { return Ok(()) };
    let at = |fact: &str, event: &str| said(fact).and_then(Instant::parse).or(draft.call.expected(event));
    let from = at("berth_from", "arrival").unwrap_or(draft.context.now);
    let until = at("berth_until", "departure").filter(|until| from < *until).unwrap_or(from.plus_hours(1));
    require_fit(draft, berth, (from, until)).map(drop)
}

/// What was granted is what the standing application asks for: one berth, from when until when.
fn is_permitted(call: &ShipCall, berth: &str, from: Instant, until: Instant) -> bool {
    let Some(filing) = call.filings.get(&Formality::OpenWatersPermit) else { return false };
    let said = |fact: &str| filing.facts.get(fact).and_then(Value::text);
    let at = |fact: &str| said(fact).and_then(Instant::parse);
    // Applications of the first release named the berth by the call's own fact.
    let named = said("closed_waters_berth").or_else(|| said("berth")) == Some(berth);
    named
        && at("closed_waters_from").is_some_and(|opens| opens <= from)
        && at("closed_waters_until").is_some_and(|closes| until <= closes)
}
