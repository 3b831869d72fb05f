//! Numbers for people: year, port, a letter for what it is and a serial number, `2026-DAL-P000012`. They are unique in a port
//! whatever they number, so no two kinds have the same letter.

use crate::{Error, Office};

/// What has numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbered {
    /// A ship's call.
    Call,
    /// A problem.
    Problem,
    /// A joint meeting on problems.
    Meeting,
    /// An application under a measure.
    Application,
    /// Permits of persons.
    PersonPermit,
    /// A flight.
    Flight,
    /// A crew case.
    CrewCase,
    /// A declaration of goods.
    Declaration,
    /// A manifest; its consignments count on from its number.
    Manifest,
}

impl Numbered {
    /// The series in the store, and the letter; ships' calls have none.
    fn series(self) -> (&'static str, &'static str) {
        match self {
            Numbered::Call => ("call", ""),
            Numbered::Problem => ("problem", "P"),
            Numbered::Meeting => ("meeting", "J"),
            Numbered::Application => ("application", "M"),
            Numbered::PersonPermit => ("person-permit", "B"),
            Numbered::Flight => ("flight", "F"),
            Numbered::CrewCase => ("crew-case", "S"),
            Numbered::Declaration => ("declaration", "D"),
            Numbered::Manifest => ("manifest", "C"),
        }
    }
}

impl Office {
    /// The next number of a kind in the year that the port's clocks show.
    pub(crate) async fn next_number(&self, of: Numbered) -> Result<String, Error> {
        let (series, letter) = of.series();
        let year = self.now().date(&self.profile.zone).year();
        let serial = self.store.number(&format!("{series}-{year}")).await?;
        Ok(format!("{year}-{}-{letter}{serial:06}", self.profile.port.letters))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Numbered::*;

    #[test]
    fn no_two_kinds_have_the_same_letter() {
        let all = [Call, Problem, Meeting, Application, PersonPermit, Flight, CrewCase, Declaration, Manifest];
        let letters: BTreeSet<_> = all.iter().map(|of| of.series().1).collect();
        let series: BTreeSet<_> = all.iter().map(|of| of.series().0).collect();
        assert_eq!((letters.len(), series.len()), (all.len(), all.len()));
    }
}
