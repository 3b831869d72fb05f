//! Entries of a flight's journal. An entry carries everything that time and tables produced.

use serde::{Deserialize, Serialize};

use super::{Demand, Due, Filed, Limit, NewFlight, Ruled};
use crate::{
    Instant,
    formality::Formality,
    matter::{self, Organ},
};

/// What the tables say of a flight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    /// What is due.
    pub due: Vec<Due>,
    /// Why customs boards first; none where documents suffice.
    pub demanded: Option<Demand>,
}

/// What can stand in the journal of a flight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// It was announced.
    #[serde(rename = "flight.announced")]
    Announced {
        /// What was said.
        new: Box<NewFlight>,
        /// UN/LOCODE of the airport.
        airport: String,
        /// The unit that runs the airport, and the organ that quarantines.
        concerned: Vec<Organ>,
    },
    /// What is due by the tables, and until when.
    #[serde(rename = "flight.assessed")]
    Assessed {
        /// What the tables say.
        assessed: Assessed,
        /// The limits of what is not filed.
        limits: Vec<Limit>,
    },
    /// Something was filed.
    #[serde(rename = "flight.filed")]
    Filed {
        /// What.
        filed: Filed,
        /// The organs that decide, each with its limit.
        limits: Vec<Limit>,
        /// The organs that decide.
        organs: Vec<Organ>,
    },
    /// A time was stated.
    #[serde(rename = "flight.time_stated")]
    TimeStated {
        /// Of which event.
        event: String,
        /// `scheduled`, `estimated` or `actual`.
        kind: String,
        /// The time.
        time: Instant,
    },
    /// It got a stand.
    #[serde(rename = "flight.stand_given")]
    StandGiven {
        /// Which.
        stand: String,
        /// From when until when, where the airport states it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used: Option<(Instant, Instant)>,
    },
    /// An organ decided.
    #[serde(rename = "flight.ruled")]
    Ruled {
        /// On which formality.
        formality: Formality,
        /// The organ.
        organ: Organ,
        /// What.
        ruled: Ruled,
    },
    /// Customs is on board.
    #[serde(rename = "flight.boarded")]
    Boarded {
        /// On which ground.
        ruled: Ruled,
        /// The organ.
        organ: Organ,
    },
    /// The quarantine ended.
    #[serde(rename = "flight.free_pratique")]
    FreePratique {
        /// With which measures.
        ruled: Ruled,
    },
    /// An organ holds it.
    #[serde(rename = "flight.held")]
    Held {
        /// Which.
        organ: Organ,
        /// Why.
        ruled: Ruled,
    },
    /// A hold was lifted.
    #[serde(rename = "flight.lifted")]
    Lifted {
        /// Whose.
        organ: Organ,
    },
    /// Persons or goods move.
    #[serde(rename = "flight.opened")]
    Opened {
        /// `persons` or `goods`.
        what: String,
    },
    /// The crew left the airside.
    #[serde(rename = "flight.left_airside")]
    LeftAirside,
    /// It landed elsewhere.
    #[serde(rename = "flight.diverted")]
    Diverted {
        /// Where, UN/LOCODE.
        to: String,
    },
    /// It came back; what was decided on the persons is open again.
    #[serde(rename = "flight.returned")]
    Returned,
    /// It does not fly.
    #[serde(rename = "flight.cancelled")]
    Cancelled,
    /// It took off without clearance.
    #[serde(rename = "flight.departed_uncleared")]
    DepartedUncleared,
    /// A limit passed unmet.
    #[serde(rename = "flight.limit_passed")]
    Passed(Limit),
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Announced { .. } => "flight.announced",
            Entry::Assessed { .. } => "flight.assessed",
            Entry::Filed { .. } => "flight.filed",
            Entry::TimeStated { .. } => "flight.time_stated",
            Entry::StandGiven { .. } => "flight.stand_given",
            Entry::Ruled { .. } => "flight.ruled",
            Entry::Boarded { .. } => "flight.boarded",
            Entry::FreePratique { .. } => "flight.free_pratique",
            Entry::Held { .. } => "flight.held",
            Entry::Lifted { .. } => "flight.lifted",
            Entry::Opened { .. } => "flight.opened",
            Entry::LeftAirside => "flight.left_airside",
            Entry::Diverted { .. } => "flight.diverted",
            Entry::Returned => "flight.returned",
            Entry::Cancelled => "flight.cancelled",
            Entry::DepartedUncleared => "flight.departed_uncleared",
            Entry::Passed(_) => "flight.limit_passed",
        }
    }

    fn is_by_the_way(&self) -> bool {
        matches!(self, Entry::Passed(_) | Entry::Assessed { .. } | Entry::DepartedUncleared)
    }
}
