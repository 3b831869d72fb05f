//! What each measure did, month by month, counted from the journals of its applications.

use std::collections::BTreeMap;

use domain::application::{Application, Status};
use store::{Filter, Reach};
use uuid::Uuid;

use super::kept::APPLICATION;
use crate::{Actor, Error, Office, Right};

/// A measure in a month of the port's calendar, `2026-11`.
pub type EffectKey = (String, String);

/// What a measure did in a month: applications by the month in which they were filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Matters of firms for which the table said that they have something of it, on the day of their event.
    pub eligible: u64,
    /// Messages to firms that the measure changed or ended.
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
        for (law, count) in &other.reasons {
            *self.reasons.entry(law.clone()).or_default() += count;
        }
    }

    /// What one application adds.
    fn of(application: &Application) -> Effect {
        let status = application.status();
        let mut effect = Effect {
            // It would not have been filed or recorded otherwise.
            eligible: 1,
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
            (Status::Withdrawn | Status::Lapsed | Status::Revoked, _) => effect.fell_away = 1,
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
        loop {
            let page = reach.list(APPLICATION, &filter, after, 500).await?;
            let Some(last) = page.last() else { return Ok(effects) };
            after = Some(last.cursor(filter.order));
            let ids: Vec<Uuid> = page.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let application: Application = self.unfold(stored).await?;
                let day = application.opened_at.date(&self.profile.zone);
                let month = format!("{:04}-{:02}", day.year(), day.month());
                effects.entry((application.measure.clone(), month)).or_default().add(&Effect::of(&application));
            }
        }
    }
}
