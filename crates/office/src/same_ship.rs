//! One ship, several open calls: whoever opens a second one is warned, everybody who sees one of them is told of the other,
//! and leave to enter is given to one alone while their times overlap.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text,
    ship_call::{Act, Party, SameShip, ShipCall, Status, require_only_entry},
};
use store::{Event, Reach, Stored};
use uuid::Uuid;

use crate::{Actor, Error, NewCall, Office, kept::Kept, ship_calls::under_way};

/// Another open call of a ship, as a reader may know of it: a firm is told that it stands, and whose it is only where it is
/// the firm's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCall {
    /// Its number.
    pub number: Option<String>,
    /// The firm that answers for it.
    pub agent: Option<String>,
    /// From when she is expected there, where the reader may know it.
    pub from: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
    /// True when she is let in by it.
    pub let_in: bool,
}

impl Office {
    /// Open calls of these ships, by IMO number. For decisions and for telling that they stand; what of it a reader is
    /// shown is [`OtherCall`].
    pub(crate) async fn calls_of_ships(&self, imos: &[String]) -> Result<BTreeMap<String, Vec<SameShip>>, Error> {
        let reach = self.store.reach(Reach::System("one ship, several calls"));
        let mut calls: BTreeMap<String, Vec<SameShip>> = BTreeMap::new();
        for line in reach.about(ShipCall::KIND, imos, &under_way()).await? {
            let imo = line.row.subject_key.clone();
            calls.entry(imo).or_default().extend(same_ship(line));
        }
        calls.values_mut().for_each(|of| of.sort_by(|one, other| one.number.cmp(&other.number)));
        Ok(calls)
    }

    /// The other open calls of the ships of these calls at overlapping times, by the call's number; none where she has no
    /// other.
    ///
    /// # Errors
    /// The store's own.
    pub async fn other_calls<'a>(
        &self,
        actor: &Actor,
        calls: impl Iterator<Item = &'a ShipCall>,
    ) -> Result<BTreeMap<String, Vec<OtherCall>>, Error> {
        let calls: Vec<&ShipCall> = calls.filter(|call| !call.status().is_over()).collect();
        let imos: BTreeSet<String> = calls.iter().map(|call| call.ship.imo.clone()).collect();
        let of_ships = self.calls_of_ships(&imos.into_iter().collect::<Vec<_>>()).await?;
        let told = calls.into_iter().filter_map(|call| {
            let others = of_ships.get(&call.ship.imo)?.iter().filter(|other| call.overlaps(other));
            let others: Vec<OtherCall> = others.map(|other| known_to(actor, other)).collect();
            (!others.is_empty()).then(|| (call.number.clone(), others))
        });
        Ok(told.collect())
    }

    /// Those of these calls whose ships have another open call at overlapping times.
    ///
    /// # Errors
    /// The store's own.
    pub async fn called_twice(&self, calls: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
        let reach = self.store.reach(Reach::System("one ship, several calls"));
        Ok(reach.overlapping(ShipCall::KIND, calls, &under_way()).await?)
    }

    /// Open calls of the ship of a new call at overlapping times.
    pub(crate) async fn beside_new(&self, new: &NewCall) -> Result<Vec<SameShip>, Error> {
        let mut of_ship = self.calls_of_ships(std::slice::from_ref(&new.imo)).await?;
        let mut calls = of_ship.remove(&new.imo).unwrap_or_default();
        calls.retain(|call| call.overlaps(new.eta, new.etd));
        Ok(calls)
    }

    /// News of a new call for who looks at the ship's other ones.
    pub(crate) async fn told_of_another(&self, imo: &str, beside: &[SameShip]) -> Result<Vec<Event>, Error> {
        if beside.is_empty() {
            return Ok(Vec::new());
        }
        let reach = self.store.reach(Reach::System("one ship, several calls"));
        let lines = reach.about(ShipCall::KIND, &[imo.to_owned()], &under_way()).await?;
        let told = lines.into_iter().filter(|line| beside.iter().any(|of| of.number == line.row.number));
        let news = told.map(|line| Event {
            kind: "ship.called_again".to_owned(),
            matter: line.id,
            data: format!(
                r#"{{"number":"{}","state":"{}","holder":"{}","version":{}}}"#,
                line.row.number, line.row.state, line.row.holder, line.version
            ),
        });
        Ok(news.collect())
    }

    /// The warning to whoever opens a call of a ship that has one already. Nobody who is in distress is kept waiting by it.
    pub(crate) async fn called_already(
        &self,
        actor: &Actor,
        new: &NewCall,
        apart_from: Option<&str>,
    ) -> Result<Option<Fault>, Error> {
        let mut beside = self.beside_new(new).await?;
        beside.retain(|call| Some(call.number.as_str()) != apart_from);
        if beside.is_empty() || new.kind == "distress" {
            return Ok(None);
        }
        let own: Vec<&str> = beside.iter().filter(|of| of.agent == actor.unit()).map(|of| of.number.as_str()).collect();
        let (zh, en) = match own.as_slice() {
            [] => ("另一代理企业".to_owned(), "another agent".to_owned()),
            own => (format!("本企业（{}）", own.join("、")), format!("your own firm ({})", own.join(", "))),
        };
        Ok(Some(Fault::new(
            Severity::Warning,
            "PQ-CALL-036",
            "/imo",
            Text::new(
                format!("该船在重叠时段已有未结航次：{zh}。"),
                format!("This ship has an open call at overlapping times already, of {en}."),
            ),
            Text::new(
                "如系更正、代理变更或往返航次，请先核实：更正可直接修改原航次，变更代理由原代理移交。确需另建的可以继续；进港只批准其中一个，双方和海事均会看到。",
                "Correct a call instead of opening a second one, and let the former agent hand hers over. Go on if it is another trip: both agents and maritime safety are told, and leave to enter is given to one of them.",
            ),
        )))
    }

    /// Refuses a decision that would let a ship in by two calls at a time.
    pub(crate) async fn require_only_entry(&self, call: &ShipCall, act: &Act) -> Result<(), Error> {
        let mut of_ship = self.calls_of_ships(std::slice::from_ref(&call.ship.imo)).await?;
        let others = of_ship.remove(&call.ship.imo).unwrap_or_default();
        require_only_entry(call, act, &others).map_err(|refusal| Error::Refused(refusal.fault(&self.profile)))
    }
}

fn same_ship(line: Stored) -> Option<SameShip> {
    Some(SameShip {
        number: line.row.number,
        agent: line.row.firm,
        status: Status::from_code(&line.row.state)?,
        from: line.row.starts_at.map(Instant),
        until: line.row.ends_at.map(Instant),
    })
}

fn known_to(actor: &Actor, other: &SameShip) -> OtherCall {
    let known = match &actor.party {
        Party::Firm(firm) => *firm == other.agent,
        Party::Organ(_) | Party::Clock => true,
    };
    OtherCall {
        number: known.then(|| other.number.clone()),
        agent: known.then(|| other.agent.clone()),
        from: other.from.filter(|_| known),
        until: other.until.filter(|_| known),
        let_in: known && other.is_let_in(),
    }
}
