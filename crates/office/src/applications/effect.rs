//! What each measure did, month by month: from what is counted behind the log (`counting.rs`) and from what bills saved.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    measure::{Measure, Standing},
};
use jiff::civil::Date;
use store::measures::effects::Counts;

use crate::{Actor, Error, Office, Right};

/// The money in which applications say what is saved; bills in another stay out of these sums.
const YUAN: &str = "CNY";
/// A use that is a visit at the counter of the hall.
const VISIT: &str = "visit.opened";
/// Bills have ten-thousandths, applications fen.
const OF_A_FEN: i64 = 100;

/// A measure in a month of the port's calendar, `2026-11`.
pub type EffectKey = (String, String);

/// What a measure did in a month: applications by the month in which they were filed, uses by that in which they were, bills by
/// that of the days that decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Firms whom the table gives something by what their records say, whether they applied or not; in the months in which
    /// the measure was in force.
    pub eligible: i64,
    /// What applications come to; `told` are firms that were told that it started, changed or ended, and applicants who were
    /// told in their journal; `by_itself` are bills that it made less besides.
    pub counts: Counts,
    /// Matters in which it was used.
    pub used: i64,
    /// Firms that had something of it: by a grant, a use or a bill.
    pub firms: i64,
    /// Refusals by the law that they cite.
    pub reasons: BTreeMap<String, i64>,
    /// Ship's calls that had it, and how long their entry took in all, in microseconds.
    pub users: (i64, i64),
    /// The other calls of that month.
    pub others: (i64, i64),
}

/// The mean of times, in hours; none of nothing.
pub fn mean_hours((count, took): (i64, i64)) -> Option<i64> {
    (count > 0).then(|| (took / count + domain::instant::HOUR / 2) / domain::instant::HOUR)
}

impl Effect {
    /// True where anything happened, besides that firms could have had something of it.
    pub fn is_any(&self) -> bool {
        self.counts != Counts::default() || self.used > 0 || self.firms > 0 || self.users.0 > 0
    }

    /// Adds another, for totals. Firms are not added up: one that had something in two months is one firm.
    pub fn add(&mut self, other: &Effect) {
        self.eligible = self.eligible.max(other.eligible);
        self.counts.add(&other.counts);
        self.used += other.used;
        self.firms = self.firms.max(other.firms);
        self.users = (self.users.0 + other.users.0, self.users.1 + other.users.1);
        self.others = (self.others.0 + other.others.0, self.others.1 + other.others.1);
        for (law, count) in &other.reasons {
            *self.reasons.entry(law.clone()).or_default() += count;
        }
    }
}

impl Office {
    /// What each measure did in each month, over all of the port: every measure in this month while it is in force, and in each
    /// month in which anything of it happened.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms.
    pub async fn effects(&self, actor: &Actor) -> Result<BTreeMap<EffectKey, Effect>, Error> {
        actor.require(Right::SeeBoard)?;
        let mut effects: BTreeMap<EffectKey, Effect> = BTreeMap::new();
        let today = self.today();
        let in_force = self.profile.register.measures.iter().filter(|of| of.standing(today) == Standing::InForce);
        for measure in in_force {
            effects.entry((measure.code.clone(), self.month_of(self.now()))).or_default();
        }
        for (measure, month, law, counts) in self.store.applications_counted().await? {
            let effect = effects.entry((measure, month)).or_default();
            if !law.is_empty() {
                *effect.reasons.entry(law).or_default() += counts.refused;
            }
            effect.counts.add(&counts);
        }
        for (measure, month, used) in self.store.uses().await? {
            effects.entry((measure, month)).or_default().used = used;
        }
        for saved in self.store.savings(None).await?.into_iter().filter(|of| !of.granted && of.currency == YUAN) {
            // What an organ granted has said itself what it saves.
            let counts = &mut effects.entry((saved.measure, saved.month)).or_default().counts;
            counts.by_itself += saved.bills;
            counts.saved += saved.amount / OF_A_FEN;
        }
        for (measure, month, firms) in self.store.firms_that_had().await? {
            effects.entry((measure, month)).or_default().firms = firms;
        }
        self.add_visits(&mut effects).await?;
        self.add_clearance(&mut effects).await?;
        self.add_firms(&mut effects).await?;
        Ok(effects)
    }

    pub(super) fn month_of(&self, at: Instant) -> String {
        let day = at.date(&self.profile.zone);
        format!("{:04}-{:02}", day.year(), day.month())
    }

    /// Visits of the hall are rows of the store and no matters: they are counted for each month that is told of.
    async fn add_visits(&self, effects: &mut BTreeMap<EffectKey, Effect>) -> Result<(), Error> {
        let by_visits = |measure: &&Measure| measure.uses.iter().any(|of| of.event == VISIT);
        let measures: Vec<&Measure> = self.profile.register.measures.iter().filter(by_visits).collect();
        if measures.is_empty() {
            return Ok(());
        }
        for month in effects.keys().map(|(_, month)| month.clone()).collect::<BTreeSet<_>>() {
            let Ok(first) = format!("{month}-01").parse::<Date>() else { continue };
            let start = |day: Date| Instant::start_of(day, &self.profile.zone).map_or(0, |at| at.0);
            let next = first.last_of_month().tomorrow().map_or(i64::MAX, start);
            let (visits, firms) = self.store.visits_counted(start(first), next).await?;
            for measure in measures.iter().filter(|_| visits > 0) {
                let effect = effects.entry((measure.code.clone(), month.clone())).or_default();
                (effect.used, effect.firms) = (effect.used + visits, effect.firms.max(firms));
            }
        }
        Ok(())
    }

    /// How long the entry of calls took that had a measure, against the other calls of the month.
    async fn add_clearance(&self, effects: &mut BTreeMap<EffectKey, Effect>) -> Result<(), Error> {
        let mut all: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (measure, month, users) in self.store.calls_with().await? {
            if !all.contains_key(&month) {
                all.insert(month.clone(), self.store.calls_of(&month).await?);
            }
            let of_all = all.get(&month).copied().unwrap_or_default();
            let effect = effects.entry((measure, month)).or_default();
            (effect.users, effect.others) = (users, (of_all.0 - users.0, of_all.1 - users.1));
        }
        Ok(())
    }

    /// The firms that are eligible by their records in each month that is told of and in this one, and those that were told.
    async fn add_firms(&self, effects: &mut BTreeMap<EffectKey, Effect>) -> Result<(), Error> {
        for told in self.store.measures_told().await? {
            let month = self.month_of(Instant(told.at));
            effects.entry((told.measure, month)).or_default().counts.told += told.firms;
        }
        let mut months: BTreeSet<String> = effects.keys().map(|(_, month)| month.clone()).collect();
        months.insert(self.month_of(self.now()));
        let firms = self.facts_of_firms().await?;
        for measure in &self.profile.register.measures {
            for month in &months {
                let Ok(day) = format!("{month}-01").parse::<Date>() else { continue };
                let held = [day, day.last_of_month()].map(|day| measure.standing(day) == Standing::InForce);
                let Some(on) =
                    [day, day.last_of_month()].into_iter().zip(held).find_map(|(day, held)| held.then_some(day))
                else {
                    continue;
                };
                let eligible = i64::try_from(self.eligible_among(&firms, measure, on).len()).unwrap_or(i64::MAX);
                if eligible > 0 {
                    effects.entry((measure.code.clone(), month.clone())).or_default().eligible = eligible;
                }
            }
        }
        Ok(())
    }
}
