//! The questions that a problem put to the tables of the profile, as far as its fold tells.

use super::{HowEnded, Problem};
use crate::matter::Asked;

impl Problem {
    /// What was asked of the tables for this case: its class, who leads, its limits, the steps of the ladder, notices, and
    /// why it was returned or not dealt with.
    pub fn asked(&self) -> Vec<Asked> {
        let (at, severity, topic) = (self.opened_at, self.severity.as_str(), self.topic.as_str());
        let mut asked = vec![
            Asked::by("problem-topics", at, &[("topic", topic)]),
            Asked::by("problem-severity", at, &[("impact", &self.impact), ("urgency", &self.urgency)]),
            Asked::by("problem-dispatch", at, &[("topic", topic), ("severity", severity)]),
        ];
        asked.extend(self.clocks.values().filter(|clock| clock.rule.table == "problem-clocks").map(|clock| {
            let kind = clock.name.split(':').next().unwrap_or(&clock.name);
            Asked::by("problem-clocks", clock.started_at, &[("clock", kind), ("severity", severity)])
        }));
        let mut triggers: Vec<_> = self.escalations.iter().map(|of| (of.trigger.as_str(), of.at)).collect();
        triggers.sort_unstable();
        triggers.dedup_by_key(|(trigger, _)| *trigger);
        asked.extend(
            triggers
                .into_iter()
                .map(|(trigger, at)| Asked::by("problem-ladder", at, &[("trigger", trigger), ("severity", severity)])),
        );
        asked.extend(self.notices.iter().map(|of| Asked::by("problem-notices", of.at, &[("notice", &of.kind)])));
        asked.extend(self.pauses.iter().map(|of| Asked::by("problem-pauses", of.from, &[("cause", &of.cause)])));
        let returned = self.assignments.iter().filter_map(|of| of.returned.as_ref());
        asked.extend(returned.map(|of| Asked::by("problem-returns", of.at, &[("reason", &of.reason)])));
        asked.extend(self.ended.iter().filter_map(|ended| match ended.how {
            HowEnded::Refused => Some(Asked::by("problem-refusals", ended.at, &[("reason", &ended.reason)])),
            HowEnded::Transferred => Some(Asked::by("problem-transfers", ended.at, &[("to", &ended.reason)])),
            _ => None,
        }));
        asked
    }
}
