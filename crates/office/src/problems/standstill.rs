//! Ships, goods and firms that stand still, and how long: behind one case, and behind the gravest open ones.

use domain::{
    problem::{Delayed, Key, Problem, Reader, delayed},
    ship_call::ShipCall,
};
use store::{Filter, Order, Reach, Stored};

use super::{Case, ProblemLine, kept::PROBLEM, reading::line};
use crate::{Actor, Error, Office, kept::Kept};

/// A case names few calls; what it names besides is not counted.
const CALLS: usize = 8;

/// What stands still behind an open case.
#[derive(Clone, Debug)]
pub struct Standstill {
    /// The case.
    pub line: ProblemLine,
    /// What it is about.
    pub keys: Vec<Key>,
    /// Firms that reported it, as far as the reader may know.
    pub firms: Vec<String>,
    /// Ships of the calls that it names.
    pub ships: Vec<domain::Text>,
    /// What stands still, and how long.
    pub delayed: Delayed,
}

impl Office {
    /// What stood or stands still behind a case, for who reads it: a firm hears of its own calls alone.
    ///
    /// # Errors
    /// The store's own.
    pub async fn delay_behind(&self, actor: Option<&Actor>, case: &Case) -> Result<Delayed, Error> {
        let firms: Vec<&str> = match &case.reader {
            Reader::Reporter(own) => {
                let own = case.problem.reports.iter().filter(|report| own.contains(&report.id));
                own.map(|report| report.firm.as_str()).filter(|firm| !firm.is_empty()).collect()
            }
            _ => Vec::new(),
        };
        let whose = match (&case.reader, actor) {
            (Reader::Reporter(_), _) | (_, None) => Some(firms),
            _ => None,
        };
        let calls = self.calls_named(&case.problem, whose.as_deref()).await?;
        Ok(delayed(&case.problem, &calls, &self.profile, self.now()))
    }

    /// The calls that a case names; of these firms alone, where firms are given.
    pub(super) async fn calls_named(&self, problem: &Problem, firms: Option<&[&str]>) -> Result<Vec<ShipCall>, Error> {
        let mut calls = Vec::new();
        for key in problem.keys.iter().filter(|key| key.kind == "call").take(CALLS) {
            let reach = self.store.reach(Reach::System("delay behind a problem"));
            let found = reach.head_by_number(&key.value).await?;
            let Some(head) = found.filter(|head| head.kind == ShipCall::KIND) else { continue };
            if firms.is_none_or(|firms| firms.contains(&head.row.firm.as_str())) {
                calls.push(self.fold_of(&reach, &head).await?);
            }
        }
        Ok(calls)
    }

    /// The gravest open cases behind which something stands still, the longest standing first within a class.
    pub(super) async fn standstills(&self, actor: &Actor, most: usize) -> Result<Vec<Standstill>, Error> {
        let mut found = Vec::new();
        for class in ["p0", "p1"] {
            let wanted =
                Filter { open: true, place: Some(class.to_owned()), order: Order::Newest, ..Filter::default() };
            let reach = self.store.reach(Reach::Port);
            let lines = reach.list(PROBLEM, &wanted, None, 2 * most as i64).await?;
            let mut folds = self.folds_of::<Problem>(&reach, &lines).await?;
            let mut of_class = Vec::new();
            for of in lines {
                let Some(problem) = folds.remove(&of.id) else { continue };
                of_class.extend(self.standstill(actor, of, &problem).await?);
            }
            of_class.sort_by_key(|of: &Standstill| std::cmp::Reverse(of.delayed.longest()));
            found.extend(of_class);
        }
        found.truncate(most);
        Ok(found)
    }

    /// What stands still behind a case; none for a grave one that delays nothing.
    async fn standstill(&self, actor: &Actor, stored: Stored, problem: &Problem) -> Result<Option<Standstill>, Error> {
        let row = line(actor, stored);
        let calls = self.calls_named(problem, None).await?;
        let delayed = delayed(problem, &calls, &self.profile, self.now());
        let danger = problem.impact == "danger";
        if delayed.is_empty() && !danger {
            return Ok(None);
        }
        let firms = problem.standing_reports().map(|report| report.firm.clone()).filter(|firm| !firm.is_empty());
        let mut firms: Vec<String> = firms.collect();
        firms.sort();
        firms.dedup();
        Ok(Some(Standstill {
            line: row,
            keys: problem.keys.iter().cloned().collect(),
            firms,
            ships: calls.into_iter().map(|call| call.ship.name).collect(),
            delayed,
        }))
    }
}
