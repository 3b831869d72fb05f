//! Many problems at once, for measurements: the same decisions, folds, seals and commits as one by one, the decisions made
//! once for many problems that differ in number, key and documents only.

use std::collections::BTreeSet;

use domain::{
    Instant,
    matter::{Context, Matter},
    problem::{Act, Entry, Key, Problem, Received, Record},
};
use store::Job;

use super::NewReport;
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Before, Request, Written},
    numbers::Numbered,
};

/// Jobs that are made before the store gets them.
const AT_ONCE: usize = 512;

/// A problem to be seeded.
pub struct SeedProblem<'a> {
    /// Its journal, the first entry the report with number and documents of its own.
    pub records: Vec<Record>,
    /// What the firm reports.
    pub report: &'a NewReport,
    /// The firm.
    pub firm: String,
    /// What it is about.
    pub key: Key,
}

impl Office {
    /// What acts in this order would write on a problem that is reported at an instant, with every clock that passes until
    /// `until`; nothing is written. The report names no document yet.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure.
    pub fn rehearse_problem(
        &self,
        report: &NewReport,
        acts: &[(Actor, Instant, Act)],
        until: Instant,
    ) -> Result<(Problem, Vec<Record>), Error> {
        let (mut problem, mut records) = (Problem::default(), Vec::new());
        for (actor, at, act) in acts {
            self.pass(&mut problem, &mut records, *at)?;
            let act = match act {
                Act::Receive(_) => Act::Receive(Box::new(Received {
                    number: "0".to_owned(),
                    port: self.profile.port.code.clone(),
                    topic: report.topic.clone(),
                    impact: report.impact.clone(),
                    urgency: report.urgency.clone(),
                    ..Received::default()
                })),
                other => other.clone(),
            };
            self.rehearsed(&mut problem, &mut records, actor, *at, &act)?;
        }
        self.pass(&mut problem, &mut records, until)?;
        Ok((problem, records))
    }

    /// Lets every clock pass that is due.
    fn pass(&self, problem: &mut Problem, records: &mut Vec<Record>, until: Instant) -> Result<(), Error> {
        while let Some(clock) = problem.running().filter(|clock| clock.due <= until).min_by_key(|clock| clock.due) {
            let (due, clock) = (clock.due, clock.name.clone());
            self.rehearsed(problem, records, &Actor::clock(), due, &Act::Fire { clock, due })?;
        }
        Ok(())
    }

    fn rehearsed(
        &self,
        problem: &mut Problem,
        records: &mut Vec<Record>,
        actor: &Actor,
        at: Instant,
        act: &Act,
    ) -> Result<(), Error> {
        let context = Context { now: at, profile: &self.profile, actor: &actor.signature() };
        records.extend(problem.act(act, &context, "api").map_err(Error::Refused)?);
        Ok(())
    }

    /// Writes new problems in bulk and gives their number; `progress` hears each one that is handed to the store.
    ///
    /// # Errors
    /// The first that fails ends it; those before it are written.
    pub async fn seed_problems<'a>(
        &self,
        mut problems: impl Iterator<Item = SeedProblem<'a>>,
        progress: &(dyn Fn() + Sync),
    ) -> Result<usize, Error> {
        let mut count = 0;
        loop {
            let mut jobs = Vec::with_capacity(AT_ONCE);
            for seed in problems.by_ref().take(AT_ONCE) {
                let number = self.next_number(Numbered::Problem).await?;
                jobs.push(self.seed_problem(seed, number)?);
                progress();
            }
            if jobs.is_empty() {
                return Ok(count);
            }
            count += self.store.seed_bulk(jobs).await?;
        }
    }

    fn seed_problem(&self, seed: SeedProblem<'_>, number: String) -> Result<Job, Error> {
        let SeedProblem { mut records, report: new, firm, key } = seed;
        let id = self.new_id();
        let request = Request::new("seed", None, &[], "api");
        let (report, documents) = self.sealed_report(id, new, &firm, &number, &self.new_secret(), &request)?;
        let mut problem = Problem::default();
        for record in &mut records {
            if let Entry::Received(received) = &mut record.entry {
                let (id, at) = (received.report.id, received.report.at);
                received.report =
                    domain::problem::Report { id, at, keys: BTreeSet::from([key.clone()]), ..report.clone() };
                received.number.clone_from(&number);
            }
            problem.apply(record);
        }
        let received_at = records.last().map_or(0, |record| record.at.0);
        let written = Written { id, before: Before::default(), after: problem, records };
        let baggage = Baggage { documents, what: "problem seeded".to_owned(), ..Baggage::default() };
        self.job(&mut [written], None, (received_at, [0; 32]), &baggage)
    }
}
