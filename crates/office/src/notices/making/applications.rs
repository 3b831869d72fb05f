//! What an entry of an application tells, and to whom.

use std::collections::BTreeSet;

use domain::{
    application::Application,
    notice::{Recipients, Told, recipients},
    ship_call::Party,
};
use store::{EntryRow, Reach, reach::organ_party};
use uuid::Uuid;

use super::{Piece, Telling, is_staff};
use crate::{Error, kept::record};

impl Telling<'_> {
    pub(super) async fn application(
        &mut self,
        matter: Uuid,
        application: &Application,
        rows: &[EntryRow],
    ) -> Result<(), Error> {
        for row in rows {
            let record = record::<Application>(row)?;
            let Some(told) = application.told(&record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            let source = format!("{matter}/{}", row.seq);
            let (number, by) = (application.number.as_str(), record.person.as_str());
            let piece = Piece { told: &told, group: &group, class: "", matter, number, source, by };
            for word in &to {
                match word.as_str() {
                    "firm" => self.applicants(application, &piece).await?,
                    "unit" => {
                        for unit in piece.told.units.iter().filter(|unit| *unit != "firm") {
                            self.deciding(unit, &piece).await?;
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// A limit that came near: whose it is, is told.
    pub(super) async fn application_near(
        &mut self,
        matter: Uuid,
        application: &Application,
        told: Told,
        source: String,
    ) -> Result<(), Error> {
        let holder = application.holder().to_owned();
        let told = Told { event: "application.near", who: holder.clone(), ..told };
        let number = application.number.as_str();
        let piece = Piece { told: &told, group: "limit", class: "", matter, number, source, by: "" };
        match holder.as_str() {
            "" => Ok(()),
            "firm" => self.applicants(application, &piece).await,
            unit => self.deciding(unit, &piece).await,
        }
    }

    /// The firm that has the relief, and the agent who applied for it.
    async fn applicants(&mut self, application: &Application, piece: &Piece<'_>) -> Result<(), Error> {
        let firms: BTreeSet<&String> = application.agent.iter().chain([&application.firm]).collect();
        for firm in firms {
            self.people(&Party::Firm(firm.clone()), piece, &|_| true).await?;
            self.systems(&format!("firm:{firm}"), piece).await?;
        }
        Ok(())
    }

    pub(super) async fn deciding(&mut self, unit: &str, piece: &Piece<'_>) -> Result<(), Error> {
        let office = self.office.profile.organ(unit).is_some_and(|organ| organ.kind == "office");
        let reach = if office { Reach::Port } else { Reach::Firm(organ_party(unit)) };
        if !self.office.store.reach(reach).sees(piece.matter).await? {
            return Ok(());
        }
        self.people(&Party::Organ(unit.to_owned()), piece, &is_staff).await?;
        self.systems(&format!("organ:{unit}"), piece).await
    }
}
