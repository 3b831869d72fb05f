//! What entries of permits of persons, crew cases and flights tell, and to whom: their firm, and the units that are parties.

use domain::{
    crew_case::CrewCase,
    flight::Flight,
    matter::Record,
    notice::{Recipients, Told, recipients},
    person_permit::PersonPermit,
    ship_call::Party,
};
use store::{EntryRow, Reach, clocks::DueClock};
use uuid::Uuid;

use super::{Piece, Telling};
use crate::{
    Error,
    kept::{Kept, record},
};

/// A matter of which is told: its number, and the firms whose it is.
pub(super) struct Of {
    pub matter: Uuid,
    pub number: String,
    pub firms: Vec<String>,
}

impl Telling<'_> {
    pub(super) async fn crew_case(&mut self, matter: Uuid, case: &CrewCase, rows: &[EntryRow]) -> Result<(), Error> {
        self.entries::<CrewCase>(&of_case(matter, case), rows, &|record| case.told(record)).await
    }

    pub(super) async fn person_permit(
        &mut self,
        matter: Uuid,
        permit: &PersonPermit,
        rows: &[EntryRow],
    ) -> Result<(), Error> {
        self.entries::<PersonPermit>(&of_permit(matter, permit), rows, &|record| permit.told(record)).await
    }

    pub(super) async fn flight(&mut self, matter: Uuid, flight: &Flight, rows: &[EntryRow]) -> Result<(), Error> {
        self.entries::<Flight>(&of_flight(matter, flight), rows, &|record| flight.told(record)).await
    }

    /// A limit of one of these that came near: whose it is, is told. False for a clock of another kind.
    pub(super) async fn persons_near(&mut self, clock: &DueClock, told: &Told, source: &str) -> Result<bool, Error> {
        let (office, reach) = (self.office, Reach::System("notices"));
        let whose = |event: &'static str, holder: &str| {
            let (who, units) = (holder.to_owned(), vec![holder.to_owned()]);
            Told { event, who, units, ..told.clone() }
        };
        let (of, told) = match clock.step.as_str() {
            CrewCase::KIND => {
                let case = office.read::<CrewCase>(reach, clock.matter).await?;
                let part = case.undecided().find(|part| part.code == clock.clock);
                let told = part.map(|part| whose("crew_case.near", &part.organ));
                (of_case(clock.matter, &case), told)
            }
            PersonPermit::KIND => {
                let permit = office.read::<PersonPermit>(reach, clock.matter).await?;
                let limit = permit.limit.as_ref().filter(|limit| limit.name == clock.clock);
                let told = limit.map(|limit| whose("person_permit.near", &limit.holder));
                (of_permit(clock.matter, &permit), told)
            }
            Flight::KIND => {
                let flight = office.read::<Flight>(reach, clock.matter).await?;
                let limit = flight.limits.iter().find(|limit| limit.name == clock.clock);
                let told = limit.map(|limit| Told { event: "flight.near", ..limit.told() });
                (of_flight(clock.matter, &flight), told)
            }
            _ => return Ok(false),
        };
        if let Some(told) = told {
            self.told_of(&of, &told, (source.to_owned(), "")).await?;
        }
        Ok(true)
    }

    async fn entries<M: Kept>(
        &mut self,
        of: &Of,
        rows: &[EntryRow],
        told: &(dyn Fn(&Record<M::Entry>) -> Option<Told> + Sync),
    ) -> Result<(), Error> {
        for row in rows {
            let record = record::<M>(row)?;
            let Some(told) = told(&record) else { continue };
            self.told_of(of, &told, (format!("{}/{}", of.matter, row.seq), &record.person)).await?;
        }
        Ok(())
    }

    pub(super) async fn told_of(&mut self, of: &Of, told: &Told, (source, by): (String, &str)) -> Result<(), Error> {
        let found = recipients(&self.office.profile, told.event, &told.word, self.office.now());
        let Some(Recipients { to, group }) = found else { return Ok(()) };
        let (matter, number) = (of.matter, of.number.as_str());
        let piece = Piece { told, group: &group, class: "", matter, number, source, by };
        // A limit that came near is told to whose it is alone.
        let firms = !told.event.ends_with(".near") || told.who == FIRM;
        for word in &to {
            match word.as_str() {
                FIRM if firms => {
                    for firm in &of.firms {
                        self.people(&Party::Firm(firm.clone()), &piece, &|_| true).await?;
                        self.systems(&format!("firm:{firm}"), &piece).await?;
                    }
                }
                "unit" => {
                    for unit in told.units.iter().filter(|unit| *unit != FIRM) {
                        self.deciding(unit, &piece).await?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// How rows and limits name the firm whose matter it is.
const FIRM: &str = "firm";

fn of_case(matter: Uuid, case: &CrewCase) -> Of {
    Of { matter, number: case.told.number.clone(), firms: vec![case.told.firm.clone()] }
}

fn of_permit(matter: Uuid, permit: &PersonPermit) -> Of {
    let mut firms = vec![permit.firm.clone()];
    firms.extend(permit.agent.iter().filter(|agent| **agent != permit.firm).cloned());
    Of { matter, number: permit.number.clone(), firms }
}

fn of_flight(matter: Uuid, flight: &Flight) -> Of {
    Of { matter, number: flight.number.clone(), firms: vec![flight.told.firm.clone()] }
}
