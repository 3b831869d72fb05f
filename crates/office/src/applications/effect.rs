//! What each measure did, month by month, counted from the journals of its applications.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    application::{Application, Status},
    measure::Standing,
    ship_call::ShipCall,
};
use jiff::civil::Date;
use store::{Filter, Order, Reach};
use uuid::Uuid;

use super::kept::APPLICATION;
use crate::{Actor, Error, Office, Right, kept::Kept};

/// So many pages of five hundred calls are looked through for how long they took.
const MOST_CALLS: u32 = 20;

/// A measure in a month of the port's calendar, `2026-11`.
pub type EffectKey = (String, String);

/// What a measure did in a month: applications by the month in which they were filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Firms whom the table gives something by what their records say, whether they applied or not; in the months in which
    /// the measure was in force.
    pub eligible: u64,
    /// Firms that were told that it started, changed or ended, and applicants who were told in their journal.
    pub told: u64,
    /// Firms applied.
    pub applied: u64,
    /// It applied without a claim.
    pub by_itself: u64,
    /// Granted, and stands.
    pub granted: u64,
    /// Refused, and stands.
    pub refused: u64,
    /// Refusals by the law that they cite.
    pub reasons: BTreeMap<String, u64>,
    /// Not decided yet.
    pub open: u64,
    /// Withdrawn by the firm, lapsed with the measure, or taken back after it was granted.
    pub fell_away: u64,
    /// Limits of organs that passed unmet.
    pub late: u64,
    /// What firms pay less by what stands granted, in fen.
    pub saved: i64,
    /// Hours that are saved by what stands granted, as organs state them.
    pub hours: i64,
    /// What was taken back, in fen.
    pub back: i64,
    /// Ship's calls that had it, and how long their entry took in all, in microseconds.
    pub users: (u64, i64),
    /// The other calls of that month.
    pub others: (u64, i64),
}

/// The mean of times, in hours; none of nothing.
pub fn mean_hours((count, took): (u64, i64)) -> Option<i64> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    Some((took / count + domain::instant::HOUR / 2) / domain::instant::HOUR)
}

impl Effect {
    /// Adds another, for totals.
    pub fn add(&mut self, other: &Effect) {
        self.eligible += other.eligible;
        self.told += other.told;
        self.applied += other.applied;
        self.by_itself += other.by_itself;
        self.granted += other.granted;
        self.refused += other.refused;
        self.open += other.open;
        self.fell_away += other.fell_away;
        self.late += other.late;
        self.saved = self.saved.saturating_add(other.saved);
        self.hours = self.hours.saturating_add(other.hours);
        self.back = self.back.saturating_add(other.back);
        self.users = (self.users.0 + other.users.0, self.users.1 + other.users.1);
        self.others = (self.others.0 + other.others.0, self.others.1 + other.others.1);
        for (law, count) in &other.reasons {
            *self.reasons.entry(law.clone()).or_default() += count;
        }
    }

    /// What one application adds.
    fn of(application: &Application) -> Effect {
        let status = application.status();
        let mut effect = Effect {
            told: application.measure_told.len() as u64,
            applied: u64::from(!application.without_claim),
            by_itself: u64::from(application.without_claim),
            open: u64::from(status.is_open()),
            late: application.breaches.iter().filter(|breach| breach.holder != "firm").count() as u64,
            ..Effect::default()
        };
        let standing = application.standing();
        match (status, standing) {
            (Status::Granted | Status::Applied, Some(decision)) => {
                effect.granted = 1;
                effect.saved = decision.decided.saved.unwrap_or(0);
                effect.hours = decision.decided.hours.unwrap_or(0);
            }
            (Status::Refused, Some(decision)) => {
                effect.refused = 1;
                effect.reasons.insert(decision.decided.law.clone(), 1);
            }
            (Status::Withdrawn | Status::Lapsed | Status::Revoked, decision) => {
                effect.fell_away = 1;
                effect.back = decision.and_then(|decision| decision.back).unwrap_or(0);
            }
            _ => {}
        }
        effect
    }
}

impl Office {
    /// What each measure did in each month, over all applications of the port.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms.
    pub async fn effects(&self, actor: &Actor) -> Result<BTreeMap<EffectKey, Effect>, Error> {
        actor.require(Right::SeeBoard)?;
        let reach = self.store.reach(Reach::System("effect of the measures"));
        let (filter, mut after) = (Filter::default(), None);
        let mut effects: BTreeMap<EffectKey, Effect> = BTreeMap::new();
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        loop {
            let page = reach.list(APPLICATION, &filter, after, 500).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.cursor(filter.order));
            let ids: Vec<Uuid> = page.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let application: Application = self.unfold(stored).await?;
                let month = self.month_of(application.opened_at);
                effects.entry((application.measure.clone(), month)).or_default().add(&Effect::of(&application));
                let call = application.about.clone().filter(|_| application.status() == Status::Granted);
                users.entry(application.measure).or_default().extend(call);
            }
        }
        self.add_clearance(&mut effects, &users).await?;
        self.add_firms(&mut effects).await?;
        Ok(effects)
    }

    fn month_of(&self, at: Instant) -> String {
        let day = at.date(&self.profile.zone);
        format!("{:04}-{:02}", day.year(), day.month())
    }

    /// How long the entry of calls took that had a measure, against the other calls of the month.
    async fn add_clearance(
        &self,
        effects: &mut BTreeMap<EffectKey, Effect>,
        users: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<(), Error> {
        if users.values().all(BTreeSet::is_empty) {
            return Ok(());
        }
        let reach = self.store.reach(Reach::System("effect of the measures"));
        let (filter, mut after, mut left) = (Filter { order: Order::Newest, ..Filter::default() }, None, MOST_CALLS);
        while left > 0 {
            let page = reach.list(ShipCall::KIND, &filter, after, 500).await?;
            let Some(last) = page.last() else { break };
            (after, left) = (Some(last.cursor(filter.order)), left - 1);
            let ids: Vec<Uuid> = page.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let call: ShipCall = self.unfold(stored).await?;
                let Some((since, took)) = call.entry_took() else { continue };
                let month = self.month_of(since);
                for (measure, calls) in users.iter().filter(|(_, calls)| !calls.is_empty()) {
                    let effect = effects.entry((measure.clone(), month.clone())).or_default();
                    let sum = if calls.contains(&call.number) { &mut effect.users } else { &mut effect.others };
                    *sum = (sum.0 + 1, sum.1.saturating_add(took));
                }
            }
        }
        Ok(())
    }

    /// The firms that are eligible by their records in each month that is told of and in this one, and those that were told.
    async fn add_firms(&self, effects: &mut BTreeMap<EffectKey, Effect>) -> Result<(), Error> {
        for told in self.store.measures_told().await? {
            let month = self.month_of(Instant(told.at));
            effects.entry((told.measure, month)).or_default().told += 1;
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
                let eligible = self.eligible_among(&firms, measure, on).len() as u64;
                if eligible > 0 {
                    effects.entry((measure.code.clone(), month.clone())).or_default().eligible = eligible;
                }
            }
        }
        Ok(())
    }
}
