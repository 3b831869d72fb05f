//! What an entry of a ship's call tells, and to whom.

use domain::{
    notice::{Recipients, recipients},
    ship_call::{Party, ShipCall},
};
use store::{EntryRow, Reach};
use uuid::Uuid;

use super::{Piece, Telling, is_staff};
use crate::{Error, kept::record};

impl Telling<'_> {
    pub(super) async fn call(&mut self, matter: Uuid, call: &ShipCall, rows: &[EntryRow]) -> Result<(), Error> {
        for row in rows {
            let record = record::<ShipCall>(row)?;
            let Some(told) = call.told(&record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            let source = format!("{matter}/{}", row.seq);
            let (number, by) = (call.number.as_str(), record.person.as_str());
            let piece = Piece { told: &told, group: &group, class: "", matter, number, source, by };
            let agent = piece.told.units.iter().any(|unit| unit == "agent");
            for word in &to {
                match word.as_str() {
                    // A limit of an organ is no news for the agent, and one of the agent none for an organ.
                    "firm" if piece.told.units.is_empty() || agent || told.event != "call.breach" => {
                        self.call_firm(call, &piece).await?;
                    }
                    "unit" => {
                        for unit in piece.told.units.iter().filter(|unit| *unit != "agent") {
                            self.call_unit(unit, &piece).await?;
                        }
                    }
                    "coordinator" => self.call_coordinator(call, &piece).await?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The person of the port office who looks after the firm that answers for the call, or who stands in for her.
    async fn call_coordinator(&mut self, call: &ShipCall, piece: &Piece<'_>) -> Result<(), Error> {
        let Some(named) = self.office.coordinator_of(&call.agent).await? else { return Ok(()) };
        let unit = self.office.store.user(&named.person).await?.and_then(|user| user.organ);
        let Some(unit) = unit.map(Party::Organ) else { return Ok(()) };
        self.people(&unit, piece, &|user| user.id == named.person).await
    }

    pub(super) async fn call_firm(&mut self, call: &ShipCall, piece: &Piece<'_>) -> Result<(), Error> {
        self.people(&Party::Firm(call.agent.clone()), piece, &|_| true).await?;
        self.systems(&format!("firm:{}", call.agent), piece).await
    }

    pub(super) async fn call_unit(&mut self, unit: &str, piece: &Piece<'_>) -> Result<(), Error> {
        if !self.office.store.reach(Reach::Organ(unit.to_owned())).sees(piece.matter).await? {
            return Ok(());
        }
        self.people(&Party::Organ(unit.to_owned()), piece, &is_staff).await?;
        self.systems(&format!("organ:{unit}"), piece).await
    }
}
