//! The questions that an application put to the tables of the profile, as far as its fold tells.

use super::Application;
use crate::{Instant, Value, matter::Asked, measure::TABLE_PREFIX, profile::Profile};

impl Application {
    /// What was asked of the tables: who is eligible, on the day of the event, and the limits of organ and firm.
    pub fn asked(&self, profile: &Profile) -> Vec<Asked> {
        let eligible = Asked {
            table: format!("{TABLE_PREFIX}{}", self.measure),
            about: String::new(),
            at: Instant::start_of(self.on, &profile.zone).unwrap_or(self.opened_at),
            inputs: Value::Map(self.facts.clone()),
        };
        let clock = |name: &str, at: Instant| {
            Asked::by("application-clocks", at, &[("measure", &self.measure), ("clock", name)])
        };
        let mut asked = vec![eligible];
        if !self.without_claim {
            asked.push(clock("decision", self.opened_at));
        }
        asked.extend(self.limit.iter().filter(|limit| limit.name != "decision").map(|of| clock(&of.name, of.due)));
        asked
    }
}
