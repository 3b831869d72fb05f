//! What the port's tables say of declarations.

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::{Declaration, Limit, NewDeclaration, Selected};
use crate::{Instant, Value, matter::Rule, profile::Profile};

/// When tax is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// Paid before release.
    #[default]
    Paid,
    /// Secured before release, and paid later.
    Secured,
    /// With all of a month's, against a guarantee.
    Monthly,
    /// After release.
    Later,
    /// Nothing is due.
    Nothing,
}

/// A mode of declaring: one strategy of the one procedure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mode {
    /// Its code.
    pub code: String,
    /// True when it is lodged before the goods are there, and accepted when they are.
    pub waits: bool,
    /// When its tax is settled.
    pub settled: Settled,
    /// What is owed after release besides tax: `completion`, `papers`, or nothing.
    pub owes: String,
    /// The row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// The mode of a code for a direction, on the day of an instant.
pub(super) fn mode(profile: &Profile, code: &str, direction: &str, at: Instant) -> Option<Mode> {
    let inputs = Value::from([("mode", code.into()), ("direction", direction.into())]);
    let hit = profile.hit("declaration-modes", at, &inputs)?;
    Some(Mode {
        code: code.to_owned(),
        waits: hit.is_true("waits"),
        settled: match hit.text("settled") {
            "secured" => Settled::Secured,
            "monthly" => Settled::Monthly,
            "later" => Settled::Later,
            "nothing" => Settled::Nothing,
            _ => Settled::Paid,
        },
        owes: hit.text("owes").to_owned(),
        rule: hit.rule(),
        law: hit.law().to_owned(),
    })
}

/// The channel that risk gives: the first row that hits any item, or the random share.
pub(super) fn select(profile: &Profile, declaration: &Declaration, seed: u64, at: Instant) -> Selected {
    let share = i64::try_from(seed % 100).unwrap_or_default();
    let mut chosen = Selected { channel: "release".to_owned(), seed, rule: Rule::default() };
    for item in &declaration.items {
        let inputs = Value::from([
            ("direction", declaration.direction.as_str().into()),
            ("code", item.code.as_str().into()),
            ("origin", item.origin.as_str().into()),
            ("value", Value::Number(item.value)),
            ("share", share.into()),
        ]);
        let Some(hit) = profile.hit("declaration-channels", at, &inputs) else { continue };
        let channel = hit.text("channel");
        if rank(channel) > rank(&chosen.channel) || chosen.rule == Rule::default() {
            chosen = Selected { channel: channel.to_owned(), seed, rule: hit.rule() };
        }
    }
    chosen
}

fn rank(channel: &str) -> usize {
    ["release", "documents", "inspection", "hold"].iter().position(|of| *of == channel).unwrap_or_default()
}

/// A limit from the table `declaration-clocks`; none where no row gives one.
pub(super) fn limit(profile: &Profile, mode: &str, clock: &str, events: &Events, now: Instant) -> Option<Limit> {
    let inputs = Value::from([("mode", mode.into()), ("clock", clock.into())]);
    let row = profile.hit("declaration-clocks", now, &inputs)?;
    let start = events.start(profile, row.text("start"), now)?;
    let calendar = row.text("calendar");
    let due = profile.reckon(start, row.text("length"), calendar)?;
    let version = profile.calendars.get(calendar).map_or("", |calendar| calendar.version.as_str());
    Some(Limit {
        due,
        calendar: format!("{calendar} {version}"),
        rule: row.rule(),
        law: row.law().to_owned(),
        passed: false,
    })
}

/// The events from which terms run.
pub(super) struct Events {
    pub lodged: Instant,
    pub arrived: Option<Instant>,
}

impl Events {
    pub fn of(declaration: &Declaration) -> Events {
        Events { lodged: declaration.opened_at, arrived: declaration.arrived_at }
    }

    /// The instant of an event by the name that a row gives it; what has not happened yet is now.
    fn start(&self, profile: &Profile, event: &str, now: Instant) -> Option<Instant> {
        match event {
            "declared" => Some(self.lodged),
            "arrived" => Some(self.arrived.unwrap_or(now)),
            // The last instant of this month: working days of the next are counted from its first.
            "month" => {
                let first = now.date(&profile.zone).first_of_month().checked_add(1.month()).ok()?;
                Instant::start_of(first, &profile.zone).map(|at| Instant(at.0 - 1))
            }
            _ => Some(now),
        }
    }
}

/// Whether a mode, direction and items can be declared at all.
pub(super) fn is_declarable(new: &NewDeclaration) -> bool {
    !new.reference.trim().is_empty() && !new.number.is_empty() && !new.items.is_empty()
}
