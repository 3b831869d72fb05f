//! Who else is planned for a berth: two ships at one berth at one time are planned knowingly, or not at all.

use domain::{
    Fault, Instant, Severity, Text,
    ship_call::{Act, ShipCall},
};
use store::Filter;
use uuid::Uuid;

use crate::{Actor, Error, Office, kept::Kept, ship_calls::under_way};

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
        let at_berth = Filter { states: under_way(), place: Some(berth.to_owned()), ..Filter::default() };
        let lines = reach.list(ShipCall::KIND, &at_berth, None, OF_A_BERTH).await?;
        let others: Vec<Uuid> = lines.into_iter().map(|line| line.id).filter(|id| *id != apart_from).collect();
        let mut beside = Vec::new();
        for stored in reach.matters(&others).await? {
            let call = self.unfold::<ShipCall>(stored).await?;
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
        if unknown.is_empty() { Ok(()) } else { Err(Error::Refused(self.taken(berth, &unknown))) }
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
