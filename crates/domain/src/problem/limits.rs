//! Clocks, pauses, extensions, breaches, and the ladder. Each names the row and the calendar's version by which it was
//! reckoned, so that folding reads neither.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::{
    Instant,
    matter::{Organ, Rule},
    measure::Moved,
};

/// A clock of a case.
///
/// Names: `acknowledge`, `accept:N`, `contact`, `update`, `resolve`, `work:N`, `visit`, `plan`, `pause`, `action:N`,
/// `notice:N`, `ladder:TRIGGER:STEP`. `N` is an assignment, sub-task or written notice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Its name within the case.
    pub name: String,
    /// The department that must act.
    pub holder: Organ,
    /// From when it counts.
    pub started_at: Instant,
    /// Its length as the row says; empty for a date that was promised.
    pub length: String,
    /// Name of the calendar.
    pub calendar: String,
    /// The calendar's version.
    pub calendar_version: String,
    /// When it is due.
    pub due: Instant,
    /// Which row.
    pub rule: Rule,
    /// Its legal basis.
    pub law: String,
    /// True when a pause of the case stops it.
    pub pausable: bool,
    /// When its holder met it, or it fell away.
    pub stopped_at: Option<Instant>,
    /// Until when it was extended with approval.
    pub extended_to: Option<Instant>,
    /// For a step of the ladder: step, who is told, and which notice is served.
    pub ladder: Option<(i64, String, String)>,
    /// By which measures it was moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// A pause: for a listed cause alone, with an end of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// The listed cause.
    pub cause: String,
    /// Its legal basis.
    pub law: String,
    /// The row.
    pub rule: Rule,
    /// Since when.
    pub from: Instant,
    /// When it ends by itself.
    pub most: Instant,
    /// When it ended.
    pub until: Option<Instant>,
}

/// An extension of the limit to solve: asked before the limit, with reason, and approved before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// 1 for the case's first.
    pub id: u32,
    /// Who asks.
    pub organ: Organ,
    /// The new limit.
    pub until: Instant,
    /// The document with the reason.
    pub words: String,
    /// When it was asked.
    pub at: Instant,
    /// When it was decided, and whether it was approved.
    pub decided: Option<(Instant, bool)>,
}

/// A limit that passed unmet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The clock's name.
    pub clock: String,
    /// The limit that passed.
    pub due: Instant,
    /// Who had to act.
    pub holder: Organ,
}

/// A step of the ladder that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// What brought it: `before`, `overdue`, `disputed_twice`, `dissatisfied_twice`, `rule_conflict`.
    pub trigger: String,
    /// Step of the ladder, 1 the lowest.
    pub step: i64,
    /// Who is told, a level of the ladder.
    pub to: String,
    /// When.
    pub at: Instant,
    /// Its legal basis.
    pub law: String,
    /// The row.
    pub rule: Rule,
}

/// A written notice of the port office to a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// 1 for the case's first.
    pub id: u32,
    /// `reminder`, `supervision`.
    pub kind: String,
    /// To whom.
    pub organ: Organ,
    /// When.
    pub at: Instant,
    /// The document with the port office's words; none for one that the ladder served by its row.
    pub words: Option<String>,
    /// Its legal basis.
    pub law: String,
    /// Until when it is to be answered in writing; none for one that needs no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The document with the department's answer, and when it came.
    pub answer: Option<(String, Instant)>,
    /// Documents with the files that came with it, and with its answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

impl Problem {
    /// The pause that stands.
    pub fn pause(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.until.is_none())
    }

    /// The clocks that run: neither stopped, passed nor standing still.
    pub fn running(&self) -> impl Iterator<Item = &Clock> {
        let paused = self.pause().is_some();
        self.clocks.values().filter(move |clock| {
            self.ended.is_none() && clock.stopped_at.is_none() && !(paused && clock.pausable) && !self.has_passed(clock)
        })
    }

    /// True when this limit passed unmet.
    pub fn has_passed(&self, clock: &Clock) -> bool {
        self.breaches.iter().any(|old| old.clock == clock.name && old.due == clock.due)
    }

    /// The limit to solve that stands.
    pub fn resolve_due(&self) -> Option<Instant> {
        self.clocks.get("resolve").map(|clock| clock.due)
    }

    /// Pauses as stretches of time that lie behind us.
    pub fn paused(&self) -> Vec<(Instant, Instant)> {
        self.pauses.iter().filter_map(|pause| Some((pause.from, pause.until?))).collect()
    }
}
