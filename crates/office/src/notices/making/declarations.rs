//! What an entry of a declaration tells: to the systems of who declared, each notice; to their people, what wants them; to the
//! yard, where goods are looked at, and to customs, who is there.

use std::collections::BTreeSet;

use domain::{
    declaration::Declaration,
    notice::{Recipients, Told, recipients},
    ship_call::Party,
};
use store::{EntryRow, Reach, clocks::DueClock};
use uuid::Uuid;

use super::{Piece, Telling};
use crate::{
    Error,
    declarations::{CUSTOMS, TERMINAL},
    kept::record,
};

impl Telling<'_> {
    pub(super) async fn declaration(
        &mut self,
        matter: Uuid,
        declaration: &Declaration,
        rows: &[EntryRow],
    ) -> Result<(), Error> {
        let firms: BTreeSet<&String> = declaration.agent.iter().chain([&declaration.firm]).collect();
        for row in rows {
            let record = record::<Declaration>(row)?;
            let Some(mut told) = declaration.told(&record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            // By its place in the journal the notice itself is found again.
            told.id = u32::try_from(row.seq).ok();
            let source = format!("{matter}/{}", row.seq);
            let (number, by) = (declaration.number.as_str(), record.person.as_str());
            let piece = Piece { told: &told, group: &group, class: "", matter, number, source, by };
            if to.iter().any(|word| word == "unit") {
                let unit = if told.word == "attended" { CUSTOMS } else { TERMINAL };
                self.deciding(unit, &piece).await?;
            }
            for firm in &firms {
                if to.iter().any(|word| word == "firm") {
                    self.people(&Party::Firm((*firm).clone()), &piece, &|_| true).await?;
                }
                self.systems(&format!("firm:{firm}"), &piece).await?;
            }
        }
        Ok(())
    }

    /// A limit that came near: those whom the table names are told, as long as it runs.
    pub(super) async fn declaration_near(
        &mut self,
        clock: &DueClock,
        told: &Told,
        source: String,
    ) -> Result<(), Error> {
        let declaration = self.office.read::<Declaration>(Reach::System("notices"), clock.matter).await?;
        let told = Told { event: "declaration.near", ..told.clone() };
        let found = recipients(&self.office.profile, told.event, &told.word, self.office.now());
        let runs = declaration.clocks().iter().any(|(name, due)| *name == clock.clock && due.0 == clock.due_at);
        let Some(Recipients { to, group }) = found.filter(|_| runs) else { return Ok(()) };
        let (matter, number) = (clock.matter, declaration.number.as_str());
        let piece = Piece { told: &told, group: &group, class: "", matter, number, source, by: "" };
        if to.iter().any(|word| word == "firm") {
            let firms: BTreeSet<&String> = declaration.agent.iter().chain([&declaration.firm]).collect();
            for firm in firms {
                self.people(&Party::Firm(firm.clone()), &piece, &|_| true).await?;
                self.systems(&format!("firm:{firm}"), &piece).await?;
            }
        }
        if to.iter().any(|word| word == "unit") {
            self.deciding(CUSTOMS, &piece).await?;
        }
        Ok(())
    }
}
