//! What the port's tables say of declarations.

use std::collections::BTreeMap;

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
    /// What is owed after release besides tax, by rows of `declaration-owed`: nothing, one word, or several apart by a space.
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

/// What is owed until bulk goods are surveyed.
pub(super) const SURVEY: &str = "survey";
/// What is owed until goods that only pass through have left the country.
pub(super) const ONWARD: &str = "onward";

/// Who says that something which is owed is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Customs.
    Customs,
    /// The firm, or customs.
    Either,
    /// Nobody: it follows of another act.
    Nobody,
}

/// Who says that something which is owed is there; none where no row knows it.
pub fn owed_by(profile: &Profile, what: &str, at: Instant) -> Option<By> {
    let hit = profile.hit("declaration-owed", at, &Value::from([("what", what.into())]))?;
    Some(match hit.text("by") {
        "customs" => By::Customs,
        "either" => By::Either,
        _ => By::Nobody,
    })
}

/// True where a table says how goods of a declaration are surveyed, and they have a mass.
pub fn is_surveyed(profile: &Profile, declaration: &Declaration, at: Instant) -> bool {
    let weighed = declaration.items.iter().any(|item| item.mass.is_some());
    let row = |item: &super::Item| profile.hit("survey-terms", at, &Value::from([("code", item.code.as_str().into())]));
    weighed && declaration.items.first().and_then(row).is_some()
}

/// True for a kind of packages of wood that can carry pests.
fn is_wood(profile: &Profile, kind: &str, at: Instant) -> bool {
    let hit = profile.hit("wood-packaging", at, &Value::from([("package", kind.into())]));
    hit.is_some_and(|hit| hit.is_true("wood"))
}

/// The channel that risk gives: the first row that hits any item, or the random share.
pub(super) fn select(profile: &Profile, declaration: &Declaration, seed: u64, at: Instant) -> Selected {
    let share = i64::try_from(seed % 100).unwrap_or_default();
    let mut chosen = Selected { channel: "release".to_owned(), seed, rule: Rule::default() };
    let mut wood = BTreeMap::new();
    for item in &declaration.items {
        let is_wood = |kind: &String| *wood.entry(kind.clone()).or_insert_with(|| is_wood(profile, kind, at));
        let in_wood = item.packages.iter().any(is_wood);
        let inputs = Value::from([
            ("direction", declaration.direction.as_str().into()),
            ("code", item.code.as_str().into()),
            ("origin", item.origin.as_str().into()),
            ("value", Value::Number(item.value)),
            ("share", share.into()),
            ("wood", in_wood.into()),
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
