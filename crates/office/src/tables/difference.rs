//! What a draft would change in the matters of the last month: the questions that they put to the table, asked again.

use domain::{
    Instant,
    application::Application,
    matter::Asked,
    person_permit::PersonPermit,
    problem::Problem,
    ship_call::ShipCall,
    table_change::{Outcome, Replay},
};
use store::Reach;
use uuid::Uuid;

use crate::{Actor, Error, Office, Right, charges::bill_records, kept::Kept};

/// So many matters of each kind are looked at, the newest.
const MOST: usize = 2000;
/// So many are read at once.
const A_PAGE: i64 = 200;
/// So many that come out otherwise are listed.
const MOST_LISTED: usize = 200;

/// What a draft would change.
#[derive(Clone, Debug, Default)]
pub struct TableDifference {
    /// Since when matters were looked at.
    pub since: Instant,
    /// Matters that moved since.
    pub matters: usize,
    /// Questions that they put to the table.
    pub asked: usize,
    /// Matters in which something would come out otherwise.
    pub differing: usize,
    /// Those of them that the reader sees.
    pub listed: Vec<Differing>,
    /// True when there were more matters than were looked at.
    pub more: bool,
}

/// A matter in which something would come out otherwise.
#[derive(Clone, Debug)]
pub struct Differing {
    /// `ship_call`, `problem`, `application`, `person_permit` or `bill`.
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// What it was about, in codes.
    pub about: String,
    /// The day of the question.
    pub at: Instant,
    /// What comes out, and what would.
    pub outcome: Outcome,
}

/// A matter with the answers that would be others.
struct Found {
    id: Uuid,
    number: String,
    changed: Vec<(Asked, Outcome)>,
}

impl Office {
    /// What a draft of a table would change in the matters that moved in the last month. All are counted; those are listed
    /// that the reader sees anyhow.
    ///
    /// # Errors
    /// As [`Office::check_table`].
    pub async fn table_difference(
        &self,
        actor: &Actor,
        name: &str,
        checked: &super::CheckedTable,
    ) -> Result<TableDifference, Error> {
        if !self.sees_drafts(actor, name) {
            return Err(Error::NotFound);
        }
        let since = self.a_month_ago();
        let mut difference = TableDifference { since, ..TableDifference::default() };
        let Some(draft) = &checked.reviewed.table else { return Ok(difference) };
        let replay = Replay::new(&self.profile, draft, &checked.reviewed.days());
        let calls = self.replayed::<ShipCall>(name, &replay, &mut difference, |of, office| of.asked(&office.profile));
        let calls = calls.await?;
        let problems = self.replayed::<Problem>(name, &replay, &mut difference, |of, _| of.asked()).await?;
        let applications =
            self.replayed::<Application>(name, &replay, &mut difference, |of, office| of.asked(&office.profile));
        let applications = applications.await?;
        let permits = self.replayed::<PersonPermit>(name, &replay, &mut difference, |of, _| of.asked()).await?;
        let kinds =
            [("ship_call", calls), ("problem", problems), ("application", applications), ("person_permit", permits)];
        for (kind, found) in kinds {
            difference.differing += found.len();
            self.list(actor, kind, found, &mut difference).await?;
        }
        if replay.concerns_bills() {
            self.replay_bills(actor, &replay, &mut difference).await?;
        }
        Ok(difference)
    }

    fn a_month_ago(&self) -> Instant {
        let day = self.now().date(&self.profile.zone);
        let before = day.checked_sub(jiff::Span::new().months(1)).unwrap_or(day);
        Instant::start_of(before, &self.profile.zone).unwrap_or_default()
    }

    async fn replayed<M: Kept>(
        &self,
        name: &str,
        replay: &Replay,
        difference: &mut TableDifference,
        asked: impl Fn(&M, &Office) -> Vec<Asked>,
    ) -> Result<Vec<Found>, Error> {
        let reach = self.store.reach(Reach::System("what a change of a table would change"));
        let (mut found, mut after, mut seen) = (Vec::new(), None, 0);
        loop {
            let page = reach.changed_since(M::KIND, difference.since.0, after, A_PAGE).await?;
            let whole = page.len() == usize::try_from(A_PAGE).unwrap_or(0);
            for stored in page {
                after = Some(stored.id);
                let (id, number) = (stored.id, stored.row.number.clone());
                let matter: M = self.unfold(stored).await?;
                seen += 1;
                let questions = asked(&matter, self).into_iter().filter(|of| of.table == name);
                let mut changed = Vec::new();
                for question in questions {
                    difference.asked += 1;
                    if let Some(outcome) = replay.ask(&self.profile, &question) {
                        changed.push((question, outcome));
                    }
                }
                if !changed.is_empty() {
                    found.push(Found { id, number, changed });
                }
            }
            if !whole || seen >= MOST {
                difference.matters += seen;
                difference.more |= whole;
                return Ok(found);
            }
        }
    }

    async fn list(
        &self,
        actor: &Actor,
        kind: &'static str,
        found: Vec<Found>,
        difference: &mut TableDifference,
    ) -> Result<(), Error> {
        let reach = self.store.reach(actor.reach());
        for Found { id, number, changed } in found {
            if difference.listed.len() >= MOST_LISTED || !reach.sees(id).await? {
                continue;
            }
            let line = |(asked, outcome): (Asked, Outcome)| Differing {
                kind,
                number: number.clone(),
                about: asked.about,
                at: asked.at,
                outcome,
            };
            difference.listed.extend(changed.into_iter().map(line));
        }
        Ok(())
    }

    async fn replay_bills(
        &self,
        actor: &Actor,
        replay: &Replay,
        difference: &mut TableDifference,
    ) -> Result<(), Error> {
        let stated = bill_records(self, difference.since).await?;
        difference.more |= stated.len() > MOST;
        for (bill, at) in stated.into_iter().take(MOST) {
            difference.matters += 1;
            difference.asked += 1;
            let Some(outcome) = replay.bill(&bill.facts) else { continue };
            difference.differing += 1;
            if difference.listed.len() < MOST_LISTED && actor.may(Right::SeeBills) {
                let about = String::new();
                difference.listed.push(Differing { kind: "bill", number: bill.number, about, at, outcome });
            }
        }
        Ok(())
    }
}
