//! What an entry of a consignment tells: to the firms that it concerns, and to the units that take part or must act.

use domain::consignment::{Consignment, Entry};
use store::EntryRow;
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
                _ => {
                    let mut firms: Vec<String> = of.firms().chain([of.carrier.as_str()]).map(str::to_owned).collect();
                    firms.sort();
                    firms.dedup();
                    firms
                }
            };
            let of = Of { matter, number: of.number.clone(), firms };
            self.told_of(&of, &told, (format!("{matter}/{}", row.seq), &record.person)).await?;
        }
        Ok(())
    }
}
