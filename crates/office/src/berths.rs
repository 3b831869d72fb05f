//! Who else is planned for a berth: two ships at one berth at one time are planned knowingly, or not at all.

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::Formality,
    ship_call::{Act, ShipCall},
};
use store::{Filter, Stored};
use uuid::Uuid;

use crate::{Actor, Error, Office, ship_calls::under_way};

/// A call that is planned for the same berth at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The call's number.
    pub number: String,
    /// The ship.
    pub ship: Text,
    /// From when,
    pub from: Instant,
    /// and until when it is planned.
    pub until: Instant,
}

/// The berth that a call asks for, from when until when.
fn asked(call: &ShipCall) -> Option<(&str, Instant, Instant)> {
    let facts = &call.filings.get(&Formality::BerthPlan)?.facts;
    let said = |fact: &str| facts.get(fact).and_then(Value::text);
    let at = |fact: &str, event: &str| said(fact).and_then(Instant::parse).or(call.expected(event));
    let from = at("berth_from", "arrival")?;
    let until = at("berth_until", "departure").filter(|until| from < *until).unwrap_or(from.plus_hours(1));
    Some((said("berth")?, from, until))
}

/// So many calls of a berth are looked through; no berth has as many under way.
const OF_A_BERTH: i64 = 100;

impl Office {
    /// Calls under way that are planned for a berth within these times, apart from the one that is asked about.
    ///
    /// # Errors
    /// The store's own.
    pub async fn beside_at_berth(
        &self,
        actor: &Actor,
        apart_from: Uuid,
        berth: &str,
        (from, until): (Instant, Instant),
    ) -> Result<Vec<Neighbour>, Error> {
        let reach = self.store.reach(actor.reach());
        let lines = reach.calls_at(berth, &under_way(), OF_A_BERTH).await?;
        let others: Vec<Stored> = lines.into_iter().filter(|line| line.id != apart_from).collect();
        let mut beside = Vec::new();
        for call in self.folds_of::<ShipCall>(&reach, &others).await?.into_values() {
            let plan = call.berths.last().filter(|plan| plan.berth == berth && plan.from < until && from < plan.until);
            beside.extend(plan.map(|plan| Neighbour {
                number: call.number.clone(),
                ship: call.ship.name.clone(),
                from: plan.from,
                until: plan.until,
            }));
        }
        beside.sort_by(|one, other| one.number.cmp(&other.number));
        Ok(beside)
    }

    /// Refuses a plan beside a call that the planner does not name.
    pub(crate) async fn require_known_neighbours(&self, actor: &Actor, id: Uuid, act: &Act) -> Result<(), Error> {
        let Act::PlanBerth { berth, from, until, beside } = act else { return Ok(()) };
        let mut unknown = self.beside_at_berth(actor, id, berth, (*from, *until)).await?;
        unknown.retain(|neighbour| !beside.contains(&neighbour.number));
        if !unknown.is_empty() {
            return Err(Error::Refused(self.taken(berth, &unknown)));
        }
        let mut first = self.first_at_berth(actor, id, berth, (*from, *until)).await?;
        first.retain(|waiting| !beside.contains(&waiting.number));
        if first.is_empty() { Ok(()) } else { Err(Error::Refused(self.goes_first(berth, &first))) }
    }

    /// Calls with a better priority than one's own that ask for a berth within these times and have none yet, as their
    /// requests say it: the plan puts them first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn first_at_berth(
        &self,
        actor: &Actor,
        id: Uuid,
        berth: &str,
        (from, until): (Instant, Instant),
    ) -> Result<Vec<Neighbour>, Error> {
        let own = self.load(actor, id).await?;
        let rank = |call: &ShipCall| call.preference().filter(|of| of.priority.berths).map(|of| of.priority.rank);
        let of_request = Filter { step: Some(Formality::BerthPlan.code().to_owned()), ..Filter::default() };
        let reach = self.store.reach(actor.reach());
        let waiting = reach.tasks(actor.unit(), &of_request, None, OF_A_BERTH).await?;
        let others: Vec<Stored> = waiting
            .into_iter()
            .filter(|line| line.matter.id != id && line.task.rank.is_some())
            .map(|line| line.matter)
            .collect();
        let mut first = Vec::new();
        for call in self.folds_of::<ShipCall>(&reach, &others).await?.into_values() {
            let better = rank(&call).is_some_and(|of| rank(&own).is_none_or(|own| of < own));
            let Some((wanted, comes, leaves)) = asked(&call).filter(|_| better && call.berths.is_empty()) else {
                continue;
            };
            if wanted == berth && comes < until && from < leaves {
                let (number, ship) = (call.number.clone(), call.ship.name.clone());
                first.push(Neighbour { number, ship, from: comes, until: leaves });
            }
        }
        Ok(first)
    }

    fn goes_first(&self, berth: &str, first: &[Neighbour]) -> Fault {
        let name = self.profile.berth(berth).map_or_else(|| Text::new(berth, berth), |berth| berth.name.clone());
        let said = |one: fn(&Text) -> &str, mark: &str| {
            let ships = first.iter().map(|of| format!("{} {}", one(&of.ship), of.number));
            ships.collect::<Vec<_>>().join(mark)
        };
        Fault::new(
            Severity::Warning,
            "PQ-BERTH-002",
            "/beside",
            Text::new(
                format!("优先船舶申请该时段靠泊{}，尚未安排：{}。计划未保存。", name.zh, said(|ship| &ship.zh, "、")),
                format!(
                    "Ships that go first ask for {} at that time and have no berth yet: {}. The plan is not saved.",
                    name.en,
                    said(|ship| &ship.en, ", ")
                ),
            ),
            Text::new(
                "请先为其安排泊位，或另选时段、泊位；确需先排本船的，请勾选所列航次后再次提交，将记入日志。",
                "Plan them first, or choose another time or berth; if this ship is meant to come before them, tick the \
                 calls named and send again: the journal will say so.",
            ),
        )
    }

    fn taken(&self, berth: &str, by: &[Neighbour]) -> Fault {
        let name = self.profile.berth(berth).map_or_else(|| Text::new(berth, berth), |berth| berth.name.clone());
        let said = |one: fn(&Text) -> &str, mark: &str| {
            let ships = by.iter().map(|of| format!("{} {}", one(&of.ship), of.number));
            ships.collect::<Vec<_>>().join(mark)
        };
        Fault::new(
            Severity::Warning,
            "PQ-BERTH-001",
            "/beside",
            Text::new(
                format!("该时段{}已排有其他船舶：{}。计划未保存。", name.zh, said(|ship| &ship.zh, "、")),
                format!(
                    "{} is planned for another ship at that time: {}. The plan is not saved.",
                    name.en,
                    said(|ship| &ship.en, ", ")
                ),
            ),
            Text::new(
                "请另选时段或泊位；确需并靠的，请勾选所列航次后再次提交，将记入日志。",
                "Choose another time or berth; if both are meant to lie there, tick the calls named and send again: the \
                 journal will say so.",
            ),
        )
    }
}
