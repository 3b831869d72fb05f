//! A measure that starts, ends or changes tells the firms whom it fits by their records, also those that have not applied. Who
//! has applied is told in the application's own journal.

use domain::{
    measure::{Measure, Standing},
    notice::{Recipients, Told, recipients},
    ship_call::Party,
};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Piece, Telling};
use crate::{Error, Office};

/// Before a measure's code, the reader that knows how it last stood.
const READER: &str = "measure:";
/// The reader that says that the measures were looked at once: those that were there then are no news.
const BASE: &str = "measures";

/// How a measure stands, as a number: the last two bits are its standing on the day, the others what it says.
fn position(office: &Office, measure: &Measure, on: Date) -> i64 {
    let table = office.profile.eligibility(&measure.code).map_or("", |table| table.hash.as_str());
    let until = measure.until.map(|until| until.to_string()).unwrap_or_default();
    let hash = Sha256::digest(format!("{table}/{}/{until}", measure.from));
    let said = hash.iter().take(7).fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
    said << 2 | standing(measure.standing(on))
}

fn standing(of: Standing) -> i64 {
    match of {
        Standing::Coming => 0,
        Standing::InForce => 1,
        Standing::Ended => 2,
    }
}

/// What became of a measure, from how it stood to how it stands.
fn event(before: i64, now: i64) -> Option<&'static str> {
    let (was, is) = (if before < 0 { 0 } else { before & 3 }, now & 3);
    match (was, is) {
        (1, 2) => Some("measure.ended"),
        (1, 1) if before != now => Some("measure.changed"),
        (0 | 2, 1) => Some("measure.started"),
        _ => None,
    }
}

impl Office {
    /// Tells the firms whom a measure fits that it started, ended or changed since this was done last; gives how many firms
    /// were told. What is there when the port is looked at first is no news.
    ///
    /// # Errors
    /// The store's own.
    pub async fn tell_measures(&self) -> Result<usize, Error> {
        let (today, mut told) = (self.today(), 0);
        let first = self.store.reader_position(BASE).await? < 0;
        for measure in &self.profile.register.measures {
            let reader = format!("{READER}{}", measure.code);
            let (before, now) = (self.store.reader_position(&reader).await?, position(self, measure, today));
            if before == now {
                continue;
            }
            let mut telling = Telling::new(self);
            let mut firms = Vec::new();
            if let Some(event) = event(before, now).filter(|_| !first) {
                firms = telling.measure(measure, event, now).await?;
            }
            let event = event(before, now).unwrap_or_default();
            let side = self.store.measure_told_sides(&measure.code, event, now, &firms, self.now().0);
            match self.store.tell_beside(&reader, (before, now), &telling.notices, &telling.deliveries, side).await {
                // Another node has told it.
                Err(store::StoreError::Missed) => {}
                done => {
                    done?;
                    told += firms.len();
                }
            }
        }
        if first {
            match self.store.tell(BASE, (-1, 1), &[], &[]).await {
                Err(store::StoreError::Missed) => {}
                done => done?,
            }
        }
        Ok(told)
    }
}

impl Telling<'_> {
    /// Tells the firms whom a measure fits; those of whose people somebody is told.
    async fn measure(&mut self, measure: &Measure, event: &'static str, mark: i64) -> Result<Vec<String>, Error> {
        let now = self.office.now();
        let Some(Recipients { group, .. }) = recipients(&self.office.profile, event, "", now) else {
            return Ok(Vec::new());
        };
        let (told, mut firms) = (Told { event, ..Told::default() }, Vec::new());
        for firm in self.office.firms_eligible(measure, self.office.today()).await? {
            let source = format!("{READER}{}/{event}/{mark}/{firm}", measure.code);
            let number = measure.code.as_str();
            let piece = Piece { told: &told, group: &group, class: "", matter: Uuid::nil(), number, source, by: "" };
            let before = self.notices.len();
            self.people(&Party::Firm(firm.clone()), &piece, &|_| true).await?;
            if self.notices.len() > before {
                firms.push(firm);
            }
        }
        Ok(firms)
    }
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn a_measure_starts_changes_and_ends() {
        let at = |said: i64, standing: i64| said << 2 | standing;
        assert_eq!(event(-1, at(5, 1)), Some("measure.started"), "a new one");
        assert_eq!(event(-1, at(5, 0)), None, "one that comes later");
        assert_eq!(event(at(5, 0), at(5, 1)), Some("measure.started"));
        assert_eq!(event(at(5, 1), at(6, 1)), Some("measure.changed"));
        assert_eq!(event(at(5, 1), at(5, 2)), Some("measure.ended"));
        assert_eq!(event(at(5, 2), at(6, 1)), Some("measure.started"), "again");
        assert_eq!(event(at(5, 2), at(6, 2)), None);
    }
}
