//! What an entry of a consignment tells: to the firms that it concerns, and to the units that take part or must act.

use domain::{
    consignment::{Consignment, Entry},
    notice::Told,
};
use store::{EntryRow, Reach, clocks::DueClock};
use uuid::Uuid;

use super::{Telling, persons::Of};
use crate::{Error, kept::record};

impl Telling<'_> {
    pub(super) async fn consignment(&mut self, matter: Uuid, of: &Consignment, rows: &[EntryRow]) -> Result<(), Error> {
        for row in rows {
            let record = record::<Consignment>(row)?;
            let Some(told) = of.told(&record) else { continue };
            let firms = match &record.entry {
                // Who fetches it is told that it may.
                Entry::Ordered { to, .. } => vec![to.clone()],
                _ => concerned(of),
            };
            let of = Of { matter, number: of.number.clone(), firms };
            self.told_of(&of, &told, (format!("{matter}/{}", row.seq), &record.person)).await?;
        }
        Ok(())
    }

    /// A limit that came near, as long as it runs: the firms that it concerns are told.
    pub(super) async fn consignment_near(
        &mut self,
        clock: &DueClock,
        told: &Told,
        source: String,
    ) -> Result<(), Error> {
        let of = self.office.read::<Consignment>(Reach::System("notices"), clock.matter).await?;
        let runs = of.clocks().iter().any(|(name, due)| *name == clock.clock && due.0 == clock.due_at);
        if !runs {
            return Ok(());
        }
        let told = Told { event: "consignment.near", who: "firm".to_owned(), ..told.clone() };
        let of = Of { matter: clock.matter, number: of.number.clone(), firms: concerned(&of) };
        self.told_of(&of, &told, (source, "")).await
    }
}

/// The firms that a consignment concerns, each once.
fn concerned(of: &Consignment) -> Vec<String> {
    let mut firms: Vec<String> = of.firms().chain([of.carrier.as_str()]).map(str::to_owned).collect();
    firms.sort();
    firms.dedup();
    firms
}
