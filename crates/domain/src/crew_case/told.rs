//! What an entry of a crew case tells.

use super::{CrewCase, Entry, Record};
use crate::{matter::Organ, notice::Told};

impl CrewCase {
    /// What an entry tells; nothing for some.
    pub fn told(&self, record: &Record) -> Option<Told> {
        let none = Told::default;
        let deciding = || self.organs().into_iter().map(str::to_owned).collect::<Vec<Organ>>();
        let concerned = || deciding().into_iter().chain(self.informed.iter().cloned()).collect::<Vec<Organ>>();
        Some(match &record.entry {
            Entry::Filed { .. } => Told { event: "crew_case.filed", units: concerned(), until: self.due(), ..none() },
            Entry::Reopened => Told { event: "crew_case.reopened", units: deciding(), until: self.due(), ..none() },
            Entry::Asked { organ, .. } => Told { event: "crew_case.asked", who: organ.clone(), ..none() },
            Entry::Answered { .. } => {
                let asked = self.questions.last().map(|question| question.organ.clone());
                Told { event: "crew_case.answered", units: asked.into_iter().collect(), ..none() }
            }
            Entry::Ruled { granted: false, organ, .. } => {
                Told { event: "crew_case.refused", who: organ.clone(), ..none() }
            }
            Entry::Result { granted } => Told {
                event: "crew_case.result",
                word: if *granted { "granted" } else { "refused" }.to_owned(),
                units: concerned(),
                ..none()
            },
            Entry::Ended { how, .. } => {
                Told { event: "crew_case.ended", word: how.clone(), units: concerned(), ..none() }
            }
            Entry::Passed(breach) => Told {
                event: "crew_case.breach",
                who: breach.organ.clone(),
                units: vec![breach.organ.clone()],
                until: Some(breach.due),
                ..none()
            },
            Entry::Assessed { .. } | Entry::Added { .. } | Entry::Removed { .. } | Entry::Ruled { .. } => return None,
        })
    }
}
