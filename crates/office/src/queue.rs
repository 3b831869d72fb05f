//! An organ's work queue: overdue first.

use std::collections::BTreeMap;

use domain::{Fault, Instant, Severity, Text, ship_call::Party};
use store::{Filter, TaskWrite, queue::QueuedTask};
use uuid::Uuid;

use crate::{Actor, Call, Error, MOST_COUNTED, Office, PageOf, Right};

/// Which tasks to show.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Only calls in this state.
    pub state: Option<String>,
    /// Only tasks of this step: a formality's code, `permit`, or `answers:` for every question.
    pub step: Option<String>,
    /// Words of a search.
    pub words: String,
    /// Cursor.
    pub after: Option<String>,
}

/// Who works on a task, and until when nobody else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The person.
    pub who: String,
    /// When it ends by itself.
    pub until: Instant,
}

/// Tasks of a call by organ.
pub type TasksOfOrgans = BTreeMap<String, Vec<TaskWrite>>;

/// Tasks by call and organ.
pub type Beside = BTreeMap<Uuid, TasksOfOrgans>;

/// A claim holds for an hour unless it is renewed or given back.
const CLAIM: i64 = domain::instant::HOUR;

/// Lines of a page.
const PAGE: i64 = 40;

impl Office {
    /// The queue of the actor's organ.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn queue(&self, actor: &Actor, filter: &QueueFilter) -> Result<PageOf<QueuedTask>, Error> {
        actor.require(Right::SeeQueue)?;
        let Party::Organ(organ) = &actor.party else { return Err(Error::Forbidden) };
        let wanted = Filter {
            states: filter.state.iter().cloned().collect(),
            tokens: crate::search::query_tokens(&filter.words),
            step: filter.step.clone(),
            ..Filter::default()
        };
        self.page_of_tasks(actor.reach(), organ, &wanted, filter.after.as_deref(), PAGE).await
    }

    /// What each organ has to do on the calls of these tasks, the most urgent first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn beside(&self, actor: &Actor, lines: &[QueuedTask]) -> Result<Beside, Error> {
        actor.require(Right::SeeQueue)?;
        let mut calls: Vec<Uuid> = lines.iter().map(|line| line.matter.id).collect();
        calls.sort();
        calls.dedup();
        let mut beside = Beside::new();
        for (call, task) in self.store.reach(actor.reach()).tasks_of_each(&calls).await? {
            beside.entry(call).or_default().entry(task.organ.clone()).or_default().push(task);
        }
        // What waits for the agent comes after what the organ itself has to do.
        beside.values_mut().flat_map(BTreeMap::values_mut).for_each(|tasks| tasks.sort_by_key(|task| !task.open));
        Ok(beside)
    }

    /// How many tasks of the actor's organ are open, and how many of them overdue; [`MOST_COUNTED`] and one stand for more
    /// than that.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn queue_count(&self, actor: &Actor) -> Result<(i64, i64), Error> {
        actor.require(Right::SeeQueue)?;
        let reach = self.store.reach(actor.reach());
        let counts = reach.queue_counts(&[actor.unit()], self.now().0, MOST_COUNTED + 1).await?;
        Ok(counts.first().map_or((0, 0), |(_, open, late)| (*open, *late)))
    }

    /// Claims a task, so that two officers do not decide the same thing.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another holds it, [`Error::NotFound`] outside the actor's reach.
    pub async fn claim(&self, actor: &Actor, number: &str, step: &str) -> Result<(), Error> {
        actor.require(Right::SeeQueue)?;
        let id = self.call(actor, number).await?.id;
        let taken = self.store.claim(actor.unit(), id, step, &actor.person, self.now().0 + CLAIM).await?;
        if taken { Ok(()) } else { Err(Error::Conflict) }
    }

    /// Takes a task over from the colleague who has it.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the actor's reach; [`Error::Conflict`] when a third one was faster.
    pub async fn take_over(&self, actor: &Actor, number: &str, step: &str) -> Result<(), Error> {
        let found = self.call(actor, number).await?;
        if let Some(claim) = self.claim_on(actor, &found, step).await? {
            self.store.release(actor.unit(), found.id, step, &claim.who).await?;
        }
        self.claim(actor, number, step).await
    }

    /// Who of the actor's organ has claimed a task, if anybody has.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn claim_on(&self, actor: &Actor, found: &Call, step: &str) -> Result<Option<Claim>, Error> {
        actor.require(Right::SeeQueue)?;
        let of_ship =
            Filter { subject_key: Some(found.call.ship.imo.clone()), step: Some(step.to_owned()), ..Filter::default() };
        let tasks = self.store.reach(actor.reach()).tasks(actor.unit(), &of_ship, None, PAGE).await?;
        let claim = tasks.into_iter().find(|task| task.matter.id == found.id).and_then(|task| task.claim);
        Ok(claim.map(|(who, until)| Claim { who, until: Instant(until) }))
    }

    /// A claim binds the person's colleagues: what one of them works on no other decides. Systems of an organ claim
    /// nothing and are bound by nothing; they tell what was decided elsewhere.
    ///
    /// # Errors
    /// [`Error::Refused`] with `PQ-CLAIM-001` when a colleague has one of the tasks.
    pub async fn require_unclaimed(&self, actor: &Actor, found: &Call, steps: &[&str]) -> Result<(), Error> {
        for step in steps {
            let claim = self.claim_on(actor, found, step).await?;
            if let Some(claim) = claim.filter(|claim| claim.who != actor.person) {
                return Err(Error::Refused(claimed(&claim.who)));
            }
        }
        Ok(())
    }

    /// Gives a claimed task back.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the actor's reach.
    pub async fn release_claim(&self, actor: &Actor, number: &str, step: &str) -> Result<(), Error> {
        actor.require(Right::SeeQueue)?;
        let id = self.call(actor, number).await?.id;
        Ok(self.store.release(actor.unit(), id, step, &actor.person).await?)
    }
}

pub(crate) fn claimed(who: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CLAIM-001",
        "",
        Text::new(
            format!("该事项已由本单位 {who} 认领，您的操作未执行。"),
            format!("{who} of your unit has claimed this matter; nothing was done."),
        ),
        Text::new(
            "请与其联系，或在本页接办后再提交。",
            "Speak with the colleague, or take the matter over on this page and send the form again.",
        ),
    )
}
