//! For how long a flight needs its stand, and which flights are in each other's way there: as the airport states it, else as the
//! table `flight-stands` reckons it.

use super::Flight;
use crate::{Instant, Value, profile::Profile};

impl Flight {
    /// From when until when it needs the stand that it has, as the airport stated with it; none where it stated nothing.
    pub fn stand_stated(&self) -> Option<(Instant, Instant)> {
        self.stands.last()?.used
    }

    /// True when it lands or takes off, as far as is known now, outside the time for which the airport stated its stand.
    pub fn misses_its_stand(&self) -> bool {
        let at = self.expected(self.told.direction.event());
        self.stand_stated().zip(at).is_some_and(|((from, until), at)| at < from || until < at)
    }

    /// From when until when it needs the stand that it has; none without a stand, and where nobody knows when it flies.
    pub fn stand_use(&self, profile: &Profile) -> Option<(Instant, Instant)> {
        self.stand()?;
        if let Some(stated) = self.stand_stated() {
            return Some(stated);
        }
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
