//! For how long a flight needs its stand, and which flights are in each other's way there: the table `flight-stands`.

use super::Flight;
use crate::{Instant, Value, profile::Profile};

impl Flight {
    /// From when until when it needs the stand that it has; none without a stand, and where nobody knows when it flies.
    pub fn stand_use(&self, profile: &Profile) -> Option<(Instant, Instant)> {
        self.stand()?;
        let direction = self.told.direction;
        let at = self.expected(direction.event())?;
        let service = self.told.service.as_str();
        let inputs = Value::from([("direction", direction.code().into()), ("service", service.into())]);
        let hit = profile.hit("flight-stands", at, &inputs)?;
        let reckon = |length: &str| profile.reckon(at, length, hit.text("calendar"));
        Some((reckon(hit.text("before"))?, reckon(hit.text("after"))?))
    }

    /// True when both need one stand at the same time; an aircraft that comes and leaves again from it is in nobody's way.
    pub fn is_in_the_way_of(&self, other: &Flight, profile: &Profile) -> bool {
        let aircraft = &self.told.registration;
        let same = !aircraft.is_empty() && *aircraft == other.told.registration;
        let turns = same && self.told.direction != other.told.direction;
        if self.stand() != other.stand() || turns {
            return false;
        }
        match (self.stand_use(profile), other.stand_use(profile)) {
            (Some((from, until)), Some((other_from, other_until))) => from < other_until && other_from < until,
            _ => false,
        }
    }
}
